"""Answering a saved question inside a worker: values as people write them, the answer in the form they take."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from dxplan.asking.answers import Answer, Term, readable, render
from dxplan.asking.parameters import Parameter, resolve
from dxplan.asking.questions import Question, headings
from dxplan.asking.sentences import sentence
from dxplan.asking.sources import StoreSource
from dxplan.errors import UsageError
from dxplan.folding import nearest
from dxplan.server import refusals
from dxplan.server.formats import ANSWERS, chosen
from dxplan.server.jobs import Asking, Result
from dxplan.server.limits import Limits
from dxplan.server.openapi import default_text
from dxplan.server.pages import page, web_link
from dxplan.server.refusals import RefusalError

__all__ = ["answer"]

_HERE = "ask/question"  # a page at the depth of every answer


def answer(source: StoreSource, questions: Mapping[str, Question], asked: Asking, limits: Limits) -> Result:
    """Answer a saved question, from what is kept where it was asked before the snapshot was used.

    :raises RefusalError: 404 for a name of no question, 400 for a parameter or value of none, with what comes near;
        and as any query does at a limit.
    """
    question = questions.get(asked.name)
    if question is None:
        near = nearest(asked.name, questions) or list(questions)
        raise RefusalError(
            404,
            f"{asked.name}: そのような質問はありません。近いもの: {'、'.join(near)}",
            f"{asked.name}: no such question. Did you mean: {', '.join(near)}?",
        )
    values = _values(question, asked, source)
    form = chosen(asked.accept, asked.form, ANSWERS)
    found = question.ask(source, values, asked.lang)
    if len(found.rows) > limits.rows:
        raise refusals.rows(limits.rows)
    if form.media == "text/html":
        body = _page(question, values, found, source, asked)
    elif form.media == "text/markdown":
        words = headings(question, found, source, asked.lang)
        said = sentence(question, values, found, words, source, asked.lang)
        body = f"{said}\n\n{render(found, 'md', words)}"
    else:
        body = render(found, "csv" if form.of == ox.QueryResultsFormat.CSV else "json")
    written = body.encode()
    if len(written) > limits.size:
        raise refusals.size(limits.size)
    return Result(form.media, written)


def _values(question: Question, asked: Asking, source: StoreSource) -> dict[str, ox.NamedNode | ox.Literal]:
    known: dict[str, Parameter] = {}
    for parameter in question.parameters:
        known[parameter.option] = known[parameter.name] = parameter  # as-of or asOf
    found: dict[str, ox.NamedNode | ox.Literal] = {}
    for name, text in asked.values:
        meant = known.get(name)
        if meant is None:
            options = [each.option for each in question.parameters]
            told_ja, told_en = "、".join(options) or "なし", ", ".join(options) or "none"
            raise RefusalError(
                400,
                f"{name}: この質問にそのパラメータはありません。あるもの: {told_ja}（ほかに format、lang）",
                f"{name}: this question has no such parameter. It has: {told_en} (and format, lang).",
            )
        if meant.name in found:
            raise RefusalError(400, f"{name}: 値は一つだけにしてください。", f"{name}: give one value only.")
        try:
            found[meant.name] = resolve(meant, text, source)
        except UsageError as error:
            raise RefusalError(400, error.ja.removeprefix("--"), error.en.removeprefix("--")) from None
    return found


def _page(
    question: Question,
    values: Mapping[str, ox.NamedNode | ox.Literal],
    found: Answer,
    source: StoreSource,
    asked: Asking,
) -> str:
    """Return the answer as a page, with a form by which to ask it otherwise."""
    words = headings(question, found, source, asked.lang)
    names, rows = readable(found, words)
    texts = dict(asked.values)
    asked_with = []
    for parameter in question.parameters:
        value = values.get(parameter.name, parameter.default)
        # As it was written, which means it and nothing else: several things may have the same name.
        text = texts.get(parameter.option, texts.get(parameter.name, default_text(parameter)))
        asked_with.append((parameter.option, parameter.help[asked.lang], text, _name(value, source, asked.lang)))
    return page(
        "answer.html",
        asked.lang,
        _HERE,
        question=question,
        sentence=sentence(question, values, found, words, source, asked.lang),
        parameters=asked_with,
        other=_in_language("en" if asked.lang == "ja" else "ja", asked),
        names=names,
        rows=[list(zip(*pair, strict=True)) for pair in zip(rows, _links(found, asked.lang), strict=True)],
    )


def _in_language(lang: str, asked: Asking) -> str:
    """Return the address of the same answer in a language."""
    form = [] if asked.form is None else [("format", asked.form)]
    return f"{quote(asked.name)}?{urlencode([*asked.values, *form, ('lang', lang)])}"


def _links(found: Answer, lang: str) -> list[list[str]]:
    """Return the address to which each cell that :func:`~dxplan.asking.answers.readable` shows links, "" for none."""
    columns = found.columns
    shown = [at for at, name in enumerate(columns) if not _is_label(name, columns)]
    return [[_address(row[at], lang) for at in shown] for row in found.rows]


def _is_label(name: str, columns: list[str]) -> bool:
    return name.endswith("Label") and name.removesuffix("Label") in columns


def _address(term: Term | None, lang: str) -> str:
    if not isinstance(term, ox.NamedNode):
        return ""
    return web_link(term.value, _HERE, lang)


def _name(value: ox.NamedNode | ox.Literal, source: StoreSource, lang: str) -> str:
    shown = headings(None, Answer(["value"], [(value,)]), source, lang)
    return shown.labels.get(value.value, value.value)
