"""What is said of one thing: the RDF that its IRI gives, with the labels by which it can be read.

A description holds every triple whose subject is the thing, asserted and inferred, and the label of everything of ours
that these name. Its size does not grow with the number of plans. What is described together (the terms of the
ontology, a rule book) is one document: the description of ``def`` holds all of ``def#…``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from dxplan.iris import BASE, PREFIXES
from dxplan.site.addresses import address

__all__ = ["Descriptions", "jsonld", "turtle"]

_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")


@dataclass(frozen=True)
class Descriptions:
    """The descriptions of a snapshot."""

    store: ox.Store

    @cached_property
    def subjects(self) -> dict[str, list[str]]:
        """The IRIs that each address describes, sorted; a subject of inferred graphs alone is there too."""
        found: dict[str, set[str]] = {}
        for quad in self.store:
            if isinstance(quad.subject, ox.NamedNode) and (at := address(quad.subject.value)) is not None:
                found.setdefault(at, set()).add(quad.subject.value)
        return {at: sorted(found[at]) for at in sorted(found)}

    def about(self, iri: str) -> list[ox.Triple]:
        """Return the triples that describe what is at the address of an IRI, sorted; none for what is not known."""
        at = address(iri)
        return self._triples(self.subjects.get(at, []) if at is not None else [])

    def of(self, iri: str) -> list[ox.Triple]:
        """Return the triples that describe one IRI, whether or not others share its address; needs no index."""
        return self._triples([iri])

    def _triples(self, subjects: Iterable[str]) -> list[ox.Triple]:
        own = {
            quad.triple
            for subject in subjects
            for quad in self.store.quads_for_pattern(ox.NamedNode(subject), None, None)
        }
        named = {
            term
            for triple in own
            for term in (triple.predicate, triple.object)
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
        }
        labels = {quad.triple for node in named for quad in self.store.quads_for_pattern(node, _LABEL, None)}
        return sorted(own | labels, key=str)


def _prefixes(triples: Iterable[ox.Triple]) -> dict[str, str]:
    used = " ".join(map(str, triples))
    return {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in used}


def turtle(triples: list[ox.Triple]) -> str:
    """Return triples as Turtle."""
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_prefixes(triples))
    assert written is not None  # it returns nothing only where it is given a file
    return written.decode()


def jsonld(triples: list[ox.Triple]) -> str:
    """Return triples as JSON-LD, with a context for the prefixes that it uses."""
    written = ox.serialize(triples, format=ox.RdfFormat.JSON_LD, prefixes=_prefixes(triples))
    assert written is not None
    return json.dumps(json.loads(written), ensure_ascii=False, indent=1) + "\n"
