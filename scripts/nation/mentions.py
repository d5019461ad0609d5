"""What a made-up document says of topics without planning them."""

from __future__ import annotations

from random import Random

from dxplan.iris import make
from nation.papers import Names, Paper, key_of
from nation.reference import Reference
from nation.samples import Profile

__all__ = ["write_mentions"]

_FEWEST, _MOST = 5, 40


def write_mentions(rng: Random, paper: Paper, municipality: str, profile: Profile, reference: Reference) -> None:
    """Write some mentions, each of another topic; the rules see to it which of them matter."""
    paper.part("言及 / Mentions")
    kinds = reference.of_kind("MentionKind")
    for topic in rng.sample(profile.free, rng.randint(_FEWEST, _MOST)):
        kind = rng.choice(kinds)
        names, told = reference.names[topic], reference.names[kind]
        paper.add(
            make("mention", key_of(paper.source), key_of(topic)),
            "Mention",
            Names(f"{names.ja}への言及（{told.ja}）", f"Mention of {names.en} ({told.en})"),
            f"本文 {names.ja}",
            [("dx:municipality", municipality), ("dx:topic", topic), ("dx:mentionKind", kind)],
        )
