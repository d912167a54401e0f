"""The packages of others that `compiled_ai.modules` stands on. They are part of what compiled code means."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from pathlib import Path

THIRD_PARTY = ("phonenumbers",)
"""By import name. They are pure Python, so that every sandbox can run them, and import nothing but the standard library."""


@functools.cache
def package_folder(name: str) -> Path | None:
    """Where the package `name` lies, without importing it; None if it is not installed."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def package_digest(name: str) -> str:
    """SHA-256 of the package's ``__init__.py``, which gives its version; empty if it is not installed.

    Not of all its files: phonenumbers has 550, and every run of an artifact asks.
    """
    folder = package_folder(name)
    return hashlib.sha256((folder / "__init__.py").read_bytes()).hexdigest() if folder else ""


@functools.cache
def package_sources(name: str) -> dict[str, bytes]:
    """The Python files of the package `name`, by path from the folder it lies in; none if it is not installed."""
    folder = package_folder(name)
    if folder is None:
        return {}
    files = sorted(folder.rglob("*.py"))
    return {file.relative_to(folder.parent).as_posix(): file.read_bytes() for file in files}
