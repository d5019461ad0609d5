"""What follows by axioms from statements that are added: each new one is looked at once (semi-naive evaluation).

What is added later, such as a plan, rests upon what is closed already, such as all that plans share, which is not
looked at again: so a plan costs what the plan holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from dxplan.inferring.axioms import TYPE, Axioms
from dxplan.ntriples import Statement

__all__ = ["Closure"]

_Links = dict[str, dict[str, list[str]]]


class Closure:
    """Statements with all that follows from them."""

    def __init__(self, axioms: Axioms, below: Closure | None = None) -> None:
        """Begin with nothing of one's own.

        :param below: what is closed already and does not change any more; it rests upon nothing itself.
        """
        self._axioms = axioms
        self._all: set[Statement] = set()
        self._base: frozenset[Statement] | set[Statement] = frozenset() if below is None else below._all
        self._below = below
        self._members: dict[tuple[str, ...], set[str]] = defaultdict(set)  # by domains or ranges
        self._joined = axioms.joined
        self._out: _Links = {name: defaultdict(list) for name in self._joined}
        self._into: _Links = {name: defaultdict(list) for name in self._joined}
        self._chains: dict[str, list[tuple[str, tuple[str, ...], int]]] = defaultdict(list)
        for name, steps in axioms.chains:
            for number, step in enumerate(steps):
                self._chains[step].append((name, steps, number))

    def __contains__(self, statement: Statement) -> bool:
        """Tell whether a statement was added, here or below, or follows."""
        return statement in self._all or statement in self._base

    def add(self, statements: Iterable[Statement]) -> list[Statement]:
        """Add statements with what follows from them; return what follows and was not there, in a fixed order."""
        known, base, superclasses = self._all, self._base, self._axioms.superclasses
        effects = self._axioms.effects
        fresh = dict.fromkeys(statements)
        for there in (known, base):
            for each in there.intersection(fresh):
                del fresh[each]
        known.update(fresh)
        todo, given = list(fresh), len(fresh)
        types: list[Statement] = []  # with the classes above already made, nothing follows from them

        def note(follows: Iterable[Statement], to: list[Statement]) -> None:
            for each in follows:
                if each not in known and each not in base:
                    known.add(each)
                    to.append(each)

        def classify(node: str, classes: tuple[str, ...]) -> None:
            # Most of what is said of a node makes it a member of the same classes.
            members = self._members[classes]
            if node not in members:
                members.add(node)
                note([(node, TYPE, each) for each in classes], types)

        for s, p, o in todo:  # grows as it is gone through
            if p == TYPE:
                note([(s, TYPE, c) for c in superclasses.get(o, ())], types)
            elif effect := effects.get(p):
                if effect.superproperties:
                    note([(s, q, o) for q in effect.superproperties], todo)
                if effect.domains:
                    classify(s, effect.domains)
                if o[0] != '"':
                    if effect.inverses:
                        note([(o, q, s) for q in effect.inverses], todo)
                    if effect.ranges:
                        classify(o, effect.ranges)
                if p in self._joined:
                    self._out[p][s].append(o)
                    self._into[p][o].append(s)
                    note(self._joins(s, p, o), todo)
        return [*todo[given:], *types]

    def _joins(self, s: str, p: str, o: str) -> Iterable[Statement]:
        """Return what a statement yields with others: by transitivity and by chains."""
        if p in self._axioms.transitive:
            yield from [(s, p, further) for further in self._objects(p, o)]
            yield from [(before, p, o) for before in self._subjects(p, s)]
        for name, steps, number in self._chains.get(p, ()):
            starts, ends = [s], [o]
            for step in steps[number + 1 :]:
                ends = [further for node in ends for further in self._objects(step, node)]
            for step in reversed(steps[:number]):
                starts = [before for node in starts for before in self._subjects(step, node)]
            yield from [(start, name, end) for start in starts for end in ends]

    def _objects(self, predicate: str, subject: str) -> list[str]:
        own = self._out[predicate].get(subject, [])
        return own if self._below is None else own + self._below._objects(predicate, subject)

    def _subjects(self, predicate: str, to: str) -> list[str]:
        own = self._into[predicate].get(to, [])
        return own if self._below is None else own + self._below._subjects(predicate, to)
