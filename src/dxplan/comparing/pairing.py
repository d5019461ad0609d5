"""Which node of one edition of a plan is which node of another.

Names decide before IRIs, because the number of an item is part of its IRI and editions renumber: an item that keeps its
title is the same item under a new number, and what stands under its old number is another. What no name settles is
settled by IRI within one plan, and between two plans by number where the titles are alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from difflib import SequenceMatcher
from functools import partial

import pyoxigraph as ox

from dxplan.comparing.editions import ELEMENTS, KINDS, NOTATION, Edition, Subject, Term, dx
from dxplan.folding import fold

__all__ = ["ALIKE", "Pairing", "alike"]

#: The ratio of :class:`difflib.SequenceMatcher` from which two titles with the same number are one thing renamed. Among
#: the titles of different measures, items and actions within one plan, one pair in two hundred reaches it.
ALIKE = 0.6

Key = Hashable | None


def alike(one: str, other: str) -> bool:
    """Tell whether two folded titles are so alike that one can be the other reworded; the order does not matter."""
    first, second = sorted((one, other))  # the ratio of difflib depends on the order
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


class Pairing:
    """The nodes that two editions have in common.

    :ivar there: the node of the second edition for each node of the first.
    :ivar back: the same the other way round.
    """

    def __init__(self, a: Edition, b: Edition) -> None:
        self.a, self.b = a, b
        self.there: dict[Subject, Subject] = {a.plan: b.plan}
        self.back: dict[Subject, Subject] = {b.plan: a.plan}
        self._match(a.about, lambda n: self._sure(a, n, b), lambda n: self._sure(b, n, b))
        for kind in KINDS:
            mine = [n for n in a.about if a.kind(n) == kind]
            theirs = [n for n in b.about if b.kind(n) == kind]
            for key in self._keys(kind):
                self._match(mine, partial(key, a), partial(key, b), theirs)
            self._by_number(kind)
        if a.key == b.key:
            self._match(a.about, lambda n: n, lambda n: n)

    def _match(
        self, mine: Iterable[Subject], key_a: Callable[[Subject], Key], key_b: Callable[[Subject], Key],
        theirs: Iterable[Subject] | None = None, agree: Callable[[str, str], bool] = lambda one, other: True,
    ) -> None:  # fmt: skip
        """Pair nodes with the same key, in the order of the files; none where there are more on one side."""
        buckets: dict[Hashable, tuple[list[Subject], list[Subject]]] = defaultdict(lambda: ([], []))
        for side, nodes, key, taken in (
            (0, mine, key_a, self.there),
            (1, self.b.about if theirs is None else theirs, key_b, self.back),
        ):
            for node in nodes:
                if node not in taken and (found := key(node)) is not None:
                    buckets[found][side].append(node)
        for ours, others in buckets.values():
            if len(ours) == len(others):
                for one, other in zip(ours, others, strict=True):
                    if agree(self.a.title(one), self.b.title(other)):
                        self.pair(one, other)

    def pair(self, one: Subject, other: Subject) -> None:
        """Take two nodes for the same."""
        self.there[one] = other
        self.back[other] = one

    def translate(self, term: Term) -> Term:
        """Return a term of the first edition as the second would write it."""
        if isinstance(term, Subject) and term in self.there:
            return self.there[term]
        placed = self.a.in_place(term, self.b)
        taken = self.back if term not in self.a.about else self.b.about
        if term in taken or placed in taken:
            return ox.NamedNode(f"urn:before:{term.value}")  # its IRI now stands for something else
        # What lies outside both files, such as the source document, goes by the key of the plan.
        known = term in self.b.mentioned or placed in self.a.mentioned
        return placed if not known and placed in self.b.mentioned else term

    def rebased(self, node: Subject) -> Term:
        """Return where a node of the first edition would stand in the second, now that what it hangs on is known."""
        own = self.a.tail(node)
        for owner in self.a.owners(node):
            old, new = self.a.tail(owner), self.b.tail(self.there.get(owner, owner))
            if own and old and new and own.startswith(old + "-"):
                return self.a.in_place(node, self.b, new + own[len(old) :])
        return self.a.in_place(node, self.b)

    def _sure(self, edition: Edition, node: Subject, to: Edition) -> Key:
        """The same place, the same name, and the same name of what it hangs on."""
        owners = tuple(sorted(edition.title(owner) for owner in edition.owners(node) if owner != edition.plan))
        return edition.in_place(node, to), edition.tail(node) is None, edition.title(node), owners

    def _owners(self, edition: Edition, node: Subject) -> Key:
        """What a node hangs on, as the second edition writes it; None when part of it has no counterpart."""
        owners = edition.owners(node)
        if edition is self.a:
            if any(owner in edition.about and owner not in self.there for owner in owners):
                return None
            return frozenset(self.translate(owner) for owner in owners)
        if any(owner in edition.about and owner not in self.back for owner in owners):
            return None
        return frozenset(owners)

    def _number(self, edition: Edition, node: Subject) -> Key:
        number, owners = edition.text(node, NOTATION), self._owners(edition, node)
        return (owners, number) if number and owners else None

    def _keys(self, kind: str) -> list[Callable[[Edition, Subject], Key]]:
        """Ways to tell nodes of a kind apart, the surest first."""

        def on_owner(*properties: str) -> Callable[[Edition, Subject], Key]:
            def key(edition: Edition, node: Subject) -> Key:
                owners = self._owners(edition, node)
                told = [frozenset(v.value for v in edition.values(node, dx(name))) for name in properties]
                if not owners or not (properties or edition.title(node)):
                    return None
                return owners, *told, "" if properties else edition.title(node)

            return key

        def place(edition: Edition, node: Subject) -> Term:
            return self.rebased(node) if edition is self.a else node

        def placed(*properties: str) -> Callable[[Edition, Subject], Key]:
            def key(edition: Edition, node: Subject) -> Key:
                told = on_owner(*properties)(edition, node)
                return None if told is None else (place(edition, node), edition.tail(node) is None, told)

            return key

        if kind == "Phase":
            wordings = (("printed", "stage"), ("printed", "stage", "from"), ("printed",), ("stage", "from", "through"))
            return [placed("printed", "stage"), *(on_owner(*names) for names in wordings)]
        if kind == "Figure":
            measured = ("indicator", "kind", "population")
            return [placed("indicator", "kind"), on_owner(*measured, "asOf"), on_owner(*measured)]
        return [placed(), on_owner(), lambda edition, node: edition.title(node) or None]

    def _by_number(self, kind: str) -> None:
        """Pair what has another name: by a title printed elsewhere, then by place or printed number."""
        a, b = self.a, self.b
        open_b = {n: b.titles(n) for n in b.about if b.kind(n) == kind and n not in self.back}
        open_a = {n: a.titles(n) for n in a.about if a.kind(n) == kind and n not in self.there}
        if kind not in ("Phase", "Figure"):
            candidates = [(x, y) for x, named in open_a.items() for y, names in open_b.items() if named & names]
            for x, y in candidates:
                if sum(x == one for one, _ in candidates) == 1 == sum(y == other for _, other in candidates):
                    self.pair(x, y)
        self._match(
            [x for x in open_a if self._owners(a, x) is not None and self._acceptable(x, self.rebased(x))],
            self.rebased,
            lambda n: n,
            [y for y in open_b if self._owners(b, y) is not None],
        )
        if kind in (*ELEMENTS, "Goal"):
            self._match(open_a, lambda n: self._number(a, n), lambda n: self._number(b, n), open_b, alike)

    def _acceptable(self, x: Subject, y: Term) -> bool:
        """Tell whether two nodes in the same place can be the same though they are named differently."""
        a, b = self.a, self.b
        if not isinstance(y, Subject) or y not in b.about or a.kind(x) != b.kind(y):
            return False
        if (a.tail(x) is None) != (b.tail(y) is None):
            return False  # a node of the other plan, which this one only speaks of
        if x == y or a.tail(x) == "":
            return True
        if a.kind(x) == "Figure":
            return bool(set(a.values(x, dx("indicator"))) & set(b.values(y, dx("indicator"))))
        if a.kind(x) == "Phase":
            same = set(a.values(x, dx("stage"))) & set(b.values(y, dx("stage")))
            return bool(same) or alike(fold(a.text(x, dx("printed"))), fold(b.text(y, dx("printed"))))
        return alike(a.title(x), b.title(y))
