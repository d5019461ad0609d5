"""What follows from the nodes of some plans and reports, in plain Python.

The true answers are worked out on this, and the counts that a plan states of itself. It knows what the ontology and the
rules of inference say, but shares no code with the package that reads them: that is what makes it a witness.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from nation.papers import Node, Text, dx, year
from nation.reference import Reference

__all__ = ["LINKS", "ROLES", "Model"]

#: The levels of a plan, from the highest.
ROLES = ("Policy", "Measure", "Item", "Action")
#: The two grounds on which an element is linked to a national item.
LINKS = ("dx:addressesAsPrinted", "dx:addressesAsRead")


class Model:
    """The nodes of the plans and reports of a municipality, and what follows from them."""

    def __init__(self, papers: Iterable[Mapping[str, Node]], reference: Reference) -> None:
        """Put the nodes of several files together."""
        self.reference = reference
        self.nodes: dict[str, Node] = {}
        for nodes in papers:
            for iri, node in nodes.items():
                known = self.nodes.get(iri)
                self.nodes[iri] = node if known is None else _merged(known, node)

    # ---- What is stated / 書かれていること ----

    def iris(self, subject: str, *predicates: str) -> list[str]:
        """Return the things that a node names by some properties."""
        node = self.nodes.get(subject) or self.reference.nodes.get(subject) or {}
        return [value for name in predicates for value in node.get(name, ()) if isinstance(value, str)]

    def texts(self, subject: str, *predicates: str, lang: str | None = None) -> list[str]:
        """Return the texts that a node states by some properties, of any language or of one."""
        node = self.nodes.get(subject) or self.reference.nodes.get(subject) or {}
        return [
            value.value
            for name in predicates
            for value in node.get(name, ())
            if isinstance(value, Text) and (lang is None or value.lang == lang)
        ]

    def is_named(self, subject: str) -> bool:
        """Tell whether a node has a Japanese label, without which the questions pass over it."""
        return bool(self.texts(subject, "rdfs:label", "skos:prefLabel", lang="ja"))

    def pointing(self, predicate: str, value: str) -> Sequence[str]:
        """Return the nodes that point to a thing by a property."""
        return self._pointing[predicate].get(value, ())

    @cached_property
    def _pointing(self) -> dict[str, dict[str, list[str]]]:
        wanted = (
            "dx:partOf", "dx:phaseOf", "dx:goalOf", "dx:about", "dx:entryOf", "dx:mentionedIn", "dx:division",
            "dx:responsibleDivision", "dct:source", "dx:componentOf", "dx:usesTerm",
        )  # fmt: skip
        found: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in wanted}
        for iri, node in self.nodes.items():
            for name in wanted:
                for value in node.get(name, ()):
                    if isinstance(value, str):
                        found[name][value].append(iri)
        return found

    # ---- Kinds / 種類 ----

    def of_kind(self, kind: str) -> list[str]:
        """Return the nodes of a class of ours, stated or inferred, in the order in which they are written."""
        return self._by_kind.get(dx(kind), [])

    def is_a(self, iri: str, kind: str) -> bool:
        """Tell whether a node is of a class of ours, stated or inferred."""
        return dx(kind) in self.kinds.get(iri, ()) or dx(kind) in self.reference.nodes.get(iri, {}).get("a", ())

    def states(self, iri: str, kind: str) -> bool:
        """Tell whether a node is said to be of a class of ours, which is all that a check goes by."""
        return dx(kind) in self.nodes.get(iri, {}).get("a", ())

    @cached_property
    def kinds(self) -> dict[str, set[str]]:
        """The classes of every node, with those that follow from superclasses, domains and ranges."""
        above = self.reference.superclasses
        domains, ranges = self.reference.domains, self.reference.ranges
        found: dict[str, set[str]] = {iri: set() for iri in self.nodes}
        for iri, node in self.nodes.items():
            kinds = found[iri]
            for name, values in node.items():
                if name == "a":
                    for value in values:
                        kinds |= above.get(str(value), {str(value)})
                    continue
                for kind in domains.get(name, ()):
                    kinds |= above[kind]
                for kind in ranges.get(name, ()):
                    for value in values:
                        if isinstance(value, str):
                            found.setdefault(value, set()).update(above[kind])
        return found

    @cached_property
    def _by_kind(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri, kinds in self.kinds.items():
            for kind in kinds:
                found[kind].append(iri)
        return found

    # ---- The hierarchy / 体系 ----

    def within(self, element: str) -> frozenset[str]:
        """Return everything above an element; never itself, even where its parents lead back to it."""
        known = self._within.get(element)
        if known is None:
            seen: set[str] = set()
            todo = self.iris(element, "dx:partOf")
            while todo:
                each = todo.pop()
                if each not in seen:
                    seen.add(each)
                    todo += self.iris(each, "dx:partOf")
            known = self._within[element] = frozenset(seen - {element})
        return known

    @cached_property
    def _within(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def parts(self) -> dict[str, list[str]]:
        """Everything within each thing."""
        found: dict[str, list[str]] = defaultdict(list)
        for element in self.nodes:
            if "dx:partOf" in self.nodes[element]:
                for whole in self.within(element):
                    found[whole].append(element)
        return found

    def plans_of(self, element: str) -> list[str]:
        """Return the plans that an element lies in."""
        return [each for each in self.within(element) if self.is_a(each, "Plan")]

    def collected(self, element: str) -> list[tuple[str, str]]:
        """Return the collected plans that an element lies in, each with its municipality.

        One that states two degrees of transcription, or two municipalities, comes as often.
        """
        return [
            (plan, city)
            for plan in self.within(element)
            for _ in self.iris(plan, "dx:transcription")
            for city in self.iris(plan, "dx:municipality")
        ]

    # ---- Years / 年度 ----

    def years(self, subject: str, *predicates: str) -> list[int]:
        """Return the Western years of the fiscal years that a node names."""
        known = self.reference.years
        return [known[value] for value in self.iris(subject, *predicates) if value in known]

    def during(self, phase: str) -> set[str]:
        """Return every fiscal year that a phase covers: its ends, and what lies between."""
        firsts, lasts = self.years(phase, "dx:from"), self.years(phase, "dx:through")
        between = {year(each) for first in firsts for last in lasts for each in range(first + 1, last)}
        return {*self.iris(phase, "dx:from", "dx:through"), *between}

    def begins(self, element: str) -> set[int]:
        """Return the year of the first phase of an element, or of what lies in it; else the first of its plan."""
        known = self._begins.get(element)
        if known is None:
            firsts = self._firsts(element)
            known = (
                {min(firsts)} if firsts else {y for w in self.within(element) for y in self.years(w, "dx:firstYear")}
            )
            self._begins[element] = known
        return known

    def is_assumed(self, element: str) -> bool:
        """Tell whether an element begins with its plan for want of a phase whose years can be read."""
        return not self._firsts(element) and bool(self.begins(element))

    def _firsts(self, element: str) -> list[int]:
        """Return the years in which the phases of an element, and of what lies in it, begin."""
        phases = [p for e in (element, *self.parts.get(element, ())) for p in self.pointing("dx:phaseOf", e)]
        return [first for phase in phases for first in self.years(phase, "dx:from")]

    @cached_property
    def _begins(self) -> dict[str, set[int]]:
        return {}

    def runs_from(self, deployment: str) -> set[int]:
        """Return the fiscal years that the beginning of a service falls into; a bare year is taken for its own."""
        found = set(self.years(deployment, "dx:since"))
        return found | {_fiscal(text) for text in self.texts(deployment, "dx:since")}

    def runs_by(self, deployment: str) -> set[int]:
        """Return the fiscal years by which a service runs at the latest.

        Where its beginning is not stated, it runs by the date of the document that speaks of it.
        """
        documents = self.iris(deployment, "dct:source")
        return self.runs_from(deployment) or {year for each in documents for year in self.dated(each)}

    def dated(self, document: str) -> set[int]:
        """Return the fiscal year of the date of a document: of its revision where it was revised.

        An undated plan is taken to be there by its first year.
        """
        if document not in self._dated:
            self._dated[document] = self._year_of(document) if self.is_a(document, "Document") else set()
        return self._dated[document]

    @cached_property
    def _dated(self) -> dict[str, set[int]]:
        return {}

    def _year_of(self, document: str) -> set[int]:
        for name in ("dct:modified", "dct:issued", "dct:date"):
            if texts := self.texts(document, name):
                return {_fiscal(text) for text in texts}
        plans = [each for each in self.pointing("dct:source", document) if self.iris(each, "dx:transcription")]
        return {year for plan in plans for year in self.years(plan, "dx:firstYear")}

    # ---- Meaning / 意味 ----

    def on_topics(self, subject: str) -> set[str]:
        """Return the topics of an element or a service, and all broader ones."""
        above = self.reference.above
        return {each for topic in self.iris(subject, "dx:topic") for each in above.get(topic, {topic})}

    def addresses(self, element: str) -> set[str]:
        """Return the national items that an element serves, by itself or through what it lies in."""
        return {item for each in (element, *self.within(element)) for item in self.iris(each, *LINKS)}

    def publishers(self, document: str) -> list[str]:
        """Return the municipalities that published a document that has a name."""
        if not self.is_named(document):
            return []
        return [city for city in self.iris(document, "dct:publisher") if self.is_a(city, "Municipality")]


def _fiscal(date: str) -> int:
    """Return the fiscal year of a date: before April it is the year before; a bare year is taken for its own."""
    calendar, month = int(date[:4]), date[5:7]
    return calendar - 1 if month in ("01", "02", "03") else calendar


def _merged(one: Node, other: Node) -> Node:
    return {name: [*one.get(name, ()), *(v for v in other.get(name, ()) if v not in one.get(name, ()))]
            for name in {**one, **other}}  # fmt: skip
