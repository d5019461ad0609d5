"""What docs/ci.md promises: the action, the hook and every command, run as they stand."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import click
import pytest
import yaml
from pre_commit.clientlib import load_manifest
from sarif.loader import load_sarif_file

from dxplan.checking.baseline import year_of
from dxplan.cli import main

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "docs/ci.md", ROOT / "docs/ci.ja.md"]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent
PLAN = "data/plans/08223-2023.ttl"


def bash(script: str, cwd: Path, *, runner: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script as GitHub's runner does, or as a plain shell does."""
    options = ["--noprofile", "--norc", "-eo", "pipefail"] if runner else []
    return subprocess.run(
        ["bash", *options, "-c", script], cwd=cwd, capture_output=True, encoding="utf-8",
        env={"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8", **env},
    )  # fmt: skip


# The action


def step(name: str) -> dict[str, Any]:
    return next(one for one in ACTION["runs"]["steps"] if one["id"] == name)


def act(cwd: Path, action: Path | None = None, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the check step with inputs, the others as the action leaves them."""
    given = {name: str(one["default"]) for name, one in ACTION["inputs"].items()} | {"engine": "sparql"}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    env = {}
    for variable, expression in step("check")["env"].items():
        env[variable] = given[re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", expression)[1]]  # type: ignore[index]
    return bash(step("check")["run"], cwd, GITHUB_ACTION_PATH=str(action or cwd), **env)


@pytest.fixture
def broken(project: Path) -> int:
    """Take the Japanese label of a plan away; return the line where that is told."""
    path = project / PLAN
    text = path.read_text(encoding="utf-8")
    found = re.search(r'(?m)^plan:08223-2023\n(?:    .*\n)*?(    rdfs:label "[^"]*"@ja ;\n)', text)
    assert found
    path.write_text(text.replace(found[1], "", 1), encoding="utf-8")
    return text.count("\n", 0, found.start()) + 1


def schema(name: str, *paths: Path) -> None:
    """Hold files against a schema that the package of the checker carries."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}", *map(str, paths)],
        capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_is_one() -> None:
    schema("github-actions", ROOT / "action.yml")
    assert list(ACTION["inputs"]) == [
        "paths", "fail-on", "engine", "format", "baseline", "sarif-file", "lang", "python-version",
    ]  # fmt: skip
    for one in ACTION["runs"]["steps"]:
        # GitHub puts expressions into a script before the shell reads it; here none is put there.
        assert "${{" not in one.get("run", "")
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(ACTION["inputs"])


def test_the_action_defaults_are_those_of_the_command() -> None:
    options = {name: one for one in main.get_command(click.Context(main), "check").params for name in one.opts}
    for name in ("fail-on", "engine"):
        assert ACTION["inputs"][name]["default"] == options[f"--{name}"].default
    assert ACTION["inputs"]["format"]["default"] in options["--format"].type.choices  # type: ignore[attr-defined]


def test_clean_data_passes(project: Path) -> None:
    shutil.rmtree(project / "build")  # a fresh checkout
    done = act(project, paths=f"{PLAN}\n\ndata/plans/08236-2022.ttl\r\n", sarif_file="out/a folder/dxplan.sarif")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "::error" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2ファイル、")
    log = load_sarif_file(str(project / "out/a folder/dxplan.sarif"))
    assert "error" not in {record["Severity"] for record in log.get_records()}


def test_everything_is_checked_without_paths(project: Path, broken: int) -> None:
    done = act(project, lang="en")
    assert done.returncode == 1
    assert f"::error file={PLAN},line={broken},col=1,title=Node-label-ja" in done.stdout
    assert re.search(r"^\d\d files, ", done.stdout.splitlines()[-1])


def test_broken_data_fails_with_annotations_and_sarif(project: Path, broken: int) -> None:
    spaced = project / "data/plans/a b/08223-2023 & $(touch pwned); 'x'.ttl"
    spaced.parent.mkdir()
    shutil.move(project / PLAN, spaced)
    name = spaced.relative_to(project).as_posix()
    done = act(project, paths=f"{name}\n", sarif_file="findings.sarif", lang="en")
    assert done.returncode == 1
    (error,) = [line for line in done.stdout.splitlines() if line.startswith("::error ")]
    assert error.startswith(f"::error file={name},line={broken},col=1,title=Node-label-ja Japanese label::")
    (result,) = [
        one for one in json.loads((project / "findings.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
        if one["level"] == "error"
    ]  # fmt: skip
    assert result["ruleId"] == "Node-label-ja"
    assert not (project / "pwned").exists()


@pytest.mark.parametrize("name", [name for name in ACTION["inputs"] if name != "python-version"])
def test_what_an_input_holds_is_never_run(name: str, project: Path) -> None:
    evil = '\'; touch pwned; "$(touch pwned)`touch pwned`" --help\n; touch pwned #'
    done = act(project, **{"paths": PLAN, name: evil})
    assert done.returncode == {"paths": 3, "baseline": 3, "sarif-file": 0}.get(name, 2), done.stdout + done.stderr
    assert not list(project.rglob("pwned"))
    assert "Usage: dxplan check [OPTIONS]" not in done.stdout


@pytest.mark.parametrize("path", ["--help", "-h", "--fail-on=info"])
def test_a_path_is_no_option(path: str, project: Path) -> None:
    done = act(project, paths=path)
    assert done.returncode == 3
    assert path in done.stderr


def test_no_sarif_is_left_when_nothing_was_checked(project: Path) -> None:
    (project / PLAN).write_text("no Turtle", encoding="utf-8")
    done = act(project, paths=PLAN, sarif_file="findings.sarif")
    assert done.returncode == 3
    assert not (project / "findings.sarif").exists()


def test_the_baseline_and_the_threshold_are_passed_on(project: Path) -> None:
    record = "data/reports/08236-council-2024.ttl"
    assert act(project, paths=record).returncode == 0
    assert act(project, paths=record, fail_on="warning").returncode == 1
    accept = f"dxplan check --engine sparql --fail-on warning --accept asked --baseline 'my base.yaml' {record}"
    assert bash(accept, project).returncode == 0
    assert act(project, paths=record, fail_on="warning", baseline="my base.yaml").returncode == 0
    text = act(project, paths=record, format="text", lang="en").stdout
    assert text.endswith("dxplan rules NAME explains a rule\n")


def test_a_repository_of_plans_alone(project: Path, broken: int, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    (alone / "plans").mkdir(parents=True)
    shutil.copy(project / PLAN, alone / "plans")
    done = act(alone, project, paths="plans/08223-2023.ttl", sarif_file="x.sarif", lang="en")
    assert done.returncode == 1
    assert f"::error file=plans/08223-2023.ttl,line={broken},col=1," in done.stdout
    results = json.loads((alone / "x.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    (place,) = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert place == "plans/08223-2023.ttl"

    accept = f"dxplan --root {shlex.quote(str(project))} check --engine sparql --accept asked --baseline baseline.yaml"
    assert bash(f"{accept} plans/08223-2023.ttl", alone).returncode == 0
    assert act(alone, project, paths="plans/08223-2023.ttl").returncode == 0
    unnamed = act(alone, project)
    assert unnamed.returncode == 2
    assert unnamed.stdout.startswith("::error::")


def test_the_install_step_installs_just_what_is_locked(tmp_path: Path) -> None:
    """The step with a Python that writes down what it is told, as nothing is fetched here."""
    log = tmp_path / "log"
    fake = tmp_path / "a python"
    fake.write_text(
        f"#!/bin/sh\nfor a; do printf '%s|' \"$a\"; done >> '{log}'; echo >> '{log}'\n"
        'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)
    places = {"RUNNER_TEMP": "a temp", "GITHUB_PATH": "path", "GITHUB_ACTION_PATH": "an action"}
    env = {name: str(tmp_path / place) for name, place in places.items()}
    assert step("install")["env"] == {"PYTHON": "${{ steps.python.outputs.python-path }}"}
    done = bash(step("install")["run"], tmp_path, PYTHON=str(fake), **env)
    assert done.returncode == 0, done.stderr
    venv, locked, own = (line.rstrip("|").split("|") for line in log.read_text(encoding="utf-8").splitlines())
    assert venv == ["-m", "venv", str(tmp_path / "a temp/dxplan/venv")]
    assert locked[-3:] == ["--require-hashes", "-r", str(tmp_path / "an action/locks/main.txt")]
    assert own[-3:] == ["--no-deps", "--no-build-isolation", str(tmp_path / "an action")]
    assert (tmp_path / "path").read_text(encoding="utf-8") == f"{tmp_path}/a temp/dxplan/bin\n"
    link = tmp_path / "a temp/dxplan/bin/dxplan"
    assert link.readlink() == tmp_path / "a temp/dxplan/venv/bin/dxplan"


# The hook


def test_the_hook_is_one_and_runs(project: Path, broken: int) -> None:
    (hook,) = load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))
    assert hook["id"] == "dxplan-check"
    assert hook["language"] == "python"
    assert hook["pass_filenames"]
    chosen = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/**/*.ttl") if ".git" not in path.parts]
    chosen = [path for path in chosen if re.search(hook["files"], path)]
    assert {path.split("/")[0] for path in chosen} == {"data"}
    assert PLAN in chosen
    for path, code in ((PLAN, 1), ("data/plans/08236-2022.ttl", 0)):
        done = bash(f"{hook['entry']} {shlex.quote(path)}", project)
        assert done.returncode == code
    assert bash(f"{hook['entry']} {shlex.join(sorted(chosen))}", project).returncode == 1


# The documents


def fenced(path: Path, language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", path.read_text(encoding="utf-8"))


def commands(path: Path) -> list[str]:
    return [line for block in fenced(path, "sh") for line in block.splitlines()]


def as_english(text: str) -> str:
    text = text.replace("--lang ja", "--lang en").replace('"市に照会中"', '"The city has been asked"')
    return text.replace("          lang: en\n", "")  # the action speaks Japanese unless told otherwise


def test_both_languages_tell_the_same() -> None:
    english, japanese = DOCS
    for language in ("sh", "yaml", "crontab"):
        assert [as_english(block) for block in fenced(japanese, language)] == [
            as_english(block) for block in fenced(english, language)
        ]
    shape = [re.findall(r"(?m)^(#+ |\| `?[\d\w-]+`? \||```\w*$)", path.read_text(encoding="utf-8")) for path in DOCS]
    assert [one for one in shape[0] if "#" in one] == [one for one in shape[1] if "#" in one]
    for path in DOCS:
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"(?m)^\| `([\w-]+)` \|", text) == list(ACTION["inputs"])
        for code in range(5):
            assert f"\n| {code} | " in text


def test_every_command_runs_as_it_stands(project: Path) -> None:
    shutil.copytree(ROOT / "tests/shapes", project / "tests/shapes")
    lines, japanese = map(commands, DOCS)
    ours = [line for line in lines if line.startswith("dxplan ")]
    # The rest is what the README has; tests/test_docs.py runs it.
    readme = re.findall(r"(?m)^    ((?:cat|pyshacl) .+)$", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert [line for line in lines if line not in ours] == readme
    assert len(ours) >= 8
    year = year_of(date.today()) + 1
    for line in ours:
        done = bash(re.sub(r"--until R\d+", f"--until {year}", line), project, runner=False)
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert json.loads((project / "findings.json").read_text(encoding="utf-8"))["summary"]["violation"] == 0
    assert load_sarif_file(str(project / "findings.sarif")).runs
    assert (project / "build/rules/Item-has-topic.ja.md").is_file()
    assert (project / "baseline.yaml").read_text(encoding="utf-8").count("- rule: ") > 1
    assert "Figure-stated-stage-count" in done.stdout, "the last shows what is accepted all the same"
    # Of the other document only what reads otherwise is run again.
    (other,) = set(japanese) - set(lines)
    (project / "baseline.yaml").unlink()
    done = bash(re.sub(r"--until R\d+", f"--until {year}", other), project, runner=False)
    assert done.returncode == 0, done.stderr
    assert "市に照会中" in (project / "baseline.yaml").read_text(encoding="utf-8")


def yaml_blocks(path: Path) -> list[Any]:
    return [yaml.safe_load(block) for block in fenced(path, "yaml")]


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_example_of_a_service_fits_its_schema(path: Path, tmp_path: Path) -> None:
    kinds = []
    held: dict[str, list[Path]] = {"github-workflows": [], "gitlab-ci": []}
    for number, (block, text) in enumerate(zip(yaml_blocks(path), fenced(path, "yaml"), strict=True)):
        file = tmp_path / f"{number}.yml"
        file.write_text(text, encoding="utf-8")
        if isinstance(block, dict) and "jobs" in block:
            kinds.append("workflow")
            held["github-workflows"].append(file)
            steps = [one for job in block["jobs"].values() for one in job["steps"]]
        elif isinstance(block, list):
            kinds.append("steps")
            steps = block
        elif "dxplan" in block:
            kinds.append("gitlab")
            held["gitlab-ci"].append(file)
            continue
        else:
            kinds.append("pre-commit")
            hooks = [hook["id"] for repo in block["repos"] for hook in repo["hooks"]]
            assert hooks == [hook["id"] for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))]
            continue
        for one in steps:
            assert "${{" not in one.get("run", "")
            if one.get("uses", "").startswith(("./", "OWNER/dxplan")):
                assert set(one["with"]) <= set(ACTION["inputs"])
    assert kinds == ["workflow", "steps", "workflow", "workflow", "gitlab", "pre-commit"]
    for name, files in held.items():
        schema(name, *files)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_gitlab_job_runs(path: Path, project: Path, broken: int) -> None:
    (job,) = [block["dxplan"] for block in yaml_blocks(path) if isinstance(block, dict) and "dxplan" in block]
    locked, own, check = job["script"]
    assert locked.endswith("--require-hashes -r locks/main.txt")
    assert own.endswith("--no-deps --no-build-isolation .")
    assert bash(check, project).returncode == 1
    report = ET.parse(project / job["artifacts"]["reports"]["junit"]).getroot()
    assert report.get("failures") == "1"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_comment_tells_what_a_pull_request_changes(path: Path, project: Path) -> None:
    (workflow,) = [b for b in yaml_blocks(path) if isinstance(b, dict) and b.get("name") == "changes"]
    script = workflow["jobs"]["changes"]["steps"][-1]["run"]
    fake = project / ".bin/gh"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "$@" > gh.log\n', encoding="utf-8")
    fake.chmod(0o755)
    env = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "t@example.org")
    env |= dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "t")
    env["PATH"] = f"{fake.parent}:{BIN}:/usr/bin:/bin"
    save = "git add data && git commit -q -m x"
    assert (
        bash(f"git init -q -b main && {save} && git branch base && git switch -q -c topic", project, **env).returncode
        == 0
    )

    nothing = bash(script, project, BASE="base", PR="7; touch pwned", **env)
    assert nothing.returncode == 0, nothing.stderr
    assert not (project / "gh.log").exists()

    plan = project / PLAN
    text = plan.read_text(encoding="utf-8")
    old = re.search(r'(?m)^item:08223-2023-1-1-17\n(?:    .*\n)*?    rdfs:label "([^"]*)"@ja', text)
    assert old
    plan.write_text(text.replace(f'"{old[1]}"@ja', f'"{old[1]}の改良"@ja'), encoding="utf-8")
    assert bash(save, project, **env).returncode == 0
    done = bash(script, project, BASE="base", PR="7; touch pwned", **env)
    assert done.returncode == 0, done.stderr
    assert (project / "gh.log").read_text(encoding="utf-8") == "pr comment 7; touch pwned --body-file changes.md\n"
    assert f"{old[1]}の改良" in (project / "changes.md").read_text(encoding="utf-8")
    assert not (project / "pwned").exists()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_cron_prints_only_what_there_is_to_tell(path: Path, project: Path, tmp_path: Path) -> None:
    (line,) = fenced(path, "crontab")
    assert "%" not in line, "a percent sign ends the command of a crontab"
    times, command = re.fullmatch(r"((?:\S+ ){4}\S+)  (.*)\n", line).groups()  # type: ignore[union-attr]
    assert times == "10 6 * * 1"
    (project / ".venv").symlink_to(BIN.parent, target_is_directory=True)
    (project / ".bin").mkdir()
    (project / ".bin/git").write_text("#!/bin/sh\n", encoding="utf-8")
    (project / ".bin/git").chmod(0o755)
    (tmp_path / "dxplan").symlink_to(project, target_is_directory=True)
    env = {"HOME": str(tmp_path), "PATH": f"{project}/.bin:/usr/bin:/bin"}

    def cron() -> str:
        return subprocess.run(["/bin/sh", "-c", command], env=env, capture_output=True, encoding="utf-8").stdout

    assert "Figure-stated-stage-count" in cron()
    if path != DOCS[0]:
        return  # it is the same line in another language, and what follows hangs on no language
    accepted = bash("dxplan check --engine sparql --fail-on warning --accept known", project)
    assert accepted.returncode == 0
    assert cron() == ""
    (project / PLAN).write_text("no Turtle", encoding="utf-8")
    assert f"{PLAN}:1:" in cron()
