"""The files of a project: read whole, with the line of every statement, one named graph a file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import rdflib

from dxplan.errors import InputError
from dxplan.iris import DX, PREFIXES, graph_iri
from dxplan.syntax import decode, problem, too_long
from dxplan.turtle import Lines

__all__ = ["FOLDERS", "SHARED", "Corpus", "Document", "read", "to_rdflib"]

#: Folders of a project that hold Turtle, by the kind of document they hold; in the order in which they are read.
FOLDERS = {
    "ontology": "ontology",
    "reference": "data/reference",
    "national": "data/national",
    "plans": "data/plans",
    "reports": "data/reports",
    "shapes": "shapes",
}
#: What every plan is read with.
SHARED = ("ontology", "reference", "national")

_REPORTS_ON = ox.NamedNode(DX + "reportsOn")
_LOCATOR = ox.NamedNode(DX + "locator")
# The later wins.
_LABELS = (ox.NamedNode(PREFIXES["rdfs"] + "label"), ox.NamedNode(PREFIXES["skos"] + "prefLabel"))


@dataclass(frozen=True)
class Document:
    """One Turtle file: its text, its triples, and where each of them stands."""

    path: Path
    folder: str
    graph: str
    text: str
    triples: tuple[ox.Triple, ...]

    @property
    def key(self) -> str:
        """The file stem, which is the key of the plan or document."""
        return self.path.stem

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text with its graph, in hexadecimal."""
        return hashlib.sha256(f"{self.graph}\n{self.text}".encode()).hexdigest()

    @cached_property
    def lines(self) -> Lines:
        """The line of every subject and statement; read when first asked for."""
        return Lines(self.text)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The IRIs that this file says something about."""
        return frozenset(t.subject.value for t in self.triples if isinstance(t.subject, ox.NamedNode))

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """The label of every subject by language; the preferred one of a concept."""
        found: dict[str, dict[str, str]] = {}
        for predicate in _LABELS:
            for t in self.triples:
                if t.predicate == predicate and isinstance(t.object, ox.Literal) and t.object.language:
                    found.setdefault(t.subject.value, {})[t.object.language] = t.object.value  # type: ignore[union-attr]
        return found

    @cached_property
    def locators(self) -> dict[str, str]:
        """The place in the source document of every subject that states one."""
        return {
            t.subject.value: t.object.value  # type: ignore[union-attr]
            for t in self.triples
            if t.predicate == _LOCATOR and isinstance(t.object, ox.Literal)
        }

    @property
    def reports_on(self) -> list[str]:
        """IRIs of the plans that this document reports on."""
        return [
            t.object.value for t in self.triples if t.predicate == _REPORTS_ON and isinstance(t.object, ox.NamedNode)
        ]

    def quads(self) -> Iterable[ox.Quad]:
        """Yield the triples in the named graph of this document."""
        graph = ox.NamedNode(self.graph)
        return (ox.Quad(t.subject, t.predicate, t.object, graph) for t in self.triples)


def read(path: Path, folder: str | None = None) -> Document:
    """Read one Turtle file.

    :param folder: which of :data:`FOLDERS` it belongs to; by default told from its place, else from its name.
    :raises InputError: naming file, line, column, the offending text and what to do.
    """
    if not path.exists():
        raise InputError(
            f"{path}: ファイルがありません。パスを確かめてください。", f"{path}: no such file. Check the path."
        )
    if path.is_dir():
        raise InputError(
            f"{path}: フォルダです。Turtleファイル（.ttl）を指定してください。",
            f"{path}: is a folder. Name a Turtle file (.ttl).",
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path}: 読めません（{error.strerror}）。", f"{path}: cannot be read ({error.strerror})."
        ) from error
    text = decode(path, raw)
    try:
        triples = tuple(ox.Triple(q.subject, q.predicate, q.object) for q in ox.parse(raw, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise problem(path, text, error) from None
    except MemoryError:
        raise too_long(path, text) from None
    if not triples:
        raise InputError(
            f"{path}: 空です。少なくとも一つの文を書くか、ファイルを除いてください。",
            f"{path}: is empty. Write at least one statement, or remove the file.",
        )
    where = folder or _folder_of(path)
    return Document(path, where, graph_iri(where, path.stem), text, triples)


def _folder_of(path: Path) -> str:
    parent = path.resolve().parent.name
    if parent in FOLDERS:
        return parent
    return "plans" if re.fullmatch(r"\d{5}-\d{4}", path.stem) else "reports"


def _rdflib_term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.term.Identifier:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Triple):
        raise TypeError("rdflib has no triple terms")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == PREFIXES["xsd"] + "string":
        return rdflib.Literal(term.value)
    # normalize=False keeps "007" and "50.0" as they are written.
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def to_rdflib(triples: Iterable[ox.Triple], graph: rdflib.Graph | None = None) -> rdflib.Graph:
    """Return an rdflib graph, in rdflib's own memory, with the given triples added.

    rdflib on top of an Oxigraph store would be slower and wrong: plain strings come back with a datatype.
    """
    filled = rdflib.Graph() if graph is None else graph
    for triple in triples:
        filled.add((_rdflib_term(triple.subject), _rdflib_term(triple.predicate), _rdflib_term(triple.object)))
    return filled


class Corpus:
    """All documents below a root, read when first asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[Path, Document] = {}

    def paths(self, folder: str) -> list[Path]:
        """Return the files of one of :data:`FOLDERS`, sorted."""
        return sorted((self.root / FOLDERS[folder]).glob("*.ttl"))

    def documents(self, *folders: str) -> list[Document]:
        """Return the documents of the given folders, in the order of :data:`FOLDERS`."""
        return [self.document(path, folder) for folder in FOLDERS if folder in folders for path in self.paths(folder)]

    def document(self, path: Path, folder: str | None = None) -> Document:
        """Return the document at a path."""
        known = self._read.get(path.resolve())
        if known is None:
            known = self._read[path.resolve()] = read(path, folder)
        return known

    @cached_property
    def shared(self) -> list[Document]:
        """Ontology, reference data and national plans: what every plan is read with."""
        return self.documents(*SHARED)

    def digest(self) -> str:
        """SHA-256 of the name and content of every file, without reading any as Turtle."""
        total = hashlib.sha256()
        for folder in FOLDERS:
            for path in self.paths(folder):
                total.update(f"{folder}/{path.name}\n".encode())
                total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    @property
    def own(self) -> list[Document]:
        """Plans and reports: what scales."""
        return self.documents("plans", "reports")

    def context(self, document: Document) -> list[Document]:
        """Return the plans a report is read with; nothing for other documents.

        :raises InputError: when none of the plans that a report names has a file here.
        """
        elsewhere = [plan for plan in document.reports_on if plan not in document.subjects]
        paths = [self.root / FOLDERS["plans"] / f"{plan.rsplit('/', 1)[-1]}.ttl" for plan in elsewhere]
        found = [path for path in paths if path.is_file()]
        if paths and not found:
            line, _ = document.lines.find(ox.NamedNode(document.graph), _REPORTS_ON) or (1, 1)
            place = f"{self.relative(document.path)}:{line}"
            raise InputError(
                f"{place}: 報告の対象の計画のファイル {paths[0]} がありません。"
                "計画を加えるか、dx:reportsOn を直してください。",
                f"{place}: the file of the plan it reports on, {paths[0]}, does not exist. "
                "Add it or mend dx:reportsOn.",
            )
        return [self.document(path, "plans") for path in found]

    def relative(self, path: Path) -> str:
        """Return a path as it is shown: below the root with forward slashes, else whole."""
        resolved = path.resolve()
        root = self.root.resolve()
        return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else str(path)
