"""Asks one question of a built nation, in a process of its own, and makes the table of all questions by size.

``python nation_questions.py ROOT NAME --repeat N`` opens the store and asks the question as people ask it: for the
first time, with permitted values that are drawn by a seed and never those of the file. It writes each answer as CSV as
``dxplan ask`` does, and holds the rows against the true answer where the nation has one for these values.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from measuring import growth, markdown, number, run, timed

#: Milliseconds after which a question is not asked again.
CAP = 10_000


@dataclass
class Asked:
    """What was measured of one question on one nation.

    :param times: milliseconds of a processor until all rows are there, for each of the values with which it was asked
        for the first time; ``again``: when it is asked again, where its answer is kept if it took long; ``written``:
        until the rows are in a file, as CSV.
    :param rows: how many rows there were each time.
    :param differing: how the rows differ from the true answer; None where that is not known.
    """

    times: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    differing: list[str] | None = None
    problem: str = ""

    @property
    def time(self) -> float:
        """The median milliseconds, 0 where it was not answered."""
        return median(self.times) if self.times else 0.0


#: Of each size, the questions by name.
Answers = Mapping[int, Mapping[str, Asked]]


def ask_all(root: Path, names: Sequence[str], folder: Path, repeat: int, limit: float) -> dict[str, Asked]:
    """Ask questions one after another, each in a process that is stopped when it takes too long."""
    asked = {}
    for name in names:
        out = folder / "asked.json"
        command: list[str | Path] = [sys.executable, __file__, root, name, "--repeat", str(repeat), "--folder", folder]
        spent = run(command, out, timeout=limit)
        if spent.code < 0:
            asked[name] = Asked(problem=f"> {limit:g} s")
        elif spent.code:
            raise SystemExit(f"{name}: {out.with_suffix('.err').read_text(encoding='utf-8')}")
        else:
            asked[name] = Asked(**json.loads(out.read_text(encoding="utf-8")))
    return asked


def _ask(root: Path, name: str, folder: Path, repeat: int) -> Asked:
    from drawing import draw

    from dxplan import store
    from dxplan.asking.answers import render
    from dxplan.asking.questions import load
    from dxplan.asking.sources import StoreSource
    from dxplan.kept import Kept
    from dxplan.memory import collect_rarely

    collect_rarely()  # as in the command
    whole = store.current(root / "build/store").open()
    question = load(root / "queries")[name]
    truth = root / "truth"
    known = json.loads((truth / "asked.json").read_text(encoding="utf-8")) if truth.is_dir() else {}
    told = Asked()
    for terms, at in draw(question, StoreSource(whole), repeat, known.get(name, ())):
        if told.time > CAP:
            break
        text = question.bound(terms)
        with tempfile.TemporaryDirectory(dir=folder) as answers:
            source = StoreSource(whole, Kept(Path(answers)))
            (_, seconds), answer = timed(source.select, text)
            told.times.append(seconds * 1000)
            (_, seconds), found = timed(source.select, text)
            told.again.append(seconds * 1000)
        if found != answer:
            raise SystemExit(f"{name}: another answer when it is asked again")
        # Without translation of line ends: they are in the text.
        (_, seconds), _ = timed(lambda: (folder / "answer.csv").write_bytes(render(answer, "csv").encode()))  # noqa: B023
        told.written.append(seconds * 1000)
        told.rows.append(len(answer.rows))
        path = truth / "answers" / (f"{name}/{at}.csv" if at else f"{name}.csv")
        if at is not None and path.is_file():
            told.differing = [*(told.differing or ()), *_differing(path, answer)]
    return told


def _differing(truth: Path, answer: Any) -> Iterator[str]:
    """Tell how an answer differs from the true one, row for row."""
    with truth.open(encoding="utf-8", newline="") as file:
        columns, *rows = (tuple(row) for row in csv.reader(file))
    at = [answer.columns.index(column) for column in columns]
    found = Counter(tuple("" if row[i] is None else row[i].value for i in at) for row in answer.rows)
    for sign, these in (("-", Counter(rows) - found), ("+", found - Counter(rows))):
        yield from (f"{sign} {row}" for row in sorted(these)[:3])


def differences(answers: Answers) -> Iterator[str]:
    """Tell of every answer that is not the true one."""
    for plans, asked in answers.items():
        for name, told in asked.items():
            yield from (f"{plans} plans, {name} {row}" for row in told.differing or ())


def table(answers: Answers) -> list[str]:
    """Return the lines of the table: one row a question, and how its time grows from size to size."""
    sizes = list(answers)
    last = answers[sizes[-1]]
    head = ["question", *(f"{plans}, ms" for plans in sizes)]
    head += ["growth"] * (len(sizes) > 1) + [f"{plans}, rows" for plans in sizes]
    head += ["longest, ms", "asked again, ms", "as CSV, ms"]
    lines = []
    for name in sorted(last, key=lambda name: (not last[name].problem, -last[name].time)):
        each = [answers[plans][name] for plans in sizes]
        rows = [_range(told.rows) for told in each]
        line = [name, *(told.problem or number(told.time) for told in each)]
        line += [_growth(sizes, [told.time for told in each])] * (len(sizes) > 1)
        beside = [number(max(last[name].times))] if last[name].times else ["–"]
        beside += [number(median(times)) if times else "–" for times in (last[name].again, last[name].written)]
        lines.append([*line, *rows, *beside])
    sums = [sum(told.time for told in asked.values()) for asked in answers.values()]
    if len(last) > 1 and not any(told.problem for asked in answers.values() for told in asked.values()):
        for label, figures in (("**all**", sums), ("**median**", [_median(asked) for asked in answers.values()])):
            line = [label, *map(number, figures)] + [_growth(sizes, figures)] * (len(sizes) > 1)
            lines.append([*line, *[""] * (len(sizes) + 3)])
    return markdown(head, lines)


def _median(asked: Mapping[str, Asked]) -> float:
    return median(told.time for told in asked.values())


def _range(rows: Sequence[int]) -> str:
    """Write how many rows there were: of answers of different length, the fewest and the most."""
    if not rows:
        return "–"
    return str(rows[0]) if min(rows) == max(rows) else f"{min(rows)}–{max(rows)}"


def _growth(sizes: Sequence[int], times: Sequence[float]) -> str:
    return " · ".join(growth(*step) for step in zip(pairwise(sizes), pairwise(times), strict=True))


def main() -> None:
    """Ask one question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("question")
    parser.add_argument("--folder", type=Path, required=True, help="where the answer is written")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    print(json.dumps(vars(_ask(given.root, given.question, given.folder, given.repeat)), ensure_ascii=False))


if __name__ == "__main__":
    main()
