"""What changed between two editions is told exactly, and nothing else is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dxplan.comparing.changes import CHANGES, Change, counted
from dxplan.comparing.comparison import compare
from dxplan.comparing.differences import render
from dxplan.comparing.editions import Edition, Names
from dxplan.comparing.pairing import alike
from dxplan.corpus import Corpus
from dxplan.documents import read
from dxplan.errors import UsageError
from dxplan.iris import expand, shorten

PLAN = "08236-2022"


class Plan:
    """The text of a plan, edited block by block."""

    def __init__(self, text: str, key: str = PLAN) -> None:
        self.text, self.key = text, key

    def block(self, subject: str) -> str:
        """The statements of one subject, up to the full stop at the end of a line."""
        found = re.findall(rf"(?ms)^{re.escape(subject)}\n.*? \.\n", self.text)
        assert len(found) == 1, subject
        return found[0]

    def edit(self, subject: str, old: str, new: str) -> Plan:
        block = self.block(subject)
        assert block.count(old) == 1, (subject, old)
        return Plan(self.text.replace(block, block.replace(old, new)), self.key)

    def drop(self, *subjects: str) -> Plan:
        text = self.text
        for subject in subjects:
            text = text.replace(self.block(subject), "")
        return Plan(text, self.key)

    def insert(self, before: str, block: str) -> Plan:
        assert self.text.count(f"\n{before}\n") == 1
        return Plan(self.text.replace(f"\n{before}\n", f"\n{block}\n{before}\n"), self.key)

    def line(self, subject: str, needle: str = "") -> int:
        """The line of a subject, or of a text in its block."""
        at = self.text.index(self.block(subject))
        return self.text.count("\n", 0, self.text.index(needle or subject, at)) + 1


Told = tuple[str, str, str, str, str, int]
Compare = Callable[[Plan, Plan], list[Change]]


@pytest.fixture(scope="module")
def names(corpus: Corpus) -> Names:
    return Names(corpus.shared)


@pytest.fixture(scope="module")
def plan(root: Path) -> Plan:
    return Plan((root / f"data/plans/{PLAN}.ttl").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def part(plan: Plan) -> Plan:
    """Some of the real plan, which is quicker to read: three items and what the tests are about."""
    head, *blocks = re.split(r"\n\n(?=(?:#.*\n+)*[a-z]+:\S+\n)", plan.text)
    kept = re.compile(
        r"(?:plan|division|policy|measure|glossary|term):\S+|(?:item|action|phase):\S+-2022-(?:4|16|17)(?:-\S+)?"
        r"|figure:\S+-(?:post-offices-with-terminal|actions)|erratum:\S+-2022-1|deployment:\S+-convenience-kofu"
    )
    subjects = [re.sub(r"(?m)^#.*\n+", "", block) for block in blocks]
    return Plan("\n\n".join([head, *(b.strip() for b in subjects if kept.fullmatch(b.partition("\n")[0]))]) + "\n")


def edition(folder: Path, name: str, plan: Plan) -> Edition:
    # The real plans are long; each is read once, with its lines.
    known = (name, plan.key, plan.text)
    if known not in _EDITIONS:
        (folder / name).mkdir(exist_ok=True)
        path = folder / name / f"{plan.key}.ttl"
        path.write_text(plan.text, encoding="utf-8")
        _EDITIONS[known] = Edition.of(read(path, "plans"), name)
    return _EDITIONS[known]


_EDITIONS: dict[tuple[str, str, str], Edition] = {}


@pytest.fixture
def changes(names: Names, tmp_path: Path) -> Compare:
    def call(a: Plan, b: Plan) -> list[Change]:
        return compare(edition(tmp_path, "A", a), edition(tmp_path, "B", b), names).changes

    return call


def told(changes: list[Change], lang: str = "ja") -> list[Told]:
    return [(c.kind, shorten(c.element), c.before[lang], c.after[lang], c.file, c.line) for c in changes]


def messages(changes: list[Change], lang: str = "en") -> list[str]:
    return [c.message[lang] for c in changes]


# ---- two states of one plan


def test_the_same_content_is_no_change(plan: Plan, changes: Compare) -> None:
    assert changes(plan, plan) == []
    comment = Plan("# A remark.\n" + plan.text.replace("\nitem:08236-2022-16\n", "\n# Another.\nitem:08236-2022-16\n"))
    assert changes(plan, comment) == []


def test_the_order_of_blocks_and_statements_is_no_change(plan: Plan, changes: Compare) -> None:
    head, *blocks = re.split(r"\n\n(?=[a-z]+:\S+\n)", plan.text)
    blocks = [re.sub(r"(?m)^#.*\n", "", block).strip() for block in blocks]
    turned = [
        re.sub(r"\n    (rdfs:label .*;)\n    (rdfs:label .*;)\n", r"\n    \2\n    \1\n", b) for b in reversed(blocks)
    ]
    assert changes(plan, Plan("\n\n".join([head, *turned]) + "\n")) == []


def test_a_renamed_item(plan: Plan, changes: Compare) -> None:
    new = plan.edit("item:08236-2022-16", '"書かない窓口の構築"@ja', '"書かない窓口の全庁展開"@ja')
    found = changes(plan, new)
    line = new.line("item:08236-2022-16", "書かない窓口の全庁展開")
    assert told(found) == [("renamed", "item:08236-2022-16", "書かない窓口の構築", "書かない窓口の全庁展開", "B", line)]
    assert found[0].number == "16"
    assert found[0].label == {"ja": "書かない窓口の全庁展開", "en": "Building a counter without form-filling"}
    assert found[0].message == {
        "ja": "名称が変わった: 「書かない窓口の構築」→「書かない窓口の全庁展開」",
        "en": "renamed: “書かない窓口の構築” → “書かない窓口の全庁展開”",
    }


def test_what_repeats_a_new_name_is_counted_with_it(part: Plan, changes: Compare) -> None:
    new = part.edit("action:08236-2022-16-1", '"書かない窓口の構築"@ja', '"窓口改革"@ja')
    new = new.edit("action:08236-2022-16-1", '"Building a counter without form-filling"@en', '"Reform"@en')
    new = new.edit("phase:08236-2022-16-1-1", '"書かない窓口の構築：', '"窓口改革：')
    new = new.edit("phase:08236-2022-16-1-1", '"Building a counter without form-filling: study', '"Reform: study')
    found = changes(part, new)
    line = new.line("action:08236-2022-16-1", "窓口改革")
    assert told(found) == [("renamed", "action:08236-2022-16-1", "書かない窓口の構築", "窓口改革", "B", line)]
    assert messages(found) == [
        "renamed: “Building a counter without form-filling” → “Reform” (2 other statements changed along with it)"
    ]
    # A label that says something else besides is told on its own.
    other = new.edit("phase:08236-2022-16-1-1", "窓口改革：検証", "窓口改革：試行")
    assert [c.kind for c in changes(part, other)] == ["renamed", "statement-changed"]


def test_a_phase_moved_by_a_year(plan: Plan, changes: Compare) -> None:
    phase = "phase:08236-2022-16-1-1"
    new = plan.edit(phase, "dx:from fy:2022", "dx:from fy:2023").edit(phase, "dx:through fy:2023", "dx:through fy:2024")
    found = changes(plan, new)
    assert told(found) == [
        (
            "phase-later",
            "action:08236-2022-16-1",
            "令和4年度～令和5年度",
            "令和5年度～令和6年度",
            "B",
            new.line(phase, "fy:2023"),
        )
    ]
    assert found[0].message == {
        "ja": "工程「検証」が1年後ろ倒しになった: 令和4年度～令和5年度→令和5年度～令和6年度",
        "en": "phase “検証” (Study) shifted later by 1 year: FY2022–2023 → FY2023–2024",
    }
    assert [c.kind for c in changes(new, plan)] == ["phase-earlier"]
    # Its label and its place name the years.
    new = new.edit(phase, "（令和4～5年度）", "（令和5～6年度）").edit(phase, "(FY2022–2023)", "(FY2023–2024)")
    new = new.edit(phase, "R4～R5", "R5～R6")
    assert messages(changes(plan, new)) == [
        "phase “検証” (Study) shifted later by 1 year: FY2022–2023 → FY2023–2024 (3 other statements changed along with it)"
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind", "message"),
    [
        ("dx:through fy:2026", "dx:through fy:2028", "phase-lengthened",
         "phase “実施” (Implementation) lengthened by 2 years: FY2024–2026 → FY2024–2028"),
        ("dx:from fy:2024", "dx:from fy:2025", "phase-shortened",
         "phase “実施” (Implementation) shortened by 1 year: FY2024–2026 → FY2025–2026"),
        ('dx:printed "実施"', 'dx:printed "運用"', "phase-reworded",
         "the wording or stage of a phase changed: “実施” (Implementation) → “運用” (Implementation)"),
        ("dx:stage stage:implement", "dx:stage stage:expand", "phase-reworded",
         "the wording or stage of a phase changed: “実施” (Implementation) → “実施” (Expansion)"),
    ],
)  # fmt: skip
def test_other_changes_of_a_phase(old: str, new: str, kind: str, message: str, part: Plan, changes: Compare) -> None:
    found = changes(part, part.edit("phase:08236-2022-16-1-2", old, new))
    assert [(c.kind, shorten(c.element)) for c in found] == [(kind, "action:08236-2022-16-1")]
    assert messages(found) == [message]


def test_a_phase_without_years_loses_them_in_words(part: Plan, changes: Compare) -> None:
    phase = "phase:08236-2022-16-1-2"
    new = part.edit(phase, "    dx:from fy:2024 ;\n", "")
    assert [(c.kind, c.before["en"], c.after["en"], c.file, c.line) for c in changes(part, new)] == [
        ("statement-removed", "FY2024 (Reiwa 6)", "", "A", part.line(phase, "dx:from"))
    ]


def test_a_dropped_action_is_told_once_with_its_phases(part: Plan, changes: Compare) -> None:
    gone = ("action:08236-2022-17-2", "phase:08236-2022-17-2-1", "phase:08236-2022-17-2-2")
    new = part.drop(*gone)
    found = changes(part, new)
    assert told(found) == [("dropped", gone[0], "羽鳥出張所の無人化実証実験", "", "A", part.line(gone[0]))]
    assert found[0].message == {
        "ja": "取組計画がなくなった（工程2件とともに）",
        "en": "action dropped (with 2 phases)",
    }
    back = changes(new, part)
    assert told(back) == [("added", gone[0], "", "羽鳥出張所の無人化実証実験", "B", part.line(gone[0]))]
    assert messages(back) == ["action added (with 2 phases)"]


def test_one_phase_of_two_is_dropped(part: Plan, changes: Compare) -> None:
    found = changes(part, part.drop("phase:08236-2022-17-2-1"))
    assert [(c.kind, shorten(c.element), c.file) for c in found] == [("phase-dropped", "action:08236-2022-17-2", "A")]
    assert found[0].before["en"].startswith("FY")
    # In the plan after it, the phase belongs to the action as it is there.
    later = changes(part, successor(part.drop("phase:08236-2022-17-2-1")))
    assert [(c.kind, shorten(c.element), c.file) for c in later] == [
        ("edition", "plan:08236-2027", "B"), ("phase-dropped", "action:08236-2027-17-2", "A"),
    ]  # fmt: skip


def test_an_added_item(plan: Plan, changes: Compare) -> None:
    block = """item:08236-2022-44
    a dx:Item ;
    rdfs:label "まったく新しい取組"@ja ;
    rdfs:label "Something new"@en ;
    skos:notation "44" ;
    schema:position 44 ;
    dx:partOf measure:08236-2022-1-3 .

action:08236-2022-44-1
    a dx:Action ;
    rdfs:label "新しい事業"@ja ;
    dx:partOf item:08236-2022-44 .
"""
    new = plan.insert("item:08236-2022-17", block)
    found = changes(plan, new)
    assert told(found) == [
        ("added", "item:08236-2022-44", "", "まったく新しい取組", "B", new.line("item:08236-2022-44"))
    ]
    assert messages(found) == ["item added (with 1 action)"]


def test_owners_are_told_by_name(plan: Plan, changes: Compare) -> None:
    item = "item:08236-2022-16"
    new = plan.edit(
        item, "dx:responsibleDivision division:08236-行革デジタル推進課", "dx:responsibleDivision division:08236-市民課"
    )
    new = new.edit(item, "dx:scope dx:UnnamedDivisions", "dx:scope dx:AllDivisions")
    assert told(changes(plan, new)) == [
        ("owner-removed", item, "行革デジタル推進課", "", "A", plan.line(item, "dx:responsibleDivision")),
        ("owner-removed", item, "担当課（名称なし）", "", "A", plan.line(item, "dx:scope")),
        ("owner-added", item, "", "市民課", "B", new.line(item, "dx:responsibleDivision")),
        ("owner-added", item, "", "全部署", "B", new.line(item, "dx:scope")),
    ]


def test_links_marks_and_parents(part: Plan, changes: Compare) -> None:
    item = "item:08236-2022-16"
    new = part.edit(item, "    dx:topic topic:one-stop-madoguchi ;\n", "    dx:mark dx:Priority ;\n")
    new = new.edit(item, "dx:addressesAsRead national:1.0-3", "dx:addressesAsRead national:1.0-4")
    new = new.edit(item, "dx:partOf measure:08236-2022-1-3", "dx:partOf measure:08236-2022-1-2")
    found = changes(part, new)
    assert [(c.kind, shorten(c.element), c.file) for c in found] == [
        ("topic-removed", item, "A"), ("national-removed", item, "A"), ("moved", item, "B"),
        ("mark-added", item, "B"), ("national-added", item, "B"),
    ]  # fmt: skip
    assert found[3].message == {"ja": "「重点」の印が付いた", "en": "now marked “priority”"}
    assert sorted(c.kind for c in changes(new, part)) == sorted(
        ["topic-added", "national-removed", "national-added", "mark-removed", "moved"]
    )


@pytest.mark.parametrize(
    ("value", "kind", "back"), [("6", "target-raised", "target-lowered"), ("3.5", "target-lowered", "target-raised")]
)
def test_a_target_is_raised_or_lowered(value: str, kind: str, back: str, part: Plan, changes: Compare) -> None:
    figure = "figure:08236-2022-post-offices-with-terminal"
    new = part.edit(figure, 'dx:value "4"', f'dx:value "{value}"')
    found = changes(part, new)
    assert told(found) == [(kind, "item:08236-2022-4", "4か所", f"{value}か所", "B", new.line(figure, "dx:value"))]
    assert [c.kind for c in changes(new, part)] == [back]
    printed = new.edit(figure, 'dx:printed "４か所"', f'dx:printed "{value}か所"')
    printed = printed.edit(figure, "郵便局：４か所", f"郵便局：{value}か所")
    assert [c.kind for c in changes(part, printed)] == [kind]
    assert "2 other statements" in messages(changes(part, printed))[0]


def test_the_date_of_a_target_and_other_figures(part: Plan, changes: Compare) -> None:
    figure = "figure:08236-2022-post-offices-with-terminal"
    new = part.edit(figure, "dx:asOf fy:2023", "dx:asOf fy:2025")
    assert [(c.kind, c.before["en"], c.after["en"], c.line) for c in changes(part, new)] == [
        ("target-date", "FY2023 (Reiwa 5)", "FY2025 (Reiwa 7)", new.line(figure, "dx:asOf"))
    ]
    total = "figure:08236-2022-actions"
    new = part.edit(total, 'dx:value "77"', 'dx:value "78"')
    assert told(changes(part, new)) == [
        ("figure-changed", "plan:08236-2022", "77事業", "78事業", "B", new.line(total, "dx:value"))
    ]
    # Another unit is no higher target.
    new = part.edit(figure, 'dx:value "4"', 'dx:value "5"').edit(figure, 'dx:unit "か所"', 'dx:unit "局"')
    assert [(c.kind, c.after["ja"]) for c in changes(part, new)] == [
        ("figure-changed", "5局"),
        ("statement-changed", "局"),
    ]
    assert [(c.kind, c.before["ja"]) for c in changes(part, part.drop(figure))] == [("figure-dropped", "4か所")]


def test_the_glossary(part: Plan, changes: Compare) -> None:
    term = "term:08236-2022-AI"
    new = part.edit(term, "人工知能。見出しは英語名を縮めたもの。", "考える機械。")
    assert told(changes(part, new)) == [
        (
            "term-redefined",
            term,
            "人工知能。見出しは英語名を縮めたもの。",
            "考える機械。",
            "B",
            new.line(term, "考える機械"),
        )
    ]
    last = re.findall(r"(?m)^(term:\S+)\n    a dx:Term ;", part.text)[-1]
    assert [(c.kind, shorten(c.element)) for c in changes(part, part.drop(last))] == [("term-dropped", last)]


def test_a_term_in_the_middle_moves_the_others_along(changes: Compare) -> None:
    def glossary(*words: str) -> Plan:
        blocks = [f'term:{PLAN}-{w} a dx:Term ; skos:prefLabel "{w}"@ja ; schema:position {n} ; skos:inScheme glossary:{PLAN} .'
                  for n, w in enumerate(words, start=1)]  # fmt: skip
        return small(f'glossary:{PLAN} a dx:Glossary ; skos:prefLabel "用語"@ja .', *blocks)

    found = changes(glossary("い", "は", "に"), glossary("い", "ろ", "は", "に"))
    assert [(c.kind, c.after["ja"]) for c in found] == [("term-added", "ろ")]
    assert messages(found) == ["added to the glossary (2 other statements changed along with it)"]
    # Where the order itself changes, each place is told.
    assert [c.kind for c in changes(glossary("い", "は", "に"), glossary("に", "ろ", "は", "い"))] == [
        "statement-changed", "term-added", "statement-changed", "statement-changed"
    ]  # fmt: skip


def test_divisions_and_the_period_of_the_plan(part: Plan, changes: Compare) -> None:
    division = "division:08236-税務課"
    new = part.edit(division, '"税務課"@ja', '"市税課"@ja')
    new = new.edit("plan:08236-2022", "dx:lastYear fy:2026", "dx:lastYear fy:2027")
    found = changes(part, new)
    assert told(found) == [
        (
            "period",
            "plan:08236-2022",
            "令和4年度～令和8年度",
            "令和4年度～令和9年度",
            "B",
            new.line("plan:08236-2022", "dx:lastYear"),
        ),
        ("division-renamed", division, "税務課", "市税課", "B", new.line(division, "市税課")),
    ]
    assert messages(found) == [
        "the plan period changed: FY2022–2026 → FY2022–2027", "division renamed: “税務課” → “市税課”"
    ]  # fmt: skip


def test_goals(root: Path, changes: Compare) -> None:
    key = "08221-2023"
    old = Plan((root / f"data/plans/{key}.ttl").read_text(encoding="utf-8"), key)
    goal = "goal:08221-2023-1-1-2-1"
    new = old.edit(goal, "マイナンバーカードの普及促進", "マイナンバーカードを全員に").drop("goal:08221-2023-1-1-1-2")
    assert [(c.kind, shorten(c.element)) for c in changes(old, new)] == [
        ("goal-dropped", "item:08221-2023-1-1-1"), ("goal-reworded", "item:08221-2023-1-1-2"),
    ]  # fmt: skip


def test_anything_else_is_told_as_it_stands(part: Plan, changes: Compare) -> None:
    item = "item:08236-2022-16"
    new = part.edit(item, "氏名や住所を一度伝えれば", "氏名を一度伝えれば")
    found = changes(part, new)
    assert [(c.kind, shorten(c.element), c.line) for c in found] == [
        ("statement-changed", item, new.line(item, "氏名を一度"))
    ]
    assert found[0].message["ja"].startswith("「内容」が変わった: 「氏名や住所を一度伝えれば")
    new = part.edit("erratum:08236-2022-1", 'dx:correctedReading "という。）を"', 'dx:correctedReading "という）を"')
    (change,) = changes(part, new)
    assert change.message["en"] == (
        "“corrected reading” of erratum “Surplus closing bracket” changed: “という。）を” → “という）を”"
    )
    # A comment in one language only, and a change that can be seen in the datatype only.
    new = part.edit(item, '"Studies a counter', '"Tests a counter').edit(
        item, "schema:position 16", 'schema:position "16"'
    )
    assert {(c.kind, c.message["en"].partition(":")[0]) for c in changes(part, new)} == {
        ("statement-changed", "“description (English)” changed"), ("statement-changed", "“position” changed"),
    }  # fmt: skip
    (position,) = (c for c in changes(part, new) if "position" in c.message["en"])
    assert position.before["ja"] != position.after["ja"]


def test_another_iri_is_told(part: Plan, changes: Compare) -> None:
    new = Plan(part.text.replace("deployment:08236-2022-convenience-kofu\n", "deployment:08236-2022-kofu\n"))
    (change,) = changes(part, new)
    assert change.kind == "identifier"
    assert (change.before["ja"], change.after["ja"]) == (
        "deployment:08236-2022-convenience-kofu", "deployment:08236-2022-kofu"
    )  # fmt: skip


def test_blank_nodes_are_compared_by_what_they_say(part: Plan, changes: Compare) -> None:
    def with_body(comment: str) -> Plan:
        said = f'dx:steeredBy [ rdfs:label "委員会"@ja ; rdfs:comment "{comment}" ; dx:ledBy [ rdfs:label "長" ] ] ;'
        return part.edit(
            "plan:08236-2022", "dx:transcription dx:Complete ;", f"dx:transcription dx:Complete ;\n    {said}"
        )

    assert changes(with_body("年1回"), with_body("年1回")) == []
    found = changes(with_body("年1回"), with_body("年2回"))
    assert [(c.kind, shorten(c.element)) for c in found] == [("statement-changed", f"plan:{PLAN}")]
    assert "年1回" in "".join(c.before["ja"] for c in found)
    assert "年2回" in "".join(c.after["ja"] for c in found)


# ---- a plan and the one after it


def renumbered(plan: Plan, first: int, last: int) -> Plan:
    """Items from first to last take the next number, with all that repeats it."""
    text = plan.text
    for n in range(last, first - 1, -1):
        text = re.sub(rf"((?:item|action|phase):{PLAN})-{n}(?=[-\s])", rf"\1-{n + 1}", text)
        text = re.sub(rf"(figure:{PLAN}-actions-of-item)-{n}(?=\s)", rf"\1-{n + 1}", text)
        text = re.sub(rf"(№|No\. ){n}(?!\d)", rf"\g<1>{n + 1}", text)
        text = text.replace(f'"{n}" ;\n    schema:position {n} ;\n    dx:partOf measure',
                            f'"{n + 1}" ;\n    schema:position {n + 1} ;\n    dx:partOf measure')  # fmt: skip
    return Plan(text, plan.key)


def successor(plan: Plan) -> Plan:
    return Plan(plan.text.replace("08236-2022", "08236-2027"), "08236-2027")


def test_only_another_key(plan: Plan, changes: Compare) -> None:
    new = successor(plan)
    assert told(changes(plan, new)) == [
        ("edition", "plan:08236-2027", "08236-2022", "08236-2027", "B", new.line("plan:08236-2027"))
    ]


@pytest.mark.parametrize("key", [PLAN, "08236-2027"])
def test_renumbering_is_told_as_renumbering(key: str, plan: Plan, changes: Compare) -> None:
    block = f"""item:{PLAN}-40
    a dx:Item ;
    rdfs:label "まったく新しい取組"@ja ;
    skos:notation "40" ;
    schema:position 40 ;
    dx:partOf measure:{PLAN}-3-3 .
"""
    new = renumbered(plan, 40, 43).insert(f"item:{PLAN}-41", block)
    if key != PLAN:
        new = successor(new)
    found = changes(plan, new)
    assert Counter(c.kind for c in found if c.kind not in ("statement-changed", "edition")) == {
        "added": 1,
        "renumbered": 4,
    }
    assert [(c.before["ja"], c.after["ja"], shorten(c.element), c.line) for c in found if c.kind == "renumbered"] == [
        (str(n), str(n + 1), f"item:{key}-{n + 1}", new.line(f"item:{key}-{n + 1}", f'"{n + 1}"'))
        for n in (40, 41, 42, 43)
    ]
    # What still names the number elsewhere: divisions and others that are not part of those items.
    assert all(re.search("№4|No. 4", c.before["en"]) for c in found if c.kind == "statement-changed")
    assert ("edition" in [c.kind for c in found]) == (key != PLAN)


@pytest.mark.parametrize(
    ("title", "kinds"),
    [("書かない窓口の導入", ["edition", "renamed"]), ("空き家の利活用", ["edition", "dropped", "added"])],
)
def test_the_same_number_with_another_title(title: str, kinds: list[str], part: Plan, changes: Compare) -> None:
    bare = part.drop(*re.findall(rf"(?m)^((?:action|phase):{PLAN}-16-\S+)$", part.text))
    new = successor(bare.edit(f"item:{PLAN}-16", '"書かない窓口の構築"@ja', f'"{title}"@ja'))
    found = changes(bare, new)
    assert sorted(c.kind for c in found) == sorted(kinds)
    dropped = [c for c in found if c.kind == "dropped"]
    assert [(c.file, c.line) for c in dropped] == [("A", bare.line(f"item:{PLAN}-16"))] * len(dropped)


def test_a_title_printed_elsewhere_is_a_title(part: Plan, changes: Compare) -> None:
    new = part.edit(
        f"item:{PLAN}-17",
        '"オンライン相談窓口（無人窓口実証実験）の設置"@ja',
        '"オンライン相談窓口（無人窓口実証実験）"@ja',
    )
    assert [c.kind for c in changes(part, successor(new))] == ["edition", "renamed"]


def test_another_spelling_is_the_same_title(changes: Compare) -> None:
    def reader(number: int, title: str) -> Plan:
        return small(
            f'item:{PLAN}-{number} a dx:Item ; rdfs:label "{title}"@ja ; skos:notation "{number}" ; dx:partOf plan:{PLAN} .'
        )

    found = changes(reader(1, "ＡＩ－ＯＣＲ"), successor(reader(5, "AI-OCR")))
    assert [(c.kind, c.before["ja"], c.after["ja"]) for c in found if c.kind != "edition"] == [
        ("renamed", "ＡＩ－ＯＣＲ", "AI-OCR"), ("renumbered", "1", "5"),
    ]  # fmt: skip


def test_the_threshold_is_symmetric() -> None:
    assert alike("書かない窓口の構築", "書かない窓口の導入")
    assert not alike("議会のデジタル化", "電子図書館")
    pairs = [("abcdefg", "bcadgfe"), ("オンライン申請の推進", "申請のオンライン化")]
    assert all(alike(x, y) == alike(y, x) for x, y in pairs)


# ---- the whole of it, on small plans

PREFIXES = """@prefix dx: <https://w3id.org/dxplan/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix schema: <https://schema.org/> .
""" + "".join(
    f"@prefix {kind}: <https://w3id.org/dxplan/{kind}/> .\n"
    for kind in ("plan", "item", "action", "phase", "goal", "figure", "term", "glossary", "division", "fy", "stage",
                 "topic", "national", "indicator", "municipality", "deployment")
)  # fmt: skip


def small(*blocks: str) -> Plan:
    return Plan(PREFIXES + f'\nplan:{PLAN} a dx:Plan ; rdfs:label "計画"@ja ; dx:firstYear fy:2022 ; dx:lastYear fy:2026 .\n'
                + "\n".join(blocks) + "\n")  # fmt: skip


SMALL = small(
    'division:08236-市民課 a dx:Division ; rdfs:label "市民課"@ja, "Citizens"@en .',
    f'item:{PLAN}-1 a dx:Item ; rdfs:label "窓口"@ja, "Counter"@en ; skos:notation "1" ; schema:position 1 ; dx:partOf plan:{PLAN} ;'
    f" dx:responsibleDivision division:08236-市民課 ; dx:topic topic:ai ; dx:addressesAsRead national:1.0-3 ; dx:mark dx:New .",
    f'item:{PLAN}-2 a dx:Item ; rdfs:label "窓口"@ja ; skos:notation "2" ; schema:position 2 ; dx:partOf plan:{PLAN} ; dx:scope dx:AllDivisions .',
    f'action:{PLAN}-1-1 a dx:Action ; rdfs:label "予約"@ja ; schema:position 1 ; dx:partOf item:{PLAN}-1 ; dx:usesTerm term:{PLAN}-AI .',
    f'phase:{PLAN}-1-1-1 a dx:Phase ; dx:phaseOf action:{PLAN}-1-1 ; dx:printed "実施" ; dx:stage stage:study ; dx:from fy:2022 ; dx:through fy:2023 .',
    f'phase:{PLAN}-1-1-2 a dx:Phase ; dx:phaseOf action:{PLAN}-1-1 ; dx:printed "実施" ; dx:stage stage:implement ; dx:from fy:2024 ; dx:through fy:2026 .',
    f'goal:{PLAN}-1-1 a dx:Goal ; rdfs:label "全員に"@ja ; schema:position 1 ; dx:goalOf item:{PLAN}-1 .',
    f'figure:{PLAN}-a a dx:Figure ; dx:about goal:{PLAN}-1-1 ; dx:indicator indicator:x ; dx:value 3.0 ; dx:unit "件" ; dx:kind dx:Target ; dx:asOf fy:2023 .',
    f'glossary:{PLAN} a dx:Glossary ; skos:prefLabel "用語"@ja .',
    f'term:{PLAN}-AI a dx:Term ; skos:prefLabel "AI"@ja ; skos:definition "機械"@ja ; skos:inScheme glossary:{PLAN} ; schema:position 1 .',
    f'deployment:{PLAN}-y a dx:Deployment ; rdfs:label "予約"@ja ; dx:mentionedIn item:{PLAN}-1, item:{PLAN}-2 .',
)
_OPPOSITE = {"added": "dropped", "later": "earlier", "lengthened": "shortened", "raised": "lowered"}
_OPPOSITE |= {value: key for key, value in _OPPOSITE.items()}


def opposite(kind: str) -> str:
    """The change that takes a change back."""
    first, dash, last = kind.rpartition("-")
    if first in ("owner", "topic", "national", "mark", "statement"):
        return first + dash + {"added": "removed", "removed": "added"}.get(last, last)
    return first + dash + _OPPOSITE.get(last, last)


def test_the_same_iri_for_something_else_is_not_the_same(changes: Compare) -> None:
    def counter(number: int, *more: str) -> Plan:
        return small(
            f'item:{PLAN}-{number} a dx:Item ; rdfs:label "窓口"@ja ; skos:notation "{number}" ; dx:partOf plan:{PLAN} .',
            f'deployment:{PLAN}-y a dx:Deployment ; rdfs:label "予約"@ja ; dx:mentionedIn item:{PLAN}-1 .',
            *more,
        )

    new = f'item:{PLAN}-1 a dx:Item ; rdfs:label "電子図書館"@ja ; skos:notation "1" ; dx:partOf plan:{PLAN} .'
    found = changes(counter(1), counter(2, new))
    # The statement about the deployment reads the same, but No. 1 is another item now.
    assert sorted((c.kind, c.before["ja"], c.after["ja"]) for c in found) == [
        ("added", "", "電子図書館"), ("renumbered", "1", "2"), ("statement-changed", "窓口", "電子図書館"),
    ]  # fmt: skip
    assert sorted((c.kind, c.before["ja"], c.after["ja"]) for c in changes(counter(2, new), counter(1))) == [
        ("dropped", "電子図書館", ""), ("renumbered", "2", "1"), ("statement-changed", "電子図書館", "窓口"),
    ]  # fmt: skip


def test_the_old_plan_is_not_taken_for_the_new_one(changes: Compare) -> None:
    old = small(f'item:{PLAN}-1 a dx:Item ; rdfs:label "窓口"@ja ; dx:partOf plan:{PLAN} .')
    new = Plan(successor(old).text + f'plan:08236-2027 dx:succeeds plan:{PLAN} .\nplan:{PLAN} a dx:Plan ; rdfs:label "前の計画"@ja .\n',
               "08236-2027")  # fmt: skip
    assert [(c.kind, c.after["ja"]) for c in changes(old, new)] == [
        ("edition", "08236-2027"), ("statement-added", "前の計画"), ("record-added", "前の計画"),
    ]  # fmt: skip


def test_every_kind_has_an_opposite() -> None:
    assert {opposite(kind) for kind in CHANGES} == set(CHANGES)


TRIPLES = sorted((q.triple for q in ox.parse(SMALL.text, format=ox.RdfFormat.TURTLE)), key=str)
# Without its type there would be no plan to compare.
LOOSE = [
    t
    for t in TRIPLES
    if t
    != ox.Triple(
        ox.NamedNode(expand(f"plan:{PLAN}")), ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("dx:Plan"))
    )
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    removed=st.sets(st.sampled_from(LOOSE), max_size=12),
    altered=st.dictionaries(st.sampled_from(LOOSE), st.sampled_from(TRIPLES), max_size=3),
)
def test_no_change_is_silent_and_each_can_be_taken_back(
    removed: set[ox.Triple], altered: dict[ox.Triple, ox.Triple], names: Names, tmp_path: Path
) -> None:
    kept = [t for t in TRIPLES if t not in removed]
    kept = [ox.Triple(t.subject, t.predicate, altered[t].object) if t in altered else t for t in kept]
    edited = Plan(ox.serialize(kept, format=ox.RdfFormat.TURTLE).decode())
    a, b = edition(tmp_path, "A", SMALL), edition(tmp_path, "B", edited)
    there, back = compare(a, b, names).changes, compare(b, a, names).changes
    assert bool(there) == (set(kept) != set(TRIPLES))
    assert compare(b, b, names).changes == []
    one = Counter((c.kind, c.before["ja"], c.after["ja"]) for c in there)
    other = Counter((opposite(c.kind), c.after["ja"], c.before["ja"]) for c in back)
    assert one == other
    for lang in ("ja", "en"):
        assert all("{" not in c.message[lang] and c.message[lang] == c.message[lang].strip() for c in there)


@pytest.mark.parametrize("triple", LOOSE, ids=lambda t: f"{shorten(t.subject.value)} {shorten(t.predicate.value)}")
def test_no_single_statement_can_go_unsaid(triple: ox.Triple, names: Names, tmp_path: Path) -> None:
    less = Plan(ox.serialize([t for t in TRIPLES if t != triple], format=ox.RdfFormat.TURTLE).decode())
    assert compare(edition(tmp_path, "A", SMALL), edition(tmp_path, "B", less), names).changes


# ---- the forms and the command


def test_the_nouns_that_fell_with_an_element() -> None:
    assert counted([])["en"] == ""
    assert counted(["Phase", "Action", "Phase"]) == {
        "ja": "（取組計画1件、工程2件とともに）", "en": " (with 1 action and 2 phases)"
    }  # fmt: skip
    assert counted(["Goal", "Phase", "Figure"])["en"] == " (with 1 goal, 1 phase and 1 figure)"


@pytest.fixture
def two(part: Plan, tmp_path: Path) -> tuple[Path, Path]:
    """Two states of a plan, outside of any project."""
    new = part.edit("item:08236-2022-16", '"書かない窓口の構築"@ja', '"書かない|窓口"@ja')
    new = new.edit("phase:08236-2022-17-1-1", "dx:from fy:2022", "dx:from fy:2023")
    new = new.edit("phase:08236-2022-17-1-1", "dx:through fy:2022", "dx:through fy:2023")
    a, b = tmp_path / "a" / f"{PLAN}.ttl", tmp_path / "b" / f"{PLAN}.ttl"
    for path, text in ((a, part.text), (b, new.text)):
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return a, b


def test_text_in_both_languages(two: tuple[Path, Path], root: Path, run: Callable[..., Result]) -> None:
    a, b = two
    lines = [text.count("\n", 0, text.index(needle)) + 1 for text in [b.read_text(encoding="utf-8")]
             for needle in ('"書かない|窓口"', "    dx:from fy:2023 ;\n    dx:through fy:2023 ;\n    dct:source document:08236-2022 ;\n    dx:locator \"６ 取組事項 №17")]  # fmt: skip
    ja = run("--root", root, "--lang", "ja", "diff", a, b)
    assert ja.exit_code == 1
    assert (
        ja.stdout
        == f"""{a} → {b}
変更2件: 改称1、工程の後ろ倒し1

16 書かない|窓口 (item:08236-2022-16)
  {b}:{lines[0]}: 名称が変わった: 「書かない窓口の構築」→「書かない|窓口」

子育てオンライン相談窓口の開設 (action:08236-2022-17-1)
  {b}:{lines[1]}: 工程「検証」が1年後ろ倒しになった: 令和4年度→令和5年度
"""
    )
    en = run("--root", root, "--lang", "en", "diff", a, b)
    assert en.exit_code == 1
    assert "2 changes: renamed 1, phase shifted later 1\n" in en.stdout
    assert "phase “検証” (Study) shifted later by 1 year: FY2022 → FY2023\n" in en.stdout


def test_json_has_the_documented_keys(two: tuple[Path, Path], root: Path, run: Callable[..., Result]) -> None:
    a, b = two
    result = run("--root", root, "--lang", "en", "diff", a, b, "--format", "json")
    assert result.exit_code == 1
    body = json.loads(result.stdout)
    assert list(body) == ["summary", "changes"]
    assert list(body["summary"]) == ["changes", "elements", *CHANGES]
    assert {key: n for key, n in body["summary"].items() if n} == {
        "changes": 2, "elements": 2, "renamed": 1, "phase-later": 1
    }  # fmt: skip
    first, second = body["changes"]
    assert list(first) == [
        "kind", "element", "elementLabel", "number", "before", "after", "message", "file", "line"
    ]  # fmt: skip
    assert first["element"] == expand("item:08236-2022-16")
    assert first["elementLabel"] == "Building a counter without form-filling"
    assert first["number"] == "16"
    assert set(first["message"]) == {"ja", "en"}
    assert first["file"] == str(b)
    assert (second["before"], second["after"], second["number"]) == ("FY2022", "FY2023", "")


def test_markdown_escapes_what_would_break_it(two: tuple[Path, Path], root: Path, run: Callable[..., Result]) -> None:
    a, b = two
    shown = run("--root", root, "--lang", "ja", "diff", a, b, "--format", "md").stdout.splitlines()
    assert shown[:5] == [
        "**変更2件: 改称1、工程の後ろ倒し1**", "", f"`{a}` → `{b}`", "", "| 要素 | 変わったこと | 箇所 |"
    ]  # fmt: skip
    assert shown[5] == "| --- | --- | --- |"
    assert shown[6].startswith("| 16 書かない\\|窓口 | 名称が変わった: 「書かない窓口の構築」→「書かない\\|窓口」 | `")
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 4 for row in shown[4:])


@pytest.mark.parametrize("form", ["text", "json", "md"])
def test_no_change_is_said_and_is_0(form: str, root: Path, run: Callable[..., Result], two: tuple[Path, Path]) -> None:
    same = run("--root", root, "--lang", "en", "diff", two[0], two[0], "--format", form)
    assert same.exit_code == 0
    if form == "json":
        assert json.loads(same.stdout)["changes"] == []
    else:
        assert "No change." in same.stdout
        assert (
            "違いはありません。" in run("--root", root, "--lang", "ja", "diff", two[0], two[0], "--format", form).stdout
        )


def test_files_below_the_root_are_named_by_their_place_in_it(
    root: Path, run: Callable[..., Result], two: tuple[Path, Path]
) -> None:
    shown = run("--root", root, "--lang", "en", "diff", two[1], root / f"data/plans/{PLAN}.ttl").stdout
    assert f"\n  data/plans/{PLAN}.ttl:" in shown


def test_what_cannot_be_compared(
    root: Path, run: Callable[..., Result], two: tuple[Path, Path], tmp_path: Path
) -> None:
    a, _ = two
    at = ("--root", root, "--lang", "en", "diff", a)
    missing = run(*at, tmp_path / "none.ttl")
    assert (missing.exit_code, "no such file" in missing.stderr) == (3, True)
    broken = tmp_path / f"{PLAN}.ttl"
    broken.write_text("plan:1 a .", encoding="utf-8")
    assert run(*at, broken).exit_code == 3
    other = run(*at, root / "data/reference/topics.ttl")
    assert (other.exit_code, "plan:topics" in other.stderr, "Name a Turtle file of a plan" in other.stderr) == (
        2,
        True,
        True,
    )
    misnamed = tmp_path / "new.ttl"
    shutil.copy(a, misnamed)
    said = run("--root", root, "--lang", "ja", "diff", a, misnamed)
    assert (said.exit_code, f"「{PLAN}.ttl」という名前" in said.stderr) == (2, True)
    assert run(*at, "-").exit_code == 2
    assert run("--root", root, "diff", a).exit_code == 2
    assert run(*at, a, "--format", "xml").exit_code == 2
    for result in (missing, other, said):
        assert "Traceback" not in result.stderr
    with pytest.raises(UsageError):
        Edition.of(read(misnamed, "plans"), "new.ttl")


def test_a_version_that_git_keeps(
    root: Path, run: Callable[..., Result], two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = two
    repository = tmp_path / "repository"
    (repository / "plans").mkdir(parents=True)
    place = repository / "plans" / f"{PLAN}.ttl"
    shutil.copy(a, place)
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "first")):
        subprocess.run(["git", *command], cwd=repository, check=True)
    shutil.copy(b, place)
    monkeypatch.chdir(repository)
    old = f"HEAD:plans/{PLAN}.ttl"
    shown = run("--root", root, "--lang", "en", "diff", old, place)
    assert shown.exit_code == 1
    assert shown.stdout.startswith(f"{old} → ")
    assert "2 changes: renamed 1, phase shifted later 1" in shown.stdout
    assert run("--root", root, "diff", old, old).exit_code == 0
    assert run("--root", root, "diff", old, f"HEAD:./plans/{PLAN}.ttl").exit_code == 0
    for wrong in ("HEAD:plans/none.ttl", "HEAD:plans", "nowhere:plans/a.ttl", f":3:plans/{PLAN}.ttl"):
        result = run("--root", root, "--lang", "en", "diff", wrong, place)
        assert (result.exit_code, "git cannot read it" in result.stderr) == (3, True), wrong
    broken = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], input=b"x y", cwd=repository, capture_output=True, check=True
    )
    assert run("--root", root, "diff", broken.stdout.decode().strip() + ":x.ttl", place).exit_code == 3
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    without = run("--root", root, "--lang", "en", "diff", old, place)
    assert (without.exit_code, "git is not found" in without.stderr) == (3, True)


def test_rendering_knows_its_forms(plan: Plan, names: Names, tmp_path: Path) -> None:
    a = edition(tmp_path, "A", SMALL)
    with pytest.raises(KeyError):
        render(compare(a, a, names), "html", "ja")
