"""The jail seen from outside: one child process, what it says, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_worker import OUT_OF_MEMORY_EXIT
from compiled_ai.spec.canonical import JsonObject

_WORKER = Path(__file__).with_name("jail_worker.py")
_FLAGS = ("-s", "-S", "-P", "-B")
"""No user site, no site-packages, no script folder on the path, no bytecode. Not -I nor -E: they would ignore PYTHONHASHSEED."""
_LINE_SLACK = 16_384
_GRACE_SECONDS = 2.0
"""Between the end of the pipe and the end of the process."""
_SIGKILL, _SIGXCPU = getattr(signal, "SIGKILL", None), getattr(signal, "SIGXCPU", None)
"""From the system: out of memory, out of processor time. Windows has neither."""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """What came in place of a message. The process is dead, or to be killed."""

    status: Literal["timed_out", "crashed", "out_of_memory"]
    detail: str
    line: int | None = None
    is_forgery: bool = False
    """Whether something was said that the worker does not say: nothing from this job's code can be believed."""


FORGERY = Silence(status="crashed", detail="wrote to the pipe on which the jail answers", is_forgery=True)


class JailProcess:
    """A fresh interpreter with an empty environment, in a session of its own, that runs the worker. Use it as a context manager."""

    def __init__(self, *, folder: Path, hash_seed: int, line_bytes: int) -> None:
        """Start the process in `folder`; `line_bytes` is the length up to which a message is read, framing apart.

        Raises:
            SandboxError: no process could be started.
        """
        self._nonce = secrets.token_hex(16)
        environment = {"PYTHONHASHSEED": str(hash_seed)}
        if sys.platform == "win32":  # Windows gives no random numbers without it, and Python does not start
            environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
        try:
            self._process = subprocess.Popen(
                [sys.executable, *_FLAGS, str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxError(
                f"the jail's interpreter '{sys.executable}' does not start: {error}"
            ) from error
        self._line_bytes = line_bytes + _LINE_SLACK
        self._lines: queue.Queue[bytes] = queue.Queue(maxsize=256)
        # A thread, because Windows cannot poll a pipe.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()
        deadline = time.monotonic() + _GRACE_SECONDS
        while self._reader.is_alive() and time.monotonic() < deadline:
            # It may be waiting for room in the queue.
            with contextlib.suppress(queue.Empty):
                self._lines.get(timeout=0.01)
        # Where processes can be started from inside, one may have fled and hold the pipe; then the thread is left behind with it.
        read = [] if self._reader.is_alive() else [self._process.stdout]
        for pipe in (self._process.stdin, self._process.stderr, *read):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def send(self, job: dict[str, Any]) -> None:
        """Hand over the job. If the process is dead by then, the next `receive` tells."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps({**job, "nonce": self._nonce}).encode() + b"\n")
            self._process.stdin.close()

    def receive(self, seconds: float) -> JsonObject | Silence:
        """What the worker says next, waiting for at most `seconds`."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return Silence(status="timed_out", detail=f"did not end within {seconds:g} seconds")
        if not line:
            return self._end()
        nonce, _, text = line.partition(b" ")
        if not (secrets.compare_digest(nonce, self._nonce.encode()) and line.endswith(b"\n")):
            return FORGERY
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            return FORGERY
        return message if isinstance(message, dict) else FORGERY

    def _read(self) -> None:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline(self._line_bytes):
            self._lines.put(line)
        self._lines.put(b"")

    def _end(self) -> Silence:
        """Why the pipe was closed."""
        try:
            code = self._process.wait(timeout=_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return FORGERY  # alive without its pipe: the worker does not do that
        if code == OUT_OF_MEMORY_EXIT or (code < 0 and -code == _SIGKILL):
            return Silence(status="out_of_memory", detail="the process ran out of memory")
        if code < 0 and -code == _SIGXCPU:
            return Silence(status="timed_out", detail="used up the processor time of all cases")
        assert self._process.stderr is not None
        complaint = self._process.stderr.read(_LINE_SLACK).decode(errors="replace").strip()
        cause = f"died of signal {-code}" if code < 0 else f"ended with exit code {code}"
        return Silence(status="crashed", detail=f"the process {cause} without an answer {complaint}".strip())

    def _kill(self) -> None:
        """End the process and whatever it started, and wait until it is gone."""
        # While it is not waited for, its group's number is not given to others.
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
