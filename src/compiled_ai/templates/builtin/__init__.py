"""The templates that come with this package: one file each, described in ``catalogue.yaml``."""

from __future__ import annotations

import importlib
import importlib.resources
from pathlib import Path

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.yaml_source import parse_yaml
from compiled_ai.templates.builtin._parameters import Builder
from compiled_ai.templates.registry import Template

VERSION = "1.0.0"
"""Version of all built-in templates. Bump it when what one renders changes."""


def builtin_templates() -> tuple[Template, ...]:
    """All built-in templates, in the order of the catalogue."""
    text = importlib.resources.files(__name__).joinpath("catalogue.yaml").read_text(encoding="utf-8")
    catalogue = parse_yaml(text, path=Path("catalogue.yaml")).data
    assert isinstance(catalogue, dict)
    return tuple(_template(name, entry) for name, entry in catalogue.items() if isinstance(entry, dict))


def _template(name: str, entry: JsonObject) -> Template:
    kind = str(entry["kind"])
    assert kind in {"activity", "workflow", "effect"}
    builder: Builder = importlib.import_module(f"{__name__}.{name}").BUILDER
    return Template(
        name=name,
        kind="activity" if kind == "activity" else "workflow" if kind == "workflow" else "effect",
        version=VERSION,
        purpose=str(entry["purpose"]),
        description=str(entry["description"]),
        use_when=_texts(entry, "use_when"),
        avoid_when=_texts(entry, "avoid_when"),
        tags=_texts(entry, "tags"),
        parameters=builder.parameters,
        input_shape=str(entry["input"]),
        output_shape=str(entry["output"]),
        functions=builder.functions,
        guidance=builder.guidance,
        examples_needed=int(str(entry["examples_needed"])),
        renderer=builder.render,
        example=builder.example,
        trials=builder.trials,
    )


def _texts(entry: JsonObject, key: str) -> tuple[str, ...]:
    value = entry[key]
    assert isinstance(value, list)
    return tuple(map(str, value))
