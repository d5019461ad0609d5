"""What the head of a question says of its chart: ``#+ chart: {kind: …}`` with the columns that play each part."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from dxplan.errors import RulesError

__all__ = ["KINDS", "MARKS", "Declaration", "Part", "read"]

#: The marks of a matrix, from the most to the least that can be said.
MARKS = ("full", "ring", "triangle", "cross", "dash", "question")


class Part(NamedTuple):
    """One part of a declaration.

    :param form: ``column``, ``columns`` (one or a list), ``codes`` (a list of codes or keys of IRIs), ``marks`` (a mark
        for each code), ``flag`` (true or false) or ``number`` (1 or more).
    """

    form: str
    needed: bool = False


_COLUMN, _COLUMNS = Part("column"), Part("columns")
_NEEDED, _NEEDED_COLUMNS = Part("column", needed=True), Part("columns", needed=True)

#: The parts of each kind of chart.
KINDS: dict[str, dict[str, Part]] = {
    # One row for each value of one column, one column for each of another; in the cell a number, or marks of codes.
    "matrix": {
        "row": _NEEDED, "column": _NEEDED, "cell": _NEEDED, "marks": Part("marks"), "note": _COLUMN, "text": _COLUMN,
        "natural": Part("flag"),
    },
    # A lane for each thing (or a part of one), a bar from one fiscal year through another; a point without the latter.
    "timeline": {
        "lane": _NEEDED_COLUMNS, "from": _NEEDED, "through": _COLUMN, "series": _COLUMNS, "order": Part("codes"),
        "reading": _COLUMN, "limit": _COLUMN, "text": _COLUMN,
    },
    # How many begin in each fiscal year, and how many have begun by then.
    "spread": {"year": _NEEDED, "new": _NEEDED, "total": _NEEDED},
    # A target and what was observed, joined by a line.
    "targets": {
        "label": _NEEDED_COLUMNS, "target": _NEEDED, "observed": _NEEDED, "unit": _NEEDED, "due": _COLUMN,
        "asOf": _COLUMN, "better": _COLUMN,
    },
    # Things that stand side by side in the same whole, such as divisions in an item, joined by what they share.
    "network": {"node": _NEEDED, "shared": _NEEDED, "panel": _COLUMN},
    # A bar for each value; beside or upon each other.
    "bars": {
        "label": _NEEDED_COLUMNS, "values": _NEEDED_COLUMNS, "series": _COLUMN, "order": Part("codes"),
        "panel": _COLUMN, "unit": _COLUMN, "stacked": Part("flag"), "most": Part("number"),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Declaration:
    """A kind of chart and what plays its parts."""

    kind: str
    parts: Mapping[str, Any]

    def column(self, part: str) -> str | None:
        """Return the column that plays a part, or None."""
        return self.parts.get(part)

    def columns(self, part: str) -> tuple[str, ...]:
        """Return the columns that play a part, in order; none where it is not played."""
        return _listed(self.parts.get(part))

    def codes(self, part: str) -> tuple[str, ...]:
        """Return a list of codes."""
        return tuple(map(str, self.parts.get(part, ())))

    def flag(self, part: str) -> bool:
        """Tell whether something holds; where nothing is said, it does not."""
        return bool(self.parts.get(part, False))


def _listed(told: object) -> tuple[str, ...]:
    if told is None:
        return ()
    return (told,) if isinstance(told, str) else tuple(told) if isinstance(told, list) else ()


def read(path: Path, told: object, selected: Collection[str]) -> Declaration:
    """Return the declaration in the head of a question.

    :param told: what stands under ``chart``.
    :param selected: the columns of the question.
    :raises RulesError: for a declaration that cannot be drawn, with what to write.
    """
    kinds = ", ".join(KINDS)
    if not isinstance(told, Mapping) or not isinstance(told.get("kind"), str) or told["kind"] not in KINDS:
        raise RulesError(
            f"{path}: #+ chart には {{kind: 種類, …}} を書いてください。種類: {kinds}",
            f"{path}: write #+ chart as {{kind: …}}, with one of the kinds {kinds}.",
        )
    kind, parts = told["kind"], {str(name): value for name, value in told.items() if name != "kind"}
    known = KINDS[kind]
    if unknown := sorted(set(parts) - set(known)):
        raise RulesError(
            f"{path}: #+ chart の {kind} に {'、'.join(unknown)} はありません。書けるもの: {', '.join(known)}",
            f"{path}: under #+ chart, {kind} has no {', '.join(unknown)}. It takes: {', '.join(known)}",
        )
    if missing := [name for name, part in known.items() if part.needed and name not in parts]:
        raise RulesError(
            f"{path}: #+ chart の {kind} に {'、'.join(missing)} を書いてください。",
            f"{path}: under #+ chart, give {kind} its {', '.join(missing)}.",
        )
    for name, value in parts.items():
        _check(path, name, known[name].form, value, selected)
    return Declaration(kind, parts)


def _check(path: Path, name: str, form: str, value: object, selected: Collection[str]) -> None:
    if form in ("column", "columns"):
        columns = _listed(value) if form == "columns" or isinstance(value, str) else ()
        if columns and all(isinstance(each, str) and each in selected for each in columns):
            return
        told = ", ".join(selected)
        raise RulesError(
            f"{path}: #+ chart の {name} には問いの列を書いてください（{value}）。列: {told}",
            f"{path}: under #+ chart, {name} must name columns of the question ({value}). They are: {told}",
        )
    forms: dict[str, tuple[bool, str, str]] = {
        "codes": (
            isinstance(value, list) and bool(value),
            "符号の並び [a, b, …]",
            "a list of codes, [a, b, …]",
        ),
        "marks": (
            isinstance(value, Mapping) and bool(value) and all(mark in MARKS for mark in value.values()),
            f"符号ごとの印 {{符号: 印}}（印: {', '.join(MARKS)}）",
            f"a mark for each code, {{code: mark}}, where a mark is one of {', '.join(MARKS)}",
        ),
        "flag": (isinstance(value, bool), "true か false", "true or false"),
        "number": (
            isinstance(value, int) and not isinstance(value, bool) and value > 0,
            "1以上の整数",
            "a whole number from 1",
        ),
    }
    holds, ja, en = forms[form]
    if not holds:
        raise RulesError(
            f"{path}: #+ chart の {name} には{ja}を書いてください（{value}）。",
            f"{path}: under #+ chart, {name} must be {en} ({value}).",
        )
