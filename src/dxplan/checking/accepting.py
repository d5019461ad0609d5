"""To accept findings: entries that are written into a baseline, where what people wrote stays as it is."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Sequence
from pathlib import Path

import yaml

from dxplan.checking.acceptances import parse, read
from dxplan.checking.findings import Finding
from dxplan.errors import InputError
from dxplan.iris import shorten
from dxplan.kept import write_atomically

__all__ = ["accept", "entry", "written"]

_LINE_END = re.compile("[\n\r\x85\u2028\u2029]")
_HEAD = """\
# 受け入れた指摘。項目を消すと、その指摘は次の検査で戻る。
# Findings that are accepted. Without its entry a finding comes back in the next check.
"""


def accept(path: Path, findings: Sequence[Finding], reason: str, until: int | None, rules: Collection[str]) -> int:
    """Write findings at the end of a baseline, which is made where there is none; what stands there stays as it is.

    :returns: how many entries were written; a finding about a node without a name cannot be named and has none.
    :raises InputError: when the file cannot be read, or is written so that nothing can be put at its end.
    """
    named = {tuple(one.items()): (one, about) for about in findings if (one := entry(about, reason, until))}
    if not named:
        return 0
    before = read(path, rules) if path.exists() else []
    text = path.read_bytes().decode("utf-8") if path.exists() else _HEAD
    if text and not text.endswith("\n"):
        text += "\n"
    text += textwrap.indent(written([one for one, _ in named.values()]), " " * _indentation(text))
    try:
        after = parse(text, path, rules)
    except InputError:
        after = []
    new = after[len(before) :]
    as_meant = len(new) == len(named) and all(
        one.matches(about) for one, (_, about) in zip(new, named.values(), strict=True)
    )
    if after[: len(before)] != before or not as_meant:
        raise InputError(
            f"{path}: 末尾に加えられません。一覧を「- rule: …」の行で書き直してください。",
            f"{path}: nothing can be put at its end. Write the list in lines of “- rule: …”.",
        )
    write_atomically(path, text)
    return len(new)


class _Dumper(yaml.SafeDumper):
    """Writes a text with any end of a line in it in double quotes: PyYAML does not read its own other styles back."""


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if _LINE_END.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _quoted)


def written(entries: Sequence[dict[str, str | int]]) -> str:
    """Return entries as the lines of YAML that a baseline has."""
    return yaml.dump(entries, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def entry(finding: Finding, reason: str, until: int | None) -> dict[str, str | int] | None:
    """Return the entry that accepts just this finding, as it is written; None where what it is about has no name."""
    if "://" not in finding.focus:
        return None  # a blank node: its name changes with every reading
    path = "|".join(shorten(step) for step in finding.path.split("|")) if finding.path else ""
    parts: dict[str, str | int] = {"rule": finding.rule, "focus": shorten(finding.focus)}
    parts |= {name: text for name, text in (("path", path), ("value", finding.value)) if text}
    parts["reason"] = reason
    if until is not None:
        parts["until"] = until
    return parts


def _indentation(text: str) -> int:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    return root.start_mark.column if isinstance(root, yaml.SequenceNode) else 0
