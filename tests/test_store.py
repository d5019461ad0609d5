"""A snapshot is whole or not there; the old one answers until the new one does."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from dxplan import building, store
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.errors import InputError

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


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


def test_a_changed_input_makes_a_new_snapshot_and_keeps_one_old(project: Path) -> None:
    folder = project / "build/store"
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


def test_a_failed_build_leaves_the_old_store(project: Path) -> None:
    folder = project / "build/store"
    building.build(Corpus(project), folder)
    before = triples(folder)
    (project / "data/plans/08236-2022.ttl").write_text("not turtle", encoding="utf-8")
    with pytest.raises(InputError):
        building.build(Corpus(project), folder)
    assert triples(folder) == before


def test_a_damaged_snapshot_is_built_again(project: Path) -> None:
    folder = project / "build/store"
    snapshot = building.build(Corpus(project), folder)
    before = triples(folder)
    (snapshot.path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError):
        store.current(folder)
    building.build(Corpus(project), folder)
    assert triples(folder) == before


def test_killing_a_build_50_times_never_leaves_a_store_that_does_not_answer(project: Path) -> None:
    folder = project / "build/store"
    building.build(Corpus(project), folder)
    plan = project / "data/plans/08236-2022.ttl"
    text = plan.read_text(encoding="utf-8")
    allowed = {triples(folder)}
    chance = random.Random(20240208)
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "dxplan", "--root", str(project), "build"], check=True, capture_output=True)
    unchanged = time.monotonic() - started
    killed = 0
    for number in range(50):
        # Every edit adds one statement, so that old and new stores are told apart by their counts.
        plan.write_text(
            f"{text}\n<https://w3id.org/dxplan/item/x{number}> <http://example.org/p> {number} .\n", "utf-8"
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "dxplan", "--root", str(project), "build"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        # From the start of the interpreter to well after an unhurried build would have ended.
        time.sleep(chance.uniform(0.0, 4 * unchanged))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            killed += 1
        process.wait()
        found = triples(folder)
        assert found in {*allowed, min(allowed) + 1}, f"after kill {number}"
    assert killed >= 10, "the build was too quick to be killed; the test proves nothing"
    building.build(Corpus(project), folder)
    assert triples(folder) == min(allowed) + 1
    assert list(folder.glob(".building-*")) == []


def test_no_statement_stands_in_two_graphs(snapshot: store.Snapshot) -> None:
    """The union of all graphs, which is what a query sees, would count it twice."""
    seen: dict[ox.Triple, list[str]] = {}
    for quad in snapshot.open():
        assert isinstance(quad.graph_name, ox.NamedNode)
        seen.setdefault(quad.triple, []).append(quad.graph_name.value)
    assert {str(triple): graphs for triple, graphs in seen.items() if len(graphs) > 1} == {}
