"""The reasoners that ``inference.py`` measures, each run in a process of its own, and the comparison of what they find.

Each writes what follows, for each plan, as N-Triples. What is measured is imported only where it is.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measuring import ROOT, Seconds, timed

if TYPE_CHECKING:
    import rdflib

    from dxplan.ntriples import Statement

#: Folders of a project that hold what every plan is read with, but for the ontology.
DATA = ("reference", "national")
#: What a reasoner tells of one plan: what it took, and the statements that follow, one a line.
Found = tuple[Seconds, str]
#: Answers for a plan.
Work = Callable[[Path], Found]


def _text(found: Iterable[Statement]) -> str:
    from dxplan.ntriples import lines

    return lines(found).decode()


def _by_graph(root: Path, close: Callable[[rdflib.Graph], Iterable[Any]]) -> Work:
    """Return a reasoner that closes the ontology, what is shared and a plan as one graph of rdflib."""
    import rdflib

    folders = [root / "ontology", *(root / "data" / name for name in DATA)]
    shared = rdflib.Graph()
    for path in (path for folder in folders for path in sorted(folder.glob("*.ttl"))):
        shared.parse(path)

    def infer(plan: Path) -> Found:
        given = shared + rdflib.Graph().parse(plan)
        seconds, closed = timed(close, shared + rdflib.Graph().parse(plan))
        found = rdflib.Graph()
        for s, p, o in closed:
            # reasonable names the datatype of every text, which rdflib takes for another text.
            if isinstance(o, rdflib.Literal) and o.datatype == rdflib.XSD.string:
                o = rdflib.Literal(str(o))
            # owlrl makes statements about literals, which RDF has not.
            if (s, p, o) not in given and not isinstance(s, rdflib.Literal):
                found.add((s, p, o))
        return seconds, found.serialize(format="nt", encoding="utf-8").decode()

    return infer


def _owlrl(root: Path) -> Work:
    import owlrl

    def close(graph: rdflib.Graph) -> rdflib.Graph:
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
        return graph

    return _by_graph(root, close)


def _reasonable(root: Path) -> Work:
    reasonable = importlib.import_module("reasonable")  # without types

    def close(graph: rdflib.Graph) -> Iterable[Any]:
        reasoner = reasonable.PyReasoner()
        reasoner.from_graph(graph)
        return list(reasoner.reason())

    return _by_graph(root, close)


def _axioms(root: Path) -> Work:
    from dxplan.corpus import Corpus
    from dxplan.documents import read
    from dxplan.inferring.axioms import read_axioms
    from dxplan.inferring.closure import Closure
    from dxplan.ntriples import statements

    corpus = Corpus(root)
    axioms = read_axioms(corpus.documents("ontology"))
    shared = Closure(axioms)
    below = shared.add(statements(t for document in corpus.documents(*DATA) for t in document.triples))

    def infer(plan: Path) -> Found:
        given = statements(read(plan, "plans").triples)
        seconds, found = timed(lambda: Closure(axioms, shared).add(given))
        return seconds, _text([*below, *found])

    return infer


def _rules(root: Path) -> Work:
    from dxplan.cities import municipalities_of
    from dxplan.corpus import Corpus
    from dxplan.documents import read
    from dxplan.inferring.inference import Inference
    from dxplan.ntriples import statements

    inference = Inference(Corpus(root))
    below = inference.shared

    def infer(plan: Path) -> Found:
        document = read(plan, "plans")

        def follow() -> list[Statement]:
            """Return what follows from the plan, and what it says together: it is all that its city has."""
            found = inference.of(document)
            known = [*statements(document.triples), *found]
            return [*found, *(s for city in municipalities_of([document.key]) for s in inference.of_city(city, known))]

        seconds, found = timed(follow)
        return seconds, _text([*below, *found])

    return infer


def _part(root: Path) -> Work:
    from dxplan.corpus import Corpus
    from dxplan.documents import read
    from dxplan.inferring.rules import compile_rules
    from dxplan.kept import Kept
    from dxplan.parts import Parts, _making
    from dxplan.working.workers import Workers

    corpus = Corpus(root)
    make = _making(compile_rules(corpus.documents("shapes")), corpus)
    below = _inferred(Parts(corpus, Kept(None), Workers()).shared())

    def infer(plan: Path) -> Found:
        seconds, part = timed(lambda: make([read(plan, "plans")]))
        return seconds, below + _inferred(part)

    return infer


def _inferred(part: Any) -> str:
    """Return what is inferred of a part, without its graph."""
    import pyoxigraph as ox

    from dxplan.iris import INFERRED

    quads = ox.parse(part.quads, format=ox.RdfFormat.N_QUADS)
    return "".join(f"{quad.triple} .\n" for quad in quads if INFERRED in quad.graph_name.value)


REASONERS: dict[str, Callable[[Path], Work]] = {
    "owlrl": _owlrl,
    "axioms": _axioms,
    "rules": _rules,
    "part": _part,
    "reasonable": _reasonable,
}


def _measure(engine: str, root: Path, plans: Sequence[str], folder: Path, repeat: int) -> dict[str, Any]:
    ready, infer = timed(REASONERS[engine], root)
    told: dict[str, Any] = {"ready": ready, "seconds": {}}
    for plan in plans:
        for _ in range(repeat):
            seconds, found = infer(root / "data/plans" / f"{plan}.ttl")
            told["seconds"].setdefault(plan, []).append(seconds)
        (folder / f"{engine}-{plan}.nt").write_text(found, encoding="utf-8")
    return told


def _compare(engines: Sequence[str], root: Path, plans: Sequence[str], folder: Path) -> dict[str, Any]:
    """Return how many statements about instances each has found, and what it has not, or more, than the first.

    What counts as one about an instance the tests of the inference say, which hold it against owlrl too.
    """
    import rdflib

    from dxplan.corpus import Corpus
    from dxplan.documents import read
    from dxplan.rdflib_terms import to_rdflib

    sys.path.append(str(ROOT / "tests"))
    from test_inference import about_instances  # type: ignore[import-not-found]

    corpus = Corpus(root)
    ontology = to_rdflib(t for document in corpus.documents("ontology") for t in document.triples)
    shared = [t for document in corpus.documents(*DATA) for t in document.triples]
    told: dict[str, Any] = {"triples": {}, "given": {}, "found": {engine: {} for engine in engines}}
    for plan in plans:
        own = read(root / "data/plans" / f"{plan}.ttl", "plans").triples
        data = to_rdflib([*shared, *own])
        given = ontology + data
        told["triples"][plan] = len(own)
        reference = None
        for engine in engines:
            follows = rdflib.Graph().parse(folder / f"{engine}-{plan}.nt")
            found = about_instances(given + follows, data)
            reference = found if reference is None else reference
            told["found"][engine][plan] = {
                "count": len(found - about_instances(given, data)),
                "missing": _by_predicate(reference - found),
                "more": _by_predicate(found - reference),
            }
    return told


def _by_predicate(found: Iterable[tuple[Any, Any, Any]]) -> dict[str, int]:
    from dxplan.iris import shorten

    return dict(sorted(Counter(shorten(str(predicate)) for _, predicate, _ in found).items()))


def main() -> None:
    """Measure one reasoner, or compare what several have written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", help="one to measure, or several to compare, comma-separated")
    parser.add_argument("plans", nargs="+")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where what follows is written")
    parser.add_argument("--repeat", type=int, default=0, help="runs to measure; 0: compare")
    given = parser.parse_args()
    if given.repeat:
        told = _measure(given.engines, given.root, given.plans, given.folder, given.repeat)
    else:
        told = _compare(given.engines.split(","), given.root, given.plans, given.folder)
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
