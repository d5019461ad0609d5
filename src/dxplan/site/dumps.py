"""Everything in one file, to load into a store of one's own.

The N-Quads hold every named graph: what each document says, and beside it, in ``<graph>#inferred``, what follows from
it. The Turtle is the union of them all as one graph, for tools that know no named graphs; it answers the saved
questions as the store does.

The same snapshot gives the same bytes: quads are sorted, blank nodes are named by RDF Dataset Canonicalization
(https://www.w3.org/TR/rdf-canon/), and the head of gzip holds neither time nor name (RFC 1952, 2.3.1).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, cast

import pyoxigraph as ox

from dxplan.iris import PREFIXES
from dxplan.site.downloads import Download
from dxplan.site.files import File

__all__ = ["NQUADS", "TURTLE", "dumps", "offer", "packed", "stable_quads", "stable_triples", "turtle"]

#: Where the dumps stand below the root of the site.
NQUADS = "dumps/dxplan.nq.gz"
TURTLE = "dumps/dxplan.ttl.gz"


def dumps(store: ox.Store) -> list[tuple[File, Download]]:
    """Return the dumps of a store, each with what a reader wants to know of it."""
    return [
        offer(
            NQUADS,
            packed(lambda out: ox.serialize(stable_quads(store), out, format=ox.RdfFormat.N_QUADS)),
            "application/n-quads",
            "全データ（N-Quads）。文書ごとの名前付きグラフと、そこから推論した #inferred グラフのすべて。",
            "Everything as N-Quads: a named graph for each document, and beside it what was inferred (#inferred).",
        ),
        offer(
            TURTLE,
            packed(lambda out: out.write(turtle(stable_triples(store)))),
            "text/turtle",
            "全データ（Turtle）。すべてのグラフを、推論した文も含めて一つにまとめたもの。",
            "Everything as Turtle: the union of all graphs, inferred statements included, as one graph.",
        ),
    ]


def offer(path: str, content: bytes, media_type: str, ja: str, en: str) -> tuple[File, Download]:
    """Return a file with what a reader wants to know of it before downloading.

    :param media_type: of the content once it is unpacked.
    """
    return (path, content), Download(path, media_type, len(content), hashlib.sha256(content).hexdigest(), ja, en)


def turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str] = PREFIXES) -> bytes:
    """Return triples as Turtle in the order given, with prefixes in the order given.

    Oxigraph declares them by the length of their IRIs, which is an order for machines.
    """
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes))
    assert written is not None  # it returns nothing only where it is given a file
    body = written[match.end() :] if (match := _DECLARATIONS.match(written)) else written
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items()).encode() + b"\n" + body


_DECLARATIONS = re.compile(rb"(?:@prefix [^\n]*\n)*")


def packed(write: Callable[[IO[bytes]], object]) -> bytes:
    """Return what is written as gzip."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as file:
        write(cast(IO[bytes], file))
    return out.getvalue()


def stable_quads(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield every quad, sorted by graph and then by its N-Quads, one graph in memory at a time."""
    named = _canonical(store)
    for graph in sorted(store.named_graphs(), key=str):
        own = [
            quad
            for quad in store.quads_for_pattern(None, None, None, graph)
            if not _is_blank(quad.subject, quad.object)
        ]
        yield from sorted([*own, *(quad for quad in named if quad.graph_name == graph)], key=str)


def stable_triples(store: ox.Store) -> Iterator[ox.Triple]:
    """Yield every triple of any graph once, sorted, one subject in memory at a time."""
    named = _canonical(store)
    subjects = {quad.subject for quad in store} - {
        quad.subject for quad in store if isinstance(quad.subject, ox.BlankNode)
    }
    for subject in sorted({*subjects, *(quad.subject for quad in named)}, key=str):
        own = (
            quad.triple
            for quad in store.quads_for_pattern(subject, None, None)
            if not _is_blank(quad.subject, quad.object)
        )
        yield from sorted({*own, *(quad.triple for quad in named if quad.subject == subject)}, key=str)


def _is_blank(*terms: object) -> bool:
    return any(isinstance(term, ox.BlankNode) for term in terms)


def _canonical(store: ox.Store) -> list[ox.Quad]:
    """Return the quads with blank nodes, under names that follow from what is said of them; they are few."""
    found = ox.Dataset(_with_blanks(store))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(found)


def _with_blanks(store: ox.Store) -> Iterable[ox.Quad]:
    return (quad for quad in store if _is_blank(quad.subject, quad.object))
