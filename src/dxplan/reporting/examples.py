"""The counter-examples of the rules, with what the check really says of them and what mends them.

They stand in ``tests/shapes/<file of the rule>/``: ``invalid.<Rule>.<why>.ttl`` breaks one rule, on the lines that end
in ``# <- here``; ``valid.minimal.ttl`` breaks none. An installed package does not carry them.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from functools import cached_property
from pathlib import Path

from dxplan.checking.evaluation import Compiled, Evaluation
from dxplan.checking.findings import Finding
from dxplan.checking.rules import Rule, RuleBook
from dxplan.corpus import Corpus
from dxplan.documents import read
from dxplan.kept import Kept
from dxplan.turtle_tokens import tokens

__all__ = ["FOLDER", "MARK", "Block", "Example", "Examples", "blocks"]

#: Where the examples stand below a root.
FOLDER = "tests/shapes"
#: What a line ends in that the check is to report.
MARK = "# <- here"
_WHY = "# Invalid because "


@dataclass(frozen=True)
class Block:
    """What a Turtle text says of one subject in one go, as it is written, and the line where that begins."""

    subject: str
    line: int
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """Return the blocks of a Turtle text, in the order in which they are written.

    >>> [(block.subject, block.line) for block in blocks("@prefix a: <b:> .\\na:x\\n    a:y 1.5 . # z\\n")]
    [('a:x', 2)]
    """
    rows = text.split("\n")
    found, start, subject = [], -1, ""
    for token in tokens(text):
        if token.kind in ("space", "comment"):
            continue
        if start < 0:
            start, subject = text.count("\n", 0, token.start), token.text
        if token.text == ".":
            if not subject.startswith("@"):  # @prefix and @base say nothing of a subject
                end = text.count("\n", 0, token.start)
                found.append(Block(subject, start + 1, tuple(rows[start : end + 1])))
            start = -1
    return found


@dataclass(frozen=True)
class Example:
    """One counter-example of a rule.

    :param file: its file, as it is shown.
    :param why: why it is invalid, as its first line says: a clause in English.
    :param blocks: the blocks with a marked line, marks and all.
    :param findings: what the check says of it.
    :param valid: the file of the valid counterpart, or an empty text where there is none.
    :param difference: from the counter-example to its counterpart, the blocks that differ, each line with ``-``, ``+``
        or a space before it.
    """

    file: str
    why: str
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]
    valid: str
    difference: tuple[str, ...]

    @property
    def marked(self) -> list[int]:
        """The numbers of the marked lines."""
        return [block.line + at for block in self.blocks for at, line in enumerate(block.lines) if line.endswith(MARK)]


class Examples:
    """The counter-examples of a rule book."""

    def __init__(self, book: RuleBook, corpus: Corpus, kept: Path | None = None) -> None:
        """Look nowhere yet.

        :param kept: folder in which compiled rules are kept; None keeps none.
        """
        self._book = book
        self._corpus = corpus
        self._kept = kept

    @property
    def there(self) -> bool:
        """Whether the root has counter-examples at all."""
        return (self._corpus.root / FOLDER).is_dir()

    @cached_property
    def _engine(self) -> Evaluation:
        return Evaluation(Compiled.of(self._book, Kept(self._kept)), self._corpus)

    def of(self, rule: Rule) -> list[Example]:
        """Return the counter-examples of a rule, by name.

        :raises InputError: for one that cannot be read.
        :raises RulesError: for rules that the engine cannot run.
        """
        paths = sorted((self._corpus.root / FOLDER).glob(f"*/invalid.{rule.id}.*.ttl"))
        return [self._example(path, rule) for path in paths]

    def _example(self, path: Path, rule: Rule) -> Example:
        document = read(path, "plans")
        findings, _ = self._engine.validate([document])
        written = blocks(document.text)
        valid = path.parent / "valid.minimal.ttl"
        there = valid.is_file()
        return Example(
            file=self._corpus.relative(path),
            why=document.text.partition("\n")[0].removeprefix(_WHY),
            blocks=tuple(block for block in written if any(line.endswith(MARK) for line in block.lines)),
            findings=tuple(finding for finding in findings if finding.rule == rule.id),
            valid=self._corpus.relative(valid) if there else "",
            difference=_difference(written, blocks(read(valid, "plans").text)) if there else (),
        )


def _difference(before: list[Block], after: list[Block]) -> tuple[str, ...]:
    """Compare two texts block by block, so that every difference is seen with all that is said of its node."""
    old, new = ([_unmarked(block) for block in side] for side in (before, after))
    same = set(old) & set(new)
    left, right = ([line for block in side if block not in same for line in (*block, "")] for side in (old, new))
    most = max(len(left), len(right))
    shown = list(unified_diff(left, right, lineterm="", n=most))[3:]  # without the names of the files and the place
    while shown and not shown[-1].strip():
        shown.pop()
    return tuple(line.rstrip() for line in shown)


def _unmarked(block: Block) -> tuple[str, ...]:
    return tuple(line.removesuffix(MARK).rstrip() for line in block.lines)
