"""Where built WebAssembly sandboxes are kept, and how one comes to be there whole.

A build takes some 20 seconds and 40 MB per variant, offline, once per version of what goes in. There are two variants because the interpreter draws its
hash seed while it is frozen: two builds are two seeds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import platformdirs

from compiled_ai.errors import SandboxError
from compiled_ai.files import leftovers, locked, partial_path, sync_folder, write_atomic
from compiled_ai.sandbox.wasm_build import BUILD_PREFIX, Code, build_code, engine_digest, runtime_digest

VARIANTS = (0, 1)
_REDRAWS = 3
_UNUSED_DAYS = 30
_FEW = ("abcdefghij", "klmnopqrst")
"""Small sets of letters that two variants must order differently."""

_log = logging.getLogger(__name__)

Builder = Callable[[Path], Code]


def default_cache() -> Path:
    """The folder in which runtimes are kept for this user."""
    return Path(platformdirs.user_cache_dir("compiled-ai", appauthor=False)) / "wasm"


def build_wasm_runtime(target: Path) -> Path:
    """The folder below `target` that holds the runtime for this version, both variants of it, built where missing or broken.

    Raises:
        SandboxError: a tool is missing, the build failed, or `target` cannot be written.
    """
    for variant in VARIANTS:
        path = ensure_variant(target, variant)
    return path.parent


def is_built(cache: Path) -> bool:
    """Whether both variants are there. Does not look inside."""
    return all(_note(variant_path(cache, variant)).is_file() for variant in VARIANTS)


def variant_path(cache: Path, variant: int) -> Path:
    """Where the machine code of `variant` is kept. The name says what went in, and for which machine and wasmtime it was made."""
    return cache / runtime_digest() / f"variant-{variant}-{engine_digest()}.cwasm"


def ensure_variant(cache: Path, variant: int, *, anew: bool = False, build: Builder | None = None) -> Path:
    """The file of `variant`, built if it is not there or not whole. One builder at a time; the others wait and find it.

    Args:
        cache: Folder of runtimes; see `default_cache`.
        variant: One of `VARIANTS`.
        anew: Build even if the file looks whole, because wasmtime does not take it.
        build: Makes the machine code; None is the real thing.

    Raises:
        SandboxError: a tool is missing, the build failed, or `cache` cannot be written or may be written by others.
    """
    path = variant_path(cache, variant)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_owner(path.parent)
        if not anew and _is_whole(path):
            _mark_used(path)
            return path
        with (path.parent / ".lock").open("a+b", buffering=0) as lock, locked(lock):
            if anew or not _is_whole(path):
                _log.warning(
                    "building the WebAssembly sandbox, variant %d, in %s; this takes some 20 seconds, once",
                    variant,
                    path.parent,
                )
                _sweep(path.parent)
                _drop_unused(cache, but=path.parent)
                _keep(path, _build_unlike_others(path, build or build_code))
    except OSError as error:
        raise SandboxError(
            f"the WebAssembly sandbox cannot be kept in {path.parent}: {error}. It needs 150 MB of disk and a folder of your own"
        ) from error
    return path


def _build_unlike_others(path: Path, build: Builder) -> Code:
    """A build whose hash seed orders a set otherwise than the variants that are there: now and then a drawn seed does not."""
    others = [str(_read_note(other).get("order")) for other in path.parent.glob("*.cwasm") if other != path]
    code = build(path.parent)
    for _ in range(_REDRAWS):
        if not any(_is_alike(code.order, other) for other in others):
            break
        _log.warning("the build drew a hash seed too much like another's; building again")
        code = build(path.parent)
    return code


def _is_alike(order: str, other: str) -> bool:
    """Whether two orders of the letters agree on a handful of them: whole blocks may change places while each stays as it was."""
    for few in _FEW:
        first, second = ([char for char in text if char in few] for text in (order, other))
        if first and first == second:
            return True
    return order == other


def _sweep(folder: Path) -> None:
    """Remove what killed builders left behind. Only for the one who may build."""
    for place in folder.glob(BUILD_PREFIX + "*"):
        shutil.rmtree(place, ignore_errors=True)
    for partial in leftovers(folder):
        partial.unlink(missing_ok=True)


def _mark_used(path: Path) -> None:
    with contextlib.suppress(
        OSError
    ):  # such as a file system that is read-only; it only delays a build that others clear away
        os.utime(_note(path))


def _drop_unused(cache: Path, *, but: Path) -> None:
    """Remove the runtimes of other versions that nobody has loaded for `_UNUSED_DAYS`: each takes 75 MB."""
    oldest = time.time() - _UNUSED_DAYS * 86_400
    for folder in cache.iterdir():
        notes = [note.stat().st_mtime for note in folder.glob("variant-*.json")]
        if folder != but and re.fullmatch("[0-9a-f]{16}", folder.name) and notes and max(notes) < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _keep(path: Path, code: Code) -> None:
    """Put `code` at `path`, then the note that makes it count."""
    _note(path).unlink(missing_ok=True)
    partial = partial_path(path)
    try:
        with partial.open("wb") as file:
            file.write(code.data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)
    note = {"sha256": hashlib.sha256(code.data).hexdigest(), "order": code.order, **code.facts}
    write_atomic(_note(path), json.dumps(note, indent=2) + "\n")


def _note(path: Path) -> Path:
    """Beside the machine code: its digest and how it was made. Written last."""
    return path.with_suffix(".json")


def _read_note(path: Path) -> dict[str, str]:
    """What the note of `path` says; nothing if there is none, or no whole one."""
    try:
        note = json.loads(_note(path).read_bytes())
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return (
        {key: value for key, value in note.items() if isinstance(value, str)}
        if isinstance(note, dict)
        else {}
    )


def _is_whole(path: Path) -> bool:
    """Whether the file is what was written: wasmtime runs it as it is, and checks its head only."""
    expected = _read_note(path).get("sha256")
    if expected is None or not path.is_file():
        return False
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        _log.warning("%s is damaged and will be built anew", path)
    return found == expected


def _check_owner(folder: Path) -> None:
    """Machine code that others may change would run outside of every sandbox."""
    if sys.platform == "win32":
        return
    status = folder.stat()
    if status.st_uid not in (os.getuid(), 0) or status.st_mode & 0o022:
        raise SandboxError(
            f"{folder} may be written by others, and what it holds runs as machine code: chmod 700 it, or remove it"
        )
