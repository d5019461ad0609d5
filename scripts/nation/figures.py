"""The figures of a made-up plan: observed, targets, thresholds, and what it counts of itself."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from dxplan.iris import PREFIXES, make
from nation.drafts import Draft
from nation.model import Model
from nation.papers import Names, Node, Paper, Text, Value, both, decimal, dx, key_of, year
from nation.reference import Reference
from nation.samples import Figure
from nation.wording import COMMENTS

__all__ = ["counted", "restate", "set_value", "short_of", "write_counts", "write_figures"]

INDICATOR = PREFIXES["indicator"]
# How often a group of figures of the sample is kept, and how many groups of other plans come instead.
_KEPT, _OTHERS = 0.85, 3
_SPREAD = (0.5, 1.5)
_UNITS = {"Policy": "つ", "Measure": "項目", "Item": "件", "Action": "事業", "Project": "事業"}
_OF_ITEM = INDICATOR + "actions-of-item"


def write_figures(draft: Draft) -> None:
    """Write the groups of figures that are drawn for a plan; no indicator comes in two of them."""
    layouts = draft.profile.layouts
    groups = [group for group in draft.layout.groups if draft.happens(_KEPT)]
    others = [group for layout in layouts if layout is not draft.layout for group in layout.groups]
    groups += draft.rng.sample(others, min(len(others), draft.rng.randint(0, _OTHERS)))
    taken = set(draft.layout.counted)
    draft.paper.part("数値 / Figures")
    for group in groups:
        indicators = {figure.indicator for figure in group}
        if not indicators & taken:
            taken |= indicators
            _write_group(draft, group)


def _write_group(draft: Draft, group: Sequence[Figure]) -> None:
    things = _things(draft, group)
    values = _values(draft, group)
    written: dict[int, str] = {}
    seen = set()
    for at, figure in sorted(enumerate(group), key=lambda each: each[1].whole is not None):
        thing = things[figure.about[0]]
        value = Decimal(draft.last - draft.first + 1) if _is_length(figure, thing, draft) else values[at]
        date = _date(draft, figure)
        same = (figure.indicator, thing, figure.kind, date, figure.population)
        if same in seen:
            continue
        seen.add(same)
        statements: list[tuple[str, Value | list[Value]]] = [
            ("dx:about", thing),
            ("dx:indicator", figure.indicator),
            ("dx:population", both(figure.population) if figure.population else []),
            ("dx:value", decimal(value)),
            ("dx:unit", Text(figure.unit)),
            ("dx:asOf", date),
            ("dx:kind", figure.kind),
            ("dx:printed", Text(_printed(value, figure.unit))),
        ]
        if figure.whole is not None:
            statements.append(("dx:componentOf", written[figure.whole]))
        statements.append(("rdfs:comment", both(COMMENTS["date"]) if figure.date == "fy" else []))
        slug = key_of(figure.indicator)
        iri = draft.make("figure", slug, *([len(seen)] if len(group) > 1 else []))
        draft.paper.add(iri, "Figure", _label(draft.reference, figure.indicator, value, figure.unit),
                        f"図表・本文 {draft.name_of(figure.indicator).ja}", statements)  # fmt: skip
        written[at] = iri


def _is_length(figure: Figure, thing: str, draft: Draft) -> bool:
    return thing == draft.plan and figure.indicator == INDICATOR + "plan-years"


def _things(draft: Draft, group: Sequence[Figure]) -> dict[int, str]:
    """Choose what the figures of a group are about: a thing of the same kind for each that there was."""
    elements = [b.iri for b in draft.branches if b.role in ("Item", "Measure")]
    pools = {
        "plan": [draft.plan, *draft.plans],
        "municipality": [draft.municipality],
        "body": [make("body", "japan")],
        "national": [draft.version],
        "goal": draft.goals or elements,
        "term": draft.terms or elements,
    }
    chosen: dict[int, str] = {}
    for number, kind in dict.fromkeys(figure.about for figure in group):
        pool = pools.get(kind, elements)
        free = [thing for thing in pool if thing not in chosen.values()] or pool
        chosen[number] = free[0] if kind in ("plan", "municipality", "body", "national") else draft.rng.choice(free)
    return chosen


def _values(draft: Draft, group: Sequence[Figure]) -> list[Decimal]:
    """Vary the values of a group: parts still add up, and no target is reached before its time."""
    values = [_varied(draft, figure) for figure in group]
    parts = {at: [n for n, figure in enumerate(group) if figure.whole == at] for at in range(len(group))}

    def summed(at: int) -> Decimal:
        return sum((summed(part) for part in parts[at]), Decimal()) if parts[at] else values[at]

    values = [summed(at) for at in range(len(group))]
    targets = [at for at, figure in enumerate(group) if figure.kind == dx("Target")]
    for at, figure in enumerate(group):
        aims = [values[t] for t in targets if group[t].indicator == figure.indicator]
        if figure.kind == dx("Observed") and aims:
            values[at] = short_of(draft.reference, figure.indicator, values[at], aims)
    return values


def short_of(reference: Reference, indicator: str, value: Decimal, aims: Sequence[Decimal]) -> Decimal:
    """Return a value that does not reach any of some targets yet."""
    if reference.is_lower_better(indicator):
        return max(value, max(aims) + 1)
    most = (min(aims) * Decimal("0.9")).to_integral_value(ROUND_FLOOR)
    return min(value, most if most < min(aims) else min(aims) - 1)


def _varied(draft: Draft, figure: Figure) -> Decimal:
    is_whole = figure.value == figure.value.to_integral_value()
    if figure.kind in (dx("Threshold"), dx("Stated")) or (not is_whole and figure.unit != "%"):
        return figure.value
    factor = Decimal(f"{draft.rng.uniform(*_SPREAD):.2f}")
    value = (figure.value * factor).quantize(Decimal(1) if is_whole else Decimal("0.1"))
    if figure.unit == "%":
        return min(value, Decimal(100))
    return max(value, Decimal(1)) if figure.value else figure.value


def _date(draft: Draft, figure: Figure) -> Value:
    western = draft.first - figure.age
    if figure.kind == dx("Target"):
        western = min(max(western, draft.first), draft.last)
    if figure.date == "fy":
        return year(western)
    texts = {"xsd:date": f"{western}-{10 - figure.age % 3:02}-01", "xsd:gYearMonth": f"{western}-09"}
    return Text(texts.get(figure.date, str(western)), "", figure.date)


def _printed(value: Decimal, unit: str) -> str:
    return f"{value.normalize():,f}{unit}"


def _label(reference: Reference, indicator: str, value: Decimal, unit: str) -> Names:
    names, number = reference.names[indicator], f"{value.normalize():,f}"
    return Names(f"{names.ja}：{number}{unit}", f"{names.en}: {number}{'%' if unit == '%' else ''}")


# ---- Counts / 件数 ----


def write_counts(draft: Draft) -> None:
    """Write what the plan counts of itself, at first as nothing: :func:`restate` counts when all is written."""
    wholes: dict[str, str] = {}
    for indicator in draft.layout.counted:
        kind = counted(draft.reference, indicator)
        if indicator == _OF_ITEM or (kind == "Project" and not draft.layout.projects):
            continue
        wholes[indicator] = _write_count(draft, indicator, draft.plan, draft.make("figure", key_of(indicator)), None)
    if _OF_ITEM in draft.layout.counted:
        for branch in draft.branches:
            if branch.role == "Item":
                iri = draft.make("figure", key_of(_OF_ITEM), *branch.path)
                _write_count(draft, _OF_ITEM, branch.iri, iri, wholes.get(INDICATOR + "actions"))


def _write_count(draft: Draft, indicator: str, about: str, iri: str, whole: str | None) -> str:
    unit = _UNITS[counted(draft.reference, indicator)]
    statements: list[tuple[str, Value | list[Value]]] = [
        ("dx:about", about),
        ("dx:indicator", indicator),
        ("dx:value", decimal(Decimal())),
        ("dx:unit", Text(unit)),
        ("dx:asOf", year(draft.first)),
        ("dx:kind", dx("Stated")),
        ("dx:printed", Text(f"0{unit}")),
    ]
    if whole:
        statements.append(("dx:componentOf", whole))
    statements.append(("rdfs:comment", both(COMMENTS["date"])))
    names = draft.name_of(indicator)
    draft.paper.add(iri, "Figure", names, f"計画体系 {names.ja}", statements)
    return iri


def counted(reference: Reference, indicator: str) -> str:
    """Return the class of elements that an indicator counts, or nothing."""
    kinds = reference.nodes[indicator].get("dx:countsClass", [])
    return str(kinds[0]).removeprefix(dx("")) if kinds else ""


def restate(paper: Paper, reference: Reference) -> None:
    """Let everything that a plan counts of itself be what can be counted in it."""
    model = Model([paper.nodes], reference)
    for node in paper.nodes.values():
        if dx("Stated") not in node.get("dx:kind", ()):
            continue
        indicator, whole = (str(node[name][0]) for name in ("dx:indicator", "dx:about"))
        kind = counted(reference, indicator)
        if kind:
            found = sum(model.states(part, kind) for part in model.parts.get(whole, ()))
            set_value(node, reference, indicator, Decimal(found))


def set_value(node: Node, reference: Reference, indicator: str, value: Decimal) -> None:
    """Let a figure have a value, in its label and its print too."""
    unit = node["dx:unit"][0]
    assert isinstance(unit, Text)
    node["rdfs:label"] = both(_label(reference, indicator, value, unit.value))
    node["dx:value"] = [decimal(value)]
    node["dx:printed"] = [Text(_printed(value, unit.value))]
