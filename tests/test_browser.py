"""What is drawn can be seen in a real browser: `make test-all`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsers import chromium
from selenium import webdriver

from dxplan.asking.sources import StoreSource
from dxplan.iris import make
from dxplan.network import drawing, graphs

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


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
