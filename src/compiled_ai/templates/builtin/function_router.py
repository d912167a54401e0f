"""``function_router``: choose which function a request means."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._compose import activity, obj
from compiled_ai.templates.builtin._parameters import (
    STEP_PATTERN,
    Builder,
    answers,
    declines,
    field,
    mapping,
    number,
    parameters,
    step,
)
from compiled_ai.templates.rendering import Rendering, literal, literal_type, signature

PARAMETERS = parameters(
    {
        "functions": {
            **mapping(
                "For each function the cue phrases of requests that mean it, with their weights (3 decides alone, 1 is a hint).",
                mapping(
                    "Cue phrase to weight.",
                    {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
                    most=500,
                ),
                at_least=2,
                most=100,
            ),
            "propertyNames": {"pattern": STEP_PATTERN},
        }
    },
    {
        "step": step("choose_function"),
        "field": field("The input field with the request.", "request"),
        "function_field": field("The output field for the function's name.", "function"),
        "minimum": number("Least score of a function that is asked for.", 2.0),
    },
)
_CODE = '''
{signature}
    """The one function that the request asks for."""
    request = data[{field!r}]
    if is_self_corrected(request):
        abstain("the request is taken back in part")
    scores = score_labels(request, _CUES)
    asked = [name for name in _FUNCTIONS if scores[name] >= {minimum!r}]
    if len(asked) != 1:
        abstain("the request asks for no function, or for more than one")
    return {{{function_field!r}: _FUNCTIONS[asked[0]]}}
'''


def render(values: JsonObject) -> Rendering:
    """A table of cues and one function that wants exactly one label to score."""
    functions = obj(values["functions"])
    blocks = [
        f"_CUES: dict[str, dict[str, float]] = {literal(functions)}",
        f"_FUNCTIONS: dict[str, {literal_type([*functions])}] = {literal({name: name for name in functions})}",
        _CODE.format(
            signature=signature(str(values["step"])),
            **{name: values[name] for name in ("field", "function_field", "minimum")},
        ),
    ]
    return activity(
        values,
        blocks,
        takes={str(values["field"]): {"type": "string"}},
        gives={str(values["function_field"]): {"type": "string", "enum": [*functions]}},
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("text.score_labels", "text.is_self_corrected"),
    example={
        "functions": {
            "set_alarm": {"alarm": 3, "wake me": 3},
            "play_music": {"play": 2, "song": 1, "music": 2, "put on": 1},
        }
    },
    trials=(
        answers({"request": "Wake me at seven"}, {"function": "set_alarm"}),
        answers({"request": "Put on a song by Queen"}, {"function": "play_music"}),
        declines({"request": "Wake me at seven and play some music"}),
        declines({"request": "Play music - no wait, set an alarm"}),
        declines({"request": "What time is it?"}),
    ),
)
