"""What the SPARQL page is given of the saved questions: their texts in pieces, and all that a value may be called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from combinations import Values, combinations

from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.site import dumps, workbench
from dxplan.site.material import Material

# Texts that look like a place for a value and are none; a real one with a text in it that has signs of SPARQL.
HEAD = """#+ summary: 問い
#+ summary_en: A question?
#+ description: 答え
#+ description_en: An answer
#+ tags: [coverage]
#+ parameters:
#+   word:
#+     ja: 語
#+     en: word
#+     values: 'SELECT ?value { VALUES ?value { "a } ?b { \\"c\\" # d" "VALUES" } }'
"""
TEXT = """# A question is asked of one word.
SELECT ?word ?lang WHERE {
    VALUES ?word { "VALUES" }
    VALUES ?lang { "ja" }
    VALUES ?other { "ja" "en" }
    FILTER (?lang = ?other)
}
"""


def _saved(corpus: Corpus, source: StoreSource, queries: Path) -> tuple[Material, dict[str, Any]]:
    material = Material(corpus, source.store, queries)
    (nquads,) = (download for _, download in dumps.dumps(source.store) if download.path == dumps.NQUADS)
    saved: dict[str, Any] = json.loads(dict(workbench.files(material, nquads, None))["assets/sparql/questions.json"])
    return material, saved


def _joined(pieces: list[str], terms: dict[str, str]) -> str:
    return "".join(terms[piece] if at % 2 else piece for at, piece in enumerate(pieces))


@pytest.fixture(scope="module")
def given(corpus: Corpus, source: StoreSource, root: Path) -> tuple[Material, dict[str, Any]]:
    return _saved(corpus, source, root / "queries")


def test_the_pieces_with_values_are_the_query_that_is_run(
    given: tuple[Material, dict[str, Any]], source: StoreSource
) -> None:
    material, saved = given
    told = {question["name"]: question for question in saved["questions"]}
    for each in combinations(material.questions.values(), Values(source)):
        question = told[each.question.name]
        defaults = {parameter["name"]: parameter["default"] for parameter in question["parameters"]}
        terms = defaults | {name: str(term) for name, term in each.values.items()} | {"lang": f'"{each.lang}"'}
        values = {parameter.name: parameter.default for parameter in each.question.parameters} | dict(each.values)
        run = [line for line in each.question.bound(values, each.lang).splitlines() if not line.startswith("#+")]
        assert _joined(question["text"], terms) == "\n".join(run) + "\n", str(each)


def test_every_name_of_a_permitted_value_is_known(given: tuple[Material, dict[str, Any]], source: StoreSource) -> None:
    material, saved = given
    values = Values(source)
    for question in saved["questions"]:
        for parameter, told in zip(
            material.questions[question["name"]].parameters, question["parameters"], strict=True
        ):
            listed = [saved["things"][at] for at in saved["lists"][told["list"]]]
            for each, (term, ja, en, *others) in zip(values.of(parameter), listed, strict=True):
                assert (term, ja, en) == (str(each.value), each.label("ja"), each.label("en"))
                assert {ja, en, *others} == {*each.names, ja, en}


def test_what_only_looks_like_a_place_for_a_value_is_none(corpus: Corpus, source: StoreSource, tmp_path: Path) -> None:
    (tmp_path / "one.rq").write_text(HEAD + TEXT, encoding="utf-8")
    _, saved = _saved(corpus, source, tmp_path)
    (question,) = saved["questions"]
    assert question["text"][1::2] == ["word", "lang"]
    value = str(ox.Literal('a } ?b { "c" # d'))
    text = _joined(question["text"], {"word": value, "lang": '"en"'})
    rows = source.select(text).rows
    assert [[term.value for term in row if term] for row in rows] == [['a } ?b { "c" # d', "en"]]
