"""An answer to cite: what was asked, of which data, with which query, and every row; and whether it still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from dxplan import __version__
from dxplan.asking.answers import Answer, Term
from dxplan.asking.questions import Question
from dxplan.errors import InputError

__all__ = ["Citation", "Difference", "cite", "compare", "read"]

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Citation:
    """One answer as it was.

    :param question: name of the saved question.
    :param summary: what is asked, by language.
    :param parameters: serialised RDF terms by name of parameter, defaults too.
    :param data: digest of the snapshot that was asked, or the address of an endpoint.
    :param query: SHA-256 of the query as it was run.
    :param rows: serialised RDF terms, None where unbound.
    """

    question: str
    summary: dict[str, str]
    parameters: dict[str, str]
    lang: str
    data: str
    query: str
    software: str
    columns: list[str]
    rows: list[Row]

    def to_json(self) -> str:
        """Return the citation as JSON, one row a line of its own, the same for the same answer."""
        head = {name: value for name, value in asdict(self).items() if name != "rows"}
        body = json.dumps(head, ensure_ascii=False, indent=2)[:-2]
        rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in self.rows)
        return f'{body},\n  "rows": [\n{rows}\n  ]\n}}\n' if rows else f'{body},\n  "rows": []\n}}\n'


@dataclass(frozen=True)
class Difference:
    """What an answer of today has and lacks against a citation.

    :param same_data: the data are those that were asked.
    :param same_query: the query is the one that was run.
    """

    added: list[Row]
    gone: list[Row]
    same_data: bool
    same_query: bool

    @property
    def holds(self) -> bool:
        """Whether the rows are the same."""
        return not self.added and not self.gone


def _row(row: Sequence[Term | None]) -> Row:
    return tuple(None if term is None else str(term) for term in row)


def cite(
    question: Question, values: Mapping[str, ox.NamedNode | ox.Literal], lang: str, data: str, answer: Answer
) -> Citation:
    """Return an answer as it is to be cited."""
    # All values, given or not: then it is the same query however they were told.
    settled = {parameter.name: values.get(parameter.name, parameter.default) for parameter in question.parameters}
    return Citation(
        question=question.name,
        summary={each: question.summary(each) for each in ("ja", "en")},
        parameters={name: str(term) for name, term in settled.items()},
        lang=lang,
        data=data,
        query=hashlib.sha256(question.bound(settled, lang).encode()).hexdigest(),
        software=f"dxplan {__version__}",
        columns=answer.columns,
        rows=[_row(row) for row in answer.rows],
    )


def compare(then: Citation, now: Citation) -> Difference:
    """Return what changed from one citation to another of the same question; the order of rows does not count."""
    before, after = set(then.rows), set(now.rows)
    return Difference(
        added=[row for row in now.rows if row not in before],
        gone=[row for row in then.rows if row not in after],
        same_data=then.data == now.data,
        same_query=then.query == now.query,
    )


def read(path: Path) -> Citation:
    """Read a citation.

    :raises InputError: for a file that is not there or no citation.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Citation(**{**found, "rows": [tuple(row) for row in found["rows"]]})
    except OSError as error:
        raise InputError(
            f"{path}: 読めません（{error.strerror}）。", f"{path}: cannot be read ({error.strerror})."
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise InputError(
            f"{path}:{line}: 引用として読めません。dxplan ask … --snapshot で書いたファイルを指定してください。",
            f"{path}:{line}: is no citation. Name a file that dxplan ask … --snapshot wrote.",
        ) from None
