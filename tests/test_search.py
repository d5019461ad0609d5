"""Everything with a name is found by any spelling of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from dxplan.asking.search import find
from dxplan.asking.sources import StoreSource
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


def test_a_title_printed_elsewhere_is_found(source: StoreSource) -> None:
    (title,) = {hit.matched for hit in find("オンライン相談窓口（無人窓口実証実験）", source, "item")}
    assert title == "オンライン相談窓口（無人窓口実証実験）"


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
