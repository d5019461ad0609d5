"""Answers on figures, reports, and what documents get wrong or leave open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from dxplan.iris import PREFIXES, make
from nation.answers.cities import City, Row, question
from nation.figures import INDICATOR
from nation.papers import Text, Value, decimal, dx, year

__all__ = ["shown"]

_DUE = 2023
_CARD = PREFIXES["topic"] + "mynumber-card"
_ROLES = ("Policy", "Measure", "Item", "Action", "Project")


def shown(value: Value) -> str:
    """Return a value as a store shows it."""
    if isinstance(value, Text) and value.datatype == "xsd:decimal":
        return decimal(Decimal(value.value)).value
    return value if isinstance(value, str) else value.value


def _values(city: City, iri: str, predicate: str) -> list[str]:
    return [shown(value) for value in city.model.nodes.get(iri, {}).get(predicate, ())]


def _named(city: City, iri: str, predicate: str) -> list[str]:
    return [value for value in city.model.iris(iri, predicate) if city.model.is_named(value)]


def figures(city: City, iri: str) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield the indicator, thing, kind, date, value and unit of a figure."""
    for indicator in _named(city, iri, "dx:indicator"):
        for about in _named(city, iri, "dx:about"):
            for kind in _named(city, iri, "dx:kind"):
                for date in _values(city, iri, "dx:asOf"):
                    for value in _values(city, iri, "dx:value"):
                        for unit in _values(city, iri, "dx:unit"):
                            yield indicator, about, kind, date, value, unit


@question("figures-of-city", "indicator", "about", "population", "value", "unit", "asOf", "kind", "printed", "document",
          "locator")  # fmt: skip
def _figures_of_city(city: City) -> Iterator[Row]:
    wanted = make("municipality", "08221")
    for figure in city.model.of_kind("Figure") if city.iri == wanted else ():
        for people in city.model.texts(figure, "dx:population", lang="ja") or [""]:
            for indicator, about, kind, date, value, unit in figures(city, figure):
                for printed in city.model.texts(figure, "dx:printed"):
                    for document, place in city.places(figure):
                        if wanted in city.model.iris(document, "dct:publisher"):
                            yield indicator, about, people, value, unit, date, kind, printed, document, place


@question("figures-on-topic", "city", "indicator", "about", "value", "unit", "asOf", "kind", "document", "locator")
def _figures_on_topic(city: City) -> Iterator[Row]:
    model = city.model
    names = [name.value for name in city.reference.spellings[_CARD] if name.lang == "ja"]
    found: dict[Row, None] = {}
    for figure in model.of_kind("Figure"):
        for indicator, about, kind, date, value, unit in figures(city, figure):
            is_named = any(name in city.reference.names[indicator].ja for name in names)
            things = [about, *model.iris(about, "dx:goalOf")]
            if kind == dx("Stated") or not (is_named or any(_CARD in city.topics.get(each, ()) for each in things)):
                continue
            for whose, document, place in city.published(figure):
                found[whose, indicator, about, value, unit, date, kind, document, place] = None
    yield from found


@question("targets-and-observed-values", "city", "about", "indicator", "target", "due", "observed", "asOf", "unit",
          "better", "document", "locator")  # fmt: skip
def _targets_and_observed_values(city: City) -> Iterator[Row]:
    model = city.model
    results: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for figure in model.of_kind("Figure"):
        if dx("Observed") in model.iris(figure, "dx:kind"):
            for source in model.iris(figure, "dct:source"):
                for whose in model.iris(source, "dct:publisher"):
                    for indicator in model.iris(figure, "dx:indicator"):
                        for unit in _values(city, figure, "dx:unit"):
                            dates = _values(city, figure, "dx:asOf")
                            measured = [(v, date) for v in _values(city, figure, "dx:value") for date in dates]
                            results[whose, indicator, unit] += measured
    for figure in model.of_kind("Figure"):
        for indicator, about, kind, due, target, unit in figures(city, figure):
            if kind == dx("Target"):
                better = "lower" if city.reference.is_lower_better(indicator) else "higher"
                for whose, document, place in city.published(figure):
                    for observed, date in results.get((whose, indicator, unit)) or [("", "")]:
                        yield (whose, about, indicator, target, due, observed, date, unit, better, document,
                               place)  # fmt: skip


@question("targets-due-in-year", "city", "about", "target", "value", "unit", "document", "locator")
def _targets_due_in_year(city: City) -> Iterator[Row]:
    model, due = city.model, year(_DUE)
    found: list[tuple[str, str, str, str]] = []
    for goal in model.of_kind("Goal"):
        if due in model.iris(goal, "dx:fiscalYear"):
            aims = [f for f in model.pointing("dx:about", goal)
                    if dx("Target") in model.iris(f, "dx:kind") and due in model.iris(f, "dx:asOf")]  # fmt: skip
            numbers = [(v, u) for f in aims for v in _values(city, f, "dx:value") for u in _values(city, f, "dx:unit")]
            for about in model.iris(goal, "dx:goalOf"):
                found += [(about, goal, *number) for number in numbers or [("", "")]]
    for figure in model.of_kind("Figure"):
        if dx("Target") not in model.iris(figure, "dx:kind"):
            continue
        is_of_goal = any(due in model.iris(about, "dx:fiscalYear") for about in model.iris(figure, "dx:about"))
        days = [
            d for d in model.texts(figure, "dx:asOf") if f"{_DUE}-04-01" <= d <= f"{_DUE + 1}-03-31" and len(d) == 10
        ]
        for _ in [d for d in model.iris(figure, "dx:asOf") if d == due and not is_of_goal] + days:
            for about in model.iris(figure, "dx:about"):
                for value in _values(city, figure, "dx:value"):
                    found += [(about, figure, value, unit) for unit in _values(city, figure, "dx:unit")]
    for about, target, value, unit in found:
        if model.is_named(target):
            for whose, document, place in city.published(target):
                yield whose, about, target, value, unit, document, place


@question("plan-versus-report", "indicator", "fiscalYear", "stated", "computed", "document", "locator")
def _plan_versus_report(city: City) -> Iterator[Row]:
    model = city.model
    counted: dict[tuple[str, str, str, str, str], set[str]] = {}
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for document in (d for d in model.of_kind("Document") if model.is_named(d)):
        for plan in model.iris(document, "dx:reportsOn"):
            for figure in model.pointing("dct:source", document):
                if dx("Stated") not in model.iris(figure, "dx:kind") or plan not in model.iris(figure, "dx:about"):
                    continue
                for indicator in model.iris(figure, "dx:indicator"):
                    stages = model.iris(indicator, "dx:countsStage")
                    for fy in model.iris(figure, "dx:asOf"):
                        for value in _values(city, figure, "dx:value"):
                            if stages:
                                sums[plan, document, fy].append(Decimal(value))
                            for kind in model.iris(indicator, "dx:countsClass"):
                                parts = _counted(city, plan, kind, stages, fy)
                                for place in model.texts(figure, "dx:locator"):
                                    counted.setdefault((indicator, fy, value, document, place), set()).update(parts)
    for (plan, document, fy), values in sums.items():
        actions = [part for part in model.parts.get(plan, ()) if model.is_a(part, "Action")]
        if len(values) > 1 and actions:
            key = (INDICATOR + "actions-in-any-stage", fy, decimal(sum(values, Decimal())).value, document, "")
            counted.setdefault(key, set()).update(actions)
    for key, parts in counted.items():
        yield *key[:3], len(parts), *key[3:]


def _counted(city: City, plan: str, kind: str, stages: list[str], fy: str) -> set[str]:
    model = city.model
    parts = {part for part in model.parts.get(plan, ()) if kind in model.kinds.get(part, ())}
    if not stages:
        return parts
    return {
        part
        for part in parts
        for phase in model.pointing("dx:phaseOf", part)
        if set(stages) & set(model.iris(phase, "dx:stage")) and fy in model.during(phase)
    }


@question("progress-of-elements", "plan", "element", "fiscalYear", "outcome", "printed", "reading", "document",
          "locator")  # fmt: skip
def _progress_of_elements(city: City) -> Iterator[Row]:
    model = city.model
    for status in (iri for iri, node in model.nodes.items() if "dx:statusOf" in node):
        for element in _named(city, status, "dx:statusOf"):
            for plan in (p for p in model.plans_of(element) if model.is_named(p)):
                for fy in model.iris(status, "dx:fiscalYear"):
                    for outcome in _named(city, status, "dx:outcome"):
                        for printed in model.texts(status, "dx:printed"):
                            for reading in city.or_nothing(status, "dx:reading"):
                                for document, place in city.places(status):
                                    yield plan, element, fy, outcome, printed, reading, document, place


@question("errata-of-document", "erratum", "printed", "correctedReading", "about", "reading", "locator")
def _errata_of_document(city: City) -> Iterator[Row]:
    model, wanted = city.model, make("document", "08236-2022")
    for erratum in model.of_kind("Erratum"):
        if wanted in model.iris(erratum, "dct:source") and model.is_named(erratum):
            for printed in model.texts(erratum, "dx:printed"):
                for meant in model.texts(erratum, "dx:correctedReading") or [""]:
                    for about in _named(city, erratum, "dx:about"):
                        for reading in city.or_nothing(erratum, "dx:reading"):
                            for place in model.texts(erratum, "dx:locator"):
                                yield erratum, printed, meant, about, reading, place


@question("reconstructed-readings", "document", "kind", "statement", "locator")
def _reconstructed_readings(city: City) -> Iterator[Row]:
    model = city.model
    roles = {dx(role) for role in _ROLES}
    for iri, node in model.nodes.items():
        if dx("Reconstructed") not in node.get("dx:reading", ()) or not model.is_named(iri):
            continue
        for kind in model.kinds[iri]:
            if kind.startswith(dx("")) and kind not in roles and city.model.is_named(kind):
                for document, place in city.places(iri):
                    for _ in model.texts(iri, "rdfs:comment", lang="ja") or [""]:
                        yield document, kind, iri, place
