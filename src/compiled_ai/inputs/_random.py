"""Random inputs from hypothesis-jsonschema, made in another process while the caller goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiled_ai.inputs._schema import as_dict
from compiled_ai.inputs._translate import UntranslatableError, has_patterns, to_draft7
from compiled_ai.spec.canonical import JsonObject, JsonValue

_PROGRAM = Path(__file__).with_name("_random_program.py")
_FLAGS = ("-s", "-S", "-P", "-X", "utf8")
"""No user site, no site-packages but those of the request, no script folder on the path."""
_MOST_PLACES = 80
"""Fields and items of an input up to which the library is asked: its time grows faster than the size of an input."""
_SECONDS = 20.0
"""After which the process is killed: the library can take very long over schemas that hardly anything satisfies."""


@dataclass(frozen=True, kw_only=True)
class RandomInputs:
    """What came back: inputs, not yet checked against the schema, and notes for the user."""

    values: tuple[JsonValue, ...] = ()
    notes: tuple[str, ...] = ()
    is_repeatable: bool = True
    """Whether another run would bring the same. Not so if the process failed."""


class RandomRun:
    """A process that makes random inputs. It starts at once; `result` waits for it."""

    def __init__(self, schema: JsonObject, *, count: int, seed: int) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1)
        self._future = self._executor.submit(_random_inputs, schema, count, seed) if count > 0 else None

    def result(self) -> RandomInputs:
        """The inputs, when they are there."""
        self._executor.shutdown()
        return self._future.result() if self._future else RandomInputs()


def _random_inputs(schema: JsonObject, count: int, seed: int) -> RandomInputs:
    try:
        translated, notes = to_draft7(schema)
    except (UntranslatableError, RecursionError) as error:
        return RandomInputs(
            notes=(f"no random inputs of hypothesis: the schema is beyond hypothesis-jsonschema: {error}",)
        )
    places = _size(translated)
    if places > _MOST_PLACES:
        note = f"no random inputs of hypothesis: with about {places} fields and items in an input they would take long"
        return RandomInputs(notes=(note,))
    if isinstance(translated, dict):
        translated.setdefault("type", "object")  # every input is one
    request = {
        "path": [os.path.abspath(entry) for entry in sys.path if entry],  # noqa: PTH100 - as the import system does it
        "schema": translated,
        "count": count,
        "seed": seed,
        "latin": has_patterns(translated),
    }
    answer = _ask(json.dumps(request))
    if isinstance(answer, str):
        return RandomInputs(notes=(f"no random inputs of hypothesis: {answer}",), is_repeatable=False)
    if answer["problem"]:
        few = f"only {len(answer['inputs'])}" if answer["inputs"] else "no"
        notes = (*notes, f"{few} random inputs of hypothesis: it says {answer['problem']}")
    return RandomInputs(values=tuple(answer["inputs"]), notes=notes)


def _size(node: JsonValue) -> int:
    """Fields and items of an input of the schema `node`, about."""
    if isinstance(node, list):
        return sum(map(_size, node))
    if not isinstance(node, dict):
        return 0
    items = node.get("minItems", 1)
    each = _size(node.get("items"))
    properties = as_dict(node.get("properties")).values()
    branches = sum(_size(node.get(keyword)) for keyword in ("allOf", "anyOf", "oneOf"))
    return 1 + max(1, items if isinstance(items, int) else 1) * each + sum(map(_size, properties)) + branches


def _ask(request: str) -> dict[str, Any] | str:
    """The program's answer, or why there is none."""
    environment = {
        "PYTHONHASHSEED": "0",
        "HYPOTHESIS_NO_PLUGINS": "1",
        "HYPOTHESIS_STORAGE_DIRECTORY": str(Path(os.devnull, "none")),
    }
    if sys.platform == "win32":  # Windows gives no random numbers without it, and Python does not start
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    try:
        done = subprocess.run(
            [sys.executable, *_FLAGS, str(_PROGRAM)],
            input=request.encode(),
            capture_output=True,
            check=False,
            cwd=_PROGRAM.parent,
            env=environment,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"hypothesis-jsonschema took more than {_SECONDS:.0f} seconds over the schema"
    except OSError as error:
        return f"the interpreter '{sys.executable}' does not start: {error}"
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        return f"the process that makes them ended with {done.returncode}: {lines[-1][:300] if lines else ''}"
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
