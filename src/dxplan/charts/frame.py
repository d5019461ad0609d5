"""What surrounds every chart: title, parameters, legend and notes; and axes of numbers and of fiscal years."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dxplan.charts.letters import plain, width, wrap
from dxplan.charts.reader import number_text, year_lines
from dxplan.charts.shapes import GRID, INK, SOFT, Box, Drawing, Line, Mark, Shape, Text

__all__ = ["LEADING", "Body", "Key", "block", "framed", "heading", "number_axis", "ticks", "year_header"]

LEADING = 1.3  # from line to line, in sizes of letters
_MARGIN = 20.0
_TITLE, _SMALL = 13.0, 8.0
_SWATCH = 16.0


@dataclass(frozen=True)
class Key:
    """One entry of a legend: how something is drawn, and what it means."""

    sample: Box | Line | Mark
    label: str


@dataclass(frozen=True)
class Body:
    """The chart itself, with what its legend and its notes say.

    :param told: what is drawn, in a sentence, for those who do not see it.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    keys: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()
    told: str = ""


def block(
    x: float, middle: float, lines: Sequence[str], size: float, align: str = "left", colour: str = INK
) -> list[Text]:
    """Return lines of text around a middle height."""
    step = size * LEADING
    top = middle - step * (len(lines) - 1) / 2
    return [Text(x, top + step * number, line, size, align, colour) for number, line in enumerate(lines)]


def framed(body: Body, title: str, parameters: Iterable[tuple[str, str]] = ()) -> Drawing:
    """Return a body with its title above and its legend and notes below.

    :param parameters: what each parameter is called, and its value.
    """
    across = max(body.width, 400.0)
    shapes: list[Shape] = []
    y = _MARGIN
    for line in wrap(title, _TITLE, across, 4):
        y += _TITLE * LEADING
        shapes.append(Text(_MARGIN, y - _TITLE * LEADING / 2, line, _TITLE))
    for name, value in parameters:
        for line in wrap(f"{name}: {value}", 9, across, 2):
            y += 9 * LEADING
            shapes.append(Text(_MARGIN, y - 9 * LEADING / 2, line, 9, colour=SOFT))
    y += 10
    legend, height = _legend(body.keys, across)
    if legend:
        shapes += Drawing(across, height, tuple(legend)).moved(_MARGIN, y)
        y += height + 8
    shapes += Drawing(body.width, body.height, body.shapes).moved(_MARGIN, y)
    y += body.height + 6
    for note in body.notes:
        for line in wrap(note, _SMALL, across, 4):
            y += _SMALL * LEADING
            shapes.append(Text(_MARGIN, y - _SMALL * LEADING / 2, line, _SMALL, colour=SOFT))
    return Drawing(across + 2 * _MARGIN, y + _MARGIN, tuple(shapes), body.told)


def _legend(keys: Sequence[Key], across: float) -> tuple[list[Shape], float]:
    shapes: list[Shape] = []
    x, y = 0.0, 7.0
    for key in keys:
        lines = wrap(key.label, _SMALL, across - _SWATCH - 6, 1)
        room = _SWATCH + 5 + width(lines[0], _SMALL) + 16
        if x and x + room > across + 16:
            x, y = 0.0, y + 15
        match key.sample:
            case Box():
                shapes.append(replace(key.sample, x=x, y=y - 5, width=_SWATCH, height=10))
            case Mark():
                shapes.append(replace(key.sample, x=x + _SWATCH / 2, y=y))
            case Line():
                shapes.append(replace(key.sample, points=((x, y), (x + _SWATCH, y))))
        shapes.append(Text(x + _SWATCH + 5, y, lines[0], _SMALL))
        x += room
    return shapes, y + 7 if keys else 0.0


def ticks(top: float, *, whole: bool = False, most: int = 6) -> list[float]:
    """Return round numbers from 0 to at least the top, with steps of 1, 2 or 5 times a power of ten.

    :param whole: whether only whole numbers make sense, as of cities.

    >>> ticks(2), ticks(2, whole=True), ticks(43800)
    ([0.0, 0.5, 1.0, 1.5, 2.0], [0.0, 1.0, 2.0], [0.0, 10000.0, 20000.0, 30000.0, 40000.0, 50000.0])
    """
    if top <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(top / most))
    power = max(power, 1.0) if whole else power
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * most >= top)
    return [round(step * number, 10) for number in range(math.ceil(round(top / step, 9)) + 1)]


def number_axis(x: float, y: float, across: float, marks: Sequence[float], down: float) -> list[Shape]:
    """Return an axis of numbers that runs to the right at the height ``y``, with lines so far ``down`` over a chart."""
    shapes: list[Shape] = []
    for mark in marks:
        at = x + across * mark / marks[-1]
        shapes.append(Line(((at, y), (at, y + down)), SOFT if mark == 0 else GRID))
        shapes.append(Text(at, y - 6, number_text(mark), 7, "center", SOFT))
    return shapes


def year_header(x: float, y: float, step: float, years: range, lang: str, down: float) -> list[Shape]:
    """Return fiscal years as columns of a width, named in two lines above ``y``, with lines ``down`` between them.

    Where the columns are narrow, not every year is named.
    """
    every = max(1, math.ceil(max(width(line, 7) + 4 for year in years for line in year_lines(year, lang)) / step))
    shapes: list[Shape] = []
    for number, year in enumerate(years):
        if number % every == 0:
            shapes += block(x + step * (number + 0.5), y - 11, year_lines(year, lang), 7, "center", SOFT)
        shapes.append(Line(((x + step * number, y), (x + step * number, y + down))))
    shapes.append(Line(((x + step * len(years), y), (x + step * len(years), y + down))))
    return shapes


def heading(x: float, y: float, text: str, room: float, align: str = "left") -> list[Text]:
    """Return the name of an axis or a column in small letters above ``y``."""
    return block(x, y - 6, wrap(plain(text), 7, room, 1), 7, align, SOFT)
