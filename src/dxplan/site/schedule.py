"""Schedules of elements as tables: a column for each fiscal year, a bar for each phase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dxplan.site.things import Things

__all__ = ["Bar", "Gap", "Row", "Schedule", "of"]


@dataclass(frozen=True)
class Bar:
    """A phase in a row of the table: the number of years that it covers."""

    phase: str
    years: int


@dataclass(frozen=True)
class Gap:
    """Years without a phase."""

    years: int


@dataclass(frozen=True)
class Row:
    """An element and its phases; those that overlap stand in lines of their own.

    :param lines: each from the first year to the last.
    :param unread: phases whose years cannot be read.
    """

    element: str
    lines: tuple[tuple[Bar | Gap, ...], ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """The rows, and the fiscal years that they share."""

    years: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def phases(self) -> list[str]:
        """Every phase, in the order of the rows."""
        return [
            phase
            for row in self.rows
            for phase in (*(bar.phase for line in row.lines for bar in line if isinstance(bar, Bar)), *row.unread)
        ]

    @property
    def has_unread(self) -> bool:
        """Whether the years of any phase cannot be read."""
        return any(row.unread for row in self.rows)


def of(elements: Iterable[str], things: Things) -> Schedule:
    """Return the schedule of elements, in the given order; those without a phase are left out."""
    found = {element: things.pointing(element, "dx:phaseOf") for element in elements}
    found = {element: phases for element, phases in found.items() if phases}
    spans = {phase: _span(phase, things) for phases in found.values() for phase in phases}
    known = [span for span in spans.values() if span is not None]
    if not known:
        return Schedule((), tuple(Row(element, (), tuple(phases)) for element, phases in found.items()))
    years = tuple(range(min(first for first, _ in known), max(last for _, last in known) + 1))
    return Schedule(years, tuple(_row(element, phases, spans, years) for element, phases in found.items()))


def _span(phase: str, things: Things) -> tuple[int, int] | None:
    first, last = things.node(phase, "dx:from"), things.node(phase, "dx:through")
    return None if first is None or last is None else (things.year(first), max(things.year(first), things.year(last)))


def _row(element: str, phases: list[str], spans: dict[str, tuple[int, int] | None], years: tuple[int, ...]) -> Row:
    lines: list[list[tuple[str, tuple[int, int]]]] = []
    dated = [(phase, span) for phase in phases if (span := spans[phase]) is not None]
    for phase, span in sorted(dated, key=lambda pair: pair[1][0]):
        line = next((line for line in lines if line[-1][1][1] < span[0]), None)
        if line is None:
            lines.append([(phase, span)])
        else:
            line.append((phase, span))
    return Row(
        element,
        tuple(tuple(_cells(line, years)) for line in lines),
        tuple(phase for phase in phases if spans[phase] is None),
    )


def _cells(line: list[tuple[str, tuple[int, int]]], years: tuple[int, ...]) -> list[Bar | Gap]:
    cells: list[Bar | Gap] = []
    at = years[0]
    for phase, (first, last) in line:
        if first > at:
            cells.append(Gap(first - at))
        cells.append(Bar(phase, last - first + 1))
        at = last + 1
    if at <= years[-1]:
        cells.append(Gap(years[-1] - at + 1))
    return cells
