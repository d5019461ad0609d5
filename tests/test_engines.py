"""The compiled engine finds what pySHACL finds, in the same words, and refuses what it does not know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import Result
from mutants import document, mutants, small_root

from dxplan.checking.compilation import compile_rules
from dxplan.checking.evaluation import Compiled, Evaluation
from dxplan.checking.findings import Finding
from dxplan.checking.focus import superclasses
from dxplan.checking.rules import RuleBook
from dxplan.checking.validation import validate
from dxplan.corpus import Corpus
from dxplan.documents import Document
from dxplan.errors import RulesError

#: So many parts, so that several processes can share the work.
PARTS = 10
EACH = 4
#: pySHACL takes a third of a second for one. ``make test`` judges every case, so every rule, and one mutant of every
#: eighth case; ``make test-all`` judges the others as well.
EIGHTH = 8
#: The document of our own that pySHACL judges in seconds; it takes ten to twenty for each of the others.
SHORT = ("data/reports/08236-council-2024.ttl",)


@pytest.fixture(scope="module")
def small(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return Corpus(small_root(corpus, tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def small_book(small: Corpus) -> RuleBook:
    return RuleBook(small)


@pytest.fixture(scope="module")
def compiled(small: Corpus, small_book: RuleBook) -> Evaluation:
    return Evaluation(Compiled.of(small_book), small)


def told(findings: list[Finding]) -> list[tuple[object, ...]]:
    return [(f.rule, f.focus, f.path, f.value, f.severity, f.message["ja"], f.message["en"]) for f in findings]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("few", [True, pytest.param(False, marks=pytest.mark.stock)], ids=["few", "others"])
def test_mutants_are_judged_alike(
    few: bool,
    part: int,
    small: Corpus,
    small_book: RuleBook,
    compiled: Evaluation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("CRITICAL", "rdflib.term")  # it tells of every literal that is wrong on purpose
    for number, (name, triples) in enumerate(mutants(EACH)):
        case, mutant_of_it = divmod(number, EACH + 1)
        chosen = mutant_of_it == 0 or (mutant_of_it == 1 and case % EIGHTH == 0)
        if chosen == few and case % PARTS == part:
            mutant = document(name, triples)
            findings, looked_at = compiled.validate([mutant])
            by_reference, looked_at_by_reference = validate(small_book, [mutant], small)
            assert told(findings) == told(by_reference), name
            assert looked_at == looked_at_by_reference, name


def test_there_are_enough_mutants_and_each_rule_is_broken_in_several_ways(
    small_book: RuleBook, compiled: Evaluation
) -> None:
    broken: Counter[str] = Counter()
    count = 0
    for name, triples in mutants(EACH):
        count += 1
        # A rule that is broken often enough already need not be broken by the other mutants of its cases.
        if broken[name.split(".")[1].partition(" ")[0]] < 3:
            broken.update({f.rule for f in compiled.validate([document(name, triples)])[0]})
    assert count >= 500
    assert [rule.id for rule in small_book.rules if broken[rule.id] < 3] == []


def documents() -> list[str]:
    root = Path(__file__).parent.parent
    return [path.relative_to(root).as_posix() for path in sorted(root.glob("data/[pr][le]*[ts]/*.ttl"))]


@pytest.mark.parametrize("name", [pytest.param(d, marks=() if d in SHORT else pytest.mark.stock) for d in documents()])
def test_plans_and_reports_are_judged_alike(name: str, corpus: Corpus, book: RuleBook, evaluation: Evaluation) -> None:
    found = evaluation.validate([corpus.document(corpus.root / name)])
    assert found == validate(book, [corpus.document(corpus.root / name)], corpus)
    assert all(f.line for f in found[0])


@pytest.mark.stock
def test_shared_documents_are_judged_alike(corpus: Corpus, book: RuleBook, evaluation: Evaluation) -> None:
    shared: list[Document] = corpus.documents("reference", "national")
    assert evaluation.validate(shared) == validate(book, shared, corpus)


def test_the_engine_forgets_a_plan_after_it(corpus: Corpus, evaluation: Evaluation) -> None:
    plans = corpus.documents("plans")
    first = [evaluation.validate([plan]) for plan in plans]
    assert [evaluation.validate([plan]) for plan in reversed(plans)] == first[::-1]


def test_no_store_goes_on_from_plan_to_plan(corpus: Corpus, evaluation: Evaluation) -> None:
    """Oxigraph holds in memory what was removed: a thousand plans in one store took five times as long each."""
    evaluation.validate(corpus.documents("plans")[:1])
    assert [name for name, value in vars(evaluation).items() if isinstance(value, ox.Store)] == []


#: What would mean something else, or is not known: a constraint in place of that of Element-one-parent.
REFUSED = {
    "unknown literal": "sh:hasValue 7",
    "unknown datatype": "sh:datatype xsd:date",
    "nested demand": "sh:qualifiedValueShape [ sh:minLength 3 ] ; sh:qualifiedMinCount 1",
    "$this in a filter that does not bind it": "SELECT $this ?value WHERE { $this $PATH ?value . "
    "OPTIONAL { ?other dx:partOf ?value . { ?other a ?k FILTER (?other != $this) } } }",
    "EXISTS": "SELECT $this ?value WHERE { $this $PATH ?value . FILTER EXISTS { ?value a dx:Plan } }",
    "subselect that hides $this": "SELECT $this ?value WHERE { $this $PATH ?value . "
    "{ SELECT ?value WHERE { $this $PATH ?value } } }",
    "grouping without $this": "SELECT $this ?value WHERE { $this $PATH ?value . "
    "{ SELECT (SAMPLE($this) AS $this) ?value WHERE { $this $PATH ?value } GROUP BY ?value } }",
    "a limit": "SELECT $this ?value WHERE { $this $PATH ?value . { SELECT $this WHERE { $this a dx:Item } LIMIT 1 } }",
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_known_is_refused(why: str, project: Path) -> None:
    constraint = REFUSED[why]
    shapes = project / "shapes/element.ttl"
    text = shapes.read_text(encoding="utf-8")
    if constraint.startswith("SELECT"):
        constraint = f'sh:sparql dxsh:Trial ;\n    sh:minCount 1 .\n\ndxsh:Trial\n    a sh:SPARQLConstraint ;\n    sh:prefixes <https://w3id.org/dxplan/shape> ;\n    sh:select """{constraint}"""'
        head, tail = text.split("    sh:minCount 1 ;\n    sh:maxCount 1 ;\n", 1)
        rest, following = tail.split(" .\n", 1)
        text = head + rest + " ;\n    " + constraint + " .\n" + following
    else:
        text = text.replace("    sh:minCount 1 ;\n    sh:maxCount 1 ;\n", f"    {constraint} ;\n", 1)
    shapes.write_text("@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n" + text, encoding="utf-8")
    corpus = Corpus(project)
    with pytest.raises(RulesError) as refused:
        compile_rules(RuleBook(corpus), superclasses(corpus.shared))
    assert "element.ttl:" in refused.value.en
    assert "dxsh:Element-one-parent" in refused.value.en
    assert "--engine pyshacl" in refused.value.en


@pytest.mark.parametrize("options", [(), ("--engine", "pyshacl"), ("--engine", "sparql")])
def test_both_engines_on_the_command_line(options: tuple[str, ...], project: Path, run: Callable[..., Result]) -> None:
    broken = project / "data/national/mappings.ttl"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("    dx:verified true ;\n", "", 1), encoding="utf-8")
    result = run("--root", project, "--lang", "en", "check", broken, *options)
    assert result.exit_code == 1
    assert "Mapping-has-flag" in result.stdout
    assert "(1)" in result.stdout
