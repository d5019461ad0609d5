"""The check of several documents; a result is kept by the digest of everything it depends on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from dxplan.documents import SHARED, Corpus, Document
from dxplan.findings import Finding, Report, once
from dxplan.rules import RuleBook
from dxplan.store import engine_digest, write_atomically
from dxplan.validation import validate

__all__ = ["check"]


def check(
    documents: Sequence[Document],
    corpus: Corpus,
    book: RuleBook,
    kept: Path | None = None,
    advance: Callable[[Document], None] = lambda document: None,
) -> Report:
    """Check plans and reports one by one, each with the shared documents beside it, and the shared ones together.

    :param kept: folder in which results are kept; None keeps none.
    :param advance: called after each document.
    """
    findings: list[Finding] = []
    looked_at: Counter[str] = Counter({rule.id: 0 for rule in book.rules})
    shared = [document for document in documents if document.folder in SHARED]
    for group in [*([shared] if shared else []), *([document] for document in documents if document not in shared)]:
        found, counted = _kept_or_new(group, corpus, book, kept)
        findings += found
        looked_at.update(counted)
        for document in group:
            advance(document)
    return Report(
        findings=sorted(once(findings)),
        rules=[rule.id for rule in book.rules],
        unmet=sorted(rule for rule, count in looked_at.items() if not count),
        nodes=sum(len(document.subjects) for document in documents),
        files=[corpus.relative(document.path) for document in documents],
    )


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _kept_or_new(
    group: Sequence[Document], corpus: Corpus, book: RuleBook, kept: Path | None
) -> tuple[list[Finding], dict[str, int]]:
    if kept is None:
        return validate(book, group, corpus)
    depends_on = [*group, *corpus.shared, *(plan for document in group for plan in corpus.context(document))]
    digest = _digest(
        [
            *(corpus.relative(document.path) for document in group),
            *(document.digest for document in depends_on),
            *book.digest_parts,
            engine_digest(),
        ]
    )
    path = kept / f"{digest}.json"
    known = _read_kept(path)
    if known is None:
        known = validate(book, group, corpus)
        body = json.dumps([[asdict(finding) for finding in known[0]], known[1]], ensure_ascii=False)
        write_atomically(path, f"{_digest([body])}\n{body}")
    return known


def _read_kept(path: Path) -> tuple[list[Finding], dict[str, int]] | None:
    """Return a kept result, or None where there is none or it was damaged."""
    try:
        mark, _, body = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if mark != _digest([body]):
        return None
    findings, counted = json.loads(body)
    return [Finding(**finding) for finding in findings], counted
