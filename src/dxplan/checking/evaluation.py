"""The engine ``sparql``: compiled rules on Oxigraph, for many plans."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

import pyoxigraph as ox

from dxplan.checking.demands import FOCUS, Demand
from dxplan.checking.findings import Finding
from dxplan.checking.focus import Focus, Shared, superclasses
from dxplan.checking.results import Result, Teller
from dxplan.checking.rules import Rule, RuleBook
from dxplan.corpus import Corpus
from dxplan.documents import SHARED, Document
from dxplan.errors import RulesError
from dxplan.iris import PREFIXES, shorten
from dxplan.kept import Kept, digest_of, engine_digest

__all__ = ["Compiled", "Evaluation"]

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_FOCUS_GRAPH = ox.NamedNode(FOCUS)
_Targets = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Compiled:
    """The rules of a root as queries; it can be sent to other processes.

    :param targets: the sets of targets that queries range over, by number.
    :param above: the classes above each class.
    """

    rules: list[Rule]
    demands: list[Demand]
    targets: list[_Targets]
    above: dict[str, set[str]]

    @classmethod
    def of(cls, book: RuleBook, kept: Kept | None = None) -> Compiled:
        """Compile the rules, or take them from where they are kept: reading and compiling takes longer than a check.

        :raises RulesError: for a rule that is not compiled, or that Oxigraph cannot read.
        """
        kept = kept or Kept(None)
        known = cls.recall(book, kept)
        if known is not None:
            return known
        from dxplan.checking.compilation import compile_rules  # takes time to load, which known rules need not

        above = superclasses(book.corpus.shared)
        demands, targets = compile_rules(book, above)
        for demand in demands:
            try:
                ox.Store().query(demand.text)
            except SyntaxError as error:
                name = f"{book.place(PREFIXES['dxsh'] + demand.rule)}{shorten(PREFIXES['dxsh'] + demand.rule)}"
                raise RulesError(
                    f"{name}: Oxigraph は sh:select を読めません（{error.msg}）。問合せを直してください。",
                    f"{name}: Oxigraph cannot read its sh:select ({error.msg}). Mend the query.",
                ) from None
        body = [[asdict(r) for r in book.rules], [asdict(d) for d in demands], targets]
        kept.put(_key(book, above), json.dumps(body).encode())
        return cls(book.rules, demands, targets, above)

    @classmethod
    def recall(cls, book: RuleBook, kept: Kept) -> Compiled | None:
        """Give a book the rules that are kept, and return the compiled ones; None where there are none."""
        above = superclasses(book.corpus.shared)
        body = kept.get(_key(book, above))
        if body is None:
            return None
        rules, demands, targets = json.loads(body)
        book.rules = [Rule(**{**rule, "targets": _pairs(rule["targets"])}) for rule in rules]
        return cls(book.rules, [Demand(**demand) for demand in demands], [_pairs(each) for each in targets], above)


def _key(book: RuleBook, above: dict[str, set[str]]) -> str:
    classes = json.dumps({name: sorted(higher) for name, higher in above.items()}, sort_keys=True)
    return "rules-" + digest_of([*book.digest_parts, classes, engine_digest()])


def _pairs(listed: list[list[str]]) -> _Targets:
    return tuple((kind, iri) for kind, iri in listed)


class Evaluation:
    """The compiled rules of a root, and what every plan is read with."""

    def __init__(self, compiled: Compiled, corpus: Corpus, threads: int = 1) -> None:
        """Read what is shared.

        :param threads: how many queries run at a time; more than one only where other processes leave cores idle.
        """
        self._threads = threads
        self._rules = compiled
        self._corpus = corpus
        self._shared = Shared(corpus.shared, compiled.above)
        self._given = [quad for d in corpus.shared for quad in d.parsed]

    def validate(self, documents: Sequence[Document]) -> tuple[list[Finding], dict[str, int]]:
        """Check documents together: one plan or report, or several shared documents.

        :returns: the findings about nodes that the documents describe, and for each rule how many of these nodes it
            looked at.
        """
        beside = [plan for d in documents for plan in self._corpus.context(d)]
        focus = Focus(documents, beside, self._shared)
        own = {d.path: d for d in [*beside, *documents] if d.folder not in SHARED}
        added = [quad for d in own.values() for quad in d.parsed]
        marks = [
            ox.Quad(node, _TYPE, ox.NamedNode(f"{FOCUS}:{number}"), _FOCUS_GRAPH)
            for number, targets in enumerate(self._rules.targets)
            for node in focus.nodes(targets)
        ]
        # Oxigraph holds in memory, and walks through, also what was removed: one store for all plans would slow down
        # with each. To begin anew takes some hundredths of a second.
        store = ox.Store()
        store.extend([*self._given, *added, *marks])
        demands = [demand for demand in self._rules.demands if focus.nodes(self._rules.targets[demand.target])]
        teller = Teller(self._rules.rules, focus, [*documents, *self._corpus.shared, *beside], self._corpus)
        return teller.findings(self._results(store, demands)), focus.counts(self._rules.rules)

    def _results(self, store: ox.Store, demands: list[Demand]) -> list[Result]:
        if self._threads == 1:
            return [result for demand in demands for result in _run(store, demand)]
        with ThreadPoolExecutor(self._threads) as pool:  # Oxigraph lets other threads go on while it searches
            return [result for found in pool.map(partial(_run, store), demands) for result in found]


def _run(store: ox.Store, demand: Demand) -> list[Result]:
    solutions = store.query(demand.text)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    found = []
    for row in solutions:
        bindings = {name: row[name] for name in names if row[name] is not None}
        path = bindings.get("path")
        found.append(
            Result(
                rule=demand.rule,
                focus=bindings["this"],
                path=path.value if isinstance(path, ox.NamedNode) else demand.path,
                value=bindings.get("value"),
                bindings=bindings,
            )
        )
    return found
