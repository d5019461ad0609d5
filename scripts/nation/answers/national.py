"""Answers on what of the national plan is taken up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dxplan.iris import make
from nation.answers.cities import City, Row, question
from nation.answers.observations import Coverage, Observations
from nation.model import LINKS

__all__: list[str] = []

_VERSION = make("national", "2.0")


@question("national-coverage-matrix", "city", "nationalItem", "standing", "via", "elements", "level")
def _national_coverage_matrix(city: City, version: str = _VERSION) -> Iterator[Row]:
    told = city.observations
    for item in city.reference.versions[version] if told.plans else ():
        found = told.coverage(item)
        if found.elements:
            standing = "printed" if found.in_print else "read"
            via, level = "direct" if found.direct else "mapped", "itself" if found.tasks else "above"
        else:
            standing, via, level = _reason(told, found), "", ""
        yield city.iri, item, standing, via, len(found.elements), level


def _reason(told: Observations, found: Coverage) -> str:
    """Return why nothing is linked to a national item."""
    if not found.counterparts:
        return "no-counterpart"
    return "unknown" if told.known_from is None else "none"


@question("coverage-by-national-item", "city", "nationalItem", "elements", "printed", "itemsUnderLink")
def _coverage_by_national_item(city: City, version: str = _VERSION) -> Iterator[Row]:
    told = city.observations
    for item in city.reference.versions[version] if told.plans else ():
        found = told.coverage(item)
        yield city.iri, item, len(found.elements), found.in_print, found.under


@question("national-items-without-local-item", "city", "nationalItem", "group")
def _national_items_without_local_item(city: City) -> Iterator[Row]:
    told = city.observations
    if told.known_from is None:
        return
    for version in {v for plan in told.plans for v in city.model.iris(plan, "dx:citesNationalPlan")}:
        for item in city.reference.versions[version]:
            if not told.coverage(item).elements:
                for group in city.model.iris(item, "dx:group"):
                    yield city.iri, item, group


@question("national-items-left-out-by-city", "version", "nationalItem", "group", "standing")
def _national_items_left_out_by_city(city: City, *, whose: str = make("municipality", "08236")) -> Iterator[Row]:
    told = city.observations
    if city.iri != whose or not told.plans:
        return
    for version, items in city.reference.versions.items():
        for item in items:
            found = told.coverage(item)
            if not found.elements:
                for group in city.model.iris(item, "dx:group"):
                    yield version, item, group, _reason(told, found)


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
