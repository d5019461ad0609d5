"""What the documents of a municipality say together of each topic and of each national item.

These are the two cubes, worked out from what the ontology says of their properties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from nation.model import LINKS
from nation.papers import Text, dx

if TYPE_CHECKING:
    from nation.answers.cities import City

__all__ = ["Coverage", "Observations", "Standing"]

_TASKS = ("Item", "Action", "Project")


@dataclass(frozen=True)
class Standing:
    """What is said of a topic; what does not hold is None.

    :param is_planned: whether an element of a collected plan takes it up.
    :param planned: the year in which the first such element begins, and that element.
    :param is_assumed: whether that is the first year of its plan for want of a schedule.
    :param by: the year by which a service runs at the latest, and the service that runs in it.
    :param since: the first year in which a document says that a service began.
    :param undated: a service of which no document says since when it runs.
    :param broader: where no plan takes it up, the element that takes up the nearest broader topic.
    """

    is_planned: bool = False
    planned: tuple[int, str] | None = None
    is_assumed: bool = False
    by: tuple[int, str] | None = None
    since: int | None = None
    undated: str | None = None
    mention: str | None = None
    broader: str | None = None

    @property
    def service(self) -> str | None:
        """The service that runs in the year by which one does; of those of no year, the one without a date."""
        return self.by[1] if self.by else self.undated

    @property
    def is_running(self) -> bool:
        """Tell whether a document says that it runs already, dated or not."""
        return self.service is not None

    def kind(self, is_known: bool) -> str:
        """Return what there is to say in all, as the class of standing is called.

        :param is_known: whether a plan was transcribed as a whole, so that one can say what is not there.
        """
        if self.is_planned:
            return "Planned"
        if self.is_running:
            return "InService"
        if not is_known:
            return "NotKnown"
        return "Mentioned" if self.mention else "BroaderOnly" if self.broader else "NotInPlan"


@dataclass(frozen=True)
class Coverage:
    """How a national item is covered: the elements with a link of their own, and how many of them are what.

    :param under: how many items have no link but lie within an element that has one.
    :param counterparts: the items of the versions cited that it is, which comes first, or that are mapped to it.
    """

    elements: frozenset[str]
    in_print: int
    direct: int
    tasks: int
    under: int
    counterparts: tuple[str, ...]

    def kind(self, is_known: bool) -> str:
        """Return how it is covered in all, as the class of coverage is called."""
        if self.tasks:
            return "CoveredItself"
        if self.elements:
            return "CoveredFromAbove"
        return "NotCovered" if is_known else "CoverageNotKnown"


class Observations:
    """What is said of a municipality by the documents that are its own."""

    def __init__(self, city: City) -> None:
        """Look at the plans and services that are said to be those of the municipality."""
        self.city = city
        self._model = city.model
        self.plans = {plan for plan, whose, _ in city.plans if whose == city.iri}
        self._elements = list(dict.fromkeys(e for e, _, whose in city.elements if whose == city.iri))
        self._services = [service for service, whose in city.services if whose == city.iri]

    @cached_property
    def known_from(self) -> int | None:
        """The earliest first year of the plans that were transcribed as a whole."""
        whole = {plan for plan, _, degree in self.city.plans if plan in self.plans and degree == dx("Complete")}
        return min((y for plan in whole for y in self._model.years(plan, "dx:firstYear")), default=None)

    # ---- Topics / 主題 ----

    def standing(self, topic: str) -> Standing:
        """Return what is said of a topic."""
        return self._standings.get(topic) or Standing(broader=self._broader(topic))

    def first_phase(self, topic: str, stage: str) -> str | None:
        """Return the phase of a stage that begins first of those of elements on a topic; in the same year, by key."""
        return self._first_phases.get((topic, stage), (0, None))[1]

    @cached_property
    def _first_phases(self) -> dict[tuple[str, str], tuple[int, str]]:
        model, found = self._model, dict[tuple[str, str], tuple[int, str]]()
        for element in self._elements:
            for phase in model.pointing("dx:phaseOf", element):
                for pair in product(self.city.topics.get(element, ()), model.iris(phase, "dx:stage")):
                    begins = [(begin, phase) for begin in model.years(phase, "dx:from")]
                    if known := [*begins, *([found[pair]] if pair in found else [])]:
                        found[pair] = min(known)
        return found

    @property
    def topics(self) -> Iterable[str]:
        """The topics that are planned or mentioned, or run already."""
        return self._standings

    @cached_property
    def _standings(self) -> dict[str, Standing]:
        on, running, naming = self._by_topic(self._elements), self._by_topic(self._services), self._mentions
        return {
            topic: self._made(topic, on.get(topic, ()), running.get(topic, ()), naming.get(topic, ()))
            for topic in {**on, **running, **naming}
        }

    def _by_topic(self, nodes: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for node in nodes:
            for topic in self.city.topics.get(node, ()):
                found[topic].append(node)
        return found

    def _made(self, topic: str, elements: Iterable[str], services: Iterable[str], naming: Iterable[str]) -> Standing:
        model = self._model
        elements, services = list(elements), list(services)
        first = min(((y, not model.is_a(e, "Item"), e) for e in elements for y in model.begins(e)), default=None)
        by = min(((y, y not in model.runs_from(s), s) for s in services for y in model.runs_by(s)), default=None)
        return Standing(
            is_planned=bool(elements),
            planned=first and (first[0], first[2]),
            is_assumed=first is not None and model.is_assumed(first[2]),
            by=by and (by[0], by[2]),
            since=min((y for s in services for y in model.runs_from(s)), default=None),
            undated=min((s for s in services if not model.runs_from(s)), default=None),
            mention=min(naming, default=None),
            broader=None if elements else self._broader(topic),
        )

    @cached_property
    def _mentions(self) -> dict[str, list[str]]:
        """What speaks of each topic without planning it: mentions, rows of lists, bodies, plans by another title."""
        model, city = self._model, self.city.iri
        naming = [m for m in model.of_kind("Mention") if city in model.iris(m, "dx:municipality")]
        naming += [row for e in self._elements for row in model.pointing("dx:entryOf", e)]
        own = [p for p in model.nodes if city in model.iris(p, "dx:municipality")]
        naming += {body for plan in own for body in model.iris(plan, "dx:steeredBy")}
        found = self._by_topic(naming)
        for plan in own:
            for title in self._model.nodes[plan].get("dx:alsoServesAs", ()):
                for named in self.city.reference.named.get(title, ()) if isinstance(title, Text) else ():
                    for topic in self.city.reference.above[named]:
                        found[topic].append(plan)
        return found

    def _broader(self, topic: str) -> str | None:
        """Return the element that takes up the nearest of the broader topics that a plan takes up."""
        above = self.city.reference.above
        taken = [each for each in above[topic] - {topic} if each in self._taken_up]
        if not taken:
            return None
        return min(self._taken_up[max(taken, key=lambda each: len(above[each]))])

    @cached_property
    def _taken_up(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for element in self._elements:
            for topic in self._model.iris(element, "dx:topic"):
                found[topic].append(element)
        return found

    # ---- National items / 国の取組事項 ----

    @cached_property
    def _links(self) -> list[tuple[str, str, str]]:
        """What each element is linked to: the element, the ground, the national item."""
        return [(e, ground, item) for e in self._elements for ground in LINKS for item in self._model.iris(e, ground)]

    @cached_property
    def _cited(self) -> set[str]:
        return {version for plan in self.plans for version in self._model.iris(plan, "dx:citesNationalPlan")}

    def coverage(self, item: str) -> Coverage:
        """Return how a national item is covered, by links to it or to what it is mapped to."""
        if item not in self._covered:
            self._covered[item] = self._cover(item)
        return self._covered[item]

    @cached_property
    def _covered(self) -> dict[str, Coverage]:
        return {}

    def _cover(self, item: str) -> Coverage:
        model, matches = self._model, self.city.reference.matches[item]
        same = [link for link in self._links if link[2] in matches]
        linked = frozenset(element for element, _, _ in same)
        below = {part for element in linked for part in model.parts.get(element, ())} - linked
        return Coverage(
            elements=linked,
            in_print=len({element for element, ground, _ in same if ground == LINKS[0]}),
            direct=len({element for element, _, linked_to in same if linked_to == item}),
            tasks=sum(any(model.is_a(element, role) for role in _TASKS) for element in linked),
            under=sum(model.is_a(part, "Item") for part in below),
            counterparts=tuple(
                sorted(
                    (m for m in matches if self.city.reference.version_of(m) in self._cited),
                    key=lambda m: (m != item, m),
                )
            ),
        )
