"""``dxplan verify``."""

from __future__ import annotations

from pathlib import Path

import click

from dxplan.asking import citations
from dxplan.asking.questions import load
from dxplan.commands.options import endpoint_option
from dxplan.errors import UsageError
from dxplan.session import Session

__all__ = ["verify"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@endpoint_option()
@click.pass_context
def verify(ctx: click.Context, file: Path, endpoint: str | None) -> None:
    """引用した答えが今も成り立つかを確かめる / tell whether a cited answer still holds, and what changed.

    終了コード / exit codes: 0 成り立つ / holds, 1 変わった / changed, 3 読めない引用 / unreadable citation.
    """
    session: Session = ctx.obj
    then = citations.read(file)
    questions = load(session.project.queries)
    if then.question not in questions:
        raise UsageError(
            f"{file}: 質問 {then.question} はもうありません。",
            f"{file}: there is no question {then.question} any more.",
        )
    question = questions[then.question]
    values = question.values_of(then.parameters)
    now = citations.cite(
        question,
        values,
        then.lang,
        session.version_of(endpoint),
        question.ask(session.source(endpoint), values, then.lang),
    )
    difference = citations.compare(then, now)
    for sign, rows in (("+", difference.added), ("-", difference.gone)):
        for row in rows:
            click.echo(f"{sign} " + " | ".join("" if cell is None else cell for cell in row))
    notes = [] if difference.same_data else [session.say("データが変わりました", "the data changed")]
    notes += [] if difference.same_query else [session.say("問合せが変わりました", "the query changed")]
    told = f" ({', '.join(notes)})" if notes else ""
    if difference.holds:
        click.echo(
            session.say(
                f"{len(now.rows)}行の答えは今も成り立ちます", f"The answer of {_rows(len(now.rows))} still holds"
            )
            + told
        )
    else:
        click.echo(
            session.say(
                f"答えが変わりました: 加わった行{len(difference.added)}、なくなった行{len(difference.gone)}",
                f"The answer changed: {_rows(len(difference.added))} more, {_rows(len(difference.gone))} gone",
            )
            + told
        )
    ctx.exit(0 if difference.holds else 1)


def _rows(number: int) -> str:
    return f"{number} row{'s' * (number != 1)}"
