"""How a built WebAssembly sandbox comes to be in the cache, and what happens when it is not whole."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from compiled_ai.errors import SandboxError
from compiled_ai.sandbox import wasm_build
from compiled_ai.sandbox.model import SandboxCase, SandboxJob
from compiled_ai.sandbox.wasm import WasmSandbox, variant_of
from compiled_ai.sandbox.wasm_build import Code, runtime_digest, version
from compiled_ai.sandbox.wasm_cache import (
    VARIANTS,
    _is_alike,
    build_wasm_runtime,
    default_cache,
    ensure_variant,
    is_built,
    variant_path,
)
from compiled_ai.sandbox.wasm_runtime import Ended, WasmRuntime, on_deep_stack

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")


class Builder:
    """Builds what it is told to, and counts."""

    def __init__(
        self,
        data: bytes = b"code",
        *,
        failure: Exception | None = None,
        pause: float = 0.0,
        orders: str = "abc",
    ) -> None:
        self.calls = 0
        self._orders = iter(orders)
        self._data, self._failure, self._pause = data, failure, pause

    def __call__(self, folder: Path) -> Code:
        self.calls += 1
        time.sleep(self._pause)
        if self._failure:
            raise self._failure
        return Code(data=self._data, order=next(self._orders), facts={"made": "in a test"})


def note_of(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.with_suffix(".json").read_bytes())
    return found


def test_a_variant_is_built_once(tmp_path: Path) -> None:
    build = Builder()
    path = ensure_variant(tmp_path, 0, build=build)
    assert ensure_variant(tmp_path, 0, build=build) == path == variant_path(tmp_path, 0)
    assert build.calls == 1
    assert path.read_bytes() == b"code"
    assert note_of(path) == {"sha256": hashlib.sha256(b"code").hexdigest(), "order": "a", "made": "in a test"}


def test_variants_do_not_share_a_file(tmp_path: Path) -> None:
    assert not is_built(tmp_path)
    assert len({ensure_variant(tmp_path, variant, build=Builder()) for variant in VARIANTS}) == 2
    assert is_built(tmp_path)


def test_blocks_of_letters_that_change_places_are_no_other_order() -> None:
    assert _is_alike("klmabcXYZ", "XYZabcklm")
    assert not _is_alike("abcklm", "cbamlk")
    assert _is_alike("xyz", "xyz")
    assert not _is_alike("xyz", "zyx")


@pytest.mark.parametrize(
    ("orders", "calls", "kept"),
    [("b", 1, "b"), ("aab", 3, "b"), ("aaaaab", 4, "a")],
    ids=["other", "drawn again", "given up"],
)
def test_the_second_variant_orders_sets_otherwise(orders: str, calls: int, kept: str, tmp_path: Path) -> None:
    ensure_variant(tmp_path, 0, build=Builder(orders="a"))
    build = Builder(orders=orders)
    assert note_of(ensure_variant(tmp_path, 1, build=build))["order"] == kept
    assert build.calls == calls


def test_building_is_logged_with_its_place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        ensure_variant(tmp_path, 1, build=Builder())
    assert f"building the WebAssembly sandbox, variant 1, in {tmp_path}" in caplog.text


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    path.write_bytes(b"c0de")


def unnote(path: Path) -> None:
    path.with_suffix(".json").unlink()


def garble(path: Path) -> None:
    path.with_suffix(".json").write_text("[")


def unwrap(path: Path) -> None:
    path.with_suffix(".json").write_text("[]")


@pytest.mark.parametrize("damage", [cut, flip, unnote, garble, unwrap, Path.unlink])
def test_what_is_damaged_is_built_anew(damage: Callable[[Path], None], tmp_path: Path) -> None:
    path = ensure_variant(tmp_path, 0, build=Builder())
    damage(path)
    build = Builder()
    assert ensure_variant(tmp_path, 0, build=build).read_bytes() == b"code"
    assert build.calls == 1


def test_two_builders_at_once_build_once(tmp_path: Path) -> None:
    build = Builder(pause=0.3)
    threads = [
        threading.Thread(target=ensure_variant, args=(tmp_path, 0), kwargs={"build": build}) for _ in "abc"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert build.calls == 1


def test_a_failed_build_leaves_nothing_that_counts(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="no tool"):
        ensure_variant(tmp_path, 0, build=Builder(failure=SandboxError("no tool")))
    assert not variant_path(tmp_path, 0).exists()
    assert ensure_variant(tmp_path, 0, build=Builder()).read_bytes() == b"code"


def test_what_killed_builders_left_is_swept(tmp_path: Path) -> None:
    folder = variant_path(tmp_path, 0).parent
    (folder / ".build-x" / "guest").mkdir(parents=True)
    ensure_variant(tmp_path, 0, build=Builder())
    assert sorted(path.suffix for path in folder.iterdir()) == ["", ".cwasm", ".json"]


def test_runtimes_of_other_versions_go_when_nobody_used_them_for_long(tmp_path: Path) -> None:
    for name, days in (("0" * 16, 31), ("1" * 16, 29), ("not ours", 99)):
        (tmp_path / name).mkdir()
        note = tmp_path / name / "variant-0-x.json"
        note.touch()
        os.utime(note, (time.time() - days * 86_400,) * 2)
    (tmp_path / ("2" * 16)).mkdir()
    path = ensure_variant(tmp_path, 0, build=Builder())
    assert {folder.name for folder in tmp_path.iterdir()} == {
        "1" * 16,
        "2" * 16,
        "not ours",
        path.parent.name,
    }


def test_use_keeps_a_runtime(tmp_path: Path) -> None:
    note = ensure_variant(tmp_path, 0, build=Builder()).with_suffix(".json")
    os.utime(note, (0, 0))
    ensure_variant(tmp_path, 0, build=Builder())
    assert time.time() - note.stat().st_mtime < 60


def test_full_disk_says_what_is_needed(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(SandboxError, match=r"No space left on device.*150 MB of disk"):
        ensure_variant(tmp_path, 0, build=Builder(failure=full))


@needs_posix
def test_disk_that_fills_up_while_writing_leaves_no_half_file(tmp_path: Path) -> None:
    """In a process of its own, whose files may not grow beyond 1,000 bytes."""
    program = """
import resource, signal, sys
from pathlib import Path
from compiled_ai.sandbox.wasm_build import Code
from compiled_ai.sandbox.wasm_cache import ensure_variant
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
ensure_variant(Path(sys.argv[1]), 0, build=lambda folder: Code(data=bytes(5000), order='', facts={}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "SandboxError: the WebAssembly sandbox cannot be kept in" in done.stderr
    assert "150 MB of disk" in done.stderr
    assert not list(variant_path(tmp_path, 0).parent.glob("*.cwasm"))
    assert not list(variant_path(tmp_path, 0).parent.glob(".*.part"))


def test_cache_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SandboxError, match=r"cannot be kept in .*file.*a folder of your own"):
        ensure_variant(tmp_path / "file", 0, build=Builder())


@needs_posix
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_cache_that_others_may_write_is_refused(mode: int, tmp_path: Path) -> None:
    path = ensure_variant(tmp_path, 0, build=Builder())
    path.parent.chmod(mode)
    with pytest.raises(SandboxError, match=r"may be written by others.*chmod 700"):
        ensure_variant(tmp_path, 0, build=Builder())


@needs_posix
def test_cache_is_closed_to_others_from_the_start(tmp_path: Path) -> None:
    assert ensure_variant(tmp_path, 0, build=Builder()).parent.stat().st_mode & 0o777 == 0o700


def test_missing_package_says_how_to_get_it() -> None:
    with pytest.raises(SandboxError, match=r"needs no-such-package.*pip install 'compiled-ai\[wasm\]'"):
        version("no-such-package")


def test_missing_wasmtime_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    with pytest.raises(SandboxError, match=r"needs wasmtime.*pip install 'compiled-ai\[wasm\]'"):
        WasmRuntime(tmp_path, 0)


def test_name_of_the_folder_follows_what_goes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    before = runtime_digest()
    assert runtime_digest() == before
    monkeypatch.setattr(wasm_build, "version", lambda package: "0.0")
    assert runtime_digest() != before


@pytest.fixture(scope="module")
def built() -> Path:
    """The real thing, in the user's cache folder, where the other tests look for it too."""
    return build_wasm_runtime(default_cache())


def test_the_build_is_whole_and_tells_how_it_was_made(built: Path) -> None:
    assert is_built(default_cache())
    for variant in VARIANTS:
        note = note_of(variant_path(default_cache(), variant))
        assert note["componentize-py"] == version("componentize-py")
        assert note["wasmtime"] == version("wasmtime")
        assert variant_path(default_cache(), variant).stat().st_size == note["code_bytes"]


def test_the_component_imports_nothing(built: Path) -> None:
    runtime = WasmRuntime(default_cache(), 0)
    assert list(runtime.component.type.imports(runtime.engine)) == []


def test_code_of_another_machine_is_built_anew(built: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whole by its digest, but nothing that wasmtime loads."""
    good, asked = variant_path(default_cache(), 0), []

    def ensure(cache: Path, variant: int, *, anew: bool = False) -> Path:
        asked.append(anew)
        return good if anew else Path(__file__)

    runtime = WasmRuntime(default_cache(), 0, ensure=ensure)
    assert asked == [False, True]
    assert "was made for another machine" in caplog.text
    assert list(runtime.component.type.imports(runtime.engine)) == []


def test_code_that_never_loads_says_what_to_do() -> None:
    with pytest.raises(SandboxError, match=r"(?s)does not load .*test_wasm_build.py.*Remove it, then"):
        WasmRuntime(default_cache(), 0, ensure=lambda *_, **__: Path(__file__))


def test_a_broken_build_shows_what_the_tool_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**wasm_build._guest_files(), "world.wit": b"package a:b; world no-such-world {}\n"}
    monkeypatch.setattr(wasm_build, "_guest_files", lambda: files)
    with pytest.raises(SandboxError, match=r"could not build the sandbox(.|\n)*guest-code"):
        ensure_variant(tmp_path, 0)
    assert [path.name for path in variant_path(tmp_path, 0).parent.iterdir()] == [".lock"]


def test_an_endless_call_ends_although_the_guest_is_ours(built: Path) -> None:
    ends: list[str | Ended] = []

    def work() -> None:
        with WasmRuntime(default_cache(), 0).start(memory_mb=64) as instance:
            ends.append(instance.call("probe", "loop", seconds=0.05))

    on_deep_stack(work)
    assert ends == [Ended(status="timed_out", detail="did not end within 0.05 seconds")]


def test_a_fresh_process_starts_from_the_cache(built: Path) -> None:
    """Without a build, which would be logged, and without a word at the end."""
    program = """
from compiled_ai.sandbox.wasm import WasmSandbox, _runtime
from compiled_ai.sandbox.wasm_cache import default_cache
print(sorted(WasmSandbox().status().values()))
kept = _runtime(default_cache(), 0)
kept.itself = kept
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("['in force', 'in force', 'in force']", "")


def test_two_variants_have_two_hash_seeds(built: Path) -> None:
    source = "def run(data):\n    return {'n': ''.join({c for c in 'abcdefghijklmnop'})}"
    from compiled_ai.artifact.workflow import PlannedStep, Workflow
    from compiled_ai.sandbox.model import Surroundings

    workflow = Workflow(
        name="probe",
        version="1",
        input_schema={},
        output_schema={},
        steps=(PlannedStep(id="run", kind="code", takes=(), output_schema={}),),
        returns=("n",),
    )
    orders: dict[int, set[str]] = {0: set(), 1: set()}
    for seed in range(8):
        job = SandboxJob(
            source=source,
            workflow=workflow,
            cases=(SandboxCase(case_id="a", input={}, given={}),),
            surroundings=Surroundings(hash_seed=seed),
        )
        orders[variant_of(seed)].add(str(WasmSandbox().run(job).rows[0].output))
    assert [len(found) for found in orders.values()] == [1, 1]
    assert orders[0] != orders[1]
