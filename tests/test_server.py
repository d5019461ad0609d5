"""The server as its users meet it: browsers, programs that read linked data, SPARQL clients."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin
from xml.etree import ElementTree

import httpx
import openapi_spec_validator
import psutil
import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from servers import Served, newer_snapshot, root_with, serving
from SPARQLWrapper import JSON, SPARQLWrapper

from dxplan import store
from dxplan.asking.answers import Answer
from dxplan.asking.endpoint import Endpoint
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.errors import EndpointError, UsageError
from dxplan.iris import BASE, PREFIXES, iri_path
from dxplan.kept import write_atomically
from dxplan.server import negotiation
from dxplan.site.addresses import address
from dxplan.site.descriptions import Descriptions

ROOT = Path(__file__).parent.parent
QUESTIONS = load(ROOT / "queries")
PLAN = BASE + "plan/08236-2022"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def served(built: Path) -> Iterator[Served]:
    with serving(built) as found:
        yield found


@pytest.fixture
def web(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.address, timeout=30) as client:
        yield client


# Linked data


@pytest.mark.parametrize(
    ("accept", "location", "media"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "plan/08236-2022.html", "text/html"),
        ("text/turtle", "plan/08236-2022.ttl", "text/turtle"),
        ("text/turtle;q=0.5, application/ld+json", "plan/08236-2022.jsonld", "application/ld+json"),
        ("application/rdf+xml", "plan/08236-2022.rdf", "application/rdf+xml"),
        ("application/n-triples, text/*;q=0.9", "plan/08236-2022.nt", "application/n-triples"),
        ("text/*;q=0.9, text/html;q=0.1", "plan/08236-2022.ttl", "text/turtle"),
        ("*/*", "plan/08236-2022.html", "text/html"),
        ("", "plan/08236-2022.html", "text/html"),
    ],
)
def test_a_thing_leads_to_its_document_in_the_form_wanted(
    accept: str, location: str, media: str, web: httpx.Client
) -> None:
    thing = web.get("plan/08236-2022", headers={"Accept": accept})
    assert (thing.status_code, thing.headers["vary"]) == (303, "Accept, Accept-Language")
    assert urljoin(str(thing.url), thing.headers["location"]) == str(web.base_url) + location
    document = web.get("plan/08236-2022", headers={"Accept": accept}, follow_redirects=True)
    assert document.status_code == 200
    assert document.headers["content-type"].partition(";")[0] == media


@pytest.mark.parametrize(("language", "suffix"), [("ja", ".html"), ("en-US,en;q=0.5", ".en.html"), ("fr", ".html")])
def test_a_page_comes_in_the_language_wanted(language: str, suffix: str, web: httpx.Client) -> None:
    found = web.get("plan/08236-2022", headers={"Accept": "text/html", "Accept-Language": language})
    assert found.headers["location"] == "08236-2022" + suffix
    page = web.get("plan/08236-2022" + suffix)
    lang = "en" if ".en" in suffix else "ja"
    assert page.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in page.text


def triples(text: str, media: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format=media)


def test_every_form_says_the_same(web: httpx.Client, snapshot: store.Snapshot) -> None:
    found = [
        set(triples(reply.text, reply.headers["content-type"].partition(";")[0]))
        for reply in (web.get("item/08236-2022-16" + suffix) for suffix in (".ttl", ".jsonld", ".nt", ".rdf"))
    ]
    assert len(found[0]) > 10
    assert all(each == found[0] for each in found)
    expected = Descriptions(snapshot.open()).about(BASE + "item/08236-2022-16")
    assert len(found[0]) == len(expected)


def test_every_iri_of_ours_is_served(web: httpx.Client, snapshot: store.Snapshot) -> None:
    """One of each kind, and some whose key holds what an address escapes."""
    subjects = Descriptions(snapshot.open()).subjects
    chosen = {at.partition("/")[0]: at for at in subjects}
    for at in {*chosen.values(), *[at for at in subjects if "(" in at or not at.isascii()][::40]}:
        iri = BASE + at if at != "index" else BASE
        raw = quote(iri.removeprefix(BASE), safe="/%")
        thing = web.get(raw, headers={"Accept": "text/turtle"})
        assert thing.status_code == 303, at
        document = web.get(urljoin(str(thing.url), thing.headers["location"]))
        assert document.status_code == 200, at
        assert any(address(str(s)) == at for s in triples(document.text, "turtle").subjects()), at
        if at != "index":  # an IRI with a suffix is the document too
            assert web.get(raw + ".ttl").text == document.text


def assert_same_triples(web: httpx.Client, at: str, published: Path) -> None:
    for suffix, media in {".ttl": "text/turtle", ".jsonld": "application/ld+json"}.items():
        raw = "" if at == "index" else quote(at, safe="/%")
        served = web.get(raw, headers={"Accept": media}, follow_redirects=True)
        assert (served.status_code, served.headers["content-type"].partition(";")[0]) == (200, media), at
        expected = triples((published / f"{at}{suffix}").read_text(encoding="utf-8"), media)
        assert len(expected) > 0
        assert rdflib.compare.isomorphic(triples(served.text, media), expected), at + suffix


def test_the_server_tells_of_an_iri_what_a_published_file_tells(
    web: httpx.Client, snapshot: store.Snapshot, published: Path
) -> None:
    """One of each kind, among them the data set and the ontology, and the terms of the ontology by their document."""
    chosen = {at.partition("/")[0]: at for at in Descriptions(snapshot.open()).subjects}
    assert {"index", "def", "plan", "item", "term", "topic"} <= set(chosen)
    for at in chosen.values():
        assert_same_triples(web, at, published)


def test_what_stands_in_no_snapshot_is_told_by_the_published_files(built: Path, published: Path) -> None:
    with serving(built, "--site", published, "--workers", "1") as found, httpx.Client(base_url=found.address) as web:
        for at in ("shape", "catalog"):
            assert_same_triples(web, at, published)
        rules = web.get("shape", headers={"Accept": "text/html", "Accept-Language": "en"})
        assert (rules.status_code, rules.headers["location"]) == (303, "shape.en.html")
        assert "application/rdf+xml" not in rules.headers["link"]
        for path, accept in (("shape", "application/rdf+xml"), ("catalog", "text/html")):
            assert web.get(path, headers={"Accept": accept}).status_code == 406
        assert web.get("cities").status_code == 404  # a page about no IRI


def test_the_terms_of_the_ontology_are_one_document(web: httpx.Client) -> None:
    graph = triples(web.get("def.ttl").text, "turtle")
    assert len({s for s in graph.subjects(rdflib.RDF.type) if str(s).startswith(BASE + "def#")}) > 50
    page = web.get("def.en.html").text
    assert 'id="Item"' in page


def test_a_document_names_its_other_forms(web: httpx.Client) -> None:
    link = web.get("plan/08236-2022.ttl").headers["link"]
    assert f'<{PLAN}>; rel="describes"' in link
    assert f'<{PLAN}.ttl>; rel="canonical"' in link
    assert f'<{PLAN}.en.html>; rel="alternate"; type="text/html"; hreflang="en"' in link
    assert f'<{PLAN}.jsonld>; rel="alternate"; type="application/ld+json"' in link


@pytest.mark.parametrize("path", ["plan/08236-2022.ttl", "plan/08236-2022.html", "plan/08236-2022", "ask", "openapi.json",
                                  "ask/topics-of-one-city?format=csv", "sparql?query=ASK%7B%7D", "nowhere"])  # fmt: skip
def test_head_tells_the_same_without_the_body(path: str, web: httpx.Client) -> None:
    headers = {"Accept-Language": "en"}
    got, head = web.get(path, headers=headers), web.head(path, headers=headers)
    assert head.status_code == got.status_code
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}
    assert head.content == b""


@pytest.mark.parametrize("path", ["plan/08236-2022.ttl", "plan/08236-2022.html", "ask", "openapi.json",
                                  "ask/topics-of-one-city?format=csv", "sparql?query=ASK%7B%7D"])  # fmt: skip
def test_what_the_client_has_is_not_sent_again(path: str, web: httpx.Client, snapshot: store.Snapshot) -> None:
    tag = web.get(path).headers["etag"]
    assert tag.startswith(f'"{snapshot.manifest.digest[:16]}-')
    again = web.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert web.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_nothing_that_is_acceptable(web: httpx.Client) -> None:
    found = web.get("plan/08236-2022", headers={"Accept": "image/png, text/html;q=0"})
    assert found.status_code == 406
    assert "text/turtle" in found.text


@pytest.mark.parametrize("path", ["item/nothing", "plan/08236-2022.pdf", "sparql/", "index", "item/%FF", "%2F%2Fetc"])
def test_nothing_is_there(path: str, web: httpx.Client) -> None:
    page = web.get(path, headers={"Accept": "text/html", "Accept-Language": "ja"})
    assert page.status_code == 404
    assert "このアドレスには何もありません" in page.text and "<html" in page.text
    problem = web.get(path, headers={"Accept": "application/json"})
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["message"]["ja"].startswith("このアドレス")
    assert "Nothing is at this address" in web.get(path).text


def test_what_may_not_be_done(web: httpx.Client) -> None:
    for method, path, allowed in [
        ("PUT", "sparql", "GET, HEAD, POST, OPTIONS"),
        ("DELETE", "plan/08236-2022", "GET, HEAD, OPTIONS"),
        ("POST", "ask", "GET, HEAD, OPTIONS"),
    ]:
        found = web.request(method, path)
        assert (found.status_code, found.headers["allow"]) == (405, allowed)


def test_pages_of_others_may_read_it(web: httpx.Client) -> None:
    for path in ("plan/08236-2022", "plan/08236-2022.ttl", "sparql?query=ASK%7B%7D", "nowhere", "ask"):
        assert web.get(path).headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    preflight = web.options("sparql", headers=asked)
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]


def test_rdflib_follows_an_iri(served: Served) -> None:
    graph = rdflib.Graph().parse(served.address + "topic/kakanai-madoguchi")
    assert list(graph.predicate_objects(rdflib.URIRef(BASE + "topic/kakanai-madoguchi")))


def test_answers_do_not_wait_for_a_packet_of_the_client(web: httpx.Client) -> None:
    """Without TCP_NODELAY each takes 40 ms or more, since its head and its body are written one after the other."""
    times = []
    for _ in range(30):
        began = time.monotonic()
        web.get("openapi.json")
        web.get("plan/08236-2022")
        web.get("sparql", params={"query": "ASK {}"})
        times.append(time.monotonic() - began)
    assert min(times) < 0.07


# A published folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "public"
    for name, text in {
        "plan/08236-2022.html": "<p>計画の頁",
        "plan/08236-2022.en.html": "<p>The page",
        "assets/style.css": "p {}",
        "dumps/dxplan.nq": "<http://a/b> <http://a/b> <http://a/b> <http://a/b> .\n",
        "sparql.html": "<p>workbench",
        "sub/index.html": "<p>sub",
        ".hidden": "hidden",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    return folder


@pytest.fixture(scope="module")
def with_site(built: Path, site: Path) -> Iterator[httpx.Client]:
    with serving(built, "--site", site, "--workers", "1") as found, httpx.Client(base_url=found.address) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "media", "text"),
    [
        ("plan/08236-2022.html", "text/html; charset=utf-8", "計画の頁"),
        ("assets/style.css", "text/css; charset=utf-8", "p {}"),
        ("dumps/dxplan.nq", "application/n-quads", "<http://a/b>"),
        ("sub/", "text/html; charset=utf-8", "sub"),
        ("plan/08223-2023.en.html", "text/html; charset=utf-8", "Itako"),  # not published: a plain page
        ("plan/08236-2022.ttl", "text/turtle; charset=utf-8", "plan:08236-2022"),
    ],
)
def test_published_files_are_served(path: str, media: str, text: str, with_site: httpx.Client) -> None:
    found = with_site.get(path)
    assert (found.status_code, found.headers["content-type"]) == (200, media)
    assert text in found.text
    assert with_site.get(path, headers={"If-None-Match": found.headers["etag"]}).status_code == 304


def test_a_part_of_a_file(with_site: httpx.Client) -> None:
    found = with_site.get("dumps/dxplan.nq", headers={"Range": "bytes=0-11"})
    assert (found.status_code, found.text) == (206, "<http://a/b>")


def test_a_browser_is_led_to_the_workbench(with_site: httpx.Client) -> None:
    found = with_site.get("sparql", headers={"Accept": "text/html"})
    assert (found.status_code, found.headers["location"]) == (303, "sparql.html")


@pytest.mark.parametrize("path", [".hidden", "link.txt", "assets", "assets/", "sub/.", "../secret.txt"])
def test_what_is_not_published_is_not_shown(path: str, with_site: httpx.Client) -> None:
    assert with_site.get(path).status_code == 404


# SPARQL


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_as_the_store_does(name: str, served: Served, source: StoreSource) -> None:
    question = QUESTIONS[name]
    assert question.ask(Endpoint(served.address + "sparql"), {}) == question.ask(source, {})


SELECT = 'SELECT ?x ?y WHERE { VALUES (?x ?y) { (<http://a/b> "a,\\"b\\"\\n語"@ja) (1.5 UNDEF) } }'


def read_json(text: str) -> list[list[str]]:
    found = json.loads(text)
    return [
        [row.get(name, {}).get("value", "") for name in found["head"]["vars"]] for row in found["results"]["bindings"]
    ]


def read_xml(text: str) -> list[list[str]]:
    space = "{http://www.w3.org/2005/sparql-results#}"
    rows = []
    for result in ElementTree.fromstring(text).iter(f"{space}result"):
        row = {binding.get("name"): binding[0].text or "" for binding in result}
        rows.append([row.get("x", ""), row.get("y", "")])
    return rows


def test_results_in_all_forms_agree(web: httpx.Client) -> None:
    readers = {
        "application/sparql-results+json": read_json,
        "application/json": read_json,
        "application/sparql-results+xml": read_xml,
        "text/csv": lambda text: list(csv.reader(io.StringIO(text, newline="")))[1:],
        "text/tab-separated-values": lambda text: [line.split("\t") for line in text.splitlines()[1:]],
    }
    expected = [["http://a/b", 'a,"b"\n語'], ["1.5", ""]]
    for media, reader in readers.items():
        found = web.get("sparql", params={"query": SELECT}, headers={"Accept": media})
        assert found.headers["content-type"].partition(";")[0] == media
        if media == "text/tab-separated-values":
            assert reader(found.text) == [["<http://a/b>", '"a,\\"b\\"\\n語"@ja'], ["1.5", ""]]
        else:
            assert reader(found.text) == expected
    for name, media in {"json": "application/sparql-results+json", "csv": "text/csv", "text/csv": "text/csv"}.items():
        named = web.get("sparql", params={"query": SELECT, "format": name}, headers={"Accept": "image/png"})
        assert named.headers["content-type"].partition(";")[0] == media


def test_graphs_in_all_forms_agree(web: httpx.Client, source: StoreSource) -> None:
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{PLAN}> {{ ?s ?p ?o }} }}"
    expected = len(set(source.run(query)))  # type: ignore[arg-type]
    for media in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"):
        found = web.post("sparql", data={"query": query}, headers={"Accept": media})
        assert found.headers["content-type"].partition(";")[0] == media
        assert len(triples(found.text, media)) == expected


def test_the_three_ways_to_ask(web: httpx.Client) -> None:
    query = "ASK { plan:08236-2022 a dx:Plan }"
    for found in (
        web.get("sparql", params={"query": query}),
        web.post("sparql", data={"query": query}),
        web.post("sparql", content=query, headers={"Content-Type": "application/sparql-query"}),
    ):
        assert found.json()["boolean"] is True
        assert found.headers["query-limits"].startswith("seconds=30, rows=100000, ")


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"params": {"query": "SELECT * WHERE {"}}, 400, "SPARQL:1:16: this { is not closed."),
        ({"params": {"query": "SELECT * WHERE { ?x ex:y ?z }"}}, 400, "the prefix ex: is not declared"),
        ({"params": {"query": ""}}, 400, "this is no SPARQL query"),
        ({"params": {"q": "ASK {}"}}, 400, "Give the query"),
        ({"params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400, "Give one query parameter only"),
        ({"params": {"query": "ASK {}", "default-graph-uri": "no iri"}}, 400, "default-graph-uri=no iri"),
        ({"params": {"query": "ASK {}", "timeout": "soon"}}, 400, "timeout=soon"),
        ({"params": {"query": "ASK {}", "timeout": "-1"}}, 400, "timeout=-1"),
        ({"params": {"query": "ASK {}", "format": "pdf"}}, 400, "json, xml, csv, tsv"),
        ({"params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406, "application/sparql-results+json"),
        ({"params": {"query": "INSERT DATA { <a:b> <a:b> <a:b> }"}}, 400, "updates are not run"),
        ({"params": {"update": "CLEAR ALL"}}, 403, "read-only"),
        ({"method": "POST", "data": {"update": "CLEAR ALL"}}, 403, "read-only"),
        ({"method": "POST", "content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}, 403, "read-only"),
        ({"method": "POST", "content": "ASK {}", "headers": {"Content-Type": "text/plain"}}, 415, "application/sparql-query"),
        ({"method": "POST", "content": "ASK {}"}, 415, "Content-Type"),
        ({"method": "POST", "content": b"ASK {} #\xff", "headers": {"Content-Type": "application/sparql-query"}}, 400, "UTF-8"),
        ({"method": "POST", "data": {}, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400, "Give the query"),
        ({"params": {"query": "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"}}, 400, "SERVICE is not run"),
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused_in_words(
    request_: dict[str, object], status: int, words: str, web: httpx.Client
) -> None:
    sent = {"method": "GET", "headers": {}, **request_}
    found = web.request(url="sparql", **{**sent, "headers": {"Accept-Language": "en", **sent["headers"]}})  # type: ignore
    assert found.status_code == status, found.text
    assert words in found.text


def test_a_refusal_comes_in_the_language_and_form_wanted(web: httpx.Client) -> None:
    query = {"query": "SELECT * WHERE {"}
    assert "閉じられていません" in web.get("sparql", params=query, headers={"Accept-Language": "ja"}).text
    both = web.get("sparql", params=query).text
    assert "閉じられていません" in both and "is not closed" in both
    problem = web.get("sparql", params=query, headers={"Accept": "application/json"}).json()
    assert problem["status"] == 400
    assert set(problem["message"]) == {"ja", "en"}


def counted(web: httpx.Client, query: str, **dataset: object) -> int:
    found = web.get("sparql", params={"query": query, "format": "json", **dataset})  # type: ignore[arg-type]
    return int(found.json()["results"]["bindings"][0]["n"]["value"])


def test_the_dataset_that_the_request_names(web: httpx.Client, snapshot: store.Snapshot) -> None:
    """https://www.w3.org/TR/sparql11-protocol/#dataset: what the request names outweighs the query."""
    opened = snapshot.open()
    plan, other = PLAN, BASE + "plan/08223-2023"
    sizes = {iri: len(list(opened.quads_for_pattern(None, None, None, ox.NamedNode(iri)))) for iri in (plan, other)}
    default = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert counted(web, default) == len(opened)
    assert counted(web, default, **{"default-graph-uri": plan}) == sizes[plan]
    assert counted(web, default, **{"default-graph-uri": [plan, other]}) == sizes[plan] + sizes[other]
    assert counted(web, named) == len(list(opened.named_graphs()))
    assert counted(web, named, **{"default-graph-uri": plan}) == 0
    assert counted(web, named, **{"named-graph-uri": [plan, other]}) == 2
    assert counted(web, default, **{"named-graph-uri": plan}) == 0
    assert counted(web, default, **{"default-graph-uri": "http://example.org/none"}) == 0
    from_other = f"SELECT (COUNT(*) AS ?n) FROM <{other}> WHERE {{ ?s ?p ?o }}"
    assert counted(web, from_other) == sizes[other]
    assert counted(web, from_other, **{"default-graph-uri": plan}) == sizes[plan]
    assert (
        counted(web, f"SELECT (COUNT(*) AS ?n) FROM NAMED <{other}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}")
        == sizes[other]
    )


def test_an_answer_with_too_many_rows_is_refused(built: Path) -> None:
    with serving(built, "--rows", "10", "--workers", "1") as served, httpx.Client(base_url=served.address) as web:
        for form in ("json", "xml", "csv", "tsv"):
            for limit, status in ((10, 200), (11, 400)):
                query = f'SELECT ("a\\n}},{{\\r\\n<result>" AS ?x) ?s WHERE {{ ?s ?p ?o }} LIMIT {limit}'
                found = web.get("sparql", params={"query": query, "format": form})
                assert found.status_code == status, (form, limit)
            assert "more than the 10 rows" in found.text
        for limit, status in ((10, 200), (11, 400)):
            query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }} LIMIT {limit}"
            assert web.get("sparql", params={"query": query}).status_code == status
        assert web.get("ask/timeline-of-city").status_code == 400
        with pytest.raises(UsageError, match="more than the 10 rows"):
            Endpoint(served.address + "sparql").select("SELECT * WHERE { ?s ?p ?o }")


def test_a_client_lowers_the_time_limit_but_not_more(served: Served, web: httpx.Client) -> None:
    endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    began = time.monotonic()
    found = web.get("sparql", params={"query": endless, "timeout": "0.5"}, headers={"Accept-Language": "en"})
    assert found.status_code == 503
    assert "retry-after" not in found.headers
    assert "time limit of 0.5 s" in found.text
    assert time.monotonic() - began < 10
    with pytest.raises(EndpointError, match="at a time limit of its own"):
        Endpoint(served.address + "sparql?timeout=0.3").select(endless)


def test_the_service_description(served: Served, web: httpx.Client, snapshot: store.Snapshot) -> None:
    for accept in ("text/turtle", "application/ld+json", "application/rdf+xml"):
        reply = web.get("sparql", headers={"Accept": accept})
        graph = triples(reply.text, reply.headers["content-type"].partition(";")[0])
        (service,) = graph.subjects(rdflib.RDF.type, SD.Service)
        assert str(service) == served.address + "sparql"
        assert graph.value(service, SD.endpoint) == service
        assert graph.value(service, SD.supportedLanguage) == SD.SPARQL11Query
        assert (service, SD.feature, SD.UnionDefaultGraph) in graph
        dataset = graph.value(service, SD.defaultDataset)
        opened = snapshot.open()
        names = {
            str(graph.value(each, SD.name)): graph.value(each, SD.graph) for each in graph[dataset : SD.namedGraph]
        }
        assert set(names) == {node.value for node in opened.named_graphs()}  # type: ignore[union-attr]
        plan = len(list(opened.quads_for_pattern(None, None, None, ox.NamedNode(PLAN))))
        assert int(graph.value(names[PLAN], rdflib.VOID.triples)) == plan  # type: ignore[arg-type]
        assert any("30 s" in str(each) for each in graph[service : rdflib.RDFS.comment])
        sh = rdflib.Namespace(PREFIXES["sh"])
        examples = set(graph.subjects(rdflib.RDF.type, sh.SPARQLSelectExecutable))
        assert len(examples) == len(QUESTIONS)
        for example in examples:
            assert graph.value(example, sh.select)
            assert {each.language for each in graph[example : rdflib.RDFS.label]} == {"ja", "en"}  # type: ignore


def test_a_browser_is_given_a_form(web: httpx.Client) -> None:
    found = web.get("sparql", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert "<textarea" in found.text and "30 s" in found.text
    query = re.search(r"<textarea[^>]*>(.*?)</textarea>", found.text, re.DOTALL)
    assert query is not None
    assert len(web.get("sparql", params={"query": query[1]}).json()["results"]["bindings"]) > 4


def test_sparqlwrapper_asks(served: Served) -> None:
    wrapper = SPARQLWrapper(served.address + "sparql")
    wrapper.setQuery("SELECT ?plan WHERE { ?plan a <https://w3id.org/dxplan/def#Plan> }")
    wrapper.setReturnFormat(JSON)
    assert len(wrapper.query().convert()["results"]["bindings"]) > 4  # type: ignore


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_the_store_of_rdflib_asks(method: str, served: Served) -> None:
    graph = rdflib.Graph(SPARQLStore(served.address + "sparql", method=method))
    found = graph.query("SELECT ?label WHERE { <https://w3id.org/dxplan/topic/kakanai-madoguchi> rdfs:label ?label }")
    assert {row.label.language for row in found} == {"ja", "en"}  # type: ignore[union-attr]


# Saved questions


def test_a_question_by_its_address(web: httpx.Client, source: StoreSource) -> None:
    question = QUESTIONS["cities-without-topic"]
    topic, year = ox.NamedNode(BASE + "topic/denshi-toshokan"), ox.NamedNode(BASE + "fy/2021")
    expected = question.ask(source, {"topic": topic, "asOf": year})
    for values in ({"topic": "電子図書館", "as-of": "R3"}, {"topic": "topic:denshi-toshokan", "asOf": "2021"},
                   {"topic": BASE + "topic/denshi-toshokan", "as-of": "令和3年度"}):  # fmt: skip
        found = web.get("ask/cities-without-topic", params={**values, "format": "csv"})
        assert found.status_code == 200, found.text
        rows = list(csv.reader(io.StringIO(found.text)))
        assert rows[0] == expected.columns
        assert [row[0] for row in rows[1:]] == [row[0].value for row in expected.rows if row[0]]


def test_an_answer_in_each_form(web: httpx.Client) -> None:
    for accept, begins in {
        "text/csv": "city,cityLabel",
        "application/sparql-results+json": '{\n  "head"',
        "text/markdown": "「書かない窓口」は、",
        "text/html": "<!doctype html>",
    }.items():
        found = web.get("ask/cities-without-topic", headers={"Accept": accept})
        assert found.headers["content-type"].partition(";")[0] == accept
        assert found.text.startswith(begins)
    english = web.get("ask/cities-without-topic?lang=en&format=html&as-of=R4").text
    assert '<a href="../municipality/08205.en.html">Ishioka City (municipality:08205)</a>' in english
    assert '<input name="as-of" value="R4"> FY2022 (Reiwa 4)' in english
    assert (
        "<strong>Every city plans “Counter without form-filling” or runs it already. 2 cities neither plan" in english
    )


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("ask/cities-without-topc", 404, "Did you mean: cities-without-topic"),
        ("ask/cities-without-topic?topic=電子図書", 400, "topic 電子図書: not found. Did you mean: 電子図書館"),
        ("ask/cities-without-topic?as-of=1400", 400, "give a fiscal year from"),
        ("ask/cities-without-topic?city=x", 400, "no such parameter. It has: topic, as-of"),
        ("ask/cities-without-topic?format=pdf", 400, "html, json, csv, md"),
        ("ask/cities-without-topic?lang=fr", 400, "give ja or en"),
        ("ask/cities-without-topic?as-of=R3&as-of=R4", 400, "one value only"),
        ('ask/cities-without-topic?topic=" } ?x', 400, "not found"),
        ("ask/cities-without-topic?as-of=R3&asOf=R4", 400, "one value only"),
        ("ask/cities-without-topic?topic=", 400, "not found"),
        ("ask?topic=rpa", 400, "topic: the list of questions has no such parameter"),
        ("ask?lang=fr", 400, "give ja or en"),
        ("sparql?question=cities-without-topic", 400, "parameter query"),
    ],
)
def test_wrong_values_are_told(path: str, status: int, words: str, web: httpx.Client) -> None:
    found = web.get(path, headers={"Accept": "text/plain", "Accept-Language": "en"})
    assert found.status_code == status
    assert words in found.text


def test_wrong_values_are_told_in_japanese_too(web: httpx.Client) -> None:
    found = web.get("ask/cities-without-topic?topic=電子図書", headers={"Accept": "text/html", "Accept-Language": "ja"})
    assert found.status_code == 400
    assert "topic 電子図書: 見つかりません。近いもの: 電子図書館" in found.text


def test_the_page_of_an_answer_keeps_its_values(web: httpx.Client) -> None:
    """In its form, and in the other language, also where a name alone would mean several things."""
    asked = {"topic": "ＲＰＡ", "as-of": "R4", "format": "html"}
    page = web.get("ask/cities-without-topic", params={**asked, "lang": "ja"}).text
    assert '<input name="topic" value="ＲＰＡ"> RPA' in page
    other = re.search(r'<a href="([^"]+)" hreflang="en"', page)
    assert other
    english = web.get("ask/" + html.unescape(other[1]))
    assert english.status_code == 200
    assert english.text == web.get("ask/cities-without-topic", params={**asked, "lang": "en"}).text
    default = web.get("ask/evidence-of-element?format=html&lang=ja").text
    assert '<input name="element" value="item:08236-2022-31"> ' in default


@pytest.mark.parametrize(("suffix", "lang"), [(".html", "ja"), (".en.html", "en")])
def test_the_page_of_a_question_leads_to_the_answer_for_other_values(
    suffix: str, lang: str, with_site: httpx.Client
) -> None:
    found = with_site.get(f"questions/spread-of-topic{suffix}", params={"topic": "書かない窓口 "})
    assert found.status_code == 303
    expected = with_site.get(
        "ask/spread-of-topic", params={"topic": "書かない窓口", "lang": lang, "format": "csv"}
    ).text
    led = with_site.get(found.headers["location"].removeprefix("../"), headers={"Accept": "text/csv"})
    assert led.text == expected
    wrong = with_site.get(f"questions/spread-of-topic{suffix}?topic=none", follow_redirects=True)
    assert wrong.status_code == 400
    assert with_site.get(f"questions/none{suffix}?topic=rpa").status_code == 404


def test_the_catalogue(web: httpx.Client) -> None:
    listed = web.get("ask", headers={"Accept": "application/json"}).json()["questions"]
    assert [each["name"] for each in listed] == sorted(QUESTIONS)
    topic = next(each for each in listed if each["name"] == "cities-without-topic")["parameters"][0]
    assert (topic["name"], topic["default"]) == ("topic", "topic:kakanai-madoguchi")
    page = web.get("ask", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert 'href="./ask/cities-without-topic?lang=en"' in page


def test_openapi(web: httpx.Client, served: Served) -> None:
    """It is what the specification of OpenAPI demands; parameters are what the server takes."""
    document = web.get("openapi.json").json()
    openapi_spec_validator.validate(document)
    assert document["servers"] == [{"url": served.address.rstrip("/")}]
    operations = [path["get"] for path in document["paths"].values()]
    assert len({each["operationId"] for each in operations}) == len(operations) == len(QUESTIONS) + 2
    for path, item in document["paths"].items():
        if path.startswith("/ask/"):
            defaults = {
                p["name"]: p["schema"]["default"] for p in item["get"]["parameters"] if "default" in p["schema"]
            }
            found = web.get(path, params={**defaults, "format": "csv"})
            assert found.status_code == 200, (path, found.text)
            assert found.text == web.get(path, params={"format": "csv"}).text


# Beginning, replacing, ending


def test_a_newer_snapshot_takes_over_without_a_failure(snapshot: store.Snapshot, tmp_path: Path) -> None:
    root = root_with(snapshot, tmp_path)
    node = ox.NamedNode(BASE + "term/08221-2023-TCP%2FIP")
    added = ox.Quad(
        node, ox.NamedNode(PREFIXES["rdfs"] + "label"), ox.Literal("新顔", language="ja"), ox.NamedNode(PLAN)
    )
    query = {"query": f"ASK {{ {node} ?p ?o }}", "format": "json"}
    with serving(root, "--workers", "2") as served:
        failures: list[object] = []
        answers: list[bool] = []
        stop = threading.Event()

        def ask() -> None:
            with httpx.Client(base_url=served.address, timeout=30) as client:
                while not stop.is_set():
                    for reply in (client.get("sparql", params=query), client.get("plan/08236-2022.ttl")):
                        if reply.status_code != 200:
                            failures.append(reply)
                    answers.append(client.get("sparql", params=query).json()["boolean"])

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        old = served.workers()
        newer_snapshot(root / "build" / "store", "0123456789abcdef", added)
        for _ in range(100):
            if answers and answers[-1]:
                break
            time.sleep(0.1)
        time.sleep(0.7)
        stop.set()
        for thread in threads:
            thread.join()
        assert not failures
        assert answers[0] is False and answers[-1] is True
        # An IRI whose key holds an escaped slash, with a suffix and as a link to a file escapes it.
        thing = httpx.get(served.address + "term/08221-2023-TCP%2FIP", headers={"Accept": "text/turtle"})
        assert thing.headers["location"] == "08221-2023-TCP%252FIP.ttl"
        for found in (httpx.get(urljoin(str(thing.url), thing.headers["location"])), httpx.get(f"{thing.url}.ttl")):
            assert found.headers["etag"].startswith('"0123456789abcdef-')
            assert "新顔" in found.text
        assert httpx.get(served.address + "term/08221-2023-TCP/IP").status_code == 404
        assert not [worker for worker in old if worker.is_running()]  # of the old snapshot
        assert len(served.workers()) == 2


def test_a_broken_snapshot_leaves_the_old_one_answering(snapshot: store.Snapshot, tmp_path: Path) -> None:
    root = root_with(snapshot, tmp_path)
    kept = root / "build" / "store"
    with serving(root, "--workers", "1") as served:
        (kept / "feedfeed").mkdir()
        (kept / "feedfeed" / "manifest.json").write_bytes((snapshot.path / "manifest.json").read_bytes())
        write_atomically(kept / "CURRENT", "feedfeed")
        time.sleep(1.2)
        assert httpx.get(served.address + "sparql", params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_leaves_nothing_behind(number: signal.Signals, built: Path) -> None:
    with serving(built, "--workers", "2") as served:
        httpx.get(served.address + "sparql", params={"query": "ASK {}"})
        workers = served.workers()
        served.process.send_signal(number)
        assert served.process.wait(10) == 0
        assert workers
        assert not [worker for worker in workers if worker.is_running()]


def test_workers_do_not_outlive_a_killed_server(built: Path) -> None:
    """One is in the midst of a query that never ends."""
    with serving(built, "--workers", "2", "--timeout", "1") as served:
        endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

        def ask() -> None:
            with pytest.raises(httpx.HTTPError):
                httpx.get(served.address + "sparql", params={"query": endless}, timeout=5)

        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.3)
        workers = served.workers()
        served.process.kill()
        thread.join()
        assert not psutil.wait_procs(workers, timeout=5)[1]


def test_a_port_in_use_is_told(served: Served, built: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dxplan", "--root", built, "--lang", "en", "serve", "--port", str(served.port)],
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"Cannot listen at 127.0.0.1:{served.port}" in done.stderr and "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_store_it_does_not_begin(tmp_path: Path) -> None:
    for part in ("ontology", "shapes", "data", "queries"):
        (tmp_path / part).symlink_to(ROOT / part)
    done = subprocess.run(
        [sys.executable, "-m", "dxplan", "--root", tmp_path, "serve", "--port", "0"], capture_output=True, timeout=30
    )
    assert done.returncode == 3


# Parts


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle ; Q=0.5", "text/turtle"),
        ("*/*;q=0.1, application/ld+json", "application/ld+json"),
        ("text/*, text/html;q=0", "text/turtle"),
        ("application/ld+json;profile=\"a\";q=0.3, text/turtle;q=0.2", "application/ld+json"),
        ("text/html;q=0, */*;q=0", None),
        ("image/png", None),
    ],
)  # fmt: skip
def test_negotiation(header: str | None, expected: str | None) -> None:
    assert negotiation.accepted(header, ["text/html", "text/turtle", "application/ld+json"]) == expected


def test_the_path_of_an_iri() -> None:
    assert iri_path("term/x-%28a%29%2f%3C%20%E8%AA%B2") == "term/x-(a)%2F%3C%20課"
    assert iri_path("%E8%AA") is None


@pytest.mark.java
def test_rsparql_of_jena_asks(served: Served, source: StoreSource) -> None:
    (program,) = sorted((ROOT / "build/peers").glob("apache-jena-[0-9]*/bin/rsparql"))[-1:]
    for name in ("cities-without-topic", "spread-of-topic"):
        done = subprocess.run(
            [program, f"--service={served.address}sparql", f"--query={QUESTIONS[name].path}", "--results=csv"],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        expected = QUESTIONS[name].ask(source, {})
        assert len(list(csv.reader(io.StringIO(done.stdout)))) == 1 + len(expected.rows)
        assert isinstance(expected, Answer)
