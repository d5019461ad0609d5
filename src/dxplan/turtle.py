"""Where each statement of a Turtle text stands.

The RDF parsers that we use do not tell the line of a triple. This module reads the same text by the token grammar of
https://www.w3.org/TR/turtle/#sec-grammar and tells it. It does not judge: a text is read here after a real
parser has accepted it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from dxplan.iris import PREFIXES, expand
from dxplan.turtle_tokens import Token, pieces

__all__ = ["Lines", "Node", "Statement", "statements"]

Node = ox.NamedNode | ox.BlankNode | ox.Literal

_STRING_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED_AS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
_TYPE = ox.NamedNode(_RDF + "type")


class Statement(NamedTuple):
    """One triple with the place of its object; lines and columns count from 1."""

    subject: Node
    predicate: ox.NamedNode
    object: Node
    line: int
    column: int
    subject_line: int


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else _ESCAPED_AS.get(match[3], match[3])

    return _STRING_ESCAPE.sub(character, text) if "\\" in text else text


@dataclass
class _Reader:
    """Walks the tokens of a text; holds what Turtle holds while it is read."""

    text: str
    prefixes: dict[str, str] = field(default_factory=dict)
    base: str = ""
    blanks: int = 0

    def __post_init__(self) -> None:
        self.tokens = [
            Token(str(match.lastgroup), match[0], match.start())
            for match in pieces(self.text)
            if match.lastgroup not in ("space", "comment")
        ]
        self.at = 0
        self.breaks = [match.start() for match in re.finditer("\n", self.text)]
        self.names: dict[str, ox.NamedNode] = {}
        self.found: list[Statement] = []

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_left(self.breaks, offset)
        return line + 1, offset - (self.breaks[line - 1] if line else -1)

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def document(self) -> list[Statement]:
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            word = token.text.lstrip("@").casefold()
            if token.kind in ("at", "name") and word in ("prefix", "base", "version"):
                self.directive()
            else:
                line = self.place(token.start)[0]
                subject = self.node()
                if self.peek() != ".":  # `[ … ] .` is a whole statement
                    self.predicates(subject, line)
                self.take()
        return self.found

    def directive(self) -> None:
        keyword = self.take().text
        word = keyword.lstrip("@").casefold()
        if word == "prefix":
            name = self.take().text[:-1]
            self.prefixes[name] = self.iri(self.take().text)
            self.names.clear()
        elif word == "base":
            self.base = self.iri(self.take().text)
        else:
            self.take()
        if keyword.startswith("@"):
            self.take()  # the full stop; the SPARQL form has none

    def iri(self, text: str) -> str:
        written = _unescape(text[1:-1])
        if not self.base or re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", written):
            return written
        # The parser knows how to resolve, which no library of Python does as RFC 3986, section 5.2.2, has it.
        line = f"<{text[1:-1]}> <x:p> <x:o> .".encode()
        (quad,) = ox.parse(line, format=ox.RdfFormat.TURTLE, base_iri=self.base)
        assert isinstance(quad.subject, ox.NamedNode)
        return quad.subject.value

    def predicates(self, subject: Node, subject_line: int) -> None:
        while self.peek() not in (".", "]", ""):
            if self.peek() == ";":
                self.take()
                continue
            token = self.take()
            predicate = _TYPE if token.text == "a" else self.named(token)
            while True:
                line, column = self.place(self.tokens[self.at].start)
                before = len(self.found)
                value = self.node()
                # The statement itself comes before those inside its blank node.
                self.found.insert(before, Statement(subject, predicate, value, line, column, subject_line))
                if self.peek() != ",":
                    break
                self.take()

    def named(self, token: Token) -> ox.NamedNode:
        if token.kind == "iri":
            return ox.NamedNode(self.iri(token.text))
        found = self.names.get(token.text)
        if found is None:
            found = self.names[token.text] = ox.NamedNode(expand(token.text, self.prefixes))
        return found

    def fresh(self) -> ox.BlankNode:
        self.blanks += 1
        return ox.BlankNode(f"b{self.blanks}")

    def node(self) -> Node:
        token = self.take()
        if token.kind in ("short", "long"):
            return self.literal(token)
        if token.kind == "number":
            kind = "double" if "e" in token.text.lower() else "decimal" if "." in token.text else "integer"
            return ox.Literal(token.text, datatype=ox.NamedNode(_XSD + kind))
        if token.kind == "blank":
            return ox.BlankNode("n" + token.text[2:].replace(".", "-"))
        if token.text in ("true", "false"):
            return ox.Literal(token.text, datatype=ox.NamedNode(_XSD + "boolean"))
        if token.text == "[":
            inner = self.fresh()
            self.predicates(inner, self.place(token.start)[0])
            self.take()
            return inner
        if token.text == "(":
            return self.collection(token)
        return self.named(token)

    def collection(self, token: Token) -> Node:
        items: list[tuple[Node, int, int]] = []
        while self.peek() != ")":
            place = self.place(self.tokens[self.at].start)
            items.append((self.node(), *place))
        self.take()
        rest: Node = ox.NamedNode(_RDF + "nil")
        line = self.place(token.start)[0]
        for item, at_line, column in reversed(items):
            cell = self.fresh()
            self.found.append(Statement(cell, ox.NamedNode(_RDF + "first"), item, at_line, column, line))
            self.found.append(Statement(cell, ox.NamedNode(_RDF + "rest"), rest, at_line, column, line))
            rest = cell
        return rest

    def literal(self, token: Token) -> ox.Literal:
        quotes = 3 if token.kind == "long" else 1
        value = _unescape(token.text[quotes:-quotes])
        if self.at < len(self.tokens):
            following = self.tokens[self.at]
            if following.kind == "at":
                self.take()
                return ox.Literal(value, language=following.text[1:])
            if following.kind == "type":
                self.take()
                return ox.Literal(value, datatype=self.named(self.take()))
        return ox.Literal(value)


def statements(text: str) -> list[Statement]:
    """Return every statement of a Turtle text in the order in which it is written.

    :param text: Turtle that a parser has accepted. Blank nodes get labels of this module's own.
    :raises NotTurtleError: where the text is not Turtle.
    :raises KeyError: where a prefix is not declared.
    """
    return _Reader(text).document()


class Lines:
    """The line at which each subject, and each statement, of a text stands."""

    def __init__(self, text: str) -> None:
        self._subject: dict[Node, tuple[int, int]] = {}
        self._path: dict[tuple[Node, Node], tuple[int, int]] = {}
        self._statement: dict[tuple[Node, Node, Node], tuple[int, int]] = {}
        self._blank: dict[Node, tuple[tuple[int, int], set[tuple[Node, Node | None]]]] = {}
        for s in statements(text):
            place = (s.line, s.column)
            if isinstance(s.subject, ox.BlankNode):
                said = self._blank.setdefault(s.subject, ((s.subject_line, 1), set()))[1]
                said.add(_without_blank(s.predicate, s.object))
            self._subject.setdefault(s.subject, (s.subject_line, 1))
            self._path.setdefault((s.subject, s.predicate), place)
            self._statement.setdefault((s.subject, s.predicate, s.object), place)

    def find(self, subject: Node, predicate: Node | None = None, value: Node | None = None) -> tuple[int, int] | None:
        """Return ``(line, column)`` of the closest place there is: the statement, its predicate, else its subject."""
        place = None
        if predicate is not None and value is not None:
            place = self._statement.get((subject, predicate, value))
        if place is None and predicate is not None:
            place = self._path.get((subject, predicate))
        return place or self._subject.get(subject)

    def find_blank(self, said: set[tuple[Node, Node]]) -> tuple[int, int] | None:
        """Return the place of the first blank node of which just this is said.

        A parser gives blank nodes labels of its own, so one is known again only by its predicates and values.
        """
        sought = {_without_blank(predicate, value) for predicate, value in said}
        return next((place for place, known in self._blank.values() if known == sought), None)


def _without_blank(predicate: Node, value: Node) -> tuple[Node, Node | None]:
    return predicate, None if isinstance(value, ox.BlankNode) else value
