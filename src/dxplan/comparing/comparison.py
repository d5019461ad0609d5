"""What changed between two editions of a plan.

Both editions are taken as sets of statements, the first rewritten with the IRIs of the second for every node that they
have in common. What is in only one of the two has to be told: each way of telling takes the statements that it tells of
from what is open, and what no way has taken is told as it stands. So no change of the data goes unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from dxplan.comparing.changes import Change, Comparison
from dxplan.comparing.drafts import Drafts
from dxplan.comparing.editions import ELEMENTS, KINDS, LABEL, NOTATION, PREF_LABEL, Edition, Names, Subject, Term, dx
from dxplan.comparing.ledger import Draft, Explained
from dxplan.comparing.pairing import Pairing
from dxplan.iris import PREFIXES, shorten, split

__all__ = ["compare"]

_POSITION = ox.NamedNode(PREFIXES["schema"] + "position")
_DEFINITION = ox.NamedNode(PREFIXES["skos"] + "definition")
_NAMED = (*ELEMENTS, "Plan", "Term", "Glossary", "Organization", "Goal", "Division")
_LINKS = {
    dx("responsibleDivision"): "owner",
    dx("scope"): "owner",
    dx("topic"): "topic",
    dx("addressesAsPrinted"): "national",
    dx("addressesAsRead"): "national",
    dx("mark"): "mark",
}
_HANGING = tuple(dx(name) for name in ("partOf", "phaseOf", "goalOf", "entryOf"))
_OWN_KINDS = {"Goal": "goal", "Phase": "phase", "Figure": "figure", "Term": "term", "Division": "division"}


def compare(a: Edition, b: Edition, names: Names) -> Comparison:
    """Tell what changed from one edition to another.

    :param names: what the things outside both files are called.
    """
    return Comparison(a.name, b.name, list(_Comparer(a, b, names).changes()))


class _Comparer:
    def __init__(self, a: Edition, b: Edition, names: Names) -> None:
        self.a, self.b = a, b
        self.nodes = Pairing(a, b)
        self.drafts = Drafts(a, b, names, self.nodes)
        self.open = self.drafts.open

    def changes(self) -> Iterator[Change]:
        pairs = sorted(self.nodes.there.items(), key=lambda pair: KINDS.index(self.b.kind(pair[1])))
        if self.a.key != self.b.key:
            self.drafts.add("edition", self.b.plan, before=self.a.key, after=self.b.key)
        self._went_and_came()
        for x, y in pairs:
            kind = self.b.kind(y) if self.a.kind(x) == self.b.kind(y) else ""
            self._named(y, kind)
            self._numbered(y, kind)
            self._hung(y)
            self._linked(y)
            if kind == "Plan":
                self._period(y)
            elif kind == "Phase":
                self._phase(x, y)
            elif kind == "Figure":
                self._figure(x, y)
        self._shifted(pairs)
        for x, y in pairs:
            self._rest(x, y)
        return self.drafts.told()

    def _went_and_came(self) -> None:
        """Tell of every node that has no counterpart, once with all that hangs on it."""
        for edition, common, end in ((self.a, self.nodes.there, "dropped"), (self.b, self.nodes.back, "added")):
            alone = [node for node in edition.about if node not in common]
            fell: dict[Subject, list[str]] = {}
            for node in alone:
                top = self._top(edition, node, set(alone))
                # A blank node is told of with the statement that it is the value of.
                if not isinstance(top, ox.BlankNode) or not edition.owners(top):
                    fell.setdefault(top, []).extend([edition.kind(node)] if node != top else [])
            for node, along in fell.items():
                kind = edition.kind(node)
                word = _OWN_KINDS.get(kind, "record") + "-" + end
                own = end if kind in ELEMENTS else word
                text = self.drafts.said(edition, node)
                self.drafts.came_or_went(own, edition, node, text, along)

    def _top(self, edition: Edition, node: Subject, alone: set[Subject]) -> Subject:
        seen: set[Subject] = set()
        while node not in seen:
            seen.add(node)
            owners = edition.owners(node)
            if not owners or not alone.issuperset(owners):
                return node
            node = owners[0]
        return min(seen, key=lambda n: n.value)  # nodes that hang on each other

    def _named(self, y: Subject, kind: str) -> None:
        """A new name; a translation that follows it is told with it."""
        if kind not in _NAMED:
            return
        for predicate in (LABEL, PREF_LABEL, _DEFINITION):
            swap = self.open.swap(y, predicate, "ja")
            if swap is None or (predicate == _DEFINITION and kind != "Term"):
                continue
            other = self.open.swap(y, predicate, "en")
            before, after = ({"ja": s.value, "en": (other or swap)[at].value} for at, s in enumerate(swap))
            told = {"Goal": "goal-reworded", "Division": "division-renamed"}.get(kind, "renamed")
            draft = self.drafts.add("term-redefined" if predicate == _DEFINITION else told, y, before, after)
            self.open.take(draft, y, predicate, *swap)
            if other:
                self.open.take(draft, y, predicate, *other)
            for old, new in {(before[lang], after[lang]) for lang in ("ja", "en")}:
                self.drafts.explain(y, Explained.by_part(old, new, draft))

    def _numbered(self, y: Subject, kind: str) -> None:
        swap = self.open.swap(y, NOTATION)
        if swap is None:
            return
        draft = self.drafts.add("renumbered", y, swap[0].value, swap[1].value)
        self.open.take(draft, y, NOTATION, *swap)
        self._follow(y, draft, swap[0].value, swap[1].value)

    def _follow(self, y: Subject, draft: Draft, old: str = "", new: str = "") -> None:
        """Take what repeats a number: the place among others, the IRI, and texts that name it."""
        position = self.open.swap(y, _POSITION)
        if position:
            self.open.take(draft, y, _POSITION, *position)
            draft.also += 1
        if old and new:
            self.drafts.explain(y, Explained.by_part(old, new, draft))
        x = self.nodes.back[y]
        was, now = self.a.tail(x), self.b.tail(y)
        if was and now and was != now and Explained.skeleton(was) == Explained.skeleton(now):
            self.drafts.settled.add(y)
            self.drafts.explain(y, Explained.by_part(was[1:], now[1:], draft))

    def _hung(self, y: Subject) -> None:
        for predicate in _HANGING:
            swap = self.open.swap(y, predicate)
            if swap:
                draft = self.drafts.add("moved", y, *self.drafts.both_names(*swap))
                self.open.take(draft, y, predicate, *swap)
                for group in (self.drafts.group(self.a, self.nodes.back[y]), self.drafts.group(self.b, y)):
                    self.drafts.beside[group].append(draft)
                self._follow(y, draft)

    def _linked(self, y: Subject) -> None:
        for predicate, word in _LINKS.items():
            gone, came = self.open.of(y, predicate)
            for value in gone:
                draft = self.drafts.add(f"{word}-removed", y, before=self.drafts.name(value, self.a))
                self.open.take(draft, y, predicate, value, None)
            for value in came:
                draft = self.drafts.add(f"{word}-added", y, after=self.drafts.name(value, self.b))
                self.open.take(draft, y, predicate, None, value)

    def _period(self, y: Subject) -> None:
        swaps = {p: self.open.swap(y, p) for p in (dx("firstYear"), dx("lastYear"))}
        if any(swaps.values()):
            x = self.nodes.back[y]
            before, after = (self.drafts.span(e, n, "firstYear", "lastYear") for e, n in ((self.a, x), (self.b, y)))
            draft = self.drafts.add("period", y, before, after)
            for predicate, swap in swaps.items():
                if swap:
                    self.open.take(draft, y, predicate, *swap)

    def _phase(self, x: Subject, y: Subject) -> None:
        years = [_years(self.a, x), _years(self.b, y)]
        if years[0] and years[1] and years[0] != years[1]:
            (first, last), (begin, end) = years[0], years[1]
            longer = (end - begin) - (last - first)
            if longer:
                word, n = ("phase-lengthened" if longer > 0 else "phase-shortened"), abs(longer)
            else:
                word, n = ("phase-later" if begin > first else "phase-earlier"), abs(begin - first)
            number = {"ja": str(n), "en": f"{n} year{'' if n == 1 else 's'}"}
            before, after = (self.drafts.span(e, node, "from", "through") for e, node in ((self.a, x), (self.b, y)))
            draft = self.drafts.add(word, y, before, after, n=number)
            for name in ("from", "through"):
                swap = self.open.swap(y, dx(name))
                if swap:
                    self.open.take(draft, y, dx(name), *swap)
            # The label and the place of a phase name its years.
            self.drafts.explain(y, Explained.by_numbers(draft, y))
        gone_or_came = [(p, *self.open.of(y, p)) for p in (dx("printed"), dx("stage"))]
        if any(gone or came for _, gone, came in gone_or_came):
            before, after = (self.drafts.wording(e, node) for e, node in ((self.a, x), (self.b, y)))
            draft = self.drafts.add("phase-reworded", y, before, after)
            for predicate, gone, came in gone_or_came:
                for value in gone:
                    self.open.take(draft, y, predicate, value, None)
                for value in came:
                    self.open.take(draft, y, predicate, None, value)
            for old in {v.value for v in self.a.values(x, dx("printed"))}:
                for new in {v.value for v in self.b.values(y, dx("printed"))}:
                    self.drafts.explain(y, Explained.by_part(old, new, draft))

    def _figure(self, x: Subject, y: Subject) -> None:
        target = all(dx("Target") in e.values(n, dx("kind")) for e, n in ((self.a, x), (self.b, y)))
        value = self.open.swap(y, dx("value"))
        units = [e.values(n, dx("unit")) for e, n in ((self.a, x), (self.b, y))]
        if value:
            old, new = _number(value[0]), _number(value[1])
            word = "figure-changed"
            if target and units[0] == units[1] and old is not None and new is not None and old != new:
                word = "target-raised" if new > old else "target-lowered"
            was, now = (v.value + "".join(u.value for u in unit) for v, unit in zip(value, units, strict=True))
            draft = self.drafts.add(word, y, was, now)
            self.open.take(draft, y, dx("value"), *value)
            self.drafts.explain(y, Explained.by_numbers(draft, y))
        when = self.open.swap(y, dx("asOf"))
        if target and when:
            draft = self.drafts.add("target-date", y, *self.drafts.both_names(*when))
            self.open.take(draft, y, dx("asOf"), *when)

    def _shifted(self, pairs: list[tuple[Subject, Subject]]) -> None:
        """A later place among siblings, only because others came or went, is told with those."""
        for group, (ours, others) in self._siblings(pairs).items():
            drafts = self.drafts.beside.get(group)
            if not drafts or [self.nodes.there[x] for x in ours] != others:
                continue
            for y in others:
                if self.open.swap(y, _POSITION):
                    self._follow(y, drafts[0])

    def _siblings(self, pairs: list[tuple[Subject, Subject]]) -> dict[object, tuple[list[Subject], list[Subject]]]:
        found: dict[object, tuple[list[Subject], list[Subject]]] = {}
        for x, y in pairs:
            group = self.drafts.group(self.b, y)
            if group == self.drafts.group(self.a, x):  # what moved is told as moved
                sides = found.setdefault(group, ([], []))
                sides[0].append(x)
                sides[1].append(y)
        for ours, others in found.values():
            ours.sort(key=lambda n: _place(self.a, n))
            others.sort(key=lambda n: _place(self.b, n))
        return found

    def _rest(self, x: Subject, y: Subject) -> None:
        """What no other way has told, statement by statement, and the IRI."""
        for predicate in self.open.predicates(y):
            gone, came = self.open.of(y, predicate)
            for language in dict.fromkeys(_language(v) for v in (*gone, *came)):
                old, new = ([v for v in side if _language(v) == language] for side in (gone, came))
                if len(old) == len(new) == 1:
                    if not self.drafts.explained(y, predicate, old[0], new[0]):
                        self.drafts.statement(y, predicate, old[0], new[0])
                else:
                    for value in old:
                        self.drafts.statement(y, predicate, value, None)
                    for value in new:
                        self.drafts.statement(y, predicate, None, value)
        if self.a.in_place(x, self.b) != y and isinstance(y, ox.NamedNode) and y not in self.drafts.settled:
            was, now = self.a.tail(x), self.b.tail(y)
            if not (was and now and self.drafts.follows(y, was, now)):
                self.drafts.add("identifier", y, shorten(x.value), shorten(y.value))


def _language(value: Term) -> str:
    return (value.language or "") if isinstance(value, ox.Literal) else ""


def _number(value: Term) -> Decimal | None:
    try:
        return Decimal(value.value)
    except InvalidOperation:
        return None


def _place(edition: Edition, node: Subject) -> tuple[Decimal, int]:
    value = edition.values(node, _POSITION)
    return (_number(value[0]) if value else None) or Decimal(0), edition.order[node]


def _years(edition: Edition, node: Subject) -> tuple[int, int] | None:
    """The first and last year of a phase; None unless each is given once."""
    ends = [edition.values(node, dx(name)) for name in ("from", "through")]
    if any(len(values) != 1 for values in ends):
        return None
    known = [split(values[0].value) for values in ends]
    if not all(k and k[0] == "fy" and k[1].isdigit() for k in known):
        return None
    first, last = (int(k[1]) for k in known if k)
    return first, last
