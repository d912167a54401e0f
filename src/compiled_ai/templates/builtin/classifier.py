"""``classifier``: choose one label for a text by weighted cues."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.activities import CLASSIFIER
from compiled_ai.templates.builtin._compose import activity, obj, strings
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    declines,
    field,
    mapping,
    number,
    parameters,
    phrases,
    step,
)
from compiled_ai.templates.rendering import Rendering, literal, literal_type, signature

PARAMETERS = parameters(
    {
        "labels": mapping(
            "For each label its cue phrases with their weights: 3 decides alone, 2 is strong, 1 is a hint. `refund*` matches any ending.",
            mapping(
                "Cue phrase to weight.", {"type": "number", "exclusiveMinimum": 0, "maximum": 100}, most=500
            ),
            at_least=2,
            most=60,
        )
    },
    {
        "step": step("classify"),
        "field": field("The input field with the text.", "text"),
        "label_field": field("The output field for the label.", "label"),
        "declined": phrases("A text with one of these phrases is declined before anything is scored."),
        "minimum": number("Least score of an answer.", 1.0),
        "margin": number("Least lead over the second label.", 0.5),
    },
)
_DECLINE = """\
    if has_phrase(data[{field!r}], *_DECLINED):
        abstain("it holds a phrase that is declined")
"""
_CODE = '''
{signature}
    """The label whose cues weigh most; declines when none leads clearly."""
{decline}    label = best_label(data[{field!r}], _CUES, minimum={minimum!r}, margin={margin!r})
    if label is None:
        abstain("no label leads clearly")
    return {{{label_field!r}: _LABELS[label]}}
'''


def render(values: JsonObject) -> Rendering:
    """A table of cues and one function that scores it."""
    labels = obj(values["labels"])
    declined = strings(values["declined"])
    names = literal_type([*labels])
    blocks = [
        f"_CUES: dict[str, dict[str, float]] = {literal(labels)}",
        f"_LABELS: dict[str, {names}] = {literal({label: label for label in labels})}",
        f"_DECLINED: tuple[str, ...] = {tuple(declined)!r}" if declined else "",
        _CODE.format(
            signature=signature(str(values["step"])),
            decline=_DECLINE.format(field=values["field"]) if declined else "",
            **{name: values[name] for name in ("field", "label_field", "minimum", "margin")},
        ),
    ]
    return activity(
        values,
        blocks,
        takes={str(values["field"]): {"type": "string"}},
        gives={str(values["label_field"]): {"type": "string", "enum": [*labels]}},
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=CLASSIFIER.functions,
    guidance=CLASSIFIER.guidance,
    example={
        "labels": {
            "refund": {"refund*": 3, "money back": 3, "return*": 2},
            "delivery": {"parcel": 2, "arriv*": 2, "where is": 2, "track*": 3},
        },
        "declined": ["legal action"],
    },
    trials=(
        answers({"text": "Please give me my MONEY back"}, {"label": "refund"}),
        answers({"text": "Where is my parcel?"}, {"label": "delivery"}),
        declines({"text": "Nice weather today"}),
        declines({"text": "Refund me or I take legal action"}),
        declines({"text": "My parcel: I want to return it"}),
    ),
)
