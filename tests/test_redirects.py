"""The rules by which servers answer our IRIs, on a real Apache and a real nginx: `make test-all`."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from servers import free_port

from dxplan.iris import BASE
from dxplan.site import redirects

#: An address that stands below a path, as on most hosts.
SITE = "https://example.org/open/dx/"
ROOT = urlsplit(SITE).path
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
TURTLE = "text/turtle"
JSONLD = "application/ld+json"
#: IRIs below the base with the files that describe them.
ADDRESSES = {
    "item/08236-2022-16": "item/08236-2022-16",
    "division/08236-行革デジタル推進課": "division/08236-行革デジタル推進課",
    "term/08236-2022-OODA(ウーダループ)": "term/08236-2022-OODA(ウーダループ)",
    "term/08221-2023-TCP%2FIP": "term/08221-2023-TCP%2FIP",
    "term/08221-2023-C%23と100%25": "term/08221-2023-C%23と100%25",
    "national/1.0-3": "national/1.0-3",
    "def": "def",
    "topic": "topic",
    "": "index",
}
FORMS = [
    (HTML, "ja,en;q=0.8", ".html"),
    (HTML, "en-GB,en;q=0.9,ja;q=0.5", ".en.html"),
    (HTML, "fr,en;q=0.5", ".en.html"),
    (None, None, ".html"),
    ("*/*", None, ".html"),
    (TURTLE, None, ".ttl"),
    (f"{TURTLE}, {JSONLD};q=0.5", "en", ".ttl"),
    (f"{JSONLD}, {TURTLE};q=0.5", None, ".jsonld"),
    (f"text/html, {TURTLE};q=0.5", None, ".html"),
]
Answer = tuple[int, dict[str, str], str]


def _site(folder: Path) -> Path:
    """Write a site that holds a file for every form of every address, and the rules."""
    for path, content in redirects.files(SITE):
        _put(folder / ROOT[1:] / path, content)
    for name in ADDRESSES.values():
        for suffix in (".html", ".en.html", ".ttl", ".jsonld"):
            _put(folder / ROOT[1:] / (name + suffix), f"{name}{suffix}".encode())
    for name in (
        "catalog.ttl",
        "catalog.jsonld",
        ".well-known/void",
        "404.html",
        "dumps/dxplan.nq.gz",
        "tables/terms.csv",
    ):
        _put(folder / ROOT[1:] / name, name.encode())
    for each in [folder, *folder.parents]:
        if each.stat().st_mode & 0o055 != 0o055 and "pytest" in str(each):
            each.chmod(0o755)
    return folder


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _ask(port: int, path: str, accept: str | None = None, language: str | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Accept": accept, "Accept-Language": language}
    connection.request("GET", path, headers={name: value for name, value in headers.items() if value})
    response = connection.getresponse()
    told = {name.lower(): value for name, value in response.getheaders()}
    body = response.read().decode()
    connection.close()
    return response.status, told, body


def _running(command: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(100):
            if process.poll() is not None:
                break
            try:
                _ask(port, "/")
                break
            except OSError:
                time.sleep(0.05)
        assert process.poll() is None, process.communicate()[0].decode()
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="module")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve the site, and below /dxplan/ what w3id.org would hold."""
    site = _site(tmp_path_factory.mktemp("apache"))
    shutil.copytree(site / ROOT[1:] / "server/w3id/dxplan", site / "dxplan")
    port = free_port()
    modules = "/usr/lib/apache2/modules"
    loaded = ("mpm_event", "authz_core", "dir", "mime", "negotiation", "rewrite", "headers")
    lines = [
        *(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in loaded),
        f"ServerRoot {site}",
        f"PidFile {site}/pid",
        f"Listen 127.0.0.1:{port}",
        "ServerName localhost",
        "User nobody",
        "Group nogroup",
        f"ErrorLog {site}/errors",
        "TypesConfig /etc/mime.types",
        f"DocumentRoot {site}",
        "AllowEncodedSlashes NoDecode",
        f"<Directory {site}>",
        "AllowOverride All",
        "Require all granted",
        "</Directory>",
    ]
    _put(site / "httpd.conf", "\n".join(lines).encode() + b"\n")
    yield from _running(["/usr/sbin/apache2", "-f", f"{site}/httpd.conf", "-DFOREGROUND"], port)


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve the site with the lines that the rules tell to write."""
    site = _site(tmp_path_factory.mktemp("nginx"))
    rules = site / ROOT[1:] / "server/nginx.conf"
    told = rules.read_text(encoding="utf-8").partition("write:\n")[2].partition("# nginx")[0]
    locations = re.sub("^#", "", told, flags=re.MULTILINE)
    port = free_port()
    temporary = "".join(
        f"{kind}_temp_path {site}/temp-{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = f"""
        daemon off; pid {site}/pid; error_log {site}/errors; worker_processes 1;
        events {{ }}
        http {{ {temporary} access_log off; include {rules};
        server {{ listen 127.0.0.1:{port}; root {site}; absolute_redirect off; {locations} }} }}
    """
    _put(site / "all.conf", text.encode())
    yield from _running(["/usr/sbin/nginx", "-c", f"{site}/all.conf", "-e", f"{site}/errors"], port)


@pytest.fixture(params=["apache", "nginx"])
def server(request: pytest.FixtureRequest) -> int:
    port: int = request.getfixturevalue(request.param)
    return port


def _path(address: str) -> str:
    """Return a path as a client sends that of an IRI: RFC 3987, 3.1."""
    return quote(address, safe="/%()#")


@pytest.mark.web
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_iri_leads_to_the_file_in_the_form_that_is_accepted(address: str, server: int) -> None:
    for accept, language, suffix in FORMS:
        status, told, body = _ask(server, ROOT + _path(address), accept, language)
        if status == 303:
            status, told, body = _ask(server, urlsplit(told["location"]).path)
        else:
            assert (address, suffix) == ("", ".html")
        assert (status, body) == (200, ADDRESSES[address] + suffix)


@pytest.mark.web
def test_files_come_as_what_they_are(server: int) -> None:
    types = {
        "item/08236-2022-16.ttl": "text/turtle",
        "item/08236-2022-16.jsonld": "application/ld+json",
        "item/08236-2022-16.en.html": "text/html",
        "dumps/dxplan.nq.gz": "application/gzip",
        "tables/terms.csv": "text/csv",
        ".well-known/void": "text/turtle",
    }
    for path, media_type in types.items():
        status, told, body = _ask(server, ROOT + path, TURTLE)
        assert (status, body, told["content-type"].partition(";")[0]) == (200, path, media_type)
        assert "content-encoding" not in told


@pytest.mark.web
def test_other_sites_may_read_it_and_caches_keep_forms_apart(server: int) -> None:
    _, told, _ = _ask(server, f"{ROOT}item/08236-2022-16.ttl")
    assert told["access-control-allow-origin"] == "*"
    assert "Accept-Language" in told["vary"]


@pytest.mark.web
def test_what_is_not_there_is_not_there(server: int) -> None:
    status, told, _ = _ask(server, f"{ROOT}item/00000-0000-0", HTML)
    status, _, body = _ask(server, urlsplit(told["location"]).path, HTML)
    assert (status, body) == (404, "404.html")


@pytest.mark.web
def test_the_catalogue_has_no_page_of_its_own(server: int) -> None:
    assert _ask(server, f"{ROOT}catalog", TURTLE)[1]["location"].endswith(f"{ROOT}catalog.ttl")
    assert _ask(server, f"{ROOT}catalog", HTML, "en")[1]["location"].endswith(f"{ROOT}index.en.html")


@pytest.mark.web
@pytest.mark.parametrize("address", ADDRESSES)
def test_w3id_leads_to_the_site(address: str, apache: int) -> None:
    for accept, language, suffix in FORMS:
        status, told, _ = _ask(apache, "/dxplan/" + _path(address), accept, language)
        assert status == 303
        assert told["location"].startswith(SITE)
        assert unquote(told["location"].removeprefix(SITE)) == ADDRESSES[address] + suffix


def test_rules_name_the_place_of_the_site_and_nothing_of_where_they_were_made() -> None:
    made = dict(redirects.files(SITE))
    assert f"RewriteBase {ROOT}" in made[".htaccess"].decode()
    assert SITE in made["server/w3id/dxplan/.htaccess"].decode()
    assert BASE in made["server/w3id/dxplan/.htaccess"].decode()
    assert f"Sitemap: {SITE}sitemap.xml" in made["robots.txt"].decode()
    assert made == dict(redirects.files(SITE))
    assert b"cannot see what a client accepts" in made["_redirects"]
