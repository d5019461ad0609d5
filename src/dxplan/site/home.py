"""Pages of the whole: the entry, the data set, and what is shown for an address that is not there."""

from __future__ import annotations

from dataclasses import dataclass

from dxplan.asking.answers import Answer
from dxplan.asking.questions import headings
from dxplan.asking.sentences import sentence
from dxplan.iris import BASE, ONTOLOGY
from dxplan.site.material import Material
from dxplan.site.rendering import Page
from dxplan.site.sections.cities import collected
from dxplan.site.sections.elements import below

__all__ = ["HEADLINE", "about", "home", "missing"]

#: The question that the entry answers.
HEADLINE = "cities-without-topic"
# What is counted, by class; each with the page that leads there.
_COUNTED = (
    ("dx:Municipality", "cities"), ("dx:Item", "cities"), ("dx:Action", "cities"), ("dx:Division", "cities"),
    ("dx:Phase", ""), ("dx:Topic", "topic"), ("dx:Term", ""), ("dx:Figure", ""), ("dx:Deployment", ""),
    ("dx:Mention", ""), ("dx:NationalItem", "coverage"),
)  # fmt: skip


def _overview(material: Material) -> list[tuple[str, str, dict[str, int]]]:
    """Return each collected plan with its city and the number of what it holds."""
    things = material.things
    found = []
    for city in things.of_class("dx:Municipality"):
        for plan in collected(city, things):
            parts = list(below(plan, things))
            counted = {name: sum(things.is_a(each, name) for each in parts) for name in ("dx:Item", "dx:Action")}
            found.append((city, plan, counted))
    return found


@dataclass(frozen=True)
class Standing:
    """What the documents of a city say of the topic of the headline.

    :param observation: the IRI under which it is said.
    :param code: how the city stands in the answer; empty for one that is not in it, since it begins in time.
    """

    city: str
    observation: str
    code: str


def _standings(answer: Answer, topic: str, material: Material) -> list[Standing]:
    """Return how every city stands, those of the answer and the others."""
    at, standing = answer.columns.index("city"), answer.columns.index("standing")
    codes = {row[at].value: row[standing].value for row in answer.rows if row[at] and row[standing]}  # type: ignore[union-attr]
    things = material.things
    observed = {things.node(each, "dx:observedCity"): each for each in things.pointing(topic, "dx:observedTopic")}
    return [Standing(city, observed[city], codes.get(city, "")) for city in sorted(city for city in observed if city)]


def home(material: Material) -> Page:
    """Return the entry of the site, which stands at the base."""
    question = material.questions[HEADLINE]
    things = material.things
    answers = {lang: question.ask(material.source, {}, lang) for lang in ("ja", "en")}
    words = {lang: headings(question, answers[lang], material.source, lang) for lang in answers}
    defaults = {parameter.name: parameter.default for parameter in question.parameters}
    values = {
        "counts": [(material.expanded(name), len(things.of_class(name)), at) for name, at in _COUNTED],
        "question": question,
        "sentence": {
            lang: sentence(question, {}, answers[lang], words[lang], material.source, lang) for lang in answers
        },
        "words": {lang: words[lang].words for lang in words},
        "standings": _standings(answers["ja"], defaults["topic"].value, material),
        "as_of": defaults["asOf"],
        "overview": _overview(material),
    }
    titles = {lang: material.names.of(BASE, lang).text for lang in ("ja", "en")}
    return Page("index", "home.html", titles, values, data=True, section="home")


def about(material: Material) -> Page:
    """Return the page of the data set."""
    things = material.things
    values = {
        "subject": BASE,
        "overview": _overview(material),
        "documents": things.of_class("dx:Document"),
        "version": things.text(ONTOLOGY, "owl:versionInfo"),
        "triples": len(material.store),
        "downloads": material.downloads,
    }
    titles = {"ja": "データについて", "en": "About the data"}
    return Page("about", "about.html", titles, values, section="data")


def missing() -> Page:
    """Return the page for an address that is not there."""
    titles = {"ja": "ページが見つかりません", "en": "Page not found"}
    return Page("404", "404.html", titles, listed=False, languages=("ja",))
