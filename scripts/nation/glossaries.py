"""The glossary of a made-up plan."""

from __future__ import annotations

from dxplan.iris import key_name
from nation.drafts import Draft
from nation.papers import Names, Text, Value, both, number

__all__ = ["choose_terms", "write_glossary"]

# How many headwords of a hundred are the name of any topic, and not a headword of a real glossary.
_NEW = 12


def choose_terms(draft: Draft) -> None:
    """Choose the headwords, so that elements can use them before the glossary is written."""
    draft.terms = [draft.make("term", key_name(word)) for word in _words(draft)]


def _words(draft: Draft) -> list[str]:
    """Return one spelling of each headword, the spellings of one being drawn at random."""
    count = draft.about(draft.layout.terms)
    topics = [names for topic in draft.reference.spellings for names in [draft.name_of(topic)]]
    words: dict[str, str] = {}
    for variants in draft.rng.sample(draft.profile.headwords, min(count, len(draft.profile.headwords))):
        word = draft.rng.choice(variants).names.ja
        if draft.rng.randrange(100) < _NEW:
            word = draft.rng.choice(topics).ja
        words.setdefault(key_name(word), word)
    return sorted(words.values())


def write_glossary(draft: Draft) -> None:
    """Write the glossary and its terms, with definitions in our own words."""
    if not draft.terms:
        return
    glossary = draft.make("glossary")
    draft.paper.part("用語解説 / Glossary")
    names = Names(f"{draft.names.ja}DX推進計画 用語解説", f"Glossary of the {draft.names.en} DX Promotion Plan")
    draft.paper.add(glossary, "Glossary", names, "用語解説", [("skos:altLabel", Text("用語解説", "ja"))],
                    label="skos:prefLabel")  # fmt: skip
    variants = {key_name(word.names.ja): found for found in draft.profile.headwords for word in found}
    topics = {key_name(names.ja): topic for topic in draft.reference.spellings for names in [draft.name_of(topic)]}
    for position, term in enumerate(draft.terms, 1):
        word = term.removeprefix(draft.make("term", ""))
        statements: list[tuple[str, Value | list[Value]]] = []
        if word in variants:
            sample = draft.rng.choice(variants[word])
            names = sample.names
            statements += [
                ("skos:altLabel", [Text(*other) for other in sample.others]),
                ("skos:exactMatch", list(sample.exact)),
                ("skos:closeMatch", list(sample.close)),
            ]
        else:
            names = draft.name_of(topics[word])
            statements.append(("skos:exactMatch", topics[word]))
        statements += [
            ("schema:position", number(position)),
            ("skos:inScheme", glossary),
            ("skos:definition", both(_defined(draft, names))),
        ]
        draft.paper.add(term, "Term", names, f"用語解説 {names.ja}", statements, label="skos:prefLabel")


def _defined(draft: Draft, names: Names) -> Names:
    return draft.rng.choice(
        (
            Names(f"{names.ja}。市の仕事に用いるものを言う。", f"{names.en}, as the city uses it in its work."),
            Names(f"{names.ja}という語のここでの意味。", f"What {names.en} means here, in short."),
            Names(f"{names.ja}の仕組みと使い道。", f"How {names.en} works, and what it is for."),
        )
    )  # fmt: skip
