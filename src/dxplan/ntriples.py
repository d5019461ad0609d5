"""Statements as text: subject, predicate and object as N-Triples writes them, which compares faster than terms do."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

__all__ = ["Statement", "lines", "statements"]

#: Subject, predicate, object as N-Triples writes them.
Statement = tuple[str, str, str]


def statements(triples: Iterable[ox.Triple] | Iterable[ox.Quad]) -> list[Statement]:
    """Return triples, or quads of the default graph, as N-Triples writes their terms."""
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    # Neither a subject nor a predicate holds a space, and no literal a line break.
    return [tuple(line[:-2].split(" ", 2)) for line in text.decode().split("\n") if line]  # type: ignore[misc]


def lines(found: Iterable[Statement]) -> bytes:
    """Return statements as a document of N-Triples."""
    return "".join([f"{s} {p} {o} .\n" for s, p, o in found]).encode()
