"""How Japanese text is compared.

The same name is printed in full and half width, with and without quotation marks, spaces and middle dots
(「書かない窓口」, ｵｰﾌﾟﾝﾃﾞｰﾀ, ＵＩ・ＵＸ, AI－OCR). Two spellings are the same name when their folded forms are equal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["fold", "nearest"]

# Not the long vowel mark ー: ノート and ノト are different words.
_IGNORED = re.compile(r"[\s「」『』“”\"'’‘()\[\]【】・･\-‐‑–—−_/,、。]")


def fold(text: str) -> str:
    """Return the form of a name by which spellings are compared.

    >>> fold("「書かない窓口」 システム") == fold("書かない窓口ｼｽﾃﾑ"), fold("AI－OCR") == fold("ａｉ-ｏｃｒ")
    (True, True)
    """
    folded = _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())
    # Lower case can bring forth letters that NFKC would fold again, such as those of ŉ.
    return folded if folded == text else fold(folded)


def nearest(text: str, names: Iterable[str], count: int = 5) -> list[str]:
    """Return the names most like a text, best first: those that contain it, then those spelt alike."""
    by_fold = {fold(name): name for name in names}
    sought = fold(text)
    containing = sorted((key for key in by_fold if sought and (sought in key or key in sought)), key=len)
    alike = get_close_matches(sought, by_fold, n=count, cutoff=0.5)
    return [by_fold[key] for key in dict.fromkeys([*containing, *alike])][:count]
