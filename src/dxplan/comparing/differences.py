"""How a comparison is shown: for people, for programs, and for the discussion of a pull request."""

from __future__ import annotations

import json
import re
from itertools import groupby

from dxplan.comparing.changes import Change, Comparison, heading
from dxplan.iris import shorten

__all__ = ["FORMS", "render"]

#: Ways to show a comparison.
FORMS = ("text", "json", "md")


def render(comparison: Comparison, form: str, lang: str) -> str:
    """Return a comparison as ``text``, ``json`` or ``md``.

    JSON is ``{"summary": {"changes": 5, "elements": 2, "<kind>": …}, "changes": […]}``, with every kind of change in
    the summary and each change as :meth:`dxplan.comparing.changes.Change.to_json` has it.

    :param lang: ``ja`` or ``en``.
    :raises KeyError: when the form is not one of :data:`FORMS`.
    """
    return {"text": _text, "json": _json, "md": _markdown}[form](comparison, lang)


def _groups(comparison: Comparison) -> list[list[Change]]:
    return [list(group) for _, group in groupby(comparison.changes, key=lambda change: change.element)]


def _summary(comparison: Comparison, lang: str) -> str:
    total = len(comparison.changes)
    counts = [f"{heading(kind, lang)}{'' if lang == 'ja' else ' '}{n}" for kind, n in comparison.counts().items() if n]
    if not total:
        return "違いはありません。" if lang == "ja" else "No change."
    told = ("、" if lang == "ja" else ", ").join(counts)
    return f"変更{total}件: {told}" if lang == "ja" else f"{total} change{'' if total == 1 else 's'}: {told}"


def _title(change: Change, lang: str) -> str:
    return " ".join(part for part in (change.number, change.label[lang]) if part)


def _text(comparison: Comparison, lang: str) -> str:
    lines = [f"{comparison.before} → {comparison.after}", _summary(comparison, lang)]
    for group in _groups(comparison):
        lines += ["", f"{_title(group[0], lang)} ({shorten(group[0].element)})"]
        for change in group:
            lines.append(f"  {change.file}:{change.line}: " + change.message[lang].replace("\n", " "))
    return "\n".join(lines) + "\n"


def _json(comparison: Comparison, lang: str) -> str:
    elements = {change.element for change in comparison.changes}
    body = {
        "summary": {"changes": len(comparison.changes), "elements": len(elements), **comparison.counts()},
        "changes": [change.to_json(lang) for change in comparison.changes],
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _escaped(text: str) -> str:
    """What would be markup, or end a cell, as plain text."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"([\\|`*_<\[\]~])", r"\\\1", text))


def _markdown(comparison: Comparison, lang: str) -> str:
    code = [name.replace("|", "\\|") for name in (comparison.before, comparison.after)]
    lines = [f"**{_summary(comparison, lang)}**", "", f"`{code[0]}` → `{code[1]}`"]
    if comparison.changes:
        named = ("要素", "変わったこと", "箇所") if lang == "ja" else ("element", "what changed", "place")
        lines += ["", "| " + " | ".join(named) + " |", "| --- | --- | --- |"]
    for group in _groups(comparison):
        for number, change in enumerate(group):
            title = "" if number else _escaped(_title(change, lang))
            place = f"{change.file}:{change.line}".replace("|", "\\|")
            lines.append(f"| {title} | {_escaped(change.message[lang])} | `{place}` |")
    return "\n".join(lines) + "\n"
