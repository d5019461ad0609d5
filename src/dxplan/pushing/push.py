"""Pushing: what differs between a snapshot and a store of others, and how it is sent so that a failure does no harm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyoxigraph as ox

from dxplan.iris import BASE, LEDGER
from dxplan.pushing import ledger
from dxplan.pushing.graphs import Graph, digests, graph
from dxplan.pushing.remotes import Remote

__all__ = ["Difference", "apply", "difference", "is_union"]


@dataclass(frozen=True)
class Difference:
    """What a push does.

    :param send: graphs that are new or have changed, in order, by IRI with their digest.
    :param drop: graphs that we pushed earlier and that are no more.
    :param same: graphs that are as they should be, with their digest.
    """

    send: dict[str, str]
    drop: list[str]
    same: dict[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.send and not self.drop


def difference(store: ox.Store, remote: Remote) -> Difference:
    """Compare a store with the ledger of another."""
    here = digests(store)
    there = {row["graph"]: row.get("digest") for row in remote.select(ledger.QUERY)}
    return Difference(
        send={iri: digest for iri, digest in here.items() if there.get(iri) != digest},
        drop=sorted(there.keys() - here.keys()),
        same={iri: digest for iri, digest in here.items() if there.get(iri) == digest},
    )


def apply(store: ox.Store, remote: Remote, change: Difference, advance: Callable[[], None] = lambda: None) -> int:
    """Send what differs; return how many triples were sent.

    The ledger first forgets the digest of every graph that is to change, then learns each anew when it has arrived. So
    it never says of a graph what is not so, and what fails in between is done by the next push.

    :param advance: called after each graph.
    """
    if change.is_empty:
        return 0
    entries: dict[str, str | None] = {**change.same, **dict.fromkeys([*change.send, *change.drop])}
    _write_ledger(remote, entries)
    sent = 0
    for iri, digest in change.send.items():
        found = graph(store, iri)
        remote.replace(found)
        remote.add(LEDGER, ledger.entry(iri, digest))
        sent += len(found.lines)
        advance()
    for iri in change.drop:
        remote.drop(iri)
        advance()
    if change.drop:
        _write_ledger(remote, {**change.same, **change.send})
    return sent


def _write_ledger(remote: Remote, entries: dict[str, str | None]) -> None:
    remote.replace(Graph(LEDGER, ledger.written(entries), has_blank_nodes=False))


def is_union(remote: Remote) -> bool:
    """Tell whether the default graph of a store shows what stands in its named graphs, as our questions need it."""
    return remote.ask(f"ASK {{ <{BASE}> ?property ?value }}")
