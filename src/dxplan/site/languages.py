"""Texts of two languages in one page: which parts are in the other language, and so must be marked as such."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

__all__ = ["JAPANESE", "LANGUAGES", "marked", "other"]

#: The languages of the pages, the first being that of an address without a sign of its language.
LANGUAGES = ("ja", "en")
# Kana, kanji and the signs among which they stand.
_LETTER = r"々〆〇\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_SIGN = r"\u3001-\u303f\u30fb\uff01-\uff65"
#: A letter by which a text is known to be Japanese.
JAPANESE = re.compile(f"[{_LETTER}\U00020000-\U0003ffff]")
_LINK = r"[\d\s.,:;/()&+%#~〜・‐–—-]*"
_RUN = re.compile(
    f"[{_SIGN}]*[{_LETTER}\U00020000-\U0003ffff][{_LETTER}{_SIGN}\U00020000-\U0003ffff]*"
    f"(?:{_LINK}[{_LETTER}{_SIGN}\U00020000-\U0003ffff]+)*"
)


def other(lang: str) -> str:
    """Return the other language."""
    return LANGUAGES[lang == LANGUAGES[0]]


def marked(text: str, page: str, lang: str | None = None) -> Markup:
    """Return a text as HTML, with what is not in the language of the page marked as such.

    :param page: the language of the page.
    :param lang: the language of the text; None where it is not told, so that Japanese letters tell.

    >>> str(marked("The name is 市民課.", "en"))
    'The name is <span lang="ja">市民課</span>.'
    """
    if lang is not None and lang != page:
        return Markup(f'<span lang="{escape(lang)}">{escape(text)}</span>')
    if page == "ja" or not JAPANESE.search(text):
        return escape(text)
    parts, at = [], 0
    for run in _RUN.finditer(text):
        parts += [escape(text[at : run.start()]), Markup(f'<span lang="ja">{escape(run[0])}</span>')]
        at = run.end()
    return Markup("").join([*parts, escape(text[at:])])
