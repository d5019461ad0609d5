"""The elements of a made-up plan, each with its schedule, its goals and its lists."""

from __future__ import annotations

from dxplan.iris import make
from nation.drafts import Branch, Draft
from nation.papers import Names, Node, Text, Value, both, number, year
from nation.samples import Listing
from nation.schedules import write_schedule
from nation.structures import draw_links, draw_topics
from nation.wording import COMMENTS, described, title

__all__ = ["write_elements", "write_projects"]

# How many rows of lists of a hundred name a topic.
_NAMED = 10


def write_elements(draft: Draft) -> None:
    """Write policies, measures, items and actions in the order of the document, with what belongs to each."""
    for branch in draft.branches:
        if branch.role in ("Policy", "Measure"):
            draft.paper.part(f"{branch.names.ja} / {branch.names.en}")
        _write_element(draft, branch)
        for listing in branch.sample.listings:
            _write_rows(draft, branch, listing)
        write_schedule(draft, branch)
        _write_goals(draft, branch)


def _write_element(draft: Draft, branch: Branch) -> Node:
    sample = branch.sample
    statements: list[tuple[str, Value | list[Value]]] = [
        ("dx:printedTitle", [Text(f"{branch.names.ja}について")] if sample.is_titled else []),
        ("skos:notation", [] if branch.role == "Action" else Text(branch.place.rsplit(" ", 1)[1])),
        ("schema:position", number(branch.path[-1])),
        ("dx:partOf", branch.parent.iri if branch.parent else draft.plan),
        ("dx:responsibleDivision", _some(draft, draft.divisions, sample.divisions)),
        ("dx:scope", list(sample.scopes)),
        ("dx:mark", list(sample.marks)),
        ("dx:topic", list(branch.topics)),
        ("dx:addressesAsPrinted", list(branch.links[0])),
        ("dx:addressesAsRead", list(branch.links[1])),
        ("dx:usesTerm", _some(draft, draft.terms, sample.terms)),
    ]
    if sample.is_described:
        statements.append(("dct:description", both(described(draft.rng, branch.names, draft.last))))
    if sample.is_commented:
        statements.append(("rdfs:comment", both(COMMENTS["link"])))
    return draft.paper.add(branch.iri, branch.role, branch.names, branch.place, statements)


def _some(draft: Draft, pool: list[str], count: int) -> list[Value]:
    return list(draft.rng.sample(pool, min(count, len(pool))))


def _write_rows(draft: Draft, branch: Branch, listing: Listing) -> None:
    """Write the rows of a list, in the order of what is listed."""
    things = draft.reference.of_kind(listing.kind)
    chosen = sorted(draft.rng.sample(range(len(things)), min(listing.rows, len(things))))
    for thing in (things[at] for at in chosen):
        names = draft.name_of(thing)
        position = len(draft.rows) + 1
        is_named = draft.divisions and draft.rng.randrange(listing.rows) < listing.divisions
        row = draft.make("entry", position)
        draft.rows.append(row)
        draft.paper.add(
            row,
            "ListEntry",
            names,
            f"{branch.place} 一覧 {position}",
            [
                ("schema:position", number(position)),
                ("dx:entryOf", branch.iri),
                ("dx:subject", thing),
                ("dx:topic", [draft.asides.choice(draft.profile.free)] if draft.asides.randrange(100) < _NAMED else []),
                ("dx:division", [draft.rng.choice(draft.divisions)] if is_named else []),
                ("dx:printed", Text(names.ja)),
            ],
        )


def _write_goals(draft: Draft, branch: Branch) -> None:
    for at, aim in enumerate(branch.sample.aims, 1):
        western = None if aim.year is None else min(draft.first + aim.year, draft.last)
        goal = make("goal", branch.key, at)
        draft.goals.append(goal)
        draft.paper.add(
            goal,
            "Goal",
            Names(f"{branch.names.ja}の目標{at}", f"Goal {at} of “{branch.names.en}”"),
            f"{branch.place} 目標{at}",
            [
                ("skos:notation", [Text(f"({at})")] if aim.is_numbered else []),
                ("schema:position", number(at)),
                ("dx:goalOf", branch.iri),
                ("dx:fiscalYear", [year(western)] if western else []),
            ],
        )


def write_projects(draft: Draft) -> None:
    """Write the projects that the plan singles out."""
    if not draft.layout.projects:
        return
    draft.paper.part("特に取り組む事業 / Singled-out projects")
    items = [branch for branch in draft.branches if branch.role == "Item"]
    for at in range(1, draft.about(len(draft.layout.projects)) + 1):
        sample = draft.rng.choice(draft.layout.projects)
        topics = draw_topics(draft, "Item", sample)
        names = title(draft.rng, draft.name_of(topics[0]))
        aims = [year(draft.first)] if draft.layout.projects[0].parent == "plan" else []
        printed, read = draw_links(draft, sample)
        statements: list[tuple[str, Value | list[Value]]] = [
            ("skos:notation", Text(f"({at})")),
            ("schema:position", number(at)),
            ("dx:partOf", draft.plan),
            ("dx:singlesOut", draft.rng.choice(items).iri),
            ("dx:fiscalYear", list(aims)),
            ("dx:topic", list(topics)),
            ("dx:addressesAsPrinted", list(printed)),
            ("dx:addressesAsRead", list(read)),
            ("dx:usesTerm", _some(draft, draft.terms, sample.terms)),
        ]
        if sample.is_described:
            statements.append(("dct:description", both(described(draft.rng, names, draft.last))))
        project = draft.make("project", at)
        draft.paper.add(project, "Project", names, f"特に取り組む事業 ({at})", statements)
        for listing in sample.listings:
            branch = Branch(project, f"{draft.key}-{at}", "Project", sample, names, (at,), topics, (printed, read),
                            f"特に取り組む事業 ({at})")  # fmt: skip
            _write_rows(draft, branch, listing)
