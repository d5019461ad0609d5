"""What there is to know of each rule, gathered from where it is written: the shapes, the vocabulary, the examples."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, SH

from dxplan.checking.rules import Rule, RuleBook
from dxplan.corpus import Corpus
from dxplan.documents import Document
from dxplan.errors import UsageError
from dxplan.folding import nearest
from dxplan.iris import SHAPE, shorten
from dxplan.reporting.examples import FOLDER, Block, Example, Examples, blocks

__all__ = ["MEANING", "Group", "Named", "Page", "Pages", "summary"]

#: What each severity means, and what follows from it.
MEANING = {
    "violation": {
        "ja": "グラフが誤っています。直すまで検査は通りません（終了コード1）。",
        "en": "The graph is wrong. The check fails (exit code 1) until it is mended.",
    },
    "warning": {
        "ja": "文書そのものが食い違っているかもしれません。転記が正しければ、理由を添えて受け入れます"
        "（dxplan check --accept）。--fail-on warning のときだけ検査は通りません。",
        "en": "The document itself may be at odds. If it was transcribed rightly, accept the finding with a reason "
        "(dxplan check --accept). The check fails only with --fail-on warning.",
    },
    "info": {
        "ja": "抜けがあります。文書に書かれていれば補います。--fail-on info のときだけ検査は通りません。",
        "en": "Something is missing. Add it if the document has it. The check fails only with --fail-on info.",
    },
}
# What a page tells in words of its own, and so leaves out where it shows how the rule is written.
_TOLD = ("sh:name ", "sh:description ", "sh:message ", "sh:severity ")


@dataclass(frozen=True)
class Named:
    """A term of a vocabulary: how it is typed, its label by language where we know one, and how a rule uses it."""

    name: str
    label: dict[str, str]
    role: str = ""


@dataclass(frozen=True)
class Group:
    """The rules that stand in one file."""

    file: str
    name: dict[str, str]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Page:
    """All that there is to know of one rule.

    :param targets: what it looks at; ``role`` is the name of the SHACL target.
    :param path: the property it is about, several where any of them will do; none for a rule about the node itself.
    :param shacl: its shape as written, without what the page says in words, and the shapes it refers to.
    :param sparql: its query as written, or an empty text.
    :param examples: its counter-examples, or None where this root has none of any rule.
    """

    rule: Rule
    file: str
    line: int
    targets: tuple[Named, ...]
    path: tuple[Named, ...]
    shacl: str
    sparql: str
    examples: tuple[Example, ...] | None

    @property
    def examples_at(self) -> str:
        """The folder where the counter-examples are kept, in the project's own files."""
        return f"{FOLDER}/{Path(self.file).stem}"

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the page as a JSON object; texts have both languages."""
        rule = self.rule
        return {
            **summary(rule, self.file, self.line),
            "meaning": MEANING[rule.severity],
            "description": rule.description,
            "message": rule.message,
            "targets": [{"target": t.role, "name": t.name, "label": t.label} for t in self.targets],
            "path": [{"name": step.name, "label": step.label} for step in self.path],
            "shacl": self.shacl,
            "sparql": self.sparql,
            "examplesAt": self.examples_at,
            "examples": [
                {
                    "file": example.file,
                    "why": example.why,
                    "lines": example.marked,
                    "excerpt": "\n\n".join("\n".join(block.lines) for block in example.blocks),
                    "findings": [finding.to_json(lang) for finding in example.findings],
                    "valid": example.valid,
                    "difference": "\n".join(example.difference),
                }
                for example in self.examples or ()
            ],
        }


def summary(rule: Rule, file: str, line: int) -> dict[str, Any]:
    """Return what the catalogue tells of a rule as a JSON object."""
    return {
        "rule": rule.id,
        "iri": rule.iri,
        "severity": rule.severity,
        "name": rule.name,
        "file": file,
        "line": line,
    }


class Pages:
    """The pages of a rule book."""

    def __init__(self, book: RuleBook, corpus: Corpus, kept: Path | None = None) -> None:
        """Gather nothing yet.

        :param kept: folder in which compiled rules are kept; None keeps none.
        """
        self._book = book
        self._corpus = corpus
        self._examples = Examples(book, corpus, kept)
        self._rules = {rule.id: rule for rule in book.rules}

    def find(self, name: str) -> Rule:
        """Return the rule of a name, which may be its IRI, too.

        :raises UsageError: for an unknown name, with those most like it.
        """
        bare = name.removeprefix(SHAPE).removeprefix("dxsh:")
        if rule := self._rules.get(bare):
            return rule
        known = {text: rule.id for rule in self._rules.values() for text in (*rule.name.values(), rule.id)}
        near = list(dict.fromkeys(known[text] for text in nearest(bare, known)))
        if not near:
            raise UsageError(
                f"{name}: そのような規則はありません。「dxplan rules」で一覧を見てください。",
                f"{name}: no such rule. “dxplan rules” lists them.",
            )
        raise UsageError(
            f"{name}: そのような規則はありません。近いもの: {'、'.join(near)}",
            f"{name}: no such rule. Did you mean: {', '.join(near)}?",
        )

    def groups(self) -> list[Group]:
        """Return the rules by file, each file's in the order in which they are written."""
        found: dict[str, list[tuple[int, Rule]]] = {}
        for rule in self._rules.values():
            file, line = self.place(rule)
            found.setdefault(file, []).append((line, rule))
        return [
            Group(file, self._name_of(file), tuple(rule for _, rule in sorted(rules, key=lambda pair: pair[0])))
            for file, rules in sorted(found.items())
        ]

    def place(self, rule: Rule) -> tuple[str, int]:
        """Return the file and the line where a rule stands."""
        document, line = self._document(rule)
        return self._corpus.relative(document.path), line

    def page(self, rule: Rule) -> Page:
        """Gather the page of a rule.

        :raises InputError: for a counter-example that cannot be read.
        :raises RulesError: for rules that cannot be run.
        """
        document, line = self._document(rule)
        shape = rdflib.URIRef(rule.iri)
        graph = self._book.graph
        written = {block.subject: block for block in blocks(document.text)}
        constraint = graph.value(shape, SH.sparql)
        referred = sorted(
            shorten(str(term))
            for term in graph.objects(shape)
            if term != constraint and str(term).startswith(SHAPE) and shorten(str(term)) in written
        )
        shown = [shorten(rule.iri), *referred]
        query = graph.value(constraint, SH.select)
        return Page(
            rule=rule,
            file=self._corpus.relative(document.path),
            line=line,
            targets=tuple(self._term(iri, kind) for kind, iri in rule.targets),
            path=tuple(self._term(step) for step in rule.path.split("|") if step),
            shacl="\n\n".join("\n".join(_untold(written[name])) for name in shown),
            sparql="" if query is None else textwrap.dedent(str(query)).strip(),
            examples=tuple(self._examples.of(rule)) if self._examples.there else None,
        )

    def pages(self) -> Iterator[Page]:
        """Yield the page of every rule, by id."""
        return (self.page(rule) for rule in self._rules.values())

    def _document(self, rule: Rule) -> tuple[Document, int]:
        for document in self._book.documents:
            if rule.iri in document.subjects:
                found = document.lines.find(ox.NamedNode(rule.iri))
                assert found is not None
                return document, found[0]
        raise KeyError(rule.id)

    def _name_of(self, file: str) -> dict[str, str]:
        """Return what the shape is called that gathers the rules of a file; the file's name where none does."""
        graph = self._book.graph
        stem = Path(file).stem
        gathers = SHAPE + "".join(word.capitalize() for word in stem.split("-")) + "Shape"
        if (rdflib.URIRef(gathers), RDF.type, SH.NodeShape) in graph:
            texts = graph.objects(rdflib.URIRef(gathers), SH.name)
            return {text.language: str(text) for text in texts if isinstance(text, rdflib.Literal) and text.language}
        return {"ja": stem, "en": stem}

    def _term(self, iri: str, role: str = "") -> Named:
        labels = next((d.labels[iri] for d in self._corpus.shared if iri in d.labels), {})
        return Named(shorten(iri), {lang: labels[lang] for lang in sorted(labels)}, role)


def _untold(block: Block) -> list[str]:
    lines = [
        line
        for line in block.lines
        # A statement on several lines stays whole.
        if not (line.strip().startswith(_TOLD) and line.endswith((" ;", " .")))
    ]
    if lines[-1].endswith(" ;"):
        lines[-1] = lines[-1][:-1] + "."
    return lines
