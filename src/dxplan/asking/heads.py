"""The head of a saved question: its lines that begin with ``#+``, which together are YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from dxplan.errors import RulesError
from dxplan.yaml_errors import FAULTS, told

__all__ = ["answers", "read"]

_TEXTS = ("summary", "summary_en", "description", "description_en")
# Written in C where there is such a one, which is ten times as fast; both load nothing but plain values.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# So many characters of a head may be read in C: what is nested tens of thousands deep overflows its stack.
_MOST = 10_000


def read(path: Path, text: str) -> dict[str, Any]:
    """Return what the head of a question says.

    :param path: its file, for messages.
    :raises RulesError: naming file and line, when the head is not YAML or does not say what a head says.
    """
    head = _Head(path, text)
    said = head.loaded()
    if not isinstance(said, dict):
        said = {}
    if missing := sorted({*_TEXTS, "tags"} - set(said)):
        named = ", ".join(missing)
        head.refuse((), f"先頭に #+ {named} を書いてください。", f"write #+ {named} at its head.")
    for name in _TEXTS:
        head.want_text(said[name], (name,))
    tags = said["tags"]
    if not isinstance(tags, list) or not tags or not all(isinstance(tag, str) for tag in tags):
        head.refuse(
            ("tags",),
            "#+ tags は [coverage] のような並びにしてください。",
            "write #+ tags as a list, such as [coverage].",
        )
    for part, keys in (("parameters", ("ja", "en", "values")), ("columns", ("ja", "en")), ("words", ("ja", "en"))):
        named = said.get(part, {})
        if not isinstance(named, Mapping):
            head.refuse(
                (part,), f"#+ {part} には「名前: …」の組を書いてください。", f"write “name: …” under #+ {part}."
            )
        for name, about in named.items():
            if not isinstance(about, Mapping) or set(keys) - set(about):
                listed = ", ".join(keys)
                head.refuse(
                    (part, name),
                    f"#+ {part} の {name} に {listed.replace(', ', '、')} を書いてください。",
                    f"give {name} under #+ {part} its {listed.replace(', values', ' and values')}.",
                )
            for key in keys:
                head.want_text(about[key], (part, name, key))
    if "answer" in said:
        head.want_answer(said["answer"])
    return said


def answers(path: Path, text: str, told: Mapping[str, str]) -> dict[str, str]:
    """Return the templates of the sentences that a head declares, by language.

    :param told: what stands under ``answer``.
    :raises RulesError: naming file and line, for one that is no template.
    """
    head = _Head(path, text)
    found = {lang: told[lang] for lang in ("ja", "en") if lang in told}
    for lang, written in found.items():
        head.want_template(lang, written)
    return found


@dataclass(frozen=True)
class _Head:
    path: Path
    text: str

    @property
    def _lines(self) -> list[tuple[int, str]]:
        """The lines of the head without their marks, each with its number in the file."""
        numbered = enumerate(self.text.splitlines(), start=1)
        return [(number, line[2:].removeprefix(" ")) for number, line in numbered if line.startswith("#+")]

    @property
    def _written(self) -> str:
        return "\n".join(line for _, line in self._lines)

    @property
    def _loader(self) -> type[yaml.SafeLoader]:
        return _LOADER if len(self._written) <= _MOST else yaml.SafeLoader

    def loaded(self) -> Any:
        """Return what is written as YAML."""
        written = self._written
        try:
            return yaml.load(written, self._loader)
        except RecursionError:
            self._refuse(
                0,
                "#+ の行の入れ子が深すぎます。浅くしてください。",
                "the lines that begin with #+ are nested too deeply. Flatten them.",
            )
        except FAULTS as error:
            line, said = told(error, written)
            self._refuse(
                line - 1,
                f"#+ の行が YAML として読めません（{said}）。この行を直してください。",
                f"the lines that begin with #+ are not YAML ({said}). Mend this line.",
            )

    def want_text(self, value: object, place: tuple[object, ...]) -> None:
        """Refuse what is no text."""
        if not isinstance(value, str) or not value.strip():
            named = " › ".join(map(str, place))
            self.refuse(
                place,
                f"#+ {named} は文です。書くか、引用符で囲んでください。",
                f"#+ {named} is a text. Write it, or put it in quotes.",
            )

    def want_answer(self, told: object) -> None:
        """Refuse what declares no sentence for each language, or one that cannot be read."""
        keys = {"ja", "en"}
        if not isinstance(told, Mapping) or not keys <= set(told) <= {*keys, "ground"}:
            self.refuse(
                ("answer",),
                "#+ answer には、言語ごとの文 ja と en（要るときは ground も）を書いてください。",
                "under #+ answer, write a sentence for each language, ja and en (and ground, where it is needed).",
            )
        for key in told:
            self.want_text(told[key], ("answer", key))

    def want_template(self, lang: str, written: str) -> None:
        """Refuse a sentence that is no template, at its own line."""
        from dxplan.asking import templates  # what reads them takes long to load, and most who load questions need none

        if found := templates.fault(written):
            line, what = found
            self.refuse(
                ("answer", lang),
                f"#+ answer › {lang} が文のひな形として読めません（{what}）。",
                f"#+ answer › {lang} is no template of a sentence ({what}).",
                line + 1 if "\n" in written else 0,  # a text of several lines begins below its key
            )

    def refuse(self, place: tuple[object, ...], ja: str, en: str, after: int = 0) -> NoReturn:
        """Tell what is wrong at a place, given by the keys that lead to it, so many lines after it."""
        node, line = yaml.compose(self._written, Loader=self._loader), 0
        for key in place:
            if not isinstance(node, yaml.MappingNode):
                break
            found = [(name, value) for name, value in node.value if name.value == str(key)]
            if not found:
                break
            line, node = found[-1][0].start_mark.line, found[-1][1]
        self._refuse(line + after, ja, en)

    def _refuse(self, line: int, ja: str, en: str) -> NoReturn:
        numbers = [number for number, _ in self._lines]
        place = f"{self.path}:{numbers[min(line, len(numbers) - 1)] if numbers else 1}"
        raise RulesError(f"{place}: {ja}", f"{place}: {en}")
