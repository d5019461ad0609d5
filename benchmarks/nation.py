"""Measures made-up nations of several sizes: check and build, from nothing and again, and the saved questions.

For each size ``scripts/nation`` writes a nation, with errors in it. Everything is done as a command, in as many
processes as there are cores. The stages:

``check``, ``build``
    the stages of the first command below, each for itself and from nothing: without its results, parts and store.
``build --check``
    both, from nothing; the violations in the nation have been accepted, so that it builds.
nothing changed
    the same once more.
one plan changed
    a comment was added to one plan, which is checked and built again; what comes of it is the same. It takes so little
    that it is done five times even where everything else is done once.
stock pySHACL
    on a few plans of the largest nation, in one process, scaled to the number of plans.

What is found must be the errors that the nation is known to hold; the answers must be its true answers.

Run by ``make benchmark-nation``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

import check
import nation_questions
from measuring import (
    ROOT,
    Spent,
    dxplan,
    growth,
    insert,
    machine,
    markdown,
    number,
    numbers,
    own_process,
    run,
    size_of,
    write_nation,
)

#: What each stage is called, and the stage whose cost it is told as a share of.
STAGES = {
    "check": ("`dxplan check --engine sparql`, from nothing", "check"),
    "build": ("`dxplan build`, from nothing", "build"),
    "both": ("`dxplan build --check`, from nothing", "both"),
    "again": ("the same, nothing changed", "both"),
    "check-one": ("one plan changed: `dxplan check --engine sparql`", "check"),
    "build-one": ("one plan changed: `dxplan build`", "build"),
    "stock": ("stock pySHACL, one process, {sample} plans scaled", "check"),
}
MARK = "nation"
#: Nations of more plans than this are measured once unless more is asked for.
SMALL = 100
#: What takes seconds is measured so many times at least.
SHORT = 5
FINDINGS = str(Path(__file__).with_name("nation_findings.py"))
COMMAND = ["check", "--engine", "sparql", "--no-baseline", "--format", "json"]


@dataclass
class Measured:
    """What was measured of one nation.

    :param held: what there is of what, and how much of the disk it takes, in MiB.
    :param spent: each run, by stage.
    :param differing: what did not come out as it should.
    """

    held: dict[str, float] = field(default_factory=dict)
    spent: dict[str, list[Spent]] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)

    def time(self, stage: str) -> float:
        """Return the median seconds of processors."""
        return median(spent.processor for spent in self.spent[stage])

    def clock(self, stage: str) -> float:
        """Return the median seconds of the clock."""
        return median(spent.clock for spent in self.spent[stage])


class Nation:
    """One nation on disk, on which the stages are run."""

    def __init__(self, plans: int, folder: Path) -> None:
        """Write it."""
        self.root = write_nation(plans, folder / "nation")
        self.measured = Measured()
        self._out = folder / "out.txt"
        self._found = self._contents = ""

    def _run(self, stage: str, *arguments: str, fails: bool = False, is_watched: bool = True) -> None:
        print(f"{stage} …", file=sys.stderr, flush=True)
        spent = run(dxplan(self.root, *arguments), self._out, is_watched=is_watched)
        if spent.code > fails:
            said = self._out.with_suffix(".err").read_text(encoding="utf-8", errors="replace")
            raise SystemExit(f"dxplan {' '.join(arguments)}: exit code {spent.code}\n{said[-2000:]}")
        self.measured.spent.setdefault(stage, []).append(spent)

    def _clean(self) -> None:
        shutil.rmtree(self.root / "build", ignore_errors=True)

    def measure(self, repeat: int) -> Measured:
        """Run all stages."""
        for _ in range(repeat):
            self._clean()
            self._run("check", *COMMAND, fails=True)
            self._take_findings("check")
        self._accept()
        for stage, arguments in (("build", ["build"]), ("both", ["build", "--check"])):
            for _ in range(repeat):
                self._clean()
                self._run(stage, *arguments)
                self._take_contents(stage)
        for _ in range(repeat):
            self._run("again", "build", "--check")
            self._take_contents("again")
        self._weigh()
        path = sorted((self.root / "data/plans").glob("*.ttl"))[-1]
        text = path.read_bytes()
        for turn in range(max(repeat, SHORT)):
            path.write_bytes(text + f"# {turn}\n".encode())
            # Each is one process, and to look at its memory again and again would take a good part of its second.
            self._run("check-one", *COMMAND, fails=True, is_watched=False)
            self._take_findings("check-one")
            self._run("build-one", "build", is_watched=False)
            self._take_contents("build-one")
        path.write_bytes(text)
        return self.measured

    def _accept(self) -> None:
        """Accept the errors that the nation holds, as who has to live with them would."""
        command = dxplan(self.root, "check", "--engine", "sparql", "--accept", "made up")
        if run(command, self._out).code:
            raise SystemExit(f"the violations cannot be accepted: {self._out.read_text(encoding='utf-8')[-2000:]}")

    def _take_findings(self, stage: str) -> None:
        """Hold what was found against what is known to be wrong, and against what was found before."""
        told, _, problem = own_process(FINDINGS, self._out.with_suffix(".json"), self.root, self._out)
        if problem:
            raise SystemExit(f"what was found cannot be read: {problem}")
        self.measured.differing += [f"{stage}: {line}" for line in told["differing"]]
        if self._found not in ("", told["digest"]):
            self.measured.differing.append(f"{stage}: {told['count']} findings, other ones than before")
        self._found = told["digest"]
        self.measured.held["findings"] = told["count"]

    def _take_contents(self, stage: str) -> None:
        """Hold what was built against what was built before."""
        stores = self.root / "build/store"
        manifest = stores / (stores / "CURRENT").read_text(encoding="utf-8").strip() / "manifest.json"
        held = json.loads(manifest.read_text(encoding="utf-8"))
        contents = " ".join(f"{held[name]} {name}" for name in ("plans", "reports", "triples", "inferred"))
        if self._contents and self._contents != contents:
            self.measured.differing.append(f"{stage}: {contents}, where there were {self._contents}")
        self._contents = contents
        self.measured.held |= {name: held[name] for name in ("plans", "reports", "triples", "inferred")}

    def _weigh(self) -> None:
        build = self.root / "build"
        self.measured.held |= {
            "files": size_of(self.root / "data"),
            "kept": size_of(build) - size_of(build / "store"),
            "store": size_of(build / "store"),
        }


def sample(root: Path, count: int) -> list[Path]:
    """Return some plans, evenly from the smallest to the largest."""
    plans = sorted((root / "data/plans").glob("*.ttl"), key=lambda path: (path.stat().st_size, path.name))
    count = min(count, len(plans))
    return [plans[int((at + 0.5) * len(plans) / count)] for at in range(count)]


def _stock(root: Path, count: int, answers: dict[int, Measured]) -> Iterator[str]:
    """Measure stock pySHACL on a sample, scale it to each size, and tell where it does not find what ours finds."""
    told = check.measure(sample(root, count), ["stock", "sparql"], 1, 1, root).measured
    stock, ours = told["stock"], told["sparql"]
    if stock.problem or ours.problem:
        yield f"stock pySHACL: {stock.problem or ours.problem}"
        return
    runs = [seconds for each in stock.seconds.values() for seconds in each]
    clock, processor = (mean(each[at] for each in runs) + mean(each[at] for each in stock.ready) for at in (0, 1))
    for plans, measured in answers.items():
        measured.spent["stock"] = [Spent(clock * plans, processor * plans, stock.peak, stock.peak)]
    yield from (f"stock pySHACL differs on {plan}" for plan in stock.found if stock.found[plan] != ours.found[plan])


def table(measured: dict[int, Measured], answers: nation_questions.Answers, sampled: int) -> str:
    """Return the Markdown tables: what there is, the stages, the questions."""
    sizes = list(measured)
    lines = [f"Measured {machine('pyoxigraph', 'rdflib', 'pyshacl')}.", ""]
    names = {"plans": "plans", "reports": "reports", "triples": "asserted", "inferred": "inferred"}
    names |= {"findings": "findings", "files": "files, MiB", "kept": "kept, MiB", "store": "store, MiB"}
    lines += markdown(
        list(names.values()), ([f"{told.held[name]:.0f}" for name in names] for told in measured.values())
    )
    rows = []
    for plans, told in measured.items():
        for stage, runs in told.spent.items():
            label, whole = STAGES[stage]
            time = told.time(stage)
            smaller = [size for size in sizes if size < plans and stage != "stock"]
            grown = [growth((each, plans), (measured[each].time(stage), time)) for each in smaller[-1:]]
            rows.append(
                [
                    str(plans),
                    label.format(sample=sampled),
                    number(told.clock(stage)),
                    number(time),
                    f"{max(each.peak for each in runs):.0f}",
                    f"{max(max(each.peak, each.together) for each in runs):.0f}",
                    number(time / told.time(whole)),
                    number(told.clock(stage) / told.clock(whole)),
                    *(grown or "–"),
                ]
            )
    head = ["plans", "stage", "clock, s", "processors, s", "largest process, MiB", "all processes, MiB", "of the whole"]
    lines += ["", *markdown([*head, "by the clock", "growth"], rows, {"stage"})]
    if any(answers.values()):
        lines += ["", "Milliseconds of a processor for the saved questions:", "", *nation_questions.table(answers)]
    return "\n".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures check, build and saved questions on made-up nations.")
    known = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="names of questions, or none (default: all)")
    parser.add_argument(
        "--sizes", type=numbers, default="1,10,100,1741", help="numbers of plans (default: %(default)s)"
    )
    parser.add_argument(
        "--repeat", type=int, default=3, help=f"runs of nations up to {SMALL} plans (default: %(default)s)"
    )
    parser.add_argument("--repeat-large", type=int, default=1, help="runs of larger ones (default: %(default)s)")
    parser.add_argument(
        "--asked",
        type=int,
        default=5,
        help="times each question is asked, each with other values (default: %(default)s)",
    )
    parser.add_argument(
        "--limit", type=float, default=120, help="seconds after which a question is given up (default: %(default)s)"
    )
    parser.add_argument("--stock", type=int, default=3, help="plans for stock pySHACL (default: %(default)s)")
    parser.add_argument("--into", type=Path, help=f"file to write the table into, at <!-- {MARK} -->")
    given = parser.parse_args()
    given.questions = [] if given.questions == ["none"] else given.questions or known
    if unknown := sorted({*given.questions} - {*known}):
        parser.error(f"no such question: {', '.join(unknown)}")
    return given


def main() -> None:
    """Measure, compare and print."""
    given = _arguments()
    measured: dict[int, Measured] = {}
    answers: dict[int, dict[str, nation_questions.Asked]] = {}
    differing: list[str] = []
    for plans in given.sizes:
        with tempfile.TemporaryDirectory() as name:
            nation = Nation(plans, Path(name))
            measured[plans] = nation.measure(given.repeat if plans <= SMALL else given.repeat_large)
            print("questions …", file=sys.stderr, flush=True)
            answers[plans] = nation_questions.ask_all(
                nation.root, given.questions, Path(name), given.asked, given.limit
            )
            differing += [f"{plans} plans, {line}" for line in measured[plans].differing]
            if given.stock and plans == given.sizes[-1]:  # last, for it makes this process large
                differing += _stock(nation.root, given.stock, measured)
    shown = table(measured, answers, min(given.stock, given.sizes[-1]))
    print(shown)
    if differing := [*differing, *nation_questions.differences(answers)]:
        raise SystemExit("\n".join(["the results differ:", *differing]))
    if given.into:
        insert(given.into, shown, MARK)


if __name__ == "__main__":
    main()
