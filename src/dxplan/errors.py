"""What a user is told when something cannot be done: in both languages, with a documented exit code."""

from __future__ import annotations

__all__ = ["DxplanError", "EndpointError", "EngineError", "InputError", "RulesError", "UsageError"]


class DxplanError(Exception):
    """An error that the user can mend.

    :param ja: what is wrong and what to do, in Japanese.
    :param en: the same in English.
    """

    exit_code = 1

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja = ja
        self.en = en

    def __reduce__(self) -> tuple[type[DxplanError], tuple[str, str]]:
        """Let the error pass from one process to another."""
        return type(self), (self.ja, self.en)

    def text(self, lang: str) -> str:
        """Return the message in a language, ``ja`` or ``en``."""
        return self.ja if lang == "ja" else self.en


class UsageError(DxplanError):
    """Wrong usage: an unknown name, parameter or value."""

    exit_code = 2


class InputError(DxplanError):
    """Input that cannot be read."""

    exit_code = 3


class RulesError(DxplanError):
    """Rules or questions that are broken, so that a check or an answer would say nothing, or something else."""

    exit_code = 4


class EndpointError(DxplanError):
    """A remote endpoint that does not answer, or answers with an error."""

    exit_code = 5


class EngineError(DxplanError):
    """A query that was stopped: it took longer, or more memory, than it may."""

    exit_code = 6
