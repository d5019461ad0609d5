"""What the doors are tried with is drawn by a seed alone, and means what it says."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from combinations import SEED, Values, combinations, written_forms

from dxplan.asking.parameters import resolve
from dxplan.asking.questions import Question, load
from dxplan.asking.sources import StoreSource


@pytest.fixture(scope="module")
def questions(request: pytest.FixtureRequest) -> dict[str, Question]:
    return load(request.getfixturevalue("root") / "queries")


@pytest.fixture(scope="module")
def values(source: StoreSource) -> Values:
    return Values(source)


def test_each_question_is_tried_with_its_default_and_three_values_of_each_parameter(
    questions: dict[str, Question], values: Values
) -> None:
    drawn = list(combinations(questions.values(), values))
    counted = Counter((each.question.name, each.lang) for each in drawn)
    assert len(counted) == 2 * len(questions)
    for (name, lang), number in counted.items():
        question = questions[name]
        assert number == (4 if question.parameters else 1), name
        own = [each for each in drawn if each.question is question and each.lang == lang and each.values]
        for parameter in question.parameters:
            found = {str(each.values[parameter.name]) for each in own}
            permitted = values.of(parameter)
            assert len(found) == min(3, len(permitted) - 1), f"{name} {parameter.name}"
            assert str(parameter.default) not in found
            assert found <= {str(each.value) for each in permitted}


def test_what_is_drawn_depends_on_the_seed_alone(questions: dict[str, Question], values: Values) -> None:
    few = [questions[name] for name in ("cities-without-topic", "evidence-of-element")]
    told = [str(each) for each in combinations(questions.values(), values) if each.question in few]
    assert [str(each) for each in combinations(few, values)] == told
    assert [str(each) for each in combinations(few, values, seed=SEED + 1)] != told


def test_every_way_to_write_a_value_means_it(
    questions: dict[str, Question], values: Values, source: StoreSource
) -> None:
    random = Random(SEED)
    seen = set()
    for question in questions.values():
        for parameter in question.parameters:
            known = values.of(parameter)
            if (parameter.kind, parameter.values) in seen:
                continue
            seen.add((parameter.kind, parameter.values))
            for each in random.sample(known, min(6, len(known))):
                for form in written_forms(parameter, each, known):
                    assert resolve(parameter, form, source) == each.value, f"{question.name} {parameter.name} {form}"


def test_years_are_written_in_every_way(questions: dict[str, Question], values: Values) -> None:
    (parameter,) = (each for each in questions["cities-without-topic"].parameters if each.kind == "fy")
    known = values.of(parameter)
    forms = {form for each in known for form in written_forms(parameter, each, known)}
    assert {"fy:2024", "2024", "R6", "令和6年度", "令和元年度", "平成30年度", "H30"} < forms
