"""The baseline: what people have accepted, taken out of a report and written down."""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from dxplan.checking.acceptances import Entry, parse, read
from dxplan.checking.findings import Accepted, Finding, Report, Stale
from dxplan.errors import InputError
from dxplan.iris import shorten
from dxplan.kept import write_atomically

__all__ = ["DEFAULT", "accept", "apply", "entry", "written", "year_of"]

#: The file below the root that is read unless another is named.
DEFAULT = "baseline.yaml"

_LINE_END = re.compile("[\n\r\x85\u2028\u2029]")
_HEAD = """\
# 受け入れた指摘。項目を消すと、その指摘は次の検査で戻る。
# Findings that are accepted. Without its entry a finding comes back in the next check.
"""


def year_of(day: date) -> int:
    """Return the fiscal year of a day, which begins on 1 April.

    >>> year_of(date(2026, 3, 31)), year_of(date(2026, 4, 1))
    (2025, 2026)
    """
    return day.year - (day.month < 4)


def apply(
    report: Report, entries: Sequence[Entry], name: str, today: date, checked: Collection[str] | None = None
) -> Report:
    """Return a report without what the baseline accepts, and with what there is to say about the baseline.

    A finding whose acceptance has expired stays, and its message says so.

    :param name: the file of the baseline as it is shown.
    :param today: the day on which the check runs.
    :param checked: IRIs that the checked files describe; None when everything was checked. An entry about anything
        else is not called stale, as nobody looked.
    """
    findings: list[Finding] = []
    accepted: list[Accepted] = []
    used: set[int] = set()
    year = year_of(today)
    named: defaultdict[tuple[str, str], list[tuple[int, Entry]]] = defaultdict(list)
    for at, entry in enumerate(entries):
        named[entry.rule, entry.focus].append((at, entry))
    for finding in report.findings:
        # Not every entry is held against every finding: both grow with the number of plans.
        candidates = named.get((finding.rule, finding.focus), ())
        about = [(at, entry) for at, entry in candidates if entry.matches(finding)]
        holding = [(at, entry) for at, entry in about if entry.until is None or year <= entry.until]
        if holding:
            used |= {at for at, _ in holding}
            accepted.append(Accepted(finding, holding[0][1].reason, holding[0][1].until))
        elif about:
            used |= {at for at, _ in about}
            latest = max((entry for _, entry in about), key=lambda entry: entry.until or 0)
            findings.append(_expired(finding, latest))
        else:
            findings.append(finding)
    stale = [
        Stale(name, entry.line, entry.rule, entry.focus, entry.path or "", entry.value or "", entry.reason)
        for at, entry in enumerate(entries)
        if at not in used and (checked is None or entry.focus in checked)
    ]
    return replace(report, findings=findings, accepted=accepted, stale=stale)


def _expired(finding: Finding, entry: Entry) -> Finding:
    told = {
        "ja": f"（{entry.until}年度まで「{entry.reason['ja']}」として受け入れていましたが、期限が過ぎました）",
        "en": f" (it was accepted until FY{entry.until} because “{entry.reason['en']}”, which has expired)",
    }
    return replace(finding, message={lang: text + told[lang] for lang, text in finding.message.items()})


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
