"""The manifest: its own digest, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from compiled_ai.artifact import manifest as manifest_module
from compiled_ai.artifact.manifest import GUARDED_FILES, Manifest, dump_manifest, parse_manifest, seal
from compiled_ai.errors import ForeignVersionError, TamperedArtifactError
from compiled_ai.spec.canonical import JsonObject, digest

PATH = Path("store/price_band/0123456789abcdef/manifest.json")
FILES = dict.fromkeys(GUARDED_FILES, "text\n")
FIELDS: JsonObject = {
    "name": "price_band",
    "version": "1.0.0",
    "spec": "s1:0",
    "compliance": [],
    "fallback": {"policy": "abstain", "timeout_seconds": 30.0, "max_tokens": 2000},
    "instructions": "Sort it. \u00e4\u2028\U0001f600",
    "compilation": {"rung": "rules", "totals": {"tokens": 0}},
    "evidence": {},
}


def sealed(**fields: Any) -> Manifest:
    return seal({**FIELDS, **fields}, FILES)


def as_data(manifest: Manifest) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(dump_manifest(manifest))
    return data


def test_a_manifest_comes_back_as_it_was_written() -> None:
    assert parse_manifest(dump_manifest(sealed()), path=PATH) == sealed()


def test_a_period_is_kept_and_guarded() -> None:
    data = as_data(sealed(retention_days=400))
    assert parse_manifest(json.dumps(data), path=PATH).retention_days == 400
    with pytest.raises(TamperedArtifactError):
        parse_manifest(json.dumps({**data, "retention_days": 4}), path=PATH)


def test_without_a_period_nothing_is_written() -> None:
    assert "retention_days" not in as_data(sealed())
    assert "retention_days" not in sealed().model_dump()


def test_equal_inputs_give_equal_texts() -> None:
    assert dump_manifest(sealed()) == dump_manifest(seal(dict(reversed(FIELDS.items())), FILES))


@pytest.mark.parametrize("field", sorted({*FIELDS, "compiler", "modules", "files"} - {"name"}))
def test_a_changed_field_is_found(field: str) -> None:
    data = as_data(sealed())
    old = data[field]
    data[field] = (
        [*old, "hipaa"]
        if isinstance(old, list)
        else {**old, "x": "y"}
        if isinstance(old, dict)
        else old + "x"
    )
    with pytest.raises(TamperedArtifactError, match="changed after validation; restore it, or recompile"):
        parse_manifest(json.dumps(data), path=PATH)


@pytest.mark.parametrize("field", sorted({*FIELDS, "compiler", "modules", "files", "artifact"}))
def test_a_field_taken_out_is_found(field: str) -> None:
    data = as_data(sealed())
    del data[field]
    with pytest.raises(TamperedArtifactError, match=field):
        parse_manifest(json.dumps(data), path=PATH)


@pytest.mark.parametrize("value", [2, 0, "1", None, [1], {"a": 1}], ids=repr)
def test_another_format_is_refused_with_the_way_out(value: object) -> None:
    with pytest.raises(ForeignVersionError, match=r"runs format 1\. Recompile the spec") as caught:
        parse_manifest(json.dumps({**as_data(sealed()), "format": value}), path=PATH)
    assert caught.value.path == PATH


def test_a_foreign_module_library_is_refused_with_both_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    text = dump_manifest(sealed())
    monkeypatch.setattr(manifest_module, "modules_digest", lambda: "m1:other")
    with pytest.raises(ForeignVersionError, match=r"module library of compiled-ai .* Recompile the spec"):
        parse_manifest(text, path=PATH)


def resealed(**changes: Any) -> str:
    """A manifest that an attacker changed and gave a new digest of its own, where it can have one."""
    data = {**as_data(sealed()), **changes}
    body = {key: value for key, value in data.items() if key != "artifact"}
    return json.dumps({**body, "artifact": digest("a1", body)})


@pytest.mark.parametrize(
    "name", ["../evil", "/etc", "a/b", "", ".", "..", "A", "a\n", "a" * 64, "a@b", "a\0"]
)
def test_a_name_that_leads_elsewhere_is_refused_even_when_sealed_anew(name: str) -> None:
    with pytest.raises(TamperedArtifactError, match="name"):
        parse_manifest(resealed(name=name), path=PATH)
    with pytest.raises(ValidationError):
        sealed(name=name)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="broken"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param('{"a":' * 100_000, id="nested beyond the parser"),
        pytest.param(resealed().replace("0,", "NaN,", 1), id="NaN"),
        pytest.param(resealed().replace('"tokens": 0', '"tokens": 1e999'), id="infinity"),
        pytest.param(resealed().replace('"tokens": 0', '"tokens": ' + "[" * 900 + "]" * 900), id="nested"),
        pytest.param(resealed().replace('"tokens": 0', '"tokens": ' + "9" * 5_000), id="a huge number"),
        pytest.param(resealed().replace("{", '{"format": 1, ', 1), id="a key twice"),
        pytest.param(resealed(artifact="x"), id="no digest"),
        pytest.param(json.dumps({**as_data(sealed()), "artifact": "a1:" + "0" * 64}), id="another digest"),
        pytest.param(json.dumps({**as_data(sealed()), "artifact": "a1:../../x"}), id="a path for a digest"),
        pytest.param(json.dumps({**as_data(sealed()), "instructions": "\ud800"}), id="a lone surrogate"),
    ],
)
def test_what_is_no_sealed_manifest_is_refused_by_its_path(text: str) -> None:
    if text == resealed(artifact="x"):
        text = text.replace('"a1:', '"x1:')
    with pytest.raises(TamperedArtifactError, match=r"manifest\.json"):
        parse_manifest(text, path=PATH)
