"""Chromium, and plain hosts of files, for tests of what a reader sees."""

from __future__ import annotations

import functools
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1400,1400",
)  # fmt: skip


@contextmanager
def chromium(profile: Path, *options: str) -> Iterator[webdriver.Chrome]:
    """A browser that keeps logs of its console and of what it asks of the network."""
    chosen = webdriver.ChromeOptions()
    for option in (*OPTIONS, *options, f"--user-data-dir={profile}"):
        chosen.add_argument(option)
    chosen.binary_location = shutil.which("chromium") or ""
    chosen.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(chosen, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


class Files(SimpleHTTPRequestHandler):
    """Files as they are, which is all that a plain host does."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hosted(folder: Path, handler: Callable[..., BaseHTTPRequestHandler] = Files) -> Iterator[str]:
    """A plain host of a folder; yields its address, which ends in a slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def wait(browser: webdriver.Chrome, until: Callable[[], Any], seconds: float = 30) -> Any:
    return WebDriverWait(browser, seconds, 0.05).until(lambda _: until())


def visible(browser: webdriver.Chrome, selector: str) -> list[Any]:
    return [found for found in browser.find_elements(By.CSS_SELECTOR, selector) if found.is_displayed()]


def forget(browser: webdriver.Chrome) -> None:
    """Empty the logs."""
    for kind in ("browser", "performance"):
        browser.get_log(kind)  # type: ignore[no-untyped-call]


def complaints(browser: webdriver.Chrome) -> list[str]:
    """What the console was told of as an error since it was last looked at."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]


def asked_elsewhere(browser: webdriver.Chrome, host: str) -> list[str]:
    """What was asked of another host since the log was last looked at."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [url for url in asked if not url.startswith((host, "data:", "blob:"))]


def narrow(browser: webdriver.Chrome, width: int, height: int = 900) -> None:
    """Lay pages out at a width."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def emulate(browser: webdriver.Chrome, media: str = "", **features: str) -> None:
    """Show pages as for another medium, such as ``print``, or to a reader who prefers something."""
    given = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": given})
