"""Linked data: every IRI of ours answers, by one rule.

A thing answers 303 to a document about it, in the form that the client likes best; a document, whose address is that of
the thing with a suffix, answers 200. So the address of a thing is never that of a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from starlette.requests import Request
from starlette.responses import Response

from dxplan.iris import PREFIXES, iri_path, of_path, shorten
from dxplan.server.editions import Edition
from dxplan.server.files import shown
from dxplan.server.formats import not_acceptable
from dxplan.server.negotiation import accepted, language
from dxplan.server.pages import page, web_link
from dxplan.server.paths import file_below, unquoted
from dxplan.server.refusals import RefusalError
from dxplan.server.replies import VARY, given, links, see_other
from dxplan.site.addresses import INDEX, iri_at
from dxplan.site.descriptions import jsonld, turtle

__all__ = ["SUFFIXES", "missing", "reply"]

#: The suffix of each form of a document, with its media type; the one that we like best first.
SUFFIXES: dict[str, str] = {
    ".html": "text/html",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
}
_PAGES = {"ja": ".html", "en": ".en.html"}
_FRESH = {"Cache-Control": "public, max-age=60"}


@dataclass(frozen=True)
class _Document:
    """A document about what is at an address."""

    at: str
    suffix: str


def reply(request: Request, raw: str, edition: Edition, site: Path | None) -> Response | None:
    """Return what a path below the root answers, or None where no thing and no document is there.

    :param raw: the path as it came, without the leading slash.
    :raises RefusalError: 406 for a thing that has no form which the client takes.
    """
    iri = iri_path(raw) if raw else INDEX
    if iri is not None and (iri != INDEX or not raw) and (suffixes := _suffixes(iri, edition, site)):
        return _thing(request, iri, suffixes)
    found = _document(raw, edition)
    return None if found is None else _given(request, found, edition, site)


def _suffixes(at: str, edition: Edition, site: Path | None) -> list[str]:
    """Return the suffixes of the documents about what is at an address, none for an address of nothing.

    What stands in no snapshot, the rules and the metadata, has those that were published.
    """
    if edition.subjects(at):
        return list(SUFFIXES)
    found = [suffix for suffix in SUFFIXES if site is not None and file_below(site, at + suffix) is not None]
    return found if ".ttl" in found else []


def _thing(request: Request, at: str, suffixes: list[str]) -> Response:
    forms = {SUFFIXES[suffix]: suffix for suffix in suffixes}
    media = accepted(request.headers.get("accept"), list(forms))
    if media is None:
        raise not_acceptable(dict.fromkeys(forms, ""))
    suffix = forms[media]
    if suffix == ".html":
        suffix = _PAGES[language(request.headers.get("accept-language"))]
    headers = {**VARY, **_FRESH, "Link": links(_alternates(at, suffixes))}
    # Relative to the address asked for, so that it holds behind a proxy that adds a prefix.
    name = quote(at.rpartition("/")[2] + suffix, safe="")
    return see_other(name, headers)


def _document(raw: str, edition: Edition) -> _Document | None:
    # A link to a file of a published folder escapes the % of its name; an IRI with a suffix has it as it is.
    for name in dict.fromkeys((iri_path(raw), unquoted(raw))):
        for suffix in sorted((*SUFFIXES, *_PAGES.values()), key=len, reverse=True):
            if name and name.endswith(suffix) and edition.subjects(name.removesuffix(suffix)):
                return _Document(name.removesuffix(suffix), suffix)
    return None


def _alternates(at: str, suffixes: Iterable[str] = SUFFIXES) -> Iterator[tuple[str, dict[str, str]]]:
    base = of_path(quote(at))
    for suffix in suffixes:
        if suffix == ".html":
            for lang, of_page in _PAGES.items():
                yield base + of_page, {"rel": "alternate", "type": "text/html", "hreflang": lang}
        else:
            yield base + suffix, {"rel": "alternate", "type": SUFFIXES[suffix]}


def _given(request: Request, document: _Document, edition: Edition, site: Path | None) -> Response:
    at, suffix = document.at, document.suffix
    told = [
        (of_path(quote(at + suffix)), {"rel": "canonical"}),
        (quote(iri_at(at), safe=":/%"), {"rel": "describes"}),
        *_alternates(at),
    ]
    headers = {**_FRESH, **VARY, "Link": links(told)}
    lang = next((lang for lang, each in _PAGES.items() if each == suffix), None)
    if lang is not None:
        headers["Content-Language"] = lang
        published = file_below(site, at + suffix) if site else None
        if published is not None:
            return shown(request, published, headers)
        return given(request, _page(at, lang, edition), "text/html", headers, edition.digest)
    triples = edition.description(at)
    if suffix == ".ttl":
        body: str | bytes = turtle(triples)
    elif suffix == ".jsonld":
        body = jsonld(triples)
    else:
        written = ox.serialize(triples, format=_OTHERS[suffix], prefixes=PREFIXES)
        assert written is not None
        body = written
    return given(request, body, SUFFIXES[suffix], headers, edition.digest)


_OTHERS = {".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}


def _page(at: str, lang: str, edition: Edition) -> str:
    """Return a plain page of a description, for where no site has been published."""
    triples = edition.description(at)
    here = at + _PAGES[lang]

    def name(term: ox.NamedNode) -> str:
        return edition.label(term.value, lang) or shorten(term.value)

    def value(term: Any) -> tuple[str, str, str]:
        if isinstance(term, ox.NamedNode):
            return name(term), web_link(term.value, here, lang), ""
        return term.value, "", term.language or "" if isinstance(term, ox.Literal) else ""

    subjects = []
    for iri in edition.subjects(at):
        subject = ox.NamedNode(iri)
        own = [triple for triple in triples if triple.subject == subject]
        properties: dict[str, list[tuple[str, str, str]]] = {}
        for triple in own:
            properties.setdefault(name(triple.predicate), []).append(value(triple.object))
        subjects.append(
            {"iri": iri, "fragment": iri.partition("#")[2], "name": name(subject), "properties": properties.items()}
        )
    data = [(suffix, media) for suffix, media in SUFFIXES.items() if suffix != ".html"]
    return page(
        "thing.html", lang, here, name=subjects[0]["name"], at=quote(at), data=data, subjects=subjects,
        other=_PAGES["en" if lang == "ja" else "ja"],
    )  # fmt: skip


def missing() -> RefusalError:
    """Return what is told of a path where there is nothing."""
    return RefusalError(
        404, "このアドレスには何もありません。アドレスを確かめてください。", "Nothing is at this address. Check it."
    )
