"""The check of several documents; a result is kept by the digest of everything it depends on."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

from dxplan.checking.evaluation import Evaluation, recall
from dxplan.checking.findings import Finding, Report, once
from dxplan.checking.focus import superclasses
from dxplan.checking.rules import RuleBook
from dxplan.checking.validation import validate
from dxplan.documents import SHARED, Corpus, Document
from dxplan.store import engine_digest, write_atomically

__all__ = ["ENGINES", "check"]

#: The reference, and the same rules compiled for many plans. Both find the same.
ENGINES = ("pyshacl", "sparql")

_Found = tuple[list[Finding], dict[str, int]]
_Group = Sequence[Document]


def check(
    documents: Sequence[Document],
    corpus: Corpus,
    book: RuleBook,
    engine: str = "pyshacl",
    kept: Path | None = None,
    advance: Callable[[Document], None] = lambda document: None,
) -> Report:
    """Check plans and reports one by one, each with the shared documents beside it, and the shared ones together.

    :param engine: one of :data:`ENGINES`.
    :param kept: folder in which results and compiled rules are kept; None keeps none.
    :param advance: called after each document.
    :raises RulesError: for rules that are broken, or that the engine cannot run.
    """
    if kept is not None:
        recall(book, superclasses(corpus.shared), kept)
    shared = [document for document in documents if document.folder in SHARED]
    groups: list[_Group] = [
        *([shared] if shared else []),
        *([document] for document in documents if document.folder not in SHARED),
    ]
    paths = [None if kept is None else kept / f"{_depends_on(group, corpus, book, engine)}.json" for group in groups]
    found = [None if path is None else _read_kept(path) for path in paths]
    missing = [number for number, known in enumerate(found) if known is None]
    for number, known in enumerate(found):
        if known is not None:
            _tell(advance, groups[number])
    for number, new in zip(missing, _run([groups[n] for n in missing], corpus, book, engine, kept), strict=True):
        found[number] = new
        path = paths[number]
        if path is not None:
            body = json.dumps([[asdict(finding) for finding in new[0]], new[1]], ensure_ascii=False)
            write_atomically(path, f"{_digest([body])}\n{body}")
        _tell(advance, groups[number])
    looked_at: Counter[str] = Counter({rule.id: 0 for rule in book.rules})
    for each in found:
        looked_at.update(each[1])  # type: ignore[index]
    return Report(
        findings=sorted(once([finding for each in found for finding in each[0]])),  # type: ignore[index]
        rules=[rule.id for rule in book.rules],
        unmet=sorted(rule for rule, count in looked_at.items() if not count),
        nodes=sum(len(document.subjects) for document in documents),
        files=[corpus.relative(document.path) for document in documents],
    )


def _tell(advance: Callable[[Document], None], group: _Group) -> None:
    for document in group:
        advance(document)


def _run(groups: Sequence[_Group], corpus: Corpus, book: RuleBook, engine: str, kept: Path | None) -> Iterator[_Found]:
    """Yield what is found in each group; pySHACL takes seconds a plan, so it gets a process for each core."""
    workers = min(os.cpu_count() or 1, len(groups))
    if engine == "pyshacl" and workers > 1:
        work = partial(_in_a_process, corpus.root)
        named = [[(document.path, document.folder) for document in group] for group in groups]
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            yield from pool.map(work, named)
    elif groups:
        runs = _engine(engine, corpus, book, kept)
        yield from (runs(group) for group in groups)


def _engine(name: str, corpus: Corpus, book: RuleBook, kept: Path | None) -> Callable[[_Group], _Found]:
    if name == "sparql":
        return Evaluation(book, corpus, kept).validate
    return lambda group: validate(book, group, corpus)


@lru_cache(maxsize=1)
def _book(root: Path) -> RuleBook:
    return RuleBook(Corpus(root))


def _in_a_process(root: Path, named: Sequence[tuple[Path, str]]) -> _Found:
    book = _book(root)
    return validate(book, [book.corpus.document(path, folder) for path, folder in named], book.corpus)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _depends_on(group: _Group, corpus: Corpus, book: RuleBook, engine: str) -> str:
    """Return the digest of everything that a result of a group depends on."""
    read = [*group, *corpus.shared, *(plan for document in group for plan in corpus.context(document))]
    return _digest(
        [
            engine,
            *(corpus.relative(document.path) for document in group),
            *(document.digest for document in read),
            *book.digest_parts,
            engine_digest(),
        ]
    )


def _read_kept(path: Path) -> _Found | None:
    """Return a kept result, or None where there is none or it was damaged."""
    try:
        mark, _, body = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if mark != _digest([body]):
        return None
    findings, counted = json.loads(body)
    return [Finding(**finding) for finding in findings], counted
