"""The drawing of who is in charge of what."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import networkx as nx

from dxplan.errors import UsageError
from dxplan.kept import write_atomically
from dxplan.network.graphs import of_kind

__all__ = ["draw"]

_KINDS = ("division", "item", "topic")


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
    items = sorted(of_kind(graph, "item"), key=_natural)
    row_of = {item: row for row, item in enumerate(items)}

    def beside(node: str) -> tuple[float, str]:
        """At the mean height of its items, so that few lines cross (the barycentre heuristic of Sugiyama 1981)."""
        rows = [row_of[item] for item in graph[node]]
        return sum(rows) / len(rows), node

    columns = {kind: items if kind == "item" else sorted(of_kind(graph, kind), key=beside) for kind in _KINDS}
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
