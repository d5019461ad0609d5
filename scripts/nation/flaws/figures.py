"""Errors in figures."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from dxplan.iris import make
from nation.figures import counted, set_value
from nation.flaws.sites import WARNING, Site, flaw, omission
from nation.papers import Names, Text, Value, decimal, dx, year

__all__: list[str] = []


def _lone(site: Site, *units: str) -> str | None:
    """Choose an observed figure that is the only one of its indicator, and no part or whole."""
    often = Counter(i for f in site.model.of_kind("Figure") for i in site.model.iris(f, "dx:indicator"))
    return site.choose(
        f
        for f in site.free("Figure", "dx:value", "dx:unit", "dx:indicator", "dx:about")
        if site.nodes[f]["dx:kind"] == [dx("Observed")]
        and often[site.model.iris(f, "dx:indicator")[0]] == 1
        and "dx:componentOf" not in site.nodes[f]
        and not site.model.pointing("dx:componentOf", f)
        and (not units or site.model.texts(f, "dx:unit")[0] in units)
    )


omission("Figure-has-value", "dx:value", _lone)
omission("Figure-has-unit", "dx:unit", _lone)
omission("Figure-has-date", "dx:asOf", _lone)
omission("Figure-about-one", "dx:about", _lone)
omission("Figure-one-indicator", "dx:indicator", _lone)


@flaw("Figure-has-kind")
def _two_kinds(site: Site) -> list[str] | None:
    figure = _lone(site)
    if figure is None:
        return None
    site.nodes[figure]["dx:kind"].append(dx("Threshold"))
    return [figure]


@flaw("Figure-rate-in-range", WARNING)
def _slip(site: Site) -> list[str] | None:
    figure = _lone(site, "%", "％")
    if figure is None:
        return None
    _set(site, figure, Decimal("104.5"))
    return [figure]


def _set(site: Site, figure: str, value: Decimal) -> None:
    set_value(site.nodes[figure], site.model.reference, site.model.iris(figure, "dx:indicator")[0], value)


def _value(site: Site, figure: str) -> Decimal:
    return Decimal(site.model.texts(figure, "dx:value")[0])


def _copied(site: Site, figure: str, slug: str, **changed: list[Value]) -> str:
    """Add a figure like another."""
    kept = {name: list(values) for name, values in site.nodes[figure].items()
            if name not in ("a", "rdfs:label", "dct:source", "dx:locator")}  # fmt: skip
    kept |= {f"dx:{name}": values for name, values in changed.items()}
    iri = make("figure", *([site.paper.key, slug] if slug != "unkeyed" else [slug, site.paper.key]))
    return site.add(iri, "Figure", Names("重ねて示された数値", "A figure told again"), figure, kept)


@flaw("Figure-one-value-a-date", WARNING)
def _two_values(site: Site) -> list[str] | None:
    figure = _lone(site)
    if figure is None:
        return None
    other = _copied(site, figure, "again", value=[decimal(_value(site, figure) / 2 or Decimal(1))])
    return [figure, other]


@flaw("Node-key")
def _no_code(site: Site) -> list[str] | None:
    figure = _lone(site)
    if figure is None:
        return None
    return [_copied(site, figure, "unkeyed", asOf=[year(site.first - 9)])]


@flaw("Node-era-year-real", WARNING)
def _heisei_36(site: Site) -> list[str] | None:
    figure = _lone(site)
    if figure is None:
        return None
    printed = site.model.texts(figure, "dx:printed")[0]
    site.nodes[figure]["dx:printed"] = [Text(f"{printed}（平成36年度）")]
    return [figure]


@flaw("Figure-parts-add-up", WARNING)
def _too_few(site: Site) -> list[str] | None:
    model = site.model
    parts = [f for f in site.free("Figure", "dx:componentOf") if not model.pointing("dx:componentOf", f)]
    part = site.choose(f for f in parts if not counted(model.reference, model.iris(f, "dx:indicator")[0]))
    if part is None:
        return None
    whole = model.iris(part, "dx:componentOf")[0]
    _set(site, part, _value(site, part) + 1)
    site.taken |= {whole, *model.pointing("dx:componentOf", whole)}
    return [whole]


@flaw("Figure-target-not-yet-met", WARNING)
def _met(site: Site) -> list[str] | None:
    model = site.model
    found = []
    for figure in site.free("Figure", "dx:value", "dx:indicator"):
        if model.iris(figure, "dx:kind") != [dx("Target")]:
            continue
        same = [f for f in site.free("Figure", "dx:value") if f != figure
                and model.iris(f, "dx:indicator") == model.iris(figure, "dx:indicator")]  # fmt: skip
        if same and all(model.iris(f, "dx:kind") == [dx("Observed")] for f in same):
            found.append((figure, same))
    if not found:
        return None
    figure, same = site.rng.choice(found)
    due, before = (max(model.years(f, "dx:asOf"), default=0) for f in (figure, same[0]))
    if before > due:
        return None
    _set(site, same[0], _value(site, figure))
    site.taken |= {figure, *same}
    return [figure]


@flaw("Figure-target-in-period", WARNING)
def _after_the_plan(site: Site) -> list[str] | None:
    model = site.model

    def in_plan(figure: str) -> bool:
        about = model.iris(figure, "dx:about")[0]
        elements = [about, *model.iris(about, "dx:goalOf")]
        return about == site.paper.graph or any(site.paper.graph in model.within(e) for e in elements)

    targets = (f for f in site.free("Figure", "dx:about") if model.iris(f, "dx:kind") == [dx("Target")])
    figure = site.choose(f for f in targets if in_plan(f) and not site.taken & {*model.iris(f, "dx:about")})
    if figure is None:
        return None
    site.taken |= {*model.iris(figure, "dx:about")}
    site.nodes[figure]["dx:asOf"] = [year(site.last + 1)]
    return [figure]


@flaw("Figure-stated-count", WARNING, is_late=True)
def _too_many(site: Site) -> list[str] | None:
    model = site.model
    figure = site.choose(
        f
        for f in site.free("Figure")
        if model.iris(f, "dx:kind") == [dx("Stated")]
        and counted(model.reference, model.iris(f, "dx:indicator")[0])
        and not model.pointing("dx:componentOf", f)
        and "dx:componentOf" not in site.nodes[f]
    )
    if figure is None:
        return None
    value = site.nodes[figure]["dx:value"][0]
    assert isinstance(value, Text)
    _set(site, figure, Decimal(value.value) + 1)
    return [figure]
