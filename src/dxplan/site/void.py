"""How much of what the data set holds, and where it links to: VoID, https://www.w3.org/TR/void/.

The data set is the base IRI. What stands beside it (a subset for each plan and report, a partition for each class and
property, the set of links to e-Stat) is named ``catalog#…``. Numbers count distinct triples of the union of all graphs
unless the subset says otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from dxplan.iris import BASE, CATALOG, DX, INFERRED, KINDS, PREFIXES, expand, part, shorten, split
from dxplan.site.downloads import Download

__all__ = ["E_STAT", "VOCABULARIES", "Draft", "describe"]

#: Where e-Stat keeps the IRIs of areas: http://data.e-stat.go.jp/lodw/
E_STAT = "http://data.e-stat.go.jp/lod/sac/"

#: The prefixes of the metadata.
VOCABULARIES = {
    **PREFIXES,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "formats": "http://www.w3.org/ns/formats/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
}
_TYPE = PREFIXES["rdf"] + "type"
# The media types of RDF, with the names that the W3C keeps for them: https://www.w3.org/ns/formats/
_RDF_FORMATS = {"application/n-quads": "formats:N-Quads", "text/turtle": "formats:Turtle"}
_EXAMPLES = ("Plan", "Item", "Topic", "Municipality")

Value = str | int | ox.NamedNode | ox.Literal


@dataclass
class Draft:
    """Triples under way; names are prefixed names, and so is a text that begins with a known prefix."""

    triples: set[ox.Triple] = field(default_factory=set)

    def say(self, subject: str, **properties: Value | Iterable[Value]) -> None:
        """Add what is said of a subject: ``dct_title=…`` is dct:title; several values stand in a list or tuple.

        An :class:`int` is an xsd:nonNegativeInteger, a :class:`str` an IRI or a prefixed name.
        """
        for name, given in properties.items():
            predicate = ox.NamedNode(expand(name.replace("_", ":", 1), VOCABULARIES))
            many = [given] if isinstance(given, (str, int, ox.NamedNode, ox.Literal)) else list(given)
            for value in many:
                self.triples.add(ox.Triple(ox.NamedNode(subject), predicate, _term(value)))

    def ordered(self) -> list[ox.Triple]:
        """Return the triples, sorted."""
        return sorted(self.triples, key=str)

    def prefixes(self) -> dict[str, str]:
        """Return the prefixes that the triples use."""
        used = " ".join(map(str, self.triples))
        return {name: iri for name, iri in VOCABULARIES.items() if f"<{iri}" in used}


def _term(value: Value) -> ox.NamedNode | ox.Literal:
    if isinstance(value, int):
        return ox.Literal(str(value), datatype=ox.NamedNode(PREFIXES["xsd"] + "nonNegativeInteger"))
    if isinstance(value, str):
        is_name = value.partition(":")[0] in VOCABULARIES
        return ox.NamedNode(expand(value, VOCABULARIES) if is_name else value)
    return value


@dataclass(frozen=True)
class _Counts:
    """What there is in a store, counted once."""

    triples: int
    inferred: int
    subjects: int
    objects: int
    entities: int
    properties: Counter[str]
    classes: Counter[str]
    graphs: Counter[str]
    links: int


def _count(store: ox.Store) -> _Counts:
    subjects, objects, entities = set(), set(), set()
    properties: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    graphs: Counter[str] = Counter()
    links: set[ox.Triple] = set()
    subjects = {quad.subject for quad in store}
    for subject in subjects:
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(BASE):
            entities.add(subject.value)
        # One subject at a time: what two graphs both say counts once, and memory stays bounded.
        for triple in {quad.triple for quad in store.quads_for_pattern(subject, None, None)}:
            properties[triple.predicate.value] += 1
            if triple.predicate.value == _TYPE and isinstance(triple.object, ox.NamedNode):
                classes[triple.object.value] += 1
            objects.add(triple.object)
            if _is_link(triple):
                links.add(triple)
    inferred = 0
    for graph in store.named_graphs():
        if isinstance(graph, ox.NamedNode):
            graphs[graph.value] = sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
            inferred += graphs[graph.value] if graph.value.endswith(INFERRED) else 0
    return _Counts(
        sum(properties.values()), inferred, len(subjects), len(objects), len(entities), properties, classes, graphs,
        len(links),
    )  # fmt: skip


def _is_link(triple: ox.Triple) -> bool:
    """Whether it says that one of ours is what e-Stat means; the other way round it follows from that."""
    return (
        triple.predicate.value == PREFIXES["skos"] + "exactMatch"
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value.startswith(E_STAT)
    )


def describe(store: ox.Store, base: str, downloads: Sequence[Download], endpoint: str | None = None) -> Draft:
    """Return the VoID description of a store.

    :param base: where the site is published.
    :param endpoint: a SPARQL endpoint, where there is one.
    """
    counts = _count(store)
    draft = Draft()
    draft.say(
        BASE,
        rdf_type="void:Dataset",
        foaf_homepage=base,
        void_triples=counts.triples,
        void_entities=counts.entities,
        void_distinctSubjects=counts.subjects,
        void_distinctObjects=counts.objects,
        void_properties=len(counts.properties),
        void_classes=len(counts.classes),
        void_uriSpace=ox.Literal(BASE),
        void_vocabulary=_vocabularies([*counts.properties, *counts.classes]),
        void_feature=["formats:JSON-LD", "formats:N-Quads", "formats:Turtle"],
        void_dataDump=[base + each.path for each in downloads if each.media_type in _RDF_FORMATS],
        void_exampleResource=_examples(store),
    )
    if endpoint:
        draft.say(BASE, void_sparqlEndpoint=endpoint)
    _partitions(draft, counts)
    _subsets(draft, store, counts)
    draft.say(CATALOG, rdf_type="void:DatasetDescription", foaf_primaryTopic=BASE, foaf_topic=BASE)
    return draft


def _vocabularies(names: Iterable[str]) -> list[str]:
    spaces = [iri for prefix, iri in PREFIXES.items() if prefix not in KINDS]
    return sorted(space for space in spaces if any(name.startswith(space) for name in names))


def _examples(store: ox.Store) -> list[str]:
    found = []
    for name in _EXAMPLES:
        quads = store.quads_for_pattern(None, ox.NamedNode(_TYPE), ox.NamedNode(DX + name))
        members = sorted(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
        # A plan that is only named by another says little; one with a graph of its own says all.
        found += [each for each in members if store.contains_named_graph(ox.NamedNode(each))][:1] or members[:1]
    return found


def _fragment(word: str, iri: str) -> str:
    return part(CATALOG, word, re.sub(r"[^\w.-]+", "-", shorten(iri), flags=re.ASCII).strip("-"))


def _partitions(draft: Draft, counts: _Counts) -> None:
    for iri, number in counts.classes.items():
        node = _fragment("class", iri)
        draft.say(BASE, void_classPartition=node)
        draft.say(node, rdf_type="void:Dataset", void_class=ox.NamedNode(iri), void_entities=number)
    for iri, number in counts.properties.items():
        node = _fragment("property", iri)
        draft.say(BASE, void_propertyPartition=node)
        draft.say(node, rdf_type="void:Dataset", void_property=ox.NamedNode(iri), void_triples=number)


def _subsets(draft: Draft, store: ox.Store, counts: _Counts) -> None:
    for graph, number in counts.graphs.items():
        known = split(graph)
        if known is None or known[0] not in ("plan", "document") or graph.endswith(INFERRED):
            continue
        node = part(CATALOG, *known)
        draft.say(BASE, void_subset=node)
        draft.say(node, rdf_type="void:Dataset", void_rootResource=graph, void_triples=number, dct_isPartOf=BASE)
        draft.say(node, rdfs_label=_labels(store, graph))
    inferred = part(CATALOG, "inferred")
    draft.say(BASE, void_subset=inferred)
    draft.say(
        inferred,
        rdf_type="void:Dataset",
        rdfs_label=[ox.Literal("推論した文", language="ja"), ox.Literal("inferred statements", language="en")],
        void_triples=counts.inferred,
    )
    links, target = part(CATALOG, "links-to-e-stat"), part(CATALOG, "e-stat")
    draft.say(BASE, void_subset=links)
    draft.say(
        links,
        rdf_type="void:Linkset",
        rdfs_label=[
            ox.Literal("政府統計（e-Stat）の地域への対応", language="ja"),
            ox.Literal("links to the areas of e-Stat", language="en"),
        ],
        void_linkPredicate="skos:exactMatch",
        void_subjectsTarget=BASE,
        void_objectsTarget=target,
        void_triples=counts.links,
    )
    draft.say(
        target, rdf_type="void:Dataset", foaf_homepage="http://data.e-stat.go.jp/", void_uriSpace=ox.Literal(E_STAT)
    )


def _labels(store: ox.Store, iri: str) -> list[ox.Literal]:
    quads = store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(PREFIXES["rdfs"] + "label"), None)
    return [quad.object for quad in quads if isinstance(quad.object, ox.Literal)]
