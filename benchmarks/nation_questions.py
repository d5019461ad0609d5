"""Asks one question of a built nation, in a process of its own, and makes the table of all questions by size.

``python nation_questions.py ROOT FILE.rq --repeat N`` opens the store, asks, writes the answer as CSV as ``dxplan ask``
does, and holds the rows against the true answer where the nation has one.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import shutil
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

    :param times: milliseconds of a processor of each run until all rows are there, as when the question is asked for
        the first time, which is what one waits on a calm machine; ``searched``: the same without what cities give to
        answers; ``again``: of the same question asked again, whose answer is kept if it took long; ``written``: until
        the rows are in a file, as CSV.
    :param digest: of all rows, in an order of their own.
    :param differing: how the rows differ from the true answer; None where that is not known.
    """

    times: list[float] = field(default_factory=list)
    searched: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    rows: int = 0
    digest: str = ""
    differing: list[str] | None = None
    problem: str = ""

    @property
    def time(self) -> float:
        """The median milliseconds, 0 where it was not answered."""
        return median(self.times) if self.times else 0.0


#: Of each size, the questions by name; those of a text without summaries end in :data:`PLAIN`.
Answers = Mapping[int, Mapping[str, Asked]]
PLAIN = " (plain)"


def ask_all(root: Path, texts: Mapping[str, Path], folder: Path, repeat: int, limit: float) -> dict[str, Asked]:
    """Ask questions one after another, each in a process that is stopped when it takes too long."""
    asked = {}
    for name, path in texts.items():
        out = folder / "asked.json"
        command: list[str | Path] = [sys.executable, __file__, root, path, "--repeat", str(repeat), "--folder", folder]
        spent = run(command, out, timeout=limit)
        if spent.code < 0:
            asked[name] = Asked(problem=f"> {limit:g} s")
        elif spent.code:
            raise SystemExit(f"{name}: {out.with_suffix('.err').read_text(encoding='utf-8')}")
        else:
            asked[name] = Asked(**json.loads(out.read_text(encoding="utf-8")))
    return asked


def _ask(root: Path, path: Path, folder: Path, repeat: int) -> Asked:
    from dxplan import store
    from dxplan.asking.answers import render
    from dxplan.asking.sources import StoreSource
    from dxplan.kept import Kept
    from dxplan.memory import collect_rarely

    collect_rarely()  # as in the command
    snapshot = store.current(root / "build/store")
    whole = snapshot.open()
    text = path.read_text(encoding="utf-8")
    told = Asked()

    def first(answers: str) -> StoreSource:
        """Return what answers as just after the build: nothing is kept but what that kept."""
        kept = Path(answers) / "kept"
        shutil.copytree(snapshot.path / "answers", kept)
        return StoreSource(whole, Kept(kept), snapshot.portions)

    while len(told.times) < repeat and told.time < CAP:
        with tempfile.TemporaryDirectory(dir=folder) as answers:
            (_, seconds), answer = timed(first(answers).select, text)
        told.times.append(seconds * 1000)
    searching = StoreSource(whole)
    while len(told.searched) < repeat and sum(told.searched) < CAP:
        (_, seconds), found = timed(searching.select, text)
        told.searched.append(seconds * 1000)
        if Counter(found.rows) != Counter(answer.rows):
            raise SystemExit(f"{path.stem}: another answer without what cities give to it")
    with tempfile.TemporaryDirectory(dir=folder) as answers:
        keeping = first(answers)
        if keeping.select(text) != answer:
            raise SystemExit(f"{path.stem}: another answer when it is asked again")
        while len(told.again) < repeat and sum(told.again) < CAP:
            (_, seconds), _ = timed(keeping.select, text)
            told.again.append(seconds * 1000)
    while len(told.written) < repeat and sum(told.written) < CAP:
        # Without translation of line ends: they are in the text.
        (_, seconds), _ = timed(lambda: (folder / "answer.csv").write_bytes(render(answer, "csv").encode()))
        told.written.append(seconds * 1000)
    texts = sorted(repr([str(term) for term in row]) for row in answer.rows)
    told.rows = len(texts)
    told.digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    truth = root / "truth/answers" / f"{path.stem}.csv"
    if truth.is_file():
        told.differing = list(_differing(truth, answer))
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
    """Tell of every answer that is not the true one, or not that of the same question without summaries."""
    for plans, asked in answers.items():
        for name, told in asked.items():
            yield from (f"{plans} plans, {name} {row}" for row in told.differing or ())
            saved = asked.get(name.removesuffix(PLAIN), told)
            if not told.problem and not saved.problem and (told.rows, told.digest) != (saved.rows, saved.digest):
                yield f"{plans} plans, {name}: {told.rows} rows, not the {saved.rows} of the saved question"


def table(answers: Answers) -> list[str]:
    """Return the lines of the table: one row a question, and how its time grows from size to size."""
    sizes = list(answers)
    last = answers[sizes[-1]]
    head = ["question", *(f"{plans}, ms" for plans in sizes)]
    head += ["growth"] * (len(sizes) > 1) + [f"{plans}, rows" for plans in sizes]
    head += ["searched, ms", "asked again, ms", "as CSV, ms"]
    lines = []
    for name in sorted(last, key=lambda name: (not last[name].problem, -last[name].time)):
        each = [answers[plans][name] for plans in sizes]
        rows = ["–" if told.problem else str(told.rows) for told in each]
        line = [name, *(told.problem or number(told.time) for told in each)]
        line += [_growth(sizes, [told.time for told in each])] * (len(sizes) > 1)
        beside = (last[name].searched, last[name].again, last[name].written)
        lines.append([*line, *rows, *(number(median(times)) if times else "–" for times in beside)])
    saved = [name for name in last if not name.endswith(PLAIN)]
    sums = [sum(asked[name].time for name in saved) for asked in answers.values()]
    if len(saved) > 1 and not any(asked[name].problem for asked in answers.values() for name in saved):
        line = ["**all**", *map(number, sums)] + [_growth(sizes, sums)] * (len(sizes) > 1)
        lines.append([*line, *[""] * (len(sizes) + 3)])
    return markdown(head, lines)


def compared_with_plain(answers: Answers) -> list[str]:
    """Tell how many times as long a question takes that does without summaries, at each size."""
    told = []
    for name in answers[next(iter(answers))]:
        saved = name.removesuffix(PLAIN)
        if saved != name:
            times = [
                f"{plans}: {number(asked[name].time / asked[saved].time) if asked[name].time else asked[name].problem}"
                for plans, asked in answers.items()
                if saved in asked and asked[saved].time
            ]
            told.append(f"`{saved}` without summaries takes, as many times as long, {', '.join(times)}.")
    return told


def _growth(sizes: Sequence[int], times: Sequence[float]) -> str:
    return " · ".join(growth(*step) for step in zip(pairwise(sizes), pairwise(times), strict=True))


def main() -> None:
    """Ask one question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("question", type=Path)
    parser.add_argument("--folder", type=Path, required=True, help="where the answer is written")
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    print(json.dumps(vars(_ask(given.root, given.question, given.folder, given.repeat)), ensure_ascii=False))


if __name__ == "__main__":
    main()
