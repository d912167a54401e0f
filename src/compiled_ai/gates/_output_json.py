"""What a JSON value says when its strings are read in order, whatever stands between them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from compiled_ai.gates._output_code import constants
from compiled_ai.spec.canonical import JsonValue

WHOLE = "json_whole"
"""Name of the reading that holds all strings and numbers in order."""
_END = 256
"""Characters at each end of a long value that are read together with its neighbours; all of it is read in its place."""
_LONG_WORD = 10
_LITERALS = ("null", "true", "false")
_LONGEST_DECIMAL = 4_000
"""In bits. Decimal digits of longer numbers take quadratic time, and Python refuses them."""


@dataclass(frozen=True, kw_only=True)
class Flat:
    """The names and the values of a JSON value, and both in order. Neither true, false nor null, which say nothing and would stand between what does."""

    keys: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)

    def layers(self) -> list[tuple[str, str]]:
        """Readings that `whole` does not show: values without the names between them, names without values, what code in a value builds."""
        ends = [_without_middle(value) for value in self.values]
        built = [text for value in self.values if "\n" in value or ";" in value for text in constants(value)]
        return [
            *([("constants", "\n".join(built))] if built else []),
            ("json", "".join(ends)),
            ("json", " ".join(self.keys)),
        ]


def _without_middle(value: str) -> str:
    """Of long prose what stands beside other values; all of what may be encoded."""
    is_prose = len(value) > 2 * _END and value.count(" ") * _LONG_WORD > len(value)
    return f"{value[:_END]}\n{value[-_END:]}" if is_prose else value


def read_json(text: str) -> list[tuple[str, str]]:
    """Readings of the JSON in `text`, by name; nothing if it is none. `WHOLE` is among them where the text itself does not show it."""
    if text.lstrip()[:1] not in {"{", "["}:
        return []
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return []
    flat = flattened(value)
    if "\\" not in text and not any(literal in text for literal in _LITERALS):
        return flat.layers()
    return [(WHOLE, "\n".join(flat.whole)), *flat.layers()]


def flattened(value: JsonValue) -> Flat:
    """`value` as lists of texts. In a loop, because data may be nested deeper than calls can be.

    Raises:
        TypeError: it holds what JSON cannot carry.
    """
    flat = Flat()
    stack: list[tuple[JsonValue, list[str]]] = [(value, flat.values)]
    while stack:
        item, kind = stack.pop()
        if isinstance(item, dict):
            for key, inner in reversed(item.items()):
                stack += [(inner, flat.values), (key, flat.keys)]
        elif isinstance(item, list | tuple):
            stack += [(inner, flat.values) for inner in reversed(item)]
        elif isinstance(item, str | int | float):
            if not isinstance(item, bool):
                text = item if isinstance(item, str) else _scalar(item)
                kind.append(text)
                flat.whole.append(text)
        elif item is not None:
            raise TypeError(f"an output holds a {type(item).__name__}, which JSON cannot carry")
    return flat


def _scalar(value: int | float) -> str:
    return f"{value:x}" if isinstance(value, int) and value.bit_length() > _LONGEST_DECIMAL else str(value)
