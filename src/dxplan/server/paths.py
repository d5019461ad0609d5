"""The path of a request: which IRI of ours it names, and which file of a published folder, but never one outside it.

The path is taken as it came, not decoded: ``term/08221-2023-TCP%2FIP`` and ``term/08221-2023-TCP/IP`` differ.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

__all__ = ["file_below", "iri_path", "unquoted"]

# What stays escaped in a key (dxplan.iris.key_name), and the space; all else is written as itself in an IRI.
_KEPT = re.compile(rb"""[<>"{}|\\^`%/#?\x00-\x20\x7f]""")
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


def iri_path(raw: str) -> str | None:
    """Return a request path as it stands in an IRI, https://www.rfc-editor.org/rfc/rfc3987#section-3.2.

    None where it is not UTF-8.

    >>> iri_path("division/08236-%E8%AA%B2"), iri_path("term/08221-2023-TCP%2fIP"), iri_path("%ff")
    ('division/08236-課', 'term/08221-2023-TCP%2FIP', None)
    """

    def written(match: re.Match[bytes]) -> bytes:
        return _KEPT.sub(lambda each: b"%%%02X" % ord(each[0]), unquote_to_bytes(match[0]))

    try:
        return _ESCAPES.sub(written, raw.encode()).decode()
    except UnicodeDecodeError:
        return None


def unquoted(raw: str) -> str | None:
    """Return a request path decoded once, which is how it names a file; None where it is not UTF-8."""
    try:
        return unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return None


def file_below(folder: Path, name: str) -> Path | None:
    """Return the file of a folder with the given path, or None where there is none that may be shown.

    A path that leaves the folder, by whatever trick or through a link, shows nothing; nor does a hidden file.

    :param name: the path below the folder, decoded.
    """
    parts = name.split("/")
    if any(not part or part.startswith(".") or set(part) & set("\\\0:") for part in parts if part != ".well-known"):
        return None
    try:
        path = folder.joinpath(*parts)
        inside = path.resolve().is_relative_to(folder.resolve())
        return path if inside and path.is_file() else None
    except (OSError, ValueError):  # a name that is too long, or that the system cannot write
        return None
