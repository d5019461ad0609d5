"""With which values benchmarks ask the questions: permitted ones, drawn by a seed, never those of their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING

import pyoxigraph as ox

from dxplan.asking.parameters import permitted

if TYPE_CHECKING:
    from dxplan.asking.questions import Question
    from dxplan.asking.sources import Source

__all__ = ["Given", "draw"]

#: Values of a question by parameter, and the number under which the nation has the true answer: 0 where it is that of
#: the question as it stands, None where there is none.
Given = tuple[dict[str, "ox.NamedNode | ox.Literal"], int | None]

_SEED = 20


def draw(question: Question, source: Source, count: int, known: Sequence[Mapping[str, str]] = ()) -> list[Given]:
    """Return values to ask a question with; of one without parameters none, as often.

    :param known: values of which the true answer is known; they are taken before others.
    """
    if not question.parameters:
        return [({}, 0)] * count
    own = {each.name: each.default for each in question.parameters}
    pools = {
        each.name: [one.value for one in permitted(each, source) if one.value != each.default] or [each.default]
        for each in question.parameters
    }
    given: list[Given] = []
    for at, values in enumerate(known, 1):
        terms = {name: term for name, value in values.items() for term in pools[name] if term.value == value}
        if set(terms) == set(own):
            given.append((terms, at))
    rng = Random(f"{_SEED}-{question.name}")
    given += [({name: rng.choice(pool) for name, pool in pools.items()}, None) for _ in range(count - len(given))]
    return given[:count]
