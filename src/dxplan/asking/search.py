"""Search by name over everything: labels, alternative labels and printed titles, in any spelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from dxplan.asking.answers import Term
from dxplan.asking.sources import Source
from dxplan.folding import fold
from dxplan.iris import PREFIXES, is_part, key_of, split

__all__ = ["Hit", "Match", "described", "find", "matches"]

# What cities have in common comes first; kinds of which there is one for each cell of a table come last.
_FIRST = ("municipality", "topic", "national", "division", "plan")
_LAST = ("phase", "entry", "status", "figure", "erratum", "goal", "fy", "mapping")
# The properties that name a thing, the best first.
_NAMING = (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "altLabel", PREFIXES["dx"] + "printedTitle")
_ANY_ELEMENT = PREFIXES["dx"] + "Element"
# What is observed of a city has a name for each topic, which nobody looks for.
_OBSERVED_IN = PREFIXES["qb"] + "dataSet"
# So many terms stand in one query.
_AT_A_TIME = 2000


@dataclass(frozen=True, order=True)
class Match:
    """One thing whose name fits.

    :param rank: how well its name fits: smaller is better. The first number is 0 where the whole name is the text.
    :param matched: the name that was found, which may be an alternative one.
    """

    rank: tuple[int, ...]
    iri: str
    matched: str = field(compare=False)


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
    """Return what carries a name that contains a text, best first; see :func:`matches`."""
    return described(matches(text, source, kind), source)


def matches(text: str, source: Source, kind: str | None = None) -> list[Match]:
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
    for rank, naming in enumerate(_NAMING):
        # Things by the ten thousand carry the same name, and each name is folded once.
        query = f"SELECT DISTINCT ?name WHERE {{ ?node <{naming}> ?name MINUS {{ ?node <{_OBSERVED_IN}> ?cube }} }}"
        named = source.select(query).rows
        fitting = [name for (name,) in named if name is not None and _fits(fold(name.value), words)]
        for node, name in _rows("?node ?name", "name", fitting, f"?node <{naming}> ?name", source):
            known = split(node.value)
            if known is None or is_part(node.value) or (kind is not None and known[0] != kind):
                continue
            folded = fold(name.value)
            fit = 0 if folded == whole else 1 if folded.startswith(words[0]) else 2
            place = (fit, _group(known[0]), rank, len(folded))
            if node.value not in best or (place, name.value) < best[node.value]:
                best[node.value] = (place, name.value)
    return sorted(Match(rank, iri, name) for iri, (rank, name) in best.items())


def _fits(folded: str, words: Sequence[str]) -> bool:
    return all(word in folded for word in words)


def _rows(columns: str, variable: str, terms: Sequence[Term], pattern: str, source: Source) -> Iterator[list[Term]]:
    """Yield the rows of a pattern in which a variable takes given terms."""
    for start in range(0, len(terms), _AT_A_TIME):
        listed = " ".join(map(str, terms[start : start + _AT_A_TIME]))
        query = f"SELECT {columns} WHERE {{ VALUES ?{variable} {{ {listed} }} {pattern} }}"
        for row in source.select(query).rows:
            yield [term for term in row if term is not None]


def _group(kind: str) -> int:
    return 0 if kind in _FIRST else 2 if kind in _LAST else 1


def described(found: Sequence[Match], source: Source) -> list[Hit]:
    """Return what was found with its labels, its kind and its city, in the same order."""
    if not found:
        return []
    nodes = [ox.NamedNode(match.iri) for match in found]
    labels = _labels(nodes, source)
    classes: dict[str, str] = {}
    for node, of in _rows("?node ?class", "node", nodes, "?node a ?class", source):
        if of.value.startswith(PREFIXES["dx"]) and of.value != _ANY_ELEMENT:
            classes[node.value] = min(of.value, classes.get(node.value, of.value))
    kind_labels = _labels([ox.NamedNode(iri) for iri in sorted(set(classes.values()))], source)
    cities = _cities(source)
    hits = []
    for match in found:
        kind, key = split(match.iri)  # type: ignore[misc]
        told = kind_labels.get(classes.get(match.iri, ""), {})
        about = (labels.get(match.iri, {}), told, cities.get(key[:5], {}))
        hits.append(Hit(match.rank, match.iri, kind, match.matched, *about))
    return hits


def _labels(nodes: Sequence[ox.NamedNode], source: Source) -> dict[str, dict[str, str]]:
    """Return the labels of nodes by language."""
    found: dict[str, dict[str, str]] = {}
    for node, label in _rows("?node ?label", "node", nodes, f"?node <{_NAMING[0]}> ?label", source):
        found.setdefault(node.value, {}).setdefault(getattr(label, "language", None) or "", label.value)
    return found


def _cities(source: Source) -> dict[str, dict[str, str]]:
    """Return the labels of each municipality by the code that keys begin with."""
    found: dict[str, dict[str, str]] = {}
    query = f"SELECT ?city ?label WHERE {{ ?city a <{PREFIXES['dx']}Municipality> ; <{PREFIXES['rdfs']}label> ?label }}"
    for city, label in source.select(query).rows:
        assert city is not None and label is not None
        found.setdefault(key_of(city.value), {})[getattr(label, "language", None) or ""] = label.value
    return found
