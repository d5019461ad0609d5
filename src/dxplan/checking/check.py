"""The check of several documents; a result is kept by the digest of everything it depends on."""

from __future__ import annotations

import json
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from dxplan.checking.evaluation import Compiled, Evaluation
from dxplan.checking.findings import Finding, once
from dxplan.checking.listings import Findings, Listing
from dxplan.checking.report import Report
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus, File
from dxplan.documents import SHARED, Document
from dxplan.kept import Buffer, Kept, Pack, digest_of, engine_digest
from dxplan.working.tasks import Make, Work
from dxplan.working.workers import Workers

__all__ = ["ENGINES", "check"]

#: The reference, and the same rules compiled for many plans. Both find the same.
ENGINES = ("pyshacl", "sparql")
# Up to so many groups are checked without starting other processes, by engine: pySHACL takes seconds a plan.
_FEW = {"pyshacl": 1, "sparql": 7}

# How long its head and the rules that looked at no node are, before a result that is kept.
_LENGTHS = struct.Struct("<II")

_Group = tuple[File, ...]


@dataclass(frozen=True)
class _Result:
    """What was found in a group of documents.

    :param listings: by file, for those in which anything was found.
    :param unmet_json: the rules that looked at no node, in JSON: of many results they are hardly ever asked for.
    :param subjects: how many nodes the documents describe.
    """

    listings: dict[str, Listing]
    unmet_json: Buffer
    subjects: int

    @property
    def unmet(self) -> list[str]:
        """The rules that looked at no node."""
        return list(json.loads(bytes(self.unmet_json)))

    def to_bytes(self) -> bytes:
        """Return a head, and the lines of each file one after another, which need not be read to be told."""
        files = [
            [file, [[*what, count] for what, count in listing.counts.items()], len(listing.lines)]
            for file, listing in self.listings.items()
        ]
        head = json.dumps([files, self.subjects]).encode()
        lengths = _LENGTHS.pack(len(head), len(self.unmet_json))
        return b"".join([lengths, head, self.unmet_json, *(listing.lines for listing in self.listings.values())])

    @classmethod
    def from_bytes(cls, body: Buffer) -> _Result:
        head, unmet = _LENGTHS.unpack_from(body)
        start = _LENGTHS.size + head
        files, subjects = json.loads(bytes(body[_LENGTHS.size : start]))
        unmet_json = body[start : start + unmet]
        start += unmet
        listings = {}
        for file, counted, length in files:
            counts = {(severity, rule): count for severity, rule, count in counted}
            listings[file] = Listing(counts, body[start : start + length])
            start += length
        return cls(listings, unmet_json, subjects)


def check(
    documents: Iterable[File | Document],
    corpus: Corpus,
    book: RuleBook,
    engine: str = "pyshacl",
    kept: Path | None = None,
    advance: Callable[[File], None] = lambda file: None,
    workers: Workers | None = None,
) -> Report:
    """Check plans and reports one by one, each with the shared documents beside it, and the shared ones together.

    :param engine: one of :data:`ENGINES`.
    :param kept: folder in which results and compiled rules are kept; None keeps none.
    :param advance: called after each document.
    :param workers: where it is done; by default in processes of this machine.
    :raises RulesError: for rules that are broken, or that the engine cannot run.
    """
    keeping = Kept(kept)
    compiled = Compiled.recall(book, keeping)  # where the rules are known they need not be read
    files = [File(document.path, document.folder) for document in documents]
    shared = tuple(file for file in files if file.folder in SHARED)
    groups: list[_Group] = [*([shared] if shared else []), *((file,) for file in files if file.folder not in SHARED)]
    depends_on = _common(corpus, book, engine)
    keys = [digest_of([*depends_on, *_own(group, corpus)]) for group in groups]
    pack = Pack(keeping, keys)
    found: list[_Result | None] = [_recalled(pack, key) for key in keys]
    missing = [number for number, result in enumerate(found) if result is None]
    for group, result in zip(groups, found, strict=True):
        if result is not None:
            _tell(advance, group)
    if missing:
        todo = [groups[number] for number in missing]
        workers = workers or Workers()
        make = _make(engine, book, compiled, keeping, workers.threads(len(todo), _FEW[engine]))
        for position, body in workers.run(make, todo, corpus, _FEW[engine]):
            number = missing[position]
            found[number] = _Result.from_bytes(body)
            keeping.put(keys[number], body)
            _tell(advance, groups[number])
        keeping.prune()
    pack.renew()
    results = [each for each in found if each is not None]
    rules = [rule.id for rule in book.rules]
    return Report(
        findings=_together(results),
        rules=rules,
        unmet=_unmet(rules, results),
        nodes=sum(each.subjects for each in results),
        files=[corpus.relative(file.path) for file in files],
        checked=sum(len(groups[number]) for number in missing),
    )


def _together(results: Iterable[_Result]) -> Findings:
    """Return what was found, by file and line; a file may have been named twice."""
    by_file: defaultdict[str, list[Listing]] = defaultdict(list)
    for result in results:
        for file, listing in result.listings.items():
            by_file[file].append(listing)
    return Findings(
        listings[0] if len(listings) == 1 else Listing.of(once(sorted(chain(*(each.findings for each in listings)))))
        for _, listings in sorted(by_file.items())
    )


def _unmet(rules: Iterable[str], results: Iterable[_Result]) -> list[str]:
    """Return the rules that looked at no node at all, sorted."""
    left = set(rules)
    for result in results:
        if not left:
            break
        left.intersection_update(result.unmet)
    return sorted(left)


def _tell(advance: Callable[[File], None], group: _Group) -> None:
    for file in group:
        advance(file)


def _recalled(pack: Pack, key: str) -> _Result | None:
    body = pack.get(key)
    return None if body is None else _Result.from_bytes(body)


def _make(engine: str, book: RuleBook, compiled: Compiled | None, kept: Kept, threads: int) -> Make:
    if engine == "pyshacl":
        _ = book.rules  # what is wrong with the rules is told before any process is started
        return _by_pyshacl
    return partial(_by_sparql, compiled or Compiled.of(book, kept), threads)


def _by_pyshacl(corpus: Corpus) -> Work:
    from dxplan.checking.validation import validate  # takes time to load, which the other engine need not

    book = RuleBook(corpus)
    return partial(_body, lambda documents: validate(book, documents, corpus))


def _by_sparql(rules: Compiled, threads: int, corpus: Corpus) -> Work:
    return partial(_body, Evaluation(rules, corpus, threads).validate)


def _body(run: Callable[[Sequence[Document]], tuple[list[Finding], dict[str, int]]], group: Any) -> bytes:
    """Return the result as it is kept: who does the work writes it, too."""
    findings, looked_at = run(group)
    listings = {file: Listing.of(list(found)) for file, found in groupby(sorted(findings), attrgetter("file"))}
    unmet = [rule for rule, count in looked_at.items() if not count]
    subjects = sum(len(document.subjects) for document in group)
    return _Result(listings, json.dumps(unmet).encode(), subjects).to_bytes()


def _common(corpus: Corpus, book: RuleBook, engine: str) -> list[str]:
    """Return what every result depends on."""
    shared = [corpus.digest_of(file) for file in corpus.files(*SHARED)]
    return [digest_of([engine, *shared, *book.digest_parts, engine_digest()])]


def _own(group: _Group, corpus: Corpus) -> list[str]:
    """Return what the result of one group depends on besides."""
    beside = [plan for file in group for plan in corpus.context_of(file)]
    # Where a file stands tells its graph.
    return [f"{file.folder} {corpus.relative(file.path)} {corpus.content_digest(file)}" for file in [*group, *beside]]
