"""What people accept does not count, is not forgotten, and ends when they said."""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from dxplan.checking import acceptances, accepting, baseline
from dxplan.checking.acceptances import Entry
from dxplan.checking.check import check
from dxplan.checking.findings import Finding
from dxplan.checking.listings import Findings
from dxplan.checking.report import Report
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.errors import InputError
from dxplan.iris import DX, make

RULES = ["Figure-stated-stage-count", "Document-stages-add-up", "Node-label-ja"]
RECORD = "data/reports/08236-council-2024.ttl"
STUDY = "figure:08236-council-2024-actions-planned-study-2023"
TODAY = date(2026, 5, 1)


def finding(rule: str = RULES[0], focus: str = "a", value: str = "41", **more: Any) -> Finding:
    given = {"file": "data/plans/a.ttl", "line": 7, "column": 5, "severity": "warning", "path": DX + "value"}
    return Finding(
        rule=rule, focus=focus if ":" in focus else make("figure", focus), value=value,
        message={"ja": "直す", "en": "Mend it"}, focus_label={"en": "Figure"}, **{**given, **more},
    )  # fmt: skip


def report(*findings: Finding) -> Report:
    return Report(Findings.of(findings), RULES, [], 1, ["data/plans/a.ttl"])


def entries(text: str) -> list[Entry]:
    return acceptances.parse(text, Path("baseline.yaml"), RULES)


def applied(text: str, *findings: Finding, **more: Any) -> Report:
    return baseline.apply(report(*findings), entries(text), "baseline.yaml", **{"today": TODAY, **more})


ANY = "- {rule: Figure-stated-stage-count, focus: 'figure:a', reason: asked}\n"


# Reading


def test_an_entry_is_read_with_its_names_written_out() -> None:
    text = """\
# a comment
- rule: Figure-stated-stage-count
  focus: figure:08236-council-2024-x
  path: dx:value
  value: 41
  reason: {ja: 照会中, en: asked}
  until: R8

- rule: Node-label-ja
  focus: https://w3id.org/dxplan/item/a
  path: rdfs:label|skos:prefLabel
  reason: なし
"""
    first, second = entries(text)
    assert first == Entry(
        "Figure-stated-stage-count", make("figure", "08236-council-2024-x"), DX + "value", "41",
        {"ja": "照会中", "en": "asked"}, 2026, 2,
    )  # fmt: skip
    assert second.path == "http://www.w3.org/2000/01/rdf-schema#label|http://www.w3.org/2004/02/skos/core#prefLabel"
    assert second.reason == {"ja": "なし", "en": "なし"}
    assert (second.value, second.until, second.line) == (None, None, 9)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "~\n", "[]\n", "\ufeff[]\n"])
def test_a_baseline_may_be_empty(text: str) -> None:
    assert entries(text) == []


@pytest.mark.parametrize("year", ["2026", "R8", "令和8年度", "'2026'", "FY2026", "令和８"])
def test_a_year_is_written_in_any_way(year: str) -> None:
    assert entries(ANY.rstrip("}\n") + f", until: {year}}}")[0].until == 2026


BAD = {
    "no list": ("rule: x\n", 1, "Begin each entry with “- rule: …”."),
    "an entry that is a text": (ANY + "- Node-label-ja\n", 2, "an entry has rule, focus and reason."),
    "not YAML": (ANY + "- rule: [\n", 3, "not YAML"),
    "a tab": (ANY + "- rule: x\n\tfocus: y\n", 3, "not YAML"),
    "two documents": (ANY + "---\n" + ANY, 2, "not YAML"),
    "a control character": (ANY + ANY + "# \x00\n", 3, "not YAML"),
    "a nest": ("[" * 5000, 1, "nested too deeply"),
    "an alias to nothing": (ANY + "- *x\n", 2, "not YAML"),
    "unknown rule": (ANY.replace("Figure-stated-stage-count", "Figure-stated-stage-counts"), 1, "Did you mean: Figure-stated-stage-count?"),
    "unlike any rule": (ANY.replace("Figure-stated-stage-count", "qqq"), 1, "qqq is no rule. Mend its spelling."),
    "unknown key": ("- rule: Node-label-ja\n  focus: item:a\n  line: 4\n  reason: x\n", 3, "line is no key of an entry. Use rule, focus, path,"),
    "a merge": (ANY + "- <<: {rule: Node-label-ja}\n", 2, "<< is no key"),
    "a key twice": ("- rule: Node-label-ja\n  rule: Node-label-ja\n", 2, "rule is given twice."),
    "no rule": ("- focus: item:a\n  reason: x\n", 1, "rule is missing."),
    "no focus": ("- rule: Node-label-ja\n  reason: x\n", 1, "focus is missing."),
    "no reason": ("\n- rule: Node-label-ja\n  focus: item:a\n", 2, "reason is missing."),
    "an empty reason": ("- rule: Node-label-ja\n  focus: item:a\n  reason:\n", 3, "reason is missing."),
    "a blank reason": ("- rule: Node-label-ja\n  focus: item:a\n  reason: '  '\n", 3, "reason is missing."),
    "a reason of no language": ("- rule: Node-label-ja\n  focus: item:a\n  reason: {}\n", 3, "reason is missing."),
    "a reason in German": ("- rule: Node-label-ja\n  focus: item:a\n  reason: {de: x}\n", 3, "de is no language of a reason."),
    "a reason that is a list": ("- rule: Node-label-ja\n  focus: item:a\n  reason: [x]\n", 3, "reason is one text."),
    "bad year": ("- rule: Node-label-ja\n  focus: item:a\n  reason: x\n  until: soon\n", 4, "soon is no fiscal year. Write it as 2026, R8"),
    "unknown prefix": ("- rule: Node-label-ja\n  focus: itm:a\n  reason: x\n", 2, "itm:a is no IRI and no name with a known prefix."),
    "a focus without prefix": ("- rule: Node-label-ja\n  focus: a\n  reason: x\n", 2, "a is no IRI"),
    "a path that is none": ("- rule: Node-label-ja\n  focus: item:a\n  path: value\n  reason: x\n", 3, "value is no IRI"),
}  # fmt: skip


@pytest.mark.parametrize("why", BAD)
def test_a_bad_baseline_is_refused_with_its_line(why: str) -> None:
    text, line, told = BAD[why]
    with pytest.raises(InputError) as refused:
        entries(text)
    assert refused.value.en.startswith(f"baseline.yaml:{line}: ")
    assert told in refused.value.en
    assert refused.value.ja.startswith(f"baseline.yaml:{line}: ")
    assert refused.value.ja.endswith("。") and refused.value.en.endswith((".", "?"))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.yaml"
    path.write_bytes("- 理由".encode("cp932"))
    with pytest.raises(InputError, match="is not UTF-8"):
        acceptances.read(path, RULES)
    with pytest.raises(InputError, match="cannot be read"):
        acceptances.read(tmp_path, RULES)


# Applying


def test_an_entry_accepts_what_it_names_wherever_it_stands() -> None:
    both = [finding(line=7), finding(value="42", line=999)]
    assert list(applied(ANY, *both).findings) == []
    assert [a.finding for a in applied(ANY, *both).accepted] == both
    by_value = ANY.replace("reason", "value: 42, reason")
    assert list(applied(by_value, *both).findings) == both[:1]
    by_path = ANY.replace("reason", "path: 'dx:value', reason")
    assert list(applied(by_path, *both).findings) == []
    assert list(applied(ANY.replace("reason", "path: 'dx:unit', reason"), *both).findings) == both
    assert list(applied(ANY.replace("figure:a", "figure:b"), *both).findings) == both
    assert list(applied(ANY.replace("Figure-stated-stage-count", "Node-label-ja"), *both).findings) == both


def test_a_value_may_be_a_prefixed_name() -> None:
    at_plan = finding(value=make("plan", "08236-2022"))
    for value in ("plan:08236-2022", make("plan", "08236-2022"), f"<{make('plan', '08236-2022')}>"):
        assert list(applied(ANY.replace("reason", f"value: '{value}', reason"), at_plan).findings) == []
    assert list(applied(ANY.replace("reason", "value: '10:30', reason"), finding(value="10:30")).findings) == []


def test_what_is_accepted_keeps_its_reason_and_does_not_count() -> None:
    told = applied(ANY.replace("asked}", "{ja: 照会中}, until: R8}"), finding())
    (one,) = told.accepted
    assert (one.reason, one.until) == ({"ja": "照会中", "en": "照会中"}, 2026)
    assert told.counts()["warning"] == 0
    assert not told.reaches("info")
    assert told.stale == []


@pytest.mark.parametrize(
    ("today", "holds"),
    [(date(2026, 4, 1), True), (date(2027, 3, 31), True), (date(2027, 4, 1), False), (date(2030, 1, 1), False)],
)
def test_an_acceptance_holds_until_the_last_day_of_its_fiscal_year(today: date, holds: bool) -> None:
    told = applied(ANY.replace("asked}", "{ja: 照会中, en: asked}, until: R8}"), finding(), today=today)
    assert bool(told.accepted) == holds
    assert told.stale == []
    if not holds:
        (back,) = told.findings
        assert back == finding()
        assert back.message == {
            "ja": "直す（2026年度まで「照会中」として受け入れていましたが、期限が過ぎました）",
            "en": "Mend it (it was accepted until FY2026 because “asked”, which has expired)",
        }


def test_a_newer_entry_replaces_one_that_expired() -> None:
    old = ANY.replace("asked}", "old, until: 2020}")
    told = applied(old + ANY, finding())
    assert [a.reason["en"] for a in told.accepted] == ["asked"]
    assert [(s.line, s.reason["en"]) for s in told.stale] == [(1, "old")]
    both = applied(old + ANY.replace("asked}", "newer, until: 2021}"), finding())
    assert "until FY2021 because “newer”" in next(iter(both.findings)).message["en"]
    assert both.stale == []


def test_an_entry_that_nothing_needs_is_stale_when_somebody_looked() -> None:
    told = applied("# first\n\n" + ANY)
    (entry,) = told.stale
    assert (entry.file, entry.line, entry.rule, entry.focus) == ("baseline.yaml", 3, RULES[0], make("figure", "a"))
    assert applied(ANY, checked={make("figure", "b")}).stale == []
    assert [s.line for s in applied(ANY, checked={make("figure", "a")}).stale] == [1]


@pytest.mark.parametrize(
    ("day", "year"), [(date(2027, 3, 31), 2026), (date(2027, 4, 1), 2027), (date(2026, 12, 31), 2026)]
)
def test_the_fiscal_year_of_a_day(day: date, year: int) -> None:
    assert baseline.year_of(day) == year


def test_a_finding_is_held_against_the_entries_about_it_only(monkeypatch: pytest.MonkeyPatch) -> None:
    # A nation has tens of thousands of findings and thousands of entries: each against each would take minutes.
    asked = 0
    matches = Entry.matches

    def counted(self: Entry, finding: Finding) -> bool:
        nonlocal asked
        asked += 1
        return matches(self, finding)

    monkeypatch.setattr(Entry, "matches", counted)
    text = "".join(ANY.replace("figure:a", f"figure:a{number}") for number in range(40))
    told = applied(text + text, *(finding(focus=f"a{number}") for number in range(20, 60)))
    assert asked == 2 * 20
    assert [one.finding.focus for one in told.accepted] == [make("figure", f"a{number}") for number in range(20, 40)]
    assert len(told.findings) == 20
    assert len(told.stale) == 2 * 20


# Writing


def test_accepting_makes_a_file_that_a_person_can_read(tmp_path: Path) -> None:
    path = tmp_path / "baseline.yaml"
    assert accepting.accept(path, [finding(), finding(line=8), finding(value="")], "市に照会中", 2027, RULES) == 2
    assert path.read_text(encoding="utf-8").split("\n", 2)[2] == (
        "- rule: Figure-stated-stage-count\n  focus: figure:a\n  path: dx:value\n  value: '41'\n"
        "  reason: 市に照会中\n  until: 2027\n"
        "- rule: Figure-stated-stage-count\n  focus: figure:a\n  path: dx:value\n  reason: 市に照会中\n  until: 2027\n"
    )
    assert list(applied(path.read_text(encoding="utf-8"), finding()).findings) == []
    assert [p.name for p in tmp_path.iterdir()] == ["baseline.yaml"]


BEFORE = {
    "comments and odd spacing": "# mine\n\n-   rule:   Node-label-ja # here\n    reason: >\n      folded\n      text\n    focus: item:a\n\n# the end\n",
    "no line feed at the end": ANY.rstrip("\n"),
    "an indented list": "  # all of these\n  - rule: Node-label-ja\n    focus: item:a\n    reason: x\n",
    "only a comment": "# nothing yet\n",
    "a document start": "%YAML 1.1\n---\n" + ANY,
    "carriage returns": ANY.replace("\n", "\r\n") + "# end\r\n",
    "nothing": "",
}


@pytest.mark.parametrize("why", BEFORE)
def test_accepting_leaves_what_stands_there(why: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.yaml"
    before = BEFORE[why].encode()
    path.write_bytes(before)
    old = entries(before.decode())
    assert accepting.accept(path, [finding(value="a\nb: #'\"")], "why", None, RULES) == 1
    assert path.read_bytes().startswith(before)
    new = acceptances.read(path, RULES)
    assert new[:-1] == old
    assert (new[-1].value, new[-1].reason["en"], new[-1].until) == ("a\nb: #'\"", "why", None)


@pytest.mark.parametrize("before", ["[]\n", "[" + ANY.removeprefix("- ").rstrip() + "]\n", ANY + "...\n"])
def test_a_list_that_cannot_grow_at_its_end_is_left_alone(before: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.yaml"
    path.write_text(before, encoding="utf-8")
    with pytest.raises(InputError, match="nothing can be put at its end"):
        accepting.accept(path, [finding()], "why", None, RULES)
    assert path.read_text(encoding="utf-8") == before


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "baseline.yaml"
    path.write_text(ANY, encoding="utf-8")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        accepting.accept(path, [finding(focus="b")], "why", None, RULES)
    assert [p.name for p in tmp_path.iterdir()] == ["baseline.yaml"]
    assert path.read_text(encoding="utf-8") == ANY


def test_a_node_without_a_name_cannot_be_accepted(tmp_path: Path) -> None:
    path = tmp_path / "baseline.yaml"
    assert accepting.accept(path, [finding(focus="_:b0")], "why", None, RULES) == 0
    assert not path.exists()


@given(
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1), st.text(st.characters(exclude_categories=("Cs",)))
)
def test_any_reason_and_value_is_read_back(reason: str, value: str) -> None:
    one = finding(value=value)
    parts = accepting.entry(one, reason, None)
    assert parts is not None
    if not reason.strip():
        return
    text = accepting.written([parts])
    (again,) = entries(textwrap.indent(text, "    "))
    assert again.reason["ja"] == reason
    assert again.value == (value or None)
    assert again.matches(one)


# On the command line


@pytest.fixture
def at(project: Path) -> tuple[object, ...]:
    return ("--root", project, "--lang", "en")


def test_accept_then_check(at: tuple[object, ...], project: Path, run: Callable[..., Result]) -> None:
    record = project / RECORD
    first = run(*at, "check", "--engine", "sparql", record, "--fail-on", "warning")
    assert first.exit_code == 1
    count = json.loads(run(*at, "check", "--engine", "sparql", record, "--format", "json").stdout)["summary"]["warning"]
    done = run(
        *at,
        "check",
        "--engine",
        "sparql",
        record,
        "--fail-on",
        "warning",
        "--accept",
        "the city has been asked",
        "--until",
        "令和99年度",
    )
    assert done.exit_code == 0
    assert done.stderr == f"Wrote {count} acceptances to baseline.yaml\n"
    assert f"Accepted findings: {count} (--all shows why)" in done.stdout
    text = (project / "baseline.yaml").read_text(encoding="utf-8")
    assert text.count("- rule: ") == count
    assert text.count("  until: 2117\n") == count

    assert run(*at, "check", "--engine", "sparql", record, "--fail-on", "warning").exit_code == 0
    told = json.loads(run(*at, "check", "--engine", "sparql", record, "--format", "json").stdout)
    assert told["summary"]["accepted"] == count == len(told["accepted"])
    assert told["accepted"][0]["reason"] == {"ja": "the city has been asked", "en": "the city has been asked"}
    shown = run(*at, "check", "--engine", "sparql", record, "--all").stdout
    assert shown.count("reason: the city has been asked (until FY2117)") == count

    assert run(*at, "check", "--engine", "sparql", record, "--fail-on", "warning", "--no-baseline").exit_code == 1
    again = run(*at, "check", "--engine", "sparql", record, "--fail-on", "warning", "--accept", "again")
    assert again.stderr == "There is nothing to accept\n"
    assert (project / "baseline.yaml").read_text(encoding="utf-8") == text


def test_the_threshold_says_what_is_accepted(at: tuple[object, ...], project: Path, run: Callable[..., Result]) -> None:
    done = run(*at, "check", "--engine", "sparql", project / RECORD, "--accept", "why")
    assert done.stderr == "There is nothing to accept\n"
    assert not (project / "baseline.yaml").exists()


def test_an_expired_entry_fails_again_and_a_stale_one_is_told(
    at: tuple[object, ...], project: Path, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "mine.yaml"
    named.write_text(
        f"- rule: Figure-stated-stage-count\n  focus: {STUDY}\n  reason: asked\n  until: H31\n"
        f"- rule: Figure-stated-stage-count\n  focus: {STUDY}-gone\n  reason: asked\n"
        f"- rule: Document-stages-add-up\n  focus: {STUDY}\n  reason: asked\n",
        encoding="utf-8",
    )
    checked = run(*at, "check", "--engine", "sparql", project / RECORD, "--baseline", named, "--fail-on", "warning")
    assert checked.exit_code == 1
    assert "(it was accepted until FY2019 because “asked”, which has expired)" in checked.stdout
    assert f"{named}:8: accepts nothing any more (Document-stages-add-up " in checked.stdout
    assert f"{named}:5:" not in checked.stdout, "nobody looked at the file that it is about"
    monkeypatch.setattr("dxplan.commands.check.run_check", lambda *given, **more: report())
    everything = run(*at, "check", "--engine", "sparql", "--baseline", named)
    assert f"{named}:5: accepts nothing any more" in everything.stdout


def test_the_status_does_not_count_what_is_accepted(
    at: tuple[object, ...], project: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in [*project.glob("data/plans/*"), *project.glob("data/reports/*")]:
        path.unlink()
    run(*at, "build")
    monkeypatch.setattr("dxplan.commands.check.run_check", lambda *given, **more: report(finding(), finding(focus="b")))
    assert "2 findings (0 violations, 2 warnings, 0 info)" in run(*at, "status").stdout
    (project / "baseline.yaml").write_text(ANY, encoding="utf-8")
    assert "1 findings (0 violations, 1 warnings, 0 info)" in run(*at, "status").stdout


def test_accept_into_another_file(
    at: tuple[object, ...], project: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    named = tmp_path / "new" / "mine.yaml"
    options = ("--fail-on", "warning", "--baseline", named)
    assert run(*at, "check", "--engine", "sparql", project / RECORD, *options, "--accept", "why").exit_code == 0
    assert named.exists() and not (project / "baseline.yaml").exists()
    assert run(*at, "check", "--engine", "sparql", project / RECORD, *options).exit_code == 0
    assert run(*at, "check", "--engine", "sparql", project / RECORD, "--fail-on", "warning").exit_code == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--no-baseline", "--accept", "x"), "--no-baseline goes with neither"),
        (("--no-baseline", "--baseline", "x.yaml"), "--no-baseline goes with neither"),
        (("--until", "R8"), "--until goes with --accept"),
        (("--accept", " "), "Give --accept a reason."),
        (("--accept", "x", "--until", "soon"), "--until soon: no fiscal year."),
        (("--accept", "x", "--until", "H20"), "--until H20: is over."),
    ],
)
def test_wrong_usage(
    options: tuple[str, ...], told: str, at: tuple[object, ...], project: Path, run: Callable[..., Result]
) -> None:
    result = run(*at, "check", "--engine", "sparql", project / RECORD, *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (project / "baseline.yaml").exists()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_bad_baseline_is_3_with_its_place(lang: str, project: Path, run: Callable[..., Result]) -> None:
    path = project / "baseline.yaml"
    path.write_text(ANY + "- rule: Node-label-ja\n  focus: item:a\n  reason: x\n  until: soon\n", encoding="utf-8")
    for extra in ((), ("--accept", "x")):
        result = run("--root", project, "--lang", lang, "check", "--engine", "sparql", project / RECORD, *extra)
        assert result.exit_code == 3
        assert result.stderr.startswith(f"{path}:5: soon ")
        assert result.stdout == ""
    assert run("--root", project, "check", "--engine", "sparql", project / RECORD, "--no-baseline").exit_code == 0
    missing = run(
        "--root",
        project,
        "--lang",
        lang,
        "check",
        "--engine",
        "sparql",
        project / RECORD,
        "--baseline",
        project / "none.yaml",
    )
    assert missing.exit_code == 3
    assert re.match(r"--baseline \S+none\.yaml: ", missing.stderr)


def test_the_rules_of_the_book_are_what_an_entry_may_name(corpus: Corpus, book: RuleBook) -> None:
    found = check([corpus.document(corpus.root / RECORD)], corpus, book, "sparql")
    lines = "".join(f"- {{rule: {rule.id}, focus: '{STUDY}', reason: x}}\n" for rule in book.rules)
    read = acceptances.parse(lines, Path("b.yaml"), found.rules)
    assert len(read) == len(book.rules)
    told = baseline.apply(found, read, "b.yaml", TODAY)
    assert {a.finding.rule for a in told.accepted} == {"Figure-stated-stage-count"}
    assert len(told.findings) == len(found.findings) - 1
