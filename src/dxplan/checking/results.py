"""From what an engine says of a rule to a finding that a person can act on: words, file and line, place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from dxplan.checking.findings import Finding
from dxplan.checking.focus import Focus, Node
from dxplan.checking.rules import LANGUAGES, Rule
from dxplan.corpus import Corpus
from dxplan.documents import Document
from dxplan.iris import PREFIXES, shorten
from dxplan.turtle import Node as TurtleNode

__all__ = ["Result", "Teller", "Term"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal

_XSD = PREFIXES["xsd"]
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float")}
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True)
class Result:
    """What an engine found: a rule is broken by a node, at a path, with a value.

    :param bindings: the values of the variables of the rule's query, for its message.
    """

    rule: str
    focus: Node
    path: str
    value: Term | None
    bindings: Mapping[str, Term] = field(default_factory=dict, compare=False)


class Teller:
    """Tells results as findings.

    :param read_with: all documents that labels may come from.
    """

    def __init__(self, rules: Iterable[Rule], focus: Focus, read_with: Sequence[Document], corpus: Corpus) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self._focus = focus
        self._read_with = read_with
        self._corpus = corpus

    def findings(self, results: Iterable[Result]) -> list[Finding]:
        """Return one finding for each thing that is told, in the order of the lines."""
        told = {}
        for result in results:
            finding = self._finding(result)
            told[finding.rule, result.focus, finding.path, finding.value, finding.message["ja"]] = finding
        return sorted(told.values(), key=lambda finding: (finding, finding.message["ja"]))

    def _finding(self, result: Result) -> Finding:
        rule = self._rules[result.rule]
        document = self._focus.home[result.focus]
        value = self._as_written(document, result)
        place = self._place(document, result, value)
        bindings = {**result.bindings, "this": result.focus}
        if "|" not in result.path and result.path:
            bindings["path"] = ox.NamedNode(result.path)
        if result.value is not None:
            bindings["value"] = result.value
        return Finding(
            file=self._corpus.relative(document.path),
            line=place[0],
            column=place[1],
            rule=rule.id,
            severity=rule.severity,
            focus=_text(result.focus),
            path=result.path,
            value="" if value is None else _text(value),
            message={lang: self._fill(rule.message[lang], bindings, lang) for lang in LANGUAGES},
            focus_label=self._labels(result.focus),
            locator=document.locators.get(result.focus.value, ""),
        )

    def _place(self, document: Document, result: Result, value: Term | None) -> tuple[int, int]:
        path = ox.NamedNode(result.path) if result.path and "|" not in result.path else None
        if isinstance(result.focus, ox.BlankNode):
            said: set[tuple[TurtleNode, TurtleNode]] = {
                (t.predicate, t.object)  # type: ignore[misc]
                for t in document.triples
                if t.subject == result.focus
            }
            return document.lines.find_blank(said) or (0, 0)
        return document.lines.find(result.focus, path, value) or (0, 0)

    def _as_written(self, document: Document, result: Result) -> Term | None:
        """Return the value as the file writes it: Oxigraph keeps ``50.0`` as ``50``."""
        value = result.value
        if not isinstance(value, ox.Literal) or value.datatype.value not in _NUMBERS or not result.path:
            return value
        path = ox.NamedNode(result.path)
        for t in document.triples:
            if (
                t.subject == result.focus
                and t.predicate == path
                and isinstance(t.object, ox.Literal)
                and t.object.datatype == value.datatype
                and _number(t.object.value) == _number(value.value)
            ):
                return t.object
        return value

    def _fill(self, message: str, bindings: Mapping[str, Term], lang: str) -> str:
        def name(match: re.Match[str]) -> str:
            term = bindings.get(match[1])
            return "" if term is None else self._name(term, lang)

        return _PLACEHOLDER.sub(name, message)

    def _name(self, term: Term, lang: str) -> str:
        if isinstance(term, ox.Literal):
            return _number(term.value) if term.datatype.value in _NUMBERS else term.value
        labels = self._labels(term)
        known = labels.get(lang)
        if known is None:
            return shorten(term.value) if isinstance(term, ox.NamedNode) else _text(term)
        # A term of the vocabulary is named as it is typed, too: that is what has to be mended.
        return (
            f"{known}（{shorten(term.value)}）"
            if lang == "ja" and "#" in term.value
            else (f"{known} ({shorten(term.value)})" if "#" in term.value else known)
        )

    def _labels(self, node: Term) -> dict[str, str]:
        for document in self._read_with:
            if found := document.labels.get(node.value):
                return found
        return {}


def _text(term: Term) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else term.value


def _number(text: str) -> str:
    """Return a number without needless zeros, the same from every engine."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return format(number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize(), "f")
