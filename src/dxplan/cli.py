"""The command line: the only place that prints."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from dxplan import __version__, network, store
from dxplan.answers import FORMATS, render
from dxplan.check import check as run_check
from dxplan.documents import Document
from dxplan.errors import UsageError
from dxplan.findings import SEVERITIES, Report, as_json, as_text
from dxplan.folding import nearest
from dxplan.iris import shorten
from dxplan.questions import Question, Source, headings, load, resolve
from dxplan.rules import RuleBook
from dxplan.session import Commands, Session, default_language

__all__ = ["main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--root", type=click.Path(path_type=Path), help="プロジェクトのフォルダ / folder of the project")
@click.option("--lang", type=click.Choice(["ja", "en"]), help="表示の言語 / language of messages and labels")
@click.version_option(__version__, prog_name="dxplan")
@click.pass_context
def main(ctx: click.Context, root: Path | None, lang: str | None) -> None:
    """自治体DX計画のナレッジグラフ / the knowledge graph of Japanese municipal DX plans."""
    ctx.obj = Session(root, lang or default_language())


@main.command()
@click.pass_obj
def build(session: Session) -> None:
    """読み、推論し、ストアを作る / read, infer and write the store.

    終了コード / exit codes: 0, 3 (読めない入力 / unreadable input), 4 (規則の誤り / broken rules).
    """
    with session.progress(
        len(session.corpus.paths("plans")) + len(session.corpus.paths("reports")) + 1, "作成", "building"
    ) as advance:
        snapshot = store.build(session.corpus, session.store_folder, advance)
    m = snapshot.manifest
    if snapshot.is_new:
        click.echo(session.say("ストアを作りました: ", "Built the store: ") + _contents(session, m))
    else:
        click.echo(
            session.say("入力に変わりはなく、ストアはそのままです: ", "Nothing changed, the store stays: ")
            + _contents(session, m)
        )


def _contents(session: Session, m: store.Manifest) -> str:
    return session.say(
        f"計画{m.plans}、報告{m.reports}、トリプル{m.triples:,}、推論{m.inferred:,}",
        f"{m.plans} plans, {m.reports} reports, {m.triples:,} triples, {m.inferred:,} inferred",
    )


def _report(session: Session, paths: tuple[Path, ...]) -> Report:
    corpus = session.corpus
    book = RuleBook(corpus)
    documents: list[Document] = (
        [corpus.document(path) for path in paths]
        if paths
        else corpus.documents("reference", "national", "plans", "reports")
    )
    with session.progress(len(documents), "検査", "checking") as advance:
        return run_check(documents, corpus, book, session.root / "build" / "findings", advance)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="出力の形 / form of the output",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="violation",
    show_default=True,
    help="終了コード1にする重さ / severity that gives exit code 1",
)
@click.pass_context
def check(ctx: click.Context, paths: tuple[Path, ...], form: str, fail_on: str) -> None:
    """整合を検査する / check consistency. PATHS がなければ全部 / everything without PATHS.

    終了コード / exit codes: 0 なし / nothing, 1 指摘あり / findings, 2 使い方 / usage,
    3 読めない入力 / unreadable input, 4 規則の誤り / broken rules.
    """
    session: Session = ctx.obj
    report = _report(session, paths)
    click.echo({"text": as_text, "json": as_json}[form](report, session.lang))
    ctx.exit(1 if report.reaches(fail_on) else 0)


@main.command()
@click.pass_obj
def status(session: Session) -> None:
    """何が入っているかを一行で示す / tell in one line what there is."""
    snapshot = store.current(session.store_folder)
    counts = _report(session, ()).counts()
    found = session.say(
        f"、指摘{sum(counts.values())}（違反{counts['violation']}、警告{counts['warning']}、情報{counts['info']}）",
        f", {sum(counts.values())} findings ({counts['violation']} violations, {counts['warning']} warnings, "
        f"{counts['info']} info)",
    )
    click.echo(_contents(session, snapshot.manifest) + found)


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


def _form_option() -> Callable[[Any], Any]:
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
    return _endpoint_option()(_form_option()(command))  # type: ignore[no-any-return]


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


@main.group(cls=_Questions, invoke_without_command=True)
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


@main.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@_form_option()
@_endpoint_option()
@click.pass_obj
def query(session: Session, file: Any, form: str, endpoint: str | None) -> None:
    """SPARQLのSELECTを実行する。- は標準入力 / run a SPARQL SELECT from FILE, or - for standard input."""
    source = session.source(endpoint)
    found = source.select(file.read())
    shown = headings(None, found, source, session.lang) if form in ("table", "md") else None
    click.echo(render(found, form, shown), nl=False)


@main.command("network")
@click.option("--city", default="municipality:08236", show_default=True, help="市 / city")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="図のSVG / SVG file to draw")
@_form_option()
@click.pass_obj
def network_command(session: Session, city: str, out: Path | None, form: str) -> None:
    """なければ止まる取組の多い順に担当課を並べる / rank divisions by what would stall without them."""
    source = session.source(None)
    graph = network.build(source, network.city_iri(city, source), session.lang)
    answer = network.ranking(graph)
    click.echo(render(answer, form, network.headings(session.lang)), nl=False)
    if out is not None:
        network.draw(graph, out, session.lang)
        click.echo(session.say(f"図を {out} に書きました", f"Wrote the figure to {out}"), err=True)
