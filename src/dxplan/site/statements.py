"""Everything that is said of a thing, and everything that points to it, in the order of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from dxplan.corpus import Corpus
from dxplan.iris import DX, expand
from dxplan.site.things import Said, Things, natural

__all__ = ["MOST", "Pointing", "Statement", "order_of", "pointing", "statements"]

#: So many of what points to a thing are listed for each property; the rest is told by its number.
MOST = 100
# Before our own words, which stand in the order of the vocabulary.
_FIRST = (
    "rdf:type", "rdfs:label", "skos:prefLabel", "skos:altLabel", "skos:notation", "dct:title", "dct:identifier",
    "dct:description", "skos:definition", "skos:scopeNote", "skos:broader", "skos:narrower", "skos:inScheme",
    "skos:topConceptOf",
)  # fmt: skip
_LAST = ("rdfs:comment", "dct:source", "dx:locator", "rdfs:isDefinedBy")
# What only repeats another statement in another form.
_ECHOES = frozenset(map(expand, ("dx:within", "dct:isPartOf", "dx:topicOrBroader", "prov:wasInfluencedBy")))


@dataclass(frozen=True)
class Statement:
    """A property and its values."""

    property: str
    values: tuple[Said, ...]


@dataclass(frozen=True)
class Pointing:
    """A property by which things point here: the first of them, and how many there are."""

    property: str
    subjects: tuple[str, ...]
    total: int


def order_of(corpus: Corpus) -> dict[str, int]:
    """Return the place of each property: of ours as in the vocabulary, of others as people read."""
    own = dict.fromkeys(
        triple.subject.value
        for document in corpus.documents("ontology")
        for triple in document.triples
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(DX)
    )
    first, last = [expand(name) for name in _FIRST], [expand(name) for name in _LAST]
    middle = [each for each in own if each not in last]
    return {
        **{iri: at for at, iri in enumerate([*first, *middle])},
        **{iri: 1_000_000 + at for at, iri in enumerate(last)},
    }


def statements(iri: str, things: Things, order: dict[str, int]) -> list[Statement]:
    """Return what is said of a thing."""
    out = things.out(iri)
    return [Statement(predicate, out[predicate]) for predicate in _sorted(out, order)]


def pointing(iri: str, things: Things, order: dict[str, int]) -> list[Pointing]:
    """Return what points to a thing, without what only follows from a longer way to it."""
    into = {predicate: subjects for predicate, subjects in things.into(iri).items() if predicate not in _ECHOES}
    return [
        Pointing(predicate, into[predicate][:MOST], len(into[predicate]))
        for predicate in _sorted(into, order)
        if predicate != expand("rdf:type") or iri.startswith(DX)
    ]


def _sorted(predicates: Iterable[str], order: dict[str, int]) -> list[str]:
    return sorted(predicates, key=lambda each: (order.get(each, 500_000), natural(each)))
