"""The description of the endpoint by https://www.w3.org/TR/sparql11-service-description/, with examples of queries.

Examples are described as https://sparql.uniprot.org and the other endpoints of SIB do it: ``sh:SPARQLExecutable`` with
``schema:target``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from dxplan.asking.questions import Question
from dxplan.iris import BASE, PREFIXES, expand
from dxplan.server.formats import GRAPHS, RESULTS
from dxplan.server.jobs import Counts
from dxplan.server.limits import Limits

__all__ = ["NAMESPACES", "description", "told"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
#: The prefixes of a description.
NAMESPACES: dict[str, str] = {
    **{name: PREFIXES[name] for name in ("rdf", "rdfs", "void", "sh", "schema", "dct", "xsd")},
    "sd": _SD,
    "formats": "http://www.w3.org/ns/formats/",
}
_FEATURES = ("UnionDefaultGraph",)
_UNITS = {"seconds": "SEC", "bytes": "AD", "memory": "AD", "query": "AD"}  # UN/CEFACT: second, byte
Value = ox.NamedNode | ox.Literal


def told(limits: Limits, lang: str) -> str:
    """Return the limits in words."""
    sizes = [f"{count / 2**20:g} MiB" for count in (limits.size, limits.memory, limits.text)]
    if lang == "ja":
        return (
            f"読み取り専用。問合せは{limits.seconds:g}秒・メモリ {sizes[1]}・長さ {sizes[2]} まで、"
            f"答えは {limits.rows:,} 行・{sizes[0]} まで。超えるときは答えを切らずに、理由を述べて断ります。"
            "timeout=秒 で制限時間を短くできます。SERVICE は実行しません。"
            "既定グラフはすべての名前付きグラフの和です。"
        )
    return (
        f"Read-only. A query may take {limits.seconds:g} s and {sizes[1]} of memory and be {sizes[2]} long; an answer "
        f"may have {limits.rows:,} rows and {sizes[0]}. What goes beyond is refused in words, never cut short. "
        "timeout=SECONDS lowers the time limit. SERVICE is not run. The default graph is the union of all named graphs."
    )


def description(root: str, counts: Counts, limits: Limits, questions: Mapping[str, Question]) -> list[ox.Triple]:
    """Return the triples that describe the endpoint.

    :param root: the address of the server, which ends in a slash.
    """
    return [
        ox.Triple(ox.NamedNode(subject), _node(name), value)
        # What is said of one subject stands together.
        for subject, name, value in sorted(_statements(root, counts, limits, questions), key=lambda each: each[0])
    ]


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name, NAMESPACES))


def _statements(
    root: str, counts: Counts, limits: Limits, questions: Mapping[str, Question]
) -> Iterator[tuple[str, str, Value]]:
    endpoint = root + "sparql"
    yield endpoint, "rdf:type", _node("sd:Service")
    yield endpoint, "sd:endpoint", ox.NamedNode(endpoint)
    yield endpoint, "sd:supportedLanguage", _node("sd:SPARQL11Query")
    for feature in _FEATURES:
        yield endpoint, "sd:feature", _node(f"sd:{feature}")
    for iri in dict.fromkeys(form.of.iri for form in [*RESULTS.values(), *GRAPHS.values()] if form.of is not None):
        yield endpoint, "sd:resultFormat", ox.NamedNode(iri)
    for lang in ("ja", "en"):
        yield endpoint, "rdfs:comment", ox.Literal(told(limits, lang), language=lang)
    for name, text in (each.split("=") for each in limits.header().split(", ")):
        limit = f"{endpoint}#limit-{name}"
        yield endpoint, "schema:additionalProperty", ox.NamedNode(limit)
        yield limit, "rdf:type", _node("schema:PropertyValue")
        yield limit, "schema:name", ox.Literal(name)
        yield limit, "schema:value", ox.Literal(float(text) if "." in text or "e" in text else int(text))
        if name in _UNITS:
            yield limit, "schema:unitCode", ox.Literal(_UNITS[name])
    yield from _dataset(endpoint, counts)
    for question in questions.values():
        yield from _example(root, endpoint, question)


def _dataset(endpoint: str, counts: Counts) -> Iterator[tuple[str, str, Value]]:
    dataset, default = f"{endpoint}#dataset", f"{endpoint}#default-graph"
    yield endpoint, "sd:defaultDataset", ox.NamedNode(dataset)
    yield dataset, "rdf:type", _node("sd:Dataset")
    yield dataset, "dct:isVersionOf", ox.NamedNode(BASE)
    yield dataset, "sd:defaultGraph", ox.NamedNode(default)
    yield default, "rdf:type", _node("sd:Graph")
    yield default, "void:triples", ox.Literal(counts.union)
    for number, (name, count) in enumerate(sorted(counts.graphs.items()), 1):
        named, graph = f"{endpoint}#named-graph-{number}", f"{endpoint}#graph-{number}"
        yield dataset, "sd:namedGraph", ox.NamedNode(named)
        yield named, "rdf:type", _node("sd:NamedGraph")
        yield named, "sd:name", ox.NamedNode(name)
        yield named, "sd:graph", ox.NamedNode(graph)
        yield graph, "rdf:type", _node("sd:Graph")
        yield graph, "void:triples", ox.Literal(count)


def _example(root: str, endpoint: str, question: Question) -> Iterator[tuple[str, str, Value]]:
    iri = f"{root}ask/{question.name}"
    yield iri, "rdf:type", _node("sh:SPARQLExecutable")
    yield iri, "rdf:type", _node("sh:SPARQLSelectExecutable")
    yield iri, "sh:select", ox.Literal(question.text)
    yield iri, "schema:target", ox.NamedNode(endpoint)
    for lang in ("ja", "en"):
        yield iri, "rdfs:label", ox.Literal(question.summary(lang), language=lang)
        yield iri, "rdfs:comment", ox.Literal(question.description(lang), language=lang)
    for tag in question.tags:
        yield iri, "schema:keywords", ox.Literal(tag)
