"""Every command works with the packages of `make` alone, or tells what to install: none needs an extra unawares."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: What only the extras bring, also by the way: networkx takes numpy where it finds it.
EXTRAS = ("numpy", "scipy", "matplotlib", "matplotlib_fontja", "pandas", "distributed")


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment in which the extras are not there."""
    folder = tmp_path / "without"
    folder.mkdir()
    for name in EXTRAS:
        told = f'raise ModuleNotFoundError("No module named {name}", name="{name}")\n'
        (folder / f"{name}.py").write_text(told, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder), "LANG": "C.UTF-8"}


def dxplan(root: Path, environment: dict[str, str], *given: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dxplan", "--root", str(root), "--lang", "en", *map(str, given)]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_a_site_is_published(bare: dict[str, str], compiled_rules: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "data/plans").mkdir(parents=True)
    for part in ("ontology", "shapes", "queries", "data/reference", "data/national", "data/plans/08223-2023.ttl"):
        (root / part).symlink_to(ROOT / part)
    (root / "build").mkdir()
    (root / "build/findings").symlink_to(compiled_rules)
    done = dxplan(root, bare, "publish", "--out", tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert "Note: no new charts are included. Drawing needs matplotlib: pip install 'dxplan[charts]'" in done.stderr
    page = (tmp_path / "site/questions/items-shared-by-divisions.html").read_text(encoding="utf-8")
    assert "<table" in page and "<svg" not in page, "charts are left out where nothing can draw them"


@pytest.mark.parametrize("analysis", ["stalls", "similarity", "communities", "explain"])
def test_networks_are_analysed(analysis: str, bare: dict[str, str], built: Path) -> None:
    ends = ["plan:08205-2022", "plan:08236-2022"] if analysis == "explain" else []
    done = dxplan(built, bare, "network", analysis, *ends)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr


def test_what_draws_tells_what_to_install(bare: dict[str, str], built: Path, tmp_path: Path) -> None:
    for given in (
        ("ask", "items-shared-by-divisions", "--chart", tmp_path / "a.svg"),
        ("network", "stalls", "--out", tmp_path / "b.svg"),
    ):
        done = dxplan(built, bare, *given)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert "pip install 'dxplan[charts]'" in done.stderr
        assert not list(tmp_path.glob("*.svg"))
