"""The forms of an answer on the web, with their registered media types and the short names that an address may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from dxplan.server.negotiation import accepted
from dxplan.server.refusals import RefusalError

__all__ = ["ANSWERS", "GRAPHS", "RESULTS", "Format", "chosen", "is_text", "with_charset"]


@dataclass(frozen=True)
class Format:
    """A form of an answer.

    :param media: its media type, as an answer names it.
    :param of: what Oxigraph calls it; None for a form of our own.
    """

    media: str
    of: ox.QueryResultsFormat | ox.RdfFormat | None = None


#: Answers to SELECT and ASK, the one that we like best first.
RESULTS: dict[str, Format] = {
    "json": Format("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    "xml": Format("application/sparql-results+xml", ox.QueryResultsFormat.XML),
    "csv": Format("text/csv", ox.QueryResultsFormat.CSV),
    "tsv": Format("text/tab-separated-values", ox.QueryResultsFormat.TSV),
    "plain-json": Format("application/json", ox.QueryResultsFormat.JSON),
}
#: Answers to CONSTRUCT and DESCRIBE, and what describes a thing.
GRAPHS: dict[str, Format] = {
    "ttl": Format("text/turtle", ox.RdfFormat.TURTLE),
    "nt": Format("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": Format("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": Format("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "plain-json": Format("application/json", ox.RdfFormat.JSON_LD),
}
#: Answers to a saved question.
ANSWERS: dict[str, Format] = {
    "html": Format("text/html"),
    "json": Format("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    "csv": Format("text/csv", ox.QueryResultsFormat.CSV),
    "md": Format("text/markdown"),
    "plain-json": Format("application/json", ox.QueryResultsFormat.JSON),
}


def chosen(accept: str | None, name: str | None, offers: Mapping[str, Format]) -> Format:
    """Return the form that a client wants.

    :param accept: its ``Accept`` header.
    :param name: what its address names, a short name or a media type; it outweighs the header.
    :raises RefusalError: 400 for a name of no form, 406 when it accepts none of the offers.
    """
    known = [each for each in offers if each != "plain-json"]
    if name is not None:
        # A plus in an address is a space.
        meant = name.strip().lower().replace(" ", "+")
        found = next((each for short, each in offers.items() if meant in (short, each.media)), None)
        if found is None:
            told = ", ".join(known)
            raise RefusalError(
                400,
                f"format={name}: この答えの形は次のどれかです: {told}",
                f"format={name}: this answer comes as one of: {told}",
            )
        return found
    by_media = {each.media: each for each in offers.values()}
    media = accepted(accept, list(by_media))
    if media is None:
        raise not_acceptable(by_media)
    return by_media[media]


def not_acceptable(media: Mapping[str, object]) -> RefusalError:
    """Return what is told to a client that takes none of the forms there are."""
    told = ", ".join(media)
    return RefusalError(
        406,
        f"お求めの形（Accept）では出せません。次の形があります: {told}",
        f"Nothing here is as the Accept header wants it. There is: {told}",
    )


def is_text(media: str) -> bool:
    """Tell whether a media type is text to which a charset is added."""
    return media.startswith("text/")


def with_charset(media: str) -> str:
    """Return the value of ``Content-Type``."""
    return f"{media}; charset=utf-8" if is_text(media) else media
