"""A folder of files that we make: written whole beside the old one, then put in its place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dxplan.errors import UsageError

__all__ = ["replace_folder"]


def replace_folder(folder: Path, files: Mapping[str, str], beginning: str) -> None:
    """Make a folder hold just these files, or leave it as it was.

    :param files: the text of each file by its name; each text starts with ``beginning``.
    :param beginning: how every file starts that we wrote earlier.
    :raises UsageError: for a folder that holds anything that we did not write, or that cannot be written.
    """
    target = folder.resolve()
    try:
        _refuse_what_is_not_ours(target, folder, beginning)
        target.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
        try:
            fresh, old = room / "new", room / "old"
            fresh.mkdir()
            for name, text in files.items():
                (fresh / name).write_bytes(text.encode())
            if target.exists():
                target.replace(old)
            try:
                fresh.replace(target)
            except BaseException:
                if old.exists():
                    old.replace(target)
                raise
        finally:
            shutil.rmtree(room)
    except OSError as error:
        raise UsageError(
            f"{folder}: 書けません（{error.strerror}）。書けるフォルダを指定してください。",
            f"{folder}: cannot be written ({error.strerror}). Name a folder that can.",
        ) from error


def _refuse_what_is_not_ours(target: Path, folder: Path, beginning: str) -> None:
    mark = beginning.encode()
    for path in sorted(target.iterdir()) if target.is_dir() else []:
        if path.is_symlink() or not path.is_file() or not path.read_bytes().startswith(mark):
            raise UsageError(
                f"{folder}: {path.name} はこのコマンドが書いたものではありません。空のフォルダを指定してください。",
                f"{folder}: {path.name} was not written by this command. Name an empty folder.",
            )
