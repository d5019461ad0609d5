"""Each answer begins with a sentence that says its result, in both languages, and no more than its rows say."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from click.testing import Result
from stated import EXPECTED, Rows, named

from dxplan.asking import heads, templates
from dxplan.asking.answers import Answer, Headings
from dxplan.asking.parameters import permitted
from dxplan.asking.questions import Question, headings, label, load
from dxplan.asking.rows import Rows as Answered
from dxplan.asking.sentences import sentence
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.errors import RulesError
from dxplan.iris import PREFIXES
from dxplan.site import home
from dxplan.site.material import Material
from dxplan.site.rendering import Renderer
from dxplan.years import date_name

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
LANGUAGES = ("ja", "en")
SEED = 20
Given = Mapping[str, ox.NamedNode | ox.Literal]

#: The links of a city, and of all cities with a whole plan to the version that it cites: a sentence tells their ground.
GROUND = {
    "national-items-left-out-by-city": """
        SELECT DISTINCT ?observation ?printed WHERE {{
            VALUES ?city {{ {city} }}
            ?observation dx:observedCity ?city ; dx:linkedElements ?elements ; dx:linkedInPrint ?printed .
            FILTER (?elements > 0) }}""",
    "national-items-without-local-item": """
        SELECT DISTINCT ?observation ?printed WHERE {{
            ?observation dx:observedCity ?city ; dx:observedItem/skos:inScheme ?version ;
                dx:linkedElements ?elements ; dx:linkedInPrint ?printed .
            ?plan dx:municipality ?city ; dx:transcription dx:Complete ; dx:citesNationalPlan ?version .
            FILTER (?elements > 0) }}""",
}


def asked_with(question: Question, source: StoreSource) -> list[Given]:
    """Return the defaults of a question, and three draws of permitted values."""
    chance = random.Random(f"{SEED} {question.name}")
    known = {parameter.name: permitted(parameter, source) for parameter in question.parameters}
    drawn = [{name: chance.choice(values).value for name, values in known.items()} for _ in range(3)]
    return [{}, *drawn] if known else [{}]


def stated(question: Question, given: Given, answer: Answer, source: StoreSource, lang: str) -> str:
    return sentence(question, given, answer, headings(question, answer, source, lang), source, lang)


def ground(question: Question, terms: Given, source: StoreSource) -> dict[str, int]:
    if question.name not in GROUND:
        return {}
    found = source.select(GROUND[question.name].format(**terms))
    printed = [int(row[1].value) > 0 for row in found.rows if row[1] is not None]
    return {"inPrint": sum(printed), "byReading": len(printed) - sum(printed)}


def assert_reads_well(text: str, lang: str) -> None:
    assert text.endswith("。" if lang == "ja" else "."), text
    assert "None" not in text and "undefined" not in text.casefold(), text
    assert not re.search(r"[{}]|（）|\(\)|「」|“”|、[。、]|。。|  | [,;:](?: |$)| \.(?: |$)|, [,.;]", text), text
    assert not re.search(r"(?<!\d)\b0 rows|0行", text), text
    assert not re.search(r"(?<![\d,.])1 (?:cities|items|actions|rows|plans|topics|divisions|figures)\b", text), text
    for opening, closing in ("「」", "『』", "“”", "（）", "()"):
        assert text.count(opening) == text.count(closing), text


def test_every_question_declares_its_sentence() -> None:
    assert set(EXPECTED) == set(QUESTIONS)
    for question in QUESTIONS.values():
        assert set(question.answers) == set(LANGUAGES), question.name


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_sentence_says_what_the_rows_say(name: str, source: StoreSource) -> None:
    question = QUESTIONS[name]
    for given in asked_with(question, source):
        terms = {each.name: given.get(each.name, each.default) for each in question.parameters}
        for lang in LANGUAGES:
            answer = question.ask(source, given, lang)
            words = headings(question, answer, source, lang)
            told = sentence(question, given, answer, words, source, lang)
            assert_reads_well(told, lang)
            if answer.rows:
                rows = Rows(answer, {key: term.value for key, term in terms.items()}, ground(question, terms, source))
                labels = [label(term, source, lang) for term in terms.values()]
                assert named(told, answer, words, labels, lang) == sorted(EXPECTED[name](rows)), (given, told)


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_row_is_an_answer_too(name: str, source: StoreSource) -> None:
    question = QUESTIONS[name]
    for given in asked_with(question, source):
        for lang in LANGUAGES:
            empty = Answer(question.columns, [])
            told = stated(question, given, empty, source, lang)
            assert_reads_well(told, lang)
            assert told != templates.filled(None, empty, Headings(), {}, lang)
            found = question.ask(source, given, lang)
            assert not found.rows or told != stated(question, given, found, source, lang)


def _fy(year: int) -> ox.NamedNode:
    return ox.NamedNode(f"{PREFIXES['fy']}{year}")


HEADLINES = {
    2022: (
        "「書かない窓口」は、どの市も計画しているか、すでに稼働させています。令和4年度（2022年度）までに着手する計画がなく、"
        "稼働もしていないのは2市です。ひたちなか市、潮来市は令和5年度（2023年度）に着手する計画です。"
        "石岡市では2021年10月からすでに稼働しています。",
        "Every city plans “Counter without form-filling” or runs it already. 2 cities neither plan to begin it by FY2022 "
        "(Reiwa 4) nor run it by then: Hitachinaka City and Itako City plan to begin it in FY2023 (Reiwa 5). "
        "Ishioka City has run it since October 2021.",
    ),
    2024: (
        "「書かない窓口」は、どの市も令和6年度（2024年度）までに着手する計画があるか、すでに稼働させています。"
        "石岡市では2021年10月からすでに稼働しています。",
        "Every city plans to begin “Counter without form-filling” by FY2024 (Reiwa 6) or runs it already. "
        "Ishioka City has run it since October 2021.",
    ),
    2026: (
        "「書かない窓口」は、どの市も令和8年度（2026年度）までに着手する計画があるか、すでに稼働させています。"
        "石岡市では2021年10月からすでに稼働しています。",
        "Every city plans to begin “Counter without form-filling” by FY2026 (Reiwa 8) or runs it already. "
        "Ishioka City has run it since October 2021.",
    ),
}


@pytest.mark.parametrize("year", HEADLINES)
def test_the_headline(year: int, source: StoreSource) -> None:
    question = QUESTIONS["cities-without-topic"]
    for lang, expected in zip(LANGUAGES, HEADLINES[year], strict=True):
        answer = question.ask(source, {"asOf": _fy(year)}, lang)
        assert stated(question, {"asOf": _fy(year)}, answer, source, lang) == expected


CITIES = {"a": ("石岡市", "Ishioka City"), "b": ("潮来市", "Itako City"), "c": ("小美玉市", "Omitama City")}


def headline(standings: Mapping[str, tuple[str, str | None]], source: StoreSource, lang: str) -> str:
    """Return the sentence of made-up rows: of each city a standing, and since when."""
    question = QUESTIONS["cities-without-topic"]
    rows = []
    for city, (standing, since) in standings.items():
        said: dict[str, ox.NamedNode | ox.Literal | None] = {
            "city": ox.NamedNode(f"http://e/{city}"),
            "cityLabel": ox.Literal(CITIES[city][LANGUAGES.index(lang)], language=lang),
            "standing": ox.Literal(standing),
            "since": ox.Literal(since, datatype=ox.NamedNode(PREFIXES["xsd"] + "gYear")) if since else None,
        }
        rows.append(tuple(said.get(column) for column in question.columns))
    return stated(question, {}, Answer(question.columns, rows), source, lang)


def test_of_what_is_not_known_nothing_is_claimed(source: StoreSource) -> None:
    only = {"a": ("unknown", None), "b": ("unknown", None)}
    assert "計画" not in headline(only, source, "ja").partition("（")[0]
    assert "neither" not in headline(only, source, "en")
    some = {"a": ("unknown", None), "b": ("not-in-plan", None)}
    assert "どの市も" not in headline(some, source, "ja")
    assert "1 city neither plans to begin" in headline(some, source, "en")
    assert "Itako City neither plans nor runs it, so far as the collected documents say" in headline(some, source, "en")
    assert "Of Ishioka City it is not known" in headline(some, source, "en")


def test_mentions_broader_topics_and_running_services_are_set_apart(source: StoreSource) -> None:
    rows = {"a": ("mentioned", None), "b": ("broader-only", None), "c": ("in-service", None)}
    ja, en = headline(rows, source, "ja"), headline(rows, source, "en")
    assert (
        "2市です。石岡市、潮来市は、収録した文書では計画も稼働もしていません（石岡市は文書に言及あり、"
        "潮来市は上位の主題だけを計画）。小美玉市（開始時期は不明）ではすでに稼働しています。" in ja
    )
    assert (
        "2 cities neither plan to begin “Counter without form-filling” by FY2026 (Reiwa 8) nor run it by then: " in en
    )
    assert (
        "(the documents of Ishioka City mention it; Itako City plans a broader topic only). Omitama City (since" in en
    )
    running = {"a": ("in-service", "2019"), "b": ("unknown", None)}
    assert headline(running, source, "en").startswith(
        "Ishioka City has run “Counter without form-filling” since 2019. Of"
    )
    assert headline(running, source, "ja").startswith(
        "石岡市では2019年から「書かない窓口」がすでに稼働しています。潮来市に"
    )
    two = {"a": ("in-service", "2019"), "c": ("in-service", None)}
    assert "石岡市（2019年から）、小美玉市（開始時期は不明）ではすでに稼働しています。" in headline(two, source, "ja")
    assert "Ishioka City (since 2019) and Omitama City (since when is not told) run it" in headline(two, source, "en")


ZERO = {
    "cities-without-topic": "どの市にも、令和8年度（2026年度）までに「書かない窓口」に着手する計画があります。",
    "national-items-left-out-by-city": "小美玉市の計画が落とした国の取組事項はありません。",
    "items-without-named-owner": "収録した計画のどの取組事項にも、担当課の名が印刷されています。",
    "core-systems-in-charge": "基幹業務の一覧を載せた計画は、収録した中にありません。取り組まないという意味ではありません。",
    "stages-going-backwards": "工程が前の段階へ戻る取組は、収録した計画にありません。",
}


@pytest.mark.parametrize("name", ZERO)
def test_what_it_means_that_there_is_no_row(name: str, source: StoreSource) -> None:
    question = QUESTIONS[name]
    assert stated(question, {}, Answer(question.columns, []), source, "ja").startswith(ZERO[name])


@pytest.mark.parametrize("name", GROUND)
def test_that_nothing_is_left_out_rests_on_print_or_on_our_reading(name: str, source: StoreSource) -> None:
    question = QUESTIONS[name]
    for city in ("08205", "08223"):  # the links of one are read, those of the other printed
        given = {"city": ox.NamedNode(PREFIXES["municipality"] + city)} if question.parameters else {}
        rests = ground(question, given, source)
        told = {lang: stated(question, given, Answer(question.columns, []), source, lang) for lang in LANGUAGES}
        for words, number in (("印刷された", rests["inPrint"]), ("こちらの読み", rests["byReading"])):
            assert (words in told["ja"]) == (number > 0), told
        for words, number in (("print", rests["inPrint"]), ("our reading", rests["byReading"])):
            assert (words in told["en"]) == (number > 0), told


# ---- Every door says it ----


def test_what_make_prints_the_readmes_and_the_entry_of_the_site_say_the_same(
    run: Callable[..., Result], corpus: Corpus, source: StoreSource
) -> None:
    recipe = subprocess.run(["make", "-n", "all"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    command = next(line for line in recipe.splitlines() if "dxplan ask " in line).partition("dxplan ")[2].split()
    material = Material(corpus, source.store, ROOT / "queries")
    pages = dict(Renderer(material).render(home.home(material)))
    assert run("--root", ROOT, "build").exit_code == 0
    for lang, readme, page in (("ja", "README.ja.md", "index.html"), ("en", "README.md", "index.en.html")):
        printed = run("--root", ROOT, "--lang", lang, *command).stdout
        assert printed in (ROOT / readme).read_text(encoding="utf-8")
        told = printed.splitlines()[0]
        html = unescape(re.sub(r"<[^>]+>", "", pages[page].decode()))
        assert told in html
        assert printed.splitlines()[2] in html  # what was asked
        _assert_every_city_stands(pages[page].decode(), source, lang)


def _assert_every_city_stands(html: str, source: StoreSource, lang: str) -> None:
    question = QUESTIONS[home.HEADLINE]
    answer = question.ask(source, {}, lang)
    words = headings(question, answer, source, lang).words
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    shown = {}
    for code, row in re.findall(r'<tr data-standing="([\w-]+)">(.*?)</tr>', html, re.DOTALL):
        cells = [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        shown[cells[0]] = (code, row, cells)
    for row in rows:
        code, _, cells = shown.pop(row["cityLabel"].value)  # type: ignore[union-attr]
        assert code == row["standing"].value and cells[1] == words[code]  # type: ignore[union-attr]
        if row["since"] is not None:
            assert any(date_name(row["since"].value, lang) in cell for cell in cells[2:])
        if row["elementLabel"] is not None:
            assert row["elementLabel"].value in cells[3]
    topic = question.parameters[0].default
    begun = source.select(
        f"SELECT ?name ?from ?by WHERE {{ ?o dx:observedTopic {topic} ; dx:observedCity/rdfs:label ?name ; "
        f'dx:plannedFrom/rdfs:label ?from ; dx:plannedBy ?by FILTER (lang(?name) = "{lang}" && lang(?from) = "{lang}") }}'
    )
    listed = {name.value: (begins.value, by.value) for name, begins, by in begun.rows if name and begins and by}
    for name, (code, row, cells) in shown.items():  # all others have begun
        assert code == "planned"
        assert cells[2].startswith(listed[name][0])
        assert listed[name][1].rsplit("/", 1)[1] in row  # a link to the element
    assert len(shown) + len(rows) == len(source.select("SELECT ?city { ?city a dx:Municipality }").rows)


def test_the_command_line_says_it_first(run: Callable[..., Result], built: Path) -> None:
    for form in ("table", "md"):
        done = run("--root", built, "--lang", "en", "ask", "cities-without-topic", "--format", form)
        assert done.stdout.splitlines()[:2] == [HEADLINES[2026][1], ""]
    for form in ("csv", "json"):
        assert (
            HEADLINES[2026][1]
            not in run("--root", built, "--lang", "en", "ask", "cities-without-topic", "--format", form).stdout
        )


def test_rows_in_python_have_it(built: Path) -> None:
    import dxplan

    rows = dxplan.open(built, lang="en").ask("cities-without-topic", as_of=2026)
    assert rows.sentence == HEADLINES[2026][1]
    assert repr(rows).startswith(f"{rows.sentence}\n\n{rows.title}\n\n")
    assert rows._repr_html_().startswith(f"<p>{rows.sentence}</p><table>")
    plain = Answered(rows.answer)
    assert plain.sentence == ""
    assert repr(plain) == plain.render()


# ---- How it is declared ----

HEAD = """\
#+ summary: どの計画か
#+ summary_en: Which plans are there?
#+ description: すべて。
#+ description_en: All of them.
#+ tags: [coverage]
"""
QUERY = "SELECT ?plan WHERE { ?plan a <https://w3id.org/dxplan/def#Plan> }\n"
SOUND = '#+ answer:\n#+   ja: "{{ count }}件です。"\n#+   en: |\n#+     There are\n#+     {{ count }}.\n'
BAD = {
    "one language": (
        "#+   en: |\n#+     There are\n#+     {{ count }}.\n",
        "",
        6,
        "write a sentence for each language",
    ),
    "no text": ('"{{ count }}件です。"', "[a]", 7, "#+ answer › ja is a text"),
    "an open tag": ('"{{ count }}件です。"', '"{{ count 件です。"', 7, "#+ answer › ja is no template"),
    "an unknown filter": ("{{ count }}.", "{{ count | nonsense }}.", 10, "nonsense"),
    "an unknown name": ("{{ count }}.", "{{ counts }}.", 10, "counts"),
    "a loop without an end": ("There are", "{% for row in rows %}", 10, "endfor"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_sentence_that_cannot_be_read_is_told_with_file_and_line(name: str, tmp_path: Path) -> None:
    old, new, line, told = BAD[name]
    (tmp_path / "q.rq").write_text(HEAD + SOUND.replace(old, new, 1) + QUERY, encoding="utf-8")
    with pytest.raises(RulesError, match=re.escape(told)) as raised:
        _ = load(tmp_path)["q"].answers
    assert raised.value.exit_code == 4
    assert raised.value.en.startswith(f"{tmp_path / 'q.rq'}:{line}: ")
    assert raised.value.ja.startswith(f"{tmp_path / 'q.rq'}:{line}: ")


def test_a_column_that_is_not_there_is_told(tmp_path: Path, source: StoreSource) -> None:
    broken = SOUND.replace("{{ count }}.", '{{ rows | names("city") }}.')
    (tmp_path / "q.rq").write_text(HEAD + broken + QUERY, encoding="utf-8")
    question = load(tmp_path)["q"]
    answer = question.ask(source, {})
    with pytest.raises(RulesError, match=r"q\.rq:6: #\+ answer › en makes no sentence \('city'\)"):
        stated(question, {}, answer, source, "en")
    assert stated(question, {}, answer, source, "ja") == f"{len(answer.rows)}件です。"


def test_a_question_without_a_sentence_tells_how_many_rows_there_are(tmp_path: Path, source: StoreSource) -> None:
    (tmp_path / "q.rq").write_text(HEAD + QUERY, encoding="utf-8")
    question = load(tmp_path)["q"]
    answer = question.ask(source, {})
    count = len(answer.rows)
    assert stated(question, {}, answer, source, "ja") == f"当てはまるものは{count}行です。"
    assert stated(question, {}, answer, source, "en") == f"{count} rows match."
    one, none = Answer(answer.columns, answer.rows[:1]), Answer(answer.columns, [])
    assert stated(question, {}, one, source, "en") == "1 row matches."
    assert stated(question, {}, none, source, "en") == "Nothing matches."
    assert stated(question, {}, none, source, "ja") == "当てはまるものはありません。"


def test_a_template_cannot_reach_what_it_is_not_given() -> None:
    for written in ("{{ rows.__class__.__mro__ }}", "{{ ''.__class__ }}", "{{ rows[0]._terms }}"):
        answer = Answer(["a"], [(ox.Literal("x"),)])
        with pytest.raises(Exception, match=r"unsafe|access"):
            templates.filled(written, answer, Headings(), {}, "en")


def test_a_head_without_sentences_is_sound() -> None:
    assert "answer" not in heads.read(Path("q.rq"), HEAD + QUERY)
    assert heads.read(Path("q.rq"), HEAD + SOUND + QUERY)["answer"]["en"] == "There are\n{{ count }}."


# ---- How rows are spoken of ----


def text_of(written: str, lang: str, *names: str) -> str:
    rows = [(ox.NamedNode(f"http://e/{quote(name)}"), ox.Literal(name, language=lang)) for name in names]
    return templates.filled(written, Answer(["city", "cityLabel"], rows), Headings(), {}, lang)


def test_lists_are_natural_in_each_language() -> None:
    listed = {0: "", 1: "A", 2: "A and B", 3: "A, B and C", 9: "A, B, C, D, E, F, G, H and I",
              10: "A, B, C, D, E, F, G, H and 2 more"}  # fmt: skip
    for number, expected in listed.items():
        assert text_of('{{ rows | names("city") }}', "en", *"ABCDEFGHIJ"[:number]) == expected
    assert text_of('{{ rows | names("city", unit="市") }}', "ja", *"ABCDEFGHIJ") == "A、B、C、D、E、F、G、H、ほか2市"
    assert text_of('{{ rows | names("city", unit="市") }}', "ja", *"AB", "A") == "A、B"


def test_two_things_of_one_name_are_two() -> None:
    rows = [(ox.NamedNode(f"http://e/{key}"), ox.Literal("府中市", language="ja")) for key in ("13206", "34208")]
    answer = Answer(["city", "cityLabel"], rows)
    assert templates.filled('{{ rows | each("city") | counted("市") }}', answer, Headings(), {}, "ja") == "2市"


def test_quotation_marks_do_not_meet() -> None:
    assert text_of('{{ rows | names("「{city}」") }}', "ja", "「書かない窓口」の導入") == "「『書かない窓口』の導入」"
    assert text_of("{{ rows[0].city | quoted }}", "en", "The “counter”") == "“The ‘counter’”"


def test_numbers_go_with_their_nouns() -> None:
    for number, expected in {0: "0 cities", 1: "1 city", 2: "2 cities", 1741: "1,741 cities"}.items():
        assert text_of(f'{{{{ {number} | counted("city", "cities") }}}}', "en") == expected
    assert text_of('{{ 1741 | counted("市") }}', "ja") == "1,741市"


def test_dates_are_written_out() -> None:
    assert [date_name("2021-10-05", lang) for lang in LANGUAGES] == ["2021年10月5日", "5 October 2021"]
    assert [date_name("2021", lang) for lang in LANGUAGES] == ["2021年", "2021"]
