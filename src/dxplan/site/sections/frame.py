"""What the page of every thing holds: its name, what it belongs to, its evidence, and all its statements."""

from __future__ import annotations

from typing import Any

from dxplan.iris import split
from dxplan.site.addresses import address
from dxplan.site.material import Material
from dxplan.site.rendering import Page
from dxplan.site.statements import pointing, statements

__all__ = ["evidence", "page", "title"]

#: The entry of the menu under which a kind stands.
_MENU = {
    "topic": "topics", "national": "coverage", "mapping": "coverage", "term": "topics", "glossary": "topics",
    "stage": "data", "indicator": "data", "procedure": "data", "system": "data", "dataset": "data", "fy": "data",
    "day": "data",
}  # fmt: skip


def title(iri: str, material: Material) -> dict[str, str]:
    """Return what the page of a thing is called, by language."""
    return {lang: material.names.of(iri, lang).text for lang in ("ja", "en")}


def evidence(iri: str, material: Material) -> list[tuple[str, list[str]]]:
    """Return the documents that a thing is taken from, with the places in them."""
    places = [each.value for each in material.things.literals(iri, "dx:locator")]
    return [(document, places) for document in material.things.nodes(iri, "dct:source")]


def page(iri: str, material: Material, template: str = "thing.html", **values: Any) -> Page:
    """Return the page of a thing; what its template needs beyond what all show is given as values."""
    things = material.things
    at = address(iri)
    assert at is not None
    kind = (split(iri) or (at, ""))[0]
    errata = [each for each in things.pointing(iri, "dx:about") if things.is_a(each, "dx:Erratum")]
    return Page(
        at,
        template,
        title(iri, material),
        {
            "subject": iri,
            "evidence": evidence(iri, material),
            "errata": errata,
            "statements": statements(iri, things, material.order),
            "pointing": pointing(iri, things, material.order),
            **values,
        },
        data=True,
        crumbs=tuple(things.trail(iri)),
        section=_MENU.get(kind, "cities"),
    )
