"""Every door of the site gives the answer of the question: the SPARQL page in Chromium, on a host of plain files and
through `dxplan serve`, for each question with its default and drawn values, in both languages: `make test-all`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from browsers import chromium, complaints, forget, hosted, visible, wait
from combinations import LANGUAGES, Combination, Values, combinations, row_counts
from selenium import webdriver
from servers import serving

from dxplan.asking.answers import Answer
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
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
    browser.get(address)
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
    assert len(own) > 100
