"""A made-up plan, from its number alone."""

from __future__ import annotations

from random import Random

from dxplan.iris import PREFIXES, key_name, make
from nation.drafts import Branch, Draft
from nation.elements import write_elements, write_projects
from nation.figures import restate, write_counts, write_figures
from nation.glossaries import choose_terms, write_glossary
from nation.mentions import write_mentions
from nation.municipalities import REAL, city, is_succeeded, name_of, succeeds
from nation.papers import Names, Paper, Text, Value, both, dx, number, year
from nation.reference import Reference
from nation.samples import Profile
from nation.structures import grow
from nation.wording import COMMENTS, MISPRINTS

__all__ = ["compose"]

# A plan that another succeeds, and the one that does.
_BEFORE, _YEARS_BEFORE = 2021, 3
# How many years after its model a plan begins: one in ten is adopted ahead of its first year.
_LATER = (-1, -1, 0, 0, 0, 0, 1, 1, 2, 4)
# How many plans of a hundred were transcribed only in part.
_PARTIAL = 4
# How many documents of a hundred print no date; how many plans are those of a law by another title, and how many bodies
# are named for a topic.
_UNDATED, _OTHER_TITLE, _NAMED = 20, 25, 30
# The version that a plan follows, by the last fiscal year in which one that begins still follows it.
_VERSIONS = ((2022, "1.0"), (2023, "2.0"), (9999, "2.3"))


def compose(seed: int, number_: int, profile: Profile, reference: Reference) -> Paper:
    """Return the plan with a number, counted from 1 with the real ones."""
    draft = _begin(seed, number_, profile, reference)
    grow(draft)
    _choose_divisions(draft)
    choose_terms(draft)
    _write_plan(draft)
    if not draft.is_partial:
        write_counts(draft)
    _write_surroundings(draft)
    _write_divisions(draft)
    write_elements(draft)
    write_projects(draft)
    _write_past(draft)
    write_figures(draft)
    _write_services(draft)
    write_mentions(draft.asides, draft.paper, draft.municipality, draft.profile, draft.reference)
    write_glossary(draft)
    _write_errata(draft)
    restate(draft.paper, reference)
    return draft.paper


def _begin(seed: int, number_: int, profile: Profile, reference: Reference) -> Draft:
    assert number_ > len(REAL)
    rng = Random(f"{seed}-{number_}")
    layout = rng.choice(profile.layouts)
    code = city(seed, number_)
    first, years = layout.first + rng.choice(_LATER), rng.choice(profile.lengths)
    predecessor = None
    if is_succeeded(seed, number_):
        first, years = _BEFORE, _YEARS_BEFORE
    elif succeeds(seed, number_):
        first = _BEFORE + _YEARS_BEFORE
        predecessor = make("plan", code, _BEFORE)
    names, key = name_of(code), f"{code}-{first}"
    head = [
        f"{names.ja}DX推進計画、令和{first - 2018}年度から{years}年間。合成した計画で、実在しない。",
        f"The DX plan of {names.en}, {years} fiscal years from {first}: made up; there is no such municipality.",
    ]
    return Draft(
        rng=rng,
        asides=Random(f"{seed}-{number_}-asides"),
        layout=layout,
        profile=profile,
        reference=reference,
        code=code,
        names=names,
        first=first,
        last=first + years - 1,
        version=next(f"{PREFIXES['national']}{version}" for last, version in _VERSIONS if first <= last),
        paper=Paper("plans", key, head, make("document", key)),
        predecessor=predecessor,
        is_partial=rng.randrange(100) < _PARTIAL,
    )


def _title(draft: Draft) -> Names:
    return Names(f"{draft.names.ja}DX推進計画", f"{draft.names.en} DX Promotion Plan")


def _write_plan(draft: Draft) -> None:
    above = draft.make("plan", "comprehensive")
    bodies = [draft.make("body", at) for at in range(1, min(3, draft.layout.bodies) + 1)]
    month = Text(f"{draft.first}-0{draft.rng.randint(3, 9)}", "", "xsd:gYearMonth")
    issued: list[Value] = [] if draft.asides.randrange(100) < _UNDATED else [month]
    title = draft.name_of(draft.asides.choice(draft.profile.free))
    described = Names(
        "手続と仕事の進め方を、デジタルの面から改める。", "Reshapes procedures and work in the digital field."
    )
    statements: list[tuple[str, Value | list[Value]]] = [
        ("dx:municipality", draft.municipality),
        ("dx:firstYear", year(draft.first)),
        ("dx:lastYear", year(draft.last)),
        ("dct:issued", issued),
        ("dct:contributor", list(draft.divisions[:1]) if draft.happens(0.3) else []),
        ("dx:citesNationalPlan", draft.version),
        ("dx:transcription", dx("Partial" if draft.is_partial else "Complete")),
        ("dx:basedOn", above),
        ("dx:succeeds", [draft.predecessor] if draft.predecessor else []),
        ("dx:alsoServesAs", both(title) if draft.asides.randrange(100) < _OTHER_TITLE else []),
        ("dx:steeredBy", list(bodies)),
        (
            "dx:reviewProcess",
            both(Names("毎年度、進み具合を確かめて見直す。", "Progress is checked every fiscal year.")),
        ),
        ("dct:description", both(described)),
        ("rdfs:comment", both(COMMENTS["version"])),
    ]
    draft.paper.add(draft.plan, "Plan", _title(draft), "表紙・計画の位置づけと期間", statements)
    draft.plans.append(above)
    # The document stands in the file of its plan, so that a plan more changes nothing that the others are read with.
    document: dict[str, list[Value]] = {
        "a": [dx("Document")],
        "rdfs:label": both(_title(draft)),
        "dct:title": both(_title(draft)),
        "dct:publisher": [draft.municipality],
        **({"dct:issued": issued} if issued else {}),
    }
    draft.paper.put(draft.paper.source, document)
    for at, body in enumerate(bodies, 1):
        _write_body(draft, body, at, bodies[0])


def _write_body(draft: Draft, body: str, at: int, first: str) -> None:
    names = (
        Names("DX推進本部", "DX Promotion Headquarters")
        if at == 1
        else Names(f"作業部会{at - 1}", f"Working group {at - 1}")
    )
    above = draft.municipality if at == 1 else first
    topic = draft.asides.choice(draft.profile.free)
    draft.paper.add(
        body,
        PREFIXES["org"] + "Organization",
        Names(f"{draft.names.ja}{names.ja}", f"{draft.names.en} {names.en}"),
        f"推進体制 {names.ja}",
        [
            ("org:subOrganizationOf", above),
            ("dx:ledBy", both(Names("市長", "Mayor") if at == 1 else Names("課長", "Head of division"))),
            ("dx:composedOf", both(Names("各部の職員", "Staff of the departments"))),
            ("dx:topic", [topic] if draft.asides.randrange(100) < _NAMED else []),
        ],
    )  # fmt: skip


def _write_surroundings(draft: Draft) -> None:
    """Write the plans that are only named: the one above, and those around it."""
    draft.paper.part("上位の計画 / The plans around it")
    for at in range(max(1, min(4, draft.layout.plans))):
        iri = draft.plans[0] if at == 0 else draft.make("plan", "around", at)
        kind = Names("総合計画", "Comprehensive Plan") if at == 0 else Names(f"関連計画{at}", f"Related plan {at}")
        if at:
            draft.plans.append(iri)
        draft.paper.add(
            iri,
            "Plan",
            Names(f"{draft.names.ja}{kind.ja}", f"{kind.en} of {draft.names.en}"),
            f"計画の位置づけ {kind.ja}",
            [
                ("dx:municipality", draft.municipality),
                ("dx:firstYear", year(draft.first - at)),
                ("dx:lastYear", year(draft.first - at + 9)),
            ],
        )


def _choose_divisions(draft: Draft) -> None:
    count = min(len(draft.profile.divisions), max(1, draft.about(draft.layout.divisions)))
    chosen = draft.rng.sample(draft.profile.divisions, count)
    draft.divisions = [make("division", draft.code, key_name(names.ja)) for names in chosen]


def _write_divisions(draft: Draft) -> None:
    names_of = {make("division", draft.code, key_name(names.ja)): names for names in draft.profile.divisions}
    draft.paper.part("部署 / Divisions")
    for division in draft.divisions:
        names = names_of[division]
        draft.paper.add(
            division, "Division", names, f"取組一覧 担当課 {names.ja}", [("org:unitOf", draft.municipality)]
        )


def _write_past(draft: Draft) -> None:
    """Write elements of an earlier plan that is only named, and what this plan says of their results."""
    if not draft.layout.past:
        return
    draft.paper.part("前の計画の評価 / The plan before it, reviewed")
    begun = draft.first - 5
    before = make("plan", draft.code, begun, "informatisation")
    names = Names(f"{draft.names.ja}情報化計画", f"Informatisation Plan of {draft.names.en}")
    draft.paper.add(before, "Plan", names, "前計画の評価", [
        ("dx:municipality", draft.municipality), ("dx:firstYear", year(begun)), ("dx:lastYear", year(draft.first - 1))
    ])  # fmt: skip
    for at in range(1, draft.about(draft.layout.past) + 1):
        topic = draft.name_of(draft.any_topic())
        element, place = make("item", draft.code, begun, at), f"前計画の評価 {at}"
        named = Names(f"{topic.ja}の取組", f"Work on {topic.en}")
        draft.paper.add(element, "Element", named, place, [
            ("skos:notation", Text(str(at))), ("schema:position", number(at)), ("dx:partOf", before)
        ])  # fmt: skip
        outcome = draft.rng.choice(draft.profile.outcomes)
        draft.paper.add(
            draft.make("status", at),
            "ProgressStatus",
            Names(f"{named.ja}：進捗", f"{named.en}: progress"),
            f"{place} 進捗",
            [
                ("dx:statusOf", element),
                ("dx:fiscalYear", year(draft.first - 1)),
                ("dx:outcome", outcome),
                ("dx:printed", Text(draft.rng.choice("ABC"))),
                ("rdfs:comment", both(COMMENTS["grade"])),
            ],
        )


def _write_services(draft: Draft) -> None:
    """Write what the plan says runs already."""
    draft.paper.part("すでに動いているもの / What runs already")
    for at in range(1, draft.about(len(draft.layout.services)) + 1):
        sample = draft.rng.choice(draft.layout.services)
        topics = draft.only_free(sample.topics) if draft.happens(0.6) else (draft.any_topic(),)
        branch: Branch = draft.rng.choice(draft.branches)
        western, topic = draft.first - sample.age, draft.name_of(topics[0])
        dates: dict[str, list[Value]] = {
            "": [],
            "fy": [year(western)],
            "xsd:date": [Text(f"{western}-{draft.rng.randint(4, 12):02}-01", "", "xsd:date")],
            "xsd:gYearMonth": [Text(f"{western}-{draft.rng.randint(1, 12):02}", "", "xsd:gYearMonth")],
            "xsd:gYear": [Text(str(western), "", "xsd:gYear")],
        }
        draft.paper.add(
            draft.make("deployment", at),
            "Deployment",
            Names(f"{topic.ja}の運用", f"Running: {topic.en}"),
            f"{branch.place} 取組状況",
            [
                ("dx:municipality", draft.municipality),
                ("dx:topic", list(topics)),
                ("dx:since", dates[sample.form]),
                ("dx:mentionedIn", [branch.iri] if sample.is_mentioned else []),
                ("dx:reading", [dx("Reconstructed")] if sample.is_reconstructed else []),
                ("rdfs:comment", [] if sample.form else both(COMMENTS["service"])),
            ],
        )


def _write_errata(draft: Draft) -> None:
    """Write the errors that the document is said to have."""
    draft.paper.part("正誤 / Errata")
    pools = {"plan": [draft.plan], "term": draft.terms, "entry": draft.rows, "goal": draft.goals,
             "division": draft.divisions}  # fmt: skip
    for at in range(1, draft.about(len(draft.layout.errata)) + 1):
        kind = draft.rng.choice(draft.layout.errata)
        pool = pools.get(kind) or [branch.iri for branch in draft.branches if branch.role != "Policy"]
        names, printed, meant = draft.rng.choice(MISPRINTS)
        draft.paper.add(
            draft.make("erratum", at),
            "Erratum",
            Names(f"{names.ja}（{at}）", f"{names.en} ({at})"),
            f"本文 {at}か所目",
            [
                ("dx:about", draft.rng.choice(pool)),
                ("dx:printed", Text(printed)),
                ("dx:correctedReading", Text(meant) if draft.happens(0.97) else []),
                ("dx:reading", [dx("Reconstructed")] if draft.happens(0.25) else []),
                ("rdfs:comment", both(COMMENTS["error"])),
            ],
        )
