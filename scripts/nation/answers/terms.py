"""Answers on terms and indicators that several municipalities have: which ones is known when all have been seen.

Rows that may be wanted are put aside in a file, each with what it depends on, and sorted out at the end.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dxplan.iris import PREFIXES
from nation.answers.cities import City, Row, question
from nation.answers.statements import figures
from nation.papers import Text, dx

__all__ = ["Indicators", "Terms"]

_SPELT = PREFIXES["topic"] + "security-policy"
_MATCHES = ("skos:exactMatch", "skos:closeMatch")
# Of the question title-words-without-term: one word and not a phrase, with a letter in it or wholly katakana.
_WORD = re.compile(r"[0-9A-Za-z０-９Ａ-Ｚａ-ｚァ-ヶー.－-]+")
_LETTER = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]|^[ァ-ヶー]+$")


def _headword(term: str, glossary: str) -> str:
    """Return what stands in the key of a term after the key of its plan; nothing where that is not there."""
    return term.partition(f"{glossary.partition('/glossary/')[2]}-")[2]


def _topics(city: City, term: str) -> list[str]:
    return [topic for topic in dict.fromkeys(city.model.iris(term, *_MATCHES)) if city.model.is_a(topic, "Topic")]


@question("spellings-of-topic", "spelling", "language", "origin", "city", "document", "locator")
def _spellings_of_topic(city: City) -> Iterator[Row]:
    for term in city.model.of_kind("Term"):
        if _SPELT not in _topics(city, term):
            continue
        node = city.model.nodes[term]
        for whose, document, place in city.published(term):
            for name in node.get("skos:prefLabel", ()):
                if isinstance(name, Text):
                    yield name.value, name.lang, "headword", whose, document, place
            for name in node.get("skos:altLabel", ()):
                if isinstance(name, Text):
                    yield name.value, name.lang, "other-spelling", whose, document, place


@question("title-words-without-term", "city", "word", "topic", "element", "document", "locator")
def _title_words_without_term(city: City) -> Iterator[Row]:
    model = city.model
    explained: dict[str, set[str]] = defaultdict(set)
    names_of: dict[str, list[str]] = defaultdict(list)
    for term in model.of_kind("Term"):
        for document in model.iris(term, "dct:source"):
            explained[document].update(model.iris(term, *_MATCHES))
            names_of[document] += model.texts(term, "rdfs:label", "skos:prefLabel", "skos:altLabel")
    words = _words(city)
    for element in model.of_kind("Element"):
        for title in model.texts(element, "rdfs:label", lang="ja"):
            for topic in city.topics.get(element, ()):
                found = [name for name in words.get(topic, ()) if name in title]
                if not found:
                    continue
                for word in found:
                    if not _LETTER.search(word) or any(word in each for each in found if each != word):
                        continue
                    for whose, document, place in city.published(element):
                        if topic in explained[document] or any(word in name for name in names_of[document]):
                            continue
                        yield whose, word, topic, element, document, place


def _words(city: City) -> dict[str, list[str]]:
    """Return the names of each topic that are one word."""
    return {
        topic: [name.value for name in names if name.lang == "ja" and _WORD.fullmatch(name.value)]
        for topic, names in city.reference.spellings.items()
    }


class _Aside:
    """Rows put aside in a file, each under a key."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)

    def put(self, key: str, row: Row) -> None:
        self._writer.writerow([key, *row])

    def wanted(self, keys: set[str]) -> Iterator[Row]:
        """Yield the rows whose keys are wanted, and remove the file."""
        self._file.close()
        with self._path.open(encoding="utf-8", newline="") as file:
            for key, *row in csv.reader(file):
                if key in keys:
                    yield tuple(row)
        self._path.unlink()


@dataclass
class _Headword:
    """How many glossaries have a headword, with how many terms, of which how many are linked, and to what."""

    glossaries: int = 0
    terms: int = 0
    linked: int = 0


class Terms:
    """Which terms how many glossaries explain, and how."""

    def __init__(self, room: Path) -> None:
        self._headwords: dict[str, _Headword] = defaultdict(_Headword)
        self._topics: dict[str, set[str]] = defaultdict(set)
        self._linking: Counter[str] = Counter()
        self._aside = _Aside(room / "terms.csv")

    def take(self, city: City) -> None:
        """Take up a municipality."""
        model = city.model
        glossaries: dict[str, set[str]] = defaultdict(set)
        linking: dict[str, set[str]] = defaultdict(set)
        for term in model.of_kind("Term"):
            if term not in model.nodes:
                continue
            topics = _topics(city, term)
            words = set()
            for glossary in model.iris(term, "skos:inScheme"):
                word = _headword(term, glossary)
                words.add(word)
                glossaries[word].add(glossary)
                self._headwords[word].linked += len(topics)
                self._topics[word].update(topics)
                for topic in topics:
                    linking[topic].add(glossary)
            for word in words:
                self._headwords[word].terms += 1
            self._put_aside(city, term, topics, words)
        for word, found in glossaries.items():
            self._headwords[word].glossaries += len(found)
        self._linking.update({topic: len(found) for topic, found in linking.items()})

    def _put_aside(self, city: City, term: str, topics: list[str], words: set[str]) -> None:
        model = city.model
        if not model.is_named(term) or not model.texts(term, "skos:definition", lang="ja"):
            return
        for whose, document, place in city.published(term):
            for topic in topics:
                match = "same-topic" if topic in model.iris(term, _MATCHES[0]) else "near-topic"
                row = (city.reference.names[topic].ja, match, whose, term, document, place)
                self._aside.put(topic, row)
            for word in sorted(words):
                self._aside.put(f"={word}", (word, "same-headword", whose, term, document, place))

    def answers(self) -> Iterator[tuple[str, tuple[str, ...], Iterator[Row]]]:
        """Yield each question with its columns and its answer."""
        # A term whose key is wrong has no headword.
        rows = (
            (word, known.glossaries, len(self._topics[word])) for word, known in sorted(self._headwords.items()) if word
        )
        yield "terms-by-number-of-cities", ("headword", "cities", "topics"), rows
        wanted = {topic for topic, count in self._linking.items() if count > 1}
        wanted |= {
            f"={w}" for w, known in self._headwords.items() if w and known.glossaries > 1 and known.linked < known.terms
        }
        columns = ("heading", "match", "city", "term", "document", "locator")
        yield "terms-side-by-side", columns, self._aside.wanted(wanted)


class Indicators:
    """The figures of indicators that documents of several municipalities measure."""

    def __init__(self, room: Path) -> None:
        self._cities: Counter[str] = Counter()
        self._aside = _Aside(room / "indicators.csv")

    def take(self, city: City) -> None:
        """Take up a municipality."""
        model = city.model
        measured: set[tuple[str, str]] = set()
        for figure in model.of_kind("Figure"):
            kinds = model.iris(figure, "dx:kind")
            if dx("Observed") not in kinds and dx("Target") not in kinds:
                continue
            for source in model.iris(figure, "dct:source"):
                for whose in model.iris(source, "dct:publisher"):
                    if model.is_a(whose, "Municipality"):
                        measured |= {(whose, indicator) for indicator in model.iris(figure, "dx:indicator")}
            for people in model.texts(figure, "dx:population", lang="ja") or [""]:
                for indicator, about, kind, date, value, unit in figures(city, figure):
                    if kind in (dx("Observed"), dx("Target")):
                        for whose, document, place in city.published(figure):
                            row = (indicator, whose, about, people, value, unit, date, kind, document, place)
                            self._aside.put(indicator, row)
        self._cities.update(indicator for _, indicator in measured)

    def answers(self) -> Iterator[tuple[str, tuple[str, ...], Iterator[Row]]]:
        """Yield the question with its columns and its answer."""
        wanted = {indicator for indicator, count in self._cities.items() if count > 1}
        columns = ("indicator", "city", "about", "population", "value", "unit", "asOf", "kind", "document", "locator")
        yield "indicators-across-cities", columns, self._aside.wanted(wanted)
