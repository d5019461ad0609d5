"""A build makes the parts that changed and no others, and what it makes is what a build from nothing would make."""

import random
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from dxplan import building, store
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.iris import BASE
from dxplan.working.workers import Workers

ITEM = '\n<https://w3id.org/dxplan/item/{plan}-x{number}> a <https://w3id.org/dxplan/def#Item> ; <http://purl.org/dc/terms/title> "{number}" .\n'


@pytest.fixture
def several(project: Path) -> Path:
    """A project with ten short plans."""
    plans = project / "data/plans"
    head = (
        "@prefix dx: <https://w3id.org/dxplan/def#> .\n<https://w3id.org/dxplan/plan/{key}> a dx:Plan ;\n"
        "    dx:municipality <https://w3id.org/dxplan/municipality/{code}> ;\n"
        "    dx:firstYear <https://w3id.org/dxplan/fy/2022> .\n"
        "<https://w3id.org/dxplan/item/{key}-1> a dx:Item ; dx:partOf <https://w3id.org/dxplan/plan/{key}> .\n"
    )
    for path in [*plans.glob("*.ttl"), *(project / "data/reports").glob("*.ttl")]:
        path.unlink()
    for number in range(10):
        code = f"4800{number}"
        (plans / f"{code}-2022.ttl").write_text(head.format(key=f"{code}-2022", code=code), encoding="utf-8")
    return project


@pytest.fixture
def folder(snapshot: store.Snapshot, tmp_path: Path) -> Path:
    """A folder of snapshots without any, where what the shared files come to is kept already."""
    shutil.copytree(snapshot.path.parent / ".parts", tmp_path / "store/.parts")
    return tmp_path / "store"


def quads(snapshot: store.Snapshot) -> set[str]:
    """All statements; a blank node of the ontology is any blank node."""
    return {
        " ".join("_:b" if isinstance(term, ox.BlankNode) else str(term) for term in quad) for quad in snapshot.open()
    }


def test_a_change_of_one_plan_makes_one_part(several: Path, folder: Path) -> None:
    first = building.build(Corpus(several), folder)
    assert first.made == 10
    plan = several / "data/plans/48003-2022.ttl"
    plan.write_text(plan.read_text("utf-8") + ITEM.format(plan="48003-2022", number=1), "utf-8")
    second = building.build(Corpus(several), folder)
    assert second.made == 1
    assert second.manifest.triples == first.manifest.triples + 2
    assert quads(second) > quads(first)


def test_a_report_is_made_again_with_its_plan(project: Path, tmp_path: Path) -> None:
    assert building.build(Corpus(project), tmp_path).made == 5
    plan = project / "data/plans/08236-2022.ttl"
    plan.write_text(plan.read_text("utf-8") + ITEM.format(plan="08236-2022", number=1), "utf-8")
    assert building.build(Corpus(project), tmp_path).made == 2


def test_a_change_of_what_is_shared_makes_all(several: Path, folder: Path) -> None:
    building.build(Corpus(several), folder)
    shared = several / "data/reference/stages.ttl"
    shared.write_text(shared.read_text("utf-8") + "\n# a remark\n", "utf-8")
    assert building.build(Corpus(several), folder).made == 10


def test_what_was_undone_is_not_made_again(several: Path, folder: Path) -> None:
    first = building.build(Corpus(several), folder)
    plan = several / "data/plans/48003-2022.ttl"
    text = plan.read_text("utf-8")
    plan.write_text(text + ITEM.format(plan="48003-2022", number=1), "utf-8")
    building.build(Corpus(several), folder)
    plan.write_text(text, "utf-8")
    last = building.build(Corpus(several), folder)
    assert last.made == 0
    assert quads(last) == quads(first)


def test_any_course_of_edits_ends_where_a_build_from_nothing_does(several: Path, folder: Path, tmp_path: Path) -> None:
    chance = random.Random(1741)
    plans = several / "data/plans"
    away = tmp_path / "away"
    away.mkdir()
    building.build(Corpus(several), folder)
    for course in range(6):
        for step in range(chance.randint(1, 3)):
            number, kind = course * 10 + step, chance.choice(["add", "drop", "leave", "return"])
            names = sorted(path.name for path in plans.glob("480*.ttl"))
            path = plans / chance.choice(names)
            if kind == "leave" and len(names) > 3:
                path.rename(away / path.name)
            elif kind == "return" and (gone := sorted(away.iterdir())):
                gone[0].rename(plans / gone[0].name)
            elif kind == "drop":
                path.write_text("\n".join(path.read_text("utf-8").split("\n")[:5]) + "\n", "utf-8")
            else:
                path.write_text(path.read_text("utf-8") + ITEM.format(plan=path.stem, number=number), "utf-8")
        changed = building.build(Corpus(several), folder)
        whole = building.build(Corpus(several), tmp_path / f"whole-{course}")
        assert quads(changed) == quads(whole)
        assert (changed.manifest.triples, changed.manifest.inferred) == (
            whole.manifest.triples,
            whole.manifest.inferred,
        )
        assert changed.manifest.triples + changed.manifest.inferred == sum(1 for _ in changed.open())
        shutil.rmtree(tmp_path / f"whole-{course}")


STANDINGS = "SELECT ?s (COUNT(*) AS ?n) {{ ?o dx:observedCity municipality:{} ; dx:standing ?s }} GROUP BY ?s"


def standings(snapshot: store.Snapshot, code: str) -> dict[str, int]:
    """How often a city has which standing."""
    rows = StoreSource(snapshot.open()).select(STANDINGS.format(code)).rows
    return {s.value.rpartition("#")[2]: int(n.value) for s, n in rows if s is not None and n is not None}


def test_a_city_that_loses_its_documents_is_observed_to_be_unknown(project: Path, folder: Path, tmp_path: Path) -> None:
    """What the part of the municipalities without documents holds hangs on which there are."""
    before = standings(building.build(Corpus(project), folder), "08236")
    away = [project / "data" / name for name in ("plans/08236-2022.ttl", "reports/08236-council-2024.ttl")]
    for path in away:
        path.rename(tmp_path / path.name)
    without = building.build(Corpus(project), folder)
    assert without.made == 0
    assert standings(without, "08236") == {"NotKnown": sum(before.values())} and len(before) > 2
    assert standings(without, "08205") == standings(building.build(Corpus(project), tmp_path / "whole"), "08205")
    for path in away:
        (tmp_path / path.name).rename(path)
    assert standings(building.build(Corpus(project), folder), "08236") == before


@pytest.mark.parametrize("damage", [b"", b"garbage", None])
def test_a_damaged_part_is_made_again(damage: bytes | None, several: Path, folder: Path) -> None:
    first = building.build(Corpus(several), folder)
    for path in (folder / ".parts").iterdir():
        content = path.read_bytes()
        path.write_bytes(content[:-9] + b"123456789" if damage is None else damage)
    shutil.rmtree(first.path)
    second = building.build(Corpus(several), folder)
    assert second.made == 10
    assert quads(second) == quads(first)


def test_a_damaged_listing_costs_a_whole_build_and_nothing_else(several: Path, folder: Path) -> None:
    first = building.build(Corpus(several), folder)
    (first.path / "parts.json").write_text('{"shared": 1', encoding="utf-8")
    plan = several / "data/plans/48003-2022.ttl"
    plan.write_text(plan.read_text("utf-8") + ITEM.format(plan="48003-2022", number=1), "utf-8")
    second = building.build(Corpus(several), folder)
    assert second.made == 1
    assert quads(second) > quads(first)


def test_processes_make_what_one_process_makes(several: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = building.build(Corpus(several), tmp_path / "one", workers=Workers(1))
    monkeypatch.setattr("dxplan.parts._FEW", 0)
    two = building.build(Corpus(several), tmp_path / "two", workers=Workers(2))
    assert quads(two) == quads(one)
    assert two.made == one.made == 10


def test_the_parts_of_a_plan_are_its_graphs(several: Path, folder: Path) -> None:
    snapshot = building.build(Corpus(several), folder)
    names = {graph.value for graph in snapshot.open().named_graphs() if isinstance(graph, ox.NamedNode)}
    assert {f"{BASE}plan/48003-2022", f"{BASE}plan/48003-2022#inferred"} <= names
    (several / "data/plans/48003-2022.ttl").unlink()
    after = building.build(Corpus(several), folder)
    left = {graph.value for graph in after.open().named_graphs() if isinstance(graph, ox.NamedNode)}
    assert names - left == {f"{BASE}plan/48003-2022", f"{BASE}plan/48003-2022#inferred"}
