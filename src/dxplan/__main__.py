"""``python -m dxplan`` is ``dxplan``."""

from dxplan.cli import main

main()
