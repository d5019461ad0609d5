"""Search by name over everything: labels, alternative labels and printed titles, in any spelling."""

from __future__ import annotations

from dataclasses import dataclass, field

from dxplan.asking.sources import Source
from dxplan.folding import fold
from dxplan.iris import PREFIXES, key_of, split

__all__ = ["Hit", "find"]

# What cities have in common comes first; kinds of which there is one for each cell of a table come last.
_FIRST = ("municipality", "topic", "national", "division", "plan")
_LAST = ("phase", "entry", "status", "figure", "erratum", "goal", "fy", "mapping")
_NAMES = f"""
    PREFIX rdfs: <{PREFIXES["rdfs"]}>
    PREFIX skos: <{PREFIXES["skos"]}>
    PREFIX dx: <{PREFIXES["dx"]}>
    SELECT ?node ?name ?rank WHERE {{
        {{ ?node rdfs:label ?name BIND (0 AS ?rank) }}
        UNION {{ ?node skos:altLabel ?name BIND (1 AS ?rank) }}
        UNION {{ ?node dx:printedTitle ?name BIND (2 AS ?rank) }}
    }}
"""


@dataclass(frozen=True, order=True)
class Hit:
    """One thing that was found.

    :param rank: how well its name fits: smaller is better.
    :param matched: the name that was found, which may be an alternative one.
    """

    rank: tuple[int, ...]
    iri: str
    kind: str = field(compare=False)
    matched: str = field(compare=False)
    labels: dict[str, str] = field(compare=False)
    kind_labels: dict[str, str] = field(compare=False)
    city_labels: dict[str, str] = field(compare=False)


def find(text: str, source: Source, kind: str | None = None) -> list[Hit]:
    """Return what carries a name that contains a text, best first.

    Names and text are compared folded (full and half width, case, spaces, brackets); every word of the text must
    occur. A whole name goes before one that begins with the text, and that before one that contains it; a label
    before an alternative label, a shorter name before a longer one.

    :param kind: the kind of IRI, such as ``item``; None for all.
    """
    words = [folded for word in text.split() if (folded := fold(word))]
    if not words:
        return []
    whole = fold(text)
    best: dict[str, tuple[tuple[int, ...], str]] = {}
    for node, name, rank in source.select(_NAMES).rows:
        assert node is not None and name is not None and rank is not None
        known = split(node.value)
        if known is None or (kind is not None and known[0] != kind):
            continue
        folded = fold(name.value)
        if not all(word in folded for word in words):
            continue
        fit = 0 if folded == whole else 1 if folded.startswith(words[0]) else 2
        place = (fit, _group(known[0]), int(rank.value), len(folded))
        if node.value not in best or (place, name.value) < best[node.value]:
            best[node.value] = (place, name.value)
    return _described(best, source)


def _group(kind: str) -> int:
    return 0 if kind in _FIRST else 2 if kind in _LAST else 1


def _described(best: dict[str, tuple[tuple[int, ...], str]], source: Source) -> list[Hit]:
    if not best:
        return []
    listed = " ".join(f"<{iri}>" for iri in sorted(best))
    rows = source.select(
        f"""
        PREFIX rdfs: <{PREFIXES["rdfs"]}>
        PREFIX dx: <{PREFIXES["dx"]}>
        SELECT ?node ?what ?label WHERE {{
            VALUES ?node {{ {listed} }}
            {{ ?node rdfs:label ?label BIND ("label" AS ?what) }}
            UNION {{
                ?node a ?class . ?class rdfs:label ?label .
                FILTER (?class != dx:Element && STRSTARTS(STR(?class), "{PREFIXES["dx"]}")) BIND ("kind" AS ?what)
            }}
        }}"""
    ).rows
    told: dict[str, dict[str, dict[str, str]]] = {iri: {"label": {}, "kind": {}} for iri in best}
    for node, what, label in rows:
        assert node is not None and what is not None and label is not None
        told[node.value][what.value].setdefault(getattr(label, "language", None) or "", label.value)
    cities = _cities(source)
    hits = []
    for iri, (rank, name) in best.items():
        kind, key = split(iri)  # type: ignore[misc]
        hits.append(Hit(rank, iri, kind, name, told[iri]["label"], told[iri]["kind"], cities.get(key[:5], {})))
    return sorted(hits)


def _cities(source: Source) -> dict[str, dict[str, str]]:
    """Return the labels of each municipality by the code that keys begin with."""
    found: dict[str, dict[str, str]] = {}
    query = f"SELECT ?city ?label WHERE {{ ?city a <{PREFIXES['dx']}Municipality> ; <{PREFIXES['rdfs']}label> ?label }}"
    for city, label in source.select(query).rows:
        assert city is not None and label is not None
        found.setdefault(key_of(city.value), {})[getattr(label, "language", None) or ""] = label.value
    return found
