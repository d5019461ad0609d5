"""An answer that took long to find is kept with the snapshot, and is the same when it is asked again."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from dxplan.asking import sources
from dxplan.asking.answers import Answer, tsv
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.errors import UsageError
from dxplan.kept import Kept

ROOT = Path(__file__).parent.parent
NAMES = "SELECT ?name WHERE { ?thing <http://example.org/name> ?name } ORDER BY ?name"


@pytest.fixture(autouse=True)
def everything_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_LONG", -1)


def store_of(*names: str) -> ox.Store:
    store = ox.Store()
    for name in names:
        thing = ox.NamedNode(f"http://example.org/{len(store)}")
        store.add(ox.Quad(thing, ox.NamedNode("http://example.org/name"), ox.Literal(name), thing))
    return store


def test_a_kept_answer_is_given_without_asking_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "answers")
    found = StoreSource(store_of("水戸", "笠間"), kept).select(NAMES)
    assert [row[0].value for row in found.rows if row[0]] == ["水戸", "笠間"]
    assert StoreSource(ox.Store(), kept).select(NAMES) == found
    assert StoreSource(ox.Store(), kept).select(NAMES + " LIMIT 1").rows == []


def test_a_damaged_answer_is_found_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "answers")
    source = StoreSource(store_of("水戸"), kept)
    found = source.select(NAMES)
    (file,) = (tmp_path / "answers").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-4])
    assert source.select(NAMES) == found
    assert file.read_bytes() == whole


def test_what_is_quick_or_wrong_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = StoreSource(store_of("水戸"), Kept(tmp_path / "answers"))
    for mistake in ("SELECT", "ASK {}"):
        with pytest.raises(UsageError):
            source.select(mistake)
    monkeypatch.setattr(sources, "_LONG", 60)
    source.select(NAMES)
    assert not (tmp_path / "answers").exists()


def test_where_one_may_not_write_it_is_found_each_time(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("not a folder", encoding="utf-8")
    source = StoreSource(store_of("水戸"), Kept(tmp_path / "answers"))
    assert source.select(NAMES) == source.select(NAMES)


def test_only_those_asked_for_last_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_MOST", 3)
    source = StoreSource(store_of("水戸"), Kept(tmp_path / "answers"))
    for number in range(5):
        source.select(f"{NAMES} LIMIT {number}")
        for file in (tmp_path / "answers").iterdir():  # an hour goes by
            used = file.stat().st_mtime - 3600
            os.utime(file, (used, used))
    empty = StoreSource(ox.Store(), Kept(tmp_path / "answers"))
    assert [len(empty.select(f"{NAMES} LIMIT {number}").rows) for number in (4, 3, 2)] == [1, 1, 1]
    monkeypatch.setattr(sources, "_LONG", 60)
    assert [len(empty.select(f"{NAMES} LIMIT {number}").rows) for number in (1, 0)] == [0, 0]


TERMS = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8")).map(ox.Literal),
    st.text(st.characters(codec="utf-8"), max_size=9).map(lambda text: ox.Literal(text, language="ja")),
    st.integers().map(lambda number: ox.Literal(str(number), datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
    st.sampled_from([ox.NamedNode("https://w3id.org/dxplan/item/08236-2022-16"), ox.BlankNode("b")]),
)  # fmt: skip


@given(st.lists(st.tuples(TERMS, TERMS), max_size=5))
def test_every_term_comes_back_as_it_was(rows: list[tuple[sources.ox.Literal | None, ...]]) -> None:
    answer = Answer(["a", "b"], list(rows))
    found = ox.parse_query_results(tsv(answer).encode(), format=ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    assert Answer.of(found) == answer


def test_the_command_keeps_answers_with_the_snapshot(built_project: Path, run: Callable[..., Result]) -> None:
    first = run("--root", built_project, "ask", "spread-of-topic", "--format", "csv")
    assert first.exit_code == 0
    (folder,) = (built_project / "build/store").glob("*/answers")
    bodies = [gzip.decompress(file.read_bytes().partition(b"\n")[2]) for file in folder.iterdir()]
    assert any(body.startswith(b"?fiscalYear\t?newCities\t?cities\n") for body in bodies)
    assert run("--root", built_project, "ask", "spread-of-topic", "--format", "csv").stdout == first.stdout


@pytest.mark.parametrize("name", ["reconstructed-readings", "plan-versus-report", "cities-without-topic"])
def test_a_question_is_answered_alike_from_what_is_kept(name: str, source: StoreSource, tmp_path: Path) -> None:
    keeping = StoreSource(source.store, Kept(tmp_path / "answers"))
    question = load(ROOT / "queries")[name]
    assert question.ask(keeping, {}) == question.ask(keeping, {}) == question.ask(source, {})
