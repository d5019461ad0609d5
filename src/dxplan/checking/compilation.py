"""Shapes compiled to set-based SPARQL: one query a demand for all nodes at once, instead of one a node.

SHACL evaluates a constraint with ``$this`` bound to one node after another
(https://www.w3.org/TR/shacl/#sparql-constraints-prebound). Here ``?this`` ranges over all focus nodes, which stand in
a graph of their own. That gives the same results only where every part of a query that speaks of ``$this`` also finds
it by a triple pattern; :func:`_refuse_unbound` sees to it, and what is not known here is refused, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import rdflib
from rdflib.namespace import RDF, SH
from rdflib.plugins.sparql.parserutils import CompValue

from dxplan.checking.demands import FOCUS, Demand
from dxplan.checking.rules import Rule, RuleBook
from dxplan.checking.shapes import prepared
from dxplan.errors import RulesError
from dxplan.iris import shorten

__all__ = ["compile_rules"]

_THIS = rdflib.Variable("this")
# What says nothing of its own about values.
_WITHOUT_DEMAND = {
    RDF.type, SH.name, SH.description, SH.message, SH.severity, SH.path, SH.property, SH.rule,
    SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode, SH.flags, SH.qualifiedValueShape,
}  # fmt: skip
_NODE_KINDS = {
    SH.IRI: "isIRI(?value)",
    SH.Literal: "isLiteral(?value)",
    SH.BlankNode: "isBlank(?value)",
    SH.IRIOrLiteral: "!isBlank(?value)",
    SH.BlankNodeOrIRI: "!isLiteral(?value)",
    SH.BlankNodeOrLiteral: "!isIRI(?value)",
}
_BOUNDS = {SH.minInclusive: ">=", SH.maxInclusive: "<=", SH.minExclusive: ">", SH.maxExclusive: "<"}
_LENGTHS = {SH.minLength: ">=", SH.maxLength: "<="}


def compile_rules(book: RuleBook, above: dict[str, set[str]]) -> tuple[list[Demand], list[tuple[tuple[str, str], ...]]]:
    """Compile every rule of a book.

    :param above: the classes above each class, for ``sh:class``.
    :returns: the demands, and the sets of targets by number.
    :raises RulesError: for a construct that is not compiled.
    """
    numbers: dict[tuple[tuple[str, str], ...], int] = {}
    demands = []
    for rule in book.rules:
        number = numbers.setdefault(rule.targets, len(numbers))
        focus = f"GRAPH <{FOCUS}> {{ ?this a <{FOCUS}:{number}> }}"
        demands += [
            Demand(rule.id, rule.path, number, " ".join(text.split("\n")) if text.startswith("SELECT") else text)
            for text in _Compiler(book, rule, focus, above).queries()
        ]
    return demands, list(numbers)


class _Compiler:
    """Compiles one rule."""

    def __init__(self, book: RuleBook, rule: Rule, focus: str, above: dict[str, set[str]]) -> None:
        self.book = book
        self.rule = rule
        self.focus = focus
        self.above = above
        self.shape = rdflib.URIRef(rule.iri)
        self.graph = book.graph
        # A node shape speaks of the focus node itself.
        self.steps = "|".join(f"<{step}>" for step in rule.path.split("|")) if rule.path else ""
        self.is_node_shape = (self.shape, RDF.type, SH.NodeShape) in self.graph
        if not self.is_node_shape and not self.steps:
            raise self.refuse("sh:path")

    def refuse(self, what: str) -> RulesError:
        place, name = self.book.place(self.rule.iri), shorten(self.rule.iri)
        return RulesError(
            f"{place}{name}: {what} は sparql エンジンで実行できません。--engine pyshacl を使うか書き直してください。",
            f"{place}{name}: the engine “sparql” cannot run {what}. Use --engine pyshacl, or say it otherwise.",
        )

    def queries(self) -> Iterable[str]:
        one: dict[rdflib.term.Node, Callable[[Any], str]] = {
            SH.minCount: lambda n: self.count("<", int(n)),
            SH.maxCount: lambda n: self.count(">", int(n)),
            SH.datatype: self.datatype,
            SH.nodeKind: lambda kind: self.values(f"!({_NODE_KINDS[kind]})"),
            SH["class"]: self.of_class,
            SH["in"]: self.one_of,
            SH.hasValue: self.has_value,
            SH.pattern: self.pattern,
            SH.languageIn: lambda tags: self.values(f"!COALESCE({self.languages(tags)}, false)"),
            SH.uniqueLang: self.unique_language,
            SH.qualifiedMinCount: lambda n: self.qualified("<", int(n)),
            SH.qualifiedMaxCount: lambda n: self.qualified(">", int(n)),
            SH.sparql: self.sparql,
            **{name: partial(self.bound, sign) for name, sign in _BOUNDS.items()},
            **{name: partial(self.length, sign) for name, sign in _LENGTHS.items()},
        }
        for predicate, value in sorted(self.graph.predicate_objects(self.shape)):
            if predicate in one:
                yield one[predicate](value)
            elif predicate not in _WITHOUT_DEMAND:
                raise self.refuse(shorten(str(predicate)))

    def each(self, extra: str = "") -> str:
        """Return the patterns that bind ``?this`` and ``?value``."""
        step = "BIND (?this AS ?value)" if self.is_node_shape else f"?this {self.steps} ?value ."
        return f"{self.focus} {step} {extra}"

    def values(self, wrong: str, extra: str = "") -> str:
        return f"SELECT DISTINCT ?this ?value WHERE {{ {self.each(extra)} FILTER ({wrong}) }}"

    def count(self, sign: str, number: int, among: str = "") -> str:
        if sign == "<" and number == 1:
            found = f"OPTIONAL {{ ?this {self.steps} ?found . {among} }}"
            return f"SELECT ?this WHERE {{ {self.focus} {found} FILTER (!bound(?found)) }}"
        found = f"?this {self.steps} ?found . {among}"
        if sign == "<":
            found = f"OPTIONAL {{ {found} }}"
        return (
            f"SELECT ?this WHERE {{ {self.focus} {found} }} "
            f"GROUP BY ?this HAVING (COUNT(DISTINCT ?found) {sign} {number})"
        )

    def bound(self, sign: str, limit: rdflib.Literal) -> str:
        return self.values(f"!COALESCE(?value {sign} {limit.n3()}, false)")

    def length(self, sign: str, number: rdflib.Literal) -> str:
        return self.values(f"isBlank(?value) || !(STRLEN(STR(?value)) {sign} {number})")

    def datatype(self, datatype: rdflib.URIRef) -> str:
        right = f"isLiteral(?value) && datatype(?value) = <{datatype}>"
        if str(datatype).endswith(("#decimal", "#integer", "#double", "#float")):
            right += " && isNumeric(?value)"  # what is no number in spite of its type
        elif str(datatype).endswith("#boolean"):
            right += ' && STR(?value) IN ("true", "false", "1", "0")'
        elif not str(datatype).endswith("#string"):
            raise self.refuse(f"sh:datatype {shorten(str(datatype))}")
        return self.values(f"!COALESCE({right}, false)")

    def of_class(self, name: rdflib.URIRef) -> str:
        below = sorted({str(name), *(low for low, highs in self.above.items() if str(name) in highs)})
        kinds = ", ".join(f"<{iri}>" for iri in below)
        return self.values("!bound(?kind)", f"OPTIONAL {{ ?value a ?kind . FILTER (?kind IN ({kinds})) }}")

    def one_of(self, members: rdflib.term.Node) -> str:
        listed = list(self.graph.items(members))
        if not all(isinstance(member, rdflib.URIRef) for member in listed):
            raise self.refuse("sh:in")  # IN compares literals by value, sh:in compares terms
        return self.values(f"!COALESCE(?value IN ({', '.join(m.n3() for m in listed)}), false)")

    def has_value(self, value: rdflib.term.Node) -> str:
        if not isinstance(value, rdflib.URIRef) or self.is_node_shape:
            raise self.refuse("sh:hasValue")
        return self.count("<", 1, f"FILTER (?found = {value.n3()})")

    def pattern(self, pattern: rdflib.Literal) -> str:
        flags = self.graph.value(self.shape, SH.flags)
        more = "" if flags is None else f", {flags.n3()}"
        return self.values(f"isBlank(?value) || !REGEX(STR(?value), {pattern.n3()}{more})")

    def languages(self, tags: rdflib.term.Node | None, variable: str = "?value") -> str:
        assert tags is not None
        return " || ".join(f'LANGMATCHES(LANG({variable}), "{tag}")' for tag in self.graph.items(tags))

    def unique_language(self, wanted: rdflib.Literal) -> str:
        # One result for each language, all alike but for a value that SHACL does not give.
        return (
            f"SELECT DISTINCT ?this WHERE {{ {self.focus} ?this {self.steps} ?found . "
            'BIND (LCASE(LANG(?found)) AS ?tag) FILTER (?tag != "") } '
            "GROUP BY ?this ?tag HAVING (COUNT(DISTINCT ?found) > 1)"
        )

    def qualified(self, sign: str, number: int) -> str:
        inner = self.graph.value(self.shape, SH.qualifiedValueShape)
        demands = set(self.graph.predicates(inner)) - _WITHOUT_DEMAND
        if demands != {SH.languageIn}:
            raise self.refuse("sh:qualifiedValueShape")
        return self.count(sign, number, f"FILTER ({self.languages(self.graph.value(inner, SH.languageIn), '?found')})")

    def sparql(self, constraint: rdflib.term.Node) -> str:
        text = self.book.select(self.rule)
        assert text is not None
        _refuse_unbound(text, self.refuse)
        head, body = text[: len(self.book.prefixes)], text[len(self.book.prefixes) :]
        body = re.sub(r"\$(\w+)", r"?\1", body)

        def restrict(match: re.Match[str]) -> str:
            return f"{match[0]} {self.focus}" if "?this" in match[0] else match[0]

        restricted = re.sub(r"SELECT\b[^{]*\bWHERE\s*\{", restrict, body)
        if restricted.count(self.focus) != len(re.findall(r"\bSELECT\b", body)):
            raise self.refuse("sh:select")
        return head + restricted


def _refuse_unbound(query: str, refuse: Callable[[str], RulesError]) -> None:
    """Refuse a query whose meaning would change when ``$this`` is no constant any more."""

    def walk(node: CompValue) -> set[rdflib.Variable]:
        """Return the variables that a pattern certainly binds."""
        name = node.name
        if name in ("Project", "SelectQuery", "Distinct", "Reduced", "ToMultiSet", "OrderBy"):
            bound = walk(node.p)
            if name == "Project":
                if _THIS not in node.PV and _THIS in _mentioned(node.p):
                    raise refuse("SELECT")
                return bound & set(node.PV)
            return bound
        if name == "BGP":
            return {term for triple in node.triples for term in triple if isinstance(term, rdflib.Variable)}
        if name == "Join":
            return walk(node.p1) | walk(node.p2)
        if name == "LeftJoin":
            left, right = walk(node.p1), walk(node.p2)
            need(node.expr, left | right, "OPTIONAL")
            return left
        if name == "Union":
            return walk(node.p1) & walk(node.p2)
        if name == "Filter":
            bound = walk(node.p)
            need(node.expr, bound, "FILTER")
            return bound
        if name == "Extend":
            bound = walk(node.p)
            need(node.expr, bound, "BIND")
            return bound | {node.var}
        if name == "AggregateJoin":
            bound = walk(node.p.p)
            groups = set(node.p.expr or ())
            if _THIS not in groups and _THIS in bound:
                raise refuse("GROUP BY")
            return {term for term in groups if isinstance(term, rdflib.Variable)} | {a.res for a in node.A}
        raise refuse(name)

    def need(expression: Any, bound: set[rdflib.Variable], what: str) -> None:
        if _has(expression, "Builtin_EXISTS") or _has(expression, "Builtin_NOTEXISTS"):
            raise refuse("EXISTS")
        if _THIS in _mentioned(expression) and _THIS not in bound:
            raise refuse(what)

    walk(prepared(query).algebra.p)


def _parts(node: Any) -> Iterable[Any]:
    if isinstance(node, CompValue):
        yield node
        for value in node.values():
            yield from _parts(value)
    elif isinstance(node, list | tuple | set):
        for value in node:
            yield from _parts(value)
    else:
        yield node


def _mentioned(node: Any) -> set[rdflib.Variable]:
    return {part for part in _parts(node) if isinstance(part, rdflib.Variable)}


def _has(node: Any, name: str) -> bool:
    return any(isinstance(part, CompValue) and part.name == name for part in _parts(node))
