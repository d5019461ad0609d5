"""What is measured of the real plans: one sample for each thing that a plan holds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from nation.papers import Names

__all__ = ["Aim", "Cell", "Element", "Figure", "Headword", "Layout", "Listing", "Profile", "Service"]


@dataclass(frozen=True)
class Cell:
    """One phase: its years are counted from the first year of the plan, and missing where none are printed."""

    printed: str
    stages: tuple[str, ...]
    first: int | None
    last: int | None
    is_open: bool
    is_reconstructed: bool


@dataclass(frozen=True)
class Listing:
    """The rows of lists of an element: of which class their subjects are, how many, and how many name a division."""

    kind: str
    rows: int
    divisions: int


@dataclass(frozen=True)
class Aim:
    """One goal: whether it has a number of its own, and a fiscal year, counted from the first of the plan."""

    is_numbered: bool
    year: int | None


@dataclass(frozen=True)
class Element:
    """One policy, measure, item, action or project, with what belongs to it."""

    topics: tuple[str, ...]
    printed_links: int
    read_links: int
    divisions: int
    scopes: tuple[str, ...]
    marks: tuple[str, ...]
    terms: int
    is_titled: bool
    is_described: bool
    is_commented: bool
    parts: int
    cells: tuple[Cell, ...]
    aims: tuple[Aim, ...]
    listings: tuple[Listing, ...]
    parent: str = ""


@dataclass(frozen=True)
class Service:
    """Something that runs already; the age is counted in years before the plan, and the form is that of its date."""

    topics: tuple[str, ...]
    form: str
    age: int
    is_mentioned: bool
    is_reconstructed: bool


@dataclass(frozen=True)
class Figure:
    """One figure of a group that belongs together: by one indicator, or as parts of a whole.

    :param about: what it is about, as the number of that thing among those of the group, and its kind.
    :param date: ``fy`` or the datatype of its date.
    :param age: years before the first of the plan.
    :param whole: the number in the group of the figure that it is a part of.
    """

    indicator: str
    kind: str
    value: Decimal
    unit: str
    about: tuple[int, str]
    date: str
    age: int
    population: Names | None
    whole: int | None


@dataclass(frozen=True)
class Headword:
    """One term: its spellings, and the topics that it is linked to."""

    names: Names
    others: tuple[tuple[str, str], ...]
    exact: tuple[str, ...]
    close: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """One real plan: how it is laid out, and a sample for each of its things.

    :param roles: the levels it has, from the highest.
    :param numbers: a printed number of each level.
    :param is_running: whether items are numbered through, and not anew below each parent.
    :param counted: the indicators by which it counts its own elements.
    """

    key: str
    first: int
    years: int
    roles: tuple[str, ...]
    numbers: dict[str, str]
    is_running: bool
    tops: int
    elements: dict[str, tuple[Element, ...]]
    projects: tuple[Element, ...]
    groups: tuple[tuple[Figure, ...], ...]
    counted: tuple[str, ...]
    services: tuple[Service, ...]
    errata: tuple[str, ...]
    terms: int
    divisions: int
    bodies: int
    plans: int
    past: int


@dataclass(frozen=True)
class Profile:
    """What all real plans together offer to be drawn from.

    :param words: the words that schedules print more than once, by the stages that they mean.
    :param positions: the place in its version of each national item that is linked to, as often as it is.
    :param outcomes: what reports say of elements, as often as they do.
    :param free: the topics that synthetic plans may be on; a few are left to the one real plan that has them, so that
        at any size there is something that only one municipality plans.
    """

    layouts: tuple[Layout, ...]
    lengths: tuple[int, ...]
    topics: dict[str, tuple[tuple[str, ...], ...]]
    words: dict[tuple[str, ...], tuple[str, ...]]
    positions: tuple[int, ...]
    divisions: tuple[Names, ...]
    headwords: tuple[tuple[Headword, ...], ...]
    outcomes: tuple[str, ...]
    free: tuple[str, ...]
