"""The named graphs of a snapshot, each with the digest by which a change is seen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyoxigraph as ox

__all__ = ["Graph", "digests", "graph"]


@dataclass(frozen=True)
class Graph:
    """The content of a named graph.

    :param lines: its triples as N-Triples without line ends, sorted; blank nodes have canonical names.
    :param has_blank_nodes: whether it must be sent in one piece, since a blank node has no name beyond it.
    """

    iri: str
    lines: tuple[str, ...]
    has_blank_nodes: bool

    @property
    def digest(self) -> str:
        """SHA-256 of its canonical form, https://www.w3.org/TR/rdf-canon/#canonical-quads."""
        digest = hashlib.sha256()
        for line in self.lines:
            digest.update(f"{line}\n".encode())
        return digest.hexdigest()

    @property
    def text(self) -> str:
        """Its triples as N-Triples, which is Turtle too."""
        return "".join(f"{line}\n" for line in self.lines)


def graph(store: ox.Store, iri: str) -> Graph:
    """Return a named graph of a store."""
    triples = [quad.triple for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(iri))]
    blank = any(isinstance(term, ox.BlankNode) for triple in triples for term in (triple.subject, triple.object))
    if blank:
        dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        triples = [quad.triple for quad in dataset]
    return Graph(iri, tuple(sorted(f"{triple} ." for triple in triples)), blank)


def digests(store: ox.Store) -> dict[str, str]:
    """Return the digest of every named graph of a store by its IRI, in order."""
    iris = sorted(node.value for node in store.named_graphs() if isinstance(node, ox.NamedNode))
    return {iri: graph(store, iri).digest for iri in iris}
