"""A file of the site: its path below the root of the site, and its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dxplan.errors import InputError

__all__ = ["File", "Producer", "safe_path"]

#: The path below the root of the site, with ``/`` between its parts, and the bytes.
File = tuple[str, bytes]
#: What makes files; it is called once for each publication and may be a generator, so that memory stays bounded.
Producer = Callable[[], Iterable[File]]


def safe_path(path: str) -> str:
    """Return a path below the root of the site as it is.

    It comes from the IRI of a thing, so what is wrong with it is wrong in the data.

    :raises InputError: for a path that could lead out of the root, or that no file system can hold.

    >>> safe_path("item/08236-2022-16.html")
    'item/08236-2022-16.html'
    """
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in path or any(ord(letter) < 32 for letter in path):
        raise InputError(
            f"{path!r}: ページのアドレスにできない IRI です。空の部分や「..」のない IRI にしてください。",
            f"{path!r}: no page can stand at this address. Give the IRI no empty part and no “..”.",
        )
    if any(len(part.encode()) > 255 for part in parts):
        raise InputError(
            f"{path!r}: ファイル名として長すぎます。IRI のキーを短くしてください。",
            f"{path!r}: too long for the name of a file. Give the IRI a shorter key.",
        )
    return path
