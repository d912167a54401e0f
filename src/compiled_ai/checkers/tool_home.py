"""Where semgrep lives: an environment of its own, because its dependencies clash with ours.

Of the wheel only the compiled engine is run (``semgrep-core``). It needs none of semgrep's Python dependencies, so one
wheel with a known hash is the whole installation, and the start of the Python wrapper is saved: measured on one file,
100 ms against 142 ms for ``semgrep scan --experimental`` and 3.4 s for ``semgrep scan``, with the same findings.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from compiled_ai.errors import MissingToolError
from compiled_ai.files import leftovers, partial_path
from compiled_ai.wheels import install_wheels

SEMGREP_VERSION = "1.182.0"
"""The last with a wheel for Macs with an Intel processor."""
SEMGREP_VARIABLE = "COMPILED_AI_SEMGREP"
"""Environment variable with the path of a semgrep-core to use instead."""
REQUIREMENTS = Path(__file__).parent / "semgrep-requirements.txt"
"""The pinned wheel with its hashes."""

_FOLDER = f"semgrep-{SEMGREP_VERSION}"
_PROGRAM = "semgrep-core.exe" if os.name == "nt" else "semgrep-core"
_IN_PACKAGES = Path("semgrep", "bin", _PROGRAM)
_DIST_INFO = f"semgrep-{SEMGREP_VERSION}.dist-info"


def user_home() -> Path:
    """Where ``compiled-ai tools install`` puts semgrep unless told otherwise: the user's data folder."""
    return Path(platformdirs.user_data_dir("compiled-ai", appauthor=False)) / "tools" / _FOLDER


def prefix_home(prefix: Path) -> Path:
    """Where semgrep lives below `prefix`, such as a virtual environment."""
    return prefix / "share" / "compiled-ai" / "tools" / _FOLDER


def program_in(home: Path) -> Path:
    """Where the program is in an installation that is `home`."""
    return home / _IN_PACKAGES


def find_semgrep() -> Path:
    """The semgrep-core to run: the one that COMPILED_AI_SEMGREP names, else the first installed one of our version.

    Raises:
        MissingToolError: there is none, or the variable names no program.
    """
    named = os.environ.get(SEMGREP_VARIABLE)
    if named:
        if not _runs(Path(named)):
            raise MissingToolError(
                f"{SEMGREP_VARIABLE} is {named!r}, which is no program that can be run: correct it, "
                "or unset it and run 'compiled-ai tools install'"
            )
        return Path(named).absolute()
    found = next((program for program in _candidates() if _runs(program)), None)
    if found is None:
        raise MissingToolError(f"semgrep {SEMGREP_VERSION} is not installed: run 'compiled-ai tools install'")
    return found


def _candidates() -> Iterator[Path]:
    yield program_in(user_home())
    yield program_in(prefix_home(Path(sys.prefix)))
    script = shutil.which("semgrep")
    if script is not None:
        for packages in _site_packages(Path(script).resolve().parent.parent):
            if (packages / _DIST_INFO).is_dir():
                yield program_in(packages)


def _site_packages(prefix: Path) -> Iterator[Path]:
    yield prefix / "Lib" / "site-packages"
    yield from sorted(prefix.glob("lib/python*/site-packages"))


def _runs(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)


def install_semgrep(home: Path, *, force: bool = False) -> bool:
    """Put the pinned semgrep into the folder `home`; False when it was there already, unharmed.

    It is fetched with the pip of the running Python, or with uv where that has no pip, checked against its known
    hashes, and moved into place in one piece, so that nobody ever sees half of it.

    Raises:
        MissingToolError: it cannot be fetched, or `home` cannot be written.
    """
    if not force and is_intact(home):
        return False
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        for abandoned in leftovers(home.parent):
            shutil.rmtree(abandoned, ignore_errors=True)
        partial = partial_path(home)
        try:
            _fetch(partial)
            if not is_intact(partial):
                raise MissingToolError(
                    f"the fetched semgrep in {partial} is not what its own record says: try again"
                )
            _move(partial, home)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise MissingToolError(
            f"semgrep cannot be put into {home} ({error}): give a folder that can be written with --prefix"
        ) from error
    return True


def is_intact(home: Path) -> bool:
    """Whether the engine in `home` is byte for byte the one that its wheel brought."""
    program = program_in(home)
    try:
        expected = _recorded_hash(home / _DIST_INFO / "RECORD")
        with program.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
    except (OSError, ValueError):
        return False
    return _runs(program) and base64.urlsafe_b64encode(digest).decode().rstrip("=") == expected


def _recorded_hash(record: Path) -> str:
    wanted = _IN_PACKAGES.as_posix()
    with record.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            if len(row) == 3 and row[0].replace("\\", "/") == wanted:
                return row[1].removeprefix("sha256=")
    raise ValueError(f"{record} does not list {wanted}")


def _move(partial: Path, home: Path) -> None:
    """Give the finished folder its name; a broken one in its place is moved out of the way first."""
    if home.exists():
        broken = partial_path(home)
        home.rename(broken)
        shutil.rmtree(broken, ignore_errors=True)
    try:
        partial.rename(home)
    except OSError:
        if not is_intact(home):  # otherwise another process was first
            raise


def _fetch(target: Path) -> None:
    install_wheels(REQUIREMENTS, target, what="semgrep", hint=_HINT)


_HINT = (
    "run 'compiled-ai tools install' again, "
    f"or set {SEMGREP_VARIABLE} to the semgrep-core of a semgrep {SEMGREP_VERSION} that you installed yourself "
    "(Linux needs glibc 2.34 or musl 1.2, on x86-64 or arm64)"
)
