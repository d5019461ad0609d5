"""An answer for those who work in Python: plain values, a DataFrame, a table in a notebook."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, overload

import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings, Term, readable, render
from dxplan.errors import UsageError
from dxplan.iris import PREFIXES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Row", "Rows", "Value", "frame", "value_of"]

#: What a cell holds: an IRI or a text is a str, numbers, truth values and days are Python's, an unbound one is None.
Value = str | int | float | Decimal | bool | date | None
Row = dict[str, Value]

_XSD = PREFIXES["xsd"]
_INTEGERS = {"integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"}


def value_of(term: Term | None) -> Value:
    """Return the Python value of an RDF term; a literal of an unknown or broken datatype is its text."""
    if not isinstance(term, ox.Literal):
        return None if term is None else term.value
    name = term.datatype.value.removeprefix(_XSD)
    readers: dict[str, Callable[[str], Value]] = {
        **dict.fromkeys(_INTEGERS, int),
        "decimal": Decimal,
        "double": float,
        "float": float,
        "boolean": lambda text: text in ("true", "1"),
        "date": date.fromisoformat,
    }
    try:
        return readers.get(name, str)(term.value)
    except (ValueError, ArithmeticError):
        return term.value


def frame(columns: Mapping[str, Sequence[object]], title: str) -> pd.DataFrame:
    """Return columns as a DataFrame of pandas, whose ``attrs`` carry a title.

    :raises UsageError: when pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise UsageError(
            "DataFrame には pandas が要ります: pip install 'dxplan[dataframe]'",
            "A DataFrame needs pandas: pip install 'dxplan[dataframe]'",
        ) from None
    made = pd.DataFrame(dict(columns))
    made.attrs["title"] = title
    return made


class Rows(Sequence[Row]):
    """The rows of an answer: a sequence of dicts by name of column.

    :param answer: the same as RDF terms.
    :param headings: the words by which people are shown it.
    :param title: what was asked.
    :param draw: what writes its chart, where it has one.
    :param state: what says its result in a sentence, where it answers a question.
    """

    def __init__(
        self,
        answer: Answer,
        headings: Headings | None = None,
        title: str = "",
        draw: Callable[[Path], None] | None = None,
        state: Callable[[], str] | None = None,
    ) -> None:
        self.answer = answer
        self.headings = headings or Headings()
        self.title = title
        self._draw = draw
        self._state = state

    @cached_property
    def sentence(self) -> str:
        """The result in a sentence, with which the answer to a saved question begins; empty for any other."""
        return self._state() if self._state else ""

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return self.answer.columns

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.answer.rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """Return a row, or some."""
        if isinstance(index, slice):
            return [self._row(row) for row in self.answer.rows[index]]
        return self._row(self.answer.rows[index])

    def __iter__(self) -> Iterator[Row]:
        """Yield each row."""
        return map(self._row, self.answer.rows)

    def _row(self, row: tuple[Term | None, ...]) -> Row:
        return {name: value_of(term) for name, term in zip(self.columns, row, strict=True)}

    def render(self, form: str = "table") -> str:
        """Return the answer as ``table``, ``csv``, ``json`` or ``md``."""
        return render(self.answer, form, self.headings)

    def to_dataframe(self) -> pd.DataFrame:
        """Return the answer as a DataFrame of pandas, one column for each of its own.

        :raises UsageError: when pandas is not installed.
        """
        return frame({name: [row[name] for row in self] for name in self.columns}, self.title)

    def chart(self, path: str | Path) -> None:
        """Write the chart of the answer; the ending of the file chooses SVG, PNG or HTML.

        :raises UsageError: for an answer that has no chart.
        """
        if self._draw is None:
            raise UsageError(f"「{self.title}」に図はありません。", f"“{self.title}” has no chart.")
        self._draw(Path(path))

    def __repr__(self) -> str:
        """Show the sentence, what was asked, and the table."""
        return "\n\n".join(part for part in (self.sentence, self.title, self.render()) if part)

    def _repr_html_(self) -> str:
        """Show the sentence and the table in a notebook."""
        names, rows = readable(self.answer, self.headings)
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        caption = f"<caption>{html.escape(self.title)}</caption>" if self.title else ""
        told = f"<p>{html.escape(self.sentence)}</p>" if self.sentence else ""
        return f"{told}<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
