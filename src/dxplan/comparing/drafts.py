"""The changes that a comparison has told so far, and the words they are told in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator

import pyoxigraph as ox

from dxplan.comparing.changes import Change, counted, noun, sentence
from dxplan.comparing.editions import ELEMENTS, LABEL, NOTATION, Edition, Names, Subject, Term, Texts, both, dx
from dxplan.comparing.ledger import Draft, Explained, Open
from dxplan.comparing.pairing import Pairing
from dxplan.iris import PREFIXES, split
from dxplan.years import era_name

__all__ = ["Drafts"]

_LANGUAGES = ("ja", "en")
_PLAIN_STRING = ox.NamedNode(PREFIXES["xsd"] + "string")
_PRINTED = (dx("printed"), NOTATION)
_WITH_NUMBERS = (LABEL, dx("printed"), dx("locator"))


class Drafts:
    """The changes told so far, and the words they are told in."""

    def __init__(self, a: Edition, b: Edition, names: Names, nodes: Pairing) -> None:
        self.a, self.b, self.names, self.nodes = a, b, names, nodes
        self.open = Open(nodes)
        #: Nodes whose new IRI is told by a change of theirs.
        self.settled: set[Subject] = set()
        #: What came, went or moved among the nodes of one kind that hang on the same.
        self.beside: dict[Hashable, list[Draft]] = defaultdict(list)
        self._rules: dict[Subject, list[Explained]] = defaultdict(list)
        self._drafts: list[Draft] = []

    # ---- words

    def name(self, term: Term, edition: Edition) -> Texts:
        """Return what a term is called in an edition."""
        return self.names.of(term, edition)

    def both_names(self, old: Term, new: Term) -> tuple[Texts, Texts]:
        """Return what two terms are called; with language and datatype where they read the same."""
        before, after = self.name(old, self.a), self.name(new, self.b)
        if before == after:
            return dict.fromkeys(_LANGUAGES, str(old)), dict.fromkeys(_LANGUAGES, str(new))
        return before, after

    def span(self, edition: Edition, node: Subject, first: str, last: str) -> Texts:
        """Return the years between two properties in words."""
        ends = [edition.values(node, dx(name)) for name in (first, last)]
        years = [split(values[0].value) if len(values) == 1 else None for values in ends]
        if all(y and y[0] == "fy" and y[1].isdigit() and int(y[1]) > 1988 for y in years):
            begin, end = (int(y[1]) for y in years if y)
            ja, en = era_name(begin), f"FY{begin}"
            return {"ja": ja, "en": en} if begin == end else {"ja": f"{ja}～{era_name(end)}", "en": f"{en}–{end}"}
        named = [[self.name(v, edition) for v in values] for values in ends]
        unknown = {"ja": "年度なし", "en": "no year"}
        if not any(named):
            return unknown
        begin_end = [{lang: ", ".join(n[lang] for n in side) or unknown[lang] for lang in _LANGUAGES} for side in named]
        return {"ja": "～".join(e["ja"] for e in begin_end), "en": "–".join(e["en"] for e in begin_end)}

    def wording(self, edition: Edition, node: Subject) -> Texts:
        """Return the printed wording of a phase with its stages."""
        printed = "、".join(v.value for v in edition.values(node, dx("printed")))
        stages = [self.name(v, edition) for v in edition.values(node, dx("stage"))]
        ja, en = "・".join(s["ja"] for s in stages), ", ".join(s["en"] for s in stages)
        return {"ja": f"「{printed}」" + (f"（{ja}）" if ja else ""), "en": f"“{printed}”" + (f" ({en})" if en else "")}

    def said(self, edition: Edition, node: Subject) -> Texts:
        """Return a node in short: the years of a phase, the value of a figure, else its name."""
        kind = edition.kind(node)
        if kind == "Phase":
            return self.span(edition, node, "from", "through")
        if kind == "Figure":
            return dict.fromkeys(_LANGUAGES, edition.text(node, dx("value")) + edition.text(node, dx("unit")))
        return self.name(node, edition)

    def _part(self, edition: Edition, node: Subject) -> Texts:
        """The part of an element that changed, as a phrase; empty for what is spoken of by itself."""
        kind = edition.kind(node)
        if kind in (*ELEMENTS, "Plan", "Term", "Division"):
            return dict.fromkeys(_LANGUAGES, "")
        if kind == "Phase":
            return {
                "ja": f"工程「{edition.text(node, dx('printed'))}」",
                "en": f"phase {self.wording(edition, node)['en']}",
            }
        if kind == "Figure":
            measured = [self.name(v, edition) for v in edition.values(node, dx("indicator"))[:1]]
            whom = both({getattr(v, "language", "") or "": v.value for v in edition.values(node, dx("population"))})
            called = measured[0] if measured else self.name(node, edition)
            if whom["ja"]:
                called = {"ja": f"{called['ja']}（{whom['ja']}）", "en": f"{called['en']} ({whom['en']})"}
        else:
            called = self.name(node, edition)
        word = noun(kind)
        return {"ja": f"{word['ja']}「{called['ja']}」", "en": f"{word['en']} “{called['en']}”"}

    # ---- keeping the book

    def add(
        self, kind: str, y: Subject, before: Texts | str = "", after: Texts | str = "", **words: Texts
    ) -> Draft:  # fmt: skip
        """Tell of a change of a node that both editions have."""
        old, new = (dict.fromkeys(_LANGUAGES, text) if isinstance(text, str) else text for text in (before, after))
        draft = Draft(kind, self.b, y, old, new, words)
        self._drafts.append(draft)
        return draft

    def came_or_went(self, kind: str, edition: Edition, node: Subject, text: Texts, along: list[str]) -> None:
        """Tell of a node that only one edition has, with the kinds of the nodes that hang on it."""
        nothing = dict.fromkeys(_LANGUAGES, "")
        before, after = (text, nothing) if edition is self.a else (nothing, text)
        draft = Draft(kind, edition, node, before, after, {"with": counted(along)}, 0, (edition, edition.line(node)))
        self._drafts.append(draft)
        self.beside[self.group(edition, node)].append(draft)

    def statement(self, y: Subject, predicate: ox.NamedNode, old: Term | None, new: Term | None) -> None:
        """Tell of a statement as it stands."""
        name = self.names.of(predicate)
        if "en" in (getattr(old, "language", None), getattr(new, "language", None)):
            name = {"ja": f"{name['ja']}（英語）", "en": f"{name['en']} (English)"}
        if old is not None and new is not None:
            before, after = self.both_names(old, new)
            draft = self.add("statement-changed", y, before, after, predicate=name)
        elif old is not None:
            draft = self.add("statement-removed", y, before=self.name(old, self.a), predicate=name)
        else:
            assert new is not None
            draft = self.add("statement-added", y, after=self.name(new, self.b), predicate=name)
        self.open.take(draft, y, predicate, old, new)

    def explain(self, y: Subject, rule: Explained) -> None:
        """Let a change account for texts of a node and of what hangs on it."""
        self._rules[y].append(rule)

    def _fitting(self, y: Subject) -> Iterator[Explained]:
        seen: dict[Subject, None] = {}
        ahead = [y]
        while ahead:
            node = ahead.pop(0)
            if node not in seen:
                seen[node] = None
                ahead.extend(self.b.owners(node))
                yield from (rule for rule in self._rules.get(node, []) if rule.only in (None, y))

    def explained(self, y: Subject, predicate: ox.NamedNode, old: Term, new: Term) -> bool:
        """Tell whether a text changed only along with a change that is told, and if so count it there."""
        if not (isinstance(old, ox.Literal) and isinstance(new, ox.Literal)) or old.datatype != new.datatype:
            return False
        if not old.language and old.datatype != _PLAIN_STRING:
            return False
        for rule in self._fitting(y):
            allowed = predicate in _WITH_NUMBERS if rule.only else predicate not in _PRINTED
            if allowed and rule.fits(old.value, new.value):
                rule.draft.also += 1
                self.open.take(rule.draft, y, predicate, old, new)
                return True
        return False

    def follows(self, y: Subject, old: str, new: str) -> bool:
        """Tell whether a key changed only along with a number that is told, and if so count it there."""
        rule = next((r for r in self._fitting(y) if not r.only and r.fits(old, new)), None)
        if rule is not None:
            rule.draft.also += 1
        return rule is not None

    def group(self, edition: Edition, node: Subject) -> Hashable:
        """Return what the nodes have in common that are counted together: their kind and what they hang on."""
        owners = [self.nodes.translate(o) if edition is self.a else o for o in edition.owners(node)]
        return edition.kind(node), frozenset(owners)

    # ---- telling

    def told(self) -> Iterator[Change]:
        """Yield the changes in the order of the plan."""
        yield from sorted((self._change(draft) for draft in self._drafts), key=lambda change: change.order)

    def _change(self, draft: Draft) -> Change:
        home, edition = draft.edition.home(draft.node), draft.edition
        if edition is self.a and home in self.nodes.there:
            home, edition = self.nodes.there[home], self.b
        at, line = draft.place or (self.b, self.b.line(draft.node))
        words = {"with": dict.fromkeys(_LANGUAGES, ""), **draft.words, "before": draft.before, "after": draft.after}
        words["noun"] = noun(draft.edition.kind(draft.node))
        words["what"] = self._part(draft.edition, draft.node)
        if not words["what"]["ja"] and draft.kind.startswith("record-"):
            words["what"] = words["noun"]
        return Change(
            draft.kind, home.value, self.name(home, edition), edition.text(home, NOTATION), draft.before, draft.after,
            sentence(draft.kind, words, draft.also), at.name, line,
            (*self._order(home, edition), draft.kind != "edition", at is self.b, line),
        )  # fmt: skip

    def _order(self, home: Subject, edition: Edition) -> tuple[int, int]:
        line = edition.line(home)
        if edition is self.b:
            return line, 0
        # What is gone stands behind the last thing before it that is still there.
        before = [x for x in self.nodes.there if self.a.home(x) == x and self.a.line(x) < line]
        last = max(before, key=self.a.line, default=None)
        return (self.b.line(self.nodes.there[last]) if last is not None else 0), line
