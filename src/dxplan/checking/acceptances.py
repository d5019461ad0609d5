"""The file of accepted findings: YAML that people read and write, each entry with a reason.

An entry names what a finding is about and never its line, so that it holds while lines move::

    - rule: Figure-stated-stage-count
      focus: figure:08236-council-2024-actions-planned-study-2023
      reason: {ja: 市に照会中, en: the city has been asked}
      until: R8

``path`` and ``value`` narrow an entry; without them it accepts every finding of the rule on that focus. ``until`` is
the last fiscal year in which it holds.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import yaml

from dxplan.checking.findings import Finding, label
from dxplan.errors import InputError
from dxplan.folding import nearest
from dxplan.iris import expand
from dxplan.yaml_errors import told
from dxplan.years import fiscal_year

__all__ = ["Entry", "parse", "read"]

_KEYS = ("rule", "focus", "path", "value", "reason", "until")
_IRI = re.compile(r"<?(https?://[^\s<>]+)>?")


@dataclass(frozen=True)
class Entry:
    """One acceptance, with full IRIs; ``path`` and ``value`` are None where any will do."""

    rule: str
    focus: str
    path: str | None
    value: str | None
    reason: dict[str, str]
    until: int | None
    line: int

    def matches(self, finding: Finding) -> bool:
        """Tell whether a finding is one that this entry is about."""
        return (
            (self.rule, self.focus) == (finding.rule, finding.focus)
            and self.path in (None, finding.path)
            and (self.value in (None, finding.value) or _term(self.value or "") == finding.value)
        )


def _term(text: str) -> str | None:
    """Return the IRI that a full or prefixed name stands for, or None for any other text."""
    if match := _IRI.fullmatch(text):
        return match[1]
    with contextlib.suppress(KeyError):
        return expand(text)
    return None


def read(path: Path, rules: Collection[str]) -> list[Entry]:
    """Read a baseline.

    :param rules: ids of the rules that there are.
    :raises InputError: naming file and line, when the file is not YAML, or an entry names an unknown rule, prefix, key
        or year, or lacks its rule, focus or reason.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        _refuse(path, 1, "UTF-8 ではありません。UTF-8 で保存し直してください。", "is not UTF-8. Save it as UTF-8.")
    except OSError as error:
        raise InputError(
            f"{path}: 読めません（{error.strerror}）。パスを確かめてください。",
            f"{path}: cannot be read ({error.strerror}). Check the path.",
        ) from error
    return parse(text, path, rules)


def parse(text: str, path: Path, rules: Collection[str]) -> list[Entry]:
    """Read the text of a baseline; see :func:`read`."""
    return _Reader(path, rules).entries(text)


def _refuse(path: Path, line: int, ja: str, en: str) -> NoReturn:
    raise InputError(f"{path}:{line}: {ja}", f"{path}:{line}: {en}")


class _Reader:
    """Reads nodes rather than values: they know their line, and ``41`` and ``R8`` stay the text that they are."""

    def __init__(self, path: Path, rules: Collection[str]) -> None:
        self.path = path
        self.rules = rules

    def refuse(self, node: yaml.Node, ja: str, en: str) -> NoReturn:
        _refuse(self.path, node.start_mark.line + 1, ja, en)

    def root(self, text: str) -> yaml.Node | None:
        try:
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except RecursionError:
            _refuse(self.path, 1, "入れ子が深すぎます。浅くしてください。", "is nested too deeply. Flatten it.")
        except yaml.YAMLError as error:
            line, said = told(error, text)
            _refuse(
                self.path,
                line,
                f"YAML として読めません（{said}）。この行を直してください。",
                f"not YAML ({said}). Mend this line.",
            )

    def entries(self, text: str) -> list[Entry]:
        root = self.root(text)
        if root is None or (isinstance(root, yaml.ScalarNode) and _text(root) is None):
            return []
        if not isinstance(root, yaml.SequenceNode):
            self.refuse(
                root,
                "受入れの一覧ではありません。各受入れを「- rule: …」で始めてください。",
                "is no list. Begin each entry with “- rule: …”.",
            )
        return [self.entry(node) for node in root.value]

    def entry(self, node: yaml.Node) -> Entry:
        if not isinstance(node, yaml.MappingNode):
            self.refuse(
                node,
                "受入れは rule・focus・reason を持つ組にしてください。",
                "an entry has rule, focus and reason. Write it so.",
            )
        given: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = _text(key) or ""
            if name not in _KEYS:
                keys = ", ".join(_KEYS)
                self.refuse(
                    key,
                    f"{name} という項目はありません。使えるのは {keys} です。",
                    f"{name} is no key of an entry. Use {keys}.",
                )
            if name in given:
                self.refuse(key, f"{name} が二度あります。一つにしてください。", f"{name} is given twice. Leave one.")
            given[name] = value
        return Entry(
            rule=self.rule(node, given),
            focus=self.iri(given["focus"]) if "focus" in given else self.missing(node, "focus"),
            path="|".join(self.iri(given["path"], part) for part in self.text(given["path"], "path").split("|"))
            if "path" in given
            else None,
            value=self.text(given["value"], "value", empty=True) if "value" in given else None,
            reason=self.reason(given["reason"]) if "reason" in given else self.missing(node, "reason"),
            until=self.year(given["until"]) if "until" in given else None,
            line=node.start_mark.line + 1,
        )

    def missing(self, node: yaml.Node, name: str) -> NoReturn:
        self.refuse(node, f"{name} がありません。書いてください。", f"{name} is missing. Write it.")

    def text(self, node: yaml.Node, name: str, empty: bool = False) -> str:
        text = _text(node)
        if text is None or not (empty or text.strip()):
            if isinstance(node, yaml.ScalarNode):
                self.missing(node, name)
            self.refuse(node, f"{name} は一つの文字列にしてください。", f"{name} is one text. Write it so.")
        return text

    def rule(self, node: yaml.Node, given: dict[str, yaml.Node]) -> str:
        if "rule" not in given:
            self.missing(node, "rule")
        name = self.text(given["rule"], "rule")
        if name not in self.rules:
            near = nearest(name, self.rules)
            self.refuse(
                given["rule"],
                f"{name} という規則はありません。"
                + (f"近いもの: {'、'.join(near)}。" if near else "綴りを直してください。"),
                f"{name} is no rule. " + (f"Did you mean: {', '.join(near)}?" if near else "Mend its spelling."),
            )
        return name

    def iri(self, node: yaml.Node, part: str | None = None) -> str:
        name = self.text(node, "focus") if part is None else part
        iri = _term(name)
        if iri is None:
            self.refuse(
                node,
                f"{name} は IRI でも、知られた接頭辞の名前でもありません。item:08236-2022-16 のように書いてください。",
                f"{name} is no IRI and no name with a known prefix. Write it like item:08236-2022-16.",
            )
        return iri

    def reason(self, node: yaml.Node) -> dict[str, str]:
        if not isinstance(node, yaml.MappingNode):
            text = self.text(node, "reason")
            return {"ja": text, "en": text}
        texts = {}
        for key, value in node.value:
            lang = _text(key)
            if lang not in ("ja", "en"):
                self.refuse(
                    key,
                    f"reason の言語 {lang} は使えません。ja と en のどちらか、または両方で書いてください。",
                    f"{lang} is no language of a reason. Write it in ja, en or both.",
                )
            texts[lang] = self.text(value, "reason")
        if not texts:
            self.missing(node, "reason")
        return {lang: label(texts, lang) for lang in ("ja", "en")}

    def year(self, node: yaml.Node) -> int:
        text = self.text(node, "until")
        try:
            return fiscal_year(text)
        except ValueError:
            self.refuse(
                node,
                f"{text} は年度として読めません。2026、R8、令和8年度 のように書いてください。",
                f"{text} is no fiscal year. Write it as 2026, R8 or 令和8年度.",
            )


def _text(node: yaml.Node) -> str | None:
    """Return the text of a scalar as it is written; None for an empty one and for what is no scalar."""
    if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:null":
        return None
    return str(node.value)
