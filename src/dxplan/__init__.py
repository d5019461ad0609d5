"""One knowledge graph of Japanese municipal DX plans, and the tools that check it and ask it questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dxplan.graph import Graph

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(
    root: str | Path | None = None, *, lang: str | None = None, endpoint: str | None = None, timeout: float = 60
) -> Graph:
    """Open the knowledge graph; it is built first where it has not been, or where its files have changed.

    :param root: the folder of a project; by default the nearest one upwards from the working directory, or else what
        the package carries.
    :param lang: language of labels, ``ja`` or ``en``; by default that of the locale.
    :param endpoint: address of a SPARQL 1.1 endpoint to ask instead of a store here.
    :param timeout: seconds that a free query or an endpoint may take.
    :raises DxplanError: for a folder that is no project, or files that cannot be read; it tells what to do.

    >>> import dxplan
    >>> graph = dxplan.open(lang="en")
    >>> [row["cityLabel"] for row in graph.ask("cities-without-topic", topic="電子図書館", as_of="R4")]
    ['Ishioka City', 'Hitachinaka City', 'Itako City']
    """
    from dxplan.graph import open_graph  # what it needs takes time to load, and the command line needs less

    return open_graph(root, lang, endpoint, timeout)
