"""What the benchmarks share: processes that are measured, the machine, and tables that are put into a page."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

__all__ = ["ROOT", "insert", "jena_home", "machine", "number", "peak_of", "process"]

ROOT = Path(__file__).resolve().parent.parent


def process(command: Sequence[str | Path], out: Path) -> tuple[tuple[float, float], float, int]:
    """Run a command; return seconds of the clock and of processors, peak memory in MiB, and exit code.

    Standard output goes to ``out``, standard error beside it. The process that calls this has to stay small: Linux
    counts its memory towards the peak of the one that it starts.
    """
    with out.open("wb") as stdout, out.with_suffix(".err").open("wb") as stderr:
        start = time.perf_counter()
        started = subprocess.Popen(command, stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(started.pid, 0)
        seconds = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    started.returncode = os.waitstatus_to_exitcode(status)
    return seconds, _mebibytes(usage.ru_maxrss), started.returncode


def peak_of(server: subprocess.Popen[bytes]) -> float:
    """End a process; return its peak memory in MiB."""
    server.kill()
    _, status, usage = os.wait4(server.pid, 0)
    server.returncode = os.waitstatus_to_exitcode(status)
    return _mebibytes(usage.ru_maxrss)


def _mebibytes(told: int) -> float:
    return told / (2**20 if sys.platform == "darwin" else 2**10)


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


def number(value: float) -> str:
    """Write a number with the digits that a measurement deserves."""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def insert(path: Path, text: str, mark: str) -> None:
    """Put a text between the marks of a file, ``<!-- mark -->`` and ``<!-- /mark -->``."""
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    head, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, found, tail = rest.partition(end)
    if not found:
        raise SystemExit(f"{path}: holds no {begin} … {end}")
    path.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")
