"""Measures what follows from a plan: by owlrl and reasonable, by our closure, and from the file to the finished part.

The rows, each in a process of its own:

``owlrl``
    the reference: OWL 2 RL over the ontology, what is shared and a plan, as one graph, with the options of the tests.
``axioms``
    our closure by the axioms alone, from the statements of a plan; it rests on that of what is shared, made once.
``rules``
    the same with the ``sh:SPARQLRule``s of ``shapes/``, from a document that was read.
``part``
    what ``dxplan build`` does for a plan: read the file, infer, write the part that is kept.
``reasonable``
    OWL 2 RL in Rust, on the same graph as owlrl; it leaves out property chains.

Run by ``make benchmark-inference``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from measuring import ROOT, Seconds, insert, machine, markdown, number, own_process, spread, write_nation

#: The first of those that are asked is the reference.
ENGINES = {
    "owlrl": "owlrl",
    "axioms": "`dxplan`: the axioms",
    "rules": "`dxplan`: axioms and SPARQLRules",
    "part": "`dxplan`: from the file to the kept part",
    "reasonable": "reasonable",
}
#: Takes so long that one run has to do unless more are asked for.
SLOW = "owlrl"
#: What each of ours has to find: exactly what another does, or (True) that and what the rules add.
EXPECTED = {"axioms": False, "rules": True, "part": True}
MARK = "inference"
REASONERS = str(Path(__file__).with_name("reasoners.py"))


@dataclass
class Measured:
    """What was measured of one row of the table.

    :param ready: seconds until the first plan.
    :param seconds: seconds of each run, by plan.
    :param found: by plan, how many statements about instances follow, and which the reference has not, or has, besides.
    """

    ready: Seconds = (0.0, 0.0)
    seconds: dict[str, list[Seconds]] = field(default_factory=dict)
    peak: float = 0.0
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    problem: str = ""

    def time(self, plan: str) -> float:
        """Return the median seconds of a processor for a plan."""
        return median(processor for _, processor in self.seconds[plan])

    def clock(self, plan: str) -> float:
        """Return the median seconds of the clock for a plan."""
        return median(clock for clock, _ in self.seconds[plan])

    def count(self, kind: str) -> int:
        """Return how many statements are missing, or more, in all plans."""
        return sum(self.predicates(kind).values())

    def predicates(self, kind: str) -> Counter[str]:
        """Return how many statements are missing, or more, in all plans, by predicate."""
        return sum((Counter(each[kind]) for each in self.found.values()), Counter())


def _measured(engine: str, root: Path, plans: Sequence[str], folder: Path, repeat: int) -> Measured:
    told, peak, problem = own_process(
        REASONERS, folder / f"{engine}.json", engine, *plans,
        "--root", root, "--folder", folder, "--repeat", str(repeat),
    )  # fmt: skip
    return Measured(peak=peak, problem=problem, **told)


def _equal(engine: str, told: Measured, reference: Measured) -> str:
    if told is reference:
        return "reference"
    missing, more = told.count("missing"), told.count("more")
    if missing or (more and not EXPECTED.get(engine)):
        return f"no: {missing} missing, {more} more"
    return f"yes, and {more} by rules" if more else "yes"


def table(measured: dict[str, Measured], triples: dict[str, int], real: Sequence[str]) -> str:
    """Return the Markdown tables: one row an engine, one row a plan, and what is missing.

    :param triples: how many each plan holds.
    :param real: the plans that are not made up.
    """
    good = {engine: told for engine, told in measured.items() if not told.problem}
    first, reference = next(iter(good.items()))
    rows = []
    for engine, told in measured.items():
        if told.problem:
            rows.append([ENGINES[engine], told.problem, *[""] * 6])
            continue
        ratios = [reference.time(plan) / told.time(plan) for plan in triples]
        rows.append(
            [
                ENGINES[engine],
                number(told.ready[1]),
                number(median(map(told.time, triples))),
                number(median(map(told.clock, triples))),
                "1" if told is reference else spread(ratios),
                f"{told.peak:.0f}",
                str(sum(each["count"] for each in told.found.values())),
                _equal(engine, told, reference),
            ]
        )
    head = ["engine", "ready, s", "one plan, s", "by the clock, s", f"times as fast as {first}", "peak, MiB", "follow"]
    each = [[plan, str(count), *(number(told.time(plan)) for told in good.values())] for plan, count in triples.items()]
    made_up = len(set(triples) - set(real))
    lines = [
        f"{len(triples) - made_up} real plans and {made_up} made-up ones, {sum(triples.values())} triples in them. "
        f"Measured {machine('owlrl', 'rdflib', 'reasonable', 'pyoxigraph')}.",
        "",
        *markdown([*head, "equal"], rows, {"equal"}),
        "",
        "Seconds of a processor for each plan:",
        "",
        *markdown(["plan", "triples", *good], each),
    ]
    for engine, told in good.items():
        for kind in ("missing", "more"):
            if found := told.predicates(kind):
                listed = ", ".join(f"{count} `{predicate}`" for predicate, count in found.most_common())
                lines += ["", f"{ENGINES[engine]}, {kind}: {listed}."]
    return "\n".join(lines)


def differences(measured: dict[str, Measured]) -> Iterator[str]:
    """Tell where one of ours does not find what it has to."""
    good = {engine: told for engine, told in measured.items() if not told.problem}
    reference = next(iter(good.values()))
    for engine, told in good.items():
        if engine not in EXPECTED or told is reference:
            continue
        for plan, found in told.found.items():
            if found["missing"] or (found["more"] and not EXPECTED[engine]):
                yield f"{engine} {plan}: missing {found['missing']}, more {found['more']}"
    if "rules" in good and "part" in good:
        for plan, found in good["part"].found.items():
            if found != good["rules"].found[plan]:
                yield f"part {plan}: {found}, where the inference finds {good['rules'].found[plan]}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures reasoners of OWL 2 RL on our plans and our ontology.")
    parser.add_argument("plans", nargs="*", metavar="PLAN", help="Turtle files (default: all of the project)")
    parser.add_argument(
        "--made-up", type=int, default=4, help="how many made-up plans besides the project's (default: %(default)s)"
    )
    parser.add_argument("--engines", default=",".join(ENGINES), help="comma-separated (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=5, help="runs of the fast ones (default: %(default)s)")
    parser.add_argument("--repeat-slow", type=int, default=1, help=f"runs of {SLOW} (default: %(default)s)")
    parser.add_argument("--into", type=Path, help=f"file to write the table into, at <!-- {MARK} -->")
    given = parser.parse_args()
    given.engines = given.engines.split(",")
    if unknown := sorted({*given.engines} - {*ENGINES}):
        parser.error(f"--engines: no such engine: {', '.join(unknown)}")
    return given


def _prepare(root: Path, given: Sequence[str], made_up: int) -> tuple[list[str], list[str]]:
    """Write what is read; return the names of all plans to measure, and of those that are not made up."""
    known = sorted((ROOT / "data/plans").glob("*.ttl"))
    write_nation(len(known) + made_up, root)
    real = [Path(plan) for plan in given] or known
    for plan in real:
        shutil.copy(plan, root / "data/plans")
    made = sorted({path.stem for path in (root / "data/plans").glob("*.ttl")} - {path.stem for path in [*known, *real]})
    return [*(path.stem for path in real), *made[:made_up]], [path.stem for path in real]


def main() -> None:
    """Measure, compare and print."""
    given = _arguments()
    with tempfile.TemporaryDirectory() as name:
        folder, root = Path(name), Path(name) / "nation"
        plans, real = _prepare(root, given.plans, given.made_up)
        measured = {}
        for engine in [engine for engine in ENGINES if engine in given.engines]:
            print(f"{engine} …", file=sys.stderr, flush=True)
            repeat = given.repeat_slow if engine == SLOW else given.repeat
            measured[engine] = _measured(engine, root, plans, folder, repeat)
        good = [engine for engine, told in measured.items() if not told.problem]
        if not good:
            raise SystemExit("; ".join(f"{engine}: {told.problem}" for engine, told in measured.items()))
        compared, _, problem = own_process(
            REASONERS, folder / "compared.json", ",".join(good), *plans, "--root", root, "--folder", folder
        )
        if problem:
            raise SystemExit(f"the results cannot be compared: {problem}")
    for engine in good:
        measured[engine].found = compared["found"][engine]
    shown = table(measured, compared["triples"], real)
    print(shown)
    if found := list(differences(measured)):
        raise SystemExit("\n".join(["the results differ:", *found]))
    if given.into:
        insert(given.into, shown, MARK)


if __name__ == "__main__":
    main()
