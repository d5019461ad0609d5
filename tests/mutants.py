"""Small plans that are wrong in many ways, made from the counter-examples: seeded, so that each can be made again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from dxplan.corpus import Corpus
from dxplan.documents import Document, read
from dxplan.iris import DX, PREFIXES, expand

CASES = Path(__file__).parent / "shapes"
_XSD = PREFIXES["xsd"]

#: What may stand where something else belongs.
ODD = [
    ox.NamedNode(expand("topic:rpa")),
    ox.NamedNode(expand("topic:nowhere")),
    ox.NamedNode(expand("stage:study")),
    ox.NamedNode(expand("fy:2029")),
    ox.NamedNode(expand("fy:2031")),
    ox.NamedNode(expand("fy:2033")),
    ox.NamedNode(expand("fy:2036")),
    ox.NamedNode(expand("municipality:08223")),
    ox.NamedNode(expand("plan:08236-2030")),
    ox.NamedNode(expand("item:08236-2030-1")),
    ox.NamedNode(DX + "Target"),
    ox.NamedNode(DX + "Item"),
    ox.NamedNode(DX + "Itemm"),
    ox.NamedNode("https://example.org/elsewhere"),
    ox.BlankNode("odd"),
    ox.Literal(""),
    ox.Literal("平成36年度の表記"),
    ox.Literal("表記", language="ja"),
    ox.Literal("wording", language="en-GB"),
    ox.Literal("50.0", datatype=ox.NamedNode(_XSD + "decimal")),
    ox.Literal("-7", datatype=ox.NamedNode(_XSD + "decimal")),
    ox.Literal("many", datatype=ox.NamedNode(_XSD + "decimal")),
    ox.Literal("1", datatype=ox.NamedNode(_XSD + "integer")),
    ox.Literal("true", datatype=ox.NamedNode(_XSD + "boolean")),
    ox.Literal("2030-04", datatype=ox.NamedNode(_XSD + "gYearMonth")),
]


def mutants(each: int) -> Iterator[tuple[str, list[ox.Triple]]]:
    """Yield names and triples: every case as it is, and so many mutants of each."""
    for path in sorted(CASES.glob("*/*.ttl")):
        triples = list(read(path, "plans").triples)
        name = f"{path.parent.name}/{path.stem}"
        yield name, triples
        for number in range(each):
            chance = random.Random(f"{name} {number}")
            changed = list(triples)
            for _ in range(chance.randint(1, 3)):
                _change(changed, chance)
            yield f"{name} {number}", list(dict.fromkeys(changed))


def _change(triples: list[ox.Triple], chance: random.Random) -> None:
    at = chance.randrange(len(triples))
    old = triples[at]
    near = [t.object for t in triples if t.predicate == old.predicate] + [t.subject for t in triples]
    other = chance.choice(ODD if chance.random() < 0.5 else near)
    kind = chance.choice(["drop", "replace", "replace", "add", "add", "predicate", "rename", "blank"])
    if kind == "drop":
        del triples[at]
    elif kind == "replace":
        triples[at] = ox.Triple(old.subject, old.predicate, other)
    elif kind == "add":
        triples.append(ox.Triple(old.subject, old.predicate, other))
    elif kind == "predicate":
        names = [t.predicate for t in triples] + [ox.NamedNode(DX + "misspelt"), ox.NamedNode(DX + "partOf")]
        triples[at] = ox.Triple(old.subject, chance.choice(names), old.object)
    else:
        iri = old.subject.value  # type: ignore[union-attr]
        new = ox.BlankNode("mutant") if kind == "blank" else ox.NamedNode(iri + chance.choice(["-9", "ﾃﾞ", "/x"]))
        for number, t in enumerate(triples):
            triples[number] = ox.Triple(
                new if t.subject == old.subject else t.subject,
                t.predicate,
                new if t.object == old.subject else t.object,
            )


def document(name: str, triples: list[ox.Triple]) -> Document:
    """Return triples as a document that stands in no file."""
    return Document(
        Path(f"/nowhere/{name}.ttl"),
        "plans",
        expand("plan:08236-2030"),
        "",
        tuple(ox.Quad(*triple) for triple in triples),
    )


def spoken_of() -> set[ox.Term]:
    """Return what the mutants may speak of."""
    spoken = {t.object for _, triples in mutants(0) for t in triples} | set(ODD)
    spoken |= {ox.NamedNode(expand(f"fy:{year}")) for year in range(2027, 2040)}
    spoken |= {ox.NamedNode(expand(f"stage:{name}")) for name in ("study", "pilot", "implement", "expand", "review")}
    return spoken


def small_root(corpus: Corpus, folder: Path, speaking: Iterable[ox.Triple] | None = None) -> Path:
    """Write a root with the vocabulary, the rules, and no more of the shared data than is spoken of.

    :param speaking: the triples that speak of them; all that the mutants may say where they are not given.
    """
    for part in ("ontology", "shapes"):
        (folder / part).symlink_to(corpus.root / part)
    spoken = spoken_of() if speaking is None else {t.object for t in speaking}
    shared = [t for d in corpus.documents("reference", "national") for t in d.triples]
    grown = True
    while grown:  # what is spoken of speaks of more
        more = {t.object for t in shared if t.subject in spoken} - spoken
        spoken |= more
        grown = bool(more)
    kept = [t for t in shared if t.subject in spoken]
    (folder / "data/reference").mkdir(parents=True)
    (folder / "data/reference/few.ttl").write_bytes(ox.serialize(kept, format=ox.RdfFormat.TURTLE))
    return folder
