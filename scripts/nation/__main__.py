"""Write a synthetic nation: python scripts/nation --plans 1741 --out DIR [--seed 1] [--reports RATE]."""

import sys
from pathlib import Path

# Python puts the folder that it was told to run at the head of the path; the package is imported from beside it.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from nation.command import main  # noqa: E402

if __name__ == "__main__":
    main()
