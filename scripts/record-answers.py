"""Record the answers of all saved questions anew: python scripts/record-answers.py

Run it after a question or the data changed, and read the difference before you commit it.
"""

from pathlib import Path

from dxplan import building
from dxplan.asking.answers import render
from dxplan.asking.questions import load
from dxplan.asking.sources import StoreSource
from dxplan.corpus import Corpus
from dxplan.kept import write_atomically

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Build the store, ask every question with its defaults, write ``tests/queries/<stem>.csv``."""
    source = StoreSource(building.build(Corpus(ROOT), ROOT / "build" / "store").open())
    for name, question in load(ROOT / "queries").items():
        answer = render(question.ask(source, {}), "csv").replace("\r\n", "\n")
        write_atomically(ROOT / "tests" / "queries" / f"{name}.csv", answer)
        print(name)


if __name__ == "__main__":
    main()
