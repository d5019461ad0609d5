"""Reading from every file of a store, so that none has to be opened later.

RocksDB opens sixteen of its files with the store and each of the others when it first reads from it. A worker may open
nothing any more once it is ready, and the store of many plans has more files than that: a query that counts would
come upon the same error again and again until its memory is used up.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from dxplan.iris import PREFIXES

__all__ = ["read_everywhere"]

_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
# Where it cannot be seen which files are open, so many are taken to be open, and so many things are read of.
_AT_FIRST = 16
_BLINDLY = 2000
# After so many things it is given up: no file that holds a hundredth of an index goes unread as long as that.
_MOST = 20_000
_EACH = 12  # statements of one thing
_EVERY = 25  # things after which it is looked how far it has come


def read_everywhere(store: ox.Store, folder: Path) -> set[str]:
    """Read from a store until all its files are open; return the names of those that are not.

    :param folder: where the store is.
    """
    files = {path.name for path in folder.glob("*.sst")}
    closed = _closed(files)
    if closed is None:
        if len(files) > _AT_FIRST:
            for _ in islice(_reads(store), _BLINDLY // _EVERY):
                pass
        return set()
    reads = _reads(store)
    while closed and next(reads, None) is not None:
        closed = _closed(files) or set()
    return closed


def _closed(files: set[str]) -> set[str] | None:
    """Return which of these files this process has not open; None where the system does not tell, as Linux does."""
    found = set()
    try:
        for entry in Path("/proc/self/fd").iterdir():  # proc(5)
            with contextlib.suppress(FileNotFoundError):  # that of the folder itself is closed by now
                found.add(entry.readlink().name)
    except OSError:
        return None
    return files - found


def _reads(store: ox.Store) -> Iterator[int]:
    """Read here and there in all indexes, and yield now and then how many things have been read of.

    Oxigraph's indexes are in the order of hashes. Things in the order of their labels lie scattered in those that begin
    with the subject, and what is said of them in the others.
    """
    yield sum(1 for _ in store.named_graphs())
    for number, named in enumerate(islice(store.quads_for_pattern(None, _LABEL, None), _MOST), start=1):
        for quad in islice(store.quads_for_pattern(named.subject, None, None), _EACH):
            s, p, o, g = quad.subject, quad.predicate, quad.object, quad.graph_name
            for pattern in ((s, None, o), (None, p, o), (s, None, None, g), (None, p, o, g), (s, None, o, g)):
                next(iter(store.quads_for_pattern(*pattern)), None)
        if number % _EVERY == 0:
            yield number
