"""``dxplan ask``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from dxplan.asking import citations
from dxplan.asking.answers import FORMATS, Answer, Headings, for_excel, render
from dxplan.asking.parameters import permitted, resolve
from dxplan.asking.questions import Question, headings, load
from dxplan.asking.questions import asked as asked_of
from dxplan.asking.sources import Source
from dxplan.asking.tags import TAGS
from dxplan.commands.options import endpoint_option, form_option, timeout_option
from dxplan.errors import UsageError
from dxplan.folding import nearest
from dxplan.iris import shorten
from dxplan.kept import write_atomically
from dxplan.session import Session

__all__ = ["ask"]


class _Questions(click.Group):
    """One command for each file of ``queries/``, its options made from the parameters."""

    def _questions(self, ctx: click.Context) -> dict[str, Question]:
        return load(ctx.find_object(Session).project.queries)  # type: ignore[union-attr]

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
        chart: Path | None,
        timeout: float,
        **given: tuple[str, ...],
    ) -> None:
        if chart is not None:
            _check_chart(question, chart, session)
        source = session.source(endpoint, timeout)
        if listed is not None:
            click.echo(_permitted(question, listed, source, session.lang), nl=False)
            return
        values: dict[str, ox.NamedNode | ox.Literal] = {}
        for parameter in question.parameters:
            texts = given[parameter.option.replace("-", "_")]
            if len(texts) > 1:
                raise UsageError(
                    f"--{parameter.option}: 値が{len(texts)}つあります（{'、'.join(texts)}）。一つにしてください。",
                    f"--{parameter.option}: {len(texts)} values ({', '.join(texts)}). Give one only.",
                )
            for text in texts:
                values[parameter.name] = resolve(parameter, text, source)
        question.want_defaults(source, values)
        if explain:
            click.echo(question.bound(values, session.lang), nl=False)
            return
        found = question.ask(source, values, session.lang)
        if citation is not None:
            version = session.version_of(endpoint)
            write_atomically(citation, citations.cite(question, values, session.lang, version, found).to_json())
            click.echo(session.say(f"引用を {citation} に書きました", f"Wrote the citation to {citation}"), err=True)
        read = form in ("table", "md") and not excel  # by people
        words = headings(question, found, source, session.lang) if chart or read else None
        asked = asked_of(question, values, source, session.lang) if chart or form == "table" else []
        if excel:
            click.echo(for_excel(found).encode(), nl=False)
        elif read and words is not None:
            from dxplan.asking.sentences import sentence  # templates take long to load

            click.echo(f"{sentence(question, values, found, words, source, session.lang)}\n")
            _show(question, found, form, words, asked, session)
        else:
            click.echo(render(found, form), nl=False)
        if chart is not None and words is not None:
            from dxplan.charts.chart import write  # the drawing library takes long to load

            write(chart, question, found, words, session.lang, asked, question.bound(values, session.lang))
            click.echo(session.say(f"図を {chart} に書きました", f"Wrote the chart to {chart}"), err=True)

    command = click.Command(
        question.name,
        callback=answer,
        help=f"{question.summary(session.lang)}\n\n{question.description(session.lang)}",
        short_help=question.summary(session.lang),
        params=[
            *(
                click.Option(
                    [f"--{p.option}"],
                    multiple=True,  # to tell of a second value, which would stand for the first without a word
                    metavar="VALUE",
                    help=f"{p.help[session.lang]} [{p.default_text}]",
                )
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
            click.Option(
                ["--chart"],
                metavar="FILE",
                type=click.Path(path_type=Path, dir_okay=False),
                hidden=question.chart is None,
                help=session.say(
                    "図をファイルに描く（.svg、.png、.html）",
                    "draw a chart of the answer into FILE (.svg, .png, .html)",
                ),
            ),
        ],
    )
    return timeout_option("エンドポイント", "an endpoint")(endpoint_option()(form_option(FORMATS)(command)))  # type: ignore[no-any-return]


def _check_chart(question: Question, chart: Path, session: Session) -> None:
    if question.chart is None:
        charted = [each.name for each in load(session.project.queries).values() if each.chart is not None]
        raise UsageError(
            f"{question.name}: この質問には図がありません。図のある質問: {'、'.join(charted)}",
            f"{question.name}: this question has no chart. Those that have one: {', '.join(charted)}",
        )
    from dxplan.charts.chart import checked

    checked(chart)


def _show(
    question: Question,
    found: Answer,
    form: str,
    words: Headings,
    asked: list[tuple[str, str]],
    session: Session,
) -> None:
    if form == "table":
        click.echo(question.summary(session.lang))
        for name, value in asked:
            click.echo(f"  {name}: {value}")
        click.echo()
    click.echo(render(found, form, words), nl=False)
    if form == "table":
        click.echo(session.say(f"\n{len(found.rows)}行", f"\n{len(found.rows)} row{'s' * (len(found.rows) != 1)}"))


def _permitted(question: Question, option: str, source: Source, lang: str) -> str:
    (parameter,) = (p for p in question.parameters if p.option == option)
    lines = []
    for each in permitted(parameter, source):
        name = each.label(lang)
        lines.append(f"{name} ({shorten(each.value.value)})" if isinstance(each.value, ox.NamedNode) else name)
    return "\n".join([*lines, ""])


@click.group(cls=_Questions, invoke_without_command=True)
@click.pass_context
def ask(ctx: click.Context) -> None:
    """質問に答える。名前がなければ質問の一覧 / answer a saved question; without a name, the catalogue."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    questions = load(session.project.queries)
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for title in (session.say("分類", "tag"), session.say("名前", "name"), session.say("質問", "question")):
        table.add_column(title, no_wrap=title == session.say("名前", "name"))
    order = list(TAGS)
    for question in sorted(
        questions.values(), key=lambda q: (order.index(q.tags[0]) if q.tags[0] in TAGS else len(order), q.name)
    ):
        tag = question.tags[0]
        table.add_row(session.say(*TAGS.get(tag, (tag, tag))), question.name, question.summary(session.lang))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
