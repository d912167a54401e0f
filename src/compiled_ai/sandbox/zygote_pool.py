"""The zygotes of this program: one per surroundings, shared by its threads, ended when it ends."""

from __future__ import annotations

import atexit
import os
import threading
from functools import cache, partial
from pathlib import Path

from compiled_ai.artifact.libraries import THIRD_PARTY, package_folder
from compiled_ai.sandbox.jail_channel import WorkOrder
from compiled_ai.sandbox.model import Surroundings
from compiled_ai.sandbox.zygote import ForkedProcess, Zygote, ZygoteLostError
from compiled_ai.subset.imports import allowed_imports

_TRIES = 2


def start_warm(order: WorkOrder, surroundings: Surroundings) -> ForkedProcess:
    """A fork of the zygote of `surroundings`, at work on `order`. The zygote is started if there is none, and replaced if it has died.

    Raises:
        SandboxError: there is no way to start it.
    """
    return shared_pool().start(order, surroundings)


@cache
def source_roots() -> tuple[str, ...]:
    """Folders from which a jail imports our package, what that stands on, and coverage; the last two if installed."""
    folders = [package_folder(name) for name in (*THIRD_PARTY, "coverage")]
    homes = [Path(__file__).parents[2], *(folder.parent for folder in folders if folder)]
    return tuple(dict.fromkeys(map(str, homes)))


class ZygotePool:
    """Zygotes by surroundings. May be used from several threads."""

    def __init__(self, *, most: int = 8) -> None:
        """None yet. Beyond `most` (each some 20 MB) the idle ones used longest ago are ended."""
        self._most = most
        self._lock = threading.Lock()
        self._zygotes: dict[Surroundings, Zygote] = {}
        """The one used last comes last."""
        self._jobs: dict[Zygote, int] = {}

    def start(self, order: WorkOrder, surroundings: Surroundings) -> ForkedProcess:
        """See `start_warm`."""
        lost: ZygoteLostError | None = None
        for _ in range(_TRIES):
            zygote = self._borrow(surroundings)
            try:
                return zygote.start(order, done=partial(self._give_back, zygote))
            except ZygoteLostError as error:
                lost = error
                self._discard(surroundings, zygote)
        assert lost is not None
        raise lost

    def warm_up(self, surroundings: Surroundings) -> None:
        """Start the zygote of `surroundings` if there is none.

        Raises:
            SandboxError: there is no way to start it.
        """
        self._give_back(self._borrow(surroundings))

    def pids(self) -> list[int]:
        """The processes of the zygotes, the one used last at the end."""
        with self._lock:
            return [zygote.pid for zygote in self._zygotes.values()]

    def close(self) -> None:
        """End all zygotes and their forks."""
        with self._lock:
            zygotes = list(self._zygotes.values())
            self._zygotes.clear()
        for zygote in zygotes:
            zygote.hang_up()
        for zygote in zygotes:
            zygote.close()

    def abandon(self) -> None:
        """In a fork of this very program: let go of what belongs to the original."""
        for zygote in self._zygotes.values():
            zygote.abandon()

    def _borrow(self, surroundings: Surroundings) -> Zygote:
        with self._lock:
            zygote = self._zygotes.pop(surroundings, None) or Zygote(
                surroundings, {"roots": [*source_roots()], "imports": [*sorted(allowed_imports())]}
            )
            self._zygotes[surroundings] = zygote
            self._jobs[zygote] = self._jobs.get(zygote, 0) + 1
            idle = [place for place, kept in self._zygotes.items() if not self._jobs.get(kept)]
            spare = [self._zygotes.pop(place) for place in idle[: max(0, len(self._zygotes) - self._most)]]
        for old in spare:
            old.close()
        return zygote

    def _give_back(self, zygote: Zygote) -> None:
        with self._lock:
            self._jobs[zygote] -= 1
            if not self._jobs[zygote]:
                del self._jobs[zygote]

    def _discard(self, surroundings: Surroundings, zygote: Zygote) -> None:
        with self._lock:
            if self._zygotes.get(surroundings) is zygote:
                del self._zygotes[surroundings]
        zygote.close()


class _Holder:
    """Where the pool of this process is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ZygotePool | None = None
        self._pid = os.getpid()

    def pool(self) -> ZygotePool:
        if self._pid != os.getpid():  # forked by something that does not call Python's hooks
            self.renew()
        with self._lock:
            if self._pool is None:
                self._pool = ZygotePool()
                _tie_to_process()
            return self._pool

    def renew(self) -> None:
        """In a fork of this very program: leave the pool to the original. Its lock may be held by a thread that is not here."""
        pool, self._pool = self._pool, None
        self._lock, self._pid = threading.Lock(), os.getpid()
        if pool:
            pool.abandon()

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.close()


_HOLDER = _Holder()
"""The only state that lasts here: starting a zygote costs more than all of its jobs."""


def shared_pool() -> ZygotePool:
    """The pool of this process."""
    return _HOLDER.pool()


@cache
def _tie_to_process() -> None:
    atexit.register(_HOLDER.close)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_HOLDER.renew)
