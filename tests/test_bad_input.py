"""The table of bad input: each gives its exit code and a message with file and line, and no traceback."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from dxplan.reporting.renderings import FORMS

PLAN = Path(__file__).parent / "shapes/plan/valid.minimal.ttl"
TEXT = PLAN.read_text(encoding="utf-8")
_LONG = 50 * 1024 * 1024


def _replaced(old: str, new: str) -> bytes:
    assert old in TEXT
    return TEXT.replace(old, new, 1).encode()


def _line(of: bytes, mark: bytes) -> int:
    return of[: of.index(mark)].count(b"\n") + 1


BLANK = _replaced("item:08236-2030-1\n", "_:item\n")
CYCLE = _replaced("dx:partOf policy:08236-2030-1 ;", "dx:partOf item:08236-2030-1 ;")

#: Content, exit code, line of the message (0: none can be told), words of the message.
FILES: dict[str, tuple[bytes | None, int, int, str]] = {
    "not Turtle": (b'{"a": 1}\n', 3, 1, "not Turtle"),
    "a statement that does not end": (_replaced('"表紙" .', '"表紙"'), 3, 0, "not Turtle"),
    "CP932": (TEXT.encode("cp932"), 3, 0, "not UTF-8"),
    "UTF-16": (TEXT.encode("utf-16"), 3, 1, "UTF-16"),
    "a byte order mark": (b"\xef\xbb\xbf" + TEXT.encode(), 3, 1, "byte order mark"),
    "an empty file": (b"", 3, 0, "is empty"),
    "comments only": (b"# nothing\n", 3, 0, "is empty"),
    "a missing file": (None, 3, 0, "no such file"),
    "an unknown prefix": (_replaced("dx:locator", "dy:locator"), 3, 0, "dy: has not been declared"),
    "a relative IRI": (b"<item> a <https://w3id.org/dxplan/def#Item> .\n", 3, 1, "Relative IRIs are not allowed"),
    "a line of 50 MB that is not Turtle": (b"x" * _LONG, 3, 1, "this line has 52,428,800 characters"),
    "a value of 50 MB": (_replaced('dx:locator "表紙"', f'dx:locator "{"x" * _LONG}"'), 3, 0, "the limit is 16 MiB"),
    "a blank node": (BLANK, 1, _line(BLANK, b"_:item"), "Give this blank node an IRI"),
    "a cycle": (CYCLE, 1, _line(CYCLE, b"dx:partOf item:08236-2030-1"), "Its parents lead back to itself"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_bad_file(what: str, root: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    content, code, line, words = FILES[what]
    path = tmp_path / "08236-2030.ttl"
    if content is not None:
        path.write_bytes(content)
    result = run("--root", root, "--lang", "en", "check", path, "--engine", "sparql")
    told = result.stdout + result.stderr
    assert result.exit_code == code, told
    assert words in told
    assert re.search(rf"{re.escape(str(path))}:{line or ''}", told), told[:2000]
    assert "Traceback" not in told
    assert len(told) < 20_000, "a message is no dump of the file"


def test_a_folder_in_place_of_a_file(root: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("--root", root, "--lang", "en", "check", tmp_path)
    assert result.exit_code == 3
    assert f"{tmp_path}: is a folder" in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
@pytest.mark.parametrize("command", [["check", "--engine", "sparql"], ["build"]], ids=lambda command: command[0])
def test_a_name_that_is_no_text(command: list[str], project: Path, run: Callable[..., Result]) -> None:
    shutil.copy(project / "data/reports/08236-council-2024.ttl", project / "data/reports" / os.fsdecode(b"\xff.ttl"))
    result = run("--root", project, "--lang", "en", *command)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "data/reports/\\udcff.ttl: the name of this file is no UTF-8. Rename it." in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
def test_a_folder_whose_name_is_no_text(project: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    """What stands outside the project is shown with its whole path."""
    plan = tmp_path / os.fsdecode(b"\xff") / "08236-2022.ttl"
    plan.parent.mkdir()
    shutil.copy(project / "data/plans/08236-2022.ttl", plan)
    for form in FORMS:
        result = run("--root", project, "check", "--engine", "sparql", "--format", form, plan)
        assert (result.exit_code, result.stderr) == (0, ""), form


def test_a_value_of_10_mb_is_no_obstacle(root: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "08236-2030.ttl"
    path.write_bytes(_replaced('dx:locator "表紙"', f'dx:locator "{"x" * (_LONG // 5)}"'))
    result = run("--root", root, "--lang", "en", "check", path, "--engine", "sparql")
    assert result.exit_code == 0, result.stdout[:2000] + result.stderr[:2000]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("sh:minCount", "sh:minCuont", "sh:minCuont is no term of SHACL"),
        ("dxsh:PhaseShape", "dxxsh:PhaseShape", "dxxsh"),
    ],
)
def test_a_typo_in_a_shapes_file(old: str, new: str, words: str, project: Path, run: Callable[..., Result]) -> None:
    shapes = project / "shapes/phase.ttl"
    text = shapes.read_text(encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    shapes.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = run("--root", project, "--lang", "en", "check", "--engine", "sparql")
    assert result.exit_code == (4 if new.startswith("sh:") else 3)
    assert words in result.stderr
    assert re.search(r"phase\.ttl:\d+", result.stderr)
    assert new.startswith("sh:") or f"phase.ttl:{line}" in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_half_written_by_a_failed_build(project: Path, run: Callable[..., Result]) -> None:
    assert run("--root", project, "build").exit_code == 0
    before = run("--root", project, "ask", "items-by-division", "--format", "csv").stdout
    (project / "data/plans/08236-2022.ttl").write_text("no Turtle", encoding="utf-8")
    assert run("--root", project, "build").exit_code == 3
    assert run("--root", project, "ask", "items-by-division", "--format", "csv").stdout == before
