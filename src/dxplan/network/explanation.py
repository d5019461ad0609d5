"""Why two things are connected, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

import networkx as nx
import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings, Term
from dxplan.asking.parameters import Parameter, choice
from dxplan.asking.sources import Source
from dxplan.errors import UsageError
from dxplan.iris import DX, PREFIXES, make, shorten
from dxplan.network.graphs import texts, whole
from dxplan.network.paths import Explanations, Statement, explanations, follows, grounds
from dxplan.network.results import Result, counted, integer, named
from dxplan.network.sentences import FOREIGN, sentence

__all__ = ["ALL", "END", "LIMIT", "START", "run"]

#: So many explanations are shown at most.
LIMIT = 20

_ANY = f"SELECT DISTINCT ?value WHERE {{ ?value <{PREFIXES['rdfs']}label> ?label }}"
START = Parameter("from", ox.NamedNode(make("action", "08236-2022-16-1")), {"ja": "何が", "en": "from what"}, _ANY)
END = Parameter("to", ox.NamedNode(make("national", "1.0-3")), {"ja": "何と", "en": "to what"}, _ANY)
ALL = choice(
    "all",
    (False, True),
    {
        "ja": f"同じ短さの説明をすべて見せる（{LIMIT}まで）",
        "en": f"show all explanations that are equally short, up to {LIMIT}",
    },
)
_COLUMNS = {
    "path": {"ja": "説明", "en": "explanation"},
    "step": {"ja": "段", "en": "step"},
    "from": {"ja": "どれから", "en": "from"},
    "property": {"ja": "関係", "en": "relation"},
    "direction": {"ja": "向き", "en": "direction"},
    "to": {"ja": "どれへ", "en": "to"},
    "ground": {"ja": "拠り所", "en": "ground"},
    "document": {"ja": "文書", "en": "document"},
    "locator": {"ja": "箇所", "en": "place"},
}
_WORDS = {
    "printed": {"ja": "印刷", "en": "printed"},
    "read": {"ja": "こちらの読み", "en": "our reading"},
    "reference": {"ja": "共通データ", "en": "reference data"},
    "inferred": {"ja": "推論", "en": "inferred"},
    "forward": {"ja": "順", "en": "forward"},
    "backward": {"ja": "逆", "en": "backward"},
}
_Path = list[tuple[str, Statement, str]]


def run(source: Source, values: Mapping[str, ox.NamedNode | ox.Literal], lang: str) -> Result:
    """Explain how ``from`` and ``to`` are connected; ``all`` shows every explanation that is equally short.

    The whole graph is read, so the time grows with the number of statements.

    :raises UsageError: when both are the same.
    """
    one, other = values["from"].value, values["to"].value
    if one == other:
        raise UsageError(
            f"{shorten(one)}: 二つの異なるものを指定してください。", f"{shorten(one)}: name two different things."
        )
    graph = whole(source)
    for iri in {one, other} - set(graph):
        graph.add_node(iri, kind="", label_ja=shorten(iri), label_en=shorten(iri))
    found = explanations(graph, one, other, grounds(source), _reconstructed(source))
    shown = list(islice(found, LIMIT if values["all"].value == "true" else 1))
    evidence = _evidence((step[1] for path in shown for step in path), source)
    headings = Headings(
        columns={name: words[lang] for name, words in _COLUMNS.items()},
        words={code: words[lang] for code, words in _WORDS.items()},
    )
    words = _Words(graph, evidence, lang)
    rows = [
        words.row(number, place, *step) for number, path in enumerate(shown, 1) for place, step in enumerate(path, 1)
    ]
    columns = ["path", "step", "from", "fromLabel", "property", "propertyLabel", "direction", "to", "toLabel"]
    columns += ["ground", "document", "documentLabel", "locator"]
    return Result(Answer(columns, rows), headings, _reading(words, found, shown, one, other))


def _reconstructed(source: Source) -> set[str]:
    return {node for (node,) in texts(source, f"SELECT ?node WHERE {{ ?node <{DX}reading> <{DX}Reconstructed> }}")}


def _evidence(statements: Iterable[Statement], source: Source) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Return document and place of the subjects of statements in the graphs that state them."""
    wanted = {(each.subject, each.graph) for each in statements if each.cited}
    if not wanted:
        return {}
    listed = " ".join(f"(<{subject}> <{graph}>)" for subject, graph in sorted(wanted))
    rows = source.select(
        f"""
        PREFIX dct: <{PREFIXES["dct"]}>
        PREFIX dx: <{DX}>
        SELECT ?subject ?graph ?document ?locator WHERE {{
            VALUES (?subject ?graph) {{ {listed} }}
            GRAPH ?graph {{ ?subject dct:source ?document OPTIONAL {{ ?subject dx:locator ?locator }} }}
        }}"""
    ).rows
    told: dict[tuple[str, str], tuple[str, str | None]] = {}
    for subject, graph, document, locator in rows:
        assert subject is not None and graph is not None and document is not None
        place = subject.value, graph.value
        made = document.value, None if locator is None else locator.value
        told[place] = min(told.get(place, made), made, key=lambda each: (each[0], each[1] or ""))
    return told


class _Words:
    """The nodes and statements of a graph as they are shown in a language."""

    def __init__(
        self, graph: nx.MultiDiGraph, evidence: Mapping[tuple[str, str], tuple[str, str | None]], lang: str
    ) -> None:
        self.graph = graph
        self.evidence = evidence
        self.lang = lang

    def label(self, iri: str) -> str:
        """Return the label of a node."""
        return str(self.graph.nodes[iri][f"label_{self.lang}"]) if iri in self.graph else shorten(iri)

    def property_label(self, iri: str) -> str:
        """Return the label of a property, ours or another's."""
        foreign = FOREIGN.get(shorten(iri))
        return foreign[self.lang] if foreign else self.label(iri)

    def noun(self, iri: str) -> str:
        """Return a node by its class and its label: the item “…”."""
        classes = sorted(
            value
            for _, value, name, data in self.graph.out_edges(iri, keys=True, data=True)
            if name == "rdf:type" and not data["inferred"]
        )
        kind = self.label(classes[0]) if classes else ""
        name = named(self.label(iri), self.lang)
        if self.lang == "ja":
            return kind + name
        return f"the {kind} {name}" if kind else name

    def row(self, number: int, place: int, here: str, statement: Statement, there: str) -> tuple[Term | None, ...]:
        """Return one step as a row."""
        document, locator = (
            self.evidence.get((statement.subject, statement.graph), (None, None)) if statement.cited else (None, None)
        )
        return (
            integer(number),
            integer(place),
            ox.NamedNode(here),
            ox.Literal(self.label(here)),
            ox.NamedNode(statement.property),
            ox.Literal(self.property_label(statement.property)),
            ox.Literal("forward" if statement.subject == here else "backward"),
            ox.NamedNode(there),
            ox.Literal(self.label(there)),
            ox.Literal(statement.ground),
            None if document is None else ox.NamedNode(document),
            None if document is None else ox.Literal(self.label(document)),
            None if locator is None else ox.Literal(locator),
        )

    def said(self, subject: str, name: str, property_iri: str, value: str) -> str:
        """Return a statement as a sentence without its full stop."""
        return sentence(name, self.property_label(property_iri), self.noun(subject), self.noun(value), self.lang)

    def step(self, statement: Statement) -> str:
        """Return a statement as a sentence, with what it rests on."""
        ja = self.lang == "ja"
        ground = _WORDS[statement.ground][self.lang]
        if statement.cited and (statement.subject, statement.graph) in self.evidence:
            document, locator = self.evidence[statement.subject, statement.graph]
            places = [self.label(document), *([] if locator is None else [locator])]
            ground += (": " if not ja else "。") + (" " if ja else ", ").join(places)
        told = self.said(statement.subject, statement.name, statement.property, statement.object)
        return f"{told}（{ground}）。" if ja else f"{told} ({ground})."


def _reading(words: _Words, found: Explanations, shown: list[_Path], one: str, other: str) -> str:
    ja = words.lang == "ja"
    if not shown:
        return (
            f"{words.noun(one)}と{words.noun(other)}を結び付ける記述はありません。"
            if ja
            else f"No statement connects {words.noun(one)} with {words.noun(other)}."
        )
    lines = []
    if found.number > 1:
        lines.append(_how_many(found.number, len(shown), ja))
    for number, path in enumerate(shown, 1):
        if len(shown) > 1:
            lines.append(f"説明{number}" if ja else f"Explanation {number}")
        lines += [f"{place}. {words.step(statement)}" for place, (_, statement, _) in enumerate(path, 1)]
    if found.derives:
        # What is nearest to our own words goes before what other vocabularies say of it.
        subject, name, value = min(
            follows(words.graph, one, other), key=lambda each: (not each[1].startswith("dx:"), each)
        )
        iri = words.graph.edges[subject, value, name]["property"]
        told = words.said(subject, name, iri, value)
        lines.append(f"したがって、{told}（推論）。" if ja else f"So {told[:1].lower() + told[1:]} (inferred).")
    return "\n".join(lines)


def _how_many(number: int, shown: int, ja: bool) -> str:
    if ja:
        which = (
            "すべて示します"
            if shown == number
            else "最初の一つを示します"
            if shown == 1
            else f"最初の{shown}を示します"
        )
        return f"同じ短さの説明が{number}通りあり、{which}。" + ("--all ですべてを見られます。" if shown == 1 else "")
    which = (
        "all are shown" if shown == number else "the first is shown" if shown == 1 else f"the first {shown} are shown"
    )
    more = f" --all shows {'all' if number <= LIMIT else f'the first {LIMIT}'}." if shown == 1 else ""
    return f"{counted(number, 'explanation')} are equally short; {which}.{more}"
