"""The store: an immutable snapshot of everything asserted and inferred, on disk in Oxigraph.

A snapshot is built beside the old one and then named in ``CURRENT`` in one step, so that a failed or killed build
leaves the old snapshot answering. Below the folder of the store stand::

    CURRENT          the name of the snapshot that answers
    <digest>/        a snapshot: Oxigraph's files and manifest.json, named by the digest of all its inputs
    .building-*/     a build under way, or what a killed one left; the next build removes it
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox
from filelock import FileLock

from dxplan.documents import Corpus, Document
from dxplan.errors import InputError
from dxplan.inference import Inference
from dxplan.iris import BASE, inferred_graph

__all__ = ["SHARED_INFERRED", "Snapshot", "build", "current", "engine_digest", "input_digest", "write_atomically"]

#: The graph of what follows from the shared documents alone.
SHARED_INFERRED = inferred_graph(BASE + "reference")


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
    """One built store that does not change any more."""

    path: Path
    manifest: Manifest
    is_new: bool = False

    def open(self) -> ox.Store:
        """Open the store for reading."""
        return ox.Store.read_only(str(self.path))


@cache
def engine_digest() -> str:
    """SHA-256 of this package's own code and of the versions of the engines it uses."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    for package in ("pyoxigraph", "rdflib", "pyshacl"):
        digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()


def input_digest(corpus: Corpus) -> str:
    """SHA-256 of everything a snapshot is made of: all files, and the code."""
    return hashlib.sha256(f"{corpus.digest()}\n{engine_digest()}".encode()).hexdigest()


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


def _at(folder: Path, name: str) -> Snapshot | None:
    try:
        manifest = json.loads((folder / name / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Snapshot(folder / name, Manifest(**manifest))


def current(folder: Path) -> Snapshot:
    """Return the snapshot that answers.

    :raises InputError: when nothing has been built yet.
    """
    with contextlib.suppress(OSError):
        name = (folder / "CURRENT").read_text(encoding="utf-8").strip()
        if snapshot := _at(folder, name):
            return snapshot
    raise InputError(
        f"{folder}: ストアがまだありません。「dxplan build」を実行してください。",
        f"{folder}: there is no store yet. Run “dxplan build”.",
    )


def build(
    corpus: Corpus,
    folder: Path,
    advance: Callable[[Document | None], None] = lambda document: None,
) -> Snapshot:
    """Build the store of a corpus, unless the current snapshot was built from the same inputs.

    :param folder: where snapshots are kept.
    :param advance: called after each plan or report, and with None when the store has been written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        digest = input_digest(corpus)
        with contextlib.suppress(InputError):
            known = current(folder)
            if known.manifest.digest == digest:
                return known
        for left in folder.glob(".building-*"):
            shutil.rmtree(left)
        name = digest[:16]
        if _at(folder, name) is None:
            _write(corpus, folder, name, digest, advance)
        snapshot = _at(folder, name)
        assert snapshot is not None
        before = _name_of_current(folder)
        write_atomically(folder / "CURRENT", name)
        # The one before stays for readers that still have it open.
        for other in folder.iterdir():
            if other.is_dir() and other.name not in (name, before):
                shutil.rmtree(other)
        return Snapshot(snapshot.path, snapshot.manifest, is_new=True)


def _name_of_current(folder: Path) -> str | None:
    with contextlib.suppress(InputError):
        return current(folder).path.name
    return None


def _write(
    corpus: Corpus,
    folder: Path,
    name: str,
    digest: str,
    advance: Callable[[Document | None], None],
) -> None:
    beside = Path(tempfile.mkdtemp(dir=folder, prefix=".building-"))
    inference = Inference(corpus)
    counts = {"triples": 0, "inferred": 0}

    def asserted() -> Iterator[ox.Quad]:
        for document in [*corpus.shared, *corpus.own]:
            for quad in document.quads():
                counts["triples"] += 1
                yield quad

    def inferred() -> Iterator[ox.Quad]:
        groups = [(SHARED_INFERRED, None), *((inferred_graph(d.graph), d) for d in corpus.own)]
        for graph, document in groups:
            node = ox.NamedNode(graph)
            for t in inference.shared if document is None else inference.of(document):
                counts["inferred"] += 1
                yield ox.Quad(t.subject, t.predicate, t.object, node)
            if document is not None:
                advance(document)

    store = ox.Store(str(beside))
    store.bulk_extend(asserted())
    store.bulk_extend(inferred())
    store.optimize()
    store.flush()
    del store  # releases the lock of the database before it is moved
    plans, reports = len(corpus.documents("plans")), len(corpus.documents("reports"))
    manifest = Manifest(digest=digest, plans=plans, reports=reports, **counts)
    write_atomically(beside / "manifest.json", json.dumps(asdict(manifest), indent=2))
    if (folder / name).exists():
        shutil.rmtree(folder / name)  # a damaged snapshot of the same inputs
    beside.replace(folder / name)
    advance(None)
