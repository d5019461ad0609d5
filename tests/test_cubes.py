"""The two cubes are RDF Data Cubes, hold what the documents say, and no question on them contradicts another."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from dxplan import building
from dxplan.asking.answers import Answer
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.documents import read
from dxplan.iris import BASE, DX, PREFIXES, make

pytestmark = pytest.mark.xdist_group("cubes")  # what they share is made once

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from nation.answers.cities import QUESTIONS as TRUE  # noqa: E402
from nation.answers.cities import City  # noqa: E402
from nation.model import Model  # noqa: E402
from nation.nation import write_nation  # noqa: E402
from nation.papers import nodes_of, year  # noqa: E402
from nation.reference import read_reference  # noqa: E402

QUESTIONS = load(ROOT / "queries")
SEED, PLANS, REPORTS = 6, 12, 1.0
#: Long before all plans, in each of their years, and long after.
YEARS = (2000, 2012, *range(2019, 2029), 2040)
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
#: How the questions call a standing that is not dx:Planned.
CODES = {
    "InService": "in-service", "Mentioned": "mentioned", "BroaderOnly": "broader-only", "NotInPlan": "not-in-plan",
    "NotKnown": "unknown",
}  # fmt: skip


# ---- RDF Data Cube ----
# https://www.w3.org/TR/vocab-data-cube/#wf: each is to answer false. The constraints on slices (7 to 10, 18), on measure
# dimensions (15 to 17) and on hierarchies of codes (20, 21) have nothing to look at here.

DECLARED = "?structure qb:component/(qb:dimension|qb:measure|qb:attribute)"
CONSTRAINTS = {
    "IC-1, one data set": """ASK {
        ?observation a qb:Observation .
        OPTIONAL { ?observation qb:dataSet ?set } OPTIONAL { ?observation qb:dataSet ?other . FILTER (?other != ?set) }
        FILTER (!bound(?set) || bound(?other))
    }""",
    "IC-2, one structure": """ASK {
        ?set a qb:DataSet .
        OPTIONAL { ?set qb:structure ?structure } OPTIONAL { ?set qb:structure ?other . FILTER (?other != ?structure) }
        FILTER (!bound(?structure) || bound(?other))
    }""",
    "IC-3, a measure": """ASK {
        ?structure a qb:DataStructureDefinition .
        OPTIONAL { ?structure qb:component/qb:measure ?measure . ?measure a qb:MeasureProperty }
        FILTER (!bound(?measure))
    }""",
    "IC-4, dimensions have a range": """ASK {
        ?dimension a qb:DimensionProperty . OPTIONAL { ?dimension rdfs:range ?range } FILTER (!bound(?range))
    }""",
    "IC-5, dimensions of concepts have a list of codes": """ASK {
        ?dimension a qb:DimensionProperty ; rdfs:range skos:Concept .
        OPTIONAL { ?dimension qb:codeList ?list } FILTER (!bound(?list))
    }""",
    "IC-6, only attributes are optional": """ASK {
        ?component qb:componentRequired false . OPTIONAL { ?component qb:attribute ?attribute }
        FILTER (!bound(?attribute))
    }""",
    "IC-11, every dimension has a value": """ASK {
        ?set qb:structure/qb:component/qb:dimension ?dimension . ?observation qb:dataSet ?set .
        OPTIONAL { ?observation ?dimension ?value } FILTER (!bound(?value))
    }""",
    "IC-12, no two observations have the same dimensions": """ASK {
        { SELECT (COUNT(DISTINCT ?observation) AS ?count) {
            ?observation qb:dataSet ?set ; dx:observedCity ?city ; dx:observedTopic|dx:observedItem ?thing
        } GROUP BY ?set ?city ?thing }
        FILTER (?count > 1)
    }""",
    "IC-13, required attributes have a value": """ASK {
        ?set qb:structure/qb:component ?component . ?component qb:componentRequired true ; qb:attribute ?attribute .
        ?observation qb:dataSet ?set . OPTIONAL { ?observation ?attribute ?value } FILTER (!bound(?value))
    }""",
    "IC-14, every measure has a value": """ASK {
        ?set qb:structure/qb:component/qb:measure ?measure . ?observation qb:dataSet ?set .
        OPTIONAL { ?observation ?measure ?value } FILTER (!bound(?value))
    }""",
    "IC-19, codes are from the list": """ASK {
        ?set qb:structure/qb:component/qb:dimension ?dimension . ?dimension qb:codeList ?list .
        ?observation qb:dataSet ?set ; ?dimension ?value .
        OPTIONAL { ?value skos:inScheme ?scheme . FILTER (?scheme = ?list) } FILTER (!bound(?scheme))
    }""",
    # What the constraints take for granted.
    "a component is declared for what it is": """ASK {
        { ?component qb:dimension ?property MINUS { ?property a qb:DimensionProperty } }
        UNION { ?component qb:measure ?property MINUS { ?property a qb:MeasureProperty } }
        UNION { ?component qb:attribute ?property MINUS { ?property a qb:AttributeProperty } }
    }""",
    "an observation has no property but those of its structure": f"""ASK {{
        ?observation qb:dataSet ?set ; ?property ?value . ?set qb:structure ?structure .
        FILTER (?property NOT IN (rdf:type, rdfs:label, qb:dataSet))
        MINUS {{ ?set qb:structure ?structure . {DECLARED} ?property }}
    }}""",
    "a property has one value": """ASK {
        { SELECT (COUNT(DISTINCT ?value) AS ?count) {
            ?observation qb:dataSet ?set ; ?property ?value . FILTER (?property NOT IN (rdf:type, rdfs:label))
        } GROUP BY ?observation ?property }
        FILTER (?count > 1)
    }""",
}  # fmt: skip


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_an_integrity_constraint_holds(name: str, source: StoreSource) -> None:
    assert source.run(PROLOGUE + CONSTRAINTS[name]) is False


BROKEN = {
    "IC-1, one data set": "INSERT DATA { <urn:o> a qb:Observation }",
    "IC-2, one structure": "DELETE WHERE { GRAPH ?g { cube:topic-standing qb:structure ?s } }",
    "IC-3, a measure": "DELETE WHERE { GRAPH ?g { ?c qb:measure dx:standing } }",
    "IC-4, dimensions have a range": "DELETE WHERE { GRAPH ?g { dx:observedCity rdfs:range ?r } }",
    "IC-5, dimensions of concepts have a list of codes": "INSERT DATA { dx:observedTopic rdfs:range skos:Concept }",
    "IC-6, only attributes are optional": "INSERT DATA { cube:topic-standing-city qb:componentRequired false }",
    "IC-11, every dimension has a value": "DELETE WHERE { GRAPH ?g { ?o dx:observedItem national:2.0-3 } }",
    "IC-12, no two observations have the same dimensions": """INSERT DATA {
        <urn:o> a qb:Observation ; qb:dataSet cube:topic-standing ; dx:observedCity municipality:08236 ;
            dx:observedTopic topic:rpa ; dx:standing dx:Planned }""",
    "IC-13, required attributes have a value": "INSERT DATA { cube:topic-standing-mention qb:componentRequired true }",
    "IC-14, every measure has a value": "DELETE WHERE { GRAPH ?g { ?o dx:standing dx:NotInPlan } }",
    "IC-19, codes are from the list": "INSERT DATA { dx:observedTopic qb:codeList <urn:list> }",
    "a component is declared for what it is": "DELETE WHERE { GRAPH ?g { dx:mention a qb:AttributeProperty } }",
    "an observation has no property but those of its structure": """INSERT DATA {
        <https://w3id.org/dxplan/municipality/08236#topic-rpa> dx:since fy:2022 }""",
    "a property has one value": """INSERT DATA {
        <https://w3id.org/dxplan/municipality/08236#topic-rpa> dx:standing dx:NotKnown, dx:NotInPlan }""",
}  # fmt: skip


def test_a_broken_cube_is_told(source: StoreSource) -> None:
    """A constraint that finds nothing in any cube would prove nothing."""
    assert set(BROKEN) == set(CONSTRAINTS)
    quads = list(source.store)
    for name, update in BROKEN.items():
        broken = ox.Store()
        broken.extend(quads)
        broken.update(PROLOGUE + update)
        assert broken.query(PROLOGUE + CONSTRAINTS[name], use_default_graph_as_union=True), name


# ---- What the documents say / 文書の述べること ----


def short(iri: str) -> str:
    return iri.removeprefix(DX).removeprefix(BASE)


@pytest.fixture(scope="module", params=["real", "made-up"])
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StoreSource]:
    """A root and its store: of the real plans, and of a made-up nation that has what the real ones have not.

    Among its plans are one transcribed in part, one that succeeds another, and cities without any; among its services
    some without a date in documents without a date.
    """
    if request.param == "real":
        return ROOT, StoreSource(request.getfixturevalue("snapshot").open())
    root = tmp_path_factory.mktemp("cubes") / "nation"
    write_nation(ROOT, root, PLANS, SEED, REPORTS)
    return root, StoreSource(building.build(Corpus(root), root / "build/store").open())


@pytest.fixture(scope="module")
def kept(held: tuple[Path, StoreSource]) -> StoreSource:
    return held[1]


@pytest.fixture(scope="module")
def cities(held: tuple[Path, StoreSource]) -> list[City]:
    """Every municipality of the reference data with its plans and reports, as they are asserted."""
    root = held[0]
    reference = read_reference(root)
    paths = [path for folder in ("plans", "reports") for path in sorted((root / "data" / folder).glob("*.ttl"))]
    found = []
    for iri in reference.of_kind("Municipality"):
        own = [nodes_of(read(path)) for path in paths if path.name.startswith(iri.rpartition("/")[2])]
        found.append(City(iri, Model(own, reference)))
    return found


def observed(source: StoreSource, dimension: str) -> dict[tuple[str, str], dict[str, str]]:
    """What the store has of each observation, by city and the other dimension."""
    rows = source.select(
        f"""{PROLOGUE} SELECT ?city ?thing ?property ?value {{
            ?observation dx:observedCity ?city ; dx:{dimension} ?thing ; ?property ?value .
            FILTER (?property NOT IN (rdf:type, rdfs:label, qb:dataSet, dx:observedCity, dx:{dimension}))
        }}"""
    ).rows
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for city, thing, name, value in rows:
        assert city is not None and thing is not None and name is not None and value is not None
        assert short(name.value) not in found[city.value, thing.value]
        found[city.value, thing.value][short(name.value)] = value.value
    return found


def differing(
    found: dict[tuple[str, str], dict[str, str]], true: dict[tuple[str, str], dict[str, str]]
) -> list[tuple[str, str, object, object]]:
    """What is not as it should be, so that a failure tells it."""
    return [
        (*map(short, pair), found.get(pair), true.get(pair))
        for pair in {**found, **true}
        if found.get(pair) != true.get(pair)
    ]


def test_every_city_and_topic_has_one_observation_that_says_what_the_documents_say(
    kept: StoreSource, cities: list[City]
) -> None:
    true = {}
    for city in cities:
        told = city.observations
        for topic in city.reference.of_kind("Topic"):
            says = told.standing(topic)
            told_of = {
                "standing": DX + says.kind(told.known_from is not None),
                "plannedFrom": says.planned and year(says.planned[0]),
                "plannedBy": says.planned and says.planned[1],
                "plannedFromAssumed": "true" if says.is_assumed else None,
                "inServiceBy": says.by and year(says.by[0]),
                "inServiceSince": says.since and year(says.since),
                "service": says.by[1] if says.by else says.undated,
                "undatedService": says.undated,
                "mention": says.mention,
                "broaderElement": says.broader,
                "firstStudy": told.first_phase(topic, make("stage", "study")),
                "firstPilot": told.first_phase(topic, make("stage", "pilot")),
                "firstImplementation": told.first_phase(topic, make("stage", "implement")),
            }
            true[city.iri, topic] = {name: value for name, value in told_of.items() if value}
    assert len(true) == len(cities) * len(cities[0].reference.of_kind("Topic")) > 500
    assert differing(observed(kept, "observedTopic"), true) == []


def test_every_city_with_a_plan_and_national_item_has_one_observation_that_says_what_the_plans_say(
    kept: StoreSource, cities: list[City]
) -> None:
    true = {}
    for city in cities:
        told = city.observations
        for item in city.reference.of_kind("NationalItem") if told.plans else ():
            says = told.coverage(item)
            true[city.iri, item] = {
                "linkedElements": str(len(says.elements)),
                "linkedInPrint": str(says.in_print),
                "linkedDirectly": str(says.direct),
                "linkedItems": str(says.tasks),
                "itemsUnderLink": str(says.under),
                "coverage": DX + says.kind(told.known_from is not None),
                **({"counterpart": says.counterparts[0]} if says.counterparts else {}),
            }
    assert len(true) > 100
    assert differing(observed(kept, "observedItem"), true) == []


def test_a_city_is_known_from_the_first_plan_that_was_transcribed_whole(kept: StoreSource, cities: list[City]) -> None:
    rows = kept.select(f"{PROLOGUE} SELECT ?city ?year {{ ?city dx:knownFrom/dx:year ?year }}").rows
    found = {city.value: int(western.value) for city, western in rows if city is not None and western is not None}
    assert found == {c.iri: c.observations.known_from for c in cities if c.observations.known_from is not None}


def test_each_observation_is_called_by_its_city_and_what_it_is_of(kept: StoreSource) -> None:
    rows = kept.select(
        f"{PROLOGUE} SELECT ?o ?city ?thing {{ ?o dx:observedCity ?city ; dx:observedTopic|dx:observedItem ?thing }}"
    ).rows
    for observation, city, thing in rows:
        assert observation is not None and city is not None and thing is not None
        kind, _, key = short(thing.value).partition("/")
        assert observation.value == f"{city.value}#{kind}-{key}"


# ---- No question contradicts another / 問いどうしの一致 ----


def texts(answer: Answer) -> list[dict[str, str]]:
    """The rows of an answer by column; what is unbound is empty."""
    return [
        {name: "" if term is None else term.value for name, term in zip(answer.columns, row, strict=True)}
        for row in answer.rows
    ]


class Asking:
    """All that the headline and its siblings answer."""

    def __init__(self, source: StoreSource) -> None:
        self._source = source
        self.observed = observed(source, "observedTopic")
        self.topics = sorted({topic for _, topic in self.observed})
        self.cities = sorted({city for city, _ in self.observed})
        self.counts = {row["topic"]: row for row in texts(self.ask("topics-by-number-of-cities"))}
        self.only = {row["topic"]: row for row in texts(self.ask("topics-of-one-city"))}

    def ask(self, name: str, **given: ox.NamedNode | ox.Literal) -> Answer:
        return QUESTIONS[name].ask(self._source, given)

    def headline(self, topic: str, as_of: int) -> list[dict[str, str]]:
        return texts(self.ask("cities-without-topic", topic=ox.NamedNode(topic), asOf=ox.NamedNode(year(as_of))))

    def lacking(self, city: str, least: int) -> dict[str, dict[str, str]]:
        rows = texts(self.ask("topics-lacking-in-city", city=ox.NamedNode(city), minimum=ox.Literal(least)))
        assert len(rows) == len({row["topic"] for row in rows}), "one row a topic"
        return {row["topic"]: row for row in rows}


@pytest.fixture(scope="module")
def asking(kept: StoreSource) -> Asking:
    return Asking(kept)


def western(fiscal: str | None) -> float:
    return int(fiscal.rpartition("/")[2]) if fiscal else float("inf")


@pytest.mark.parametrize("as_of", YEARS)
def test_the_headline_says_what_the_documents_say_and_what_the_observation_says(
    as_of: int, asking: Asking, cities: list[City]
) -> None:
    """For all topics and cities; when all years are over, a city is not told here to plan what it is told to lack."""
    known = TRUE["cities-without-topic"]
    for topic in asking.topics:
        found = asking.headline(topic, as_of)
        rows = Counter(tuple(row[name] for name in known.columns) for row in found)
        given = {"topic": topic, "asOf": year(as_of)}
        assert rows == Counter(tuple(map(str, row)) for city in cities for row in known.answer(city, given)), given
        told = {row["city"]: row for row in found}
        assert len(told) == len(found), "one row a city"
        for city in asking.cities:
            says = asking.observed[city, topic]
            assert agree(says, told.get(city), as_of), (short(city), short(topic), says, told.get(city))


def agree(says: dict[str, str], row: dict[str, str] | None, as_of: int) -> bool:
    """Tell whether a row of the headline, or that there is none, goes with an observation."""
    begun = western(says.get("plannedFrom")) <= as_of
    if row is None or begun:
        return begun and row is None
    standing, kind = row["standing"], short(says["standing"])
    if western(says.get("inServiceBy")) <= as_of:
        return standing == "in-service"
    if "undatedService" in says:
        return standing == "unknown"
    if kind == "Planned":
        return (standing, row["since"]) == ("planned-later", says["plannedFrom"])
    if kind == "InService":
        return standing in ("mentioned", "unknown")  # later; by then a document only speaks of it
    return standing == CODES[kind] or (standing == "unknown" and as_of < max(YEARS))


@pytest.mark.parametrize("least", [1, 2, 3])
def test_what_a_city_lacks_is_what_it_is_observed_to_lack(least: int, asking: Asking) -> None:
    for city in asking.cities:
        expected = {
            topic: (CODES[short(says["standing"])], asking.counts[topic]["planned"], says.get("broaderElement", ""))
            for topic in asking.topics
            if (says := asking.observed[city, topic])["standing"] != DX + "Planned"
            and int(asking.counts.get(topic, {"planned": "0"})["planned"]) >= least
        }
        rows = asking.lacking(city, least)
        assert {topic: (row["standing"], row["others"], row["element"]) for topic, row in rows.items()} == expected
        for topic, row in rows.items():
            says = asking.observed[city, topic]
            speaking = [says[name] for name in ("service", "mention") if name in says]
            assert row["evidence"] == (speaking[0] if speaking else ""), (short(city), short(topic))


def number(cities: Iterable[str], asking: Asking, topic: str, *names: str) -> int:
    return sum(any(name in asking.observed[city, topic] for name in names) for city in cities)


def test_as_many_cities_plan_and_run_a_topic_as_are_observed_to(asking: Asking) -> None:
    for topic in asking.topics:
        planned = number(asking.cities, asking, topic, "plannedFrom")
        row = asking.counts.get(topic)
        expected = (planned, number(asking.cities, asking, topic, "service"),
                    number(asking.cities, asking, topic, "plannedFrom", "service"))  # fmt: skip
        assert expected == ((0, 0, 0) if row is None else tuple(int(row[n]) for n in ("planned", "running", "either")))
        assert (row is None) == (expected[2] == 0)
        assert planned == sum(asking.observed[c, topic]["standing"] == DX + "Planned" for c in asking.cities)
        assert (topic in asking.only) == (planned == 1)
    for topic, row in asking.only.items():
        own = asking.observed[row["city"], topic]
        assert (row["begins"], row["element"], row["assumed"]) == (
            own["plannedFrom"], own["plannedBy"], own.get("plannedFromAssumed", "")
        )  # fmt: skip
        others = [city for city in asking.cities if city != row["city"]]
        assert int(row["runningElsewhere"]) == number(others, asking, topic, "service"), short(topic)
