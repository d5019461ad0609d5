"""What an analysis gives back, and how its numbers are said."""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings
from dxplan.iris import PREFIXES

__all__ = ["Result", "counted", "decimal", "integer", "named"]


class Result(NamedTuple):
    """Rows, the words by which they are shown, and what they say in plain language, in one or more lines."""

    answer: Answer
    headings: Headings
    reading: str


def integer(number: int) -> ox.Literal:
    """Return a count as a literal."""
    return ox.Literal(number)


def decimal(number: float | None) -> ox.Literal | None:
    """Return a number as an ``xsd:decimal`` of three places; None for what has no value."""
    if number is None:
        return None
    # A sum that should be 0 may come out just below it.
    return ox.Literal(f"{round(number, 3) + 0.0:.3f}", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal"))


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun in English.

    >>> counted(1, "item"), counted(0, "item"), counted(2, "city", "cities")
    ('1 item', '0 items', '2 cities')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def named(label: str, lang: str) -> str:
    """Return a label in the quotation marks of a language."""
    return f"「{label}」" if lang == "ja" else f"“{label}”"
