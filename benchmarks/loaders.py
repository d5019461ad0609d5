"""The loaders that ``loading.py`` measures, each run in a process of its own: ``python loaders.py NAME FILE FOLDER``.

What is measured is imported only where it is.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, cast

from measuring import timed

#: Where the parts of the nation are kept, beside the file of all its quads.
PARTS = Path("nation/build/parts")


def _lines(file: Path, into: Path) -> int:
    with file.open("rb") as read:
        return sum(1 for _ in read)


def _hash(file: Path, into: Path) -> None:
    with file.open("rb") as read:
        hashlib.file_digest(read, "sha256")


def _copy(file: Path, into: Path) -> None:
    into.mkdir()
    with file.open("rb") as read, (into / file.name).open("wb") as written:
        shutil.copyfileobj(read, written, 2**20)
        written.flush()
        os.fsync(written.fileno())


def _parse(file: Path, into: Path) -> int:
    import pyoxigraph as ox

    return sum(1 for _ in ox.parse(path=str(file), format=ox.RdfFormat.N_QUADS))


def _rdflib(file: Path, into: Path) -> Any:
    import rdflib

    return rdflib.Dataset().parse(file, format="nquads")


def _memory(file: Path, into: Path) -> Any:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    return store


def _disk(file: Path, into: Path) -> None:
    import pyoxigraph as ox

    store = ox.Store(str(into))
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
    store.flush()


def _parts(folder: Path) -> Iterator[bytes]:
    """Yield the quads of the parts that a build has kept, one part after another."""
    from dxplan.kept import Kept
    from dxplan.parts import Part

    kept = Kept(folder)
    for path in sorted(folder.glob("[!r]*")):  # all but the rules, which are kept there too
        body = kept.get(path.name)
        assert body is not None, path
        yield Part.from_bytes(body).quads


def _stream(file: Path, into: Path) -> None:
    import pyoxigraph as ox

    from dxplan.building import _Stream

    store = ox.Store(str(into))
    store.bulk_load(cast(IO[bytes], _Stream(_parts(file.parent / PARTS))), format=ox.RdfFormat.N_QUADS)
    store.flush()


def _merged(file: Path, into: Path) -> None:
    import pyoxigraph as ox

    _stream(file, into)
    store = ox.Store(str(into))
    store.optimize()
    store.flush()


def _write(file: Path, into: Path) -> int:
    """Write all parts as one file."""
    with file.open("wb") as written:
        written.writelines(_parts(into))
    return _lines(file, into)


def _count(file: Path, into: Path) -> int:
    """Count what a store holds."""
    import pyoxigraph as ox

    return len(ox.Store.read_only(str(into)))


#: What there is to do, and what it imports, which is not measured.
WORK: dict[str, tuple[Callable[[Path, Path], Any], Sequence[str]]] = {
    "write": (_write, ()),
    "count": (_count, ()),
    "lines": (_lines, ()),
    "hash": (_hash, ()),
    "copy": (_copy, ()),
    "parse": (_parse, ["pyoxigraph"]),
    "rdflib": (_rdflib, ["rdflib.plugins.parsers.nquads"]),
    "memory": (_memory, ["pyoxigraph"]),
    "disk": (_disk, ["pyoxigraph"]),
    "stream": (_stream, ["pyoxigraph", "dxplan.building"]),
    "merged": (_merged, ["pyoxigraph", "dxplan.building"]),
}


def main() -> None:
    """Do one thing; tell what it took, and how many quads there are afterwards."""
    work, needed = WORK[sys.argv[1]]
    for module in needed:
        importlib.import_module(module)
    seconds, loaded = timed(work, *map(Path, sys.argv[2:]))
    if sys.argv[1] == "rdflib":
        loaded = sum(1 for _ in loaded.quads())
    elif sys.argv[1] == "memory":
        loaded = len(loaded)
    print(json.dumps({"seconds": seconds, "quads": loaded}))


if __name__ == "__main__":
    main()
