"""``dxplan rules``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from dxplan.checking.rules import LANGUAGES, RuleBook
from dxplan.commands.options import form_option
from dxplan.errors import UsageError
from dxplan.folders import replace_folder
from dxplan.reporting import rule_renderings
from dxplan.reporting.rule_pages import Pages, summary
from dxplan.session import Session

__all__ = ["FORMS", "rules"]

#: Ways to show the rules.
FORMS = ("text", "json", "md")


@click.command()
@click.argument("name", required=False)
@form_option(FORMS)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="全規則のページをMarkdownで書くフォルダ（--lang がなければ両言語） / "
    "folder to write a Markdown page of every rule to, in both languages without --lang",
)
@click.pass_context
def rules(ctx: click.Context, name: str | None, form: str, out: Path | None) -> None:
    """規則を説明する。名前がなければ一覧 / explain the rule NAME; without a name, list all rules.

    終了コード / exit codes: 0, 2 (使い方、知らない名前 / usage, unknown name),
    3 (読めない入力 / unreadable input), 4 (規則の誤り / broken rules).
    """
    session: Session = ctx.obj
    if out is not None and (name is not None or form == "json"):
        raise UsageError(
            "--out は全規則のページをMarkdownで書きます。名前や --format json とともには使えません。",
            "--out writes the pages of all rules as Markdown. It goes with neither a name nor --format json.",
        )
    corpus = session.corpus
    pages = Pages(RuleBook(corpus), corpus, session.project.findings)
    if out is not None:
        _write(session, pages, out, ctx.find_root().params["lang"])
    elif name is None:
        click.echo(_index(pages, form, session.lang), nl=False)
    else:
        click.echo(_page(pages, name, form, session.lang), nl=False)


def _write(session: Session, pages: Pages, out: Path, lang: str | None) -> None:
    languages = LANGUAGES if lang is None else (lang,)
    up = Path(os.path.relpath(session.root.resolve(), out.resolve())).as_posix()
    files = rule_renderings.written_pages(pages.pages(), pages.groups(), languages, up)
    replace_folder(out, files, rule_renderings.MADE)
    told = session.say(f"{out} に{len(files)}ページを書きました", f"Wrote {len(files)} pages to {out}")
    click.echo(told, err=True)


def _index(pages: Pages, form: str, lang: str) -> str:
    groups = pages.groups()
    if form == "json":
        listed = [
            {**summary(rule, *pages.place(rule)), "group": group.name} for group in groups for rule in group.rules
        ]
        return json.dumps({"rules": listed}, ensure_ascii=False, indent=2) + "\n"
    if form == "md":
        return rule_renderings.index_markdown(groups, lang)
    return rule_renderings.index_text(groups, lang, None if sys.stdout.isatty() else 160)


def _page(pages: Pages, name: str, form: str, lang: str) -> str:
    page = pages.page(pages.find(name))
    if form == "json":
        return json.dumps(page.to_json(lang), ensure_ascii=False, indent=2) + "\n"
    if form == "md":
        return rule_renderings.page_markdown(page, lang)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    return rule_renderings.page_text(page, lang, colour)
