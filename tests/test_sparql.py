"""Free SPARQL: prefixes are supplied, mistakes are told with their place, and queries end in time."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from dxplan import store
from dxplan.asking.limits import LimitedSource
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.asking.sparql import FORMS, KNOWN_PREFIXES, form, tokens, with_prefixes
from dxplan.errors import EngineError, UsageError

ROOT = Path(__file__).parent.parent

#: Queries that are none, each with line and column of the mistake and words of its message.
MISTAKES = [
    ("SELECT * WHERE {", 1, 16, "this { is not closed"),
    ("SELECT ?x WHERE {\n  ?x a dx:Plan ; dxx:foo ?y }", 2, 18, "the prefix dxx: is not declared"),
    ("SELECT ?x WHERE {\n\t?x rdfs:label '書かない窓口'@ja ?z }", 2, 28, "from “?z” on"),
    ("# 一行目\nSELECT ?x { ?x a dx:Plan ?y a dx:Item }", 2, 26, "from “?y” on"),
    ("SELCT * {}", 1, 1, "Begin with SELECT, ASK, CONSTRUCT or DESCRIBE"),
    ("", 1, 1, "Begin with SELECT"),
    ("PREFIX a: <b:>\n\nINSERT DATA { a:a a:a a:a }", 3, 1, "updates are not run"),
    ("DROP ALL", 1, 1, "updates are not run"),
    ('SELECT ?x { ?x dx:a "a ?y }', 1, 21, "this quotation mark is not closed"),
    ("SELECT ?x { ?x a dx:Plan FILTER (?x = 3 }", 1, 41, "this } closes nothing"),
    ("SELECT ?x { ?x a dx:Plan } }", 1, 28, "this } closes nothing"),
    ("SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }", 1, 1, "neither grouped nor aggregated"),
    ("SELECT ?x { ?x a dx:Plan } LIMIT all", 1, 28, "from “LIMIT” on"),
]


@pytest.mark.parametrize(("query", "line", "column", "words"), MISTAKES)
def test_a_mistake_is_told_with_its_place(query: str, line: int, column: int, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        StoreSource(ox.Store()).run(query, "q.rq")
    told = caught.value.text("en").splitlines()
    assert told[0].startswith(f"q.rq:{line}:{column}: ")
    assert words in told[0]
    assert told[1] == "  " + (query.split("\n")[line - 1].replace("\t", " "))
    assert told[2].strip() == "^"
    assert caught.value.text("ja").startswith(f"q.rq:{line}:{column}: ")


def test_the_pointer_counts_wide_letters_as_two_cells() -> None:
    with pytest.raises(UsageError) as caught:
        StoreSource(ox.Store()).run("SELECT ?x { ?x rdfs:label '窓口' ?z }", "q")
    assert caught.value.text("en").splitlines()[2] == "  " + " " * 33 + "^"


@given(st.text(alphabet=st.sampled_from("SELECT{}()?x.;:'\"<>#\n 窓aF@^|\\")))
def test_no_text_breaks_the_reader(text: str) -> None:
    listed = list(tokens(text))
    assert all(text[token.start : token.end] == token.text for token in listed)
    assert all(a.end <= b.start for a, b in pairwise(listed))
    assert form(text) in (None, *FORMS)
    assert with_prefixes(text).endswith(text)
    try:
        StoreSource(ox.Store()).run(text, "q")
    except UsageError as error:
        place = error.text("en").split(":")
        assert 1 <= int(place[1]) <= text.count("\n") + 1
        assert int(place[2]) >= 1


@pytest.mark.parametrize("prefix", KNOWN_PREFIXES)
def test_known_prefixes_are_supplied(prefix: str) -> None:
    query = f"SELECT (<{KNOWN_PREFIXES[prefix]}x> = {prefix}:x AS ?same) {{}}"
    ((same,),) = StoreSource(ox.Store()).select(query).rows
    assert same is not None
    assert same.value == "true"


def test_a_declaration_of_ones_own_goes_first() -> None:
    query = "PREFIX dx: <http://e/> SELECT (dx:a AS ?a) (item:b AS ?b) {}"
    (row,) = StoreSource(ox.Store()).select(query).rows
    assert [term and term.value for term in row] == ["http://e/a", "https://w3id.org/dxplan/item/b"]


@pytest.mark.parametrize("name", load(ROOT / "queries"))
def test_saved_questions_declare_all_that_they_use(name: str) -> None:
    text = (ROOT / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    assert with_prefixes(text) == text
    assert form(text) == "SELECT"


def test_a_query_of_each_form(built: Path, run: Callable[..., Result]) -> None:
    def outcome(query: str, shape: str, lang: str = "en") -> str:
        result = run("--root", built, "--lang", lang, "query", "-", "--format", shape, input=query)
        assert result.exit_code == 0, result.stderr
        return result.stdout

    ask = "ASK { plan:08236-2022 a dx:Plan }"
    assert outcome(ask, "table") == "yes\n"
    assert outcome(ask, "table", "ja") == "はい\n"
    assert outcome(ask.replace("Plan }", "Item }"), "md") == "no\n"
    assert outcome(ask, "csv") == "boolean\ntrue\n"
    assert json.loads(outcome(ask, "json")) == {"head": {}, "boolean": True}
    construct = 'CONSTRUCT { ?c rdfs:label ?l } { ?c a dx:Municipality ; rdfs:label ?l FILTER (lang(?l) = "ja") }'
    quads = list(ox.parse(outcome(construct, "table").encode(), format=ox.RdfFormat.TURTLE))
    assert len(quads) == 4
    assert {quad.object.value for quad in quads} == {"小美玉市", "潮来市", "ひたちなか市", "石岡市"}
    assert set(ox.parse(outcome(construct, "json").encode(), format=ox.RdfFormat.JSON_LD)) == set(quads)
    assert outcome(construct, "csv").splitlines()[0] == "subject,predicate,object"
    assert len(outcome(construct, "csv").splitlines()) == 5
    assert "topic:rpa" in outcome("DESCRIBE topic:rpa", "table")


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"\xff\xfeSELECT", 3, "q.rq:1: is not UTF-8"),
        (b"SELECT ?x {\n\n  ?x a dx:Plan .. }", 2, "q.rq:3:"),
        (b"\xef\xbb\xbfASK {}", 0, ""),
    ],
)
def test_files_of_every_kind(
    content: bytes, code: int, words: str, built: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    (tmp_path / "q.rq").write_bytes(content)
    result = run("--root", built, "--lang", "en", "query", tmp_path / "q.rq")
    assert result.exit_code == code
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_file_is_told(built: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    result = run("--root", built, "--lang", "en", "query", tmp_path / "none.rq")
    assert result.exit_code == 3
    assert "none.rq: cannot be read (No such file" in result.stderr


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_an_endless_query_is_stopped(built: Path, run: Callable[..., Result]) -> None:
    begun = time.monotonic()
    result = run("--root", built, "--lang", "en", "query", "-", "--timeout", "1", input=ENDLESS)
    assert result.exit_code == 6
    assert "the query was stopped after 1 s" in result.stderr
    assert result.stdout == ""
    assert time.monotonic() - begun < 30
    left = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert f"dxplan.asking.limits {built}" not in left


def test_what_ends_a_query_otherwise_is_told(
    snapshot: store.Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\necho 'memory allocation failed' >&2\nexit 134\n", encoding="utf-8")
    failing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(failing))
    with pytest.raises(EngineError, match="memory allocation failed"):
        LimitedSource(snapshot.path, 10).run("ASK {}")


def test_a_limited_source_answers_as_the_store_does(snapshot: store.Snapshot, source: StoreSource) -> None:
    limited = LimitedSource(snapshot.path, 60)
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 5000"
    assert limited.select(query) == source.select(query)
    with pytest.raises(UsageError, match="Use a SELECT query"):
        limited.select("ASK {}")


def test_a_slow_query_is_told_with_the_quick_one(built: Path, run: Callable[..., Result]) -> None:
    slow = "SELECT ?c { ?c a dx:Municipality\nFILTER NOT EXISTS { ?p dx:municipality ?c . ?i dx:within ?p ; dx:topicOrBroader topic:denshi-toshokan } }"
    result = run("--root", built, "--lang", "en", "query", "-", "--format", "csv", input=slow)
    assert result.exit_code == 0
    assert "standard input:2: NOT EXISTS looks up 3 triple patterns" in result.stderr
    quick = result.stderr.partition("sooner:\n\n")[2].strip()
    again = run("--root", built, "--lang", "en", "query", "-", "--format", "csv", input=quick)
    assert sorted(again.stdout.splitlines()) == sorted(result.stdout.splitlines())
    assert len(again.stdout.splitlines()) == 3
    assert "NOT EXISTS" not in again.stderr


def test_a_query_may_name_its_graphs(source: StoreSource) -> None:
    def count(clause: str) -> int:
        ((n,),) = source.select(f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s ?p ?o }}").rows
        assert n is not None
        return int(n.value)

    plan = count("FROM plan:08236-2022")
    assert plan == count("FROM <https://w3id.org/dxplan/plan/08236-2022>") > 5_000
    assert count("FROM plan:08236-2022 FROM plan:08223-2023") == plan + count("FROM plan:08223-2023")
    assert count("") > plan * 3
