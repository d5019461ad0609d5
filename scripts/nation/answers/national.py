"""Answers on what of the national plan is taken up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dxplan.iris import make
from nation.answers.cities import City, Row, question
from nation.model import LINKS
from nation.papers import dx

__all__: list[str] = []

_VERSION = make("national", "2.0")


def _cities(city: City) -> list[str]:
    return list(dict.fromkeys(whose for _, whose, _ in city.plans))


def _links(city: City, plans: set[str]) -> list[tuple[str, str, str]]:
    """Return what the elements of some plans are linked to: the element, the ground, the national item."""
    model = city.model
    return [
        (element, ground, item)
        for element in dict.fromkeys(e for e, plan, _ in city.elements if plan in plans)
        for ground in LINKS
        for item in model.iris(element, ground)
    ]


def _has_counterpart(city: City, item: str, plans: set[str]) -> bool:
    """Tell whether the version that one of some plans follows has an item, or one that is mapped to it."""
    cited = {version for plan in plans for version in city.model.iris(plan, "dx:citesNationalPlan")}
    return any(city.reference.version_of(match) in cited for match in city.reference.matches[item])


@question("national-coverage-matrix", "city", "nationalItem", "standing", "via", "elements")
def _national_coverage_matrix(city: City) -> Iterator[Row]:
    for whose in _cities(city):
        plans = {plan for plan, each, _ in city.plans if each == whose}
        is_whole = any(degree == dx("Complete") for _, each, degree in city.plans if each == whose)
        links = _links(city, plans)
        for item in city.reference.versions[_VERSION]:
            matches = city.reference.matches[item]
            same = [link for link in links if link[2] in matches]
            if any(ground == LINKS[0] for _, ground, _ in same):
                standing = "printed"
            elif same:
                standing = "read"
            elif not _has_counterpart(city, item, plans):
                standing = "no-counterpart"
            else:
                standing = "none" if is_whole else "unknown"
            via = "direct" if any(link[2] == item for link in same) else "mapped" if same else ""
            yield whose, item, standing, via, len({element for element, _, _ in same})


@question("coverage-by-national-item", "city", "nationalItem", "items")
def _coverage_by_national_item(city: City) -> Iterator[Row]:
    model = city.model
    items = {(e, whose): model.addresses(e) for e, _, whose in city.elements if model.is_a(e, "Item")}
    for whose in _cities(city):
        for item in city.reference.versions[_VERSION]:
            matches = city.reference.matches[item]
            yield whose, item, sum(each == whose and bool(a & matches) for (_, each), a in items.items())


@question("national-items-without-local-item", "plan", "nationalItem", "group")
def _national_items_without_local_item(city: City) -> Iterator[Row]:
    model = city.model
    for plan in model.of_kind("Plan"):
        if dx("Complete") not in model.iris(plan, "dx:transcription") or not model.is_named(plan):
            continue
        served = {item for element in model.parts.get(plan, ()) for item in model.addresses(element)}
        for version in model.iris(plan, "dx:citesNationalPlan"):
            for item in city.reference.versions[version]:
                if item not in served:
                    for group in model.iris(item, "dx:group"):
                        yield plan, item, group


@question("national-items-left-out-by-city", "version", "nationalItem", "group", "standing")
def _national_items_left_out_by_city(city: City) -> Iterator[Row]:
    wanted = make("municipality", "08236")
    if city.iri != wanted:
        return
    plans = {plan for plan, whose, _ in city.plans if whose == wanted}
    is_whole = any(degree == dx("Complete") for _, whose, degree in city.plans if whose == wanted)
    linked = {item for _, _, item in _links(city, plans)}
    for version, items in city.reference.versions.items():
        for item in items:
            if not linked & city.reference.matches[item]:
                has = _has_counterpart(city, item, plans)
                standing = "no-counterpart" if not has else "none" if is_whole else "unknown"
                for group in city.model.iris(item, "dx:group"):
                    yield version, item, group, standing


@question("national-links-by-ground", "plan", "version", "printed", "read", "elements")
def _national_links_by_ground(city: City) -> Iterator[Row]:
    model = city.model
    for plan in dict.fromkeys(p for p in model.nodes if model.iris(p, "dx:transcription")):
        degrees = len(model.iris(plan, "dx:transcription"))
        counts: Counter[tuple[str, str]] = Counter()
        elements: dict[str, set[str]] = {}
        for element in model.parts.get(plan, ()):
            for ground in LINKS:
                for item in model.iris(element, ground):
                    version = city.reference.version_of(item)
                    counts[version, ground] += degrees
                    elements.setdefault(version, set()).add(element)
        for version, found in elements.items():
            yield plan, version, counts[version, LINKS[0]], counts[version, LINKS[1]], len(found)


@question("national-links-by-reading", "element", "nationalItem", "version", "document", "locator")
def _national_links_by_reading(city: City) -> Iterator[Row]:
    wanted = make("municipality", "08205")
    for element, _, whose in city.elements if city.iri == wanted else ():
        if whose == wanted:
            for item in city.model.iris(element, LINKS[1]):
                for document, place in city.places(element):
                    yield element, item, city.reference.version_of(item), document, place
