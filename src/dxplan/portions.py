"""The portions that cities have in answers, kept with a snapshot in a file of SQLite.

A nation's answer to a question whose rows each come of one city is put together of them. The file does not change once
it is in its place.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from dxplan.kept import write_atomically

__all__ = ["Portions", "changing", "listed", "settled"]

_NAME = "portions.sqlite"
_SEAL = ".crc32"
_PIECE = 2**20
_SCHEMA = """
    PRAGMA page_size = 16384; -- most portions take a part of one
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS city (name TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS question (digest TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, joining TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS portion (key TEXT, city TEXT, rows BLOB, PRIMARY KEY (key, city)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS gone (key TEXT, city TEXT, rows BLOB, PRIMARY KEY (key, city)) WITHOUT ROWID;
"""


class Portions:
    """The portions of a snapshot, to be read."""

    def __init__(self, folder: Path | None) -> None:
        """Open those of a snapshot; where there are none, nothing is found."""
        self._book: sqlite3.Connection | None = None
        if folder is not None:
            with contextlib.suppress(sqlite3.Error):
                self._book = _reading(folder / _NAME)

    def of(self, key: str) -> tuple[str, list[bytes], list[bytes]] | None:
        """Return how an answer is put together, the rows that each city gives to it, and those that each takes away.

        :param key: the key of the answer.
        :return: None where it is not there or was damaged.
        """
        if self._book is None:
            return None
        with contextlib.suppress(sqlite3.Error, zlib.error):
            known = self._book.execute("SELECT joining FROM answer WHERE key = ?", (key,)).fetchone()
            if known is not None:
                return known[0], listed(self._book, "portion", key), listed(self._book, "gone", key)
        return None


def listed(book: sqlite3.Connection, table: str, key: str, city: str | None = None) -> list[bytes]:
    """Return the lines of each city, or of one, for an answer.

    :param table: ``portion`` for what they give to it, ``gone`` for what they take away.
    :raises sqlite3.Error, zlib.error: where they were damaged.
    """
    found = book.execute(
        f"SELECT rows FROM {table} WHERE key = :key AND (:city IS NULL OR city = :city) ORDER BY city",
        {"key": key, "city": city},
    )
    return [zlib.decompress(rows) for (rows,) in found]


def _reading(file: Path) -> sqlite3.Connection:
    # What does not change needs no lock, and a process may go on to read it that can open no file any more.
    return sqlite3.connect(file.resolve().as_uri() + "?mode=ro&immutable=1", uri=True, check_same_thread=False)


def settled(folder: Path) -> set[str] | None:
    """Return the digests of the questions that all cities of a snapshot have been asked.

    :return: None where there are no portions, or they were damaged.
    """
    file = folder / _NAME
    if not _is_whole(file, file):
        return None
    with contextlib.closing(_reading(file)) as book:
        return {digest for (digest,) in book.execute("SELECT digest FROM question")}


@contextlib.contextmanager
def changing(folder: Path, before: Path | None) -> Iterator[sqlite3.Connection]:
    """Open a copy of the portions of a snapshot to be changed, which takes their place when all went well.

    :param folder: the snapshot.
    :param before: another, whose portions are copied where this one has none.
    """
    file = folder / _NAME
    for left in folder.glob(f".{_NAME}-*"):
        left.unlink()
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{_NAME}-")
    os.close(handle)
    beside = Path(name)
    try:
        if not any(_copied(each, beside) for each in (file, *([before / _NAME] if before else []))):
            beside.write_bytes(b"")
        with contextlib.closing(sqlite3.connect(beside, isolation_level=None)) as book:
            book.executescript(_SCHEMA + "BEGIN;")
            yield book
            book.execute("COMMIT")
        write_atomically(file.with_suffix(_SEAL), _checksum(beside))
        beside.chmod(0o644)  # a temporary file is made for its owner only
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _copied(file: Path, to: Path) -> bool:
    """Copy a file of portions; return whether there is one, and it is whole."""
    with contextlib.suppress(OSError):
        shutil.copyfile(file, to)
        return _is_whole(to, file)
    return False


def _is_whole(file: Path, original: Path) -> bool:
    """Return whether a file is what the original was when it was written."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return original.with_suffix(_SEAL).read_text(encoding="ascii") == _checksum(file)
    return False


def _checksum(file: Path) -> str:
    """Return what tells a damaged file from a whole one."""
    found = 0
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            found = zlib.crc32(piece, found)
    return f"{found:08x}"
