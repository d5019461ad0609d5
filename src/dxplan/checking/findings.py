"""One thing that a check found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SEVERITIES", "Finding", "label", "once"]

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
    return labels.get(lang) or next(filter(None, labels.values()), "")


def once(findings: Sequence[Finding]) -> list[Finding]:
    """Return each finding once."""
    seen: dict[tuple[Any, ...], Finding] = {}
    for f in findings:
        seen.setdefault((f.file, f.line, f.rule, f.focus, f.path, f.value, f.message.get("ja")), f)
    return list(seen.values())
