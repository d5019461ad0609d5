"""Which form of a resource a client wants, by the rules of RFC 9110: https://www.rfc-editor.org/rfc/rfc9110#section-12.5

What a client sends is never an error: a part of a header that cannot be read is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Range", "accepted", "language", "quality", "ranges"]

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*((?:;.*)?)", re.DOTALL)
_QUALITY = re.compile(r";\s*[qQ]\s*=\s*([^;]*)")
_LANGUAGE = re.compile(r"\s*(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*((?:;.*)?)", re.DOTALL)
# https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2, and one digit more than it has, since clients send them
_WEIGHT = re.compile(r"(?:0(?:\.\d{0,9})?|1(?:\.0{0,9})?|\.\d{1,9})\s*\Z")
_LONGEST = 4096  # characters; nobody needs more, and what is behind them is passed over
_LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class Range:
    """A media range, such as ``text/*;q=0.5``."""

    type: str
    subtype: str
    quality: float

    def rank(self, media: str) -> int:
        """Return how closely it names a media type: 0 not at all, 1 ``*/*``, 2 ``text/*``, 3 the type itself."""
        type_, _, subtype = media.partition("/")
        if self.type == "*":
            return 1 if self.subtype == "*" else 0
        if self.type != type_:
            return 0
        if self.subtype == "*":
            return 2
        return 3 if self.subtype == subtype else 0


def ranges(header: str) -> list[Range]:
    """Return the media ranges of an ``Accept`` header; parameters other than the weight do not count.

    >>> ranges("text/turtle;charset=utf-8;q=0.5, rubbish, */*;q=x")
    [Range(type='text', subtype='turtle', quality=0.5)]
    """
    found = []
    for part in header[:_LONGEST].split(","):
        if (match := _RANGE.fullmatch(part)) and (weight := _weight(match[3])) is not None:
            found.append(Range(match[1].lower(), match[2].lower(), weight))
    return found


def _weight(parameters: str) -> float | None:
    found = _QUALITY.search(parameters)
    if found is None:
        return 1.0
    return float(found[1]) if _WEIGHT.match(found[1]) else None


def quality(listed: Sequence[Range], media: str) -> float:
    """Return the weight that a client gives a media type: that of the range which names it most closely, else 0."""
    ranked = [(each.rank(media), each.quality) for each in listed]
    return max((pair for pair in ranked if pair[0]), default=(0, 0.0))[1]


def accepted(header: str | None, offers: Sequence[str]) -> str | None:
    """Return the offer that a client likes best, None where it takes none of them.

    :param header: its ``Accept``; without one, or with none that can be read, it takes anything.
    :param offers: media types, the one that we like best first.

    >>> accepted("text/*;q=0.5, text/turtle", ["text/html", "text/turtle"])
    'text/turtle'
    """
    listed = ranges(header or "")
    if not listed:
        return offers[0]
    best = max(offers, key=lambda media: quality(listed, media))  # the first of those that it likes alike
    return best if quality(listed, best) > 0 else None


def language(header: str | None) -> str:
    """Return ``ja`` or ``en``, whichever an ``Accept-Language`` prefers; Japanese where it prefers neither.

    >>> language("fr, en-GB;q=0.7, ja;q=0.3"), language("*"), language(None)
    ('en', 'ja', 'ja')
    """
    weights: dict[str, float] = {}
    for part in (header or "")[:_LONGEST].split(","):
        if (match := _LANGUAGE.fullmatch(part)) and (weight := _weight(match[2])) is not None:
            name = match[1].lower().partition("-")[0]
            weights[name] = max(weight, weights.get(name, 0))
    rest = weights.get("*", 0.0)
    return max(_LANGUAGES, key=lambda name: weights.get(name, rest))
