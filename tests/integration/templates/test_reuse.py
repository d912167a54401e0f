"""Compiled activities as templates: their code and types, none of their cases."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from compiled_ai.artifact import Artifact, Store
from compiled_ai.errors import ForeignVersionError, StoreError, TamperedArtifactError
from compiled_ai.factory import CompileOptions, compile_spec
from compiled_ai.llm import from_function
from compiled_ai.spec import parse_spec
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.templates.registry import TemplateRegistry, builtin_registry
from compiled_ai.templates.reuse import load_registered, register_artifact

SPEC = """\
name: classifier
description: Sort a price into a band.
instructions: Below 10 is low, else high. Decline negative prices.
input:
  type: object
  required: [sku, price]
  properties:
    sku: {type: string, examples: [CANARY-SCHEMA]}
    price: {type: number}
    examples: {type: string}
output: {band: [low, high]}
steps:
  - id: decide
    kind: rule
    rules:
      - {when: price < 0, abstain: negative price}
      - {when: price < 10, then: {band: low}}
      - otherwise: {band: high}
examples:
  - {input: {sku: CANARY-EXAMPLE, price: 1.2345}, output: {band: low}, note: CANARY-NOTE}
  - {input: {sku: b, price: 50}, output: {band: high}}
tests:
  - {input: {sku: CANARY-HIDDEN, price: -9.8765}, abstain: true}
"""


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    spec = parse_spec(SPEC, path=Path("classifier.yaml"))
    store = Store(tmp_path_factory.mktemp("reuse") / "workflows")
    return compile_spec(spec, from_function(lambda _: ""), CompileOptions(store=store)).artifact


def test_the_template_offers_code_types_and_purpose(artifact: Artifact, tmp_path: Path) -> None:
    register_artifact(tmp_path, artifact, tags=("price",))
    (template,) = load_registered(tmp_path)
    assert template.name == f"classifier@{artifact.manifest.artifact[3:19]}"
    assert (template.origin, template.purpose) == ("artifact", "Sort a price into a band")
    assert template.tags == ("price", "classifier")
    rendering = template.render({})
    assert rendering.source() == artifact.source
    assert rendering.output_schema == artifact.workflow.output_schema


def test_no_case_is_stored(artifact: Artifact, tmp_path: Path) -> None:
    text = register_artifact(tmp_path, artifact).read_text()
    assert [trace for trace in ("CANARY", "1.2345", "9.8765") if trace in text] == []
    (template,) = load_registered(tmp_path)
    assert [*template.render({}).input_schema["properties"]] == ["sku", "price", "examples"]  # type: ignore[misc]  # an object


def test_the_same_artifact_again_changes_nothing(artifact: Artifact, tmp_path: Path) -> None:
    before = register_artifact(tmp_path, artifact).read_bytes()
    assert register_artifact(tmp_path, artifact).read_bytes() == before
    assert len(load_registered(tmp_path)) == 1


def test_its_name_clashes_with_no_other_template(artifact: Artifact, tmp_path: Path) -> None:
    register_artifact(tmp_path, artifact)
    registry = TemplateRegistry([*builtin_registry(), *load_registered(tmp_path)])
    assert len(registry) == 27


def test_a_changed_file_is_found_out(artifact: Artifact, tmp_path: Path) -> None:
    path = register_artifact(tmp_path, artifact)
    path.write_text(path.read_text().replace("negative price", "positive price"))
    with pytest.raises(TamperedArtifactError, match="was changed after it was registered"):
        load_registered(tmp_path)


@pytest.mark.parametrize(
    ("text", "error"),
    [("{", TamperedArtifactError), ("[]", TamperedArtifactError), ('{"format": 2}', ForeignVersionError)],
)
def test_another_file_is_refused(tmp_path: Path, text: str, error: type[Exception]) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(error):
        load_registered(tmp_path)


def test_code_of_another_module_library_says_so(artifact: Artifact, tmp_path: Path) -> None:
    other = replace(artifact, manifest=artifact.manifest.model_copy(update={"modules": "m1:0"}))
    register_artifact(tmp_path, other)
    (template,) = load_registered(tmp_path)
    assert "validate it anew" in template.description


def test_code_that_did_not_pass_is_not_registered(artifact: Artifact, tmp_path: Path) -> None:
    report = json.loads((artifact.path / "validation.json").read_text())
    report["stages"][3]["passed"] = False
    (tmp_path / "validation.json").write_text(json.dumps(report))
    with pytest.raises(StoreError, match="did not pass all stages"):
        register_artifact(tmp_path / "registry", replace(artifact, path=tmp_path))
    assert not (tmp_path / "registry").exists()


def test_no_registry_is_no_template(tmp_path: Path) -> None:
    assert load_registered(tmp_path / "none") == ()


@pytest.mark.parametrize(
    "change",
    [
        {"input": None},
        {"steps": []},
        {"steps": [3]},
        {"name": "../x"},
        {"tags": "x"},
        {"code": 3},
        {"artifact": "x"},
    ],
    ids=str,
)
def test_a_file_of_another_shape_is_refused_though_its_digest_is_right(
    artifact: Artifact, tmp_path: Path, change: JsonObject
) -> None:
    path = register_artifact(tmp_path, artifact)
    body = {key: value for key, value in json.loads(path.read_text()).items() if key != "digest"} | change
    path.write_text(json.dumps({**body, "digest": digest("r1", body)}))
    with pytest.raises(TamperedArtifactError, match="is no registered template"):
        load_registered(tmp_path)
