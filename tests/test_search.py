"""Everything with a name is found by any spelling of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import Result

from dxplan.asking.answers import Answer
from dxplan.asking.search import described, find, matches
from dxplan.asking.sources import Outcome, StoreSource
from dxplan.folding import fold
from dxplan.iris import expand


def first(text: str, source: StoreSource, kind: str | None = None) -> str:
    return find(text, source, kind)[0].iri


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("書かない窓口", "topic:kakanai-madoguchi"),
        ("「書かない窓口」", "topic:kakanai-madoguchi"),
        ("ＲＰＡ", "topic:rpa"),
        ("rpa", "topic:rpa"),
        ("行革ﾃﾞｼﾞﾀﾙ推進課", "division:08236-行革デジタル推進課"),
        ("Omitama", "municipality:08236"),
        ("石岡市", "municipality:08205"),
        ("令和6年度", "fy:2024"),
    ],
)
def test_a_whole_name_comes_first(text: str, name: str, source: StoreSource) -> None:
    assert first(text, source) == expand(name)


def test_words_of_two_characters_are_found_everywhere(source: StoreSource) -> None:
    hits = find("窓口", source)
    assert {"topic", "item", "action", "phase", "deployment"} <= {hit.kind for hit in hits}
    assert all("窓口" in hit.matched for hit in hits)
    kinds = [hit.kind for hit in hits if hit.rank[0] == hits[-1].rank[0]]
    assert kinds == sorted(kinds, key=lambda kind: kind in ("phase", "entry", "status", "figure", "erratum", "goal")), (
        "what has a name of its own comes before the cells of tables"
    )


def test_every_word_must_occur_and_the_kind_may_be_given(source: StoreSource) -> None:
    assert {hit.iri for hit in find("書かない システム", source, "item")} == {expand("item:08223-2023-1-1-17")}
    assert find("書かない 図書館", source) == []
    assert find("「」", source) == []


def test_what_is_observed_of_a_city_is_not_found_by_name(source: StoreSource) -> None:
    """Its label holds the name of a city and of a topic, and there is one for each pair."""
    (said,) = {label.value for (label,) in source.select(
        'SELECT ?label { <https://w3id.org/dxplan/municipality/08236#topic-rpa> rdfs:label ?label FILTER (lang(?label) = "ja") }'
    ).rows if label}  # fmt: skip
    assert find(said, source) == []
    for text in ("RPA", "Omitama City", "石岡市"):
        assert not [hit.iri for hit in find(text, source) if "#" in hit.iri]


def test_a_title_printed_elsewhere_is_found(source: StoreSource) -> None:
    (title,) = {hit.matched for hit in find("オンライン相談窓口（無人窓口実証実験）", source, "item")}
    assert title == "オンライン相談窓口（無人窓口実証実験）"


class Counting:
    """Answers as a source does, and counts what is read."""

    def __init__(self, source: StoreSource) -> None:
        self.source = source
        self.rows: list[int] = []

    def run(self, query: str, name: str = "SPARQL") -> Outcome:
        return self.source.run(query, name)

    def select(self, query: str) -> Answer:
        answer = self.source.select(query)
        self.rows.append(len(answer.rows))
        return answer


def test_a_name_that_many_things_carry_is_read_once(source: StoreSource) -> None:
    # In a nation six things of seven share their name with others.
    counting = Counting(source)
    found = matches("窓口", counting)
    expected = []
    for naming in ("rdfs:label", "skos:altLabel", "dx:printedTitle"):
        named = source.select(
            f"SELECT DISTINCT ?node ?name WHERE {{ ?node {naming} ?name MINUS {{ ?node qb:dataSet ?cube }} }}"
        ).rows
        fitting = [name for _, name in named if name is not None and "窓口" in fold(name.value)]
        expected += [len({name for _, name in named}), len(fitting)]
    assert counting.rows == expected
    # Only what is shown is described, and nothing of the rest is read for it.
    counting.rows.clear()
    shown = described(found[:3], counting)
    cities = len(source.select("SELECT * { ?city a dx:Municipality ; rdfs:label ?label }").rows)
    assert sum(counting.rows) <= 3 * 10 + cities
    assert shown == find("窓口", source)[:3]
    assert [(hit.labels, hit.kind_labels) for hit in shown] == [
        (hit.labels, hit.kind_labels) for hit in find("窓口", source)[:3]
    ]


def test_many_names_are_asked_for_in_several_queries(source: StoreSource, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = find("窓口", source)
    monkeypatch.setattr("dxplan.asking.search._AT_A_TIME", 7)
    counting = Counting(source)
    again = find("窓口", counting)
    assert [asdict(hit) for hit in again] == [asdict(hit) for hit in whole]
    assert len(counting.rows) > len(whole) / 7


def test_the_command(built: Path, run: Callable[..., Result]) -> None:
    at = ("--root", built, "--lang", "en")
    shown = run(*at, "find", "counter", "form-filling", "--kind", "item").stdout
    assert "item:08223-2023-1-1-17" in shown
    assert "Itako City" in shown
    told = json.loads(run(*at, "find", "窓口", "--format", "json", "--limit", "3").stdout)
    assert len(told["hits"]) == 3
    assert told["total"] > 20
    assert set(told["hits"][0]) == {"iri", "kind", "label", "matched", "city"}
    assert "more (--limit shows more)" in run(*at, "find", "窓口").stdout
    nothing = run(*at, "find", "窓口窓口窓口")
    assert nothing.exit_code == 2
    assert "nothing found" in nothing.stderr
