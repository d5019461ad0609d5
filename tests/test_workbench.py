"""SPARQL in the reader's browser, on a host of plain files: `make test-all`."""

from __future__ import annotations

import csv
import io
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from browsers import Files, asked_elsewhere, chromium, complaints, forget, hosted, visible, wait
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.site import dumps, workbench
from dxplan.site.material import Material
from dxplan.site.rendering import Renderer

pytestmark = pytest.mark.browser

Get = Callable[[str], webdriver.Chrome]
# Answers that no engine can give soon: it counts the ways to choose five triples.
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"


@pytest.fixture(scope="module")
def material(corpus: Corpus, source: StoreSource, root: Path) -> Material:
    return Material(corpus, source.store, root / "queries")


def _without_npm(material: Material, out: Path) -> Path:
    """The page alone, where its parts from npm have not been fetched."""
    made = dumps.dumps(material.store)
    (nquads,) = (download for _, download in made if download.path == dumps.NQUADS)
    page = Renderer(material).render(workbench.page(material, None))
    for path, content in [*(file for file, _ in made), *page, *workbench.files(material, nquads, None)]:
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(content)
    for path in (Path(workbench.__file__).parent / "assets").glob("*.*"):
        shutil.copy(path, out / "assets")
    return out


@pytest.fixture(scope="module")
def host(published: Path) -> Iterator[str]:
    assert (published / "assets/vendor").is_dir(), "run `make site` first"
    with hosted(published) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def opened(browser: webdriver.Chrome, host: str) -> Iterator[Get]:
    """Open a page of the host as a new reader; afterwards, nothing was asked of another host and nothing went wrong."""
    browser.get(host + "assets/sparql/endpoint.json")
    browser.execute_script("localStorage.clear()")
    forget(browser)

    def get(path: str) -> webdriver.Chrome:
        browser.get(host + path)
        wait(browser, lambda: _shown(browser, "controls"))
        return browser

    yield get
    assert asked_elsewhere(browser, host) == []
    assert complaints(browser) == []


def _shown(browser: webdriver.Chrome, name: str) -> bool:
    return browser.find_element(By.ID, name).is_displayed()


def _cells(browser: webdriver.Chrome) -> list[list[str]]:
    wait(browser, lambda: visible(browser, "table.answer"))
    found: list[list[str]] = browser.execute_script(
        "return [...document.querySelectorAll('.active table.answer tbody tr')]"
        ".map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return found


def _type(browser: webdriver.Chrome, query: str) -> None:
    browser.execute_script("document.querySelector('.active .CodeMirror').CodeMirror.setValue(arguments[0])", query)


def _press(browser: webdriver.Chrome, name: str) -> None:
    browser.find_element(By.ID, name).click()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_saved_question_gives_the_rows_of_the_store(lang: str, opened: Get, root: Path, source: StoreSource) -> None:
    browser = opened(f"{workbench.LINKS[lang]}?question=topic-across-cities")
    question = load(root / "queries")["topic-across-cities"]
    answer = question.ask(source, {}, lang)
    words = question.head["columns"]
    assert len(_cells(browser)) == len(answer.rows)
    heads = [found.text for found in visible(browser, "table.answer th")]
    assert heads == [words[name][lang] for name in answer.columns if not name.endswith("Label")]
    assert not any(cell.startswith(("fy:", "municipality:")) for row in _cells(browser) for cell in row)
    label = answer.columns.index("cityLabel")
    assert {row[0] for row in _cells(browser)} == {row[label].value for row in answer.rows if row[label]}
    assert str(len(answer.rows)) in browser.find_element(By.ID, "status").text


def test_every_saved_question_answers_here_as_in_the_store(opened: Get, root: Path, source: StoreSource) -> None:
    browser = opened("sparql.html")
    for name, question in load(root / "queries").items():
        Select(browser.find_element(By.ID, "question")).select_by_value(name)
        _press(browser, "open")
        answer = question.ask(source, {}, "ja")
        expected = f"{len(answer.rows)}行"
        wait(browser, lambda e=expected: browser.find_element(By.ID, "status").text.startswith(e))  # type: ignore[misc]
        assert visible(browser, ".problem") == []
    tabs = browser.find_elements(By.CSS_SELECTOR, ".tabsList .tab")
    assert len(tabs) == 1 + len(load(root / "queries"))


def test_parameters_are_chosen_by_name_and_kept_in_the_address(opened: Get) -> None:
    browser = opened("sparql.html?question=cities-without-topic&asOf=2022&topic=kakanai-madoguchi")
    assert len(_cells(browser)) == 3
    assert Select(browser.find_element(By.NAME, "asOf")).first_selected_option.text.startswith("令和4年度")
    assert browser.current_url.endswith("asOf=" + quote("https://w3id.org/dxplan/fy/2022", safe=""))


def test_a_thing_is_linked_to_its_page(opened: Get, host: str) -> None:
    browser = opened("sparql.en.html")
    _type(
        browser,
        "SELECT ?x { VALUES ?x { <https://w3id.org/dxplan/term/08221-2023-TCP%2FIP> <https://w3id.org/dxplan/def#Item> } }",
    )
    _press(browser, "run")
    _cells(browser)
    links = [found.get_attribute("href") for found in visible(browser, "table.answer a")]
    assert [unquote(link) for link in links] == [host + "term/08221-2023-TCP%2FIP.en.html", host + "def.en.html#Item"]


def test_graphs_and_truth_values_are_answers_too(opened: Get) -> None:
    browser = opened("sparql.en.html")
    _type(browser, "ASK { GRAPH ?g { <https://w3id.org/dxplan/plan/08236-2022> ?p ?o } }")
    _press(browser, "run")
    wait(browser, lambda: [found.text for found in visible(browser, ".answer-truth")] == ["Yes"])
    _type(browser, "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3")
    _press(browser, "run")
    wait(browser, lambda: [len(row) for row in _cells(browser)] == [3, 3, 3])
    browser.find_element(By.CSS_SELECTOR, ".active .select_response").click()
    wait(browser, lambda: " a " in "".join(each.text for each in visible(browser, ".yasr_results .CodeMirror-code")))


@pytest.mark.parametrize(("lang", "words"), [("ja", "問合せを実行できません"), ("en", "The query cannot be run")])
def test_a_mistake_is_told_in_words_with_those_of_the_engine(lang: str, words: str, opened: Get) -> None:
    browser = opened(workbench.LINKS[lang])
    _type(browser, "SELECT ?x WHERE { ?x a dx:Plan ")
    _press(browser, "run")
    (problem,) = wait(browser, lambda: visible(browser, ".problem"))
    assert words in problem.text
    assert "error at 1:" in problem.text
    assert words in browser.find_element(By.ID, "status").text


def test_updates_and_other_hosts_are_refused(opened: Get) -> None:
    browser = opened("sparql.html")
    for query in ("INSERT DATA { <a:a> <a:b> <a:c> }", "SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }"):
        _type(browser, query)
        _press(browser, "run")
        wait(browser, lambda: visible(browser, ".problem"))
        _type(browser, "SELECT (1 AS ?x) {}")
        _press(browser, "run")
        assert _cells(browser) == [["1"]]


def test_a_long_query_can_be_stopped_and_freezes_nothing(opened: Get) -> None:
    browser = opened("sparql.html")
    _type(browser, ENDLESS)
    _press(browser, "run")
    stop = browser.find_element(By.ID, "stop")
    wait(browser, stop.is_enabled)
    time.sleep(1)
    begun = time.monotonic()
    assert browser.execute_script("return 1 + 1") == 2
    stop.click()
    wait(browser, lambda: browser.find_element(By.ID, "status").text == "止めました。")
    assert time.monotonic() - begun < 2
    _type(browser, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    _press(browser, "run")
    assert int(_cells(browser)[0][0]) > 10_000


def test_the_data_can_be_stopped_while_it_loads(opened: Get) -> None:
    browser = opened("sparql.html")
    browser.execute_script("Blob.prototype.stream = function () { return new ReadableStream(); };")
    _press(browser, "run")
    wait(browser, lambda: browser.find_element(By.ID, "status").text.startswith("データを"))
    _press(browser, "stop")
    wait(browser, lambda: browser.find_element(By.ID, "status").text == "止めました。")


def test_a_query_ends_at_the_time_limit(opened: Get) -> None:
    browser = opened("sparql.html")
    Select(browser.find_element(By.ID, "limit")).select_by_value("10")
    browser.execute_script("document.querySelector('#limit option').value = '1'")
    _type(browser, ENDLESS)
    _press(browser, "run")
    (problem,) = wait(browser, lambda: visible(browser, ".problem"))
    assert "時間の上限" in problem.text


def test_answers_are_taken_away_whole(opened: Get, root: Path, source: StoreSource) -> None:
    browser = opened("sparql.html?question=items-by-division")
    _cells(browser)
    browser.execute_script(
        "URL.createObjectURL = blob => { blob.text().then(text => (window.taken = text)); return 'blob:x'; };"
        "HTMLAnchorElement.prototype.click = function () { window.named = this.download; };"
    )
    answer = load(root / "queries")["items-by-division"].ask(source, {}, "ja")
    _press(browser, "csv")
    rows = list(csv.reader(io.StringIO(wait(browser, lambda: browser.execute_script("return window.taken")))))
    assert rows[0] == answer.columns
    assert len(rows) == len(answer.rows) + 1
    assert browser.execute_script("return window.named") == "items-by-division.csv"
    browser.execute_script("window.taken = null")
    _press(browser, "json")
    told = json.loads(wait(browser, lambda: browser.execute_script("return window.taken")))
    assert len(told["results"]["bindings"]) == len(answer.rows)


def test_the_keyboard_is_not_trapped_in_the_editor(opened: Get) -> None:
    browser = opened("sparql.en.html")
    field = browser.find_element(By.CSS_SELECTOR, ".active .CodeMirror textarea")
    assert field.get_attribute("aria-label")
    field.send_keys(Keys.TAB)
    assert browser.switch_to.active_element != field


def test_tabs_are_still_there_for_a_reader_who_comes_back(opened: Get) -> None:
    browser = opened("sparql.html?question=plan-versus-report")
    rows = _cells(browser)
    opened("sparql.html")
    assert len(browser.find_elements(By.CSS_SELECTOR, ".tabsList .tab")) == 1
    assert _cells(browser) == rows


def test_where_a_server_answers_the_page_asks_it(browser: webdriver.Chrome, material: Material, tmp_path: Path) -> None:
    """The parts from npm are not needed there."""
    site = _without_npm(material, tmp_path / "site")
    (site / workbench.ENDPOINT).write_bytes(workbench.endpoint("sparql"))
    asked: list[str] = []

    class Server(Files):
        def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
            asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            ok = "SELECT" in asked[-1]
            body = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "7"}}]}}'
            self.send_response(200 if ok else 400)
            self.send_header("Content-Type", self.headers["Accept"])
            self.end_headers()
            self.wfile.write(body if ok else "1行目が読めません".encode())

    with hosted(site, Server) as host:
        browser.get(host + "sparql.html")
        wait(browser, lambda: _shown(browser, "controls"))
        editor = browser.find_element(By.CSS_SELECTOR, "textarea.plain-editor")
        editor.send_keys("SELECT ?x { VALUES ?x { 7 } }")
        _press(browser, "run")
        wait(browser, lambda: [found.text for found in visible(browser, "table.answer td")] == ["7"])
        editor.send_keys(Keys.CONTROL + "a")
        editor.send_keys("?")
        _press(browser, "run")
        (problem,) = wait(browser, lambda: visible(browser, ".problem"))
        assert "1行目が読めません" in problem.text
        assert asked == ["SELECT ?x { VALUES ?x { 7 } }", "?"]
        forget(browser)


def test_without_the_parts_from_npm_the_page_says_what_is_missing(
    browser: webdriver.Chrome, material: Material, tmp_path: Path
) -> None:
    site = _without_npm(material, tmp_path / "site")
    with hosted(site) as host:
        browser.get(host + "sparql.en.html?question=cities-without-topic")
        wait(browser, lambda: _shown(browser, "controls"))
        assert "does not include" in browser.find_element(By.ID, "status").text
        assert "VALUES ?topic" in (browser.find_element(By.CSS_SELECTOR, "textarea").get_attribute("value") or "")
        assert not browser.find_element(By.ID, "run").is_enabled()
