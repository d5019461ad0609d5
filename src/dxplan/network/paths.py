"""Shortest explanations: how one node is connected to another by statements that explain something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

import networkx as nx

from dxplan.asking.sources import Source
from dxplan.iris import PREFIXES
from dxplan.network.graphs import texts

__all__ = ["Explanations", "Statement", "explanations", "follows", "grounds"]

# Closed lists, times and documents: a thousand things have each of them, which connects none of them. They may stand
# at an end of an explanation, never within it. So may schemes (glossaries, versions of the national plan) and classes,
# whose kind is "dx" or empty.
_HUBS = frozenset({"fy", "day", "stage", "document", "dx", ""})
# What stands on our judgement whatever its subject; matches do not stand where their subject has its source.
_READ = frozenset({"dx:addressesAsRead", "dx:topic", "dx:stage", "dx:outcome", "dx:indicator"})
_MATCHES = frozenset({"skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch"})
_COSTS = {"printed": 1, "read": 2, "reference": 2, "inferred": 4}


@dataclass(frozen=True)
class Statement:
    """A triple and what it rests on.

    :param ground: ``printed`` where a document says so, ``read`` where we read it so, ``reference`` for data of our own
        that cite no document, such as the order of topics, else ``inferred``.
    :param graph: the named graph that says so.
    :param cited: whether source and locator of the subject are those of the statement.
    """

    subject: str
    property: str
    name: str
    object: str
    ground: str
    graph: str
    cited: bool


@dataclass(frozen=True)
class Explanations:
    """All explanations that are equally short.

    :param number: how many there are.
    :param derives: whether they derive an inferred statement that joins the two ends.
    """

    number: int
    derives: bool
    _next: Mapping[str, list[str]]
    _best: Mapping[tuple[str, str], Statement]
    _ends: tuple[str, str]

    def __iter__(self) -> Iterator[list[tuple[str, Statement, str]]]:
        """Yield each as steps: from, the statement that joins the two in either direction, to; in the order of IRIs."""
        if self.number:
            yield from self._from(self._ends[0])

    def _from(self, node: str) -> Iterator[list[tuple[str, Statement, str]]]:
        if node == self._ends[1]:
            yield []
            return
        for onward in self._next[node]:
            for rest in self._from(onward):
                yield [(node, self._best[node, onward], onward), *rest]


def grounds(source: Source) -> dict[tuple[str, bool], set[tuple[str, bool]]]:
    """Return from which properties a property follows directly by the axioms of the ontology.

    A property goes with a direction, False for from object to subject: an inverse is the other property in the other
    direction. Read are sub-properties, inverses, symmetry and property chains.
    """
    found: dict[tuple[str, bool], set[tuple[str, bool]]] = {}
    rdfs, owl, rdf = (PREFIXES[name] for name in ("rdfs", "owl", "rdf"))
    asked = {
        f"?from <{rdfs}subPropertyOf> ?to": True,
        f"{{ ?from <{owl}inverseOf> ?to }} UNION {{ ?to <{owl}inverseOf> ?from }}": False,
        f"?from a <{owl}SymmetricProperty> BIND (?from AS ?to)": False,
        f"?to <{owl}propertyChainAxiom>/<{rdf}rest>*/<{rdf}first> ?from": True,
    }
    for where, along in asked.items():
        for lower, higher in texts(source, f"SELECT ?from ?to WHERE {{ {where} }}"):
            for forward in (True, False):
                found.setdefault((higher, forward), set()).add((lower, forward == along))
    return found


def follows(graph: nx.MultiDiGraph, one: str, other: str) -> list[tuple[str, str, str]]:
    """Return the inferred statements between two nodes, as subject, prefixed name and object."""
    found = []
    for subject, value in ((one, other), (other, one)):
        for name, data in sorted((graph.get_edge_data(subject, value) or {}).items()):
            if data["inferred"]:
                found.append((subject, name, value))
    return found


def explanations(
    graph: nx.MultiDiGraph,
    one: str,
    other: str,
    axioms: Mapping[tuple[str, bool], Set[tuple[str, bool]]],
    reconstructed: Set[str] = frozenset(),
) -> Explanations:
    """Return the shortest explanations of how two nodes are connected.

    1. What is only inferred between the two is explained by the asserted statements from which it follows.
    2. Failing that, by a way over asserted statements, in either direction.
    3. Failing that, by a way that also takes inferred statements.

    The length of a way is 1 for each statement that is printed, 2 for each that is our reading or reference data, 4 for
    each inferred one; and for each node passed on it ``floor(log2(neighbours))``, because what is joined to much
    explains little (after Moore, Steinke and Tresp, A Novel Metric for Information Retrieval in Semantic Networks,
    2011, who weigh by the logarithm of the degree). Times, stages,
    documents, schemes, classes and closed lists are never passed. The time grows with the number of statements.

    :param graph: as :func:`dxplan.network.graphs.whole` returns it.
    :param axioms: as :func:`grounds` returns them.
    :param reconstructed: the nodes whose statements were reconstructed by us.
    """
    statements = list(_statements(graph, {one, other}, reconstructed))
    asserted = [each for each in statements if each.ground != "inferred"]
    neighbours = nx.DiGraph(list(_steps(asserted)))
    derivation: dict[tuple[str, str], Statement] = {}
    if (one, other) not in neighbours.edges:
        allowed = _allowed(graph, one, other, axioms)
        derivation = _steps(asserted, allowed)
    for steps, derives in ((derivation, True), (_steps(asserted), False), (_steps(statements), False)):
        onward = _onward(steps, neighbours, one, other)
        if one in onward:
            return Explanations(_count(onward, one, other), derives, onward, steps, (one, other))
    return Explanations(0, False, {}, {}, (one, other))


def _statements(graph: nx.MultiDiGraph, ends: Set[str], reconstructed: Set[str]) -> Iterator[Statement]:
    schemes = {value for _, value, name in graph.edges(keys=True) if name == "skos:inScheme"}
    passed = {node for node, kind in graph.nodes(data="kind") if kind not in _HUBS} - schemes | ends
    sourced = {subject for subject, _, name in graph.edges(keys=True) if name == "dct:source"}
    for subject, value, name, data in graph.edges(keys=True, data=True):
        if subject != value and subject in passed and value in passed:
            if data["inferred"]:
                ground = "inferred"
            elif name in _READ or name in _MATCHES or subject in reconstructed:
                ground = "read"
            else:
                ground = "printed" if subject in sourced else "reference"
            cited = ground != "inferred" and name not in _MATCHES
            yield Statement(subject, data["property"], name, value, ground, data["graph"], cited)


def _steps(
    statements: Iterable[Statement], allowed: Set[tuple[str, bool]] | None = None
) -> dict[tuple[str, str], Statement]:
    """Return for each step the statement to take: the surest, of equals that in its direction, then the first by name.

    :param allowed: the properties that may be taken, each with its direction; None for all in both.
    """
    found: dict[tuple[str, str], Statement] = {}
    for made in statements:
        for step, forward in (((made.subject, made.object), True), ((made.object, made.subject), False)):
            if allowed is None or (made.property, forward) in allowed:
                known = found.get(step)
                if known is None or _rank(made, step) < _rank(known, step):
                    found[step] = made
    return found


def _rank(statement: Statement, step: tuple[str, str]) -> tuple[int, bool, str]:
    return _COSTS[statement.ground], (statement.subject, statement.object) != step, statement.name


def _allowed(
    graph: nx.MultiDiGraph, one: str, other: str, axioms: Mapping[tuple[str, bool], Set[tuple[str, bool]]]
) -> set[tuple[str, bool]]:
    """Return the properties from which what is inferred between two nodes may follow."""
    todo = [
        (graph.edges[subject, value, name]["property"], subject == one)
        for subject, name, value in follows(graph, one, other)
    ]
    allowed = set(todo)
    while todo:
        new = axioms.get(todo.pop(), set()) - allowed
        allowed |= new
        todo += new
    return allowed


def _onward(
    steps: Mapping[tuple[str, str], Statement], neighbours: nx.DiGraph, one: str, other: str
) -> dict[str, list[str]]:
    """Return for each node from which the end is reached where a shortest way goes on, in the order of IRIs."""
    backward = nx.DiGraph()
    for (here, there), statement in steps.items():
        # What passing a node costs stands on the step that leads to it.
        hub = 0 if there in (one, other) else _hub(neighbours, there)
        backward.add_edge(there, here, weight=_COSTS[statement.ground] + hub)
    if one not in backward or other not in backward:
        return {}
    onward, _ = nx.dijkstra_predecessor_and_distance(backward, other)
    return {node: sorted(set(nodes)) for node, nodes in onward.items()}


def _hub(neighbours: nx.DiGraph, node: str) -> int:
    return max(neighbours.out_degree(node), 1).bit_length() - 1 if node in neighbours else 0


def _count(onward: Mapping[str, list[str]], one: str, other: str) -> int:
    """Return the number of ways, without walking each."""
    subgraph = nx.DiGraph()
    todo, seen = [one], {one}
    while todo:
        node = todo.pop()
        for there in onward[node]:
            subgraph.add_edge(node, there)
            if there not in seen:
                seen.add(there)
                todo.append(there)
    number = {other: 1}
    for node in reversed(list(nx.topological_sort(subgraph))):
        if node != other:
            number[node] = sum(number[there] for there in onward[node])
    return number[one]
