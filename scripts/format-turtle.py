"""Rewrite Turtle files in the canonical form of this project: python scripts/format-turtle.py FILE…"""

import sys
from pathlib import Path

from dxplan.canonical import canonical
from dxplan.kept import write_atomically


def main(names: list[str]) -> int:
    """Format each file that is not canonical yet; return how many files could not be formatted."""
    failed = 0
    for name in names:
        text = Path(name).read_text(encoding="utf-8")
        try:
            formed = canonical(text)
        except (ValueError, KeyError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
            continue
        if formed != text:
            write_atomically(Path(name), formed)
            print(name)
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
