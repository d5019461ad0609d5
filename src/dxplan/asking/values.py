"""The parameters of a query: each a one-row ``VALUES ?name { term }`` at the head of WHERE, where it stands once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dxplan.asking.sparql import Token, tokens

__all__ = ["Value", "begun", "head", "replaced", "strays"]


@dataclass(frozen=True)
class Value:
    """One row of VALUES with one variable.

    :param name: the variable, without its mark.
    :param term: the term as it is written.
    :param start: where the whole begins in the text, and where it ends.
    """

    name: str
    term: str
    start: int
    end: int


def head(text: str) -> list[Value]:
    """Return the values at the head of the outermost WHERE, in order.

    >>> [value.name for value in head('SELECT ?x { VALUES ?x { <a> } VALUES ?y { "b"@ja } ?x a ?y . VALUES ?z { 1 } }')]
    ['x', 'y']
    """
    listed = list(tokens(text))
    at = next((number + 1 for number, token in enumerate(listed) if token.text == "{"), len(listed))
    found = []
    while value := _value(text, listed, at):
        found.append(value[0])
        at = value[1]
    return found


def strays(text: str) -> Iterator[tuple[str, int]]:
    """Yield the name of each variable that a VALUES binds elsewhere than at the head, with its place in the text.

    >>> list(strays("SELECT ?x { VALUES ?x { 1 } { VALUES ?x { 1 } } UNION { VALUES (?y ?z) { (1 2) } } }"))
    [('x', 30), ('y', 58), ('z', 58)]
    """
    listed = list(tokens(text))
    starts = {value.start for value in head(text)}
    for number, token in enumerate(listed):
        if token.kind != "word" or token.text.upper() != "VALUES" or token.start in starts:
            continue
        for follower in listed[number + 1 :]:
            if follower.text == "{":
                break
            if follower.kind == "variable":
                yield follower.text[1:], token.start


def replaced(text: str, terms: Mapping[str, str]) -> str:
    """Return a query with other terms in the values at its head.

    :param terms: serialised terms by name; a name that is not at the head is passed over.

    >>> replaced('SELECT ?x { VALUES ?x { "a" } }', {"x": "<b>"})
    'SELECT ?x { VALUES ?x { <b> } }'
    """
    for value in reversed(head(text)):
        if value.name in terms:
            text = f"{text[: value.start]}VALUES ?{value.name} {{ {terms[value.name]} }}{text[value.end :]}"
    return text


def begun(text: str, pattern: str) -> str:
    """Return a query whose WHERE begins with a pattern, before all that stands there.

    >>> begun("SELECT ?x { ?x a <b> }", "VALUES ?x { <a> }")
    'SELECT ?x { VALUES ?x { <a> } ?x a <b> }'
    """
    opening = next(token.end for token in tokens(text) if token.text == "{")
    return f"{text[:opening]} {pattern}{text[opening:]}"


def _value(text: str, listed: Sequence[Token], at: int) -> tuple[Value, int] | None:
    """Return the value that begins at a token, with the number of the token after it."""
    if at + 2 >= len(listed) or listed[at].text.upper() != "VALUES" or listed[at + 1].kind != "variable":
        return None
    if listed[at + 2].text != "{":
        return None
    close = next((number for number in range(at + 3, len(listed)) if listed[number].text == "}"), None)
    if close is None:
        return None
    term = text[listed[at + 2].end : listed[close].start].strip()
    return Value(listed[at + 1].text[1:], term, listed[at].start, listed[close].end), close + 1
