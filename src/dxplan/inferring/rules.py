"""What OWL cannot say: the ``sh:SPARQLRule``s of ``shapes/``, compiled so that each runs once for all its nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from dxplan.documents import Document
from dxplan.errors import RulesError
from dxplan.iris import DX, PREFIXES

__all__ = ["Rule", "compile_rules"]

_RULES = (
    "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?rule ?construct ?target ?order WHERE { "
    "?shape sh:rule ?rule ; sh:targetClass ?target . ?rule a sh:SPARQLRule ; sh:construct ?construct . "
    "OPTIONAL { ?rule sh:order ?order } }"
)


@dataclass(frozen=True)
class Rule:
    """One rule.

    :param name: the IRI of the rule.
    :param construct: its query over all nodes that it is about.
    :param names: the IRIs that its query names, as N-Triples writes them; None where it asks for any predicate.
    :param of_city: whether it is about municipalities, so that it is run on all documents of a city together.
    """

    name: str
    construct: str
    names: frozenset[str] | None
    of_city: bool

    @staticmethod
    def to_bytes(rules: Sequence[Rule]) -> bytes:
        """Return rules as they are kept."""
        told = [
            (rule.name, rule.construct, None if rule.names is None else sorted(rule.names), rule.of_city)
            for rule in rules
        ]
        return json.dumps(told).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> tuple[Rule, ...]:
        """Return rules from what was kept."""
        rows = json.loads(kept)
        return tuple(cls(name, text, None if read is None else frozenset(read), own) for name, text, read, own in rows)


def compile_rules(shapes: Sequence[Document]) -> tuple[Rule, ...]:
    """Compile the rules of the shapes, in ``sh:order``.

    The variable ``$this`` ranges over the instances of the shape's target class, which are found in one query instead
    of one query a node.

    :raises RulesError: for a rule that is not SPARQL, or without a WHERE.
    """
    store = ox.Store()
    store.extend([quad for document in shapes for quad in document.quads()])
    found = []
    for row in store.query(_RULES, use_default_graph_as_union=True):  # type: ignore[union-attr]
        name = row["rule"].value
        text = row["construct"].value.replace("$this", "?this")
        target = f"{{ ?this a <{row['target'].value}> }}"
        head, where, body = re.split(r"(WHERE\s*\{)", text, maxsplit=1) if "WHERE" in text else (text, "", "")
        if not where:
            raise RulesError(
                f"{name}: sh:construct に WHERE {{ がありません。", f"{name}: sh:construct has no WHERE {{."
            )
        # It is read once for each plan, and to read the declarations of all prefixes takes as long as the rest.
        named = {prefix: iri for prefix, iri in PREFIXES.items() if re.search(rf"(?<![\w-]){prefix}:", text)}
        prologue = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in named.items())
        order = float(row["order"].value) if row["order"] is not None else 0.0
        construct = f"{prologue}\n{head}{where} {target}{body}"
        try:
            ox.Store().query(construct)
        except SyntaxError as error:
            raise RulesError(
                f"{name}: SPARQL として読めません（{error.msg}）。sh:construct を直してください。",
                f"{name}: not SPARQL ({error.msg}). Mend its sh:construct.",
            ) from None
        of_city = row["target"].value == DX + "Municipality"
        found.append((order, name, Rule(name, construct, _names(construct), of_city)))
    return tuple(rule for _, _, rule in sorted(found, key=lambda each: each[:2]))


@cache  # rdflib takes a twentieth of a second to read a query
def _names(construct: str) -> frozenset[str] | None:
    """Return the IRIs that the pattern of a query names, or None where it asks for any predicate or any class."""
    # These take time to load, which rules that are known need not.
    import rdflib
    from rdflib.paths import NegatedPath, Path
    from rdflib.plugins.sparql import prepareQuery
    from rdflib.plugins.sparql.parserutils import CompValue

    names: set[str] = set()

    def walk(node: object) -> bool:
        if isinstance(node, rdflib.URIRef):
            names.add(node.n3())
        if isinstance(node, CompValue):
            for s, p, o in node["triples"] if node.name == "BGP" else ():
                if isinstance(p, rdflib.Variable) or (p == rdflib.RDF.type and isinstance(o, rdflib.Variable)):
                    return False
                names.update(part.n3() for part in (s, o) if isinstance(part, rdflib.URIRef))
                if not walk(p):
                    return False
            return all(walk(value) for value in node.values())
        if isinstance(node, Path):
            # A path that walks anything but some predicates may walk them all.
            return not isinstance(node, NegatedPath) and all(walk(part) for part in vars(node).values())
        if isinstance(node, dict):
            return all(walk(value) for value in node.values())
        if isinstance(node, list | tuple | set):
            return all(walk(value) for value in node)
        return True

    return frozenset(names) if walk(prepareQuery(construct).algebra["p"]) else None  # its pattern, not what it makes
