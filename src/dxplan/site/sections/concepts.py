"""Pages of what cities are compared by: topics, glossary terms, indicators, and the schemes they stand in."""

from __future__ import annotations

from dataclasses import dataclass

from dxplan.iris import split
from dxplan.site import schedule
from dxplan.site.material import Material
from dxplan.site.rendering import Page
from dxplan.site.sections import frame
from dxplan.site.sections.elements import Branch
from dxplan.site.things import Things

__all__ = ["glossary", "indicator", "scheme", "term", "topic"]

#: So many elements of a topic are drawn in its schedule; a wide topic has more, which the lists hold.
MOST = 120


@dataclass(frozen=True)
class _InCity:
    city: str
    elements: list[str]
    deployments: list[str]
    mentions: list[str]
    terms: list[str]


def topic(iri: str, material: Material) -> Page:
    """Return the page of a topic."""
    things = material.things
    told = things.pointing(iri, "dx:topicOrBroader")
    elements = [each for each in told if things.is_a(each, "dx:Element")]
    own = frozenset(things.pointing(iri, "dx:topic"))
    cities: dict[str, _InCity] = {}

    def of(city: str) -> _InCity:
        return cities.setdefault(city, _InCity(city, [], [], [], []))

    for each in told:
        city = things.city(each)
        if city is None:
            continue
        if things.is_a(each, "dx:Deployment"):
            of(city).deployments.append(each)
        elif each not in elements:
            of(city).mentions.append(each)  # a mention, a row of a list, or a body
        elif not things.is_a(each, "dx:Action") or things.parent(each) not in elements:
            of(city).elements.append(each)
    terms = things.pointing(iri, "skos:exactMatch", "skos:closeMatch")
    terms = [each for each in terms if things.is_a(each, "dx:Term")]
    for each in terms:
        if city := things.city(each):
            of(city).terms.append(each)
    return frame.page(
        iri,
        material,
        "topic.html",
        cities=[cities[city] for city in sorted(cities)],
        absent=[c for c in things.of_class("dx:Municipality") if c not in cities],
        own=own,
        schedule=schedule.of(sorted(elements, key=lambda e: things.city(e) or "")[:MOST], things),
        capped=len(elements) > MOST,
        narrower=things.nodes(iri, "skos:narrower"),
        broader=things.nodes(iri, "skos:broader"),
        terms=terms,
    )


def scheme(iri: str, material: Material) -> Page:
    """Return the page of a scheme of concepts."""
    things = material.things
    members = things.in_place(things.pointing(iri, "skos:inScheme"))
    tops = [each for each in members if not things.nodes(each, "skos:broader")]
    tree = tuple(_narrower(each, things) for each in tops)
    return frame.page(iri, material, "scheme.html", tree=tree, members=members, uses=_uses(members, things))


def _narrower(iri: str, things: Things) -> Branch:
    return Branch(iri, tuple(_narrower(each, things) for each in things.in_place(things.nodes(iri, "skos:narrower"))))


def _uses(members: list[str], things: Things) -> dict[str, int]:
    """Return in how many cities something stands on each topic; for what is no topic, nothing."""
    found = {}
    for each in members:
        cities = {things.city(element) for element in things.pointing(each, "dx:topicOrBroader")} - {None}
        if things.is_a(each, "dx:Topic"):
            found[each] = len(cities)
    return found


def glossary(iri: str, material: Material) -> Page:
    """Return the page of the glossary of a plan."""
    things = material.things
    terms = things.in_place(things.pointing(iri, "skos:inScheme"))
    return frame.page(iri, material, "glossary.html", terms=terms)


def term(iri: str, material: Material) -> Page:
    """Return the page of a term, with the same headword or topic in other plans."""
    things = material.things
    topics = [each for each in things.nodes(iri, "skos:exactMatch", "skos:closeMatch") if things.is_a(each, "dx:Topic")]
    beside = {
        each: topic
        for topic in topics
        for each in things.pointing(topic, "skos:exactMatch", "skos:closeMatch")
        if each != iri and things.is_a(each, "dx:Term")
    }
    return frame.page(
        iri,
        material,
        "term.html",
        topics=topics,
        exact=set(things.nodes(iri, "skos:exactMatch")),
        beside=sorted(beside.items(), key=lambda pair: pair[0]),
        users=things.pointing(iri, "dx:usesTerm"),
    )


def indicator(iri: str, material: Material) -> Page:
    """Return the page of an indicator, with every figure that it measures."""
    things = material.things
    figures = things.pointing(iri, "dx:indicator")
    code = {figure: (split(figure) or ("", ""))[1].partition("-")[0] for figure in figures}
    return frame.page(iri, material, "indicator.html", figures=sorted(figures, key=lambda f: code[f]))
