"""All pages of a site, and the data beside them: for every IRI of ours, and for the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from dxplan.iris import BASE, ONTOLOGY, split
from dxplan.site import asked, checked, home, search_index, sitemap, vocabulary
from dxplan.site.descriptions import documents
from dxplan.site.files import File, safe_path
from dxplan.site.material import Material
from dxplan.site.rendering import Page, Renderer
from dxplan.site.sections import cities, concepts, elements, frame, national

__all__ = ["Pages"]

_SECTIONS: dict[str, Callable[[str, Material], Page]] = {
    "municipality": cities.municipality,
    "division": cities.division,
    "plan": elements.plan,
    **dict.fromkeys(("policy", "measure", "item", "action", "project"), elements.element),
    "topic": concepts.topic,
    "glossary": concepts.glossary,
    "term": concepts.term,
    "indicator": concepts.indicator,
}
# Descriptions that are made with the whole.
_WHOLE = ("index", "def")


class Pages:
    """The pages of a site, made one after the other.

    :param more: pages that others make, which stand in the map of the site too.
    """

    def __init__(self, material: Material, more: Sequence[Page] = ()) -> None:
        self.material = material
        self._more = more

    def __len__(self) -> int:
        """Return for how many IRIs and questions there are pages; what a progress bar counts."""
        return len(self.material.descriptions.subjects) + len(self.material.questions) + 1  # the rules

    def files(self, advance: Callable[[], None] = lambda: None) -> Iterator[File]:
        """Yield every file of the pages, the same for the same material.

        :param advance: called after each of what is counted.
        """
        renderer = Renderer(self.material)
        listed: list[str] = []
        for made in chain(self._whole(), self._more, self._each()):
            if isinstance(made, Page):
                if made.listed:
                    listed.append(made.at)
                yield from renderer.render(made)
                if made.data or made.at.startswith("questions/"):
                    advance()
            else:
                yield made
        yield from search_index.files(self.material)
        yield from _assets()
        yield from sitemap.files(listed, self.material.base)

    def _whole(self) -> Iterator[Page | File]:
        """Yield what is no description of one thing."""
        material = self.material
        yield home.home(material)
        yield from self._data("index", BASE)
        yield home.about(material)
        yield home.missing()
        yield search_index.page()
        yield cities.listing(material)
        yield national.coverage(material)
        yield vocabulary.page(material)
        yield from self._data("def", ONTOLOGY)
        yield from asked.pages(material)
        yield from checked.pages(material)

    def _each(self) -> Iterator[Page | File]:
        """Yield the page and the data of every other IRI."""
        for at, iris in self.material.descriptions.subjects.items():
            if at not in _WHOLE and safe_path(at):
                yield self._page(iris[0])
                yield from self._data(at, iris[0])

    def _page(self, iri: str) -> Page:
        material = self.material
        if material.things.is_a(iri, "dx:NationalPlan"):
            return national.version(iri, material)
        if material.things.is_a(iri, "dx:NationalItem"):
            return national.item(iri, material)
        if material.things.is_a(iri, "dx:Prefecture"):
            return frame.page(iri, material)
        kind = split(iri)
        section = _SECTIONS.get(kind[0]) if kind else None
        if section is None and material.things.is_a(iri, "skos:ConceptScheme"):
            section = concepts.scheme
        return (section or frame.page)(iri, material)

    def _data(self, at: str, iri: str) -> Iterator[File]:
        return documents(at, self.material.descriptions.about(iri))


def _assets() -> Iterator[File]:
    folder = Path(__file__).parent / "assets"
    for path in sorted(folder.iterdir()):
        if path.suffix in (".css", ".js", ".svg"):
            yield f"assets/{path.name}", path.read_bytes()
