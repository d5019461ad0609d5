"""What we infer is what OWL 2 RL infers, and what our own rules say."""

from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.documents import Document, read
from dxplan.errors import RulesError
from dxplan.inferring.axioms import read_axioms
from dxplan.inferring.closure import Closure
from dxplan.inferring.inference import Inference
from dxplan.inferring.rules import compile_rules
from dxplan.iris import BASE, DX, PREFIXES
from dxplan.ntriples import lines, statements
from dxplan.rdflib_terms import to_rdflib
from dxplan.store import Snapshot

RDF_TYPE = rdflib.RDF.type
# Statements about the vocabularies themselves, and what only mirrors a node onto itself, are not about instances.
INSTANCE_PREDICATES = (*(PREFIXES[p] for p in ("dx", "skos", "org", "dct", "prov")), str(rdflib.RDFS.label))
INSTANCE_CLASSES = tuple(PREFIXES[p] for p in ("dx", "skos", "org", "prov", "schema", "time"))
Triples = set[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]


def about_instances(graph: rdflib.Graph, data: rdflib.Graph) -> Triples:
    nodes = {n for n in (*data.subjects(), *data.objects()) if not str(n).startswith(BASE + "def")}
    return {
        (s, p, o)
        for s, p, o in graph
        if isinstance(s, rdflib.URIRef)  # owlrl makes statements about literals, which is not RDF
        and s in nodes
        and s != o
        and (str(p).startswith(INSTANCE_PREDICATES) or (p == RDF_TYPE and str(o).startswith(INSTANCE_CLASSES)))
    }


def by_owlrl(ontology: rdflib.Graph, data: rdflib.Graph) -> Triples:
    closed = rdflib.Graph(store="SimpleMemory")  # keeps no account of contexts, and is the quicker for it
    for triple in (*ontology, *data):
        closed.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(closed)
    return about_instances(closed, data)


def by_axioms(corpus: Corpus, triples: list[ox.Triple]) -> Triples:
    """Our closure by the axioms alone: owlrl does not know SPARQLRules."""
    found = Closure(read_axioms(corpus.documents("ontology"))).add(statements(triples))
    inferred = ox.parse(lines(found), format=ox.RdfFormat.N_TRIPLES)
    return about_instances(to_rdflib([*triples, *(quad.triple for quad in inferred)]), to_rdflib(triples))


@pytest.fixture(scope="module")
def ontology(corpus: Corpus) -> rdflib.Graph:
    return to_rdflib(t for d in corpus.documents("ontology") for t in d.triples)


def test_the_whole_plan_equals_owlrl(corpus: Corpus, ontology: rdflib.Graph) -> None:
    documents: list[Document] = [
        *corpus.documents("reference", "national"),
        corpus.document(corpus.root / "data/plans/08236-2022.ttl"),
    ]
    triples = [t for d in documents for t in d.triples]
    ours = by_axioms(corpus, triples)
    theirs = by_owlrl(ontology, to_rdflib(triples))
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert len(ours) > len(set(triples))


ITEM = "https://w3id.org/dxplan/item/00000-2030-{}"
NODES = st.integers(0, 5).map(ITEM.format)
LINKS = st.sampled_from(
    [
        DX + name
        for name in ("partOf", "hasPart", "within", "topic", "addressesAsRead", "addressesAsPrinted", "phaseOf", "from",
                     "usesTerm", "basedOn", "municipality")
    ]
    + [PREFIXES["skos"] + name for name in ("broader", "narrower", "exactMatch", "topConceptOf")]
    + [PREFIXES["org"] + "unitOf"]
)  # fmt: skip
TYPES = st.sampled_from(
    [DX + name for name in ("Item", "Action", "Phase", "Topic", "Municipality", "Plan", "Division")]
)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(NODES, LINKS, NODES), max_size=10),
    st.lists(st.tuples(NODES, TYPES), max_size=4),
    st.lists(st.tuples(NODES, st.sampled_from(["ja", "en"])), max_size=2),
)
def test_generated_plans_equal_owlrl(
    corpus: Corpus,
    ontology: rdflib.Graph,
    links: list[tuple[str, str, str]],
    types: list[tuple[str, str]],
    labels: list[tuple[str, str]],
) -> None:
    triples = [
        *(ox.Triple(ox.NamedNode(s), ox.NamedNode(p), ox.NamedNode(o)) for s, p, o in links),
        *(ox.Triple(ox.NamedNode(s), ox.NamedNode(str(RDF_TYPE)), ox.NamedNode(c)) for s, c in types),
        *(
            ox.Triple(ox.NamedNode(s), ox.NamedNode(PREFIXES["skos"] + "prefLabel"), ox.Literal("名", language=lang))
            for s, lang in labels
        ),
    ]
    assert by_axioms(corpus, triples) == by_owlrl(ontology, to_rdflib(triples))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NODES, LINKS, NODES), max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_what_is_added_later_yields_what_it_would_have_at_once(
    corpus: Corpus, links: list[tuple[str, str, str]], first: int, second: int
) -> None:
    """Shared documents below, then a plan, then a report: nothing that needs two of them is lost."""
    axioms = read_axioms(corpus.documents("ontology"))
    given = [(f"<{s}>", f"<{p}>", f"<{o}>") for s, p, o in links]
    at_once = {*given, *Closure(axioms).add(given)}
    below = Closure(axioms)
    layers = [given[:first], below.add(given[:first])]
    above = Closure(axioms, below)
    for later in (given[first : first + second], given[first + second :]):
        layers += [later, above.add(later)]
    assert {each for layer in layers for each in layer} == at_once
    found = [each for layer in layers[1::2] for each in layer]
    assert len(found) == len(set(found))


def test_a_rule_is_given_just_what_it_can_see(corpus: Corpus, tmp_path: Path) -> None:
    rules = {rule.name.rpartition("#")[2]: rule for rule in compile_rules(corpus.documents("shapes"))}
    during = rules["Phase-during"].names
    assert during is not None
    assert {name.rpartition("#")[2].rstrip(">") for name in during if DX in name} == {
        "Phase", "from", "through", "year",
    }, "what its pattern names, not what it makes"  # fmt: skip
    path = tmp_path / "any.ttl"
    path.write_text(
        f"@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix dx: <{DX}> .\n"
        "dx:S sh:targetClass dx:Item ; sh:rule dx:R .\n"
        'dx:R a sh:SPARQLRule ; sh:construct "CONSTRUCT { $this dx:q ?o } WHERE { $this ?p ?o }" .',
        encoding="utf-8",
    )
    (any_predicate,) = compile_rules([read(path, "shapes")])
    assert any_predicate.names is None


def ask(source: StoreSource, query: str) -> list[tuple[str, ...]]:
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    rows = source.select(prologue + query).rows
    return sorted(tuple(term.value.removeprefix(BASE) for term in row if term is not None) for row in rows)


def test_of_what_is_stated_nothing_may_be_found(corpus: Corpus) -> None:
    """A report that states how many there are of what its plan has none of is answered with none."""
    rules = {rule.name.rpartition("#")[2]: rule for rule in compile_rules(corpus.documents("shapes"))}
    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    store = ox.Store()
    store.update(
        prologue
        + """INSERT DATA {
            <urn:report> dx:reportsOn <urn:plan> .
            <urn:all> dx:countsClass dx:Project .
            <urn:begun> dx:countsClass dx:Project ; dx:countsStage stage:implement .
            <urn:a> a dx:Figure ; dct:source <urn:report> ; dx:kind dx:Stated ; dx:about <urn:plan> ; dx:indicator <urn:all> .
            <urn:b> a dx:Figure ; dct:source <urn:report> ; dx:kind dx:Stated ; dx:about <urn:plan> ; dx:asOf fy:2023 ;
                dx:indicator <urn:begun> .
            <urn:item> a dx:Item ; dx:within <urn:plan> .
            <urn:phase> dx:phaseOf <urn:item> ; dx:during fy:2023 ; dx:stage stage:implement .
        }"""
    )

    def counted() -> dict[str, str]:
        found = [store.query(rules[name].construct) for name in ("Figure-recount", "Figure-recount-stage")]
        return {t.subject.value: t.object.value for each in found for t in each}  # type: ignore[union-attr]

    assert counted() == {"urn:a": "0", "urn:b": "0"}
    store.update(prologue + "INSERT DATA { <urn:item> a dx:Project . <urn:other> a dx:Project ; dx:within <urn:plan> }")
    assert counted() == {"urn:a": "2", "urn:b": "1"}


def test_a_phase_is_during_every_year_it_covers(source: StoreSource) -> None:
    rows = ask(source, "SELECT ?y { phase:08236-2022-16-1-2 dx:during ?y }")
    assert rows == [("fy/2024",), ("fy/2025",), ("fy/2026",)]


def test_an_action_addresses_what_its_item_addresses(source: StoreSource) -> None:
    assert ask(source, "SELECT ?n { action:08236-2022-16-1 dx:addresses ?n }") == [("national/1.0-3",)]


def test_an_element_is_within_all_above_it(source: StoreSource) -> None:
    rows = ask(source, "SELECT ?n { action:08236-2022-16-1 dx:within ?n }")
    assert rows == [
        ("item/08236-2022-16",), ("measure/08236-2022-1-3",), ("plan/08236-2022",), ("policy/08236-2022-1",),
    ]  # fmt: skip


def test_an_element_begins_with_its_first_phase(source: StoreSource) -> None:
    assert ask(source, "SELECT ?y { item:08236-2022-16 dx:startYear ?y }") == [("fy/2022",)]
    assert ask(source, "SELECT ?e (COUNT(?y) AS ?n) { ?e dx:startYear ?y } GROUP BY ?e HAVING (COUNT(?y) != 1)") == []
    elements = ask(source, "SELECT ?e { ?e a dx:Element ; dx:within ?p . ?p dx:transcription dx:Complete }")
    begun = ask(source, "SELECT ?e { ?e dx:startYear ?y ; dx:within ?p . ?p dx:transcription dx:Complete }")
    assert elements == begun


def test_a_deployment_runs_from_the_fiscal_year_of_its_date(source: StoreSource) -> None:
    since = dict(ask(source, "SELECT ?d ?y { ?d dx:serviceYear ?y ; dx:municipality municipality:08236 }"))
    assert since["deployment/08236-2022-convenience-kofu"] == "fy/2016"  # 2016-10-03
    assert since["deployment/08236-2022-web-koza-furikae"] == "fy/2021"  # 2022-01-17 lies before April


def test_of_what_is_no_date_nothing_follows(corpus: Corpus, project: Path) -> None:
    path = project / "data/plans/08236-2022.ttl"
    text = path.read_text(encoding="utf-8")
    broken = text.replace('"2016-10-03"^^xsd:date', '"春ごろ"', 1)
    assert broken != text
    path.write_text(broken, encoding="utf-8")
    years = {
        s: o for s, p, o in Inference(Corpus(project)).of(Corpus(project).document(path)) if p == f"<{DX}serviceYear>"
    }
    assert f"<{BASE}deployment/08236-2022-convenience-kofu>" not in years
    assert f"<{BASE}deployment/08236-2022-web-koza-furikae>" in years


def test_what_is_asserted_is_not_inferred_again(corpus: Corpus) -> None:
    plan = corpus.document(corpus.root / "data/plans/08236-2022.ttl")
    inferred = Inference(corpus).of(plan)
    assert len(set(inferred)) == len(inferred)
    assert not set(inferred) & set(statements(plan.triples))


@pytest.mark.parametrize(
    "axiom",
    [
        "dx:a a owl:FunctionalProperty .",
        "dx:a owl:sameAs dx:b .",
        "dx:A owl:unionOf ( dx:B dx:C ) .",
        "dx:A owl:hasKey 1 .",
    ],
)
def test_an_axiom_that_is_not_compiled_is_refused(axiom: str, tmp_path: Path) -> None:
    path = tmp_path / "dxplan.ttl"
    path.write_text(f"@prefix dx: <{DX}> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n{axiom}", encoding="utf-8")
    with pytest.raises(RulesError, match="not supported"):
        read_axioms([read(path, "ontology")])


def test_summaries_of_a_real_plan(source: StoreSource) -> None:
    """Of 小美玉, whose schedule was counted by hand; the true answers of a made-up nation hold the rest."""
    tallies = ask(
        source,
        "SELECT ?y ?w ?n { ?t dx:tallyPlan plan:08236-2022 ; dx:tallyYear ?y ; dx:tallyPrint ?w ; dx:actionCount ?n }",
    )
    assert tallies == [
        (f"fy/{year}", word, count)
        for year, counts in zip(range(2022, 2027), ((38, 39), (63, 14), (74, 3), (76, 1), (76, 1)), strict=True)
        for word, count in zip(("実施", "検証"), map(str, counts), strict=True)
    ]
    assert ask(source, "SELECT ?n { plan:08236-2022 dx:actionCount ?n }") == [("77",)]
    tracked = ask(source, "SELECT DISTINCT ?i { municipality:08236 dx:trackedIndicator ?i }")
    figures = "?f dx:indicator ?i ; dx:kind ?k ; dct:source/dct:publisher municipality:08236"
    assert sorted(tracked) == sorted(
        ask(source, f"SELECT DISTINCT ?i {{ {figures} FILTER (?k IN (dx:Observed, dx:Target)) }}")
    )
    assert ("indicator/actions-planned-implement",) not in tracked, (
        "what a report states of a plan is no measure of a city"
    )
    recounts = ask(source, "SELECT ?n { figure:08236-council-2024-actions-planned-implement-2023 dx:recount ?n }")
    assert recounts == [("63",)], "the report states 68"
    assert ask(source, "SELECT ?n { phase:08236-2022-16-1-2 dx:length ?n }") == [
        (str(len(ask(source, "SELECT ?y { phase:08236-2022-16-1-2 dx:during ?y }"))),)
    ]
    assert ask(source, "SELECT ?h { term:08236-2022-RPA dx:headword ?h }") == [("RPA",)]
    assert ask(source, "SELECT ?g { ?g dx:glossaryHeadword 'RPA' ; a dx:Glossary }") == [
        (f"glossary/{key}",) for key in ("08205-2022", "08221-2023", "08223-2023", "08236-2022")
    ]


def test_a_topic_is_as_deep_as_there_are_broader_ones(source: StoreSource) -> None:
    depths = dict(ask(source, "SELECT ?t ?n { ?t dx:topicDepth ?n }"))
    assert (depths["topic/gyomu-koritsuka"], depths["topic/ai-rpa"], depths["topic/ai"], depths["topic/ai-ocr"]) == (
        "0", "1", "2", "3",
    )  # fmt: skip
    assert len(depths) == len(ask(source, "SELECT ?t { ?t a dx:Topic }"))


def test_a_document_is_of_the_year_of_its_date(source: StoreSource) -> None:
    years = ask(source, "SELECT ?d ?y { ?d dx:documentYear ?y }")
    assert len(years) == len(dict(years)), "of one year each"
    dated = {document.removeprefix("document/"): year.removeprefix("fy/") for document, year in years}
    assert dated["08236-2022"] == "2022"  # 2022-09
    assert dated["08223-2023"] == "2023"  # 2023-12
    assert dated["08205-2022"] == "2024"  # revised in 2025-03, before April
    assert dated["08221-2023"] == "2023"  # prints no date; its plan begins then
    assert dated["08236-council-2024"] == "2023"  # the meeting was on 2024-02-08
    assert "08236-council-2024-material-3" not in dated


def test_a_service_runs_at_the_latest_from_its_beginning_or_by_its_document(source: StoreSource) -> None:
    services = ask(source, "SELECT ?d { ?d a dx:Deployment }")
    latest = ask(source, "SELECT ?d ?y { ?d dx:latestServiceStart ?y }")
    assert sorted((service,) for service, _ in latest) == services, "of one year each"
    stated = dict(ask(source, "SELECT ?d ?y { ?d dx:serviceYear ?y }"))
    told = dict(ask(source, "SELECT ?d ?y { ?d a dx:Deployment ; dct:source/dx:documentYear ?y }"))
    assert 0 < len(stated) < len(latest)
    assert dict(latest) == {service: stated.get(service, told[service]) for (service,) in services}


def test_a_year_is_assumed_where_no_phase_tells_it(source: StoreSource) -> None:
    phased = "SELECT DISTINCT ?e { ?p dx:phaseOf ?e ; dx:from ?y }"
    within = "SELECT DISTINCT ?e { ?p dx:phaseOf/dx:within ?e ; dx:from ?y . ?e a dx:Element }"
    told = {*ask(source, phased), *ask(source, within)}
    begun = {*ask(source, "SELECT ?e { ?e dx:startYear ?y }")}
    assumed = {*ask(source, "SELECT ?e { ?e dx:startAssumed true }")}
    assert assumed and told <= begun and assumed == begun - told
    wrong = "SELECT ?e { ?e dx:startAssumed true ; dx:startYear ?y MINUS { ?e dx:within/dx:firstYear ?y } }"
    assert ask(source, wrong) == []


def test_rules_about_cities_find_the_same_on_all_documents_at_once(corpus: Corpus, snapshot: Snapshot) -> None:
    """As a tool finds it that runs all rules in order on the whole graph."""
    cities = f"{BASE}municipality/"
    whole, found, made = ox.Store(), set(), set()
    for quad in snapshot.open():
        if quad.graph_name.value.startswith(cities):  # type: ignore[union-attr]
            found.add(quad.triple)
        else:
            whole.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    for rule in compile_rules(corpus.documents("shapes")):
        if rule.of_city:
            new = [*whole.query(rule.construct)]  # type: ignore[misc]
            whole.extend([ox.Quad(t.subject, t.predicate, t.object) for t in new])
            made.update(new)
    assert len(found) > 5000
    # Ours draws conclusions from the axioms too: where a term has a superior, the store has both.
    assert made <= found
    assert {t.predicate.value for t in found - made} <= {f"{DX}topicOrBroader"} | {str(RDF_TYPE)}
