"""Errors in elements, goals and rows of lists."""

from __future__ import annotations

from itertools import pairwise

from dxplan.iris import make
from nation.flaws.sites import GAP, WARNING, Site, any_of, flaw, omission
from nation.model import LINKS
from nation.papers import Names, Text, dx, key_of, year

__all__ = ["foreign_division"]


@flaw("Element-one-parent")
def _two_parents(site: Site) -> list[str] | None:
    item = site.choose(i for i in site.free("Item", "dx:partOf") if site.above(i) != site.paper.graph)
    if item is None:
        return None
    site.nodes[item]["dx:partOf"].append(site.above(site.above(item)))
    return [item]


@flaw("Element-parent-above")
def _upside_down(site: Site) -> list[str] | None:
    item = site.choose(site.free("Item"))
    if item is None:
        return None
    measure = make("measure", key_of(item), "up")
    site.add(measure, "Measure", Names("上下の逆転", "Upside down"), item, {"dx:partOf": [item]})
    return [measure]


@flaw("Element-parent-in-plan")
def _of_another_plan(site: Site) -> list[str]:
    project = make("project", site.code, site.first - 9, "stray")
    names = Names("よその計画の事業", "A project of another plan")
    site.add(project, "Project", names, site.paper.graph, {"dx:partOf": [site.paper.graph]})
    return [project]


@flaw("Element-no-cycle")
def _itself(site: Site) -> list[str] | None:
    leaves = [e for role in ("Item", "Action") for e in site.free(role) if not site.model.pointing("dx:partOf", e)]
    leaf = site.choose(leaves)
    if leaf is None:
        return None
    site.nodes[leaf]["dx:partOf"] = [leaf]
    return [leaf]


@flaw("Element-unique-number")
def _same_number(site: Site) -> list[str] | None:
    items = site.free("Item", "skos:notation")
    pairs = [(a, b) for a, b in pairwise(items) if site.above(a) == site.above(b)]
    if not pairs:
        return None
    one, other = site.rng.choice(pairs)
    site.taken |= {one, other}
    site.nodes[one]["skos:notation"] = list(site.nodes[other]["skos:notation"])
    return [one, other]


@flaw("Element-key-of-parent")
def _other_item(site: Site) -> list[str] | None:
    items = [i for i in site.free("Item") if not site.deadline(i)]
    actions = [a for a in site.free("Action") if site.above(a) not in site.taken]
    if not actions or len(items) < 2:
        return None
    action = site.rng.choice(actions)
    item = site.rng.choice([i for i in items if not key_of(action).startswith(f"{key_of(i)}-")])
    site.taken |= {action, item, site.above(action)}
    site.nodes[action]["dx:partOf"] = [item]
    return [action]


def foreign_division(site: Site, near: str) -> str | None:
    """Add a division of another municipality; None where the nation has no other."""
    if site.foreign is None:
        return None
    name = Names(f"架空連携課（{site.paper.key}）", f"Made-up Cooperation Division ({site.paper.key})")
    iri = make("division", key_of(site.foreign), f"架空連携課-{site.paper.key}")
    if iri not in site.nodes:
        site.add(iri, "Division", name, near, {"org:unitOf": [site.foreign]})
    return iri


@flaw("Element-division-of-city")
def _division_of_another(site: Site) -> list[str] | None:
    item = site.choose(site.free("Item"))
    division = foreign_division(site, item) if item else None
    if item is None or division is None:
        return None
    site.nodes[item].setdefault("dx:responsibleDivision", []).append(division)
    return [item]


@flaw("Element-uses-own-term")
def _term_of_another(site: Site) -> list[str] | None:
    users = {t: site.model.pointing("dx:usesTerm", t) for t in site.free("Term")}
    term = site.choose(t for t, using in users.items() if using and not site.taken & set(using))
    if term is None:
        return None
    survey = make("document", site.paper.key, "survey")
    site.paper.put(survey, {
        "a": [dx("Document")],
        "rdfs:label": [Text("別の文書", "ja"), Text("Another document", "en")],
        "dct:publisher": [make("municipality", site.code)],
    })  # fmt: skip
    site.nodes[term]["dct:source"] = [survey]
    site.taken |= set(users[term])
    return list(users[term])


@flaw("Item-covers-its-actions", WARNING)
def _too_short(site: Site) -> list[str] | None:
    found = []
    for item in site.free("Item"):
        actions = site.model.pointing("dx:partOf", item)
        phases = [p for a in actions for p in site.model.pointing("dx:phaseOf", a)]
        years = {y for p in phases for y in site.model.years(p, "dx:from", "dx:through")}
        if len(years) > 1 and not site.taken & {*actions, *phases}:
            found.append((item, actions, phases, min(years)))
    if not found:
        return None
    item, actions, phases, first = site.rng.choice(found)
    phase = make("phase", key_of(item), "own")
    site.add(phase, "Phase", Names("取組事項の工程：継続", "Schedule of the item: carrying on"), item, {
        "dx:phaseOf": [item], "dx:printed": [Text("継続")], "dx:stage": [make("stage", "expand")],
        "dx:from": [year(first)], "dx:through": [year(first)],
    })  # fmt: skip
    site.taken |= {item, *actions, *phases}
    return [item]


@flaw("Item-has-topic", GAP)
def _no_topic(site: Site) -> list[str] | None:
    item = site.choose(site.free("Item", "dx:topic"))
    if item is None:
        return None
    del site.nodes[item]["dx:topic"]
    return [item]


@flaw("Item-addresses-national-item", GAP)
def _no_link(site: Site) -> list[str] | None:
    found = (i for i in site.free("Item") if not any(site.model.iris(w, *LINKS) for w in site.model.within(i)))
    item = site.choose(i for i in found if not any(p in site.taken for p in site.model.pointing("dx:phaseOf", i)))
    if item is None:
        return None
    for name in LINKS:
        site.nodes[item].pop(name, None)
    return [item]


omission("Goal-of-one-element", "dx:goalOf", any_of("Goal", having="dx:goalOf"))
omission("ListEntry-of-one-element", "dx:entryOf", any_of("ListEntry", having="dx:entryOf"))
omission("ListEntry-has-subject", "dx:subject", any_of("ListEntry", having="dx:subject"))


@flaw("Goal-key")
def _goal_of_another(site: Site) -> list[str] | None:
    goal = site.choose(site.free("Goal"))
    item = site.choose(i for i in site.free("Item") if goal and not key_of(goal).startswith(f"{key_of(i)}-"))
    if goal is None or item is None:
        return None
    site.nodes[goal]["dx:goalOf"] = [item]
    return [goal]


@flaw("ListEntry-division-of-city")
def _row_of_another_city(site: Site) -> list[str] | None:
    row = site.choose(r for r in site.free("ListEntry") if site.model.iris(r, "dx:entryOf")[0] not in site.taken)
    division = foreign_division(site, row) if row else None
    if row is None or division is None:
        return None
    site.nodes[row]["dx:division"] = [division]
    return [row]
