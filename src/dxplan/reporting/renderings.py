"""One report in several forms: for people, for programs, and for what runs the check on a server."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import click

from dxplan.checking.findings import SEVERITIES, Finding, label
from dxplan.checking.listings import Findings
from dxplan.checking.report import Accepted, Report, Stale
from dxplan.years import era_name

__all__ = ["FORMS", "Look", "as_github", "as_json", "as_text", "escape_data", "escape_property", "render", "visible"]

#: The forms that :func:`render` knows.
FORMS = ("text", "json", "sarif", "junit", "github")
#: How many findings of a rule are shown to people who did not ask for all.
FIRST = 5

_SEVERITY_NAMES = {
    "violation": {"ja": "違反", "en": "violation"},
    "warning": {"ja": "警告", "en": "warning"},
    "info": {"ja": "情報", "en": "info"},
}
_COLOURS = {"violation": "red", "warning": "yellow", "info": "cyan"}
_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}
# Characters that would move the cursor, colour the terminal or break the line; those of Unicode that turn the
# direction of writing would make a line read differently from what it says.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Look:
    """How a report should look.

    :param lang: ``ja`` or ``en``.
    :param threshold: the severity from which a finding fails the check.
    :param everything: whether people see every finding, and what was accepted.
    :param colour: whether the text goes to a terminal that shows colours.
    """

    lang: str
    threshold: str = "violation"
    everything: bool = False
    colour: bool = False

    def say(self, ja: str, en: str) -> str:
        """Return the text in the language."""
        return ja if self.lang == "ja" else en


def render(report: Report, form: str, look: Look) -> str | bytes:
    """Return the report in one of :data:`FORMS`: a text for people, and for programs UTF-8, whatever the locale is.

    :raises KeyError: for any other form.
    """
    match form:  # what a form needs takes time to load, which the others need not
        case "text":
            return as_text(report, look) + _pointer(report, look)
        case "json":
            return as_json(report, look.lang)
        case "sarif":
            from dxplan.reporting.sarif import as_sarif

            told = as_sarif(report, look.lang)
        case "junit":
            from dxplan.reporting.junit import as_junit

            told = as_junit(report, look.lang, look.threshold)
        case "github":
            told = as_github(report, look)
        case _:
            raise KeyError(form)
    return told.encode("utf-8", "replace")


def as_json(report: Report, lang: str) -> bytes:
    """Render as JSON in UTF-8, as ``schemas/findings.schema.json`` in this package describes it, a finding a line."""
    summary = {
        "files": len(report.files),
        "nodes": report.nodes,
        "rules": len(report.rules),
        "rulesWithoutNodes": report.unmet,
        "findings": len(report.findings),
        **report.counts(),
        "accepted": len(report.accepted),
        "stale": len(report.stale),
    }
    # Line by line, for with indent=2 the encoder of the standard library takes ten times as long.
    accepted = ({**a.finding.to_json(lang), "reason": a.reason, "until": a.until} for a in report.accepted)
    listed = {
        b"findings": report.findings.told(lang),
        b"accepted": map(_line, accepted),
        b"stale": (_line(asdict(entry)) for entry in report.stale),
    }
    parts = [b'{\n  "summary": ', _line(summary)]
    for name, lines in listed.items():
        # Findings may be tens of thousands: they come in lines, several at a time, and are put together once.
        inner = [piece for each in lines for piece in (b",\n    ", each.replace(b"\n", b",\n    "))]
        parts += [b',\n  "', name, b'": [', *([b"\n    ", *inner[1:], b"\n  "] if inner else []), b"]"]
    return b"".join([*parts, b"\n}"])


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace")


def visible(text: str) -> str:
    """Return a text on one line, with what cannot be seen written as an escape.

    >>> visible("a\\nb\\x1b[31mc")
    'a\\\\nb\\\\x1b[31mc'
    """
    return _UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def as_text(report: Report, look: Look) -> str:
    """Render for people: grouped by rule, worst first, each with its place."""
    lines: list[str] = []
    names = {rule.id: rule.name for rule in report.about()}
    for severity, rule, count in _worst_first(report.findings):
        found = report.findings.of_rule(severity, rule)
        shown = list(found if look.everything else islice(found, FIRST))
        lines.append(
            _styled(_SEVERITY_NAMES[severity][look.lang], look, fg=_COLOURS[severity], bold=True)
            + f"  {_styled(visible(label(names[rule], look.lang)), look, bold=True)}  {rule}  ({count})"
        )
        for finding in shown:
            lines += _finding_lines(finding, look)
        if left := count - len(shown):
            lines.append(look.say(f"  … ほか{left}件（--all ですべて表示）", f"  … and {left} more (--all shows them)"))
        lines.append("")
    if report.accepted:
        lines += [*_accepted_lines(report.accepted, look), *([""] if look.everything else [])]
    lines += [_stale_line(entry, look) for entry in report.stale]
    if report.unmet:
        told = ", ".join(report.unmet)
        lines.append(look.say(f"対象のなかった規則: {told}", f"Rules that met no node: {told}"))
    lines.append(report.summary(look.lang))
    return "\n".join(lines)


def _pointer(report: Report, look: Look) -> str:
    """Tell where a finding is explained; it comes last, after the summary, as it is no part of the report."""
    told = look.say("規則の説明: dxplan rules 名前", "dxplan rules NAME explains a rule")
    return f"\n{told}" if report.findings else ""


def _styled(text: str, look: Look, **style: Any) -> str:
    return click.style(text, **style) if look.colour else text


def _worst_first(findings: Findings) -> list[tuple[str, str, int]]:
    """Return severity and rule, with how many there are."""
    listed = [(severity, rule, count) for (severity, rule), count in findings.counts.items()]
    return sorted(listed, key=lambda each: (SEVERITIES.index(each[0]), each[1]))


def _finding_lines(finding: Finding, look: Look) -> Iterator[str]:
    yield f"  {_styled(visible(finding.place), look, fg='bright_black')}: {visible(finding.said(look.lang))}"
    if finding.locator:
        yield f"      {look.say('文書の箇所', 'in the document')}: {visible(finding.locator)}"


def _accepted_lines(accepted: list[Accepted], look: Look) -> Iterator[str]:
    count = len(accepted)
    hint = "" if look.everything else look.say("（--all で理由を表示）", " (--all shows why)")
    yield look.say(f"受け入れた指摘: {count}件{hint}", f"Accepted findings: {count}{hint}")
    if not look.everything:
        return
    for one in accepted:
        yield from _finding_lines(one.finding, look)
        reason = visible(label(one.reason, look.lang))
        until = ""
        if one.until is not None:
            until = look.say(f"（{_year(one.until)}まで）", f" (until FY{one.until})")
        yield f"      {look.say('理由', 'reason')}: {reason}{until}"


def _year(year: int) -> str:
    try:
        return era_name(year)
    except ValueError:  # before 平成
        return f"{year}年度"


def _stale_line(entry: Stale, look: Look) -> str:
    where = visible(f"{entry.file}:{entry.line}")
    what = visible(f"{entry.rule} {entry.focus}")
    return look.say(
        f"{where}: 当てはまる指摘のない受入れです（{what}）。消してください",
        f"{where}: accepts nothing any more ({what}). Remove it",
    )


def escape_data(text: str) -> str:
    """Escape the message of a workflow command, as https://github.com/actions/toolkit does in ``core``'s command.ts.

    >>> escape_data("100%\\n")
    '100%25%0A'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape the value of a property of a workflow command.

    >>> escape_property("a:b,c")
    'a%3Ab%2Cc'
    """
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def as_github(report: Report, look: Look) -> str:
    """Render as workflow commands of GitHub Actions, worst first, and the summary as plain text.

    The commands are those of
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands. GitHub shows ten errors, ten
    warnings and ten notices of a step as annotations; the log has all.
    """
    names = {rule.id: rule.name for rule in report.about()}
    lines = []
    for severity, rule, _ in _worst_first(report.findings):
        title = f"{rule} {label(names[rule], look.lang)}"
        lines += [_command(_COMMANDS[severity], f, title, look) for f in report.findings.of_rule(severity, rule)]
    for entry in report.stale:
        place = f"file={escape_property(entry.file)},line={entry.line}"
        lines.append(f"::warning {place},title={escape_property(entry.rule)}::{escape_data(_stale_line(entry, look))}")
    accepted = len(report.accepted)
    if accepted:
        lines.append(look.say(f"受け入れた指摘: {accepted}件", f"Accepted findings: {accepted}"))
    lines.append(report.summary(look.lang))
    return "\n".join(lines)


def _command(name: str, finding: Finding, title: str, look: Look) -> str:
    place = {"file": finding.file}
    if finding.line:
        place |= {"line": str(finding.line), "col": str(finding.column)}
    properties = ",".join(f"{key}={escape_property(value)}" for key, value in {**place, "title": title}.items())
    told = finding.said(look.lang)
    if finding.locator:
        told += f"\n{look.say('文書の箇所', 'in the document')}: {finding.locator}"
    return f"::{name} {properties}::{escape_data(told)}"
