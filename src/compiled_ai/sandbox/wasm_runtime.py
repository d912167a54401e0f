"""wasmtime as the WebAssembly sandbox uses it: instances with limits, calls that end in time, traps turned into facts."""

from __future__ import annotations

import contextlib
import logging
import math
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_locks import IN_FORCE
from compiled_ai.sandbox.wasm_build import MEND, new_engine
from compiled_ai.sandbox.wasm_cache import ensure_variant

_log = logging.getLogger(__name__)
_TICK_SECONDS = 0.01
"""Grain of the time limit: a call may take this much longer."""
_HOST_STACK_BYTES = 2**24
"""Of the thread that calls WebAssembly, whose frames lie on it. With less, a deep recursion inside would end this process."""
_START_SECONDS = 30.0
_PROBE_SECONDS = 0.03
_PROBE_MEMORY_MB = 64
_STACK_LOCK = threading.Lock()
_SYSTEM_CALL = re.compile(r"libc\.so!(\w+)")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What came in place of a reply. The instance is dead."""

    status: Literal["timed_out", "crashed", "out_of_memory"]
    detail: str
    line: int | None = None


class WasmRuntime:
    """The compiled interpreter, ready to be started any number of times. May be used from several threads."""

    def __init__(self, cache: Path, variant: int, *, ensure: Callable[..., Path] = ensure_variant) -> None:
        """Load `variant` from `cache`, building it if need be; `ensure` gives its file.

        Raises:
            SandboxError: it can neither be loaded nor built.
        """
        try:
            from wasmtime import WasmtimeError
        except (ImportError, OSError) as error:
            raise SandboxError(f"the WebAssembly sandbox needs wasmtime: {error}. {MEND}") from error
        path = ensure(cache, variant)
        self.engine = new_engine()
        try:
            self.component = _load(self.engine, path)
        except WasmtimeError as error:
            _log.warning("%s was made for another machine and is built anew: %s", path, error)
            path = ensure(cache, variant, anew=True)
            try:
                self.component = _load(self.engine, path)
            except WasmtimeError as again:
                raise SandboxError(
                    f"wasmtime does not load {path} on this machine: {again}. Remove it, then: {MEND}"
                ) from again
        self._ticker = _Ticker(self.engine.increment_epoch)
        # Before the interpreter takes wasmtime's modules apart, at the latest: afterwards each would complain on standard error.
        weakref.finalize(self, _close, self.component, self.engine)

    @contextlib.contextmanager
    def start(self, *, memory_mb: int) -> Iterator[WasmInstance]:
        """A fresh instance with at most `memory_mb` MiB. Use it on the thread that started it.

        Raises:
            SandboxError: the memory does not even hold the interpreter.
        """
        from wasmtime import Store, WasmtimeError
        from wasmtime.component import Linker

        with self._ticker.running():
            store = Store(self.engine)
            try:
                store.set_limits(memory_size=memory_mb * 2**20)
                store.set_epoch_deadline(_ticks(_START_SECONDS))
                try:
                    instance = Linker(self.engine).instantiate(store, self.component)
                except WasmtimeError as error:
                    reason = str(error).partition("\n")[0]
                    raise SandboxError(
                        f"the WebAssembly sandbox did not start ({reason}); is the limit of {memory_mb} MB of memory high enough?"
                    ) from error
                yield WasmInstance(store, instance)
            finally:
                store.close()


class WasmInstance:
    """One interpreter of its own."""

    def __init__(self, store: Any, instance: Any) -> None:
        self._store = store
        self._instance = instance

    def call(self, name: str, argument: str | None = None, *, seconds: float) -> str | Ended:
        """The reply of the export `name`, or how the instance ended instead."""
        from wasmtime import WasmtimeError

        function = self._instance.get_func(self._store, name)
        assert function is not None
        self._store.set_epoch_deadline(_ticks(seconds))
        try:
            reply = function(self._store, *([] if argument is None else [argument]))
            function.post_return(self._store)
        except WasmtimeError as error:
            return _end(str(error), seconds)
        assert isinstance(reply, str)
        return reply


class _Ticker:
    """Calls `tick` every `_TICK_SECONDS` while anything runs."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._users = 0
        self._lock = threading.Lock()
        self._idle = threading.Event()

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._idle = threading.Event()
                threading.Thread(target=self._run, args=(self._idle,), daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                if self._users == 0:
                    self._idle.set()

    def _run(self, idle: threading.Event) -> None:
        while not idle.wait(_TICK_SECONDS):
            self._tick()


def on_deep_stack(work: Callable[[], None]) -> None:
    """Run `work` on a thread whose stack holds what WebAssembly may pile up, and wait for it. `work` does not raise."""
    thread = threading.Thread(target=work)
    with _STACK_LOCK:
        before = threading.stack_size(_HOST_STACK_BYTES)
        try:
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()


def probe_layers(runtime: WasmRuntime) -> dict[str, str]:
    """By layer ``in force``, or what code inside got when it tried what must not work."""
    ends: dict[str, str | Ended] = {}

    def work() -> None:
        for attempt in ("files", "clock", "random", "loop", "memory"):
            with runtime.start(memory_mb=_PROBE_MEMORY_MB) as instance:
                ends[attempt] = instance.call("probe", attempt, seconds=_PROBE_SECONDS)

    on_deep_stack(work)
    got = [
        f"{attempt}: {ends[attempt]}"
        for attempt in ("files", "clock", "random")
        if not _is_absent(ends[attempt])
    ]
    stopped = isinstance(end := ends["loop"], Ended) and end.status == "timed_out"
    return {
        "wasm": "; ".join(got) or IN_FORCE,
        "time": IN_FORCE if stopped else f"an endless loop ended with {end}",
        "memory": IN_FORCE
        if ends["memory"] == '"refused"'
        else f"too much memory ended with {ends['memory']}",
    }


def _is_absent(end: str | Ended) -> bool:
    return isinstance(end, Ended) and end.detail.startswith("asked the system")


def _close(*parts: Any) -> None:
    for part in parts:
        part.close()


def _load(engine: Any, path: Path) -> Any:
    from wasmtime.component import Component

    return Component.deserialize_file(engine, str(path))


def _ticks(seconds: float) -> int:
    return math.ceil(seconds / _TICK_SECONDS) + 1


def _end(message: str, seconds: float) -> Ended:
    """What wasmtime's account of a trap means."""
    if "wasm trap: interrupt" in message:
        return Ended(status="timed_out", detail=f"did not end within {seconds:g} seconds")
    if "call stack exhausted" in message:
        return Ended(status="crashed", detail="RecursionError: the stack of the sandbox is exhausted")
    if "too much data" in message:
        return Ended(status="crashed", detail="answered with more than the sandbox takes out")
    call = _SYSTEM_CALL.search(message)
    if call and "unreachable" in message:
        return Ended(
            status="crashed", detail=f"asked the system for '{call[1]}', which this sandbox does not have"
        )
    cause = message.strip().rpartition("\n")[2].strip()
    return Ended(status="crashed", detail=f"the interpreter broke down without an answer: {cause}")
