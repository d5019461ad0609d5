"""Every rule has a counter-example; each breaks exactly what it says, on the line it says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from click.testing import Result
from mutants import small_root
from pyshacl.cli import main as stock_pyshacl

from dxplan.checking.check import ENGINES, check
from dxplan.checking.evaluation import Evaluation
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.documents import read
from dxplan.errors import RulesError
from dxplan.iris import BASE
from dxplan.rdflib_terms import to_rdflib

CASES = Path(__file__).parent / "shapes"
VALID = sorted(CASES.glob("*/valid.*.ttl"))
INVALID = sorted(CASES.glob("*/invalid.*.ttl"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", VALID, ids=name)
def test_a_valid_case_has_no_finding(path: Path, evaluation: Evaluation) -> None:
    findings, looked_at = evaluation.validate([read(path, "plans")])
    assert findings == []
    stem = "".join(word.capitalize() for word in path.parent.name.split("-")) + "-"
    of_this_file = {rule: count for rule, count in looked_at.items() if rule.startswith(stem)}
    assert of_this_file
    assert all(of_this_file.values()), "the case meets every rule of its file"


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_an_invalid_case_breaks_its_rule_on_its_line(path: Path, evaluation: Evaluation) -> None:
    rule = path.name.split(".")[1]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# Invalid because ")
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# <- here")}
    findings, _ = evaluation.validate([read(path, "plans")])
    assert {f.rule for f in findings} == {rule}
    assert {f.line for f in findings} == marked
    for f in findings:
        for lang in ("ja", "en"):
            assert f.message[lang]
            assert not re.search(r"\{[?$]|https?://", f.message[lang]), "values are filled in by their labels"


def test_every_rule_has_a_counter_example(book: RuleBook) -> None:
    assert {rule.id for rule in book.rules} == {path.name.split(".")[1] for path in INVALID}


def test_every_shapes_file_has_its_cases(root: Path) -> None:
    files = {path.stem for path in (root / "shapes").glob("*.ttl")} - {"prefixes"}
    assert files == {path.name for path in CASES.iterdir()} == {path.parent.name for path in VALID}


def test_every_demand_is_one_named_shape(book: RuleBook) -> None:
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    for rule in book.rules:
        shape = rdflib.URIRef(rule.iri)
        assert re.fullmatch(r"[A-Z][A-Za-z]+-[a-z][a-z-]+", rule.id)
        assert not rule.message["en"].endswith(".")  # a label comes before it, a place after it
        assert (None, sh.property, shape) in book.graph or rule.targets
    used = set(book.graph.objects(None, sh.property))
    assert {str(shape) for shape in used} <= {rule.iri for rule in book.rules}, "a rule without severity"


@pytest.mark.parametrize(
    "path",
    [
        *VALID[:2],
        INVALID[0],
        *(pytest.param(path, marks=pytest.mark.stock) for path in [VALID[2], *INVALID[20::20]]),
    ],
    ids=name,
)
def test_stock_pyshacl_gives_the_same_verdict(
    path: Path, corpus: Corpus, book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    case = read(path, "plans")
    # Of the shared data only what this case speaks of: stock pySHACL checks all that it is given, whoever wrote it.
    few = Corpus(small_root(corpus, tmp_path, case.triples))
    to_rdflib(t for d in [*few.shared, case] for t in d.triples).serialize(data, format="turtle")
    book.graph.serialize(shapes, format="turtle")
    out = tmp_path / "out"
    monkeypatch.setattr("sys.argv", ["pyshacl", "-s", str(shapes), "-f", "human", "-o", str(out), str(data)])
    with pytest.raises(SystemExit) as stopped:
        stock_pyshacl()
    # For stock pySHACL every result counts, of whatever severity.
    assert stopped.value.code == (0 if path.name.startswith("valid") else 1)
    said = set(re.findall(r"Source Shape: \S*?([A-Z]\w+-[\w-]+)", out.read_text(encoding="utf-8")))
    assert said == (set() if path.name.startswith("valid") else {path.name.split(".")[1]})


def test_our_data_has_no_violation_and_every_rule_met_a_node(corpus: Corpus, book: RuleBook) -> None:
    report = check(corpus.documents("reference", "national", "plans", "reports"), corpus, book, "sparql")
    assert [f for f in report.findings if f.severity == "violation"] == []
    assert report.unmet == []
    assert len(report.rules) >= 45


def test_what_the_plans_are_at_odds_with_is_a_warning(corpus: Corpus, book: RuleBook) -> None:
    """Each of these was read in the source documents."""
    report = check(corpus.own, corpus, book, "sparql")
    told = {
        (f.rule, f.focus.removeprefix(BASE), f.value.removeprefix(BASE))
        for f in report.findings
        if f.severity == "warning"
    }
    assert told == {
        ("Phase-stage-goes-on", "phase/08236-2022-5-1-3", "stage/study"),  # №5: 検証, 実施, 検証
        ("Phase-before-deadline", "phase/08236-2022-26-1-2", "fy/2026"),  # 標準化: the target is R7
        ("Phase-before-deadline", "phase/08236-2022-26-2-1", "fy/2026"),
        ("Phase-before-deadline", "phase/08205-2022-5-3", "fy/2026"),
        ("Figure-target-not-yet-met", "figure/08221-2023-line-course-users-target", "20"),
        ("Document-stages-add-up", "document/08236-council-2024", "plan/08236-2022"),
        ("Figure-stated-stage-count", "figure/08236-council-2024-actions-planned-implement-2022", "41"),
        ("Figure-stated-stage-count", "figure/08236-council-2024-actions-planned-implement-2023", "68"),
        ("Figure-stated-stage-count", "figure/08236-council-2024-actions-planned-study-2023", "17"),
    }


def test_the_totals_that_the_record_cannot_support_are_warnings(corpus: Corpus, evaluation: Evaluation) -> None:
    record = corpus.document(corpus.root / "data/reports/08236-council-2024.ttl")
    findings, _ = evaluation.validate([record])
    stated = {
        (f.focus.rsplit("/", 1)[1].removeprefix("08236-council-2024-"), f.value, f.severity)
        for f in findings
        if f.rule == "Figure-stated-stage-count"
    }
    assert stated == {
        ("actions-planned-implement-2022", "41", "warning"),
        ("actions-planned-implement-2023", "68", "warning"),
        ("actions-planned-study-2023", "17", "warning"),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_result_is_kept_and_a_damaged_one_made_anew(
    engine: str, corpus: Corpus, book: RuleBook, tmp_path: Path
) -> None:
    documents = [corpus.document(corpus.root / "data/national/mappings.ttl")]
    first = check(documents, corpus, book, engine, tmp_path)
    kept = sorted(path for path in tmp_path.iterdir() if not path.name.startswith("rules-"))
    assert len(kept) == 1
    files = [path.stat().st_ino for path in kept]
    assert check(documents, corpus, book, engine, tmp_path) == first
    assert [path.stat().st_ino for path in kept] == files  # not written again
    kept[0].write_text("garbage\n[[]", encoding="utf-8")
    assert check(documents, corpus, book, engine, tmp_path) == first
    assert kept[0].stat().st_ino != files[0]


BROKEN = {
    "no-english-name": ('    sh:name "one parent"@en ;\n', "", "sh:name"),
    "no-japanese-message": (
        '    sh:message "直上の要素または計画を dx:partOf にちょうど一つ書いてください"@ja ;\n', "", "sh:message"),
    "not-sparql": ("SELECT DISTINCT $this ?value ?city\n", "SELECT DISTINCT $this ?value ?city WHERE\n", "is not SPARQL"),
    "not-shacl": ("    sh:path dx:partOf ;\n", "", "sh:path"),
    "forbidden-in-shacl": ("OPTIONAL { ?value org:unitOf ?unit .", "MINUS { ?value org:unitOf ?unit .", "SHACL forbids MINUS"),
    "misspelt-term": ("    sh:minCount 1 ;", "    sh:mincount 1 ;", "sh:mincount is no term of SHACL"),
    "unsupported-term": ("    sh:minCount 1 ;", "    sh:minCount 1 ;\n    sh:deactivated true ;", "sh:deactivated is not supported"),
    "no-severity": (
        '    sh:severity sh:Violation ;\n    sh:message "直上の要素または計画を dx:partOf', '    sh:message "直上の要素または計画を dx:partOf',
        "sh:severity"),
    "no-target": ("    sh:property dxsh:Element-one-parent ;\n", "", "sh:targetClass"),
    "no-severity-we-know": ("    sh:severity sh:Violation ;", "    sh:severity dx:Done ;", "sh:severity"),
}  # fmt: skip


@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_rule_book_is_refused(why: str, project: Path, run: Callable[..., Result]) -> None:
    old, new, told = BROKEN[why]
    shapes = project / "shapes/element.ttl"
    text = shapes.read_text(encoding="utf-8")
    assert old in text
    shapes.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = run("--root", project, "--lang", "en", "check")
    assert result.exit_code == 4
    assert re.search(r"element\.ttl:\d+: dxsh:Element-", result.stderr)
    assert "Traceback" not in result.stderr
    assert told in result.stderr


def test_a_folder_without_rules_is_refused(project: Path) -> None:
    for path in (project / "shapes").iterdir():
        path.unlink()
    with pytest.raises(RulesError, match="holds no rule"):
        _ = RuleBook(Corpus(project)).rules


def test_a_finding_about_a_blank_node_is_not_lost(evaluation: Evaluation, tmp_path: Path) -> None:
    path = tmp_path / "08236-2031.ttl"
    path.write_text("@prefix dx: <https://w3id.org/dxplan/def#> .\n\n[] a dx:Item .\n", encoding="utf-8")
    findings, _ = evaluation.validate([read(path, "plans")])
    assert {"Element-one-parent", "Node-is-named"} <= {f.rule for f in findings}
    assert {f.line for f in findings} == {3}
