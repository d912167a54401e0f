"""Making the WebAssembly sandbox: CPython with our guest in it, frozen by componentize-py and compiled to machine code by wasmtime."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from compiled_ai.artifact.libraries import THIRD_PARTY, package_sources
from compiled_ai.errors import SandboxError
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.subset.imports import allowed_imports

if TYPE_CHECKING:
    from wasmtime import Engine

MEND = "pip install 'compiled-ai[wasm]'"

BUILD_PREFIX = ".build-"
"""Of the folders in which a build is under way."""

_HOME = Path(__file__).parents[1]
_WORLD = "guest-code"
_GUEST = "wasm_guest"
_SOURCES = (
    "artifact/flow.py",
    "artifact/plan.py",
    "artifact/workflow.py",
    "spec/canonical.py",
    "spec/flow.py",
    "sandbox/jail_program.py",
    "sandbox/wasm_monitor.py",
)
"""What of ours goes in as it is, besides all of `compiled_ai.modules`, and what that stands on."""
_PACKAGES = ("", "artifact/", "spec/", "sandbox/")
"""Their ``__init__.py`` load far more than is needed, and are empty inside."""
_BUILD_SECONDS = 600
_STACK_BYTES = 2**21
"""For WebAssembly frames. The largest that wasmtime's defaults allow."""
_SETTINGS: JsonObject = {"epoch_interruption": True, "max_wasm_stack": _STACK_BYTES}
_KEPT_VARIABLES = ("TMPDIR", "TEMP", "TMP", "SYSTEMROOT")


@dataclass(frozen=True, kw_only=True)
class Code:
    """Machine code and how it was made."""

    data: bytes
    order: str
    """In which order it keeps the letters of the alphabet in a set: a sign of its hash seed."""
    facts: JsonObject


def new_engine() -> Engine:
    """A wasmtime engine with our settings."""
    from wasmtime import Config, Engine

    config = Config()
    for name, value in _SETTINGS.items():
        setattr(config, name, value)
    return Engine(config)


def runtime_digest() -> str:
    """Names everything that goes into the frozen interpreter, in 16 hex digits."""
    parts: JsonObject = {name: hashlib.sha256(data).hexdigest() for name, data in _guest_files().items()}
    return digest("w1", {"componentize-py": version("componentize-py"), "files": parts})[3:19]


def engine_digest() -> str:
    """Names what machine code is made for, in 8 hex digits."""
    made_for = [sys.platform, platform.machine(), version("wasmtime")]
    return digest("w1", {"settings": _SETTINGS, "for": [*made_for]})[3:11]


def version(package: str) -> str:
    """The installed version of `package`.

    Raises:
        SandboxError: there is none.
    """
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError as error:
        raise SandboxError(
            f"the WebAssembly sandbox needs {package}, which is not installed: {MEND}"
        ) from error


def _guest_files() -> dict[str, bytes]:
    """What the guest is made of, by path in its folder."""
    modules = [f"modules/{path.name}" for path in sorted((_HOME / "modules").glob("*.py"))]
    preload = f"MODULES = {tuple(sorted(allowed_imports()))!r}\n"
    return {
        **{f"compiled_ai/{package}__init__.py": b"" for package in _PACKAGES},
        **{f"compiled_ai/{name}": (_HOME / name).read_bytes() for name in (*_SOURCES, *modules)},
        **{path: data for name in THIRD_PARTY for path, data in package_sources(name).items()},
        "wasm_preload.py": preload.encode(),
        f"{_GUEST}.py": (_HOME / "sandbox" / f"{_GUEST}.py").read_bytes(),
        "world.wit": (_HOME / "sandbox" / "wasm_world.wit").read_bytes(),
    }


def build_code(folder: Path) -> Code:
    """The interpreter with our guest in it as machine code, made in a folder below `folder`.

    Raises:
        SandboxError: a tool is missing or failed.
        OSError: `folder` cannot be written.
    """
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=folder, prefix=BUILD_PREFIX) as place:
        component = _freeze(Path(place))
    frozen = time.perf_counter()
    data, order = _compile(component)
    return Code(
        data=data,
        order=order,
        facts={
            "componentize-py": version("componentize-py"),
            "wasmtime": version("wasmtime"),
            "component_bytes": len(component),
            "code_bytes": len(data),
            "freeze_seconds": round(frozen - started, 2),
            "compile_seconds": round(time.perf_counter() - frozen, 2),
        },
    )


def _freeze(place: Path) -> bytes:
    """The component: our files imported by CPython for WASI, then written down as it stands in memory."""
    for name, data in _guest_files().items():
        file = place / "guest" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (place / "no-packages").mkdir()
    output = place / "component.wasm"
    arguments = ["-d", place / "guest" / "world.wit", "-w", _WORLD, "componentize", "--stub-wasi"]
    arguments += ["-p", place / "guest", "-o", output, _GUEST]
    command = [sys.executable, "-I", "-c", "import componentize_py; componentize_py.script()"]
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    try:
        done = subprocess.run(
            [*command, *map(str, arguments)],
            # Otherwise it would look for the packages of whatever environment it finds.
            env={**environment, "VIRTUAL_ENV": str(place / "no-packages")},
            cwd=place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SandboxError(
            f"componentize-py did not end within {_BUILD_SECONDS} seconds; is the machine busy?"
        ) from error
    if done.returncode != 0 or not output.is_file():
        complaint = (done.stderr + done.stdout).decode(errors="replace").strip()[-2000:]
        raise SandboxError(
            f"componentize-py {version('componentize-py')} could not build the sandbox (exit code {done.returncode}): {complaint}\nTry: {MEND}"
        )
    return output.read_bytes()


def _compile(component: bytes) -> tuple[bytes, str]:
    """Machine code for this machine, and the order of a set in it. Refuses a component that could ask its host for anything."""
    from wasmtime import Store, WasmtimeError
    from wasmtime.component import Component, Linker

    engine = new_engine()
    try:
        compiled = Component(engine, component)
        imports = sorted(compiled.type.imports(engine))
        if imports:
            raise SandboxError(
                f"the sandbox that was built would ask its host for {imports}; nothing may be imported. Try: {MEND}"
            )
        store = Store(engine)
        store.set_epoch_deadline(1)
        probe = Linker(engine).instantiate(store, compiled).get_func(store, "probe")
        assert probe is not None
        return bytes(compiled.serialize()), str(probe(store, "order"))
    except WasmtimeError as error:
        raise SandboxError(
            f"wasmtime {version('wasmtime')} could not compile or start the sandbox: {error}. Try: {MEND}"
        ) from error
