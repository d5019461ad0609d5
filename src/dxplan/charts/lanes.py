"""How a timeline is laid out: lanes under each other, what overlaps in time in strips of its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from dxplan.charts.frame import LEADING, Body, Key, block, heading, year_header
from dxplan.charts.letters import abridge, width, wrap
from dxplan.charts.reader import Reader, year_lines
from dxplan.charts.shapes import COLOURS, INK, PALE, SOFT, Box, Line, Mark, Shape, Text
from dxplan.charts.timeline import Lane, Span, Timeline

__all__ = ["draw"]

_SIZE, _STRIP, _PAD = 7.5, 13.0, 5.0
_MARKS = ("circle", "square", "triangle", "diamond")
_UNDATED = 96.0


@dataclass(frozen=True)
class _Plan:
    """Where things stand across: widths in points."""

    group: float
    label: float
    step: float
    undated: float
    timeline: Timeline

    @property
    def left(self) -> float:
        return self.group + self.label

    @property
    def right(self) -> float:
        return self.left + self.step * len(self.timeline.years)

    def at(self, year: int) -> float:
        """Where a fiscal year begins."""
        return self.left + self.step * (year - self.timeline.years.start)

    def colour(self, span: Span) -> str:
        return COLOURS[self.timeline.series[span.series][0] % len(COLOURS)]

    def mark(self, span: Span) -> str:
        return _MARKS[self.timeline.series[span.series][0] % len(_MARKS)]


def draw(timeline: Timeline, reader: Reader) -> Body:
    """Return the drawing of a timeline: a bar or a mark for each row of the answer, with what it is written in it.

    What we read from a print that leaves it open is pale, hatched and has a broken edge.
    """
    two = any(lane.label for lane in timeline.lanes)
    undated = any(span.first is None for lane in timeline.lanes for span in lane.spans)
    step = min(max(440 / len(timeline.years), 62.0), 96.0)
    plan = _Plan(150.0 if two else 240.0, 185.0 if two else 0.0, step, _UNDATED if undated else 0.0, timeline)
    top, y = 36.0, 36.0
    shapes: list[Shape] = []
    for number, (_, group) in enumerate(groupby(timeline.lanes, key=lambda lane: lane.group)):
        drawn, height = _group(plan, list(group), y, number % 2 == 1, reader)
        shapes += drawn
        y += height
    across = plan.right + plan.undated
    frame: list[Shape] = [
        *heading(0, top, timeline.headings[0], plan.group - 8),
        *(heading(plan.group, top, timeline.headings[1], plan.label - 8) if two else ()),
        *year_header(plan.left, top, step, timeline.years, reader.lang, y - top),
    ]
    if undated:
        frame += heading(plan.right + 6, top, reader.say("年度の記載なし", "no year to read"), _UNDATED - 8)
    bands = [shape for shape in shapes if isinstance(shape, Box) and shape.fill == PALE]
    rest = [shape for shape in shapes if not (isinstance(shape, Box) and shape.fill == PALE)]
    return Body(across, y, (*bands, *frame, *rest), _keys(plan, reader), told=_told(timeline, reader))


def _group(plan: _Plan, lanes: list[Lane], y: float, shaded: bool, reader: Reader) -> tuple[list[Shape], float]:
    title = wrap(lanes[0].group, _SIZE, plan.group - 8, 3)
    labels = [wrap(lane.label, _SIZE, plan.label - 8, 2) if lane.label else [] for lane in lanes]
    strips = [_strips(plan, lane) for lane in lanes]
    heights = [
        max(len(found) * _STRIP, len(lines) * _SIZE * LEADING + 2) + _PAD
        for found, lines in zip(strips, labels, strict=True)
    ]
    heights[-1] += max(0.0, len(title) * _SIZE * LEADING + 2 + _PAD - sum(heights))
    whole = sum(heights)
    across = plan.right + plan.undated
    shapes: list[Shape] = [Box(0, y, across, whole, PALE)] if shaded else []
    shapes += block(0, y + _PAD / 2 + 1.5 + len(title) * _SIZE * LEADING / 2, title, _SIZE)
    for lane, lines, found, height in zip(lanes, labels, strips, heights, strict=True):
        shapes += block(plan.group, y + _PAD / 2 + 1.5 + len(lines) * _SIZE * LEADING / 2, lines, _SIZE)
        for number, strip in enumerate(found):
            middle = y + _PAD / 2 + _STRIP * (number + 0.5)
            for span, begin, end in strip:
                shapes += _drawn(plan, lane, span, begin, end, middle, reader)
        for limit in {span.limit for span in lane.spans if span.limit is not None}:
            at = plan.at(limit + 1)
            shapes.append(Line(((at, y + 1), (at, y + height - 1)), COLOURS[5], 2.2))
        y += height
        shapes.append(Line(((plan.group if lane is not lanes[-1] else 0, y), (across, y))))
    return shapes, whole


def _strips(plan: _Plan, lane: Lane) -> list[list[tuple[Span, float, float]]]:
    """Lay spans into as few strips as they need not to overlap, each from where to where it takes room."""
    strips: list[list[tuple[Span, float, float]]] = []
    for span in lane.spans:
        if span.first is None:
            begin, end = plan.right + 4, plan.right + plan.undated
        elif span.last is None:
            begin = plan.at(span.first)
            end = min(begin + 20 + width(plan.timeline.series[span.series][1], 6.5), plan.right)
        else:
            begin, end = plan.at(span.first), plan.at(span.last + 1)
        for strip in strips:
            if all(end <= b or begin >= e for _, b, e in strip):
                strip.append((span, begin, end))
                break
        else:
            strips.append([(span, begin, end)])
    return strips


def _drawn(plan: _Plan, lane: Lane, span: Span, begin: float, end: float, middle: float, reader: Reader) -> list[Shape]:
    colour, name = plan.colour(span), plan.timeline.series[span.series][1]
    tip = _tip(lane, span, name, reader)
    fill = "white" if span.open else colour
    if span.first is not None and span.last is None:
        text = abridge(name, 6.5, plan.right - begin - 16)
        return [
            Mark(begin + 8, middle, plan.mark(span), fill, colour, 6.5, tip),
            Text(begin + 15, middle, text, 6.5),
        ]
    height = _STRIP - 3
    box = Box(
        begin + 1.2, middle - height / 2, end - begin - 2.4, height, _pale(colour) if span.open else colour,
        colour if span.open else "none", "////" if span.open else "", span.open, tip,
    )  # fmt: skip
    text = abridge(name or span.told, 6.5, box.width - 5)
    room = width(text, 6.5) + 3
    shapes: list[Shape] = [box]
    if span.open:  # the hatching would run through the letters
        shapes.append(Box(box.x + 1.5, middle - 4, min(room, box.width - 3), 8, "white"))
    ink = "white" if colour in (COLOURS[0], COLOURS[5]) and not span.open else INK
    return [*shapes, Text(box.x + 3, middle, text, 6.5, colour=ink)]


def _pale(colour: str) -> str:
    return "#" + "".join(f"{round(255 + (int(colour[at : at + 2], 16) - 255) * 0.15):02x}" for at in (1, 3, 5))


def _tip(lane: Lane, span: Span, name: str, reader: Reader) -> str:
    def year(number: int) -> str:
        return year_lines(number, reader.lang)[0]

    if span.first is None:
        when = reader.say("年度の記載なし", "no year to read")
    elif span.last is None or span.last == span.first:
        when = year(span.first)
    else:
        when = f"{year(span.first)}–{year(span.last)}"
    what = " / ".join(part for part in (lane.group, lane.label) if part)
    open_ = reader.say("読みを補った", "reconstructed") if span.open else ""
    return f"{what}: " + ", ".join(part for part in (name, when, span.told, open_) if part)


def _keys(plan: _Plan, reader: Reader) -> tuple[Key, ...]:
    spans = [span for lane in plan.timeline.lanes for span in lane.spans]
    keys = []
    for code, (_, label) in plan.timeline.series.items():
        own = [span for span in spans if span.series == code]
        if not label:
            continue
        if all(span.first is not None and span.last is None for span in own):
            colour = plan.colour(own[0])
            keys.append(Key(Mark(0, 0, plan.mark(own[0]), colour, colour, 6.5), label))
        else:
            keys.append(Key(Box(0, 0, 0, 0, plan.colour(own[0])), label))
    if any(span.open for span in spans):
        word = reader.say("読みを補った工程（印刷からは決まらない）", "reconstructed: the print leaves it open")
        bars = any(span.open and (span.last is not None or span.first is None) for span in spans)
        sample = Box(0, 0, 0, 0, "white", SOFT, "////", dashed=True) if bars else Mark(0, 0, "circle", "white", SOFT)
        keys.append(Key(sample, word))
    if any(span.limit is not None for span in spans):
        keys.append(Key(Line((), COLOURS[5], 2.2), plan.timeline.headings[2]))
    return tuple(keys)


def _told(timeline: Timeline, reader: Reader) -> str:
    spans = [span for lane in timeline.lanes for span in lane.spans]
    first, last = (year_lines(year, reader.lang)[0] for year in (timeline.years[0], timeline.years[-1]))
    counts = ", ".join(
        f"{label or code} {sum(span.series == code for span in spans)}" for code, (_, label) in timeline.series.items()
    )
    open_ = sum(span.open for span in spans)
    return reader.say(
        f"{first}から{last}まで、{len(timeline.lanes)}段に{len(spans)}件（{counts}）。うち読みを補ったもの{open_}件。",
        f"{first} to {last}, {len(spans)} in {len(timeline.lanes)} lanes ({counts}), {open_} of them reconstructed.",
    )
