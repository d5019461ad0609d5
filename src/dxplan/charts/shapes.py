"""What a drawing is made of: plain shapes in points (1/72 inch), from the upper left corner.

Colours are those of Okabe and Ito, *Color Universal Design* (2008, https://jfly.uni-koeln.de/color/), which people of
every colour vision tell apart; whatever a colour says, a mark, a hatching or a word says as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

__all__ = ["COLOURS", "GRID", "HATCHES", "INK", "PALE", "SOFT", "Box", "Drawing", "Line", "Mark", "Shape", "Text"]

INK, SOFT, GRID, PALE = "#222222", "#5f5f5f", "#d4d4d4", "#f3f3f3"

#: Blue, orange, bluish green, reddish purple, sky blue, vermillion, yellow: what stands first is most often needed.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "++")


@dataclass(frozen=True)
class Box:
    """A rectangle with its upper left corner at ``x``, ``y``; with a ``tip`` it stands for rows of the answer.

    :param hatch: a pattern as matplotlib writes it, drawn in the colour of the edge.
    :param dashed: whether the edge is broken.
    """

    x: float
    y: float
    width: float
    height: float
    fill: str = "none"
    edge: str = "none"
    hatch: str = ""
    dashed: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Line:
    """A straight line through points."""

    points: tuple[tuple[float, float], ...]
    colour: str = GRID
    width: float = 0.6
    dashed: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Text:
    """One line of text with its middle at the height ``y``; ``align`` is ``left``, ``center`` or ``right`` of ``x``."""

    x: float
    y: float
    text: str
    size: float = 8
    align: str = "left"
    colour: str = INK


@dataclass(frozen=True)
class Mark:
    """A mark with its centre at ``x``, ``y``.

    :param form: ``circle``, ``square``, ``triangle``, ``diamond``, ``cross``, ``dash``, ``question``.
    """

    x: float
    y: float
    form: str
    fill: str = "none"
    edge: str = INK
    size: float = 7
    tip: str = ""


Shape = Box | Line | Text | Mark


@dataclass(frozen=True)
class Drawing:
    """Shapes on a sheet; those that come later lie upon the earlier.

    :param told: what is drawn, in a sentence, for those who do not see it.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    told: str = ""

    def moved(self, right: float, down: float) -> tuple[Shape, ...]:
        """Return the shapes at another place."""
        return tuple(_moved(self.shapes, right, down))

    def tips(self) -> list[str]:
        """Return what the shapes that stand for rows of the answer say, in order."""
        return [shape.tip for shape in self.shapes if not isinstance(shape, Text) and shape.tip]


def _moved(shapes: Iterable[Shape], right: float, down: float) -> Iterable[Shape]:
    for shape in shapes:
        if isinstance(shape, Line):
            yield replace(shape, points=tuple((x + right, y + down) for x, y in shape.points))
        else:
            yield replace(shape, x=shape.x + right, y=shape.y + down)
