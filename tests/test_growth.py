"""What a nation costs, in work counted and not in time: plans touched.

The same commands as for 1,741 plans, a hundred times smaller.
"""

import sys
from pathlib import Path

import pytest

from dxplan import building
from dxplan.checking.check import check
from dxplan.checking.rules import RuleBook
from dxplan.corpus import Corpus
from dxplan.store import Snapshot
from dxplan.working.workers import Workers

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from nation.nation import write_nation  # noqa: E402

PLANS = 18


def nation(folder: Path, plans: int) -> Path:
    write_nation(ROOT, folder / "nation", plans, 1, 1.0)
    return folder / "nation"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return nation(tmp_path_factory.mktemp("large"), PLANS)


@pytest.fixture(scope="module")
def large(root: Path) -> Snapshot:
    return building.build(Corpus(root), root / "build/store", workers=Workers(1))


def documents(root: Path) -> int:
    return len(Corpus(root).files("plans", "reports"))


def test_one_plan_more_or_less_costs_one_plan(root: Path, large: Snapshot) -> None:
    """Checked and built: everything once, then nothing, then what changed with the reports that are read with it."""
    kept = root / "build/findings"

    def checked() -> int:
        corpus = Corpus(root)
        files = corpus.files("reference", "national", "plans", "reports")
        return check(files, corpus, RuleBook(corpus), "sparql", kept, workers=Workers(1)).checked

    def built() -> int:
        return building.build(Corpus(root), root / "build/store", workers=Workers(1)).made

    shared = len(Corpus(root).files("reference", "national"))
    assert (checked(), large.made) == (documents(root) + shared, documents(root))
    assert (checked(), built()) == (0, 0)
    plan = sorted((root / "data/plans").glob("4*.ttl"))[0]
    text = plan.read_text(encoding="utf-8")
    reports = sum(plan.stem in path.read_text(encoding="utf-8") for path in (root / "data/reports").glob("*.ttl"))
    plan.write_text(text + "# a remark\n", encoding="utf-8")
    assert (checked(), built()) == (1 + reports, 1 + reports)
    plan.write_text(text, encoding="utf-8")
    assert (checked(), built()) == (0, 0)
