"""What answers SPARQL: a store here, or something elsewhere that can do the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from dxplan.asking.answers import Answer
from dxplan.errors import UsageError

__all__ = ["Source", "StoreSource"]


class Source(Protocol):
    """Something that answers SPARQL SELECT: a store here, or an endpoint elsewhere."""

    def select(self, query: str) -> Answer:
        """Run a SELECT query."""


@dataclass(frozen=True)
class StoreSource:
    """A store of this process, whose default graph is the union of all its graphs."""

    store: ox.Store

    def select(self, query: str) -> Answer:
        """Run a SELECT query.

        :raises UsageError: for text that is not a SELECT query.
        """
        try:
            result = self.store.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise UsageError(f"SPARQL として読めません: {error.msg}", f"not SPARQL: {error.msg}") from None
        if not isinstance(result, ox.QuerySolutions):
            raise UsageError("SELECT の問合せだけに答えます。", "Only SELECT queries are answered.")
        return Answer.of(result)
