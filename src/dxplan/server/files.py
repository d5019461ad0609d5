"""Files of a published folder, with their media types, entity tags and parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from dxplan.server.formats import is_text
from dxplan.server.paths import file_below, unquoted
from dxplan.server.replies import unchanged

__all__ = ["reply", "shown"]

#: Media types by suffix; not those of the system, which differ from one to the next and lack those of RDF.
_TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript",
    ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/vnd.microsoft.icon",
    ".woff2": "font/woff2", ".txt": "text/plain", ".xml": "application/xml", ".csv": "text/csv",
    ".ttl": "text/turtle", ".jsonld": "application/ld+json", ".nt": "application/n-triples",
    ".nq": "application/n-quads", ".trig": "application/trig", ".rdf": "application/rdf+xml",
    ".rq": "application/sparql-query", ".md": "text/markdown", ".gz": "application/gzip", ".zip": "application/zip",
    ".webmanifest": "application/manifest+json", ".map": "application/json", ".atom": "application/atom+xml",
    ".jpg": "image/jpeg", ".pdf": "application/pdf", ".wasm": "application/wasm", ".hdt": "application/vnd.hdt",
}  # fmt: skip
_FRESH = {"Cache-Control": "public, max-age=600"}


def reply(request: Request, raw: str, site: Path) -> Response | None:
    """Return the file of a folder at a path as it came, or the ``index.html`` of a folder in it; None for neither."""
    name = unquoted(raw)
    if name is None:
        return None
    path = file_below(site, name + "index.html" if name.endswith("/") else name)
    return None if path is None else shown(request, path, _FRESH)


def shown(request: Request, path: Path, headers: Mapping[str, str]) -> Response:
    """Return a file, a part of it where the client asks for one, or 304 where it has it already."""
    media = _TYPES.get(path.suffix.lower(), "application/octet-stream")
    content_type = f"{media}; charset=utf-8" if is_text(media) or media == "application/xml" else media
    stat = path.stat()
    response = FileResponse(path, headers={**headers, "Content-Type": content_type}, stat_result=stat)
    tag = response.headers["etag"]
    if unchanged(request.headers, tag):
        kept = {name: text for name, text in response.headers.items() if name not in ("content-length", "content-type")}
        return Response(status_code=304, headers=kept)
    return response
