"""Measures how long quads take to load: the parts that ``dxplan build`` keeps, and the same as N-Quads by others.

The quads are those that a made-up nation's store is built from (``scripts/nation``). The rows:

``lines``, ``hash``, ``copy``, ``parse``
    what any loading has to do at least: count the lines, SHA-256, write the file and wait for the disk, read the quads.
``rdflib``
    a ``Dataset`` in memory; up to a number of quads only, for it takes long, and almost two kilobytes a quad.
``memory``, ``disk``
    ``bulk_load`` of pyoxigraph from the file.
``oxigraph``, ``jena``
    the commands ``oxigraph load`` and ``tdb2.tdbloader``, from the file.
``optimized``
    ``oxigraph load``, then ``oxigraph optimize``, which merges what was loaded, so that look-ups are quicker.
``stream``, ``merged``
    how ``dxplan build`` loads: the parts that are kept, compressed, one after another as one stream; then merged too.
``ours``
    ``dxplan build`` as a command, when all parts are kept and only the store is missing.

Run by ``make benchmark-loading``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from measuring import (
    Seconds,
    dxplan,
    insert,
    jena_home,
    machine,
    markdown,
    number,
    numbers,
    own_process,
    process,
    size_of,
    write_nation,
)

#: In the order of the table.
ENGINES = {
    "lines": "counting lines",
    "hash": "SHA-256 of the file",
    "copy": "writing the file, until it is on disk",
    "parse": "reading the quads: `pyoxigraph.parse`",
    "rdflib": "rdflib, `Dataset` in memory",
    "memory": "pyoxigraph, in memory",
    "disk": "pyoxigraph, on disk",
    "oxigraph": "`oxigraph load`",
    "optimized": "`oxigraph load`, then `oxigraph optimize`",
    "jena": "Apache Jena, `tdb2.tdbloader`",
    "stream": "`dxplan`: the kept parts into the store",
    "merged": "the same, then merged",
    "ours": "`dxplan build`, parts kept: the whole command",
}
MARK = "loading"
#: Nations of more plans than this are loaded once unless more is asked for.
SMALL = 100
LOADERS = str(Path(__file__).with_name("loaders.py"))
#: Those that are commands; the others run in a process of ours that tells what the loading alone took.
COMMANDS = {"oxigraph", "optimized", "jena", "ours"}
#: Those that have to hold the same quads afterwards.
LOADING = ("parse", "rdflib", "memory", "disk", "oxigraph", "optimized", "jena", "stream", "merged", "ours")
COUNT = "SELECT (COUNT(*) AS ?quads) WHERE { GRAPH ?graph { ?s ?p ?o } }"


@dataclass
class Measured:
    """What was measured of one row of the table.

    :param quads: how many there are afterwards; None where there is nothing to count.
    :param disk: what is on disk afterwards, in MiB; None where nothing is.
    """

    seconds: list[Seconds] = field(default_factory=list)
    peak: float = 0.0
    quads: int | None = None
    disk: float | None = None
    problem: str = ""

    @property
    def clock(self) -> float:
        """The median seconds of the clock."""
        return median(clock for clock, _ in self.seconds)

    @property
    def processor(self) -> float:
        """The median seconds of a processor."""
        return median(processor for _, processor in self.seconds)


# All of this stays small: see measuring.run.


def _once(engine: str, file: Path, told: Measured) -> None:
    """Load once, and note what it took."""
    root, into, out = file.parent / "nation", file.parent / "loaded", file.parent / "out.json"
    if engine in COMMANDS:
        command = _command(engine, root, file, into)
        if command is None:
            told.problem = "not installed"
            return
        seconds, peak, code = process(command, out)
        if code:
            told.problem = f"failed with exit code {code}"
            print(out.with_suffix(".err").read_text(encoding="utf-8", errors="replace")[-500:], file=sys.stderr)
            return
    else:
        found, peak, told.problem = own_process(LOADERS, out, engine, file, into)
        if told.problem:
            return
        told.quads = found["quads"]
        seconds = found["seconds"][0], found["seconds"][1]
    told.seconds.append(seconds)
    told.peak = max(told.peak, peak)
    if engine == "ours":
        stores = root / "build/store"
        into = stores / (stores / "CURRENT").read_text(encoding="utf-8").strip()
    if into.is_dir():
        told.disk = size_of(into)
        if engine != "copy":
            told.quads = _count(engine, into, out)
        shutil.rmtree(into)


def _command(engine: str, root: Path, file: Path, into: Path) -> list[str | Path] | None:
    """Return the command that loads, or None where it is not installed."""
    if engine == "ours":
        shutil.rmtree(root / "build/store", ignore_errors=True)
        return dxplan(root, "build")
    if engine == "jena":
        home = jena_home()
        return None if home is None else [home / "bin/tdb2.tdbloader", "--loc", into, file]
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        return None
    load: list[str | Path] = [program, "load", "--location", into, "--file", file]
    if engine == "optimized":
        return [
            "sh",
            "-c",
            '"$0" load --location "$1" --file "$2" && "$0" optimize --location "$1"',
            program,
            into,
            file,
        ]
    return load


def _count(engine: str, into: Path, out: Path) -> int:
    """Return how many quads a database on disk holds."""
    home = jena_home()
    if engine == "jena" and home is not None:
        process([home / "bin/tdb2.tdbquery", "--loc", into, "--results", "csv", COUNT], out)
        return int(out.read_text(encoding="utf-8").split()[-1])
    found, _, problem = own_process(LOADERS, out, "count", out, into)
    if problem:
        raise SystemExit(f"what {engine} loaded cannot be counted: {problem}")
    return int(found["quads"])


def _nation(plans: int, folder: Path) -> tuple[Path, int]:
    """Build a nation once, so that its parts are kept, and write its quads; return the file and how many there are."""
    root, file = write_nation(plans, folder / "nation"), folder / "all.nq"
    _, _, code = process(dxplan(root, "build"), folder / "build.txt")
    if code:
        raise SystemExit(f"the nation cannot be built: exit code {code}")
    told, _, problem = own_process(LOADERS, folder / "write.json", "write", file, root / "build/parts")
    if problem:
        raise SystemExit(f"the quads cannot be written: {problem}")
    return file, told["quads"]


def table(plans: int, quads: int, measured: dict[str, Measured], size: float) -> str:
    """Return the Markdown table of one size.

    :param size: of the file, in MiB.
    """
    good = {engine: told for engine, told in measured.items() if not told.problem}

    def times(told: Measured, other: str) -> str:
        return number(told.processor / good[other].processor) if other in good else "–"

    rows = []
    for engine, told in measured.items():
        if told.problem:
            rows.append([ENGINES[engine], told.problem, *[""] * 7])
            continue
        rows.append(
            [
                ENGINES[engine],
                number(told.processor),
                number(told.clock),
                number(quads / told.processor / 1000) if told.processor else "–",
                f"{told.peak:.0f}",
                "–" if told.disk is None else f"{told.disk:.0f}",
                times(told, "oxigraph"),
                times(told, "parse"),
                "–" if told.quads is None else str(told.quads),
            ]
        )
    head = ["engine", "processor, s", "clock, s", "thousand quads/s", "peak, MiB", "on disk, MiB"]
    head += ["times `oxigraph load`", "times reading", "quads"]
    least = min(len(told.seconds) for told in good.values())
    most = max(len(told.seconds) for told in good.values())
    runs = str(least) if least == most else f"{least} to {most}"
    told_of = "one run" if runs == "1" else f"median of {runs}"
    begin = f"{plans} plans, {quads} quads, {size:.0f} MiB of N-Quads; {told_of}:"
    return "\n".join([begin, "", *markdown(head, rows)])


def differences(quads: int, measured: dict[str, Measured]) -> Iterator[str]:
    """Tell who holds another number of quads than there are."""
    for engine, told in measured.items():
        if engine in LOADING and not told.problem and told.quads != quads:
            yield f"{engine}: {told.quads} quads, not {quads}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures how long the quads of a nation take to load.")
    parser.add_argument("--sizes", type=numbers, default="100,1741", help="numbers of plans (default: %(default)s)")
    parser.add_argument("--engines", default=",".join(ENGINES), help="comma-separated (default: %(default)s)")
    parser.add_argument(
        "--repeat", type=int, default=3, help=f"runs of each up to {SMALL} plans (default: %(default)s)"
    )
    parser.add_argument("--repeat-large", type=int, default=1, help="runs of each above (default: %(default)s)")
    parser.add_argument(
        "--rdflib-quads",
        type=int,
        default=1_000_000,
        help="most that rdflib is given (default: %(default)s)",
    )
    parser.add_argument("--into", type=Path, help=f"file to write the table into, at <!-- {MARK} -->")
    given = parser.parse_args()
    given.engines = given.engines.split(",")
    if unknown := sorted({*given.engines} - {*ENGINES}):
        parser.error(f"--engines: no such engine: {', '.join(unknown)}")
    return given


def main() -> None:
    """Measure, compare and print."""
    given = _arguments()
    shown = [f"Measured {machine('pyoxigraph', 'oxigraph', 'rdflib')}."]
    for plans in given.sizes:
        measured = {engine: Measured() for engine in ENGINES if engine in given.engines}
        with tempfile.TemporaryDirectory() as name:
            file, quads = _nation(plans, Path(name))
            if "rdflib" in measured and quads > given.rdflib_quads:
                measured["rdflib"].problem = f"not measured above {given.rdflib_quads} quads"
            repeat = given.repeat if plans <= SMALL else given.repeat_large
            for turn in range(repeat):  # one after another, so that a noisy minute falls on all
                for engine, told in measured.items():
                    if not told.problem:
                        print(f"{engine}, {turn + 1} of {repeat} …", file=sys.stderr, flush=True)
                        _once(engine, file, told)
            size = size_of(file)
        if all(told.problem for told in measured.values()):
            raise SystemExit("; ".join(f"{engine}: {told.problem}" for engine, told in measured.items()))
        if found := list(differences(quads, measured)):
            raise SystemExit("\n".join([f"{plans} plans: the quads differ:", *found]))
        shown += ["", table(plans, quads, measured, size)]
    text = "\n".join(shown)
    print(text)
    if given.into:
        insert(given.into, text, MARK)


if __name__ == "__main__":
    main()
