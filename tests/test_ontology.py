"""The vocabulary is tested like code."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import OWL, RDF, RDFS, SKOS, XSD

from dxplan.asking.questions import load
from dxplan.corpus import Corpus
from dxplan.iris import BASE, DX, KINDS, PREFIXES, split
from dxplan.rdflib_terms import to_rdflib

Terms = dict[str, rdflib.URIRef]
KIND_OF_TERM = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@pytest.fixture(scope="module")
def ontology(corpus: Corpus) -> rdflib.Graph:
    return to_rdflib(t for d in corpus.documents("ontology") for t in d.triples)


@pytest.fixture(scope="module")
def everything(corpus: Corpus) -> list[ox.Triple]:
    return [t for d in [*corpus.shared, *corpus.own] for t in d.triples]


@pytest.fixture(scope="module")
def terms(ontology: rdflib.Graph) -> Terms:
    return {
        str(s)[len(DX) :]: s for s in set(ontology.subjects()) if isinstance(s, rdflib.URIRef) and str(s).startswith(DX)
    }


def test_every_term_is_labelled_and_defined_in_both_languages(ontology: rdflib.Graph, terms: Terms) -> None:
    assert len(terms) > 100
    for name, term in terms.items():
        for predicate in (RDFS.label, SKOS.definition):
            texts = [t for t in ontology.objects(term, predicate) if isinstance(t, rdflib.Literal)]
            assert sorted(str(t.language) for t in texts) == ["en", "ja"], f"{name} {predicate}"
        for definition in ontology.objects(term, SKOS.definition):
            assert str(definition)[-1] in "。.", name
        assert (term, RDFS.isDefinedBy, rdflib.URIRef(BASE + "def")) in ontology


def test_names_tell_what_a_term_is(ontology: rdflib.Graph, terms: Terms) -> None:
    for name, term in terms.items():
        kinds = [kind for kind in KIND_OF_TERM if (term, RDF.type, kind) in ontology]
        individual = not kinds
        assert len(kinds) == (0 if individual else 1), name
        upper = name[0].isupper()
        assert upper == (individual or kinds == [OWL.Class]), name


def test_no_label_is_given_twice(ontology: rdflib.Graph, terms: Terms) -> None:
    for kind in KIND_OF_TERM:
        named = [t for t in terms.values() if (t, RDF.type, kind) in ontology]
        labels = [o for t in named for o in ontology.objects(t, RDFS.label)]
        doubled = {str(label) for label in labels if labels.count(label) > 1}
        assert doubled == set(), kind


def test_everything_of_ours_that_is_used_is_defined(corpus: Corpus, everything: list[ox.Triple]) -> None:
    rules = [t for d in corpus.documents("shapes") for t in d.triples]
    described = {t.subject.value for t in [*everything, *rules] if isinstance(t.subject, ox.NamedNode)}
    used = {t.predicate.value for t in everything} | {
        t.object.value for t in everything if isinstance(t.object, ox.NamedNode)
    }
    missing = {iri for iri in used if iri.startswith(BASE)} - described
    assert missing - {BASE + "def"} == set()


def test_every_term_is_used_by_data_a_rule_or_a_question(
    corpus: Corpus, root: Path, terms: Terms, ontology: rdflib.Graph
) -> None:
    data = [t for d in [*corpus.documents("reference", "national"), *corpus.own] for t in d.triples]
    used = {t.predicate.value for t in data} | {t.object.value for t in data if isinstance(t.object, ox.NamedNode)}
    text = "".join(
        path.read_text(encoding="utf-8") for folder in ("shapes", "queries") for path in (root / folder).iterdir()
    )
    words = set(re.findall(r"\bdx:(\w+)", text))
    # A class is used where something is an instance of it, and an inverse where the property it inverts is.
    implied = {str(o) for p in (RDFS.subClassOf, RDFS.range, OWL.inverseOf) for o in ontology.objects(None, p)}
    implied.add(DX + "derivedBy")  # a note on the vocabulary itself, see below
    unused = {n for n, t in terms.items() if str(t) not in used and n not in words and str(t) not in implied}
    assert unused == set()


def test_what_is_only_derived_says_by_which_rule(corpus: Corpus, ontology: rdflib.Graph, terms: Terms) -> None:
    """A property that no document asserts is derived, by the rules that it names or by axioms; and no other says so."""
    data = [t for d in [*corpus.documents("reference", "national"), *corpus.own] for t in d.triples]
    asserted = {t.predicate.value for t in data}
    properties = {name: term for name, term in terms.items() if name[0].islower() and name != "derivedBy"}
    derived = {name for name, term in properties.items() if (term, rdflib.URIRef(DX + "derivedBy"), None) in ontology}
    assert derived == {name for name, term in properties.items() if str(term) not in asserted}
    shapes = to_rdflib(t for d in corpus.documents("shapes") for t in d.triples)
    construct = rdflib.URIRef(PREFIXES["sh"] + "construct")
    for name in [*derived, "Tally"]:
        for rule in ontology.objects(terms[name], rdflib.URIRef(DX + "derivedBy")):
            if str(rule) == BASE + "def":  # axioms
                continue
            made = re.split(r"WHERE", str(shapes.value(rule, construct)))[0]
            assert re.search(rf"\bdx:{name}\b", made), (name, rule)


def test_every_rule_of_inference_is_named_by_what_it_derives(corpus: Corpus, ontology: rdflib.Graph) -> None:
    shapes = to_rdflib(t for d in corpus.documents("shapes") for t in d.triples)
    rules = set(shapes.objects(None, rdflib.URIRef(PREFIXES["sh"] + "rule")))
    assert rules - set(ontology.objects(None, rdflib.URIRef(DX + "derivedBy"))) == set()


def test_data_uses_no_term_of_ours_that_is_not_there(everything: list[ox.Triple], terms: Terms) -> None:
    used = {t.predicate.value for t in everything} | {
        t.object.value for t in everything if isinstance(t.object, ox.NamedNode)
    }
    assert {iri[len(DX) :] for iri in used if iri.startswith(DX)} - set(terms) == set()


@pytest.mark.parametrize("name", ["Item", "Phase", "Deployment", "responsibleDivision", "addressesAsPrinted", "during"])
def test_terms_of_the_contract_are_there(name: str, terms: Terms) -> None:
    assert name in terms


def test_axioms_that_questions_rely_on(ontology: rdflib.Graph) -> None:
    dx = rdflib.Namespace(DX)
    assert (dx.addressesAsPrinted, RDFS.subPropertyOf, dx.addresses) in ontology
    assert (dx.addressesAsRead, RDFS.subPropertyOf, dx.addresses) in ontology
    assert (dx.partOf, RDFS.subPropertyOf, dx.within) in ontology
    assert (dx.within, RDF.type, OWL.TransitiveProperty) in ontology
    assert (dx.partOf, OWL.inverseOf, dx.hasPart) in ontology
    chain = ontology.value(dx.addresses, OWL.propertyChainAxiom)
    assert chain is not None
    assert list(ontology.items(chain)) == [dx.partOf, dx.addresses]


def test_the_version_is_that_of_the_package(ontology: rdflib.Graph) -> None:
    from dxplan import __version__

    assert str(ontology.value(rdflib.URIRef(BASE + "def"), OWL.versionInfo)) == __version__


def test_every_literal_is_valid_for_its_datatype(everything: list[ox.Triple]) -> None:
    known = {str(XSD[n]) for n in ("string", "integer", "decimal", "date", "gYear", "gYearMonth", "boolean", "anyURI")}
    known.add(str(RDF.langString))
    for t in everything:
        if isinstance(t.object, ox.Literal):
            assert t.object.datatype.value in known, t
            literal = rdflib.Literal(t.object.value, datatype=rdflib.URIRef(t.object.datatype.value))
            assert t.object.language or t.object.datatype.value == str(XSD.string) or not literal.ill_typed, t


def test_our_iris_are_of_the_kinds_we_know_and_flat(everything: list[ox.Triple]) -> None:
    for t in everything:
        if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(BASE):
            rest = t.subject.value[len(BASE) :]
            assert split(t.subject.value) or rest in KINDS or rest.startswith(("def", "shape")) or rest == "", t.subject
            assert rest.count("/") <= 1, t.subject


def test_prefixes_are_the_same_everywhere(corpus: Corpus, root: Path) -> None:
    files = [d.text for d in [*corpus.shared, *corpus.own, *corpus.documents("shapes")]]
    files += [question.text for question in load(root / "queries").values()]
    for text in files:
        for prefix, iri in re.findall(r"(?m)^(?:@prefix|PREFIX) (\w+): <([^>]+)>", text):
            assert PREFIXES[prefix] == iri
