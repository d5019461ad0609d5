"""``dxplan diff``."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import click

from dxplan.commands.options import form_option
from dxplan.comparing.comparison import compare
from dxplan.comparing.differences import FORMS, render
from dxplan.comparing.editions import Edition, Names
from dxplan.documents import read
from dxplan.errors import InputError, UsageError
from dxplan.session import Session

__all__ = ["diff"]


def _edition(session: Session, given: str) -> Edition:
    """Return the edition in a file, or in a version of one that git keeps."""
    if given == "-":
        raise UsageError(
            "diff は標準入力を読みません。計画の鍵はファイル名から取るので、ファイルを指定してください。",
            "diff does not read standard input: the key of a plan is the name of its file. Name a file.",
        )
    path = Path(given)
    if path.exists() or ":" not in given:
        return Edition.of(read(path, "plans"), session.corpus.relative(path))
    with TemporaryDirectory() as folder:
        copy = Path(folder) / PurePosixPath(given.partition(":")[2]).name
        copy.write_bytes(_from_git(session, given))
        try:
            return Edition.of(read(copy, "plans"), given)
        except InputError as error:
            raise InputError(*(text.replace(str(copy), given) for text in (error.ja, error.en))) from None


def _from_git(session: Session, given: str) -> bytes:
    """Return the bytes of ``REV:PATH``, as git has it where the user is, else where the project is."""
    said = ""
    for folder in dict.fromkeys((Path.cwd(), session.root)):
        # Unlike “git show”, this refuses a folder instead of listing it.
        command = ["git", "cat-file", "blob", given]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        except FileNotFoundError:
            raise InputError(
                f"{given}: ファイルがなく、git も見つかりません。パスを確かめるか git を入れてください。",
                f"{given}: no such file, and git is not found. Check the path, or install git.",
            ) from None
        if done.returncode == 0 and not given.startswith("-"):
            return done.stdout
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    raise InputError(
        f"{given}: ファイルがなく、git でも読めません（{said}）。「HEAD:data/plans/08236-2022.ttl」のように、"
        "版とリポジトリの中のパスを指定してください。",
        f"{given}: no such file, and git cannot read it ({said}). Name a revision and a path in the repository, "
        "such as HEAD:data/plans/08236-2022.ttl.",
    )


@click.command()
@click.argument("a")
@click.argument("b")
@form_option(FORMS)
@click.pass_context
def diff(ctx: click.Context, a: str, b: str, form: str) -> None:
    """計画の二つの版の違いを言う / tell what changed from edition A of a plan to edition B.

    A と B は計画のTurtleファイルか、git の「版:パス」/ A and B are Turtle files of plans, or REV:PATH of git:
    HEAD:data/plans/08236-2022.ttl

    終了コード / exit codes: 0 違いなし / no change, 1 違いあり / changes, 2 使い方 / usage,
    3 読めない入力 / unreadable input.
    """
    session: Session = ctx.obj
    comparison = compare(_edition(session, a), _edition(session, b), Names(session.corpus.shared))
    click.echo(render(comparison, form, session.lang), nl=False)
    ctx.exit(1 if comparison.changes else 0)
