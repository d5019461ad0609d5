"""Where on the web a thing of ours is described: the way from its IRI to a file, and back.

One rule for all: an IRI below :data:`~dxplan.iris.BASE` without its fragment is the address of a description, and a
suffix names its form. ``item/08236-2022-16`` is described by ``item/08236-2022-16.html`` (Japanese), ``….en.html``,
``….ttl`` and ``….jsonld``; ``def#Item`` by ``def.html`` and so on; the base itself, which is the data set, by
``index.html``.
"""

from __future__ import annotations

import posixpath
from urllib.parse import quote, unquote

from dxplan.iris import of_path, path_of

__all__ = ["FORMS", "INDEX", "address", "iri_at", "link", "link_to_file"]

#: The name of the description of the base itself.
INDEX = "index"
#: Suffix of each form of a description, with its registered media type.
FORMS: dict[str, str] = {
    ".html": "text/html",
    ".en.html": "text/html",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
}


def address(iri: str) -> str | None:
    """Return the address of the description of an IRI, without a suffix and below the root of the site.

    None for an IRI that is not ours.

    >>> address("https://w3id.org/dxplan/def#Item"), address("https://w3id.org/dxplan/")
    ('def', 'index')
    """
    found = path_of(iri)
    return INDEX if found == "" else found


def iri_at(found: str) -> str:
    """Return the IRI that is described at an address.

    >>> iri_at("item/08236-2022-16"), iri_at("index")
    ('https://w3id.org/dxplan/item/08236-2022-16', 'https://w3id.org/dxplan/')
    """
    return of_path("" if found == INDEX else found)


def link_to_file(file: str, here: str) -> str:
    """Return a relative link from the file ``here`` to another file of the site, both as paths below its root.

    >>> link_to_file("topic/rpa.html", "item/08236-2022-16.html"), link_to_file("term/TCP%2FIP.ttl", "index.html")
    ('../topic/rpa.html', 'term/TCP%252FIP.ttl')
    """
    return quote(posixpath.relpath(file, posixpath.dirname(here) or "."))


def link(iri: str, here: str, suffix: str = ".html") -> str:
    """Return a link from the file ``here`` to the description of an IRI; an IRI of others is a link to itself.

    >>> link("https://w3id.org/dxplan/def#Item", "index.html"), link("https://example.org/a", "index.html")
    ('def.html#Item', 'https://example.org/a')
    """
    found = address(iri)
    if found is None:
        return iri
    fragment = iri.partition("#")[2]
    return link_to_file(found + suffix, here) + (f"#{quote(unquote(fragment))}" if fragment else "")
