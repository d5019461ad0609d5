"""Every door of the site gives the answer of the question: the SPARQL page in Chromium, on a host of plain files and
through `dxplan serve`, for each question with its default and drawn values, in both languages: `make test-all`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote, urlencode

import pyoxigraph as ox
import pytest
from browsers import chromium, complaints, forget, hosted, visible, wait
from combinations import LANGUAGES, SEED, Combination, Values, combinations, row_counts, written_forms
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from servers import serving

from dxplan.asking.answers import Answer
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.iris import make
from dxplan.site import workbench

pytestmark = pytest.mark.browser

SHOWN = 1000  # rows that the page shows at once
# So many answers are asked for in one page, which keeps a tab for each.
AT_ONCE = 40
# Asks for an address without leaving the page, and waits for its answer, or for what is told instead.
ASK = """
    const [search, done] = arguments;
    const tell = (told) => { clearInterval(looking); document.removeEventListener('answered', answered); done(told); };
    const answered = ({ detail }) => {
        if (detail.query !== document.querySelector('.active .CodeMirror').CodeMirror.getValue()) return;
        const rows = document.querySelectorAll('.active table.answer tbody tr');
        const cells = [...rows].map(row => [...row.cells].map(cell => cell.textContent));
        tell({ json: JSON.stringify(detail.json), cells, asked: location.search });
    };
    const wrong = () => [...document.querySelectorAll('.problem')].find(each => each.offsetParent);
    const go = (to) => { history.pushState(null, '', location.pathname + to); dispatchEvent(new PopStateEvent('popstate')); };
    go('');
    document.addEventListener('answered', answered);
    const looking = setInterval(() => { if (wrong()) tell({ wrong: wrong().innerText }); }, 50);
    go(search);
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        driver.set_script_timeout(60)
        yield driver


@pytest.fixture(scope="module")
def drawn(source: StoreSource, root: Path) -> list[Combination]:
    return list(combinations(load(root / "queries").values(), Values(source)))


@pytest.fixture(scope="module", params=["files", "server"])
def host(request: pytest.FixtureRequest, published: Path, built: Path) -> Iterator[str]:
    """The address of the site on a host of plain files, and through our server."""
    assert (published / "assets/vendor").is_dir(), "run `make site` first"
    if request.param == "files":
        with hosted(published) as address:
            yield address
    else:
        with serving(built, "--site", published) as served:
            yield served.address


def _search(each: Combination) -> str:
    return "?" + urlencode({"question": each.question.name, **each.by_name})


def _opened(browser: webdriver.Chrome, address: str) -> None:
    """Open a page as a new reader; a page of the workbench would write down what it shows while it is left."""
    browser.get(address.partition("?")[0].rpartition("/")[0] + "/assets/sparql/endpoint.json")
    browser.execute_script("localStorage.clear()")
    browser.get(address)
    wait(browser, lambda: visible(browser, "#controls"))


def _wrong(found: dict[str, Any], each: Combination, source: StoreSource) -> str:
    """Return what is wrong with an answer of the page, nothing for the right one."""
    if "wrong" in found:
        return str(found["wrong"])
    solutions = ox.parse_query_results(found["json"], ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    columns = [variable.value for variable in solutions.variables]
    answer = Answer(columns, [tuple(row[name] for name in columns) for row in solutions])
    expected = each.question.ask(source, each.values, each.lang)
    if answer.columns != expected.columns:
        return f"columns {answer.columns}"
    if row_counts(answer.rows) != row_counts(expected.rows):
        return f"{len(answer.rows)} rows for {len(expected.rows)}, or other ones"
    shown = _cells(answer, each)[:SHOWN]
    if len(found["cells"]) != len(shown):
        return f"{len(found['cells'])} rows shown of {len(answer.rows)}"
    for is_, ought in zip(found["cells"], shown, strict=True):
        if [cell for cell, known in zip(is_, ought, strict=True) if known is not None] != [
            c for c in ought if c is not None
        ]:
            return f"shown {is_} for {ought}"
    return ""


def _cells(answer: Answer, each: Combination) -> list[list[str | None]]:
    """Return what the page shows in each cell; None where only the label of a thing tells it, which no row holds."""
    words = each.question.head.get("words", {})
    columns = answer.columns
    shown = [n for n in columns if not (n.endswith("Label") and n.removesuffix("Label") in columns)]

    def cell(row: dict[str, Any], name: str) -> str | None:
        term, label = row[name], row.get(name + "Label")
        if isinstance(term, ox.Literal):
            return str(words[term.value][each.lang]) if term.value in words else term.value
        if label is not None:
            return str(label.value)
        return "" if term is None else None

    rows = [dict(zip(columns, row, strict=True)) for row in answer.rows]
    return [[cell(row, name) for name in shown] for row in rows]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_answers_as_the_question_does(
    lang: str, host: str, browser: webdriver.Chrome, drawn: list[Combination], source: StoreSource
) -> None:
    wrong = {}
    own = [each for each in drawn if each.lang == lang]
    for number, each in enumerate(own):
        if number % AT_ONCE == 0:
            _opened(browser, host + workbench.LINKS[lang])
            forget(browser)
        found = browser.execute_async_script(ASK, _search(each))
        if said := _wrong(found, each, source):
            wrong[str(each)] = said
    assert complaints(browser) == []
    assert wrong == {}
    assert len(own) >= 90


def test_what_a_person_writes_means_the_same_in_the_page(
    host: str, browser: webdriver.Chrome, root: Path, source: StoreSource
) -> None:
    """Written in every way; what means nothing there means nothing here."""
    values = Values(source)
    random = Random(SEED)
    written: list[tuple[str, str, str, str]] = []
    for question in load(root / "queries").values():
        for parameter in question.parameters:
            known = values.of(parameter)
            for each in random.sample(known, min(8, len(known))):
                for form in written_forms(parameter, each, known):
                    written.append((question.name, parameter.name, form, str(each.value)))
            for form in ("", " ", "none such", "topic:", "R99", "1400", "https://example.org/", "令和", "\\", '"} ?x'):
                written.append((question.name, parameter.name, form, ""))
    _opened(browser, host + "sparql.html")
    found = browser.execute_async_script(
        """
        const [written, done] = arguments;
        Promise.all([import(new URL('assets/sparql/saved.js', document.baseURI)), fetch('assets/sparql/questions.json')])
            .then(async ([{ Questions }, answer]) => {
                const questions = new Questions(await answer.json());
                done(written.map(([question, name, form]) => {
                    const asked = questions.asked(new URLSearchParams([['question', question], [name, form]]).toString(), 'ja');
                    return (asked.wrong.length > 0) === (asked.values[name] === undefined) ? asked.values[name] ?? '' : asked;
                }));
            });
        """,
        [each[:3] for each in written],
    )
    assert [(*each[:3], term) for each, term in zip(written, found, strict=True) if each[3] != term] == []
    assert len(written) > 1_000


WRONG = {
    "question=cities-without-topic&topic=電子図書": (
        "topic 電子図書: 見つかりません。近いもの: 電子図書館", "topic 電子図書: not found. Did you mean: 電子図書館"),
    "question=cities-without-topic&topic=rpa&as-of=1400": ("as-of 1400: 2000〜", "as-of 1400: give a fiscal year from"),
    "question=cities-without-topic&topic=rpa&topic=ai": ("topic: 値は一つだけ", "topic: give one value only"),
    "question=cities-without-topic&asOf=R4&as-of=R5": ("as-of: 値は一つだけ", "as-of: give one value only"),
    "question=cities-without-topic&city=08236": ("あるもの: topic、as-of", "It has: topic, as-of"),
    "question=cities-without-topc": ("近いもの: cities-without-topic", "Did you mean: cities-without-topic"),
    "question=items-by-division&lang=fr": ("lang=fr: ja か en", "lang=fr: give ja or en"),
    "question=evidence-of-element&element=職員研修": ("element 職員研修: ", "element 職員研修: "),
    "question=timeline-of-city&city=": ("見つかりません", "not found"),
    "topic=rpa": ("質問（question）がない", "means nothing without a question"),
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_cannot_be_asked_is_told_and_nothing_else_is_asked(
    lang: str, host: str, browser: webdriver.Chrome
) -> None:
    _opened(browser, f"{host}{workbench.LINKS[lang]}?question=items-by-division")
    wait(browser, lambda: visible(browser, "table.answer"))  # it is there still for one who comes back
    for search, words in WRONG.items():
        browser.get(f"{host}{workbench.LINKS[lang]}?{search}")
        (told,) = wait(browser, lambda: visible(browser, "#told"))
        assert words[LANGUAGES.index(lang)] in told.text, search
        assert visible(browser, "#workbench, #controls, table.answer") == [], search
        assert unquote(browser.current_url) == f"{host}{workbench.LINKS[lang]}?{search}"
        switch = browser.find_element(By.CLASS_NAME, "switch").get_attribute("href")
        assert unquote(str(switch)).endswith(f"?{search}"), search


def test_a_value_is_chosen_anew_where_it_was_not_found(host: str, browser: webdriver.Chrome) -> None:
    _opened(browser, host + "sparql.en.html")
    browser.get(host + "sparql.en.html?question=cities-without-topic&topic=none-such&as-of=R4")
    wait(browser, lambda: visible(browser, "#told"))
    topic = Select(browser.find_element(By.NAME, "topic"))
    assert topic.first_selected_option.get_attribute("value") == ""
    year = Select(browser.find_element(By.NAME, "asOf")).first_selected_option
    assert year.text.startswith("FY2022")
    browser.find_element(By.ID, "open").click()
    assert visible(browser, "#told") and not visible(browser, "#workbench")  # the field asks to be filled
    topic.select_by_visible_text("Counter without form-filling")
    browser.find_element(By.ID, "open").click()
    wait(browser, lambda: visible(browser, "table.answer"))
    assert not visible(browser, "#told")
    assert len(visible(browser, ".active table.answer tbody tr")) == 3


def _text(browser: webdriver.Chrome) -> str:
    return str(browser.execute_script("return document.querySelector('.active .CodeMirror').CodeMirror.getValue()"))


def _write(browser: webdriver.Chrome, text: str) -> None:
    browser.execute_script("document.querySelector('.active .CodeMirror').CodeMirror.setValue(arguments[0])", text)


def _shown(browser: webdriver.Chrome) -> list[list[str]]:
    """The cells of the answer that is shown, as soon as there is one."""
    script = """
        const table = document.querySelector('.active table.answer');
        return table?.offsetParent ? [...table.tBodies[0].rows].map(row => [...row.cells].map(cell => cell.textContent)) : null;
    """
    found: list[list[str]] = wait(browser, lambda: browser.execute_script(script))
    return found


def test_the_language_of_the_page_is_that_of_the_answer_unless_the_address_names_one(
    host: str, browser: webdriver.Chrome
) -> None:
    _opened(browser, host + "sparql.en.html")
    for page, search, word in (
        ("sparql.html", "", "小美玉市"),
        ("sparql.en.html", "", "Omitama City"),
        ("sparql.html", "&lang=en", "Omitama City"),
        ("sparql.en.html", "&lang=ja", "小美玉市"),
        ("sparql.en.html", "&lang=en", "Omitama City"),
    ):
        browser.get(f"{host}{page}?question=cities-without-topic&topic=denshi-toshokan&as-of=2020{search}")
        assert word in {row[0] for row in _shown(browser)}
        kept = search if (search == "&lang=en") == (page == "sparql.html") else ""
        wait(browser, lambda kept=kept: browser.current_url.endswith(f"fy%2F2020{kept}"))  # type: ignore[misc]


def test_the_other_language_and_a_copied_link_keep_question_and_values(host: str, browser: webdriver.Chrome) -> None:
    _opened(browser, host + "sparql.html")
    browser.get(host + "sparql.html?question=timeline-of-city&city=石岡市")
    rows = _shown(browser)
    assert rows
    browser.find_element(By.CLASS_NAME, "switch").click()
    english = _shown(browser)
    assert browser.current_url.startswith(host + "sparql.en.html?question=timeline-of-city&city=")
    assert Select(browser.find_element(By.NAME, "city")).first_selected_option.text.startswith("Ishioka")
    assert len(english) == len(rows) and english != rows
    copied = _copied(browser)
    assert copied == browser.current_url
    Select(browser.find_element(By.NAME, "city")).select_by_index(0)
    browser.find_element(By.ID, "open").click()
    wait(browser, lambda: browser.current_url != copied)
    browser.back()
    wait(browser, lambda: browser.current_url == copied)
    wait(browser, lambda: _shown(browser) == english)


def _copied(browser: webdriver.Chrome) -> str:
    """What the button copies."""
    browser.execute_script("navigator.clipboard.writeText = async text => { window.copied = text; }")
    browser.find_element(By.ID, "copy").click()
    return str(wait(browser, lambda: browser.execute_script("return window.copied")))


def test_the_other_language_and_a_copied_link_keep_what_was_changed(host: str, browser: webdriver.Chrome) -> None:
    _opened(browser, host + "sparql.html")
    browser.get(host + "sparql.html?question=timeline-of-city&city=08205")
    count = len(_shown(browser))
    changed = (
        _text(browser).replace("SELECT ?item ", "SELECT DISTINCT ?city ?item ") + 'LIMIT 7 # VALUES ?lang { "ja" }\n'
    )
    _write(browser, changed)
    browser.find_element(By.ID, "run").click()
    wait(browser, lambda: len(_shown(browser)) == 7 < count)
    assert unquote(browser.current_url).endswith('LIMIT 7 # VALUES ?lang { "ja" }\n')
    copied = _copied(browser)
    browser.find_element(By.CLASS_NAME, "switch").click()
    wait(browser, lambda: "sparql.en.html" in browser.current_url)
    english = _shown(browser)
    assert _text(browser) == changed.replace(
        'VALUES ?lang { "ja" }\n', 'VALUES ?lang { "en" }\n', changed.count("?lang {") - 1
    )
    assert len(english) == 7 and english[0][0].startswith("Ishioka")
    _opened(browser, host + "sparql.html")
    browser.get("about:blank")
    browser.get(copied)
    assert len(_shown(browser)) == 7
    assert _text(browser) == changed


def test_a_tab_is_found_again_with_its_own_answer(host: str, browser: webdriver.Chrome) -> None:
    """Asking what was asked before shows that tab, not the one that was looked at; what was changed in it stays."""
    _opened(browser, host + "sparql.html")
    for name in ("topics-of-one-city", "plan-versus-report", "topics-of-one-city"):
        Select(browser.find_element(By.ID, "question")).select_by_value(name)
        browser.find_element(By.ID, "open").click()
        wait(browser, lambda n=name: _text(browser).startswith(f"# {n}: "))  # type: ignore[misc]
        wait(browser, lambda n=name: browser.current_url.endswith(n))  # type: ignore[misc]
        _shown(browser)
    assert len(browser.find_elements(By.CSS_SELECTOR, ".tabsList .tab")) == 3
    browser.find_elements(By.CSS_SELECTOR, ".tabsList .tab a")[1].click()
    browser.find_element(By.XPATH, "//div[contains(@class, 'tab')]//a[contains(., 'plan-versus-report')]").click()
    wait(browser, lambda: browser.current_url.endswith("plan-versus-report"))
    assert browser.find_element(By.ID, "question").get_attribute("value") == "plan-versus-report"


def test_an_address_that_holds_no_query_is_told(host: str, browser: webdriver.Chrome) -> None:
    _opened(browser, host + "sparql.en.html")
    browser.get("about:blank")
    browser.get(host + "sparql.en.html#query=%E0%A4%A")
    (told,) = wait(browser, lambda: visible(browser, "#told"))
    assert "cannot be read" in told.text


# ---- the page of a question


PAGES = {"ja": "questions/{}.html", "en": "questions/{}.en.html"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_a_question_does_not_show_its_answer_as_that_for_other_values(
    lang: str, published: Path, browser: webdriver.Chrome, source: StoreSource, root: Path
) -> None:
    question = load(root / "queries")["spread-of-topic"]
    expected = question.ask(source, {"topic": ox.NamedNode(make("topic", "rpa"))}, lang)
    with hosted(published) as host:
        page = host + PAGES[lang].format("spread-of-topic")
        browser.get(page + "?topic=RPA")
        (told,) = wait(browser, lambda: visible(browser, "#told:has(a)"))
        assert {"ja": "主題: RPA", "en": "topic: Robotic process automation"}[lang] in told.text
        assert visible(browser, "[data-default], table.answer") == []
        assert Select(browser.find_element(By.NAME, "topic")).first_selected_option.get_attribute("value") == make(
            "topic", "rpa"
        )
        switch = str(browser.find_element(By.CLASS_NAME, "switch").get_attribute("href"))
        assert switch.endswith(PAGES["en" if lang == "ja" else "ja"].format("spread-of-topic") + "?topic=RPA")
        told.find_element(By.TAG_NAME, "a").click()
        assert len(_shown(browser)) == len(expected.rows)
        assert f"/{workbench.LINKS[lang]}?question=spread-of-topic&topic=" in browser.current_url
        for search in ("topic=none", "city=08236", "lang=fr"):
            browser.get(f"{page}?{search}")
            (told,) = wait(browser, lambda: visible(browser, "#told:has(a)"))
            assert search.partition("=")[0] in told.text
            assert visible(browser, "[data-default]") == []
        browser.get(page + "?topic=kakanai-madoguchi")  # what it holds anyway
        wait(browser, lambda: visible(browser, "[data-default]"))
        assert visible(browser, "#told") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_values_are_chosen_on_the_page_of_a_question(
    lang: str, host: str, browser: webdriver.Chrome, source: StoreSource, root: Path
) -> None:
    browser.get(host + PAGES[lang].format("cities-without-topic"))
    Select(browser.find_element(By.NAME, "topic")).select_by_value(make("topic", "denshi-toshokan"))
    Select(browser.find_element(By.NAME, "asOf")).select_by_value(make("fy", 2020))
    browser.find_element(By.CSS_SELECTOR, "#choose button").click()
    values = {"topic": ox.NamedNode(make("topic", "denshi-toshokan")), "asOf": ox.NamedNode(make("fy", 2020))}
    expected = load(root / "queries")["cities-without-topic"].ask(source, values, lang)
    assert [row[0] for row in _shown(browser)] == [row[1].value for row in expected.rows if row[1]]
    browser.get(host + PAGES[lang].format("evidence-of-element"))  # more values than a list holds
    field = browser.find_element(By.NAME, "element")
    field.clear()
    field.send_keys("item:08236-2022-16")
    browser.find_element(By.CSS_SELECTOR, "#choose button").click()
    element = ox.NamedNode(make("item", "08236-2022-16"))
    rows = load(root / "queries")["evidence-of-element"].ask(source, {"element": element}, lang).rows
    wait(browser, lambda: len(_shown(browser)) == len(rows))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_our_server_answers_the_page_of_a_question_for_other_values(
    lang: str, built: Path, published: Path, browser: webdriver.Chrome, source: StoreSource, root: Path
) -> None:
    expected = load(root / "queries")["spread-of-topic"].ask(
        source, {"topic": ox.NamedNode(make("topic", "rpa"))}, lang
    )
    with serving(built, "--site", published) as served:
        browser.get(served.address + PAGES[lang].format("spread-of-topic") + "?topic=RPA")
        assert len(visible(browser, "tbody tr")) == len(expected.rows)
        assert browser.find_element(By.NAME, "topic").get_attribute("value") == "RPA"
        browser.find_element(By.CSS_SELECTOR, "a[hreflang]").click()
        assert len(visible(browser, "tbody tr")) == len(expected.rows)
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") != lang
        browser.get(served.address + PAGES[lang].format("spread-of-topic") + "?topic=none")
        assert "none" in browser.find_element(By.TAG_NAME, "main").text
        assert visible(browser, "table") == []
