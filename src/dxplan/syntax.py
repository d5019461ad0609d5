"""What is told of a file that is not Turtle: where, which text, and what to do."""

from __future__ import annotations

import re
from pathlib import Path

from dxplan.errors import InputError

__all__ = ["decode", "place", "problem", "too_long", "too_new"]

# What to do about each complaint of the parser, by words in it.
_ADVICE = (
    (
        "has not been declared",
        "接頭辞を @prefix で宣言するか、綴りを直してください。",
        "Declare the prefix with @prefix, or mend its spelling.",
    ),
    (
        "No scheme found",
        "相対IRIは使えません。https:// から始まるIRIか接頭辞付きの名前にしてください。",
        "Relative IRIs are not allowed; write a full IRI or a prefixed name.",
    ),
    (
        "Unexpected end of file",
        "引用符や文末のピリオドが閉じているか確かめてください。",
        "See that every quotation mark is closed and the last statement ends with a full stop.",
    ),
    (
        "dot is expected",
        "前の文の終わりに「.」を、続く述語の前に「;」を入れてください。",
        "End the statement before it with “.”, or put “;” before the next predicate.",
    ),
    (
        "Invalid IRI",
        "IRIに使えない文字（空白など）を取り除いてください。",
        "Remove the character that an IRI may not have, such as a space.",
    ),
)


def decode(path: Path, raw: bytes) -> str:
    """Return the text of a file.

    :raises InputError: for anything but UTF-8 without a byte order mark, with the first wrong byte.
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:3] == b"\xef\xbb\xbf":
        name = "UTF-8 (BOM)" if raw[0] == 0xEF else "UTF-16"
        raise InputError(
            f"{path}:1:1: {name} で保存されています。BOMなしの UTF-8 で保存し直してください。",
            f"{path}:1:1: saved as {name}. Save it as UTF-8 without a byte order mark.",
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        byte = f"0x{raw[error.start]:02X}"
        raise InputError(
            f"{path}:{line}:{column}: UTF-8 ではないバイト {byte} があります（CP932 かもしれません）。"
            "UTF-8 で保存し直してください。",
            f"{path}:{line}:{column}: byte {byte} is not UTF-8 (the file may be CP932). Save it as UTF-8.",
        ) from None


def problem(path: Path, text: str, error: SyntaxError) -> InputError:
    """Return what to tell of an error of the parser."""
    line, column = error.lineno or 1, error.offset or 1
    said = re.sub(r"^Parser error .*?: ", "", str(error.msg))
    rows = text.splitlines()
    shown = rows[line - 1][max(0, column - 1) :][:60] if 0 < line <= len(rows) else ""
    ja, en = next(
        ((ja, en) for words, ja, en in _ADVICE if words in said),
        ("この箇所を Turtle の文法に合わせてください。", "Make this place agree with the Turtle grammar."),
    )
    return InputError(
        f"{path}:{line}:{column}: Turtle として読めません: 「{shown}」（{said}）。{ja}",
        f"{path}:{line}:{column}: not Turtle: “{shown}” ({said}). {en}",
    )


def too_long(path: Path, text: str) -> InputError:
    """Return what to tell where a single name or text is longer than the parser takes, which is 16 MiB."""
    rows = text.splitlines()
    line = max(range(len(rows)), key=lambda number: len(rows[number]))
    return InputError(
        f"{path}:{line + 1}:1: この行は{len(rows[line]):,}字あり、一つの値として長すぎます（上限は16MiB）。"
        "行を分けるか、値を短くしてください。",
        f"{path}:{line + 1}:1: this line has {len(rows[line]):,} characters, too many for one value "
        "(the limit is 16 MiB). Break the line, or shorten the value.",
    )


def place(path: Path, text: str, start: int) -> str:
    """Return file, line and column of an offset in a text, as messages begin."""
    return f"{path}:{text.count(chr(10), 0, start) + 1}:{start - text.rfind(chr(10), 0, start)}"


def too_new(path: Path, text: str, start: int) -> InputError:
    """Return what to tell of RDF 1.2, which the engines that check do not all read.

    :param start: the offset at which it stands.
    """
    at = place(path, text, start)
    shown = text[start:].partition("\n")[0][:60]
    return InputError(
        f"{at}: RDF 1.2 の書き方は使えません: 「{shown}」。RDF 1.1 の Turtle で書いてください。"
        "文についての注記は、節点を設けて書きます。",
        f"{at}: RDF 1.2 is not used here: “{shown}”. Write Turtle of RDF 1.1; "
        "what is said about a statement is said about a node of its own.",
    )
