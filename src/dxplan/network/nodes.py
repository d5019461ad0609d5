"""Which node a person means by a text."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from dxplan.asking.search import matches
from dxplan.asking.sources import Source
from dxplan.errors import UsageError
from dxplan.iris import BASE, KINDS, PREFIXES, expand, make, shorten
from dxplan.network.graphs import labels

__all__ = ["node"]

# So many candidates are listed in a message; the rest is told by their number.
_LISTED = 8


def node(text: str, source: Source) -> ox.NamedNode:
    """Return the node of ours that is meant by an IRI, a prefixed name, a key, or a name in any spelling.

    :raises UsageError: for a text that means nothing, with what comes near, or several things, with all of them.
    """
    written = _written(text)
    if written is not None:
        if not written.startswith(BASE) or not _existing([written], source):
            raise UsageError(f"{text}: そのようなものはありません。", f"{text}: there is no such thing.")
        return ox.NamedNode(written)
    keyed = _existing((make(kind, text) for kind in KINDS), source)
    hits = matches(text, source)
    # The first number of a rank is 0 where the whole name is the text.
    meant = [*keyed, *(hit.iri for hit in hits if hit.rank[0] == 0 and hit.iri not in keyed)]
    if len(meant) == 1:
        return ox.NamedNode(meant[0])
    if meant:
        raise UsageError(
            f"{text}: 複数に当てはまります。括弧の中の名で選んでください: {_listed(meant, source, 'ja')}",
            f"{text}: means several things. Choose by the name in brackets: {_listed(meant, source, 'en')}",
        )
    if near := [hit.iri for hit in hits]:
        raise UsageError(
            f"{text}: 見つかりません。近いもの: {_listed(near, source, 'ja')}",
            f"{text}: not found. Did you mean: {_listed(near, source, 'en')}?",
        )
    raise UsageError(
        f"{text}: 見つかりません。「dxplan find」で名前から探せます。",
        f"{text}: not found. “dxplan find” searches by name.",
    )


def _written(text: str) -> str | None:
    """Return the IRI that is written out, or None."""
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    prefix, colon, rest = text.partition(":")
    if prefix in ("http", "https") and rest.startswith("//"):
        return text
    return expand(text) if colon and prefix in PREFIXES else None


def _existing(iris: Iterable[str], source: Source) -> list[str]:
    terms = []
    for iri in iris:
        try:
            terms.append(ox.NamedNode(iri))
        except ValueError:
            continue  # a name with spaces is no key
    if not terms:
        return []
    listed = " ".join(map(str, terms))
    rows = source.select(f"SELECT DISTINCT ?node WHERE {{ VALUES ?node {{ {listed} }} ?node ?property ?value }}").rows
    return sorted(row[0].value for row in rows if row[0] is not None)


def _listed(iris: list[str], source: Source, lang: str) -> str:
    names = labels(iris[:_LISTED], source, lang)
    told = [f"{names[iri]} ({shorten(iri)})" for iri in iris[:_LISTED]]
    more = len(iris) - _LISTED
    if lang == "ja":
        return "、".join(told) + (f"、ほか{more}" if more > 0 else "")
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")
