"""What a check found: the model that every rendering is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dxplan.checking.rules import LANGUAGES, Rule
from dxplan.iris import SHAPE

__all__ = ["SEVERITIES", "Accepted", "Finding", "Report", "Stale", "label", "once"]

#: From worst to mildest. Violation: the graph is wrong; warning: the document is at odds; info: a gap.
SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One thing that is wrong, at odds or missing.

    ``file`` is relative to the root; ``line`` and ``column`` count from 1 and are 0 where nothing of ours stands in
    the file. ``locator`` is the place in the source document. Terms are full IRIs, or the text of a literal.
    """

    file: str
    line: int
    column: int
    rule: str
    severity: str
    focus: str
    path: str
    value: str
    message: dict[str, str] = field(compare=False)
    focus_label: dict[str, str] = field(compare=False)
    locator: str = ""

    @property
    def place(self) -> str:
        """``file:line:column``, or the file alone where nothing of ours stands in it."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def reaches(self, threshold: str) -> bool:
        """Tell whether this finding is at or above a severity."""
        return SEVERITIES.index(self.severity) <= SEVERITIES.index(threshold)

    def said(self, lang: str) -> str:
        """Return what is told in one language: the label of what it is about, and the message."""
        name = label(self.focus_label, lang)
        return (name + ("：" if lang == "ja" else ": ") if name else "") + label(self.message, lang)

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the finding as the documented JSON object."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
            "focus": self.focus,
            "focusLabel": label(self.focus_label, lang),
            "path": self.path,
            "value": self.value,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "locator": self.locator,
        }


def label(labels: dict[str, str], lang: str) -> str:
    """Return the label in a language, else in any, else an empty text."""
    return labels.get(lang) or next(iter(labels.values()), "")


@dataclass(frozen=True)
class Accepted:
    """A finding that somebody accepted, with the reason by language and the last fiscal year in which that holds."""

    finding: Finding
    reason: dict[str, str]
    until: int | None


@dataclass(frozen=True)
class Stale:
    """An acceptance that no finding needs any more, and the line where it stands."""

    file: str
    line: int
    rule: str
    focus: str
    path: str
    value: str
    reason: dict[str, str]


@dataclass(frozen=True)
class Report:
    """The result of a check over some files.

    :param findings: what was found, sorted by file and line, without what is accepted.
    :param rules: ids of the rules that ran.
    :param unmet: ids of the rules that met no node at all; an empty check must not look green.
    :param nodes: how many focus nodes were looked at.
    :param files: the files that were checked.
    :param checked: how many of them were looked at now; the results of the others had been kept.
    :param book: what is known about the rules that ran, for renderings that name them.
    :param accepted: findings that the baseline accepts; they do not count.
    :param stale: entries of the baseline that no finding needs any more.
    """

    findings: list[Finding]
    rules: list[str]
    unmet: list[str]
    nodes: int
    files: list[str]
    checked: int = field(default=0, compare=False)
    book: list[Rule] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return the number of findings by severity."""
        counted = Counter(f.severity for f in self.findings)
        return {severity: counted[severity] for severity in SEVERITIES}

    def reaches(self, threshold: str) -> bool:
        """Tell whether any finding is at or above a severity."""
        return any(f.reaches(threshold) for f in self.findings)

    def about(self) -> list[Rule]:
        """Return every rule that ran or found something, by id; one that the book does not tell of has its id only."""
        known = {rule.id: rule for rule in self.book}
        seen = {f.rule: f.severity for f in [*self.findings, *(a.finding for a in self.accepted)]}

        def unknown(name: str) -> Rule:
            texts = dict.fromkeys(LANGUAGES, name)
            return Rule(name, SHAPE + name, seen.get(name, "warning"), texts, texts)

        return [known.get(name) or unknown(name) for name in sorted({*self.rules, *seen})]

    def summary(self, lang: str) -> str:
        """Return one line: how much was looked at and how much was found."""
        counts = self.counts()
        return (
            f"{len(self.files)}ファイル、{self.nodes}節点を{len(self.rules)}規則で検査: "
            f"違反{counts['violation']}件、警告{counts['warning']}件、情報{counts['info']}件"
            if lang == "ja"
            else f"{len(self.files)} files, {self.nodes} nodes, {len(self.rules)} rules: "
            f"{counts['violation']} violations, {counts['warning']} warnings, {counts['info']} info"
        )


def once(findings: Sequence[Finding]) -> list[Finding]:
    """Return each finding once."""
    seen: dict[tuple[Any, ...], Finding] = {}
    for f in findings:
        seen.setdefault((f.file, f.line, f.rule, f.focus, f.path, f.value, f.message.get("ja")), f)
    return list(seen.values())
