"""What follows from what is asserted, one plan at a time, and then one city at a time.

The result is OWL 2 RL's, restricted to statements about instances, and what the SPARQLRules add; statements that
relate a node to itself are not made. Rules about municipalities say what all documents of a city say together; they are
run when all of these are settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import pyoxigraph as ox

from dxplan.corpus import Corpus
from dxplan.documents import Document
from dxplan.inferring.axioms import TYPE, read_axioms
from dxplan.inferring.closure import Closure
from dxplan.inferring.rules import Rule, compile_rules
from dxplan.iris import DX
from dxplan.ntriples import Statement, lines, statements

__all__ = ["Inference"]

_MUNICIPALITY = f"<{DX}Municipality>"


def _load(store: ox.Store, found: Iterable[Statement]) -> None:
    # Oxigraph wrote them: their IRIs need not be held against the grammar once more.
    store.load(lines(found), format=ox.RdfFormat.N_TRIPLES, lenient=True)


def _quads(found: Iterable[Statement]) -> tuple[ox.Quad, ...]:
    """Return what is loaded into many stores: terms that are read already load faster than their text."""
    return tuple(ox.parse(lines(found), format=ox.RdfFormat.N_TRIPLES, lenient=True))


class _Rules:
    """Some rules, and what they read."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        read = [rule.names for rule in rules]
        # What a rule names; None where one may ask for anything.
        self._names = None if None in read else frozenset[str]().union(*(names for names in read if names is not None))

    def read(self, found: Iterable[Statement]) -> list[Statement]:
        """Return the statements that a rule may ask for."""
        names = self._names
        if names is None:
            return list(found)
        return [each for each in found if each[1] in names and (each[1] != TYPE or each[2] in names)]


class Inference:
    """The rules of a root, and what follows for each of its documents."""

    def __init__(self, corpus: Corpus, rules: Sequence[Rule] | None = None) -> None:
        """Read the axioms and rules.

        :param rules: those of the shapes, where they have been compiled already.
        :raises RulesError: for an axiom or a rule that is not understood.
        """
        self._corpus = corpus
        ontology = corpus.documents("ontology")
        self.axioms = read_axioms(ontology)
        self.rules = compile_rules(corpus.documents("shapes")) if rules is None else rules
        self._own_rules = _Rules([rule for rule in self.rules if not rule.of_city])
        self._city_rules = _Rules([rule for rule in self.rules if rule.of_city])
        self._data = [d for d in corpus.shared if d.folder != "ontology"]
        # The ontology is not reasoned about, but what it states of its own individuals would follow again.
        self._ontology = {each for d in ontology for each in d.statements}

    @cached_property
    def _shared(self) -> tuple[Closure, list[Statement], list[Statement]]:
        """What is closed of the shared documents; all that is stated and follows; what follows."""
        closure = Closure(self.axioms)
        given = [each for d in self._data for each in d.statements]
        found = self._settle(closure, ox.Store(), given)
        return closure, [*given, *found], found

    @cached_property
    def _read_of_shared(self) -> tuple[ox.Quad, ...]:
        """What the rules about a document read of the shared documents."""
        return _quads(self._own_rules.read(self._shared[1]))

    @cached_property
    def _read_by_cities(self) -> dict[str, tuple[ox.Quad, ...]]:
        """What the rules about cities read of the shared documents, by municipality; of the rest by no name."""
        found: dict[str, list[Statement]] = {"": []}
        for each in self._city_rules.read(self._shared[1]):
            found.setdefault(each[0][1:-1] if each[0][1:-1] in self.municipalities else "", []).append(each)
        return {name: _quads(read) for name, read in found.items()}

    @cached_property
    def municipalities(self) -> frozenset[str]:
        """The IRIs of the municipalities that the shared documents know."""
        return frozenset(s[1:-1] for s, p, o in self._shared[1] if p == TYPE and o == _MUNICIPALITY)

    @property
    def shared(self) -> list[Statement]:
        """What follows from the shared documents alone."""
        return self._news(self._shared[2])

    def of(self, document: Document) -> list[Statement]:
        """Return what follows from a plan or report together with the shared documents, beyond what those yield.

        A report is read with the plan it reports on; what follows from the plan alone is left to the plan.
        """
        return self._of(document, self._settled(self._corpus.context(document)))

    def of_each(self, documents: Sequence[Document]) -> list[list[Statement]]:
        """Return what follows from each document, as :meth:`of` does; a report goes on where its plan ended."""
        found: list[list[Statement]] = []
        plan: Document | None = None
        settled = None
        for document in documents:
            context = self._corpus.context(document)
            if settled is None or plan is None or [each.path for each in context] != [plan.path]:
                settled = self._settled(context)
            found.append(self._of(document, settled))
            if document.folder == "plans":
                plan = document
            else:
                settled = None  # another report does not know of this one
        return found

    def _settled(self, context: Sequence[Document]) -> tuple[Closure, ox.Store]:
        """Return a closure, and a store of what the rules read of it, with the shared documents and some plans."""
        closure, store = Closure(self.axioms, self._shared[0]), ox.Store()
        store.extend(self._read_of_shared)
        for plan in context:
            self._settle(closure, store, plan.statements)
        return closure, store

    def _of(self, document: Document, settled: tuple[Closure, ox.Store]) -> list[Statement]:
        return self._news(self._settle(*settled, document.statements))

    def of_city(self, municipality: str, known: Iterable[Statement]) -> list[Statement]:
        """Return what the documents of a city say together.

        :param municipality: its IRI.
        :param known: what they assert, and what follows from each of them; nothing for a city without documents.
        """
        rules, there = self._city_rules, set(known)
        store = ox.Store()
        for shared in (self._read_by_cities[""], self._read_by_cities.get(municipality, ())):
            store.extend(shared)
        # Of another city that a document names not all is known here.
        _load(store, [each for each in rules.read(there) if each[1:] != (TYPE, _MUNICIPALITY)])
        _load(store, [(f"<{municipality}>", TYPE, _MUNICIPALITY)])
        closure = Closure(self.axioms, self._shared[0])
        found: list[Statement] = []
        for rule in rules.rules:
            yielded = statements(store.query(rule.construct))  # type: ignore[arg-type]
            new = [each for each in dict.fromkeys(yielded) if each not in closure and each not in there]
            if new:
                follows = [each for each in closure.add(new) if each not in there]
                _load(store, rules.read([*new, *follows]))
                found += [*new, *follows]
        return self._news(found)

    def _settle(self, closure: Closure, store: ox.Store, given: Sequence[Statement]) -> list[Statement]:
        """Add statements with all that follows to a closure, and to a store what the rules read of it.

        :return: what follows.
        """

        def keep(new: Iterable[Statement]) -> None:
            _load(store, self._own_rules.read(new))

        found = closure.add(given)
        keep([*given, *found])
        # SPARQLRules may negate, so each runs once, in order, on what the axioms and the rules before it have settled.
        for rule in self._own_rules.rules:
            yielded = statements(store.query(rule.construct))  # type: ignore[arg-type]
            new = [each for each in dict.fromkeys(yielded) if each not in closure]
            if new:
                follows = closure.add(new)
                keep([*new, *follows])
                found = [*found, *new, *follows]
        return found

    def _news(self, found: Iterable[Statement]) -> list[Statement]:
        # A node related to itself says nothing, but something may follow from it: so it is left out only here.
        return [each for each in found if each[0] != each[2] and each not in self._ontology]
