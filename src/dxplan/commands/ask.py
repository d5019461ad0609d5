"""``dxplan ask`` and ``dxplan query``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from dxplan.answers import FORMATS, render
from dxplan.errors import UsageError
from dxplan.folding import nearest
from dxplan.iris import shorten
from dxplan.parameters import resolve
from dxplan.questions import Question, headings, load
from dxplan.session import Session
from dxplan.sources import Source

__all__ = ["ask", "form_option", "query"]


class _Questions(click.Group):
    """One command for each file of ``queries/``, its options made from the parameters."""

    def _questions(self, ctx: click.Context) -> dict[str, Question]:
        return load(ctx.find_object(Session).root / "queries")  # type: ignore[union-attr]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._questions(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        session = ctx.find_object(Session)
        assert session is not None
        questions = self._questions(ctx)
        if cmd_name not in questions:
            near = nearest(cmd_name, questions) or list(questions)
            raise UsageError(
                f"{cmd_name}: そのような質問はありません。近いもの: {'、'.join(near)}",
                f"{cmd_name}: no such question. Did you mean: {', '.join(near)}?",
            )
        return _question_command(questions[cmd_name], session)


def form_option() -> Callable[[Any], Any]:
    """Return the option that chooses the form of an answer."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="出力の形 / form of the output",
    )


def _endpoint_option() -> Callable[[Any], Any]:
    return click.option("--endpoint", metavar="URL", help="尋ねる先のSPARQLエンドポイント / endpoint to ask instead")


def _question_command(question: Question, session: Session) -> click.Command:
    def answer(form: str, endpoint: str | None, **given: str | None) -> None:
        source = session.source(endpoint)
        values = {
            parameter.name: resolve(parameter, text, source)
            for parameter in question.parameters
            if (text := given[parameter.option.replace("-", "_")]) is not None
        }
        found = question.ask(source, values, session.lang)
        shown = headings(question, found, source, session.lang) if form in ("table", "md") else None
        if form == "table":
            click.echo(question.summary(session.lang))
            for parameter in question.parameters:
                term = values.get(parameter.name, parameter.default)
                click.echo(f"  {parameter.help[session.lang]}: {_name(term, source, session.lang)}")
            click.echo()
        click.echo(render(found, form, shown), nl=False)
        if form == "table":
            click.echo(session.say(f"\n{len(found.rows)}行", f"\n{len(found.rows)} row{'s' * (len(found.rows) != 1)}"))

    command = click.Command(
        question.name,
        callback=answer,
        help=f"{question.summary(session.lang)}\n\n{question.description(session.lang)}",
        short_help=question.summary(session.lang),
        params=[
            click.Option([f"--{p.option}"], help=f"{p.help[session.lang]} [{_default_text(p.default)}]")
            for p in question.parameters
        ],
    )
    return _endpoint_option()(form_option()(command))  # type: ignore[no-any-return]


def _default_text(term: ox.NamedNode | ox.Literal) -> str:
    return shorten(term.value) if isinstance(term, ox.NamedNode) else term.value


def _name(term: ox.NamedNode | ox.Literal, source: Source, lang: str) -> str:
    if isinstance(term, ox.Literal):
        return term.value
    found = source.select(
        f"SELECT ?label WHERE {{ {term} <http://www.w3.org/2000/01/rdf-schema#label> ?label "
        f'FILTER (lang(?label) = "{lang}") }}'
    )
    return found.rows[0][0].value if found.rows and found.rows[0][0] is not None else _default_text(term)


@click.group(cls=_Questions, invoke_without_command=True)
@click.pass_context
def ask(ctx: click.Context) -> None:
    """質問に答える。名前がなければ質問の一覧 / answer a saved question; without a name, the catalogue."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    questions = load(session.root / "queries")
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for title in (session.say("分類", "tag"), session.say("名前", "name"), session.say("質問", "question")):
        table.add_column(title, no_wrap=title == session.say("名前", "name"))
    for question in sorted(questions.values(), key=lambda q: (q.tags[0], q.name)):
        table.add_row(question.tags[0], question.name, question.summary(session.lang))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@form_option()
@_endpoint_option()
@click.pass_obj
def query(session: Session, file: Any, form: str, endpoint: str | None) -> None:
    """SPARQLのSELECTを実行する。- は標準入力 / run a SPARQL SELECT from FILE, or - for standard input."""
    source = session.source(endpoint)
    found = source.select(file.read())
    shown = headings(None, found, source, session.lang) if form in ("table", "md") else None
    click.echo(render(found, form, shown), nl=False)
