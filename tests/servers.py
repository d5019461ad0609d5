"""Servers that tests start as a user would: our own, and Oxigraph's, each in a process of its own."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import psutil
import pyoxigraph as ox

from dxplan import store
from dxplan.kept import write_atomically

ROOT = Path(__file__).parent.parent


class Served(NamedTuple):
    """Our server: its address, which ends in a slash, and its process."""

    address: str
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(root: Path, *options: object) -> Iterator[Served]:
    """``dxplan serve`` on a free port."""
    command = [sys.executable, "-m", "dxplan", "--root", root, "--lang", "en", "serve", "--port", "0", *options]
    process = subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            assert selector.select(30), "no word from the server"
        line = process.stdout.readline()
        assert line.startswith("Serving at http://"), line + (process.stderr.read() if process.stderr else "")
        yield Served(line.split()[2], process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def root_with(snapshot: store.Snapshot, folder: Path) -> Path:
    """A project whose store is a copy of a built one, so that it can be replaced."""
    for part in ("ontology", "shapes", "data", "queries"):
        (folder / part).symlink_to(ROOT / part)
    kept = folder / "build" / "store"
    kept.mkdir(parents=True)
    shutil.copytree(snapshot.path, kept / snapshot.path.name)
    write_atomically(kept / "CURRENT", snapshot.path.name)
    return folder


def small_root(folder: Path, quads: Iterable[ox.Quad]) -> Path:
    """A project whose store holds a few quads."""
    for part in ("ontology", "shapes", "data", "queries"):
        (folder / part).symlink_to(ROOT / part)
    kept = folder / "build" / "store"
    (kept / "small").mkdir(parents=True)
    opened = ox.Store(str(kept / "small"))
    opened.extend(quads)
    opened.flush()
    manifest = {"digest": "0" * 64, "plans": 0, "reports": 0, "triples": len(opened), "inferred": 0}
    (kept / "small" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    del opened
    write_atomically(kept / "CURRENT", "small")
    return folder


def newer_snapshot(folder: Path, name: str, *quads: ox.Quad) -> None:
    """Put a snapshot beside the one that answers, with more in it, and then name it, as a build does."""
    before = store.current(folder)
    shutil.copytree(before.path, folder / name)
    opened = ox.Store(str(folder / name))
    opened.extend(quads)
    opened.flush()
    del opened
    manifest = folder / name / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(before.manifest.digest, name), encoding="utf-8")
    write_atomically(folder / "CURRENT", name)


@contextmanager
def oxigraph_server(*options: str | Path, command: str = "serve") -> Iterator[str]:
    """``oxigraph serve`` in memory, which can be written, or another command of it; yields its address with a slash."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    process = subprocess.Popen(
        [program, command, "--bind", f"127.0.0.1:{port}", *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(100):
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()  # it answers what it was asked before it heeds a kinder signal
        process.wait(10)
