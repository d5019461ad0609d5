"""The engine ``sparql``: compiled rules on Oxigraph, for many plans."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pyoxigraph as ox

from dxplan.checking.compilation import FOCUS, Query, compile_rules
from dxplan.checking.findings import Finding
from dxplan.checking.focus import Focus, superclasses
from dxplan.checking.results import Result, Teller
from dxplan.checking.rules import Rule, RuleBook
from dxplan.documents import Corpus, Document
from dxplan.errors import RulesError
from dxplan.iris import PREFIXES, shorten
from dxplan.store import engine_digest, write_atomically

__all__ = ["Evaluation", "recall"]

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_FOCUS_GRAPH = ox.NamedNode(FOCUS)
_Compiled = tuple[list[Query], list[tuple[tuple[str, str], ...]]]


def _compiled(book: RuleBook, above: dict[str, set[str]], kept: Path | None) -> _Compiled:
    """Compile the rules, or take them from where they were kept: reading and compiling takes longer than a check."""
    if kept is None:
        return compile_rules(book, above)
    path = _path(book, above, kept)
    known = recall(book, above, kept)
    if known is not None:
        return known
    compiled = compile_rules(book, above)
    body = json.dumps([[asdict(r) for r in book.rules], [asdict(q) for q in compiled[0]], compiled[1]])
    write_atomically(path, f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}")
    return compiled


def _path(book: RuleBook, above: dict[str, set[str]], kept: Path) -> Path:
    classes = json.dumps({name: sorted(higher) for name, higher in above.items()}, sort_keys=True)
    digest = hashlib.sha256("\n".join([*book.digest_parts, classes, engine_digest()]).encode()).hexdigest()
    return kept / f"rules-{digest}.json"


def recall(book: RuleBook, above: dict[str, set[str]], kept: Path) -> _Compiled | None:
    """Give a book the rules that were kept, and return the compiled ones; None where there are none or damaged ones."""
    try:
        mark, _, body = _path(book, above, kept).read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if mark != hashlib.sha256(body.encode()).hexdigest():
        return None
    rules, queries, targets = json.loads(body)
    book.rules = [Rule(**{**rule, "targets": _pairs(rule["targets"])}) for rule in rules]
    return [Query(**query) for query in queries], [_pairs(each) for each in targets]


def _pairs(listed: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, iri) for kind, iri in listed)


class Evaluation:
    """The compiled rules of a root, and a store with what every plan is read with."""

    def __init__(self, book: RuleBook, corpus: Corpus, kept: Path | None = None) -> None:
        """Compile the rules.

        :param kept: folder in which the compiled rules are kept; None keeps none.
        :raises RulesError: for a rule that is not compiled.
        """
        self._book = book
        self._corpus = corpus
        self._above = superclasses(corpus.shared)
        self._queries, self._targets = _compiled(book, self._above, kept)
        self._store = ox.Store()
        self._store.extend([ox.Quad(t.subject, t.predicate, t.object) for d in corpus.shared for t in d.triples])

    def validate(self, documents: Sequence[Document]) -> tuple[list[Finding], dict[str, int]]:
        """Check documents together: one plan or report, or several shared documents.

        :returns: the findings about nodes that the documents describe, and for each rule how many of these nodes it
            looked at.
        """
        beside = [*self._corpus.shared, *(plan for d in documents for plan in self._corpus.context(d))]
        focus = Focus(documents, beside, self._above)
        known = {d.path for d in self._corpus.shared}
        own = {d.path: d for d in [*beside, *documents] if d.path not in known}
        added = [ox.Quad(t.subject, t.predicate, t.object) for d in own.values() for t in d.triples]
        added = [quad for quad in dict.fromkeys(added) if quad not in self._store]
        marks = [
            ox.Quad(node, _TYPE, ox.NamedNode(f"{FOCUS}:{number}"), _FOCUS_GRAPH)
            for number, targets in enumerate(self._targets)
            for node in focus.nodes(targets)
        ]
        self._store.extend(added)
        self._store.extend(marks)
        try:
            results = [
                result
                for query in self._queries
                if focus.nodes(self._targets[query.target])
                for result in self._run(query)
            ]
        finally:
            for quad in added:
                self._store.remove(quad)
            self._store.clear_graph(_FOCUS_GRAPH)
        teller = Teller(self._book.rules, focus, [*documents, *beside], self._corpus)
        return teller.findings(results), focus.counts(self._book.rules)

    def _run(self, query: Query) -> list[Result]:
        try:
            solutions = self._store.query(query.text)
        except SyntaxError as error:
            name = f"{self._book.place(PREFIXES['dxsh'] + query.rule)}{shorten(PREFIXES['dxsh'] + query.rule)}"
            raise RulesError(
                f"{name}: Oxigraph は sh:select を読めません（{error.msg}）。問合せを直してください。",
                f"{name}: Oxigraph cannot read its sh:select ({error.msg}). Mend the query.",
            ) from None
        assert isinstance(solutions, ox.QuerySolutions)
        names = [variable.value for variable in solutions.variables]
        found = []
        for row in solutions:
            bindings = {name: row[name] for name in names if row[name] is not None}
            path = bindings.get("path")
            found.append(
                Result(
                    rule=query.rule,
                    focus=bindings["this"],
                    path=path.value if isinstance(path, ox.NamedNode) else query.path,
                    value=bindings.get("value"),
                    bindings=bindings,
                )
            )
        return found
