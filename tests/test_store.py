"""A snapshot is whole or not there; the old one answers until the new one does."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result

from dxplan import building, store
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.errors import InputError

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture
def folder(project: Path) -> Path:
    """Where the snapshots of a project are; what its plans come to is kept already."""
    shutil.copytree(project / "build/parts", project / "build/store/.parts")
    return project / "build/store"


def triples(folder: Path) -> int:
    (row,) = StoreSource(store.current(folder).open()).select(COUNT).rows
    assert row[0] is not None
    return int(row[0].value)


def test_the_same_inputs_are_built_once(corpus: Corpus, tmp_path: Path) -> None:
    first = building.build(corpus, tmp_path)
    second = building.build(Corpus(corpus.root), tmp_path)
    assert first.is_new
    assert not second.is_new
    assert first.path == second.path


def test_a_changed_input_makes_a_new_snapshot_and_keeps_one_old(project: Path, folder: Path) -> None:
    names = []
    plan = project / "data/plans/08236-2022.ttl"
    for number in range(3):
        names.append(building.build(Corpus(project), folder).path.name)
        plan.write_text(plan.read_text(encoding="utf-8") + f"# {number}\n", encoding="utf-8")
    assert len(set(names)) == 3
    assert sorted(p.name for p in folder.iterdir() if p.is_dir()) == [".parts", *sorted(names[1:])]


def test_the_manifest_counts_what_is_there(snapshot: store.Snapshot, corpus: Corpus) -> None:
    opened = snapshot.open()
    total = sum(1 for _ in opened)
    assert total == snapshot.manifest.triples + snapshot.manifest.inferred
    assert snapshot.manifest.plans == len(corpus.documents("plans"))
    graphs = {g.value for g in opened.named_graphs()}
    for document in corpus.own:
        assert {document.graph, document.graph + "#inferred"} <= graphs


def test_a_failed_build_leaves_the_old_store(project: Path, folder: Path) -> None:
    building.build(Corpus(project), folder)
    before = triples(folder)
    (project / "data/plans/08236-2022.ttl").write_text("not turtle", encoding="utf-8")
    with pytest.raises(InputError):
        building.build(Corpus(project), folder)
    assert triples(folder) == before


def test_a_damaged_snapshot_is_built_again(project: Path, folder: Path) -> None:
    snapshot = building.build(Corpus(project), folder)
    before = triples(folder)
    (snapshot.path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError):
        store.current(folder)
    building.build(Corpus(project), folder)
    assert triples(folder) == before


#: Runs ``dxplan build`` for every line that it reads, each time in a process of its own, and kills that when it has
#: lasted as many seconds as the line says. The processes share what is imported: so it is a build at work that is
#: killed, and not an interpreter that starts.
KILLER = """
import os, signal, sys, time
from dxplan.cli import main

build = ["--root", sys.argv[1], "build"]
main(build, standalone_mode=False)  # nothing has changed yet: it imports what the others need, and opens no store
assert len(os.listdir("/proc/self/task")) == 1, "whoever forks must not have threads"
for line in sys.stdin:
    end = time.monotonic() + float(line)
    child = os.fork()
    os.setpgid(child, child)  # together with all that it starts
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        main(build)
    while not (ended := os.waitpid(child, os.WNOHANG)[0]) and time.monotonic() < end:
        time.sleep(0.002)
    if not ended:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print("ended" if ended else "killed", flush=True)
"""


def test_killing_a_build_50_times_never_leaves_a_store_that_does_not_answer(
    project: Path, folder: Path, run: Callable[..., Result]
) -> None:
    assert run("--root", project, "build").exit_code == 0
    plan = project / "data/plans/08205-2022.ttl"
    text = plan.read_text(encoding="utf-8")
    unchanged = triples(folder)
    chance = random.Random(20240208)
    killed = 0
    with subprocess.Popen(
        [sys.executable, "-c", KILLER, str(project)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as killer:
        assert killer.stdin is not None and killer.stdout is not None
        assert killer.stdout.readline()

        def build(number: int, seconds: float) -> str:
            # The first edit adds one statement, the second two, so that stores are told apart by their counts.
            more = [f"<https://w3id.org/dxplan/item/x{n}> <http://example.org/p> {n} .\n" for n in range(number)]
            plan.write_text("".join([text, "\n", *more]), encoding="utf-8")
            print(seconds, file=killer.stdin, flush=True)
            return killer.stdout.readline().strip()  # type: ignore[union-attr]

        unhurried = []
        for number in (1, 2):  # one changes the snapshot before, the other writes all anew
            began = time.monotonic()
            assert build(number, 120) == "ended"
            unhurried.append(time.monotonic() - began)
            assert triples(folder) == unchanged + number
        before = unchanged + 2
        for number in range(3, 53):
            # From its first step to well after an unhurried build would have ended.
            killed += build(number, chance.uniform(0.0, 1.2 * max(unhurried))) == "killed"
            found = triples(folder)
            assert found in {before, unchanged + number}, f"after kill {number - 2}"
            before = found
    assert killed >= 10, "the build was too quick to be killed; the test proves nothing"
    building.build(Corpus(project), folder)
    assert triples(folder) == unchanged + 52
    assert list(folder.glob(".building-*")) == []


def test_no_statement_stands_in_two_graphs(snapshot: store.Snapshot) -> None:
    """The union of all graphs, which is what a query sees, would count it twice."""
    seen: dict[ox.Triple, list[str]] = {}
    for quad in snapshot.open():
        assert isinstance(quad.graph_name, ox.NamedNode)
        seen.setdefault(quad.triple, []).append(quad.graph_name.value)
    assert {str(triple): graphs for triple, graphs in seen.items() if len(graphs) > 1} == {}
