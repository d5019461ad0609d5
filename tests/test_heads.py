"""The heads of saved questions: whatever stands in a file, a person is told what is wrong with it and where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from dxplan.asking import heads
from dxplan.asking.questions import load
from dxplan.errors import InputError, RulesError

HEAD = """\
#+ summary: どの計画か
#+ summary_en: Which plans are there?
#+ description: すべて
#+ description_en: all of them
#+ tags: [coverage]
#+ parameters:
#+   kind:
#+     ja: 種類
#+     en: kind
#+     values: "SELECT ?value WHERE { ?value a dx:Kind }"
#+ columns:
#+   plan: {ja: 計画, en: plan}
#+ words:
#+   1: {ja: ある, en: there}
"""
QUERY = """\
prefix dx: <https://w3id.org/dxplan/def#>
SELECT ?plan WHERE { VALUES ?kind { dx:Plan } ?plan a ?kind }
"""


def test_what_a_head_says() -> None:
    told = heads.read(Path("q.rq"), HEAD + QUERY)
    assert told["summary"] == "どの計画か"
    assert told["words"] == {1: {"ja": "ある", "en": "there"}}


def test_a_prefix_may_be_written_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(HEAD + QUERY, encoding="utf-8")
    (parameter,) = load(tmp_path)["q"].parameters
    assert parameter.default == ox.NamedNode("https://w3id.org/dxplan/def#Plan")
    assert parameter.values.startswith("prefix dx: <https://w3id.org/dxplan/def#>\nSELECT ?value")


BAD = {
    "nothing": (HEAD, "", 1, "write #+ description, description_en, summary, summary_en, tags at its head."),
    "not YAML": ("[coverage]", "[coverage", 6, "are not YAML"),
    "a tag of Python": ("[coverage]", "!!python/name:os.system", 5, "are not YAML"),
    "no date": ("どの計画か", "2026-02-30", 1, "are not YAML"),
    "a nest": ("[coverage]", "[" * 50_000, 1, "nested too deeply"),
    "no time": ("どの計画か", "!!timestamp x", 1, "are not YAML"),
    "no truth": ("どの計画か", "!!bool x", 1, "are not YAML"),
    "a nest that can be read": ("[coverage]", "[" * 3000 + "]" * 3000, 5, "write #+ tags as a list, such as [coverage]."),
    "a number": ("all of them", "41", 4, "#+ description_en is a text. Write it, or put it in quotes."),
    "an empty text": ("Which plans are there?", "''", 2, "#+ summary_en is a text."),
    "no tags": ("[coverage]", "[]", 5, "write #+ tags as a list, such as [coverage]."),
    "one tag": ("[coverage]", "coverage", 5, "write #+ tags as a list, such as [coverage]."),
    "no columns": ("\n#+   plan: {ja: 計画, en: plan}", " plan", 11, "write “name: …” under #+ columns."),
    "a column in one language": ("計画, en: plan", "計画", 12, "give plan under #+ columns its ja, en."),
    "a word that is no text": ("en: there", "en: [there]", 14, "#+ words › 1 › en is a text."),
    "a parameter without values": ("#+     values", "#+     value", 7, "give kind under #+ parameters its ja, en and values."),
    "values that are no text": ('"SELECT ?value WHERE { ?value a dx:Kind }"', "[a]", 10, "parameters › kind › values is a text."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_a_head_does_not_say(name: str, tmp_path: Path) -> None:
    old, new, line, told = BAD[name]
    (tmp_path / "q.rq").write_text((HEAD + QUERY).replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError) as raised:
        load(tmp_path)
    assert raised.value.text("en").startswith(f"{tmp_path / 'q.rq'}:{line}: ")
    assert told in raised.value.text("en")


def test_what_is_no_file_of_utf_8(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_bytes(HEAD.encode("cp932"))
    with pytest.raises(InputError, match=r"q\.rq: is not UTF-8"):
        load(tmp_path)
    (tmp_path / "q.rq").unlink()
    (tmp_path / "q.rq").mkdir()
    with pytest.raises(InputError, match=r"q\.rq: cannot be read"):
        load(tmp_path)


WRONG = {
    "no SPARQL": ("?plan WHERE {", "?plan WHERE", "16:59: this } closes"),
    "no declaration": ("prefix dx: <https://w3id.org/dxplan/def#>\n", "", "15:37: the prefix dx: is not declared. Add PREFIX dx: <https://w3id.org/dxplan/def#>."),
    "an unknown prefix": ("{ dx:Plan }", "{ dxx:Plan }", "16:37: the prefix dxx: is not declared. Add PREFIX dxx: <…> (did you mean dx:"),
    "no SELECT": ("SELECT ?plan WHERE", "ASK", " write a SELECT query."),
    "no default": ("VALUES ?kind { dx:Plan }", "", " no default of the parameter kind. Write “VALUES ?kind { default }” into the query."),
    "values that are no SPARQL": ("SELECT ?value", "SELEKT ?value", " #+ parameters › kind › values is no SPARQL (error at "),
    "values that are no rows": ("SELECT ?value WHERE", "ASK", " write #+ parameters › kind › values as a SELECT query."),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_question_that_cannot_be_asked(name: str, project: Path, run: Callable[..., Result]) -> None:
    old, new, told = WRONG[name]
    path = project / "queries" / "q.rq"
    path.write_text((HEAD + QUERY).replace(old, new, 1), encoding="utf-8")
    told_of = run("--root", project, "--lang", "en", "ask", "q")
    assert (told_of.exit_code, told_of.stdout) == (3, "")
    assert told_of.stderr.startswith(f"{path}:{told}")


WORDS = st.sampled_from(["ja", "en", "values", "kind", "plan"]) | st.text()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
)


@given(st.dictionaries(st.sampled_from(["summary", "tags", "parameters", "columns", "words", "answer"]), VALUES))
def test_whatever_a_head_says_is_read_or_refused(told: dict[str, object]) -> None:
    whole = {**yaml.safe_load("\n".join(line[2:] for line in HEAD.splitlines())), **told}
    text = "\n".join(f"#+ {line}" for line in yaml.safe_dump(whole, allow_unicode=True).split("\n"))
    try:
        assert heads.read(Path("q.rq"), text)["tags"]
    except RulesError as error:
        assert error.text("en").startswith("q.rq:")
