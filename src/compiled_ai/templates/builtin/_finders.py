"""Finding typed values in a text: the part that ``extractor`` and ``function_call`` share."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._compose import obj, refuse, strings
from compiled_ai.templates.builtin._parameters import choice, closed, flag, mapping, phrases, whole

_TEXT: JsonObject = {"type": "string"}
_NUMBER: JsonObject = {"type": "number"}
_KINDS: dict[str, tuple[str, str, str, JsonObject]] = {
    "number": ("find_numbers(text)", "item.value", 'f"{found:f}"', _NUMBER),
    "integer": ("find_numbers(text)", "item.value", 'f"{found:f}"', {"type": "integer"}),
    "decimal": (
        "find_numbers(text)",
        "item.value",
        "format_decimal(found, {places})",
        {"type": "string", "format": "decimal"},
    ),
    "amount": (
        "find_money(text)",
        "item.amount",
        "format_decimal(found, {places})",
        {"type": "string", "format": "decimal"},
    ),
    "date": ("find_dates(text)", "item.value", "found.isoformat()", {"type": "string", "format": "date"}),
    "time": ("find_times(text)", "item.value", "found", _TEXT),
    "minutes": ("find_durations(text)", "item.minutes", 'f"{found:f}"', _NUMBER),
    "quoted": ("find_quoted(text)", "item.value", "found", _TEXT),
}
"""For each kind: its finder, the value of what it finds, that value as text, and the schema of the field."""
KINDS = (*_KINDS, "labelled", "choice")

PICK = '''
def _pick(found: list[tuple[int, int, str]], text: str, right: tuple[str, ...], wrong: tuple[str, ...]) -> str | None:
    """The one value that stands by a right cue, else the only one without a wrong cue; None when that is not sure."""
    cues = {"right": right, "wrong": wrong}
    near = [(value, nearest_cue(text, start, end, cues)) for start, end, value in found]
    sure = dict.fromkeys(value for value, cue in near if cue == "right")
    rest = dict.fromkeys(value for value, cue in near if cue is None)
    values = list(sure or rest)
    return values[0] if len(values) == 1 else None
'''
"""The function that all fields of the found kinds share."""


def slot_schema() -> JsonObject:
    """The parameters of one field."""
    return closed(
        {
            "kind": choice(
                'What it is: `labelled` is the value after "Label:", `choice` one of known values, `minutes` a length of time.',
                KINDS,
            )
        },
        {
            "cues": phrases("Phrases that stand by the right value; for `labelled` the labels.", at_least=1),
            "contrary": phrases("Phrases that stand by values which are not meant.", at_least=1),
            "units": phrases("For numbers: units that must follow.", at_least=1),
            "choices": mapping(
                "For `choice`: each value with further wordings.", phrases("Further wordings.")
            ),
            "places": whole("Decimals of `decimal` and `amount`; 2 when left out.", high=12),
            "optional": flag("Null when there is no sure value, instead of declining.", default=False),
        },
    )


def finder(name: str, slot: JsonObject) -> str:
    """A function from the text to the value of the field `name`, as text, or None."""
    kind = str(slot["kind"])
    _check(name, slot, kind)
    head = f'def _find_{name}(text: str) -> str | None:\n    """'
    if kind == "labelled":
        return f'{head}The value after its label."""\n    return labelled_value(text, {tuple(strings(slot["cues"]))!r})'
    if kind == "choice":
        return _choice_finder(name, slot, head)
    source, value, shown, _ = _KINDS[kind]
    if "units" in slot:
        source = f"numbers_with_unit(text, {', '.join(map(repr, strings(slot['units'])))})"
    shown = shown.replace("{places}", str(slot.get("places", 2))).replace("found", value)
    whole_only = f" if {value} == {value}.to_integral_value()" if kind == "integer" else ""
    right, wrong = tuple(strings(slot.get("cues", []))), tuple(strings(slot.get("contrary", [])))
    return (
        f'{head}The one {kind} that is meant."""\n    found = [(item.start, item.end, {shown}) for item in {source}{whole_only}]\n'
        f"    return _pick(found, text, {right!r}, {wrong!r})"
    )


def uses_pick(slot: JsonObject) -> bool:
    """Whether the finder of `slot` calls the function `PICK`."""
    return slot["kind"] in _KINDS


def typed(kind: str, value: str) -> str:
    """The expression for `value`, a text of that `kind`, as its field holds it."""
    wrap = {"number": "float", "minutes": "float", "integer": "int"}.get(kind)
    return f"{wrap}({value})" if wrap else value


def python_type(slot: JsonObject) -> str:
    """The type that the field holds in Python."""
    kind = str(slot["kind"])
    return {"number": "float", "minutes": "float", "integer": "int"}.get(kind, "str")


def schema_of_slot(slot: JsonObject) -> JsonObject:
    """The JSON Schema of the field."""
    kind = str(slot["kind"])
    return _KINDS[kind][3] if kind in _KINDS else _TEXT


def _choice_finder(name: str, slot: JsonObject, head: str) -> str:
    choices = {value: [value, *strings(wordings)] for value, wordings in obj(slot["choices"]).items()}
    return (
        f"_WORDINGS_{name}: dict[str, list[str]] = {choices!r}\n\n\n"
        f'{head}The one value that is named."""\n'
        f"    named = [value for value, wordings in _WORDINGS_{name}.items() if has_phrase(text, *wordings)]\n"
        f"    return named[0] if len(named) == 1 else None"
    )


def _check(name: str, slot: JsonObject, kind: str) -> None:
    needed = {"labelled": "cues", "choice": "choices"}.get(kind)
    if needed and needed not in slot:
        raise refuse(f"fields.{name}", f"kind '{kind}' needs '{needed}'")
    if "units" in slot and kind not in {"number", "integer", "decimal"}:
        raise refuse(f"fields.{name}", f"'units' go with a number, not with kind '{kind}'")
