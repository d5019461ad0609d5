"""The pages of the rules: whole, true to the files, the same every time, and written whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from click.testing import Result
from rdflib import URIRef
from rdflib.namespace import SH

from dxplan import folders
from dxplan.checking.rules import LANGUAGES, RuleBook
from dxplan.corpus import Corpus
from dxplan.errors import UsageError
from dxplan.folders import replace_folder
from dxplan.iris import SHAPE
from dxplan.reporting.examples import MARK, Block, blocks
from dxplan.reporting.renderings import visible
from dxplan.reporting.rule_pages import MEANING, Page, Pages
from dxplan.reporting.rule_renderings import index_markdown, index_text, page_markdown, page_text

HEADINGS = {
    "ja": ["求めること", "すべきこと", "重さ", "対象", "述語", "制約", "規則のある場所", "反例", "検査の言うこと", "正しい形"],
    "en": ["What it demands", "What to do", "Severity", "What it looks at", "Property", "Constraint", "Where it stands",
           "Counter-example", "What the check says", "A valid counterpart"],
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(book: RuleBook, corpus: Corpus) -> Pages:
    return Pages(book, corpus)


@pytest.fixture(scope="module")
def every(pages: Pages) -> dict[str, Page]:
    return {page.rule.id: page for page in pages.pages()}


def unescaped(markdown: str) -> str:
    return re.sub(r"\\([\\`*_{}\[\]<>|#])", r"\1", markdown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_has_every_part(lang: str, every: dict[str, Page], book: RuleBook) -> None:
    assert list(every) == [rule.id for rule in book.rules]
    for page in every.values():
        rule = page.rule
        text, markdown = page_text(page, lang), page_markdown(page, lang)
        headings = [re.sub(r" \d+$", "", line[3:]) for line in markdown.splitlines() if line.startswith("## ")]
        assert list(dict.fromkeys(headings)) == HEADINGS[lang]
        assert set(HEADINGS[lang]) <= {re.sub(r" \d+$", "", line) for line in text.splitlines()}
        for shown in (text, unescaped(markdown)):
            for part in (
                rule.id, rule.iri, rule.name[lang], rule.description[lang], rule.message[lang],
                MEANING[rule.severity][lang], f"{page.file}:{page.line}",
                *(target.name for target in page.targets), *(step.name for step in page.path),
            ):  # fmt: skip
                assert part in shown, (rule.id, part)
            assert page.examples
            for example in page.examples:
                assert f"Invalid because {example.why}" in shown
                assert example.file in shown
                assert example.valid in shown
                for finding in example.findings:
                    for language in LANGUAGES:
                        assert visible(finding.said(language)) in shown
        fences = re.findall(r"(?m)^```(\w*)$", markdown)
        assert len(fences) % 2 == 0
        assert ("sparql" in fences) == bool(page.sparql)
        assert text == "".join(f"{visible(line)}\n" for line in text.splitlines())


def test_what_is_shown_of_an_example_is_so(every: dict[str, Page], root: Path) -> None:
    for page in every.values():
        for example in page.examples or ():
            lines = (root / example.file).read_text(encoding="utf-8").splitlines()
            assert lines[0] == f"# Invalid because {example.why}"
            assert example.marked == [number for number, line in enumerate(lines, 1) if line.endswith(MARK)]
            assert {finding.line for finding in example.findings} == set(example.marked)
            for block in example.blocks:
                assert list(block.lines) == lines[block.line - 1 :][: len(block.lines)]
            before = [line[1:] for line in example.difference if line[:1] in "- "]
            after = [line[1:] for line in example.difference if line[:1] in "+ "]
            assert before != after
            bare = [line.removesuffix(MARK).rstrip() for line in lines]
            valid = (root / example.valid).read_text(encoding="utf-8").splitlines()
            assert set(before) <= {*bare, ""}
            assert set(after) <= {*valid, ""}


def test_the_marked_lines_stand_out(every: dict[str, Page]) -> None:
    for page in every.values():
        text = page_text(page, "en")
        marked = [number for example in page.examples or () for number in example.marked]
        assert [int(number) for number in re.findall(r"(?m)^> +(\d+) \| ", text)] == marked
        assert page_markdown(page, "en").count(MARK) == len(marked)
        assert MARK not in text
    page = every["Goal-key"]
    assert "\x1b[31m\x1b[1m>  " in page_text(page, "en", colour=True)
    assert "\x1b" not in page_text(page, "en")


def test_the_constraint_is_that_of_the_file(every: dict[str, Page], book: RuleBook, root: Path) -> None:
    queries = 0
    for page in every.values():
        text = (root / page.file).read_text(encoding="utf-8")
        assert text.splitlines()[page.line - 1] == f"dxsh:{page.rule.id}"
        prefixes = "\n".join(re.findall(r"(?m)^@prefix .*$", text))
        shown, written = (
            {t for t in ox.parse(each, format=ox.RdfFormat.TURTLE) if isinstance(t.subject, ox.NamedNode)
             and not isinstance(t.object, ox.BlankNode)}
            for each in (f"{prefixes}\n{page.shacl}", text)
        )  # fmt: skip
        assert shown <= written
        told = {SH.name, SH.description, SH.message, SH.severity}
        demands = {str(p) for p in book.graph.predicates(URIRef(page.rule.iri)) if p not in told}
        assert demands <= {q.predicate.value for q in ox.parse(f"{prefixes}\n{page.shacl}", format=ox.RdfFormat.TURTLE)}
        query = book.select(page.rule)
        assert bool(query) == bool(page.sparql)
        if page.sparql:
            queries += 1
            assert all(line.strip() in text for line in page.sparql.splitlines())
    assert queries > 30


def test_a_statement_on_several_lines_is_one_block() -> None:
    text = '@prefix a: <http://a/> .\n# note\na:b a:c """x\n\n. y""" , 1.5 ;\n  a:d a:e\n. # end\n\na:f a:g [ a:h a:i ] .\n'
    assert blocks(text) == [
        Block("a:b", 3, ('a:b a:c """x', "", '. y""" , 1.5 ;', "  a:d a:e", ". # end")),
        Block("a:f", 9, ("a:f a:g [ a:h a:i ] .",)),
    ]


def test_the_index_names_every_rule_once_below_its_file(pages: Pages, book: RuleBook, root: Path) -> None:
    groups = pages.groups()
    assert {group.file for group in groups} == {f"shapes/{p.name}" for p in (root / "shapes").glob("*.ttl")} - {
        "shapes/prefixes.ttl"
    }
    assert sorted(rule.id for group in groups for rule in group.rules) == [rule.id for rule in book.rules]
    assert next(group.name for group in groups if group.file == "shapes/goal.ttl") == {"ja": "目標", "en": "goal"}
    for lang in LANGUAGES:
        for shown in (index_text(groups, lang, 160), index_markdown(groups, lang)):
            lines = shown.splitlines()
            for rule in book.rules:
                assert sum(bool(re.search(rf"(?<![\w-]){rule.id}(?![\w-])", line)) for line in lines) == 1
                assert rule.name[lang] in unescaped(shown)


@pytest.mark.parametrize("name", ["Goal-key", "dxsh:Goal-key", f"{SHAPE}Goal-key"])
def test_a_rule_is_found_by_name_and_by_iri(name: str, pages: Pages) -> None:
    assert pages.find(name).id == "Goal-key"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("goal-key", "Goal-key"),
        ("Item-topic", "Item-has-topic"),
        ("目標の鍵", "Goal-key"),
        ("key of a goal", "Goal-key"),
    ],
)
def test_an_unknown_rule_brings_near_ones(name: str, near: str, pages: Pages) -> None:
    with pytest.raises(UsageError) as refused:
        pages.find(name)
    for lang in LANGUAGES:
        assert near in refused.value.text(lang)


def test_the_command_explains_and_refuses(root: Path, run: Callable[..., Result]) -> None:
    shown = run("--root", root, "--lang", "en", "rules", "Goal-key")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("violation  key of a goal  Goal-key\n")
    unknown = run("--root", root, "--lang", "ja", "rules", "Goal-ky")
    assert unknown.exit_code == 2
    assert unknown.stdout == ""
    assert unknown.stderr.startswith("Goal-ky: そのような規則はありません。近いもの: Goal-key")
    nothing = run("--root", root, "--lang", "en", "rules", "QQQQ")
    assert (nothing.exit_code, nothing.stderr) == (2, "QQQQ: no such rule. “dxplan rules” lists them.\n")
    assert run("--root", root, "rules", "Goal-key", "--out", root / "build/never").exit_code == 2
    assert run("--root", root, "rules", "--format", "json", "--out", root / "build/never").exit_code == 2
    assert not (root / "build/never").exists()


def test_the_forms_of_the_command(root: Path, run: Callable[..., Result], book: RuleBook) -> None:
    listed = json.loads(run("--root", root, "rules", "--format", "json").stdout)["rules"]
    assert {one["rule"] for one in listed} == {rule.id for rule in book.rules}
    assert list(listed[0]) == ["rule", "iri", "severity", "name", "file", "line", "group"]
    page = json.loads(run("--root", root, "--lang", "en", "rules", "Goal-key", "--format", "json").stdout)
    (example,) = page["examples"]
    assert example["lines"] == [finding["line"] for finding in example["findings"]]
    assert set(example["findings"][0]["message"]) == {"ja", "en"}
    markdown = run("--root", root, "--lang", "ja", "rules", "Goal-key", "--format", "md").stdout
    assert markdown.startswith("# 目標の鍵\n")
    assert f"](shapes/goal.ttl#L{page['line']})" in markdown
    assert "目標の鍵" in run("--root", root, "--lang", "ja", "rules").stdout
    assert "## goal" in run("--root", root, "--lang", "en", "rules", "--format", "md").stdout


def test_without_the_examples_the_page_says_where_they_are(project: Path, run: Callable[..., Result]) -> None:
    shown = run("--root", project, "--lang", "en", "rules", "Goal-key")
    assert shown.exit_code == 0
    assert "The counter-examples are in tests/shapes/goal of the source of the project" in shown.stdout
    assert json.loads(run("--root", project, "rules", "Goal-key", "--format", "json").stdout)["examples"] == []
    (project / "tests/shapes").mkdir(parents=True)
    assert (
        "反例\n  tests/shapes/goal にまだありません。"
        in run("--root", project, "--lang", "ja", "rules", "Goal-key").stdout
    )


def links_of(path: Path) -> list[tuple[Path, str]]:
    found = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    return [(path.parent / unquote(link.partition("#")[0]), link.partition("#")[2]) for link in found]


def test_the_written_pages_link_what_exists_and_are_the_same_every_time(
    project: Path, root: Path, run: Callable[..., Result], book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(root / "tests/shapes", project / "tests/shapes")
    out = project / "docs/規則 pages"
    written = run("--root", project, "--lang", "en", "rules", "--out", out)
    assert written.exit_code == 0
    assert {path.name for path in out.iterdir()} == {"README.md", *(f"{rule.id}.md" for rule in book.rules)}
    assert "Item-has-topic.md" in (out / "README.md").read_text(encoding="utf-8")

    before = {}
    for where in (project, project / "docs"):
        monkeypatch.chdir(where)
        assert run("--root", project, "rules", "--out", out).exit_code == 0
        files = {path.name: path.read_bytes() for path in out.iterdir()}
        assert files == (before or files)
        before = files
    names = [f"{rule.id}{suffix}" for rule in book.rules for suffix in (".md", ".ja.md")]
    assert set(before) == {"README.md", "README.ja.md", *names}
    assert out.stat().st_mode & 0o777 == 0o755 & out.parent.stat().st_mode
    assert [path.name for path in out.parent.iterdir()] == [out.name], "nothing is left beside"

    lines = {}
    for path in out.iterdir():
        for target, anchor in links_of(path):
            assert target.exists(), (path.name, target)
            if anchor:
                lines.setdefault(target, target.read_text(encoding="utf-8").splitlines())
                line = lines[target][int(anchor.removeprefix("L")) - 1]
                rule = path.name.partition(".")[0]
                assert line.endswith(MARK) or line == f"dxsh:{rule}"
    assert (out / "Goal-key.ja.md") in [target for target, _ in links_of(out / "Goal-key.md")]


FILES = {"README.md": "<!-- ours -->\nnew\n", "A.md": "<!-- ours -->\na\n"}


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep/out"
    replace_folder(out, FILES, "<!-- ours -->")
    assert content(out) == FILES
    fewer = {"B.md": "<!-- ours -->\nb\n"}
    replace_folder(out, fewer, "<!-- ours -->")
    assert content(out) == fewer
    assert list(out.parent.iterdir()) == [out]


@pytest.mark.parametrize("step", ["write", "first move", "second move"])
@pytest.mark.parametrize(
    "accident", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stop"]
)
def test_an_accident_leaves_the_old_folder(
    step: str, accident: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    replace_folder(out, FILES, "<!-- ours -->")
    method = "write_bytes" if step == "write" else "replace"
    good = getattr(Path, method)
    calls = {"write": 2, "first move": 1, "second move": 2}[step]

    def bad(self: Path, *arguments: object) -> object:
        nonlocal calls
        calls -= 1
        if calls == 0:
            raise accident
        return good(self, *arguments)

    monkeypatch.setattr(folders.Path, method, bad)
    with pytest.raises(KeyboardInterrupt if isinstance(accident, KeyboardInterrupt) else UsageError):
        replace_folder(out, {name: text + "newer" for name, text in FILES.items()}, "<!-- ours -->")
    monkeypatch.undo()
    assert content(out) == FILES
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("what", ["notes.md", "data.ttl", "folder", "link.md"])
def test_a_folder_with_anything_else_in_it_is_not_touched(what: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    replace_folder(out, FILES, "<!-- ours -->")
    if what == "folder":
        (out / what).mkdir()
    elif what == "link.md":
        (out / what).symlink_to(out / "A.md")
    else:
        (out / what).write_text("mine", encoding="utf-8")
    kept = sorted(out.iterdir())
    with pytest.raises(UsageError, match="was not written by this command"):
        replace_folder(out, FILES, "<!-- ours -->")
    assert sorted(out.iterdir()) == kept


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        replace_folder(tmp_path / "file/out", FILES, "<!-- ours -->")


def test_the_check_points_to_the_pages_only_when_it_found_something(root: Path, run: Callable[..., Result]) -> None:
    record = root / "data/reports/08236-council-2024.ttl"
    told = {"ja": "規則の説明: dxplan rules 名前", "en": "dxplan rules NAME explains a rule"}
    for lang, line in told.items():
        at = ("--root", root, "--lang", lang, "check", "--engine", "sparql", "--no-baseline")
        assert run(*at, record).stdout.splitlines()[-1] == line
        assert line not in run(*at, root / "data/national/2.3.ttl").stdout
        for form in ("json", "sarif", "junit", "github"):
            assert line not in run(*at, record, "--format", form).stdout
