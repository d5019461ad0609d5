"""Holds what ``dxplan check --format json`` found in a made-up nation against the errors that it is known to hold.

``python nation_findings.py ROOT FOUND.json`` is a process of its own: the findings of a large nation take much memory.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from measuring import ROOT

#: Of each kind of difference so many are told.
MOST = 5


def differences(root: Path, findings: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Tell which errors were not found, and what was found without being one.

    Gaps come by themselves, and the real plans hold what they hold.
    """
    truth = root / "truth/findings.csv"
    if not truth.is_file():
        return
    with truth.open(encoding="utf-8", newline="") as file:
        planted = {(rule, focus) for rule, focus in list(csv.reader(file))[1:]}
    found = {(f["rule"], f["focus"]) for f in findings}
    severe = [f for f in findings if f["severity"] != "info" and not (ROOT / f["file"]).is_file()]
    more = {(f["rule"], f["focus"]) for f in severe} - planted
    for said, these in (("not found", planted - found), ("found, but not planted", more)):
        yield from (f"{said}: {rule} {focus}" for rule, focus in sorted(these)[:MOST])


def main() -> None:
    """Tell how many findings there are, their digest, and how they differ from the errors that are known."""
    root, found = map(Path, sys.argv[1:])
    findings = json.loads(found.read_text(encoding="utf-8"))["findings"]
    rows = sorted(" ".join(map(str, (f["rule"], f["focus"], f["path"], f["value"], f["file"]))) for f in findings)
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    told = {"count": len(rows), "digest": digest, "differing": list(differences(root, findings))}
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
