"""The rule book in ``shapes/``, and the engine that runs it.

Rules are standard SHACL and run on asserted triples only: what an axiom would add must not repair what a person left
out. One document is checked at a time, with the shared documents beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, RDFS, SH, SKOS
from rdflib.plugins.sparql import prepareQuery

from dxplan.documents import Corpus, Document, to_rdflib
from dxplan.errors import RulesError
from dxplan.findings import Finding
from dxplan.iris import SHAPE, shorten

__all__ = ["Rule", "RuleBook"]

_SEVERITY: dict[rdflib.term.Node | None, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
_LANGUAGES = ("ja", "en")
_LOCATOR = rdflib.URIRef("https://w3id.org/dxplan/def#locator")
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


@dataclass(frozen=True)
class Rule:
    """One demand: a shape with a severity."""

    id: str
    iri: str
    severity: str
    name: dict[str, str]
    description: dict[str, str]


class RuleBook:
    """The rules of a root."""

    def __init__(self, corpus: Corpus) -> None:
        """Read every file of ``shapes/``.

        :raises InputError: for a file that cannot be read.
        :raises RulesError: for a folder without rules, or a rule without a name, description or message.
        """
        self.documents: list[Document] = corpus.documents("shapes")
        self.graph = rdflib.Graph()
        for document in self.documents:
            to_rdflib(document.triples, self.graph)
        self._refuse_unknown_terms()
        self.rules = sorted(self._rules(), key=lambda rule: rule.id)
        if not self.rules:
            raise RulesError(
                f"{corpus.root / 'shapes'}: 規則が一つもありません。shapes/*.ttl を置いてください。",
                f"{corpus.root / 'shapes'}: holds no rule. Put shapes/*.ttl there.",
            )

    def _refuse_unknown_terms(self) -> None:
        """Refuse a misspelt term such as ``sh:propery``: SHACL engines pass over it, and the rule would say nothing."""
        for triple in self.graph:
            for term in triple:
                if isinstance(term, rdflib.URIRef) and term.startswith(str(SH)) and term not in SH:
                    name = shorten(str(term))
                    place, shape = self.place(str(triple[0])), shorten(str(triple[0]))
                    raise RulesError(
                        f"{place}{shape}: {name} という語は SHACL にありません。綴りを直してください。",
                        f"{place}{shape}: {name} is no term of SHACL. Mend its spelling.",
                    )

    def _rules(self) -> list[Rule]:
        found = []
        for shape, severity in self.graph.subject_objects(SH.severity):
            if severity not in _SEVERITY or not str(shape).startswith(SHAPE):
                raise self._broken(shape, "sh:severity")
            name, description = self._texts(shape, SH.name), self._texts(shape, SH.description)
            self._texts(shape, SH.message)
            found.append(Rule(str(shape)[len(SHAPE) :], str(shape), _SEVERITY[severity], name, description))
        return found

    def _texts(self, node: rdflib.term.Node, predicate: rdflib.URIRef) -> dict[str, str]:
        texts = {
            text.language: str(text)
            for text in self.graph.objects(node, predicate)
            if isinstance(text, rdflib.Literal) and text.language
        }
        if not all(texts.get(lang) for lang in _LANGUAGES):
            raise self._broken(node, predicate.n3(self.graph.namespace_manager))
        return {lang: texts[lang] for lang in _LANGUAGES}

    def _broken(self, shape: rdflib.term.Node, what: str) -> RulesError:
        place = self.place(str(shape))
        name = shorten(str(shape))
        return RulesError(
            f"{place}{name}: {what} が日本語と英語でそろっていないか、正しくありません。規則を直してください。",
            f"{place}{name}: {what} is wrong or not there in both Japanese and English. Mend the rule.",
        )

    def place(self, iri: str) -> str:
        """Return ``file:line: `` of a shape, or an empty text."""
        for document in self.documents:
            if found := document.lines.find(ox.NamedNode(iri)):
                return f"{document.path}:{found[0]}: "
        return ""

    @property
    def digest_parts(self) -> list[str]:
        """What a result of these rules depends on."""
        return [document.digest for document in self.documents] + [f"pyshacl {pyshacl.__version__}"]

    def check(self, documents: Sequence[Document], corpus: Corpus) -> tuple[list[Finding], dict[str, int]]:
        """Check documents together with pySHACL: one plan or report, or several shared documents.

        :returns: the findings about nodes that the documents describe, and for each rule how many of these nodes it
            looked at.
        :raises RulesError: when pySHACL cannot run the rules.
        """
        read_with = {
            d.path: d for d in [*corpus.shared, *(c for d in documents for c in corpus.context(d)), *documents]
        }
        data = _ParsingOnce()
        for each in read_with.values():
            to_rdflib(each.triples, data)
        home = {subject: document for document in documents for subject in document.subjects}
        try:
            _, results, _ = pyshacl.validate(
                data,
                shacl_graph=self.graph,
                inference="none",
                advanced=False,
                meta_shacl=False,
                do_owl_imports=False,
            )  # not its focus_nodes: it would skip the values that a nested shape looks at
        except pyshacl.errors.ReportableRuntimeError as error:
            results = error
        if isinstance(results, Exception):
            raise RulesError(
                f"shapes/: pySHACL が実行できません（{results}）。規則を直してください。",
                f"shapes/: pySHACL cannot run ({results}). Mend the rules.",
            )
        findings = [
            self._finding(results, result, data, document, corpus)
            for result in results.subjects(RDF.type, SH.ValidationResult)
            if (document := home.get(str(results.value(result, SH.focusNode))))
        ]
        return findings, self._looked_at(data, frozenset(home))

    def _finding(
        self,
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
        messages = self._messages(results, result)
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
            severity=_SEVERITY[results.value(result, SH.resultSeverity)],
            focus=str(focus),
            path=str(path) if isinstance(path, rdflib.URIRef) else self._path_text(results, path),
            value="" if value is None else str(value),
            message={lang: _readable(messages.get(lang, ""), data, lang) for lang in _LANGUAGES},
            focus_label=_labels(data, focus),
            locator=str(data.value(focus, _LOCATOR) or ""),
        )

    def _messages(self, results: rdflib.Graph, result: rdflib.term.Node) -> dict[str, str]:
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
            for text in self.graph.objects(shape, SH.message)
            if isinstance(text, rdflib.Literal) and text.language in _LANGUAGES
        }
        messages: dict[str, str] = {}
        for text in results.objects(result, SH.resultMessage):
            for lang, template in templates.items():
                if getattr(text, "language", None) == lang or template.fullmatch(str(text)):
                    messages[lang] = str(text)
        return messages

    def _path_text(self, results: rdflib.Graph, path: rdflib.term.Node | None) -> str:
        if path is None:
            return ""
        steps = results.value(path, SH.alternativePath)
        if steps is None:
            return ""
        return "|".join(str(step) for step in results.items(steps))

    def _looked_at(self, data: rdflib.Graph, own: frozenset[str]) -> dict[str, int]:
        counted = {}
        for rule in self.rules:
            shape = rdflib.URIRef(rule.iri)
            holders = [shape, *self.graph.subjects(SH.property, shape)]
            nodes: set[str] = set()
            for holder in holders:
                for target in _TARGETS:
                    for named in self.graph.objects(holder, target):
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
            if isinstance(text, rdflib.Literal) and text.language in _LANGUAGES:
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
