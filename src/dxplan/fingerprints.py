"""The digest of every file, and what was noted of its content, without reading again what has not changed since."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path

from dxplan.kept import write_atomically

__all__ = ["Fingerprints"]

# A file that was written at most so long before it was looked at may change once more within the same tick of the
# clock of its file system (two seconds on FAT), and look the same; in nanoseconds.
_TICK = 2_000_000_000


class Fingerprints:
    """SHA-256 of files by their paths; kept with size, times and number of each, as Git does."""

    def __init__(self, kept: Path | None = None) -> None:
        """Recall what is kept.

        :param kept: the file that keeps them between runs; None keeps them nowhere.
        """
        self._kept = kept
        self._known: dict[str, list[object]] = {}
        self._notes: dict[str, list[str]] = {}
        self._changed = False
        if kept is not None:
            # One that is missing or damaged costs the reading of all files, nothing else.
            with contextlib.suppress(OSError, ValueError, TypeError):
                self._known, self._notes = map(dict, json.loads(kept.read_text(encoding="utf-8")))

    def of(self, path: Path) -> str:
        """Return the digest of the content of a file, in hexadecimal.

        :raises OSError: for a file that cannot be read.
        """
        now = time.time_ns()
        name = str(path.absolute())
        status = os.stat(name)  # noqa: PTH116 - there are many files, and a Path takes longer than what it asks
        mark = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        known = self._known.get(name)
        if isinstance(known, list) and known[:-1] == mark:
            return str(known[-1])
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if now - max(status.st_mtime_ns, status.st_ctime_ns) > _TICK:
            self._known[name] = [*mark, digest]
            self._changed = True
        return digest

    def noted(self, digest: str) -> list[str] | None:
        """Return what was noted of a content, or None."""
        return self._notes.get(digest)

    def note(self, digest: str, names: list[str]) -> None:
        """Note something of a content, so that it need not be read again for it."""
        if digest:
            self._notes[digest] = names
            self._changed = True

    def save(self) -> None:
        """Keep what was learned."""
        if self._kept is not None and self._changed:
            # Where one may not write, the next run reads the files again.
            with contextlib.suppress(OSError):
                write_atomically(self._kept, json.dumps([self._known, self._notes]))
                self._changed = False
