"""Answers on topics; of those that need all municipalities only sums are kept of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from dxplan.iris import PREFIXES, make
from nation.answers.cities import City, Row, question
from nation.answers.observations import Observations, Standing
from nation.papers import dx, year

__all__ = ["Topics"]

_TOPIC = PREFIXES["topic"] + "kakanai-madoguchi"
_AS_OF = year(2026)
_LACKING, _LEAST = make("municipality", "08205"), "2"
#: How a question calls what stands in the way of a topic.
_CODES = {"InService": "in-service", "Mentioned": "mentioned", "BroaderOnly": "broader-only",
          "NotInPlan": "not-in-plan", "NotKnown": "unknown"}  # fmt: skip


@question("cities-without-topic", "city", "standing", "since", "element", "assumed", "evidence")
def _cities_without_topic(city: City, topic: str = _TOPIC, as_of: str = _AS_OF) -> Iterator[Row]:
    told, western = city.observations, city.reference.years[as_of]
    found = told.standing(topic)
    if found.planned and found.planned[0] <= western:
        return
    standing = _by(western, found, told.known_from)
    evidence = (standing == "unknown" and found.undated) or found.service or found.mention or ""
    rows = [("", "", "")]
    if standing == "planned-later" and found.planned:
        rows = [(year(found.planned[0]), found.planned[1], "true" if found.is_assumed else "")]
    elif standing == "in-service" and found.by:
        rows = [(since, "", "") for since in _since(city, found.by[1])]
    elif standing in ("broader-only", "mentioned"):
        rows = [("", found.broader or "", "")]
    for since, element, assumed in rows:
        yield city.iri, standing, since, element, assumed, evidence


def _by(western: int, found: Standing, known_from: int | None) -> str:
    """Return how a topic stands by a fiscal year by which no plan begins it."""
    if found.by and found.by[0] <= western:
        return "in-service"
    if found.undated:
        return "unknown"  # it runs, and may have run by then
    if found.planned:
        return "planned-later"
    if found.is_planned or known_from is None or known_from > western:
        return "unknown"
    if found.mention or found.by:
        return "mentioned"
    return "broader-only" if found.broader else "not-in-plan"


def _since(city: City, service: str) -> list[str]:
    """Return the date or year since when a document says that a service runs, or nothing, which is empty."""
    return [*city.model.iris(service, "dx:since"), *city.model.texts(service, "dx:since")] or [""]


@question("topic-across-cities", "city", "standing", "element", "begins", "assumed", "division", "nationalItem",
          "target", "document", "locator")  # fmt: skip
def _topic_across_cities(city: City, topic: str = _TOPIC) -> Iterator[Row]:
    model = city.model
    on_topic = set(city.on(topic))
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
        assumed = "true" if standing == "planned" and model.is_assumed(node) else ""
        for begin in begins:
            for division in [d for d in owners if model.is_named(d)] or [""]:
                for item in items or [""]:
                    for target in targets or [""]:
                        for document, place in city.places(node):
                            yield (whose, standing, node, year(begin) if begin else "", assumed, division, item,
                                   target, document, place)  # fmt: skip


class Topics:
    """How many municipalities plan each topic or run it already, and when they first take one up."""

    def __init__(self, asked: Mapping[str, list[dict[str, str]]]) -> None:
        """Begin to count.

        :param asked: with which values the questions are asked beside their own.
        """
        self._planned: Counter[str] = Counter()
        self._running: Counter[str] = Counter()
        self._either: Counter[str] = Counter()
        self._only: dict[str, tuple[Row, bool]] = {}
        self._spreads = asked.get("spread-of-topic", [])
        self._new: dict[str, Counter[int]] = {topic: Counter() for topic in _own(self._spreads, "topic", _TOPIC)}
        self._lacks = asked.get("topics-lacking-in-city", [])
        self._lacking: dict[str, list[Row]] = {city: [] for city in _own(self._lacks, "city", _LACKING)}

    def take(self, city: City) -> None:
        """Take up a municipality."""
        told = city.observations
        standings = {topic: told.standing(topic) for topic in city.reference.above}
        for topic, found in standings.items():
            self._planned[topic] += found.is_planned
            self._running[topic] += found.is_running
            self._either[topic] += found.is_planned or found.is_running
            if found.is_planned and topic not in self._only:
                begins, element = found.planned or (0, "")
                row = (city.iri, topic, year(begins), "true" if found.is_assumed else "", element)
                self._only[topic] = row, found.is_running
        for topic, new in self._new.items():
            found = standings[topic]
            years = [y for y in (found.planned and found.planned[0], found.since) if y]
            new.update(years and [min(years)])
        if city.iri in self._lacking and told.plans:
            self._lacking[city.iri] = list(_lacking(told, standings))

    def answers(self) -> Iterator[tuple[str, tuple[str, ...], Iterable[Row]]]:
        """Yield each question with its columns and its answer; one that is asked with other values has a number."""
        counts = [(t, self._planned[t], self._running[t], self._either[t]) for t, n in self._either.items() if n]
        yield "topics-by-number-of-cities", ("topic", "planned", "running", "either"), counts
        only = [
            (*row, self._running[topic] - runs)
            for topic, (row, runs) in sorted(self._only.items())
            if self._planned[topic] == 1
        ]
        yield "topics-of-one-city", ("city", "topic", "begins", "assumed", "element", "runningElsewhere"), only
        for name, given in _numbered("spread-of-topic", self._spreads):
            yield name, ("fiscalYear", "newCities", "cities"), self._spread(given.get("topic", _TOPIC))
        for name, given in _numbered("topics-lacking-in-city", self._lacks):
            rows = self._lack(given.get("city", _LACKING), int(given.get("minimum", _LEAST)))
            yield name, ("topic", "others", "standing", "since", "element", "evidence"), rows

    def _spread(self, topic: str) -> Iterator[Row]:
        new = self._new[topic]
        for begun in sorted(new):
            yield year(begun), new[begun], sum(count for other, count in new.items() if other <= begun)

    def _lack(self, city: str, least: int) -> Iterator[Row]:
        for topic, *standing in self._lacking[city]:
            others = self._planned[str(topic)]
            if others >= least:
                yield topic, others, *standing


def _own(asked: Iterable[Mapping[str, str]], name: str, default: str) -> set[str]:
    return {default, *(given[name] for given in asked)}


def _numbered(name: str, asked: Iterable[dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    yield name, {}
    for at, given in enumerate(asked, 1):
        yield f"{name}/{at}", given


def _lacking(told: Observations, standings: Mapping[str, Standing]) -> Iterator[Row]:
    """Yield the topics that a municipality does not plan, and how it stands to each."""
    for topic, found in standings.items():
        if not found.is_planned:
            evidence = found.service or found.mention or ""
            for since in _since(told.city, found.service) if found.service else [""]:
                yield topic, _CODES[found.kind(told.known_from is not None)], since, found.broader or "", evidence
