"""Templates of the sentences with which answers begin, as the head of a question declares them::

    #+ answer:
    #+   ja: |
    #+     {% if rows %}{{ rows | names("city", unit="市") }}にあります。
    #+     {% else %}どの市にもありません。{% endif %}
    #+   en: |
    #+     {% if rows %}It is found in {{ rows | names("city") }}.
    #+     {% else %}No city has it.{% endif %}

A template sees ``rows``, ``count`` (how many there are), ``parameters`` (the labels of the values, by name) and, where
the head has a ``ground``, that: the row of a SELECT query, asked with the same values, for what rows cannot tell when
there are none. Its lines are joined, with a space in English and without one in Japanese.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from dxplan.asking import wording
from dxplan.asking.answers import Answer, Headings

__all__ = ["NAMES", "fault", "filled"]

#: What a template may name.
NAMES = ("rows", "count", "parameters", "ground")
_GENERIC = {
    "ja": "当てはまるものは{% if rows %}{{ count | counted('行') }}です。{% else %}ありません。{% endif %}",
    "en": "{% if rows %}{{ count | counted('row matches', 'rows match') }}.{% else %}Nothing matches.{% endif %}",
}
_TAG = re.compile(r"(\{[%{#].*?[%}#]\})", re.DOTALL)


def filled(
    template: str | None,
    answer: Answer,
    headings: Headings,
    parameters: Mapping[str, str],
    lang: str,
    ground: object = None,
) -> str:
    """Return the sentence of an answer.

    :param template: what the question declares for the language; without it, the number of rows is told.
    :param headings: the words by which people are shown the answer.
    :param parameters: the labels of the values that the question was asked with, by name.
    :param ground: what the query says that the question declares beside it, by name.
    :raises jinja2.TemplateError: for a template that names what is not there.
    :raises KeyError: for one that names a column which the answer does not have.
    """
    rows = wording.of(answer, headings, lang)
    written = _compiled(template or _GENERIC[lang], lang).render(
        rows=rows, count=len(rows), parameters=dict(parameters), ground=ground
    )
    return _tidied(written, lang)


def fault(template: str) -> tuple[int, str] | None:
    """Return the line, counted from 0, on which a template is wrong, with what is wrong; None for one that is not."""
    try:
        tree = _environment("en").parse(template)
        named = meta.find_undeclared_variables(tree)
    except TemplateSyntaxError as error:
        return error.lineno - 1, str(error.message)
    # A name that is set in one branch is no fault where the other does not use it.
    own = {each.name for each in tree.find_all(nodes.Name) if each.ctx == "store"}
    if unknown := sorted(named - {*NAMES, *own}):
        lines = template.splitlines()
        return (
            next((number for number, text in enumerate(lines) if unknown[0] in text), 0),
            f"{unknown[0]}: {', '.join(NAMES)}",
        )
    return None


@cache
def _compiled(template: str, lang: str) -> Template:
    joint = "" if lang == "ja" else " "
    parts = _TAG.split(template.strip())  # every second one is a tag, in which a line ends as a space
    joined = "".join(re.sub(r"\s*\n\s*", " " if n % 2 else joint, part) for n, part in enumerate(parts))
    return _environment(lang).from_string(joined)


@cache
def _environment(lang: str) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False, finalize=_shown)
    environment.filters.update(wording.filters(lang))
    return environment


def _shown(value: object) -> object:
    """Return a number in figures; what is not there shows nothing."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return wording.numeral(value)
    return "" if value is None else value


def _tidied(written: str, lang: str) -> str:
    """Leave one space where the parts of an English sentence have left several, and none before a mark."""
    if lang == "ja":
        return written.strip()
    return re.sub(r" (?=[,;.:](?:\s|$))", "", re.sub(r"\s+", " ", written)).strip()
