"""A question whose text was edited wrongly is refused: for many an empty answer means that every city does it."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result

from dxplan.asking.parameters import is_permitted, permitted
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
HEADLINE = (ROOT / "queries/cities-without-topic.rq").read_text(encoding="utf-8")
#: What is edited, with what it becomes; what is told of it, and the line of HEADLINE where that stands.
EDITS = {
    "a topic that there is not": (
        "topic:kakanai-madoguchi }", "topic:nonexistent }", "topic:nonexistent of topic is none", "VALUES ?topic"),
    "something else than a topic": (
        "topic:kakanai-madoguchi }", "municipality:08205 }", "municipality:08205 of topic is none", "VALUES ?topic"),
    "a number for a fiscal year": ("fy:2026 }", "2026 }", "2026 of asOf is none", "VALUES ?asOf"),
    "a year that there is not": ("fy:2026 }", "fy:1999 }", "fy:1999 of asOf is none", "VALUES ?asOf"),
    "two values": ("fy:2026 }", "fy:2026 fy:2025 }", "give the parameter asOf one value", "VALUES ?asOf"),
    "a parameter twice": (
        "    ?asOf dx:year", "    VALUES ?asOf { fy:2025 }\n    ?asOf dx:year", "give the parameter asOf one value", "fy:2025"),
    "no language": ('    VALUES ?lang { "ja" }\n', "", "?lang is used and has no value", "?city rdfs:label"),
    "no topic": ("    VALUES ?topic { topic:kakanai-madoguchi }\n", "", "no default of the parameter topic", "WHERE"),
}  # fmt: skip


def edited(what: str) -> tuple[str, int, str]:
    """The text of the headline's question, edited; the line of what is told of, and what that is."""
    before, after, told, place = EDITS[what]
    text = HEADLINE.replace(before, after, 1)
    assert text != HEADLINE
    if "municipality:" in after:
        text = text.replace(
            "PREFIX topic:", "PREFIX municipality: <https://w3id.org/dxplan/municipality/>\nPREFIX topic:", 1
        )
    lines = [number for number, line in enumerate(text.splitlines(), 1) if place in line and not line.startswith("#+")]
    return text, lines[0], told


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_copy_is_refused_at_its_line(
    built: Path, what: str, run: Callable[..., Result], tmp_path: Path
) -> None:
    text, line, told = edited(what)
    path = tmp_path / "mine.rq"
    path.write_text(text, encoding="utf-8")
    result = run("--root", built, "--lang", "en", "query", path, "--format", "csv")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith(f"{path}:{line}: ") and told in result.stderr
    assert run("--root", built, "--lang", "ja", "query", path).stderr.startswith(f"{path}:{line}: ")


def test_an_edited_question_is_refused_and_a_given_value_stands_for_its_default(
    built: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for part in ("ontology", "shapes", "data", "build"):
        (root / part).symlink_to(built / part)
    (root / "queries").mkdir()
    text, line, told = edited("a topic that there is not")
    (root / "queries/mine.rq").write_text(text, encoding="utf-8")
    at = ("--root", root, "--lang", "en", "ask", "mine")
    result = run(*at)
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith(f"{root}/queries/mine.rq:{line}: ") and told in result.stderr
    assert run(*at, "--topic", "topic:gis").exit_code == 0


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_default_is_a_value_that_is_permitted(name: str, source: StoreSource) -> None:
    question = QUESTIONS[name]
    question.want_defaults(source)
    for parameter in question.parameters:
        assert parameter.default in [each.value for each in permitted(parameter, source)]
        assert not is_permitted(parameter, ox.Literal("nothing of the kind"), source)
        assert not is_permitted(parameter, ox.NamedNode("https://w3id.org/dxplan/topic/nothing"), source)


def test_a_copy_that_is_edited_rightly_runs(built: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(HEADLINE.replace("topic:kakanai-madoguchi", "topic:gis"), encoding="utf-8")
    copy = run("--root", built, "query", path, "--format", "csv")
    asked = run("--root", built, "ask", "cities-without-topic", "--topic", "GIS", "--format", "csv")
    assert (copy.exit_code, copy.stdout) == (0, asked.stdout)


@pytest.mark.parametrize("given", ["R6", "2026", "fy:2026"])
def test_the_second_value_of_a_parameter_is_refused(built: Path, given: str, run: Callable[..., Result]) -> None:
    result = run("--root", built, "--lang", "en", "ask", "cities-without-topic", "--as-of", "R8", "--as-of", given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"--as-of: 2 values (R8, {given}). Give one only.\n")


@pytest.mark.parametrize("name", random.Random(20).sample(sorted(QUESTIONS), 8))
def test_what_is_cited_holds_whether_its_values_were_given_or_not(
    built: Path, name: str, run: Callable[..., Result], tmp_path: Path
) -> None:
    cited = tmp_path / "answer.json"
    given = [
        part for each in QUESTIONS[name].parameters for part in (f"--{each.option}", each.default_text)
    ]  # fmt: skip
    for values in ([], given, given[:2]):
        assert run("--root", built, "ask", name, *values, "--snapshot", cited).exit_code == 0
        held = run("--root", built, "--lang", "en", "verify", cited)
        assert held.exit_code == 0
        assert re.fullmatch(r"The answer of (1 row|(?!1 )\d+ rows) still holds\n", held.stdout), held.stdout


def command(built: Path, *given: str) -> list[str]:
    return [sys.executable, "-m", "dxplan", "--root", str(built), "--lang", "en", *given]


@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_full_disk_is_told_in_a_line(built: Path, form: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command(built, "ask", "timeline-of-city", "--format", form),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.decode() == "The output cannot be written (No space left on device). Check the free space.\n"


def broken(tmp_path: Path) -> list[str]:
    """A plan of which the check has something to say."""
    plan = tmp_path / "08205-2022.ttl"
    text = (ROOT / "data/plans/08205-2022.ttl").read_text(encoding="utf-8")
    plan.write_text(text.replace("dx:from fy:2022", "dx:from fy:2099"), encoding="utf-8")
    return ["check", "--engine", "sparql", "--no-baseline", str(plan)]


@pytest.mark.parametrize("what", ["ask", "check"])
def test_a_reader_that_has_read_enough_is_no_error_and_hides_none(built: Path, what: str, tmp_path: Path) -> None:
    given = ["ask", "timeline-of-city", "--format", "csv"] if what == "ask" else broken(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)  # as `head` has done when it is through
    done = subprocess.run(command(built, *given), stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0 if what == "ask" else 1, b"")
    whole = subprocess.run(command(built, *given), capture_output=True, check=False)
    assert whole.returncode == done.returncode
    assert len(whole.stdout.decode().splitlines()) > 5


def test_what_is_no_question_any_more_runs_as_it_stands(
    built: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "mine.rq"
    # Made a CONSTRUCT query; without prefixes, which are known; with the head of another tool.
    start = HEADLINE.index("SELECT ?city ?cityLabel ?standing")
    end = HEADLINE.index("WHERE", start)
    made = HEADLINE[:start] + "CONSTRUCT { ?city rdfs:label ?cityLabel } " + HEADLINE[end:]
    foreign = "#+ summary: all topics\n#+ endpoint: http://e/\nSELECT ?t { ?t a dx:Topic }\n"
    bare = re.sub(r"(?m)^PREFIX .*\n", "", HEADLINE)
    for text in (made, foreign, bare):
        path.write_text(text, encoding="utf-8")
        result = run("--root", built, "--lang", "en", "query", path)
        assert (result.exit_code, result.stderr) == (0, ""), result.stderr
        assert result.stdout


@pytest.mark.parametrize(
    ("given", "shown"), [("", "''"), (" ", "' '"), ("犬" * 5000, "犬" * 80 + "…"), ("犬" * 80, "犬" * 80)]
)
def test_a_value_that_is_not_known_is_shown_as_far_as_it_can_be_read(
    built: Path, given: str, shown: str, run: Callable[..., Result]
) -> None:
    result = run("--root", built, "--lang", "en", "ask", "cities-without-topic", "--topic", given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"--topic {shown}: not found." in result.stderr
    assert len(result.stderr) < 1000
