"""Which sandbox is used: the one asked for, or an error that says what it lacks. Nothing falls back to less than was asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import assert_never

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail import Jail, jail_layers, missing_layers
from compiled_ai.sandbox.model import Sandbox, SandboxChoice
from compiled_ai.sandbox.unconfined import WARNING, Unconfined

_LOG = logging.getLogger(__name__)
_NONE = "cannot be used"
_WAY_OUT = "Other ways: --sandbox wasm, or, on a machine that you can throw away, --sandbox none."


def open_sandbox(choice: SandboxChoice, *, warn: Callable[[str], None] = _LOG.warning) -> Sandbox:
    """The sandbox of that name; for ``auto`` the jail if all of its layers hold here, else wasm.

    Args:
        choice: ``none`` is never chosen by itself.
        warn: Called with a sentence for the user when ``none`` is asked for.

    Raises:
        SandboxError: it cannot be used here. Says why, and what to do.
    """
    match choice:
        case "jail":
            return _jail_or_raise()
        case "wasm":
            return _wasm_or_raise()
        case "none":
            warn(WARNING)
            return Unconfined()
        case "auto":
            return _best()
        case _:
            assert_never(choice)


def sandbox_report(choice: SandboxChoice = "auto") -> dict[str, str]:
    """Under ``sandbox`` which one `choice` stands for here, or why none; under each layer of the jail, and ``wasm``, its state."""
    try:
        used: str = open_sandbox(choice, warn=lambda _: None).name
    except SandboxError as error:
        used = f"{_NONE}: {error}"
    try:
        layers = jail_layers()
    except SandboxError as error:
        layers = {"process": str(error)}
    return {"sandbox": used, **layers, "wasm": _wasm_state()}


def is_unusable(report: dict[str, str]) -> bool:
    """Whether `report`, which comes from `sandbox_report`, says that there is no sandbox."""
    return report["sandbox"].startswith(_NONE)


def _best() -> Sandbox:
    no_jail = _jail_obstacle()
    if not no_jail:
        return Jail()
    no_wasm = _wasm_obstacle()
    if not no_wasm:
        return _wasm()
    raise SandboxError(
        f"there is no sandbox to run generated code in. Jail: {no_jail}. Wasm: {no_wasm}. "
        "Mend one of them, or, on a machine that you can throw away, use --sandbox none."
    )


def _jail_or_raise() -> Sandbox:
    if obstacle := _jail_obstacle():
        raise SandboxError(f"the jail cannot be used here. {obstacle}. {_WAY_OUT}")
    return Jail()


def _jail_obstacle() -> str:
    """Which layers are missing and how to mend them; empty when all hold."""
    try:
        missing = missing_layers()
    except SandboxError as error:
        return str(error)
    return "; ".join(f"layer '{layer}' is missing: {reason}" for layer, reason in missing.items())


def _wasm_or_raise() -> Sandbox:
    if obstacle := _wasm_obstacle():
        raise SandboxError(f"the wasm sandbox cannot be used here: {obstacle}")
    return _wasm()


@cache
def _wasm() -> Sandbox:
    """One for the process, because it keeps the interpreter that it loads."""
    from compiled_ai.sandbox.wasm import WasmSandbox

    return WasmSandbox()


def _wasm_state() -> str:
    if obstacle := _wasm_obstacle():
        return obstacle
    from compiled_ai.sandbox.wasm import WasmSandbox

    return "ready" if WasmSandbox().is_built() else "can be used; its interpreter is built on first use"


def _wasm_obstacle() -> str:
    """Why the wasm sandbox cannot be used; empty when it can."""
    try:
        from compiled_ai.sandbox.wasm import WasmSandbox
    except ImportError as error:
        return f"it cannot be loaded: {error}"
    return WasmSandbox.obstacle() or ""
