"""The pieces of a Turtle text, by the token grammar of https://www.w3.org/TR/turtle/#sec-grammar.

This does not judge: a text is read here after a real parser has accepted it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["NotTurtleError", "Token", "pieces", "tokens"]

_ESCAPE = r"\\[uU][0-9A-Fa-f]{4,8}"
# A character of a name. Any beyond ASCII will do: after a name in a text that a parser has accepted stand none, and the
# ranges of https://www.w3.org/TR/turtle/#grammar-production-PN_CHARS take a hundredth of a second to compile.
_CHAR = r"[^\x00-,./:-@\[-^`{-\x7f]"
_PNAME = rf"(?:{_CHAR}++|\.(?={_CHAR}|[.:%\\])|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%]|:)"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]++|{_ESCAPE})*+>)
  | (?P<long>\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{{0,2}}(?:[^'\\]|\\.))*''')
  | (?P<short>"(?:[^"\\\r\n]++|\\.)*+"|'(?:[^'\\\r\n]++|\\.)*+')
  | (?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--(?:ltr|rtl))?)
  | (?P<type>\^\^)
  | (?P<blank>_:(?!\.)(?:{_CHAR}|\.)+(?<!\.))
  | (?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d*\.\d+|\d+))(?!{_CHAR}|:)
  | (?P<name>{_PNAME}+)
  | (?P<mark>[.;,\[\]()])
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One piece of Turtle: its kind, its text and its offset."""

    kind: str
    text: str
    start: int


class NotTurtleError(ValueError):
    """A place that is not Turtle 1.1.

    :param start: its offset in the text.
    """

    def __init__(self, start: int, text: str) -> None:
        super().__init__(f"no Turtle at offset {start}: {text[start : start + 20]!r}")
        self.start = start


def tokens(text: str) -> Iterator[Token]:
    """Yield every piece of a Turtle text, white space and comments too.

    :raises NotTurtleError: where the text is not Turtle.
    """
    for match in pieces(text):
        yield Token(str(match.lastgroup), match[0], match.start())


def pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield the match of every piece; a search that skips anything has met what is not Turtle."""
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() != at:
            break
        at = match.end()
        yield match
    if at < len(text):
        raise NotTurtleError(at, text)
