"""The rows of an answer, read by the parts that its columns play in a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings
from dxplan.charts.letters import plain
from dxplan.errors import InputError, UsageError
from dxplan.iris import shorten, split
from dxplan.years import ERAS, era_name

__all__ = ["Reader", "in_order", "nothing", "number_text", "year_lines"]


@dataclass(frozen=True)
class Reader:
    """Reads an answer, with the words by which it is shown, cell by cell; a row is named by its number."""

    answer: Answer
    headings: Headings
    lang: str

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.answer.rows)

    def __iter__(self) -> Iterator[int]:
        """Give the number of each row, from 0."""
        return iter(range(len(self.answer.rows)))

    @cached_property
    def _at(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self.answer.columns)}

    def say(self, ja: str, en: str) -> str:
        """Return the text in the language of the chart."""
        return ja if self.lang == "ja" else en

    def term(self, row: int, column: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
        """Return what stands in a cell, None where nothing does."""
        term = self.answer.rows[row][self._at[column]]
        return None if term is not None and not term.value else term

    def key(self, row: int, column: str) -> str:
        """Return what tells one thing from another: its IRI or its value; empty where there is none."""
        term = self.term(row, column)
        return "" if term is None else term.value

    def code(self, row: int, column: str) -> str:
        """Return a code: that of a literal, the key of an IRI of ours, the local name of a term."""
        key = self.key(row, column)
        known = split(key)
        return known[1] if known else key.rsplit("#", 1)[-1]

    def label(self, row: int, column: str) -> str:
        """Return what people call it; empty where there is nothing."""
        term = self.term(row, column)
        if term is None:
            return ""
        beside = self._at.get(f"{column}Label")
        label = None if beside is None else self.answer.rows[row][beside]
        if label is not None:
            return plain(label.value)
        if isinstance(term, ox.NamedNode):
            return plain(self.headings.labels.get(term.value) or shorten(term.value))
        return plain(self.headings.words.get(term.value, term.value))

    def heading(self, column: str) -> str:
        """Return the heading of a column."""
        return plain(self.headings.columns.get(column, column))

    def number(self, row: int, column: str) -> float | None:
        """Return a number, None where there is none.

        :raises InputError: for what is no number.
        """
        key = self.key(row, column)
        try:
            return float(key) if key else None
        except ValueError:
            raise self._unfit(column, key, "数", "a number") from None

    def year(self, row: int, column: str) -> int | None:
        """Return the Western year of a fiscal year, None where there is none.

        :raises InputError: for what is no fiscal year.
        """
        key = self.key(row, column)
        if not key:
            return None
        known = split(key)
        if known is None or known[0] != "fy":
            raise self._unfit(column, key, "年度", "a fiscal year")
        return int(known[1])

    def _unfit(self, column: str, key: str, ja: str, en: str) -> InputError:
        return InputError(
            f"図の {column} には{ja}が要ります（{key}）。問いの #+ chart を直してください。",
            f"In the chart, {column} must be {en} ({key}). Mend #+ chart of the question.",
        )


def in_order(series: dict[str, str], declared: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return labels by code in a declared order, each with its number in it.

    The number chooses colour and pattern, so that these are the same whatever else an answer holds.

    >>> in_order({"review": "Review", "study": "Study"}, ["study", "pilot", "review"])
    {'study': (0, 'Study'), 'review': (2, 'Review')}
    """
    order = [*declared, *(code for code in series if code not in declared)]
    return {code: (number, series[code]) for number, code in enumerate(order) if code in series}


def nothing() -> UsageError:
    """Return the error of an answer in which there is nothing to draw."""
    return UsageError(
        "描くものがありません。答えが空か、年度や数のある行がないためです。図は書いていません。",
        "There is nothing to draw: the answer is empty, or no row has a year or a number. No chart was written.",
    )


def number_text(number: float) -> str:
    """Return a number as it is printed.

    >>> number_text(55000.0), number_text(86.3), number_text(0.0)
    ('55,000', '86.3', '0')
    """
    return f"{number:,.0f}" if number == int(number) else f"{number:,.10g}"


def year_lines(year: int, lang: str) -> tuple[str, str]:
    """Return a fiscal year in two short lines, in the words of its label: era and Western year.

    >>> year_lines(2022, "ja"), year_lines(2022, "en")
    (('令和4年度', '2022'), ('FY2022', 'Reiwa 4'))
    """
    if lang == "ja":
        return era_name(year), str(year)
    era = "Reiwa" if year > ERAS["reiwa"] else "Heisei"
    return f"FY{year}", f"{era} {year - ERAS[era.lower()]}"
