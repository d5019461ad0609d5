"""What is said of things, as the pages need it: by thing, each looked up once and kept while it is of use.

Nothing is read in advance, so that the memory needed does not grow with the number of plans.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from dxplan.iris import BASE, INFERRED, expand, key_of, make, split

__all__ = ["Said", "Things", "natural"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal

_DIGITS = re.compile(r"(\d+)")
_KEPT = 50_000  # things whose statements are kept in memory
_UP = ("dx:partOf", "dx:phaseOf", "dx:goalOf", "dx:entryOf", "dx:statusOf", "dx:mentionedIn", "org:unitOf",
       "org:subOrganizationOf", "org:linkedTo", "dx:municipality", "skos:broader", "skos:inScheme",
       "dx:about")  # fmt: skip


class Said(NamedTuple):
    """One value of a property, and whether it only follows from what is asserted."""

    term: Term
    inferred: bool


def natural(iri: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts IRIs as people count: item 2 before item 16.

    >>> sorted(["item/a-16", "item/a-2"], key=natural)
    ['item/a-2', 'item/a-16']
    """
    parts = _DIGITS.split(iri)
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts if part)


@lru_cache(maxsize=1024)
def _iri(name: str) -> str:
    return expand(name)


class Things:
    """The things of a store; properties and classes are given as prefixed names."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._out = lru_cache(maxsize=_KEPT)(self._read_out)
        self._into = lru_cache(maxsize=_KEPT)(self._read_into)

    def _read_out(self, iri: str) -> Mapping[str, tuple[Said, ...]]:
        found: dict[str, dict[Term, bool]] = {}
        for quad in self.store.quads_for_pattern(ox.NamedNode(iri), None, None):
            inferred = isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.endswith(INFERRED)
            values = found.setdefault(quad.predicate.value, {})
            term = quad.object
            if not isinstance(term, ox.Triple):
                values[term] = values.get(term, True) and inferred
        return {
            predicate: tuple(Said(term, values[term]) for term in sorted(values, key=_order))
            for predicate, values in found.items()
        }

    def _read_into(self, iri: str) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, None, ox.NamedNode(iri)):
            if isinstance(quad.subject, ox.NamedNode):
                found.setdefault(quad.predicate.value, set()).add(quad.subject.value)
        return {predicate: tuple(sorted(found[predicate], key=natural)) for predicate in found}

    def out(self, iri: str) -> Mapping[str, tuple[Said, ...]]:
        """Return what is said of a thing: values by IRI of the property."""
        return self._out(iri)

    def into(self, iri: str) -> Mapping[str, tuple[str, ...]]:
        """Return what points to a thing: IRIs by IRI of the property."""
        return self._into(iri)

    def nodes(self, iri: str, *properties: str) -> list[str]:
        """Return the IRIs that a thing has as values of some properties, each once, in natural order."""
        found = {
            said.term.value
            for name in properties
            for said in self.out(iri).get(_iri(name), ())
            if isinstance(said.term, ox.NamedNode)
        }
        return sorted(found, key=natural)

    def node(self, iri: str, *properties: str) -> str | None:
        """Return the first of these, or None."""
        return next(iter(self.nodes(iri, *properties)), None)

    def literals(self, iri: str, name: str) -> list[ox.Literal]:
        """Return the literals that a thing has as values of a property."""
        return [said.term for said in self.out(iri).get(_iri(name), ()) if isinstance(said.term, ox.Literal)]

    def text(self, iri: str, name: str, lang: str | None = None) -> str:
        """Return the text of a property in a language, or in none; an empty text where there is none."""
        return next((each.value for each in self.literals(iri, name) if each.language == lang), "")

    def pointing(self, iri: str, *properties: str) -> list[str]:
        """Return what points to a thing by some properties, in natural order."""
        found = {subject for name in properties for subject in self.into(iri).get(_iri(name), ())}
        return sorted(found, key=natural)

    def of_class(self, name: str) -> list[str]:
        """Return everything of a class, in natural order."""
        quads = self.store.quads_for_pattern(None, ox.NamedNode(_iri("rdf:type")), ox.NamedNode(_iri(name)))
        return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}, key=natural)

    def is_a(self, iri: str, name: str) -> bool:
        """Tell whether a thing is of a class."""
        return _iri(name) in (said.term.value for said in self.out(iri).get(_iri("rdf:type"), ()))

    def place(self, iri: str) -> tuple[float, tuple[tuple[int, int, str], ...]]:
        """Return what sorts things that stand beside each other in a document."""
        at = next(iter(self.literals(iri, "schema:position")), None)
        return (float("inf") if at is None else float(at.value), natural(iri))

    def in_place(self, iris: Iterable[str]) -> list[str]:
        """Return things in the order in which they stand in their document."""
        return sorted(iris, key=self.place)

    def parts(self, iri: str) -> list[str]:
        """Return the elements directly below an element or a plan, in the order of the document."""
        below = self.in_place(self.pointing(iri, "dx:partOf"))
        # What a plan singles out beside its own structure comes after it.
        return sorted(below, key=lambda part: self.is_a(part, "dx:Project"))

    def parent(self, iri: str) -> str | None:
        """Return what a thing belongs to, or None: the element, plan, city, scheme or broader concept."""
        known = split(iri)
        if known and known[0] == "glossary":
            return make("plan", known[1])
        return next((above for name in _UP if (above := self.node(iri, name)) and above.startswith(BASE)), None)

    def trail(self, iri: str) -> list[str]:
        """Return what a thing belongs to, from the widest to the nearest."""
        found: list[str] = []
        above = self.parent(iri)
        while above is not None and above not in found and above != iri:
            found.insert(0, above)
            above = self.parent(above)
        return found

    def city(self, iri: str) -> str | None:
        """Return the municipality that a thing belongs to, or None."""
        return next((each for each in [iri, *self.trail(iri)] if (split(each) or ("",))[0] == "municipality"), None)

    def plan(self, iri: str) -> str | None:
        """Return the plan that a thing belongs to, or None."""
        return next((each for each in [iri, *self.trail(iri)] if (split(each) or ("",))[0] == "plan"), None)

    def year(self, iri: str) -> int:
        """Return the Western year of a fiscal year."""
        return int(key_of(iri))

    def reconstructed(self, iri: str) -> bool:
        """Tell whether the source left open what is said here, so that it is our reading."""
        return self.node(iri, "dx:reading") == _iri("dx:Reconstructed")


def _order(term: Term) -> tuple[int, object, str]:
    if isinstance(term, ox.Literal):
        return (1, 0 if term.language == "ja" else 1 if term.language else 2, term.value)
    return (0, natural(term.value), "") if isinstance(term, ox.NamedNode) else (2, 0, term.value)
