"""The benchmarks run and tell what they measured in the form of their README."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

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
