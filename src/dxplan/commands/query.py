"""``dxplan query``."""

from __future__ import annotations

import contextlib
import re
import sys
from pathlib import Path

import click
import pyoxigraph as ox

from dxplan.asking.advice import slow_parts
from dxplan.asking.answers import FORMATS, Answer
from dxplan.asking.heads import read as read_head
from dxplan.asking.limits import LimitedSource
from dxplan.asking.outcomes import render_outcome
from dxplan.asking.questions import Question, headings
from dxplan.asking.sources import Source
from dxplan.commands.options import endpoint_option, form_option, timeout_option
from dxplan.errors import InputError
from dxplan.session import Session

__all__ = ["query"]

# What only the head of a saved question has.
_PARAMETERS = re.compile(r"^#\+ parameters:", re.MULTILINE)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@form_option(FORMATS)
@endpoint_option()
@timeout_option()
@click.pass_obj
def query(session: Session, file: Path, form: str, endpoint: str | None, timeout: float) -> None:
    """SPARQLの問合せを実行する。- は標準入力 / run a SPARQL query from FILE, or - for standard input.

    よく知られた接頭辞は宣言なしに使える / well-known prefixes need no declaration.
    終了コード / exit codes: 0, 2 (読めない問合せ / not SPARQL), 3 (読めないファイル / unreadable file),
    4 (質問の写しの誤り / a broken copy of a question), 5 (エンドポイントが答えない / endpoint gives no answer),
    6 (時間切れ / out of time).
    """
    text = _read(file)
    name = session.say("標準入力", "standard input") if str(file) == "-" else str(file)
    for part in slow_parts(text):
        click.echo(_told(session, name, part.line, part.triples, part.rewritten), err=True)
    source = session.source(endpoint, timeout)
    if _PARAMETERS.search(text):
        _hold(file, text, source)
    outcome = (source if endpoint else LimitedSource(session.snapshot().path, timeout)).run(text, name)
    shown = None
    if isinstance(outcome, Answer) and form in ("table", "md"):
        shown = headings(None, outcome, source, session.lang)
    click.echo(render_outcome(outcome, form, session.lang, shown).encode(), nl=False)


def _hold(file: Path, text: str, source: Source) -> None:
    """Refuse a copy of a saved question in which a parameter was edited wrongly: its answer would mean something else.

    What was made another form of query, or is no SPARQL, is left to the run itself.
    """
    with contextlib.suppress(SyntaxError):
        if isinstance(ox.Store().query(text), ox.QuerySolutions):
            Question(file, text, read_head(file, text)).want_defaults(source)


def _read(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError(
            f"{file}: 読めません（{error.strerror}）。パスを確かめてください。",
            f"{file}: cannot be read ({error.strerror}). Check the path.",
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{file}:{line}: UTF-8 ではありません。UTF-8 で保存してください。",
            f"{file}:{line}: is not UTF-8. Save it as UTF-8.",
        ) from None


def _told(session: Session, name: str, line: int, triples: int, rewritten: str | None) -> str:
    told = session.say(
        f"注意: {name}:{line}: NOT EXISTS が{triples}つのトリプルパターンを一行ごとに調べ直します。"
        "計画が増えると、その2乗で遅くなります。",
        f"Note: {name}:{line}: NOT EXISTS looks up {triples} triple patterns anew for each row. "
        "It slows down with the square of the number of plans.",
    )
    if rewritten is None:
        return told + session.say("MINUS で書けないか考えてください。", " Consider whether MINUS can say the same.")
    told += session.say("こう書けば同じ答えが速く出ます:\n\n", " This gives the same answer sooner:\n\n")
    return told + rewritten.strip() + "\n"
