"""How a sentence speaks of the rows of an answer: natural lists, counts with their noun, quotation marks, dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings, Term
from dxplan.iris import shorten
from dxplan.years import date_name

__all__ = ["Row", "filters", "numeral", "of"]

_MOST = 8  # so many names are listed; the rest is told by their number
_NUMBERS = ("integer", "decimal", "double", "float", "nonNegativeInteger", "positiveInteger", "int", "long")
_PLACE = re.compile(r"([「“]?)\{(\w+)\}")


class _Shape:
    """What the rows of one answer share."""

    def __init__(self, answer: Answer, headings: Headings, lang: str) -> None:
        self.at = {name: number for number, name in enumerate(answer.columns)}
        self.headings = headings
        self.lang = lang


class Row:
    """A row of an answer by column, for a template.

    A thing is its label, a number a number, a date is written out, a code stands as it is with its word under
    ``words``, and what is not there is None. A column of labels has no name of its own.
    """

    __slots__ = ("_shape", "_terms")

    def __init__(self, terms: Sequence[Term | None], shape: _Shape) -> None:
        self._terms = terms
        self._shape = shape

    def term(self, column: str) -> Term | None:
        """Return what stands in a column; KeyError for one that the answer does not have."""
        return self._terms[self._shape.at[column]]

    def __getitem__(self, column: str) -> Any:
        """Return what a column says; KeyError for one that the answer does not have."""
        if column == "words":
            return _Words(self)
        term = self.term(column)
        beside = self._shape.at.get(f"{column}Label")
        label = None if beside is None else self._terms[beside]
        if label is not None:
            return label.value
        if isinstance(term, ox.NamedNode):
            return self._shape.headings.labels.get(term.value) or shorten(term.value)
        return _value(term, self._shape.lang) if isinstance(term, ox.Literal) else None

    def said(self, column: str) -> str | None:
        """Return how a column is told to people: a code by its word, a number in figures."""
        term = self.term(column)
        if isinstance(term, ox.Literal) and (word := self._shape.headings.words.get(term.value)):
            return word
        value = self[column]
        return value if value is None or isinstance(value, str) else numeral(value)


class _Words:
    """The words for the codes of a row."""

    __slots__ = ("_row",)

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getitem__(self, column: str) -> str | None:
        return self._row.said(column)


def of(answer: Answer, headings: Headings, lang: str) -> list[Row]:
    """Return the rows of an answer for a template."""
    shape = _Shape(answer, headings, lang)
    return [Row(terms, shape) for terms in answer.rows]


def _value(literal: ox.Literal, lang: str) -> str | int | Decimal | bool:
    name = literal.datatype.value.rsplit("#", 1)[-1]
    try:
        if name in _NUMBERS:
            number = Decimal(literal.value)
            return int(number) if number == number.to_integral_value() else number
    except (ValueError, ArithmeticError):
        return literal.value
    if name == "boolean":
        return literal.value in ("true", "1")
    return date_name(literal.value, lang) if name in ("date", "gYearMonth", "gYear") else literal.value


def numeral(number: int | Decimal | bool) -> str:
    """Return a number in figures, its thousands set apart.

    >>> numeral(1741), numeral(Decimal("86.3"))
    ('1,741', '86.3')
    """
    return f"{number:,}"


def filters(lang: str) -> dict[str, Callable[..., Any]]:
    """Return the filters that a template has beside those of Jinja.

    ``where`` chooses rows, ``each`` leaves one of those that are alike, ``by`` puts them together, ``least`` and
    ``greatest`` find what stands first and last; ``names`` and ``tallied`` list, ``joined`` joins what is listed;
    ``counted`` gives a number its noun, ``plural`` chooses by number, ``quoted`` puts quotation marks.
    """
    spoken = (_names, _tallied, _joined, _counted, _quoted)
    plain = (_where, _each, _by, _least, _greatest, _plural)
    return {
        **{function.__name__[1:]: partial(function, lang=lang) for function in spoken},
        **{function.__name__[1:]: function for function in plain},
    }


def _key(term: Term) -> tuple[bool, Decimal, str]:
    """Return what terms are ordered by: numbers as numbers, all else as it is written; years are of four figures."""
    if isinstance(term, ox.Literal) and term.datatype.value.rsplit("#", 1)[-1] in _NUMBERS:
        return True, Decimal(term.value), ""
    return False, Decimal(0), term.value


def _where(rows: Iterable[Row], column: str, *values: object) -> list[Row]:
    """Return the rows that have one of the values in a column."""
    return [row for row in rows if row[column] in values]


def _each(rows: Iterable[Row], *columns: str) -> list[Row]:
    """Return the first of the rows that have the same in the columns; rows with nothing in the first are left out."""
    found: dict[tuple[Term | None, ...], Row] = {}
    for row in rows:
        terms = tuple(row.term(column) for column in columns)
        if terms[0] is not None:
            found.setdefault(terms, row)
    return list(found.values())


def _by(rows: Iterable[Row], column: str) -> list[tuple[str | None, list[Row]]]:
    """Return the rows that have the same in a column together, with what that is, in its order; nothing comes last."""
    groups: dict[Term | None, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.term(column), []).append(row)
    ordered = sorted((term for term in groups if term is not None), key=_key)
    return [(groups[term][0].said(column), groups[term]) for term in [*ordered, *([None] if None in groups else [])]]


def _least(rows: Iterable[Row], column: str) -> Any:
    """Return what comes first of all that stands in a column, None where nothing does."""
    listed = _each(rows, column)
    return min(listed, key=lambda row: _key(_bound(row, column)))[column] if listed else None


def _greatest(rows: Iterable[Row], column: str) -> Any:
    """Return what comes last of all that stands in a column, None where nothing does."""
    listed = _each(rows, column)
    return max(listed, key=lambda row: _key(_bound(row, column)))[column] if listed else None


def _bound(row: Row, column: str) -> Term:
    term = row.term(column)
    assert term is not None  # rows without one are left out before
    return term


def _number(counted: int | Sequence[Row]) -> int:
    return counted if isinstance(counted, int) else len(counted)


def _plural(counted: int | Sequence[Row], one: str, many: str) -> str:
    """Return what goes with a number, or with so many rows."""
    return one if _number(counted) == 1 else many


def _counted(counted: int | Sequence[Row], one: str, many: str = "", *, lang: str) -> str:
    """Return a number, or how many rows there are, with its noun: 3市, 3 cities."""
    number = _number(counted)
    return f"{numeral(number)}{one}" if lang == "ja" else f"{numeral(number)} {_plural(number, one, many or one)}"


def _quoted(text: str, *, lang: str) -> str:
    """Return a text in quotation marks, and those in it turned into inner ones."""
    return f"「{_inner(text)}」" if lang == "ja" else f"“{_inner(text)}”"


def _inner(text: str) -> str:
    return text.translate(str.maketrans("「」“”", "『』‘’"))


def _joined(texts: Iterable[str], unit: str = "", most: int = _MOST, *, lang: str) -> str:
    """Return texts as a list in the language; of many, the first, and how many more there are.

    :param unit: what is counted, where there are more; English does without.
    """
    listed = list(texts)
    if len(listed) > most + 1:  # one more takes no more room than to tell that it is there
        more = numeral(len(listed) - most)
        listed = [*listed[:most], f"ほか{more}{unit}" if lang == "ja" else f"{more} more"]
    if lang == "ja":
        return "、".join(listed)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def _names(rows: Iterable[Row], form: str, unit: str = "", most: int = _MOST, otherwise: str = "", *, lang: str) -> str:
    """Return what rows are called, each name once.

    :param form: a column, or a text with columns in braces, such as ``{city}（{since}から）``; what stands in quotation
        marks in it may hold such marks itself.
    :param otherwise: the form for rows that have nothing in one of the columns; without it, they are left out.
    """
    forms = [each if "{" in each else f"{{{each}}}" for each in (form, otherwise) if each]
    found: dict[tuple[object, ...], str] = {}
    for row in rows:
        for each in forms:
            columns = [place[2] for place in _PLACE.finditer(each)]
            terms = [row.term(column) for column in columns]
            if None not in terms:
                if (each, *terms) not in found:
                    found[each, *terms] = _PLACE.sub(partial(_filled, row), each)
                break
    return _joined(found.values(), unit, most, lang=lang)


def _filled(row: Row, place: re.Match[str]) -> str:
    text = str(row.said(place[2]))
    return place[1] + (_inner(text) if place[1] else text)


def _tallied(
    rows: Iterable[Row],
    column: str,
    of: str | Sequence[str] = (),
    unit: str = "",
    rest: str = "",
    most: int = _MOST,
    *,
    lang: str,
) -> str:
    """Return how many rows each value of a column has: 石岡市3件、潮来市2件; Ishioka City (3) and Itako City (2).

    :param of: the columns by which rows are alike, to be counted once; without them, each row counts.
    :param unit: what is counted, in Japanese.
    :param rest: what the values are, in Japanese, where there are more of them than are listed.
    """
    alike = [of] if isinstance(of, str) else list(of)
    groups: dict[Term, list[Row]] = {}
    for row in rows:
        term = row.term(column)
        if term is not None:
            groups.setdefault(term, []).append(row)
    told = []
    for group in groups.values():
        number = numeral(len(_each(group, *alike)) if alike else len(group))
        told.append(f"{group[0].said(column)}{number}{unit}" if lang == "ja" else f"{group[0].said(column)} ({number})")
    return _joined(told, rest, most, lang=lang)
