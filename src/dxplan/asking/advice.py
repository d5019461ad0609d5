"""Where a query will be slow, and the same query written so that it is not.

``FILTER NOT EXISTS`` over two or more triples is evaluated anew for each row by Oxigraph, so that it grows with the
square of the data. ``MINUS``, or ``OPTIONAL`` with ``!BOUND``, is evaluated once. A rewritten query is offered only
where it means the same: the variables that both sides have must be bound on both sides whatever happens
(https://www.w3.org/TR/sparql11-query/#neg-notexists-minus tells where the two differ).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dxplan.asking.sparql import Token, tokens, with_prefixes

__all__ = ["SlowPart", "slow_parts"]


@dataclass(frozen=True)
class SlowPart:
    """A part of a query that will be slow.

    :param line: the line of ``NOT EXISTS``, from 1.
    :param triples: how many triple patterns it joins.
    :param rewritten: the whole query with this part written otherwise, or None where we know of no way.
    """

    line: int
    triples: int
    rewritten: str | None


@dataclass(frozen=True)
class _Place:
    """Where a ``FILTER NOT EXISTS { … }`` stands in the text, by numbers of tokens."""

    filter: int
    open: int
    close: int
    end: int
    outer_close: int


def slow_parts(text: str) -> list[SlowPart]:
    """Return the parts of a query that will be slow, in the order of the text; none for what is no query."""
    listed = list(tokens(text))
    places = list(_places(listed))
    if not places:
        return []
    from pyparsing import ParseBaseException  # these take time to load, which most queries need not wait for
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        tree = parseQuery(with_prefixes(text))
    except ParseBaseException:
        return []
    found = list(_negations(tree[1], None, True))
    if len(found) != len(places):
        return []
    parts = []
    for place, (inner, outer, movable) in zip(places, found, strict=True):
        triples = _count(inner)
        if triples > 1:
            line = text.count("\n", 0, listed[place.filter].start) + 1
            way = _way(inner, outer, _selects_all(tree[1])) if outer is not None and movable else None
            parts.append(SlowPart(line, triples, _rewritten(text, listed, place, way) if way else None))
    return parts


def _places(listed: list[Token]) -> Iterator[_Place]:
    partner: dict[int, int] = {}
    around: dict[int, int | None] = {}
    opened: list[int] = []
    for number, token in enumerate(listed):
        if token.kind == "sign" and token.text == "{":
            around[number] = opened[-1] if opened else None
            opened.append(number)
        elif token.kind == "sign" and token.text == "}" and opened:
            partner[opened.pop()] = number
    words = [token.text.upper() for token in listed]
    for number in range(len(listed)):
        bracket = words[number : number + 2] == ["FILTER", "("]
        start = number + 1 + bracket
        if words[number] != "FILTER" or words[start : start + 3] != ["NOT", "EXISTS", "{"]:
            continue
        close, outer = partner.get(start + 2), around[start + 2]
        if close is None or outer is None or outer not in partner:
            continue
        if bracket and words[close + 1] != ")":
            continue
        yield _Place(number, start + 2, close, close + bracket, partner[outer])


def _negations(node: Any, outer: Any, movable: bool) -> Iterator[tuple[Any, Any, bool]]:
    """Yield each ``FILTER NOT EXISTS`` with the group that it filters, and whether that may take a MINUS instead.

    What filters an OPTIONAL sees variables from without, and so does what stands in another EXISTS.
    """
    kind = getattr(node, "name", None)
    if kind == "Filter" and getattr(demand := _bare(node.expr), "name", "") == "Builtin_NOTEXISTS":
        yield demand.graph, outer, movable
    if kind in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        yield from ((inner, group, False) for inner, group, _ in _negations(node.graph, None, False))
        return
    if kind == "GroupGraphPatternSub":
        outer = node
    inside = kind == "GroupOrUnionGraphPattern" or (movable and kind != "OptionalGraphPattern")
    for child in _children(node):
        yield from _negations(child, outer, inside)


def _bare(expression: Any) -> Any:
    """Return an expression without the brackets around it."""
    while isinstance(expression, dict) and set(expression) == {"expr"}:
        expression = expression["expr"]
    return expression


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return list(node) if isinstance(node, list) or type(node).__name__ in ("ParseResults", "plist") else []


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in _children(node):
        yield from _walk(child)


def _count(group: Any) -> int:
    """Count the triple patterns of a group; each step of a path is one."""
    total = 0
    for node in _walk(group):
        if getattr(node, "name", "") == "TriplesBlock":
            total += sum(len(triples) // 3 for triples in node.triples)
        if getattr(node, "name", "") == "PathSequence":
            total += len(node.part) - 1
    return total


def _variables(node: Any) -> set[str]:
    from rdflib import Variable

    return {str(each) for each in _walk(node) if isinstance(each, Variable)}


def _kinds(group: Any) -> set[str]:
    return {part.name for part in group.part or []}


def _certain(group: Any) -> set[str]:
    """Return the variables that every solution of a group binds."""
    return {name for part in group.part or [] if part.name == "TriplesBlock" for name in _variables(part)}


def _selects_all(query: Any) -> bool:
    return any(getattr(node, "name", "").startswith("SelectQuery") and not node.projection for node in _walk(query))


def _way(inner: Any, outer: Any, selects_all: bool) -> str | None:
    """Return how a negation can be written with the same meaning, ``MINUS`` or ``OPTIONAL``, or None."""
    if getattr(inner, "name", "") != "GroupGraphPatternSub" or not _kinds(inner) <= {"TriplesBlock", "Filter"}:
        return None
    if any(getattr(node, "name", "") in ("Builtin_EXISTS", "Builtin_NOTEXISTS") for node in _walk(inner)):
        return None
    around = set().union(*(_variables(part) for part in outer.part if not _holds(part, inner)))
    shared = _variables(inner) & around
    if not shared or not shared <= _certain(outer):
        return None
    if _variables(inner) <= _certain(inner):
        return "MINUS"
    return None if selects_all else "OPTIONAL"


def _holds(part: Any, inner: Any) -> bool:
    return any(node is inner for node in _walk(part))


def _rewritten(text: str, listed: list[Token], place: _Place, way: str) -> str:
    body = text[listed[place.open].end : listed[place.close].start].rstrip()
    names = {token.text[1:] for token in listed if token.kind == "variable"}
    mark = next(name for name in ("found", *(f"found{n}" for n in range(len(names) + 1))) if name not in names)
    stop = listed[place.outer_close].start
    line = text.rfind("\n", 0, stop) + 1
    alone = not text[line:stop].strip()
    indent = text[line:stop] if alone else ""
    last = f"{body}\n{indent}    " if "\n" in body else f"{body} "
    group = (
        f"MINUS {{{last}}}"
        if way == "MINUS"
        else f"OPTIONAL {{{last}BIND (true AS ?{mark}) }} FILTER (!BOUND(?{mark}))"
    )
    before, after = listed[place.filter - 1], listed[place.end + 1]
    end = after.end if after.text == "." else listed[place.end].end
    follows = listed[place.end + 2] if after.text == "." else after
    joint = "" if before.text in ("{", ".", "}") or follows.text == "}" else " ."
    head = (text[: before.end] + joint + text[before.end : listed[place.filter].start]).rstrip(" \t")
    tail = text[end:stop].strip(" \t")
    tail = tail.removeprefix("\n") if head.endswith("\n") else tail
    moved = f"{indent}    {group}\n{indent}" if alone else f" {group} "
    return f"{head}{tail}{moved}{text[stop:]}"
