"""Which nodes a rule looks at: of those that given documents describe, the ones that SHACL's targets name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from dxplan.checking.rules import Rule
from dxplan.documents import Document
from dxplan.iris import PREFIXES

__all__ = ["Focus", "Node", "Shared", "superclasses"]

Node = ox.NamedNode | ox.BlankNode

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")


def superclasses(documents: Iterable[Document]) -> dict[str, set[str]]:
    """Return for every class of an ontology the classes above it, itself among them."""
    direct: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for t in document.triples:
            if t.predicate == _SUBCLASS and isinstance(t.object, ox.NamedNode):
                direct[t.subject.value].add(t.object.value)  # type: ignore[union-attr]
    above = {}
    for name in list(direct):
        seen, todo = {name}, [name]
        while todo:
            for higher in direct.get(todo.pop(), ()):
                if higher not in seen:
                    seen.add(higher)
                    todo.append(higher)
        above[name] = seen
    return above


class Shared:
    """What all plans are read with, by the nodes that it speaks of."""

    def __init__(self, documents: Iterable[Document], above: dict[str, set[str]]) -> None:
        """Look at documents once.

        :param above: the classes above each class, as :func:`superclasses` tells.
        """
        self.above = above
        self.types: dict[Node, set[str]] = defaultdict(set)
        self.subjects: dict[Node, set[str]] = defaultdict(set)
        self.objects: dict[Node, set[str]] = defaultdict(set)
        for document in documents:
            for t in document.triples:
                self.subjects[t.subject].add(t.predicate.value)  # type: ignore[index]
                if isinstance(t.object, ox.NamedNode | ox.BlankNode):
                    self.objects[t.object].add(t.predicate.value)
                if t.predicate == _TYPE:
                    self.types[t.subject] |= above.get(t.object.value, {t.object.value})  # type: ignore[index, union-attr]


class Focus:
    """The focus nodes of some documents, by target.

    Only nodes that these documents themselves describe count: what stands beside them is checked by itself.
    """

    def __init__(self, documents: Sequence[Document], beside: Iterable[Document], shared: Shared) -> None:
        """Find the nodes.

        :param documents: the documents to check.
        :param beside: plans that they are read with.
        """
        self.home: dict[Node, Document] = {}
        for document in documents:
            for t in document.triples:
                self.home.setdefault(t.subject, document)  # type: ignore[arg-type]
        self._of_class: dict[str, set[Node]] = defaultdict(set)
        self._subjects: dict[str, set[Node]] = defaultdict(set)
        self._objects: dict[str, set[Node]] = defaultdict(set)
        read = Shared({d.path: d for d in [*beside, *documents]}.values(), shared.above)
        for node in self.home:
            for known, found in (("types", self._of_class), ("subjects", self._subjects), ("objects", self._objects)):
                for each in (read, shared):
                    for name in getattr(each, known).get(node, ()):
                        found[name].add(node)
        self._by_targets: dict[tuple[tuple[str, str], ...], set[Node]] = {}

    def nodes(self, targets: tuple[tuple[str, str], ...]) -> set[Node]:
        """Return the nodes that any of the given targets names."""
        known = self._by_targets.get(targets)
        if known is None:
            known = self._by_targets[targets] = set().union(*(self._one(kind, iri) for kind, iri in targets))
        return known

    def _one(self, kind: str, iri: str) -> set[Node]:
        if kind == "targetNode":
            return {node for node in self.home if node == ox.NamedNode(iri)}
        tables = {
            "targetClass": self._of_class,
            "targetSubjectsOf": self._subjects,
            "targetObjectsOf": self._objects,
        }
        return tables[kind].get(iri, set())

    def counts(self, rules: Iterable[Rule]) -> dict[str, int]:
        """Return for each rule how many nodes it looks at."""
        return {rule.id: len(self.nodes(rule.targets)) for rule in rules}
