"""Saved questions: SPARQL files whose head tells what they ask, and whose parameters can be bound.

A file begins with decorators in the manner of grlc (``#+ summary: …``), which together are YAML. A parameter is a
one-row ``VALUES ?name { default }``; its default stands in the query, so that the file runs as it is in any engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox
import yaml

from dxplan.answers import Answer, Headings
from dxplan.errors import InputError, UsageError
from dxplan.folding import fold, nearest
from dxplan.iris import PREFIXES, expand, make, split
from dxplan.years import fiscal_year

__all__ = ["Parameter", "Question", "Source", "StoreSource", "headings", "load", "resolve"]

_VALUES = re.compile(r"VALUES\s+\?(\w+)\s*\{\s*(?P<default>\"[^\"]*\"(?:@[\w-]+|\^\^\S+)?|[^\s{}]+)\s*\}")
_LANGUAGE = "lang"  # a parameter of every query that shows labels; bound by the tool's own --lang


class Source(Protocol):
    """Something that answers SPARQL SELECT: a store here, or an endpoint elsewhere."""

    def select(self, query: str) -> Answer:
        """Run a SELECT query."""


@dataclass(frozen=True)
class StoreSource:
    """A store of this process, whose default graph is the union of all its graphs."""

    store: ox.Store

    def select(self, query: str) -> Answer:
        """Run a SELECT query.

        :raises UsageError: for text that is not a SELECT query.
        """
        try:
            result = self.store.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise UsageError(f"SPARQL として読めません: {error.msg}", f"not SPARQL: {error.msg}") from None
        if not isinstance(result, ox.QuerySolutions):
            raise UsageError("SELECT の問合せだけに答えます。", "Only SELECT queries are answered.")
        return Answer.of(result)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a question: its variable, its default and what it means."""

    name: str
    default: ox.NamedNode | ox.Literal
    help: dict[str, str]

    @property
    def option(self) -> str:
        """The name on the command line: ``asOf`` is ``as-of``."""
        return re.sub(r"([A-Z])", lambda match: "-" + match[1].lower(), self.name)

    @property
    def kind(self) -> str | None:
        """The kind of IRI it takes, such as ``topic``; None for a literal."""
        known = split(self.default.value) if isinstance(self.default, ox.NamedNode) else None
        return known[0] if known else None


@dataclass(frozen=True)
class Question:
    """One file of ``queries/``."""

    path: Path
    text: str
    head: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The file stem, by which it is asked."""
        return self.path.stem

    def summary(self, lang: str) -> str:
        """What is asked, in one sentence."""
        return str(self.head["summary" if lang == "ja" else "summary_en"])

    def description(self, lang: str) -> str:
        """How it is answered."""
        return str(self.head["description" if lang == "ja" else "description_en"])

    @property
    def tags(self) -> list[str]:
        """What the catalogue groups it by."""
        return list(self.head["tags"])

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Its parameters in order, without the language of labels."""
        helps = self.head.get("parameters", {})
        return [Parameter(name, term, helps[name]) for name, term in self._defaults().items() if name != _LANGUAGE]

    def _defaults(self) -> dict[str, ox.NamedNode | ox.Literal]:
        prologue = "\n".join(line for line in self.text.splitlines() if line.startswith("PREFIX"))
        helps = {*self.head.get("parameters", {}), _LANGUAGE}
        found: dict[str, ox.NamedNode | ox.Literal] = {}
        for match in _VALUES.finditer(self.text):
            name = match[1]
            if name in helps and name not in found:
                rows = ox.Store().query(f"{prologue} SELECT ?{name} {{ {match[0]} }}")
                found[name] = next(iter(rows))[name]  # type: ignore[arg-type]
        return found

    def bind(self, values: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
        """Return the query with the given values in the place of defaults, as serialised terms."""

        def row(match: re.Match[str]) -> str:
            value = values.get(match[1])
            return match[0] if value is None else f"VALUES ?{match[1]} {{ {value} }}"

        return _VALUES.sub(row, self.text)

    def ask(self, source: Source, values: Mapping[str, ox.NamedNode | ox.Literal], lang: str = "ja") -> Answer:
        """Answer the question from a source, with labels in a language."""
        return source.select(self.bind({**values, _LANGUAGE: ox.Literal(lang)}))


def load(folder: Path) -> dict[str, Question]:
    """Read every question of a folder, by name.

    :raises InputError: for a file whose head is not as it should be.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.rq"))}


def _read(path: Path) -> Question:
    text = path.read_text(encoding="utf-8")
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        head = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        raise InputError(
            f"{path}: 先頭の #+ の行が YAML として読めません（{error}）。",
            f"{path}: the lines that begin with #+ are not YAML ({error}).",
        ) from None
    missing = {"summary", "summary_en", "description", "description_en", "tags"} - set(head or {})
    if missing:
        told = ", ".join(sorted(missing))
        raise InputError(f"{path}: 先頭に #+ {told} を書いてください。", f"{path}: write #+ {told} at its head.")
    return Question(path, text, head)


def resolve(parameter: Parameter, text: str, source: Source) -> ox.NamedNode | ox.Literal:
    """Return the term that a person means: an IRI, a prefixed name, a key, a label in any spelling, or a year.

    :raises UsageError: for a text that means nothing, or several things, with near matches.
    """
    if isinstance(parameter.default, ox.Literal):
        return ox.Literal(text, datatype=parameter.default.datatype)
    kind = parameter.kind
    assert kind is not None
    known = _names(kind, source)
    iri = _as_iri(kind, text)
    if iri is not None:
        if iri in known.values():
            return ox.NamedNode(iri)
        raise _not_found(parameter, text, known)
    if make(kind, text) in known.values():
        return ox.NamedNode(make(kind, text))
    sought = fold(text)
    meant = sorted({node for name, node in known.items() if fold(name) == sought})
    if len(meant) == 1:
        return ox.NamedNode(meant[0])
    if meant:
        told = ", ".join(meant)
        raise UsageError(
            f"--{parameter.option} {text}: 複数に当てはまります。IRIで選んでください: {told}",
            f"--{parameter.option} {text}: means several things. Choose by IRI: {told}",
        )
    raise _not_found(parameter, text, known)


def _as_iri(kind: str, text: str) -> str | None:
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    if re.match(r"https?://", text):
        return text
    prefix, colon, _ = text.partition(":")
    if colon and prefix in PREFIXES:
        return expand(text)
    if kind == "fy":
        try:
            return make("fy", fiscal_year(text))
        except ValueError:
            return None
    return None


def _names(kind: str, source: Source) -> dict[str, str]:
    """Return the IRI of each thing of a kind by every label it has; a label of several gets its IRI added."""
    answer = source.select(
        f"""
        PREFIX rdfs: <{PREFIXES["rdfs"]}>
        PREFIX skos: <{PREFIXES["skos"]}>
        SELECT DISTINCT ?node ?name WHERE {{
            {{ ?node rdfs:label ?name }} UNION {{ ?node skos:altLabel ?name }} UNION {{ ?node skos:notation ?name }}
            FILTER (STRSTARTS(STR(?node), "{PREFIXES[kind]}"))
        }}"""
    )
    names: dict[str, str] = {}
    for node, name in answer.rows:
        assert node is not None and name is not None
        # Two things of one name must both be found: the second is kept under a spelling that folds to the same.
        written = name.value
        while names.get(written, node.value) != node.value:
            written += " "
        names[written] = node.value
    return names


def _not_found(parameter: Parameter, text: str, known: Mapping[str, str]) -> UsageError:
    if parameter.kind == "fy":
        years = sorted(split(iri)[1] for iri in set(known.values()))  # type: ignore[index]
        return UsageError(
            f"--{parameter.option} {text}: {years[0]}〜{years[-1]} の年度を 2024、R6、令和6年度 のように"
            "指定してください。",
            f"--{parameter.option} {text}: give a fiscal year from {years[0]} to {years[-1]}, such as 2024 or R6.",
        )
    near = nearest(text, known)
    ja = f"近いもの: {'、'.join(near)}" if near else "名称・別名・IRIのどれかで指定してください。"
    en = f"Did you mean: {', '.join(near)}?" if near else "Give a label, an alternative label or an IRI."
    return UsageError(
        f"--{parameter.option} {text}: 見つかりません。{ja}", f"--{parameter.option} {text}: not found. {en}"
    )


def headings(question: Question | None, answer: Answer, source: Source, lang: str) -> Headings:
    """Return the words by which an answer is shown to people."""
    head: Mapping[str, Any] = question.head if question else {}
    iris = sorted(iri for iri in answer.iris() if split(iri))
    labels: dict[str, str] = {}
    if iris:
        found = source.select(
            f"SELECT ?node ?label WHERE {{ VALUES ?node {{ {' '.join(f'<{iri}>' for iri in iris)} }} "
            f'?node <{PREFIXES["rdfs"]}label> ?label FILTER (lang(?label) = "{lang}") }}'
        )
        labels = {node.value: label.value for node, label in found.rows if node is not None and label is not None}
    return Headings(
        columns={name: words[lang] for name, words in head.get("columns", {}).items()},
        words={code: words[lang] for code, words in head.get("words", {}).items()},
        labels=labels,
    )
