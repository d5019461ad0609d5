"""What a worker is asked to do, and what it hands back; both pass between processes by pickling."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dxplan.server.limits import Limits
from dxplan.store import Snapshot

__all__ = ["Asking", "Counting", "Counts", "Job", "Querying", "Result", "Setting"]


@dataclass(frozen=True)
class Setting:
    """What a worker works on.

    :param queries: the folder of saved questions.
    """

    snapshot: Snapshot
    queries: Path
    limits: Limits


@dataclass(frozen=True)
class Querying:
    """Run a query of a client.

    :param accept: the ``Accept`` header; what it means depends on the form of the query.
    :param form: what the address names instead, if it does.
    :param default_graphs: IRIs whose graphs together are the default graph; None for the union of all.
    :param named_graphs: IRIs of the graphs that ``GRAPH`` sees; None for all.
    """

    text: str
    accept: str | None = None
    form: str | None = None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Asking:
    """Answer a saved question.

    :param values: the name and text of each parameter, as people write it.
    :param form: a key of :data:`~dxplan.server.formats.ANSWERS`, or None where ``accept`` decides.
    """

    name: str
    values: tuple[tuple[str, str], ...]
    lang: str
    accept: str | None = None
    form: str | None = None


@dataclass(frozen=True)
class Counting:
    """Count the triples of each graph."""


@dataclass(frozen=True)
class Counts:
    """How many triples there are in each named graph, by its IRI, and different ones in their union."""

    graphs: dict[str, int]
    union: int


Job = Querying | Asking | Counting


@dataclass(frozen=True)
class Result:
    """What comes of a query: its bytes and their media type."""

    media: str
    body: bytes
