"""Compiled activities for reuse: an artifact that passed leaves a template - what it does, its types and its code, and none of its cases.

A similar task is offered the template, as code that somebody adapts and validates anew; never the artifact's answers. Examples and hidden cases are
not stored, and neither is the keyword ``examples`` of its schemas.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

from compiled_ai.artifact import Artifact
from compiled_ai.artifact.manifest import modules_digest
from compiled_ai.artifact.workflow import Workflow
from compiled_ai.errors import ForeignVersionError, StoreError, TamperedArtifactError
from compiled_ai.files import write_atomic
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest
from compiled_ai.spec.json_text import parse_json_object
from compiled_ai.spec.load import read_text
from compiled_ai.spec.schema import Checker, place_text, properties_of
from compiled_ai.templates.registry import Template
from compiled_ai.templates.rendering import Rendering

FORMAT = 1
_STAGES = ("security", "syntax", "execution", "accuracy")
_WORD: JsonObject = {"type": "string"}
_STEP: JsonObject = {"type": "object", "required": ["id"], "properties": {"id": _WORD}}
_SCHEMA: JsonObject = {
    "type": "object",
    "required": [
        *("name", "version", "description", "instructions", "tags", "input", "output", "steps"),
        *("artifact", "modules", "code"),
    ],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"},
        **dict.fromkeys(("version", "description", "instructions", "modules", "code"), _WORD),
        "artifact": {"type": "string", "pattern": "^[a-z][0-9]+:[0-9a-f]{16,}$"},
        "tags": {"type": "array", "items": _WORD},
        "input": {"type": "object"},
        "output": {"type": "object"},
        "steps": {"type": "array", "minItems": 1, "items": _STEP},
    },
}
"""What a file of the registry holds. Its digest tells damage, not who wrote it."""


def register_artifact(folder: Path, artifact: Artifact, *, tags: tuple[str, ...] = ()) -> Path:
    """Store the template of `artifact` in the registry `folder`; the file. The same artifact again changes nothing.

    Raises:
        StoreError: the artifact did not pass all stages, has a step that a model answers, or the folder cannot be written.
    """
    _require_passed(artifact)
    if any(step.is_outside for step in artifact.workflow.steps):
        raise StoreError(
            f"{artifact.path} has a step that a model or an effect answers; only compiled code can be reused"
        )
    body = _body(artifact, tags)
    path = folder / f"{artifact.workflow.name}.{artifact.manifest.artifact.partition(':')[2][:16]}.json"
    text = json.dumps({**body, "digest": digest("r1", body)}, indent=2, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text + "\n")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
    return path


def load_registered(folder: Path) -> tuple[Template, ...]:
    """The templates that were registered in `folder`, by name; none if there is no such folder.

    Raises:
        TamperedArtifactError: a file was changed after it was registered.
        ForeignVersionError: a file of another format.
        StoreError: a file cannot be read.
    """
    try:
        paths = sorted(folder.glob("*.json")) if folder.is_dir() else []
    except OSError as error:
        raise StoreError(f"{folder} cannot be read: {error.strerror}") from error
    return tuple(map(_load, paths))


def _require_passed(artifact: Artifact) -> None:
    """The store saves only what passed; this looks again at the sealed report."""
    try:
        report = parse_json_object(read_text(artifact.path / "validation.json"))
    except ValueError as error:
        raise StoreError(f"{artifact.path / 'validation.json'} cannot be read: {error}") from error
    stages = report.get("stages")
    found = [item for item in stages if isinstance(item, dict)] if isinstance(stages, list) else []
    passed = tuple(str(item.get("stage")) for item in found if item.get("passed") is True)
    if passed != _STAGES:
        raise StoreError(f"{artifact.path} did not pass all stages; only validated code is registered")


def _body(artifact: Artifact, tags: tuple[str, ...]) -> JsonObject:
    workflow = artifact.workflow
    return {
        "format": FORMAT,
        "name": workflow.name,
        "version": workflow.version,
        "description": _description(artifact),
        "instructions": artifact.manifest.instructions,
        "tags": [*tags],
        "input": _without_examples(workflow.input_schema),
        "output": _without_examples(workflow.output_schema),
        "steps": [{"id": step.id, "kind": step.kind} for step in workflow.steps],
        "artifact": artifact.manifest.artifact,
        "modules": artifact.manifest.modules,
        "code": artifact.source,
    }


def _description(artifact: Artifact) -> str:
    """What the header of the code says it does."""
    docstring = ast.get_docstring(ast.parse(artifact.source)) or ""
    first = " ".join(docstring.partition("\n\n")[0].split())
    return first.removeprefix(f"{artifact.workflow.name} {artifact.workflow.version}:").strip() or _title(
        artifact.workflow
    )


def _title(workflow: Workflow) -> str:
    return workflow.name.replace("_", " ")


def _without_examples(value: JsonValue, *, is_schema: bool = True) -> JsonValue:
    """A schema without its keyword ``examples``; a field of that name stays."""
    if isinstance(value, list):
        return [_without_examples(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_examples(child, is_schema=not (is_schema and key in {"properties", "$defs"}))
        for key, child in value.items()
        if not (is_schema and key == "examples")
    }


def _load(path: Path) -> Template:
    try:
        data = parse_json_object(read_text(path))
    except ValueError as error:
        raise TamperedArtifactError(f"{path} is no registered template: {error}", path=path) from error
    if data.get("format") != FORMAT:
        raise ForeignVersionError(
            f"{path} has format {data.get('format')!r}; this program reads {FORMAT}.", path=path
        )
    body = {key: value for key, value in data.items() if key != "digest"}
    if digest("r1", body) != data.get("digest"):
        raise TamperedArtifactError(
            f"{path} was changed after it was registered; register the artifact anew.", path=path
        )
    misfit = Checker(_SCHEMA).explain(body)
    if misfit is not None:
        raise TamperedArtifactError(
            f"{path} is no registered template: {place_text(misfit.place)}: {misfit.message}", path=path
        )
    return _template(body, path)


def _template(body: JsonObject, path: Path) -> Template:
    takes, gives, tags, steps = body["input"], body["output"], body["tags"], body["steps"]
    assert isinstance(takes, dict)
    assert isinstance(gives, dict)
    assert isinstance(tags, list)
    assert isinstance(steps, list)
    identity = str(body["artifact"]).partition(":")[2]
    name, code = f"{body['name']}@{identity[:16]}", str(body["code"])
    ids = [str(step["id"]) for step in steps if isinstance(step, dict)]

    def render(_: JsonObject) -> Rendering:
        return Rendering(
            kind="activity", name=ids[0], text=code, input_schema=takes, output_schema=gives, is_whole=True
        )

    description = str(body["description"])
    stale = (
        ""
        if body["modules"] == modules_digest()
        else " It was validated with another module library: validate it anew."
    )
    return Template(
        name=name,
        kind="activity",
        version=str(body["version"]),
        purpose=description.rstrip("."),
        description=f"{description} {str(body['instructions']).strip()}".strip() + stale,
        use_when=("the task is the same but for names, fields or wordings",),
        avoid_when=("its answers are wanted: this is code to adapt and to validate anew",),
        tags=(*map(str, tags), *str(body["name"]).split("_")),
        parameters={"type": "object", "additionalProperties": False, "properties": {}},
        input_shape=", ".join(properties_of(takes)),
        output_shape=", ".join(properties_of(gives)),
        examples_needed=3,
        origin="artifact",
        path=path,
        renderer=render,
    )
