"""How wide text is, and how it is broken into lines or abridged; the fonts in which it is drawn.

Japanese is set in the font that matplotlib-fontja brings, so that no font of the machine is needed; what it lacks is
looked for in the font that matplotlib brings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from dxplan.errors import UsageError

__all__ = ["abridge", "font_files", "plain", "width", "wrap"]

_MEASURED = 100
# Those that may not begin a line, after JIS X 4051 (kinsoku): closing brackets, points, the mark of a long vowel.
_NOT_FIRST = frozenset("、。，．・：；？！）」』】〕〉》ー々…％%),.:;?!]}’”ゃゅょっャュョッァィゥェォ")
_NOT_LAST = frozenset("（「『【〔〈《([{‘“")
# Selectors choose a variant of the letter before them, which is drawn in its plain form.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@cache
def font_files() -> tuple[Path, ...]:
    """Return the files of the fonts, that of Japanese first.

    :raises UsageError: when the drawing library is not installed.
    """
    try:
        import matplotlib as mpl

        with mpl.rc_context():  # it changes the default font as it is imported
            import matplotlib_fontja
    except ImportError:
        raise UsageError(
            "図を描くには matplotlib が要ります: pip install 'dxplan[charts]'",
            "Drawing needs matplotlib: pip install 'dxplan[charts]'",
        ) from None
    return Path(matplotlib_fontja.get_font_ttf_path()), Path(mpl.get_data_path(), "fonts/ttf/DejaVuSans.ttf")


@cache
def _fonts() -> tuple[Any, ...]:
    files = font_files()
    from matplotlib.ft2font import FT2Font

    fonts = tuple(FT2Font(str(path)) for path in files)
    for font in fonts:
        font.set_size(_MEASURED, 72)
    return fonts


@cache
def _advance(letter: str) -> float:
    fonts = _fonts()
    code = ord(letter)
    font = next((font for font in fonts if font.get_char_index(code)), fonts[0])
    return float(font.load_char(code).linearHoriAdvance) / 65536 / _MEASURED


def plain(text: str) -> str:
    """Return text as it is drawn: on one line, composed, without control characters and variation selectors."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(c for c in _SELECTORS.sub("", composed) if unicodedata.category(c) not in ("Cc", "Cf"))


def width(text: str, size: float) -> float:
    """Return how wide a line is, in points; kerning is left out."""
    return size * sum(map(_advance, text))


def abridge(text: str, size: float, room: float) -> str:
    """Return text that fits into a room of so many points, ended by … where something is left out."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrap(text: str, size: float, room: float, lines: int = 2) -> list[str]:
    """Return text in at most so many lines that fit into a room of so many points.

    Latin words are kept whole where they fit; Japanese breaks where JIS X 4051 allows it.
    """
    rest = plain(text)
    found: list[str] = []
    while rest and len(found) < lines - 1 and width(rest, size) > room:
        at = _end_of_line(rest, size, room)
        found.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*found, abridge(rest, size, room)] if rest or not found else found


def _end_of_line(text: str, size: float, room: float) -> int:
    fits = 1
    while fits < len(text) and width(text[: fits + 1], size) <= room:
        fits += 1
    for at in range(fits, fits // 2, -1):
        if _may_break(text, at):
            return at
    return fits


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    if before == " " or after == " ":
        return True
    return not (_is_latin(before) and _is_latin(after)) or before in "-/"


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.east_asian_width(letter) in ("N", "Na", "H")
