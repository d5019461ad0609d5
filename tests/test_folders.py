"""A folder of ours is replaced whole or stays as it was, also when the run is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from dxplan import folders
from dxplan.errors import UsageError
from dxplan.folders import LISTING, replace_tree

MARK = "# ours"
FILES = [("index.html", b"one"), ("item/1.html", b"two"), ("item/deep/3.ttl", b"\xff\x00")]


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_files_and_their_listing_are_written(tmp_path: Path) -> None:
    assert replace_tree(tmp_path / "new/out", FILES, MARK) == (3, 8)
    found = contents(tmp_path / "new/out")
    assert found.pop(LISTING).decode().splitlines() == [MARK, "index.html", "item/1.html", "item/deep/3.ttl"]
    assert found == dict(FILES)
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["out"]  # nothing is left beside it


def test_what_is_no_longer_made_goes(tmp_path: Path) -> None:
    replace_tree(tmp_path / "out", FILES, MARK)
    replace_tree(tmp_path / "out", FILES[:1], MARK)
    assert set(contents(tmp_path / "out")) == {"index.html", LISTING}


@pytest.mark.parametrize("exchanges", [True, False])
def test_the_old_folder_is_replaced_with_and_without_help_of_the_system(
    exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_tree(tmp_path / "out", FILES, MARK)
    if not exchanges:
        monkeypatch.setattr(folders, "_exchange", lambda *_: False)
    replace_tree(tmp_path / "out", [("index.html", b"newer")], MARK)
    assert contents(tmp_path / "out")["index.html"] == b"newer"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["index2.html", "item/own.html", "new/notes.txt"])
def test_a_folder_with_anything_else_is_refused(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    replace_tree(out, FILES, MARK)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    before = contents(out)
    with pytest.raises(UsageError, match=name):
        replace_tree(out, FILES, MARK)
    assert contents(out) == before


def test_a_listing_of_others_makes_no_folder_ours(tmp_path: Path) -> None:
    (tmp_path / LISTING).write_text("# theirs\nindex.html\n")
    (tmp_path / "index.html").write_text("theirs")
    with pytest.raises(UsageError):
        replace_tree(tmp_path, FILES, MARK)
    assert set(contents(tmp_path)) == {LISTING, "index.html"}


def test_links_in_a_folder_are_refused_and_not_followed(tmp_path: Path) -> None:
    replace_tree(tmp_path / "out", FILES, MARK)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept")
    (tmp_path / "out/item/1.html").unlink()
    (tmp_path / "out/item/1.html").symlink_to(elsewhere / "kept.txt")
    with pytest.raises(UsageError, match=r"item/1\.html"):
        replace_tree(tmp_path / "out", FILES, MARK)
    (tmp_path / "out/item/1.html").unlink()
    (tmp_path / "out/more").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(UsageError, match="more"):
        replace_tree(tmp_path / "out", FILES, MARK)
    assert (elsewhere / "kept.txt").read_text() == "kept"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    replace_tree(out, FILES, MARK)
    assert (out / "index.html").is_file()


def test_a_file_in_the_place_of_the_folder_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="cannot be written"):
        replace_tree(tmp_path / "out", FILES, MARK)
    assert (tmp_path / "out").read_text() == "a file"


@pytest.mark.parametrize("name", ["../out.html", "/etc/passwd", "item/../../x", "item//x", "", "a\\..\\b", LISTING])
def test_a_path_out_of_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    replace_tree(tmp_path / "out", FILES, MARK)
    with pytest.raises(ValueError):
        replace_tree(tmp_path / "out", [("index.html", b"newer"), (name, b"x")], MARK)
    assert contents(tmp_path / "out")["index.html"] == b"one"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_failed_run_leaves_the_old_folder(tmp_path: Path) -> None:
    replace_tree(tmp_path / "out", FILES, MARK)
    before = contents(tmp_path / "out")

    def failing() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"newer"
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        replace_tree(tmp_path / "out", failing(), MARK)
    assert contents(tmp_path / "out") == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_killed_run_leaves_the_old_folder_and_the_next_one_tidies_up(tmp_path: Path) -> None:
    replace_tree(tmp_path / "out", FILES, MARK)
    before = contents(tmp_path / "out")
    script = f"""
        import time
        from pathlib import Path
        from dxplan.folders import replace_tree

        def files():
            yield "index.html", b"newer"
            print("under way", flush=True)
            time.sleep(60)

        replace_tree(Path({str(tmp_path / "out")!r}), files(), {MARK!r})
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"under way\n"
        replace_tree(tmp_path / "other", FILES, MARK)  # another run beside it is not disturbed
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert contents(tmp_path / "out") == before
    assert len(list(tmp_path.glob(".out-*"))) == 1
    replace_tree(tmp_path / "out", FILES[:1], MARK)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other", "out"]


def test_a_run_at_work_keeps_its_room(tmp_path: Path) -> None:
    replace_tree(tmp_path / "out", FILES, MARK)

    def files() -> Iterator[tuple[str, bytes]]:
        replace_tree(tmp_path / "out", FILES[:2], MARK)  # meanwhile, another one
        yield "index.html", b"last"

    replace_tree(tmp_path / "out", files(), MARK)
    assert contents(tmp_path / "out")["index.html"] == b"last"


def test_what_a_killed_run_had_put_aside_comes_back(tmp_path: Path) -> None:
    replace_tree(tmp_path / "out", FILES, MARK)
    room = tmp_path / ".out-killed"
    room.mkdir()
    (room / "lock").touch()
    (tmp_path / "out").rename(room / "old")
    with pytest.raises(ValueError):
        replace_tree(tmp_path / "out", [("../x", b"")], MARK)
    assert contents(tmp_path / "out")["index.html"] == b"one"
    assert not room.exists()
