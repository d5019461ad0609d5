"""An answer to a saved question, put together of the rows that cities give to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise

import pyoxigraph as ox

from dxplan.asking.answers import Answer

__all__ = ["Joining"]


@dataclass(frozen=True)
class Joining:
    """How the rows of cities become the answer.

    :param columns: of the answer.
    :param conditions: queries to ask of all cities together, each with how many columns it has. A row that has values
        in the columns of one stays if the query finds them.
    :param distinct: whether an answer has each row once.
    """

    columns: Sequence[str]
    conditions: Sequence[tuple[str, int]]
    distinct: bool

    def to_json(self) -> str:
        """Return it as it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Joining:
        """Return it from what was kept."""
        return cls(**json.loads(text))

    def join(self, rows: Iterable[bytes], gone: Iterable[bytes], select: Callable[[str], Answer]) -> Answer:
        """Return the answer.

        :param rows: lines of cells, with tabs between them: what to order by, then the values of the conditions, then a
            row of https://www.w3.org/TR/sparql11-results-csv-tsv/. Each piece ends with a line.
        :param gone: lines that are taken away, each once.
        :param select: asks a query of all cities together.
        """
        lines = _left(_lines(rows), Counter(_lines(gone)))
        lines.sort()  # terms are written so that this is their order
        beside = sum(width for _, width in self.conditions)
        lines = self._meeting(lines, beside, select) if beside else [line.partition(b"\t")[2] for line in lines]
        if self.distinct:
            lines = list(dict.fromkeys(lines))
        head = "\t".join(f"?{name}" for name in self.columns).encode()
        found = ox.parse_query_results(b"\n".join([head, *lines, b""]), format=ox.QueryResultsFormat.TSV)
        assert isinstance(found, ox.QuerySolutions)
        return Answer.of(found)

    def _meeting(self, lines: Iterable[bytes], beside: int, select: Callable[[str], Answer]) -> list[bytes]:
        """Return the rows that meet the conditions, without anything before them."""
        ends = accumulate((width for _, width in self.conditions), initial=0)
        conditions = []
        for (query, _), (start, end) in zip(self.conditions, pairwise(ends), strict=True):
            met = {tuple("" if term is None else str(term) for term in row) for row in select(query).rows}
            conditions.append((start, end, {tuple(value.encode() for value in row) for row in met}))
        found = []
        meeting: dict[tuple[bytes, ...], bool] = {}  # many rows have the same values
        for line in lines:
            _, *cells, row = line.split(b"\t", beside + 1)
            values = tuple(cells)
            if values not in meeting:
                meeting[values] = all(
                    values[start:end] in met or not any(values[start:end]) for start, end, met in conditions
                )
            if meeting[values]:
                found.append(row)
        return found


def _lines(pieces: Iterable[bytes]) -> list[bytes]:
    return b"".join(pieces).split(b"\n")[:-1]


def _left(lines: list[bytes], gone: Counter[bytes]) -> list[bytes]:
    """Return the lines that stay when some are taken away."""
    if not gone:
        return lines
    left = Counter(lines)
    left.subtract(gone)
    return list(left.elements())
