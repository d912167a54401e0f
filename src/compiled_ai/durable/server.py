"""A development server of Temporal on this machine, for trying out and for tests. A real one is somebody else's to run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from compiled_ai.durable.server_build import cached_program
from compiled_ai.errors import MissingToolError, OperatorError

ADDRESS_VARIABLE = "TEMPORAL_ADDRESS"
_START_SECONDS = 60.0


def find_program() -> Path:
    """The ``temporal`` command line: the one on PATH, else the one in our cache.

    Raises:
        MissingToolError: there is none; says what would get it.
    """
    on_path = shutil.which("temporal")
    if on_path:
        return Path(on_path)
    if os.access(cached_program(), os.X_OK):
        return cached_program()
    raise MissingToolError(
        f"no Temporal server: {ADDRESS_VARIABLE} is not set, 'temporal' is not on PATH and not in {cached_program().parent}. "
        "'python -m compiled_ai.durable' fetches or builds one."
    )


class DevServer:
    """A server that is ours: started, killed and started again at the same address, on the same data."""

    def __init__(self, program: Path, folder: Path, *, port: int | None = None) -> None:
        """Nothing is started yet. `folder` takes its data and its log; `port` is a free one when left out."""
        self._program, self._folder = program, folder
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it writes."""
        return self._folder / "server.log"

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            OperatorError: it ends, or does not answer in a minute.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        command = (
            str(self._program), "server", "start-dev", "--headless", "--ip", "127.0.0.1", "--port", str(self.port),
            "--db-filename", str(self._folder / "temporal.db"), "--log-level", "warn",
            "--search-attribute", "CompiledAIArtifact=Keyword", "--search-attribute", "CompiledAIWorkflow=Keyword",
            # What a killed process wrote is with the system all the same; only a power failure could take it. Measured: 2.5 times as fast.
            "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=0",
        )  # fmt: skip
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.1)
        self.kill()
        tail = self.log.read_text(errors="replace")[-600:]
        raise OperatorError(f"the Temporal server at {self.address} did not start: {tail}")

    def _answers(self) -> bool:
        command = (str(self._program), "operator", "cluster", "health", "--address", self.address)
        try:
            return subprocess.run(command, capture_output=True, check=False, timeout=10).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def stop(self) -> None:
        """End it, and wait for that."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    """A port of this machine that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
