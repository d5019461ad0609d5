"""The sentence with which an answer begins: it states the result in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import pyoxigraph as ox
from jinja2 import TemplateError

from dxplan.asking import templates
from dxplan.asking.answers import Answer, Headings
from dxplan.asking.questions import Question, label
from dxplan.asking.rows import Value, value_of
from dxplan.asking.sources import Source
from dxplan.asking.values import begun
from dxplan.errors import RulesError

__all__ = ["sentence"]


def sentence(
    question: Question,
    given: Mapping[str, ox.NamedNode | ox.Literal],
    answer: Answer,
    words: Headings,
    source: Source,
    lang: str,
) -> str:
    """Return the sentence of an answer, as the question declares it; of one that declares none, the number of rows.

    :param given: the values that the question was asked with; for others, its defaults hold.
    :param words: those by which people are shown the answer.
    :raises RulesError: for a sentence that speaks of what the answer does not have.
    """
    terms = {each.name: given.get(each.name, each.default) for each in question.parameters}
    labels = {name: label(term, source, lang) for name, term in terms.items()}
    ground = _Ground(question, terms, source)
    try:
        return templates.filled(question.answers.get(lang), answer, words, labels, lang, ground)
    except (TemplateError, LookupError, TypeError, ValueError) as error:
        lines = enumerate(question.text.splitlines(), start=1)
        place = f"{question.path}:{next((n for n, text in lines if text.startswith('#+ answer:')), 1)}"
        raise RulesError(
            f"{place}: #+ answer › {lang} から文を作れません（{error}）。",
            f"{place}: #+ answer › {lang} makes no sentence ({error}).",
        ) from error


class _Ground:
    """What the query says on which the sentence rests beside the rows; it is asked when the sentence speaks of it."""

    def __init__(self, question: Question, terms: Mapping[str, ox.NamedNode | ox.Literal], source: Source) -> None:
        self._question = question
        self._terms = terms
        self._source = source

    def __getitem__(self, name: str) -> Value:
        return self._said[name]

    @cached_property
    def _said(self) -> dict[str, Value]:
        if self._question.ground is None:
            return {}
        values = " ".join(f"VALUES ?{name} {{ {term} }}" for name, term in self._terms.items())
        found = self._source.select(begun(self._question.ground, values))
        row = found.rows[0] if found.rows else [None] * len(found.columns)
        return {name: value_of(term) for name, term in zip(found.columns, row, strict=True)}
