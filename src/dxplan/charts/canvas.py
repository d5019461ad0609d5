"""Drawings written with matplotlib, as SVG or PNG: the same drawing always gives the same bytes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO
from typing import Any

from dxplan.charts.letters import font_files
from dxplan.charts.shapes import Box, Drawing, Line, Mark, Text
from dxplan.errors import InputError

__all__ = ["png", "svg"]

_DPI = 144
_LARGEST = 30_000  # pixels along a side; the raster of matplotlib ends at 65,536
_FORMS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D", "cross": "x", "dash": "_", "question": "$?$"}
_MIDDLE = 0.36  # of the size of letters: how far their base line lies below their middle
_ROW = "row-"
# Identifiers that matplotlib counts from 1 in every drawing; two drawings in one page may not share them.
_NUMBERED = re.compile(r'<g id="[a-zA-Z2]+_\d+">')


@contextmanager
def _library() -> Iterator[Any]:
    files = font_files()
    import matplotlib as mpl
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    for path in files:
        font_manager.fontManager.addfont(str(path))
    families = [font_manager.FontProperties(fname=str(path)).get_name() for path in files]
    settings: dict[Any, Any] = {
        "font.family": families,
        "text.parse_math": False,  # a dollar sign is one
        "svg.fonttype": "path",
        "svg.hashsalt": "dxplan",
        "hatch.linewidth": 0.7,
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("error", message=r"Glyph .* missing from", category=UserWarning)
        try:
            yield Figure
        except UserWarning as warning:
            raise InputError(
                f"図の書体にない文字があります（{warning}）。ほかの形式（--format）で出力してください。",
                f"The fonts of charts lack a letter ({warning}). Take the answer in another form (--format).",
            ) from None


def _figure(drawing: Drawing, make: Any) -> Any:
    """Return the drawing as a figure; the shapes that stand for rows are numbered in order."""
    from matplotlib.patches import Rectangle

    figure = make(figsize=(drawing.width / 72, drawing.height / 72), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    number = 0
    for order, shape in enumerate(drawing.shapes):
        artist: Any
        match shape:
            case Text():
                artist = axes.text(
                    shape.x, shape.y + _MIDDLE * shape.size, shape.text, fontsize=shape.size, color=shape.colour,
                    ha=shape.align, va="baseline",
                )  # fmt: skip
            case Box():
                artist = Rectangle(
                    (shape.x, shape.y), shape.width, shape.height, facecolor=shape.fill, edgecolor=shape.edge,
                    hatch=shape.hatch or None, linestyle=(0, (3, 2)) if shape.dashed else "solid",
                    linewidth=0 if shape.edge == "none" else 0.8,
                )  # fmt: skip
                axes.add_patch(artist)
            case Line():
                (artist,) = axes.plot(
                    *zip(*shape.points, strict=True), color=shape.colour, linewidth=shape.width,
                    linestyle=(0, (3, 2)) if shape.dashed else "solid", solid_capstyle="butt", scalex=False,
                    scaley=False,
                )  # fmt: skip
            case Mark():
                (artist,) = axes.plot(
                    [shape.x], [shape.y], marker=_FORMS[shape.form], markersize=shape.size, markeredgewidth=1.2,
                    markerfacecolor=shape.fill, markeredgecolor=shape.edge, linestyle="none", scalex=False,
                    scaley=False,
                )  # fmt: skip
        artist.set_zorder(order + 1)
        artist.set_clip_on(False)
        if not isinstance(shape, Text) and shape.tip:
            number += 1
            artist.set_gid(f"{_ROW}{number}")
    return figure


def svg(drawing: Drawing, name: str, title: str, lang: str) -> str:
    """Return a drawing as an ``svg`` element, which is a file as it stands and can stand in a page too.

    Letters are outlines. For those who do not see it, it has a title and a description, and every shape that stands
    for rows of the answer has its own title, which browsers show under the pointer.

    :param name: what its identifiers begin with, so that several can stand in one page.
    :raises UsageError: when the drawing library is not installed.
    :raises InputError: for a letter that the fonts lack.
    """
    with _library() as make:
        out = BytesIO()
        absent = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        _figure(drawing, make).savefig(out, format="svg", metadata=absent)
    element = out.getvalue().decode()
    element = element[element.index("<svg ") :]
    element = _NUMBERED.sub("<g>", element)
    tips = iter(drawing.tips())
    element = re.sub(
        rf'<g id="({_ROW}\d+)">', lambda m: f'<g id="{name}-{m[1]}"><title>{escape(next(tips))}</title>', element
    )
    head = (
        f'<svg lang="{lang}" xml:lang="{lang}" role="img" aria-labelledby="{name}-title {name}-told"',
        f'<title id="{name}-title">{escape(title)}</title>\n <desc id="{name}-told">{escape(drawing.told)}</desc>',
    )
    opening, rest = element.split(">", 1)
    return f"{opening.replace('<svg', head[0], 1)}>\n {head[1]}{rest}"


def png(drawing: Drawing) -> bytes:
    """Return a drawing as PNG with 144 points an inch, fewer where it would become too large.

    :raises UsageError: when the drawing library is not installed.
    :raises InputError: for a letter that the fonts lack.
    """
    with _library() as make:
        out = BytesIO()
        dpi = min(_DPI, _LARGEST * 72 / max(drawing.width, drawing.height))
        _figure(drawing, make).savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()
