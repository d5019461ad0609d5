"""The files of a root: which there are, what each is read with, and their digests."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from dxplan.documents import FOLDERS, REPORTS_ON, SHARED, Document, content, folder_of, read
from dxplan.errors import InputError
from dxplan.fingerprints import Fingerprints
from dxplan.iris import graph_iri
from dxplan.kept import digest_of

__all__ = ["Corpus", "File"]

#: How many plans and reports are held at a time: they are many, and each is used once or twice in a row.
_HELD = 6


@dataclass(frozen=True)
class File:
    """A Turtle file of a root, which need not have been read."""

    path: Path
    folder: str

    @property
    def key(self) -> str:
        """The file stem, which is the key of the plan or document."""
        return self.path.stem

    @property
    def graph(self) -> str:
        """The IRI of its named graph."""
        return graph_iri(self.folder, self.path.stem)


class Corpus:
    """All documents below a root, read when first asked for.

    What plans share is held; of plans and reports, which may be many, only the last few.
    """

    def __init__(self, root: Path, fingerprints: Path | None = None, given: Mapping[File, bytes] | None = None) -> None:
        """Name the root.

        :param fingerprints: the file that keeps the digests of files between runs.
        :param given: the contents of files, where they are not to be read from the root: in another process, which may
            run on another machine.
        """
        self.root = root
        self._plans = root / FOLDERS["plans"]
        self._shown: dict[str, str] = {}
        self._folders: dict[str, str | None] = {}
        self.given = None if given is None else dict(given)
        self._fingerprints = Fingerprints(fingerprints)
        self._shared: dict[Path, Document] = {}
        self._held: OrderedDict[Path, Document] = OrderedDict()

    def paths(self, folder: str) -> list[Path]:
        """Return the files of one of :data:`FOLDERS`, sorted."""
        if self.given is not None:
            return sorted(file.path for file in self.given if file.folder == folder)
        return sorted((self.root / FOLDERS[folder]).glob("*.ttl"), key=lambda path: path.name)

    def files(self, *folders: str) -> list[File]:
        """Return the files of the given folders, in the order of :data:`FOLDERS`."""
        return [File(path, folder) for folder in FOLDERS if folder in folders for path in self.paths(folder)]

    def documents(self, *folders: str) -> list[Document]:
        """Return the documents of the given folders, in the order of :data:`FOLDERS`."""
        return [self.document(file.path, file.folder) for file in self.files(*folders)]

    def document(self, path: Path, folder: str | None = None) -> Document:
        """Return the document at a path."""
        place = path.resolve()
        known = self._shared.get(place) or self._held.get(place)
        if known is None:
            folder = folder or folder_of(path)
            raw = None if self.given is None else self.given.get(File(path, folder))
            known = read(path, folder, raw)
            if folder in ("plans", "reports"):
                self._held[place] = known
                if len(self._held) > _HELD:
                    self._held.popitem(last=False)
            else:
                self._shared[place] = known
        return known

    @contextmanager
    def lent(self, contents: Mapping[File, bytes]) -> Iterator[None]:
        """Hold the contents of more files for a while, in a corpus whose contents are given."""
        assert self.given is not None
        self.given.update(contents)
        try:
            yield
        finally:
            for file in contents:
                del self.given[file]
                self._held.pop(file.path.resolve(), None)

    @cached_property
    def shared(self) -> list[Document]:
        """Ontology, reference data and national plans: what every plan is read with."""
        return self.documents(*SHARED)

    @property
    def own(self) -> Iterator[Document]:
        """Plans and reports, one after another: what scales."""
        return (self.document(file.path, file.folder) for file in self.files("plans", "reports"))

    def digest_of(self, file: File | Document) -> str:
        """SHA-256 of a file with its graph.

        :raises InputError: for a file that cannot be read.
        """
        return digest_of([file.graph, self.content_digest(file)])

    def content_digest(self, file: File | Document) -> str:
        """SHA-256 of the content of a file alone.

        :raises InputError: for a file that cannot be read.
        """
        try:
            return self._fingerprints.of(file.path)
        except OSError:
            content(file.path)  # tells what is the matter
            raise

    def digest(self) -> str:
        """SHA-256 of the name and content of every file, without reading any as Turtle."""
        files = self.files(*FOLDERS)
        total = digest_of([f"{file.folder}/{file.path.name} {self.digest_of(file)}" for file in files])
        self.save()
        return total

    def save(self) -> None:
        """Keep the digests for the next run."""
        self._fingerprints.save()

    def context_of(self, file: File) -> list[File]:
        """Return the plans a report is read with; nothing for other documents.

        :raises InputError: when none of the plans that a report names has a file here.
        """
        if file.folder != "reports":
            return []
        digest = "" if self.given is not None else self._fingerprints.of(file.path)
        plans = self._fingerprints.noted(digest)
        if plans is None:
            document = self.document(file.path, file.folder)
            plans = [plan for plan in document.reports_on if plan not in document.subjects]
            self._fingerprints.note(digest, plans)
        files = [File(self._plans / f"{plan.rsplit('/', 1)[-1]}.ttl", "plans") for plan in plans]
        found = [each for each in files if (each.path.is_file() if self.given is None else each in self.given)]
        if files and not found:
            document = self.document(file.path, file.folder)
            line, _ = document.lines.find(ox.NamedNode(document.graph), REPORTS_ON) or (1, 1)
            place = f"{self.relative(document.path)}:{line}"
            raise InputError(
                f"{place}: 報告の対象の計画のファイル {files[0].path} がありません。"
                "計画を加えるか、dx:reportsOn を直してください。",
                f"{place}: the file of the plan it reports on, {files[0].path}, does not exist. "
                "Add it or mend dx:reportsOn.",
            )
        return found

    def context(self, document: Document) -> list[Document]:
        """Return the plans a report is read with, read."""
        return [self.document(file.path, "plans") for file in self.context_of(File(document.path, document.folder))]

    def relative(self, path: Path) -> str:
        """Return a path as it is shown: below the root with forward slashes, else whole."""
        place = str(path)  # there are thousands: what a Path does, and to resolve each folder anew, would take long
        shown = self._shown.get(place)
        if shown is None:
            folder, name = os.path.split(place)
            if name in ("", ".", "..") or os.path.islink(place):  # noqa: PTH114
                below, name = self._below_root(path), ""
            else:
                if folder not in self._folders:
                    self._folders[folder] = self._below_root(Path(folder))
                below = self._folders[folder]
            shown = self._shown[place] = place if below is None else "/".join(filter(None, (below, name)))
        return shown

    def _below_root(self, path: Path) -> str | None:
        """Return where a path leads below the root, an empty text for the root itself, None for elsewhere."""
        place, root = path.resolve(), self.root.resolve()
        if not place.is_relative_to(root):
            return None
        return "/".join(place.relative_to(root).parts)
