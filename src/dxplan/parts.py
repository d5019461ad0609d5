"""The part of a snapshot that one city makes: what its documents assert and what follows, ready to be loaded."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from dxplan.cities import City, municipalities_of
from dxplan.corpus import Corpus, File
from dxplan.documents import SHARED, Document
from dxplan.inferring.inference import Inference
from dxplan.inferring.rules import Rule, compile_rules
from dxplan.iris import INFERRED, inferred_graph, of_path
from dxplan.kept import Kept, digest_of, engine_digest
from dxplan.ntriples import Statement
from dxplan.working.tasks import Work
from dxplan.working.workers import Workers

__all__ = ["SHARED_INFERRED", "Part", "Parts"]

#: The graph of what follows from the shared documents alone.
SHARED_INFERRED = inferred_graph(of_path("reference"))
# The parts of up to so many cities are made without starting other processes: each takes some hundredths of a second.
_FEW = 40
# Quads of the same few graphs are much alike: the quickest level saves nine tenths of the disk already.
_LEVEL = 1


@dataclass(frozen=True)
class Part:
    """Quads, in which graphs they are, and how many of them are asserted and inferred.

    :param body: N-Quads, compressed with gzip.
    """

    triples: int
    inferred: int
    graphs: tuple[str, ...]
    body: bytes

    @classmethod
    def of(cls, graphs: Iterable[tuple[str, Sequence[Statement]]]) -> Part:
        """Write statements down by their graphs; the name of a graph tells whether it was inferred."""
        counts = {True: 0, False: 0}
        names = []
        lines = []
        for graph, stated in graphs:
            found = dict.fromkeys(stated)  # a file may say a thing twice
            counts[graph.endswith(INFERRED)] += len(found)
            names.append(graph)
            lines += [f"{s} {p} {o} <{graph}> .\n" for s, p, o in found]
        body = gzip.compress("".join(lines).encode(), _LEVEL, mtime=0)
        return cls(counts[False], counts[True], tuple(names), body)

    @property
    def quads(self) -> bytes:
        """The quads as N-Quads."""
        return gzip.decompress(self.body)

    def to_bytes(self) -> bytes:
        """Return it as it is kept: a line with counts and graphs, then the quads."""
        return json.dumps([self.triples, self.inferred, self.graphs]).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, kept: bytes) -> Part:
        """Return it from what was kept."""
        told, _, body = kept.partition(b"\n")
        triples, inferred, graphs = json.loads(told)
        return cls(triples, inferred, tuple(graphs), body)


class Parts:
    """The parts of a corpus, made when they are needed and kept.

    A part depends on the files of its city, on what all plans share, and on the code.
    """

    def __init__(self, corpus: Corpus, kept: Kept, workers: Workers) -> None:
        """Name where parts are kept and who makes them."""
        self._corpus = corpus
        self._kept = kept
        self._workers = workers
        self._keys: dict[City, str] = {}
        #: Of how many documents parts had to be made.
        self.made = 0

    @cached_property
    def shared_key(self) -> str:
        """The digest of all that every part depends on."""
        files = self._corpus.files(*SHARED, "shapes")
        return digest_of([engine_digest(), *(self._corpus.digest_of(file) for file in files)])

    def key(self, city: City) -> str:
        """Return the digest of all that the part of a city depends on."""
        if city not in self._keys:
            read = (self._corpus.digest_of(file) for file in city.files)
            self._keys[city] = digest_of([self.shared_key, *city.municipalities, *read])
        return self._keys[city]

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        """The rules; to compile them takes longer than to make some parts, so they are kept as well."""
        key = "rules-" + self.shared_key
        body = self._kept.get(key)
        if body is not None:
            return Rule.from_bytes(body)
        rules = compile_rules(self._corpus.documents("shapes"))
        self._kept.put(key, Rule.to_bytes(rules))
        return rules

    def shared(self) -> Part:
        """Return the part of the shared documents."""
        body = self._kept.get(self.shared_key)
        if body is not None:
            return Part.from_bytes(body)
        asserted = [(d.graph, d.statements) for d in self._corpus.shared]
        part = Part.of([*asserted, (SHARED_INFERRED, Inference(self._corpus, self._rules).shared)])
        self._kept.put(self.shared_key, part.to_bytes())
        return part

    def others_key(self, cities: Sequence[City]) -> str:
        """Return the digest of all that the part of the municipalities without documents depends on."""
        return digest_of([self.shared_key, "others", *_collected(cities)])

    def others(self, cities: Sequence[City]) -> Part:
        """Return the part of the municipalities of which no documents were collected.

        :param cities: those of which there are.
        """
        key = self.others_key(cities)
        body = self._kept.get(key)
        if body is not None:
            return Part.from_bytes(body)
        inference = Inference(self._corpus, self._rules)
        others = inference.municipalities - {*_collected(cities)}
        part = Part.of([(inferred_graph(each), inference.of_city(each, ())) for each in sorted(others)])
        self._kept.put(key, part.to_bytes())
        return part

    def of(self, cities: Sequence[City], advance: Callable[[File], None]) -> Iterator[tuple[City, Part]]:
        """Yield the part of each city, those that are kept first; one that was damaged or lost is made again.

        Others are made while what was yielded is used: a loader and those who make parts work at once.

        :param advance: called after each file.
        """
        missing = []
        for city in cities:
            body = self._kept.get(self.key(city))
            if body is None:
                missing.append(city)
                continue
            _advance(city, advance)
            yield city, Part.from_bytes(body)
        for number, part in self._run(missing):
            city = missing[number]
            self._kept.put(self.key(city), part.to_bytes())
            self.made += len(city.files)
            _advance(city, advance)
            yield city, part
        self._kept.prune()

    def _run(self, cities: Sequence[City]) -> Iterator[tuple[int, Any]]:
        groups = [city.files for city in cities]
        return self._workers.run(partial(_making, self._rules), groups, self._corpus, _FEW) if groups else iter(())


def _collected(cities: Iterable[City]) -> list[str]:
    return sorted({each for city in cities for each in city.municipalities})


def _advance(city: City, advance: Callable[[File], None]) -> None:
    for file in city.files:
        advance(file)


def _making(rules: Sequence[Rule], corpus: Corpus) -> Work:
    inference = Inference(corpus, rules)

    def make(documents: Sequence[Document]) -> Any:
        graphs: list[tuple[str, Sequence[Statement]]] = []
        for document, found in zip(documents, inference.of_each(documents), strict=True):
            graphs += [(document.graph, document.statements), (inferred_graph(document.graph), found)]
        known = [each for _, stated in graphs for each in stated]
        graphs += [
            (inferred_graph(municipality), inference.of_city(municipality, known))
            for municipality in municipalities_of(document.key for document in documents)
        ]
        return Part.of(graphs)

    return make
