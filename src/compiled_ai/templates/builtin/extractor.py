"""``extractor``: read facts out of a text, by one finder a field."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.activities import EXTRACTOR
from compiled_ai.templates.builtin import _finders
from compiled_ai.templates.builtin._compose import activity, nullable, obj
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    declines,
    field,
    fields_of,
    parameters,
    step,
)
from compiled_ai.templates.rendering import Rendering, signature

PARAMETERS = parameters(
    {"fields": fields_of("The fields, and how each is found.", _finders.slot_schema(), most=40)},
    {"step": step("extract"), "field": field("The input field with the text.", "text")},
)


def render(values: JsonObject) -> Rendering:
    """One finder and one reader for each field."""
    fields = {name: obj(slot) for name, slot in obj(values["fields"]).items()}
    blocks = [_finders.PICK] if any(_finders.uses_pick(slot) for slot in fields.values()) else []
    for name, slot in fields.items():
        blocks += [_finders.finder(name, slot), reader(name, slot)]
    lines = [signature(str(values["step"])), '    """Every field that the text tells for sure."""']
    lines += [f"    text = data[{values['field']!r}]", "    return {"]
    lines += [f"        {name!r}: _read_{name}(text)," for name in fields]
    gives: dict[str, JsonValue] = {}
    for name, slot in fields.items():
        schema = _finders.schema_of_slot(slot)
        gives[name] = nullable(schema) if slot.get("optional") else schema
    return activity(
        values,
        [*blocks, "\n".join([*lines, "    }"])],
        takes={str(values["field"]): {"type": "string"}},
        gives=gives,
    )


def reader(name: str, slot: JsonObject) -> str:
    """The function that gives the field its type, and declines or answers None where nothing is found."""
    kind = _finders.python_type(slot)
    value = _finders.typed(str(slot["kind"]), "found")
    if slot.get("optional"):
        return (
            f'def _read_{name}(text: str) -> {kind} | None:\n    """The field {name}, or None."""\n'
            f"    found = _find_{name}(text)\n    return None if found is None else {value}"
        )
    return (
        f'def _read_{name}(text: str) -> {kind}:\n    """The field {name}; declines without it."""\n    found = _find_{name}(text)\n'
        f'    if found is None:\n        abstain("{name} is missing or not clear")\n    return {value}'
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=EXTRACTOR.functions,
    guidance=EXTRACTOR.guidance,
    example={
        "fields": {
            "order": {"kind": "labelled", "cues": ["order", "order number"]},
            "carrier": {"kind": "choice", "choices": {"DHL": [], "FedEx": ["fed ex"]}, "optional": True},
            "delivery": {
                "kind": "date",
                "cues": ["arriv*", "deliver*"],
                "contrary": ["ordered", "sent"],
                "optional": True,
            },
            "total": {"kind": "amount", "cues": ["total", "paid"], "contrary": ["shipping"]},
        }
    },
    trials=(
        answers(
            {
                "text": "Order no. A-17 was sent on 2 March 2026 with Fed Ex and arrives on 6 March 2026. Total $49.90, shipping $4.90."
            },
            {"order": "A-17", "carrier": "FedEx", "delivery": "2026-03-06", "total": "49.90"},
        ),
        answers(
            {"text": "Order: B-2\nYou paid 12 EUR."},
            {"order": "B-2", "carrier": None, "delivery": None, "total": "12.00"},
        ),
        declines({"text": "Your parcel arrives on 6 March 2026, total 5 EUR."}),
    ),
)
