"""The store: an immutable snapshot of everything asserted and inferred, on disk in Oxigraph.

A snapshot is built beside the old one and then named in ``CURRENT`` in one step, so that a failed or killed build
leaves the old snapshot answering. Below the folder of the store stand::

    CURRENT          the name of the snapshot that answers
    <digest>/        a snapshot, named by the digest of all its inputs: Oxigraph's files, manifest.json and parts.json;
                     in answers/ those that took long to find
    .parts/          what cities make of it, kept for the next build, unless a build keeps it elsewhere
    .building-*/     a build under way, or what a killed one left; the next build removes it
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from dxplan.corpus import Corpus
from dxplan.errors import InputError
from dxplan.kept import Kept, engine_digest

__all__ = ["MANIFEST", "Manifest", "Snapshot", "current", "input_digest", "named"]

#: The file of a snapshot that tells what it holds.
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds."""

    digest: str
    plans: int
    reports: int
    triples: int
    inferred: int


@dataclass(frozen=True)
class Snapshot:
    """One built store that does not change any more.

    :param is_new: whether it was built just now.
    :param made: of how many plans and reports something had to be worked out for it.
    """

    path: Path
    manifest: Manifest
    is_new: bool = False
    made: int = 0

    def open(self) -> ox.Store:
        """Open the store for reading."""
        return ox.Store.read_only(str(self.path))

    @property
    def answers(self) -> Kept:
        """Where answers are kept: they hold as long as the snapshot, which does not change."""
        return Kept(self.path / "answers")


def input_digest(corpus: Corpus) -> str:
    """SHA-256 of everything a snapshot is made of: all files, and the code."""
    return hashlib.sha256(f"{corpus.digest()}\n{engine_digest()}".encode()).hexdigest()


def named(folder: Path, name: str) -> Snapshot | None:
    """Return the snapshot of a name, or None where there is none or it was damaged."""
    try:
        manifest = json.loads((folder / name / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Snapshot(folder / name, Manifest(**manifest))


def current(folder: Path) -> Snapshot:
    """Return the snapshot that answers.

    :raises InputError: when nothing has been built yet.
    """
    with contextlib.suppress(OSError):
        name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
        if snapshot := named(folder, name):
            return snapshot
    raise InputError(
        f"{folder}: ストアがまだありません。「dxplan build」を実行してください。",
        f"{folder}: there is no store yet. Run “dxplan build”.",
    )
