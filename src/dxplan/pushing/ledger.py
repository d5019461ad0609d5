"""The ledger: a small named graph in the store of others that says which graphs we pushed there, with their digests.

It has an entry for each graph, described by two triples::

    <https://w3id.org/dxplan/pushed#plan/08236-2022>
        dct:references <https://w3id.org/dxplan/plan/08236-2022> ; schema:sha256 "…" .

An entry without a digest is of a graph that was about to be changed: whether it was is not known, so the next push
sends it again. A graph that has no entry is none of ours and is never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping

from dxplan.iris import LEDGER, PREFIXES, ledger_entry

__all__ = ["QUERY", "entry", "written"]

_REFERENCES, _DIGEST = PREFIXES["dct"] + "references", PREFIXES["schema"] + "sha256"

#: What reads it.
QUERY = f"""SELECT ?graph ?digest WHERE {{
    GRAPH <{LEDGER}> {{ ?entry <{_REFERENCES}> ?graph OPTIONAL {{ ?entry <{_DIGEST}> ?digest }} }}
}}"""


def entry(graph: str, digest: str | None) -> tuple[str, ...]:
    """Return the triples of an entry as lines of N-Triples.

    :param digest: None while the graph is about to be changed.
    """
    node = f"<{ledger_entry(graph)}>"
    lines = (f"{node} <{_REFERENCES}> <{graph}> .",)
    return lines if digest is None else (*lines, f'{node} <{_DIGEST}> "{digest}" .')


def written(entries: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return a whole ledger as lines of N-Triples."""
    return tuple(line for graph in sorted(entries) for line in entry(graph, entries[graph]))
