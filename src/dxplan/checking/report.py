"""What a check found: the model that every rendering is made from."""

from __future__ import annotations

from dataclasses import dataclass, field

from dxplan.checking.findings import SEVERITIES, Finding
from dxplan.checking.listings import Findings
from dxplan.checking.rules import LANGUAGES, Rule
from dxplan.iris import SHAPE

__all__ = ["Accepted", "Report", "Stale"]


@dataclass(frozen=True)
class Accepted:
    """A finding that somebody accepted, with the reason by language and the last fiscal year in which that holds."""

    finding: Finding
    reason: dict[str, str]
    until: int | None


@dataclass(frozen=True)
class Stale:
    """An acceptance that no finding needs any more, and the line where it stands."""

    file: str
    line: int
    rule: str
    focus: str
    path: str
    value: str
    reason: dict[str, str]


@dataclass(frozen=True)
class Report:
    """The result of a check over some files.

    :param findings: what was found, sorted by file and line, without what is accepted.
    :param rules: ids of the rules that ran.
    :param unmet: ids of the rules that met no node at all; an empty check must not look green.
    :param nodes: how many focus nodes were looked at.
    :param files: the files that were checked.
    :param checked: how many of them were looked at now; the results of the others had been kept.
    :param book: what is known about the rules that ran, for renderings that name them.
    :param accepted: findings that the baseline accepts; they do not count.
    :param stale: entries of the baseline that no finding needs any more.
    """

    findings: Findings
    rules: list[str]
    unmet: list[str]
    nodes: int
    files: list[str]
    checked: int = field(default=0, compare=False)
    book: list[Rule] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return the number of findings by severity."""
        counted = dict.fromkeys(SEVERITIES, 0)
        for (severity, _), count in self.findings.counts.items():
            counted[severity] += count
        return counted

    def reaches(self, threshold: str) -> bool:
        """Tell whether any finding is at or above a severity."""
        worst = SEVERITIES[: SEVERITIES.index(threshold) + 1]
        return any(severity in worst for severity, _ in self.findings.counts)

    def about(self) -> list[Rule]:
        """Return every rule that ran or found something, by id; one that the book does not tell of has its id only."""
        known = {rule.id: rule for rule in self.book}
        seen = {rule: severity for severity, rule in self.findings.counts}
        seen |= {each.finding.rule: each.finding.severity for each in self.accepted}

        def unknown(name: str) -> Rule:
            texts = dict.fromkeys(LANGUAGES, name)
            return Rule(name, SHAPE + name, seen.get(name, "warning"), texts, texts)

        return [known.get(name) or unknown(name) for name in sorted({*self.rules, *seen})]

    def summary(self, lang: str) -> str:
        """Return one line: how much was looked at and how much was found."""
        counts = self.counts()
        return (
            f"{len(self.files)}ファイル、{self.nodes}節点を{len(self.rules)}規則で検査: "
            f"違反{counts['violation']}件、警告{counts['warning']}件、情報{counts['info']}件"
            if lang == "ja"
            else f"{len(self.files)} files, {self.nodes} nodes, {len(self.rules)} rules: "
            f"{counts['violation']} violations, {counts['warning']} warnings, {counts['info']} info"
        )
