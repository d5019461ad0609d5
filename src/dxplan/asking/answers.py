"""An answer to a SELECT query, and the forms in which it is taken away."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from dxplan.iris import shorten, split
from dxplan.kept import digest_of

__all__ = ["FORMATS", "Answer", "Headings", "Term", "answer_key", "for_excel", "readable", "render", "tsv"]

Term = ox.NamedNode | ox.BlankNode | ox.Literal
FORMATS = ("table", "csv", "json", "md")


@dataclass(frozen=True)
class Answer:
    """Columns and rows of RDF terms; an unbound value is None."""

    columns: list[str]
    rows: list[tuple[Term | None, ...]]

    @classmethod
    def of(cls, solutions: ox.QuerySolutions) -> Answer:
        """Read the solutions of a query on a store."""
        columns = [variable.value for variable in solutions.variables]
        return cls(columns, [tuple(solution) for solution in solutions])

    def iris(self) -> set[str]:
        """Return every IRI in the answer."""
        return {term.value for row in self.rows for term in row if isinstance(term, ox.NamedNode)}


@dataclass(frozen=True)
class Headings:
    """Words for people: of columns, of coded values, and labels of IRIs; all optional."""

    columns: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


def answer_key(query: str) -> str:
    """Return by what the answer to a query is kept."""
    return digest_of([ox.__version__, query])


def render(answer: Answer, form: str, headings: Headings | None = None) -> str:
    """Return an answer as ``table``, ``csv``, ``json`` or ``md``.

    CSV and JSON follow the SPARQL 1.1 result formats and hold every column; the table and Markdown put the label of a
    thing first with its IRI beside it.
    """
    renderers: dict[str, Callable[[Answer, Headings], str]] = {
        "table": _table,
        "csv": _csv,
        "json": _json,
        "md": _markdown,
    }
    return renderers[form](answer, headings or Headings())


def for_excel(answer: Answer) -> str:
    """Return an answer as CSV that Excel opens as it is meant.

    A byte order mark tells it that the text is UTF-8. It would take 08236 for a number, 1-1-17 for a date and =1+1 for
    a formula, so such values are written as a formula that gives their text.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        texts = ["" if term is None else _plain(term) for term in row]
        writer.writerow([f'="{text.replace(_QUOTE, _QUOTE * 2)}"' if _MISREAD.match(text) else text for text in texts])
    return "\ufeff" + out.getvalue()


_QUOTE = '"'
_MISREAD = re.compile(r"0\d+$|\d+[-/:]\d+|\d{12,}$|[=+@\t]|-(?!\d+(?:\.\d+)?$)")


def _csv(answer: Answer, headings: Headings) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # as https://www.w3.org/TR/sparql11-results-csv-tsv/ has it
    writer.writerow(answer.columns)
    writer.writerows([["" if term is None else _plain(term) for term in row] for row in answer.rows])
    return out.getvalue()


def tsv(answer: Answer) -> str:
    """Return an answer as https://www.w3.org/TR/sparql11-results-csv-tsv/ has TSV; the same terms are read from it."""
    lines = ["\t".join(f"?{name}" for name in answer.columns)]
    lines += ["\t".join(["" if term is None else str(term) for term in row]) for row in answer.rows]
    return "".join(f"{line}\n" for line in lines)


def _plain(term: Term) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else term.value


def _json(answer: Answer, headings: Headings) -> str:
    bindings = [
        {name: _json_term(term) for name, term in zip(answer.columns, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    body = {"head": {"vars": answer.columns}, "results": {"bindings": bindings}}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    written = {"type": "literal", "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif not term.datatype.value.endswith("#string"):
        written["datatype"] = term.datatype.value
    return written


def readable(answer: Answer, headings: Headings) -> tuple[list[str], list[list[str]]]:
    """Return headings and cells with a label column folded into the column it names."""
    at = {name: index for index, name in enumerate(answer.columns)}
    shown = [name for name in answer.columns if not (name.endswith("Label") and name[: -len("Label")] in at)]
    rows = []
    for row in answer.rows:
        cells = []
        for name in shown:
            beside = at.get(f"{name}Label")
            cells.append(_cell(row[at[name]], None if beside is None else row[beside], headings))
        rows.append(cells)
    return [headings.columns.get(name, name) for name in shown], rows


def _cell(term: Term | None, label: Term | None, headings: Headings) -> str:
    if term is None:
        return "" if label is None else label.value
    if isinstance(term, ox.NamedNode):
        name = label.value if label is not None else headings.labels.get(term.value)
        known = split(term.value)
        if name and known and known[0] == "fy":
            return name  # a year needs no IRI beside it
        return f"{name} ({shorten(term.value)})" if name else shorten(term.value)
    return headings.words.get(term.value, _plain(term))


def _numeric(answer: Answer, rows: Sequence[Sequence[str]], column: int) -> bool:
    filled = [row[column] for row in rows if row[column]]
    return bool(filled) and all(map(_is_number, filled))


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()


def _table(answer: Answer, headings: Headings) -> str:
    names, rows = readable(answer, headings)
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for number, name in enumerate(names):
        table.add_column(name, justify="right" if _numeric(answer, rows, number) else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    # Rich measures full-width characters as two cells, which is how terminals show them.
    console = Console(width=None, file=io.StringIO(), highlight=False, markup=False, emoji=False)
    if not Console().is_terminal:
        console = Console(width=1_000, file=io.StringIO(), highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def _markdown(answer: Answer, headings: Headings) -> str:
    names, rows = readable(answer, headings)

    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    rule = ["---:" if _numeric(answer, rows, number) else "---" for number in range(len(names))]
    return "\n".join([line(names), line(rule), *map(line, rows)]) + "\n"
