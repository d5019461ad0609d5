"""What the search page looks through: the names of everything that a reader may look for by name."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dxplan.iris import ONTOLOGY, is_part, split
from dxplan.site.addresses import link
from dxplan.site.files import File
from dxplan.site.material import Material
from dxplan.site.rendering import Page

__all__ = ["FILE", "files", "page"]

#: Where the index stands.
FILE = "search-index.json"
# What cities have in common comes first; what there is for each cell of a table has no name that one would look for.
_ORDER = (
    "municipality", "topic", "plan", "national", "division", "policy", "measure", "item", "project", "action", "term",
    "deployment", "mention", "goal", "indicator", "body", "document", "glossary", "procedure", "system", "dataset",
    "stage", "figure", "status", "entry", "erratum", "fy",
)  # fmt: skip


def page() -> Page:
    """Return the page on which to search."""
    return Page("search", "search.html", {"ja": "検索", "en": "Search"}, {"index": FILE}, section="search")


def files(material: Material) -> Iterator[File]:
    """Yield the index: for each thing its link, kind, city, names in both languages, and other names."""
    names, things = material.names, material.things
    kinds: list[list[str]] = []
    cities: list[list[str]] = []
    rows: list[tuple[int, list[object]]] = []

    def number(known: list[list[str]], pair: list[str]) -> int:
        if pair not in known:
            known.append(pair)
        return known.index(pair)

    for at, iris in material.descriptions.subjects.items():
        for iri in iris:
            kind = (split(iri) or (at, ""))[0]
            rank = _ORDER.index(kind) if kind in _ORDER else len(_ORDER)
            labels = names.all(iri)
            if not labels or is_part(iri) or (rank == len(_ORDER) and not iri.startswith(ONTOLOGY)):
                continue
            told = [material.kind(iri, lang) for lang in ("ja", "en")]
            city = things.city(iri)
            others = {e.value for name in ("skos:altLabel", "dx:printedTitle") for e in things.literals(iri, name)}
            row: list[object] = [
                link(iri, "index.html"),
                number(kinds, told),
                number(cities, [names.of(city, lang).text for lang in ("ja", "en")]) if city and city != iri else -1,
                labels.get("ja", ""),
                labels.get("en", ""),
                *sorted(others - set(labels.values())),
            ]
            rows.append((rank, row))
    asked = [f"{each.name}" for each in material.questions.values()]
    for name in asked:
        question = material.questions[name]
        pair = number(kinds, ["質問", "Question"])
        rows.append(
            (len(_ORDER), [f"questions/{name}.html", pair, -1, question.summary("ja"), question.summary("en"), name])
        )
    rows.sort(key=lambda row: row[0])
    body = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for _, row in rows)
    head = json.dumps({"kinds": kinds, "cities": cities}, ensure_ascii=False, separators=(",", ":"))
    yield FILE, f'{head[:-1]},"rows":[\n{body}\n]}}\n'.encode()
