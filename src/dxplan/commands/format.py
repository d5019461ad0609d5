"""``dxplan format``."""

from __future__ import annotations

from pathlib import Path

import click

from dxplan.errors import InputError
from dxplan.formatting import formatted
from dxplan.kept import write_atomically
from dxplan.session import Session

__all__ = ["format_command"]


@click.command("format")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option(
    "--check", "is_check", is_flag=True, help="書かずに、整っていないファイルを挙げる / write nothing, list files"
)
@click.pass_context
def format_command(ctx: click.Context, files: tuple[Path, ...], is_check: bool) -> None:
    """Turtle をこのプロジェクトの形に整える / bring Turtle into the one form of this project.

    書き直したファイルを挙げる。内容が変わるものや Turtle でないものは書かない。
    Lists the files that it wrote. What is not Turtle, or would say something else, is left as it is.

    終了コード / exit codes: 0, 1 (--check で整っていないファイルがある / with --check, files are not in this form),
    2 (使い方 / usage), 3 (読めない、整えられない入力 / input that cannot be read or formatted).
    """
    session: Session = ctx.obj
    differ = failed = 0
    for path in files:
        try:
            document, text = formatted(path)
            if text == document.text:
                continue
            if not is_check:
                _write(path, text)
        except InputError as error:
            click.echo(error.text(session.lang), err=True)
            failed += 1
            continue
        differ += 1
        click.echo(path)
    if failed:
        ctx.exit(InputError.exit_code)
    ctx.exit(1 if is_check and differ else 0)


def _write(path: Path, text: str) -> None:
    try:
        write_atomically(path, text)
    except OSError as error:
        raise InputError(
            f"{path}: 書けません（{error.strerror}）。空き容量と権限を確かめてください。元のファイルはそのままです。",
            f"{path}: cannot be written ({error.strerror}). Check free space and permissions. The file is as it was.",
        ) from None
