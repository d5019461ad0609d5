"""Targets: what was observed and what is aimed at, joined by a line (the dot plot of Cleveland 1984).

Percentages share an axis from 0 to 100. Other units cannot be compared, so each row has a scale of its own, from 0 to
the larger of its two numbers, and the numbers are written out.
"""

from __future__ import annotations

from dataclasses import dataclass

from dxplan.asking.charting import Declaration
from dxplan.charts.frame import LEADING, Body, Key, block, heading, number_axis, ticks
from dxplan.charts.letters import width, wrap
from dxplan.charts.reader import Reader, nothing, number_text
from dxplan.charts.shapes import COLOURS, GRID, SOFT, Line, Mark, Shape, Text

__all__ = ["Target", "draw", "read"]

_PERCENT = "%"


@dataclass(frozen=True)
class Target:
    """One row of the answer.

    :param better: in which direction the number is to go, in words; empty where nothing is told.
    """

    group: str
    label: str
    target: float
    observed: float | None
    unit: str
    due: str = ""
    as_of: str = ""
    better: str = ""


def read(reader: Reader, told: Declaration) -> list[Target]:
    """Return the targets of an answer, one for each row; a row without a target number is left out.

    :raises UsageError: for an answer without any.
    """
    named = told.columns("label")
    optional = {part: told.column(part) for part in ("due", "asOf", "better")}
    found = []
    for row in reader:
        number = reader.number(row, told.parts["target"])
        if number is None:
            continue
        words = {part: reader.label(row, column) if column else "" for part, column in optional.items()}
        labels = dict.fromkeys(reader.label(row, column) for column in named)
        found.append(
            Target(
                next(iter(labels)),
                " · ".join(filter(None, list(labels)[1:])),
                number,
                reader.number(row, told.parts["observed"]),
                reader.label(row, told.parts["unit"]),
                words["due"],
                words["asOf"],
                words["better"],
            )
        )
    if not found:
        raise nothing()
    return found


_SIZE, _GROUP, _LABELS, _PLOT, _ENDS = 8.0, 86.0, 220.0, 290.0, 30.0
_LEFT = _GROUP + _LABELS + _ENDS


def draw(targets: list[Target], reader: Reader) -> Body:
    """Return the drawing of targets: a diamond for each row of the answer, a ring where there is an observed value."""
    together = [each for each in targets if each.unit == _PERCENT]
    apart = [each for each in targets if each.unit != _PERCENT]
    shapes: list[Shape] = []
    y = 0.0
    if together:
        top = max(100.0, *(max(each.target, each.observed or 0) for each in together))
        shapes += heading(0, y + 12, reader.say("百分率（目盛りは共通）", "Percentages (one scale)"), _LEFT + _PLOT)
        drawn, height = _rows(together, y + 28, reader, top)
        shapes += [*number_axis(_LEFT, y + 28, _PLOT, ticks(top, most=5), height), *drawn]
        y += height + 44
    if apart:
        name = reader.say(
            "そのほかの単位（行ごとに別の目盛り: 左端が0、右端が二つの数の大きいほう）",
            "Other units (each row has its own scale: from 0 at the left to the larger of its two numbers)",
        )
        shapes += heading(0, y + 12, name, _LEFT + _PLOT + 100)
        drawn, height = _rows(apart, y + 16, reader, None)
        shapes += [Line(((_LEFT, y + 16), (_LEFT, y + 16 + height)), SOFT), *drawn]
        y += height + 16
    keys = (
        Key(Mark(0, 0, "diamond", COLOURS[0], COLOURS[0], 6), reader.say("目標", "target")),
        Key(Mark(0, 0, "circle", "white", COLOURS[5]), reader.say("実績", "observed")),
    )
    note = reader.say(
        "名の下は目標と実績の時点。実績は目標の前のことも後のこともある。実績のない目標は印だけを示す。",
        "Below the names stand the dates. A value may be older or newer than its target; some targets have none.",
    )
    return Body(_LEFT + _PLOT + 130, y, tuple(shapes), keys, (note,), _told(targets, reader))


def _rows(targets: list[Target], y: float, reader: Reader, shared: float | None) -> tuple[list[Shape], float]:
    begin, before = y, ""
    shapes: list[Shape] = []
    for each in targets:
        lines = wrap(each.label or each.group, _SIZE, _LABELS - 8, 2)
        notes = wrap(_words(each, reader), 6.5, _LABELS + _ENDS - 8, 2)
        height = len(lines) * _SIZE * LEADING + len(notes) * 6.5 * LEADING + 9
        middle = y + 4 + len(lines) * _SIZE * LEADING / 2
        if each.group != before and each.label:
            shapes += block(0, middle, wrap(each.group, _SIZE, _GROUP - 6, 2), _SIZE)
        before = each.group
        shapes += block(_GROUP, middle, lines, _SIZE)
        shapes += block(_GROUP, y + height - 3 - len(notes) * 6.5 * LEADING / 2, notes, 6.5, colour=SOFT)
        shapes += _dumbbell(each, middle, shared, reader)
        y += height
        shapes.append(Line(((0, y), (_LEFT + _PLOT + 130, y)), GRID, 0.4))
    return shapes, y - begin


def _dumbbell(each: Target, middle: float, shared: float | None, reader: Reader) -> list[Shape]:
    scale = shared or max(each.target, each.observed or 0) or 1.0
    goal = _LEFT + _PLOT * each.target / scale
    mark = Mark(goal, middle, "diamond", COLOURS[0], COLOURS[0], 6, _tip(each, reader))
    at_goal = number_text(each.target) + _unit(each)
    if each.observed is None:
        return [mark, Text(goal + 8, middle, at_goal, 7)]
    found = _LEFT + _PLOT * each.observed / scale
    seen = number_text(each.observed) + _unit(each)
    ring = Mark(found, middle, "circle", "white", COLOURS[5], 8)
    line = Line(((found, middle), (goal, middle)), SOFT, 1.6)
    if abs(goal - found) < 1:
        return [line, ring, mark, Text(goal + 8, middle, f"{seen} = {at_goal}", 7)]
    left, right = (seen, at_goal) if found < goal else (at_goal, seen)
    low, high = min(found, goal), max(found, goal)
    room = low - _LEFT + _ENDS - 8
    texts: list[Shape] = [Text(high + 8, middle, right, 7)]
    if width(left, 7) < room:
        texts.append(Text(low - 8, middle, left, 7, "right"))
    else:  # no room on the left: over the line
        texts.append(Text(low, middle - 8, left, 7))
    return [line, ring, mark, *texts]


def _unit(each: Target) -> str:
    return each.unit if each.unit == _PERCENT else f" {each.unit}" if each.unit.isascii() else each.unit


def _words(each: Target, reader: Reader) -> str:
    due = reader.say("目標", "target") + (f": {each.due}" if each.due else "")
    seen = reader.say("実績なし", "nothing observed")
    if each.observed is not None:
        seen = reader.say("実績", "observed") + (f": {each.as_of}" if each.as_of else "")
    better = reader.say(each.better, f"better when {each.better}") if each.better else ""
    return " · ".join(filter(None, (due, seen, better)))


def _tip(each: Target, reader: Reader) -> str:
    seen = "–" if each.observed is None else number_text(each.observed) + _unit(each)
    names = " · ".join(filter(None, (each.group, each.label)))
    goal = number_text(each.target) + _unit(each)
    return (
        reader.say(
            f"{names}: 目標 {goal}（{each.due}）、実績 {seen}（{each.as_of}）",
            f"{names}: target {goal} ({each.due}), observed {seen} ({each.as_of})",
        )
        .replace("（）", "")
        .replace(" ()", "")
    )


def _told(targets: list[Target], reader: Reader) -> str:
    seen = sum(each.observed is not None for each in targets)
    return reader.say(
        f"目標{len(targets)}件。うち{seen}件に実績がある。",
        f"{len(targets)} targets, {seen} of them with an observed value.",
    )
