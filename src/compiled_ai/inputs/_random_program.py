"""Random inputs by hypothesis-jsonschema, as a program of its own: a request on standard input, an answer on standard output.

A process of its own, because hypothesis seeds the global generator, keeps files, reads the caller's modules for constants, and
because sets in hypothesis-jsonschema are ordered by the hash seed. Started without site-packages; the request says where they are.
"""

from __future__ import annotations

import gc
import json
import sys
import warnings
from typing import Any

# Hypothesis draws constants from modules outside site-packages: from this one too, if it had a file.
globals().pop("__file__", None)

_LATIN = 0x17F
"""Last character for texts that a regular expression describes: classes such as \\w hold other characters in each Python, these excepted."""


def generate(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to `request`: inputs, and what went wrong if anything did."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from hypothesis_jsonschema import from_schema

    made: list[Any] = []
    _remember_strategies()
    if request["latin"]:
        _keep_to_latin()
    _use_simple_json()

    @seed(request["seed"])
    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=request["count"],
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(from_schema(request["schema"], custom_formats=_formats(), codec=None))
    def collect(value: Any) -> None:
        made.append(value)

    try:
        collect()
    except Exception as error:  # noqa: BLE001 - whatever the library says about a schema it cannot handle goes into a note
        return {"inputs": made, "problem": f"{type(error).__name__}: {str(error)[:160]}"}
    return {"inputs": made, "problem": None}


def _formats() -> dict[str, Any]:
    from hypothesis import strategies

    digits = strategies.integers(min_value=0, max_value=10**12)
    places = strategies.integers(min_value=0, max_value=6)
    parts = strategies.tuples(strategies.sampled_from(["", "-"]), digits, places)
    return {
        "decimal": parts.map(lambda part: _decimal(*part)),
        "uuid": strategies.uuids().map(str),
        "duration": strategies.integers(min_value=0, max_value=10_000).map("P{}D".format),
    }


def _decimal(sign: str, digits: int, places: int) -> str:
    whole, rest = divmod(digits, 10**places)
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"


def _keep_to_latin() -> None:
    from hypothesis_jsonschema import _from_schema

    strategy: Any = _from_schema.CharStrategy

    def from_args(*, allow_x00: bool, codec: str | None) -> Any:
        made = strategy.from_characters_args(max_codepoint=_LATIN, codec=codec)
        made.allow_x00, made.codec = allow_x00, codec
        return made

    strategy.from_args = from_args


def _remember_strategies() -> None:
    """Without this the library builds the strategies of nested objects anew for every draw: 20 ms an input instead of 2."""
    from hypothesis_jsonschema import _from_schema

    build = vars(_from_schema)["__from_schema"]
    known: dict[str, Any] = {}

    def remembered(schema: Any, **settings: Any) -> Any:
        text = json.dumps(schema)
        if text not in known:
            known[text] = build(schema, **settings)
        return known[text]

    vars(_from_schema)["__from_schema"] = remembered


def _use_simple_json() -> None:
    """For values that the schema says nothing of. The library's own nest deeply, and its texts cost a second for a table of all characters."""
    from hypothesis import strategies
    from hypothesis_jsonschema import _from_schema

    texts = strategies.text(_from_schema.CharStrategy.from_args(allow_x00=True, codec=None))
    floats = strategies.floats(allow_nan=False, allow_infinity=False)
    leaf = strategies.none() | strategies.booleans() | strategies.integers() | floats | texts
    flat = leaf | strategies.lists(leaf, max_size=3) | strategies.dictionaries(texts, leaf, max_size=3)
    nested = strategies.lists(flat, max_size=3) | strategies.dictionaries(texts, flat, max_size=3)
    vars(_from_schema)["JSON_STRATEGY"] = flat | nested


def main() -> None:
    """Answer one request."""
    warnings.simplefilter("ignore")
    gc.disable()  # the process lives for a second
    request = json.load(sys.stdin)
    sys.path.extend(entry for entry in request["path"] if entry not in sys.path)
    answer = generate(request)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
