"""What would stall without a division."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx
import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings
from dxplan.asking.parameters import Parameter, resolve
from dxplan.asking.sources import Source
from dxplan.iris import PREFIXES, make
from dxplan.network.graphs import duties, labels, of_kind
from dxplan.network.results import Result, counted, decimal, integer

__all__ = ["CITY", "city_iri", "ranking", "run", "stalled"]

CITY = Parameter(
    "city",
    ox.NamedNode(make("municipality", "08236")),
    {"ja": "市", "en": "city"},
    f"SELECT ?value WHERE {{ ?value a <{PREFIXES['dx']}Municipality> }}",
)
_COLUMNS = {
    "division": {"ja": "担当課", "en": "division"},
    "items": {"ja": "取組事項", "en": "items"},
    "stalledItems": {"ja": "なければ止まる取組", "en": "items that would stall"},
    "stalledTopics": {"ja": "なければ担い手のない主題", "en": "topics left without anyone"},
    "betweenness": {"ja": "媒介中心性", "en": "betweenness"},
}


def city_iri(text: str, source: Source) -> str:
    """Return the IRI of a city from its name, code or IRI.

    :raises UsageError: for a city that is not known.
    """
    return resolve(CITY, text, source).value


def stalled(graph: nx.Graph, division: str) -> tuple[set[str], set[str]]:
    """Return the items and the topics that nobody would be left in charge of without a division.

    An item stalls when it has no other division, named or not; a topic when all its items stall.
    """
    without = nx.restricted_view(graph, [division], [])
    kinds = graph.nodes

    def has_owner(item: str) -> bool:
        return kinds[item]["shared"] or any(kinds[n]["kind"] == "division" for n in without[item])

    items = {item for item in graph[division] if not has_owner(item)}
    touched = {topic for item in items for topic in graph[item] if kinds[topic]["kind"] == "topic"}
    return items, {topic for topic in touched if not any(has_owner(item) for item in graph[topic])}


def ranking(graph: nx.Graph) -> Answer:
    """Return the divisions, those first without which most would stall.

    Columns: ``division``, ``divisionLabel``, ``items`` it is in charge of, ``stalledItems`` and ``stalledTopics``
    without it, and ``betweenness``, its share of the shortest paths between all other nodes (0 to 1; Freeman 1977).
    """
    between = nx.betweenness_centrality(graph)
    rows = []
    for division in of_kind(graph, "division"):
        items, topics = stalled(graph, division)
        rows.append((division, graph.nodes[division]["label"], graph.degree[division], len(items), len(topics)))
    rows.sort(key=lambda row: (-row[3], -row[4], -between[row[0]], row[0]))
    return Answer(
        ["division", "divisionLabel", *list(_COLUMNS)[1:]],
        [
            (ox.NamedNode(division), ox.Literal(label), *map(integer, counts), decimal(between[division]))
            for division, label, *counts in rows
        ],
    )


def run(source: Source, values: Mapping[str, ox.NamedNode | ox.Literal], lang: str) -> Result:
    """Rank the divisions of the city named by ``city``.

    :raises UsageError: when no plan of the city has been collected.
    """
    graph = duties(source, values["city"].value, lang)
    answer = ranking(graph)
    headings = Headings(columns={name: words[lang] for name, words in _COLUMNS.items()})
    return Result(answer, headings, _reading(graph, answer, labels([graph.graph["city"]], source, lang), lang))


def _reading(graph: nx.Graph, answer: Answer, names: dict[str, str], lang: str) -> str:
    city = names[graph.graph["city"]]
    found = [(label.value, int(items.value), int(topics.value)) for _, label, _, items, topics, _ in answer.rows]  # type: ignore[union-attr]
    alone = sum(1 for _, items, _ in found if items)
    if not alone:
        return (
            f"{city}では、どの課がなくても、止まる取組事項はありません。"
            if lang == "ja"
            else f"In {city} no item would stall, whichever single division were missing."
        )
    (first, items, topics), number = found[0], len(of_kind(graph, "item"))
    ties = [label for label, *counts in found[1:] if counts == [items, topics]]
    if lang == "ja":
        most = f"{'、'.join(ties)}がない場合も同じです" if ties else "どの課がない場合よりも多い数です"
        return (
            f"{first}がなければ、{city}の取組事項{number}件のうち{items}件が止まり、"
            f"{topics}の主題に担い手がいなくなります。{most}。\n"
            f"{len(found)}課のうち{alone}課が、少なくとも1件の取組事項を単独で担当しています。"
        )
    would_be = "topic would be left" if topics == 1 else "topics would be left"
    most = (
        f"; the same holds for {' and for '.join(f'the {tie}' for tie in ties)}"
        if ties
        else ", more than without any other division"
    )
    return (
        f"Without the {first}, {items} of the {counted(number, 'item')} of {city} would stall"
        f" and {topics} {would_be} without anyone{most}.\n"
        f"{alone} of the {counted(len(found), 'division')} {'is' if alone == 1 else 'are'} alone in charge of"
        " at least one item."
    )
