"""Findings file by file, as the lines in which they are told: those of a file are read again only when asked for.

A check of a nation finds tens of thousands of things, nearly all of them in files that have not changed since the last
check. They are counted, and written out as JSON, without making each of them anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from dxplan.checking.findings import Finding, label
from dxplan.checking.rules import LANGUAGES
from dxplan.kept import Buffer

__all__ = ["Counts", "Findings", "Listing"]

#: How many there are by severity and rule.
Counts = Mapping[tuple[str, str], int]

# A line of JSON has the label in one language; it is kept with those of both, between tabs, which JSON always escapes.
_BETWEEN = b"\t"
_encode = json.JSONEncoder(ensure_ascii=False).encode


class Listing:
    """Findings, of one file or several, in the order in which they are told.

    :param counts: how many there are by severity and rule.
    """

    def __init__(self, counts: Counts, lines: Buffer | None = None, findings: Sequence[Finding] | None = None) -> None:
        """Take findings as :attr:`lines` has them, or as they are."""
        self.counts = counts
        self._lines = lines
        self._findings = findings

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> Listing:
        """Take findings as they are."""
        return cls(Counter((finding.severity, finding.rule) for finding in findings), findings=findings)

    @property
    def lines(self) -> bytes:
        """UTF-8 with line ends between them; one that is read from it has a label in every language if in any."""
        if self._lines is None:
            self._lines = b"\n".join(map(_written, self.findings))
        return bytes(self._lines)

    @property
    def findings(self) -> Sequence[Finding]:
        """Each of them."""
        if self._findings is None:
            self._findings = [_read(line) for line in self.lines.split(b"\n") if line]
        return self._findings

    def told(self, lang: str) -> bytes:
        """Return JSON in UTF-8: for each what :meth:`Finding.to_json` is in a language, with line ends between them."""
        # In turn: the end of a line with the beginning of the next, the Japanese label, the English label.
        pieces = self.lines.split(_BETWEEN)
        del pieces[2 - LANGUAGES.index(lang) :: 3]
        return b"".join(pieces)


class Findings(Collection[Finding]):
    """Findings of many files.

    :param listings: them, in the order in which they are told.
    """

    def __init__(self, listings: Iterable[Listing]) -> None:
        """Put them one after another."""
        self.listings = list(listings)

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> Findings:
        """Take findings as they are."""
        return cls([Listing.of(findings)])

    @cached_property
    def counts(self) -> Counts:
        """How many there are by severity and rule."""
        counted: Counter[tuple[str, str]] = Counter()
        for listing in self.listings:
            counted.update(listing.counts)
        return counted

    def of_rule(self, severity: str, rule: str) -> Iterator[Finding]:
        """Yield those of a severity and rule; the lines of files without any are not read."""
        for listing in self.listings:
            if (severity, rule) in listing.counts:
                yield from (each for each in listing.findings if (each.severity, each.rule) == (severity, rule))

    def told(self, lang: str) -> Iterator[bytes]:
        """Yield all in lines of JSON, one or several at a time, as :meth:`Listing.told` returns them."""
        return (listing.told(lang) for listing in self.listings if listing.counts)

    def __eq__(self, other: object) -> bool:
        """Tell whether both are the same findings in the same order."""
        return isinstance(other, Findings) and list(self) == list(other)

    def __iter__(self) -> Iterator[Finding]:
        """Yield each of them."""
        return chain.from_iterable(listing.findings for listing in self.listings)

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(self.counts.values())

    def __contains__(self, finding: object) -> bool:
        """Tell whether a finding is among them."""
        return any(each == finding for each in self)


def _written(finding: Finding) -> bytes:
    told = list(finding.to_json("ja").items())
    at = [name for name, _ in told].index("focusLabel")
    labels = "\t".join(_encode(label(finding.focus_label, lang)) for lang in LANGUAGES)
    before, after = _encode(dict(told[:at]))[:-1], _encode(dict(told[at + 1 :]))[1:]
    # What UTF-8 cannot hold, as in the name of a file that is no UTF-8, is escaped as JSON has it.
    return f'{before}, "focusLabel": \t{labels}\t, {after}'.encode("utf-8", "backslashreplace")


def _read(line: bytes) -> Finding:
    before, *labels, after = line.decode().split("\t")
    told = json.loads(before + labels[0] + after)
    del told["focusLabel"]
    return Finding(focus_label={lang: json.loads(text) for lang, text in zip(LANGUAGES, labels, strict=True)}, **told)
