"""Matrix: one thing down, another across, and in each cell a number or what holds of the two."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dxplan.asking.charting import MARKS, Declaration
from dxplan.charts.frame import LEADING, Body, Key, block, heading
from dxplan.charts.letters import width, wrap
from dxplan.charts.reader import Reader, nothing, number_text, year_lines
from dxplan.charts.shapes import COLOURS, INK, PALE, SOFT, Box, Line, Mark, Shape, Text
from dxplan.errors import InputError
from dxplan.iris import split

__all__ = ["Cell", "Matrix", "draw", "read"]


@dataclass(frozen=True)
class Cell:
    """What one row of the answer says of a cell.

    :param mark: one of the marks, or empty where the cell is a number.
    :param word: what the mark means, or the number as printed.
    :param text: what is written in the cell beside the mark.
    """

    mark: str
    word: str
    text: str = ""
    number: float | None = None


@dataclass(frozen=True)
class Matrix:
    """Rows and columns by key, in order, with their labels; several rows of the answer may share a cell."""

    rows: dict[str, str]
    columns: dict[str, str]
    cells: dict[tuple[str, str], tuple[Cell, ...]]
    row_heading: str
    column_heading: str
    cell_heading: str


def read(reader: Reader, told: Declaration) -> Matrix:
    """Return the matrix of an answer.

    :raises UsageError: for an answer with nothing in it.
    :raises InputError: for a code that the declaration gives no mark.
    """
    down, across, inside = told.parts["row"], told.parts["column"], told.parts["cell"]
    found = Matrix({}, {}, {}, reader.heading(down), reader.heading(across), reader.heading(inside))
    for row in reader:
        place = reader.key(row, down), reader.key(row, across)
        if not all(place):
            continue
        found.rows.setdefault(place[0], reader.label(row, down))
        found.columns.setdefault(place[1], reader.label(row, across))
        found.cells[place] = (*found.cells.get(place, ()), _cell(reader, row, told))
    if not found.cells:
        raise nothing()
    if told.flag("natural"):
        ordered = sorted(found.rows.items(), key=lambda pair: _natural(pair[0]))
        found.rows.clear()
        found.rows.update(ordered)
    return found


def _natural(key: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", key)]


def _cell(reader: Reader, row: int, told: Declaration) -> Cell:
    inside = told.parts["cell"]
    marks = told.parts.get("marks")
    if marks is None:
        number = reader.number(row, inside) or 0.0
        return Cell("", number_text(number), number=number)
    code = reader.code(row, inside)
    if code not in marks:
        raise InputError(
            f"図の {inside} の「{code}」に印がありません。問いの #+ chart の marks に書いてください。",
            f"In the chart, “{code}” in {inside} has no mark. Give it one under marks in #+ chart of the question.",
        )
    texts = []
    if column := told.column("text"):
        texts.append(reader.label(row, column))
    if (column := told.column("note")) and reader.number(row, column):
        texts.append(reader.label(row, column))
    return Cell(marks[code], reader.label(row, inside), " ".join(texts))


_SIZE, _LABELS = 8.0, 250.0
_SHORT = 4  # so many letters stand beside a mark in the middle of a cell
_STYLES = {
    "full": ("#cfe3f1", Mark(0, 0, "circle", COLOURS[0], COLOURS[0])),
    "ring": ("#e9f2f9", Mark(0, 0, "circle", "white", COLOURS[0])),
    "triangle": ("#fdf0d5", Mark(0, 0, "triangle", "#E69F00", "#8a5f00")),
    "cross": ("white", Mark(0, 0, "cross", "none", COLOURS[5], 6)),
    "dash": (PALE, Mark(0, 0, "dash", "none", SOFT)),
    "question": ("white", Mark(0, 0, "question", SOFT, SOFT, 6)),
}


def draw(matrix: Matrix, reader: Reader) -> Body:
    """Return the drawing of a matrix: one mark or number for each row of the answer."""
    labels = {key: wrap(label, _SIZE, _LABELS - 10, 2) for key, label in matrix.rows.items()}
    wide = any(len(c.text) > _SHORT for cells in matrix.cells.values() for c in cells)
    step = 142.0 if wide else max(78.0, *(min(width(label, _SIZE) / 2 + 12, 120) for label in matrix.columns.values()))
    heads = {key: _head(key, label, step - 6, reader.lang) for key, label in matrix.columns.items()}
    top = 14 + max(map(len, heads.values())) * _SIZE * LEADING + 4
    across = _LABELS + step * len(heads)
    highest = max((c.number or 0 for cells in matrix.cells.values() for c in cells), default=0)
    shapes: list[Shape] = [
        *heading(0, top, matrix.row_heading, _LABELS - 10),
        *heading(_LABELS, 12, matrix.column_heading, across - _LABELS),
    ]
    for number, lines in enumerate(heads.values()):
        middle = top - 4 - len(lines) * _SIZE * LEADING / 2
        shapes += block(_LABELS + step * (number + 0.5), middle, lines, _SIZE, "center")
    y, notes = top, tuple[str, ...]()
    for row, lines in labels.items():
        inside = {column: _inside(matrix.cells.get((row, column), ()), step) for column in matrix.columns}
        tallest = max(len(lines), *(sum(len(each) for _, each in found) for found in inside.values()))
        height = max(19.0, tallest * _SIZE * LEADING + 6)
        shapes += block(0, y + height / 2, lines, _SIZE)
        for number, column in enumerate(matrix.columns):
            box = Box(_LABELS + step * number, y, step, height)
            if not inside[column]:
                notes = (reader.say("空欄は、答えに行がないもの。", "An empty cell has no row in the answer."),)
                continue
            place = f"{matrix.rows[row]} × {matrix.columns[column]}"
            shapes += _filled(box, inside[column], place, highest, wide)
        shapes.append(Line(((0, y + height), (across, y + height))))
        y += height
    return Body(across, y, tuple(shapes), _keys(matrix), notes, _told(matrix, reader))


def _head(key: str, label: str, room: float, lang: str) -> list[str]:
    known = split(key)
    if known and known[0] == "fy":
        return list(year_lines(int(known[1]), lang))
    return wrap(label, _SIZE, room, 3)


def _inside(cells: tuple[Cell, ...], step: float) -> list[tuple[Cell, list[str]]]:
    return [(cell, wrap(cell.text, _SIZE, step - 24, 2) if cell.text else [""]) for cell in cells]


def _filled(box: Box, cells: list[tuple[Cell, list[str]]], place: str, highest: float, wide: bool) -> list[Shape]:
    first = cells[0][0]
    if not first.mark:
        number = first.number or 0.0
        filled = replace(box, fill=_shade(number, highest), edge="white", tip=f"{place}: {first.word}")
        ink = "white" if number > highest * 0.6 else INK
        return [filled, Text(box.x + box.width / 2, box.y + box.height / 2, first.word, _SIZE, "center", ink)]
    shapes: list[Shape] = [replace(box, fill=_STYLES[first.mark][0], edge="white")]
    each = _SIZE * LEADING
    y = box.y + (box.height - sum(len(lines) for _, lines in cells) * each) / 2
    for number, (cell, lines) in enumerate(cells):
        middle = y + len(lines) * each / 2
        y += len(lines) * each
        x = box.x + 11 if wide else box.x + box.width / 2 - (7 if cell.text else 0)
        if not any(cell.text for cell, _ in cells):  # marks alone stand side by side
            x, middle = x + 12 * (number - (len(cells) - 1) / 2), box.y + box.height / 2
        tip = f"{place}: {' '.join(part for part in (cell.word, cell.text) if part)}"
        shapes.append(replace(_STYLES[cell.mark][1], x=x, y=middle, tip=tip))
        shapes += block(x + 8, middle, [line for line in lines if line], _SIZE)
    return shapes


def _shade(number: float, highest: float) -> str:
    """White for none, darker blue the more there are, so that it reads in shades of grey too."""
    if not number or not highest:
        return "white"
    part = 0.15 + 0.85 * number / highest
    red, green, blue = (round(255 + (end - 255) * part) for end in (0x00, 0x55, 0x88))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _counts(matrix: Matrix) -> dict[tuple[str, str], int]:
    """How many rows of the answer have which mark, in the order of the marks."""
    found: dict[tuple[str, str], int] = {}
    for cells in matrix.cells.values():
        for cell in cells:
            found[cell.mark, cell.word] = found.get((cell.mark, cell.word), 0) + 1
    order = ("", *MARKS)
    return dict(sorted(found.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1])))


def _keys(matrix: Matrix) -> tuple[Key, ...]:
    return tuple(Key(_STYLES[mark][1], word) for mark, word in _counts(matrix) if mark)


def _told(matrix: Matrix, reader: Reader) -> str:
    size = f"{matrix.row_heading} {len(matrix.rows)} × {matrix.column_heading} {len(matrix.columns)}"
    if any(not cell.mark for cells in matrix.cells.values() for cell in cells):
        return reader.say(f"{size}。各欄は{matrix.cell_heading}の数。", f"{size}. Each cell: {matrix.cell_heading}.")
    counts = ", ".join(f"{word} {number}" for (_, word), number in _counts(matrix).items())
    return f"{size}: {counts}"
