"""What a nation costs, in work counted and not in time: plans touched, and rows that questions visit.

The same commands as for 1,741 plans, a hundred times smaller.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dxplan import building
from dxplan.asking.questions import load
from dxplan.checking.check import check
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.store import Snapshot
from dxplan.working.workers import Workers

pytestmark = pytest.mark.xdist_group("growth")  # what they share is made once

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from nation.nation import write_nation  # noqa: E402

#: The first four plans of a nation are the real ones; the small nation is a hundredth of 1,741 plans.
REAL, SMALL, LARGE = 4, 18, 46
QUESTIONS = load(ROOT / "queries")
OXIGRAPH = Path(sys.executable).parent / "oxigraph"


def nation(folder: Path, plans: int) -> Path:
    write_nation(ROOT, folder / "nation", plans, 1, 1.0)
    return folder / "nation"


def built(root: Path) -> Snapshot:
    return building.build(Corpus(root), root / "build/store", workers=Workers(1))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nation(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="module")
def small(root: Path) -> Snapshot:
    return built(root)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    root = nation(tmp_path_factory.mktemp("large"), LARGE)
    return built(root)


def documents(root: Path) -> int:
    return len(Corpus(root).files("plans", "reports"))


def test_one_plan_more_or_less_costs_one_plan(root: Path, small: Snapshot) -> None:
    """Checked and built: everything once, then nothing, then what changed with the reports that are read with it.

    In the build that is all documents of the city, which its cubes tell of together.
    """
    kept = root / "build/findings"

    def checked() -> int:
        corpus = Corpus(root)
        files = corpus.files("reference", "national", "plans", "reports")
        return check(files, corpus, RuleBook(corpus), "sparql", kept, workers=Workers(1)).checked

    def made() -> int:
        return built(root).made

    shared = len(Corpus(root).files("reference", "national"))
    assert (checked(), small.made) == (documents(root) + shared, documents(root))
    assert (checked(), made()) == (0, 0)
    plan = sorted((root / "data/plans").glob("4*.ttl"))[0]
    text = plan.read_text(encoding="utf-8")
    reports = sum(plan.stem in path.read_text(encoding="utf-8") for path in (root / "data/reports").glob("*.ttl"))
    own = sum(len(list((root / "data" / folder).glob(f"{plan.stem[:5]}-*.ttl"))) for folder in ("plans", "reports"))
    plan.write_text(text + "# a remark\n", encoding="utf-8")
    assert (checked(), made()) == (1 + reports, own)
    plan.write_text(text, encoding="utf-8")
    assert (checked(), made()) == (0, 0)


def visited(snapshot: Snapshot, name: str) -> int:
    """Return how many rows all steps of a question yield, as Oxigraph counts them."""
    done = subprocess.run(
        [OXIGRAPH, "query", "--location", snapshot.path, "--query-file", ROOT / "queries" / f"{name}.rq",
         "--union-default-graph", "--results-format", "csv", "--explain", "--stats"],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    counts = re.findall(r"number of results: (\d+)", done.stderr)
    assert counts
    return sum(map(int, counts))


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_does_more_than_linear_work(
    name: str, snapshot: Snapshot, small: Snapshot, large: Snapshot
) -> None:
    """What made-up plans add to the work grows as they do, by three times; were it the square, it would by nine.

    Plans differ, so that it may be twice as much, and some begin to count in the large nation only: then as much as the
    real plans do.
    """
    own, before, after = (visited(each, name) for each in (snapshot, small, large))
    times = (LARGE - REAL) / (SMALL - REAL)
    added = max(before - own, own / REAL * (SMALL - REAL))
    assert after - own <= 2 * times * added, (own, before, after)
