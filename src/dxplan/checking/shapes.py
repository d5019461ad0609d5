"""Reads rules from standard SHACL, and refuses what would say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import rdflib
from rdflib.namespace import RDF, SH
from rdflib.plugins.sparql import prepareQuery

from dxplan.checking.rules import LANGUAGES, Rule
from dxplan.documents import Document
from dxplan.errors import RulesError
from dxplan.iris import SHAPE, shorten
from dxplan.rdflib_terms import to_rdflib

__all__ = ["Shapes", "path_text", "prepared"]

# Our word for each severity of SHACL.
_SEVERITY: dict[rdflib.term.Node | None, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
# https://www.w3.org/TR/shacl/#sparql-constraints-prebound
_FORBIDDEN = re.compile(r"\b(?:MINUS|VALUES|SERVICE)\b", re.IGNORECASE)
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|(?m:#[^>\n]*$)')
_TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
#: Terms of SHACL that a rule of ours may use. Engines pass over a term that they do not know or have switched off
#: (sh:js, sh:target, sh:deactivated, …), and the rule would say nothing.
_SUPPORTED = {
    SH.NodeShape, SH.PropertyShape, SH.property, SH.path, SH.alternativePath, SH.name, SH.description, SH.message,
    SH.severity, SH.Violation, SH.Warning, SH.Info, SH.IRI, SH.Literal, SH.BlankNode, SH.IRIOrLiteral,
    SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode,
    SH.minCount, SH.maxCount, SH.datatype, SH.nodeKind, SH["class"], SH["in"], SH.hasValue, SH.pattern, SH.flags,
    SH.languageIn, SH.uniqueLang, SH.minLength, SH.maxLength, SH.minInclusive, SH.maxInclusive, SH.minExclusive,
    SH.maxExclusive, SH.qualifiedValueShape, SH.qualifiedMinCount, SH.qualifiedMaxCount, SH.SPARQLConstraint,
    SH.sparql, SH.select, SH.prefixes, SH.declare, SH.prefix, SH.namespace, SH.SPARQLRule, SH.rule, SH.construct,
    SH.order,
}  # fmt: skip


class Shapes:
    """The shapes of a root as a graph, and the rules that they make."""

    def __init__(self, documents: Iterable[Document], folder: Path, place: Callable[[str], str]) -> None:
        """Fill the graph.

        :param folder: where the documents stand, for messages.
        :param place: tells ``file:line: `` of a shape.
        """
        self.graph = rdflib.Graph()
        for document in documents:
            to_rdflib(document.triples, self.graph)
        self._folder = folder
        self._place = place

    @cached_property
    def prefixes(self) -> str:
        """The declared prefixes as the prologue of a query."""
        return "".join(
            f"PREFIX {self.graph.value(declared, SH.prefix)}: <{self.graph.value(declared, SH.namespace)}>\n"
            for declared in sorted(self.graph.objects(None, SH.declare), key=str)
        )

    def rules(self) -> list[Rule]:
        """Read all rules, and return them by id.

        :raises RulesError: for a folder without rules, a term of SHACL that is misspelt or not supported, a query that
            is not SPARQL, a shape without a name, a rule without target, severity, description or message.
        """
        self._refuse_unknown_terms()
        self._refuse_nameless_shapes()
        rules = sorted(self._rules(), key=lambda rule: rule.id)
        self._refuse_broken_queries(rules)
        if not rules:
            raise RulesError(
                f"{self._folder}: 規則が一つもありません。shapes/*.ttl を置いてください。",
                f"{self._folder}: holds no rule. Put shapes/*.ttl there.",
            )
        return rules

    def select(self, rule: Rule) -> str | None:
        """Return the query of a rule, with prefixes and path filled in; None for a rule without a query."""
        constraint = self.graph.value(rdflib.URIRef(rule.iri), SH.sparql)
        text = self.graph.value(constraint, SH.select)
        return None if text is None else self.prefixes + re.sub(r"\$PATH\b", f"<{rule.path}>", str(text))

    def _refuse_unknown_terms(self) -> None:
        for triple in self.graph:
            for term in triple:
                if isinstance(term, rdflib.URIRef) and term.startswith(str(SH)) and term not in _SUPPORTED:
                    name = shorten(str(term))
                    place, shape = self._place(str(triple[0])), shorten(str(triple[0]))
                    if term in SH:
                        raise RulesError(
                            f"{place}{shape}: {name} には対応していません。対応する語で書き直してください。",
                            f"{place}{shape}: {name} is not supported here. Say it with terms that are.",
                        )
                    raise RulesError(
                        f"{place}{shape}: {name} という語は SHACL にありません。綴りを直してください。",
                        f"{place}{shape}: {name} is no term of SHACL. Mend its spelling.",
                    )

    def _refuse_broken_queries(self, rules: list[Rule]) -> None:
        for rule in rules:
            text = self.select(rule)
            if text is None:
                continue
            constraint = self.graph.value(rdflib.URIRef(rule.iri), SH.sparql)
            if forbidden := _FORBIDDEN.search(_STRING_OR_COMMENT.sub("", text)):
                place, name = self._place(str(constraint)), shorten(str(constraint))
                raise RulesError(
                    f"{place}{name}: SHACL は sh:select の {forbidden[0]} を許しません。"
                    "OPTIONAL と !bound で書き直してください。",
                    f"{place}{name}: SHACL forbids {forbidden[0]} in sh:select. Say it with OPTIONAL and !bound.",
                )
            try:
                prepared(text)
            except Exception as error:  # rdflib raises bare exceptions, too
                place, name, said = self._place(str(constraint)), shorten(str(constraint)), " ".join(str(error).split())
                raise RulesError(
                    f"{place}{name}: sh:select が SPARQL として読めません（{said}）。問合せを直してください。",
                    f"{place}{name}: its sh:select is not SPARQL ({said}). Mend the query.",
                ) from None

    def _refuse_nameless_shapes(self) -> None:
        for target in _TARGETS:
            for shape in self.graph.subjects(target, None):
                self._texts(shape, SH.name)
        for shape in self.graph.objects(None, SH.property):
            if self.graph.value(shape, SH.severity) is None:
                raise self._broken(shape, "sh:severity")

    def _rules(self) -> list[Rule]:
        found = []
        for shape, severity in self.graph.subject_objects(SH.severity):
            if severity not in _SEVERITY or not str(shape).startswith(SHAPE):
                raise self._broken(shape, "sh:severity")
            if (shape, RDF.type, SH.PropertyShape) in self.graph and self.graph.value(shape, SH.path) is None:
                raise self._broken(shape, "sh:path")
            holders = [shape, *self.graph.subjects(SH.property, shape)]
            targets = {
                (str(target)[len(str(SH)) :], str(named))
                for holder in holders
                for target in _TARGETS
                for named in self.graph.objects(holder, target)
            }
            if not targets:
                raise self._broken(shape, "sh:targetClass")
            found.append(
                Rule(
                    id=str(shape)[len(SHAPE) :],
                    iri=str(shape),
                    severity=_SEVERITY[severity],
                    name=self._texts(shape, SH.name),
                    description=self._texts(shape, SH.description),
                    message=self._texts(shape, SH.message),
                    path=path_text(self.graph, self.graph.value(shape, SH.path)),
                    targets=tuple(sorted(targets)),
                )
            )
        return found

    def _texts(self, node: rdflib.term.Node, predicate: rdflib.URIRef) -> dict[str, str]:
        texts = {
            text.language: str(text)
            for text in self.graph.objects(node, predicate)
            if isinstance(text, rdflib.Literal) and text.language
        }
        if not all(texts.get(lang) for lang in LANGUAGES):
            raise self._broken(node, predicate.n3(self.graph.namespace_manager))
        return {lang: texts[lang] for lang in LANGUAGES}

    def _broken(self, shape: rdflib.term.Node, what: str) -> RulesError:
        place = self._place(str(shape))
        name = shorten(str(shape))
        if what in ("sh:severity", "sh:path", "sh:targetClass"):
            return RulesError(
                f"{place}{name}: {what} がないか、正しくありません。規則を直してください。",
                f"{place}{name}: {what} is wrong or not there. Mend the rule.",
            )
        return RulesError(
            f"{place}{name}: {what} が日本語と英語でそろっていません。規則を直してください。",
            f"{place}{name}: {what} is not there in both Japanese and English. Mend the rule.",
        )


@lru_cache(maxsize=1000)
def prepared(query: str) -> Any:
    """Return a query as rdflib prepares it; reading one takes longer than asking it."""
    return prepareQuery(query)


def path_text(graph: rdflib.Graph, path: rdflib.term.Node | None) -> str:
    """Return a path as an IRI, alternatives as IRIs joined by ``|``, and an empty text for none or another path."""
    if isinstance(path, rdflib.URIRef):
        return str(path)
    steps = graph.value(path, SH.alternativePath) if path is not None else None
    return "" if steps is None else "|".join(str(step) for step in graph.items(steps))
