"""The project: the folder of ontology, rules, data and questions that a command works on, and where it builds.

It is the folder that a user names, or else the nearest one upwards from where they stand, or else what the package
carries: a wheel holds a copy of them, so that an installed package answers anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from dxplan import __version__
from dxplan.errors import UsageError

__all__ = ["Project", "locate"]

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Project:
    """Where things are.

    :param root: the folder that holds ``ontology/``, ``shapes/``, ``data/`` and ``queries/``.
    :param build: the folder of what is built from them; in a cache of the user for what the package carries, since
        that may stand where nobody may write.
    :param carried: whether it is what the package carries.
    """

    root: Path
    build: Path
    carried: bool = False

    @property
    def own(self) -> Path:
        """The folder of the files that a user keeps for it, such as a baseline."""
        return Path.cwd() if self.carried else self.root

    @property
    def store(self) -> Path:
        """Where the snapshots of the store are."""
        return self.build / "store"

    @property
    def findings(self) -> Path:
        """Where the results of checks are kept."""
        return self.build / "findings"

    @property
    def parts(self) -> Path:
        """Where what each plan makes of a snapshot is kept."""
        return self.build / "parts"

    @property
    def fingerprints(self) -> Path:
        """Where the digests of files are kept."""
        return self.build / "fingerprints.json"

    @property
    def queries(self) -> Path:
        """Where the saved questions are."""
        return self.root / "queries"


def _is_project(folder: Path) -> bool:
    return (folder / "ontology" / "dxplan.ttl").is_file()


def locate(given: Path | None = None, start: Path | None = None) -> Project:
    """Return the project that is named, or the nearest upwards from a place, or the one that the package carries.

    :param given: a folder that a user names.
    :param start: where to begin to look upwards; the working directory where it is not given.
    :raises UsageError: when the named folder holds none.
    """
    if given is not None:
        if not _is_project(given):
            raise UsageError(
                f"--root {given}: ontology/dxplan.ttl がありません。プロジェクトのフォルダを指定してください。",
                f"--root {given}: has no ontology/dxplan.ttl. Name the folder of the project.",
            )
        return Project(given, given / "build")
    start = start or Path.cwd()
    # An installation for development carries nothing: it stands in a checkout of its own.
    for folder in [start, *start.parents, *_PACKAGE.parents[1:2]]:
        if _is_project(folder):
            return Project(folder, folder / "build")
    carried = _PACKAGE / "carried"
    if _is_project(carried):
        return Project(carried, user_cache_path("dxplan", appauthor=False) / __version__, carried=True)
    raise UsageError(
        f"{start} から上に ontology/dxplan.ttl のあるフォルダが見つかりません。--root で指定してください。",
        f"No folder upwards of {start} holds ontology/dxplan.ttl. Name it with --root.",
    )
