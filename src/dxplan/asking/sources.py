"""What answers SPARQL: a store here, or something elsewhere that can do the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from dxplan.asking.answers import Answer
from dxplan.asking.sparql import mistake, names_graphs, with_prefixes
from dxplan.errors import UsageError

__all__ = ["Outcome", "Source", "StoreSource", "answer_of"]

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
    """A store of this process, whose default graph is the union of all its graphs."""

    store: ox.Store

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
        return answer_of(self.run(query))
