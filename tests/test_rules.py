"""Every rule has a counter-example; each breaks exactly what it says, on the line it says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from click.testing import Result
from pyshacl.cli import main as stock_pyshacl

from dxplan.check import check
from dxplan.documents import Corpus, read, to_rdflib
from dxplan.errors import RulesError
from dxplan.rules import RuleBook
from dxplan.validation import validate

CASES = Path(__file__).parent / "shapes"
VALID = sorted(CASES.glob("*/valid.*.ttl"))
INVALID = sorted(CASES.glob("*/invalid.*.ttl"))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", VALID, ids=name)
def test_a_valid_case_has_no_finding(path: Path, corpus: Corpus, book: RuleBook) -> None:
    findings, looked_at = validate(book, [read(path, "plans")], corpus)
    assert findings == []
    stem = path.parent.name.capitalize()
    assert all(count for rule, count in looked_at.items() if rule.startswith(stem)), (
        "the case meets every rule of its file"
    )


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_an_invalid_case_breaks_its_rule_on_its_line(path: Path, corpus: Corpus, book: RuleBook) -> None:
    rule = path.name.split(".")[1]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# Invalid because ")
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# <- here")}
    findings, _ = validate(book, [read(path, "plans")], corpus)
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
        assert (None, sh.property, shape) in book.graph or (shape, sh.targetClass, None) in book.graph
    used = set(book.graph.objects(None, sh.property))
    assert {str(shape) for shape in used} <= {rule.iri for rule in book.rules}, "a rule without severity"


@pytest.mark.parametrize("path", [*VALID[:1], *INVALID[:1]], ids=name)
def test_stock_pyshacl_gives_the_same_verdict(
    path: Path, corpus: Corpus, book: RuleBook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    to_rdflib(t for d in [*corpus.shared, read(path, "plans")] for t in d.triples).serialize(data, format="turtle")
    book.graph.serialize(shapes, format="turtle")
    monkeypatch.setattr(
        "sys.argv", ["pyshacl", "-s", str(shapes), "-f", "human", "-o", str(tmp_path / "out"), str(data)]
    )
    with pytest.raises(SystemExit) as stopped:
        stock_pyshacl()
    assert stopped.value.code == (0 if path.name.startswith("valid") else 1)


def test_our_data_has_no_violation_and_every_rule_met_a_node(corpus: Corpus, book: RuleBook) -> None:
    report = check(corpus.documents("reference", "national", "plans", "reports"), corpus, book)
    assert [f for f in report.findings if f.severity == "violation"] == []
    assert report.unmet == []


def test_the_totals_that_the_record_cannot_support_are_warnings(corpus: Corpus, book: RuleBook) -> None:
    record = corpus.document(corpus.root / "data/reports/08236-council-2024.ttl")
    findings, _ = validate(book, [record], corpus)
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


def test_a_result_is_kept_and_a_damaged_one_made_anew(corpus: Corpus, book: RuleBook, tmp_path: Path) -> None:
    documents = corpus.documents("national")
    first = check(documents, corpus, book, tmp_path)
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 1
    times = [path.stat().st_mtime_ns for path in kept]
    assert check(documents, corpus, book, tmp_path) == first
    assert [path.stat().st_mtime_ns for path in kept] == times
    kept[0].write_text("garbage\n[[]", encoding="utf-8")
    assert check(documents, corpus, book, tmp_path) == first
    assert kept[0].stat().st_mtime_ns != times[0]


BROKEN = {
    "no-english-name": ('    sh:name "one parent"@en ;\n', "", "sh:name"),
    "no-japanese-message": (
        '    sh:message "直上の要素または計画を dx:partOf にちょうど一つ書いてください"@ja ;\n', "", "sh:message"),
    "not-sparql": ("SELECT DISTINCT $this ?value ?city\n", "SELECT DISTINCT $this ?value ?city WHERE\n", "is not SPARQL"),
    "not-shacl": ("    sh:path dx:partOf ;\n", "", "sh:path"),
    "forbidden-in-shacl": ("OPTIONAL { ?value org:unitOf ?unit .", "MINUS { ?value org:unitOf ?unit .", "MINUS"),
    "misspelt-term": ("    sh:minCount 1 ;", "    sh:mincount 1 ;", "sh:mincount is no term of SHACL"),
    "no-severity-we-know": ("    sh:severity sh:Violation ;", "    sh:severity dx:Done ;", "sh:severity"),
}  # fmt: skip


#: What only pySHACL finds, it finds without telling where.
NO_PLACE = {"not-shacl", "forbidden-in-shacl"}


@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_rule_book_is_refused(why: str, project: Path, run: Callable[..., Result]) -> None:
    old, new, told = BROKEN[why]
    shapes = project / "shapes/element.ttl"
    text = shapes.read_text(encoding="utf-8")
    assert old in text
    shapes.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = run("--root", project, "--lang", "en", "check")
    assert result.exit_code == 4
    assert why in NO_PLACE or re.search(r"element\.ttl:\d+: dxsh:Element-", result.stderr)
    assert "Traceback" not in result.stderr
    assert told in result.stderr


def test_a_folder_without_rules_is_refused(project: Path) -> None:
    for path in (project / "shapes").iterdir():
        path.unlink()
    with pytest.raises(RulesError, match="holds no rule"):
        RuleBook(Corpus(project))


def test_a_finding_about_a_blank_node_is_not_lost(corpus: Corpus, book: RuleBook, tmp_path: Path) -> None:
    path = tmp_path / "08236-2031.ttl"
    path.write_text("@prefix dx: <https://w3id.org/dxplan/def#> .\n[] a dx:Item .\n", encoding="utf-8")
    findings, _ = validate(book, [read(path, "plans")], corpus)
    assert "Element-one-parent" in {f.rule for f in findings}
