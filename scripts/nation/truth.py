"""The truth of a nation, written beside it: what errors there are, how much there is of what, and the true answers."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

from dxplan.iris import PREFIXES, make
from nation.answers import divisions, national, schedules, statements, terms, topics
from nation.answers.cities import QUESTIONS, City, Question, Row
from nation.asking import Asked
from nation.flaws.sites import Finding
from nation.model import Model
from nation.papers import Node, Text
from nation.reference import Reference

__all__ = ["ANSWERED", "Truth"]

# Each of these adds its questions to the list when it is imported.
_ = (divisions, national, schedules, statements, terms, topics)

_COUNTED = (
    "Policy", "Measure", "Item", "Action", "Project", "Phase", "Division", "Glossary", "Term", "ListEntry", "Goal",
    "Figure", "Deployment", "Mention", "ProgressStatus", "Erratum", "Document",
)  # fmt: skip

#: The questions whose true answers are written.
ANSWERED = (
    *QUESTIONS, "indicators-across-cities", "spread-of-topic", "terms-by-number-of-cities", "terms-side-by-side",
    "topics-by-number-of-cities", "topics-lacking-in-city", "topics-of-one-city",
)  # fmt: skip


class Truth:
    """The truth, written as the plans come: rows of answers at once, of the rest only sums are kept.

    The plans and reports of one municipality must come one after another.
    """

    def __init__(self, folder: Path, reference: Reference, asked: Asked) -> None:
        """Begin to write.

        :param folder: an empty folder.
        :param asked: with which values questions are asked beside their own.
        """
        self._folder = folder
        self._reference = reference
        (folder / "answers").mkdir()
        for name in asked:
            (folder / "answers" / name).mkdir()
        (folder / "asked.json").write_text(json.dumps(asked, indent=2) + "\n", encoding="utf-8")
        # The values of each answer, by its name: that of the question, and a number where they are not its own.
        self._given = {name: dict[str, str]() for name in QUESTIONS} | {
            f"{name}/{at}": given for name in asked if name in QUESTIONS for at, given in enumerate(asked[name], 1)
        }
        self._files = {name: self._path(name).open("w", encoding="utf-8", newline="") for name in self._given}
        self._writers = {name: csv.writer(file, lineterminator="\n") for name, file in self._files.items()}
        for name, writer in self._writers.items():
            writer.writerow(_question(name).columns)
        self._gathered: tuple[topics.Topics, terms.Terms, terms.Indicators] = (
            topics.Topics(asked), terms.Terms(folder), terms.Indicators(folder)
        )  # fmt: skip
        self._counts: Counter[str] = Counter()
        self._findings: list[Finding] = []
        self._code = ""
        self._waiting: list[Mapping[str, Node]] = []
        self._write_spellings()

    def __enter__(self) -> Truth:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all files."""
        for file in self._files.values():
            file.close()

    def _write_spellings(self) -> None:
        """Write the names of the topic itself, which come of no plan."""
        topic = PREFIXES["topic"] + "security-policy"
        node = self._reference.nodes[topic]
        for origin, name in (("name", "skos:prefLabel"), ("other-name", "skos:altLabel")):
            for value in node.get(name, ()):
                if isinstance(value, Text):
                    self._writers["spellings-of-topic"].writerow([value.value, value.lang, origin, "", "", ""])

    def take(self, folder: str, key: str, nodes: Mapping[str, Node], findings: Iterable[Finding] = ()) -> None:
        """Take up a plan or a report.

        :param folder: ``plans`` or ``reports``.
        :param findings: what a check is to find of the errors planted in it.
        """
        if key[:5] != self._code:
            self._settle()
            self._code = key[:5]
        self._waiting.append(nodes)
        self._counts[folder] += 1
        self._findings += findings

    def without_plan(self, code: str) -> None:
        """Take up a municipality of which there is no plan."""
        self._settle()
        self._code, self._waiting = code, [{}]
        self._settle()

    def _settle(self) -> None:
        """Work out what there is to say of the municipality whose files have come."""
        if not self._waiting:
            return
        model = Model(self._waiting, self._reference)
        city = City(make("municipality", self._code), model)
        for name, writer in self._writers.items():
            writer.writerows(_question(name).answer(city, self._given[name]))
        for each in self._gathered:
            each.take(city)
        self._counts["municipalities"] += 1
        for kind in _COUNTED:
            self._counts[kind] += sum(model.states(iri, kind) for iri in model.of_kind(kind))
        self._counts["triples"] += sum(
            len(v) for nodes in self._waiting for node in nodes.values() for v in node.values()
        )
        self._code, self._waiting = "", []

    def finish(self) -> None:
        """Write what is known only when all has come."""
        self._settle()
        for gathered in self._gathered:
            for name, columns, rows in gathered.answers():
                self._write(self._path(name), columns, rows)
        self._write(self._folder / "findings.csv", ("rule", "focus"), sorted(self._findings))
        counts = json.dumps(dict(sorted(self._counts.items())), indent=2)
        (self._folder / "counts.json").write_text(f"{counts}\n", encoding="utf-8")

    def _path(self, name: str) -> Path:
        return self._folder / "answers" / f"{name}.csv"

    def _write(self, path: Path, columns: Iterable[str], rows: Iterable[Row]) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows)


def _question(name: str) -> Question:
    """Return the question of an answer, whose name may end in a number."""
    return QUESTIONS[name.partition("/")[0]]
