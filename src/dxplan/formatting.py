"""A Turtle file in the one form of this project, which says what the file says: nothing else is ever returned."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from dxplan.canonical import NotCanonicalError, canonical
from dxplan.documents import Document, read
from dxplan.errors import InputError
from dxplan.syntax import place

__all__ = ["formatted"]


def formatted(path: Path) -> tuple[Document, str]:
    """Read a file; return it, and its text in canonical form.

    :raises InputError: for a file that is not Turtle, for what the canonical form does not have, and should the
        canonical text not be the same graph.
    """
    document = read(path)
    try:
        text = canonical(document.text)
    except NotCanonicalError as error:
        at = place(path, document.text, error.start)
        raise InputError(f"{at}: {error.ja}", f"{at}: {error.en}") from None
    if set(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)) != set(document.parsed):
        raise InputError(
            f"{path}: 整形すると別の内容になるため、書きませんでした。これは dxplan の誤りです。"
            "ファイルを添えて知らせてください。",
            f"{path}: was left as it is, for it would say something else when formatted. This is a fault of dxplan: "
            "please report it, with the file.",
        )
    return document, text
