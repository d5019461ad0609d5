"""The baseline: what people have accepted, taken out of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from dxplan.checking.findings import Finding
from dxplan.checking.listings import Findings, Listing
from dxplan.checking.report import Accepted, Report, Stale

if TYPE_CHECKING:  # takes time to load, which a check without a baseline need not
    from dxplan.checking.acceptances import Entry

__all__ = ["DEFAULT", "apply", "year_of"]

#: The file below the root that is read unless another is named.
DEFAULT = "baseline.yaml"


def year_of(day: date) -> int:
    """Return the fiscal year of a day, which begins on 1 April.

    >>> year_of(date(2026, 3, 31)), year_of(date(2026, 4, 1))
    (2025, 2026)
    """
    return day.year - (day.month < 4)


def apply(
    report: Report, entries: Sequence[Entry], name: str, today: date, checked: Collection[str] | None = None
) -> Report:
    """Return a report without what the baseline accepts, and with what there is to say about the baseline.

    A finding whose acceptance has expired stays, and its message says so.

    :param name: the file of the baseline as it is shown.
    :param today: the day on which the check runs.
    :param checked: IRIs that the checked files describe; None when everything was checked. An entry about anything
        else is not called stale, as nobody looked.
    """
    accepted: list[Accepted] = []
    used: set[int] = set()
    year = year_of(today)
    rules = {entry.rule for entry in entries}
    named: defaultdict[tuple[str, str], list[tuple[int, Entry]]] = defaultdict(list)
    for at, entry in enumerate(entries):
        named[entry.rule, entry.focus].append((at, entry))

    def left(findings: Iterable[Finding]) -> Iterator[Finding]:
        for finding in findings:
            # Not every entry is held against every finding: both grow with the number of plans.
            candidates = named.get((finding.rule, finding.focus), ())
            about = [(at, entry) for at, entry in candidates if entry.matches(finding)]
            holding = [(at, entry) for at, entry in about if entry.until is None or year <= entry.until]
            if holding:
                used.update(at for at, _ in holding)
                accepted.append(Accepted(finding, holding[0][1].reason, holding[0][1].until))
            elif about:
                used.update(at for at, _ in about)
                latest = max((entry for _, entry in about), key=lambda entry: entry.until or 0)
                yield _expired(finding, latest)
            else:
                yield finding

    findings = Findings(
        listing if rules.isdisjoint(rule for _, rule in listing.counts) else Listing.of(list(left(listing.findings)))
        for listing in report.findings.listings
    )
    stale = [
        Stale(name, entry.line, entry.rule, entry.focus, entry.path or "", entry.value or "", entry.reason)
        for at, entry in enumerate(entries)
        if at not in used and (checked is None or entry.focus in checked)
    ]
    return replace(report, findings=findings, accepted=accepted, stale=stale)


def _expired(finding: Finding, entry: Entry) -> Finding:
    told = {
        "ja": f"（{entry.until}年度まで「{entry.reason['ja']}」として受け入れていましたが、期限が過ぎました）",
        "en": f" (it was accepted until FY{entry.until} because “{entry.reason['en']}”, which has expired)",
    }
    return replace(finding, message={lang: text + told[lang] for lang, text in finding.message.items()})
