"""Worker processes as the runner sees them: started, told something, listened to, killed with all that they started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from compiled_ai.bench.running.wire import WireError, line_of, read_line
from compiled_ai.errors import OperatorError
from compiled_ai.spec.canonical import JsonObject

_CHUNK = 1_048_576
_GRACE_SECONDS = 5.0
_SHOWN_BYTES = 2_000


class WorkerDiedError(Exception):
    """A worker is gone, or talks nonsense. The message says how it ended, with the last that it said on standard error."""


class WorkerProcess:
    """One process, in a process group of its own. One message is under way at a time."""

    def __init__(self, log: Path) -> None:
        """Start it; what it says on standard error goes to the end of `log`.

        Raises:
            OperatorError: it cannot be started.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        self._rest = bytearray()
        self._is_gone = False
        try:
            with log.open("ab") as errors:
                self._said = errors.tell()
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "compiled_ai.bench.running.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    bufsize=0,
                    env={**os.environ, "PYTHONPATH": _python_path()},
                    start_new_session=True,  # a group to kill; Ctrl-C is for the runner, which then ends it
                )
        except OSError as error:
            raise OperatorError(f"a worker process cannot be started: {error}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self.descriptor = self._stdout.fileno()
        """Becomes readable when it says something or dies."""

    @property
    def pid(self) -> int:
        """Its number, and that of its group."""
        return self._process.pid

    def send(self, message: JsonObject) -> None:
        """Tell it something. Nothing happens when it is dead: `receive` tells."""
        self._said = self._log.stat().st_size
        rest = memoryview(line_of(message))
        with suppress(BrokenPipeError):
            while rest:
                rest = rest[self._stdin.write(rest) :]

    def receive(self) -> JsonObject | None:
        """What it says, once its descriptor is readable; None when that is not whole yet.

        Raises:
            WorkerDiedError: it is gone.
        """
        chunk = os.read(self.descriptor, _CHUNK)
        if not chunk:
            raise WorkerDiedError(self._ending())
        self._rest += chunk
        if not self._rest.endswith(b"\n"):
            return None
        line, self._rest = bytes(self._rest), bytearray()
        try:
            return read_line(line)
        except WireError as error:
            self.kill()
            raise WorkerDiedError(f"the worker said what is no message: {error}") from error

    def close(self) -> None:
        """Let it end by itself, for which it gets a few seconds; then kill what is left."""
        with suppress(OSError, ValueError, subprocess.TimeoutExpired):
            self.send({"op": "close"})
            self._process.wait(_GRACE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it and all that it started, and wait until it is gone."""
        if self._is_gone:
            return
        self._is_gone = True
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with suppress(OSError):
            self._stdin.close()
        self._stdout.close()

    def _ending(self) -> str:
        try:
            code = self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            how = "closed its output"
        else:
            how = f"ended with exit code {code}" if code >= 0 else _of_signal(-code)
        with self._log.open("rb") as log:
            log.seek(max(self._said, self._log.stat().st_size - _SHOWN_BYTES))
            said = log.read(_SHOWN_BYTES).decode("utf-8", "replace").strip()
        self.kill()
        return f"the worker process {how}" + (f"; it said: {said}" if said else "")


def _of_signal(number: int) -> str:
    if number == 9:
        return "was killed (signal 9), as the system does when memory runs out"
    return f"died of signal {number}"


def _python_path() -> str:
    """Where a worker finds our package, also when it is not installed."""
    home = str(Path(__file__).parents[3])
    before = os.environ.get("PYTHONPATH")
    return f"{home}{os.pathsep}{before}" if before else home
