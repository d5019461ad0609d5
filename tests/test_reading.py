"""A store with more files than RocksDB opens with it, in a process that may open nothing any more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from dxplan.iris import PREFIXES
from dxplan.server.reading import read_everywhere

QUERIES = {
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }": 1350,
    "SELECT (COUNT(*) AS ?n) { ?s a <x:Thing> }": 450,
    "SELECT (COUNT(*) AS ?n) { ?s ?p <x:Thing> }": 450,
    "SELECT (COUNT(*) AS ?n) { <x:2-7> ?p ?o }": 3,
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }": 1350,
    "SELECT (COUNT(*) AS ?n) { GRAPH <g:1-2> { ?s a <x:Thing> } }": 50,
    "SELECT (COUNT(*) AS ?n) { GRAPH <g:2-1> { ?s ?p <x:Thing> } }": 50,
    "SELECT (SUM(STRLEN(?label)) AS ?n) { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }": 17670,
}
# What a worker does. Without the reading Oxigraph repeats an error until its memory is used up.
BOUND = f"""
import sys
from pathlib import Path
import pyoxigraph as ox
from dxplan.server import worker
from dxplan.server.reading import read_everywhere
store = ox.Store.read_only(sys.argv[1])
assert read_everywhere(store, Path(sys.argv[1])) == set()
worker._bind(2**30)
for query in {list(QUERIES)!r}:
    print(next(iter(store.query(query, use_default_graph_as_union=True)))["n"].value)
"""


def _lines(load: int) -> bytes:
    lines = []
    for number in range(150):
        thing, graph = f"<x:{load}-{number}>", f"<g:{load}-{number % 3}>"
        lines += [
            f"{thing} <{PREFIXES['rdf']}type> <x:Thing> {graph} .",
            f'{thing} <{PREFIXES["rdfs"]}label> "thing {number} of load {load}, told at some length" {graph} .',
            f"{thing} <x:next> <x:{load}-{(number + 1) % 150}> {graph} .",
        ]
    return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store")
    store = ox.Store(str(path))
    for load in range(3):
        # Each makes files of its own; a fourth would merge them.
        store.bulk_load(_lines(load), format=ox.RdfFormat.N_QUADS)
    del store
    assert len(list(path.glob("*.sst"))) > 16
    return path


def test_a_process_that_opens_nothing_reads_every_file(folder: Path) -> None:
    command = [sys.executable, "-c", BOUND, str(folder)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stderr) == (0, "")
    assert [int(line) for line in told.stdout.split()] == list(QUERIES.values())


def test_where_the_system_does_not_tell_it_reads_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ox.Store.read_only(str(folder))
    before = _open_files(folder)
    with monkeypatch.context() as patched:
        patched.setattr("dxplan.server.reading._closed", lambda files: None)
        assert read_everywhere(store, folder) == set()
    files = {path.name for path in folder.glob("*.sst")}
    assert before < files
    assert _open_files(folder) == files


def test_a_file_that_is_never_read_is_told_of(folder: Path, tmp_path: Path) -> None:
    store = ox.Store.read_only(str(folder))
    for path in folder.glob("*.sst"):
        (tmp_path / path.name).touch()
    (tmp_path / "999999.sst").touch()
    assert read_everywhere(store, tmp_path) == {"999999.sst"}


def _open_files(folder: Path) -> set[str]:
    found = {entry.resolve() for entry in Path("/proc/self/fd").iterdir()}
    return {path.name for path in found if path.parent == folder.resolve() and path.suffix == ".sst"}
