"""Running a query of a client inside a worker: what is refused before it runs, its dataset, its answer as bytes."""

from __future__ import annotations

import io
import re
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from dxplan.asking.sparql import mistake, names_graphs, tokens, with_prefixes
from dxplan.errors import UsageError
from dxplan.iris import PREFIXES
from dxplan.server import refusals
from dxplan.server.formats import GRAPHS, RESULTS, chosen
from dxplan.server.jobs import Querying, Result
from dxplan.server.limits import Limits
from dxplan.server.refusals import RefusalError

if TYPE_CHECKING:
    from typing_extensions import Buffer  # of collections.abc from Python 3.12 on

__all__ = ["Bounded", "check_rows", "run"]

_STRINGS_OF_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"')
_STRINGS_OF_CSV = re.compile(rb'"[^"]*"')
_EXPLAINED_WITHIN = 2.0  # seconds; to find the place of a mistake takes long in a large query
_NAME = "SPARQL"


class Bounded(io.BytesIO):
    """A buffer that may grow to a limit; what is written beyond raises a RefusalError."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, data: Buffer) -> int:
        """Add bytes."""
        written = super().write(data)
        if self.tell() > self.limit:
            raise refusals.size(self.limit)
        return written


def run(store: ox.Store, asked: Querying, limits: Limits) -> Result:
    """Run a query and return its answer in the form that the client takes.

    :raises RefusalError: for a query that may not run or whose answer is too large, or wanted in no form there is.
    """
    _refuse_service(asked.text)
    try:
        found = store.query(with_prefixes(asked.text), **_dataset(asked))  # type: ignore[arg-type]
    except SyntaxError as error:
        told = _explained(asked.text, error.msg)
        raise RefusalError(400, told.ja, told.en) from None
    except ValueError as error:  # an IRI that is none
        raise RefusalError(400, f"問合せを実行できません（{error}）。", f"The query cannot be run ({error}).") from None
    try:
        if isinstance(found, ox.QueryTriples):
            return _graph(found, asked, limits)
        return _results(found, asked, limits)
    except (RuntimeError, OSError) as error:  # in the course of it: such as SERVICE, which finds no network
        raise RefusalError(400, f"問合せを実行できません（{error}）。", f"The query cannot be run ({error}).") from None


def _dataset(asked: Querying) -> dict[str, object]:
    """Return the dataset as https://www.w3.org/TR/sparql11-protocol/#dataset has it.

    What the request names outweighs ``FROM`` in the query; where neither is there, the default graph is the union.
    """
    if asked.default_graphs is not None or asked.named_graphs is not None:
        return {
            "default_graph": [ox.NamedNode(iri) for iri in asked.default_graphs or ()],
            "named_graphs": [ox.NamedNode(iri) for iri in asked.named_graphs or ()],
        }
    # For Oxigraph the union would outweigh FROM.
    return {"use_default_graph_as_union": not names_graphs(asked.text)}


def _refuse_service(text: str) -> None:
    """Refuse a query that would have us ask another server.

    This tells people so in words. That nothing is ever sent does not hang on it, since what a parser takes for a
    keyword can be hidden from another reader: a worker can open no connection (see :mod:`dxplan.server.worker`).
    """
    for token in tokens(text):
        if token.kind == "word" and token.text.upper() == "SERVICE":
            line = text.count("\n", 0, token.start) + 1
            raise RefusalError(
                400,
                f"{line}行目: SERVICE は実行しません。他のエンドポイントには手元から尋ねてください。",
                f"Line {line}: SERVICE is not run here. Ask other endpoints from your own machine.",
            )


def _explained(text: str, message: str) -> UsageError:
    """Return what is wrong with a query; what Oxigraph says where it takes too long to find better words."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _EXPLAINED_WITHIN)
    try:
        return mistake(text, message, _NAME)
    except (TimeoutError, RecursionError, MemoryError):
        return UsageError(f"SPARQL として読めません（{message}）。", f"This is no SPARQL ({message}).")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _results(found: ox.QuerySolutions | ox.QueryBoolean, asked: Querying, limits: Limits) -> Result:
    form = chosen(asked.accept, asked.form, RESULTS)
    assert isinstance(form.of, ox.QueryResultsFormat)
    buffer = Bounded(limits.size)
    found.serialize(buffer, format=form.of)
    body = buffer.getvalue()
    if isinstance(found, ox.QuerySolutions):
        check_rows(body, form.of, limits.rows)
    return Result(form.media, body)


def check_rows(body: bytes, form: ox.QueryResultsFormat, limit: int) -> None:
    """Refuse a serialised answer that has more rows than it may.

    Oxigraph writes rows without counting them, and to count them before would take as long as to answer.
    """
    if form == ox.QueryResultsFormat.XML:
        count = body.count(b"<result>")  # in a text it would be &lt;result>
    elif form == ox.QueryResultsFormat.TSV:
        count = body.count(b"\n") - 1  # in a text it would be \n
    elif form == ox.QueryResultsFormat.CSV:
        count = body.count(b"\n") - 1
        if count > limit:  # some may stand inside of texts
            count = _STRINGS_OF_CSV.sub(b"", body).count(b"\n") - 1
    else:
        count = body.count(b"},{") + 1
        if count > limit:
            count = _STRINGS_OF_JSON.sub(b"", body).count(b"},{") + 1
    if count > limit:
        raise refusals.rows(limit)


def _graph(found: ox.QueryTriples, asked: Querying, limits: Limits) -> Result:
    form = chosen(asked.accept, asked.form, GRAPHS)
    assert isinstance(form.of, ox.RdfFormat)
    buffer = Bounded(limits.size)
    ox.serialize(_at_most(found, limits.rows), buffer, format=form.of, prefixes=PREFIXES)
    return Result(form.media, buffer.getvalue())


def _at_most(found: ox.QueryTriples, limit: int) -> Iterator[ox.Triple]:
    for number, triple in enumerate(found):
        if number >= limit:
            raise refusals.rows(limit)
        yield triple
