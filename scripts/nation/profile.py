"""The real plans, measured: what synthetic plans are drawn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from dxplan.documents import read
from dxplan.iris import key_name, make
from nation.model import LINKS, ROLES, Model
from nation.municipalities import REAL
from nation.papers import Names, dx, kind_of, nodes_of
from nation.reference import Reference
from nation.samples import Aim, Cell, Element, Figure, Headword, Layout, Listing, Profile, Service

__all__ = ["measure"]

# How many topics synthetic plans leave to real ones.
_KEPT = 3
_LISTS = {"procedure": "Procedure", "system": "CoreSystem", "dataset": "OpenDataSet"}
_ABOUT = ("plan", "municipality", "goal", "term", "body", "national")


def measure(root: Path, reference: Reference) -> Profile:
    """Measure the real plans of a root, and the real record."""
    models = [Model([nodes_of(read(root / "data" / "plans" / f"{key}.ttl"))], reference) for key in REAL]
    records = [nodes_of(read(path)) for path in sorted((root / "data" / "reports").glob("*.ttl"))]
    layouts = tuple(_layout(key, model) for key, model in zip(REAL, models, strict=True))
    cells = [cell for layout in layouts for role in layout.elements.values() for e in role for cell in e.cells]
    often = Counter(cell.printed for cell in cells)
    words: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for cell in cells:
        if often[cell.printed] > 1:
            words[cell.stages].append(cell.printed)
    divisions = {
        key_name(name.ja): name for model in models for iri in model.of_kind("Division") for name in _names(model, iri)
    }
    headwords: dict[str, list[Headword]] = defaultdict(list)
    for model in models:
        for word in (_headword(model, iri) for iri in model.of_kind("Term")):
            headwords[key_name(word.names.ja)].append(word)
    kept = _kept(models, reference)
    everything = Model([*(model.nodes for model in models), *records], reference)
    return Profile(
        layouts=layouts,
        lengths=tuple(layout.years for layout in layouts),
        topics={
            role: tuple(e.topics for layout in layouts for e in layout.elements.get(role, ()) if e.topics)
            for role in ROLES
        },
        words={stages: tuple(found) for stages, found in words.items()},
        positions=tuple(
            reference.positions[item] for model in models for iri in model.nodes for item in model.iris(iri, *LINKS)
        ),
        divisions=tuple(divisions.values()),
        headwords=tuple(tuple(found) for found in headwords.values()),
        outcomes=tuple(
            outcome for iri in everything.of_kind("ProgressStatus") for outcome in everything.iris(iri, "dx:outcome")
        ),
        free=tuple(topic for topic in reference.of_kind("Topic") if topic not in kept),
    )


def _kept(models: Sequence[Model], reference: Reference) -> list[str]:
    """Return the last topics that one real plan alone is on, and that have none narrower."""
    plans = Counter(
        topic
        for key, model in zip(REAL, models, strict=True)
        for topic in {t for e in model.parts[make("plan", key)] for t in model.on_topics(e)}
    )
    broader = {t for topic, above in reference.above.items() for t in above if t != topic}
    return [topic for topic in reference.above if plans[topic] == 1 and topic not in broader][-_KEPT:]


def _names(model: Model, iri: str) -> Iterable[Names]:
    labels = ("rdfs:label", "skos:prefLabel")
    for ja, en in zip(model.texts(iri, *labels, lang="ja"), model.texts(iri, *labels, lang="en"), strict=False):
        yield Names(ja, en)


def _layout(key: str, model: Model) -> Layout:
    plan = make("plan", key)
    first, last = model.years(plan, "dx:firstYear")[0], model.years(plan, "dx:lastYear")[0]
    by_role = {role: [e for e in model.of_kind(role) if plan in model.within(e)] for role in ROLES}
    roles = tuple(role for role in ROLES if by_role[role])
    figures = model.of_kind("Figure")
    counting = [f for f in figures if _counts(model, f)]
    return Layout(
        key=key,
        first=first,
        years=last - first + 1,
        roles=roles,
        numbers={role: model.texts(by_role[role][0], "skos:notation")[0] for role in roles if role != "Action"},
        is_running="-" not in by_role["Item"][0].removeprefix(make("item", key, "")),
        tops=len(by_role["Policy"]),
        elements={role: tuple(_element(model, e, first, last) for e in by_role[role]) for role in roles},
        projects=tuple(_element(model, e, first, last) for e in model.of_kind("Project")),
        groups=_groups(model, first, [f for f in figures if f not in counting]),
        counted=tuple(dict.fromkeys(i for f in counting for i in model.iris(f, "dx:indicator"))),
        services=tuple(_service(model, each, first) for each in model.of_kind("Deployment")),
        errata=tuple(kind_of(about) for e in model.of_kind("Erratum") for about in
                     model.iris(e, "dx:about")[:1]),
        terms=len(model.of_kind("Term")),
        divisions=len(model.of_kind("Division")),
        bodies=sum(kind_of(iri) == "body" for iri in model.nodes),
        plans=sum("dx:transcription" not in model.nodes[p] for p in model.of_kind("Plan") if p in model.nodes),
        past=sum(e in model.nodes and plan not in model.within(e) for e in model.of_kind("Element")),
    )  # fmt: skip


def _counts(model: Model, figure: str) -> bool:
    """Tell whether a figure counts the elements of its own plan, which a synthetic plan must count anew."""
    indicators = model.iris(figure, "dx:indicator")
    return dx("Stated") in model.iris(figure, "dx:kind") and any(model.iris(i, "dx:countsClass") for i in indicators)


def _element(model: Model, iri: str, first: int, last: int) -> Element:
    node = model.nodes[iri]
    cells = _cells(model, iri, first, last)
    parts = [p for p in model.pointing("dx:partOf", iri) if not model.is_a(p, "Project")]
    return Element(
        topics=tuple(model.iris(iri, "dx:topic")),
        printed_links=len(model.iris(iri, LINKS[0])),
        read_links=len(model.iris(iri, LINKS[1])),
        divisions=len(model.iris(iri, "dx:responsibleDivision")),
        scopes=tuple(model.iris(iri, "dx:scope")),
        marks=tuple(model.iris(iri, "dx:mark")),
        terms=len(model.iris(iri, "dx:usesTerm")),
        is_titled="dx:printedTitle" in node,
        is_described="dct:description" in node,
        is_commented="rdfs:comment" in node,
        parts=len(parts),
        cells=cells if _goes_on(model.reference, cells) else (),
        aims=tuple(
            Aim("skos:notation" in model.nodes[g], next((y - first for y in model.years(g, "dx:fiscalYear")), None))
            for g in model.pointing("dx:goalOf", iri)
        ),
        listings=_listings(model, iri),
        parent=kind_of(next(iter(model.iris(iri, "dx:partOf")), "")),
    )


def _cells(model: Model, iri: str, first: int, last: int) -> tuple[Cell, ...]:
    cells = []
    for phase in model.pointing("dx:phaseOf", iri):
        begin, end = model.years(phase, "dx:from"), model.years(phase, "dx:through")
        cells.append(
            Cell(
                printed=model.texts(phase, "dx:printed")[0],
                stages=tuple(model.iris(phase, "dx:stage")),
                first=begin[0] - first if begin else None,
                last=end[0] - first if end else None,
                is_open=last in end,
                is_reconstructed="dx:reading" in model.nodes[phase],
            )
        )
    return tuple(cells)


def _goes_on(reference: Reference, cells: tuple[Cell, ...]) -> bool:
    """Tell whether a schedule has no gap and no step back: one that has is an error of its plan, not its custom."""
    dated = [cell for cell in cells if cell.first is not None and cell.last is not None]
    covered = {at for cell in dated for at in range(cell.first or 0, (cell.last or 0) + 1)}
    if covered and len(covered) != max(covered) - min(covered) + 1:
        return False
    at = reference.positions
    return all(
        after.first != (before.last or 0) + 1
        or any(at[b] == 5 or at[a] >= at[b] for a in after.stages for b in before.stages)
        for before in dated
        for after in dated
    )


def _listings(model: Model, iri: str) -> tuple[Listing, ...]:
    rows = model.pointing("dx:entryOf", iri)
    kinds = [kind_of(model.iris(row, "dx:subject")[0]) for row in rows]
    named = [kind for kind, row in zip(kinds, rows, strict=True) if model.iris(row, "dx:division")]
    return tuple(Listing(_LISTS[kind], kinds.count(kind), named.count(kind)) for kind in dict.fromkeys(kinds))


def _service(model: Model, iri: str, first: int) -> Service:
    dates = model.nodes[iri].get("dx:since", [])
    form = "" if not dates else "fy" if isinstance(dates[0], str) else dates[0].datatype
    return Service(
        topics=tuple(model.iris(iri, "dx:topic")),
        form=form,
        age=first - min(model.runs_from(iri), default=first),
        is_mentioned=bool(model.iris(iri, "dx:mentionedIn")),
        is_reconstructed="dx:reading" in model.nodes[iri],
    )


def _headword(model: Model, iri: str) -> Headword:
    others = tuple((value.value, value.lang) for value in model.nodes[iri].get("skos:altLabel", ()) if
                   not isinstance(value, str))  # fmt: skip
    exact, close = (tuple(model.iris(iri, name)) for name in ("skos:exactMatch", "skos:closeMatch"))
    return Headword(next(iter(_names(model, iri))), others, exact, close)


def _groups(model: Model, first: int, figures: list[str]) -> tuple[tuple[Figure, ...], ...]:
    """Put the figures together that have an indicator in common, or that are parts of one whole."""
    home = {figure: figure for figure in figures}

    def root(figure: str) -> str:
        while home[figure] != figure:
            figure = home[figure]
        return figure

    first_of: dict[str, str] = {}
    for figure in figures:
        indicator = model.iris(figure, "dx:indicator")[0]
        home[root(figure)] = root(first_of.setdefault(indicator, figure))
        for whole in model.iris(figure, "dx:componentOf"):
            if whole in home:
                home[root(figure)] = root(whole)
    groups: dict[str, list[str]] = defaultdict(list)
    for figure in figures:
        groups[root(figure)].append(figure)
    return tuple(_group(model, first, group) for group in groups.values())


def _group(model: Model, first: int, group: list[str]) -> tuple[Figure, ...]:
    about = [model.iris(figure, "dx:about")[0] for figure in group]
    numbers = {thing: at for at, thing in enumerate(dict.fromkeys(about))}
    found = []
    for figure, thing in zip(group, about, strict=True):
        kind = kind_of(thing)
        date = model.nodes[figure]["dx:asOf"][0]
        then = model.years(figure, "dx:asOf")[0] if isinstance(date, str) else int(date.value[:4])
        people = [Names(*both) for both in zip(
            model.texts(figure, "dx:population", lang="ja"), model.texts(figure, "dx:population", lang="en"),
            strict=True)]  # fmt: skip
        wholes = [group.index(whole) for whole in model.iris(figure, "dx:componentOf") if whole in group]
        found.append(
            Figure(
                indicator=model.iris(figure, "dx:indicator")[0],
                kind=model.iris(figure, "dx:kind")[0],
                value=Decimal(model.texts(figure, "dx:value")[0]),
                unit=model.texts(figure, "dx:unit")[0],
                about=(numbers[thing], kind if kind in _ABOUT else "element"),
                date="fy" if isinstance(date, str) else date.datatype,
                age=first - then,
                population=people[0] if people else None,
                whole=wholes[0] if wholes else None,
            )
        )
    return tuple(found)
