"""A file that has not changed is not read again; one that has changed always is. What was kept is noticed if damaged."""

import os
import time
from pathlib import Path

import pytest

from dxplan.fingerprints import Fingerprints
from dxplan.kept import Kept, Pack

LONG_AGO = 1_700_000_000_000_000_000


def aged(path: Path, text: str) -> Path:
    """Write a file, and make its time of writing an old one; its time of change cannot be set."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    return path


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a day have passed since the files were written."""
    from time import time_ns

    monkeypatch.setattr("dxplan.fingerprints.time.time_ns", lambda: time_ns() + 86_400 * 10**9)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read."""
    names: list[str] = []
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        names.append(path.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    return names


def test_what_has_not_changed_is_read_once(tmp_path: Path, later: None, reads: list[str]) -> None:
    path = aged(tmp_path / "a.ttl", "one")
    first = Fingerprints(tmp_path / "kept.json")
    digest = first.of(path)
    first.note(digest, ["a name"])
    first.save()
    second = Fingerprints(tmp_path / "kept.json")
    assert second.of(path) == digest
    assert second.noted(digest) == ["a name"]
    assert reads.count("a.ttl") == 1


def test_a_change_of_the_same_size_and_time_is_seen(tmp_path: Path, later: None) -> None:
    path = aged(tmp_path / "a.ttl", "one")
    known = Fingerprints(tmp_path / "kept.json")
    before = known.of(path)
    aged(path, "two")  # the file system still notes when it was changed
    assert known.of(path) != before


def test_a_file_of_this_very_moment_is_not_trusted(tmp_path: Path, reads: list[str]) -> None:
    path = aged(tmp_path / "a.ttl", "one")
    known = Fingerprints(tmp_path / "kept.json")
    known.of(path)
    known.of(path)
    assert reads.count("a.ttl") == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", "[1, 2]", "null", '[{"x": 1}, {}]'])
def test_a_damaged_file_costs_only_time(damage: str, tmp_path: Path, later: None) -> None:
    path = aged(tmp_path / "a.ttl", "one")
    (tmp_path / "kept.json").write_text(damage, encoding="utf-8")
    assert Fingerprints(tmp_path / "kept.json").of(path) == Fingerprints().of(path)


def test_what_is_kept_comes_back_and_damage_is_noticed(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    assert kept.get("a") is None
    kept.put("a", b"one\ntwo")
    assert kept.get("a") == b"one\ntwo"
    path = tmp_path / "a"
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole + b"x", whole.replace(b"one", b"oNe"), b"", b"\n"):
        path.write_bytes(damaged)
        assert kept.get("a") is None
    assert Kept(None).get("a") is None


def test_what_nobody_asks_for_makes_room_after_thirty_days(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    kept = Kept(folder)
    for name in ("used", "unused"):
        kept.put(name, b"x")
        os.utime(folder / name, ns=(LONG_AGO, LONG_AGO))
    assert kept.get("used") == b"x"
    kept.prune()
    assert [path.name for path in folder.iterdir()] == ["used"]
    kept.put("again", b"x")
    os.utime(folder / "again", ns=(LONG_AGO, LONG_AGO))
    kept.prune()  # a folder of thousands is looked through once a day
    assert (folder / "again").exists()
    os.utime(tmp_path / "kept.pruned", ns=(LONG_AGO, LONG_AGO))
    kept.prune()
    assert [path.name for path in folder.iterdir()] == ["used"]


def test_when_something_was_asked_for_is_noted_by_the_hour(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.put("a", b"x")
    for minutes, noted in ((10, False), (70, True)):
        before = time.time() - minutes * 60
        os.utime(tmp_path / "a", (before, before))
        assert kept.get("a") == b"x"
        assert ((tmp_path / "a").stat().st_mtime > before + 1) is noted


TEN = [f"k{number}" for number in range(10)]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ten results be worth a pack."""
    monkeypatch.setattr("dxplan.kept._MANY", 9)


def packed(folder: Path) -> Kept:
    """Keep ten results and pack them; leave in the folder none of them."""
    kept = Kept(folder)
    for number in range(10):
        kept.put(f"k{number}", b"%d\n" % number * number)
    Pack(kept, TEN).renew()
    for path in folder.iterdir():
        path.unlink()
    return kept


def test_a_pack_gives_what_was_kept(tmp_path: Path) -> None:
    kept = packed(tmp_path / "kept")
    pack = Pack(kept, TEN)
    assert [bytes(pack.get(f"k{number}") or b"-") for number in range(1, 10)] == [
        b"%d\n" % number * number for number in range(1, 10)
    ]
    assert pack.get("k0") == b""
    assert pack.get("other") is None
    kept.put("other", b"x")
    assert pack.get("other") == b"x", "what is not in it is looked for in the folder"
    assert Pack(kept, TEN[:9]).get("k1") is None, "for a handful the pack is not read"


def test_a_damaged_pack_is_not_read(tmp_path: Path) -> None:
    kept = packed(tmp_path / "kept")
    kept.put("k3", b"in the folder")
    path = tmp_path / "kept.pack"
    whole = path.read_bytes()
    for damaged in (
        whole[:-1],
        whole + b"x",
        whole.replace(b"k3", b"k9"),
        whole.replace(b"7\n", b"8\n", 1),
        b"",
        b"\n",
    ):
        path.write_bytes(damaged)
        pack = Pack(kept, TEN)
        assert (pack.get("k3"), pack.get("k4")) == (b"in the folder", None)


def test_a_pack_is_made_anew_when_a_tenth_is_not_in_it(tmp_path: Path) -> None:
    kept = packed(tmp_path / "kept")
    path = tmp_path / "kept.pack"
    before = path.read_bytes()
    nine = [f"k{number}" for number in range(1, 10)]
    kept.put("new", b"n")
    Pack(kept, [*nine, "new"]).renew()
    assert path.read_bytes() == before
    kept.put("newer", b"nn")
    Pack(kept, [*nine[:8], "new", "newer"]).renew()
    assert path.read_bytes() != before
    (tmp_path / "kept/new").unlink()
    pack = Pack(kept, TEN)
    assert (pack.get("new"), bytes(pack.get("k8") or b""), pack.get("k9")) == (b"n", b"8\n" * 8, None)
    nothing = Pack(Kept(None), TEN)
    nothing.renew()
    assert nothing.get("k1") is None


def test_a_pack_that_nobody_asks_for_makes_room_after_thirty_days(tmp_path: Path) -> None:
    kept = packed(tmp_path / "kept")
    path = tmp_path / "kept.pack"
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    Pack(kept, TEN)
    kept.prune()
    assert path.exists()
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    os.utime(tmp_path / "kept.pruned", ns=(LONG_AGO, LONG_AGO))
    kept.prune()
    assert not path.exists()
