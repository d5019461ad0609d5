"""One edition of a plan as a reader sees it: its nodes, what kind each is, what it is called and what it hangs on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox
from rdflib.compare import to_canonical_graph

from dxplan.documents import Document
from dxplan.errors import UsageError
from dxplan.folding import fold
from dxplan.iris import DX, PREFIXES, expand, make, shorten, split
from dxplan.rdflib_terms import to_rdflib

__all__ = ["ELEMENTS", "KINDS", "Edition", "Names", "Subject", "Term", "Texts", "dx"]

Subject = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal
#: One text for each language, ``ja`` and ``en``.
Texts = dict[str, str]

#: Kinds of node that make up the structure of a plan, from the top down.
ELEMENTS = ("Element", "Policy", "Measure", "Item", "Action", "Project")
#: All kinds that are told apart, in the order in which they are compared: what others hang on comes first. The empty
#: kind is that of any other node.
KINDS = (
    "Plan", *ELEMENTS, "Division", "Glossary", "Term", "Goal", "Phase", "ListEntry", "Figure", "Deployment",
    "Mention", "ProgressStatus", "Erratum", "Document", "Organization", "",
)  # fmt: skip


def dx(name: str) -> ox.NamedNode:
    """Return a class or property of our vocabulary."""
    return ox.NamedNode(DX + name)


#: Properties by which a node hangs on another: without the other it has nothing to say.
OWNERS = (
    *map(dx, ("partOf", "phaseOf", "goalOf", "entryOf", "statusOf", "about", "mentionedIn")),
    ox.NamedNode(PREFIXES["skos"] + "inScheme"),
)
LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
PREF_LABEL = ox.NamedNode(PREFIXES["skos"] + "prefLabel")
_ALT_LABEL = ox.NamedNode(PREFIXES["skos"] + "altLabel")
NOTATION = ox.NamedNode(PREFIXES["skos"] + "notation")
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_TYPES: dict[Term, str] = {
    **{dx(kind): kind for kind in KINDS if kind not in ("", "Organization")},
    ox.NamedNode(PREFIXES["org"] + "Organization"): "Organization",
}

# What readers know the properties of other vocabularies by; those of ours are named by the ontology.
_FOREIGN = {
    "rdf:type": ("種類", "kind"),
    "rdfs:label": ("名称", "name"),
    "skos:prefLabel": ("見出し語", "headword"),
    "skos:altLabel": ("別の名称", "other name"),
    "skos:notation": ("番号", "number"),
    "skos:definition": ("定義", "definition"),
    "skos:inScheme": ("用語集", "glossary"),
    "skos:exactMatch": ("同じ意味の語", "same meaning as"),
    "skos:closeMatch": ("近い意味の語", "close in meaning to"),
    "schema:position": ("順番", "position"),
    "rdfs:comment": ("備考", "comment"),
    "dct:description": ("内容", "description"),
    "dct:source": ("典拠", "source"),
    "dct:issued": ("策定日", "date of issue"),
    "dct:modified": ("改定日", "date of revision"),
    "dct:date": ("日付", "date"),
    "dct:contributor": ("協力者", "contributor"),
    "dct:publisher": ("発行者", "publisher"),
    "org:unitOf": ("所属", "unit of"),
    "org:linkedTo": ("関係する組織", "linked to"),
    "org:subOrganizationOf": ("上位の組織", "part of the organisation"),
    "prov:wasDerivedFrom": ("もとにした資料", "derived from"),
}


class Names:
    """What things are called: in each edition first, then in what all plans are read with."""

    def __init__(self, shared: Iterable[Document]) -> None:
        self._labels: dict[str, Texts] = {}
        for short, (ja, en) in _FOREIGN.items():
            self._labels[expand(short)] = {"ja": ja, "en": en}
        for document in shared:
            self._labels.update(_labels(document.triples))

    def of(self, term: Term, edition: Edition | None = None) -> Texts:
        """Return the text of a term: a label, the text of a literal, else a prefixed name."""
        if isinstance(term, ox.Literal):
            return dict.fromkeys(("ja", "en"), term.value)
        if isinstance(term, ox.BlankNode):
            return self._inside(term, edition)
        label = (edition.labels.get(term.value) if edition else None) or self._labels.get(term.value)
        return both(label or {}, shorten(term.value))

    def _inside(self, node: Term, edition: Edition | None, depth: int = 3) -> Texts:
        said = edition.about.get(node, {}) if edition and depth and isinstance(node, ox.BlankNode) else {}
        parts: list[Texts] = []
        for predicate, values in sorted(said.items(), key=lambda pair: pair[0].value):
            for value in sorted(values, key=str):
                nested = isinstance(value, ox.BlankNode)
                text = self._inside(value, edition, depth - 1) if nested else self.of(value, edition)
                name = self.of(predicate)
                parts.append({lang: f"{name[lang]} {text[lang]}" for lang in ("ja", "en")})
        return {lang: "[" + "; ".join(part[lang] for part in parts) + "]" for lang in ("ja", "en")}


def both(texts: Texts, otherwise: str = "") -> Texts:
    """Return texts with both languages filled: by the other language where one is missing."""
    some = texts.get("ja") or texts.get("en") or next(iter(texts.values()), otherwise)
    return {"ja": texts.get("ja") or some, "en": texts.get("en") or some}


def _labels(triples: Iterable[ox.Triple]) -> dict[str, Texts]:
    found: dict[str, Texts] = {}
    for t in triples:
        if t.predicate not in (LABEL, PREF_LABEL):
            continue
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.Literal):
            found.setdefault(t.subject.value, {}).setdefault(t.object.language or "", t.object.value)
    return found


def _grounded(triples: tuple[ox.Triple, ...]) -> list[ox.Triple]:
    """Name blank nodes after what is said of them, so that the same blank node has the same name in both editions."""
    loose = [t for t in triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]
    if not loose:
        return list(triples)
    named = to_canonical_graph(to_rdflib(loose)).serialize(format="nt")
    kept = set(loose)
    parsed = ox.parse(named, format=ox.RdfFormat.N_TRIPLES)
    return [t for t in triples if t not in kept] + [ox.Triple(q.subject, q.predicate, q.object) for q in parsed]


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of a plan.

    :param document: the file, read as a plan.
    :param name: the file as the user is told of it.
    """

    document: Document
    name: str

    @classmethod
    def of(cls, document: Document, name: str) -> Edition:
        """Return the edition that a file holds.

        :raises UsageError: when the file does not describe the plan that it is named after.
        """
        edition = cls(document, name)
        if edition.kind(edition.plan) == "Plan":
            return edition
        whole = [n for n, said in edition.about.items() if edition.kind(n) == "Plan" and dx("transcription") in said]
        held = sorted(n.value for n in whole)
        keys = [known[1] for known in map(split, held) if known]
        ja = f"「{keys[0]}.ttl」という名前にして" if keys else "計画のTurtleファイルを指定して"
        en = f"Name it {keys[0]}.ttl" if keys else "Name a Turtle file of a plan"
        plan = shorten(edition.plan.value)
        raise UsageError(
            f"{name}: 計画 {plan} を dx:Plan として述べていないので比べられません。{ja}ください。",
            f"{name}: does not describe {plan} as a dx:Plan, so it cannot be compared. {en}.",
        )

    @property
    def key(self) -> str:
        """The key of the plan."""
        return self.document.key

    @property
    def plan(self) -> ox.NamedNode:
        """The plan itself."""
        return ox.NamedNode(self.document.graph)

    @cached_property
    def about(self) -> dict[Subject, dict[ox.NamedNode, list[Term]]]:
        """What the file says of each node, in the order of its lines."""
        found: dict[Subject, dict[ox.NamedNode, list[Term]]] = {}
        for t in _grounded(self.document.triples):
            # Turtle has no triple as a subject; one as an object is compared as it is written.
            value = ox.Literal(str(t.object)) if isinstance(t.object, ox.Triple) else t.object
            if isinstance(t.subject, Subject):
                values = found.setdefault(t.subject, {}).setdefault(t.predicate, [])
                if value not in values:
                    values.append(value)
        return found

    @cached_property
    def mentioned(self) -> frozenset[Term]:
        """Every node that stands anywhere in the file."""
        return frozenset(self.about) | {o for said in self.about.values() for values in said.values() for o in values}

    @cached_property
    def labels(self) -> dict[str, Texts]:
        """The label of each node that the file names, by IRI and language."""
        return _labels(self.document.triples)

    @cached_property
    def _pointing(self) -> dict[Term, list[Subject]]:
        found: dict[Term, list[Subject]] = defaultdict(list)
        for node, said in self.about.items():
            for value in {v for values in said.values() for v in values if isinstance(v, ox.BlankNode)}:
                found[value].append(node)
        return found

    @cached_property
    def _kinds(self) -> dict[Subject, str]:
        return {
            node: min((_TYPES[t] for t in said.get(_TYPE, []) if t in _TYPES), key=KINDS.index, default="")
            for node, said in self.about.items()
        }

    @cached_property
    def order(self) -> dict[Subject, int]:
        """Where each node stands in the order of the file."""
        return {node: number for number, node in enumerate(self.about)}

    def values(self, node: Subject, *predicates: ox.NamedNode) -> list[Term]:
        """Return what the file says of a node by any of some properties."""
        said = self.about.get(node, {})
        return [value for predicate in predicates for value in said.get(predicate, [])]

    def text(self, node: Subject, predicate: ox.NamedNode) -> str:
        """Return the one value of a property as text; empty where there is none."""
        return next((v.value for v in self.values(node, predicate)), "")

    def kind(self, node: Subject) -> str:
        """Return the kind of a node, one of :data:`KINDS`."""
        return self._kinds.get(node, "")

    def title(self, node: Subject) -> str:
        """Return the folded name of a node, the Japanese one where there are several."""
        return fold(both(self.labels.get(node.value, {}))["ja"])

    def titles(self, node: Subject) -> set[str]:
        """Return every folded title that is printed for a node."""
        others = self.values(node, dx("printedTitle"), _ALT_LABEL)
        return {self.title(node), *(fold(v.value) for v in others)} - {""}

    def owners(self, node: Subject) -> list[Subject]:
        """Return what a node hangs on: elements, the plan, a glossary; for a blank node, what points at it."""
        if isinstance(node, ox.BlankNode):
            return self._pointing[node]
        return [v for v in self.values(node, *OWNERS) if not isinstance(v, ox.Literal)]

    def home(self, node: Subject) -> Subject:
        """Return the element that a node belongs to; the node itself when it belongs to none."""
        seen: set[Subject] = set()
        here = node
        while self.kind(here) not in (*ELEMENTS, "Plan", "Term", "Division") and here not in seen:
            seen.add(here)
            here = next((owner for owner in self.owners(here) if owner in self.about), here)
        return here if self.kind(here) else node

    def line(self, node: Subject, predicate: ox.NamedNode | None = None, value: Term | None = None) -> int:
        """Return the line of a statement, else that of its node, else 1."""
        if isinstance(node, ox.BlankNode):
            return min((self.line(o) for o in self._pointing[node] if isinstance(o, ox.NamedNode)), default=1)
        return (self.document.lines.find(node, predicate, value) or (1, 1))[0]

    def tail(self, node: Term) -> str | None:
        """Return the part of an IRI after the key of the plan; None for IRIs that do not carry that key."""
        known = split(node.value) if isinstance(node, ox.NamedNode) else None
        if known is None or not (known[1] == self.key or known[1].startswith(self.key + "-")):
            return None
        return known[1][len(self.key) :]

    def in_place(self, node: Term, other: Edition, tail: str | None = None) -> Term:
        """Return the node that would stand in another edition's file for one of this, by key and the given tail."""
        own, known = self.tail(node), split(node.value)
        if own is None or known is None:
            return node
        return ox.NamedNode(make(known[0], other.key + (own if tail is None else tail)))
