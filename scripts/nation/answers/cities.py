"""What the answers are worked out from: the plans and reports of one municipality, taken together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from nation.answers.observations import Observations
from nation.model import Model
from nation.reference import Reference

__all__ = ["QUESTIONS", "City", "Question", "Row", "Streamed", "question"]

#: A row of an answer; what is unbound is empty.
Row = tuple[object, ...]


@dataclass
class City:
    """A municipality with its plans and reports; nothing that a question joins lies in those of two of them.

    :param iri: the municipality.
    """

    iri: str
    model: Model

    @property
    def reference(self) -> Reference:
        """What all plans share."""
        return self.model.reference

    @cached_property
    def elements(self) -> list[tuple[str, str, str]]:
        """Every element that lies in a collected plan, with the plan and the municipality of the plan."""
        return [
            (element, plan, city)
            for element, node in self.model.nodes.items()
            if "dx:partOf" in node
            for plan, city in self.model.collected(element)
        ]

    @cached_property
    def plans(self) -> list[tuple[str, str, str]]:
        """Every collected plan, with its municipality and the degree of its transcription."""
        model = self.model
        return [
            (plan, city, degree)
            for plan, node in model.nodes.items()
            if "dx:transcription" in node
            for city in model.iris(plan, "dx:municipality")
            for degree in model.iris(plan, "dx:transcription")
        ]

    @cached_property
    def topics(self) -> dict[str, set[str]]:
        """The topics of every element and service, with all broader ones."""
        return {iri: self.model.on_topics(iri) for iri, node in self.model.nodes.items() if "dx:topic" in node}

    def on(self, topic: str) -> list[str]:
        """Return the elements and services on a topic or a narrower one."""
        return [iri for iri, topics in self.topics.items() if topic in topics]

    @cached_property
    def services(self) -> list[tuple[str, str]]:
        """Every service with the municipality that runs it."""
        return [(d, city) for d in self.model.of_kind("Deployment") for city in self.model.iris(d, "dx:municipality")]

    @cached_property
    def observations(self) -> Observations:
        """What its documents say together of each topic and of each national item."""
        return Observations(self)

    def places(self, iri: str) -> Iterator[tuple[str, str]]:
        """Yield the documents that a node is taken from, of those that have a name, with its place in them."""
        for document in self.model.iris(iri, "dct:source"):
            if self.model.is_named(document):
                for place in self.model.texts(iri, "dx:locator"):
                    yield document, place

    def published(self, iri: str) -> Iterator[tuple[str, str, str]]:
        """Yield the municipality that published the document of a node, the document, and the place."""
        for document, place in self.places(iri):
            for city in self.model.publishers(document):
                yield city, document, place

    def or_nothing(self, iri: str, *predicates: str) -> list[str]:
        """Return the things with a name that a node names by some properties, or nothing, which is empty."""
        return [value for value in self.model.iris(iri, *predicates) if self.model.is_named(value)] or [""]


#: What a question has to say of each municipality by itself; its parameters are arguments with defaults.
Streamed = Callable[..., Iterable[Row]]


@dataclass(frozen=True)
class Question:
    """A saved question that is answered municipality by municipality."""

    columns: tuple[str, ...]
    rows: Streamed

    def answer(self, city: City, given: Mapping[str, str]) -> list[Row]:
        """Return what there is to say of a municipality, in order.

        What an error doubles, an answer tells once.

        :param given: values by parameter, named as in the question.
        """
        known = {_ARGUMENTS.get(name, name): value for name, value in given.items()}
        return sorted(set(self.rows(city, **known)), key=lambda row: tuple(map(str, row)))


#: What parameters are called here that are named otherwise in the questions.
_ARGUMENTS = {"asOf": "as_of", "city": "whose"}

#: The questions that are answered municipality by municipality, by name.
QUESTIONS: dict[str, Question] = {}


def question(name: str, *columns: str) -> Callable[[Streamed], Streamed]:
    """Register a function as the answer to a saved question."""

    def registered(rows: Streamed) -> Streamed:
        QUESTIONS[name] = Question(columns, rows)
        return rows

    return registered
