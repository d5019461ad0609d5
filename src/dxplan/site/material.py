"""What the pages of a site are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from dxplan.asking.questions import Question, load
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.iris import BASE, expand, key_of
from dxplan.site.addresses import address
from dxplan.site.descriptions import Descriptions
from dxplan.site.downloads import Download
from dxplan.site.names import Names
from dxplan.site.statements import order_of
from dxplan.site.things import Things

__all__ = ["Material"]


@dataclass(frozen=True)
class Material:
    """The data, and what a publisher decides.

    :param corpus: the documents, for what is not in the store: the rules, and the order of the vocabulary.
    :param store: a snapshot, open for reading.
    :param queries: the folder of the saved questions.
    :param kept: the folder in which results of checks are kept; None keeps none.
    :param base: where on the web the files are to stand, with a slash at its end.
    :param downloads: the files that the page of the data set offers.
    :param workbench: the page on which SPARQL can be written, by language; none where there is no such page.
    :param metadata: JSON-LD that tells catalogues of the data set, for the head of its page, by language.
    """

    corpus: Corpus
    store: ox.Store
    queries: Path
    kept: Path | None = None
    base: str = BASE
    downloads: Sequence[Download] = ()
    workbench: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def source(self) -> StoreSource:
        """The store as something that answers questions."""
        return StoreSource(self.store)

    @cached_property
    def things(self) -> Things:
        """What is said of each thing."""
        return Things(self.store)

    @cached_property
    def names(self) -> Names:
        """What each thing is called."""
        return Names(self.source)

    @cached_property
    def descriptions(self) -> Descriptions:
        """The RDF of each address."""
        return Descriptions(self.store)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The saved questions by name."""
        return load(self.queries)

    def has_page(self, iri: str) -> bool:
        """Tell whether an IRI of ours is described on a page."""
        at = address(iri)
        return at is not None and iri in self._subjects.get(at, ())

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each property among others."""
        return order_of(self.corpus)

    def kind(self, iri: str, lang: str) -> str:
        """Return what a thing is, in a word."""
        said = self.things.out(iri).get(expand("rdf:type"), ())
        asserted = [each.term.value for each in said if not each.inferred]
        return self.names.kind(iri, asserted or [each.term.value for each in said], lang)

    @staticmethod
    def expanded(name: str) -> str:
        """Return the IRI of a prefixed name."""
        return expand(name)

    def of_key(self, name: str, beginning: str) -> list[str]:
        """Return the things of a class whose key begins with that of a city or a plan."""
        if name not in self._by_code:
            found: dict[str, list[str]] = {}
            for iri in self.things.of_class(name):
                found.setdefault(key_of(iri).partition("-")[0], []).append(iri)
            self._by_code[name] = found
        known = self._by_code[name].get(beginning.partition("-")[0], [])
        return [iri for iri in known if f"{key_of(iri)}-".startswith(beginning + "-")]

    @cached_property
    def _by_code(self) -> dict[str, dict[str, list[str]]]:
        return {}

    @cached_property
    def _subjects(self) -> dict[str, frozenset[str]]:
        return {at: frozenset(iris) for at, iris in self.descriptions.subjects.items()}
