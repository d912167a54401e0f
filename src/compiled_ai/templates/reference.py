"""Templates in words: for ``compiled-ai templates show``, and for the generated part of docs/templates.md."""

from __future__ import annotations

import json
from collections.abc import Iterable

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of, required_of
from compiled_ai.templates._user_schema import KEYS, REQUIRED
from compiled_ai.templates.registry import KINDS, Template

_TITLES = {"activity": "Activity templates", "workflow": "Workflow templates", "effect": "Effect templates"}


def describe_template(template: Template) -> str:
    """All about one template, as Markdown that also reads as plain text."""
    lines = [
        f"# {template.name} ({template.kind}, {template.origin}, version {template.version})",
        "",
        template.description,
        "",
        f"Reads: {template.input_shape}.",
        f"Gives: {template.output_shape}.",
        "",
        *_listed("Use it when", template.use_when),
        *_listed("Do not use it when", template.avoid_when),
        *_listed("For the coder", template.guidance),
        "Parameters:",
        *(
            _parameter(name, schema, template.parameters)
            for name, schema in properties_of(template.parameters).items()
        ),
        *([] if properties_of(template.parameters) else ["- none"]),
        "",
    ]
    if template.functions:
        lines += [f"Functions: {', '.join(template.functions)}.", ""]
    lines += ["Example parameters:", "", json.dumps(template.example, indent=2, ensure_ascii=False), ""]
    for trial in template.trials:
        answer = "declined" if trial.output is None else _short(trial.output)
        lines.append(f"- {_short(trial.input)} -> {answer}")
    return "\n".join(lines).rstrip("\n") + "\n"


def describe_registry(templates: Iterable[Template]) -> str:
    """The generated part of docs/templates.md: every template with its parameters and one trial."""
    found = list(templates)
    lines: list[str] = []
    for kind in KINDS:
        lines += [f"### {_TITLES[kind]}", ""]
        for template in found:
            if template.kind == kind:
                lines += [*_section(template), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def describe_keys() -> str:
    """The keys of a user's ``template.yaml`` as a Markdown table."""
    rows = [f"| `{key}` | {'yes' if key in REQUIRED else 'no'} | {what} |" for key, (_, what) in KEYS.items()]
    return "\n".join(["| key | needed | what it is |", "|---|---|---|", *rows]) + "\n"


def _section(template: Template) -> list[str]:
    lines = [
        f"**{template.name}**: {template.purpose}.",
        "",
        template.description,
        f"Use it when {'; or when '.join(template.use_when)}. Not when {'; nor when '.join(template.avoid_when)}.",
        "",
    ]
    lines += [
        _parameter(name, schema, template.parameters)
        for name, schema in properties_of(template.parameters).items()
    ]
    answered = next((trial for trial in template.trials if trial.output is not None), None)
    if answered is not None:
        lines += ["", f"`{_short(answered.input)}` gives `{_short(answered.output)}`"]
    return lines


def _parameter(name: str, schema: JsonValue, whole: JsonObject) -> str:
    assert isinstance(schema, dict)
    if name in required_of(whole):
        needed = "required"
    elif "default" in schema and schema["default"] is not None:
        needed = f"default {_short(schema['default'])}"
    else:
        needed = "optional"
    kind = _kind(schema)
    return f"- `{name}` ({kind}{', ' if kind else ''}{needed}): {schema.get('description', '')}".rstrip(": ")


def _kind(schema: JsonObject) -> str:
    if "enum" in schema and isinstance(schema["enum"], list):
        return "one of " + ", ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type") or "")


def _short(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)


def _listed(title: str, items: Iterable[str]) -> list[str]:
    found = [f"- {item}" for item in items]
    return [f"{title}:", *found, ""] if found else []
