"""The metadata by which catalogues and search engines find the data set."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, VOID, Namespace

from dxplan import store
from dxplan.asking.sources import StoreSource
from dxplan.iris import BASE
from dxplan.rdflib_terms import to_rdflib
from dxplan.site import dumps, tables
from dxplan.site.catalogue import WELL_KNOWN, Catalogue
from dxplan.site.columns import TABLES

SITE = "https://example.org/dx/"
SPDX = Namespace("http://spdx.org/rdf/terms#")
DATASET = rdflib.URIRef(BASE)
VERSION = rdflib.URIRef(str(DCAT) + "version")  # of DCAT 3, which rdflib does not know yet

#: What DCAT-AP 3.0 makes mandatory: https://semiceu.github.io/DCAT-AP/releases/3.0.0/
MANDATORY = {
    DCAT.Catalog: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher},
    DCAT.Dataset: {DCTERMS.title, DCTERMS.description},
    DCAT.Distribution: {DCAT.accessURL},
    DCAT.DataService: {DCTERMS.title, DCAT.endpointURL},
    FOAF.Agent: {FOAF.name},
    SPDX.Checksum: {SPDX.algorithm, SPDX.checksumValue},
}
#: And what it recommends, which we know.
RECOMMENDED = {
    DCAT.Catalog: {DCTERMS.language, DCTERMS.license, DCAT.themeTaxonomy, DCAT.dataset, DCAT.service, FOAF.homepage},
    DCAT.Dataset: {DCAT.distribution, DCAT.keyword, DCAT.theme, DCTERMS.publisher, DCTERMS.spatial, DCTERMS.temporal,
                   DCTERMS.language, DCTERMS.conformsTo, DCTERMS.accessRights, DCAT.landingPage, VERSION},
    DCAT.Distribution: {DCTERMS.title, DCTERMS.license, DCTERMS["format"], DCAT.mediaType, DCAT.byteSize,
                        DCAT.downloadURL, SPDX.checksum},
    DCAT.DataService: {DCAT.servesDataset, DCAT.endpointDescription, DCTERMS.conformsTo, DCTERMS.license},
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(source: StoreSource, snapshot: store.Snapshot) -> Catalogue:
    offered = [*dumps.dumps(source.store), *tables.tables(source.store)]
    downloads = [download for _, download in offered if download]
    return Catalogue(source.store, SITE, snapshot.manifest.digest, downloads, SITE + "sparql")


@pytest.fixture(scope="module")
def graph(catalogue: Catalogue) -> rdflib.Graph:
    return rdflib.Graph().parse(data=dict(catalogue.files())["catalog.ttl"], format="turtle")


@pytest.mark.parametrize("kind", MANDATORY)
def test_everything_that_dcat_ap_demands_is_there(kind: rdflib.URIRef, graph: rdflib.Graph) -> None:
    members = set(graph.subjects(RDF.type, kind))
    assert members
    for member in members:
        missing = (MANDATORY[kind] | RECOMMENDED.get(kind, set())) - set(graph.predicates(member))
        assert not missing, member


def test_titles_and_descriptions_are_in_both_languages(graph: rdflib.Graph) -> None:
    for predicate in (DCTERMS.title, DCTERMS.description, FOAF.name):
        for subject in set(graph.subjects(predicate)):
            texts = [each.language for each in graph.objects(subject, predicate) if isinstance(each, rdflib.Literal)]
            assert sorted(texts) == ["en", "ja"], subject


def test_each_distribution_is_what_it_says(graph: rdflib.Graph, catalogue: Catalogue, source: StoreSource) -> None:
    offered = [*dumps.dumps(source.store), *tables.tables(source.store)]
    files = {path: content for (path, content), download in offered if download}
    nodes = set(graph.objects(DATASET, DCAT.distribution))
    assert len(nodes) == len(files) == 2 + 2 * len(TABLES)
    for node in nodes:
        content = files[str(graph.value(node, DCAT.downloadURL)).removeprefix(SITE)]
        assert graph.value(node, DCAT.byteSize).toPython() == len(content)  # type: ignore[union-attr]
        checksum = graph.value(graph.value(node, SPDX.checksum), SPDX.checksumValue)
        assert str(checksum) == hashlib.sha256(content).hexdigest()
        packed = graph.value(node, DCAT.compressFormat)
        assert (packed is not None) == (content[:2] == b"\x1f\x8b")
        assert str(graph.value(node, DCAT.mediaType)).startswith("https://www.iana.org/assignments/media-types/")


def test_the_data_set_is_the_one_that_the_data_describes(graph: rdflib.Graph, source: StoreSource) -> None:
    said = to_rdflib(quad.triple for quad in source.store if quad.subject.value == BASE and not _inferred(quad))
    for label in said.objects(DATASET, RDFS.label):
        assert (DATASET, DCTERMS.title, label) in graph
    for predicate in (DCTERMS.description, DCTERMS.license, DCTERMS.conformsTo):
        assert set(said.objects(DATASET, predicate)) == set(graph.objects(DATASET, predicate))


def _inferred(quad: object) -> bool:
    return "#inferred" in str(quad)


def test_void_counts_what_there_is(graph: rdflib.Graph, source: StoreSource) -> None:
    """Counted anew by SPARQL on the union of all graphs, not by the code under test."""
    wanted = {
        VOID.triples: "(COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }",
        VOID.distinctSubjects: "(COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
        VOID.distinctObjects: "(COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }",
        VOID.properties: "(COUNT(DISTINCT ?p) AS ?n) WHERE { ?s ?p ?o }",
        VOID.classes: "(COUNT(DISTINCT ?o) AS ?n) WHERE { ?s a ?o FILTER isIRI(?o) }",
        VOID.entities: f'(COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p ?o FILTER (isIRI(?s) && STRSTARTS(STR(?s), "{BASE}")) }}',
    }
    for predicate, query in wanted.items():
        (row,) = source.select("SELECT " + query).rows
        assert row[0] is not None
        assert str(graph.value(DATASET, predicate)) == row[0].value, predicate


def test_partitions_and_subsets_count_what_they_name(graph: rdflib.Graph, source: StoreSource) -> None:
    for partition in graph.objects(DATASET, VOID.classPartition):
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a <{graph.value(partition, VOID['class'])}> }}"
        assert str(graph.value(partition, VOID.entities)) == _one(source, query)
    for partition in graph.objects(DATASET, VOID.propertyPartition):
        query = f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT ?s ?o WHERE {{ ?s <{graph.value(partition, VOID.property)}> ?o }} }}"
        assert str(graph.value(partition, VOID.triples)) == _one(source, query)
    plans = [subset for subset in graph.objects(DATASET, VOID.subset) if (subset, VOID.rootResource, None) in graph]
    assert len(plans) == 5
    for subset in plans:
        query = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph.value(subset, VOID.rootResource)}> {{ ?s ?p ?o }} }}"
        assert str(graph.value(subset, VOID.triples)) == _one(source, query)


def _one(source: StoreSource, query: str) -> str:
    ((value,),) = source.select(query).rows
    assert value is not None
    return value.value


def test_the_links_to_e_stat_are_told(graph: rdflib.Graph) -> None:
    (links,) = graph.subjects(RDF.type, VOID.Linkset)
    assert str(graph.value(links, VOID.triples)) == "5"
    assert graph.value(links, VOID.subjectsTarget) == DATASET
    assert (
        str(graph.value(graph.value(links, VOID.objectsTarget), VOID.uriSpace)) == "http://data.e-stat.go.jp/lod/sac/"
    )


def test_examples_are_things_of_ours_that_are_described(graph: rdflib.Graph, source: StoreSource) -> None:
    examples = list(graph.objects(DATASET, VOID.exampleResource))
    assert len(examples) == 4
    for example in examples:
        assert int(_one(source, f"SELECT (COUNT(*) AS ?n) WHERE {{ <{example}> ?p ?o }}")) > 3


def test_a_site_of_files_claims_no_endpoint(catalogue: Catalogue) -> None:
    alone = Catalogue(catalogue.store, catalogue.base, catalogue.version, catalogue.downloads)
    written = dict(alone.files())["catalog.ttl"].decode()
    assert "DataService" not in written
    assert "sparqlEndpoint" not in written


def test_both_forms_and_the_known_place_say_the_same(graph: rdflib.Graph, catalogue: Catalogue) -> None:
    made = dict(catalogue.files())
    assert made == dict(catalogue.files())
    assert made[WELL_KNOWN] == made["catalog.ttl"]
    assert set(rdflib.Graph().parse(data=made["catalog.jsonld"], format="json-ld")) == set(graph)
    assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_search_engines_find_a_data_set(lang: str, catalogue: Catalogue) -> None:
    """What Google demands (name, description of 50 letters and more) and recommends."""
    head = catalogue.head(lang)
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)
    told = json.loads(data)
    assert told["@type"] == "Dataset"
    assert 50 <= len(told["description"]) <= 5000
    assert {"name", "license", "creator", "keywords", "distribution", "version", "isAccessibleForFree"} <= set(told)
    assert re.fullmatch(r"\d{4}-04-01/\d{4}-03-31", told["temporalCoverage"])
    assert all(each["contentUrl"].startswith(SITE) for each in told["distribution"])
    assert told["version"] == catalogue.version[:16]
