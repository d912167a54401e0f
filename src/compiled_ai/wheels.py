"""Fetching wheels with known hashes into folders of their own, apart from the packages that we run on."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from compiled_ai.errors import MissingToolError

_SECONDS = 900


def install_wheels(requirements: Path, target: Path, *, what: str, hint: str) -> None:
    """Put the wheels that `requirements` pins, without their dependencies, into the folder `target`.

    They are fetched with the pip of the running Python, or with uv where that has no pip. `what` names them in messages, `hint`
    says what to do besides mending the connection.

    Raises:
        MissingToolError: they cannot be fetched, or are not those of the hashes.
    """
    command = [
        *_installer(what),
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary=:all:",
        "--target",
        str(target),
        "--requirement",
        str(requirements),
    ]
    environment = {
        name: value for name, value in os.environ.items() if name not in {"PIP_USER", "PIP_TARGET"}
    }
    mend = f"check the connection to the package index and {hint}"
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingToolError(f"{what} cannot be fetched ({error}); {mend}") from error
    if done.returncode != 0:
        complaint = " ".join(done.stderr.decode(errors="replace").split())[-600:]
        raise MissingToolError(f"{what} cannot be fetched: {complaint}; {mend}")


def _installer(what: str) -> Sequence[str]:
    if importlib.util.find_spec("pip") is not None:
        return (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    beside = Path(sys.executable).parent / ("uv.exe" if os.name == "nt" else "uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if uv is None:
        raise MissingToolError(
            f"{what} cannot be fetched: {sys.executable} has no pip and there is no uv: "
            "run 'python -m ensurepip', then try again"
        )
    return (uv, "pip", "install", "--python", sys.executable)
