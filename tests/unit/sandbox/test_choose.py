"""What each choice comes to, whatever the machine has."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox import choose
from compiled_ai.sandbox.model import SandboxChoice

Machine = Callable[..., None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Make a machine with these layers missing (or a jail that does not start), and wasm that works, has an obstacle, or is not there."""

    def make(*, missing: dict[str, str] | str = "", wasm: str | None = "") -> None:
        def missing_layers() -> dict[str, str]:
            if isinstance(missing, str) and missing:
                raise SandboxError(missing)
            return dict(missing) if missing else {}

        class WasmSandbox:
            name = "wasm"

            @staticmethod
            def obstacle() -> str | None:
                return wasm or None

            def is_built(self) -> bool:
                return True

        module = None if wasm is None else ModuleType("wasm")
        if module:
            vars(module)["WasmSandbox"] = WasmSandbox
        monkeypatch.setattr(choose, "missing_layers", missing_layers)
        monkeypatch.setattr(choose, "jail_layers", lambda: {"process": "in force", **missing_layers()})
        monkeypatch.setitem(sys.modules, "compiled_ai.sandbox.wasm", module)

    monkeypatch.setattr(choose, "_wasm", choose._wasm.__wrapped__)  # the real one is kept for the process
    return make


NO_LANDLOCK = {"landlock": "use Linux 5.13"}


@pytest.mark.parametrize("choice", ["jail", "auto"])
def test_jail_is_taken_when_all_layers_hold(machine: Machine, choice: SandboxChoice) -> None:
    machine(wasm="not there")
    assert choose.open_sandbox(choice).name == "jail"


@pytest.mark.parametrize("missing", [NO_LANDLOCK, "no process can be started"], ids=["a layer", "everything"])
def test_auto_takes_wasm_when_the_jail_does_not_hold(machine: Machine, missing: dict[str, str] | str) -> None:
    machine(missing=missing)
    assert choose.open_sandbox("auto").name == "wasm"


def test_jail_never_falls_back(machine: Machine) -> None:
    machine(missing=NO_LANDLOCK)
    with pytest.raises(
        SandboxError, match=r"layer 'landlock' is missing: use Linux 5\.13\. Other ways: --sandbox wasm"
    ):
        choose.open_sandbox("jail")


def test_wasm_never_falls_back(machine: Machine) -> None:
    machine(wasm="install it")
    with pytest.raises(SandboxError, match="wasm sandbox cannot be used here: install it"):
        choose.open_sandbox("wasm")


@pytest.mark.parametrize(
    ("wasm", "reason"),
    [("install it", "install it"), (None, "cannot be loaded")],
    ids=["obstacle", "not there"],
)
def test_auto_without_either_gives_both_reasons(machine: Machine, wasm: str | None, reason: str) -> None:
    machine(missing=NO_LANDLOCK, wasm=wasm)
    with pytest.raises(SandboxError, match=rf"layer 'landlock' is missing.*Wasm: .*{reason}.*--sandbox none"):
        choose.open_sandbox("auto")


@pytest.mark.parametrize("missing", [{}, NO_LANDLOCK], ids=["jail works", "jail does not"])
def test_none_is_had_for_the_asking_and_said_loudly(machine: Machine, missing: dict[str, str]) -> None:
    machine(missing=missing)
    said: list[str] = []
    assert choose.open_sandbox("none", warn=said.append).name == "none"
    assert len(said) == 1
    assert said[0].startswith("SANDBOX OFF")


@pytest.mark.parametrize("choice", ["auto", "jail", "wasm"])
def test_other_choices_warn_of_nothing(machine: Machine, choice: SandboxChoice) -> None:
    machine()
    said: list[str] = []
    choose.open_sandbox(choice, warn=said.append)
    assert said == []


def test_environment_decides_nothing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(missing=NO_LANDLOCK, wasm="install it")
    monkeypatch.setenv("COMPILED_AI_SANDBOX", "none")
    with pytest.raises(SandboxError):
        choose.open_sandbox("auto")


def test_report_without_a_sandbox_is_unusable_and_says_why(machine: Machine) -> None:
    machine(missing=NO_LANDLOCK, wasm="install it")
    report = choose.sandbox_report()
    assert choose.is_unusable(report)
    assert (report["process"], report["landlock"], report["wasm"]) == (
        "in force",
        "use Linux 5.13",
        "install it",
    )


@pytest.mark.parametrize(("missing", "used"), [({}, "jail"), (NO_LANDLOCK, "wasm")])
def test_report_says_which_is_used(machine: Machine, missing: dict[str, str], used: str) -> None:
    machine(missing=missing)
    report = choose.sandbox_report()
    assert (report["sandbox"], choose.is_unusable(report), report["wasm"]) == (used, False, "ready")


def test_report_of_a_machine_that_starts_no_process(machine: Machine) -> None:
    machine(missing="the disk is full")
    assert choose.sandbox_report("jail")["process"] == "the disk is full"
