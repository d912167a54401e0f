"""Writing artifacts: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.artifact.manifest import GUARDED_FILES, Manifest, seal
from compiled_ai.errors import StoreError
from compiled_ai.files import partial_path, write_atomic

WRITER = """
import json, sys
from pathlib import Path
from compiled_ai.artifact import Store
from compiled_ai.artifact.manifest import Manifest

given = json.load(sys.stdin)
Store(Path(sys.argv[1])).save(given["files"], Manifest.model_validate(given["manifest"]), build="{}")
"""
KILLER = """
import json, os, random, signal, sys, time
from pathlib import Path
from compiled_ai.artifact import Store
from compiled_ai.artifact.manifest import seal

given, root, chance = json.load(sys.stdin), Path(sys.argv[1]), random.Random(4)
# One save before the forks, so that no child spends its time on imports and on the digest of the modules.
Store(root.with_name("warm")).save(given["files"], seal(given["fields"], given["files"]), build="{}")
for kill in range(15):
    child = os.fork()
    if not child:
        for number in range(100_000):
            files = {**given["files"], "spec.yaml": f"# {kill} {number}\\n" * 2000}
            Store(root).save(files, seal(given["fields"], files), build="{}")
    time.sleep(chance.uniform(0.003, 0.15))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


def parts(artifact: Artifact) -> tuple[dict[str, str], Manifest]:
    files = {name: (artifact.path / name).read_bytes().decode() for name in GUARDED_FILES}
    return files, artifact.manifest


def fields_of(manifest: Manifest) -> dict[str, Any]:
    return manifest.model_dump(exclude={"artifact", "format", "compiler", "modules", "files"})


def start(program: str, root: Path, artifact: Artifact) -> subprocess.Popen[str]:
    files, manifest = parts(artifact)
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(root)], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin
    given = {"files": files, "fields": fields_of(manifest), "manifest": manifest.model_dump()}
    process.stdin.write(json.dumps(given))
    process.stdin.close()
    process.stdin = None
    return process


def finish(process: subprocess.Popen[str]) -> str:
    _, errors = process.communicate(timeout=60)
    return errors


def folders(home: Path) -> list[Path]:
    return [path for path in home.iterdir() if path.is_dir() and not path.name.startswith(".")]


def test_saving_twice_changes_nothing(store: Store, folder: Path, compiled: Artifact) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()}
    assert store.save(*parts(compiled), build='{"later": 1}') == folder
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()} == before


def test_saving_an_older_artifact_again_makes_it_current(
    store: Store, folder: Path, compiled: Artifact
) -> None:
    (folder.parent / "current").write_text("0" * 16)
    store.save(*parts(compiled), build="{}")
    assert store.find("price_band") == folder


def test_a_damaged_folder_is_moved_aside(store: Store, folder: Path, compiled: Artifact) -> None:
    (folder / "activities.py").write_text("damaged")
    store.save(*parts(compiled), build="{}")
    load_artifact(store.find("price_band"))
    (aside,) = folder.parent.glob("*.damaged-*")
    assert (aside / "activities.py").read_text() == "damaged"


def test_what_was_moved_aside_is_never_found(store: Store, folder: Path, compiled: Artifact) -> None:
    (folder / "build.json").unlink()
    (folder / "spec.yaml").write_text("damaged")
    store.save(*parts(compiled), build="{}")
    assert store.find(f"price_band@{folder.name[:4]}") == folder


def test_another_artifact_in_its_place_is_moved_aside(store: Store, folder: Path, compiled: Artifact) -> None:
    files, manifest = parts(compiled)
    other = store.save(files, seal({**fields_of(manifest), "version": "9.9.9"}, files), build="{}")
    load_artifact(other)
    for path in folder.iterdir():
        path.write_bytes((other / path.name).read_bytes())
    store.save(files, manifest, build="{}")
    assert load_artifact(folder).manifest == manifest


@pytest.mark.parametrize("blocker", ["file", "empty folder", "link to nowhere"])
def test_something_else_in_its_place_does_not_stop_a_save(
    blocker: str, tmp_path: Path, compiled: Artifact
) -> None:
    home = tmp_path / "price_band"
    home.mkdir()
    place = home / compiled.path.name
    match blocker:
        case "file":
            place.write_text("x")
        case "empty folder":
            place.mkdir()
        case _:
            place.symlink_to(tmp_path / "nowhere")
    assert load_artifact(Store(tmp_path).save(*parts(compiled), build="{}")).manifest == compiled.manifest


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def leave(home: Path, name: str, *, owner: int, machine: str | None = None) -> tuple[Path, Path]:
    """A partial folder and a partial file as a writer leaves them."""
    found = []
    for target in (home / name, home / "current"):
        path = partial_path(target)
        middle = path.name.replace(f"-{os.getpid()}-", f"-{owner}-")
        if machine:
            middle = middle.replace(middle.split(".")[-2].split("-")[0], machine)
        found.append(path.with_name(middle))
    found[0].mkdir()
    (found[0] / "spec.yaml").write_text("half")
    found[1].write_text("half")
    return found[0], found[1]


def test_leftovers_of_killed_writers_are_swept(store: Store, folder: Path, compiled: Artifact) -> None:
    left = leave(folder.parent, folder.name, owner=dead_process())
    store.save(*parts(compiled), build="{}")
    assert not any(path.exists() for path in left)


def test_leftovers_of_living_writers_are_not(store: Store, folder: Path, compiled: Artifact) -> None:
    left = leave(folder.parent, folder.name, owner=os.getppid())
    store.save(*parts(compiled), build="{}")
    assert all(path.exists() for path in left)


def test_leftovers_of_other_machines_are_swept_after_a_day(
    store: Store, folder: Path, compiled: Artifact
) -> None:
    left = leave(folder.parent, folder.name, owner=dead_process(), machine="0" * 8)
    store.save(*parts(compiled), build="{}")
    assert all(path.exists() for path in left)
    for path in left:
        os.utime(path, (0, time.time() - 90_000))
    store.save(*parts(compiled), build="{}")
    assert not any(path.exists() for path in left)


def test_files_of_the_user_are_not_swept(store: Store, folder: Path, compiled: Artifact) -> None:
    for name in (".hidden", "notes.part", ".notes.part", ".a.1-2-3.part"):
        (folder.parent / name).write_text("ours")
    store.save(*parts(compiled), build="{}")
    assert len(list(folder.parent.glob("*notes*"))) == 2
    assert (folder.parent / ".a.1-2-3.part").exists()


def test_threads_may_write_the_same_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: write_atomic(tmp_path / "x", f"{number}\n" * 500), range(200)))
    assert len(set((tmp_path / "x").read_text().split())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_atomic(tmp_path / "x", "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(tmp_path / "x", "new \ud800")
    assert (tmp_path / "x").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_processes_may_save_the_same_artifact_at_once(tmp_path: Path, compiled: Artifact) -> None:
    processes = [start(WRITER, tmp_path, compiled) for _ in range(4)]
    assert [finish(process) for process in processes] == [""] * 4
    (folder,) = folders(tmp_path / "price_band")
    assert Store(tmp_path).find("price_band") == folder
    load_artifact(folder)


def test_threads_may_mend_the_same_damage_at_once(store: Store, folder: Path, compiled: Artifact) -> None:
    files, manifest = parts(compiled)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(15):
            (folder / "spec.yaml").write_text("damaged")
            saved = list(pool.map(lambda _: store.save(files, manifest, build="{}"), range(4)))
            assert set(saved) == {folder}
            assert load_artifact(folder).manifest == manifest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_kill_never_leaves_an_artifact_that_is_half_there(tmp_path: Path, compiled: Artifact) -> None:
    assert finish(start(KILLER, tmp_path, compiled)) == ""
    home = tmp_path / "price_band"
    found = folders(home)
    for folder in found:
        assert load_artifact(folder).manifest.artifact.startswith(f"a1:{folder.name}")
    assert Store(tmp_path).find("price_band") in found
    assert len(found) >= 15
    Store(tmp_path).save(*parts(compiled), build="{}")
    assert not list(home.glob(".*"))


def test_a_store_that_is_a_file_is_told_as_such(tmp_path: Path, compiled: Artifact) -> None:
    (tmp_path / "workflows").write_text("not a folder")
    with pytest.raises(StoreError, match=r"cannot write the artifact below .*workflows.*: Not a directory"):
        Store(tmp_path / "workflows").save(*parts(compiled), build="{}")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a place where nobody may write")
def test_a_read_only_store_is_told_as_such(compiled: Artifact) -> None:
    with pytest.raises(StoreError, match="cannot write the artifact below /proc/workflows"):
        Store(Path("/proc/workflows")).save(*parts(compiled), build="{}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_told_as_such(tmp_path: Path, compiled: Artifact) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="Permission denied"):
        Store(tmp_path).save(*parts(compiled), build="{}")


def test_a_failed_save_leaves_nothing_behind(tmp_path: Path, compiled: Artifact) -> None:
    (tmp_path / "price_band").mkdir()
    (tmp_path / "price_band" / "current").mkdir()  # cannot be replaced by a file
    (tmp_path / "price_band" / "current" / "x").touch()
    with pytest.raises(StoreError):
        Store(tmp_path).save(*parts(compiled), build="{}")
    assert not list((tmp_path / "price_band").glob(".*"))
