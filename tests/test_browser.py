"""What is drawn can be seen in a real browser: `make test-all`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from dxplan.asking.sources import StoreSource
from dxplan.iris import make
from dxplan.network import drawing, graphs

pytestmark = pytest.mark.browser

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1400,1400",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for option in (*OPTIONS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.binary_location = shutil.which("chromium") or ""
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_letter_of_the_figure_lies_inside_it(
    lang: str, browser: webdriver.Chrome, source: StoreSource, tmp_path: Path
) -> None:
    path = tmp_path / "network.svg"
    drawing.draw(graphs.duties(source, make("municipality", "08236"), lang), path, lang)
    browser.get(path.as_uri())
    outside, letters = browser.execute_script(
        """
        const frame = document.documentElement.getBoundingClientRect();
        const letters = [...document.querySelectorAll('use')].map(u => u.getBoundingClientRect());
        const out = letters.filter(b => b.left < frame.left || b.right > frame.right
                                     || b.top < frame.top || b.bottom > frame.bottom);
        return [out.length, letters.filter(b => b.width > 0 && b.height > 0).length];
        """
    )
    assert letters > 1_000
    assert outside == 0
