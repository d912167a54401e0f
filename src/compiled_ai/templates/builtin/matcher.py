"""``matcher``: find the catalogue entry that a text means, spelling mistakes included."""

from __future__ import annotations

from compiled_ai.modules.text import fold
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.builtin._compose import activity, obj, refuse, strings
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
from compiled_ai.templates.rendering import Rendering, literal, signature

PARAMETERS = parameters(
    {
        "catalogue": mapping(
            "For each id the names of the entry.", phrases("Names and aliases.", at_least=1), most=500
        ),
    },
    {
        "step": step("match_entry"),
        "field": field("The input field with the wording.", "name"),
        "id_field": field("The output field for the id.", "id"),
        "threshold": number("Least likeness of a spelling, from 0 to 1.", 0.82, low=0.5, high=1),
        "margin": number("Least lead over the second entry.", 0.05, high=0.5),
    },
)
_CODE = '''
{catalogue}
_LONGEST = 80


def _likeness(first: str, second: str) -> float:
    """How alike two spellings are, from 0 to 1; words in another order count as the same."""
    return max(similarity(first, second), token_sort_ratio(first, second))


def _ranked(name: str) -> list[tuple[float, str]]:
    """Likeness and id of every entry, the most alike first."""
    best = {{
        entry: max(_likeness(name, known) for known in names) for entry, names in _CATALOGUE.items()
    }}
    return sorted(((likeness, entry) for entry, likeness in best.items()), key=lambda item: -item[0])


{signature}
    """The entry that the wording means, and how alike they are."""
    name = fold(data[{field!r}])
    if not name or len(name) > _LONGEST:
        abstain("it is no name")
    ranked = _ranked(name)
    likeness, entry = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    if likeness < {threshold!r} or (likeness < 1 and likeness - second < {margin!r}):
        abstain("no entry is close enough, or two are")
    return {{{id_field!r}: entry, "likeness": round(likeness, 3)}}
'''


def render(values: JsonObject) -> Rendering:
    """A table of folded names, a likeness and one function that ranks."""
    table: dict[str, JsonValue] = {}
    holders: dict[str, str] = {}
    for entry, names in obj(values["catalogue"]).items():
        folded = list(dict.fromkeys(fold(name) for name in strings(names)))
        for name in folded:
            if holders.setdefault(name, entry) != entry:
                raise refuse(
                    "catalogue",
                    f"'{name}' names both '{holders[name]}' and '{entry}'; keep it below one of them",
                )
        table[entry] = [*folded]
    code = _CODE.format(
        signature=signature(str(values["step"])),
        catalogue=f"_CATALOGUE: dict[str, list[str]] = {literal(table)}",
        **{name: values[name] for name in ("field", "id_field", "threshold", "margin")},
    )
    return activity(
        values,
        [code],
        takes={str(values["field"]): {"type": "string"}},
        gives={str(values["id_field"]): {"type": "string"}, "likeness": {"type": "number"}},
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=("text.fold", "matching.similarity", "matching.token_sort_ratio"),
    example={
        "catalogue": {
            "V-100": ["Müller & Söhne GmbH", "Mueller und Soehne"],
            "V-200": ["Acme Tools Ltd", "Acme"],
            "V-300": ["Acme Foods Ltd"],
        }
    },
    trials=(
        answers({"name": "ACME"}, {"id": "V-200", "likeness": 1.0}),
        answers({"name": "Ltd Acme Tools"}, {"id": "V-200", "likeness": 1.0}),
        answers({"name": "Muller & Sohne Gmbh"}, {"id": "V-100", "likeness": 1.0}),
        answers({"name": "Acme Foodz Ltd"}, {"id": "V-300", "likeness": 0.929}),
        declines({"name": "Zebra"}),
        declines({"name": ""}),
    ),
)
