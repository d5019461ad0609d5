"""The benchmarks run and tell what they measured in the form of their README."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from dxplan.asking.parameters import permitted
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.iris import PREFIXES

ROOT = Path(__file__).parent.parent
CASE = ROOT / "tests/shapes/phase/invalid.Phase-within-plan.too-late.ttl"


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_benchmark_of_the_check_measures_and_compares(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- check -->\nold\n<!-- /check -->\nafter\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks/check.py", "--engines", "pyshacl,sparql", "--repeat", "1", "--into", page, CASE],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    assert written == f"before\n<!-- check -->\n{done.stdout.rstrip()}\n<!-- /check -->\nafter\n"
    shown = [cells(line) for line in written.splitlines() if line.startswith("|")]
    assert shown[0][0].startswith("engine") and len(shown) == 7
    reference, compiled = shown[2:4]
    assert all(len(row) == 9 and all(row) for row in (reference, compiled))
    assert reference[7] == "reference" and compiled[7] == "yes"
    assert reference[6] == compiled[6] == "1"
    assert float(compiled[2]) < float(reference[2])
    assert shown[4] == ["plan", "triples", "pyshacl", "sparql"]
    assert shown[6][0] == CASE.stem


def test_what_is_not_installed_is_told_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that is missing leaves a row that says so, and the others are measured."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    check = importlib.import_module("check")
    measured = {
        "sparql": check.Measured(seconds={"a": [(0.6, 0.5)]}, found={"a": set()}),
        "rudof": check.Measured(problem="not installed"),
    }
    rows = [cells(line) for line in check.table(measured, 1, {"a": 1}).splitlines() if line.startswith("|")]
    assert rows[3][:2] == ["pyrudof", "not installed"]
    assert rows[-2] == ["---", "--:", "--:"] and rows[-1] == ["a", "1", "0.50"]


def measured_of(page: Path, engines: str) -> list[list[str]]:
    """Run the benchmark of the questions on two of them; return the cells of its tables."""
    page.write_text("before\n<!-- questions -->\nold\n<!-- /questions -->\nafter\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks/questions.py", "--engines", engines, "--repeat", "1", "--warm", "0",
         "--into", page, "items-shared-by-divisions", "spread-of-topic"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    assert written == f"before\n<!-- questions -->\n{done.stdout.rstrip()}\n<!-- /questions -->\nafter\n"
    return [cells(line) for line in written.splitlines() if line.startswith("|")]


def test_the_benchmark_of_the_questions_measures_and_compares(tmp_path: Path) -> None:
    shown = measured_of(tmp_path / "page.md", "ours,rdflib,oxigraph")
    ours, rdflib, server = shown[2:5]
    assert len(shown) == 9 and all(len(row) == 9 and all(row) for row in (ours, rdflib, server))
    assert ours[7] == "1" and float(rdflib[7].split()[0]) > 1
    assert shown[5] == ["question", "rows", "ours, ms", "least–most", "rdflib", "oxigraph"]
    assert {row[0] for row in shown[7:]} == {"items-shared-by-divisions", "spread-of-topic"}


@pytest.mark.java
def test_the_benchmark_of_the_questions_asks_jena(tmp_path: Path) -> None:
    shown = measured_of(tmp_path / "page.md", "ours,jena")
    assert shown[4][:3] == ["question", "rows", "ours, ms"] and shown[4][4] == "jena"
    assert all(float(cell) > 0 for cell in shown[3][1:7])


def test_the_benchmark_of_the_servers_measures_and_compares(built: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- serving -->\nold\n<!-- /serving -->\nafter\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks/serving.py", "--servers", "ours,oxigraph", "--clients", "1", "--seconds", "0.2",
         "--root", built, "--into", page, "cities-without-topic"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    assert written == f"before\n<!-- serving -->\n{done.stdout.rstrip()}\n<!-- /serving -->\nafter\n"
    shown = [cells(line) for line in written.splitlines() if line.startswith("|")]
    assert shown[0] == ["asked", "server", "same answer", "requests/s", "times the first", "p50 ms", "p99 ms"]
    assert [row[:3] for row in shown[2:]] == [
        ["cities-without-topic", "ours", "reference"],
        ["cities-without-topic", "oxigraph", "yes"],
    ]
    assert all(float(cell) > 0 for row in shown[2:] for cell in row[3:])
    assert float(shown[2][4]) == 1


def test_rows_of_servers_are_compared_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    serving = importlib.import_module("serving")

    def answered(*values: str) -> list[str]:
        bindings = [{"x": {"type": "literal", "value": value}} for value in values]
        return list(serving.rows(json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}}).encode()))

    assert answered("a", "b") == answered("b", "a")
    assert answered("a") != answered("b") and answered("a") != answered("a", "a")


def test_answers_that_differ_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    questions = importlib.import_module("questions")
    measured = {
        "ours": questions.Measured(rows={"a": [("<x>", 3.0), ("<y>", "")]}),
        "rdflib": questions.Measured(rows={"a": [("<y>", ""), ("<x>", 3.0)]}),
        "jena": questions.Measured(rows={"a": [("<x>", 4.0)]}),
        "oxigraph": questions.Measured(problem="not installed"),
    }
    assert list(questions.differences(measured)) == [
        "jena a: 1 rows, not 2",
        "  - ('<x>', 3.0)",
        "  - ('<y>', '')",
        "  + ('<x>', 4.0)",
    ]


def written_by(script: str, page: Path, *arguments: str | Path) -> list[list[str]]:
    """Run a benchmark; return the cells of the tables that it has put into a page."""
    mark = script.removesuffix(".py")
    page.write_text(f"before\n<!-- {mark} -->\nold\n<!-- /{mark} -->\nafter\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / script, "--into", page, *arguments],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    assert written == f"before\n<!-- {mark} -->\n{done.stdout.rstrip()}\n<!-- /{mark} -->\nafter\n"
    return [cells(line) for line in written.splitlines() if line.startswith("|")]


def test_the_benchmark_of_loading_measures_and_compares(tmp_path: Path) -> None:
    shown = written_by(
        "loading.py", tmp_path / "page.md", "--sizes", "1", "--repeat", "1", "--rdflib-quads", "9",
        "--engines", "copy,parse,rdflib,memory,oxigraph,stream,ours",
    )  # fmt: skip
    assert shown[0] == [
        "engine", "processor, s", "clock, s", "thousand quads/s", "peak, MiB", "on disk, MiB", "times `oxigraph load`",
        "times reading", "quads",
    ]  # fmt: skip
    copy, parse, rdflib, memory, oxigraph, stream, ours = shown[2:]
    assert rdflib[1] == "not measured above 9 quads"
    assert {row[8] for row in (parse, memory, oxigraph, stream, ours)} == {parse[8]} and int(parse[8]) > 10_000
    assert copy[8] == "–" and oxigraph[6] == parse[7] == "1.00"
    assert all(float(row[5]) > 1 for row in (copy, oxigraph, stream, ours))


def test_a_store_that_lacks_quads_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    loading = importlib.import_module("loading")
    measured = {
        "hash": loading.Measured(seconds=[(0.1, 0.1)]),
        "disk": loading.Measured(seconds=[(0.1, 0.1)], quads=7),
        "jena": loading.Measured(problem="not installed"),
        "ours": loading.Measured(seconds=[(0.1, 0.1)], quads=6),
    }
    assert list(loading.differences(7, measured)) == ["ours: 6 quads, not 7"]


@pytest.mark.long
def test_the_benchmark_of_the_inference_measures_and_compares(tmp_path: Path) -> None:
    shown = written_by(
        "inference.py", tmp_path / "page.md", "--made-up", "1", "--repeat", "1",
        "--engines", "axioms,rules,part,reasonable", CASE,
    )  # fmt: skip
    assert shown[0][1:] == [
        "ready, s", "one plan, s", "by the clock, s", "times as fast as axioms", "peak, MiB", "follow", "equal",
    ]  # fmt: skip
    axioms, rules, part, reasonable = shown[2:6]
    assert axioms[4] == "1" and axioms[7] == "reference"
    assert rules[7] == part[7] and rules[7].startswith("yes, and ")
    assert int(axioms[6]) < int(rules[6]) == int(part[6])
    assert reasonable[1] == "not installed" or reasonable[7].endswith(" missing, 0 more")
    assert shown[6][:5] == ["plan", "triples", "axioms", "rules", "part"]
    assert [row[0][:2] for row in shown[8:]] == [CASE.stem[:2], "48"]


def test_what_a_reasoner_of_ours_finds_otherwise_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the rules add is no difference, and what a peer leaves out is told in the table alone."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    inference = importlib.import_module("inference")

    def found(missing: dict[str, int], more: dict[str, int]) -> object:
        told = {"count": 3, "missing": missing, "more": more}
        return inference.Measured((0.1, 0.1), {"a": [(0.1, 0.1)]}, 9.0, {"a": told})

    measured = {
        "owlrl": found({}, {}),
        "axioms": found({}, {}),
        "rules": found({}, {"dx:startYear": 2}),
        "part": found({}, {"dx:startYear": 2}),
        "reasonable": found({"dx:topicOrBroader": 2}, {}),
    }
    assert list(inference.differences(measured)) == []
    text = inference.table(measured, {"a": 5}, ["a"])
    rows = [cells(line) for line in text.splitlines() if line.startswith("|")]
    assert [row[7] for row in rows[2:7]] == [
        "reference", "yes", "yes, and 2 by rules", "yes, and 2 by rules", "no: 2 missing, 0 more",
    ]  # fmt: skip
    assert "reasonable, missing: 2 `dx:topicOrBroader`." in text
    measured |= {"axioms": found({}, {"dx:within": 1}), "part": found({}, {"dx:startYear": 1})}
    assert [line.split(":")[0] for line in inference.differences(measured)] == ["axioms a", "part a"]


def test_a_cold_check_finds_nothing_kept(
    project: Path, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    check = importlib.import_module("check")
    kept = project / "build/findings"
    check.forget(kept, "cold")
    arguments = ("--root", project, "check", "--engine", "sparql", project / "data/plans/08223-2023.ttl")
    assert run(*arguments).exit_code == 0
    made = {path.name for path in kept.iterdir()}
    rules = {name for name in made if name.startswith("rules-")}
    assert (len(rules), len(made)) == (1, 2)
    for row, left in (("result-kept", made), ("rules-kept", rules), ("cold", set())):
        check.forget(kept, row)
        assert {path.name for path in kept.iterdir()} == left
    check.forget(project / "nowhere", "cold")


def test_the_benchmark_of_a_nation_measures_and_compares(tmp_path: Path) -> None:
    shown = written_by(
        "nation.py", tmp_path / "page.md", "--sizes", "5", "--repeat", "1", "--asked", "1", "--stock", "0",
        "cities-without-topic", "national-coverage-matrix",
    )  # fmt: skip
    head, _, held = shown[:3]
    assert head == ["plans", "reports", "asserted", "inferred", "findings", "files, MiB", "kept, MiB", "store, MiB"]
    assert held[0] == "5" and all(int(cell) > 0 for cell in held[1:])
    assert shown[3][:4] == ["plans", "stage", "clock, s", "processors, s"] and shown[3][-1] == "growth"
    stages = shown[5:11]
    assert [row[1].split(",")[0] for row in stages] == [
        "`dxplan check --engine sparql`", "`dxplan build`", "`dxplan build --check`", "the same",
        "one plan changed: `dxplan check --engine sparql`", "one plan changed: `dxplan build`",
    ]  # fmt: skip
    for share in (6, 7):
        assert [row[share] for row in stages[:3]] == ["1.00"] * 3 and all(float(row[share]) > 0 for row in stages[3:])
    assert all(float(row[5]) >= float(row[4]) > 20 for row in stages)
    assert shown[11] == ["question", "5, ms", "5, rows", "longest, ms", "asked again, ms", "as CSV, ms"]
    assert {row[0] for row in shown[13:]} == {
        "cities-without-topic",
        "national-coverage-matrix",
        "**all**",
        "**median**",
    }


def test_questions_are_told_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the time for twice the plans is a growth of 1; what was given up has none."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    questions = importlib.import_module("nation_questions")

    def asked(time: float, *rows: int) -> object:
        return questions.Asked([time, time], [1.0], [1.0], [*rows] or [2, 2], [])

    answers = {
        5: {"a": asked(10), "b": asked(8)},
        10: {"a": asked(20), "b": questions.Asked(problem="> 60 s")},
        30: {"a": asked(30, 7, 3), "b": asked(9)},
    }
    rows = [cells(line) for line in questions.table(answers)]
    assert rows[0] == [
        "question", "5, ms", "10, ms", "30, ms", "growth", "5, rows", "10, rows", "30, rows", "longest, ms",
        "asked again, ms", "as CSV, ms",
    ]  # fmt: skip
    assert {row[0]: row[4] for row in rows[2:]} == {"a": "1.00 · 0.50", "b": "– · –"}
    assert rows[2][5:9] == ["2", "2", "3–7", "30"]
    assert list(questions.differences(answers)) == []
    answers[30]["b"].differing = ["- ('x',)"]
    assert list(questions.differences(answers)) == ["30 plans, b - ('x',)"]


def test_a_question_is_asked_with_permitted_values_that_are_not_its_own(
    source: StoreSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    drawing = importlib.import_module("drawing")
    for question in load(ROOT / "queries").values():
        given = drawing.draw(question, source, 3)
        assert given == drawing.draw(question, source, 3) and len(given) == 3
        for terms, number in given:
            assert number == (None if question.parameters else 0)
            for parameter in question.parameters:
                values = [each.value for each in permitted(parameter, source)]
                assert terms[parameter.name] in values
                assert terms[parameter.name] != parameter.default or len(values) == 1
    question = load(ROOT / "queries")["spread-of-topic"]
    own, known = {"topic": question.parameters[0].default.value}, {"topic": f"{PREFIXES['topic']}rpa"}
    terms, number = drawing.draw(question, source, 3, [own, known])[0]
    assert (terms["topic"].value, number) == (known["topic"], 2), "of which the true answer is known, but for its own"


def test_a_process_is_watched_and_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    measuring = importlib.import_module("measuring")
    children = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(90_000_000)' + sys.argv[1]])"
    )
    command = [sys.executable, "-c", children]
    waits = measuring.run([*command, "; import time; time.sleep(0.6)"], tmp_path / "out.txt", is_watched=True)
    assert waits.code == 0 and waits.peak > 85 and waits.together > 85
    stopped = measuring.run([sys.executable, "-c", "while True: pass"], tmp_path / "out.txt", timeout=0.5)
    assert stopped.code < 0 and 0.4 < stopped.clock < 20


@pytest.mark.parametrize("name", ["check", "questions", "serving", "loading", "inference", "nation"])
def test_every_benchmark_has_its_place_in_the_readme_and_a_command(name: str) -> None:
    page = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    assert page.count(f"<!-- {name} -->") == page.count(f"<!-- /{name} -->") == 1
    assert page.count(f"`make benchmark-{name}`") >= 2  # in both languages
    assert f"benchmarks/{name}.py --into benchmarks/README.md" in (ROOT / "Makefile").read_text(encoding="utf-8")
