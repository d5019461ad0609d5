"""What answers SPARQL: a store here, or something elsewhere that can do the same."""

from __future__ import annotations

import contextlib
import gzip
import time
from dataclasses import dataclass, field
from typing import Protocol

import pyoxigraph as ox

from dxplan.asking.answers import Answer, answer_key, tsv
from dxplan.asking.sparql import mistake, names_graphs, with_prefixes
from dxplan.errors import UsageError
from dxplan.kept import Kept

__all__ = ["Outcome", "Source", "StoreSource", "answer_of"]

# An answer that took so many seconds to find is kept, and so many of them.
_LONG = 0.1
_MOST = 1000

#: What comes of a query: rows of SELECT, the truth of ASK, triples of CONSTRUCT and DESCRIBE.
Outcome = Answer | bool | list[ox.Triple]


class Source(Protocol):
    """Something that answers SPARQL: a store here, or an endpoint elsewhere."""

    def run(self, query: str, name: str = "SPARQL") -> Outcome:
        """Run a query of any form; well-known prefixes need no declaration.

        :param name: what to call the query in a message, such as its file.
        :raises UsageError: for text that is no query, with line and column.
        """

    def select(self, query: str) -> Answer:
        """Run a SELECT query.

        :raises UsageError: for text that is no SELECT query.
        """


def answer_of(outcome: Outcome) -> Answer:
    """Return the rows of a SELECT query.

    :raises UsageError: when the query was of another form.
    """
    if isinstance(outcome, Answer):
        return outcome
    raise UsageError("SELECT の問合せにしてください。", "Use a SELECT query.")


@dataclass(frozen=True)
class StoreSource:
    """A store of this process, whose default graph is the union of all its graphs.

    :param kept: where answers are kept that took long to find, for a store that does not change; by default nowhere.
    """

    store: ox.Store
    kept: Kept = field(default_factory=lambda: Kept(None))

    def run(self, query: str, name: str = "SPARQL") -> Outcome:
        """Run a query of any form; see :class:`Source`."""
        try:
            # For Oxigraph the union would outweigh FROM.
            union = not names_graphs(query)
            result = self.store.query(with_prefixes(query), use_default_graph_as_union=union)
        except SyntaxError as error:
            raise mistake(query, error.msg, name) from None
        if isinstance(result, ox.QuerySolutions):
            return Answer.of(result)
        return bool(result) if isinstance(result, ox.QueryBoolean) else list(result)

    def select(self, query: str) -> Answer:
        """Run a SELECT query; see :class:`Source`."""
        key = answer_key(query)
        if body := self.kept.get(key):
            found = ox.parse_query_results(gzip.decompress(body), format=ox.QueryResultsFormat.TSV)
            assert isinstance(found, ox.QuerySolutions)
            return Answer.of(found)
        began = time.monotonic()
        answer = answer_of(self.run(query))
        if time.monotonic() - began > _LONG:
            self._keep(key, answer)
        return answer

    def _keep(self, key: str, answer: Answer) -> None:
        with contextlib.suppress(OSError):  # where one may not write, it is found again each time
            self.kept.put(key, gzip.compress(tsv(answer).encode(), 1, mtime=0))
            self.kept.prune(_MOST)
