"""What a query may take, told to everybody: in the service description, in the header of every answer, on the page.

An answer is whole or an error. A query that reaches a limit is refused in words, never cut short: half an answer with
the status 200 would be taken for the whole.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HEADER", "Limits"]

#: The header that tells the limits, as a dictionary of https://www.rfc-editor.org/rfc/rfc9651.
HEADER = "Query-Limits"


@dataclass(frozen=True)
class Limits:
    """The limits of a server.

    :param seconds: how long a query may run.
    :param rows: how many rows, or triples, an answer may have.
    :param size: how many bytes an answer may have.
    :param memory: how many bytes of address space a query may take beyond what its idle process has.
    :param text: how many bytes a query may be long.
    :param workers: how many queries run at once.
    :param waiting: how many more may wait for their turn.
    :param patience: for how many seconds they wait.
    """

    seconds: float = 30
    rows: int = 100_000
    size: int = 64 * 2**20
    memory: int = 2**30
    text: int = 2**20
    workers: int = 4
    waiting: int = 64
    patience: float = 10

    def header(self) -> str:
        """Return the value of :data:`HEADER`."""
        return f"seconds={self.seconds:g}, rows={self.rows}, bytes={self.size}, memory={self.memory}, query={self.text}"
