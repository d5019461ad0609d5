"""The published site as people meet it: in Chromium, by keyboard, on small screens, in the dark, on paper and through
`dxplan serve`: `make test-all`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsers import asked_elsewhere, chromium, complaints, emulate, forget, hosted, narrow, visible, wait
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from servers import serving

from dxplan.iris import make

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parent.parent
AXE = ROOT / "build/peers/node/node_modules/axe-core/axe.min.js"
SUFFIX = {"ja": ".html", "en": ".en.html"}
ITEM = "item/08236-2022-16"


@pytest.fixture(scope="module")
def host(published: Path) -> Iterator[str]:
    with hosted(published) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def reader(browser: webdriver.Chrome, host: str) -> Iterator[webdriver.Chrome]:
    """A browser as a new reader has it."""
    browser.get(host + "robots.txt")
    browser.execute_script("localStorage.clear()")
    emulate(browser, prefers_reduced_motion="reduce")  # else a click waits for the scrolling before it
    narrow(browser, 1280)
    forget(browser)
    yield browser


@pytest.fixture(scope="module")
def sample(published: Path) -> list[str]:
    """One page of every kind: those of the top folder, and one from the middle of each folder."""
    found = _pages(published)
    for folder in sorted(each for each in published.iterdir() if each.is_dir()):
        pages = _pages(folder)
        if pages:
            found.append(f"{folder.name}/{pages[len(pages) // 2]}")
    assert {"index", "coverage", "sparql", "search", "404"} < set(found) and len(found) > 40
    return found


def _pages(folder: Path) -> list[str]:
    return sorted(p.name.removesuffix(".html") for p in folder.glob("*.html") if not p.name.endswith(".en.html"))


def _each(published: Path, sample: list[str], lang: str) -> list[str]:
    paths = [at + SUFFIX[lang] for at in sample]
    return [
        path for path in paths if (published / path).is_file()
    ]  # one page tells both languages that nothing is there


def _open(browser: webdriver.Chrome, address: str) -> None:
    browser.get(address)
    if "/sparql." in address:
        wait(browser, lambda: visible(browser, "#controls"))


def _link(browser: webdriver.Chrome, part: str) -> Any:
    """The first link in the content to an address with a part in it."""
    return browser.find_element(By.CSS_SELECTOR, f"main a[href*='{part}']")


# ---- finding one's way


def test_the_other_language_shows_the_same_thing(reader: webdriver.Chrome, host: str) -> None:
    reader.get(f"{host}{ITEM}.html")
    japanese = reader.find_element(By.TAG_NAME, "h1").text
    reader.find_element(By.CLASS_NAME, "switch").click()
    assert reader.current_url == f"{host}{ITEM}.en.html"
    assert reader.find_element(By.CSS_SELECTOR, "h1 + .as-printed").text == japanese
    assert reader.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    reader.find_element(By.CLASS_NAME, "switch").click()
    assert reader.current_url == f"{host}{ITEM}.html"


@pytest.mark.parametrize(
    ("page", "words", "expected"),
    [
        ("search.html", "窓口", "topic/kakanai-madoguchi.html"),
        ("search.html", "ＲＰＡ", "topic/rpa.html"),
        ("search.en.html", "FORM-FILLING", "topic/kakanai-madoguchi.en.html"),
        ("search.en.html", "窓口", "topic/kakanai-madoguchi.en.html"),
    ],
)
def test_search_leads_to_the_page_by_keys_alone(
    page: str, words: str, expected: str, reader: webdriver.Chrome, host: str
) -> None:
    reader.get(host + page)
    field = reader.find_element(By.ID, "query")
    wait(reader, lambda: reader.switch_to.active_element == field)  # as soon as the index has been read
    field.send_keys(words)
    wait(reader, lambda: reader.find_element(By.ID, "status").text)
    found = [str(a.get_attribute("href")).removeprefix(host) for a in visible(reader, "#results a")]
    assert expected in found
    assert all(each.partition("#")[0].endswith(".en.html") == (".en." in page) for each in found)
    field.send_keys(Keys.ARROW_DOWN)
    reader.switch_to.active_element.send_keys(Keys.ARROW_UP)
    assert reader.switch_to.active_element == field
    for _ in range(found.index(expected) + 1):
        reader.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    reader.switch_to.active_element.send_keys(Keys.ENTER)
    wait(reader, lambda: reader.current_url == host + expected)


def test_the_field_of_every_page_searches(reader: webdriver.Chrome, host: str) -> None:
    reader.get(f"{host}{ITEM}.html")
    reader.find_element(By.ID, "find").send_keys("窓口" + Keys.ENTER)
    wait(reader, lambda: visible(reader, "#results a"))
    assert reader.find_element(By.ID, "query").get_attribute("value") == "窓口"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_from_the_matrix_to_an_undertaking_to_its_evidence(lang: str, reader: webdriver.Chrome, host: str) -> None:
    reader.get(host + "coverage" + SUFFIX[lang])
    details = reader.find_element(By.CSS_SELECTOR, "td[data-city$='/08236'] details:has(a[href*='item/08236-2022-'])")
    details.find_element(By.TAG_NAME, "summary").click()
    link = details.find_element(By.CSS_SELECTOR, "a[href*='item/08236-2022-']")
    name = link.text
    wait(reader, link.is_displayed)
    link.click()
    assert reader.find_element(By.TAG_NAME, "h1").text == name
    evidence = reader.find_element(By.CSS_SELECTOR, "section[aria-labelledby='evidence'] li")
    document = evidence.find_element(By.TAG_NAME, "a")
    assert len(evidence.text) > len(document.text) + 1  # the place stands beside the document
    title = document.text
    document.click()
    assert reader.find_element(By.TAG_NAME, "h1").text == title


def test_a_question_is_taken_from_its_page_and_its_parameter_from_the_address(
    reader: webdriver.Chrome, host: str
) -> None:
    reader.get(host + "questions/items-by-division.html")
    _link(reader, "sparql.html?question=").click()
    wait(reader, lambda: visible(reader, "table.answer"))
    assert reader.find_element(By.ID, "question").get_attribute("value") == "items-by-division"
    reader.get(host + "sparql.html?question=cities-without-topic&topic=no-such-topic-as-this")
    wait(reader, lambda: visible(reader, "#told"))  # a value that is not known is told of, and nothing is asked
    assert visible(reader, "#workbench") == []
    _open(reader, host + "sparql.html?question=cities-without-topic&asOf=2022")
    wait(reader, lambda: visible(reader, "table.answer"))
    assert "asOf=" + quote(make("fy", "2022"), safe="") in reader.current_url
    assert len(visible(reader, ".active table.answer tbody tr")) == 3


# ---- for every reader


FOCUSED = """
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const style = getComputedStyle(at), box = at.getBoundingClientRect();
    const ring = at.closest('.CodeMirror') ?? at;
    const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return [at.matches('.skip') ? 'skip' : at.closest('header.top nav') ? 'menu' : at.closest('header.top') ? 'top'
        : at.closest('main') ? 'main' : 'bottom', drawn || ring !== at, box.width > 0 && box.height > 0, at.outerHTML.slice(0, 90)];
"""


@pytest.mark.parametrize("page", ["index", ITEM, "coverage", "search", "sparql"])
def test_every_part_is_reached_by_the_tab_key(page: str, reader: webdriver.Chrome, host: str) -> None:
    _open(reader, host + page + ".html")
    reader.execute_script("document.activeElement.blur(); getSelection().removeAllRanges();")
    reader.execute_script(
        "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');"
    )
    places: list[str] = []
    unseen: list[str] = []
    for _ in range(2_000):
        webdriver.ActionChains(reader).send_keys(Keys.TAB).perform()
        at = reader.execute_script(FOCUSED)
        if at is None:
            break
        place, ring, size, html = at
        if place == "skip" and places and places[-1] != "skip":
            break
        if not places or places[-1] != place:
            places.append(place)
        if not ring or not size:
            unseen.append(html)
    else:
        pytest.fail("the keyboard is trapped")
    assert places == ["skip", "top", "menu", "main", "bottom"]
    assert unseen == []


def test_the_skip_link_leads_to_the_content(reader: webdriver.Chrome, host: str) -> None:
    reader.get(f"{host}{ITEM}.html")
    webdriver.ActionChains(reader).send_keys(Keys.TAB).perform()
    skip = reader.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    wait(reader, lambda: skip.rect["y"] >= 0 and skip.rect["width"] > 20)
    skip.send_keys(Keys.ENTER)
    webdriver.ActionChains(reader).send_keys(Keys.TAB).perform()
    assert reader.execute_script("return document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_page_complains_or_asks_elsewhere(
    lang: str, width: int, reader: webdriver.Chrome, host: str, published: Path, sample: list[str]
) -> None:
    narrow(reader, width)
    wrong: dict[str, list[str]] = {}
    for path in _each(published, sample, lang):
        _open(reader, host + quote(path))
        if found := complaints(reader) + asked_elsewhere(reader, host):
            wrong[path] = found
    assert wrong == {}


# What reaches beyond the window and is in no part of its own that scrolls.
BEYOND = """
    const wide = document.documentElement.scrollWidth > innerWidth;
    return wide ? [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map(each => each.outerHTML.slice(0, 90)).concat(`${document.documentElement.scrollWidth} px`) : [];
"""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_narrow_window_scrolls_one_way(
    lang: str, reader: webdriver.Chrome, host: str, published: Path, sample: list[str]
) -> None:
    """https://www.w3.org/TR/WCAG22/#reflow"""
    narrow(reader, 320)
    wrong: dict[str, list[str]] = {}
    for path in [*_each(published, sample, lang), f"sparql{SUFFIX[lang]}?question=cities-without-topic&asOf=2022"]:
        _open(reader, host + quote(path, safe="/?=&"))
        if "question=" in path:
            wait(reader, lambda: visible(reader, "table.answer"))
        if found := reader.execute_script(BEYOND):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("page", ["index", "coverage", ITEM, "municipality/08236"])
def test_paper_bears_the_content_alone(page: str, reader: webdriver.Chrome, host: str) -> None:
    emulate(reader, "print", prefers_color_scheme="dark")
    reader.get(f"{host}{page}.html")
    for gone in ("header.top nav", ".find", ".switch", ".skip", "footer.bottom"):
        assert visible(reader, gone) == [], gone
    assert visible(reader, "h1") and visible(reader, ".brand")
    told = reader.execute_script(
        "const style = getComputedStyle(document.body); return [style.backgroundColor, style.color,"
        "[...document.querySelectorAll('.scroll')].map(each => getComputedStyle(each).overflowX)]"
    )
    assert told[:2] == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    assert set(told[2]) <= {"visible"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_axe_finds_nothing_that_bars_a_reader(
    lang: str, scheme: str, reader: webdriver.Chrome, host: str, published: Path, sample: list[str]
) -> None:
    """https://github.com/dequelabs/axe-core; in the dark, only colours are others."""
    assert AXE.is_file(), "run scripts/install-test-peers.sh first"
    axe = AXE.read_text(encoding="utf-8")
    emulate(reader, prefers_color_scheme=scheme)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if scheme == "dark":
        options["runOnly"] = ["color-contrast", "link-in-text-block"]
    wrong: dict[str, list[str]] = {}
    for path in _each(published, sample, lang):
        _open(reader, host + quote(path))
        reader.execute_script(axe)
        found = reader.execute_async_script(
            "axe.run(document, arguments[0]).then(found => arguments[1](found.violations))", options
        )
        barring = [each for each in found if each["impact"] in ("serious", "critical")]
        if barring:
            wrong[path] = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in barring]
    assert wrong == {}


# ---- through our server


def test_with_our_server_pages_have_the_addresses_of_things_and_queries_are_answered_there(
    browser: webdriver.Chrome, built: Path, published: Path
) -> None:
    with serving(built, "--site", published) as served:
        forget(browser)
        emulate(browser)
        browser.execute_cdp_cmd("Network.enable", {})
        for preferred, suffix in (("ja,en;q=0.5", ".html"), ("en,ja;q=0.5", ".en.html")):
            browser.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"Accept-Language": preferred}})
            browser.get(served.address + ITEM)
            assert browser.current_url == served.address + ITEM + suffix
            assert visible(browser, "section[aria-labelledby='evidence']")
        browser.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {}})
        _open(browser, served.address + "sparql.html?question=cities-without-topic&asOf=2022")
        wait(browser, lambda: visible(browser, "table.answer"))
        assert len(visible(browser, ".active table.answer tbody tr")) == 3
        taken = browser.execute_script("return performance.getEntriesByType('resource').map(each => each.name)")
        assert served.address + "sparql" in taken
        assert not [each for each in taken if "oxigraph" in each or "/dumps/" in each]
        assert complaints(browser) == []
        assert asked_elsewhere(browser, served.address) == []
