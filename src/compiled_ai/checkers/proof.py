"""What every checker must prove before its silence is believed: that it is there, and that it finds what is known to be bad."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import metadata

from compiled_ai.errors import MissingToolError


def installed_version(package: str, *, mend: str) -> str:
    """Version of the installed `package`.

    Raises:
        MissingToolError: it is not installed; the message ends with `mend`.
    """
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError as error:
        raise MissingToolError(f"{package} is not installed; {mend}") from error


def refuse_misses(tool: str, missing: Iterable[str], *, mend: str) -> None:
    """Do nothing when nothing is `missing` of what `tool` had to find.

    Raises:
        MissingToolError: something is; the message ends with `mend`.
    """
    names = ", ".join(sorted(missing))
    if names:
        raise MissingToolError(
            f"{tool} misses {names} in known-bad code, so its silence proves nothing; {mend}"
        )
