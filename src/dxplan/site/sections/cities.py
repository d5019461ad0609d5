"""Pages of a municipality and of its divisions."""

from __future__ import annotations

from dxplan.iris import DX, key_of
from dxplan.site import schedule
from dxplan.site.material import Material
from dxplan.site.rendering import Page
from dxplan.site.sections import frame
from dxplan.site.sections.elements import below, branches, places
from dxplan.site.things import Things

__all__ = ["collected", "division", "listing", "municipality", "work_of"]


def collected(city: str, things: Things) -> list[str]:
    """Return the plans of a city that are transcribed here, wholly or in part."""
    return [plan for plan in _plans(city, things) if things.node(plan, "dx:transcription")]


def _plans(city: str, things: Things) -> list[str]:
    return [each for each in things.pointing(city, "dx:municipality") if things.is_a(each, "dx:Plan")]


def listing(material: Material) -> Page:
    """Return the page that lists all cities."""
    things = material.things
    rows = []
    for city in things.of_class("dx:Municipality"):
        plans = collected(city, things)
        parts = [each for plan in plans for each in below(plan, things)]
        counts = [sum(things.is_a(each, name) for each in parts) for name in ("dx:Item", "dx:Action")]
        rows.append((city, plans, *counts, len(things.pointing(city, "org:unitOf"))))
    return Page("cities", "cities.html", {"ja": "市区町村", "en": "Cities"}, {"rows": rows}, section="cities")


def municipality(iri: str, material: Material) -> Page:
    """Return the page of a municipality."""
    things = material.things
    code = key_of(iri)
    plans = collected(iri, things)
    divisions = things.pointing(iri, "org:unitOf")
    observed = things.pointing(iri, "dx:observedCity")
    return frame.page(
        iri,
        material,
        "city.html",
        plans=plans,
        named=[plan for plan in _plans(iri, things) if plan not in plans],
        trees=[(plan, branches(plan, things)) for plan in plans],
        schedules=[(plan, schedule.of(below(plan, things), things)) for plan in plans],
        divisions=[(each, len(things.pointing(each, "dx:responsibleDivision"))) for each in divisions],
        figures=[figure for figure in material.of_key("dx:Figure", code) if not _of_document(figure, things)],
        stated=[figure for figure in material.of_key("dx:Figure", code) if _of_document(figure, things)],
        deployments=[e for e in things.pointing(iri, "dx:municipality") if things.is_a(e, "dx:Deployment")],
        mentions=[e for e in things.pointing(iri, "dx:municipality") if things.is_a(e, "dx:Mention")],
        standings=places([each for each in observed if things.node(each, "dx:observedTopic")]),
        coverage=places([each for each in observed if things.node(each, "dx:observedItem")]),
        errata=material.of_key("dx:Erratum", code),
        documents=[e for e in things.pointing(iri, "dct:publisher") if things.is_a(e, "dx:Document")],
    )


def _of_document(figure: str, things: Things) -> bool:
    """Tell whether a figure only counts what a document holds."""
    return things.node(figure, "dx:kind") == DX + "Stated"


def work_of(division: str, things: Things) -> list[str]:
    """Return the elements that a division is in charge of, with the actions of its items."""
    own = things.pointing(division, "dx:responsibleDivision")
    return [each for element in own for each in (element, *below(element, things))]


def division(iri: str, material: Material) -> Page:
    """Return the page of a division."""
    things = material.things
    own = things.pointing(iri, "dx:responsibleDivision")
    shared = {element: [d for d in things.nodes(element, "dx:responsibleDivision") if d != iri] for element in own}
    partners: dict[str, int] = {}
    for others in shared.values():
        for each in others:
            partners[each] = partners.get(each, 0) + 1
    return frame.page(
        iri,
        material,
        "division.html",
        city=things.city(iri),
        work=[(element, shared[element], things.nodes(element, "dx:scope")) for element in own],
        schedule=schedule.of(dict.fromkeys(work_of(iri, things)), things),
        partners=sorted(partners.items(), key=lambda pair: (-pair[1], pair[0])),
        entries=things.in_place(things.pointing(iri, "dx:division")),
    )
