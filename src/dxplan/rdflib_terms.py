"""Triples of the store as a graph of rdflib; apart from the rest, for rdflib takes long to load."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib

from dxplan.iris import PREFIXES

__all__ = ["to_rdflib"]


def _rdflib_term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.term.Identifier:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Triple):
        raise TypeError("rdflib has no triple terms")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == PREFIXES["xsd"] + "string":
        return rdflib.Literal(term.value)
    # normalize=False keeps "007" and "50.0" as they are written.
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def to_rdflib(triples: Iterable[ox.Triple], graph: rdflib.Graph | None = None) -> rdflib.Graph:
    """Return an rdflib graph, in rdflib's own memory, with the given triples added.

    rdflib on top of an Oxigraph store would be slower and wrong: plain strings come back with a datatype.
    """
    filled = rdflib.Graph() if graph is None else graph
    for triple in triples:
        filled.add((_rdflib_term(triple.subject), _rdflib_term(triple.predicate), _rdflib_term(triple.object)))
    return filled
