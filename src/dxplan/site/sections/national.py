"""Pages of the national plan: its versions, their items, and how cities address them."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from dxplan.asking.questions import headings
from dxplan.iris import expand
from dxplan.site.material import Material
from dxplan.site.rendering import Page
from dxplan.site.sections import frame
from dxplan.site.things import Things

__all__ = ["MARKS", "QUESTION", "Cell", "Link", "coverage", "item", "links", "version"]

#: The question whose answer the matrix shows.
QUESTION = "national-coverage-matrix"
#: A sign for each standing, so that none is told by colour alone.
MARKS = {"printed": "●", "read": "○", "none": "×", "no-counterpart": "–", "unknown": "？"}
_MATCHES = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch")


@dataclass(frozen=True)
class Link:
    """An element that addresses a national item.

    :param ground: ``printed`` or ``read``.
    :param item: the item that it is linked to: the one in question, or one that it is mapped to.
    """

    element: str
    ground: str
    item: str


@dataclass(frozen=True)
class Cell:
    """What a city has on a national item."""

    standing: str
    via: str
    elements: int
    links: list[Link]


def links(item: str, things: Things) -> list[Link]:
    """Return what addresses a national item, also through the mapping of versions, one step."""
    found = []
    for same in [item, *(each for each in things.nodes(item, *_MATCHES) if each != item)]:
        printed = things.pointing(same, "dx:addressesAsPrinted")
        read = [each for each in things.pointing(same, "dx:addressesAsRead") if each not in printed]
        found += [Link(each, "printed", same) for each in printed] + [Link(each, "read", same) for each in read]
    plans = {link.element: things.plan(link.element) for link in found}
    return [link for link in found if (plan := plans[link.element]) and things.node(plan, "dx:transcription")]


def _per_city(found: list[Link], things: Things) -> dict[str, list[Link]]:
    by: dict[str, list[Link]] = {}
    for link in found:
        if city := things.city(link.element):
            by.setdefault(city, []).append(link)
    return {city: by[city] for city in sorted(by)}


def item(iri: str, material: Material) -> Page:
    """Return the page of an item of the national plan."""
    things = material.things
    mappings = [
        (mapping, other, _relation(mapping, iri, things))
        for mapping in things.pointing(iri, "dx:mapsFrom", "dx:mapsTo")
        for other in things.nodes(mapping, "dx:mapsFrom", "dx:mapsTo")
        if other != iri
    ]
    return frame.page(
        iri, material, "national-item.html", mappings=mappings, cities=_per_city(links(iri, things), things)
    )


def _relation(mapping: str, item: str, things: Things) -> str | None:
    """Return how the other item of a mapping is to this one: a mapping is written from one side only."""
    relation = things.node(mapping, "dx:matchRelation")
    if relation is None or things.node(mapping, "dx:mapsFrom") == item:
        return relation
    broad, narrow = expand("skos:broadMatch"), expand("skos:narrowMatch")
    return {broad: narrow, narrow: broad}.get(relation, relation)


def version(iri: str, material: Material) -> Page:
    """Return the page of one version of the national plan."""
    things = material.things
    items = things.in_place(things.pointing(iri, "skos:inScheme"))
    groups: dict[str | None, list[str]] = {}
    for each in items:
        groups.setdefault(things.node(each, "dx:group"), []).append(each)
    return frame.page(
        iri,
        material,
        "national-plan.html",
        groups=groups,
        cited=things.pointing(iri, "dx:citesNationalPlan"),
        matches={each: things.nodes(each, *_MATCHES) for each in items},
    )


def coverage(material: Material) -> Page:
    """Return the page of the matrix of cities and national items, for each version."""
    things = material.things
    question = material.questions[QUESTION]
    matrices = []
    words = {}
    for plan in things.of_class("dx:NationalPlan"):
        answer = question.ask(material.source, {"version": ox.NamedNode(plan)})
        at = {name: number for number, name in enumerate(answer.columns)}
        cells: dict[tuple[str, str], Cell] = {}
        by_item: dict[str, dict[str, list[Link]]] = {}
        for row in answer.rows:
            said = [term.value if term is not None else "" for term in row]
            city, national = said[at["city"]], said[at["nationalItem"]]
            if national not in by_item:
                by_item[national] = _per_city(links(national, things), things)
            cells[national, city] = Cell(
                said[at["standing"]], said[at["via"]], int(said[at["elements"]]), by_item[national].get(city, [])
            )
        cities = list(dict.fromkeys(city for _, city in cells))
        matrices.append((plan, cities, things.in_place(by_item), cells))
        words = {lang: headings(question, answer, material.source, lang).words for lang in ("ja", "en")}
    values = {"matrices": list(reversed(matrices)), "words": words, "marks": MARKS, "question": QUESTION}
    titles = {"ja": "国の取組と市の対応表", "en": "National items and cities"}
    return Page("coverage", "coverage.html", titles, values, section="coverage")
