"""Graphs of networkx, read from whatever answers SPARQL."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from dxplan.asking.sources import Source
from dxplan.errors import UsageError
from dxplan.iris import BASE, INFERRED, PREFIXES, is_part, prefix_lines, shorten, split

__all__ = ["PROLOGUE", "duties", "labels", "of_kind", "texts", "whole"]

#: What the queries of the analyses begin with.
PROLOGUE = prefix_lines(["dx", "rdfs", "skos"], sparql=True)
_OURS = f'STRSTARTS(STR(?{{0}}), "{BASE}")'


def whole(source: Source) -> nx.MultiDiGraph:
    """Return all statements that join two IRIs of ours.

    Nodes are IRIs with ``kind`` (that of :data:`dxplan.iris.KINDS`, ``dx`` for a term of the vocabulary, else empty),
    ``label_ja`` and ``label_en`` (the IRI, shortened, where there is no label). Edges run from subject to object; their
    key is the property as a prefixed name, their attributes are ``property`` (its IRI), ``inferred``, and ``graph``,
    the named graph that says so. What is both asserted and inferred counts as asserted. Nodes and edges come in the
    order of their IRIs.

    Time and memory grow with the number of statements.
    """
    found: dict[tuple[str, str, str], str] = {}
    for s, p, o, place in texts(
        source,
        f"""SELECT ?s ?p ?o ?g WHERE {{
            GRAPH ?g {{ ?s ?p ?o }}
            FILTER (isIRI(?s) && isIRI(?o) && {_OURS.format("s")} && {_OURS.format("o")})
        }}""",
    ):
        found[s, p, o] = min(place, found.get((s, p, o), place), key=_trust)
    names: dict[str, dict[str, str]] = {}
    for node, label, lang in texts(
        source,
        f"""{PROLOGUE} SELECT ?node ?label (LANG(?label) AS ?lang) WHERE {{
            ?node rdfs:label ?label FILTER (isIRI(?node) && {_OURS.format("node")})
        }}""",
    ):
        of_node = names.setdefault(node, {})
        of_node[lang] = min(label, of_node.get(lang, label))
    graph = nx.MultiDiGraph()
    for iri in sorted({iri for s, _, o in found for iri in (s, o)} | set(names)):
        of_node, short = names.get(iri, {}), shorten(iri)
        graph.add_node(iri, kind=_kind(iri), label_ja=of_node.get("ja", short), label_en=of_node.get("en", short))
    for (s, p, o), place in sorted(found.items()):
        graph.add_edge(s, o, key=shorten(p), property=p, inferred=place.endswith(INFERRED), graph=place)
    return graph


def _trust(graph: str) -> tuple[bool, str]:
    return graph.endswith(INFERRED), graph


def _kind(iri: str) -> str:
    known = None if is_part(iri) else split(iri)
    return known[0] if known else "dx" if iri.startswith(PREFIXES["dx"]) else ""


def duties(source: Source, city: str, lang: str = "ja") -> nx.Graph:
    """Return the graph of the items of a city's plans with their divisions and topics.

    Nodes are IRIs with ``kind`` (``division``, ``item`` or ``topic``) and ``label``; an item has ``shared`` where the
    document also counts on divisions that it does not name. Edges join an item to its divisions and topics.

    :raises UsageError: when no plan of the city has been collected.
    """
    graph = nx.Graph(city=city)
    for item, item_label, other, other_label, kind, shared in texts(
        source,
        f"""{PROLOGUE}
        SELECT DISTINCT ?item ?itemLabel ?other ?otherLabel ?kind ?shared WHERE {{
            ?plan dx:municipality <{city}> ; dx:transcription ?any .
            ?item a dx:Item ; dx:within ?plan ; rdfs:label ?itemLabel .
            {{ ?item dx:responsibleDivision ?other . BIND ("division" AS ?kind) }}
            UNION
            {{ ?item dx:topic ?other . BIND ("topic" AS ?kind) }}
            ?other rdfs:label ?otherLabel .
            OPTIONAL {{ ?item dx:scope ?scope }}
            BIND (BOUND(?scope) AS ?shared)
            FILTER (lang(?itemLabel) = "{lang}" && lang(?otherLabel) = "{lang}")
        }}
        ORDER BY ?item ?other""",
    ):
        graph.add_node(item, kind="item", label=item_label, shared=shared == "true")
        graph.add_node(other, kind=kind, label=other_label)
        graph.add_edge(item, other)
    if not graph:
        raise UsageError(
            f"{city}: 計画が収録されていません。別の市を指定してください。",
            f"{city}: no plan has been collected. Name another city.",
        )
    return graph


def of_kind(graph: nx.Graph, kind: str) -> list[str]:
    """Return the nodes of a kind, in the order of the graph."""
    return [node for node, found in graph.nodes(data="kind") if found == kind]


def labels(iris: Iterable[str], source: Source, lang: str) -> dict[str, str]:
    """Return the label of each IRI in a language; the IRI, shortened, where it has none."""
    sought = sorted(set(iris))
    found: dict[str, str] = {}
    if sought:
        listed = " ".join(f"<{iri}>" for iri in sought)
        for node, label in texts(
            source,
            f"""{PROLOGUE} SELECT ?node ?label WHERE {{
                VALUES ?node {{ {listed} }} ?node rdfs:label ?label FILTER (lang(?label) = "{lang}")
            }}""",
        ):
            found[node] = min(label, found.get(node, label))
    return {iri: found.get(iri, shorten(iri)) for iri in sought}


def texts(source: Source, query: str) -> list[tuple[str, ...]]:
    """Return the rows of a query as IRIs and lexical forms, without those in which a value is missing."""
    answer = source.select(query)
    rows = (tuple(term.value for term in row if term is not None) for row in answer.rows)
    return [row for row in rows if len(row) == len(answer.columns)]
