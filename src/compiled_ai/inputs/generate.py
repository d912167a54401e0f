"""Inputs made from a schema and from examples: what property tests and the determinism stage run code on.

Every input conforms to the schema. The same schema, examples and count give the same inputs in every process.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiled_ai.inputs import _cache
from compiled_ai.inputs._generator import KINDS, InputGenerator, InputKind
from compiled_ai.spec.canonical import JsonObject, canonical_json

__all__ = ["GeneratedInput", "GeneratedInputs", "InputKind", "generate_inputs", "generate_with_notes"]

_RULES = 2
"""Version of the rules by which inputs are made. Other rules, other inputs, another version."""


@dataclass(frozen=True, kw_only=True)
class GeneratedInput:
    """One input that conforms to the schema it was made from."""

    kind: InputKind
    input: JsonObject
    examples: tuple[int, ...] = ()
    """Indexes of the examples whose content it carries, so that those of hidden cases can be told. Empty: made from the schema alone."""


@dataclass(frozen=True, kw_only=True)
class GeneratedInputs:
    """Generated inputs, and what could not be done."""

    inputs: tuple[GeneratedInput, ...]
    notes: tuple[str, ...]


def generate_inputs(
    schema: JsonObject, examples: Sequence[JsonObject], *, count: int = 1_000, cache_dir: Path | None = None
) -> tuple[GeneratedInput, ...]:
    """Up to `count` different inputs that conform to `schema`; see `generate_with_notes`."""
    return generate_with_notes(schema, examples, count=count, cache_dir=cache_dir).inputs


def generate_with_notes(
    schema: JsonObject, examples: Sequence[JsonObject], *, count: int = 1_000, cache_dir: Path | None = None
) -> GeneratedInputs:
    """Up to `count` different inputs that conform to `schema`, ordered by kind, and notes; fewer when the schema allows fewer.

    Takes about a second, mostly for hypothesis in a process of its own, or some milliseconds when they are in the cache.

    Args:
        schema: Schema of an object, one that a spec may have.
        examples: Inputs to vary, of visible and hidden cases. An input made here may reach a prompt only if all its `examples` may.
        count: Greatest number of inputs.
        cache_dir: Folder for inputs made before; it is created and pruned. None keeps nothing.
    """
    assert count >= 0
    schema = json.loads(canonical_json(schema))
    key = _key(schema, examples, count)
    kept = _cache.load(cache_dir, key) if cache_dir else None
    inputs = None if kept is None else _read(kept)
    if inputs is not None:
        return inputs
    generator = InputGenerator(schema, examples, count=count, seed=int(key, 16))
    body = _cache.dump(_records(generator))
    if cache_dir and generator.is_repeatable:
        _cache.store(cache_dir, key, body)
    inputs = _read(_cache.parse(body.encode()))
    assert inputs is not None
    return inputs


def _key(schema: JsonObject, examples: Sequence[JsonObject], count: int) -> str:
    # The order of fields in an example reaches the inputs, so keys are not sorted here.
    content = [
        _RULES,
        _version("hypothesis"),
        _version("hypothesis-jsonschema"),
        schema,
        list(examples),
        count,
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _records(generator: InputGenerator) -> list[Any]:
    rows = [
        [KINDS.index(kind), sorted(proposal.examples), proposal.input] for kind, proposal in generator.run()
    ]
    return [generator.notes, *rows]


def _read(records: list[Any]) -> GeneratedInputs | None:
    """Records as inputs; None if they are not such records."""
    try:
        notes, *rows = records
        inputs = tuple(
            GeneratedInput(kind=KINDS[kind], input=value, examples=tuple(used)) for kind, used, value in rows
        )
        return GeneratedInputs(inputs=inputs, notes=tuple(notes))
    except (ValueError, TypeError, IndexError):
        return None
