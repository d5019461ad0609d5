"""Answers on topics that need all municipalities; only sums are kept of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from dxplan.iris import PREFIXES, make
from nation.answers.cities import City, Row, question
from nation.papers import dx, year

__all__ = ["Topics"]

_TOPIC = PREFIXES["topic"] + "kakanai-madoguchi"
_LACKING = make("municipality", "08205")
_LEAST = 2


@question("topic-across-cities", "city", "standing", "element", "begins", "division", "nationalItem", "target",
          "document", "locator")  # fmt: skip
def _topic_across_cities(city: City) -> Iterator[Row]:
    model = city.model
    on_topic = set(city.on(_TOPIC))
    nodes = [
        (whose, "planned", e, sorted(model.begins(e)))
        for e, _, whose in city.elements
        for role in ("Item", "Action")
        if e in on_topic and model.is_a(e, role)
    ]
    nodes += [(c, "in-service", d, sorted(model.runs_from(d)) or [0]) for d, c in city.services if d in on_topic]
    for whose, standing, node, begins in nodes:
        owners = [d for e in (node, *model.iris(node, "dx:partOf")) for d in model.iris(e, "dx:responsibleDivision")]
        goals = model.pointing("dx:goalOf", node)
        targets = [f for thing in (node, *goals) for f in model.pointing("dx:about", thing)
                   if dx("Target") in model.iris(f, "dx:kind") and model.is_named(f)]  # fmt: skip
        items = model.addresses(node) if standing == "planned" else ()
        for begin in begins:
            for division in [d for d in owners if model.is_named(d)] or [""]:
                for item in items or [""]:
                    for target in targets or [""]:
                        for document, place in city.places(node):
                            yield (whose, standing, node, year(begin) if begin else "", division, item, target,
                                   document, place)  # fmt: skip


class Topics:
    """How many municipalities plan each topic or run it already, and when they first take one up."""

    def __init__(self) -> None:
        self._planned: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._either: Counter[str] = Counter()
        self._new: Counter[int] = Counter()
        self._only: dict[str, tuple[str, int, int, bool]] = {}
        self._lacking: _Lacking | None = None

    def take(self, city: City) -> None:
        """Take up a municipality."""
        planned: dict[tuple[str, str], set[str]] = defaultdict(set)
        for element, _, whose in city.elements:
            for topic in city.topics.get(element, ()):
                planned[whose, topic].add(element)
        running = {(whose, topic) for service, whose in city.services for topic in city.topics.get(service, ())}
        self._planned.update(topic for _, topic in planned)
        self._running.update(topic for _, topic in running)
        self._either.update(topic for _, topic in {*planned, *running})
        for (whose, topic), elements in planned.items():
            if topic not in self._only:
                begins = [y for e in elements for y in city.model.begins(e)]
                self._only[topic] = (whose, len(elements), min(begins, default=0), (whose, topic) in running)
        first: dict[str, int] = {}
        for element, _, whose in city.elements:
            if _TOPIC in city.topics.get(element, ()):
                for begin in city.model.begins(element):
                    first[whose] = min(begin, first.get(whose, begin))
        for service, whose in city.services:
            if _TOPIC in city.topics.get(service, ()):
                for begin in city.model.runs_from(service):
                    first[whose] = min(begin, first.get(whose, begin))
        self._new.update(first.values())
        if city.iri == _LACKING:
            self._lacking = _Lacking(city, {topic for whose, topic in planned if whose == _LACKING})

    def answers(self) -> Iterator[tuple[str, tuple[str, ...], list[Row]]]:
        """Yield each question with its columns and its answer."""
        topics = sorted({*self._planned, *self._either})
        counts: list[Row] = [(t, self._planned[t], self._running[t], self._either[t]) for t in topics]
        yield "topics-by-number-of-cities", ("topic", "planned", "running", "either"), counts
        spread: list[Row] = [
            (year(begun), self._new[begun], sum(count for other, count in self._new.items() if other <= begun))
            for begun in sorted(self._new)
        ]
        yield "spread-of-topic", ("fiscalYear", "newCities", "cities"), spread
        only: list[Row] = [
            (whose, topic, elements, year(begun), self._running[topic] - runs)
            for topic, (whose, elements, begun, runs) in sorted(self._only.items())
            if self._planned[topic] == 1
        ]
        yield "topics-of-one-city", ("city", "topic", "elements", "begins", "runningElsewhere"), only
        lacking = list(self._lacking.rows(self._planned)) if self._lacking else []
        yield "topics-lacking-in-city", ("topic", "others", "standing", "since"), lacking


class _Lacking:
    """What one municipality has of the topics that it does not plan."""

    def __init__(self, city: City, planned: set[str]) -> None:
        model = city.model
        self._planned = planned
        self._is_whole = any(degree == dx("Complete") for _, whose, degree in city.plans if whose == city.iri)
        self._since: dict[str, list[str]] = defaultdict(list)
        for service, whose in city.services:
            if whose == city.iri:
                for topic in city.topics.get(service, ()):
                    self._since[topic] += [year(y) for y in model.runs_from(service)] or ["~"]
        own = [e for e, _, whose in city.elements if whose == city.iri]
        direct = {t for e in own if model.is_a(e, "Item") or model.is_a(e, "Action") for t in model.iris(e, "dx:topic")}
        self._broader = {t for t in city.reference.above if direct & set(model.iris(t, "skos:broader"))}

    def rows(self, others: Counter[str]) -> Iterator[Row]:
        """Yield the topics that others plan, and how the municipality stands to each."""
        for topic, count in sorted(others.items()):
            if count >= _LEAST and topic not in self._planned:
                if self._since[topic]:
                    standing = "in-service"
                elif topic in self._broader:
                    standing = "broader-only"
                else:
                    standing = "not-in-plan" if self._is_whole else "unknown"
                since = min(self._since[topic], default="~")
                yield topic, count, standing, "" if since == "~" else since
