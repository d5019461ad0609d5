"""The engine ``pyshacl``, the reference: the rule book run by pySHACL as it stands.

Rules run on asserted triples only: what an axiom would add must not repair what a person left out. One document is
checked at a time, with the shared documents beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import SH

from dxplan.checking.findings import Finding
from dxplan.checking.focus import Focus, Node, Shared, superclasses
from dxplan.checking.results import Result, Teller, Term
from dxplan.checking.rules import RuleBook
from dxplan.checking.shapes import path_text, prepared
from dxplan.corpus import Corpus
from dxplan.documents import Document
from dxplan.errors import RulesError
from dxplan.iris import SHAPE
from dxplan.rdflib_terms import to_rdflib

__all__ = ["validate"]

_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)


class _ParsingOnce(rdflib.Graph):
    """A graph that parses a query once, where pySHACL hands over the same text for every focus node."""

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
        known = prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(known, *args, **kwargs)


def validate(book: RuleBook, documents: Sequence[Document], corpus: Corpus) -> tuple[list[Finding], dict[str, int]]:
    """Check documents together with pySHACL: one plan or report, or several shared documents.

    :returns: the findings about nodes that the documents describe, and for each rule how many of these nodes it
        looked at.
    :raises RulesError: when pySHACL cannot run the rules.
    """
    plans = [plan for document in documents for plan in corpus.context(document)]
    beside = [*corpus.shared, *plans]
    focus = Focus(documents, plans, Shared(corpus.shared, superclasses(corpus.shared)))
    rules = book.rules
    data = _ParsingOnce()
    for each in {d.path: d for d in [*beside, *documents]}.values():
        to_rdflib(each.triples, data)
    try:
        _, report, _ = pyshacl.validate(
            data,
            shacl_graph=_for(book, focus),
            inference="none",
            advanced=False,
            meta_shacl=False,
            do_owl_imports=False,
        )
    except pyshacl.errors.ReportableRuntimeError as error:
        report = error
    if isinstance(report, Exception):
        said = " ".join(str(report).split())
        raise RulesError(
            f"shapes/: pySHACL が実行できません（{said}）。規則を直してください。",
            f"shapes/: pySHACL cannot run ({said}). Mend the rules.",
        )
    teller = Teller(rules, focus, [*documents, *beside], corpus)
    return teller.findings(_results(book, report, data)), focus.counts(rules)


def _for(book: RuleBook, focus: Focus) -> rdflib.Graph:
    """Return the shapes with the nodes of the documents as their targets.

    Otherwise every plan would have the shared documents checked again. (pySHACL's own ``focus_nodes`` will not do: it
    skips the values that a nested shape looks at.)
    """
    shapes = rdflib.Graph()
    targets: dict[rdflib.term.Node, set[tuple[str, str]]] = defaultdict(set)
    for triple in book.graph:
        if triple[1] in _TARGETS:
            targets[triple[0]].add((str(triple[1])[len(str(SH)) :], str(triple[2])))
        else:
            shapes.add(triple)
    for shape, named in targets.items():
        for node in focus.nodes(tuple(sorted(named))):
            shapes.add((shape, SH.targetNode, _rdflib(node)))
    return shapes


def _results(book: RuleBook, report: rdflib.Graph, data: rdflib.Graph) -> Iterable[Result]:
    by_id = {rule.id: rule for rule in book.rules}
    queries = {rule.id: book.select(rule) for rule in book.rules}
    for found in set(report.objects(None, SH.result)):
        rule = by_id[str(report.value(found, SH.sourceShape))[len(SHAPE) :]]
        focus = report.value(found, SH.focusNode)
        path = path_text(report, report.value(found, SH.resultPath)) or rule.path
        value = report.value(found, SH.value)
        told = None if value is None else _ox(value)
        query = queries[rule.id]
        if query is None:
            yield Result(rule.id, _ox(focus), path, told)  # type: ignore[arg-type]
            continue
        # pySHACL tells no variable but ?path and ?value, so the query is asked again for what its message names.
        for row in data.query(query, initBindings={"this": focus}):  # type: ignore[dict-item]
            bindings = {str(name): _ox(term) for name, term in row.asdict().items()}  # type: ignore[union-attr]
            own_path = bindings["path"].value if "path" in bindings else rule.path
            own_value = bindings.get("value")
            if own_path == path and (own_value is None or own_value == told):
                yield Result(rule.id, _ox(focus), path, own_value, bindings)  # type: ignore[arg-type]


def _rdflib(node: Node) -> rdflib.term.Node:
    return rdflib.URIRef(node.value) if isinstance(node, ox.NamedNode) else rdflib.BNode(node.value)


def _ox(term: rdflib.term.Node | None) -> Term:
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
