"""What is wrong with a text that is no YAML, and on which line."""

from __future__ import annotations

import yaml

__all__ = ["FAULTS", "told"]

#: What PyYAML raises for a text: constructors of values let through whatever goes wrong in them, such as a ValueError
#: for a date that does not exist, an AttributeError for a text that is no date or a KeyError for one that is no truth.
FAULTS = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError)


def told(error: Exception, text: str) -> tuple[int, str]:
    """Return the line, counted from 1, on which a text could not be read, and what PyYAML says of it."""
    said = next(iter(str(error).splitlines()), type(error).__name__)
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        return (mark.line + 1 if mark else 1), error.problem or said
    if isinstance(error, yaml.reader.ReaderError):  # a character that YAML does not allow
        return text.count("\n", 0, error.position) + 1, said
    return 1, said
