"""The order of RDF terms, as bytes that are in that order: what was put in order once need not be read to be merged.

The order is that of https://www.w3.org/TR/sparql11-query/#modOrderBy: nothing, blank nodes, IRIs, literals; numbers by
value, and texts by their code points, which UTF-8 keeps. Numbers come before other literals.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pyoxigraph as ox

from dxplan.iris import PREFIXES

__all__ = ["ordering"]

_NUMBERS = frozenset(PREFIXES["xsd"] + name for name in ("integer", "decimal"))
_CONTROL = re.compile(rb"[\x00-\x1f]")
_TURNED = bytes(range(255, -1, -1))


def ordering(term: ox.NamedNode | ox.BlankNode | ox.Literal | None, downwards: bool = False) -> bytes:
    """Return bytes without tab and line feed; of several terms in a row they keep the order by the first, the next, ….

    >>> sorted(map(ordering, [ox.Literal("10"), ox.Literal(10), ox.Literal(9), None])) == [
    ...     ordering(None), ordering(ox.Literal(9)), ordering(ox.Literal(10)), ordering(ox.Literal("10"))
    ... ]
    True
    """
    if term is None:
        text = b"0"
    elif isinstance(term, ox.BlankNode):
        text = b"1" + term.value.encode()
    elif isinstance(term, ox.NamedNode):
        text = b"2" + term.value.encode()
    elif term.datatype.value in _NUMBERS:
        text = b"3" + _number(Decimal(term.value))
    else:
        text = b"4" + term.value.encode()
    # A character below the space gets a mark before it and is raised above it: the zero at the end is below them all.
    text = _CONTROL.sub(lambda match: b"\x01" + bytes([match[0][0] + 32]), text) + b"\x00"
    return text.translate(_TURNED) if downwards else text


def _number(value: Decimal) -> bytes:
    whole, _, fraction = f"{value.copy_abs():f}".partition(".")
    whole = whole.lstrip("0")
    written = f"{len(whole):04}{whole}.{fraction.rstrip('0')}".encode()
    # Of two numbers below zero the larger without its sign is the smaller: all is turned, and ends above what follows.
    return b"1" + written if value >= 0 else b"0" + written.translate(_TURNED) + b"\xff"
