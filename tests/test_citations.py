"""An answer can be taken away, cited, explained, and told from what it is later."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result

from dxplan.asking.answers import Answer, for_excel
from dxplan.asking.citations import Citation, compare, read
from dxplan.asking.parameters import permitted
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")


@pytest.fixture
def at(built_project: Path) -> tuple[object, ...]:
    return ("--root", built_project, "--lang", "en")


def test_a_citation_holds_until_the_answer_changes(
    at: tuple[object, ...], project: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    cited = tmp_path / "answer.json"
    asked = run(*at, "ask", "duties-of-division-in-year", "--division", "行革デジタル推進課", "--fiscal-year", "R5",
                "--snapshot", cited, "--format", "csv")  # fmt: skip
    assert asked.exit_code == 0, asked.stderr
    told = json.loads(cited.read_text(encoding="utf-8"))
    assert told["question"] == "duties-of-division-in-year"
    assert told["parameters"]["fiscalYear"] == "<https://w3id.org/dxplan/fy/2023>"
    assert len(told["rows"]) == len(list(csv.reader(io.StringIO(asked.stdout)))) - 1
    held = run(*at, "verify", cited)
    assert (held.exit_code, held.stdout) == (0, f"The answer of {len(told['rows'])} rows still holds\n")

    plan = project / "data/plans/08236-2022.ttl"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(
        text.replace('rdfs:label "書かない窓口の構築"@ja', 'rdfs:label "書かない窓口"@ja'), encoding="utf-8"
    )
    run(*at, "build")
    held = run(*at, "verify", cited)
    assert held.exit_code == 0
    assert "(the data changed)" in held.stdout, "the English labels of the citation are as they were"

    start = text.index("\nphase:08236-2022-16-1-1\n")
    moved = text[:start] + text[start:].replace("dx:through fy:2023", "dx:through fy:2022", 1)
    plan.write_text(moved, encoding="utf-8")
    run(*at, "build")
    changed = run(*at, "verify", cited)
    assert changed.exit_code == 1
    (gone,) = [line for line in changed.stdout.splitlines() if line.startswith("- ")]
    assert "item/08236-2022-16" in gone
    assert "The answer changed: 0 rows more, 1 row gone (the data changed)" in changed.stdout


def test_the_order_of_rows_does_not_count() -> None:
    then = Citation("q", {}, {}, "ja", "d", "h", "dxplan", ["a"], [("1",), ("2",)])
    now = Citation("q", {}, {}, "ja", "e", "h", "dxplan", ["a"], [("2",), ("1",)])
    difference = compare(then, now)
    assert difference.holds
    assert not difference.same_data
    assert difference.same_query


def test_a_citation_is_read_as_it_was_written(tmp_path: Path) -> None:
    for rows in ([], [("<x>", None), ('"改行\n"', "2")]):
        citation = Citation("q", {"ja": "か", "en": "?"}, {"p": "1"}, "ja", "d", "h", "s", ["a", "b"], rows)
        (tmp_path / "c.json").write_text(citation.to_json(), encoding="utf-8")
        assert read(tmp_path / "c.json") == citation


@pytest.mark.parametrize("content", ["", "{", "[]", '{"question": "x"}', None])
def test_what_is_no_citation_is_told(content: str | None, run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = run("--root", ROOT, "--lang", "en", "verify", path)
    assert result.exit_code == 3
    assert str(path) in result.stderr
    assert "Traceback" not in result.stderr


def test_excel_is_kept_from_misreading() -> None:
    texts = ["08236", "1-1-17", "=1+1", "-7", "-x", "2080", '0"', "082368", "2023-04-01", "小美玉市", "012"]
    answer = Answer(["値"], [(ox.Literal(text),) for text in texts])
    written = for_excel(answer)
    assert written.startswith("\ufeff値\r\n")
    cells = [row[0] for row in csv.reader(io.StringIO(written[1:]))][1:]
    assert cells == ['="08236"', '="1-1-17"', '="=1+1"', "-7", '="-x"', "2080", '0"', '="082368"', '="2023-04-01"',
                     "小美玉市", '="012"']  # fmt: skip


def test_explain_shows_a_query_that_runs_as_it_is(at: tuple[object, ...], run: Callable[..., Result]) -> None:
    shown = run(*at, "ask", "cities-without-topic", "--topic", "電子図書館", "--as-of", "R4", "--explain")
    assert "VALUES ?topic { <https://w3id.org/dxplan/topic/denshi-toshokan> }" in shown.stdout
    assert "VALUES ?asOf { <https://w3id.org/dxplan/fy/2022> }" in shown.stdout
    again = run(*at, "query", "-", "--format", "csv", input=shown.stdout)
    asked = run(*at, "ask", "cities-without-topic", "--topic", "電子図書館", "--as-of", "R4", "--format", "csv")
    assert again.stdout == asked.stdout


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda q: q.name)
def test_every_parameter_lists_its_values_and_its_default_is_one(question: object, source: StoreSource) -> None:
    for parameter in question.parameters:  # type: ignore[attr-defined]
        values = permitted(parameter, source)
        assert parameter.default in {each.value for each in values}
        assert all(each.names for each in values)
        assert len({each.value for each in values}) == len(values)


def test_the_values_of_a_parameter_are_listed(at: tuple[object, ...], run: Callable[..., Result]) -> None:
    listed = run(*at, "ask", "topics-lacking-in-city", "--list", "city").stdout.splitlines()
    assert sorted(listed) == [
        "Hitachinaka City (municipality:08221)", "Ishioka City (municipality:08205)",
        "Itako City (municipality:08223)", "Omitama City (municipality:08236)",
    ]  # fmt: skip
    refused = run(*at, "ask", "topics-lacking-in-city", "--minimum", "many")
    assert refused.exit_code == 2
    assert "It takes: 1, 2, 3" in refused.stderr
    near = run(*at, "ask", "evidence-of-element", "--element", "action:08236-2022-16-1", "--format", "csv")
    assert near.exit_code == 0, near.stderr
