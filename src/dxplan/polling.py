"""The poll: when a snapshot is built, each city is asked the questions that can be asked city by city.

One changed plan costs what its city is asked, and a new question what all are asked of it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from dxplan.cities import CityQuery, Given, asking, cities_of
from dxplan.corpus import Corpus, File
from dxplan.errors import InputError
from dxplan.kept import digest_of
from dxplan.parts import Parts
from dxplan.portions import changing, listed, settled
from dxplan.working.workers import Workers

__all__ = ["poll"]

# Up to so many cities are asked without starting other processes: each takes about a tenth of a second.
_FEW = 12
# What all cities share has a portion of its own.
_SHARED = ""
# The tables of what cities give.
_GIVEN = ("portion", "gone")


def poll(
    folder: Path,
    before: Path | None,
    queries: Sequence[CityQuery],
    parts: Parts,
    corpus: Corpus,
    workers: Workers,
    advance: Callable[[str], None] = lambda city: None,
) -> int:
    """See to it that a snapshot has the portions of all cities; return how many were asked something.

    :param folder: the snapshot.
    :param before: another, whose portions may still hold.
    :param parts: what the snapshot was made of.
    :param advance: called after each city with its name, and with no name for what all share.
    :raises InputError: for a question that cannot be asked city by city.
    """
    if settled(folder) == {query.digest for query in queries}:
        return 0  # the snapshot does not change, nor do its cities
    with changing(folder, before) as book:
        return _Poll(book, parts, corpus, workers, advance).run(queries)


class _Poll:
    def __init__(
        self,
        book: sqlite3.Connection,
        parts: Parts,
        corpus: Corpus,
        workers: Workers,
        advance: Callable[[str], None],
    ) -> None:
        self._book = book
        self._parts = parts
        self._corpus = corpus
        self._workers = workers
        self._advance = advance
        self._cities: dict[str, list[File]] = {_SHARED: [], **cities_of(corpus)}

    def run(self, queries: Sequence[CityQuery]) -> int:
        """Ask what is missing, and forget what is not wanted any more."""
        book = self._book
        wanted = {city: self._digest(city) for city in self._cities}
        known = dict(book.execute("SELECT name, digest FROM city").fetchall())
        old = {digest for (digest,) in book.execute("SELECT digest FROM question")}
        answers = {answer for query in queries for answer in query.answers.values()}
        gone = {key for (key,) in book.execute("SELECT key FROM answer")} - {key for key, _ in answers}
        self._forget("city", known.keys() - wanted.keys())
        self._forget("key", gone)
        for table in ("city", "question", "answer"):
            book.execute(f"DELETE FROM {table}")
        book.executemany("INSERT INTO city VALUES (?, ?)", wanted.items())
        book.executemany("INSERT INTO question VALUES (?)", {(query.digest,) for query in queries})
        book.executemany("INSERT INTO answer VALUES (?, ?)", answers)
        same = [city for city in wanted if known.get(city) == wanted[city]]
        changed = [city for city in wanted if known.get(city) != wanted[city]]
        asked = self._ask(same, [query for query in queries if query.digest not in old]) + self._ask(changed, queries)
        for query in queries:
            self._see_to(query)
        return asked

    def _digest(self, city: str) -> str:
        """Return the digest of what a city answers from."""
        return digest_of([self._parts.shared_key, *(self._parts.key(file) for file in self._cities[city])])

    def _forget(self, column: str, values: Iterable[str]) -> None:
        for table in _GIVEN:
            self._book.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(value,) for value in values])

    def _ask(self, cities: Sequence[str], queries: Sequence[CityQuery]) -> int:
        """Ask some cities some questions and keep what they answer; return how many were asked."""
        if not queries or not cities:
            for city in cities:
                self._advance(city)
            return 0
        make = partial(asking, tuple(queries), self._parts.shared().body)
        groups = [partial(self._own, city) for city in cities]
        for number, given in self._workers.run(make, groups, self._corpus, _FEW):
            self._keep(cities[number], queries, given)
            self._advance(cities[number])
        return len(cities)

    def _own(self, city: str) -> bytes:
        """Return what the documents of a city state, as compressed N-Quads; nothing for what all share."""
        return b"".join(self._parts.of(file).body for file in self._cities[city])

    def _keep(self, city: str, queries: Sequence[CityQuery], given: Given) -> None:
        for key in {key for query in queries for key, _ in query.answers.values()}:
            for table, lines in zip(_GIVEN, (given.rows, given.gone), strict=True):
                self._book.execute(f"DELETE FROM {table} WHERE key = ? AND city = ?", (key, city))
                if key in lines:
                    self._book.execute(f"INSERT INTO {table} VALUES (?, ?, ?)", (key, city, lines[key]))

    def _see_to(self, query: CityQuery) -> None:
        """See to it that no row is taken away twice, as one would be that counts cities.

        :raises InputError: where one is.
        """
        for key, _ in query.answers.values():
            pieces = (listed(self._book, "gone", key), listed(self._book, "portion", key, _SHARED))
            gone, shared = (Counter(b"".join(each).split(b"\n")[:-1]) for each in pieces)
            if gone - shared:
                raise InputError(
                    f"{query.name}: 市ごとには尋ねられません（二つの市の文書のどちらが加わっても消える行があります）。"
                    "#+ by_city を消してください。",
                    f"{query.name}: cannot be asked city by city (a row goes away with the documents of either of two "
                    "cities). Remove #+ by_city.",
                )
