"""With which values the questions are asked beside those of their files: one default proves only itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from dxplan.iris import make
from nation.municipalities import city
from nation.papers import year
from nation.reference import Reference
from nation.samples import Profile

__all__ = ["ASKED", "Asked", "draw"]

#: The values of each question that is asked with some, by parameter.
Asked = Mapping[str, list[dict[str, str]]]

# How often a question is asked with such values; the headline, which has most cases, more often.
_TIMES, _MORE = 6, {"cities-without-topic": 18}
# Amid all plans, long before them, at their beginnings, later, just before, and after.
_YEARS = ((2023, 2025), (2000, 2012), (2021, 2023), (2026, 2028), (2013, 2020), (2029, 2040))


@dataclass(frozen=True)
class _Pool:
    """What values are drawn from."""

    rng: Random
    reference: Reference
    profile: Profile
    cities: Sequence[str]

    def topic(self, _: int) -> str:
        return self.rng.choice(self.reference.of_kind("Topic"))

    def scheduled(self, _: int) -> str:
        """Draw a topic that a schedule of a real plan is on, since of others no timeline can be asked."""
        elements = [e for layout in self.profile.layouts for role in layout.elements.values() for e in role if e.cells]
        above = self.reference.above
        return self.rng.choice(sorted({each for e in elements for topic in e.topics for each in above[topic]}))

    def as_of(self, at: int) -> str:
        return year(self.rng.randint(*_YEARS[at % len(_YEARS)]))

    def city(self, _: int) -> str:
        return make("municipality", self.rng.choice(self.cities))

    def minimum(self, _: int) -> str:
        return str(self.rng.randint(1, 9))

    def version(self, at: int) -> str:
        versions = self.reference.of_kind("NationalPlan")
        return versions[at % len(versions)]


_Draw = Callable[[_Pool, int], str]
_PARAMETERS: dict[str, dict[str, _Draw]] = {
    "cities-without-topic": {"topic": _Pool.topic, "asOf": _Pool.as_of},
    "coverage-by-national-item": {"version": _Pool.version},
    "first-year-of-each-stage": {"topic": _Pool.scheduled},
    "national-coverage-matrix": {"version": _Pool.version},
    "national-items-left-out-by-city": {"city": _Pool.city},
    "spread-of-topic": {"topic": _Pool.topic},
    "timeline-of-topic": {"topic": _Pool.scheduled},
    "topic-across-cities": {"topic": _Pool.topic},
    "topics-lacking-in-city": {"city": _Pool.city, "minimum": _Pool.minimum},
}
#: The questions that are asked with other values.
ASKED = tuple(_PARAMETERS)


def draw(seed: int, plans: int, profile: Profile, reference: Reference) -> Asked:
    """Draw values for the questions of a nation.

    :param plans: how many plans it has.
    """
    codes = sorted({city(seed, number) for number in range(1, plans + 1)})
    found: dict[str, list[dict[str, str]]] = {}
    for name, parameters in _PARAMETERS.items():
        pool = _Pool(Random(f"{seed}-{name}"), reference, profile, codes)
        drawn = [{key: take(pool, at) for key, take in parameters.items()} for at in range(_MORE.get(name, _TIMES))]
        found[name] = [given for at, given in enumerate(drawn) if given not in drawn[:at]]
    return found
