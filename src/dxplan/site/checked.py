"""Pages of the check: what it found, and the rules by which it judges."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent

import pyoxigraph as ox

from dxplan.checking.check import check
from dxplan.checking.findings import Finding
from dxplan.checking.rules import RuleBook
from dxplan.documents import FOLDERS, SHARED
from dxplan.iris import PREFIXES
from dxplan.reporting.rule_pages import MEANING, Pages
from dxplan.site.descriptions import documents, stable
from dxplan.site.files import File
from dxplan.site.material import Material
from dxplan.site.rendering import Page

__all__ = ["pages", "shown"]

_SEVERITIES = {
    "violation": ("違反", "violation"),
    "warning": ("警告", "warning"),
    "info": ("情報", "info"),
}


def pages(material: Material) -> Iterator[Page | File]:
    """Yield the page of the findings, that of the rules, and the rules as one document."""
    corpus = material.corpus
    book = RuleBook(corpus)
    report = check(corpus.files(*SHARED, "plans", "reports"), corpus, book, "sparql", material.kept)
    by_rule: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    rules = {rule.id: rule for rule in book.rules}
    groups = [
        (rules[name], sorted(by_rule[name], key=lambda f: (f.file, f.line)))
        for severity in _SEVERITIES
        for name in sorted(by_rule)
        if rules[name].severity == severity
    ]
    found = {
        "groups": groups, "counts": report.counts(), "severities": _SEVERITIES, "report": report, "shown": shown,
    }  # fmt: skip
    yield Page("findings", "findings.html", {"ja": "検査の結果", "en": "Findings of the check"}, found, section="check")
    gathered = Pages(book, corpus, material.kept)
    written = {page.rule.id: page for page in gathered.pages()}
    listed = [(group, _gathers(group.file), [written[rule.id] for rule in group.rules]) for group in gathered.groups()]
    told = {
        "groups": listed, "severities": _SEVERITIES, "meaning": MEANING, "shown": shown,
        "counts": {name: len(each) for name, each in by_rule.items()}, "inferring": _inferring(book),
    }  # fmt: skip
    titles = {"ja": "整合性の規則", "en": "Rules of consistency"}
    yield Page("shape", "rules.html", titles, told, True, (), "check")
    yield from documents("shape", stable(triple for document in book.documents for triple in document.triples))


def _inferring(book: RuleBook) -> list[tuple[str, str]]:
    """Return the rules of inference in the order in which they are run: the IRI of each, and its query."""
    found: dict[str, dict[str, str]] = {"construct": {}, "order": {}}
    for triple in (triple for document in book.documents for triple in document.triples):
        name = triple.predicate.value.removeprefix(PREFIXES["sh"])
        if name in found and isinstance(triple.object, ox.Literal) and isinstance(triple.subject, ox.NamedNode):
            found[name][triple.subject.value] = triple.object.value
    names = sorted(found["construct"], key=lambda name: (float(found["order"].get(name, 0)), name))
    return [(name, dedent(found["construct"][name]).strip()) for name in names]


def shown(file: str) -> str:
    """Return a file of the project as it is shown to everybody: from one of the project's folders on.

    >>> shown("/somewhere/dxplan/data/plans/08236-2022.ttl")
    'data/plans/08236-2022.ttl'
    """
    return next((f"{at}/{file.rpartition('/')[2]}" for at in FOLDERS.values() if f"/{at}/" in f"/{file}"), file)


def _gathers(file: str) -> str:
    """Return the name of the shape that gathers the rules of a file."""
    stem = file.rsplit("/", 1)[-1].removesuffix(".ttl")
    return "".join(word.capitalize() for word in stem.split("-")) + "Shape"
