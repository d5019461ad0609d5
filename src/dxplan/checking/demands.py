"""What a compiled rule asks of all its nodes at once."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FOCUS", "Demand"]

#: The graph that holds the focus nodes, and the beginning of the class that stands for the targets of a rule.
FOCUS = "urn:x-dxplan:focus"


@dataclass(frozen=True)
class Demand:
    """One demand of a rule as a SELECT of ``?this`` and, where there are any, ``?path``, ``?value`` and more.

    :param target: number of the set of targets that it ranges over.
    """

    rule: str
    path: str
    target: int
    text: str
