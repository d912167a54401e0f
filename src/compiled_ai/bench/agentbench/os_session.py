"""A jail for one case, from outside: start it, run commands in it, end it. Nothing of a task runs anywhere else."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiled_ai.errors import MissingToolError

Language = Literal["bash", "python"]
_PROGRAM = Path(__file__).with_name("os_jail.py")
_START_SECONDS = 20.0
_GRACE_SECONDS = 5.0
_MOST_LINE = 2_000_000


@dataclass(frozen=True, kw_only=True)
class CommandResult:
    """How a command ended."""

    code: int | None
    """None: it took too long and was killed, or the jail is gone."""
    output: str
    """What it wrote to both of its outputs, at most 200 kB of it."""


class JailSession:
    """A running jail. Use it as a context manager or close it. It ends with the thread that started it.

    Raises:
        MissingToolError: this machine cannot make the jail; says what is missing.
    """

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise MissingToolError(
                "AgentBench's operating system tasks need Linux (user namespaces): run them there or in a virtual machine"
            )
        self._buffer = b""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        hello = self._read(_START_SECONDS)
        if hello is None or hello.get("ready") is not True:
            self.close()
            missing = hello.get("missing") if hello else "it does not start"
            raise MissingToolError(
                f"the jail of AgentBench's operating system tasks cannot be made here: {missing}. It needs Linux with user namespaces and bash"
            )
        users = hello.get("users")
        self.has_users = isinstance(users, int) and users > 1
        """Whether there can be more users than root; only when root of the machine starts the jail."""

    def run(self, command: str, *, seconds: float) -> CommandResult:
        """What `command` comes to in the session's shell, whose folder, variables and functions live on."""
        return self._order({"command": command, "seconds": seconds}, seconds)

    def run_script(self, language: Language, code: str, *arguments: str, seconds: float) -> CommandResult:
        """What a program of its own comes to, apart from the session's shell."""
        argv = (
            ["bash", "-c", code, "--", *arguments]
            if language == "bash"
            else ["python3", "-c", code, *arguments]
        )
        return self._order({"argv": argv, "seconds": seconds}, seconds)

    def close(self) -> None:
        """End every process in the jail; its files are gone with it."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def __enter__(self) -> JailSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _order(self, order: dict[str, object], seconds: float) -> CommandResult:
        line = json.dumps(order).encode()  # ASCII, so lone surrogates come through
        assert self._process.stdin is not None, "a pipe"
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):  # it is gone, or was closed
            return CommandResult(code=None, output="the machine is gone")
        answer = self._read(seconds + _GRACE_SECONDS)
        if answer is None:
            self.close()
            return CommandResult(code=None, output="the machine does not answer any more")
        code, output = answer.get("code"), answer.get("output")
        return CommandResult(
            code=code if isinstance(code, int) else None, output=output if isinstance(output, str) else ""
        )

    def _read(self, seconds: float) -> dict[str, object] | None:
        """The next line; None when there is none in time, or it is no JSON object."""
        deadline = time.monotonic() + seconds
        assert self._process.stdout is not None, "a pipe"
        descriptor = self._process.stdout.fileno()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                left = deadline - time.monotonic()
                if left <= 0 or len(self._buffer) > _MOST_LINE or not selector.select(left):
                    return None
                chunk = os.read(descriptor, 65_536)
                if not chunk:
                    return None
                self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            answer = json.loads(line)
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None
