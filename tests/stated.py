"""The numbers that the sentence of each question must name, counted anew from the rows of its answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

import pyoxigraph as ox

from dxplan.asking.answers import Answer, Headings
from dxplan.years import date_name

__all__ = ["EXPECTED", "Rows", "named"]

Row = dict[str, str | None]


class Rows(list[Row]):
    """Rows as plain texts, and what was asked beside them."""

    def __init__(self, answer: Answer, given: Mapping[str, str], ground: Mapping[str, int] | None = None) -> None:
        super().__init__(
            {name: None if term is None else term.value for name, term in zip(answer.columns, row, strict=True)}
            for row in answer.rows
        )
        self.given = given
        self.ground = ground or {}


def named(sentence: str, answer: Answer, words: Headings, labels: Iterable[str], lang: str) -> list[int]:
    """Return the numbers that a sentence names, in order of size; figures within names and dates are none."""
    texts = {*labels, *words.labels.values(), *words.words.values(), *words.columns.values()}
    dates = set()
    for row in answer.rows:
        for term in row:
            if isinstance(term, ox.Literal):
                texts.add(term.value)
                if date_name(term.value, lang) != term.value:
                    dates.add(date_name(term.value, lang))
    inner = str.maketrans("「」“”", "『』‘’")
    texts |= {text.translate(inner) for text in texts}
    names = {text for text in texts if not re.fullmatch(r"[\d.,-]*\D{0,3}", text)} | dates  # 61件 is no name
    for text in sorted(names, key=len, reverse=True):
        sentence = sentence.replace(text, "…")
    return sorted(int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?!\.\d)", sentence))


def n(rows: Iterable[Row], *columns: str) -> int:
    """Count what is different in the columns, where the first has something."""
    return len({tuple(row[each] for each in columns) for row in rows if row[columns[0]] is not None})


def where(rows: Iterable[Row], column: str, *values: str | None) -> list[Row]:
    return [row for row in rows if row[column] in values]


def having(rows: Iterable[Row], column: str) -> list[Row]:
    return [row for row in rows if row[column] is not None]


def tally(rows: Sequence[Row], column: str, *of: str, most: int = 8) -> list[int]:
    values = list(dict.fromkeys(row[column] for row in having(rows, column)))
    counts = [n(where(rows, column, value), *of) if of else len(where(rows, column, value)) for value in values]
    return [*counts[:most], len(counts) - most] if len(counts) > most + 1 else counts


def more(number: int, most: int = 8) -> list[int]:
    """Return what is told of the names that are not listed."""
    return [number - most] if number > most + 1 else []


def some(*numbers: int) -> list[int]:
    """Return the numbers that are told only where they are not nought."""
    return [number for number in numbers if number]


def top(rows: Iterable[Row], column: str) -> tuple[int, list[Row]]:
    """Return the greatest number in a column, and the rows that have it."""
    listed = list(rows)
    highest = max(int(row[column] or 0) for row in listed)
    return highest, [row for row in listed if int(row[column] or 0) == highest]


def above(rows: Iterable[Row], column: str) -> list[Row]:
    return [row for row in rows if int(row[column] or 0) > 0]


def in_charge(thing: str) -> Callable[[Rows], list[int]]:
    return lambda rows: [n(rows, thing), *tally(where(rows, "ground", "nothing-printed"), "city", thing)]


def cities_without_topic(rows: Rows) -> list[int]:
    return some(len(where(rows, "standing", "not-in-plan", "mentioned", "broader-only", "planned-later")))


def coverage(rows: Rows) -> list[int]:
    linked = above(rows, "elements")
    printed = above(linked, "printed")
    under = [row for row in above(rows, "itemsUnderLink") if row not in linked]
    items = [n(rows, "nationalItem"), n(rows, "city"), len(rows)]
    return [*items, len(linked), len(printed), len(linked) - len(printed), *some(len(under))]


def matrix(rows: Rows) -> list[int]:
    counted = {
        code: len(where(rows, "standing", code)) for code in ("printed", "read", "none", "no-counterpart", "unknown")
    }
    told = some(counted["none"], *more(counted["none"], 3), counted["no-counterpart"], counted["unknown"])
    return [n(rows, "nationalItem"), n(rows, "city"), len(rows), counted["printed"], counted["read"], *told]


def left_out(rows: Rows) -> list[int]:
    none, missing, unknown = (
        n(where(rows, "standing", code), "nationalItem") for code in ("none", "no-counterpart", "unknown")
    )
    printed, read = rows.ground["inPrint"], rows.ground["byReading"]
    return some(
        none, *more(none, 5), missing, *more(missing, 5), unknown,
        printed + read, *((printed, read) if printed and read else ()),
    )  # fmt: skip


def by_division(rows: Rows) -> list[int]:
    most, first = top(rows, "items")
    return [len(rows), most, *([int(first[0]["alone"] or 0)] if len(first) == 1 else more(len(first)))]


def divisions(rows: Rows) -> list[int]:
    most, first = top(rows, "items")
    return [n(rows, "city"), n(rows, "division"), *some(most), *(more(n(first, "city", "division")) if most else [])]


def shared(rows: Rows) -> list[int]:
    most, first = top(rows, "divisions")
    return [n(rows, "item"), *tally(rows, "city", "item"), most, *more(n(first, "city", "item"), 3)]


def by_ground(rows: Rows) -> list[int]:
    unprinted = n(where(rows, "printed", "0"), "plan")
    sums = [sum(int(row[each] or 0) for row in rows) for each in ("printed", "read")]
    return [n(rows, "plan"), *sums, *more(unprinted, 4)]


def versus(rows: Rows) -> list[int]:
    differing = [row for row in rows if Decimal(row["difference"] or 0) != 0]
    pairs = list({(row["indicator"], row["stated"], row["computed"]): row for row in differing}.values())
    shown = pairs[:4] if len(pairs) > 5 else pairs
    told = [int(Decimal(row[each] or 0)) for row in shown for each in ("stated", "computed")]
    return [len(rows), len(rows) - len(differing), *some(len(differing)), *told, *more(len(pairs), 4)]


def study(rows: Rows) -> list[int]:
    told = [int(rows.given["years"]), n(rows, "element"), *tally(rows, "city", "element")]
    return [*told, top(rows, "length")[0], *some(n(having(rows, "reading"), "element"))]


def targets(rows: Rows) -> list[int]:
    key = ("target", "city", "about", "indicator", "due", "unit", "locator")
    measured = n(having(rows, "observed"), *key)
    return [n(rows, *key), measured, n(rows, *key) - measured]


def terms(rows: Rows) -> list[int]:
    most, first = top(rows, "cities")
    single = len(where(rows, "cities", "1"))
    return [len(rows), most, len(first), *more(len(first)), 1, single] if most > 1 else [len(rows), 1]


def topics(rows: Rows) -> list[int]:
    most, first = top(rows, "planned")
    return [len(rows), most, len(first), *more(len(first), 5), *some(len(where(rows, "planned", "0")))]


def lacking(rows: Rows) -> list[int]:
    most, first = top(rows, "others")
    return [int(rows.given["minimum"]), len(rows), *tally(rows, "standing"), most, *more(len(first), 5)]


def one_city(rows: Rows) -> list[int]:
    told = some(len(above(rows, "runningElsewhere")), len(where(rows, "assumed", "true")))
    return [n(rows, "topic"), *tally(rows, "city", "topic"), *told]


def spellings(rows: Rows) -> list[int]:
    by_language = [n(where(rows, "language", lang), "spelling") for lang in ("ja", "en")]
    return [n(rows, "spelling", "language"), *by_language]


def planned(rows: Rows) -> list[Row]:
    return where(rows, "standing", "planned")


PHASE = ("element", "printed", "from", "through")

#: What the sentence must name, by question, where there are rows.
EXPECTED: dict[str, Callable[[Rows], list[int]]] = {
    "actions-by-stage-and-year": lambda rows: [n(rows, "plan"), top(rows, "count")[0]],
    "cities-without-topic": cities_without_topic,
    "core-systems-in-charge": in_charge("system"),
    "coverage-by-national-item": coverage,
    "cross-divisional-work": lambda rows: [
        n(rows, "element"), *tally(rows, "scope", "element"), *tally(rows, "city", "element")],
    "divisions-by-items-and-actions": divisions,
    "duties-of-division-in-year": lambda rows: [
        n(rows, "item"), *some(n(rows, "action"), n(where(rows, "charge", "all-divisions"), "item"))],
    "errata-of-document": lambda rows: [n(rows, "erratum"), *some(n(having(rows, "reading"), "erratum"))],
    "evidence-of-element": lambda rows: [
        n(rows, "document"), len(rows), len(where(rows, "direction", "states")),
        len(rows) - len(where(rows, "direction", "states"))],
    "figures-of-city": lambda rows: [len(rows), n(rows, "indicator"), *tally(rows, "kind")],
    "figures-on-topic": lambda rows: [n(rows, "city"), len(rows), *tally(rows, "city"), n(rows, "indicator")],
    "first-year-of-each-stage": lambda rows: [
        *some(n(planned(rows), "city")), *tally(planned(rows), "stage", "city")],
    "indicators-across-cities": lambda rows: [2, n(rows, "indicator"), len(rows), *tally(rows, "indicator", most=5)],
    "items-by-division": by_division,
    "items-shared-by-divisions": shared,
    "items-without-named-owner": lambda rows: [
        n(rows, "item"), *tally(rows, "city", "item"), n(where(rows, "standing", "scope-only"), "item")],
    "national-coverage-matrix": matrix,
    "national-items-left-out-by-city": left_out,
    "national-items-without-local-item": lambda rows: [
        n(rows, "city", "nationalItem"), *more(n(rows, "city", "nationalItem"), 5)],
    "national-links-by-ground": by_ground,
    "national-links-by-reading": lambda rows: [len(rows), n(rows, "element"), n(rows, "nationalItem")],
    "open-data-by-division": lambda rows: [
        n(rows, "dataset"), *tally(rows, "standing", "city", "dataset"),
        *tally(where(rows, "division", None), "city", "dataset")],
    "phases-after-national-deadline": lambda rows: [n(rows, *PHASE), *tally(rows, "city", *PHASE)],
    "plan-versus-report": versus,
    "procedures-in-charge": in_charge("procedure"),
    "progress-of-elements": lambda rows: [
        n(rows, "element"), *tally(rows, "outcome", "element", "fiscalYear"),
        *some(n(having(rows, "reading"), "element", "fiscalYear"))],
    "reconstructed-readings": lambda rows: [n(rows, "statement"), *tally(rows, "document", "statement", most=6)],
    "spellings-of-topic": spellings,
    "spread-of-topic": lambda rows: [int(rows[0]["newCities"] or 0), *(
        [int(rows[-1]["cities"] or 0)] if len(rows) > 1 else [])],
    "stages-going-backwards": lambda rows: [n(rows, "element")],
    "study-phases-longer-than": study,
    "targets-and-observed-values": targets,
    "targets-due-in-year": lambda rows: [
        n(rows, "target"), *tally(rows, "city", "target"), n(having(rows, "value"), "target")],
    "terms-by-number-of-cities": terms,
    "terms-side-by-side": lambda rows: [
        n(rows, "heading"), n(rows, "city"), len(rows), *some(len(where(rows, "match", "near-topic")))],
    "timeline-of-city": lambda rows: [
        n(rows, "item"),
        *some(n(rows, "action"), n(where(rows, "from", None), "item", "action", "printed", "locator"))],
    "timeline-of-topic": lambda rows: some(n(planned(rows), "element")),
    "title-words-without-term": lambda rows: [n(rows, "word"), n(rows, "element"), *tally(rows, "city", "element")],
    "topic-across-cities": lambda rows: some(n(planned(rows), "element")),
    "topics-by-number-of-cities": topics,
    "topics-lacking-in-city": lacking,
    "topics-of-one-city": one_city,
}  # fmt: skip
