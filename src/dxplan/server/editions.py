"""The snapshot that answers, and how a newer one takes its place while requests go on.

A build names a new snapshot in ``CURRENT``. Its workers are started first; then new requests go to it, and the old one
is closed when its last request has been answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from dxplan import store
from dxplan.asking.questions import Question, load
from dxplan.errors import DxplanError
from dxplan.iris import PREFIXES
from dxplan.server.jobs import Counting, Counts, Setting
from dxplan.server.limits import Limits
from dxplan.server.pool import Pool
from dxplan.site.addresses import address, iri_at
from dxplan.site.descriptions import Descriptions

__all__ = ["Edition", "Editions"]

_LABEL = ox.NamedNode(PREFIXES["rdfs"] + "label")
_LOG = logging.getLogger("dxplan.server")
_EVERY = 0.5  # seconds between looks at CURRENT
_AFTER_FAILURE = 5.0
_WITH_FRAGMENT = 'SELECT DISTINCT ?s WHERE { GRAPH ?g { ?s ?p ?o } FILTER (CONTAINS(STR(?s), "#")) }'


class Edition:
    """A snapshot with its workers."""

    def __init__(self, snapshot: store.Snapshot, queries: Path, limits: Limits) -> None:
        self.digest = snapshot.manifest.digest[:16]
        self.pool = Pool(Setting(snapshot, queries, limits))
        self.questions: dict[str, Question] = load(queries)
        self.users = 0
        self._store = snapshot.open()
        self._descriptions = Descriptions(self._store)
        self._counting: asyncio.Task[Counts] | None = None

    @cached_property
    def _fragments(self) -> dict[str, list[str]]:
        """The IRIs with a fragment, by the address that describes them; few, such as the terms of the ontology."""
        found: dict[str, list[str]] = {}
        for (subject,) in self._store.query(_WITH_FRAGMENT):  # type: ignore[union-attr]
            if isinstance(subject, ox.NamedNode) and (at := address(subject.value)) is not None:
                found.setdefault(at, []).append(subject.value)
        return found

    def prepare(self) -> None:
        """Make what would take long when first asked for."""
        _ = self._fragments

    def subjects(self, at: str) -> list[str]:
        """Return the IRIs that are described at an address, sorted; none for an address of nothing."""
        try:
            node = ox.NamedNode(iri_at(at))
        except ValueError:
            return []
        is_known = next(iter(self._store.quads_for_pattern(node, None, None)), None) is not None
        return [*([node.value] if is_known else []), *sorted(self._fragments.get(at, []))]

    def description(self, at: str) -> list[ox.Triple]:
        """Return the triples that describe what is at an address, sorted.

        The same as :meth:`Descriptions.about`, without an index of every IRI.
        """
        return self._descriptions.of(self.subjects(at))

    def label(self, iri: str, lang: str) -> str | None:
        """Return the label of an IRI in a language."""
        labels = self._store.quads_for_pattern(ox.NamedNode(iri), _LABEL, None)
        found = {q.object.language: q.object.value for q in labels if isinstance(q.object, ox.Literal)}
        return found.get(lang) or next(iter(found.values()), None)

    async def counts(self) -> Counts:
        """Return how many triples there are; counted once."""
        if self._counting is None:
            self._counting = asyncio.create_task(self.pool.run(Counting()))
            self._counting.add_done_callback(self._forget_failure)
        return await asyncio.shield(self._counting)

    def _forget_failure(self, task: asyncio.Task[Counts]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._counting = None


class Editions:
    """The edition that answers, and those that still have requests to end."""

    def __init__(self, folder: Path, queries: Path, limits: Limits) -> None:
        self._folder, self._queries, self._limits = folder, queries, limits
        self._current: Edition | None = None
        self._name = ""
        self._old: set[Edition] = set()

    async def start(self) -> None:
        """Open the snapshot that answers.

        :raises DxplanError: when there is none, or its saved questions cannot be read.
        :raises OSError: when no worker can open it.
        """
        snapshot = store.current(self._folder)
        edition = await asyncio.to_thread(Edition, snapshot, self._queries, self._limits)
        try:
            await asyncio.to_thread(edition.prepare)
            await edition.pool.start()
        except BaseException:
            await edition.pool.close()
            raise
        before, self._current, self._name = self._current, edition, snapshot.path.name
        if before is not None:
            _LOG.info("snapshot %s answers", edition.digest)
            self._old.add(before)
            await self._close_unused()

    async def watch(self) -> None:
        """Look for a newer snapshot, for ever; one that cannot be opened leaves the old one answering."""
        pause = _EVERY
        while True:
            await asyncio.sleep(pause)
            pause = _EVERY
            try:
                if store.current(self._folder).path.name != self._name:
                    await self.start()
            except (DxplanError, OSError) as error:
                _LOG.error("the new snapshot cannot be opened: %s", error)
                pause = _AFTER_FAILURE
            await self._close_unused()

    @contextlib.asynccontextmanager
    async def use(self) -> AsyncIterator[Edition]:
        """Yield the edition that answers now, which stays open meanwhile."""
        edition = self._current
        assert edition is not None  # started before the first request
        edition.users += 1
        try:
            yield edition
        finally:
            edition.users -= 1

    async def close(self) -> None:
        """Close all."""
        everything = {*self._old, *([self._current] if self._current else [])}
        await asyncio.gather(*(edition.pool.close() for edition in everything))

    async def _close_unused(self) -> None:
        for edition in [each for each in self._old if each.users == 0]:
            self._old.discard(edition)
            await edition.pool.close()
