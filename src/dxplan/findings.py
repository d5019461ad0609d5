"""What a check found: one model, several renderings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["SEVERITIES", "Finding", "Report", "as_json", "as_text", "once"]

#: From worst to mildest. Violation: the graph is wrong; warning: the document is at odds; info: a gap.
SEVERITIES = ("violation", "warning", "info")
_SEVERITY_NAMES = {
    "violation": {"ja": "違反", "en": "violation"},
    "warning": {"ja": "警告", "en": "warning"},
    "info": {"ja": "情報", "en": "info"},
}


@dataclass(frozen=True, order=True)
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

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the finding as the documented JSON object."""
        found = asdict(self)
        found["focusLabel"] = label(found.pop("focus_label"), lang)
        order = (
            "rule",
            "severity",
            "message",
            "focus",
            "focusLabel",
            "path",
            "value",
            "file",
            "line",
            "column",
            "locator",
        )
        return {name: found[name] for name in order}


def label(labels: dict[str, str], lang: str) -> str:
    """Return the label in a language, else in any, else an empty text."""
    return labels.get(lang) or next(iter(labels.values()), "")


@dataclass(frozen=True)
class Report:
    """The result of a check over some files.

    :param findings: what was found, sorted by file and line.
    :param rules: ids of the rules that ran.
    :param unmet: ids of the rules that met no node at all; an empty check must not look green.
    :param nodes: how many focus nodes were looked at.
    :param files: the files that were checked.
    """

    findings: list[Finding]
    rules: list[str]
    unmet: list[str]
    nodes: int
    files: list[str]

    def counts(self) -> dict[str, int]:
        """Return the number of findings by severity."""
        counted = Counter(f.severity for f in self.findings)
        return {severity: counted[severity] for severity in SEVERITIES}

    def reaches(self, threshold: str) -> bool:
        """Tell whether any finding is at or above a severity."""
        return any(SEVERITIES.index(f.severity) <= SEVERITIES.index(threshold) for f in self.findings)


def as_json(report: Report, lang: str) -> str:
    """Render as JSON: a summary and the findings."""
    summary = {
        "files": len(report.files),
        "nodes": report.nodes,
        "rules": len(report.rules),
        "rulesWithoutNodes": report.unmet,
        "findings": len(report.findings),
        **report.counts(),
    }
    return json.dumps(
        {"summary": summary, "findings": [f.to_json(lang) for f in report.findings]}, ensure_ascii=False, indent=2
    )


def as_text(report: Report, lang: str) -> str:
    """Render for people: grouped by rule, worst first, each with its place."""
    lines: list[str] = []
    groups: dict[tuple[int, str], list[Finding]] = {}
    for finding in report.findings:
        groups.setdefault((SEVERITIES.index(finding.severity), finding.rule), []).append(finding)
    for (rank, rule), found in sorted(groups.items()):
        lines.append(f"{_SEVERITY_NAMES[SEVERITIES[rank]][lang]}  {rule}  ({len(found)})")
        for f in found:
            name = label(f.focus_label, lang)
            lines.append(f"  {f.file}:{f.line}: {name}{'：' if lang == 'ja' else ': '}{f.message[lang]}")
            if f.locator:
                lines.append(f"      {'文書の箇所' if lang == 'ja' else 'in the document'}: {f.locator}")
        lines.append("")
    counts = report.counts()
    if report.unmet:
        told = ", ".join(report.unmet)
        lines.append(f"対象のなかった規則: {told}" if lang == "ja" else f"Rules that met no node: {told}")
    lines.append(
        f"{len(report.files)}ファイル、{report.nodes}節点を{len(report.rules)}規則で検査: "
        f"違反{counts['violation']}件、警告{counts['warning']}件、情報{counts['info']}件"
        if lang == "ja"
        else f"{len(report.files)} files, {report.nodes} nodes, {len(report.rules)} rules: "
        f"{counts['violation']} violations, {counts['warning']} warnings, {counts['info']} info"
    )
    return "\n".join(lines)


def once(findings: Sequence[Finding]) -> list[Finding]:
    """Return each finding once, by everything but its wording."""
    seen: dict[tuple[Any, ...], Finding] = {}
    for f in findings:
        seen.setdefault((f.file, f.line, f.rule, f.focus, f.path, f.value), f)
    return list(seen.values())
