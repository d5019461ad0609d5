"""What a server holds in memory of the answers that were kept, and what it adds."""

import gzip
import os
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from servers import ROOT, root_with, serving

from dxplan import store
from dxplan.asking.answers import Answer, answer_key, tsv
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.kept import Held, Kept

QUESTIONS = load(ROOT / "queries")


def test_the_server_gives_them_and_finds_others(snapshot: store.Snapshot, tmp_path: Path) -> None:
    root = root_with(snapshot, tmp_path)
    question = QUESTIONS["items-by-division"]
    key = answer_key(question.bound({}, "en"))
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
