"""What a flaw is, and the plan or report that it is planted in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from nation.model import Model
from nation.papers import Names, Node, Paper

__all__ = [
    "FLAWS", "GAP", "VIOLATION", "WARNING", "Finding", "Flaw", "Plant", "Site", "Solo", "any_of", "flaw", "omission",
]  # fmt: skip

#: A rule and the node that it finds fault with.
Finding = tuple[str, str]

#: The share of plans, or of reports, that have an error, by the severity of the rule that finds it.
VIOLATION, WARNING, GAP = 0.01, 0.06, 0.02


@dataclass(frozen=True)
class Solo:
    """An element with one phase, whose years are known and bound to no national deadline."""

    element: str
    phase: str
    first: int
    last: int


@dataclass
class Site:
    """A plan or report in which errors are planted.

    :param model: what it states before the first of them.
    :param foreign: another municipality of the nation.
    :param taken: what earlier errors have touched; whatever is planted keeps away from it, so that errors do not meet.
    """

    paper: Paper
    model: Model
    rng: Random
    foreign: str | None = None
    plan: Paper | None = None
    taken: set[str] = field(default_factory=set)

    @property
    def code(self) -> str:
        """The code of the municipality."""
        return self.paper.key[:5]

    @property
    def nodes(self) -> dict[str, Node]:
        """The nodes of the paper."""
        return self.paper.nodes

    @property
    def first(self) -> int:
        """The first year of the plan."""
        return self.model.years(self.paper.graph, "dx:firstYear")[0]

    @property
    def last(self) -> int:
        """The last year of the plan."""
        return self.model.years(self.paper.graph, "dx:lastYear")[0]

    def free(self, kind: str, *having: str) -> list[str]:
        """Return the nodes of a class that nothing has touched yet and that have some properties."""
        return [
            iri
            for iri in self.model.of_kind(kind)
            if iri in self.nodes and iri not in self.taken and all(name in self.nodes[iri] for name in having)
        ]

    def choose(self, pool: Iterable[str]) -> str | None:
        """Choose one of some nodes, and take it; none where there is none."""
        found = list(pool)
        if not found:
            return None
        chosen = self.rng.choice(found)
        self.taken.add(chosen)
        return chosen

    def add(self, iri: str, kind: str, names: Names, near: str, node: Node) -> str:
        """Add a node of the same document as another."""
        self.paper.add(iri, kind, names, "追記", list(node.items()))
        self.nodes[iri]["dx:locator"] = list(self.nodes[near]["dx:locator"])
        self.taken.add(iri)
        return iri

    def deadline(self, element: str) -> bool:
        """Tell whether an element serves a national item that has a deadline."""
        return any(item in self.model.reference.deadlines for item in self.model.addresses(element))

    def solo(self, years: int = 1) -> Solo | None:
        """Choose an element with one phase of at least so many years, and take both."""
        found = []
        for phase in self.free("Phase", "dx:from", "dx:through", "dx:phaseOf"):
            element = self.model.iris(phase, "dx:phaseOf")[0]
            if element in self.taken or len(self.model.pointing("dx:phaseOf", element)) != 1 or self.deadline(element):
                continue
            begin, end = (self.model.years(phase, name)[0] for name in ("dx:from", "dx:through"))
            if end - begin + 1 >= years:
                found.append(Solo(element, phase, begin, end))
        if not found:
            return None
        chosen = self.rng.choice(found)
        self.taken |= {chosen.element, chosen.phase}
        return chosen

    def above(self, element: str) -> str:
        """Return the first parent of an element."""
        return self.model.iris(element, "dx:partOf")[0]


#: Plants an error and returns the nodes that it is to be found in; None where the paper has no place for it.
Plant = Callable[[Site], list[str] | None]


@dataclass(frozen=True)
class Flaw:
    """An error that can be planted.

    :param rule: the rule that finds it.
    :param rate: the share of plans, or of reports, that it comes to.
    :param of_report: whether it is planted in reports, and not in plans.
    :param is_alone: whether it changes the plan as a whole, so that no other error comes with it.
    :param is_late: whether it is planted when the plan has counted its elements.
    """

    rule: str
    rate: float
    plant: Plant
    of_report: bool = False
    is_alone: bool = False
    is_late: bool = False


#: Every flaw there is, in the order in which they are planted.
FLAWS: list[Flaw] = []


def flaw(
    rule: str, rate: float = VIOLATION, *, of_report: bool = False, is_alone: bool = False, is_late: bool = False
) -> Callable[[Plant], Plant]:
    """Register a function as the flaw that a rule finds."""

    def registered(plant: Plant) -> Plant:
        FLAWS.append(Flaw(rule, rate, plant, of_report, is_alone, is_late))
        return plant

    return registered


def any_of(*kinds: str, having: str) -> Callable[[Site], str | None]:
    """Return a choice among the nodes of some classes that have a property."""
    return lambda site: site.choose(iri for kind in kinds for iri in site.free(kind, having))


def omission(
    rule: str, predicate: str, choose: Callable[[Site], str | None], rate: float = VIOLATION, *, of_report: bool = False
) -> None:
    """Register as a flaw that a property is left out.

    :param choose: chooses the node that it is left out of.
    """

    @flaw(rule, rate, of_report=of_report)
    def _left_out(site: Site) -> list[str] | None:
        node = choose(site)
        if node is None:
            return None
        del site.nodes[node][predicate]
        return [node]
