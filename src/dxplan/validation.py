"""The check of documents by the rule book, with pySHACL.

Rules run on asserted triples only: what an axiom would add must not repair what a person left out. One document is
checked at a time, with the shared documents beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, RDFS, SH, SKOS
from rdflib.plugins.sparql import prepareQuery

from dxplan.documents import Corpus, Document, to_rdflib
from dxplan.errors import RulesError
from dxplan.findings import Finding
from dxplan.iris import DX, SHAPE, shorten
from dxplan.rules import LANGUAGES, SEVERITY, RuleBook

__all__ = ["validate"]

_LOCATOR = rdflib.URIRef(DX + "locator")
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`「」“”（）、。]+")
_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)


class _ParsingOnce(rdflib.Graph):
    """A graph that parses a query once, where pySHACL hands over the same text for every focus node."""

    def __init__(self) -> None:
        super().__init__()
        self._prepared: dict[str, rdflib.plugins.sparql.sparql.Query] = {}

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(query_object, str):
            prepared = self._prepared.get(query_object)
            if prepared is None:
                prepared = self._prepared[query_object] = prepareQuery(query_object)
            query_object = prepared
        return super().query(query_object, *args, **kwargs)


def validate(book: RuleBook, documents: Sequence[Document], corpus: Corpus) -> tuple[list[Finding], dict[str, int]]:
    """Check documents together with pySHACL: one plan or report, or several shared documents.

    :returns: the findings about nodes that the documents describe, and for each rule how many of these nodes it
        looked at.
    :raises RulesError: when pySHACL cannot run the rules.
    """
    read_with = {d.path: d for d in [*corpus.shared, *(c for d in documents for c in corpus.context(d)), *documents]}
    data = _ParsingOnce()
    for each in read_with.values():
        to_rdflib(each.triples, data)
    # Blank nodes too: what is said of them is wrong here, and must not go unseen.
    home = {t.subject.value: document for document in documents for t in document.triples}  # type: ignore[union-attr]
    try:
        _, results, _ = pyshacl.validate(
            data,
            shacl_graph=book.graph,
            inference="none",
            advanced=False,
            meta_shacl=False,
            do_owl_imports=False,
        )  # not its focus_nodes: it would skip the values that a nested shape looks at
    except pyshacl.errors.ReportableRuntimeError as error:
        results = error
    if isinstance(results, Exception):
        said = " ".join(str(results).split())
        raise RulesError(
            f"shapes/: pySHACL が実行できません（{said}）。規則を直してください。",
            f"shapes/: pySHACL cannot run ({said}). Mend the rules.",
        )
    findings = [
        _finding(book, results, result, data, document, corpus)
        for result in results.subjects(RDF.type, SH.ValidationResult)
        if (document := home.get(str(results.value(result, SH.focusNode))))
    ]
    return findings, _looked_at(book, data, frozenset(home))


def _finding(
    book: RuleBook,
    results: rdflib.Graph,
    result: rdflib.term.Node,
    data: rdflib.Graph,
    document: Document,
    corpus: Corpus,
) -> Finding:
    focus = results.value(result, SH.focusNode)
    path = results.value(result, SH.resultPath)
    value = results.value(result, SH.value)
    shape = results.value(result, SH.sourceShape)
    messages = _messages(book, results, result)
    place = None
    if isinstance(focus, rdflib.URIRef):
        place = document.lines.find(
            ox.NamedNode(str(focus)),
            ox.NamedNode(str(path)) if isinstance(path, rdflib.URIRef) else None,
            _ox_term(value),
        )
    line, column = place or (0, 0)
    return Finding(
        file=corpus.relative(document.path),
        line=line,
        column=column,
        rule=str(shape)[len(SHAPE) :],
        severity=SEVERITY[results.value(result, SH.resultSeverity)],
        focus=str(focus),
        path=str(path) if isinstance(path, rdflib.URIRef) else _path_text(results, path),
        value="" if value is None else str(value),
        message={lang: _readable(messages.get(lang, ""), data, lang) for lang in LANGUAGES},
        focus_label=_labels(data, focus),
        locator=str(data.value(focus, _LOCATOR) or ""),
    )


def _messages(book: RuleBook, results: rdflib.Graph, result: rdflib.term.Node) -> dict[str, str]:
    """Return the filled messages by language.

    pySHACL drops the language of a message when it fills in the values of a query, so such a message is known by
    the template that it was made from.
    """
    shape = results.value(result, SH.sourceShape)
    templates = {
        text.language: re.compile(
            "".join(
                ".*" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[?$]\w+\})", str(text))
            ),
            re.DOTALL,
        )
        for text in book.graph.objects(shape, SH.message)
        if isinstance(text, rdflib.Literal) and text.language in LANGUAGES
    }
    messages: dict[str, str] = {}
    for text in results.objects(result, SH.resultMessage):
        for lang, template in templates.items():
            if getattr(text, "language", None) == lang or template.fullmatch(str(text)):
                messages[lang] = str(text)
    return messages


def _path_text(results: rdflib.Graph, path: rdflib.term.Node | None) -> str:
    if path is None:
        return ""
    steps = results.value(path, SH.alternativePath)
    if steps is None:
        return ""
    return "|".join(str(step) for step in results.items(steps))


def _looked_at(book: RuleBook, data: rdflib.Graph, own: frozenset[str]) -> dict[str, int]:
    counted = {}
    for rule in book.rules:
        shape = rdflib.URIRef(rule.iri)
        holders = [shape, *book.graph.subjects(SH.property, shape)]
        nodes: set[str] = set()
        for holder in holders:
            for target in _TARGETS:
                for named in book.graph.objects(holder, target):
                    nodes |= _focus_nodes(data, target, named)
        counted[rule.id] = len(nodes & own)
    return counted


def _focus_nodes(data: rdflib.Graph, target: rdflib.URIRef, named: rdflib.term.Node) -> set[str]:
    if target == SH.targetNode:
        return {str(named)}
    if target == SH.targetSubjectsOf:
        return {str(s) for s in data.subjects(named, None)}
    if target == SH.targetObjectsOf:
        return {str(o) for o in data.objects(None, named)}
    classes = data.transitive_subjects(RDFS.subClassOf, named)
    return {str(node) for cls in classes for node in data.subjects(RDF.type, cls)}


def _ox_term(term: rdflib.term.Node | None) -> ox.NamedNode | ox.Literal | None:
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        return (
            ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))) if term.datatype else ox.Literal(str(term))
        )
    return None


def _labels(data: rdflib.Graph, node: rdflib.term.Node | None) -> dict[str, str]:
    if node is None:
        return {}
    found = {}
    for predicate in (SKOS.prefLabel, RDFS.label):
        for text in data.objects(node, predicate):
            if isinstance(text, rdflib.Literal) and text.language in LANGUAGES:
                found[text.language] = str(text)
    return found


def _readable(message: str, data: rdflib.Graph, lang: str) -> str:
    """Put labels in the place of the IRIs that pySHACL filled into a message."""

    def name(match: re.Match[str]) -> str:
        iri = match[0]
        while iri:
            labels = _labels(data, rdflib.URIRef(iri))
            if labels:
                return (labels.get(lang) or shorten(iri)) + match[0][len(iri) :]
            if iri[-1] not in ",.;:)":  # punctuation of the sentence, unless a key ends in it
                return shorten(iri) + match[0][len(iri) :]
            iri = iri[:-1]
        return match[0]

    return _IRI.sub(name, message)
