"""The pages of the rules, and their index, for people: as text for a terminal and as Markdown."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

import click
from rich.console import Console
from rich.table import Table

from dxplan.checking.findings import label
from dxplan.checking.rules import LANGUAGES
from dxplan.reporting.examples import FOLDER, MARK, Example
from dxplan.reporting.renderings import visible
from dxplan.reporting.rule_pages import MEANING, Group, Named, Page

__all__ = ["INDEX", "MADE", "Links", "index_markdown", "index_text", "page_markdown", "page_text", "written_pages"]

#: The name of the index in a folder of pages.
INDEX = "README"
#: What a page in a folder begins with; a folder with anything else in it is not ours to replace.
MADE = "<!-- dxplan rules --out -->"

_SEVERITY = {
    "violation": {"ja": "違反", "en": "violation"},
    "warning": {"ja": "警告", "en": "warning"},
    "info": {"ja": "情報", "en": "info"},
}
_COLOURS = {"violation": "red", "warning": "yellow", "info": "cyan"}
_TARGETS = {
    "targetClass": {"ja": "種類が{}の節点", "en": "nodes of the kind {}"},
    "targetSubjectsOf": {"ja": "{}を持つ節点", "en": "nodes that have {}"},
    "targetObjectsOf": {"ja": "{}の値である節点", "en": "nodes that are a value of {}"},
    "targetNode": {"ja": "{}", "en": "{}"},
}


@dataclass(frozen=True)
class _Code:
    """Lines of a language; those at ``marked`` are what it is about."""

    language: str
    lines: tuple[str, ...]
    first: int = 0
    marked: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Place:
    """A file of the project, and a line of it."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


_Said = str | _Code | _Place
_Part = tuple[str, list[_Said]]


@dataclass(frozen=True)
class Links:
    """Where the links of a Markdown text lead.

    :param up: the way from the text to the root of the project.
    :param suffixes: for each language that pages are written in, what their names end in before ``.md``.
    """

    up: str = "."
    suffixes: tuple[tuple[str, str], ...] = ()

    def to(self, file: str, line: int = 0) -> str:
        """Return the link to a file of the project."""
        target = quote(os.path.normpath(f"{self.up}/{file}")) + (f"#L{line}" if line else "")
        return f"[`{_Place(file, line)}`]({target})"

    def page(self, name: str, lang: str) -> str:
        """Return the name of the file of a page."""
        return f"{name}{dict(self.suffixes)[lang]}.md"

    def others(self, name: str, lang: str) -> list[str]:
        """Return links to the same page in other languages."""
        titles = {"ja": "日本語", "en": "English"}
        return [f"[{titles[other]}]({self.page(name, other)})" for other, _ in self.suffixes if other != lang]


def _parts(page: Page, lang: str) -> Iterator[_Part]:
    """Yield the parts of a page, the same for every form."""
    ja = lang == "ja"
    rule = page.rule
    yield ("求めること" if ja else "What it demands", [rule.description[lang]])
    yield ("すべきこと" if ja else "What to do", list(_advice(page, lang)))
    yield ("重さ" if ja else "Severity", [f"{_SEVERITY[rule.severity][lang]}: {MEANING[rule.severity][lang]}"])
    yield ("対象" if ja else "What it looks at", list(_targets(page, lang)))
    whole = "節点そのもの" if ja else "the node as a whole"
    steps = ("または" if ja else " or ").join(_named(step, lang) for step in page.path)
    yield ("述語" if ja else "Property", [steps or whole])
    constraint: list[_Said] = [_Code("turtle", tuple(page.shacl.split("\n")))]
    if page.sparql:
        constraint.append(_Code("sparql", tuple(page.sparql.split("\n"))))
    yield ("制約" if ja else "Constraint", constraint)
    yield ("規則のある場所" if ja else "Where it stands", [_Place(page.file, page.line)])
    yield from _example_parts(page, lang)


def _targets(page: Page, lang: str) -> Iterator[_Said]:
    for role, targets in groupby(page.targets, key=lambda target: target.role):
        names = ("、" if lang == "ja" else ", ").join(_named(target, lang) for target in targets)
        yield _TARGETS[role][lang].format(names)


def _advice(page: Page, lang: str) -> Iterator[_Said]:
    advice = page.rule.message[lang]
    yield advice
    if re.search(r"\{[?$]\w+\}", advice):
        yield "{…} には検査が見つけたものが入ります。" if lang == "ja" else "The check fills in what stands as {…}."


def _example_parts(page: Page, lang: str) -> Iterator[_Part]:
    ja = lang == "ja"
    heading = "反例" if ja else "Counter-example"
    if page.examples is None:
        yield (
            heading,
            [
                f"反例はプロジェクトのソースの {page.examples_at} にあります。ここには {FOLDER} がありません。"
                if ja
                else f"The counter-examples are in {page.examples_at} of the source of the project; there is no "
                f"{FOLDER} below this root."
            ],
        )
        return
    if not page.examples:
        none = f"{page.examples_at} にまだありません。" if ja else f"There is none in {page.examples_at} yet."
        yield (heading, [none])
    for number, example in enumerate(page.examples, 1):
        count = f" {number}" if len(page.examples) > 1 else ""
        yield (heading + count, [*_why(example, lang), _Place(example.file), *_excerpt(example)])
        yield (("検査の言うこと" if ja else "What the check says") + count, list(_said(example)))
        yield (("正しい形" if ja else "A valid counterpart") + count, list(_counterpart(example, lang)))


def _why(example: Example, lang: str) -> list[_Said]:
    why = example.why
    return [f"反例の頭書き（英語）: Invalid because {why}" if lang == "ja" else f"Invalid because {why}"]


def _excerpt(example: Example) -> list[_Said]:
    marked = frozenset(example.marked)
    return [_Code("turtle", block.lines, block.line, marked) for block in example.blocks]


def _said(example: Example) -> Iterator[_Said]:
    for finding in example.findings:
        yield _Place(finding.file, finding.line)
        yield from (finding.said(lang) for lang in LANGUAGES)


def _counterpart(example: Example, lang: str) -> list[_Said]:
    if not example.valid:
        return ["この反例には対になる valid.minimal.ttl がありません。" if lang == "ja" else "It has none."]
    told = "「-」が反例、「+」が正しい形です。" if lang == "ja" else "“-” is the counter-example, “+” what is valid."
    return [_Place(example.valid), told, _Code("diff", example.difference)]


def _named(term: Named, lang: str) -> str:
    known = label(term.label, lang)
    if lang == "ja":
        return f"「{known}」（{term.name}）" if known else f"「{term.name}」"
    return f"“{known}” ({term.name})" if known else term.name


def page_text(page: Page, lang: str, colour: bool = False) -> str:
    """Return a page for a terminal."""

    def styled(text: str, **style: bool | str) -> str:
        return click.style(text, **style) if colour else text  # type: ignore[arg-type]

    rule = page.rule
    lines = [
        f"{styled(_SEVERITY[rule.severity][lang], fg=_COLOURS[rule.severity], bold=True)}  "
        f"{styled(visible(rule.name[lang]), bold=True)}  {rule.id}",
        f"{rule.iri}",
    ]
    for heading, said in _parts(page, lang):
        lines += ["", styled(heading, bold=True)]
        for number, one in enumerate(said):
            if isinstance(one, _Code):
                after_code = number > 0 and isinstance(said[number - 1], _Code)
                lines += [""] * after_code
                lines += [styled(line, fg="red", bold=True) if line[:1] == ">" else line for line in _numbered(one)]
            else:
                lines.append(f"  {visible(str(one))}")
    return "\n".join(lines) + "\n"


def _numbered(code: _Code) -> Iterator[str]:
    """Yield the lines with their numbers where these are known, and a pointer to those that are marked."""
    for at, line in enumerate(code.lines, code.first):
        plain = visible(line.removesuffix(MARK).rstrip())
        gutter = f"{at:>5} | " if code.first else "    "
        yield ((">" if at in code.marked else " ") + gutter + plain).rstrip()


def page_markdown(page: Page, lang: str, links: Links | None = None) -> str:
    """Return a page as Markdown; the marked lines keep their mark."""
    there = links or Links()
    rule = page.rule
    lines = [f"# {_plain(rule.name[lang])}", "", f"`{rule.id}` · <{rule.iri}>"]
    ways = there.others(rule.id, lang)
    if there.suffixes:
        ways.append(f"[{'規則の一覧' if lang == 'ja' else 'all rules'}]({there.page(INDEX, lang)})")
    lines += ["", " · ".join(ways)] if ways else []
    for heading, said in _parts(page, lang):
        lines += ["", f"## {heading}"]
        for one in said:
            lines.append("")
            if isinstance(one, _Code):
                lines += [f"```{one.language}", *one.lines, "```"]
            else:
                lines.append(there.to(one.file, one.line) if isinstance(one, _Place) else _plain(one))
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return a text whose marks are no markup of Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", text.replace("\n", " "))


def _index_words(lang: str) -> tuple[str, tuple[str, str, str, str]]:
    if lang == "ja":
        return "規則の一覧", ("ファイル", "規則", "重さ", "名前")
    return "All rules", ("file", "rule", "severity", "name")


def index_text(groups: Sequence[Group], lang: str, width: int | None) -> str:
    """Return the rules as a table for a terminal.

    :param width: how wide the table may be; None asks the terminal.
    """
    _, (file, name, severity, title) = _index_words(lang)
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for heading in (file, name, severity, title):
        table.add_column(heading, no_wrap=heading != title)
    for group in groups:
        for number, rule in enumerate(group.rules):
            stands = "" if number else f"{group.name[lang]} ({Path(group.file).stem})"
            table.add_row(stands, rule.id, _SEVERITY[rule.severity][lang], rule.name[lang])
        table.add_section()
    console = Console(width=width, file=io.StringIO() if width else None, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(table)
    total = sum(len(group.rules) for group in groups)
    hint = (
        f"{total}規則。「dxplan rules 名前」で説明を見る"
        if lang == "ja"
        else f"{total} rules. “dxplan rules NAME” explains one"
    )
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + f"\n\n{hint}\n"


def index_markdown(groups: Sequence[Group], lang: str, links: Links | None = None) -> str:
    """Return the rules as Markdown: a table for each file."""
    there = links or Links()
    heading, (_, *columns) = _index_words(lang)
    lines = [f"# {heading}"]
    if others := there.others(INDEX, lang):
        lines += ["", " · ".join(others)]
    for group in groups:
        lines += ["", f"## {_plain(group.name[lang])}", "", there.to(group.file), ""]
        lines += [f"| {' | '.join(columns)} |", "| --- | --- | --- |"]
        for rule in group.rules:
            name = f"[`{rule.id}`]({there.page(rule.id, lang)})" if there.suffixes else f"`{rule.id}`"
            lines.append(f"| {name} | {_SEVERITY[rule.severity][lang]} | {_plain(rule.name[lang])} |")
    return "\n".join(lines) + "\n"


def written_pages(pages: Iterable[Page], groups: Sequence[Group], languages: Sequence[str], up: str) -> dict[str, str]:
    """Return the files of a folder with the page of every rule and an index: their names and texts.

    :param languages: one or both; of both, English has the plain names and Japanese those in ``.ja.md``.
    :param up: the way from the folder to the root of the project.
    """
    both = len(languages) > 1
    links = Links(up, tuple((lang, ".ja" if both and lang == "ja" else "") for lang in languages))
    files = {links.page(INDEX, lang): index_markdown(groups, lang, links) for lang in languages}
    for page in pages:
        files |= {links.page(page.rule.id, lang): page_markdown(page, lang, links) for lang in languages}
    return {name: f"{MADE}\n\n{text}" for name, text in sorted(files.items())}
