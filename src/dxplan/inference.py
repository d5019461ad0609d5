"""What follows from what is asserted, one plan at a time.

The OWL axioms of ``ontology/`` and the ``sh:SPARQLRule``s of ``shapes/`` are compiled to a handful of SPARQL
CONSTRUCT queries, which run on an in-memory store until nothing new comes out. Each query names the entailment rule
of https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules that it stands for. The
result is OWL 2 RL's, restricted to statements about instances; reflexive ones are not made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from dxplan.documents import Corpus, Document
from dxplan.errors import RulesError
from dxplan.iris import PREFIXES

__all__ = ["Inference", "Rule", "compile_axioms", "compile_sparql_rules"]

_OWL, _RDFS, _RDF, _SH = (PREFIXES[p] for p in ("owl", "rdfs", "rdf", "sh"))

# Predicates of the OWL namespace that call for no rule here, and why.
_WITHOUT_CONSEQUENCE = {
    _OWL + "versionInfo",  # annotation
    _OWL + "versionIRI",
    _OWL + "imports",
    _OWL + "disjointWith",  # leads to contradictions only; the check finds those
}
_TYPES_WITHOUT_CONSEQUENCE = {
    _OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology")
}


@dataclass(frozen=True)
class Rule:
    """One entailment rule as a CONSTRUCT query; ``name`` is its name in OWL 2 RL, or the IRI of a SPARQLRule."""

    name: str
    construct: str


def _values(names: str, rows: Iterable[Sequence[str]]) -> str:
    body = " ".join("(" + " ".join(f"<{iri}>" for iri in row) + ")" for row in sorted(set(map(tuple, rows))))
    return f"VALUES ({names}) {{ {body} }}"


def _closed(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the transitive closure of pairs, without reflexive ones."""
    above: dict[str, set[str]] = defaultdict(set)
    for low, high in pairs:
        above[low].add(high)
    closed = set()
    for low in list(above):
        todo, seen = list(above[low]), set()
        while todo:
            high = todo.pop()
            if high not in seen:
                seen.add(high)
                todo += above.get(high, ())
        closed |= {(low, high) for high in seen if high != low}
    return closed


def compile_axioms(ontology: Sequence[Document]) -> list[Rule]:
    """Compile the axioms of an ontology.

    :raises RulesError: for an axiom of OWL that is not compiled, so that none is silently without effect.
    """
    triples = [t for document in ontology for t in document.triples]
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    types: dict[str, list[str]] = defaultdict(list)
    links: dict[tuple[object, str], object] = {}
    chains: list[tuple[str, object]] = []
    for t in triples:
        predicate = t.predicate.value
        if predicate in (_RDF + "first", _RDF + "rest"):
            links[t.subject, predicate] = t.object
        if not isinstance(t.subject, ox.NamedNode):
            continue
        if predicate == _RDF + "type" and isinstance(t.object, ox.NamedNode):
            types[t.object.value].append(t.subject.value)
        elif predicate == _OWL + "propertyChainAxiom":
            chains.append((t.subject.value, t.object))
        elif isinstance(t.object, ox.NamedNode):
            pairs[predicate].append((t.subject.value, t.object.value))
        elif predicate.startswith(_OWL) and predicate not in _WITHOUT_CONSEQUENCE:
            raise _unknown(predicate)
    known = {_OWL + "inverseOf", _OWL + "equivalentClass", _OWL + "equivalentProperty", *_WITHOUT_CONSEQUENCE}
    for predicate in pairs:
        if predicate.startswith(_OWL) and predicate not in known:
            raise _unknown(predicate)
    meaningful = {_OWL + "TransitiveProperty", _OWL + "SymmetricProperty", *_TYPES_WITHOUT_CONSEQUENCE}
    for name in types:
        if name.startswith(_OWL) and name not in meaningful:
            raise _unknown(name)

    both = [p for pair in pairs[_OWL + "equivalentClass"] for p in (pair, pair[::-1])]
    classes = _closed([*pairs[_RDFS + "subClassOf"], *both])
    both = [p for pair in pairs[_OWL + "equivalentProperty"] for p in (pair, pair[::-1])]
    properties = _closed([*pairs[_RDFS + "subPropertyOf"], *both])
    inverses = [p for pair in pairs[_OWL + "inverseOf"] for p in (pair, pair[::-1])]
    inverses += [(p, p) for p in types[_OWL + "SymmetricProperty"]]

    def table(name: str, variables: str, rows: Iterable[tuple[str, str]], head: str, body: str) -> list[Rule]:
        listed = list(rows)
        query = f"CONSTRUCT {{ {head} }} WHERE {{ {_values(variables, listed)} {body} }}"
        return [Rule(name, query)] if listed else []

    rules = [
        *table("prp-spo1", "?p ?q", properties, "?s ?q ?o", "?s ?p ?o"),
        *table("prp-inv", "?p ?q", inverses, "?o ?q ?s", "?s ?p ?o FILTER(!isLiteral(?o))"),
        *table("prp-dom", "?p ?c", pairs[_RDFS + "domain"], "?s a ?c", "?s ?p ?o"),
        *table(
            "prp-rng", "?p ?c", _not_datatypes(pairs[_RDFS + "range"]), "?o a ?c", "?s ?p ?o FILTER(!isLiteral(?o))"
        ),
        *table("cax-sco", "?c ?d", classes, "?s a ?d", "?s a ?c"),
    ]
    for name in sorted(types[_OWL + "TransitiveProperty"]):
        rules.append(Rule("prp-trp", f"CONSTRUCT {{ ?a <{name}> ?c }} WHERE {{ ?a <{name}> ?b . ?b <{name}> ?c }}"))
    for name, cell in sorted(chains, key=lambda chain: chain[0]):
        steps = []
        while cell != ox.NamedNode(_RDF + "nil"):
            steps.append(f"<{links[cell, _RDF + 'first'].value}>")  # type: ignore[attr-defined]
            cell = links[cell, _RDF + "rest"]
        body = " . ".join(f"?x{i} {step} ?x{i + 1}" for i, step in enumerate(steps))
        rules.append(Rule("prp-spo2", f"CONSTRUCT {{ ?x0 <{name}> ?x{len(steps)} }} WHERE {{ {body} }}"))
    return rules


def _not_datatypes(ranges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(p, c) for p, c in ranges if not c.startswith((PREFIXES["xsd"], _RDF))]


def _unknown(term: str) -> RulesError:
    return RulesError(
        f"ontology/: {term} は推論に対応していません。公理を除くか、inference.py に規則を加えてください。",
        f"ontology/: {term} is not supported by the inference. Remove the axiom, or add its rule to inference.py.",
    )


def compile_sparql_rules(shapes: Sequence[Document]) -> list[Rule]:
    """Compile the ``sh:SPARQLRule``s of the shapes, in ``sh:order``.

    The variable ``$this`` ranges over the instances of the shape's target class, which are found in one query instead
    of one query a node.
    """
    store = ox.Store()
    store.extend([quad for document in shapes for quad in document.quads()])
    query = (
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?rule ?construct ?target ?order WHERE { "
        "?shape sh:rule ?rule ; sh:targetClass ?target . ?rule a sh:SPARQLRule ; sh:construct ?construct . "
        "OPTIONAL { ?rule sh:order ?order } }"
    )
    found = []
    for row in store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
        text = row["construct"].value.replace("$this", "?this")
        target = f"{{ ?this a <{row['target'].value}> }}"
        head, where, body = re.split(r"(WHERE\s*\{)", text, maxsplit=1) if "WHERE" in text else (text, "", "")
        if not where:
            raise RulesError(
                f"{row['rule'].value}: sh:construct に WHERE {{ がありません。",
                f"{row['rule'].value}: sh:construct has no WHERE {{.",
            )
        prologue = "\n".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items())
        order = float(row["order"].value) if row["order"] is not None else 0.0
        found.append((order, row["rule"].value, f"{prologue}\n{head}{where} {target}{body}"))
    return [Rule(name, text) for _, name, text in sorted(found)]


def _run(store: ox.Store, rule: Rule) -> list[ox.Quad]:
    """Add what a rule yields to the default graph of a store; return what was new."""
    try:
        results = store.query(rule.construct)
    except SyntaxError as error:
        raise RulesError(
            f"{rule.name}: SPARQL として読めません（{error.msg}）。sh:construct を直してください。",
            f"{rule.name}: not SPARQL ({error.msg}). Mend its sh:construct.",
        ) from None
    new = []
    seen = set()
    for t in results:  # type: ignore[union-attr]
        quad = ox.Quad(t.subject, t.predicate, t.object)
        if quad not in seen and quad not in store:
            seen.add(quad)
            new.append(quad)
    store.extend(new)
    return new


class Inference:
    """The compiled rules of a root, and what follows for each of its documents."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._axioms = compile_axioms(corpus.documents("ontology"))
        self._sparql = compile_sparql_rules(corpus.documents("shapes"))
        self._data = [d for d in corpus.shared if d.folder != "ontology"]
        # The ontology is not reasoned about, but what it states of its own individuals would follow again.
        self._ontology = {triple for d in corpus.documents("ontology") for triple in d.triples}

    @property
    def rules(self) -> list[Rule]:
        """All rules, in the order in which they run."""
        return [*self._axioms, *self._sparql]

    def close(self, store: ox.Store) -> list[ox.Triple]:
        """Add everything that follows to the default graph of a store and return it."""
        found: list[ox.Quad] = []

        def settle() -> None:
            grown = True
            while grown:
                grown = False
                for rule in self._axioms:
                    new = _run(store, rule)
                    found.extend(new)
                    grown = grown or bool(new)

        settle()
        # SPARQLRules may negate, so each runs once, in order, on what the axioms and the rules before it have settled.
        for rule in self._sparql:
            new = _run(store, rule)
            found.extend(new)
            if new:
                settle()
        # A node related to itself says nothing, but something may follow from it: so it is left out only here.
        return [ox.Triple(q.subject, q.predicate, q.object) for q in found if q.subject != q.object]

    def _store(self, *triples: Iterable[ox.Triple]) -> ox.Store:
        store = ox.Store()
        for group in triples:
            store.extend([ox.Quad(t.subject, t.predicate, t.object) for t in group])
        return store

    @cached_property
    def _shared_closure(self) -> list[ox.Triple]:
        return self.close(self._store(t for d in self._data for t in d.triples))

    @property
    def shared(self) -> list[ox.Triple]:
        """What follows from the shared documents alone."""
        return self._news(self._shared_closure)

    def of(self, document: Document) -> list[ox.Triple]:
        """Return what follows from a plan or report together with the shared documents, beyond what those yield.

        A report is read with the plan it reports on; what follows from the plan alone is left to the plan.
        """
        store = self._store(self._shared_closure, *(d.triples for d in self._data))
        for plan in self._corpus.context(document):
            store.extend([ox.Quad(t.subject, t.predicate, t.object) for t in plan.triples])
            self.close(store)
        store.extend([ox.Quad(t.subject, t.predicate, t.object) for t in document.triples])
        return self._news(self.close(store))

    def _news(self, triples: list[ox.Triple]) -> list[ox.Triple]:
        return [triple for triple in triples if triple not in self._ontology]
