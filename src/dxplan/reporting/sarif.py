"""Findings as SARIF 2.1.0, which code scanning services and editors read.

The format is https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; section numbers below are its. What
GitHub makes of it, and its limits, are at
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
GitHub passes over suppressions, so that an accepted finding has to be dismissed there once by hand.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from dxplan import __version__
from dxplan.checking.findings import SEVERITIES, Finding, label
from dxplan.checking.report import Accepted, Report
from dxplan.checking.rules import Rule
from dxplan.iris import BASE

__all__ = ["MOST_RESULTS", "as_sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
#: GitHub refuses a run with more results, a rule's name above 255 characters and a description above 1024.
MOST_RESULTS = 25_000
_NAME, _DESCRIPTION = 255, 1024


def as_sarif(report: Report, lang: str) -> str:
    """Render as SARIF 2.1.0: one run, all rules, each finding with its place and a fingerprint.

    Rules are described in English with the Japanese beside it, as the file has one language for all readers; the
    message of a result is in ``lang`` with both beside it.
    """
    rules = report.about()
    index = {rule.id: at for at, rule in enumerate(rules)}
    every: list[Finding | Accepted] = [*report.findings, *report.accepted]
    notes = [_note(text, level) for text, level in _notes(report, lang)]
    if len(every) > MOST_RESULTS:
        notes.append(_note(_left_out(len(every) - MOST_RESULTS, lang), "warning"))
        every = sorted(every, key=_worst_first)[:MOST_RESULTS]
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "dxplan",
                        "version": __version__,
                        "informationUri": BASE,
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
                "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the project."}}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(one, index, lang) for one in every],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _worst_first(one: Finding | Accepted) -> tuple[bool, int]:
    finding = one.finding if isinstance(one, Accepted) else one
    return isinstance(one, Accepted), SEVERITIES.index(finding.severity)


def _rule(rule: Rule) -> dict[str, Any]:
    name, description = label(rule.name, "en"), label(rule.description, "en")
    return {
        "id": rule.id,
        "name": name[:_NAME],
        "shortDescription": {"text": name[:_DESCRIPTION]},
        "fullDescription": {"text": description[:_DESCRIPTION]},
        "help": {"text": description},
        "helpUri": quote(rule.iri, safe=":/#%"),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"name": rule.name, "description": rule.description},
    }


def _result(one: Finding | Accepted, index: dict[str, int], lang: str) -> dict[str, Any]:
    finding = one.finding if isinstance(one, Accepted) else one
    mark = _fingerprint(finding)
    return {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.said(lang) or finding.rule},
        "locations": [_location(finding, lang)],
        # GitHub tells results apart by the second name only; without it, it would hash the text of the line, and take
        # two findings of a rule on one line for one.
        "partialFingerprints": {"dxplan/v1": mark, "primaryLocationLineHash": mark},
        # Section 3.27.23: given on every result or on none.
        "suppressions": [_suppression(one, lang)] if isinstance(one, Accepted) else [],
        "properties": {
            "message": finding.message,
            "path": finding.path,
            "value": finding.value,
            "locator": finding.locator,
        },
    }


def _fingerprint(finding: Finding) -> str:
    """What makes a finding the same one in the next run: never its line, which moves."""
    parts = [finding.rule, finding.focus, finding.path, finding.value]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _location(finding: Finding, lang: str) -> dict[str, Any]:
    path = PurePath(finding.file)
    artifact = (
        {"uri": path.as_uri()}
        if path.is_absolute()
        else {"uri": quote(finding.file, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
    )
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if finding.line:
        physical["region"] = {"startLine": finding.line, "startColumn": max(1, finding.column)}
    logical = {"fullyQualifiedName": finding.focus, "kind": "resource"}
    if name := label(finding.focus_label, lang):
        logical["name"] = name
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _suppression(one: Accepted, lang: str) -> dict[str, Any]:
    properties = {"reason": one.reason, **({} if one.until is None else {"until": one.until})}
    return {
        "kind": "external",
        "status": "accepted",
        "justification": label(one.reason, lang),
        "properties": properties,
    }


def _note(text: str, level: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}}


def _notes(report: Report, lang: str) -> list[tuple[str, str]]:
    """What is told of the run and not of a place in a plan."""
    unmet = [
        (f"規則 {rule} には対象がありませんでした" if lang == "ja" else f"Rule {rule} met no node", "note")
        for rule in report.unmet
    ]
    stale = [
        (
            f"{entry.file}:{entry.line}: 当てはまる指摘のない受入れです（{entry.rule}）。消してください"
            if lang == "ja"
            else f"{entry.file}:{entry.line}: accepts nothing any more ({entry.rule}). Remove it",
            "warning",
        )
        for entry in report.stale
    ]
    return [*unmet, *stale]


def _left_out(count: int, lang: str) -> str:
    return (
        f"上限 {MOST_RESULTS} 件を超えるため、軽いものから {count} 件を省きました"
        if lang == "ja"
        else f"Above the limit of {MOST_RESULTS} results; the {count} mildest were left out"
    )
