"""Network: things such as divisions around a circle, joined where they share something, the wider the more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx

from dxplan.asking.charting import Declaration
from dxplan.charts.frame import LEADING, Body, Key
from dxplan.charts.letters import wrap
from dxplan.charts.reader import Reader, nothing
from dxplan.charts.shapes import COLOURS, GRID, Line, Mark, Shape, Text

__all__ = ["Sharing", "draw", "read"]


@dataclass(frozen=True)
class Sharing:
    """Who shares what: a graph with a ``label`` and the number of ``things`` on nodes, ``shared`` labels on edges."""

    title: str
    graph: nx.Graph


def read(reader: Reader, told: Declaration) -> list[Sharing]:
    """Return a graph for each panel: two things are joined when they stand beside the same third one.

    :raises UsageError: for an answer without any.
    """
    node, shared, panel = told.parts["node"], told.parts["shared"], told.column("panel")
    titles: dict[str, str] = {}
    members: dict[str, dict[str, dict[str, None]]] = {}
    names: dict[str, str] = {}
    for row in reader:
        key, thing = reader.key(row, node), reader.key(row, shared)
        if not key or not thing:
            continue
        at = reader.key(row, panel) if panel else ""
        titles.setdefault(at, reader.label(row, panel) if panel else "")
        names[key], names[thing] = reader.label(row, node), reader.label(row, shared)
        members.setdefault(at, {}).setdefault(thing, {})[key] = None
    if not members:
        raise nothing()
    return [Sharing(titles[at], _graph(things, names)) for at, things in members.items()]


def _graph(things: dict[str, dict[str, None]], names: dict[str, str]) -> nx.Graph:
    graph = nx.Graph()
    for thing, keys in things.items():
        for key in keys:
            if key not in graph:
                graph.add_node(key, label=names[key], things=0)
            graph.nodes[key]["things"] += 1
        for number, one in enumerate(keys):
            for other in list(keys)[number + 1 :]:
                if not graph.has_edge(one, other):
                    graph.add_edge(one, other, shared=[])
                graph.edges[one, other]["shared"].append(names[thing])
    return graph


_SIZE, _WIDTH, _STEP = 8.0, 740.0, 13.0


def draw(found: list[Sharing], reader: Reader) -> Body:
    """Return the drawing of networks under each other: a mark for each node, a line for each edge."""
    most = max((len(s) for each in found for _, _, s in each.graph.edges(data="shared")), default=1)
    shapes: list[Shape] = []
    y = 0.0
    for each in found:
        drawn, height = _circle(each, y)
        shapes += drawn
        y += height + 14
    word = reader.say("共有する数", "shared")
    keys = [Key(Line((), COLOURS[4], _thickness(number)), f"{word}: {number}") for number in sorted({1, most})]
    number = reader.say("かっこの中は、ほかと共有するものの数。", "The number in brackets: what it shares with others.")
    told = reader.say(
        f"{sum(len(each.graph) for each in found)}の点と{sum(each.graph.size() for each in found)}の線。",
        f"{sum(len(each.graph) for each in found)} nodes, {sum(each.graph.size() for each in found)} lines.",
    )
    return Body(_WIDTH, y, tuple(shapes), tuple(keys), (number,), told)


def _thickness(shared: int) -> float:
    return 0.4 + 1.3 * shared


def _order(graph: nx.Graph) -> list[str]:
    """Walk from the node that shares most to those it shares most with, so that few lines cross."""
    order: list[str] = []
    for start in sorted(graph, key=lambda key: (-graph.degree[key], key)):
        if start not in order:
            order += [key for key in nx.dfs_preorder_nodes(graph, start) if key not in order]
    return order


def _circle(found: Sharing, y: float) -> tuple[list[Shape], float]:
    graph, shapes = found.graph, list[Shape]()
    if found.title:
        shapes.append(Text(0, y + 7, found.title, 9.5))
    radius = max(40.0, len(graph) * _STEP / 3.4)
    centre = _WIDTH / 2, y + 34 + radius
    ordered = _order(graph)
    placed = _around(ordered, centre, radius)
    for one, other, shared in sorted(graph.edges(data="shared")):
        tip = f"{graph.nodes[one]['label']} – {graph.nodes[other]['label']}: {'、'.join(shared)}"
        shapes.append(Line((placed[one], placed[other]), COLOURS[4], _thickness(len(shared)), tip=tip))
    bottom = y
    for right in (True, False):
        side = sorted(
            (key for key in ordered if (placed[key][0] >= centre[0] - 0.01) is right), key=lambda key: placed[key][1]
        )
        heights = _apart([placed[key][1] for key in side])
        for key, height in zip(side, heights, strict=True):
            x, v = placed[key]
            node = graph.nodes[key]
            end = centre[0] + (radius + 22) * (1 if right else -1)
            text = wrap(f"{node['label']} ({node['things']})", _SIZE, _WIDTH / 2 - radius - 30, 1)[0]
            shapes.append(Line(((x, v), (end, height)), GRID))
            size = 5 + 1.2 * min(node["things"], 8)
            shapes.append(Mark(x, v, "circle", COLOURS[0], "white", size, f"{node['label']}: {node['things']}"))
            shapes.append(Text(end + (4 if right else -4), height, text, _SIZE, "left" if right else "right"))
            bottom = max(bottom, height)
    return shapes, max(bottom, centre[1] + radius) - y + _SIZE * LEADING


def _around(keys: Sequence[str], centre: tuple[float, float], radius: float) -> dict[str, tuple[float, float]]:
    """Place keys evenly around a centre; networkx would need numpy for it, which not every installation has."""
    step = 2 * math.pi / len(keys)
    return {
        key: (round(centre[0] + radius * math.cos(n * step), 3), round(centre[1] + radius * math.sin(n * step), 3))
        for n, key in enumerate(keys)
    }


def _apart(heights: list[float]) -> list[float]:
    """Move heights in rising order so far apart that their labels do not overlap, around their own middle."""
    if not heights:
        return []
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + _STEP) if moved else height)
    shift = (sum(moved) - sum(heights)) / len(heights)
    return [height - shift for height in moved]
