"""Pages of what a plan consists of: policies, measures, items, actions, singled-out projects, and the plan itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from dxplan.iris import key_of
from dxplan.site import schedule
from dxplan.site.material import Material
from dxplan.site.rendering import Page
from dxplan.site.sections import frame
from dxplan.site.things import Things

__all__ = [
    "Branch",
    "Elsewhere",
    "below",
    "branches",
    "element",
    "errata_of",
    "grounds",
    "places",
    "plan",
    "with_figures",
]

#: The class of each kind of element, from the widest.
_CLASSES = ("dx:Policy", "dx:Measure", "dx:Item", "dx:Action", "dx:Project")


@dataclass(frozen=True)
class Branch:
    """An element with what is below it."""

    iri: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Elsewhere:
    """What a city plans on a topic, runs, and only speaks of: mentions, rows of lists, bodies."""

    city: str
    elements: list[str]
    deployments: list[str]
    mentions: list[str]


def branches(iri: str, things: Things) -> tuple[Branch, ...]:
    """Return what is below a plan or an element, as a tree."""
    return tuple(Branch(part, branches(part, things)) for part in things.parts(iri))


def below(iri: str, things: Things) -> Iterator[str]:
    """Yield everything below a plan or an element, in the order of the document."""
    for part in things.parts(iri):
        yield part
        yield from below(part, things)


def grounds(iri: str, things: Things) -> list[tuple[str, str]]:
    """Return the national items that an element addresses, each with the ground.

    ``printed`` in the document, ``read`` by us, or ``above``: it holds of an element above this one.
    """
    printed = things.nodes(iri, "dx:addressesAsPrinted")
    read = things.nodes(iri, "dx:addressesAsRead")
    return [
        (each, "printed" if each in printed else "read" if each in read else "above")
        for each in things.nodes(iri, "dx:addresses", "dx:addressesAsPrinted", "dx:addressesAsRead")
    ]


def with_figures(iris: list[str], things: Things) -> list[tuple[str, list[str]]]:
    """Return things, such as goals, each with the figures about it."""
    return [(iri, _figures(iri, things)) for iri in iris]


def _figures(iri: str, things: Things) -> list[str]:
    return [each for each in things.pointing(iri, "dx:about") if things.is_a(each, "dx:Figure")]


def errata_of(iris: list[str], things: Things) -> list[str]:
    """Return the errata about any of some things."""
    found = [each for iri in iris for each in things.pointing(iri, "dx:about") if things.is_a(each, "dx:Erratum")]
    return list(dict.fromkeys(found))


def _elsewhere(topic: str, city: str | None, things: Things) -> list[Elsewhere]:
    found: dict[str, Elsewhere] = {}
    for each in things.pointing(topic, "dx:topic"):
        where = things.city(each)
        if where is None or where == city:
            continue
        entry = found.setdefault(where, Elsewhere(where, [], [], []))
        if things.is_a(each, "dx:Deployment"):
            entry.deployments.append(each)
        elif not things.is_a(each, "dx:Element"):
            entry.mentions.append(each)
        elif topic not in things.nodes(things.parent(each) or each, "dx:topic") or things.is_a(each, "dx:Item"):
            entry.elements.append(each)  # an action whose item is on the topic says nothing more
    return [found[where] for where in sorted(found)]


def element(iri: str, material: Material) -> Page:
    """Return the page of an element."""
    things = material.things
    parts = list(below(iri, things))
    whole = [iri, *parts]
    goals = things.in_place(things.pointing(iri, "dx:goalOf"))
    shown = schedule.of(whole, things)
    topics = things.nodes(iri, "dx:topic")
    city = things.city(iri)
    told = things.pointing(iri, "dx:mentionedIn")
    return frame.page(
        iri,
        material,
        "element.html",
        city=city,
        plan=things.plan(iri),
        national=grounds(iri, things),
        tree=branches(iri, things),
        schedule=shown,
        goals=with_figures(goals, things),
        figures=_figures(iri, things),
        entries=things.in_place(things.pointing(iri, "dx:entryOf")),
        deployments=[each for each in told if things.is_a(each, "dx:Deployment")],
        mentions=[each for each in told if things.is_a(each, "dx:Mention")],
        statuses=things.pointing(iri, "dx:statusOf"),
        singled=things.pointing(iri, "dx:singlesOut"),
        errata=errata_of([iri, *goals, *shown.phases], things),
        elsewhere=[(topic, _elsewhere(topic, city, things)) for topic in topics],
    )


def plan(iri: str, material: Material) -> Page:
    """Return the page of a plan."""
    things = material.things
    parts = list(below(iri, things))
    counts = [(name, sum(things.is_a(each, name) for each in parts)) for name in _CLASSES]
    glossary = iri.replace("/plan/", "/glossary/")
    return frame.page(
        iri,
        material,
        "plan.html",
        city=things.city(iri),
        tree=branches(iri, things),
        counts=[(material.expanded(name), count) for name, count in counts if count],
        glossary=glossary if things.out(glossary) else None,
        successors=things.pointing(iri, "dx:succeeds"),
        based=things.pointing(iri, "dx:basedOn"),
        reports=things.pointing(iri, "dx:reportsOn"),
        figures=_figures(iri, things),
        tallies=places(things.pointing(iri, "dx:tallyPlan")),
        errata=material.of_key("dx:Erratum", key_of(iri)),
    )


def places(iris: list[str]) -> list[tuple[str, str]]:
    """Return the place on the page of each part of what the page is about, and its IRI."""
    return [(unquote(key_of(iri)), iri) for iri in iris]
