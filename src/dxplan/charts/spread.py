"""Spread: how many begin in each fiscal year, as bars, and how many have begun by then, as steps."""

from __future__ import annotations

from dataclasses import dataclass

from dxplan.asking.charting import Declaration
from dxplan.charts.frame import Body, Key, heading, ticks, year_header
from dxplan.charts.reader import Reader, nothing, number_text, year_lines
from dxplan.charts.shapes import COLOURS, GRID, INK, SOFT, Box, Line, Mark, Shape, Text

__all__ = ["Spread", "Year", "draw", "read"]


@dataclass(frozen=True)
class Year:
    """One fiscal year of the answer."""

    year: int
    new: float
    total: float


@dataclass(frozen=True)
class Spread:
    """Fiscal years in order; those between them, in which nothing begins, have no entry."""

    years: list[Year]
    headings: tuple[str, str, str]


def read(reader: Reader, told: Declaration) -> Spread:
    """Return the years of an answer.

    :raises UsageError: for an answer without a year.
    """
    year, new, total = told.parts["year"], told.parts["new"], told.parts["total"]
    found = []
    for row in reader:
        at = reader.year(row, year)
        if at is not None:
            found.append(Year(at, reader.number(row, new) or 0.0, reader.number(row, total) or 0.0))
    if not found:
        raise nothing()
    return Spread(
        sorted(found, key=lambda each: each.year), (reader.heading(year), reader.heading(new), reader.heading(total))
    )


_LEFT, _HEIGHT, _HEAD = 40.0, 190.0, 26.0


def draw(spread: Spread, reader: Reader) -> Body:
    """Return the drawing of a spread: a bar for each row of the answer, and one line of steps."""
    years = range(spread.years[0].year, spread.years[-1].year + 1)
    step = min(max(520 / len(years), 42.0), 96.0)
    across = _LEFT + step * len(years)
    marks = ticks(max(each.total for each in spread.years), whole=True, most=5)
    base = _HEAD + _HEIGHT

    def up(number: float) -> float:
        return base - _HEIGHT * number / marks[-1]

    def at(year: int) -> float:
        return _LEFT + step * (year - years.start)

    shapes: list[Shape] = [
        *heading(0, 12, reader.say("数", "number"), _LEFT),
        *heading(across, base + 44, spread.headings[0], across, "right"),
    ]
    for mark in marks:
        shapes.append(Line(((_LEFT, up(mark)), (across, up(mark))), SOFT if mark == 0 else GRID))
        shapes.append(Text(_LEFT - 6, up(mark), number_text(mark), 7, "right", SOFT))
    shapes += [shape for shape in year_header(_LEFT, base + 30, step, years, reader.lang, 0) if isinstance(shape, Text)]
    for each in spread.years:
        name = ", ".join(
            f"{word} {number_text(number)}"
            for word, number in zip(spread.headings[1:], (each.new, each.total), strict=True)
        )
        tip = f"{year_lines(each.year, reader.lang)[0]}: {name}"
        x, wide = at(each.year) + step * 0.28, step * 0.44
        shapes.append(Box(x, up(each.new), wide, base - up(each.new), COLOURS[4], "white", "//", tip=tip))
        if each.new:
            back = Box(x + wide / 2 - 7, base - 14, 14, 11, "white")
            shapes += [back, Text(x + wide / 2, base - 8.5, number_text(each.new), 7.5, "center")]
    steps: list[tuple[float, float]] = [(_LEFT, base)]
    before = 0.0
    for each in spread.years:
        steps += [(at(each.year), up(before)), (at(each.year), up(each.total))]
        before = each.total
    shapes.append(Line((*steps, (across, up(before))), COLOURS[0], 2.0))
    for each in spread.years:
        shapes.append(Mark(at(each.year), up(each.total), "circle", COLOURS[0], COLOURS[0], 5))
        shapes.append(Text(at(each.year) + 6, up(each.total) - 7, number_text(each.total), 8, colour=INK))
    keys = (
        Key(Box(0, 0, 0, 0, COLOURS[4], "white", "//"), spread.headings[1]),
        Key(Line((), COLOURS[0], 2.0), spread.headings[2]),
    )
    return Body(across + 20, base + 46, tuple(shapes), keys, told=_told(spread, reader))


def _told(spread: Spread, reader: Reader) -> str:
    return ", ".join(
        f"{year_lines(each.year, reader.lang)[0]} +{number_text(each.new)} = {number_text(each.total)}"
        for each in spread.years
    )
