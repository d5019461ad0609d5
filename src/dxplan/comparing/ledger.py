"""The book that a comparison keeps: which statements still have to be told, and what accounts for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

import pyoxigraph as ox

from dxplan.comparing.editions import Edition, Subject, Term, Texts
from dxplan.comparing.pairing import Pairing

__all__ = ["Draft", "Explained", "Open"]

_YEARS = re.compile(r"(?:令和|平成|FY|R|H)?(?:[\d.,]+|元)(?:年度?)?|[~～〜–-]")
_LETTER = "[0-9A-Za-z０-９]"


@dataclass
class Draft:
    """A change that is still being put together."""

    kind: str
    edition: Edition
    node: Subject
    before: Texts
    after: Texts
    words: dict[str, Texts] = field(default_factory=dict)
    also: int = 0
    place: tuple[Edition, int] | None = None


@dataclass(frozen=True)
class Explained:
    """Tells which other texts changed only because of a change that is told already."""

    draft: Draft
    fits: Callable[[str, str], bool]
    only: Subject | None = None

    @classmethod
    def by_part(cls, old: str, new: str, draft: Draft) -> Explained:
        """Texts that are the same but for one part, such as a name or a number, wherever it stands."""

        def around(text: str, part: str) -> list[str]:
            return re.split(f"(?<!{_LETTER}){re.escape(part)}(?!{_LETTER})", text) if part else [text]

        def fits(one: str, other: str) -> bool:
            rest = around(one, old)
            return len(rest) > 1 and rest == around(other, new)

        return cls(draft, fits)

    @classmethod
    def by_numbers(cls, draft: Draft, node: Subject) -> Explained:
        """Texts of one node that are the same but for their years and numbers."""

        def bare(text: str) -> str:
            return _YEARS.sub("", unicodedata.normalize("NFKC", text))

        return cls(draft, lambda one, other: bare(one) == bare(other), node)

    @staticmethod
    def skeleton(key: str) -> str:
        """Return a key with every number in it taken out."""
        return re.sub(r"\d+", "#", key)


class Open:
    """The statements about common nodes that only one edition makes and that no change tells of yet."""

    def __init__(self, nodes: Pairing) -> None:
        self.a, self.b = nodes.a, nodes.b
        self._sides: dict[tuple[Subject, ox.NamedNode], tuple[list[Term], list[Term]]] = {}
        self._nodes = nodes
        for x, y in nodes.there.items():
            said, says = self.a.about[x], self.b.about[y]
            for predicate in dict.fromkeys((*said, *says)):
                old, new = said.get(predicate, []), says.get(predicate, [])
                gone = [value for value in old if nodes.translate(value) not in new]
                rewritten = [nodes.translate(value) for value in old]
                came = [value for value in new if value not in rewritten]
                if gone or came:
                    self._sides[y, predicate] = gone, came

    def predicates(self, y: Subject) -> list[ox.NamedNode]:
        """Return the properties by which a node still differs."""
        return [p for p in dict.fromkeys((*self.b.about[y], *self.a.about[self._nodes.back[y]])) if any(self.of(y, p))]

    def of(self, y: Subject, predicate: ox.NamedNode) -> tuple[list[Term], list[Term]]:
        """Return the values that went, as the first edition writes them, and those that came."""
        gone, came = self._sides.get((y, predicate), ([], []))
        return list(gone), list(came)

    def swap(self, y: Subject, predicate: ox.NamedNode, language: str | None = None) -> tuple[Term, Term] | None:
        """Return the value that went and the one that came in its place; None unless there is one of each."""
        gone, came = self.of(y, predicate)
        if language is not None:
            gone, came = ([v for v in side if getattr(v, "language", None) == language] for side in (gone, came))
        return (gone[0], came[0]) if len(gone) == len(came) == 1 else None

    def take(self, draft: Draft, y: Subject, predicate: ox.NamedNode, old: Term | None, new: Term | None) -> None:
        """Mark statements as told by a change; its line is that of the first one taken."""
        gone, came = self._sides[y, predicate]
        if old is not None:
            gone.remove(old)
        if new is not None:
            came.remove(new)
        if draft.place is None and new is not None:
            draft.place = self.b, self.b.line(y, predicate, new)
        elif draft.place is None:
            x = self._nodes.back[y]
            draft.place = self.a, self.a.line(x, predicate, old)
