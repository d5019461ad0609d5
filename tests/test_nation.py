"""The synthetic nation is what it is said to be: the same each time, valid but for its errors, with true answers."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from dxplan import building
from dxplan.asking.answers import Answer
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.canonical import canonical
from dxplan.checking.check import check
from dxplan.checking.findings import Finding
from dxplan.checking.report import Report
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.documents import read
from dxplan.iris import PREFIXES
from dxplan.store import Snapshot
from dxplan.working.workers import Workers

pytestmark = pytest.mark.xdist_group("nation")  # what they share is made once

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from nation.asking import ASKED  # noqa: E402
from nation.command import main  # noqa: E402
from nation.flaws.planting import RATES, plant_in_plan, plant_in_report  # noqa: E402
from nation.flaws.sites import FLAWS, GAP, Flaw  # noqa: E402
from nation.municipalities import REAL, check_digit, code_of, succeeds  # noqa: E402
from nation.nation import write_nation  # noqa: E402
from nation.papers import nodes_of  # noqa: E402
from nation.plans import compose  # noqa: E402
from nation.profile import measure  # noqa: E402
from nation.reference import read_reference  # noqa: E402
from nation.reports import compose_reports  # noqa: E402
from nation.truth import ANSWERED  # noqa: E402
from nation.turtle import text_of  # noqa: E402

# Among the eight made-up plans of this seed are all four layouts and three versions of the national plan, one that
# succeeds another, and one that was transcribed in part. Errors come more often than declared, so that there are many.
SEED, PLANS, REPORTS, FACTOR = 6, 12, 0.7, 4
QUESTIONS = load(ROOT / "queries")
GAPS = {flaw.rule for flaw in FLAWS if flaw.rate == GAP}
#: Rules on what is only in the shared files, of which a nation makes up the municipalities alone.
SHARED_RULES = {
    "Mapping-across-versions", "Mapping-has-flag", "Municipality-check-digit", "Municipality-has-code",
    "Municipality-key-agrees", "NationalItem-in-one-group", "NationalItem-in-one-version",
    "NationalItem-position-unique", "Topic-name-unique", "Topic-no-cycle",
}  # fmt: skip
#: Rules of gaps that come by themselves, and one on nodes that nothing can name.
NOT_PLANTED = {
    "Element-links-cited-version", "Element-title-explained", "Figure-target-has-baseline", "Item-has-owner",
    "Node-is-named", "Plan-covers-national-priorities", "Term-linked", "Term-linked-to-namesake",
}  # fmt: skip


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("nation") / "nation"
    write_nation(ROOT, out, PLANS, SEED, REPORTS, factor=FACTOR)
    return out


def made_up(root: Path) -> list[Path]:
    """The files of made-up plans and reports."""
    return sorted(p for folder in ("plans", "reports") for p in (root / "data" / folder).glob("[4-9]*.ttl"))


def rows(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file)]


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# ---- What is written / 書かれるもの ----


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    write_nation(ROOT, tmp_path / "here", 7, 3, 1.0)
    command = [sys.executable, ROOT / "scripts" / "nation", "--plans", "7", "--seed", "3", "--out", tmp_path / "there"]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert contents(tmp_path / "here") == contents(tmp_path / "there")
    write_nation(ROOT, tmp_path / "other", 7, 4, 1.0)
    assert not {p.read_bytes() for p in made_up(tmp_path / "here")} & {
        p.read_bytes() for p in made_up(tmp_path / "other")
    }


def test_a_smaller_nation_is_the_beginning_of_a_larger_one(nation: Path, tmp_path: Path) -> None:
    write_nation(ROOT, tmp_path / "small", 9, SEED, REPORTS, factor=FACTOR)
    small = {path.name: path.read_bytes() for path in made_up(tmp_path / "small")}
    large = {path.name: path.read_bytes() for path in made_up(nation)}
    assert len(list((tmp_path / "small" / "data" / "plans").glob("*.ttl"))) == 9
    assert small == {name: large[name] for name in small}
    findings = set(rows(tmp_path / "small" / "truth" / "findings.csv"))
    assert findings < set(rows(nation / "truth" / "findings.csv"))


def test_the_number_of_reports_changes_no_plan(nation: Path, tmp_path: Path) -> None:
    write_nation(ROOT, tmp_path / "none", PLANS, SEED, 0, factor=FACTOR)
    plans = {path.name: path.read_bytes() for path in (nation / "data" / "plans").iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "none" / "data" / "plans").iterdir()} == plans
    assert [path.name for path in (tmp_path / "none" / "data" / "reports").iterdir()] == ["08236-council-2024.ttl"]


def test_the_real_plans_come_first(nation: Path, tmp_path: Path) -> None:
    for key in REAL:
        name = f"data/plans/{key}.ttl"
        assert (nation / name).read_bytes() == (ROOT / name).read_bytes()
    record = "data/reports/08236-council-2024.ttl"
    assert (nation / record).read_bytes() == (ROOT / record).read_bytes()
    write_nation(ROOT, tmp_path / "one", 1, SEED, REPORTS)
    assert [path.stem for path in (tmp_path / "one" / "data" / "plans").iterdir()] == ["08236-2022"]
    shared = "data/reference/municipalities.ttl"
    assert (tmp_path / "one" / shared).read_bytes() == (ROOT / shared).read_bytes()


def test_what_is_shared_is_copied_and_municipalities_are_added(nation: Path) -> None:
    for folder in ("ontology", "shapes", "queries", "data/reference", "data/national"):
        assert {p.name for p in (nation / folder).iterdir()} == {p.name for p in (ROOT / folder).iterdir()}
        for path in (ROOT / folder).iterdir():
            if path.name != "municipalities.ttl":
                assert (nation / folder / path.name).read_bytes() == path.read_bytes()
    text = (nation / "data/reference/municipalities.ttl").read_text(encoding="utf-8")
    assert text.startswith((ROOT / "data/reference/municipalities.ttl").read_text(encoding="utf-8"))


def test_codes_belong_to_nobody_and_have_their_check_digit(nation: Path) -> None:
    nodes = nodes_of(read(nation / "data/reference/municipalities.ttl"))
    municipality = PREFIXES["municipality"]
    codes = {iri.removeprefix(municipality): node for iri, node in nodes.items()}
    for code, node in codes.items():
        assert [text.value for text in node["dct:identifier"]] == [code + check_digit(code)]  # type: ignore[union-attr]
    added = {code: node for code, node in codes.items() if not code.startswith("08")}
    assert sorted(added) == ["48000", *(code_of(number) for number in range(5, PLANS + 1))]
    for code, node in added.items():
        assert 48 <= int(code[:2]) <= 99
        assert "skos:exactMatch" not in node
        names = [text.value for text in node["rdfs:label"]]  # type: ignore[union-attr]
        assert "架空" in names[0] and names[1].startswith("Made-up ")
    for path in made_up(nation):
        assert path.stem[:5] in added


def test_codes_are_different_at_any_size() -> None:
    codes = [code_of(number) for number in range(1, 3001)]
    assert len(set(codes)) == 3000
    assert all(re.fullmatch("(08|[4-9][0-9])[0-9]{3}", code) and not code.endswith("000") for code in codes)


def test_a_plan_may_succeed_another(nation: Path) -> None:
    later = [number for number in range(1, PLANS + 1) if succeeds(SEED, number)]
    assert later == [12]
    code = code_of(11)
    assert sorted(path.stem for path in (nation / "data/plans").glob(f"{code}-*.ttl")) == [
        f"{code}-2021",
        f"{code}-2024",
    ]
    node = nodes_of(read(nation / "data/plans" / f"{code}-2024.ttl"))[f"{PREFIXES['plan']}{code}-2024"]
    assert node["dx:succeeds"] == [f"{PREFIXES['plan']}{code}-2021"]
    assert not list((nation / "data/plans").glob(f"{code_of(12)}-*.ttl"))


def test_every_file_is_in_the_one_form_of_the_project(nation: Path) -> None:
    for path in [*made_up(nation), nation / "data/reference/municipalities.ttl"]:
        text = path.read_text(encoding="utf-8")
        assert canonical(text) == text, path.name


def test_sizes_are_like_those_of_real_plans(nation: Path) -> None:
    sizes = [len(read(path).triples) for path in made_up(nation) if path.parent.name == "plans"]
    assert len(sizes) == PLANS - len(REAL)
    assert min(sizes) > 2300 and max(sizes) < 7500
    assert 3000 < sum(sizes) / len(sizes) < 6000


def test_counts_are_those_of_the_files(nation: Path) -> None:
    counts = json.loads((nation / "truth/counts.json").read_text(encoding="utf-8"))
    corpus = Corpus(nation)
    documents = list(corpus.own)
    kinds = Counter(
        t.object.value.removeprefix(PREFIXES["dx"])  # type: ignore[union-attr]
        for document in documents
        for t in document.triples
        if t.predicate.value == PREFIXES["rdf"] + "type"
    )
    assert counts.pop("plans") == PLANS == len(corpus.paths("plans"))
    assert counts.pop("reports") == len(corpus.paths("reports"))
    assert counts.pop("municipalities") == PLANS
    assert counts.pop("triples") == sum(len(document.triples) for document in documents)
    # A division that two plans of a municipality name is one division.
    divisions = {
        t.subject.value  # type: ignore[union-attr]
        for document in documents
        for t in document.triples
        if t.object == ox.NamedNode(PREFIXES["dx"] + "Division")
    }
    assert counts.pop("Division") == len(divisions)
    assert counts == {kind: kinds[kind] for kind in counts}


# ---- Where it is written / 書く先 ----


def folder_of_somebody(tmp_path: Path) -> Path:
    folder = tmp_path / "somebody"
    folder.mkdir()
    (folder / "letter.txt").write_text("keep me", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("lang", "said"), [("ja", "空のフォルダを指定してください。"), ("en", "Name an empty folder.")]
)
def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path, lang: str, said: str) -> None:
    folder = folder_of_somebody(tmp_path)
    result = CliRunner().invoke(main, ["--plans", "5", "--out", str(folder), "--lang", lang])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{folder}: ") and result.stderr.strip().endswith(said)
    assert contents(folder) == {"letter.txt": b"keep me"}
    assert [path.name for path in tmp_path.iterdir()] == ["somebody"]


def test_a_marker_of_somebody_else_does_not_help(tmp_path: Path) -> None:
    folder = folder_of_somebody(tmp_path)
    (folder / "nation.json").write_text('{"what": "my notes"}', encoding="utf-8")
    assert CliRunner().invoke(main, ["--plans", "5", "--out", str(folder)]).exit_code == 2
    assert (folder / "letter.txt").read_text(encoding="utf-8") == "keep me"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    result = CliRunner().invoke(main, ["--plans", "5", "--out", str(tmp_path / "file"), "--lang", "en"])
    assert (result.exit_code, result.stderr) == (
        2, f"{tmp_path / 'file'}: cannot be written (Not a directory). Name a folder that can.\n"
    )  # fmt: skip


def test_a_nation_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "nation"
    out.mkdir()
    assert CliRunner().invoke(main, ["--plans", "6", "--out", str(out)]).exit_code == 0
    (out / "build").mkdir()
    (out / "build" / "left.txt").write_text("of the old nation", encoding="utf-8")
    assert CliRunner().invoke(main, ["--plans", "5", "--out", str(out), "--seed", "2"]).exit_code == 0
    assert not (out / "build").exists()
    assert len(list((out / "data" / "plans").iterdir())) == 5
    marker = json.loads((out / "nation.json").read_text(encoding="utf-8"))
    assert (marker["seed"], marker["plans"], marker["reports"], marker["rates"]) == (2, 5, 1.0, RATES)
    assert [path.name for path in tmp_path.iterdir()] == ["nation"]


@pytest.mark.parametrize("arguments", [["--plans", "0"], ["--plans", "5", "--reports", "-1"], []])
def test_wrong_usage(tmp_path: Path, arguments: list[str]) -> None:
    assert CliRunner().invoke(main, [*arguments, "--out", str(tmp_path / "none")]).exit_code == 2
    assert not (tmp_path / "none").exists()


# ---- Errors / 誤り ----


@pytest.fixture(scope="module")
def checked(nation: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Report]:
    """The compiled check, in this process, which keeps what it has worked out."""
    kept = tmp_path_factory.mktemp("kept")

    def run(root: Path, *folders: str, only: str = "") -> Report:
        corpus = Corpus(root)
        files = [file for file in corpus.files(*folders) if file.key.startswith(only)]
        return check(files, corpus, RuleBook(corpus), engine="sparql", kept=kept, workers=Workers(1))

    return run


@pytest.fixture(scope="module")
def found(nation: Path, checked: Callable[..., Report]) -> Report:
    """What is found in a whole nation."""
    return checked(nation, "reference", "national", "plans", "reports")


def severe(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    """What is found of the errors that are planted: violations, warnings, and the gaps that never come by themselves."""
    return {(f.rule, f.focus) for f in findings if f.severity != "info" or f.rule in GAPS}


def test_the_check_finds_the_errors_and_nothing_else(nation: Path, found: Report) -> None:
    head, *findings = rows(nation / "truth/findings.csv")
    assert head == ("rule", "focus")
    assert len(findings) == len(set(findings)) > 20
    real = {f"data/plans/{key}.ttl" for key in REAL} | {"data/reports/08236-council-2024.ttl"}
    assert severe(f for f in found.findings if f.file not in real) == set(findings)


def test_every_rule_has_something_to_look_at(nation: Path, found: Report, checked: Callable[..., Report]) -> None:
    assert found.unmet == []
    assert set(checked(nation, "plans", "reports", only="4").unmet) == SHARED_RULES


def test_gaps_come_by_themselves(found: Report) -> None:
    rules = {f.rule for f in found.findings if f.severity == "info" and "/4" in f.file}
    assert rules - GAPS == NOT_PLANTED - {"Node-is-named"}


def test_every_rule_on_plans_and_reports_has_an_error_at_a_declared_rate() -> None:
    book = RuleBook(Corpus(ROOT))
    severities = {rule.id: rule.severity for rule in book.rules}
    assert set(severities) == set(RATES) | SHARED_RULES | NOT_PLANTED
    assert not set(RATES) & (SHARED_RULES | NOT_PLANTED)
    assert {rule for rule, severity in severities.items() if severity == "warning"} <= set(RATES)
    by_severity = {severity: {RATES[r] for r in RATES if severities[r] == severity} for severity in severities.values()}
    assert by_severity == {"violation": {0.01}, "warning": {0.06}, "info": {0.02}}


@pytest.fixture(scope="module")
def planted(
    nation: Path, checked: Callable[..., Report], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[dict[int, list[Flaw]]], set[str]]:
    """Plant flaws in the plans of some numbers and the reports on them; the check finds those, and nothing else."""
    reference = read_reference(nation)
    profile = measure(ROOT, reference)

    def plant(flaws: dict[int, list[Flaw]]) -> set[str]:
        root = tmp_path_factory.mktemp("flawed")
        for part in ("ontology", "shapes"):
            (root / part).symlink_to(nation / part)
        for folder in ("plans", "reports"):
            (root / "data" / folder).mkdir(parents=True)
        for part in ("reference", "national"):
            (root / "data" / part).symlink_to(nation / "data" / part)
        expected = []
        for number, chosen in flaws.items():
            plan = compose(SEED, number, profile, reference)
            expected += plant_in_plan(SEED, number, plan, reference, chosen, factor=1_000)
            are_reported = any(flaw.of_report for flaw in chosen)
            reports = list(compose_reports(SEED, number, are_reported, plan, profile, reference))
            for report in reports:
                expected += plant_in_report(SEED, number, report, plan, reference, chosen, factor=1_000)
            for paper in (plan, *reports):
                path = root / "data" / paper.folder / f"{paper.key}.ttl"
                path.write_text(text_of(paper), encoding="utf-8")
        assert severe(checked(root, "plans", "reports").findings) == set(expected)
        return {rule for rule, _ in expected}

    return plant


def test_all_errors_at_once_are_found_and_nothing_else(planted: Callable[[dict[int, list[Flaw]]], set[str]]) -> None:
    flaws = [flaw for flaw in FLAWS if not flaw.is_alone]
    # Of the two on the stages of a report, either takes its only count.
    others = [flaw for flaw in flaws if flaw.rule != "Figure-stated-stage-count"]
    every = {number: flaws if number % 2 else others for number in range(6, PLANS + 1)}
    assert planted(every) == {flaw.rule for flaw in flaws}


def test_errors_of_a_whole_plan_come_alone(planted: Callable[[dict[int, list[Flaw]]], set[str]]) -> None:
    flaws = [flaw for flaw in FLAWS if flaw.is_alone]
    assert planted(dict(enumerate(([flaw] for flaw in flaws), 5))) == {flaw.rule for flaw in flaws}


# ---- Answers / 答え ----


@pytest.fixture(scope="module")
def built(nation: Path) -> Snapshot:
    return building.build(Corpus(nation), nation / "build" / "store")


@pytest.fixture(scope="module")
def answer(built: Snapshot) -> Callable[..., Answer]:
    """Ask a saved question, of the store as it is or of the union of its graphs.

    Oxigraph gives a triple as often as there are graphs that hold it, such as what two plans of one municipality both
    say; in the union, as RDF has it, a triple is there once. No row is to hang on that.
    """
    store = built.open()
    union = ox.Store()
    union.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in store)

    def ask(name: str, is_union: bool, given: Mapping[str, str] | None = None) -> Answer:
        terms = {key: ox.NamedNode(value) if ":" in value else number(value) for key, value in (given or {}).items()}
        return QUESTIONS[name].ask(StoreSource(union if is_union else store), terms)

    return ask


def number(value: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + "integer"))


def projected(answer: Answer, columns: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    at = [answer.columns.index(column) for column in columns]
    return Counter(tuple("" if (term := row[number]) is None else term.value for number in at) for row in answer.rows)


def test_all_questions_but_one_are_answered(nation: Path) -> None:
    assert set(QUESTIONS) - set(ANSWERED) == {"evidence-of-element"}
    assert {path.stem for path in (nation / "truth/answers").iterdir()} == set(ANSWERED)
    assert {path.name for path in (nation / "truth").iterdir()} == {
        "answers", "asked.json", "counts.json", "findings.csv"
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(ANSWERED))
def test_the_true_answer_is_what_the_question_gives(name: str, nation: Path, answer: Callable[..., Answer]) -> None:
    columns, *expected = rows(nation / f"truth/answers/{name}.csv")
    assert projected(answer(name, False), columns) == Counter(expected)
    assert projected(answer(name, True), columns) == Counter(expected)


@pytest.mark.parametrize("name", ASKED)
def test_the_true_answer_is_what_the_question_gives_for_other_values(
    name: str, nation: Path, answer: Callable[..., Answer]
) -> None:
    """The values are drawn by a seed, and hardly one of them is that of a file."""
    drawn = json.loads((nation / "truth/asked.json").read_text(encoding="utf-8"))
    assert sorted(drawn) == sorted(ASKED) and len(drawn[name]) > 2
    for number, given in enumerate(drawn[name], 1):
        assert set(given) == {parameter.name for parameter in QUESTIONS[name].parameters}
        columns, *expected = rows(nation / f"truth/answers/{name}/{number}.csv")
        for is_union in (False, True):
            assert projected(answer(name, is_union, given), columns) == Counter(expected), given


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_question_has_rows(name: str, answer: Callable[[str, bool], Answer]) -> None:
    assert answer(name, False).rows


def test_the_headline_tells_all_standings(nation: Path) -> None:
    """Beside its own values, by which few cities are without the topic."""
    found = [row for path in (nation / "truth/answers/cities-without-topic").iterdir() for row in rows(path)[1:]]
    standings = {"broader-only", "in-service", "mentioned", "not-in-plan", "planned-later", "unknown"}
    assert {row[1] for row in found} == standings
    assert {assumed for _, standing, _, _, assumed, _ in found if standing == "planned-later"} == {"", "true"}
    assert {bool(since) for _, standing, since, *_ in found if standing == "in-service"} == {False, True}
    assert any(standing == "unknown" and evidence for _, standing, *_, evidence in found), (
        "undated, and asked of before"
    )
