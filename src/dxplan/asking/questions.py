"""Saved questions: SPARQL files whose head tells what they ask, and whose parameters can be bound.

A file begins with decorators in the manner of grlc (``#+ summary: …``), which together are YAML. A parameter is a
one-row ``VALUES ?name { default }`` at the head of WHERE; its default stands in the query, so that the file runs as it
is in any engine, and once, so that whoever edits it there has edited it everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxplan.asking import charting, heads, values
from dxplan.asking.answers import Answer, Headings
from dxplan.asking.parameters import Parameter, is_permitted
from dxplan.asking.sources import Source
from dxplan.asking.sparql import mistake, tokens
from dxplan.errors import InputError, RulesError
from dxplan.iris import PREFIXES, shorten, split

__all__ = ["Question", "asked", "headings", "label", "load"]

_PREFIX = re.compile(r"^[ \t]*PREFIX\s+[^\s:]*:\s*<[^<>]*>", re.IGNORECASE | re.MULTILINE)
_LANGUAGE = "lang"  # a parameter of every query that shows labels; bound by the tool's own --lang


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

    @cached_property
    def answers(self) -> Mapping[str, str]:
        """The templates of the sentence with which its answer begins, by language; none where it declares none.

        :raises RulesError: for one that is no template.
        """
        return heads.answers(self.path, self.text, self.head.get("answer", {}))

    @cached_property
    def ground(self) -> str | None:
        """A SELECT query for what that sentence tells and rows do not; it is asked with the values of the question."""
        told = self.head.get("answer", {}).get("ground")
        return None if told is None else self._select("answer › ground", told)

    @property
    def tags(self) -> list[str]:
        """What the catalogue groups it by."""
        return list(self.head["tags"])

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Its parameters in order, without the language of labels."""
        told = self.head.get("parameters", {})
        return [
            Parameter(
                name,
                term,
                {lang: told[name][lang] for lang in ("ja", "en")},
                self._select(f"parameters › {name} › values", told[name]["values"]),
            )
            for name, term in self._defaults().items()
            if name != _LANGUAGE
        ]

    @cached_property
    def chart(self) -> charting.Declaration | None:
        """How its answer is drawn, None where it is not.

        :raises RulesError: for a declaration that cannot be drawn.
        """
        told = self.head.get("chart")
        return None if told is None else charting.read(self.path, told, self.columns)

    @cached_property
    def columns(self) -> list[str]:
        """The columns of its answer, in order.

        :raises RulesError: when the file is not a SELECT query.
        """
        try:
            asked = ox.Store().query(self.text)
        except SyntaxError as error:
            wrong = mistake(self.text, error.msg, str(self.path), is_supplied=False)
            raise RulesError(wrong.text("ja"), wrong.text("en")) from None
        if not isinstance(asked, ox.QuerySolutions):
            raise RulesError(f"{self.path}: SELECT の問合せを書いてください。", f"{self.path}: write a SELECT query.")
        return [variable.value for variable in asked.variables]

    @cached_property
    def prologue(self) -> str:
        """The PREFIX lines of the query."""
        return "\n".join(match[0] for match in _PREFIX.finditer(self.text))

    def _select(self, place: str, written: str) -> str:
        """Return a query of the head with the prefixes of the file; refuse what is no SELECT query."""
        text = f"{self.prologue}\n{written}"
        try:
            asked = ox.Store().query(text)
        except SyntaxError as error:
            said = error.msg.splitlines()[0]
            raise RulesError(
                f"{self.path}: #+ {place} が SPARQL として読めません（{said}）。",
                f"{self.path}: #+ {place} is no SPARQL ({said}).",
            ) from None
        if not isinstance(asked, ox.QuerySolutions):
            raise RulesError(
                f"{self.path}: #+ {place} に SELECT の問合せを書いてください。",
                f"{self.path}: write #+ {place} as a SELECT query.",
            )
        return text

    def _defaults(self) -> dict[str, ox.NamedNode | ox.Literal]:
        _ = self.columns  # what is no SPARQL is told of here
        helps = {*self.head.get("parameters", {}), _LANGUAGE}
        self._refuse_strays(helps)
        found: dict[str, ox.NamedNode | ox.Literal] = {}
        self._want_language()
        for value in values.head(self.text):
            if value.name in helps:
                rows = ox.Store().query(f"{self.prologue} SELECT ?value {{ VALUES ?value {{ {value.term} }} }}")
                terms = [row["value"] for row in rows]  # type: ignore[union-attr]
                if value.name in found or len(terms) != 1 or terms[0] is None:
                    raise self._wrong(
                        value.start,
                        f"パラメータ {value.name} の値は一つだけにしてください: VALUES ?{value.name} {{ 既定値 }}",
                        f"give the parameter {value.name} one value: VALUES ?{value.name} {{ default }}",
                    )
                found[value.name] = terms[0]
        if missing := sorted(helps - set(found) - {_LANGUAGE}):
            told = "、".join(missing)
            place = next((token.start for token in tokens(self.text) if token.text == "{"), 0)
            raise self._wrong(
                place,
                f"パラメータ {told} の既定値がありません。"
                f"WHERE の先頭に「VALUES ?{missing[0]} {{ 既定値 }}」を書いてください。",
                f"no default of the parameter {', '.join(missing)}. "
                f"Write “VALUES ?{missing[0]} {{ default }}” at the head of WHERE.",
            )
        return found

    def _want_language(self) -> None:
        """Refuse a query that asks for labels in a language that it does not name: it would show every one, or none."""
        used = next((token for token in tokens(self.text) if token.text in (f"?{_LANGUAGE}", f"${_LANGUAGE}")), None)
        if used is not None and _LANGUAGE not in {value.name for value in values.head(self.text)}:
            written = f'“VALUES ?{_LANGUAGE} {{ "ja" }}”'
            raise self._wrong(
                used.start,
                f"?{_LANGUAGE} を使っていますが、値がありません。WHERE の先頭に {written} を書いてください。",
                f"?{_LANGUAGE} is used and has no value. Write {written} at the head of WHERE.",
            )

    def _refuse_strays(self, names: set[str]) -> None:
        for name, place in values.strays(self.text):
            if name in names:
                raise self._wrong(
                    place,
                    f"パラメータ {name} が WHERE の先頭のほかにもあります。先頭の VALUES だけを残してください。"
                    "一か所を書き換えれば済むようにするためです。",
                    f"the parameter {name} stands elsewhere than at the head of WHERE. Leave the VALUES at the head "
                    "only, so that it is edited in one place.",
                )

    def _wrong(self, place: int, ja: str, en: str) -> RulesError:
        line = self.text.count("\n", 0, place) + 1
        return RulesError(f"{self.path}:{line}: {ja}", f"{self.path}:{line}: {en}")

    def bind(self, terms: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
        """Return the query with the given values in the place of defaults, as serialised terms."""
        return values.replaced(self.text, {name: str(term) for name, term in terms.items()})

    def values_of(self, written: Mapping[str, str]) -> dict[str, ox.NamedNode | ox.Literal]:
        """Return the terms of serialised parameters; a parameter that the question does not have is left out."""
        names = {parameter.name for parameter in self.parameters}
        found: dict[str, ox.NamedNode | ox.Literal] = {}
        for name, text in written.items():
            if name in names:
                rows = ox.Store().query(f"SELECT ?value WHERE {{ VALUES ?value {{ {text} }} }}")
                found[name] = next(iter(rows))["value"]  # type: ignore[arg-type]
        return found

    def ask(self, source: Source, given: Mapping[str, ox.NamedNode | ox.Literal], lang: str = "ja") -> Answer:
        """Answer the question from a source, with labels in a language."""
        return source.select(self.bound(given, lang))

    def want_defaults(self, source: Source, given: Mapping[str, ox.NamedNode | ox.Literal] | None = None) -> None:
        """Refuse a value at the head that its parameter does not take: an empty answer would mean something else.

        :param given: values that stand for defaults.
        :raises RulesError: naming file and line.
        """
        for parameter in self.parameters:
            if parameter.name not in (given or {}) and not is_permitted(parameter, parameter.default, source):
                place = next(value.start for value in values.head(self.text) if value.name == parameter.name)
                raise self._wrong(
                    place,
                    f"{parameter.name} の値 {parameter.default_text} は、このパラメータの取る値ではありません。"
                    f"「#+ parameters › {parameter.name} › values」の挙げる値にしてください。",
                    f"the value {parameter.default_text} of {parameter.name} is none that this parameter takes. "
                    f"Write one that “#+ parameters › {parameter.name} › values” finds.",
                )

    def bound(self, given: Mapping[str, ox.NamedNode | ox.Literal], lang: str = "ja") -> str:
        """Return the query as it is run: with the given values, and labels in a language."""
        return self.bind({**given, _LANGUAGE: ox.Literal(lang)})


def load(folder: Path) -> dict[str, Question]:
    """Read every question of a folder, by name.

    :raises RulesError: for a file whose head is not as it should be.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.rq"))}


def _read(path: Path) -> Question:
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows begins a file with a mark
    except UnicodeDecodeError:
        raise InputError(
            f"{path}: UTF-8 ではありません。UTF-8 で保存し直してください。", f"{path}: is not UTF-8. Save it as UTF-8."
        ) from None
    except OSError as error:
        raise InputError(
            f"{path}: 読めません（{error.strerror}）。", f"{path}: cannot be read ({error.strerror})."
        ) from error
    question = Question(path, text, heads.read(path, text))
    _ = question.chart  # a declaration that cannot be drawn is told of now
    return question


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


def asked(
    question: Question, given: Mapping[str, ox.NamedNode | ox.Literal], source: Source, lang: str
) -> list[tuple[str, str]]:
    """Return what each parameter is called, and the label of its value."""
    return [
        (parameter.help[lang], label(given.get(parameter.name, parameter.default), source, lang))
        for parameter in question.parameters
    ]


def label(term: ox.NamedNode | ox.Literal, source: Source, lang: str) -> str:
    """Return what a value is called in a language."""
    if isinstance(term, ox.Literal):
        return term.value
    found = source.select(
        f'SELECT ?label WHERE {{ {term} <{PREFIXES["rdfs"]}label> ?label FILTER (lang(?label) = "{lang}") }}'
    )
    return found.rows[0][0].value if found.rows and found.rows[0][0] is not None else shorten(term.value)
