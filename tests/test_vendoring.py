"""What the SPARQL page is made of comes from npm when the site is built: pinned by hash, from no named registry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.site import dumps, workbench
from dxplan.site.material import Material

SITE = Path(workbench.__file__).parent


def test_every_package_is_pinned_by_hash_and_names_no_host() -> None:
    text = (SITE / "vendor/package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    wanted = json.loads((SITE / "vendor/package.json").read_text(encoding="utf-8"))["dependencies"]
    assert packages[""]["dependencies"] == wanted
    for name, package in packages.items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert "resolved" not in package, name
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version


def test_our_own_scripts_ask_nobody_else() -> None:
    for path in sorted((SITE / "assets/sparql").iterdir()):
        for line in path.read_text(encoding="utf-8").splitlines():
            code = re.sub(r"(^|\s)//.*|/\*.*?\*/", "", line)
            for url in re.findall(r"https?://[^\s\"'`)]+", code):
                assert url.startswith("https://w3id.org/dxplan/"), f"{path.name}: {url}"


def test_a_site_without_them_is_whole_all_the_same(
    corpus: Corpus, source: StoreSource, root: Path, tmp_path: Path
) -> None:
    assert workbench.vendored(tmp_path) is None
    material = Material(corpus, source.store, root / "queries")
    (nquads,) = (download for _, download in dumps.dumps(source.store) if download.path == dumps.NQUADS)
    made = dict(workbench.files(material, nquads, None))
    assert not any(path.startswith("assets/vendor/") for path in made)
    assert made == dict(workbench.files(material, nquads, None))
    saved = json.loads(made["assets/sparql/questions.json"])
    assert [question["name"] for question in saved["questions"]] == sorted(
        path.stem for path in (root / "queries").glob("*.rq")
    )
    for question in saved["questions"]:
        assert not any("#+" in piece for piece in question["text"])
        for parameter in question["parameters"]:
            values = [saved["things"][at][0] for at in saved["lists"][parameter["list"]]]
            assert parameter["default"] in values, f"{question['name']}: {parameter['name']}"


@pytest.mark.parametrize("missing", ["LICENSES.txt", "oxigraph/web_bg.wasm"])
def test_half_a_set_is_none(missing: str, tmp_path: Path) -> None:
    folder = tmp_path / "web/vendor"
    (folder / "oxigraph").mkdir(parents=True)
    for name in ("yasgui.min.js", "yasgui.min.css", "oxigraph/web.js", "oxigraph/web_bg.wasm", "LICENSES.txt"):
        (folder / name).write_text("x", encoding="utf-8")
    assert workbench.vendored(tmp_path) == folder
    (folder / missing).unlink()
    assert workbench.vendored(tmp_path) is None
