"""The saved questions are answered when the store is built, and those answers are the ones given later."""

import gc
import gzip
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from click.testing import Result
from servers import ROOT, root_with, serving

from dxplan import building, store
from dxplan.asking import beforehand
from dxplan.asking.answers import Answer, tsv
from dxplan.asking.beforehand import answer_all, pairs
from dxplan.asking.questions import headings, load
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.errors import InputError
from dxplan.kept import Held, Kept, digest_of

QUESTIONS = load(ROOT / "queries")


@pytest.fixture
def copy(snapshot: store.Snapshot, tmp_path: Path) -> store.Snapshot:
    """A snapshot whose answers are its own."""
    return store.current(root_with(snapshot, tmp_path) / "build/store")


@pytest.mark.parametrize("processes", [1, 2])
def test_every_question_is_answered_in_both_languages(
    processes: int, copy: store.Snapshot, source: StoreSource
) -> None:
    answered: list[tuple[str, str]] = []
    answer_all(copy, ROOT / "queries", processes, answered.append)
    assert sorted(answered) == sorted((name, lang) for name in QUESTIONS for lang in ("ja", "en"))
    assert len(answered) == len(pairs(ROOT / "queries"))
    nothing_but_kept = StoreSource(ox.Store(), copy.answers)
    for name, lang in answered:
        question = QUESTIONS[name]
        found = question.ask(source, {}, lang)
        assert question.ask(nothing_but_kept, {}, lang) == found
        assert headings(question, found, nothing_but_kept, lang) == headings(question, found, source, lang)


def test_a_mistake_in_a_question_is_told_and_the_old_store_answers(
    built_project: Path, run: Callable[..., Result]
) -> None:
    before = store.current(built_project / "build/store").path.name
    (built_project / "queries/spread-of-topic.rq").write_text("#+ summary: x\nSELECT", encoding="utf-8")
    result = run("--root", built_project, "--lang", "en", "build", "--answers")
    assert result.exit_code == InputError.exit_code
    assert "spread-of-topic.rq: write #+ description, description_en, summary_en, tags at its head" in result.stderr
    assert store.current(built_project / "build/store").path.name == before


def test_the_command_answers_also_when_nothing_changed(built_project: Path, run: Callable[..., Result]) -> None:
    common = ("--root", built_project, "--lang", "en", "build")
    assert "Answered" not in run(*common).stdout
    result = run(*common, "--answers", "--workers", 2)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[1:] == [
        "Answered the saved questions in Japanese and English; the answers are kept with the store."
    ]
    assert len(list(store.current(built_project / "build/store").path.glob("answers/*"))) > len(pairs(ROOT / "queries"))


def test_the_answers_are_there_before_the_snapshot_is_used(
    corpus: Corpus, snapshot: store.Snapshot, tmp_path: Path
) -> None:
    seen: list[Path] = []

    def finish(finished: store.Snapshot) -> None:
        with pytest.raises(InputError):
            store.current(tmp_path)
        seen.append(finished.path)

    built = building.build(corpus, tmp_path, kept=snapshot.path.parent / ".parts", finish=finish)
    assert seen == [built.path] == [store.current(tmp_path).path]


def test_the_server_gives_them_and_finds_others(snapshot: store.Snapshot, tmp_path: Path) -> None:
    root = root_with(snapshot, tmp_path)
    question = QUESTIONS["items-by-division"]
    key = digest_of([ox.__version__, question.bound({}, "en")])
    answer = Answer(question.columns, [tuple(ox.Literal("kept") for _ in question.columns)])
    store.current(root / "build/store").answers.put(key, gzip.compress(tsv(answer).encode()))
    with serving(root, "--workers", 1) as served:
        address = f"{served.address}ask/items-by-division?format=csv&lang="
        assert httpx.get(address + "en").text.split() == [",".join(question.columns), ",".join(["kept"] * len(question.columns))]  # fmt: skip
        assert "防災管理課" in httpx.get(address + "ja").text


def test_what_is_held_is_whole_and_bounded(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    for name in ("a", "b"):
        kept.put(name, b"body")
    assert [Held(kept, 1000).get(name) for name in ("a", "b", "c")] == [b"body", b"body", None]
    (tmp_path / "kept/a").write_bytes(b"damaged")
    assert [Held(kept, 1000).get(name) for name in ("a", "b")] == [None, b"body"]
    assert [Held(kept, 3).get("b"), Held(Kept(None), 9).get("b"), Held(Kept(tmp_path / "none"), 9).get("b")] == [
        None
    ] * 3


def test_what_was_not_asked_for_the_longest_makes_room(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    for age, name in enumerate("abc"):
        kept.put(name, b"12345")
        os.utime(tmp_path / "kept" / name, (1000 - age, 1000 - age))
    held = Held(kept, 14)  # c does not fit any more
    assert [held.has(name) for name in "abc"] == [True, True, False]
    held.put("d", b"123456789")
    assert [held.has(name) for name in "abd"] == [True, False, True]
    assert held.get("a") == b"12345"
    held.put("e", b"12345")  # d was not asked for the longest
    assert [held.has(name) for name in "ade"] == [True, False, True]
    held.put("e", b"1")
    held.put("f", b"123456789012345")  # never fits
    assert [held.get(name) for name in "aef"] == [b"12345", b"1", None]
    assert not (tmp_path / "kept/e").exists()


def test_a_server_holds_what_took_long(snapshot: store.Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(Kept(None), 100_000)
    text = QUESTIONS["items-by-division"].bound({}, "ja")
    found = StoreSource(snapshot.open(), held).select(text)
    assert StoreSource(ox.Store(), held).select(text).rows == []  # it was found at once
    monkeypatch.setattr("dxplan.asking.sources._LONG", -1)
    assert StoreSource(snapshot.open(), held).select(text) == found != []
    assert StoreSource(ox.Store(), held).select(text) == found


def test_processes_that_answer_look_rarely_for_rubbish(copy: store.Snapshot) -> None:
    rarely = gc.get_threshold()  # of this process
    gc.set_threshold(700, 10, 10)
    try:
        beforehand._open(copy, ROOT / "queries")
        assert gc.get_threshold() == rarely
    finally:
        gc.set_threshold(*rarely)
        beforehand._desk = None
