"""Answers on who does what in which stage, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from dxplan.iris import PREFIXES, make
from nation.answers.cities import City, Row, question
from nation.papers import year
from nation.schedules import IMPLEMENT, PILOT, STUDY

__all__: list[str] = []

_TOPIC = PREFIXES["topic"] + "kakanai-madoguchi"
_BEGINNING = (STUDY, PILOT, IMPLEMENT)


@question("actions-by-stage-and-year", "plan", "fiscalYear", "printed", "count")
def _actions_by_stage_and_year(city: City) -> Iterator[Row]:
    model = city.model
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for action in model.of_kind("Action"):
        for phase in model.pointing("dx:phaseOf", action):
            for printed in model.texts(phase, "dx:printed"):
                for fy in model.during(phase):
                    for plan in model.plans_of(action):
                        found[plan, fy, printed].add(action)
    for key, actions in found.items():
        yield *key, len(actions)


@question("study-phases-longer-than", "city", "element", "printed", "from", "through", "length", "alsoStage", "reading",
          "document", "locator")  # fmt: skip
def _study_phases_longer_than(city: City) -> Iterator[Row]:
    model = city.model
    for element, _, whose in city.elements:
        for phase in model.pointing("dx:phaseOf", element):
            if STUDY not in model.iris(phase, "dx:stage"):
                continue
            others = [stage for stage in model.iris(phase, "dx:stage") if stage != STUDY] or [""]
            for begin, end in _spans(city, phase):
                length = city.reference.years[end] - city.reference.years[begin] + 1
                if length > 2:
                    for printed in model.texts(phase, "dx:printed"):
                        for document, place in city.places(phase):
                            for other in others:
                                for reading in city.or_nothing(phase, "dx:reading"):
                                    yield whose, element, printed, begin, end, length, other, reading, document, place


def _spans(city: City, phase: str) -> list[tuple[str, str]]:
    begins, ends = city.model.iris(phase, "dx:from"), city.model.iris(phase, "dx:through")
    return [(begin, end) for begin in begins for end in ends]


@question("stages-going-backwards", "city", "element", "before", "beforeFrom", "beforeThrough", "after", "afterFrom",
          "afterThrough", "document", "locator")  # fmt: skip
def _stages_going_backwards(city: City) -> Iterator[Row]:
    model, at = city.model, city.reference.positions
    for element, _, whose in city.elements:
        phases = [p for p in model.pointing("dx:phaseOf", element)
                  if model.years(p, "dx:from") and model.iris(p, "dx:stage")]  # fmt: skip
        if len(phases) < 2:
            continue
        for earlier in phases:
            lowest = min(at[stage] for stage in model.iris(earlier, "dx:stage"))
            for later in phases:
                if max(at[stage] for stage in model.iris(later, "dx:stage")) >= lowest:
                    continue
                if min(model.years(earlier, "dx:from")) >= max(model.years(later, "dx:from")):
                    continue
                for before in model.texts(earlier, "dx:printed"):
                    for span in _spans(city, earlier):
                        for after in model.texts(later, "dx:printed"):
                            for other in _spans(city, later):
                                for document, place in city.places(later):
                                    yield whose, element, before, *span, after, *other, document, place


@question("phases-after-national-deadline", "city", "nationalItem", "deadline", "element", "printed", "stage", "from",
          "through", "reading", "document", "locator")  # fmt: skip
def _phases_after_national_deadline(city: City) -> Iterator[Row]:
    model, deadlines = city.model, city.reference.deadlines
    for element, _, whose in city.elements:
        for item in model.addresses(element):
            if item not in deadlines:
                continue
            for phase in model.pointing("dx:phaseOf", element):
                for begin, end in _spans(city, phase):
                    if city.reference.years[end] <= deadlines[item]:
                        continue
                    for stage in (s for s in model.iris(phase, "dx:stage") if s in _BEGINNING):
                        for printed in model.texts(phase, "dx:printed"):
                            for reading in city.or_nothing(phase, "dx:reading"):
                                for document, place in city.places(phase):
                                    yield (whose, item, year(deadlines[item]), element, printed, stage, begin, end,
                                           reading, document, place)  # fmt: skip


@question("timeline-of-topic", "city", "element", "standing", "printed", "stage", "from", "through", "reading",
          "document", "locator")  # fmt: skip
def _timeline_of_topic(city: City, topic: str = _TOPIC) -> Iterator[Row]:
    model = city.model
    on_topic = set(city.on(topic))
    nodes: list[tuple[str, str, str, str, str, str]] = []
    for element, _, whose in city.elements:
        if element in on_topic:
            for phase in model.pointing("dx:phaseOf", element):
                for printed in model.texts(phase, "dx:printed"):
                    nodes += [(whose, element, "planned", phase, printed, s) for s in model.iris(phase, "dx:stage")]
    nodes += [
        (whose, service, "in-service", service, "", "") for service, whose in city.services if service in on_topic
    ]
    for whose, element, standing, node, printed, stage in nodes:
        begins = model.iris(node, "dx:from") + [year(y) for y in sorted(model.runs_from(node))]
        for begin in begins or [""]:
            for end in model.iris(node, "dx:through") or [""]:
                for reading in city.or_nothing(node, "dx:reading"):
                    for document, place in city.places(node):
                        yield whose, element, standing, printed, stage, begin, end, reading, document, place


@question("first-year-of-each-stage", "city", "standing", "stage", "begins", "element", "reading", "document",
          "locator")  # fmt: skip
def _first_year_of_each_stage(city: City, topic: str = _TOPIC) -> Iterator[Row]:
    model = city.model
    on_topic = set(city.on(topic))
    told: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for element, _, whose in city.elements:
        for phase in model.pointing("dx:phaseOf", element) if element in on_topic else ():
            for stage in (s for s in model.iris(phase, "dx:stage") if s in _BEGINNING):
                told[whose, stage] += [(begin, element, phase) for begin in model.years(phase, "dx:from")]
    nodes: list[tuple[str, str, str, str, str, str]] = [
        (whose, "planned", stage, year(begin), element, phase)
        for (whose, stage), phases in told.items()
        for begin, element, phase in phases
        if (begin, phase) == min((first, key) for first, _, key in phases)
    ]
    for service, whose in city.services:
        if service in on_topic:
            begins = [year(begin) for begin in model.runs_from(service)] or [""]
            nodes += [(whose, "in-service", "", begin, service, service) for begin in begins]
    for *row, node in nodes:
        for reading in city.or_nothing(node, "dx:reading"):
            for document, place in city.places(node):
                yield (*row, reading, document, place)


@question("timeline-of-city", "item", "action", "printed", "stage", "from", "through", "reading", "document",
          "locator")  # fmt: skip
def _timeline_of_city(city: City) -> Iterator[Row]:
    model, wanted = city.model, make("municipality", "08223")
    for item, _, whose in city.elements if city.iri == wanted else ():
        if whose != wanted or not model.is_a(item, "Item"):
            continue
        for action in ["", *model.pointing("dx:partOf", item)]:
            for phase in model.pointing("dx:phaseOf", action or item):
                for begin, end in _spans(city, phase) or [("", "")]:
                    for stage in model.iris(phase, "dx:stage"):
                        for reading in city.or_nothing(phase, "dx:reading"):
                            for document, place in city.places(phase):
                                for printed in model.texts(phase, "dx:printed"):
                                    yield item, action, printed, stage, begin, end, reading, document, place
