"""One Turtle file: read whole, with the line of every statement, in a named graph of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from dxplan.errors import InputError
from dxplan.iris import DX, PREFIXES, graph_iri
from dxplan.ntriples import Statement, statements
from dxplan.syntax import decode, problem, too_long, too_new
from dxplan.turtle import Lines
from dxplan.turtle_tokens import NotTurtleError, tokens

__all__ = ["FOLDERS", "REPORTS_ON", "SHARED", "Document", "content", "folder_of", "read"]

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

#: The property by which a report names the plans it is about.
REPORTS_ON = ox.NamedNode(DX + "reportsOn")
# What may be Turtle 1.2: triple terms, annotations, reifiers, base directions and the version.
_RDF_1_2 = re.compile(r"<<|\{\||~|--(?:ltr|rtl)|(?im:^\s*@?version\s)")
_LOCATOR = ox.NamedNode(DX + "locator")
# The later wins.
_LABELS = (ox.NamedNode(PREFIXES["rdfs"] + "label"), ox.NamedNode(PREFIXES["skos"] + "prefLabel"))


@dataclass(frozen=True)
class Document:
    """One Turtle file: its text, its triples, and where each of them stands.

    :param parsed: the triples as Oxigraph reads them, in no named graph.
    """

    path: Path
    folder: str
    graph: str
    text: str
    parsed: tuple[ox.Quad, ...]

    @property
    def key(self) -> str:
        """The file stem, which is the key of the plan or document."""
        return self.path.stem

    @cached_property
    def triples(self) -> tuple[ox.Triple, ...]:
        """The triples in the order of the file."""
        return tuple(quad.triple for quad in self.parsed)

    @cached_property
    def statements(self) -> list[Statement]:
        """The triples as N-Triples writes their terms, in the order of the file."""
        return statements(self.parsed)

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
        labels = [t for t in self.triples if t.predicate in _LABELS]
        for t in sorted(labels, key=lambda t: _LABELS.index(t.predicate)):
            if isinstance(t.object, ox.Literal) and t.object.language:
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
            t.object.value for t in self.triples if t.predicate == REPORTS_ON and isinstance(t.object, ox.NamedNode)
        ]

    def quads(self) -> Iterable[ox.Quad]:
        """Yield the triples in the named graph of this document."""
        graph = ox.NamedNode(self.graph)
        return (ox.Quad(t.subject, t.predicate, t.object, graph) for t in self.triples)


def read(path: Path, folder: str | None = None, raw: bytes | None = None) -> Document:
    """Read one Turtle file.

    :param folder: which of :data:`FOLDERS` it belongs to; by default told from its place, else from its name.
    :param raw: its content, where that is known already.
    :raises InputError: naming file, line, column, the offending text and what to do.
    """
    raw = content(path) if raw is None else raw
    text = decode(path, raw)
    try:
        parsed = tuple(ox.parse(raw, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise problem(path, text, error) from None
    except MemoryError:
        raise too_long(path, text) from None
    if _RDF_1_2.search(text) and (start := _beyond_1_1(text)) is not None:
        raise too_new(path, text, start)
    if not parsed:
        raise InputError(
            f"{path}: 空です。少なくとも一つの文を書くか、ファイルを除いてください。",
            f"{path}: is empty. Write at least one statement, or remove the file.",
        )
    where = folder or folder_of(path)
    return Document(path, where, graph_iri(where, path.stem), text, parsed)


def _beyond_1_1(text: str) -> int | None:
    """Return the offset of the first token that only Turtle 1.2 has."""
    try:
        for token in tokens(text):
            is_version = token.kind in ("at", "name") and token.text.removeprefix("@").casefold() == "version"
            if is_version or (token.kind == "at" and "--" in token.text):
                return token.start
    except NotTurtleError as error:
        return error.start
    return None


def content(path: Path) -> bytes:
    """Return the content of a file, or tell why there is none."""
    if not _is_utf8(path.name):
        shown = path.with_name(path.name.encode("utf-8", "backslashreplace").decode())
        raise InputError(
            f"{shown}: ファイル名が UTF-8 ではありません。名前を変えてください。",
            f"{shown}: the name of this file is no UTF-8. Rename it.",
        )
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
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path}: 読めません（{error.strerror}）。", f"{path}: cannot be read ({error.strerror})."
        ) from error


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # the name would be part of IRIs
        return False
    return True


def folder_of(path: Path) -> str:
    """Return which of :data:`FOLDERS` a file belongs to, by its place, else by its name."""
    parent = path.resolve().parent.name
    if parent in FOLDERS:
        return parent
    return "plans" if re.fullmatch(r"\d{5}-\d{4}", path.stem) else "reports"
