"""The networks tell what would stall, how alike plans are, what belongs together, and why two things are connected."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from math import log2, sqrt
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from click.testing import Result

from dxplan.asking.answers import FORMATS
from dxplan.asking.sources import StoreSource
from dxplan.errors import UsageError
from dxplan.iris import BASE, INFERRED, PREFIXES, expand, make, prefix_lines
from dxplan.network import (
    communities,
    drawing,
    explanation,
    graphs,
    nodes,
    paths,
    results,
    sentences,
    similarity,
    stalls,
)
from dxplan.network.analyses import Analysis, analyses
from dxplan.store import Snapshot

CITIES = ("08205", "08221", "08223", "08236")


@pytest.fixture(scope="module", autouse=True)
def read_once(source: StoreSource) -> Iterator[None]:
    """To explain something reads the whole graph; for all the explanations here it is read once, and none may change it."""
    whole = explanation.whole
    graph = nx.freeze(whole(source))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(explanation, "whole", lambda asked: graph if asked is source else whole(asked))
        yield


def rows(source: StoreSource, where: str) -> set[tuple[str, ...]]:
    """Return the rows of ?a ?b … as texts, by a query of the tests' own."""
    names = sorted({word.rstrip(".") for word in where.split() if word.startswith("?") and len(word.rstrip(".")) == 2})
    query = f"{prefix_lines(list(PREFIXES), sparql=True)} SELECT {' '.join(names)} WHERE {{ {where} }}"
    return {tuple(term.value for term in row if term is not None) for row in source.select(query).rows}


def made(asserted: str, inferred: str = "", graph: str = "plan:08000-2020") -> StoreSource:
    """Return a store with a plan's graph and what is inferred from it, and the axioms that stand in the ontology."""
    store = ox.Store()
    for text, name in ((asserted, expand(graph)), (inferred, expand(graph) + INFERRED)):
        body = prefix_lines(list(PREFIXES)) + text
        for triple in ox.parse(body.encode(), format=ox.RdfFormat.TURTLE):
            store.add(ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(name)))
    return StoreSource(store)


def explained(source: StoreSource, one: str, other: str, lang: str = "en", **values: bool) -> results.Result:
    named = {"from": ox.NamedNode(expand(one)), "to": ox.NamedNode(expand(other))}
    return analyses()["explain"].run(source, {**named, **{k: ox.Literal(v) for k, v in values.items()}}, lang)


def table(result: results.Result) -> list[dict[str, str]]:
    """Return the rows of an analysis as texts by column; an unbound value is left out."""
    return [
        {name: term.value for name, term in zip(result.answer.columns, row, strict=True) if term is not None}
        for row in result.answer.rows
    ]


# ---- Without whom it would stall ----


@pytest.fixture(scope="module")
def graph(source: StoreSource) -> nx.Graph:
    return graphs.duties(source, make("municipality", "08236"))


def division(name: str) -> str:
    return make("division", "08236", name)


def test_the_graph_holds_every_item_division_and_topic(graph: nx.Graph) -> None:
    kinds = [kind for _, kind in graph.nodes(data="kind")]
    assert kinds.count("item") == 43
    assert kinds.count("division") == 22
    assert all(graph.nodes[a]["kind"] == "item" or graph.nodes[b]["kind"] == "item" for a, b in graph.edges)


def test_items_stall_where_nobody_else_is_in_charge(graph: nx.Graph) -> None:
    items, topics = stalls.stalled(graph, division("市民課"))
    # №1–3 are the division's alone; №4, 5 and 17 have others.
    assert {i.rsplit("-", 1)[1] for i in items} == {"1", "2", "3"}
    for topic in topics:
        assert set(graph[topic]) <= items


def test_an_item_of_unnamed_divisions_never_stalls(graph: nx.Graph) -> None:
    items, _ = stalls.stalled(graph, division("行革デジタル推進課"))
    assert make("item", "08236-2022", 16) not in items  # 担当課 is printed beside it
    assert make("item", "08236-2022", 12) in items


def test_a_stalled_item_loses_its_only_division(graph: nx.Graph) -> None:
    for name in ("議会事務局", "人事課", "総務課"):
        items, _ = stalls.stalled(graph, division(name))
        for item in items:
            assert [n for n in graph[item] if graph.nodes[n]["kind"] == "division"] == [division(name)]


def test_the_ranking_is_in_order(graph: nx.Graph) -> None:
    answer = stalls.ranking(graph)
    stalled = [int(row[3].value) for row in answer.rows if row[3] is not None]
    assert stalled == sorted(stalled, reverse=True)
    assert answer.rows[0][0] is not None
    assert answer.rows[0][0].value == division("行革デジタル推進課")
    between = nx.betweenness_centrality(graph)
    assert answer.rows[0][5] is not None
    assert float(answer.rows[0][5].value) == pytest.approx(between[division("行革デジタル推進課")], abs=5e-4)


def test_the_figure_is_an_svg_that_is_drawn_the_same_twice(graph: nx.Graph, tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        drawing.draw(graph, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    drawn = ET.parse(tmp_path / "a.svg").getroot()
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn.findall(".//{http://www.w3.org/2000/svg}text") == [], "letters are outlines, so that no font is needed"
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}use")) > 1_000


def test_a_city_is_found_by_name_or_code(source: StoreSource) -> None:
    for text in ("小美玉市", "Omitama", "08236", "municipality:08236"):
        assert stalls.city_iri(text, source) == BASE + "municipality/08236"
    with pytest.raises(UsageError):
        stalls.city_iri("小美玉町", source)


def test_a_place_without_a_plan_is_refused(source: StoreSource) -> None:
    with pytest.raises(UsageError, match="no plan"):
        graphs.duties(source, BASE + "municipality/08000")


def test_drawing_without_the_library_says_what_to_install(
    graph: nx.Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"dxplan\[charts\]"):
        drawing.draw(graph, tmp_path / "x.svg")
    assert list(tmp_path.iterdir()) == []


def test_the_reading_of_what_stalls_gives_the_figures_of_the_first_row(source: StoreSource) -> None:
    result = analyses()["stalls"].run(source, {}, "en")
    first = table(result)[0]
    alone = sum(1 for row in table(result) if row["stalledItems"] != "0")
    assert result.reading == (
        f"Without the {first['divisionLabel']}, {first['stalledItems']} of the 43 items of Omitama City would stall and"
        f" {first['stalledTopics']} topics would be left without anyone, more than without any other division.\n"
        f"{alone} of the 22 divisions are alone in charge of at least one item."
    )
    told = analyses()["stalls"].run(source, {}, "ja").reading
    assert told.startswith(
        f"行革デジタル推進課がなければ、小美玉市の取組事項43件のうち{first['stalledItems']}件が止まり、"
    )


OFFICE = """
    municipality:08000 a dx:Municipality ; rdfs:label "X"@en .
    plan:08000-2020 dx:municipality municipality:08000 ; dx:transcription dx:Complete .
    division:08000-a rdfs:label "A"@en . division:08000-b rdfs:label "B"@en . topic:t rdfs:label "T"@en .
    item:08000-2020-1 a dx:Item ; dx:within plan:08000-2020 ; rdfs:label "1"@en ; dx:topic topic:t ;
        dx:responsibleDivision division:08000-a .
"""


@pytest.mark.parametrize(
    ("more", "reading"),
    [
        (
            "",
            "Without the A, 1 of the 1 item of X would stall and 1 topic would be left without anyone, more than without"
            " any other division.\n1 of the 1 division is alone in charge of at least one item.",
        ),
        (
            'item:08000-2020-2 a dx:Item ; dx:within plan:08000-2020 ; rdfs:label "2"@en ; dx:topic topic:t ;'
            " dx:responsibleDivision division:08000-b .",
            "Without the A, 1 of the 2 items of X would stall and 0 topics would be left without anyone; the same holds"
            " for the B.\n2 of the 2 divisions are alone in charge of at least one item.",
        ),
        (
            "item:08000-2020-1 dx:scope dx:AllDivisions .",
            "In X no item would stall, whichever single division were missing.",
        ),
    ],
)
def test_the_reading_of_what_stalls_knows_one_from_many(more: str, reading: str) -> None:
    city = {"city": ox.NamedNode(make("municipality", "08000"))}
    assert analyses()["stalls"].run(made(OFFICE + more), city, "en").reading == reading


# ---- The whole graph ----


def test_the_whole_graph_has_every_statement_between_two_nodes_of_ours(source: StoreSource) -> None:
    graph = graphs.whole(source)
    ours = f'FILTER (isIRI(?a) && isIRI(?c) && strstarts(str(?a), "{BASE}") && strstarts(str(?c), "{BASE}"))'
    expected = rows(source, f"?a ?b ?c . {ours}")
    assert {(s, data["property"], o) for s, o, data in graph.edges(data=True)} == expected
    asserted = rows(
        source, f'GRAPH ?g {{ ?a ?b ?c }} {ours} FILTER (!strends(str(?g), "#inferred"))'.replace("?g", "?graph")
    )
    assert {(s, data["property"], o) for s, o, data in graph.edges(data=True) if not data["inferred"]} == asserted
    assert all(data["graph"].endswith(INFERRED) == data["inferred"] for _, _, data in graph.edges(data=True))
    node = graph.nodes[make("topic", "kakanai-madoguchi")]
    assert node == {"kind": "topic", "label_ja": "書かない窓口", "label_en": "Counter without form-filling"}
    kinds = [kind for _, kind in graph.nodes(data="kind")]
    assert kinds.count("municipality") == 4 + 1  # and the prefecture; what is observed of a city is none
    assert list(graph) == sorted(graph)


def test_a_statement_that_is_asserted_anywhere_counts_as_asserted() -> None:
    graph = graphs.whole(made("item:a dx:within plan:b .", "item:a dx:within plan:b ; dct:isPartOf plan:b ."))
    edges = graph.get_edge_data(expand("item:a"), expand("plan:b"))
    assert {key: data["inferred"] for key, data in edges.items()} == {"dx:within": False, "dct:isPartOf": True}
    assert graph.nodes[expand("item:a")] == {"kind": "item", "label_ja": "item:a", "label_en": "item:a"}


def test_an_asserting_graph_goes_before_an_inferred_one_whatever_their_names() -> None:
    source = made("", "item:a dx:within plan:b .", graph="plan:a")
    longer = made("item:a dx:within plan:b .", graph="plan:zzzzzzzzzzzzzzzzzzzz")
    source.store.extend(longer.store)
    (data,) = graphs.whole(source).get_edge_data(expand("item:a"), expand("plan:b")).values()
    assert (data["inferred"], data["graph"]) == (False, expand("plan:zzzzzzzzzzzzzzzzzzzz"))


# ---- How alike ----


@pytest.fixture(scope="module")
def topics(source: StoreSource) -> dict[str, set[str]]:
    """The topics of each plan with all broader ones, from what is asserted only."""
    above = defaultdict(set)
    for narrow, broad in rows(source, "?a skos:broader ?b"):
        above[narrow].add(broad)

    def up(topic: str) -> set[str]:
        return {topic}.union(*map(up, above[topic]))

    found = defaultdict(set)
    for topic, plan in rows(
        source, "?b dx:transcription ?any . ?e dx:within ?b ; dx:topic ?a".replace("?e ", "?element ")
    ):
        found[plan] |= up(topic)
    return found


def test_likeness_is_that_of_the_sets_of_topics(source: StoreSource, topics: dict[str, set[str]]) -> None:
    assert len(topics) == 4
    having = {topic: sum(topic in each for each in topics.values()) for each in topics.values() for topic in each}
    weight = {topic: 1 + log2(4 / number) for topic, number in having.items()}

    def length(of: set[str]) -> float:
        return sqrt(sum(weight[topic] ** 2 for topic in of))

    found = table(analyses()["similarity"].run(source, {}))
    assert {(row["plan"], row["other"]) for row in found} == set(combinations(sorted(topics), 2))
    for row in found:
        one, other = topics[row["plan"]], topics[row["other"]]
        assert float(row["jaccard"]) == pytest.approx(len(one & other) / len(one | other), abs=5e-4)
        cosine = length(one & other) ** 2 / length(one) / length(other)
        assert float(row["cosine"]) == pytest.approx(cosine, abs=5e-4)
        counts = [int(row[name]) for name in ("both", "onlyPlan", "onlyOther")]
        assert counts == [len(one & other), len(one - other), len(other - one)]
        assert row["apartPlan"] in one - other
        assert row["apartOther"] in other - one
    order = [float(row["cosine"]) for row in found]
    assert order == sorted(order, reverse=True)


def test_what_sets_apart_most_has_most_elements_for_its_rarity(
    source: StoreSource, topics: dict[str, set[str]]
) -> None:
    for row in table(analyses()["similarity"].run(source, {})):
        for plan, other, name in ((row["plan"], row["other"], "apartPlan"), (row["other"], row["plan"], "apartOther")):
            score = {
                topic: len(rows(source, f"?a dx:within <{plan}> ; dx:topicOrBroader <{topic}>"))
                * (1 + log2(4 / sum(topic in each for each in topics.values())))
                for topic in topics[plan] - topics[other]
            }
            assert score[row[name]] == pytest.approx(max(score.values()))


def test_items_of_several_versions_of_the_national_plan_count_as_one(source: StoreSource) -> None:
    same = similarity.merged(source)
    assert same[make("national", "1.0-1")] == same[make("national", "2.0-1")] == make("national", "2.3-2")
    assert same[make("national", "1.0-10")] == same[make("national", "1.0-11")] == make("national", "2.0-11")
    assert make("national", "2.0-9") not in same
    found = table(analyses()["similarity"].run(source, {"by": ox.Literal("national-items")}))
    addressed = {
        city: {same.get(each, each) for (each,) in rows(source, f"?element dx:within plan:{city} ; dx:addresses ?a")}
        for city in ("08205-2022", "08221-2023", "08223-2023", "08236-2022")
    }
    for row in found:
        one, other = (addressed[row[name].rsplit("/", 1)[1]] for name in ("plan", "other"))
        assert (int(row["both"]), int(row["onlyPlan"])) == (len(one & other), len(one - other))


def plan(city: str, *topics: str, degree: str = "Complete", year: int = 2020) -> str:
    """Return a plan of one element for each of the topics."""
    key = f"{city}-{year}"
    head = f"""
        municipality:{city} a dx:Municipality ; rdfs:label "C{city[-1]}"@en .
        plan:{key} dx:transcription dx:{degree} ; dx:municipality municipality:{city} ; rdfs:label "P{key}"@en .
    """
    return head + "".join(
        f"item:{key}-{n} a dx:Item ; dx:within plan:{key} ; dx:topicOrBroader topic:{topic} ."
        f' topic:{topic} a dx:Topic ; rdfs:label "{topic.upper()}"@en .'
        for n, topic in enumerate(topics, 1)
    )


def test_what_every_plan_has_counts_less() -> None:
    store = made(
        plan("00001", "all", "rare")
        + plan("00002", "all", "rare")
        + plan("00003", "all", "c")
        + plan("00004", "all", "d")
    )
    result = analyses()["similarity"].run(store, {}, "en")
    found = {
        (row["planLabel"][4], row["otherLabel"][4]): row
        for row in (
            {**row, "planLabel": row["planLabel"][1:], "otherLabel": row["otherLabel"][1:]} for row in table(result)
        )
    }
    assert found["1", "2"]["cosine"] == "1.000"
    # 1 · 1 over the lengths of (1, 3) and (1, 3): the rare topics count three times as much as the common one.
    assert found["3", "4"]["cosine"] == "0.100"
    assert found["3", "4"]["jaccard"] == "0.333"
    assert result.reading.splitlines() == [
        "C1 and C2 are most alike (weighted likeness 1.000): 2 of 2 topics are in both.",
        "C3 and C4 are least alike (weighted likeness 0.100): 1 of 3 is in both.",
    ]


@pytest.mark.parametrize(
    ("data", "reading"),
    [
        ("", "It takes two collected plans or more to compare."),
        (plan("00001", "a"), "It takes two collected plans or more to compare."),
        (
            plan("00001", "a") + plan("00002", "b", "b", degree="Partial"),
            "C1 and C2 are most alike (weighted likeness 0.000): 0 of 2 topics are in both. What sets them apart most is"
            " “A” (1 element in C1, none in C2) and “B” (2 elements in C2, none in C1).\n"
            "Transcribed in part only, so that the plan may hold what seems missing here: C2.",
        ),
        (
            # Two plans of one city are told apart by their own names; a single topic is one.
            plan("00001", "a") + plan("00001", "a", year=2021),
            "P00001-2020 and P00001-2021 are most alike (weighted likeness 1.000): 1 of 1 topic is in both.",
        ),
        (
            plan("00001", "a") + plan("00002", "a") + plan("00003", "a"),
            "C1 and C2 are most alike (weighted likeness 1.000): 1 of 1 topic is in both. 2 other pairs are just as"
            " alike.\nC2 and C3 are least alike (weighted likeness 1.000): 1 of 1 is in both. 2 other pairs are just as"
            " alike.",
        ),
    ],
    ids=["no-plan", "one-plan", "nothing-in-common", "one-city", "all-the-same"],
)
def test_the_reading_of_likeness(data: str, reading: str) -> None:
    assert analyses()["similarity"].run(made(data), {}, "en").reading == reading


def test_a_plan_without_any_topic_is_like_no_other() -> None:
    (row,) = table(analyses()["similarity"].run(made(plan("00001") + plan("00002")), {}, "en"))
    assert "jaccard" not in row, "0 of 0 is no number"
    assert "cosine" not in row


# ---- What belongs together ----


def test_every_item_is_in_exactly_one_community(source: StoreSource) -> None:
    found = table(analyses()["communities"].run(source, {"show": ox.Literal("items")}, "en"))
    expected = rows(source, "?plan dx:transcription ?any . ?a a dx:Item ; dx:within ?plan")
    assert sorted((row["item"],) for row in found) == sorted(expected)
    summary = table(analyses()["communities"].run(source, {}, "en"))
    for row in summary:
        members = [each for each in found if each["community"] == row["community"]]
        assert {each["name"] for each in members} == {row["name"]}
        assert (len(members), len({each["city"] for each in members})) == (int(row["items"]), int(row["cities"]))
    sizes = [int(row["items"]) for row in summary]
    assert sizes == sorted(sizes, reverse=True)


def test_the_division_is_as_good_as_another_method_finds(source: StoreSource) -> None:
    graph = communities.items_and_features(source)
    found = communities.communities(graph)
    total = sum(each.modularity or 0 for each in found)
    linked = graph.subgraph(n for n, kind in graph.nodes(data="kind") if kind == "item" or graph.degree[n] > 1)
    greedy = nx.community.greedy_modularity_communities(linked, weight="weight")
    assert total >= nx.community.modularity(linked, greedy, weight="weight") - 0.01
    items = len(rows(source, "?plan dx:transcription ?any . ?a a dx:Item ; dx:within ?plan"))
    reading = analyses()["communities"].run(source, {}, "en").reading
    alone = sum(each.alone for each in found)
    assert reading.startswith(
        f"{items - alone} of {items} items of 4 cities fall into {len(found) - alone} communities"
        f" (modularity {total:.3f})."
    )


def test_an_item_counts_with_what_lies_within_it_and_the_terms_it_uses() -> None:
    graph = communities.items_and_features(
        made(
            plan("00001", "a")
            + """
            action:x dx:within item:00001-2020-1 ; dx:topicOrBroader topic:b ; dx:usesTerm term:y .
            term:y skos:closeMatch topic:c , term:z . topic:c a dx:Topic .
            measure:above dx:topicOrBroader topic:d ; dx:within plan:00001-2020 .
            item:00001-2020-1 dx:within measure:above ; dx:addresses national:1.0-1 .
            """
        )
    )
    item = make("item", "00001-2020-1")
    assert set(graph[item]) == {expand(name) for name in ("topic:a", "topic:b", "topic:c", "national:1.0-1")}


BLOCKS = plan("00001", "a", "a", "b", "b") + plan("00002", "a", "b", "alone")


def test_two_blocks_and_an_item_that_stands_alone() -> None:
    result = analyses()["communities"].run(made(BLOCKS), {}, "en")
    assert table(result) == [
        {"community": "1", "name": "A", "items": "3", "cities": "2", "modularity": "0.250"},
        {"community": "2", "name": "B", "items": "3", "cities": "2", "modularity": "0.250"},
        {
            "community": "3",
            "name": "stands alone: item:00002-2020-3",
            "items": "1",
            "cities": "1",
            "modularity": "0.000",
        },
    ]
    assert result.reading == (
        "6 of 7 items of 2 cities fall into 2 communities (modularity 0.500). The largest is “A” with 3 items. 2 of them"
        " have items of every city.\n1 item has nothing in common with any other."
    )


@pytest.mark.parametrize(
    ("data", "count", "reading"),
    [
        ("", 0, "No item has been collected."),
        (plan("00001", "a", "b"), 2, "2 items have nothing in common with any other."),
    ],
)
def test_where_nothing_is_connected_there_is_no_modularity(data: str, count: int, reading: str) -> None:
    result = analyses()["communities"].run(made(data), {}, "en")
    assert len(result.answer.rows) == count
    assert all("modularity" not in row for row in table(result))
    assert result.reading == reading


def test_communities_do_not_depend_on_how_python_orders_a_set(built: Path) -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-m", "dxplan", "--root", built, "network", "communities", "--show", "items", "--format", "csv"],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(answers) == 1


# ---- Why connected ----


def holds(source: StoreSource, row: dict[str, str]) -> bool:
    """Tell whether a step is a statement of the store, asserted unless it says otherwise."""
    one, other = (row["from"], row["to"])[:: 1 if row["direction"] == "forward" else -1]
    where = f"GRAPH ?a {{ <{one}> <{row['property']}> <{other}> }}"
    graphs_of = {name for (name,) in rows(source, where)}
    return any(name.endswith(INFERRED) == (row["ground"] == "inferred") for name in graphs_of)


def test_an_inferred_link_is_explained_by_what_it_follows_from(source: StoreSource) -> None:
    result = explained(source, "action:08236-2022-16-1", "national:1.0-3")
    found = table(result)
    assert [(row["property"], row["direction"], row["to"], row["ground"]) for row in found] == [
        (expand("dx:partOf"), "forward", make("item", "08236-2022-16"), "printed"),
        (expand("dx:addressesAsRead"), "forward", make("national", "1.0-3"), "read"),
    ]
    for row in found:
        assert holds(source, row)
        ((place, document),) = rows(source, f"<{row['from']}> dct:source ?b ; dx:locator ?a")
        assert (row["locator"], row["document"]) == (place, document)
    document = "Omitama City Digital Transformation (DX) Promotion Plan: Implementation Plan"
    action, item = (f"the {kind} “Building a counter without form-filling”" for kind in ("action", "item"))
    national = "the national item “Putting the administrative procedures of local governments online”"
    assert result.reading.splitlines() == [
        f"1. T{action[1:]} is part of {item} (printed: {document}, ６ 取組事項 №16 取組計画 1行目).",
        f"2. T{item[1:]} can be read as addressing {national} (our reading: {document}, ６ 取組事項 №16).",
        f"So {action} addresses {national} (inferred).",
    ]
    assert explained(source, "action:08236-2022-16-1", "national:1.0-3", "ja").reading.splitlines() == [
        "1. 取組計画・事業「書かない窓口の構築」は、取組事項「書かない窓口の構築」に属する"
        "（印刷。小美玉市ＤＸ推進計画（実施計画） ６ 取組事項 №16 取組計画 1行目）。",
        "2. 取組事項「書かない窓口の構築」は、国の取組事項「自治体の行政手続のオンライン化」に当たると読める"
        "（こちらの読み。小美玉市ＤＸ推進計画（実施計画） ６ 取組事項 №16）。",
        "したがって、取組計画・事業「書かない窓口の構築」は、国の取組事項「自治体の行政手続のオンライン化」に当たる（推論）。",
    ]


@pytest.mark.parametrize(
    ("one", "other", "derived"),
    [
        ("item:08236-2022-16", "item:08223-2023-1-1-17", False),
        ("item:08236-2022-16", "topic:tetsuzuki-madoguchi", True),
        ("topic:tetsuzuki-madoguchi", "item:08236-2022-16", True),
        ("plan:08236-2022", "action:08236-2022-16-1", True),
        ("division:08236-行革デジタル推進課", "national:2.3-6", False),
        ("municipality:08236", "municipality:08223", False),
        ("phase:08236-2022-16-1-1", "stage:study", False),
        ("item:08205-2022-1", "document:08205-2022", False),
    ],
)
def test_every_step_is_an_asserted_statement_and_leads_on(
    one: str, other: str, derived: bool, source: StoreSource
) -> None:
    result = explained(source, one, other)
    found = table(result)
    assert [found[0]["from"], found[-1]["to"]] == [expand(one), expand(other)]
    assert all(a["to"] == b["from"] for a, b in pairwise(found))
    assert all(holds(source, row) and row["ground"] != "inferred" for row in found)
    assert result.reading.splitlines()[-1].startswith("So ") == derived
    passed = {row["to"] for row in found[:-1]}
    assert not [node for node in passed if node.startswith((expand("fy:"), expand("stage:"), expand("document:")))]
    # The way back is as long.
    assert len(table(explained(source, other, one))) == len(found)


AXIOMS = """
    dx:partOf rdfs:subPropertyOf dx:within ; owl:inverseOf dx:hasPart .
    dx:addressesAsRead rdfs:subPropertyOf dx:addresses . dx:addressesAsPrinted rdfs:subPropertyOf dx:addresses .
    dx:addresses owl:propertyChainAxiom ( dx:partOf dx:addresses ) .
"""


def steps(source: StoreSource, one: str, other: str, **values: bool) -> list[tuple[str, str, str]]:
    return [
        (row["path"], row["to"].removeprefix(BASE), row["ground"])
        for row in table(explained(source, one, other, **values))
    ]


def test_a_derivation_takes_no_way_but_that_of_the_axioms() -> None:
    # action:b is a shorter way to national:n than the four steps from which it follows that action:a addresses it.
    chain = "action:a dx:partOf item:i . item:i dx:partOf measure:m . measure:m dx:partOf policy:p . policy:p"
    data = (
        AXIOMS
        + chain
        + " dx:addressesAsRead national:n . action:b dx:partOf item:i ; dx:addressesAsPrinted national:n ."
    )
    source = made(data, "action:a dx:addresses national:n .")
    ways = [to for _, to, _ in steps(source, "action:a", "national:n")]
    assert ways == ["item/i", "measure/m", "policy/p", "national/n"]
    assert [to for _, to, _ in steps(made(data), "action:a", "national:n")] == ["item/i", "action/b", "national/n"]


def test_a_printed_link_goes_before_our_reading() -> None:
    source = made(
        "item:i dct:source document:d ; dx:addressesAsRead national:a ; dx:addressesAsPrinted national:b ."
        " item:j dct:source document:d ; dx:addressesAsRead national:a ; dx:addressesAsPrinted national:b ."
    )
    assert steps(source, "item:i", "item:j") == [("1", "national/b", "printed"), ("1", "item/j", "printed")]
    between = made("item:i dct:source document:d ; dx:addressesAsRead national:a ; dx:addressesAsPrinted national:a .")
    assert steps(between, "item:i", "national:a") == [("1", "national/a", "printed")]


def test_what_few_share_goes_before_what_many_share() -> None:
    hub = "".join(f"item:x{n} dx:topic topic:a ." for n in range(8))
    source = made(hub + "item:i dx:topic topic:a , topic:b . item:j dx:topic topic:a , topic:b .")
    assert [to for _, to, _ in steps(source, "item:i", "item:j")] == ["topic/b", "item/j"]


@pytest.mark.parametrize(
    "shared",
    ["dx:startYear fy:2022", "dx:stage stage:study", "dx:scope dx:AllDivisions", "dct:source document:d", "a dx:Item",
     "skos:inScheme national:1.0", "dx:reading dx:Reconstructed"],
)  # fmt: skip
def test_closed_lists_times_and_documents_explain_nothing(shared: str) -> None:
    result = explained(made(f"item:i {shared} . item:j {shared} ."), "item:i", "item:j")
    assert result.answer.rows == []
    kind = "the dx:Item " if shared == "a dx:Item" else ""
    assert result.reading == f"No statement connects {kind}“item:i” with {kind}“item:j”."


def test_no_way_at_all_is_said_in_both_languages() -> None:
    source = made('item:i rdfs:label "甲"@ja . item:j rdfs:label "乙"@ja .')
    assert explained(source, "item:i", "item:j", "ja").reading == "「甲」と「乙」を結び付ける記述はありません。"
    assert explained(source, "item:i", "item:missing").answer.rows == []


def test_inferred_statements_are_taken_only_where_nothing_else_connects() -> None:
    source = made(
        "item:i dx:topic topic:a . topic:a skos:broader topic:b .", "item:i dx:topicOrBroader topic:b , topic:c ."
    )
    assert [ground for *_, ground in steps(source, "item:i", "topic:b")] == ["read", "reference"]
    assert steps(source, "item:i", "topic:c") == [("1", "topic/c", "inferred")]
    assert explained(source, "item:i", "topic:c").reading == "1. “item:i” comes under “topic:c” (inferred)."


def test_what_was_reconstructed_is_our_reading() -> None:
    data = "phase:p dx:phaseOf item:i ; dct:source document:d"
    assert steps(made(data + " ."), "phase:p", "item:i") == [("1", "item/i", "printed")]
    assert steps(made(data + " ; dx:reading dx:Reconstructed ."), "phase:p", "item:i") == [("1", "item/i", "read")]


def between(number: int) -> StoreSource:
    """Two items that share so many topics, none of them with others."""
    return made("".join(f"item:i dx:topic topic:t{n:02} . item:j dx:topic topic:t{n:02} ." for n in range(number)))


def test_all_explanations_that_are_equally_short() -> None:
    source = between(3)
    assert steps(source, "item:i", "item:j") == [("1", "topic/t00", "read"), ("1", "item/j", "read")]
    every = steps(source, "item:i", "item:j", all=True)
    assert [to for _, to, _ in every] == ["topic/t00", "item/j", "topic/t01", "item/j", "topic/t02", "item/j"]
    first, all_of_them = (
        explained(source, "item:i", "item:j", all=each).reading.splitlines() for each in (False, True)
    )
    assert first[0] == "3 explanations are equally short; the first is shown. --all shows all."
    assert all_of_them[:2] == ["3 explanations are equally short; all are shown.", "Explanation 1"]
    assert all_of_them.count("1. “item:i” is on “topic:t01” (our reading).") == 1
    told = explained(source, "item:i", "item:j", "ja").reading.splitlines()[0]
    assert told == "同じ短さの説明が3通りあり、最初の一つを示します。--all ですべてを見られます。"


def test_equally_short_explanations_come_in_the_order_of_iris() -> None:
    # Both have length 4; seen from item:j, national:z is the nearer of the two.
    source = made(
        "item:i dct:source document:d ; dx:addressesAsPrinted national:a ; dx:addressesAsRead national:z ."
        "item:j dct:source document:d ; dx:addressesAsPrinted national:z ; dx:addressesAsRead national:a ."
    )
    every = [to for _, to, _ in steps(source, "item:i", "item:j", all=True)]
    assert every == ["national/a", "item/j", "national/z", "item/j"]


def test_so_many_explanations_are_shown_and_no_more() -> None:
    result = explained(between(25), "item:i", "item:j", all=True)
    assert {row["path"] for row in table(result)} == {str(n) for n in range(1, 21)}
    assert result.reading.startswith("25 explanations are equally short; the first 20 are shown.\n")
    first = explained(between(25), "item:i", "item:j").reading
    assert first.startswith("25 explanations are equally short; the first is shown. --all shows the first 20.\n")


def test_explanations_are_counted_without_being_walked() -> None:
    # Thirty diamonds in a row: 2 ** 30 ways.
    data = "".join(
        f"item:i{n:02} dx:topic topic:a{n:02} , topic:b{n:02} . item:i{n + 1:02} dx:topic topic:a{n:02} , topic:b{n:02} ."
        for n in range(30)
    )
    graph = graphs.whole(made(data))
    found = paths.explanations(graph, expand("item:i00"), expand("item:i30"), {})
    assert found.number == 2**30
    assert len(next(iter(found))) == 60


def test_two_different_things_are_needed(source: StoreSource) -> None:
    with pytest.raises(UsageError, match=r"item:08236-2022-16: name two different things"):
        explained(source, "item:08236-2022-16", "item:08236-2022-16")


@pytest.mark.parametrize("name", sorted(sentences.FOREIGN))
def test_words_for_other_vocabularies_are_those_of_properties(name: str) -> None:
    assert expand(name).startswith("http")
    assert set(sentences.FOREIGN[name]) == {"ja", "en"}


def test_a_property_without_words_of_its_own_is_told_by_its_label() -> None:
    assert sentences.sentence("dx:x", "mark", "the item “a”", "“b”", "en") == "The item “a” has as its “mark” “b”"
    assert sentences.sentence("dx:x", "印", "「甲」", "「乙」", "ja") == "「甲」の「印」は、「乙」である"


# ---- Which node is meant ----


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("item:08236-2022-16", "item:08236-2022-16"),
        (BASE + "item/08236-2022-16", "item:08236-2022-16"),
        (f"<{BASE}item/08236-2022-16>", "item:08236-2022-16"),
        ("kakanai-madoguchi", "topic:kakanai-madoguchi"),
        ("1.0-3", "national:1.0-3"),
        ("08236-行革デジタル推進課", "division:08236-行革デジタル推進課"),
        ("Omitama City", "municipality:08236"),
        ("小美玉市", "municipality:08236"),
        ("「書かない窓口」ｼｽﾃﾑの導入", "item:08223-2023-1-1-17"),
    ],
)
def test_a_node_is_found_by_iri_prefixed_name_key_or_name(text: str, iri: str, source: StoreSource) -> None:
    assert nodes.node(text, source).value == expand(iri)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("topic:nope", r"^topic:nope: there is no such thing\.$"),
        ("org:Organization", r"^org:Organization: there is no such thing\.$"),
        ("http://example.com/", r"^http://example\.com/: there is no such thing\.$"),
        ("<not an iri>", r"^<not an iri>: there is no such thing\.$"),
        (f"<{BASE}a b>", r"a b>: there is no such thing\.$"),
        ("08236-2022-16", r"means several things.*\(erratum:08236-2022-16\).*\(item:08236-2022-16\)$"),
        ("テレワーク", r"means several things.*Telework \(topic:telework\)"),
        ("書かない", r"not found\. Did you mean: .*\(topic:kakanai-madoguchi\)"),
        ("システム", r"not found\. Did you mean: (?:[^)]+\)[^)]*,? ?){8,} and \d+ more\?$"),
        ("zqxv", r"^zqxv: not found\. “dxplan find” searches by name\.$"),
        ("", r"^: not found\."),
    ],
)
def test_what_is_not_found_or_means_several_things_is_told(text: str, message: str, source: StoreSource) -> None:
    with pytest.raises(UsageError, match=message) as error:
        nodes.node(text, source)
    assert error.value.ja != error.value.en


# ---- The registry and the command ----


@pytest.mark.parametrize("analysis", analyses().values(), ids=lambda each: each.name)
def test_an_analysis_describes_itself_and_runs_by_its_defaults(analysis: Analysis, snapshot: Snapshot) -> None:
    source = StoreSource(snapshot.open())  # of its own: each run reads all that it needs
    assert set(analysis.title) == set(analysis.description) == {"ja", "en"}
    assert all(set(parameter.help) == {"ja", "en"} for parameter in analysis.parameters)
    readings = set()
    for lang in ("ja", "en"):
        result = analysis.run(source, {}, lang)
        assert result == analysis.run(source, {}, lang), "the same input gives the same output"
        assert result.answer.rows
        shown = [name for name in result.answer.columns if not name.endswith("Label")]
        assert set(shown) <= set(result.headings.columns)
        readings.add(result.reading)
    assert len(readings) == 2
    assert all(" ja" not in reading and "None" not in reading for reading in readings)


def test_only_an_analysis_with_a_drawing_draws(source: StoreSource, tmp_path: Path) -> None:
    assert [name for name, analysis in analyses().items() if analysis.drawable] == ["stalls"]
    with pytest.raises(ValueError, match="similarity"):
        analyses()["similarity"].draw(source, {}, tmp_path / "x.svg")


ARGUMENTS = {
    "communities": ["--show", "items"],
    "explain": ["item:08236-2022-16", "電子図書館", "--all"],
    "similarity": ["--by", "national-items"],
    "stalls": ["--city", "小美玉市"],
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", analyses())
def test_the_command(name: str, lang: str, form: str, run: Callable[..., Result], built: Path) -> None:
    arguments = ["topic:denshi-toshokan" if text == "電子図書館" else text for text in ARGUMENTS[name]]
    result = run("--root", built, "--lang", lang, "network", name, *arguments, "--format", form)
    assert result.exit_code == 0, result.stderr
    told = result.stdout if form in ("table", "md") else result.stderr
    assert ("ます" in told or "です" in told or "である" in told) == (lang == "ja")
    if form == "json":
        assert set(json.loads(result.stdout)) == {"head", "results"}
    elif form == "csv":
        head, *body = csv.reader(io.StringIO(result.stdout))
        assert body
        assert all(len(row) == len(head) for row in body), "the reading is no row of the data"


def test_the_catalogue_lists_every_analysis(run: Callable[..., Result], built: Path) -> None:
    for lang in ("ja", "en"):
        listed = run("--root", built, "--lang", lang, "network")
        assert listed.exit_code == 0
        for analysis in analyses().values():
            assert f"{analysis.name} " in listed.stdout
            assert analysis.title[lang] in listed.stdout
            shown = run("--root", built, "--lang", lang, "network", analysis.name, "--help")
            assert shown.exit_code == 0
            assert analysis.title[lang] in shown.stdout
            assert all(f"--{p.option}" in shown.stdout or p.name.upper() in shown.stdout for p in analysis.parameters)
            assert ("--out" in shown.stdout) == analysis.drawable


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["stals"], "stals: no such analysis. Did you mean: stalls?"),
        (["stalls", "--city", "小美玉町"], "--city 小美玉町: not found."),
        (["stalls", "--city", "municipality:08000"], "--city municipality:08000: not found."),
        (["similarity", "--by", "x"], "--by x: not found. It takes: national-items, topics"),
        (["communities", "--show", "x"], "--show x: not found. It takes: communities, items"),
        (["explain", "item:08236-2022-16"], "Missing argument 'TO'"),
        (["explain", "x:y", "item:08236-2022-16"], "x:y: not found."),
        (["similarity", "--out", "x.svg"], "--out"),
        (["explain", "item:08236-2022-16", "item:08236-2022-16"], "name two different things"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], message: str, run: Callable[..., Result], built: Path) -> None:
    result = run("--root", built, "--lang", "en", "network", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_the_figure_is_written_beside_the_answer(run: Callable[..., Result], built: Path, tmp_path: Path) -> None:
    path = tmp_path / "network.svg"
    result = run("--root", built, "--lang", "en", "network", "stalls", "--format", "csv", "--out", path)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "division,divisionLabel,items,stalledItems,stalledTopics,betweenness"
    assert f"Wrote the figure to {path}" in result.stderr
    assert ET.parse(path).getroot().tag.endswith("svg")


def test_other_commands_do_not_wait_for_networkx() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, dxplan.cli; print('networkx' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == "False\n"
