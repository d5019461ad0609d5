"""``dxplan ask``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from dxplan.asking import citations
from dxplan.asking.answers import FORMATS, for_excel, render
from dxplan.asking.parameters import permitted, resolve
from dxplan.asking.questions import Question, headings, load
from dxplan.asking.sources import Source
from dxplan.commands.options import endpoint_option, form_option
from dxplan.errors import UsageError
from dxplan.folding import nearest
from dxplan.iris import shorten
from dxplan.session import Session
from dxplan.store import write_atomically

__all__ = ["ask"]


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


def _question_command(question: Question, session: Session) -> click.Command:
    def answer(
        form: str,
        endpoint: str | None,
        excel: bool,
        explain: bool,
        listed: str | None,
        citation: Path | None,
        **given: str | None,
    ) -> None:
        source = session.source(endpoint)
        if listed is not None:
            click.echo(_permitted(question, listed, source, session.lang), nl=False)
            return
        values = {
            parameter.name: resolve(parameter, text, source)
            for parameter in question.parameters
            if (text := given[parameter.option.replace("-", "_")]) is not None
        }
        if explain:
            click.echo(question.bound(values, session.lang), nl=False)
            return
        found = question.ask(source, values, session.lang)
        if citation is not None:
            version = session.version_of(endpoint)
            write_atomically(citation, citations.cite(question, values, session.lang, version, found).to_json())
            click.echo(session.say(f"引用を {citation} に書きました", f"Wrote the citation to {citation}"), err=True)
        if excel:
            click.echo(for_excel(found).encode(), nl=False)
            return
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
            *(
                click.Option([f"--{p.option}"], help=f"{p.help[session.lang]} [{_default_text(p.default)}]")
                for p in question.parameters
            ),
            click.Option(
                ["--list", "listed"],
                metavar="PARAM",
                type=click.Choice([p.option for p in question.parameters]),
                help=session.say("パラメータに選べる値を並べる", "list the values that a parameter takes"),
            ),
            click.Option(
                ["--explain"],
                is_flag=True,
                help=session.say("値を入れた問合せを見せる", "show the query with the values in it"),
            ),
            click.Option(
                ["--excel"],
                is_flag=True,
                help=session.say("Excelで正しく開くCSVにする", "write CSV that Excel opens as it is meant"),
            ),
            click.Option(
                ["--snapshot", "citation"],
                metavar="FILE",
                type=click.Path(path_type=Path, dir_okay=False),
                help=session.say("引用できる答えをファイルに書く", "write the answer to FILE so that it can be cited"),
            ),
        ],
    )
    return endpoint_option()(form_option(FORMATS)(command))  # type: ignore[no-any-return]


def _permitted(question: Question, option: str, source: Source, lang: str) -> str:
    (parameter,) = (p for p in question.parameters if p.option == option)
    lines = []
    for each in permitted(parameter, source):
        name = each.label(lang)
        lines.append(f"{name} ({shorten(each.value.value)})" if isinstance(each.value, ox.NamedNode) else name)
    return "\n".join([*lines, ""])


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
