"""What our modules stand on works where no file can be read any more: in the jail, warm and fresh, and in WebAssembly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import compiled_ai.modules
from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.sandbox.jail import missing_layers
from compiled_ai.sandbox.jail_legs import Manner, run_legs
from compiled_ai.sandbox.jail_locks import LAYERS
from compiled_ai.sandbox.jail_process import start_fresh
from compiled_ai.sandbox.jail_program import LOADED_ON_USE, loaded_on_use
from compiled_ai.sandbox.model import SandboxCase, SandboxJob, SandboxOutcome
from compiled_ai.sandbox.wasm import WasmSandbox
from compiled_ai.sandbox.zygote_pool import ZygotePool

needs_jail = pytest.mark.skipif(
    sys.platform != "linux" or bool(missing_layers()), reason="the jail does not hold here"
)

SOURCE = '''
from compiled_ai.modules.identifiers import mask, parse_iban, parse_vat
from compiled_ai.modules.phones import find_phones, format_phone, parse_phone
from compiled_ai.modules.units import quantity_in


def run(data):
    """Uses every module that has something of others, or much of its own, below it."""
    number = parse_phone(data["phone"], data["region"])
    return {
        "phone": number,
        "written": format_phone(data["phone"], "national", data["region"]),
        "found": [mention.value for mention in find_phones("Call " + data["phone"] + " now", data["region"])],
        "iban": parse_iban("DE89 3704 0044 0532 0130 00"),
        "vat": parse_vat("ATU57194903"),
        "masked": mask("SSN 123-45-6789"),
        "height": str(quantity_in("5 ft 3 in", "cm")),
    }
'''
PHONES = (
    ("US", "(415) 555-2671", "+14155552671", "(415) 555-2671"),
    ("CH", "044 668 18 00", "+41446681800", "044 668 18 00"),
    ("JP", "03-1234-5678", "+81312345678", "03-1234-5678"),
    ("GB", "+800 1234 5678", "+80012345678", "1234 5678"),
)
OTHERS = {
    "iban": "DE89370400440532013000",
    "vat": "ATU57194903",
    "masked": "SSN ***-**-6789",
    "height": "160.02",
}
EXPECTED = [
    {"phone": number, "written": written, "found": [number], **OTHERS} for _, _, number, written in PHONES
]
Run = Callable[[SandboxJob], SandboxOutcome]


def job(source: str = SOURCE, *, coverage: bool = False) -> SandboxJob:
    step = PlannedStep(id="run", kind="code", takes=(), output_schema={})
    flow = Workflow(name="p", version="1", input_schema={}, output_schema={}, steps=(step,), returns=())
    cases = tuple(
        SandboxCase(case_id=region, input={"region": region, "phone": phone}, given={})
        for region, phone, *_ in PHONES
    )
    return SandboxJob(source=source, workflow=flow, cases=cases, coverage=coverage)


@needs_jail
@pytest.mark.parametrize("coverage", [False, True], ids=["plain", "coverage"])
def test_a_warm_jail_reads_numbers_of_every_country(*, coverage: bool) -> None:
    pool = ZygotePool()
    try:
        for _ in range(2):
            outcome = run_legs(job(coverage=coverage), Manner(start=pool.start, required=LAYERS))
            assert [row.output for row in outcome.rows] == EXPECTED
    finally:
        pool.close()


@needs_jail
def test_a_zygote_that_has_no_use_for_it_does_not_load_it() -> None:
    pool = ZygotePool()
    try:
        plain = "def run(data):\n    return {'n': 1}"
        run_legs(job(plain), Manner(start=pool.start, required=LAYERS))
        (before,) = pool.pids()
        memory = _resident(before)
        run_legs(job(), Manner(start=pool.start, required=LAYERS))
        assert pool.pids() == [before]
        assert _resident(before) > memory + 2**20
    finally:
        pool.close()


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


@needs_jail
def test_a_fresh_jail_reads_numbers_of_every_country() -> None:
    outcome = run_legs(job(), Manner(start=start_fresh, required=LAYERS))
    assert [row.output for row in outcome.rows] == EXPECTED


def test_webassembly_reads_numbers_of_every_country() -> None:
    assert [row.output for row in WasmSandbox().run(job()).rows] == EXPECTED


def test_every_module_that_loads_on_use_is_known_to_the_sandboxes() -> None:
    """Its own name, or that of a module that imports it, has to be in the source before the locks are set."""
    folder = Path(compiled_ai.modules.__path__[0])
    names = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module('compiled_ai.modules.' + name)\n"
        "    users = [word for word in ('phones',) if 'compiled_ai.modules.' + word in sys.modules]\n"
        "    print(name, *users)\n"
        "    for loaded in [loaded for loaded in sys.modules if loaded.startswith('compiled_ai.modules')]:\n"
        "        del sys.modules[loaded]\n"
    )
    done = subprocess.run([sys.executable, "-c", program, *names], capture_output=True, text=True, check=True)
    users = {line.split()[0] for line in done.stdout.splitlines() if len(line.split()) > 1}
    assert users == set(LOADED_ON_USE)


def test_what_a_source_does_not_name_is_not_loaded() -> None:
    assert loaded_on_use("def run(data):\n    return {}") == ()
    assert loaded_on_use(SOURCE) == ("compiled_ai.modules._phones",)
