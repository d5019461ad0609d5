"""What comes of a query of any form, in the forms in which it is taken away."""

from __future__ import annotations

import json

import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings, Term, render
from dxplan.asking.sources import Outcome
from dxplan.iris import PREFIXES

__all__ = ["render_outcome"]


def render_outcome(outcome: Outcome, form: str, lang: str, headings: Headings | None = None) -> str:
    """Return what came of a query as ``table``, ``csv``, ``json`` or ``md``.

    Rows are rendered as :func:`~dxplan.asking.answers.render` does. A truth value is a word in ``table`` and ``md``,
    and SPARQL 1.1 results in ``json``. Triples are Turtle in ``table``, JSON-LD in ``json``, else three columns.
    """
    if isinstance(outcome, Answer):
        return render(outcome, form, headings)
    if isinstance(outcome, bool):
        words = {"ja": ("いいえ", "はい"), "en": ("no", "yes")}
        written = {
            "json": json.dumps({"head": {}, "boolean": outcome}),
            "csv": f"boolean\r\n{str(outcome).lower()}\r",
        }
        return written.get(form, words[lang][outcome]) + "\n"
    if form == "table":
        return _written(outcome, ox.RdfFormat.TURTLE)
    if form == "json":
        return _written(outcome, ox.RdfFormat.JSON_LD).rstrip() + "\n"
    rows: list[tuple[Term | None, ...]] = []
    for triple in sorted(set(outcome), key=str):
        subject, value = triple.subject, triple.object
        assert not isinstance(subject, ox.Triple)  # RDF 1.2 alone has triples in triples
        assert not isinstance(value, ox.Triple)
        rows.append((subject, triple.predicate, value))
    return render(Answer(["subject", "predicate", "object"], rows), form, headings)


def _written(triples: list[ox.Triple], form: ox.RdfFormat) -> str:
    ordered = sorted(set(triples), key=str)
    used = " ".join(str(triple) for triple in ordered)
    prefixes = {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in used}
    written = ox.serialize(ordered, format=form, prefixes=prefixes)
    assert written is not None  # it returns nothing only where it is given a file
    return written.decode()
