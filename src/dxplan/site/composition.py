"""The site as a whole: its pages, dumps, tables, catalogue, rules of redirection and the page for SPARQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from dxplan.corpus import Corpus
from dxplan.project import Project
from dxplan.site import dumps, redirects, tables, workbench
from dxplan.site.catalogue import Catalogue
from dxplan.site.files import File, Producer
from dxplan.site.languages import LANGUAGES
from dxplan.site.material import Material
from dxplan.site.pages import Pages
from dxplan.store import Snapshot

__all__ = ["Composition"]


class Composition:
    """All that makes the files of one site.

    :param base: where on the web the files are to stand, with a slash at its end.
    """

    def __init__(self, project: Project, corpus: Corpus, snapshot: Snapshot, base: str) -> None:
        store = snapshot.open()
        self._vendored = workbench.vendored(project.build)
        self._offered = [*dumps.dumps(store), *tables.tables(store)]
        downloads = [download for _, download in self._offered if download is not None]
        self._catalogue = Catalogue(store, base, snapshot.manifest.digest, downloads)
        self._material = Material(
            corpus,
            store,
            project.queries,
            project.findings,
            base,
            downloads,
            workbench.LINKS,
            {lang: self._catalogue.metadata(lang) for lang in LANGUAGES},
        )
        self._pages = Pages(self._material, [workbench.page(self._material, self._vendored)])
        self._base = base
        self._dump = downloads[0]

    def __len__(self) -> int:
        """Return what a progress bar counts."""
        return len(self._pages)

    @property
    def has_sparql(self) -> bool:
        """Whether SPARQL runs in the page; its parts are fetched by ``make site``."""
        return self._vendored is not None

    def producers(self, advance: Callable[[], None] = lambda: None) -> list[Producer]:
        """Return what yields the files.

        :param advance: called after each of what is counted.
        """
        return [
            self._offers,
            self._catalogue.files,
            partial(redirects.files, self._base),
            partial(workbench.files, self._material, self._dump, self._vendored),
            partial(self._pages.files, advance),
        ]

    def _offers(self) -> Iterator[File]:
        for file, _ in self._offered:
            yield file
