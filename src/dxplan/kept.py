"""What was worked out once and is kept, by the digest of everything it depends on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
import tempfile
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable
from functools import cache
from io import FileIO
from pathlib import Path

__all__ = ["Buffer", "Held", "Kept", "Pack", "digest_of", "engine_digest", "write_atomically"]

#: What was read from a file, or a part of it that was not copied.
Buffer = bytes | memoryview

# What nobody asked for in this time makes room, in seconds. When something was last asked for, and when room was last
# made, is told to the hour and to the day: results are many, and a run may ask for all of them.
_UNUSED = 30 * 24 * 3600
_HOUR = 3600
_DAY = 24 * _HOUR
# More results than these are packed, and so much of them: to pack anew takes longer than to open the other files.
_MANY = 100
_PACKED = 0.9
# How many bytes stand before each result: the digest of what follows in hexadecimal, and the end of a line.
_MARK_SIZE = 65
# How long the index of a pack is, before it.
_LENGTH = struct.Struct("<Q")


@cache
def engine_digest() -> str:
    """SHA-256 of this package's own code and of the versions of the engines it uses."""
    from importlib.metadata import version  # takes time to load, which what only asks need not

    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    for package in ("pyoxigraph", "rdflib", "pyshacl"):
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()


def digest_of(parts: Iterable[str]) -> str:
    """SHA-256 of some texts, one a line."""
    # A path may hold what is no UTF-8.
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all; text is written in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)  # a temporary file is made for its owner only
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class Kept:
    """A folder of results; each file begins with the digest of what follows, so that a damaged one is noticed."""

    def __init__(self, folder: Path | None) -> None:
        """Name the folder; with None nothing is kept."""
        self.folder = folder

    def get(self, key: str) -> bytes | None:
        """Return what is kept, or None where there is nothing or it was damaged."""
        if self.folder is None:
            return None
        path = f"{self.folder}{os.sep}{key}"  # a Path for each takes longer than to read it
        body, used = _read(path)
        if body is None:
            return None
        _touch(path, used)
        return bytes(body)

    def beside(self, what: str) -> Path:
        """Return the file beside the folder that has the same name with an ending: in it there are results only."""
        assert self.folder is not None
        return self.folder.with_name(f"{self.folder.name}.{what}")

    def has(self, key: str) -> bool:
        """Tell whether something is kept; only reading it tells whether it is whole."""
        return self.folder is not None and (self.folder / key).is_file()

    def put(self, key: str, body: bytes) -> None:
        """Keep something."""
        if self.folder is not None:
            _write(self.folder / key, body)

    def prune(self, most: int | None = None) -> None:
        """Remove what nobody has asked for in thirty days.

        :param most: how many results are kept at most, those that were asked for last.
        """
        if self.folder is None or not self.folder.is_dir():
            return
        pruned = self.beside("pruned")
        if most is None:
            with contextlib.suppress(OSError):
                if time.time() - pruned.stat().st_mtime < _DAY:
                    return
            with contextlib.suppress(OSError):
                pruned.touch()
        found = []
        for entry in os.scandir(self.folder):
            with contextlib.suppress(FileNotFoundError):  # another run was first
                if entry.is_file():
                    found.append((entry.stat().st_mtime, entry.path))
        found.sort(reverse=True)
        oldest = time.time() - _UNUSED
        with contextlib.suppress(FileNotFoundError):
            pack = self.beside("pack")
            if pack.stat().st_mtime < oldest:
                pack.unlink()
        for number, (used, path) in enumerate(found):
            if used < oldest or (most is not None and number >= most):
                Path(path).unlink(missing_ok=True)


class Pack:
    """Results that are asked for together: of many, nearly all are read from one file, for to open each takes longer.

    They are kept in their folder as well, so that a pack that is missing, damaged or old costs time, and nothing else.
    """

    def __init__(self, kept: Kept, keys: Collection[str]) -> None:
        """Read the pack of a folder, where there is one.

        :param keys: what will be asked for.
        """
        self._kept = kept
        self._keys = keys
        self._bodies: dict[str, memoryview] = {}
        self._path = kept.beside("pack") if kept.folder is not None and len(keys) > _MANY else None
        if self._path is None:
            return
        whole, used = _read(self._path)
        if whole is not None:
            _touch(self._path, used)
            start = _LENGTH.size + _LENGTH.unpack_from(whole)[0]
            for key, length in json.loads(bytes(whole[_LENGTH.size : start])):
                self._bodies[key] = whole[start : start + length]
                start += length

    def get(self, key: str) -> Buffer | None:
        """Return what is kept, or None where there is nothing or it was damaged."""
        body = self._bodies.get(key)
        return self._kept.get(key) if body is None else body

    def renew(self) -> None:
        """Pack what is kept by now, unless nearly all of it is packed already."""
        packed = sum(key in self._bodies for key in self._keys)
        if self._path is None or packed >= len(self._keys) * _PACKED:
            return
        bodies = {key: body for key in self._keys if (body := self.get(key)) is not None}
        index = json.dumps([(key, len(body)) for key, body in bodies.items()]).encode()
        with contextlib.suppress(OSError):  # where one may read but not write
            _write(self._path, b"".join([_LENGTH.pack(len(index)), index, *bodies.values()]))


class Held(Kept):
    """What is kept, in the memory of a process that may open no file; what is added is forgotten with the process."""

    def __init__(self, kept: Kept, most: int) -> None:
        """Read what is kept at this moment.

        :param kept: where it is kept.
        :param most: how many bytes are held at most; of more, those that were asked for last.
        """
        super().__init__(None)
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._most = self._room = most
        with contextlib.suppress(OSError):  # there is nothing, or it goes away meanwhile
            paths = [] if kept.folder is None else list(kept.folder.iterdir())
            for path in sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True):
                body, _ = _read(path)
                if body is not None:
                    if len(body) > self._room:
                        break
                    self._room -= len(body)
                    self._bodies[path.name] = bytes(body)
                    self._bodies.move_to_end(path.name, last=False)

    def get(self, key: str) -> bytes | None:
        """Return what is held, or None where there is nothing or it was damaged."""
        body = self._bodies.get(key)
        if body is not None:
            self._bodies.move_to_end(key)
        return body

    def has(self, key: str) -> bool:
        """Tell whether something is held."""
        return key in self._bodies

    def put(self, key: str, body: bytes) -> None:
        """Hold something in place of what was not asked for the longest."""
        self._room += len(self._bodies.pop(key, b""))
        if len(body) > self._most:
            return
        while len(body) > self._room:
            self._room += len(self._bodies.popitem(last=False)[1])
        self._room -= len(body)
        self._bodies[key] = body


def _write(path: Path, body: bytes) -> None:
    write_atomically(path, _mark(body) + body)


def _touch(path: str | Path, used: float) -> None:
    """Note that something was asked for, unless that was noted in the last hour."""
    if used < time.time() - _HOUR:
        with contextlib.suppress(OSError):  # where one may read but not write
            os.utime(path)


def _read(path: str | Path) -> tuple[memoryview | None, float]:
    """Return what is kept in a file, None where it is damaged or not there, and when it was last asked for."""
    try:
        with FileIO(path) as file:
            whole = memoryview(file.readall())  # not copied: of thousands of results little is ever looked at
            used = os.fstat(file.fileno()).st_mtime
    except OSError:
        return None, 0
    body = whole[_MARK_SIZE:]
    return (body if whole[:_MARK_SIZE] == _mark(body) else None), used


def _mark(body: Buffer) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n"
