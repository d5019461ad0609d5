"""What all plans share: topics, stages, national items, indicators and lists, as the reference data has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dxplan.documents import FOLDERS, SHARED, read
from dxplan.iris import PREFIXES
from nation.papers import Names, Node, Text, Value, dx, nodes_of, short

__all__ = ["Reference", "read_reference"]

_MATCHES = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch")


@dataclass
class Reference:
    """The nodes of ontology, reference data and national plans, and what is looked up in them."""

    nodes: dict[str, Node] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[str]:
        """Return the nodes of a class of ours, in the order in which they are written."""
        return self._by_kind[dx(kind)]

    @cached_property
    def _by_kind(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for iri, node in self.nodes.items():
            for kind in node.get("a", ()):
                found[str(kind)].append(iri)
        return found

    @cached_property
    def names(self) -> dict[str, Names]:
        """What each thing is called in both languages."""
        found = {}
        for iri, node in self.nodes.items():
            spoken = {t.lang: t.value for t in _texts(node, "rdfs:label", "skos:prefLabel")}
            if {"ja", "en"} <= set(spoken):
                found[iri] = Names(spoken["ja"], spoken["en"])
        return found

    @cached_property
    def spellings(self) -> dict[str, list[Text]]:
        """Every label and alternative label of a topic."""
        return {t: _texts(self.nodes[t], "skos:prefLabel", "skos:altLabel") for t in self.of_kind("Topic")}

    @cached_property
    def above(self) -> dict[str, frozenset[str]]:
        """Every topic, with itself and all broader ones."""
        found: dict[str, frozenset[str]] = {}
        for topic in self.of_kind("Topic"):
            seen, todo = {topic}, [topic]
            while todo:
                for broader in self.nodes[todo.pop()].get("skos:broader", ()):
                    if broader not in seen:
                        seen.add(str(broader))
                        todo.append(str(broader))
            found[topic] = frozenset(seen)
        return found

    @cached_property
    def named(self) -> dict[Text, list[str]]:
        """The topics that each label and alternative label is a name of."""
        found: dict[Text, list[str]] = defaultdict(list)
        for topic, names in self.spellings.items():
            for name in names:
                found[name].append(topic)
        return found

    @cached_property
    def years(self) -> dict[str, int]:
        """The Western year of each fiscal year."""
        return {iri: _int(self.nodes[iri], "dx:year") for iri in self.of_kind("FiscalYear")}

    @cached_property
    def positions(self) -> dict[str, int]:
        """The place of everything that has one in its list: stages, national items, procedures and the like."""
        return {iri: _int(node, "schema:position") for iri, node in self.nodes.items() if "schema:position" in node}

    @cached_property
    def versions(self) -> dict[str, list[str]]:
        """The items of each version of the national plan, in its order."""
        found: dict[str, list[str]] = {version: [] for version in self.of_kind("NationalPlan")}
        for item in self.of_kind("NationalItem"):
            found[self.version_of(item)].append(item)
        return {version: sorted(items, key=self.positions.__getitem__) for version, items in found.items()}

    def version_of(self, item: str) -> str:
        """Return the version that a national item belongs to."""
        return str(self.nodes[item]["skos:inScheme"][0])

    @cached_property
    def deadlines(self) -> dict[str, int]:
        """The fiscal year by which a national item is to be finished."""
        return {i: self.years[str(self.nodes[i]["dx:deadline"][0])] for i in self.of_kind("NationalItem")
                if "dx:deadline" in self.nodes[i]}  # fmt: skip

    @cached_property
    def matches(self) -> dict[str, set[str]]:
        """Each national item with itself and those of other versions that it is mapped to, in either direction."""
        found = {item: {item} for item in self.of_kind("NationalItem")}
        for item in found:
            for match in _MATCHES:
                for other in self.nodes[item].get(match, ()):
                    found[item].add(str(other))
                    found[str(other)].add(item)
        return found

    def is_lower_better(self, indicator: str) -> bool:
        """Tell whether an indicator is the better the lower it is."""
        return Text("true", "", "xsd:boolean") in self.nodes[indicator].get("dx:lowerIsBetter", ())

    @cached_property
    def superclasses(self) -> dict[str, frozenset[str]]:
        """Every class of ours with itself and all classes above it."""
        direct = {iri: node.get("rdfs:subClassOf", []) for iri, node in self.nodes.items()}
        found = {}
        for name in self._by_kind[PREFIXES["owl"] + "Class"]:
            seen: set[str] = set()
            todo: list[Value] = [name]
            while todo:
                each = str(todo.pop())
                if each not in seen:
                    seen.add(each)
                    todo += direct.get(each, [])
            found[name] = frozenset(seen)
        return found

    @cached_property
    def domains(self) -> dict[str, list[str]]:
        """The classes of ours whose nodes each property stands on, by its prefixed name."""
        return self._sides("rdfs:domain")

    @cached_property
    def ranges(self) -> dict[str, list[str]]:
        """The classes of ours that the values of each property are of, by its prefixed name."""
        return self._sides("rdfs:range")

    def _sides(self, side: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        properties = {iri: [iri, *map(str, node.get("rdfs:subPropertyOf", ()))] for iri, node in self.nodes.items()}
        for iri, higher in properties.items():
            for each in higher:
                for kind in self.nodes.get(each, {}).get(side, ()):
                    if kind in self.superclasses:
                        found[short(iri)].append(str(kind))
        return found


def _texts(node: Node, *predicates: str) -> list[Text]:
    return [value for predicate in predicates for value in node.get(predicate, ()) if isinstance(value, Text)]


def _int(node: Node, predicate: str) -> int:
    value = node[predicate][0]
    assert isinstance(value, Text)
    return int(value.value)


def read_reference(root: Path) -> Reference:
    """Read what the plans of a root share; a node of several files is put together."""
    return Reference(_together(path for folder in SHARED for path in sorted((root / FOLDERS[folder]).glob("*.ttl"))))


def _together(paths: Iterable[Path]) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for path in paths:
        for iri, node in nodes_of(read(path)).items():
            known = nodes.setdefault(iri, {})
            for predicate, values in node.items():
                known.setdefault(predicate, []).extend(values)
    return nodes
