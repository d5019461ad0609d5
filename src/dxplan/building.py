"""The build of a snapshot from the parts of its cities; where few have changed, from the snapshot before."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox
from filelock import FileLock

from dxplan.cities import City, cities_of
from dxplan.corpus import Corpus, File
from dxplan.errors import InputError
from dxplan.kept import Kept, write_atomically
from dxplan.parts import Part, Parts
from dxplan.store import MANIFEST, Manifest, Snapshot, current, input_digest, named
from dxplan.working.workers import Workers

__all__ = ["build"]

_LISTING = "parts.json"
# Under this name the listing has the municipalities without documents.
_OTHERS = ""
# How a snapshot is called: the beginning of its digest.
_NAME = "[0-9a-f]{16}"


@dataclass
class _Listing:
    """Which parts a snapshot holds.

    :param shared: the key of the shared part.
    :param parts: for each city, by its name, the key of its part, how much is asserted and inferred, and its graphs;
        with no name that of the municipalities without documents.
    :param counts: how much of the shared part is asserted and inferred.
    :param changes: how many parts were put in or taken out since the snapshot was last written whole.
    """

    shared: str
    counts: tuple[int, int] = (0, 0)
    parts: dict[str, tuple[str, int, int, tuple[str, ...]]] = field(default_factory=dict)
    changes: int = 0

    @classmethod
    def read(cls, snapshot: Snapshot | None) -> _Listing | None:
        """Read the listing of a snapshot; None where there is none or it was damaged."""
        if snapshot is None:
            return None
        try:
            return cls(**json.loads((snapshot.path / _LISTING).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        write_atomically(folder / _LISTING, json.dumps(asdict(self)))

    def note(self, city: str, key: str, part: Part) -> None:
        self.parts[city] = (key, part.triples, part.inferred, part.graphs)

    def differing(self, keys: Mapping[str, str]) -> list[str]:
        """Return the cities whose parts are others than those wanted, missing, or not wanted any more."""
        return [city for city in {**self.parts, **keys} if self.parts.get(city, ("",))[0] != keys.get(city)]

    def totals(self) -> tuple[int, int]:
        """Return how much is asserted and how much inferred in all."""
        rows = [self.counts, *((triples, inferred) for _, triples, inferred, _ in self.parts.values())]
        return sum(row[0] for row in rows), sum(row[1] for row in rows)


class _Stream(io.RawIOBase):
    """Pieces of text, one after another, as one file; none is held longer than it takes to read it."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = filter(None, pieces)  # an empty one would be taken for the end
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        size = len(self._rest) if size < 0 else size
        piece, self._rest = self._rest[:size], self._rest[size:]
        return bytes(piece)


def build(
    corpus: Corpus,
    folder: Path,
    advance: Callable[[File | None], None] = lambda done: None,
    kept: Path | None = None,
    workers: Workers | None = None,
) -> Snapshot:
    """Build the store of a corpus, unless the current snapshot was built from the same inputs.

    :param folder: where snapshots are kept.
    :param advance: called after each plan or report, and with None when the store has been written.
    :param kept: folder in which the parts of cities are kept, by default below the folder of snapshots.
    :param workers: who makes the parts; by default processes of this machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        digest = input_digest(corpus)
        name = digest[:16]
        before: Snapshot | None = None
        with contextlib.suppress(InputError):
            before = current(folder)
        if before is not None and before.manifest.digest == digest:
            return before
        for left in folder.glob(".building-*"):
            shutil.rmtree(left)
        made = 0
        if named(folder, name) is None:
            parts = Parts(corpus, Kept(kept or folder / ".parts"), workers or Workers())
            made = _write(parts, corpus, folder, name, digest, before, advance)
            corpus.save()
        snapshot = named(folder, name)
        assert snapshot is not None
        write_atomically(folder / "CURRENT", name)
        # The one before stays for readers that still have it open.
        known = (name, None if before is None else before.path.name)
        for other in folder.iterdir():
            if other.name not in known and re.fullmatch(_NAME, other.name):
                shutil.rmtree(other)
        return Snapshot(snapshot.path, snapshot.manifest, is_new=True, made=made)


def _write(
    parts: Parts,
    corpus: Corpus,
    folder: Path,
    name: str,
    digest: str,
    before: Snapshot | None,
    advance: Callable[[File | None], None],
) -> int:
    """Write a snapshot beside the others and put it in its place; return how many parts had to be made for it."""
    cities = {city.name: city for city in cities_of(corpus)}
    keys = {_OTHERS: parts.others_key([*cities.values()]), **{each: parts.key(cities[each]) for each in cities}}
    beside = Path(tempfile.mkdtemp(dir=folder, prefix=".building-"))
    listing = _Listing.read(before)
    whole = before is None or listing is None or not _is_worth_changing(listing, parts.shared_key, keys)
    if before is None or listing is None or whole:
        listing, store = _Listing(parts.shared_key), ox.Store(str(beside))
    else:
        beside.rmdir()
        before.open().backup(str(beside))  # makes links to files that do not change any more
        store = ox.Store(str(beside))
    differing = listing.differing(keys)
    listing.changes += len(differing) if listing.parts else 0
    for unchanged in cities.keys() - set(differing):
        for file in cities[unchanged].files:
            advance(file)
    for each in differing:
        for graph in listing.parts.pop(each, ("", 0, 0, ()))[3]:
            store.remove_graph(ox.NamedNode(graph))
    changed = [each for each in differing if each in keys]
    stream = cast(IO[bytes], _Stream(_quads(parts, cities, changed, listing, advance)))
    # The parts were written by Oxigraph: their IRIs need not be held against the grammar once more.
    store.bulk_load(stream, format=ox.RdfFormat.N_QUADS, lenient=True)
    if whole:
        # The loader leaves a sorted run for every million quads, each of which every look-up would search: merged, a
        # nation answers three to ten times as fast. What is changed later is little and lies on top.
        store.optimize()
    store.flush()
    del store  # releases the lock of the database before it is moved
    listing.write(beside)
    plans, reports = (len(corpus.paths(kind)) for kind in ("plans", "reports"))
    manifest = Manifest(digest, plans, reports, *listing.totals())
    write_atomically(beside / MANIFEST, json.dumps(asdict(manifest), indent=2))
    if (folder / name).exists():
        shutil.rmtree(folder / name)  # a damaged snapshot of the same inputs
    beside.replace(folder / name)
    advance(None)
    return parts.made


def _is_worth_changing(listing: _Listing, shared: str, keys: Mapping[str, str]) -> bool:
    """Tell whether a snapshot can be made from the one before, and is not better written whole.

    What is taken out leaves holes, so after every fourth part has been changed all is written anew.
    """
    changes = listing.changes + len(listing.differing(keys))
    return listing.shared == shared and changes <= len(keys) / 4


def _quads(
    parts: Parts,
    cities: Mapping[str, City],
    changed: Collection[str],
    listing: _Listing,
    advance: Callable[[File | None], None],
) -> Iterator[bytes]:
    """Yield the quads to load, and note them in the listing."""
    if listing.counts == (0, 0):
        shared = parts.shared()
        listing.counts = (shared.triples, shared.inferred)
        yield shared.quads
    if _OTHERS in changed:
        every = [*cities.values()]
        others = parts.others(every)
        listing.note(_OTHERS, parts.others_key(every), others)
        yield others.quads
    for city, part in parts.of([cities[each] for each in changed if each in cities], advance):
        listing.note(city.name, parts.key(city), part)
        yield part.quads
