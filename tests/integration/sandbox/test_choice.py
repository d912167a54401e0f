"""Which sandbox is chosen when the system lacks something. The layers are really taken away: by a filter on the system calls of the whole program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from compiled_ai.sandbox.choose import open_sandbox, sandbox_report
from compiled_ai.sandbox.jail import missing_layers

CONFINE = Path(__file__).with_name("confine.py")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or bool(missing_layers()), reason="the jail does not hold here in the first place"
)

NO_WASM = "import sys; sys.modules['compiled_ai.sandbox.wasm'] = None\n"
FAKE_WASM = """
import sys, types
class WasmSandbox:
    name = "wasm"
    @staticmethod
    def obstacle(): return None
    def is_built(self): return True
fake = types.ModuleType("compiled_ai.sandbox.wasm")
fake.WasmSandbox = WasmSandbox
sys.modules["compiled_ai.sandbox.wasm"] = fake
"""
OPEN = """
import json
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.choose import open_sandbox, sandbox_report
from compiled_ai.sandbox.jail import Jail
from compiled_ai.sandbox.model import SandboxCase, SandboxJob
from compiled_ai.artifact.workflow import PlannedStep, Workflow
step = PlannedStep(id="run", kind="code", takes=(), output_schema={})
flow = Workflow(name="p", version="1", input_schema={}, output_schema={}, steps=(step,), returns=())
job = SandboxJob(source="def run(data):\\n    return {'n': 1}", workflow=flow, cases=(SandboxCase(case_id="a", input={}, given={}),))
said = {"report": sandbox_report()}
try:
    Jail().run(job)
except SandboxError as error:
    said["run"] = str(error)
for choice in ("jail", "auto", "none"):
    try:
        sandbox = open_sandbox(choice, warn=lambda text: said.setdefault("warning", text))
        said[choice] = sandbox.name
        if sandbox.name != "wasm":
            outcome = sandbox.run(job)
            said[choice] += ": " + outcome.rows[0].status + ", " + "+".join(outcome.isolation)
    except SandboxError as error:
        said[choice] = "refused: " + str(error)
print(json.dumps(said))
"""


def run_without(rules: str, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(CONFINE), rules, "--", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def open_without(rules: str, *, prelude: str = NO_WASM) -> dict[str, str]:
    done = run_without(rules, prelude + OPEN)
    assert done.stderr == ""
    said: dict[str, str] = json.loads(done.stdout)
    return said


PULLED_AWAY = {
    "no Landlock in the kernel": ("landlock=ENOSYS", "landlock", "use Linux 5.13 or later"),
    "Landlock off": ("landlock=EOPNOTSUPP", "landlock", "'landlock' in the list lsm="),
    "Landlock refused by a container": ("landlock=EPERM", "landlock", "--security-opt seccomp="),
    "seccomp refused": ("seccomp=EINVAL", "seccomp", "CONFIG_SECCOMP_FILTER"),
    "rlimits refused": ("setrlimit=EPERM,prlimit=EPERM", "rlimits", "files can be written"),
    "limit of memory refused": ("setrlimit=EPERM,prlimit=EPERM", "memory", "address space"),
}
IDS = list(PULLED_AWAY)


@pytest.mark.parametrize(("rules", "layer", "mending"), PULLED_AWAY.values(), ids=IDS)
def test_jail_refuses_without_a_layer_and_says_how_to_mend_it(rules: str, layer: str, mending: str) -> None:
    said = open_without(rules)
    assert said["jail"].startswith("refused: the jail cannot be used here")
    assert f"layer '{layer}' is missing" in said["jail"]
    assert mending in said["jail"]
    assert "--sandbox wasm" in said["jail"]


@pytest.mark.parametrize(("rules", "layer"), [("landlock=ENOSYS", "landlock"), ("seccomp=EINVAL", "seccomp")])
def test_jail_that_was_not_opened_properly_runs_nothing(rules: str, layer: str) -> None:
    message = open_without(rules)["run"]
    assert message.startswith(f"nothing was run, because a layer of the jail is missing: {layer}: ")


@pytest.mark.parametrize("rules", ["landlock=ENOSYS", "seccomp=EINVAL", "setrlimit=EPERM,prlimit=EPERM"])
def test_auto_without_a_layer_and_without_wasm_refuses_with_both_reasons(rules: str) -> None:
    said = open_without(rules)
    assert said["auto"].startswith("refused: there is no sandbox")
    assert "is missing" in said["auto"]
    assert "Wasm: it cannot be loaded" in said["auto"]


@pytest.mark.parametrize("rules", ["landlock=ENOSYS", "seccomp=EINVAL", "setrlimit=EPERM,prlimit=EPERM"])
def test_auto_without_a_layer_goes_to_wasm(rules: str) -> None:
    assert open_without(rules, prelude=FAKE_WASM)["auto"] == "wasm"


def test_none_runs_without_a_layer_and_warns() -> None:
    said = open_without("landlock=ENOSYS,seccomp=EINVAL")
    assert said["none"] == "none: answered, process+rlimits+memory"
    assert said["warning"].startswith("SANDBOX OFF")


@pytest.mark.parametrize("rules", ["pidfd_open=EPERM", "memfd_create=EPERM"])
def test_jail_without_a_zygote_starts_fresh_processes(rules: str) -> None:
    said = open_without(rules)
    assert said["jail"] == "jail: answered, process+rlimits+memory+landlock+seccomp"
    assert "an interpreter of its own" in json.dumps(said["report"])


def test_everything_holds_when_nothing_is_taken_away() -> None:
    """The filter itself is not what makes the tests above fail."""
    said = open_without("pidfd_open=EPERM")
    assert said["auto"].startswith("jail: answered")


DOCTOR = "from compiled_ai.cli.main import main; sys.argv = ['compiled-ai', 'doctor', '--json']; main()"


def test_doctor_without_any_sandbox_exits_with_seven() -> None:
    done = run_without("landlock=ENOSYS", NO_WASM + DOCTOR)
    document = json.loads(done.stdout)
    assert done.returncode == 7
    assert document["sandbox"]["sandbox"].startswith("cannot be used")
    assert document["sandbox"]["seccomp"] == "in force"
    assert "Linux 5.13" in document["sandbox"]["landlock"]


def test_doctor_with_wasm_alone_is_content() -> None:
    done = run_without("landlock=ENOSYS", FAKE_WASM + DOCTOR)
    assert (done.returncode, json.loads(done.stdout)["sandbox"]["sandbox"]) == (0, "wasm")


def test_report_says_which_sandbox_is_in_force() -> None:
    report = sandbox_report()
    assert report["sandbox"] == "jail"
    layers = ["process", "rlimits", "memory", "landlock", "seccomp", "warm start"]
    assert [report[layer] for layer in layers] == ["in force"] * len(layers)


def test_warning_goes_to_the_log_if_nobody_takes_it(caplog: pytest.LogCaptureFixture) -> None:
    assert open_sandbox("none").name == "none"
    assert "SANDBOX OFF" in caplog.text
