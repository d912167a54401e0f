"""The local store: ``<root>/<name>/<digest>/`` folders, written whole or not at all.

An artifact folder holds ``spec.yaml``, ``workflow.yaml``, ``activities.py``, ``validation.json`` and ``manifest.json``, the same bytes for the
same inputs, and ``build.json`` with the wall-clock times of this one build, which no digest covers.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from compiled_ai._version import __version__
from compiled_ai.artifact.dsl import parse_workflow
from compiled_ai.artifact.manifest import (
    GUARDED_FILES,
    Manifest,
    dump_manifest,
    file_digest,
    folder_name,
    parse_manifest,
)
from compiled_ai.artifact.workflow import Workflow
from compiled_ai.compliance.texts import scan_files
from compiled_ai.errors import ArtifactError, ArtifactNotFoundError, StoreError, TamperedArtifactError
from compiled_ai.files import leftovers, partial_path, sync_folder, write_atomic, write_synced
from compiled_ai.spec.schema import shorten, suggest

DEFAULT_ROOT = Path("workflows")
CURRENT = "current"
"""File beside an artifact's folders that names the one in use."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_FOLDER = re.compile(r"[0-9a-f]{16}")


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

    def save(
        self, files: dict[str, str], manifest: Manifest, *, build: str, make_current: bool = True
    ) -> Path:
        """Write an artifact and make it the current one of its name, unless `make_current` is False; its folder.

        Saving what is there already changes nothing but ``current``.

        Raises:
            StoreError: the folder cannot be written, or a file holds what a compliance block of the artifact forbids to keep.
        """
        _check_compliance({**files, "build.json": build}, manifest)
        home = self.root / manifest.name
        folder = home / folder_name(manifest.artifact)
        try:
            home.mkdir(parents=True, exist_ok=True)
            _sweep(home)
            if not _is_whole(folder, manifest.artifact):
                texts = {**files, "manifest.json": dump_manifest(manifest), "build.json": build}
                _write(folder, texts, identity=manifest.artifact)
            if make_current:
                write_atomic(home / CURRENT, f"{folder.name}\n")
        except OSError as error:
            raise StoreError(f"cannot write the artifact below {home}: {error.strerror or error}") from error
        return folder

    def make_current(self, artifact: Artifact) -> None:
        """Make `artifact`, which lies in this store, the current one of its name.

        Raises:
            StoreError: it lies elsewhere, or the folder cannot be written.
        """
        home = self.root / artifact.manifest.name
        if artifact.path != home / folder_name(artifact.manifest.artifact):
            raise StoreError(
                f"{artifact.path} is no folder of the store {self.root}; it cannot be current there"
            )
        try:
            write_atomic(home / CURRENT, f"{artifact.path.name}\n")
        except OSError as error:
            raise StoreError(f"{home / CURRENT} cannot be written: {error.strerror or error}") from error

    def find(self, reference: str | Path) -> Path:
        """The artifact folder that `reference` means: a path, a name, or ``name@digest-prefix``.

        Raises:
            ArtifactNotFoundError: it means none, or more than one.
            TamperedArtifactError: what stands in the store under that name is another artifact.
            StoreError: a folder on the way may not be read.
        """
        text, path = str(reference), Path(reference)
        try:
            if text and _is_file(path / "manifest.json"):
                return path
            if text and _is_file(path / CURRENT):
                return _own(_current(path))
            return self._find_name(text)
        except OSError as error:
            raise StoreError(f"{error.filename or path} cannot be read: {error.strerror or error}") from error

    def find_spec(self, name: str, spec_digest: str) -> Artifact | None:
        """A stored artifact of this very spec made by this very version, or None; the current one before others."""
        for folder in _current_first(self.root / name):
            try:
                artifact = load_artifact(_own(folder, name=name))
            except ArtifactError:
                continue
            if artifact.manifest.spec == spec_digest and artifact.manifest.compiler == __version__:
                return artifact
        return None

    def latest(self, most: int) -> list[Artifact]:
        """The current artifacts of at most `most` names, the newest first. What cannot be loaded is left out."""
        try:
            markers = [(marker.stat().st_mtime_ns, marker) for marker in self.root.glob(f"*/{CURRENT}")]
        except OSError:
            return []
        found = []
        for _, marker in sorted(markers, reverse=True)[:most]:
            with suppress(ArtifactError, OSError):
                found.append(load_artifact(_own(_current(marker.parent), name=marker.parent.name)))
        return found

    def _find_name(self, reference: str) -> Path:
        name, at, prefix = reference.partition("@")
        home = self.root / name
        if not _NAME.fullmatch(name) or not home.is_dir():
            raise self._unknown(reference)
        if not at:
            if (home / CURRENT).is_file():
                return _own(_current(home), name=name)
            raise self._unknown(reference)
        digits = prefix.removeprefix("a1:")
        found = [folder for folder in _folders(home) if digits and folder.name.startswith(digits[:16])]
        if len(found) == 1:
            return _own(found[0], name=name, digits=digits)
        raise _no_version(reference, home, found)

    def _unknown(self, reference: str) -> ArtifactNotFoundError:
        names = sorted(marker.parent.name for marker in self.root.glob(f"*/{CURRENT}"))
        known = (
            f"{suggest(reference.partition('@')[0], names)} It holds: {', '.join(names[:10])}{', ...' if names[10:] else ''}."
            if names
            else " It holds none yet: run `compiled-ai compile SPEC`."
        )
        return ArtifactNotFoundError(
            f"no artifact '{shorten(reference, 80)}' in {self.root}.{known}", path=self.root
        )


def own_store(folder: Path, manifest: Manifest, *, otherwise: Store) -> Store:
    """The store that the artifact in `folder` lies in, which holds its logs too; `otherwise` for a folder that is part of none, such as a copy."""
    for path in (Path(os.path.abspath(folder)), folder.resolve()):  # noqa: PTH100 - ".." is taken away, links are kept
        root = path.parent.parent
        if (path.parent.name, path.name) == (manifest.name, folder_name(manifest.artifact)):
            return otherwise if root.resolve() == otherwise.root.resolve() else Store(root)
    return otherwise


def _check_compliance(files: dict[str, str], manifest: Manifest) -> None:
    found = scan_files(files, manifest.compliance)
    if found:
        first = found[0]
        raise StoreError(
            f"the artifact of {manifest.name} is not kept: {first.file}:{first.line}: {first.message}. Take it out of the spec and compile again."
        )


def _no_version(reference: str, home: Path, found: list[Path]) -> ArtifactNotFoundError:
    names = [folder.name for folder in found or _folders(home)]
    listed = ", ".join(names[:10]) + (", ..." if names[10:] else "")
    problem = (
        f"'{shorten(reference, 80)}' fits {len(found)} artifacts: {listed}. Give more digits."
        if len(found) > 1
        else f"no artifact '{shorten(reference, 80)}': {home} holds {listed or 'none'}."
    )
    return ArtifactNotFoundError(problem, path=home)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # such as an input that stands where the name should
            return False
        raise


def _current(home: Path) -> Path:
    """The folder that ``current`` in `home` names; never one outside of `home`."""
    marker = home / CURRENT
    name = marker.read_bytes().decode("utf-8", "replace").strip()
    if not _FOLDER.fullmatch(name) or not (home / name).is_dir():
        raise TamperedArtifactError(
            f"{marker} does not name a folder beside it; take one with {home.name}@DIGEST, or recompile the spec.",
            path=marker,
        )
    return home / name


def _current_first(home: Path) -> list[Path]:
    try:
        current = _current(home)
    except (ArtifactError, OSError):
        return _folders(home)
    return sorted(_folders(home), key=lambda folder: (folder != current, folder.name))


def _folders(home: Path) -> list[Path]:
    return sorted(path.parent for path in home.glob("*/manifest.json") if _FOLDER.fullmatch(path.parent.name))


def _own(folder: Path, *, name: str = "", digits: str = "") -> Path:
    """`folder`, unless the manifest in it is another's: an artifact in the place of another is whole, and still the wrong one.

    Args:
        folder: A folder of the store.
        name: Whose artifact it must be. Empty: anyone's.
        digits: Beginning of its digest, if more is known than the folder's name says.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict):
        return folder  # loading it says what is wrong
    found = str(manifest.get("artifact")).removeprefix("a1:")
    is_other = bool(name) and manifest.get("name") != name
    if is_other or not (found.startswith(folder.name) and found.startswith(digits)):
        raise TamperedArtifactError(
            f"{folder} holds another artifact ({shorten(str(manifest.get('name')), 70)} {shorten(found, 70)}); restore it, or recompile the spec.",
            path=folder,
        )
    return folder


def _is_whole(folder: Path, identity: str) -> bool:
    """Whether `folder` holds that artifact, intact; anything else there is moved aside, never overwritten in place."""
    with suppress(ArtifactError):
        if load_artifact(folder).manifest.artifact == identity:
            return True
    with suppress(FileNotFoundError):  # there was nothing, or another writer has just moved it aside
        folder.rename(folder.with_name(f"{folder.name}.damaged-{uuid.uuid4().hex[:8]}"))
    return False


def _write(folder: Path, texts: dict[str, str], *, identity: str) -> None:
    partial = partial_path(folder)
    partial.mkdir()
    try:
        for name, text in texts.items():
            write_synced(partial / name, text)
        sync_folder(partial)
        partial.rename(folder)
        sync_folder(folder.parent)
        sync_folder(folder.parent.parent)
    except OSError:
        if not _is_whole(folder, identity):  # else another process wrote the same artifact first
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _sweep(home: Path) -> None:
    """Remove what killed writers left behind."""
    for leftover in leftovers(home):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
