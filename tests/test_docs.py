"""What the documents say is true."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from dxplan.cli import COMMANDS

ROOT = Path(__file__).parent.parent
DOCS = [
    ROOT / name
    for name in ("README.md", "README.ja.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/ci.md", "docs/ci.ja.md")
]
READMES = DOCS[:2]


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_printed_answers_are_what_the_commands_print(path: Path, run: Callable[..., Result]) -> None:
    assert run("--root", ROOT, "build").exit_code == 0
    blocks = re.findall(r"```console\n\$ dxplan (.+)\n((?:.*\n)*?)```", path.read_text(encoding="utf-8"))
    assert blocks
    for command, printed in blocks:
        result = run("--root", ROOT, *shlex.split(command))
        assert result.stdout == printed


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_every_command_is_in_the_readme(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"`dxplan {name}" in text
    assert set(re.findall(r"`dxplan (\w+)", text)) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, run: Callable[..., Result]) -> None:
    assert run("--root", ROOT, name, "--help").exit_code == 0


@pytest.mark.parametrize("path", DOCS, ids=lambda p: p.name)
def test_paths_that_are_named_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"(?m)^    ((?:ontology|shapes|data|queries|scripts|src|tests)/[\w./-]*)", text)
    named += re.findall(r"`((?:scripts|tests|data|ontology)/[\w./-]+\.\w+)`", text)
    for name in named:
        assert (ROOT / name).exists(), name
    for link in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (path.parent / link).exists(), link


def test_both_readmes_name_the_same_commands_and_folders() -> None:
    ja, en = (re.findall(r"(?m)^    (\S+/\S*|make[\w -]*|pyshacl.*)", p.read_text(encoding="utf-8")) for p in READMES)
    assert ja == en


@pytest.mark.stock
def test_stock_pyshacl_as_the_readme_has_it(tmp_path: Path) -> None:
    lines = re.findall(r"(?m)^    ((?:cat|pyshacl) .+)$", READMES[0].read_text(encoding="utf-8"))
    assert len(lines) == 3
    script = "\n".join(line.replace("plan.ttl", f"{tmp_path}/plan.ttl").replace("shapes.ttl", f"{tmp_path}/shapes.ttl")
                       if "> " in line or line.startswith("pyshacl") else line for line in lines)  # fmt: skip
    import sys

    done = subprocess.run(
        ["bash", "-ec", script], cwd=ROOT, capture_output=True, encoding="utf-8",
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Conforms: True" in done.stdout


def test_nothing_built_and_no_trace_of_a_machine_is_committed() -> None:
    tracked = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    )
    names = [name for name in tracked if name]
    assert not [
        n for n in names if n.startswith(("build/", ".venv/", "dist/")) or n.endswith((".pyc", ".whl", "uv.lock"))
    ]
    # One letter of each in brackets, so that this file is no trace itself.
    trace = re.compile(r"/ro[o]t/|/ho[m]e/|/wo[r]k/|pyp[i]\.org|pythonho[s]ted")
    for name in names:
        path = ROOT / name
        if path.is_file():
            assert not trace.search(path.read_bytes().decode("utf-8", "replace")), name


def test_locked_packages_have_hashes_and_name_no_host() -> None:
    for path in (ROOT / "locks").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(
            r"https?://|--index|--find-links|--extra-index|--trusted", text.replace("--no-emit", "")
        ), path
        for block in re.split(r"\n(?=\S)", text):
            if re.match(r"[\w-]+==", block):
                assert "--hash=" in block


def test_modules_stay_small_and_import_only_downwards() -> None:
    modules = sorted((ROOT / "src/dxplan").glob("**/*.py"))
    for path in modules:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path.name
    # The order in which the rooms stand: each imports only those before it.
    order = [
        "errors", "memory", "output", "iris", "years", "folding", "turtle_tokens", "turtle", "canonical", "syntax", "ntriples", "documents", "formatting", "rdflib_terms", "kept",
        "fingerprints", "corpus", "working.tasks", "working.cluster", "working.workers", "inferring.axioms",
        "inferring.closure", "inferring.rules", "inferring.inference", "cities", "parts", "store",
        "folders", "checking.rules", "checking.shapes", "checking.findings", "checking.listings", "checking.report", "checking.focus", "checking.results",
        "checking.validation", "checking.demands", "checking.compilation", "checking.evaluation", "checking.check",
        "yaml_errors", "checking.acceptances", "checking.baseline", "checking.accepting", "reporting.sarif", "reporting.junit", "reporting.renderings",
        "reporting.examples", "reporting.rule_pages", "reporting.rule_renderings",
        "comparing.editions", "comparing.pairing", "comparing.changes", "comparing.ledger", "comparing.drafts",
        "comparing.comparison", "comparing.differences", "asking.answers", "asking.sparql", "asking.values", "asking.sources",
        "building", "asking.parameters", "asking.charting", "asking.tags", "asking.wording", "asking.templates", "asking.heads", "asking.questions", "asking.citations", "asking.search",
        "asking.endpoint", "asking.advice", "asking.limits", "asking.outcomes", "asking.rows", "asking.sentences",
        "network.measures", "network.results", "network.graphs", "network.nodes", "network.sentences",
        "network.stalls", "network.drawing", "network.similarity", "network.communities", "network.paths",
        "network.explanation", "network.analyses",
        "charts.letters", "charts.shapes", "charts.reader", "charts.frame", "charts.canvas", "charts.matrix",
        "charts.timeline", "charts.lanes", "charts.bars", "charts.spread", "charts.targets", "charts.divisions",
        "charts.page", "charts.chart", "project",
        "site.addresses", "site.files", "site.downloads", "site.descriptions", "site.things", "site.names",
        "site.languages", "site.statements", "site.schedule", "site.material", "site.rendering",
        "site.sections.frame", "site.sections.elements", "site.sections.cities", "site.sections.concepts",
        "site.sections.national", "site.vocabulary", "site.asked", "site.checked", "site.home",
        "site.search_index", "site.sitemap", "site.pages", "site.void", "site.dumps", "site.columns",
        "site.tables", "site.catalogue", "site.redirects", "site.workbench", "site.publication",
        "site.composition",
        "server.negotiation", "server.limits", "server.refusals", "server.formats", "server.jobs", "server.paths",
        "server.pages", "server.queries", "server.asked", "server.reading", "server.worker", "server.pool", "server.editions",
        "server.replies", "server.files", "server.things", "server.bodies", "server.protocol", "server.service",
        "server.openapi", "server.endpoint", "server.questions", "server.application", "server.connections",
        "server.running", "pushing.graphs", "pushing.ledger", "pushing.remotes", "pushing.push", "session", "graph",
        "commands.options", "commands.check", "commands.format", "commands.build", "commands.diff", "commands.ask", "commands.query",
        "commands.verify", "commands.find", "commands.network", "commands.rules", "commands.publish",
        "commands.serve", "commands.push", "cli", "__main__",
    ]  # fmt: skip
    named = {path: ".".join(path.relative_to(ROOT / "src/dxplan").with_suffix("").parts) for path in modules}
    packages = {name.rpartition(".")[0] + ".__init__" for name in order if "." in name}
    assert set(named.values()) == {*order, "__init__", *packages}
    for path, name in named.items():
        for module, names in re.findall(r"(?m)^from dxplan\.([\w.]+) import (.+)", path.read_text(encoding="utf-8")):
            of_package = [f"{module}.{each.strip()}" for each in names.split(",")]
            for imported in of_package if f"{module}.__init__" in packages else [module]:
                assert order.index(imported) < order.index(name), f"{name} imports {imported}"
