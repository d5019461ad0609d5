"""Which items of all cities belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings, Term
from dxplan.asking.parameters import choice
from dxplan.asking.sources import Source
from dxplan.iris import split
from dxplan.network.graphs import PROLOGUE, labels, texts
from dxplan.network.measures import dice, rarity
from dxplan.network.results import Result, counted, decimal, integer, named
from dxplan.network.similarity import merged

__all__ = ["SHOW", "Community", "communities", "items_and_features", "run"]

SHOW = choice(
    "show",
    ("communities", "items"),
    {
        "ja": "何を一行にするか（communities まとまり、items 取組事項）",
        "en": "what makes a row: communities or items",
    },
)
_SEEDS = range(10)
_COLUMNS = {
    "community": {"ja": "番号", "en": "number"},
    "name": {"ja": "まとまり", "en": "community"},
    "items": {"ja": "取組事項", "en": "items"},
    "cities": {"ja": "市", "en": "cities"},
    "modularity": {"ja": "モジュラリティへの寄与", "en": "share of modularity"},
    "item": {"ja": "取組事項", "en": "item"},
    "city": {"ja": "市", "en": "city"},
}


@dataclass(frozen=True)
class Community:
    """Items that belong together.

    :param topics: the topics most typical of it, two at most.
    :param modularity: what it adds to the modularity of the whole; None where nothing is connected at all.
    :param alone: whether it is one item that shares nothing with any other.
    """

    items: tuple[str, ...]
    topics: tuple[str, ...]
    modularity: float | None
    alone: bool


def items_and_features(source: Source) -> nx.Graph:
    """Return the two-sided graph of the items of all collected plans and what they may have in common.

    Items have ``kind`` ``item`` and ``city``; the others have ``kind`` ``topic`` or ``national``. An item, together
    with what lies within it, is joined to its topics and all broader ones, to the topics that its terms match, and to
    the national items that it addresses, those of several versions counting as one where they correspond. The
    ``weight`` of an edge is the rarity of its topic or national item among the items.

    Two items of a plan with a topic are joined through the topic, not directly: so the graph grows with the number of
    items, not with its square.
    """
    graph = nx.Graph()
    for item, city in _pairs(
        source, "?one a dx:Item ; dx:within ?plan . ?plan dx:transcription ?any ; dx:municipality ?two"
    ):
        graph.add_node(item, kind="item", city=city)
    items_of = defaultdict(set, {item: {item} for item in graph})
    for part, item in _pairs(source, "?two a dx:Item . ?one dx:within ?two"):
        if item in graph:
            items_of[part].add(item)
    same = merged(source)
    having: dict[str, set[str]] = defaultdict(set)
    for element, feature in [
        *_pairs(source, "?one dx:topicOrBroader ?two"),
        *_pairs(source, "?one dx:usesTerm ?term . ?term skos:exactMatch|skos:closeMatch ?two . ?two a dx:Topic"),
        *((element, same.get(item, item)) for element, item in _pairs(source, "?one dx:addresses ?two")),
    ]:
        having[feature] |= items_of.get(element, set())
    total = len(graph)
    for feature in sorted(having):
        if having[feature]:
            known = split(feature)
            graph.add_node(feature, kind="topic" if known and known[0] == "topic" else "national")
            weight = rarity(len(having[feature]), total)
            graph.add_edges_from(((item, feature) for item in sorted(having[feature])), weight=weight)
    return graph


def _pairs(source: Source, where: str) -> list[tuple[str, str]]:
    rows = texts(source, f"{PROLOGUE} SELECT DISTINCT ?one ?two WHERE {{ {where} }}")
    return sorted((one, two) for one, two in rows)


def communities(graph: nx.Graph) -> list[Community]:
    """Return the communities of a graph of items and features, the largest first; every item is in exactly one.

    Found with the method of Louvain (Blondel and others 2008, https://doi.org/10.1088/1742-5468/2008/10/P10008), which
    stays quick on large graphs. It depends on the order in which nodes are visited: it runs from ten fixed seeds, and
    the division of the highest modularity (Newman 2004) stands, the first of equals. What only one item has joins
    nothing and is left out before; an item left without any edge stands alone.

    On a two-sided graph the modularity of Newman is never above that of Barber, which is made for such graphs (2007,
    https://doi.org/10.1103/PhysRevE.76.066102): they differ by the square of how much the two sides of a community
    differ in weight. So a division that is good for the one is good for the other.
    """
    kept = graph.subgraph([n for n, kind in graph.nodes(data="kind") if kind == "item" or graph.degree[n] > 1])
    nodes = sorted(kept)
    # Numbers instead of IRIs: the order of a set of strings differs from run to run.
    number = {node: n for n, node in enumerate(nodes)}
    numbered = nx.Graph()
    numbered.add_nodes_from(range(len(nodes)))
    numbered.add_weighted_edges_from(sorted((number[a], number[b], w) for a, b, w in kept.edges(data="weight")))
    items_of = {node: set(kept[node]) for node in nodes if kept.nodes[node]["kind"] == "topic"}
    found = []
    for part, modularity in _parts(numbered):
        members = tuple(nodes[n] for n in sorted(part) if kept.nodes[nodes[n]]["kind"] == "item")
        if members:  # a part may consist of features only
            alone = len(members) == 1 and not kept.degree[members[0]]
            found.append(Community(members, _typical(set(members), items_of), modularity, alone))
    return sorted(found, key=lambda each: (-len(each.items), each.alone, each.items))


def _parts(graph: nx.Graph) -> list[tuple[set[int], float | None]]:
    if not graph.number_of_edges():
        return [({node}, None) for node in graph]
    divisions = (nx.community.louvain_communities(graph, weight="weight", seed=seed) for seed in _SEEDS)
    best = max(divisions, key=lambda parts: round(nx.community.modularity(graph, parts, weight="weight"), 9))
    twice = 2 * graph.size(weight="weight")

    def share(part: set[int]) -> float:
        inside = 2 * graph.subgraph(part).size(weight="weight")
        return float(inside / twice - (sum(degree for _, degree in graph.degree(part, weight="weight")) / twice) ** 2)

    return [(part, share(part)) for part in best]


def _typical(members: set[str], items_of: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the two topics whose items are most nearly those of the community."""
    fit = {topic: dice(len(items & members), len(items), len(members)) for topic, items in items_of.items()}
    return tuple(sorted((topic for topic in fit if fit[topic]), key=lambda topic: (-fit[topic], topic))[:2])


def run(source: Source, values: Mapping[str, ox.NamedNode | ox.Literal], lang: str) -> Result:
    """Find the communities of the items of all collected plans; ``show`` says what makes a row."""
    graph = items_and_features(source)
    found = communities(graph)
    city = {item: graph.nodes[item]["city"] for each in found for item in each.items}
    names = labels({*city, *city.values(), *(topic for each in found for topic in each.topics)}, source, lang)
    called = [_name(each, names, lang) for each in found]
    headings = Headings(columns={name: words[lang] for name, words in _COLUMNS.items()})

    def terms(iri: str) -> tuple[Term, Term]:
        return ox.NamedNode(iri), ox.Literal(names[iri])

    rows: list[tuple[Term | None, ...]]
    if values["show"].value == "items":
        columns = ["community", "name", "city", "cityLabel", "item", "itemLabel"]
        rows = [
            (integer(n), ox.Literal(name), *terms(city[item]), *terms(item))
            for n, (each, name) in enumerate(zip(found, called, strict=True), 1)
            for item in each.items
        ]
    else:
        columns = ["community", "name", "items", "cities", "modularity"]
        rows = [
            (
                integer(n),
                ox.Literal(name),
                integer(len(each.items)),
                integer(len({city[item] for item in each.items})),
                decimal(each.modularity),
            )
            for n, (each, name) in enumerate(zip(found, called, strict=True), 1)
        ]
    return Result(Answer(columns, rows), headings, _reading(found, called, city, lang))


def _name(community: Community, names: dict[str, str], lang: str) -> str:
    if community.topics:
        return ("／" if lang == "ja" else " / ").join(names[topic] for topic in community.topics)
    if community.alone:
        label = names[community.items[0]]
        return f"孤立: {label}" if lang == "ja" else f"stands alone: {label}"
    return "国の取組事項による" if lang == "ja" else "by national items only"


def _reading(found: list[Community], called: list[str], city: dict[str, str], lang: str) -> str:
    ja = lang == "ja"
    if not found:
        return "取組事項が収録されていません。" if ja else "No item has been collected."
    alone = sum(1 for each in found if each.alone)
    joined = [each for each in found if not each.alone]
    cities = set(city.values())
    lines = []
    if joined:
        everywhere = sum(1 for each in joined if {city[item] for item in each.items} == cities)
        largest = len(found[0].items)
        total = sum(each.modularity or 0.0 for each in joined)
        lines.append(
            f"{len(cities)}市の取組事項{len(city)}件のうち{len(city) - alone}件が、{len(joined)}のまとまりに分かれます"
            f"（モジュラリティ{total:.3f}）。最も大きいのは{named(called[0], lang)}で、{largest}件です。"
            f"すべての市にわたるまとまりは{everywhere}です。"
            if ja
            else f"{len(city) - alone} of {counted(len(city), 'item')} of {counted(len(cities), 'city', 'cities')} fall"
            f" into {counted(len(joined), 'community', 'communities')} (modularity {total:.3f}). The largest is"
            f" {named(called[0], lang)} with {counted(largest, 'item')}."
            f" {everywhere} of them {'has' if everywhere == 1 else 'have'} items of every city."
        )
    if alone:
        lines.append(
            f"ほかのどれとも結び付かない取組事項が{alone}件あります。"
            if ja
            else f"{counted(alone, 'item')} {'has' if alone == 1 else 'have'} nothing in common with any other."
        )
    else:
        lines.append("ほかのどれとも結び付かない取組事項はありません。" if ja else "No item stands alone.")
    return "\n".join(lines)
