"""What saved questions are grouped by."""

from __future__ import annotations

__all__ = ["TAGS"]

#: By the tag that a question names first, what the group is called in Japanese and in English, in order. A tag that is
#: not here stands as it is, after the others.
TAGS: dict[str, tuple[str, str]] = {
    "coverage": ("だれが何を計画しているか", "Who plans what"),
    "time": ("いつ", "When"),
    "responsibility": ("だれの担当か", "In whose charge"),
    "figures": ("数値と目標", "Figures and targets"),
    "glossary": ("用語", "Terms"),
    "services": ("手続・システム・データ", "Procedures, systems, data"),
    "trust": ("確かさ", "How sure it is"),
}
