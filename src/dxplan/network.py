"""Plans as networks: who is in charge of what, and what would stall without them."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import networkx as nx
import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings
from dxplan.asking.parameters import Parameter, resolve
from dxplan.asking.sources import Source
from dxplan.errors import UsageError
from dxplan.iris import PREFIXES, make
from dxplan.store import write_atomically

__all__ = ["build", "city_iri", "draw", "headings", "ranking", "stalled"]

_KINDS = ("division", "item", "topic")
_CITY = Parameter(
    "city",
    ox.NamedNode(make("municipality", "08236")),
    {"ja": "市", "en": "city"},
    f"SELECT ?value WHERE {{ ?value a <{PREFIXES['dx']}Municipality> }}",
)
_QUERY = """
    PREFIX dx: <{dx}>
    PREFIX rdfs: <{rdfs}>
    SELECT DISTINCT ?item ?itemLabel ?other ?otherLabel ?kind ?scope WHERE {{
        ?plan dx:municipality {city} ; dx:transcription ?any .
        ?item a dx:Item ; dx:within ?plan ; rdfs:label ?itemLabel .
        {{ ?item dx:responsibleDivision ?other . BIND ("division" AS ?kind) }}
        UNION
        {{ ?item dx:topic ?other . BIND ("topic" AS ?kind) }}
        ?other rdfs:label ?otherLabel .
        OPTIONAL {{ ?item dx:scope ?scope }}
        FILTER (lang(?itemLabel) = "{lang}" && lang(?otherLabel) = "{lang}")
    }}
    ORDER BY ?item ?other
"""


def city_iri(text: str, source: Source) -> str:
    """Return the IRI of a city from its name, code or IRI.

    :raises UsageError: for a city that is not known.
    """
    return resolve(_CITY, text, source).value


def build(source: Source, city: str, lang: str = "ja") -> nx.Graph:
    """Return the graph of the items of a city's plans with their divisions and topics.

    Nodes are IRIs with ``kind`` (``division``, ``item`` or ``topic``) and ``label``; an item has ``shared`` where the
    document also counts on divisions that it does not name. Edges join an item to its divisions and topics.

    :raises UsageError: when no plan of the city has been collected.
    """
    answer = source.select(_QUERY.format(dx=PREFIXES["dx"], rdfs=PREFIXES["rdfs"], city=f"<{city}>", lang=lang))
    graph = nx.Graph(city=city)
    for item, item_label, other, other_label, kind, scope in answer.rows:
        assert item and item_label and other and other_label and kind
        graph.add_node(item.value, kind="item", label=item_label.value, shared=scope is not None)
        graph.add_node(other.value, kind=kind.value, label=other_label.value)
        graph.add_edge(item.value, other.value)
    if not graph:
        raise UsageError(
            f"{city}: 計画が収録されていません。別の市を指定してください。",
            f"{city}: no plan has been collected. Name another city.",
        )
    return graph


def _of_kind(graph: nx.Graph, kind: str) -> list[str]:
    return [node for node, found in graph.nodes(data="kind") if found == kind]


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
    for division in _of_kind(graph, "division"):
        items, topics = stalled(graph, division)
        rows.append((division, graph.nodes[division]["label"], graph.degree[division], len(items), len(topics)))
    rows.sort(key=lambda row: (-row[3], -row[4], -between[row[0]], row[0]))
    return Answer(
        ["division", "divisionLabel", "items", "stalledItems", "stalledTopics", "betweenness"],
        [
            (
                ox.NamedNode(division),
                ox.Literal(label),
                *(ox.Literal(number) for number in counts),
                ox.Literal(f"{between[division]:.3f}", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal")),
            )
            for division, label, *counts in rows
        ],
    )


def headings(lang: str) -> Headings:
    """Return the words by which a ranking is shown."""
    ja = {
        "division": "担当課",
        "items": "取組事項",
        "stalledItems": "なければ止まる取組",
        "stalledTopics": "なければ担い手のない主題",
        "betweenness": "媒介中心性",
    }
    en = {
        "division": "division",
        "items": "items",
        "stalledItems": "items that would stall",
        "stalledTopics": "topics left without anyone",
        "betweenness": "betweenness",
    }
    return Headings(columns=ja if lang == "ja" else en)


def draw(graph: nx.Graph, path: Path, lang: str = "ja") -> None:
    """Draw the graph as SVG: divisions on the left, items in the middle, topics on the right.

    Letters are drawn as outlines, so that Japanese shows on machines without a Japanese font.

    :raises UsageError: when the drawing library is not installed.
    """
    try:
        import matplotlib as mpl
        import matplotlib_fontja  # brings a Japanese font of its own and makes it the default
        from matplotlib.figure import Figure
    except ImportError:
        raise UsageError(
            "図を描くには matplotlib が要ります: pip install 'dxplan[charts]'",
            "Drawing needs matplotlib: pip install 'dxplan[charts]'",
        ) from None
    items = sorted(_of_kind(graph, "item"), key=_natural)
    row_of = {item: row for row, item in enumerate(items)}

    def beside(node: str) -> tuple[float, str]:
        """At the mean height of its items, so that few lines cross (the barycentre heuristic of Sugiyama 1981)."""
        rows = [row_of[item] for item in graph[node]]
        return sum(rows) / len(rows), node

    columns = {kind: items if kind == "item" else sorted(_of_kind(graph, kind), key=beside) for kind in _KINDS}
    tallest = max(map(len, columns.values()))
    place = {
        node: (x, -(row + 0.5) * tallest / len(nodes))
        for x, (kind, nodes) in enumerate(columns.items())
        for row, node in enumerate(nodes)
    }
    colours = {"division": "#1b6ca8", "item": "#5b5b5b", "topic": "#b3541e"}
    matplotlib_fontja.japanize()
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "dxplan"}):
        figure = Figure(figsize=(14, 0.24 * tallest + 1))
        axes = figure.add_axes((0.22, 0.02, 0.56, 0.94))
        axes.set_axis_off()
        nx.draw_networkx_edges(graph, place, ax=axes, edge_color="#c8c8c8", width=0.8)
        for kind, nodes in columns.items():
            nx.draw_networkx_nodes(graph, place, nodelist=nodes, ax=axes, node_size=18, node_color=colours[kind])
            side = {"division": "right", "item": "center", "topic": "left"}[kind]
            shift = {"division": -0.02, "item": 0.0, "topic": 0.02}[kind]
            for node in nodes:
                x, y = place[node]
                axes.text(
                    x + shift,
                    y,
                    graph.nodes[node]["label"],
                    ha=side,
                    va="center",
                    fontsize=7,
                    clip_on=False,
                    color=colours[kind],
                    bbox={"color": "white", "pad": 0.5} if kind == "item" else None,
                )
        title = "担当課・取組事項・主題" if lang == "ja" else "Divisions, items and topics"
        axes.set_title(title, fontsize=11)
        out = StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Title": title})
    write_atomically(path, out.getvalue())


def _natural(iri: str) -> tuple[object, ...]:
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", iri))
