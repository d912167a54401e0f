"""The zygote: an interpreter that has everything loaded that jobs need, and forks once per job. It never runs generated code, nor reads a job.

`zygote` starts it as a script. Its standard input is a socket that keeps messages apart. First comes a configuration as JSON, answered with the
locale in force; then a message per job, with three descriptors: the job's payload, the pipe for answers, and a socket of the job's own, on which the zygote tells the
child's number with a descriptor of the process, and later its exit code. The child closes everything but the first two before it does anything else.

When the other end of the socket is closed, the zygote kills what still runs and ends. Should it be killed itself, the kernel kills its children.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import Any, NoReturn

MESSAGE_BYTES = 65_536
"""Longest message on a socket."""
PLAIN, WITH_COVERAGE = b"plain", b"coverage"
"""What a job needs loaded. Names of modules may follow, after spaces."""
FAILED = "!"
"""What the answer to a job begins with when there is no child; the reason follows."""

_NEEDS_BYTES = 1_024
_DESCRIPTORS = 1_024
"""Limit of open ones: three for each job that runs, and it bounds what a child has to close where the kernel cannot do it at once."""

Json = dict[str, Any]


def main() -> NoReturn:
    """Fork for every job that is sent, until the sender is gone."""
    control = socket.socket(fileno=os.dup(0))
    message = control.recv(MESSAGE_BYTES)
    if not message:
        os._exit(0)
    zygote = _Zygote(control, json.loads(message))
    payload, answers = zygote.serve()
    # From here on this is the child.
    from compiled_ai.sandbox import jail_worker

    jail_worker.work(_read(payload), answers)


def _read(descriptor: int) -> bytes:
    with open(descriptor, "rb") as file:
        return file.read()


class _Zygote:
    """Its children by the descriptor of the process: their number, and the socket on which their end is awaited."""

    def __init__(self, control: socket.socket, config: Json) -> None:
        self._control = control
        self._children: dict[int, tuple[int, socket.socket]] = {}
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        with contextlib.suppress(OSError, ValueError):
            _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, hard))
        sys.path += config["roots"]
        locale = _load(config)
        _settle()
        control.send(json.dumps({"locale": locale}).encode())

    def serve(self) -> tuple[int, int]:
        """Fork for each job and tell how its process ended. Comes back in the child alone, with payload and answer pipe."""
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor in self._children:
                    self._bury(descriptor)
                elif assignment := self._receive():
                    return assignment

    def _receive(self) -> tuple[int, int] | None:
        message, descriptors, _, _ = socket.recv_fds(self._control, _NEEDS_BYTES, 3)
        if not message:
            self._end()
        if len(descriptors) != 3:  # too many are open here; the sender sees that its socket was closed
            for descriptor in descriptors:
                os.close(descriptor)
            return None
        payload, answers, channel = descriptors
        parent = os.getpid()
        home = socket.socket(fileno=channel)
        try:
            kind, *names = message.split()
            if kind == WITH_COVERAGE:
                _load_coverage()
            _load_more(names)
            child = os.fork()
            if child == 0:
                self._become_child_or_end(parent, home, {payload, answers})
                return payload, answers
            self._adopt(child, home)
        except (ImportError, OSError) as error:
            _say(home, f"{FAILED}{type(error).__name__}: {error}")
            home.close()
        os.close(payload)
        os.close(answers)
        return None

    def _adopt(self, child: int, home: socket.socket) -> None:
        try:
            process = os.pidfd_open(child)  # it has not been waited for, so the number is still its own
        except OSError:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise
        self._children[process] = (child, home)
        self._poll.register(process, select.POLLIN)
        _say(home, str(child), process)

    def _become_child_or_end(self, parent: int, home: socket.socket, kept: set[int]) -> None:
        """Be on its own, or be no more: nothing may go on here as a second zygote."""
        try:
            self._become_child(parent, home, kept)
        except BaseException:  # noqa: BLE001 - whatever it is
            os._exit(1)

    def _become_child(self, parent: int, home: socket.socket, kept: set[int]) -> None:
        """Leave the zygote's session, die with it, and close everything but the standard descriptors and `kept`."""
        from compiled_ai.sandbox import jail_linux

        os.setsid()
        jail_linux.die_with_parent(parent)
        for opened in (home, self._control, *(other for _, other in self._children.values())):
            opened.detach()  # its number may soon be another's
        self._children.clear()
        first = 3
        for descriptor in sorted(kept):
            os.closerange(first, descriptor)
            first = descriptor + 1
        os.closerange(first, _DESCRIPTORS)

    def _bury(self, process: int) -> None:
        """Tell the exit code of a child that has ended, after killing what it may have left in its session."""
        child, home = self._children.pop(process)
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        _say(home, str(os.waitstatus_to_exitcode(status)))
        home.close()
        self._poll.unregister(process)
        os.close(process)

    def _end(self) -> NoReturn:
        for child, _ in self._children.values():
            with contextlib.suppress(
                OSError
            ):  # none of them has been waited for, so the number is still its own
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.killpg(child, signal.SIGKILL)
        os._exit(0)


def _load(config: Json) -> str:
    """Load what a job may need, set the locale, and give it back."""
    from compiled_ai.sandbox import jail_worker

    jail_worker.prepare(config["roots"])
    from compiled_ai.sandbox import jail_coverage, jail_linux, jail_locks, jail_program  # noqa: F401 - for the children

    for name in (*config["imports"], *jail_program.IMPORTS_OF_C_CODE):
        __import__(name)
    return jail_worker.take_locale()


def _load_coverage() -> None:
    from compiled_ai.sandbox.jail_coverage import warm_coverage
    from compiled_ai.sandbox.jail_worker import PROGRAM_PATH

    if not warm_coverage.cache_info().currsize:
        warm_coverage(PROGRAM_PATH)
        _settle()


def _load_more(names: list[bytes]) -> None:
    """Load what the modules of compiled code load on use. Later jobs have it too."""
    missing = [name for name in map(bytes.decode, names) if name not in sys.modules]
    for name in missing:
        __import__(name)
    if missing:
        _settle()


def _settle() -> None:
    """Take what is loaded out of the reach of the collector, whose marks would copy every page of it in every child."""
    gc.collect()
    gc.freeze()


def _say(home: socket.socket, text: str, *descriptors: int) -> None:
    with contextlib.suppress(OSError):  # whoever listened has lost interest
        socket.send_fds(home, [text.encode()], descriptors)


if __name__ == "__main__":
    main()
