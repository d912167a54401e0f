"""What loading refuses."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.artifact.manifest import GUARDED_FILES, file_digest
from compiled_ai.errors import ArtifactNotFoundError, ForeignVersionError, TamperedArtifactError
from compiled_ai.execution import load_workflow
from compiled_ai.spec.canonical import digest


def one_bit_at(position: float) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[int(position * (len(content) - 1))] ^= 1
        path.write_bytes(content)

    return change


def remove(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def add_a_newline(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def translate_line_ends(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def binary(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\xff")


def make_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_a_loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def swap(path: Path) -> None:
    other = next(name for name in GUARDED_FILES if name != path.name)
    content = (path.parent / other).read_bytes()
    (path.parent / other).write_bytes(path.read_bytes())
    path.write_bytes(content)


DAMAGES: list[Callable[[Path], None]] = [
    one_bit_at(0),
    one_bit_at(0.5),
    one_bit_at(1),
    remove,
    empty,
    add_a_newline,
    translate_line_ends,
    binary,
    make_a_folder,
    make_a_loop,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", GUARDED_FILES)
def test_a_damaged_file_is_refused_by_its_path(
    name: str, damage: Callable[[Path], None], folder: Path
) -> None:
    damage(folder / name)
    with pytest.raises(TamperedArtifactError) as caught:
        load_artifact(folder)
    assert caught.value.path == folder / name
    assert str(folder / name) in str(caught.value)


@pytest.mark.parametrize("name", GUARDED_FILES)
def test_two_files_that_changed_places_are_refused(name: str, folder: Path) -> None:
    swap(folder / name)
    with pytest.raises(TamperedArtifactError):
        load_artifact(folder)


@pytest.mark.parametrize("damage", [one_bit_at(0.3), empty, binary, make_a_folder, make_a_loop])
def test_a_damaged_manifest_is_refused(damage: Callable[[Path], None], folder: Path) -> None:
    damage(folder / "manifest.json")
    with pytest.raises(TamperedArtifactError, match=r"manifest\.json"):
        load_artifact(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_refused(folder: Path) -> None:
    (folder / "activities.py").chmod(0)
    with pytest.raises(TamperedArtifactError, match="Permission denied"):
        load_artifact(folder)


def reseal(folder: Path, **changes: object) -> None:
    data = {**json.loads((folder / "manifest.json").read_bytes()), **changes}
    body = {key: value for key, value in data.items() if key != "artifact"}
    (folder / "manifest.json").write_text(json.dumps({**body, "artifact": digest("a1", body)}))


def test_a_manifest_sealed_anew_does_not_cover_a_changed_file(folder: Path) -> None:
    add_a_newline(folder / "activities.py")
    reseal(folder, version="6.6.6")
    with pytest.raises(TamperedArtifactError, match=r"activities\.py"):
        load_artifact(folder)


@pytest.mark.parametrize("files", [{}, {"activities.py": ""}, dict.fromkeys(GUARDED_FILES, 1)], ids=repr)
def test_a_manifest_sealed_anew_without_digests_is_refused(files: object, folder: Path) -> None:
    reseal(folder, files=files)
    with pytest.raises(TamperedArtifactError):
        load_artifact(folder)


def test_a_foreign_format_is_refused_with_the_way_out(folder: Path) -> None:
    reseal(folder, format=2)
    with pytest.raises(ForeignVersionError, match="Recompile the spec with this version"):
        load_artifact(folder)


def test_a_foreign_module_library_is_refused_with_the_way_out(folder: Path) -> None:
    reseal(folder, modules="m1:0")
    with pytest.raises(ForeignVersionError, match=r"its answers could differ\. Recompile the spec"):
        load_artifact(folder)


def test_a_foreign_dsl_version_is_refused_with_the_way_out(folder: Path, compiled: Artifact) -> None:
    path = folder / "workflow.yaml"
    path.write_text(path.read_text().replace("dsl: 1", "dsl: 2"))
    reseal(folder, files={**compiled.manifest.files, "workflow.yaml": file_digest(path.read_text())})
    with pytest.raises(ForeignVersionError, match=r"DSL version 2; .* Recompile the spec"):
        load_artifact(folder)


@pytest.mark.parametrize("code", ["def price_band(data): (", "import os", "x = 1", "1 / 0"])
def test_code_that_this_python_does_not_load_is_refused_as_foreign(
    code: str, folder: Path, compiled: Artifact
) -> None:
    (folder / "activities.py").write_text(code)
    reseal(folder, files={**compiled.manifest.files, "activities.py": file_digest(code)})
    with pytest.raises(ForeignVersionError, match=r"does not load with Python .* Recompile"):
        load_workflow(folder)


def test_what_no_digest_covers_may_change(folder: Path) -> None:
    (folder / "build.json").unlink()
    (folder / "notes.txt").write_text("ours")
    load_artifact(folder)


@pytest.mark.parametrize("place", ["nowhere", "current", "."])
def test_a_place_without_an_artifact_is_told_as_such(place: str, store: Store) -> None:
    with pytest.raises(ArtifactNotFoundError, match=r"holds no artifact \(no manifest\.json\)"):
        load_artifact(store.root / "price_band" / place)


def test_a_folder_without_its_manifest_holds_no_artifact(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(ArtifactNotFoundError, match="no manifest"):
        load_artifact(folder)


def test_a_copy_elsewhere_loads(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "mine")
    assert load_workflow(tmp_path / "mine").run({"sku": "a", "price": 5}).output == {
        "sku": "a",
        "band": "low",
    }
