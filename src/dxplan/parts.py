"""The part of a snapshot that one document makes: what it asserts and what follows, ready to be loaded."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from dxplan.corpus import Corpus, File
from dxplan.documents import SHARED, Document
from dxplan.inferring.inference import Inference, Statement, statements
from dxplan.inferring.rules import Rule, compile_rules
from dxplan.iris import inferred_graph, of_path
from dxplan.kept import Kept, digest_of, engine_digest
from dxplan.working.tasks import Work
from dxplan.working.workers import Workers

__all__ = ["SHARED_INFERRED", "Part", "Parts"]

#: The graph of what follows from the shared documents alone.
SHARED_INFERRED = inferred_graph(of_path("reference"))
# Up to so many parts are made without starting other processes: each takes some hundredths of a second.
_FEW = 40
# Quads of the same few graphs are much alike: the quickest level saves nine tenths of the disk already.
_LEVEL = 1


@dataclass(frozen=True)
class Part:
    """Quads, and how many of them are asserted and inferred.

    :param body: N-Quads, compressed with gzip.
    """

    triples: int
    inferred: int
    body: bytes

    @classmethod
    def of(cls, graphs: Iterable[tuple[str, Sequence[Statement]]], inferred: str) -> Part:
        """Write statements down by their graphs; one of the graphs holds what is inferred."""
        counts = {True: 0, False: 0}
        lines = []
        for graph, stated in graphs:
            found = dict.fromkeys(stated)  # a file may say a thing twice
            counts[graph == inferred] += len(found)
            lines += [f"{s} {p} {o} <{graph}> .\n" for s, p, o in found]
        return cls(counts[False], counts[True], gzip.compress("".join(lines).encode(), _LEVEL, mtime=0))

    @property
    def quads(self) -> bytes:
        """The quads as N-Quads."""
        return gzip.decompress(self.body)

    def to_bytes(self) -> bytes:
        """Return it as it is kept: a line with the counts, then the quads."""
        return json.dumps([self.triples, self.inferred]).encode() + b"\n" + self.body

    @classmethod
    def from_bytes(cls, kept: bytes) -> Part:
        """Return it from what was kept."""
        counts, _, body = kept.partition(b"\n")
        triples, inferred = json.loads(counts)
        return cls(triples, inferred, body)


class Parts:
    """The parts of a corpus, made when they are needed and kept.

    A part depends on its own file, on the plans that it is read with, on what all plans share, and on the code.
    """

    def __init__(self, corpus: Corpus, kept: Kept, workers: Workers) -> None:
        """Name where parts are kept and who makes them."""
        self._corpus = corpus
        self._kept = kept
        self._workers = workers
        self._keys: dict[File, str] = {}
        #: How many parts were found damaged when they were read, and made again.
        self.mended = 0

    @cached_property
    def shared_key(self) -> str:
        """The digest of all that every part depends on."""
        files = self._corpus.files(*SHARED, "shapes")
        return digest_of([engine_digest(), *(self._corpus.digest_of(file) for file in files)])

    def key(self, file: File) -> str:
        """Return the digest of all that the part of a plan or report depends on."""
        if file not in self._keys:
            read = [file, *self._corpus.context_of(file)]
            self._keys[file] = digest_of([self.shared_key, *(self._corpus.digest_of(each) for each in read)])
        return self._keys[file]

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
        asserted = [(d.graph, statements(d.triples)) for d in self._corpus.shared]
        part = Part.of([*asserted, (SHARED_INFERRED, Inference(self._corpus, self._rules).shared)], SHARED_INFERRED)
        self._kept.put(self.shared_key, part.to_bytes())
        return part

    def make(self, files: Sequence[File], advance: Callable[[File], None]) -> int:
        """See to it that the parts of plans and reports are kept; return how many had to be made.

        :param advance: called after each file.
        """
        missing = []
        for file in files:
            if not self._kept.has(self.key(file)):
                missing.append(file)
            else:
                advance(file)
        groups = [(file,) for file in missing]
        for number, part in self._run(groups):
            self._kept.put(self.key(missing[number]), part.to_bytes())
            advance(missing[number])
        self._kept.prune()
        return len(missing)

    def of(self, file: File) -> Part:
        """Return the part of a plan or report; one that was damaged or lost is made again."""
        body = self._kept.get(self.key(file))
        if body is not None:
            return Part.from_bytes(body)
        ((_, part),) = self._run([(file,)])
        self._kept.put(self.key(file), part.to_bytes())
        self.mended += 1
        return part  # type: ignore[no-any-return]

    def _run(self, groups: Sequence[Sequence[File]]) -> Iterator[tuple[int, Any]]:
        return self._workers.run(partial(_making, self._rules), groups, self._corpus, _FEW) if groups else iter(())


def _making(rules: Sequence[Rule], corpus: Corpus) -> Work:
    inference = Inference(corpus, rules)

    def make(documents: Sequence[Document]) -> Any:
        (document,) = documents
        graph = inferred_graph(document.graph)
        return Part.of([(document.graph, statements(document.triples)), (graph, inference.of(document))], graph)

    return make
