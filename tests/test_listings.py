"""Findings are told from the lines in which they are kept, just as from themselves, and read only when asked for."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dxplan.checking import listings
from dxplan.checking.check import check
from dxplan.checking.findings import SEVERITIES, Finding
from dxplan.checking.listings import Findings, Listing
from dxplan.checking.report import Report
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.reporting.renderings import FORMS, Look, as_json, as_text, render
from dxplan.working.workers import Workers

ROOT = Path(__file__).parent.parent
TEXT = st.text(max_size=9) | st.sampled_from(
    ["a\tb", "a\nb\r\u2028c", "\ud83d", "\\ud83d", "\\", '"', "", "\x00\x85", "𠮷"]
)
BOTH = st.fixed_dictionaries({"ja": TEXT, "en": TEXT})
FINDINGS = st.builds(
    Finding,
    file=TEXT.filter(lambda text: "\ud83d" not in text), line=st.integers(0, 9), column=st.integers(0, 9), rule=st.sampled_from(["A", "B", "C"]),
    severity=st.sampled_from(SEVERITIES), focus=TEXT, path=TEXT, value=TEXT, message=BOTH,
    focus_label=BOTH | st.dictionaries(st.sampled_from(["ja", "en"]), TEXT), locator=TEXT,
)  # fmt: skip
ODD = Finding("\udcff/a.ttl", 1, 2, "A", "info", "f\t", "", "\n", {"ja": "\t", "en": "\\t"}, {"en": "only"}, "\u2028")


def again(listing: Listing) -> Listing:
    """Return a listing as it comes back from where it was kept."""
    return Listing(listing.counts, listing.lines)


@given(st.lists(FINDINGS, max_size=4))
@example([])
@example([ODD, ODD])
def test_lines_tell_what_findings_are(found: list[Finding]) -> None:
    listing = again(Listing.of(found))
    for lang in ("ja", "en"):
        told = listing.told(lang).split(b"\n") if found else []
        assert [json.loads(line) for line in told] == [finding.to_json(lang) for finding in found]
        assert [finding.said(lang) for finding in listing.findings] == [finding.said(lang) for finding in found]
    assert list(listing.findings) == found
    assert [finding.message for finding in listing.findings] == [finding.message for finding in found]


@given(st.lists(st.lists(FINDINGS, max_size=3), max_size=3))
def test_they_are_counted_and_found_by_rule(found: list[list[Finding]]) -> None:
    every = [finding for each in found for finding in each]
    findings = Findings(again(Listing.of(each)) for each in found)
    assert list(findings) == every
    assert findings == Findings.of(every)
    assert (findings == Findings.of([*every, ODD])) is False
    counts: dict[tuple[str, str], int] = {}
    for finding in every:
        counts[finding.severity, finding.rule] = counts.get((finding.severity, finding.rule), 0) + 1
    assert findings.counts == counts
    for severity, rule in [*counts, ("info", "D")]:
        expected = [f for f in every if (f.severity, f.rule) == (severity, rule)]
        assert list(findings.of_rule(severity, rule)) == expected
    assert ODD not in findings or ODD in every


@given(st.lists(FINDINGS, max_size=5), st.sampled_from(["ja", "en"]), st.booleans(), st.sampled_from(FORMS))
def test_every_form_is_the_same_from_lines(found: list[Finding], lang: str, everything: bool, form: str) -> None:
    def shown(listing: Listing) -> Any:
        report = Report(Findings([listing]), ["A", "D"], [], 1, ["a.ttl"])
        return render(report, form, Look(lang, "warning", everything))

    assert shown(again(Listing.of(found))) == shown(Listing.of(found))


def test_what_is_not_asked_for_is_not_read() -> None:
    """Neither to be counted or told, nor beside the rules of which only the first few are shown."""
    first = again(Listing.of([ODD] * 6))
    unreadable = Listing({("info", "A"): 2, ("warning", "B"): 1}, b"1\t2\t3\t4\n1\t2\t3\t4\n1\t2\t3\t4")
    report = Report(Findings([first, unreadable]), ["A"], [], 1, ["a.ttl"])
    assert report.counts() == {"violation": 0, "warning": 1, "info": 8}
    assert (len(report.findings), report.reaches("warning"), report.reaches("violation")) == (9, True, False)
    assert [rule.id for rule in report.about()] == ["A", "B"]
    assert as_json(report, "ja").count(b"\n    124") == 3
    assert as_json(report, "en").count(b"\n    134") == 3
    seen = report.findings.of_rule("info", "A")
    assert [next(seen) for _ in range(6)] == [ODD] * 6
    with pytest.raises(TypeError):
        next(seen)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that were read as findings."""
    lines: list[bytes] = []
    real = listings._read

    def read(line: bytes) -> Finding:
        lines.append(line)
        return real(line)

    monkeypatch.setattr(listings, "_read", read)
    return lines


def test_a_check_reads_no_finding_of_what_has_not_changed(project: Path, tmp_path: Path, reads: list[bytes]) -> None:
    def checked(kept: Path | None) -> Report:
        corpus = Corpus(project)
        files = corpus.files("reference", "national", "plans", "reports")
        return check(files, corpus, RuleBook(corpus), "sparql", kept, workers=Workers(1))

    kept = tmp_path / "kept"
    checked(kept)
    plan = project / "data/plans/08236-2022.ttl"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('    rdfs:label "書かない窓口の構築"@ja ;\n', "", 1), encoding="utf-8")
    report = checked(kept)
    clean = checked(None)
    assert 0 < report.checked < clean.checked
    assert report.counts()["violation"] > 0
    for lang in ("ja", "en"):
        assert as_json(report, lang) == as_json(clean, lang)
    assert reads == []
    assert as_text(report, Look("ja", everything=True)) == as_text(clean, Look("ja", everything=True))
    assert len(reads) == len(report.findings) + len(clean.findings)
    assert report == clean


def test_many_results_are_read_from_a_pack(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def checked() -> Report:
        corpus = Corpus(project)
        files = corpus.files("reference", "national", "plans", "reports")
        return check(files, corpus, RuleBook(corpus), "sparql", kept, workers=Workers(1))

    def empty_folder() -> None:
        for path in kept.iterdir():
            if not path.name.startswith("rules-"):
                path.unlink()

    kept = tmp_path / "kept"
    pack = tmp_path / "kept.pack"
    few = checked()
    assert not pack.exists(), "a handful is not worth a pack"
    monkeypatch.setattr("dxplan.kept._MANY", 3)
    assert (checked().checked, pack.exists()) == (0, True)
    empty_folder()
    again = checked()
    assert (again.checked, as_json(again, "ja")) == (0, as_json(few, "ja"))
    pack.write_bytes(pack.read_bytes()[:-1])
    assert (checked().checked, checked().checked) == (few.checked, 0)
    empty_folder()
    assert (checked().checked, as_json(checked(), "en")) == (0, as_json(few, "en"))


def test_a_file_that_is_named_twice_is_told_once(project: Path) -> None:
    record = project / "data/reports/08236-council-2024.ttl"
    corpus = Corpus(project)
    book = RuleBook(corpus)
    once, twice = (
        check([corpus.document(path, "reports") for path in paths], corpus, book, "sparql").findings
        for paths in ([record], [record, record])
    )
    assert len(once) > 0
    assert twice == once


def test_names_that_are_no_utf8_are_told() -> None:
    assert os.fsencode(ODD.file) == b"\xff/a.ttl"  # as a folder may be called
    told = json.loads(as_json(Report(Findings.of([ODD]), [], [], 1, [ODD.file]), "ja").decode())
    assert told["findings"][0]["file"] == ODD.file
