"""The publication: every file of the site, written beside the old site and then put in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dxplan.errors import InputError, UsageError
from dxplan.folders import LISTING, replace_tree
from dxplan.site.files import File, Producer, safe_path

__all__ = ["LISTING", "MARK", "Published", "base_of", "publish"]

#: What the list of files begins with; a folder without it is not ours to replace.
MARK = "# dxplan publish"


@dataclass(frozen=True)
class Published:
    """What was written."""

    files: int
    size: int


def base_of(text: str) -> str:
    """Return where on the web the files are put, with a slash at its end.

    :raises UsageError: for what is no such address.

    >>> base_of("https://example.org/dx")
    'https://example.org/dx/'
    """
    parts = urlsplit(text)
    good = parts.scheme in ("http", "https") and parts.netloc and not parts.query and not parts.fragment
    if not good or any(letter.isspace() or letter in "<>\"{}|\\^`'" for letter in text):
        raise UsageError(
            f"--base {text}: https://example.org/dxplan/ のように、サイトを置くアドレスを指定してください。",
            f"--base {text}: give the address where the site is put, such as https://example.org/dxplan/.",
        )
    return text.rstrip("/") + "/"


def publish(folder: Path, producers: Sequence[Producer]) -> Published:
    """Write the files of all producers into a folder; what stood there stays whole until all are written.

    :raises UsageError: for a folder that holds anything that we did not write, or that cannot be written.
    :raises InputError: when two things have the same address, or one that cannot be the path of a file.
    """
    count, size = replace_tree(folder, _files(producers), MARK)
    return Published(count, size)


def _files(producers: Sequence[Producer]) -> Iterator[File]:
    seen: set[str] = set()
    for producer in producers:
        for path, content in producer():
            if path in seen:
                raise InputError(
                    f"{path}: 二つのものが同じアドレスになります。IRI のキーを変えてください。",
                    f"{path}: two things have this address. Change the key of one IRI.",
                )
            seen.add(safe_path(path))
            yield path, content
