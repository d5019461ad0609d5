"""The hierarchy of a made-up plan: how many policies, measures, items and actions, and what they are about."""

from __future__ import annotations

from collections.abc import Iterator

from nation.drafts import Branch, Draft
from nation.papers import Names
from nation.samples import Element
from nation.wording import printed_number, title

__all__ = ["draw_links", "draw_topics", "grow"]

# How often an element has the topics of its sample; those of another element of its level; else it has any topic.
_OWN, _OTHER = 0.5, 0.85
# How many links of a hundred go to another version than the plan follows: those are told as gaps.
_OTHER_VERSION = 2
# A plan has so many items as its model, more or less.
_FEWEST, _MOST = 0.75, 1.3


def grow(draft: Draft) -> None:
    """Draw the elements of a plan, in the order of the document."""
    wanted = len(draft.layout.elements["Item"])
    for _ in range(50):
        shape = list(_shape(draft))
        items = sum(role == "Item" for role, _, _ in shape)
        if _FEWEST * wanted <= items <= _MOST * wanted:
            break
    running = 0
    above: list[Branch] = []
    left_out = draft.rng.choice((0, 1)) if draft.is_partial else None
    for role, sample, path in shape:
        depth = len(path) - 1
        if role == "Item":
            running += 1
        if left_out is not None and role in ("Item", "Action") and running % 2 == left_out:
            continue
        del above[depth:]
        parent = above[-1] if above else None
        above.append(_branch(draft, role, sample, path, running, parent))
        draft.branches.append(above[-1])


def _shape(draft: Draft) -> Iterator[tuple[str, Element, tuple[int, ...]]]:
    roles, elements = draft.layout.roles, draft.layout.elements

    def below(path: tuple[int, ...], parts: int) -> Iterator[tuple[str, Element, tuple[int, ...]]]:
        role = roles[len(path)]
        for at in range(1, parts + 1):
            sample = draft.rng.choice(elements[role])
            yield role, sample, (*path, at)
            if len(path) + 1 < len(roles):
                yield from below((*path, at), max(1, sample.parts))

    return below((), draft.rng.choice([layout.tops for layout in draft.profile.layouts]))


def _branch(
    draft: Draft, role: str, sample: Element, path: tuple[int, ...], running: int, parent: Branch | None
) -> Branch:
    is_running = draft.layout.is_running and role in ("Item", "Action")
    numbers = (running, *path[len(draft.layout.roles) - 1 :]) if is_running and role == "Action" else path
    numbers = (running,) if is_running and role == "Item" else numbers
    key = "-".join(map(str, (draft.key, *numbers)))
    topics = draw_topics(draft, role, sample)
    if role == "Policy":
        tops = [topic for topic in draft.reference.above if len(draft.reference.above[topic]) == 1]
        names = title(draft.rng, draft.name_of(draft.rng.choice(tops)))
    else:
        names = title(draft.rng, draft.name_of(topics[0])) if topics else Names("その他の取組", "Other undertakings")
    printed = printed_number(draft.layout.numbers[role], numbers) if role != "Action" else f"{path[-1]}行目"
    place = f"{parent.place} {printed}" if parent and role != "Item" else f"取組一覧 {printed}"
    return Branch(
        iri=draft.make(role.lower(), *numbers),
        key=key,
        role=role,
        sample=sample,
        names=names,
        path=numbers,
        topics=topics,
        links=draw_links(draft, sample),
        place=place,
        parent=parent,
    )


def draw_topics(draft: Draft, role: str, sample: Element) -> tuple[str, ...]:
    """Draw the topics of an element; one without any stays without."""
    if not sample.topics:
        return ()
    chance = draft.rng.random()
    if chance < _OWN:
        return draft.only_free(sample.topics)
    others = draft.profile.topics[role]
    if chance < _OTHER and others:
        return draft.only_free(draft.rng.choice(others))
    return tuple(draft.rng.sample(draft.profile.free, min(2, len(sample.topics))))


def draw_links(draft: Draft, sample: Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Draw the national items that an element is linked to, as printed and as read."""
    drawn: list[str] = []
    for _ in range(sample.printed_links + sample.read_links):
        versions = draft.reference.versions
        others = [each for each in versions if each != draft.version]
        is_other = draft.rng.randrange(100) < _OTHER_VERSION
        items = versions[draft.rng.choice(others) if is_other else draft.version]
        at = draft.rng.choice(draft.profile.positions)
        item = items[at - 1] if at <= len(items) else draft.rng.choice(items)
        if item not in drawn:
            drawn.append(item)
    return tuple(drawn[: sample.printed_links]), tuple(drawn[sample.printed_links :])
