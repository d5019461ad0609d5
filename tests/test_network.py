"""The network tells what would stall without a division."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest
from click.testing import Result

from dxplan import network
from dxplan.asking.sources import StoreSource
from dxplan.errors import UsageError
from dxplan.iris import BASE, make


@pytest.fixture(scope="module")
def graph(source: StoreSource) -> nx.Graph:
    return network.build(source, make("municipality", "08236"))


def division(name: str) -> str:
    return make("division", "08236", name)


def test_the_graph_holds_every_item_division_and_topic(graph: nx.Graph) -> None:
    kinds = [kind for _, kind in graph.nodes(data="kind")]
    assert kinds.count("item") == 43
    assert kinds.count("division") == 22
    assert all(graph.nodes[a]["kind"] == "item" or graph.nodes[b]["kind"] == "item" for a, b in graph.edges)


def test_items_stall_where_nobody_else_is_in_charge(graph: nx.Graph) -> None:
    items, topics = network.stalled(graph, division("市民課"))
    # №1–3 are the division's alone; №4, 5 and 17 have others.
    assert {i.rsplit("-", 1)[1] for i in items} == {"1", "2", "3"}
    for topic in topics:
        assert set(graph[topic]) <= items


def test_an_item_of_unnamed_divisions_never_stalls(graph: nx.Graph) -> None:
    items, _ = network.stalled(graph, division("行革デジタル推進課"))
    assert make("item", "08236-2022", 16) not in items  # 担当課 is printed beside it
    assert make("item", "08236-2022", 12) in items


def test_a_stalled_item_loses_its_only_division(graph: nx.Graph) -> None:
    for name in ("議会事務局", "人事課", "総務課"):
        items, _ = network.stalled(graph, division(name))
        for item in items:
            assert [n for n in graph[item] if graph.nodes[n]["kind"] == "division"] == [division(name)]


def test_the_ranking_is_in_order(graph: nx.Graph) -> None:
    answer = network.ranking(graph)
    stalled = [int(row[3].value) for row in answer.rows if row[3] is not None]
    assert stalled == sorted(stalled, reverse=True)
    assert answer.rows[0][0] is not None
    assert answer.rows[0][0].value == division("行革デジタル推進課")
    between = nx.betweenness_centrality(graph)
    assert answer.rows[0][5] is not None
    assert float(answer.rows[0][5].value) == pytest.approx(between[division("行革デジタル推進課")], abs=5e-4)


def test_the_figure_is_an_svg_that_is_drawn_the_same_twice(graph: nx.Graph, tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        network.draw(graph, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    drawn = ET.parse(tmp_path / "a.svg").getroot()
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn.findall(".//{http://www.w3.org/2000/svg}text") == [], "letters are outlines, so that no font is needed"
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}use")) > 1_000


def test_a_city_is_found_by_name_or_code(source: StoreSource) -> None:
    for text in ("小美玉市", "Omitama", "08236", "municipality:08236"):
        assert network.city_iri(text, source) == BASE + "municipality/08236"
    with pytest.raises(UsageError):
        network.city_iri("小美玉町", source)


def test_a_place_without_a_plan_is_refused(source: StoreSource) -> None:
    with pytest.raises(UsageError, match="no plan"):
        network.build(source, BASE + "municipality/08000")


def test_drawing_without_the_library_says_what_to_install(
    graph: nx.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"dxplan\[charts\]"):
        network.draw(graph, tmp_path / "x.svg")
    assert list(tmp_path.iterdir()) == []


def test_the_command(run: Callable[..., Result], root: Path) -> None:
    assert run("--root", root, "build").exit_code == 0
    result = run("--root", root, "--lang", "en", "network", "--city", "小美玉市", "--format", "csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "division,divisionLabel,items,stalledItems,stalledTopics,betweenness"
