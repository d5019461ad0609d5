"""The path of a request: which file of a published folder it names, but never one outside it.

Which IRI of ours it names is told by :func:`dxplan.iris.iri_path`. The path is taken as it came, not decoded:
``term/08221-2023-TCP%2FIP`` and ``term/08221-2023-TCP/IP`` differ.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote_to_bytes

__all__ = ["file_below", "unquoted"]


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
