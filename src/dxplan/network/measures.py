"""Measures of networks and sets, each with its source."""

from __future__ import annotations

from collections.abc import Mapping, Set
from math import log2, sqrt

__all__ = ["cosine", "dice", "jaccard", "rarity"]


def rarity(having: int, total: int) -> float:
    """Return how much a feature counts: 1 where all have it, and 1 more with each halving of those that do.

    ``1 + log2(total / having)``: the inverse document frequency as it was first given, without its rounding (Spärck
    Jones 1972, https://doi.org/10.1108/eb026526). What everybody has still counts, so that the measure also makes
    sense for two plans only.

    :param having: how many have the feature, at least 1.
    :param total: of how many.

    >>> rarity(4, 4), rarity(2, 4), rarity(1, 4)
    (1.0, 2.0, 3.0)
    """
    return 1 + log2(total / having)


def jaccard(one: Set[str], other: Set[str]) -> float | None:
    """Return the share of what both have in what either has, 0 to 1 (Jaccard 1912); None for two empty sets.

    >>> jaccard({"a", "b", "c"}, {"b", "c", "d"})
    0.5
    """
    either = one | other
    return len(one & other) / len(either) if either else None


def cosine(one: Set[str], other: Set[str], weights: Mapping[str, float]) -> float | None:
    """Return the cosine of two sets as vectors of weights, 0 to 1 (Salton and McGill 1983); None where one is empty.

    >>> cosine({"a", "b"}, {"b", "c"}, {"a": 3.0, "b": 4.0, "c": 3.0})
    0.64
    """
    lengths = sqrt(_squares(one, weights)) * sqrt(_squares(other, weights))
    return _squares(one & other, weights) / lengths if lengths else None


def _squares(features: Set[str], weights: Mapping[str, float]) -> float:
    # In order, because the last digit of a sum depends on it.
    return sum(weights[feature] ** 2 for feature in sorted(features))


def dice(both: int, one: int, other: int) -> float:
    """Return how well one set stands for another, 0 to 1, from their sizes (Dice 1945,
    https://doi.org/10.2307/1932409).

    >>> dice(both=3, one=4, other=6)
    0.6
    """
    return 2 * both / (one + other)
