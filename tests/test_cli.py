"""The commands, as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from dxplan import __version__


def test_version_and_help(run: Callable[..., Result]) -> None:
    assert __version__ in run("--version").stdout
    for command in ("build", "check", "diff", "rules", "status", "ask", "verify", "find", "query", "network"):
        shown = run("--help").stdout
        assert command in shown


def test_the_module_is_the_command(root: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "dxplan", "--version"], capture_output=True, text=True, cwd=root)
    assert done.stdout == f"dxplan, version {__version__}\n"


def test_build_check_ask_on_a_copy(project: Path, run: Callable[..., Result]) -> None:
    at = ("--root", project, "--lang", "en")
    asked = run(*at, "ask", "items-by-division")
    assert asked.exit_code == 3
    assert "dxplan build" in asked.stderr

    built = run(*at, "build")
    assert built.exit_code == 0
    assert built.stdout.startswith("Built the store: 4 plans, 1 reports, ")
    again = run(*at, "build")
    assert again.stdout.startswith("Nothing changed, the store stays: 4 plans")

    plan = project / "data/plans/08236-2022.ttl"
    text = plan.read_text(encoding="utf-8")
    at_line = text[: text.index("item:08236-2022-16\n    a dx:Item")].count("\n") + 1
    plan.write_text(text.replace('    rdfs:label "書かない窓口の構築"@ja ;\n', "", 1), encoding="utf-8")
    note = run(*at, "ask", "items-by-division")
    assert note.exit_code == 0
    assert "older than the data" in note.stderr

    checked = run(*at, "check", plan, "--engine", "sparql")
    assert checked.exit_code == 1
    assert f"data/plans/08236-2022.ttl:{at_line}:1: " in checked.stdout
    assert "Node-label-ja  (1)" in checked.stdout

    found = json.loads(run(*at, "check", plan, "--engine", "sparql", "--format", "json").stdout)
    (finding,) = [f for f in found["findings"] if f["severity"] == "violation"]
    assert list(finding) == [
        "rule", "severity", "message", "focus", "focusLabel", "path", "value", "file", "line", "column", "locator",
    ]  # fmt: skip
    assert finding["line"] == at_line
    assert finding["locator"] == "６ 取組事項 №16"
    assert set(finding["message"]) == {"ja", "en"}
    assert found["summary"]["violation"] == 1
    assert found["summary"]["rules"] > 0

    plan.write_text(text, encoding="utf-8")
    told = run("--root", project, "--lang", "ja", "status")
    assert told.stdout.startswith("計画4、報告1、トリプル")
    assert "違反0" in told.stdout


def test_the_threshold_decides_the_exit_code(root: Path, run: Callable[..., Result]) -> None:
    record = root / "data/reports/08236-council-2024.ttl"
    for threshold, code in (("violation", 0), ("warning", 1), ("info", 1)):
        assert run("--root", root, "check", record, "--engine", "sparql", "--fail-on", threshold).exit_code == code


@pytest.mark.parametrize(
    "arguments",
    [("check", "--format", "xml"), ("ask", "cities-without-topic", "--nonsense"), ("nonsense",), ("--lang", "de", "build"),
     ("ask", "no-such-question"), ("--root", "/", "build")],
)  # fmt: skip
def test_wrong_usage_is_2(arguments: tuple[str, ...], root: Path, run: Callable[..., Result]) -> None:
    at = () if "--root" in arguments else ("--root", root)
    result = run(*at, *arguments)
    assert result.exit_code == 2
    assert result.stderr


def test_near_questions_are_named(root: Path, run: Callable[..., Result]) -> None:
    assert "cities-without-topic" in run("--root", root, "ask", "city-without-topics").stderr


def test_the_catalogue_and_the_help_of_a_question(root: Path, run: Callable[..., Result]) -> None:
    catalogue = run("--root", root, "--lang", "en", "ask").stdout
    for path in (root / "queries").glob("*.rq"):
        assert path.stem in catalogue
    shown = run("--root", root, "--lang", "en", "ask", "cities-without-topic", "--help").stdout
    assert "--topic" in shown
    assert "--as-of" in shown
    assert "Which cities have no plan to begin a topic by a given year?" in shown


def test_free_sparql_from_a_file_and_from_standard_input(
    root: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    run("--root", root, "build")
    query = "SELECT (COUNT(DISTINCT ?i) AS ?n) WHERE { ?i a <https://w3id.org/dxplan/def#Item> }"
    (tmp_path / "q.rq").write_text(query, encoding="utf-8")
    assert run("--root", root, "query", tmp_path / "q.rq", "--format", "csv").stdout == "n\n142\n"
    assert run("--root", root, "query", "-", "--format", "csv", input=query).stdout == "n\n142\n"
    bad = run("--root", root, "--lang", "en", "query", "-", input="SELECT")
    assert bad.exit_code == 2
    assert "standard input:1:7: the query ends too early" in bad.stderr


@pytest.mark.parametrize(
    ("locale", "words"),
    [("ja_JP.UTF-8", "ストアが"), ("C.UTF-8", "ストアが"), ("", "ストアが"), ("en_US.UTF-8", "there is no store"),
     ("de_DE.UTF-8", "there is no store")],
)  # fmt: skip
def test_the_language_follows_the_locale(locale: str, words: str, project: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-m", "dxplan", "ask", "items-by-division"],
        env={**environment, "LANG": locale, "PYTHONUTF8": "1"}, cwd=project, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 3
    assert words in done.stderr


def test_a_closed_pipe_is_no_accident(root: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m dxplan build && {sys.executable} -m dxplan ask items-by-division --format csv | head -1",
        shell=True, cwd=root, capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command",
    [["status"], ["build"], ["check", "--engine", "sparql", "--no-baseline"], ["ask", "items-by-division"],
     ["query", "SELECT ?plan WHERE { ?plan a dx:Plan }"]],
    ids=lambda command: command[0],
)  # fmt: skip
def test_what_takes_long_to_load_is_not_loaded_in_vain(command: list[str], built_project: Path) -> None:
    """rdflib and pySHACL take as long to load as all the rest; a project whose rules are known needs neither.

    A check of one plan takes a third of a second.
    """
    vain = {"rdflib", "pyparsing", "pyshacl", "networkx", "distributed"}
    if command[0] == "check":
        vain |= {
            "rich",
            "yaml",
            "xml.etree.ElementTree",
            "multiprocessing.pool",
            "dxplan.store",
            "dxplan.asking.sparql",
        }
    run = (
        "import sys\n"
        "from dxplan.cli import main\n"
        f"main({['--root', str(built_project), *command]!r}, standalone_mode=False)\n"
        f"print(sorted({vain!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (0, ["[]"])
