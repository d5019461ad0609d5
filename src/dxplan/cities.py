"""What each city is asked of a saved question, and which documents are a city's."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from dxplan.corpus import Corpus, File
from dxplan.iris import DX
from dxplan.kept import digest_of
from dxplan.ordering import ordering
from dxplan.working.tasks import Work

__all__ = ["CityQuery", "Given", "asking", "cities_of"]

# So many cities are asked at one store, which holds in memory, and walks through, also what was removed from it.
_AT_ONE = 12
_MUNICIPALITY = ox.NamedNode(DX + "municipality")
# Lines as they are put together, each with how often it is there, by the key of the answer that they are a portion of.
_Rows = dict[str, Counter[bytes]]


@dataclass(frozen=True)
class Given:
    """What a city gives to answers, as compressed lines by the key of each answer.

    :param rows: what it adds.
    :param gone: what it takes away of the rows that all cities share, as a city does that has no plan without it.
    """

    rows: Mapping[str, bytes]
    gone: Mapping[str, bytes]


@dataclass(frozen=True)
class CityQuery:
    """What each city is asked of a saved question.

    :param name: the name of the question.
    :param text: a SELECT query, one of whose variables is the language of the row, ``lang``.
    :param order: the variables by which the rows of all cities are ordered, each with whether it goes downwards.
    :param columns: the variables whose values are told.
    :param answers: for each language the key of the answer, and how it is put together.
    :param city: the variable that tells whose a row is, where cities have rows also without a document.
    """

    name: str
    text: str
    order: tuple[tuple[str, bool], ...]
    columns: tuple[str, ...]
    answers: Mapping[str, tuple[str, str]]
    city: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of all of it but the name."""
        told = (self.order, self.columns, sorted(self.answers.items()), self.city)
        return digest_of([ox.__version__, self.text, repr(told)])

    def rows(self, store: ox.Store, cities: Sequence[ox.NamedNode] | None = None) -> _Rows:
        """Return what a store answers.

        :param cities: whose rows, if :attr:`city` tells; by default those of all.
        """
        found: _Rows = defaultdict(Counter)
        if self.city is None or cities is None:
            self._read(store.query(self.text), found)
            return found
        for city in cities:
            self._read(store.query(self.text, substitutions={ox.Variable(self.city): city}), found)
        return found

    def _read(self, solutions: object, found: _Rows) -> None:
        assert isinstance(solutions, ox.QuerySolutions)
        at = {variable.value: place for place, variable in enumerate(solutions.variables)}
        order = [(at[name], downwards) for name, downwards in self.order]
        places = [at[name] for name in self.columns]
        for row in solutions:
            key, _ = self.answers[row[at["lang"]].value]
            place = b"".join(ordering(row[number], downwards) for number, downwards in order)
            cells = "\t".join("" if (term := row[number]) is None else str(term) for number in places)
            found[key][b"%b\t%b\n" % (place, cells.encode())] += 1


def cities_of(corpus: Corpus) -> dict[str, list[File]]:
    """Return plans and reports by city, whose code their keys begin with.

    A report is with the plans that it is on: cities that have one in common count as one.
    """
    files = corpus.files("plans", "reports")
    one_with: dict[str, str] = {}  # of a city its name, or another that it is one with

    def name_of(file: File) -> str:
        code = re.match(r"\d{5}(?=-)", file.key)
        name = code[0] if code else file.key
        while name in one_with:
            name = one_with[name]
        return name

    for file in files:
        for plan in corpus.context_of(file):
            first, second = name_of(plan), name_of(file)
            if first != second:
                one_with[second] = first
    found: dict[str, list[File]] = {}
    for file in files:
        found.setdefault(name_of(file), []).append(file)
    return found


def asking(queries: Sequence[CityQuery], shared: bytes, corpus: Corpus) -> Work:
    """Return what asks a city some questions, given its statements as compressed N-Quads.

    It returns what the city gives.

    :param shared: statements that all cities share. What they answer by themselves is no city's; with none of a city it
        is what is given.
    """
    return _Asking(queries, shared).ask


class _Asking:
    def __init__(self, queries: Sequence[CityQuery], shared: bytes) -> None:
        self._queries = queries
        self._given = _triples(shared)
        self._with_city = [query for query in queries if query.city]
        self._begin()
        self._alone = self._rows([query for query in queries if not query.city])

    def ask(self, own: bytes) -> Given:
        """Ask a city."""
        if not own:
            return Given(_compressed(self._rows(self._queries)), {})
        if self._asked == _AT_ONE:
            self._begin()
        self._asked += 1
        told = _triples(own)
        named = {quad.object for quad in told if quad.predicate == _MUNICIPALITY}
        cities = [city for city in named if isinstance(city, ox.NamedNode)]
        added = told - self._given
        alone = self._alone | self._rows(self._with_city, cities)
        self._store.extend(added)
        found = self._rows(self._queries, cities)
        for quad in added:
            self._store.remove(quad)
        return Given(_compressed(_without(found, alone)), _compressed(_without(alone, found)))

    def _begin(self) -> None:
        """Make a store of what all share."""
        self._asked = 0
        self._store = ox.Store()
        self._store.extend(self._given)

    def _rows(self, queries: Sequence[CityQuery], cities: Sequence[ox.NamedNode] | None = None) -> _Rows:
        found: _Rows = {}
        for query in queries:
            found |= query.rows(self._store, cities)
        return found


def _without(rows: _Rows, others: _Rows) -> _Rows:
    """Return the rows that others have not."""
    return {key: listed - others.get(key, Counter()) for key, listed in rows.items()}


def _compressed(rows: _Rows) -> dict[str, bytes]:
    return {key: zlib.compress(b"".join(listed.elements())) for key, listed in rows.items() if listed}


def _triples(body: bytes) -> set[ox.Quad]:
    """Read N-Quads as if all were in one graph: a triple is there once, in however many graphs it was."""
    quads = ox.parse(gzip.decompress(body), format=ox.RdfFormat.N_QUADS)
    return {ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads}
