"""Writing calls as code: a table of slots and a short typed function."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields

from compiled_ai.factory.synthesis._call_search import Choice
from compiled_ai.factory.synthesis._call_shapes import Parameter
from compiled_ai.factory.synthesis._call_slots import Field
from compiled_ai.factory.synthesis._call_words import TIMES_A_YEAR
from compiled_ai.modules.slots import Slot
from compiled_ai.spec.canonical import JsonValue
from compiled_ai.templates.typed_dicts import class_name, one_line

_GETTERS = {"integer": "integer", "number": "number", "boolean": "flag"}
_MOST_COMMENT = 96
_ORDER = ("name", "kind", "many", "required", "cues", "units", "choices", "style", "minimum", "maximum")
_SILENCERS = re.compile(
    r"\b(?:type|pylint|flake8|pyright|ruff|mypy|isort|fmt|yapf|radon)\s*:|noqa|nosec|pragma", re.IGNORECASE
)
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


def slot_table(name: str, choice: Choice, sentence: str) -> str:
    """The constant `name` with the slots, below the sentence of the spec that they stand for."""
    rows = ",\n    ".join(map(slot_source, choice.table))
    trailing = "," if choice.table else ""
    parts = [comment(sentence), f"{name} = (\n    {rows}{trailing}\n)"]
    if choice.ignore:
        parts += [
            "# Words of the task itself, which are never values.",
            f"{_ignored(name)} = {choice.ignore!r}",
        ]
    if choice.decline:
        parts += [
            "# Phrases of requests for something else.",
            f"{_declined(name)} = {choice.decline!r}",
        ]
    if choice.known:
        parts += [
            "# Words that are known to mean no optional value.",
            f"{_known(name)} = {choice.known!r}",
        ]
    if any(
        slot.kind == "choice" and field.parameter.type in {"integer", "number"}
        for field, slot in choice.used
        if slot
    ):
        parts.append(f"TIMES_A_YEAR = {dict(TIMES_A_YEAR)!r}")
    return "\n".join(part for part in parts if part)


def _ignored(table: str) -> str:
    return table.replace("SLOTS", "TASK_WORDS")


def _declined(table: str) -> str:
    return table.replace("SLOTS", "OTHER_REQUESTS")


def _known(table: str) -> str:
    return table.replace("SLOTS", "KNOWN_WORDS")


def comment(sentence: str) -> str:
    """The first sentence of `sentence` as a comment; empty where a checker could take it for an order."""
    first = re.split(r"(?<=[.!?])\s", one_line(sentence), maxsplit=1)[0]
    if not first or _SILENCERS.search(first):
        return ""
    short = first if len(first) <= _MOST_COMMENT else first[: _MOST_COMMENT - 3].rsplit(" ", 1)[0] + "..."
    return f"# {short}"


def slot_source(slot: Slot) -> str:
    """The call that makes `slot`, with what differs from the defaults."""
    defaults = {field.name: field.default for field in dataclass_fields(Slot)}
    shown = []
    for name in _ORDER:
        value = getattr(slot, name)
        if (
            name in {"name", "kind"}
            or (value and value != defaults[name])
            or (name == "required" and not value)
            or (name in {"minimum", "maximum"} and value is not None)
        ):
            shown.append(f"{name}={value!r}")
    return f"Slot({', '.join(shown)})"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """What a function is called, takes and gives."""

    name: str
    parameter: str
    """Such as ``request: str``."""
    request: str
    """The expression of the request inside it."""
    result: str
    docstring: str


def call_function(signature: Signature, choice: Choice, *, table: str) -> str:
    """A function that fills the slots of `table` and gives the arguments."""
    ignore = f", ignore={_ignored(table)}" if choice.ignore else ""
    ignore += f", decline={_declined(table)}" if choice.decline else ""
    known = f", known={_known(table)}" if choice.known else ""
    lines = [
        f"def {signature.name}({signature.parameter}) -> {signature.result}:",
        f'    """{signature.docstring}"""',
        f"    filling = fill({signature.request}, {table}{ignore}{known})",
        "    filling.require()",
        *_body(choice, signature.result),
    ]
    return "\n".join(lines)


def _body(choice: Choice, result: str) -> list[str]:
    required = [(field, slot) for field, slot in choice.used if field.parameter.is_required]
    optional = [(field, slot) for field, slot in choice.used if not field.parameter.is_required and slot]
    parents = {field.parameter.path[:-1] for field, _ in optional}
    items = _items(required, (), parents)
    given = f"{{{items}}}"
    if not optional:
        return [f"    return {given}"]
    lines = [f"    answer: {result} = {given}"]
    for field, slot in optional:
        assert slot is not None
        key = repr(field.parameter.name)
        value = _getter(field.parameter, slot)
        test = f"filling.has({slot.name!r})"
        if slot.name in choice.omitted:
            test += f" and {_differs(value, field.default)}"
        place = "".join(f"[{name!r}]" for name in field.parameter.path[:-1])
        lines.append(f"    answer{place} |= {{{key}: {value}}} if {test} else {{}}")
    return [*lines, "    return answer"]


def _differs(value: str, default: JsonValue) -> str:
    if isinstance(default, bool):
        return f"not {value}" if default else value
    if isinstance(default, str):
        return f"{value}.lower() != {_literal(default.lower())}"
    return f"{value} != {_literal(default)}"


def _items(
    used: Sequence[tuple[Field, Slot | None]], path: tuple[str, ...], parents: Collection[tuple[str, ...]]
) -> str:
    """The entries of the object at `path`, nested objects with theirs; those in `parents` too that are empty so far."""
    parts: dict[str, str] = {}
    for parent in sorted(parents):
        if parent[: len(path)] == path and len(parent) > len(path):
            name = parent[len(path)]
            parts[name] = f"{{{_items(used, (*path, name), parents)}}}"
    for field, slot in used:
        own = field.parameter.path
        if own[: len(path)] != path:
            continue
        name = own[len(path)]
        if len(own) > len(path) + 1:
            parts[name] = f"{{{_items(used, (*path, name), parents)}}}"
        else:
            parts[name] = _expression(field, slot)
    return ", ".join(f"{name!r}: {text}" for name, text in parts.items())


def _expression(field: Field, slot: Slot | None) -> str:
    assert slot is not None
    value = _getter(field.parameter, slot)
    if not field.has_fallback:
        return value
    return f"{value} if filling.has({slot.name!r}) else {_literal(field.fallback)}"


def _literal(value: JsonValue) -> str:
    return repr(value)


def _getter(parameter: Parameter, slot: Slot) -> str:
    getter = _GETTERS.get(parameter.item_type, "text") + ("s" if slot.many else "")
    text = f"filling.{getter}({slot.name!r})"
    schema = parameter.schema
    if slot.kind == "choice" and parameter.item_type == "boolean":
        return f"filling.text({slot.name!r}) == {next(iter(slot.choices))!r}"
    if slot.kind == "choice" and parameter.item_type in {"integer", "number"}:
        return f"TIMES_A_YEAR[filling.text({slot.name!r})]"
    if slot.many:
        items = schema.get("items")
        values = items.get("enum") if isinstance(items, dict) else None
        return f'cast("list[{_literals(values)}]", {text})' if isinstance(values, list) else text
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return f'cast("{_literals(values)}", {text})' if isinstance(values, list) else text


def _literals(values: Sequence[JsonValue]) -> str:
    return f"Literal[{', '.join(repr(value) for value in values if value is not None)}]"


def helper_name(function: str) -> str:
    """The name of the private function that fills the slots of `function`."""
    return "_" + re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", function)).strip("_").lower()


def table_name(function: str) -> str:
    """The name of its table of slots."""
    return f"{helper_name(function).strip('_').upper()}_SLOTS"


def output_class(prefix: str, step_id: str) -> str:
    """The class of an activity's output."""
    return f"{prefix or class_name(step_id)}Output"
