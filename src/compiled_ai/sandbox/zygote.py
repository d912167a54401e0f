"""One zygote seen from outside: a warm interpreter that forks a jailed process per job in a few milliseconds. See `zygote_server`."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_channel import (
    BOOT_SECONDS,
    FORGERY,
    GRACE_SECONDS,
    LINE_SLACK,
    Silence,
    WorkOrder,
    explain_exit,
    parse_line,
    too_late,
)
from compiled_ai.sandbox.jail_process import FLAGS, environment_of
from compiled_ai.sandbox.model import Surroundings
from compiled_ai.spec.canonical import JsonObject

_SERVER = Path(__file__).with_name("zygote_server.py")
_MESSAGE_BYTES = 65_536
_CHUNK = 262_144


class ZygoteLostError(SandboxError):
    """The zygote has died or does not answer. Another one may do."""


def zygotes_are_possible() -> bool:
    """Whether this system has what a zygote needs. What its kernel refuses is found out by starting one."""
    return sys.platform == "linux" and hasattr(os, "memfd_create") and hasattr(signal, "pidfd_send_signal")


class Zygote:
    """A warm interpreter in `surroundings`. May be used from several threads; close it."""

    def __init__(self, surroundings: Surroundings, config: JsonObject) -> None:
        """Start it, without waiting until it is warm.

        Raises:
            SandboxError: no process could be started.
        """
        self._lock = threading.Lock()
        self._warm = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._process = subprocess.Popen(
                [sys.executable, *FLAGS, str(_SERVER)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd="/",
                env=environment_of(surroundings),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            self._control.close()
            raise SandboxError(
                f"the jail's interpreter '{sys.executable}' does not start: {error}"
            ) from error
        finally:
            theirs.close()
        with contextlib.suppress(OSError):  # if it is dead by now, the first job tells
            self._control.send(json.dumps(config).encode())

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def start(self, order: WorkOrder, *, done: Callable[[], None]) -> ForkedProcess:
        """A fork at work on `order`. `done` is called once, when it is closed or has not come to be.

        Raises:
            ZygoteLostError: the zygote did not last.
            SandboxError: it cannot start, or cannot fork.
        """
        try:
            self._await_warmth()
            fork = self._fork(order)
        except OSError as error:
            done()
            raise SandboxError(f"a job cannot be handed to the zygote: {error}") from error
        except BaseException:
            done()
            raise
        fork.when_closed(done)
        return fork

    def _fork(self, order: WorkOrder) -> ForkedProcess:
        with contextlib.ExitStack() as ours:
            payload = os.memfd_create("job")
            ours.callback(os.close, payload)
            with open(payload, "wb", closefd=False) as file:
                file.write(order.payload)
            os.lseek(payload, 0, os.SEEK_SET)
            answers, answering = _two_way() if order.serves else os.pipe()
            ours.callback(os.close, answering)
            home, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.callback(theirs.close)
            fork = ForkedProcess(order, answers, home)
            needs = " ".join(["coverage" if order.coverage else "plain", *order.loads])
            try:
                socket.send_fds(self._control, [needs.encode()], [payload, answering, theirs.fileno()])
            except OSError as error:
                fork.close()
                raise ZygoteLostError(f"the zygote has ended: {error}") from error
        fork.await_start()
        return fork

    def close(self) -> None:
        """End it and all of its forks, and wait until it is gone."""
        self.hang_up()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=GRACE_SECONDS)
        self._process.kill()
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def hang_up(self) -> None:
        """Tell it to end, without waiting."""
        self._control.close()

    def abandon(self) -> None:
        """In a fork of this very program: let go of what belongs to the original."""
        self._control.close()
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._process.returncode = 0  # not ours to wait for, nor to warn of

    def _await_warmth(self) -> None:
        with self._lock:
            if self._warm:
                return
            self._control.settimeout(BOOT_SECONDS)
            try:
                answer = self._control.recv(_MESSAGE_BYTES)
            except ConnectionResetError:
                answer = b""
            except OSError as error:
                raise ZygoteLostError(f"the zygote does not start: {error}") from error
            if not answer:
                raise ZygoteLostError(f"the zygote does not start: {self._complaint()}")
            self._control.settimeout(None)
            self._warm = True

    def _complaint(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=GRACE_SECONDS)
        if self._process.returncode is None:
            return "it has closed its socket"
        assert self._process.stderr is not None
        return self._process.stderr.read(LINE_SLACK).decode(errors="replace").strip()


def _two_way() -> tuple[int, int]:
    """The two ends of a channel, as descriptors."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return ours.detach(), theirs.detach()


class ForkedProcess:
    """A fork of the zygote that runs a job. Close it."""

    def __init__(self, order: WorkOrder, answers: int, home: socket.socket) -> None:
        self._nonce = order.nonce
        self._line_bytes = order.line_bytes + LINE_SLACK
        self._answers = answers
        self._home = home
        self._done: Callable[[], None] | None = None
        self._is_closed = False
        self._process: int | None = None
        self.pid = 0
        """Number of the process, once it has started."""
        self._lines: list[bytes] = []
        """Read and not yet asked for, the next one last."""
        self._rest = b""
        self._is_ended = False
        self._poll = select.poll()
        self._poll.register(answers, select.POLLIN)
        self._poll.register(home, select.POLLIN)

    @property
    def channel(self) -> int:
        """Descriptor of the channel on which it speaks; it stays this object's."""
        return self._answers

    def when_closed(self, done: Callable[[], None]) -> None:
        """Have `done` called when it is closed."""
        self._done = done

    def await_start(self) -> None:
        """Wait until the zygote has forked.

        Raises:
            ZygoteLostError: the zygote did not last.
            SandboxError: it could not fork, and says why.
        """
        self._home.settimeout(BOOT_SECONDS)
        try:
            message, descriptors, _, _ = socket.recv_fds(
                self._home, _MESSAGE_BYTES, 1, socket.MSG_CMSG_CLOEXEC
            )
        except OSError as error:
            self.close()
            raise ZygoteLostError(f"the zygote does not answer: {error}") from error
        if descriptors:
            (self._process,) = descriptors
            self.pid = int(message)
            return
        self.close()
        if message:
            raise SandboxError(f"no process could be forked for a job: {message.decode().removeprefix('!')}")
        raise ZygoteLostError("the zygote has ended before it forked")

    def receive(self, seconds: float) -> JsonObject | Silence:
        """What the worker says next, waiting for at most `seconds`.

        Raises:
            ZygoteLostError: the zygote died, and the fork with it.
        """
        deadline = time.monotonic() + seconds
        while not self._lines:
            if self._is_ended:
                return FORGERY if self._rest else self._end()
            if len(self._rest) > self._line_bytes:
                return FORGERY
            left = deadline - time.monotonic()
            ready = self._poll.poll(left * 1000) if left > 0 else []
            if not ready:
                return too_late(seconds)
            self._read(has_answers=any(descriptor == self._answers for descriptor, _ in ready))
        return parse_line(self._lines.pop(), self._nonce)

    def close(self) -> None:
        """Kill the process, whatever it is doing, and let go of it. The zygote sees to the rest."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
            os.close(self._process)
        os.close(self._answers)
        self._home.close()
        if self._done:
            self._done()

    def abandon(self) -> None:
        """In a fork of this very program: let go of what belongs to the original, and leave the process alive."""
        if self._is_closed:
            return
        self._is_closed = True
        for descriptor in (self._answers, *([] if self._process is None else [self._process])):
            os.close(descriptor)
        self._home.close()

    def _read(self, *, has_answers: bool) -> None:
        """Take what the pipe holds. The process has ended when that is nothing, even if another holds the pipe's end."""
        if not has_answers:  # its exit code is there; what it said before that may have come since
            pipe = select.poll()
            pipe.register(self._answers, select.POLLIN)
            has_answers = bool(pipe.poll(0))
        chunk = os.read(self._answers, _CHUNK) if has_answers else b""
        if not chunk:
            self._is_ended = True
            return
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._lines = [line + b"\n" for line in reversed(lines)]

    def _end(self) -> Silence:
        """Why the pipe was closed."""
        self._home.settimeout(GRACE_SECONDS)
        try:
            code = self._home.recv(_MESSAGE_BYTES)
        except TimeoutError:
            return FORGERY  # alive without its pipe: the worker does not do that
        except OSError:
            code = b""
        if not code:
            raise ZygoteLostError("the zygote has ended while a job ran")
        return explain_exit(int(code))
