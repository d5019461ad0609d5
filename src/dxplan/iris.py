"""The only place where an IRI is made or taken apart.

Every IRI of ours is a base, the name of a kind, and a flat key:
``https://w3id.org/dxplan/`` + ``item/`` + ``08236-2022-16``. Keys are built from official codes first, then the
printed number, then a hand-picked ASCII slug, then the NFKC name.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes

__all__ = [
    "BASE",
    "CATALOG",
    "DX",
    "INFERRED",
    "KINDS",
    "LEDGER",
    "ONTOLOGY",
    "PREFIXES",
    "SHAPE",
    "expand",
    "graph_iri",
    "inferred_graph",
    "iri_path",
    "is_part",
    "key_name",
    "key_of",
    "ledger_entry",
    "make",
    "of_path",
    "part",
    "path_of",
    "prefix_lines",
    "shorten",
    "split",
]

BASE = "https://w3id.org/dxplan/"
#: The document of the ontology.
ONTOLOGY = BASE + "def"
DX = ONTOLOGY + "#"
SHAPE = BASE + "shape#"
INFERRED = "#inferred"
#: What the metadata of the data set is called.
CATALOG = BASE + "catalog"
#: The graph in the store of others that tells what we pushed there.
LEDGER = BASE + "pushed"

#: One prefix for each kind of thing, in the order in which prefixes are declared in our files.
KINDS: tuple[str, ...] = (
    "municipality", "plan", "policy", "measure", "item", "action", "project", "phase", "division", "glossary",
    "term", "entry", "goal", "figure", "deployment", "status", "erratum", "document", "body", "national", "mapping",
    "topic", "stage", "indicator", "procedure", "system", "dataset", "cube", "mention", "fy", "day",
)  # fmt: skip

PREFIXES: dict[str, str] = {
    "dx": DX,
    "dxsh": SHAPE,
    **{kind: f"{BASE}{kind}/" for kind in KINDS},
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "time": "http://www.w3.org/2006/time#",
    "schema": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
    "qb": "http://purl.org/linked-data/cube#",
    "sh": "http://www.w3.org/ns/shacl#",
    "cv": "http://data.europa.eu/m8g/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "ic": "http://imi.go.jp/ns/core/rdf#",
}

# PN_CHARS of https://www.w3.org/TR/turtle/#grammar-production-PN_CHARS, for the inside of a character class.
PN_CHARS = (
    r"A-Za-z0-9_\-\u00B7\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u037D\u037F-\u1FFF\u200C-\u200D\u203F-\u2040"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
# What would end or break an IRI; the space, too, is escaped in one: https://www.rfc-editor.org/rfc/rfc3987#section-2.2
_BREAKING = re.compile(r"""[<>"{}|\\^`%/#?\x00-\x20\x7f]""")
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ESCAPED = re.compile(r"\\(.)")
_ESCAPABLE = frozenset("_~.-!$&'()*+,;=/?#@")
# Oxigraph's SPARQL parser takes no character beyond the Basic Multilingual Plane in a name, though the grammar does.
_PLAIN = re.compile(f"(?![\U00010000-\U000effff])[{PN_CHARS}]")
# Longest first, so that `def#` wins over the bare base.
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))


def key_name(name: str) -> str:
    """Return a printed name as it stands in a key: NFKC, without white space, and with ``%XX`` for what would end or
    break an IRI.

    >>> key_name("行革ﾃﾞｼﾞﾀﾙ推進課"), key_name("TCP/IP")
    ('行革デジタル推進課', 'TCP%2FIP')
    """
    return _unbroken(re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)))


def _unbroken(text: str) -> str:
    return _BREAKING.sub(lambda match: quote(match[0], safe=""), text)


def make(kind: str, *parts: str | int) -> str:
    """Join key parts with ``-`` under a kind.

    :raises KeyError: when the kind is not one of :data:`KINDS`.

    >>> make("division", "08236", key_name("行革ﾃﾞｼﾞﾀﾙ推進課"))
    'https://w3id.org/dxplan/division/08236-行革デジタル推進課'
    """
    if kind not in KINDS:
        raise KeyError(kind)
    return PREFIXES[kind] + "-".join(str(part) for part in parts)


def split(iri: str) -> tuple[str, str] | None:
    """Return ``(kind, key)`` of an IRI of ours, or None for any other IRI.

    >>> split("https://w3id.org/dxplan/item/08236-2022-16")
    ('item', '08236-2022-16')
    """
    if not iri.startswith(BASE):
        return None
    kind, slash, key = iri[len(BASE) :].partition("/")
    return (kind, key) if slash and key and kind in KINDS else None


def is_part(iri: str) -> bool:
    """Tell whether an IRI names a part of a thing, such as what is observed of a city, and not a thing of its own.

    >>> is_part("https://w3id.org/dxplan/municipality/08236#topic-rpa"), is_part("https://w3id.org/dxplan/topic/rpa")
    (True, False)
    """
    known = split(iri)
    return known is not None and "#" in known[1]


def key_of(iri: str) -> str:
    """Return what stands last in an IRI: the key of a thing, the local name of a term.

    >>> key_of("https://w3id.org/dxplan/fy/2022"), key_of("https://w3id.org/dxplan/def#Item")
    ('2022', 'Item')
    """
    return iri.replace("#", "/").rpartition("/")[2]


def of_path(path: str) -> str:
    """Return the IRI at a path below the base; what :func:`path_of` takes apart."""
    return BASE + path


def path_of(iri: str) -> str | None:
    """Return the path below the base of the document that an IRI of ours belongs to, or None for any other IRI.

    >>> path_of("https://w3id.org/dxplan/item/08236-2022-16"), path_of("https://w3id.org/dxplan/def#Item")
    ('item/08236-2022-16', 'def')
    """
    return iri[len(BASE) :].partition("#")[0] if iri.startswith(BASE) else None


def part(document: str, *names: str) -> str:
    """Return the IRI of a part of a document, its names joined with ``-``.

    >>> part(CATALOG, "plan", "08236-2022")
    'https://w3id.org/dxplan/catalog#plan-08236-2022'
    """
    return f"{document}#{'-'.join(names)}"


def ledger_entry(graph: str) -> str:
    """Return the IRI of the entry of a graph in the ledger.

    >>> ledger_entry(inferred_graph(make("plan", "08236-2022")))
    'https://w3id.org/dxplan/pushed#plan/08236-2022%23inferred'
    """
    return part(LEDGER, quote(graph.removeprefix(BASE), safe="/"))


def iri_path(raw: str) -> str | None:
    """Return the path of a request as it stands in an IRI, or None where it is not UTF-8.

    https://www.rfc-editor.org/rfc/rfc3987#section-3.2

    >>> iri_path("division/08236-%E8%AA%B2"), iri_path("term/08221-2023-TCP%2fIP"), iri_path("%ff")
    ('division/08236-課', 'term/08221-2023-TCP%2FIP', None)
    """
    try:
        return _ENCODED.sub(lambda match: _unbroken(unquote_to_bytes(match[0]).decode()), raw)
    except UnicodeDecodeError:
        return None


def graph_iri(folder: str, stem: str) -> str:
    """Return the IRI of the named graph that holds a file.

    A plan's graph is the plan, a report's graph is its document, a national plan's graph is that version; what is
    shared has a graph named after its folder and file.
    """
    if folder == "plans":
        return make("plan", stem)
    if folder == "reports":
        return make("document", stem)
    if folder == "national":
        return make("national", stem)
    if folder == "ontology":
        return ONTOLOGY if stem == "dxplan" else BASE + stem
    return f"{BASE}{folder}/{stem}"


def inferred_graph(graph: str) -> str:
    """Return the IRI of the graph that holds what follows from another graph."""
    return graph + INFERRED


def shorten(iri: str) -> str:
    """Return an IRI as a prefixed name that is valid in Turtle and SPARQL, or as ``<…>`` where none fits.

    >>> shorten("https://w3id.org/dxplan/term/08236-2022-OODA(ウーダループ)")
    'term:08236-2022-OODA\\\\(ウーダループ\\\\)'
    """
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace) and len(iri) > len(namespace):
            local = _escape(iri[len(namespace) :])
            if local is not None:
                return f"{prefix}:{local}"
    return f"<{iri}>"


def _escape(local: str) -> str | None:
    if "/" in local or "#" in local:
        return None  # allowed when escaped, but a path inside a name hides where the thing lives
    out = []
    for at, char in enumerate(local):
        # A hyphen may not begin a local name and a full stop may not end one; a second full stop would end it for
        # Oxigraph's SPARQL parser, though the grammar allows it.
        inner_stop = char == "." and 0 < at < len(local) - 1 and "." not in local[:at]
        if inner_stop or (_PLAIN.match(char) and not (at == 0 and char in "-\u00b7")):
            out.append(char)
        elif char in _ESCAPABLE:
            out.append("\\" + char)
        else:
            return None
    return "".join(out)


def expand(name: str, prefixes: dict[str, str] | None = None) -> str:
    """Return the IRI of a prefixed name.

    :raises KeyError: when the prefix is not declared.

    >>> expand("topic:kakanai-madoguchi")
    'https://w3id.org/dxplan/topic/kakanai-madoguchi'
    """
    prefix, _, local = name.partition(":")
    return (PREFIXES if prefixes is None else prefixes)[prefix] + _ESCAPED.sub(r"\1", local)


def prefix_lines(names: list[str], *, sparql: bool = False) -> str:
    """Return declarations of the given prefixes, one a line, in Turtle or in SPARQL."""
    form = "PREFIX {}: <{}>" if sparql else "@prefix {}: <{}> ."
    return "\n".join(form.format(name, PREFIXES[name]) for name in PREFIXES if name in names)
