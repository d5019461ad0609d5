"""The notebook runs from start to chart and shows what the graph says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parent.parent / "docs" / "three-questions.ipynb"


@pytest.fixture(scope="module")
def cells(built: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The cells after a run in a folder below a project."""
    folder = tmp_path_factory.mktemp("notebook")
    for part in built.iterdir():
        (folder / part.name).symlink_to(part)
    place = folder / "work"
    place.mkdir()
    shutil.copy(NOTEBOOK, place)
    notebook = nbformat.read(place / NOTEBOOK.name, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(place)}}).execute()
    found = {cell["id"]: cell for cell in notebook.cells}
    found["place"] = place
    return found


def text(cell: Any) -> str:
    return "".join(output["data"]["text/plain"] for output in cell["outputs"] if "data" in output)


def test_it_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)


def test_the_first_question(cells: dict[str, Any]) -> None:
    assert "小美玉市" in text(cells["first"])
    assert "2022" in text(cells["first"])
    assert (cells["place"] / "timeline.svg").read_text(encoding="utf-8").count("<svg") == 1


def test_the_second_question(cells: dict[str, Any]) -> None:
    assert "none" in text(cells["matrix"])
    assert (cells["place"] / "matrix.svg").is_file()


def test_the_third_question(cells: dict[str, Any]) -> None:
    shown = text(cells["alike"]).splitlines()
    assert len(shown) == 7, "six pairs of four cities"
    figures = [float(line.split()[-1]) for line in shown[1:]]
    assert figures == sorted(figures, reverse=True)
    assert 0 < figures[-1] < figures[0] < 1
    assert (cells["place"] / "alike.svg").is_file()
