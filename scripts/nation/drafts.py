"""A made-up plan while it is being made."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from dxplan.iris import make
from nation.papers import Names, Paper
from nation.reference import Reference
from nation.samples import Element, Layout, Profile

__all__ = ["Branch", "Draft"]


@dataclass
class Branch:
    """An element that the plan is to hold: what it is drawn from, and what it is called.

    :param path: its number and those of the elements above it.
    :param links: the national items that it is linked to, as printed and as read.
    """

    iri: str
    key: str
    role: str
    sample: Element
    names: Names
    path: tuple[int, ...]
    topics: tuple[str, ...]
    links: tuple[tuple[str, ...], tuple[str, ...]]
    place: str
    parent: Branch | None = None

    @property
    def all_links(self) -> list[str]:
        """The national items that it or what it lies in is linked to."""
        above = self.parent.all_links if self.parent else []
        return [*self.links[0], *self.links[1], *above]


@dataclass
class Draft:
    """A plan, and what has been settled of it.

    :param asides: draws what the documents say beside their undertakings, so that it changes nothing of those.
    """

    rng: Random
    asides: Random
    layout: Layout
    profile: Profile
    reference: Reference
    code: str
    names: Names
    first: int
    last: int
    version: str
    paper: Paper
    predecessor: str | None
    is_partial: bool
    plans: list[str] = field(default_factory=list)
    divisions: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    goals: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The key of the plan."""
        return self.paper.key

    @property
    def plan(self) -> str:
        """The IRI of the plan."""
        return self.paper.graph

    @property
    def municipality(self) -> str:
        """The IRI of its municipality."""
        return make("municipality", self.code)

    def make(self, kind: str, *parts: str | int) -> str:
        """Return the IRI of a thing of this plan."""
        return make(kind, self.key, *parts)

    def happens(self, chance: float) -> bool:
        """Tell whether something happens that does so with a chance."""
        return self.rng.random() < chance

    def about(self, count: int) -> int:
        """Return a number near another: what one plan has so many of, the next has some more or less of."""
        return max(0, round(count * self.rng.uniform(0.75, 1.25)))

    def any_topic(self) -> str:
        """Draw any topic that a synthetic plan may be on."""
        return self.rng.choice(self.profile.free)

    def only_free(self, topics: tuple[str, ...]) -> tuple[str, ...]:
        """Return the topics of a sample without those that are left to the real plans; never none for some."""
        return tuple(topic for topic in topics if topic in self.profile.free) or tuple(
            self.any_topic() for _ in topics[:1]
        )

    def name_of(self, iri: str) -> Names:
        """Return what a thing of the reference data is called."""
        return self.reference.names[iri]
