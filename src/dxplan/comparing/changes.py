"""What can change between two editions of a plan, and how a reader is told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dxplan.comparing.editions import KINDS, Texts

__all__ = ["CHANGES", "Change", "Comparison", "counted", "heading", "noun", "sentence"]

# Kind of change: what it is called in a summary, then the sentence, each in Japanese and English. {what} is the part of
# the element that changed, {noun} the kind of node, {n} a number of years, {with} what came or went along.
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "edition": ("別の版", "another edition",
                "計画の版が変わった: {before}→{after}", "another edition: {before} → {after}"),
    "period": ("計画期間の変更", "plan period changed",
               "計画期間が変わった: {before}→{after}", "the plan period changed: {before} → {after}"),
    "added": ("追加", "added", "{noun}が加わった{with}", "{noun} added{with}"),
    "dropped": ("削除", "dropped", "{noun}がなくなった{with}", "{noun} dropped{with}"),
    "renamed": ("改称", "renamed", "名称が変わった: 「{before}」→「{after}」", "renamed: “{before}” → “{after}”"),
    "renumbered": ("番号の変更", "renumbered",
                   "{what_of}番号が変わった: {before}→{after}", "{what_is}renumbered: {before} → {after}"),
    "moved": ("移動", "moved", "{what_of}属する先が変わった: 「{before}」→「{after}」",
              "{what_is}moved: from “{before}” to “{after}”"),
    "owner-added": ("担当の追加", "owner added", "担当に「{after}」が加わった", "“{after}” is now in charge"),
    "owner-removed": ("担当の解除", "owner removed",
                      "担当から「{before}」が外れた", "“{before}” is no longer in charge"),
    "topic-added": ("主題の追加", "topic added",
                    "{what_to}主題「{after}」が付いた", "{what_is}now on the topic “{after}”"),
    "topic-removed": ("主題の解除", "topic removed",
                      "{what_from}主題「{before}」が外れた", "{what_is}no longer on the topic “{before}”"),
    "national-added": ("国の取組との対応の追加", "national item added",
                       "国の取組「{after}」との対応が加わった", "now serves the national item “{after}”"),
    "national-removed": ("国の取組との対応の解除", "national item removed",
                         "国の取組「{before}」との対応がなくなった", "no longer serves the national item “{before}”"),
    "mark-added": ("印の追加", "mark added", "「{after}」の印が付いた", "now marked “{after}”"),
    "mark-removed": ("印の解除", "mark removed", "「{before}」の印がなくなった", "no longer marked “{before}”"),
    "phase-added": ("工程の追加", "phase added", "{what}が加わった: {after}{with}", "{what} added: {after}{with}"),
    "phase-dropped": ("工程の削除", "phase dropped",
                      "{what}がなくなった: {before}{with}", "{what} dropped: {before}{with}"),
    "phase-later": ("工程の後ろ倒し", "phase shifted later",
                    "{what}が{n}年後ろ倒しになった: {before}→{after}",
                    "{what} shifted later by {n}: {before} → {after}"),
    "phase-earlier": ("工程の前倒し", "phase shifted earlier",
                      "{what}が{n}年前倒しになった: {before}→{after}",
                      "{what} shifted earlier by {n}: {before} → {after}"),
    "phase-lengthened": ("工程の延長", "phase lengthened",
                         "{what}が{n}年長くなった: {before}→{after}", "{what} lengthened by {n}: {before} → {after}"),
    "phase-shortened": ("工程の短縮", "phase shortened",
                        "{what}が{n}年短くなった: {before}→{after}", "{what} shortened by {n}: {before} → {after}"),
    "phase-reworded": ("工程の語や段階の変更", "phase reworded",
                       "工程の語や段階が変わった: {before}→{after}",
                       "the wording or stage of a phase changed: {before} → {after}"),
    "goal-added": ("目標の追加", "goal added", "{what}が加わった{with}", "{what} added{with}"),
    "goal-dropped": ("目標の削除", "goal dropped", "{what}がなくなった{with}", "{what} dropped{with}"),
    "goal-reworded": ("目標の変更", "goal reworded",
                      "目標が変わった: 「{before}」→「{after}」", "goal reworded: “{before}” → “{after}”"),
    "figure-added": ("数値の追加", "figure added", "{what}が加わった: {after}{with}", "{what} added: {after}{with}"),
    "figure-dropped": ("数値の削除", "figure dropped",
                       "{what}がなくなった: {before}{with}", "{what} dropped: {before}{with}"),
    "figure-changed": ("数値の変更", "figure changed",
                       "{what}が変わった: {before}→{after}", "{what} changed: {before} → {after}"),
    "target-raised": ("目標値の引上げ", "target raised",
                      "{what}の目標値が上がった: {before}→{after}", "target raised: {what}: {before} → {after}"),
    "target-lowered": ("目標値の引下げ", "target lowered",
                       "{what}の目標値が下がった: {before}→{after}", "target lowered: {what}: {before} → {after}"),
    "target-date": ("目標の時期の変更", "target date moved",
                    "{what}の目標の時期が変わった: {before}→{after}", "target date moved: {what}: {before} → {after}"),
    "term-added": ("用語の追加", "term added", "用語解説に加わった{with}", "added to the glossary{with}"),
    "term-dropped": ("用語の削除", "term dropped", "用語解説からなくなった{with}", "dropped from the glossary{with}"),
    "term-redefined": ("用語の解説の変更", "term redefined",
                       "解説が変わった: 「{before}」→「{after}」", "definition changed: “{before}” → “{after}”"),
    "division-added": ("部署の追加", "division added", "部署が加わった{with}", "division added{with}"),
    "division-dropped": ("部署の削除", "division dropped", "部署がなくなった{with}", "division dropped{with}"),
    "division-renamed": ("部署の改称", "division renamed",
                         "部署の名称が変わった: 「{before}」→「{after}」", "division renamed: “{before}” → “{after}”"),
    "record-added": ("その他の記録の追加", "other record added", "{what}が加わった{with}", "{what} added{with}"),
    "record-dropped": ("その他の記録の削除", "other record dropped",
                       "{what}がなくなった{with}", "{what} dropped{with}"),
    "identifier": ("IRIの変更", "IRI changed", "{what_of}IRIが変わった: {before}→{after}",
                   "{what_is}under another IRI: {before} → {after}"),
    "statement-added": ("その他の記述の追加", "other statement added",
                        "{what_to}「{predicate}」が加わった: 「{after}」", "“{predicate}”{of_what} added: “{after}”"),
    "statement-removed": ("その他の記述の削除", "other statement removed",
                          "{what_from}「{predicate}」がなくなった: 「{before}」",
                          "“{predicate}”{of_what} removed: “{before}”"),
    "statement-changed": ("その他の記述の変更", "other statement changed",
                          "{what_of}「{predicate}」が変わった: 「{before}」→「{after}」",
                          "“{predicate}”{of_what} changed: “{before}” → “{after}”"),
}  # fmt: skip
#: Every kind of change, in the order in which a summary counts them.
CHANGES = tuple(_WORDS)

# A kind of node in Japanese, in English, and its English plural.
_NOUNS = {
    "Plan": ("計画", "plan", "plans"),
    "Element": ("要素", "element", "elements"),
    "Policy": ("基本方針", "policy", "policies"),
    "Measure": ("主要な取組", "measure", "measures"),
    "Item": ("取組事項", "item", "items"),
    "Action": ("取組計画", "action", "actions"),
    "Project": ("特記事業", "project", "projects"),
    "Division": ("部署", "division", "divisions"),
    "Glossary": ("用語集", "glossary", "glossaries"),
    "Term": ("用語", "term", "terms"),
    "Goal": ("目標", "goal", "goals"),
    "Phase": ("工程", "phase", "phases"),
    "ListEntry": ("一覧の行", "list entry", "list entries"),
    "Figure": ("数値", "figure", "figures"),
    "Deployment": ("稼働中のサービス", "running service", "running services"),
    "Mention": ("言及", "mention", "mentions"),
    "ProgressStatus": ("進捗", "progress status", "progress statuses"),
    "Erratum": ("正誤", "erratum", "errata"),
    "Document": ("文書", "document", "documents"),
    "Organization": ("組織", "organisation", "organisations"),
    "": ("記録", "record", "records"),
}


_JOINED = {"ja": {"of": "の", "to": "に", "from": "から"}, "en": {"is": " is "}}


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    :param kind: one of :data:`CHANGES`.
    :param element: IRI of the element that it belongs to, in the second edition where it is still there.
    :param label: what that element is called; where it was renamed, by the new name.
    :param number: its printed number; empty where it has none.
    :param before: what it was, empty where there was nothing.
    :param after: what it is now, empty where there is nothing.
    :param message: the change in a sentence.
    :param file: the second edition; the first where what changed is gone.
    :param line: the line there, counted from 1.
    :param order: sorts the changes in the order of the plan.
    """

    kind: str
    element: str
    label: Texts
    number: str
    before: Texts
    after: Texts
    message: Texts
    file: str
    line: int
    order: tuple[int, ...]

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the change as the documented JSON object; texts are in the given language."""
        return {
            "kind": self.kind,
            "element": self.element,
            "elementLabel": self.label[lang],
            "number": self.number,
            "before": self.before[lang],
            "after": self.after[lang],
            "message": self.message,
            "file": self.file,
            "line": self.line,
        }


@dataclass(frozen=True)
class Comparison:
    """All that changed between two editions, in the order of the plan.

    :param before: the first edition as the user named it.
    :param after: the second.
    """

    before: str
    after: str
    changes: list[Change]

    def counts(self) -> dict[str, int]:
        """Return the number of changes of every kind there is."""
        counted = Counter(change.kind for change in self.changes)
        return {kind: counted[kind] for kind in CHANGES}


def noun(kind: str) -> Texts:
    """Return what a kind of node is called."""
    ja, en, _ = _NOUNS[kind]
    return {"ja": ja, "en": en}


def counted(kinds: Iterable[str]) -> Texts:
    """Return how many nodes of each kind came or went along, as the end of a sentence; empty where there are none.

    >>> counted(["Action", "Phase", "Phase"])
    {'ja': '（取組計画1件、工程2件とともに）', 'en': ' (with 1 action and 2 phases)'}
    """
    numbers = Counter(kinds)
    if not numbers:
        return {"ja": "", "en": ""}
    told = sorted(numbers.items(), key=lambda pair: KINDS.index(pair[0]))
    ja = "、".join(f"{_NOUNS[kind][0]}{number}件" for kind, number in told)
    en = [f"{number} {_NOUNS[kind][1 if number == 1 else 2]}" for kind, number in told]
    listed = en[0] if len(en) == 1 else f"{', '.join(en[:-1])} and {en[-1]}"
    return {"ja": f"（{ja}とともに）", "en": f" (with {listed})"}


def heading(kind: str, lang: str) -> str:
    """Return what a kind of change is called in a summary."""
    return _WORDS[kind][0 if lang == "ja" else 1]


def sentence(kind: str, words: dict[str, Texts], also: int) -> Texts:
    """Return a change as a sentence.

    :param words: what stands in the places of the sentence; empty where it is left out.
    :param also: how many other statements only repeat the change, such as a label that holds a number.
    """
    _, _, *forms = _WORDS[kind]
    told: Texts = {}
    for lang, form in zip(("ja", "en"), forms, strict=True):
        here = {name: texts[lang] for name, texts in words.items()}
        what = here.get("what", "")
        # In Japanese the part stands before its particle; in English before “is”, or behind “of”.
        here |= {f"what_{end}": what + joined if what else "" for end, joined in _JOINED[lang].items()}
        here["of_what"] = f" of {what}" if what else ""
        told[lang] = form.format_map(here)
    if also:
        told["ja"] += f"（これに合わせた記述がほかに{also}件）"
        told["en"] += f" ({also} other statement{'' if also == 1 else 's'} changed along with it)"
    return told
