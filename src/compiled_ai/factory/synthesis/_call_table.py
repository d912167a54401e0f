"""Several functions as one table: what they have in common is code, what they differ in is data.

A helper for each function would be code that no example runs where there are more functions than examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis._call_search import Choice
from compiled_ai.factory.synthesis._call_select import Selection
from compiled_ai.factory.synthesis._call_shapes import CallSchema, Parameter
from compiled_ai.factory.synthesis._call_slots import Field
from compiled_ai.factory.synthesis._call_source import output_class, slot_table, table_name
from compiled_ai.modules.slots import Slot
from compiled_ai.spec.canonical import JsonValue

_CLOSED = "it takes what no slot can hold"
_GETTERS = {"integer": "integer", "number": "number", "boolean": "flag"}


def fits_table(choices: Mapping[str, Choice]) -> bool:
    """Whether every parameter can be given by one piece of code: it is no part of another one, and nothing is worked out from its text."""
    return all(
        slot is None or _is_plain(field, slot) for choice in choices.values() for field, slot in choice.used
    )


def _is_plain(field: Field, slot: Slot) -> bool:
    is_worked_out = slot.kind == "choice" and field.parameter.item_type != "string"
    has_list = field.has_fallback and isinstance(field.fallback, list | dict)
    return len(field.parameter.path) == 1 and not is_worked_out and not has_list


def table_source(
    calls: CallSchema, choices: Mapping[str, Choice], selection: Selection, task: CodeTask
) -> str:
    """Imports, tables and functions. Functions that have no entry in `choices` are declined when a request means them."""
    shapes = [shape for shape in calls.shapes if shape.name in choices]
    used = {shape.name: choices[shape.name] for shape in shapes}
    parts = [
        slot_table(table_name(shape.name), used[shape.name], shape.description)
        for shape in shapes
        if used[shape.name].table
    ]
    closed = [shape.name for shape in calls.shapes if shape.name not in choices]
    tables = "\n".join([_tables(used), *_closed(closed)])
    code = [_arguments(used), _entry(calls, used, task)]
    return "\n\n\n".join([_imports(), selection.source(), *parts, tables, *code])


def _imports() -> str:
    return "\n".join(
        [
            "from collections.abc import Mapping",
            "from typing import cast",
            "from compiled_ai.modules import abstain",
            "from compiled_ai.modules.slots import Filling, Slot, fill",
            "from compiled_ai.modules.text import score_labels",
        ]
    )


def _tables(used: Mapping[str, Choice]) -> str:
    slots = {name: table_name(name) if choice.table else "()" for name, choice in used.items()}
    types = {
        name: repr({slot.name: _getter(field.parameter, slot) for field, slot in choice.used if slot})
        for name, choice in used.items()
    }
    tables = [
        _table("SLOTS", "tuple[Slot, ...]", slots),
        "# The types of the parameters.",
        _table("TYPES", "dict[str, str]", types),
    ]
    for word, attribute in (
        ("TASK_WORDS", "ignore"),
        ("OTHER_REQUESTS", "decline"),
        ("KNOWN_WORDS", "known"),
    ):
        rows = {
            name: table_name(name).replace("SLOTS", word) if choice.table else "()"
            for name, choice in used.items()
            if getattr(choice, attribute)
        }
        if rows:
            tables.append(_table(word, "tuple[str, ...]", rows))
    return "\n".join([*tables, *_values(used)])


def _closed(names: Sequence[str]) -> Iterable[str]:
    if names:
        yield "# Functions that take what no slot can hold."
        yield f"CLOSED = {dict.fromkeys(names, _CLOSED)!r}"


def _values(used: Mapping[str, Choice]) -> Iterable[str]:
    """The tables of what stands for a missing value, and of what goes without saying."""
    fallbacks = {name: _fallbacks(choice) for name, choice in used.items()}
    if any(fallbacks.values()):
        yield "# What stands for a required value that the request does not name."
        yield _table(
            "FALLBACKS", "dict[str, object]", {key: repr(row) for key, row in fallbacks.items() if row}
        )
    defaults = {name: _defaults(choice) for name, choice in used.items()}
    if any(defaults.values()):
        yield "# Values that go without saying."
        yield _table(
            "DEFAULTS", "dict[str, object]", {key: repr(row) for key, row in defaults.items() if row}
        )


def _table(name: str, kind: str, rows: Mapping[str, str]) -> str:
    lines = "\n".join(f"    {key!r}: {value}," for key, value in rows.items())
    return f"{name}: dict[str, {kind}] = {{\n{lines}\n}}"


def _fallbacks(choice: Choice) -> dict[str, JsonValue]:
    return {
        field.parameter.name: field.fallback
        for field, slot in choice.used
        if field.has_fallback and field.parameter.is_required
    }


def _defaults(choice: Choice) -> dict[str, JsonValue]:
    return {
        slot.name: field.default.lower() if isinstance(field.default, str) else field.default
        for field, slot in choice.used
        if slot is not None and slot.name in choice.omitted
    }


def _getter(parameter: Parameter, slot: Slot) -> str:
    return _GETTERS.get(parameter.item_type, "text") + ("s" if slot.many else "")


def _arguments(used: Mapping[str, Choice]) -> str:
    kinds = {
        _getter(field.parameter, slot) for choice in used.values() for field, slot in choice.used if slot
    }
    getters = ", ".join(f'"{kind}": filling.{kind}' for kind in sorted(kinds))
    fallbacks = any(_fallbacks(choice) for choice in used.values())
    defaults = any(_defaults(choice) for choice in used.values())
    result = "FALLBACKS.get(function, {}) | found" if fallbacks else "found"
    lines = [
        "def _arguments(filling: Filling, function: str) -> dict[str, object]:",
        '    """The values of the parameters of `function`, each in its own type."""',
        f"    getters = {{{getters}}}",
        "    found: dict[str, object] = {",
        "        slot: getters[kind](slot) for slot, kind in TYPES[function].items() if filling.has(slot)",
        "    }",
    ]
    if defaults:
        lines += [
            "    unsaid = DEFAULTS.get(function, {})",
            "    found = {slot: value for slot, value in found.items() if not _is_same(value, unsaid.get(slot))}",
        ]
    helper = [
        "def _is_same(value: object, default: object) -> bool:",
        '    """Whether a value is the default, whatever the case of its letters."""',
        "    return (value.lower() if isinstance(value, str) else value) == default",
    ]
    text = "\n".join([*lines, f"    return {result}"])
    return "\n\n\n".join(["\n".join(helper), text]) if defaults else text


def _entry(calls: CallSchema, used: Mapping[str, Choice], task: CodeTask) -> str:
    result = output_class(task.types.prefix, task.types.step_id)
    lines = [
        task.types.signature,
        '    """The function call that the request asks for."""',
        f'    request = data["{calls.request}"]',
        "    fillings = {function: _filling(request, function) for function in _contenders(request)}",
        "    clear = [function for function, filling in fillings.items() if not filling.declined]",
        "    if len(clear) != 1:",
        "        abstain(_reason(fillings))",
        "    (function,) = clear",
        "    arguments = _arguments(fillings[function], function)",
        f'    return cast("{result}", {{"{calls.name_key}": function, "arguments": arguments}})',
    ]
    return "\n\n\n".join([_CONTENDERS, _filling(calls, used), _REASON, "\n".join(lines)])


_CONTENDERS = '''def _contenders(request: str) -> list[str]:
    """The functions that no other is clearly ahead of; none when nothing speaks for any."""
    scores = score_labels(request, FUNCTION_CUES)
    best = max(scores.values())
    # Rounded, because sums of weights miss a lead by a hair.
    ahead = [function for function, score in scores.items() if round(best - score, 9) < LEAST_LEAD]
    return ahead if best >= LEAST_CUES else []'''
_REASON = '''def _reason(fillings: Mapping[str, Filling]) -> str:
    """Why the request is declined, by the functions that it may mean."""
    reasons = [f"{function}: {filling.declined}" for function, filling in fillings.items() if filling.declined]
    return "; ".join(reasons) or "the request names none of the functions, or two of them"'''


def _filling(calls: CallSchema, used: Mapping[str, Choice]) -> str:
    options = "".join(
        f", {option}={word}.get(function, ())"
        for word, option in (
            ("TASK_WORDS", "ignore"),
            ("OTHER_REQUESTS", "decline"),
            ("KNOWN_WORDS", "known"),
        )
        if any(getattr(choice, option) for choice in used.values())
    )
    lines = [
        "def _filling(request: str, function: str) -> Filling:",
        '    """The parameters of `function` that the request names, or why it cannot mean that function."""',
    ]
    filled = f"fill(request, SLOTS[function]{options})"
    is_closed = len(used) < len(calls.shapes)
    if is_closed or any(not choice.table for choice in used.values()):
        # An expression, for a branch would seldom be taken: no example need mean such a function.
        reason = 'CLOSED.get(function, "")' if is_closed else '""'
        filled += f" if SLOTS.get(function) else Filling(declined={reason}, confidence=1.0, filled=())"
    return "\n".join([*lines, f"    return {filled}"])
