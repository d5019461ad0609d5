"""A file that the data set page offers for download."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Download"]


@dataclass(frozen=True)
class Download:
    """What a reader wants to know of a file before downloading it.

    :param path: below the root of the site.
    :param media_type: as registered, such as ``application/n-quads``.
    :param size: in bytes.
    :param sha256: of the bytes, in hexadecimal.
    :param title_ja: what it holds, in Japanese.
    :param title_en: the same in English.
    """

    path: str
    media_type: str
    size: int
    sha256: str
    title_ja: str
    title_en: str
