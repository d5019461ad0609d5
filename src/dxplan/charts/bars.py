"""Bars: how many or how much of each thing, beside or upon each other, in panels that share a scale where they may."""

from __future__ import annotations

from dataclasses import dataclass, field

from dxplan.asking.charting import Declaration
from dxplan.charts.frame import LEADING, Body, Key, block, heading, number_axis, ticks
from dxplan.charts.letters import width, wrap
from dxplan.charts.reader import Reader, in_order, nothing, number_text
from dxplan.charts.shapes import COLOURS, HATCHES, INK, Box, Shape, Text
from dxplan.errors import InputError

__all__ = ["Bar", "Bars", "Panel", "draw", "read"]


@dataclass(frozen=True)
class Bar:
    """One number of the answer."""

    series: str
    number: float


@dataclass
class Panel:
    """Things with their bars, by key; ``labels`` are what people call them, in one part or more."""

    title: str
    unit: str
    labels: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    bars: dict[tuple[str, ...], list[Bar]] = field(default_factory=dict)


@dataclass(frozen=True)
class Bars:
    """Panels of bars.

    :param series: number and label by code, in the order of the legend; the number chooses colour and pattern.
    :param shared: whether all panels have one scale; where each has its unit, they have not.
    :param left_out: how many rows of the answer are not drawn, because they are more than the question says.
    """

    panels: list[Panel]
    series: dict[str, tuple[int, str]]
    stacked: bool
    shared: bool
    left_out: int
    heading: str


def read(reader: Reader, told: Declaration) -> Bars:
    """Return the bars of an answer: one for each number, in the order of the rows.

    :raises UsageError: for an answer without a number.
    :raises InputError: for a number below zero.
    """
    named, values, split = told.columns("label"), told.columns("values"), told.column("series")
    panel_of, unit_of = told.column("panel"), told.column("unit")
    most = told.parts.get("most", len(reader))
    panels: dict[tuple[str, str], Panel] = {}
    series: dict[str, str] = {} if split else {column: reader.heading(column) for column in values}
    for row in list(reader)[:most]:
        key, unit = reader.key(row, panel_of) if panel_of else "", reader.label(row, unit_of) if unit_of else ""
        title = reader.label(row, panel_of) if panel_of else ""
        panel = panels.setdefault((key, unit), Panel(title, unit))
        place = tuple(reader.key(row, column) for column in named)
        labels = dict.fromkeys(label for column in named if (label := reader.label(row, column)))
        panel.labels.setdefault(place, tuple(labels))
        for column in values:
            number = reader.number(row, column)
            if number is None:
                continue
            if number < 0:
                raise InputError(
                    f"図の {column} に負の数 {number_text(number)} があり、棒では表せません。",
                    f"In the chart, {column} is below zero ({number_text(number)}), which a bar cannot show.",
                )
            code = reader.code(row, split) if split else column
            if split:
                series.setdefault(code, reader.label(row, split))
            panel.bars.setdefault(place, []).append(Bar(code, number))
    if not any(panel.bars for panel in panels.values()):
        raise nothing()
    return Bars(
        list(panels.values()),
        in_order(series, told.codes("order")),
        told.flag("stacked"),
        unit_of is None,
        max(0, len(reader) - most),
        reader.heading(values[0]) if len(values) == 1 else reader.say("数", "number"),
    )


_SIZE, _LABELS, _PLOT, _THICK = 8.0, 230.0, 400.0, 9.0


def draw(bars: Bars, reader: Reader) -> Body:
    """Return the drawing of bars: one for each number of the answer, with the number at its end."""
    y = 0.0
    shapes: list[Shape] = []
    tops = [max(_sums(bars, panel)) for panel in bars.panels]
    for panel, own in zip(bars.panels, tops, strict=True):
        whole = all(bar.number == int(bar.number) for found in panel.bars.values() for bar in found)
        drawn, height = _panel(bars, panel, y, ticks(max(tops) if bars.shared else own, whole=whole))
        shapes += drawn
        y += height + 12
    notes = []
    if any(_seen(bars, found) != found for panel in bars.panels for found in panel.bars.values()):
        notes.append(reader.say("0のものは棒を省いています。", "What is 0 has no bar."))
    if bars.left_out:
        notes.append(
            reader.say(
                f"答えの{len(reader)}行のうち初めの{len(reader) - bars.left_out}行を描いています。",
                f"The first {len(reader) - bars.left_out} of {len(reader)} rows of the answer are drawn.",
            )
        )
    return Body(_LABELS + _PLOT + 50, y, tuple(shapes), _keys(bars), tuple(notes), _told(bars, reader))


def _sums(bars: Bars, panel: Panel) -> list[float]:
    if bars.stacked:
        return [sum(bar.number for bar in found) for found in panel.bars.values()] or [0.0]
    return [bar.number for found in panel.bars.values() for bar in found] or [0.0]


def _style(bars: Bars, code: str) -> tuple[str, str]:
    at = bars.series[code][0]
    return COLOURS[at % len(COLOURS)], HATCHES[at % len(HATCHES)]


def _panel(bars: Bars, panel: Panel, y: float, marks: list[float]) -> tuple[list[Shape], float]:
    begin = y
    shapes: list[Shape] = []
    if panel.title:
        lines = wrap(panel.title, 9, _LABELS + _PLOT, 2)
        shapes += block(0, y + len(lines) * 9 * LEADING / 2, lines, 9)
        y += len(lines) * 9 * LEADING + 4
    shapes += heading(_LABELS, y + 14, panel.unit or bars.heading, _PLOT)
    y += 28
    top, inside = y, list[Shape]()
    y += 3
    for place, label in panel.labels.items():
        lines = _label_lines(label)
        found = _seen(bars, panel.bars.get(place, []))
        thick = _THICK if bars.stacked or len(found) > 1 else 11.0
        tall = thick * (1 if bars.stacked else len(found))
        height = max(tall, len(lines) * _SIZE * LEADING) + 5
        inside += block(_LABELS - 8, y + height / 2, lines, _SIZE, "right")
        inside += _row(bars, found, " · ".join(label), y + (height - tall) / 2, thick, marks[-1])
        y += height
    shapes += number_axis(_LABELS, top, _PLOT, marks, y - top)
    return [*shapes, *inside], y - begin


def _seen(bars: Bars, found: list[Bar]) -> list[Bar]:
    """Return the bars that are drawn: where some are beside others, those of 0 only take room."""
    return found if bars.stacked else [bar for bar in found if bar.number] or found[:1]


def _label_lines(label: tuple[str, ...]) -> list[str]:
    """Set a label in one line, or what it begins with in lines of its own."""
    whole = " · ".join(label)
    if len(label) < 2 or width(whole, _SIZE) <= _LABELS - 10:
        return wrap(whole, _SIZE, _LABELS - 10, 2)
    return [*wrap(label[0], _SIZE, _LABELS - 10, 2), *wrap(" · ".join(label[1:]), _SIZE, _LABELS - 10, 2)]


def _row(bars: Bars, found: list[Bar], label: str, y: float, thick: float, top: float) -> list[Shape]:
    shapes: list[Shape] = []
    x, told = _LABELS, True
    for bar in found:
        colour, hatch = _style(bars, bar.series)
        long = _PLOT * bar.number / top
        name = bars.series[bar.series][1]
        tip = f"{label}: {name} {number_text(bar.number)}"
        shapes.append(Box(x, y + 0.5, long, thick - 1, colour, "white", hatch, tip=tip))
        if bars.stacked:
            text = number_text(bar.number)
            if long > (room := width(text, 6.5) + 4):
                back = Box(x + long / 2 - room / 2, y + 1.2, room, thick - 2.4, "white")
                shapes += [back, Text(x + long / 2, y + thick / 2, text, 6.5, "center")]
            elif bar.number:
                told = False
            x += long
        else:
            shapes.append(Text(x + long + 4, y + thick / 2, number_text(bar.number), 7))
            y += thick
    if bars.stacked and found:
        text = number_text(sum(bar.number for bar in found))
        if not told:  # a part is too short for its number
            parts = [number_text(bar.number) for bar in found if bar.number]
            text = f"{' + '.join(parts)} = {text}" if len(parts) > 1 else text
        shapes.append(Text(x + 4, y + thick / 2, text, 7, colour=INK))
    return shapes


def _keys(bars: Bars) -> tuple[Key, ...]:
    if len(bars.series) < 2:
        return ()
    samples = ((*_style(bars, code), label) for code, (_, label) in bars.series.items())
    return tuple(Key(Box(0, 0, 0, 0, colour, "white", hatch), label) for colour, hatch, label in samples)


def _told(bars: Bars, reader: Reader) -> str:
    number = sum(len(found) for panel in bars.panels for found in panel.bars.values())
    things = sum(len(panel.labels) for panel in bars.panels)
    series = ", ".join(label for _, label in bars.series.values())
    return reader.say(f"{things}行に棒{number}本（{series}）。", f"{number} bars in {things} rows ({series}).")
