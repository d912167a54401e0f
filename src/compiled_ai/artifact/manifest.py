"""``manifest.json``: what an artifact is, what it cost, and the digests that guard it."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import json
from pathlib import Path
from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from compiled_ai._version import __version__
from compiled_ai.artifact.libraries import THIRD_PARTY, package_digest
from compiled_ai.errors import ForeignVersionError, TamperedArtifactError
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.gate_policy import GatePolicy, for_spec
from compiled_ai.spec.json_text import parse_json_object

FORMAT = 1
"""Format of the artifact folder. An artifact of another format is refused."""

GUARDED_FILES = ("spec.yaml", "workflow.yaml", "activities.py", "validation.json")
"""The files whose digests the manifest carries."""


_OPTIONAL = frozenset(("retention_days", "decision_log", "monitor", "gates"))
"""Fields that are left out where the spec says nothing of them."""


class Manifest(BaseModel):
    """The manifest. Everything in it follows from the inputs of the compilation: no clock, no machine."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    artifact: str = Field(pattern=r"^a1:[0-9a-f]{64}$")
    """``a1:`` digest over all the rest: the artifact's identity."""
    format: Literal[1]
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    """Also the name of its folder in the store, so it must not lead anywhere else."""
    version: str
    compiler: str
    """Version of compiled-ai that made it."""
    modules: str
    """``m1:`` digest of the module library that it was validated against."""
    spec: str
    """``s1:`` digest of the spec, hidden cases included."""
    files: dict[str, str]
    """``f1:`` digest by file name."""
    compliance: list[str]
    retention_days: int | None = None
    """Days that the logs of effects and of decisions are kept. Left out when the spec does not say: they are kept for ever."""
    decision_log: Literal["digests", "full"] | None = None
    """What is noted of every run. Left out for nothing."""
    monitor: dict[str, JsonValue] | None = None
    """How runs are watched (`compiled_ai.spec.monitoring`). Left out when the spec does not say."""
    gates: str | dict[str, JsonValue] | None = None
    """What the spec says of the gates around model calls (`compiled_ai.spec.gate_policy`). Left out when it says nothing."""
    fallback: dict[str, JsonValue]
    instructions: str
    """What a fallback model is told."""
    compilation: dict[str, JsonValue]
    """Rung, model, attempts, calls, tokens and money."""
    evidence: dict[str, JsonValue]
    """Scores on visible and on hidden cases, with counts and intervals."""

    @property
    def gate_policy(self) -> GatePolicy:
        """The policy of the gates around its model calls: by itself ``strict`` under compliance blocks, else ``default``."""
        return for_spec(self.gates, self.compliance)

    @model_serializer(mode="wrap")
    def _without_blanks(self, write: SerializerFunctionWrapHandler) -> dict[str, JsonValue]:
        """Without a period or a decision log where there is none: the digest covers what is written, and artifacts without one have never had the key."""
        fields: dict[str, JsonValue] = write(self)
        return {name: value for name, value in fields.items() if name not in _OPTIONAL or value is not None}


def file_digest(text: str) -> str:
    """``f1:`` digest of a file's text."""
    return f"f1:{hashlib.sha256(text.encode()).hexdigest()}"


def folder_name(identity: str) -> str:
    """Name of the folder in the store of the artifact with that `identity`."""
    return identity.partition(":")[2][:16]


@functools.cache
def modules_digest() -> str:
    """``m1:`` digest over the source of ``compiled_ai.modules`` and the versions of what it stands on: on another library compiled code may behave otherwise."""
    folder = importlib.resources.files("compiled_ai.modules")
    sources = sorted((item.name, item.read_bytes()) for item in folder.iterdir() if item.name.endswith(".py"))
    whole = hashlib.sha256()
    for name, content in sources:
        whole.update(f"{name}:{hashlib.sha256(content).hexdigest()}\n".encode())
    for name in THIRD_PARTY:
        whole.update(f"{name}:{package_digest(name)}\n".encode())
    return f"m1:{whole.hexdigest()}"


def seal(fields: JsonObject, files: dict[str, str]) -> Manifest:
    """A manifest over `files` (text by name) with `fields`, its own digest filled in."""
    body: JsonObject = {
        **fields,
        "format": FORMAT,
        "compiler": __version__,
        "modules": modules_digest(),
        "files": {name: file_digest(files[name]) for name in GUARDED_FILES},
    }
    return Manifest.model_validate({**body, "artifact": digest("a1", body)})


def dump_manifest(manifest: Manifest) -> str:
    """`manifest` as the text of ``manifest.json``."""
    return json.dumps(manifest.model_dump(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def parse_manifest(text: str, *, path: Path, to_run: bool = True) -> Manifest:
    """The manifest in `text`, its own digest checked.

    Args:
        text: Text of the file.
        path: Where it stands, for errors.
        to_run: Whether the artifact is to run here, under the module library that it was validated against.

    Raises:
        ForeignVersionError: format, or module library, of another version.
        TamperedArtifactError: it is no manifest, or was changed.
    """
    try:
        data = parse_json_object(text)
    except ValueError as error:
        raise TamperedArtifactError(f"{path} is not a manifest: {error}", path=path) from error
    if data.get("format") != FORMAT:
        raise ForeignVersionError(
            f"{path} has format {data.get('format')!r}; this program runs format {FORMAT}. Recompile the spec with this version.",
            path=path,
        )
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise TamperedArtifactError(
            f"{path} is not a manifest: {'.'.join(map(str, first['loc']))}: {first['msg']}", path=path
        ) from error
    if not _is_sealed(data, manifest.artifact):
        raise TamperedArtifactError(
            f"{path} was changed after validation; restore it, or recompile the spec.", path=path
        )
    if to_run and manifest.modules != modules_digest():
        raise ForeignVersionError(
            f"{path.parent} was validated against the module library of compiled-ai {manifest.compiler}; this is {__version__} with another "
            "library, so its answers could differ. Recompile the spec (with recordings it costs no tokens).",
            path=path,
        )
    return manifest


def _is_sealed(data: JsonObject, identity: str) -> bool:
    body = {key: value for key, value in data.items() if key != "artifact"}
    try:
        return digest("a1", body) == identity
    except (ValueError, RecursionError):  # infinities, or nested too deeply to be written: never sealed by us
        return False
