"""What the benchmarks share: processes that are measured, the machine, and tables that are put into a page."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

__all__ = [
    "ROOT",
    "Seconds",
    "Spent",
    "dxplan",
    "growth",
    "insert",
    "jena_home",
    "machine",
    "markdown",
    "number",
    "numbers",
    "own_process",
    "peak_of",
    "process",
    "run",
    "size_of",
    "spread",
    "timed",
    "write_nation",
]

ROOT = Path(__file__).resolve().parent.parent
#: Seconds of the clock, and seconds that processors spent: other work on the machine stretches the first far more.
Seconds = tuple[float, float]
T = TypeVar("T")

# What is measured.


@dataclass(frozen=True)
class Spent:
    """What a run of a command has cost.

    :param clock: seconds by the clock.
    :param processor: seconds of processors, of the process and of all that it started.
    :param peak: peak memory of the largest of these processes, in MiB.
    :param together: peak memory of all of them at a time, where it was watched.
    :param code: its exit code.
    """

    clock: float
    processor: float
    peak: float = 0.0
    together: float = 0.0
    code: int = 0


def run(command: Sequence[str | Path], out: Path, *, is_watched: bool = False, timeout: float | None = None) -> Spent:
    """Run a command and tell what it has cost.

    Standard output goes to ``out``, standard error beside it. The process that calls this has to stay small: Linux
    counts its memory towards the peak of the one that it starts.

    :param is_watched: also look again and again how much memory the process and those below it take together.
    :param timeout: seconds after which it is killed.
    """
    together = [0.0]
    with out.open("wb") as stdout, out.with_suffix(".err").open("wb") as stderr:
        start = time.perf_counter()
        started = subprocess.Popen(command, stdout=stdout, stderr=stderr)
        beside: list[threading.Thread] = []
        if is_watched:
            beside.append(threading.Thread(target=_watch, args=(started.pid, together)))
        if timeout is not None:
            beside.append(threading.Timer(timeout, started.kill))
        for each in beside:
            each.start()
        _, status, usage = os.wait4(started.pid, 0)
        clock = time.perf_counter() - start
    started.returncode = os.waitstatus_to_exitcode(status)
    for each in beside:
        if isinstance(each, threading.Timer):
            each.cancel()
        each.join()
    processor = usage.ru_utime + usage.ru_stime
    return Spent(clock, processor, _mebibytes(usage.ru_maxrss), together[0], started.returncode)


def _watch(pid: int, together: list[float]) -> None:
    """Note the most memory that a process and those below it take at a time; pages that they share count once."""
    import psutil  # type: ignore[import-untyped]

    start = time.perf_counter()
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(pid)
        while True:
            total = 0.0
            for each in [top, *top.children(recursive=True)]:
                with contextlib.suppress(psutil.ZombieProcess, psutil.AccessDenied):
                    told = each.memory_full_info()
                    total += getattr(told, "pss", told.uss)
            together[0] = max(together[0], total / 2**20)
            time.sleep(min(max((time.perf_counter() - start) / 50, 0.05), 1))
            if top.status() == psutil.STATUS_ZOMBIE:
                break


def process(command: Sequence[str | Path], out: Path) -> tuple[Seconds, float, int]:
    """Run a command; return seconds of the clock and of processors, peak memory in MiB, and exit code."""
    spent = run(command, out)
    return (spent.clock, spent.processor), spent.peak, spent.code


def own_process(script: str, out: Path, *arguments: str | Path) -> tuple[dict[str, Any], float, str]:
    """Run a benchmark in a process of its own; return what it tells, its peak memory, and what went wrong."""
    _, peak, code = process([sys.executable, script, *arguments], out)
    if not code:
        return json.loads(out.read_text(encoding="utf-8")), peak, ""
    said = out.with_suffix(".err").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    if said and said[-1].startswith("ModuleNotFoundError"):
        return {}, peak, "not installed"
    print(*said[-5:], sep="\n", file=sys.stderr)
    return {}, peak, f"failed with exit code {code}"


def timed(work: Callable[..., T], *arguments: Any, **options: Any) -> tuple[Seconds, T]:
    """Call something; return seconds of the clock and of processors, and what it returns."""
    start = time.perf_counter(), time.process_time()
    result = work(*arguments, **options)
    return (time.perf_counter() - start[0], time.process_time() - start[1]), result


def peak_of(server: subprocess.Popen[bytes]) -> float:
    """End a process; return its peak memory in MiB."""
    server.kill()
    _, status, usage = os.wait4(server.pid, 0)
    server.returncode = os.waitstatus_to_exitcode(status)
    return _mebibytes(usage.ru_maxrss)


def _mebibytes(told: int) -> float:
    return told / (2**20 if sys.platform == "darwin" else 2**10)


def size_of(path: Path) -> float:
    """Return how much of the disk a file or a folder takes, in MiB; the holes of sparse files take none."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(file.stat().st_blocks * 512 for file in files) / 2**20


# What is measured on.


def dxplan(root: Path, *arguments: str | Path) -> list[str | Path]:
    """Return a command of ours on a project."""
    return [sys.executable, "-m", "dxplan", "--lang", "en", "--root", root, *arguments]


def write_nation(plans: int, out: Path) -> Path:
    """Write a made-up nation; return its folder."""
    command: list[str | Path] = [sys.executable, ROOT / "scripts/nation", "--plans", str(plans), "--out", out]
    print(f"a nation of {plans} …", file=sys.stderr, flush=True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out


def jena_home() -> Path | None:
    """Return the folder of the newest Apache Jena that is installed, or None without it or without Java."""
    homes = sorted((ROOT / "build/peers").glob("apache-jena-*/bin/shacl"))
    return homes[-1].parent.parent if homes and shutil.which("java") else None


def machine(*names: str) -> str:
    """Return the day, the machine, and the versions of Python, of the named packages and of Apache Jena."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = []
    for name in names:
        try:
            packages.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    if home := jena_home():
        said = subprocess.run(["java", "-version"], capture_output=True, encoding="utf-8", check=False).stderr
        java = re.search(r'"([^"]+)"', said)
        packages.append(home.name.replace("apache-jena-", "Apache Jena ") + (f" on Java {java[1]}" if java else ""))
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, "
        f"Python {platform.python_version()}, {', '.join(packages)}"
    )


# How it is told.


def number(value: float) -> str:
    """Write a number with the digits that a measurement deserves."""
    return f"{value:.2g}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def spread(values: Sequence[float]) -> str:
    """Write the median of some numbers, and in brackets the least and the most."""
    low, middle, high = (number(value) for value in (min(values), median(values), max(values)))
    return middle if low == high else f"{middle} ({low}–{high})"


def growth(sizes: tuple[float, float], times: tuple[float, float]) -> str:
    """Write by how many times more the time grows than the size: at 1 twice as much takes twice as long."""
    return number((times[1] / times[0]) / (sizes[1] / sizes[0])) if all(times) and all(sizes) else "–"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]], texts: Collection[str] = ()) -> list[str]:
    """Return the lines of a table in Markdown; but for the first column and those in ``texts`` all hold numbers."""
    kinds = ["---" if not at or name in texts else "--:" for at, name in enumerate(head)]
    return [f"| {' | '.join(head)} |", f"|{'|'.join(kinds)}|", *(f"| {' | '.join(row)} |" for row in rows)]


def numbers(text: str) -> list[int]:
    """Read whole numbers above 0 with commas between them, in order, each once; for an option of a command."""
    found = sorted({int(each) for each in text.split(",")})
    if found[0] < 1:
        raise ValueError(text)
    return found


def insert(path: Path, text: str, mark: str) -> None:
    """Put a text between the marks of a file, ``<!-- mark -->`` and ``<!-- /mark -->``."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    head, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, found, tail = rest.partition(end)
    if not found:
        raise SystemExit(f"{path}: holds no {begin} … {end}")
    path.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")
