"""One answer through every door that is no page: the command line, Python, `/ask`, and the text of a question with its
head edited once, on plain Oxigraph, rdflib and Jena; for values that stand in no file, in both languages.

The pages are tried in test_doors.py with the same combinations.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from urllib.parse import urlencode
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
import rdflib
from click.testing import Result
from combinations import SEED, Combination, Values, combinations, row_counts
from servers import serving
from test_fuseki import cell, fuseki, other
from test_questions import ENDLESS, LONG

import dxplan
from dxplan import store
from dxplan.asking.answers import Answer, render
from dxplan.asking.endpoint import Endpoint
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.graph import Graph
from dxplan.rdflib_terms import to_rdflib

_ = (fuseki, other)  # fixtures
ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
#: So many combinations are drawn of all where each costs more than a look-up.
SAMPLE = 60
#: What takes rdflib seconds a question: it takes the parts of a query as they stand.
IN_RDFLIB = 14


@pytest.fixture(scope="module")
def drawn(source: StoreSource) -> list[Combination]:
    return list(combinations(QUESTIONS.values(), Values(source)))


def sample(drawn: Sequence[Combination], count: int, name: str) -> list[Combination]:
    """Return some combinations, those of other values than the defaults before others."""
    random = Random(f"{SEED} {name}")
    chosen = [each for each in drawn if each.values]
    return random.sample(chosen, min(count, len(chosen)))


def edited(each: Combination) -> str:
    """Return the text of a question as someone edits it who copied it: one line of its head for each value."""
    text = each.question.text
    for name, term in {**each.values, "lang": ox.Literal(each.lang)}.items():
        lines = [n for n, line in enumerate(text.split("\n")) if re.search(rf"VALUES \?{name}\b", line)]
        assert len(lines) == 1 or (name == "lang" and not lines), f"{each}: {name} stands {len(lines)} times"
        listed = text.split("\n")
        for line in lines:
            listed[line] = f"    VALUES ?{name} {{ {term} }}"
        text = "\n".join(listed)
    return text


def wrong(found: dict[str, str]) -> None:
    assert not found, f"seed {SEED}: {len(found)} wrong\n" + "\n".join(f"{k}: {v}" for k, v in found.items())


def test_a_copied_text_edited_once_runs_anywhere(
    snapshot: store.Snapshot, drawn: list[Combination], source: StoreSource
) -> None:
    """Every combination, on Oxigraph without anything of ours."""
    plain = snapshot.open()
    found = {}
    for each in drawn:
        expected = each.question.ask(source, each.values, each.lang)
        solutions = plain.query(edited(each), use_default_graph_as_union=True)
        assert isinstance(solutions, ox.QuerySolutions)
        rows = [tuple(row) for row in solutions]
        if row_counts(rows) != row_counts(expected.rows):
            found[str(each)] = f"{len(rows)} rows for {len(expected.rows)}, or other ones"
    wrong(found)


def test_the_command_line_gives_the_same(
    run: Callable[..., Result], built: Path, drawn: list[Combination], source: StoreSource
) -> None:
    found = {}
    for each in sample(drawn, SAMPLE, "command line"):
        told = run("--root", built, *each.arguments, "--format", "csv")
        expected = render(each.question.ask(source, each.values, each.lang), "csv")
        if told.exit_code or told.stdout.replace("\r\n", "\n") != expected.replace("\r\n", "\n"):
            found[str(each)] = told.stderr or "other rows"
    wrong(found)


def test_python_gives_the_same(built: Path, drawn: list[Combination], source: StoreSource) -> None:
    graphs: dict[str, Graph] = {lang: dxplan.open(built, lang=lang) for lang in ("ja", "en")}
    found = {}
    for each in drawn:
        answer = graphs[each.lang].ask(each.question.name, **each.by_keyword).answer
        expected = each.question.ask(source, each.values, each.lang)
        if answer.columns != expected.columns or answer.rows != expected.rows:
            found[str(each)] = f"{len(answer.rows)} rows for {len(expected.rows)}, or other ones"
    wrong(found)


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    with serving(built) as served:
        yield served.address


def test_the_server_gives_the_same(address: str, drawn: list[Combination], source: StoreSource) -> None:
    found = {}
    for each in sample(drawn, SAMPLE, "server"):
        given = urlencode({**each.written, "lang": each.lang, "format": "json"})
        with urlopen(f"{address}ask/{each.question.name}?{given}", timeout=120) as response:
            told = json.load(response)
        expected = json.loads(render(each.question.ask(source, each.values, each.lang), "json"))
        if told["results"] != expected["results"]:
            found[str(each)] = f"{len(told['results']['bindings'])} rows, or other ones"
    wrong(found)


def test_rdflib_gives_the_same(snapshot: store.Snapshot, drawn: list[Combination], source: StoreSource) -> None:
    graph = to_rdflib(quad.triple for quad in snapshot.open())
    found = {}
    for each in sample([each for each in drawn if each.question.name not in (*LONG, *ENDLESS)], IN_RDFLIB, "rdflib"):
        expected = each.question.ask(source, each.values, each.lang)
        rows = [tuple(row) for row in graph.query(edited(each))]
        if texts(rows) != texts(expected.rows):
            found[str(each)] = f"{len(rows)} rows for {len(expected.rows)}, or other ones"
    wrong(found)


def texts(rows: Sequence[Sequence[object]]) -> Counter[tuple[str, ...]]:
    """Return rows of any library as texts; numbers as numbers, since each writes them its own way."""

    def text(term: object) -> str:
        if term is None:
            return ""
        written = str(term.value if isinstance(term, ox.NamedNode | ox.Literal) else term)
        kind = (
            str(term.datatype).rstrip(">").rsplit("#", 1)[-1] if isinstance(term, ox.Literal | rdflib.Literal) else ""
        )
        return str(float(written)) if kind in ("integer", "decimal", "double") else written

    return Counter(tuple(map(text, row)) for row in rows)


@pytest.mark.java
def test_jena_gives_the_same(fuseki: Callable[[str], str], drawn: list[Combination], source: StoreSource) -> None:
    """Every combination, as the text with its head edited, by HTTP."""
    endpoint = Endpoint(fuseki("whole"))
    found = {}
    for each in drawn:
        expected = each.question.ask(source, each.values, each.lang)
        answer = endpoint.select(edited(each))
        if Counter(values(answer)) != Counter(values(expected)):
            found[str(each)] = f"{len(answer.rows)} rows for {len(expected.rows)}, or other ones"
    wrong(found)


def values(answer: Answer) -> list[tuple[str | float, ...]]:
    return [tuple(map(cell, row)) for row in answer.rows]


def test_a_parameter_stands_once_in_each_file() -> None:
    for question in QUESTIONS.values():
        for name in [*(parameter.name for parameter in question.parameters), "lang"]:
            assert len(re.findall(rf"VALUES\s+\(?[^{{]*\?{name}\b", question.text)) <= 1, (question.name, name)


def test_csv_of_the_command_line_is_read_back(run: Callable[..., Result], built: Path) -> None:
    told = run(
        "--root",
        built,
        "--lang",
        "en",
        "ask",
        "cities-without-topic",
        "--topic",
        "RPA",
        "--as-of",
        "R2",
        "--format",
        "csv",
    )
    rows = list(csv.DictReader(io.StringIO(told.stdout)))
    assert list(rows[0])[:6] == ["city", "cityLabel", "standing", "since", "element", "elementLabel"]
