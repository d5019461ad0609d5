"""A nation on disk: made plan by plan, beside the folder that it replaces."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from dxplan.documents import read
from dxplan.errors import UsageError
from nation.asking import draw
from nation.flaws.planting import RATES, plant_in_plan, plant_in_report
from nation.flaws.sites import Finding
from nation.municipalities import REAL, blocks, code_of, succeeds
from nation.papers import Paper, nodes_of
from nation.plans import compose
from nation.profile import measure
from nation.reference import Reference, read_reference
from nation.reports import compose_reports
from nation.samples import Profile
from nation.truth import Truth
from nation.turtle import text_of

__all__ = ["MARKER", "write_nation"]

#: The file by which a folder is known to be a nation of ours.
MARKER = "nation.json"
_WHAT = "a synthetic nation, made by scripts/nation"
_VERSION = 2
_COPIED = ("ontology", "shapes", "queries", "data/reference", "data/national")


def write_nation(
    root: Path,
    out: Path,
    plans: int,
    seed: int,
    reports: float,
    advance: Callable[[], None] = lambda: None,
    factor: float = 1,
) -> None:
    """Write a nation.

    :param root: the project whose ontology, rules, questions and real plans it takes.
    :param plans: how many plans it has, the real ones among them.
    :param reports: how many reports there are to a plan, on average.
    :param advance: called after each plan.
    :param factor: how many times as often as declared an error is planted.
    :raises UsageError: for a folder that holds anything else, or that cannot be written.
    """
    target = out.resolve()
    try:
        if not _is_free(target):
            raise UsageError(
                f"{out}: このコマンドが作ったものではない中身があります。空のフォルダを指定してください。",
                f"{out}: holds something that this command did not make. Name an empty folder.",
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as room:
            fresh = Path(room) / "new"
            _fill(root, fresh, plans, seed, reports, advance, factor)
            if target.exists():
                target.replace(Path(room) / "old")
            fresh.replace(target)
    except OSError as error:
        raise UsageError(
            f"{out}: 書けません（{error.strerror}）。書けるフォルダを指定してください。",
            f"{out}: cannot be written ({error.strerror}). Name a folder that can.",
        ) from error


def _is_free(target: Path) -> bool:
    """Tell whether a folder may be replaced: there is none, or it is empty, or we made it."""
    if not target.exists():
        return True
    if not target.is_dir():
        raise NotADirectoryError(20, os.strerror(20))
    if not any(target.iterdir()):
        return True
    try:
        marker = json.loads((target / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(marker, dict) and marker.get("what") == _WHAT


def _fill(
    root: Path, fresh: Path, plans: int, seed: int, reports: float, advance: Callable[[], None], factor: float
) -> None:
    for part in _COPIED:
        shutil.copytree(root / part, fresh / part)
    municipalities = fresh / "data" / "reference" / "municipalities.ttl"
    with municipalities.open("a", encoding="utf-8") as file:
        file.write(blocks(plans))
    for folder in ("data/plans", "data/reports", "truth"):
        (fresh / folder).mkdir()
    reference = read_reference(fresh)
    profile = measure(root, reference)
    with Truth(fresh / "truth", reference, draw(seed, plans, profile, reference)) as truth:
        for number in range(1, plans + 1):
            if number <= len(REAL):
                _copy_real(root, fresh, REAL[number - 1], truth)
            else:
                for paper, findings in papers(seed, number, reports, profile, reference, factor):
                    path = fresh / "data" / paper.folder / f"{paper.key}.ttl"
                    path.write_bytes(text_of(paper).encode())
                    truth.take(paper.folder, paper.key, paper.nodes, findings)
                if succeeds(seed, number):
                    truth.without_plan(code_of(number))
            advance()
        for key in REAL[plans:]:
            truth.without_plan(key[:5])
        truth.finish()
    marker = {"what": _WHAT, "version": _VERSION, "seed": seed, "plans": plans, "reports": reports, "rates": RATES}
    (fresh / MARKER).write_text(json.dumps(marker, indent=2) + "\n", encoding="utf-8")


def _copy_real(root: Path, fresh: Path, key: str, truth: Truth) -> None:
    """Copy a real plan, and the reports of its municipality."""
    reports = [path.relative_to(root) for path in sorted((root / "data" / "reports").glob(f"{key[:5]}-*.ttl"))]
    for path in (Path("data", "plans", f"{key}.ttl"), *reports):
        shutil.copy(root / path, fresh / path)
        truth.take(path.parent.name, path.stem, nodes_of(read(root / path)))


def papers(
    seed: int, number: int, reports: float, profile: Profile, reference: Reference, factor: float = 1
) -> Iterator[tuple[Paper, list[Finding]]]:
    """Yield the plan with a number and the reports on it, each with what is to be found of the errors in it."""
    plan = compose(seed, number, profile, reference)
    yield plan, plant_in_plan(seed, number, plan, reference, factor=factor)
    for report in compose_reports(seed, number, reports, plan, profile, reference):
        yield report, plant_in_report(seed, number, report, plan, reference, factor=factor)
