"""Measures engines of SHACL on our plans and our rules: time, memory, and whether they find the same.

Every engine runs in processes of its own, on one copy of the files that is made at the start. The engines:

``stock``
    pySHACL as its command line runs it, on one file per plan, which holds the shared documents too.
``pyshacl``, ``sparql``
    the two engines of ``dxplan check``.
``jena``
    Apache Jena's command ``shacl validate``: a process for each plan, so that the start of Java counts.
``rudof``
    pyrudof, on the files that stock pySHACL is given.
``command``
    ``dxplan check --engine sparql PLAN`` as a whole process: with nothing kept, with the compiled rules kept, and with
    the result itself kept.

Run by ``make benchmark-check``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from measuring import ROOT, Seconds, insert, jena_home, machine, number, own_process, process, spread, timed

SHARED = ("ontology", "data/reference", "data/national")
#: From what an engine is asked for to the rows it gives, in the order of the table. The first that ran is the
#: reference that the others must agree with.
ENGINES = {
    "stock": {"stock": "stock pySHACL"},
    "pyshacl": {"pyshacl": "`dxplan`, engine `pyshacl`"},
    "sparql": {"sparql": "`dxplan`, engine `sparql` (compiled)"},
    "jena": {"jena": "Apache Jena, process (ready: on an empty file)"},
    "rudof": {"rudof": "pyrudof"},
    "command": {
        "cold": "`dxplan check --engine sparql`, process, cold",
        "rules-kept": "the same, rules kept",
        "result-kept": "the same, result kept",
    },
}
ROWS = {row: label for rows in ENGINES.values() for row, label in rows.items()}
#: Engines that take so long that one run has to do unless more are asked for.
SLOW = {"stock", "pyshacl"}
MARK = "check"
PACKAGES = ("pyshacl", "rdflib", "pyoxigraph", "pyrudof")

#: Rule, focus node, path and value, as texts.
Found = tuple[str, str, str, str]


@dataclass
class Measured:
    """What was measured of one row of the table.

    :param ready: seconds until the first plan can be checked.
    :param seconds: seconds for each plan, by name.
    :param found: what was found about nodes of each plan, by its name.
    :param elsewhere: what was found about other nodes.
    """

    ready: list[Seconds] = field(default_factory=list)
    seconds: dict[str, list[Seconds]] = field(default_factory=dict)
    found: dict[str, set[Found]] = field(default_factory=dict)
    elsewhere: set[Found] = field(default_factory=set)
    peak: float = 0.0
    problem: str = ""

    def time(self, plan: str) -> float:
        """Return the median seconds of a processor for a plan."""
        return median(processor for _, processor in self.seconds[plan])

    def clock(self, plan: str) -> float:
        """Return the median seconds of the clock for a plan."""
        return median(clock for clock, _ in self.seconds[plan])


# What follows runs in processes of its own and imports what it measures only there.


def _measure_stock(copy: Path, plans: Sequence[str], repeat: int) -> dict[str, Any]:
    import pyshacl
    import rdflib

    def make_ready(plan: str) -> tuple[rdflib.Graph, rdflib.Graph]:
        data, shapes = (rdflib.Graph().parse(copy / "merged" / f"{name}.ttl") for name in (plan, "shapes"))
        return data, shapes

    told: dict[str, Any] = {"ready": [], "seconds": {}}
    for plan in plans:
        for _ in range(repeat):
            ready, (data, shapes) = timed(make_ready, plan)
            seconds, (_, report, _) = timed(
                pyshacl.validate, data, shacl_graph=shapes, inference="none", advanced=False
            )
            told["ready"].append(ready)
            told["seconds"].setdefault(plan, []).append(seconds)
        report.serialize(copy / "told" / f"stock-{plan}.nt", format="nt", encoding="utf-8")
    return told


def _measure_ours(engine: str, copy: Path, plans: Sequence[str], repeat: int) -> dict[str, Any]:
    from dxplan.checking.evaluation import Compiled, Evaluation
    from dxplan.checking.rules import RuleBook
    from dxplan.checking.validation import validate
    from dxplan.corpus import Corpus
    from dxplan.documents import read

    def make_ready() -> Callable[[Path], Any]:
        corpus = Corpus(copy)
        book = RuleBook(corpus)
        if engine == "sparql":
            evaluation = Evaluation(Compiled.of(book), corpus)
            return lambda path: evaluation.validate([read(path, "plans")])
        assert book.rules and corpus.shared
        return lambda path: validate(book, [read(path, "plans")], corpus)

    ready, check = timed(make_ready)
    told: dict[str, Any] = {"ready": [ready], "seconds": {}, "found": {}}
    for plan in plans:
        for _ in range(repeat):
            seconds, (findings, _) = timed(check, copy / "data/plans" / f"{plan}.ttl")
            told["seconds"].setdefault(plan, []).append(seconds)
        told["found"][plan] = [(f.rule, f.focus, f.path, f.value) for f in findings]
    return told


def _measure_rudof(copy: Path, plans: Sequence[str], repeat: int) -> dict[str, Any]:
    from pyrudof import ResultShaclValidationFormat, Rudof, RudofConfig

    def make_ready(plan: str) -> Rudof:
        rudof = Rudof(RudofConfig())
        rudof.read_data(copy / "merged" / f"{plan}.ttl")
        rudof.read_shacl(copy / "merged/shapes.ttl")
        return rudof

    told: dict[str, Any] = {"ready": [], "seconds": {}}
    for plan in plans:
        for _ in range(repeat):
            ready, rudof = timed(make_ready, plan)
            seconds, _ = timed(rudof.validate_shacl)
            told["ready"].append(ready)
            told["seconds"].setdefault(plan, []).append(seconds)
        text = rudof.serialize_shacl_validation_results(ResultShaclValidationFormat.NTriples)
        (copy / "told" / f"rudof-{plan}.nt").write_text(text, encoding="utf-8")
    return told


def _measure(engine: str, copy: Path, plans: Sequence[str], repeat: int) -> dict[str, Any]:
    if engine == "stock":
        return _measure_stock(copy, plans, repeat)
    if engine == "rudof":
        return _measure_rudof(copy, plans, repeat)
    return _measure_ours(engine, copy, plans, repeat)


# What follows starts these processes. It stays small until all is measured: Linux counts the memory of the process that
# starts another one towards the peak of that one.


def _own_process(engine: str, copy: Path, plans: Sequence[str], repeat: int) -> Measured:
    """Measure a Python engine. Stock pySHACL gets a process for each plan, as its command line has it."""
    measured = Measured()
    for group in [[plan] for plan in plans] if engine == "stock" else [list(plans)]:
        out = copy / "told" / f"{engine}.json"
        arguments: list[str | Path] = ["--measure", engine, "--copy", copy, "--repeat", str(repeat), *group]
        told, peak, measured.problem = own_process(__file__, out, *arguments)
        if measured.problem:
            return measured
        measured.peak = max(measured.peak, peak)
        measured.ready += told["ready"]
        measured.seconds |= told["seconds"]
        for plan, rows in told.get("found", {}).items():
            measured.found[plan] = {_alike(*row) for row in rows}
    return measured


def _jena(copy: Path, plans: Sequence[str], repeat: int) -> Measured:
    measured = Measured()
    home = jena_home()
    if home is None:
        measured.problem = "not installed"
        return measured
    empty = copy / "merged/empty.ttl"
    empty.write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")

    def run(data: Path, out: Path) -> Seconds:
        command: list[str | Path] = [
            home / "bin/shacl",
            "validate",
            "--shapes",
            copy / "merged/shapes.ttl",
            "--data",
            data,
        ]
        seconds, peak, code = process(command, out)
        measured.peak = max(measured.peak, peak)
        if code:
            measured.problem = f"failed with exit code {code}"
        return seconds

    measured.ready = [run(empty, copy / "told/empty.ttl") for _ in range(repeat)]
    for plan in plans:
        out = copy / "told" / f"jena-{plan}.ttl"
        measured.seconds[plan] = [run(copy / "merged" / f"{plan}.ttl", out) for _ in range(repeat)]
    return measured


def _command(copy: Path, plans: Sequence[str], repeat: int) -> dict[str, Measured]:
    measured = {row: Measured() for row in ENGINES["command"]}
    kept = copy / "build/findings"
    for plan in plans:
        path = copy / "data/plans" / f"{plan}.ttl"
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "dxplan",
            "--root",
            copy,
            "check",
            "--engine",
            "sparql",
            "--format",
            "json",
            path,
        ]
        for _ in range(repeat):
            for row, told in measured.items():
                forget(kept, row)
                out = copy / "told" / f"{row}-{plan}.json"
                seconds, peak, code = process(command, out)
                told.seconds.setdefault(plan, []).append(seconds)
                told.peak = max(told.peak, peak)
                if code not in (0, 1):  # 1: something was found
                    told.problem = f"failed with exit code {code}"
                    continue
                findings = json.loads(out.read_text(encoding="utf-8"))["findings"]
                told.found[plan] = {_alike(f["rule"], f["focus"], f["path"], f["value"]) for f in findings}
    return measured


def forget(kept: Path, row: str) -> None:
    """Remove of what earlier runs kept whatever a row does without."""
    for file in kept.iterdir() if kept.is_dir() else ():
        if row == "cold" or (row == "rules-kept" and not file.name.startswith("rules-")):
            file.unlink()


def _alike(rule: str, focus: str, path: str, value: str) -> Found:
    """Return a finding as all engines can tell it: a rule about a node names it as the value, or names none."""
    return rule, focus, path, "" if value == focus else value


def _read_reports(measured: Measured, engine: str, copy: Path) -> None:
    """Read what an engine told as a report of SHACL, and part it by whether the plan describes the node."""
    import rdflib
    from rdflib.namespace import SH

    from dxplan.checking.rules import RuleBook
    from dxplan.checking.shapes import path_text
    from dxplan.corpus import Corpus
    from dxplan.documents import read
    from dxplan.iris import SHAPE

    paths = {rule.id: rule.path for rule in RuleBook(Corpus(copy)).rules}
    for plan in measured.seconds:
        described = read(copy / "data/plans" / f"{plan}.ttl", "plans").subjects
        measured.found[plan] = set()
        report = rdflib.Graph().parse(next((copy / "told").glob(f"{engine}-{plan}.[nt]t*")))
        for result in report.objects(None, SH.result):
            rule, focus, value = (
                str(report.value(result, term) or "") for term in (SH.sourceShape, SH.focusNode, SH.value)
            )
            rule = rule.removeprefix(SHAPE)
            path = path_text(report, report.value(result, SH.resultPath)) or paths[rule]
            target = measured.found[plan] if focus in described else measured.elsewhere
            target.add(_alike(rule, focus, path, value))


def _prepare(copy: Path, plans: Iterable[Path], root: Path) -> list[str]:
    """Copy what is read, and write the files that the peers are given; return the names of the plans."""
    for folder in (*SHARED, "shapes"):
        shutil.copytree(root / folder, copy / folder)
    for folder in ("data/plans", "merged", "told"):
        (copy / folder).mkdir(parents=True)

    def merge(name: str, paths: Iterable[Path]) -> None:
        text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
        (copy / "merged" / f"{name}.ttl").write_text(text, encoding="utf-8")

    shared = [path for folder in SHARED for path in sorted((copy / folder).glob("*.ttl"))]
    merge("shapes", sorted((copy / "shapes").glob("*.ttl")))
    names = []
    for plan in plans:
        own = Path(shutil.copy(plan, copy / "data/plans"))
        merge(own.stem, [*shared, own])
        names.append(own.stem)
    return names


def _ratio(measured: Measured, stock: Measured | None) -> str:
    """Return how many times faster than stock pySHACL: the median of the plans, least and most."""
    if stock is None or not stock.seconds or measured is stock:
        return "1" if measured is stock else "–"
    return spread([stock.time(plan) / measured.time(plan) for plan in measured.seconds])


def _equal(measured: Measured, reference: Measured) -> str:
    missing = sum(len(reference.found[plan] - found) for plan, found in measured.found.items())
    more = sum(len(found - reference.found[plan]) for plan, found in measured.found.items())
    return "yes" if not missing and not more else f"no: {missing} missing, {more} more"


def table(measured: dict[str, Measured], rules: int, triples: dict[str, int]) -> str:
    """Return the Markdown tables: one row an engine, then the seconds of each plan."""
    good = {row: told for row, told in measured.items() if not told.problem}
    reference = next(iter(good.values()))
    stock = good.get("stock")
    lines = [
        f"{len(triples)} plans, {sum(triples.values())} triples in them, {rules} rules. Measured {machine(*PACKAGES)}.",
        "",
        "| engine | ready, s | one plan, s | by the clock, s | times as fast as stock | peak, MiB | found | equal "
        "| found elsewhere |",
        "|---|--:|--:|--:|--:|--:|--:|---|--:|",
    ]
    for row, told in measured.items():
        if told.problem:
            lines.append(f"| {ROWS[row]} | {told.problem} | | | | | | | |")
            continue
        seconds = median(told.time(plan) for plan in told.seconds)
        clock = median(told.clock(plan) for plan in told.seconds)
        found = sum(len(each) for each in told.found.values())
        equal = "reference" if told is reference else _equal(told, reference)
        ready = number(median(processor for _, processor in told.ready)) if told.ready else "–"
        lines.append(
            f"| {ROWS[row]} | {ready} | {number(seconds)} | {number(clock)} | {_ratio(told, stock)} "
            f"| {told.peak:.0f} | {found} | {equal} | {len(told.elsewhere)} |"
        )
    names = list(good)
    lines += [
        "",
        "Seconds of a processor for each plan:",
        "",
        f"| plan | triples | {' | '.join(names)} |",
        f"|---|--:|{'--:|' * len(names)}",
        *(
            f"| {plan} | {count} | {' | '.join(number(good[name].time(plan)) for name in names)} |"
            for plan, count in triples.items()
        ),
    ]
    return "\n".join(lines)


def _differences(measured: dict[str, Measured]) -> Iterable[str]:
    good = {row: told for row, told in measured.items() if not told.problem}
    reference = next(iter(good.values()))
    for row, told in good.items():
        for plan, found in told.found.items():
            for sign, these in (("-", reference.found[plan] - found), ("+", found - reference.found[plan])):
                yield from (f"{row} {plan} {sign} {' '.join(one)}" for one in sorted(these))
        yield from (f"{row} elsewhere + {' '.join(one)}" for one in sorted(told.elsewhere))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures engines of SHACL on our plans and our rules.")
    parser.add_argument("plans", nargs="*", metavar="PLAN", help="Turtle files (default: data/plans/*.ttl)")
    parser.add_argument("--engines", default=",".join(ENGINES), help="comma-separated (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of the fast engines (default: %(default)s)")
    parser.add_argument(
        "--repeat-slow", type=int, default=1, help=f"runs of {', '.join(sorted(SLOW))} (default: %(default)s)"
    )
    parser.add_argument("--into", type=Path, help=f"file to write the table into, at <!-- {MARK} -->")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--copy", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    unknown = sorted({*given.engines.split(",")} - {*ENGINES})
    if unknown:
        parser.error(f"--engines: no such engine: {', '.join(unknown)}")
    return given


@dataclass(frozen=True)
class Run:
    """What was measured of all engines that were asked.

    :param triples: how many each plan holds.
    """

    measured: dict[str, Measured]
    rules: int
    triples: dict[str, int]

    @property
    def differences(self) -> list[str]:
        """What an engine found that the first did not find, or the other way round, one a line."""
        return list(_differences(self.measured))


def measure(paths: Iterable[Path], engines: Sequence[str], repeat: int, repeat_slow: int, root: Path = ROOT) -> Run:
    """Measure engines on plans, and compare what they find.

    :param root: the project whose rules and shared documents are used.
    """
    measured: dict[str, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        plans = _prepare(copy, paths, root)
        for engine in [engine for engine in ENGINES if engine in engines]:
            print(f"{engine} …", file=sys.stderr, flush=True)
            if engine == "jena":
                measured[engine] = _jena(copy, plans, repeat)
            elif engine == "command":
                measured |= _command(copy, plans, repeat)
            else:
                measured[engine] = _own_process(engine, copy, plans, repeat_slow if engine in SLOW else repeat)

        from dxplan.checking.rules import RuleBook
        from dxplan.corpus import Corpus
        from dxplan.documents import read

        for engine in ("stock", "jena", "rudof"):
            if engine in measured and not measured[engine].problem:
                _read_reports(measured[engine], engine, copy)
        severity = "http://www.w3.org/ns/shacl#severity"  # every rule has one
        statements = [t for document in RuleBook(Corpus(copy)).documents for t in document.triples]
        rules = len({t.subject for t in statements if t.predicate.value == severity})
        triples = {plan: len(read(copy / "data/plans" / f"{plan}.ttl", "plans").triples) for plan in plans}
    if all(told.problem for told in measured.values()):
        raise SystemExit("; ".join(f"{row}: {told.problem}" for row, told in measured.items()))
    return Run(measured, rules, triples)


def main() -> None:
    """Measure, compare and print."""
    given = _arguments()
    if given.measure:
        print(json.dumps(_measure(given.measure, given.copy, given.plans, given.repeat), ensure_ascii=False))
        return
    paths = [Path(plan) for plan in given.plans] or sorted((ROOT / "data/plans").glob("*.ttl"))
    told = measure(paths, given.engines.split(","), given.repeat, given.repeat_slow)
    shown = table(told.measured, told.rules, told.triples)
    print(shown)
    for line in told.differences:
        print(line, file=sys.stderr)
    if given.into:
        insert(given.into, shown, MARK)


if __name__ == "__main__":
    main()
