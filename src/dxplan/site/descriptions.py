"""What is said of one thing: the RDF that its IRI gives, with the labels by which it can be read.

A description holds every triple whose subject is the thing, asserted and inferred, with the blank nodes that belong to
it, and the label of everything of ours that these name. Its size does not grow with the number of plans. What is
described together (the terms of the ontology, a rule book) is one document: the description of ``def`` holds all of
``def#…``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from dxplan.iris import BASE, PREFIXES
from dxplan.site.addresses import address
from dxplan.site.files import File

__all__ = ["Descriptions", "documents", "jsonld", "stable", "turtle"]

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
        return self.of(self.subjects.get(at, []) if at is not None else [])

    def of(self, iris: Iterable[str]) -> list[ox.Triple]:
        """Return the triples that describe some IRIs, whether or not others share their address; needs no index."""
        own: set[ox.Triple] = set()
        todo: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(iri) for iri in iris]
        while todo:
            new = {quad.triple for quad in self.store.quads_for_pattern(todo.pop(), None, None)} - own
            own |= new
            todo += [triple.object for triple in new if isinstance(triple.object, ox.BlankNode)]
        named = {
            term
            for triple in own
            for term in (triple.predicate, triple.object)
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
        }
        labels = {quad.triple for node in named for quad in self.store.quads_for_pattern(node, _LABEL, None)}
        return stable(own | labels)


def stable(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return triples, sorted, whose blank nodes have names that depend on nothing but the triples."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((quad.triple for quad in dataset), key=str)


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


def documents(at: str, triples: list[ox.Triple]) -> Iterator[File]:
    """Yield a description as Turtle and JSON-LD."""
    yield f"{at}.ttl", turtle(triples).encode()
    yield f"{at}.jsonld", jsonld(triples).encode()
