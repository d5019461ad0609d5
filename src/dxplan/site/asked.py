"""Pages of the saved questions: an index, and each with its answer, its query and how to ask it."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from markupsafe import Markup

from dxplan.asking.answers import Answer, Headings, render
from dxplan.asking.parameters import Permitted, permitted
from dxplan.asking.questions import Question, headings
from dxplan.asking.sentences import sentence
from dxplan.asking.tags import TAGS
from dxplan.errors import UsageError
from dxplan.iris import shorten
from dxplan.kept import engine_digest, write_atomically
from dxplan.site.files import File
from dxplan.site.material import Material
from dxplan.site.rendering import Page

__all__ = ["Table", "command", "files", "index", "pages", "table"]

# So many permitted values are listed on a page; the rest is told by their number.
_LISTED = 200


@dataclass(frozen=True)
class Table:
    """An answer for people.

    :param heads: what each column is called.
    :param rows: in each cell a term, the label that stands beside it in the answer, and the word for a code.
    """

    heads: list[str]
    rows: list[list[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | None, str, str]]]
    numeric: list[bool]


def table(answer: Answer, words: Headings) -> Table:
    """Return an answer with a label column folded into the column that it names."""
    at = {name: number for number, name in enumerate(answer.columns)}
    shown = [name for name in answer.columns if not (name.endswith("Label") and name.removesuffix("Label") in at)]
    rows = []
    for row in answer.rows:
        cells = []
        for name in shown:
            term = row[at[name]]
            label = row[at[name + "Label"]] if name + "Label" in at else None
            word = words.words.get(term.value, "") if isinstance(term, ox.Literal) else ""
            cells.append((term, label.value if isinstance(label, ox.Literal) else "", word))
        rows.append(cells)
    numeric = [
        bool(rows) and all(_is_number(row[n][0]) and not row[n][2] for row in rows if row[n][0] is not None)
        for n in range(len(shown))
    ]
    return Table([words.columns.get(name, name) for name in shown], rows, numeric)


def _is_number(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value.rsplit("#", 1)[-1] in ("integer", "decimal", "double")


def command(question: Question, material: Material, lang: str) -> str:
    """Return how to ask a question on the command line, with each parameter at its default."""
    told = [f"dxplan ask {question.name}"]
    for parameter in question.parameters:
        default = parameter.default
        written = shorten(default.value) if isinstance(default, ox.NamedNode) else default.value
        name = material.names.all(default.value).get(lang) if isinstance(default, ox.NamedNode) else None
        plain = name if name and not set(name) & set(" '\"$`\\()<>|&;（）") else written
        told.append(f"--{parameter.option} {plain}")
    return " ".join(told)


def _drawing(question: Question, answer: Answer, words: Headings, material: Material, lang: str) -> Markup | None:
    """Return the chart of an answer as SVG; None where it has none, or where the drawing library is missing."""
    if question.chart is None or not answer.rows:
        return None
    asked = [(parameter.help[lang], _called(parameter.default, material, lang)) for parameter in question.parameters]
    kept = None
    if material.kept is not None:  # drawing takes longer than all else on the page
        depends_on = (engine_digest(), question.text, lang, answer.columns, [[*map(str, row)] for row in answer.rows],
                      asked, sorted(words.labels.items()))  # fmt: skip
        kept = material.kept / f"{hashlib.sha256(repr(depends_on).encode()).hexdigest()}.svg"
        with contextlib.suppress(OSError):
            return Markup(kept.read_text(encoding="utf-8"))
    try:
        from dxplan.charts.chart import svg

        drawn = svg(question, answer, words, lang, asked)
    except UsageError:  # the drawing library is an extra; the table tells the same
        return None
    if kept is not None:
        write_atomically(kept, drawn)
    return Markup(drawn)


def _called(term: ox.NamedNode | ox.Literal, material: Material, lang: str) -> str:
    return material.names.of(term.value, lang).text if isinstance(term, ox.NamedNode) else term.value


_Known = dict[str, list[Permitted]]


def _values(question: Question, material: Material, known: _Known) -> dict[str, tuple[list[Permitted], int]]:
    """Return the first permitted values of each parameter, and their number; many questions take the same."""
    found = {}
    for parameter in question.parameters:
        if parameter.values not in known:
            known[parameter.values] = permitted(parameter, material.source)
        values = known[parameter.values]
        found[parameter.name] = (values[:_LISTED], len(values))
    return found


def _page(question: Question, material: Material, answers: dict[str, Answer], known: _Known) -> Page:
    words = {lang: headings(question, answers[lang], material.source, lang) for lang in answers}
    both: dict[str, Any] = {
        "sentence": {
            lang: sentence(question, {}, answers[lang], words[lang], material.source, lang) for lang in answers
        },
        "table": {lang: table(answers[lang], words[lang]) for lang in answers},
        "drawing": {lang: _drawing(question, answers[lang], words[lang], material, lang) for lang in answers},
        "command": {lang: command(question, material, lang) for lang in answers},
    }
    titles = {lang: question.summary(lang) for lang in ("ja", "en")}
    values = {"question": question, "permitted": _values(question, material, known), "tags": TAGS, **both}
    return Page(f"questions/{question.name}", "question.html", titles, values, section="questions")


def index(material: Material) -> Page:
    """Return the page that lists all questions by what they are about."""
    known = material.questions.values()
    groups = {tag: [each for each in known if tag == each.tags[0]] for tag in TAGS}
    rest = {each.tags[0]: [each] for each in known if each.tags[0] not in TAGS}
    titles = {"ja": "質問", "en": "Questions"}
    return Page("questions", "questions.html", titles, {"groups": groups | rest, "tags": TAGS}, section="questions")


def pages(material: Material) -> Iterator[Page | File]:
    """Yield the index, and for each question its page and its files: the query, and the answer as CSV."""
    yield index(material)
    known: _Known = {}
    for question in material.questions.values():
        answers = {lang: question.ask(material.source, {}, lang) for lang in ("ja", "en")}
        yield _page(question, material, answers, known)
        yield from files(question, answers)


def files(question: Question, answers: dict[str, Answer]) -> Iterator[File]:
    """Yield what of a question can be taken away."""
    yield f"questions/{question.name}.rq", question.text.encode()
    for lang, suffix in (("ja", ".csv"), ("en", ".en.csv")):
        yield f"questions/{question.name}{suffix}", render(answers[lang], "csv").encode()
