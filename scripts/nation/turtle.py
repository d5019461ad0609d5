"""A paper as Turtle, in the one form of this project, as ``dxplan.canonical`` has it.

Written by hand and not by a serialiser, since there are thousands of nodes a plan and thousands of plans.
"""

from __future__ import annotations

from dxplan.iris import prefix_lines
from nation.papers import Node, Paper, Text, Value, short

__all__ = ["text_of"]

_FIRST = (
    "a", "rdfs:label", "skos:prefLabel", "skos:altLabel", "dct:title", "dx:printedTitle", "skos:notation",
    "schema:position", "dct:identifier",
)  # fmt: skip
_LAST = ("dct:description", "skos:definition", "rdfs:comment", "dct:source", "dx:locator")
_RANKS = {name: at for at, name in enumerate(_FIRST)} | {name: 200 + at for at, name in enumerate(_LAST)}
_LANGUAGES = {"ja": 0, "en": 1}
# https://www.w3.org/TR/turtle/#sec-escapes
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
# Turtle has a short form of these.
_BARE = ("xsd:integer", "xsd:boolean")


def text_of(paper: Paper) -> str:
    """Return a paper as Turtle."""
    names: set[str] = set()
    blocks = []
    for iri, node in paper.nodes.items():
        heading = paper.headings.get(iri)
        block = _block(iri, node, names)
        blocks.append(f"# ---- {heading} ----\n\n{block}" if heading else block)
    head = "".join(f"# {line}\n" for line in paper.head)
    used = sorted({name.partition(":")[0] for name in names})
    return "\n\n".join([head + "\n" + prefix_lines(used), *blocks]) + "\n"


def _block(iri: str, node: Node, names: set[str]) -> str:
    name = short(iri)
    names.add(name)
    lines = []
    for predicate in sorted(node, key=_rank):
        values = node[predicate]
        if len(values) > 1 and predicate in _RANKS:
            values = sorted(values, key=_language)
        if predicate != "a":
            names.add(predicate)
        for value in values:
            lines.append(f"    {predicate} {_written(value, names)}")
    return name + "\n" + " ;\n".join(lines) + " ."


def _rank(predicate: str) -> int:
    return _RANKS.get(predicate, 100)


def _language(value: Value) -> int:
    return _LANGUAGES.get(value.lang, 2) if isinstance(value, Text) else 2


def _written(value: Value, names: set[str]) -> str:
    """Return a value as it is written; the prefixed names in it are added to those that are used."""
    if isinstance(value, str):
        name = short(value)
        names.add(name)
        return name
    text, lang, datatype = value
    if datatype in _BARE:
        return text
    quoted = f'"{text.translate(_ESCAPES)}"'
    if lang:
        return f"{quoted}@{lang}"
    if datatype:
        names.add(datatype)
        return f"{quoted}^^{datatype}"
    return quoted
