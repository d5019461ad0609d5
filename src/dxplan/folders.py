"""A folder of files that we make: written whole beside the old one, then put in its place."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from dxplan.errors import UsageError

__all__ = ["LISTING", "replace_folder", "replace_tree"]

#: The file of a tree that lists all its files, by which we know that it is ours.
LISTING = "files.txt"
# What lies in a room where a folder is being written; whoever holds it is at work.
_LOCK = "lock"
# Of linux/fs.h: exchange two paths in one step, so that there is no moment without a folder.
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


def replace_folder(folder: Path, files: Mapping[str, str], beginning: str) -> None:
    """Make a folder hold just these files, or leave it as it was.

    :param files: the text of each file by its name; each text starts with ``beginning``.
    :param beginning: how every file starts that we wrote earlier.
    :raises UsageError: for a folder that holds anything that we did not write, or that cannot be written.
    """
    mark = beginning.encode()

    def foreign(target: Path) -> str | None:
        for path in sorted(target.iterdir()) if target.is_dir() else []:
            if path.is_symlink() or not path.is_file() or not path.read_bytes().startswith(mark):
                return path.name
        return None

    def fill(fresh: Path) -> None:
        for name, text in files.items():
            (fresh / name).write_bytes(text.encode())

    _replace(folder, foreign, fill, at_once=False)


def replace_tree(folder: Path, files: Iterable[tuple[str, bytes]], mark: str) -> tuple[int, int]:
    """Make a folder hold just these files, in folders below it, or leave it as it was.

    Beside the files stands :data:`LISTING`, which names them all; a folder with a file that it does not name is not
    ours to replace.

    :param files: paths below the folder, with ``/`` between their parts, and the bytes of each; taken one by one.
    :param mark: the first line of the listing, which tells what wrote it.
    :return: the number of files, without the listing, and of their bytes.
    :raises UsageError: for a folder that holds anything that we did not write, or that cannot be written.
    :raises ValueError: for a path that leads out of the folder, or that comes twice.
    """
    names: list[str] = []
    size = 0

    def fill(fresh: Path) -> None:
        nonlocal size
        for name, content in files:
            parts = name.split("/")
            if "\\" in name or any(part in ("", ".", "..") for part in parts) or name == LISTING:
                raise ValueError(f"{name!r}: no path below the folder")
            path = fresh.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(content)
            names.append(name)
            size += len(content)
        (fresh / LISTING).write_bytes("\n".join([mark, *sorted(names), ""]).encode())

    _replace(folder, lambda target: _unlisted(target, mark), fill, at_once=True)
    return len(names), size


def _unlisted(target: Path, mark: str) -> str | None:
    """Return a file that the listing of a tree does not name, or None."""
    if not target.is_dir():
        return None
    listing = target / LISTING
    known: set[str] = set()
    if listing.is_file() and not listing.is_symlink():
        first, *names = listing.read_text(encoding="utf-8", errors="replace").split("\n")
        known = {*names, LISTING} if first == mark else known
    for at, folders, files in os.walk(target):
        for name in sorted([*files, *(each for each in folders if Path(at, each).is_symlink())]):
            path = Path(at, name).relative_to(target).as_posix()
            if path not in known or Path(at, name).is_symlink():
                return path
    return None


def _replace(
    folder: Path, foreign: Callable[[Path], str | None], fill: Callable[[Path], None], *, at_once: bool
) -> None:
    """Fill a folder beside the old one and put it in its place.

    :param at_once: whether somebody may be reading the old one meanwhile, so that there is to be no moment without it.
    """
    target = folder.resolve()
    try:
        if target.exists() and not target.is_dir():
            raise NotADirectoryError(20, os.strerror(20))
        if (name := foreign(target)) is not None:
            raise UsageError(
                f"{folder}: {name} はこのコマンドが書いたものではありません。空のフォルダを指定してください。",
                f"{folder}: {name} was not written by this command. Name an empty folder.",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear(target)
        room = Path(tempfile.mkdtemp(dir=target.parent, prefix=_rooms(target)))
        try:
            with FileLock(room / _LOCK):
                fresh, old = room / "new", room / "old"
                fresh.mkdir()
                fill(fresh)
                if not (at_once and target.exists() and _exchange(fresh, target)):
                    _put(fresh, target, old)
        finally:
            shutil.rmtree(room)
    except OSError as error:
        raise UsageError(
            f"{folder}: 書けません（{error.strerror}）。書けるフォルダを指定してください。",
            f"{folder}: cannot be written ({error.strerror}). Name a folder that can.",
        ) from error


def _rooms(target: Path) -> str:
    return f".{target.name}-"


def _clear(target: Path) -> None:
    """Remove what killed runs left beside a folder; what one had just put aside comes back."""
    for room in target.parent.glob(_rooms(target) + "*"):
        if not (room / _LOCK).is_file():
            continue
        try:
            with FileLock(room / _LOCK, timeout=0):
                if (room / "old").is_dir() and not target.exists():
                    (room / "old").replace(target)
                shutil.rmtree(room)
        except Timeout:
            continue  # another run is at work


def _put(fresh: Path, target: Path, old: Path) -> None:
    if target.exists():
        target.replace(old)
    try:
        fresh.replace(target)
    except BaseException:
        if old.exists():
            old.replace(target)
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    return bool(call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)
