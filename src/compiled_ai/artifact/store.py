"""The local store: ``<root>/<name>/<digest>/`` folders, written whole or not at all.

An artifact folder holds ``spec.yaml``, ``workflow.yaml``, ``activities.py``, ``validation.json`` and ``manifest.json``, the same bytes for the
same inputs, and ``build.json`` with the wall-clock times of this one build, which no digest covers.
"""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from compiled_ai.artifact.atomic import sync_folder, write_atomic, write_synced
from compiled_ai.artifact.dsl import parse_workflow
from compiled_ai.artifact.manifest import GUARDED_FILES, Manifest, dump_manifest, file_digest, parse_manifest
from compiled_ai.artifact.workflow import Workflow
from compiled_ai.errors import ArtifactError, ArtifactNotFoundError, StoreError, TamperedArtifactError

DEFAULT_ROOT = Path("workflows")
CURRENT = "current"
"""File beside an artifact's folders that names the one in use."""


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """A loaded artifact: every digest checked."""

    path: Path
    manifest: Manifest
    workflow: Workflow
    source: str
    """Text of ``activities.py``."""


def load_artifact(path: Path) -> Artifact:
    """The artifact in the folder at `path`, after checking every digest.

    Raises:
        ArtifactNotFoundError: there is none.
        TamperedArtifactError: a file differs from what was validated.
        ForeignVersionError: it was made for another version.
    """
    manifest_path = path / "manifest.json"
    manifest = parse_manifest(_read(manifest_path), path=manifest_path)
    texts = {}
    for name in GUARDED_FILES:
        texts[name] = _read(path / name)
        if file_digest(texts[name]) != manifest.files.get(name):
            raise TamperedArtifactError(
                f"{path / name} was changed after validation; restore it, or recompile the spec.",
                path=path / name,
            )
    workflow = parse_workflow(texts["workflow.yaml"], path=path / "workflow.yaml")
    return Artifact(path=path, manifest=manifest, workflow=workflow, source=texts["activities.py"])


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (FileNotFoundError, NotADirectoryError) as error:
        if path.parent.is_dir() and path.name != "manifest.json":
            raise TamperedArtifactError(
                f"{path} is missing; restore it, or recompile the spec.", path=path
            ) from error
        raise ArtifactNotFoundError(
            f"{path.parent} holds no artifact (no manifest.json).", path=path.parent
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise TamperedArtifactError(f"{path} cannot be read: {error}", path=path) from error


class Store:
    """Artifacts below one folder."""

    def __init__(self, root: Path = DEFAULT_ROOT) -> None:
        self.root = root

    def save(self, files: dict[str, str], manifest: Manifest, *, build: str) -> Path:
        """Write an artifact and make it the current one of its name; its folder.

        Saving what is there already changes nothing but ``current``.

        Raises:
            StoreError: the folder cannot be written.
        """
        home = self.root / manifest.name
        folder = home / manifest.artifact.partition(":")[2][:16]
        try:
            home.mkdir(parents=True, exist_ok=True)
            self._sweep(home)
            if not self._is_whole(folder):
                self._write(folder, {**files, "manifest.json": dump_manifest(manifest), "build.json": build})
            write_atomic(home / CURRENT, f"{folder.name}\n")
        except OSError as error:
            raise StoreError(f"cannot write the artifact below {home}: {error.strerror or error}") from error
        return folder

    def find(self, reference: str | Path) -> Path:
        """The artifact folder that `reference` means: a path, a name, or ``name@digest-prefix``.

        Raises:
            ArtifactNotFoundError: it means none, or more than one.
        """
        path = Path(reference)
        if (path / "manifest.json").is_file():
            return path
        name, _, prefix = str(reference).partition("@")
        home = path if (path / CURRENT).is_file() else self.root / name
        if prefix:
            found = [folder for folder in self._folders(home) if folder.name.startswith(prefix)]
            if len(found) == 1:
                return found[0]
        elif (home / CURRENT).is_file():
            return home / (home / CURRENT).read_text().strip()
        raise ArtifactNotFoundError(f"no artifact '{reference}' in {self.root}.{self._known()}", path=home)

    def find_spec(self, name: str, spec_digest: str) -> Artifact | None:
        """A stored artifact of this very spec that this version can run, or None."""
        for folder in self._folders(self.root / name):
            try:
                artifact = load_artifact(folder)
            except ArtifactError:
                continue
            if artifact.manifest.spec == spec_digest:
                return artifact
        return None

    def _known(self) -> str:
        names = sorted(home.parent.name for home in self.root.glob(f"*/{CURRENT}"))
        return (
            f" It holds: {', '.join(names[:10])}."
            if names
            else " It holds none yet: run `compiled-ai compile SPEC`."
        )

    def _folders(self, home: Path) -> list[Path]:
        return sorted(path.parent for path in home.glob("*/manifest.json") if "." not in path.parent.name)

    def _is_whole(self, folder: Path) -> bool:
        """Whether `folder` holds an intact artifact; a damaged one is moved aside, never overwritten in place."""
        if not folder.exists():
            return False
        try:
            load_artifact(folder)
        except ArtifactError:
            folder.rename(folder.with_name(f"{folder.name}.damaged-{uuid.uuid4().hex[:8]}"))
            return False
        return True

    def _write(self, folder: Path, files: dict[str, str]) -> None:
        partial = folder.with_name(f".partial-{os.getpid()}-{uuid.uuid4().hex[:8]}")
        partial.mkdir()
        try:
            for name, text in files.items():
                write_synced(partial / name, text)
            sync_folder(partial)
            partial.rename(folder)
            sync_folder(folder.parent)
        except OSError:
            shutil.rmtree(partial, ignore_errors=True)
            if not self._is_whole(folder):  # else another process wrote the same artifact first
                raise

    def _sweep(self, home: Path) -> None:
        """Remove what killed writers left behind."""
        for leftover in home.glob(".partial-*"):
            owner = leftover.name.split("-")[1]
            if not (owner.isdigit() and _is_alive(int(owner))):
                shutil.rmtree(leftover, ignore_errors=True)


def _is_alive(process_id: int) -> bool:
    if os.name == "nt":
        return True
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
