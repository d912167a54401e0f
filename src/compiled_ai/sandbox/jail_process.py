"""A jail in a fresh interpreter: slower to start than a fork of the zygote, and works on every system."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_channel import (
    FORGERY,
    GRACE_SECONDS,
    LINE_SLACK,
    Silence,
    WorkOrder,
    explain_exit,
    parse_line,
    too_late,
)
from compiled_ai.sandbox.model import Surroundings
from compiled_ai.spec.canonical import JsonObject

_WORKER = Path(__file__).with_name("jail_worker.py")
FLAGS = ("-s", "-S", "-P", "-B")
"""No user site, no site-packages, no script folder on the path, no bytecode. Not -I nor -E: they would ignore PYTHONHASHSEED."""


def start_fresh(order: WorkOrder, surroundings: Surroundings) -> FreshProcess:
    """A new interpreter at work on `order`.

    Raises:
        SandboxError: no process could be started.
    """
    return FreshProcess(order, surroundings)


def environment_of(surroundings: Surroundings) -> dict[str, str]:
    """All the environment that an interpreter in `surroundings` is started with."""
    environment = {
        "PYTHONHASHSEED": str(surroundings.hash_seed),
        "TZ": surroundings.timezone,
        "LC_ALL": surroundings.locale,
    }
    if sys.platform == "win32":  # Windows gives no random numbers without it, and Python does not start
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return environment


class FreshProcess:
    """A fresh interpreter with an empty environment, in a session of its own, that runs the worker. Close it."""

    def __init__(self, order: WorkOrder, surroundings: Surroundings) -> None:
        self._nonce = order.nonce
        self._line_bytes = order.line_bytes + LINE_SLACK
        try:
            self._process = subprocess.Popen(
                [sys.executable, *FLAGS, str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=order.folder,
                env=environment_of(surroundings),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise SandboxError(
                f"the jail's interpreter '{sys.executable}' does not start: {error}"
            ) from error
        self._lines: queue.Queue[bytes] = queue.Queue(maxsize=256)
        # A thread, because Windows cannot poll a pipe.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # if it is dead by now, the first `receive` tells
            self._process.stdin.write(order.payload)
            self._process.stdin.close()

    def receive(self, seconds: float) -> JsonObject | Silence:
        """What the worker says next, waiting for at most `seconds`."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return too_late(seconds)
        return parse_line(line, self._nonce) if line else self._end()

    def close(self) -> None:
        """End the process and whatever it started, wait until it is gone, and close its pipes."""
        self._kill()
        deadline = time.monotonic() + GRACE_SECONDS
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

    def _read(self) -> None:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline(self._line_bytes):
            self._lines.put(line)
        self._lines.put(b"")

    def _end(self) -> Silence:
        """Why the pipe was closed."""
        try:
            code = self._process.wait(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return FORGERY  # alive without its pipe: the worker does not do that
        assert self._process.stderr is not None
        return explain_exit(code, self._process.stderr.read(LINE_SLACK).decode(errors="replace").strip())

    def _kill(self) -> None:
        # While it is not waited for, its group's number is not given to others.
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
