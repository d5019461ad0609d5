"""The page of the vocabulary, with a place for every term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from dxplan.iris import DX, ONTOLOGY, expand
from dxplan.site.material import Material
from dxplan.site.rendering import Page

__all__ = ["Entry", "page"]

# ``# ---- 計画 / Plans ----`` begins a part of the vocabulary.
_PART = re.compile(r"^# ---- (.+?) / (.+?) ----$", re.MULTILINE)
_SAMPLE = 300  # so many statements are looked at for the one that is shown


@dataclass(frozen=True)
class Entry:
    """A term of the vocabulary.

    :param example: a statement of the data that uses it.
    :param values: the things of a class that is a list of ours, such as the outcomes.
    """

    iri: str
    example: ox.Triple | None
    values: tuple[str, ...]


def _example(iri: str, material: Material) -> ox.Triple | None:
    """Return a statement that uses a property, or says that something is of a class; one from the data."""
    store, node = material.store, ox.NamedNode(iri)
    kind = ox.NamedNode(expand("rdf:type"))
    for found in (store.quads_for_pattern(None, node, None), store.quads_for_pattern(None, kind, node)):
        sample = [
            quad.triple
            for quad in islice(found, _SAMPLE)
            if isinstance(quad.subject, ox.NamedNode) and material.has_page(quad.subject.value)
        ]
        outside = [triple for triple in sample if not str(triple.subject).startswith(f"<{DX}")]
        if outside or sample:
            return min(outside or sample, key=str)
    return None


def page(material: Material) -> Page:
    """Return the page of the vocabulary."""
    things = material.things
    (document,) = (d for d in material.corpus.documents("ontology") if d.graph == ONTOLOGY)
    starts = [(document.text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in _PART.finditer(document.text)]
    parts: list[tuple[str, str, list[Entry]]] = [(ja, en, []) for _, ja, en in starts]
    for iri in dict.fromkeys(t.subject.value for t in document.triples if isinstance(t.subject, ox.NamedNode)):
        if not iri.startswith(DX):
            continue
        line, _ = document.lines.find(ox.NamedNode(iri)) or (0, 0)
        number = sum(start <= line for start, _, _ in starts) - 1
        values = tuple(e for e in things.pointing(iri, "rdf:type") if e.startswith(DX))
        if number < 0:
            parts.insert(0, ("ほか", "Other", []))
            number = 0
        parts[number][2].append(Entry(iri, _example(iri, material), values))
    titles = {lang: things.text(ONTOLOGY, "dct:title", lang) for lang in ("ja", "en")}
    return Page("def", "vocabulary.html", titles, {"parts_of": parts, "subject": ONTOLOGY}, True, (), "vocabulary")
