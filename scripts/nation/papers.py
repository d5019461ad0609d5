"""A plan or report as it is made: its nodes, in the order in which they are written.

Predicates are prefixed names and stand in the order of writing; values are IRIs in full, or texts. The same form holds
what is read of the real plans, so that whatever looks at a plan looks at both alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from dxplan.documents import Document
from dxplan.iris import DX, PREFIXES, graph_iri, shorten, split

__all__ = [
    "Names", "Node", "Paper", "Text", "Value", "both", "decimal", "dx", "key_of", "kind_of", "nodes_of",
    "number", "short", "year",
]  # fmt: skip


class Text(NamedTuple):
    """A literal; the datatype is a prefixed name."""

    value: str
    lang: str = ""
    datatype: str = ""


Value = str | Text
Node = dict[str, list[Value]]


class Names(NamedTuple):
    """What a thing is called in Japanese and English."""

    ja: str
    en: str


short = lru_cache(maxsize=16_384)(shorten)


def dx(name: str) -> str:
    """Return the IRI of a term of our vocabulary."""
    return DX + name


def kind_of(iri: str) -> str:
    """Return the kind in an IRI of ours, or nothing."""
    known = split(iri)
    return known[0] if known else ""


def key_of(iri: str) -> str:
    """Return the key in an IRI of ours, or nothing."""
    known = split(iri)
    return known[1] if known else ""


def both(names: Names) -> list[Value]:
    """Return a text in both languages, Japanese first."""
    return [Text(names.ja, "ja"), Text(names.en, "en")]


def number(value: int) -> Text:
    """Return a whole number."""
    return Text(str(value), "", "xsd:integer")


def decimal(value: Decimal) -> Text:
    """Return a decimal number as Oxigraph writes it: without zeros at its end."""
    text = format(value, "f")
    return Text(text.rstrip("0").rstrip(".") if "." in text else text, "", "xsd:decimal")


def year(western: int) -> str:
    """Return the IRI of a fiscal year."""
    return f"{PREFIXES['fy']}{western}"


@dataclass
class Paper:
    """One file on its way to paper.

    :param head: the comments above everything.
    :param source: the document that its nodes are taken from.
    :param headings: the comment above a node with which a part begins.
    """

    folder: str
    key: str
    head: list[str]
    source: str
    nodes: dict[str, Node] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    _heading: str = ""

    @property
    def graph(self) -> str:
        """The IRI of its named graph, which is the plan or the document."""
        return graph_iri(self.folder, self.key)

    def part(self, heading: str) -> None:
        """Put a heading above the node that comes next."""
        self._heading = heading

    def put(self, iri: str, node: Node) -> Node:
        """Add a node as it is."""
        if self._heading:
            self.headings[iri], self._heading = self._heading, ""
        self.nodes[iri] = node
        return node

    def add(
        self,
        iri: str,
        kind: str,
        names: Names,
        place: str,
        statements: Iterable[tuple[str, Value | list[Value]]] = (),
        *,
        label: str = "rdfs:label",
    ) -> Node:
        """Add a node with its kind, its names, its source and its place in it.

        :param statements: what else it states; an empty list states nothing.
        """
        node: Node = {"a": [dx(kind) if ":" not in kind else kind], label: both(names)}
        for predicate, value in statements:
            values = value if isinstance(value, list) else [value]
            if values:
                node.setdefault(predicate, []).extend(values)
        node["dct:source"] = [self.source]
        node["dx:locator"] = [Text(place)]
        return self.put(iri, node)

    def rename(self, old: str, new: str) -> None:
        """Give a node another IRI, in the same place."""
        self.nodes = {new if iri == old else iri: node for iri, node in self.nodes.items()}
        if old in self.headings:
            self.headings[new] = self.headings.pop(old)


def nodes_of(document: Document) -> dict[str, Node]:
    """Return the nodes of a file that was read; what has no IRI is left out."""
    nodes: dict[str, Node] = {}
    for triple in document.triples:
        if not isinstance(triple.subject, ox.NamedNode):
            continue
        name = short(triple.predicate.value)
        node = nodes.setdefault(triple.subject.value, {})
        thing = triple.object
        if isinstance(thing, ox.NamedNode):
            node.setdefault("a" if name == "rdf:type" else name, []).append(thing.value)
        elif isinstance(thing, ox.Literal):
            kind = "" if thing.language else short(thing.datatype.value)
            text = Text(thing.value, thing.language or "", "" if kind == "xsd:string" else kind)
            node.setdefault(name, []).append(text)
    return nodes
