"""The OWL axioms of ``ontology/`` as tables, so that what follows from a statement is looked up by its predicate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from dxplan.documents import Document
from dxplan.errors import RulesError
from dxplan.iris import PREFIXES

__all__ = ["TYPE", "Axioms", "Effect", "read_axioms"]

_OWL, _RDFS, _RDF = (PREFIXES[p] for p in ("owl", "rdfs", "rdf"))
TYPE = f"<{_RDF}type>"

# Predicates of the OWL namespace that call for no rule here, and why.
_WITHOUT_CONSEQUENCE = {
    _OWL + "versionInfo",  # annotation
    _OWL + "versionIRI",
    _OWL + "imports",
    _OWL + "disjointWith",  # leads to contradictions only; the check finds those
}
_TYPES_WITHOUT_CONSEQUENCE = {
    _OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology")
}
_Table = dict[str, tuple[str, ...]]


class Effect(NamedTuple):
    """What a statement of one predicate calls for, as :class:`Axioms` tells."""

    superproperties: tuple[str, ...]
    inverses: tuple[str, ...]
    domains: tuple[str, ...]
    ranges: tuple[str, ...]


@dataclass(frozen=True)
class Axioms:
    """What an ontology says of its classes and properties, each table closed; IRIs as N-Triples writes them.

    Each is named with the entailment rule of
    https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules that it stands for.

    :param superproperties: prp-spo1.
    :param inverses: prp-inv1, prp-inv2; a symmetric property is its own inverse (prp-symp).
    :param domains: prp-dom, with the classes above (cax-sco).
    :param ranges: prp-rng, with the classes above; no datatypes.
    :param superclasses: cax-sco.
    :param transitive: prp-trp.
    :param chains: prp-spo2: the property, and the steps that lead to it.
    """

    superproperties: _Table
    inverses: _Table
    domains: _Table
    ranges: _Table
    superclasses: _Table
    transitive: frozenset[str]
    chains: tuple[tuple[str, tuple[str, ...]], ...]

    @cached_property
    def joined(self) -> frozenset[str]:
        """The predicates of which two statements yield another."""
        return self.transitive.union(*(steps for _, steps in self.chains))

    @cached_property
    def effects(self) -> dict[str, Effect]:
        """By predicate; most predicates call for nothing and are not there."""
        tables = (self.superproperties, self.inverses, self.domains, self.ranges)
        return {name: Effect(*(table.get(name, ()) for table in tables)) for name in self.joined.union(*tables)}


def _above(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return for each lower name all that are above it, without itself."""
    direct: dict[str, set[str]] = defaultdict(set)
    for low, high in pairs:
        direct[low].add(high)
    above = {}
    for low in list(direct):
        todo, seen = list(direct[low]), set[str]()
        while todo:
            high = todo.pop()
            if high not in seen:
                seen.add(high)
                todo += direct.get(high, ())
        above[low] = seen - {low}
    return above


def _table(rows: dict[str, set[str]]) -> _Table:
    return {f"<{name}>": tuple(f"<{each}>" for each in sorted(found)) for name, found in sorted(rows.items()) if found}


def read_axioms(ontology: Sequence[Document]) -> Axioms:
    """Read the axioms of an ontology.

    :raises RulesError: for an axiom of OWL that the inference does not know, so that none is silently without effect.
    """
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    types: dict[str, list[str]] = defaultdict(list)
    links: dict[tuple[object, str], object] = {}
    chains: list[tuple[str, object]] = []
    for t in (t for document in ontology for t in document.triples):
        predicate = t.predicate.value
        if predicate in (_RDF + "first", _RDF + "rest"):
            links[t.subject, predicate] = t.object
        if not isinstance(t.subject, ox.NamedNode):
            continue
        if predicate == _RDF + "type" and isinstance(t.object, ox.NamedNode):
            types[t.object.value].append(t.subject.value)
        elif predicate == _OWL + "propertyChainAxiom":
            chains.append((t.subject.value, t.object))
        elif isinstance(t.object, ox.NamedNode):
            pairs[predicate].append((t.subject.value, t.object.value))
        elif predicate.startswith(_OWL) and predicate not in _WITHOUT_CONSEQUENCE:
            raise _unknown(predicate)
    _refuse_unknown(pairs, types)

    def both(name: str) -> list[tuple[str, str]]:
        return [p for pair in pairs[name] for p in (pair, pair[::-1])]

    classes = _above([*pairs[_RDFS + "subClassOf"], *both(_OWL + "equivalentClass")])

    def with_superclasses(rows: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for name, of_class in rows:
            found[name] |= {of_class, *classes.get(of_class, ())}
        return found

    inverses: dict[str, set[str]] = defaultdict(set)
    for one, other in [*both(_OWL + "inverseOf"), *((p, p) for p in types[_OWL + "SymmetricProperty"])]:
        inverses[one].add(other)
    ranges = [(p, c) for p, c in pairs[_RDFS + "range"] if not c.startswith((PREFIXES["xsd"], _RDF))]
    return Axioms(
        superproperties=_table(_above([*pairs[_RDFS + "subPropertyOf"], *both(_OWL + "equivalentProperty")])),
        inverses=_table(inverses),
        domains=_table(with_superclasses(pairs[_RDFS + "domain"])),
        ranges=_table(with_superclasses(ranges)),
        superclasses=_table(classes),
        transitive=frozenset(f"<{name}>" for name in types[_OWL + "TransitiveProperty"]),
        chains=tuple((f"<{name}>", _steps(cell, links)) for name, cell in sorted(chains, key=lambda c: c[0])),
    )


def _steps(cell: object, links: dict[tuple[object, str], object]) -> tuple[str, ...]:
    """Return the members of an RDF list."""
    steps = []
    while cell != ox.NamedNode(_RDF + "nil"):
        steps.append(str(links[cell, _RDF + "first"]))
        cell = links[cell, _RDF + "rest"]
    return tuple(steps)


def _refuse_unknown(predicates: Iterable[str], types: Iterable[str]) -> None:
    known = {_OWL + "inverseOf", _OWL + "equivalentClass", _OWL + "equivalentProperty", *_WITHOUT_CONSEQUENCE}
    meaningful = {_OWL + "TransitiveProperty", _OWL + "SymmetricProperty", *_TYPES_WITHOUT_CONSEQUENCE}
    for names, allowed in ((predicates, known), (types, meaningful)):
        for name in names:
            if name.startswith(_OWL) and name not in allowed:
                raise _unknown(name)


def _unknown(term: str) -> RulesError:
    return RulesError(
        f"ontology/: {term} は推論に対応していません。公理を除くか、inferring/ に規則を加えてください。",
        f"ontology/: {term} is not supported by the inference. Remove the axiom, or add its rule to inferring/.",
    )
