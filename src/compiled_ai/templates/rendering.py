"""What a template makes of its parameters, and how values become source without ever being read as code."""

from __future__ import annotations

import builtins
import keyword
from dataclasses import dataclass
from typing import Literal

from compiled_ai._version import __version__
from compiled_ai.errors import InputError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.templates.source import ActivityTypes, Header, assemble
from compiled_ai.templates.typed_dicts import class_name, one_line

RenderingKind = Literal["activity", "spec", "effect"]
_TAKEN = frozenset((*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "abstain", "annotations", "data"))


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """The text that a template makes of parameters."""

    kind: RenderingKind
    name: str
    """Name of the activity's function, of the spec or of the effect."""
    text: str
    """For an activity its function with helpers and imports, without types; else the whole YAML or JSON text."""
    input_schema: JsonObject
    output_schema: JsonObject
    is_complete: bool = True
    """Whether it runs as it is. A skeleton is completed by the coder."""
    is_whole: bool = False
    """Whether `text` is a whole file already, with its types."""

    def source(self, *, description: str = "") -> str:
        """A whole ``activities.py``, not yet formatted; for other kinds the text as it is."""
        if self.kind != "activity" or self.is_whole:
            return self.text
        types = ActivityTypes(
            step_id=self.name, input_schema=self.input_schema, output_schema=self.output_schema
        )
        header = Header(name=self.name, version="", description="", compiler="", spec_digest="")
        _, start, code = assemble(header, [types], [self.text]).partition("from __future__ import")
        title = one_line(description or f"The activity {self.name}.").replace("\\", "/").replace('"', "'")
        return f'"""{title}\n\nRendered from a template by compiled-ai {__version__}.\n"""\n\n{start}{code}'


def signature(step: str) -> str:
    """First line of the function called `step`, with the names of the types that `assemble` gives it."""
    return f"def {step}(data: {class_name(step)}Input) -> {class_name(step)}Output:"


def literal(value: JsonValue) -> str:
    """`value` as a Python literal. Whatever the value holds, the result is that value and nothing else."""
    return repr(value)


def literal_type(values: list[str] | tuple[str, ...]) -> str:
    """The ``Literal`` type of `values`."""
    return f"Literal[{', '.join(map(repr, values))}]"


def require_free_name(name: str, *, parameter: str) -> str:
    """`name`, if a function may be called so.

    Raises:
        InputError: it is a keyword or hides something that compiled code calls.
    """
    if name in _TAKEN:
        raise InputError(
            f"parameter '{parameter}': '{name}' hides a name of Python; choose another, such as '{name}_step'",
            field=parameter,
        )
    return name
