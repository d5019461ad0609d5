#!/usr/bin/env python3
"""Takes the pictures of the README into docs/images, from a published folder: scripts/take-screenshots.py build/site.

It needs Chromium with its driver and a Japanese font, which scripts/install-test-peers.sh installs, and all extras.
"""

from __future__ import annotations

import functools
import http.server
import io
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

IMAGES = Path(__file__).resolve().parent.parent / "docs/images"
WIDTH = 1280
#: Page, height of the window, and what to bring to its top, by the name of the picture.
PICTURES = {
    "home.ja": ("index.html", 900, ""),
    "home.en": ("index.en.html", 900, ""),
    "coverage.ja": ("coverage.html", 900, ""),
    "item.ja": ("item/08236-2022-16.html", 900, ""),
    "timeline.ja": ("municipality/08236.html", 900, "#schedule"),
    "sparql.ja": ("sparql.html?question=cities-without-topic&asOf=2022", 1180, ""),
}


class Files(http.server.SimpleHTTPRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_: object) -> None:
        """Keep still."""


def check_font() -> None:
    """End where no font has Japanese letters."""
    program = shutil.which("fc-list")
    if program and not subprocess.run([program, ":lang=ja"], capture_output=True, check=True).stdout.strip():
        sys.exit("日本語の書体がありません。fonts-ipafont-gothic か fonts-noto-cjk を入れてください。\n"
                 "There is no Japanese font. Install fonts-ipafont-gothic or fonts-noto-cjk.")  # fmt: skip


def take(browser: webdriver.Chrome, address: str, height: int, top: str) -> bytes:
    """Return a picture of a page as PNG with few colours."""
    size = {"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(address)
    if "question=" in address:
        WebDriverWait(browser, 60).until(lambda each: each.find_elements(By.CSS_SELECTOR, "table.answer tbody tr"))
        # How long it took differs from one time to the next.
        browser.execute_script("const at = document.getElementById('status');"
                               "at.textContent = at.textContent.replace(/[（(].*/, '')")  # fmt: skip
    browser.execute_script("document.activeElement.blur()")
    if top:
        browser.execute_script("document.querySelector(arguments[0]).scrollIntoView()", top)
    taken = Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB")
    out = io.BytesIO()
    taken.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> None:
    """Serve the folder, and take each picture."""
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "sparql.html").is_file():
        sys.exit("使い方 / usage: scripts/take-screenshots.py build/site（make site の出力 / what make site writes）")
    check_font()
    handler = functools.partial(Files, directory=sys.argv[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--lang=ja",
                       f"--user-data-dir={profile}"):  # fmt: skip
            options.add_argument(option)
        browser = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        features = [{"name": "prefers-color-scheme", "value": "light"},
                    {"name": "prefers-reduced-motion", "value": "reduce"}]  # fmt: skip
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        for name, (page, height, top) in PICTURES.items():
            picture = take(browser, f"http://127.0.0.1:{server.server_port}/{page}", height, top)
            (IMAGES / f"{name}.png").write_bytes(picture)
            print(f"docs/images/{name}.png: {len(picture) / 1e3:.0f} kB")
        browser.quit()
    server.shutdown()


if __name__ == "__main__":
    main()
