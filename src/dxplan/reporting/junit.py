"""Findings as JUnit XML, which GitLab, Jenkins and others show as tests.

There is no standard. Written is what https://docs.gitlab.com/ci/testing/unit_test_reports/ says GitLab reads and
Jenkins reads too: it shows the class name as the suite and the text of a failure (not its ``message``), and of two test
cases of one name it keeps the first only, so a case is one rule in one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from dxplan.checking.findings import Finding, label
from dxplan.checking.report import Accepted, Report
from dxplan.checking.rules import Rule

__all__ = ["as_junit", "xml_text"]

# Everything but the characters of https://www.w3.org/TR/xml/#charsets; none of it can be written, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return a text with U+FFFD for every character that XML 1.0 cannot hold.

    >>> xml_text("a\\x00b\\x1bc")
    'a\ufffdb\ufffdc'
    """
    return _ILLEGAL.sub("\ufffd", text)


@dataclass
class _Case:
    findings: list[Finding] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)


def as_junit(report: Report, lang: str, threshold: str) -> str:
    """Render as JUnit XML: one suite, and a case for each rule and file.

    A case fails with findings at or above the threshold; milder and accepted ones are its output. A rule that ran
    without finding anything is a case that passed, so that a green report shows what was tried; a rule that met no
    node is a case that was skipped.
    """
    cases: dict[tuple[str, str], _Case] = {}
    for finding in report.findings:
        cases.setdefault((finding.rule, finding.file), _Case()).findings.append(finding)
    for accepted in report.accepted:
        cases.setdefault((accepted.finding.rule, accepted.finding.file), _Case()).accepted.append(accepted)
    suite = ET.Element("testsuite", name="dxplan check")
    for rule in report.about():
        own = {file: case for (name, file), case in cases.items() if name == rule.id}
        for file, case in own.items():
            _add_case(suite, rule, file, case, lang, threshold)
        if not own:
            _add_quiet_case(suite, rule, rule.id in report.unmet, lang)
    counts = {"tests": "testcase", "failures": "testcase/failure", "skipped": "testcase/skipped"}
    for name, path in counts.items():
        suite.set(name, str(len(suite.findall(path))))
    suite.set("errors", "0")
    suite.set("time", "0")
    root = ET.Element("testsuites", {**suite.attrib})
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _case(suite: ET.Element, rule: Rule, name: str) -> ET.Element:
    # Jenkins takes what stands before the last full stop for a package.
    return ET.SubElement(
        suite, "testcase", classname=xml_text(f"dxplan.{rule.id}"), name=xml_text(f"{rule.id}: {name}"), time="0"
    )


def _add_case(suite: ET.Element, rule: Rule, file: str, case: _Case, lang: str, threshold: str) -> None:
    element = _case(suite, rule, file)
    element.set("file", xml_text(file))
    failing = [finding for finding in case.findings if finding.reaches(threshold)]
    if failing:
        failure = ET.SubElement(element, "failure", type=failing[0].severity)
        failure.set("message", xml_text(failing[0].said(lang)))
        failure.text = xml_text("\n".join(_lines(failing, lang)))
    quiet = [
        *_lines((finding for finding in case.findings if not finding.reaches(threshold)), lang),
        *(line for accepted in case.accepted for line in _accepted_lines(accepted, lang)),
    ]
    if quiet:
        ET.SubElement(element, "system-out").text = xml_text("\n".join(quiet))


def _lines(findings: Iterable[Finding], lang: str) -> Iterable[str]:
    for finding in findings:
        yield f"{finding.severity}: {finding.place}: {finding.said(lang)}"
        if finding.locator:
            yield f"    {'文書の箇所' if lang == 'ja' else 'in the document'}: {finding.locator}"


def _accepted_lines(accepted: Accepted, lang: str) -> Iterable[str]:
    finding, reason = accepted.finding, label(accepted.reason, lang)
    yield f"{'受入れ済み' if lang == 'ja' else 'accepted'}: {finding.place}: {finding.said(lang)}"
    yield f"    {'理由' if lang == 'ja' else 'reason'}: {reason}"


def _add_quiet_case(suite: ET.Element, rule: Rule, unmet: bool, lang: str) -> None:
    element = _case(suite, rule, label(rule.name, lang))
    if unmet:
        told = "対象となる節点がありませんでした" if lang == "ja" else "met no node"
        ET.SubElement(element, "skipped", message=told).text = told  # GitLab shows the text, Jenkins the message
