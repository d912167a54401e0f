"""What a spec says of its calls: which functions there are, and their parameters one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from compiled_ai.factory.plan import CodeTask
from compiled_ai.factory.synthesis._wording import read_wording
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.cases import VisibleCase
from compiled_ai.spec.model import Brief
from compiled_ai.spec.schema import properties_of, required_of

MOST_PARAMETERS = 16
"""Of one function; more than that is no request that people speak."""
MOST_FUNCTIONS = 12
"""That one readable function chooses from."""
_ARGUMENTS = "arguments"
_REQUESTS = frozenset(
    (
        "request",
        "query",
        "command",
        "utterance",
        "question",
        "prompt",
        "instruction",
        "ask",
        "user_request",
        "user_query",
    )
)
NameKey = Literal["", "function", "name"]
_NAME_KEYS: tuple[NameKey, ...] = ("function", "name")
_HEADED = re.compile(r"\s*`?(?P<name>[A-Za-z_][\w.]*)`?\s*:\s+(?P<text>\S.*)", re.DOTALL)
_OF_ANSWERS = re.compile(
    r"\b(?:requests?|decline|abstain|leave (?:it|them|optional)|parameters? that)\b", re.IGNORECASE
)
_SIGNATURE = r"(?<![\w.]){name}\s*\((?P<names>[\w\s,?=.'\"\[\]]*)\)\s*[:\-]?\s*(?P<text>[^\n]*(?:\n[ \t]+[^\n-][^\n]*)*)"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One value that a call takes."""

    path: tuple[str, ...]
    """Names from the arguments down to it; more than one inside an object."""
    schema: JsonObject
    is_required: bool
    is_nullable: bool
    note: str = ""
    """What the instructions say of it."""
    context: str = ""
    """All instructions: other words for its values may stand anywhere in them."""

    @property
    def slot(self) -> str:
        """Its name among the slots."""
        return ".".join(self.path)

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]

    @property
    def type(self) -> str:
        """The JSON type of the value when it is not null; empty when the schema leaves it open."""
        kinds = self.schema.get("type")
        names = [str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind]
        plain = [name for name in names if name != "null"]
        if not plain:
            return _type_of_values(self.schema)
        return plain[0] if len(plain) == 1 else ""

    @property
    def item_type(self) -> str:
        """The JSON type of the value, or of the items of a list."""
        items = self.schema.get("items")
        if self.type != "array" or not isinstance(items, dict):
            return self.type
        return str(items["type"]) if "type" in items else _type_of_values(items)

    @property
    def description(self) -> str:
        """What the schema says of it, and the instructions."""
        text = self.schema.get("description")
        said = " ".join(text.split()) if isinstance(text, str) else ""
        return f"{said} {self.note}".strip() if self.note not in said else said


def _type_of_values(schema: JsonObject) -> str:
    """The type of the values that a schema without a type allows; empty where they are not all texts."""
    values = schema.get("enum")
    is_text = isinstance(values, list) and any(isinstance(value, str) for value in values)
    return (
        "string"
        if is_text and isinstance(values, list) and all(isinstance(value, str | None) for value in values)
        else ""
    )


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One function."""

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    arguments: JsonObject
    """The schema of its arguments."""


@dataclass(frozen=True, kw_only=True)
class CallSchema:
    """All that a task may answer."""

    request: str
    """The input field with the request."""
    name_key: NameKey
    """The output field with the function's name; empty when the output is the arguments themselves."""
    shapes: tuple[Shape, ...]

    def shape_of(self, case: VisibleCase) -> Shape | None:
        """The function that the answer of an example calls."""
        name = (case.output or {}).get(self.name_key) if self.name_key else self.shapes[0].name
        return next((shape for shape in self.shapes if shape.name == name), None)

    def arguments_of(self, case: VisibleCase) -> JsonObject:
        """The arguments in the answer of an example."""
        output = case.output or {}
        found = output.get(_ARGUMENTS) if self.name_key else output
        return found if isinstance(found, dict) else {}


def read_call_schema(task: CodeTask, brief: Brief) -> CallSchema | None:
    """The calls that `task` asks for; None when it asks for something else, or for more than slots can hold."""
    request = _request_field(task.types.input_schema)
    output = task.types.output_schema
    if request is None or "$defs" in output:
        return None
    properties = properties_of(output)
    text = task.instructions or brief.instructions
    key = next((key for key in _NAME_KEYS if properties.keys() == {key, _ARGUMENTS}), None)
    shapes: Sequence[Shape | None]
    if key is None:
        if _ARGUMENTS in properties or not _speaks_of_calls(request, f"{brief.description} {text}"):
            return None
        name, about = _headed(text)
        shapes = [_shape(name, about or f"{brief.description} {text}", output, text)]
        return _checked(request, "", shapes)
    names = _names(properties[key])
    arguments = properties[_ARGUMENTS]
    if not isinstance(arguments, dict) or not names:
        return None
    shapes = [_one_shape(name, names, arguments, text=text, brief=brief, key=key) for name in names]
    return _checked(request, key, shapes)


def _headed(text: str) -> tuple[str, str]:
    """The function that `text` begins with the name of, and what it says of it, without what it says of requests and answers."""
    match = _HEADED.match(text)
    if match is None:
        return "", ""
    sentences = re.split(r"(?<=[.!?])\s+", match["text"])
    return match["name"], " ".join(item for item in sentences if not _OF_ANSWERS.search(item))


def _speaks_of_calls(request: str, text: str) -> bool:
    """Whether an output without a function's name holds arguments all the same, rather than facts out of a document."""
    return (
        request.lower() in _REQUESTS
        or re.search(r"\b(?:function|arguments|parameters)\b", text.lower()) is not None
    )


def _checked(request: str, key: NameKey, shapes: Sequence[Shape | None]) -> CallSchema | None:
    found = tuple(shape for shape in shapes if shape is not None)
    is_fixed = len(found) == 1 and not found[0].parameters
    if len(found) != len(shapes) or is_fixed or len(found) > MOST_FUNCTIONS:
        return None
    return CallSchema(request=request, name_key=key, shapes=found)


def _request_field(schema: JsonObject) -> str | None:
    """The only text of the input; None when there are more fields than that."""
    properties = properties_of(schema)
    if len(properties) != 1:
        return None
    ((name, child),) = properties.items()
    is_text = (
        isinstance(child, dict) and child.get("type") == "string" and not {"enum", "format"} & child.keys()
    )
    return name if is_text and name in required_of(schema) else None


def _names(schema: JsonValue) -> list[str]:
    if not isinstance(schema, dict):
        return []
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _one_shape(
    name: str, names: Sequence[str], arguments: JsonObject, *, text: str, brief: Brief, key: str
) -> Shape | None:
    """The function `name`, with those of all `arguments` that are its own."""
    branch = _branch(name, names, arguments)
    if branch is not None:
        said = branch.get("description")
        about = said if isinstance(said, str) else _about(name, text)
        return _shape(name, about, branch, text, is_one_of_several=len(names) > 1)
    if len(names) == 1:
        return _shape(name, f"{brief.description} {text}", arguments, text)
    properties = properties_of(arguments)
    signature = re.search(_SIGNATURE.format(name=re.escape(name)), text)
    shown = _shown(name, brief.examples, key=key)
    if signature is None and not shown:
        return None
    listed = (
        re.findall(r"[A-Za-z_]\w*", re.sub(r"=[^,]*", "", signature["names"]))
        if signature
        else [item for item in properties if any(item in seen for seen in shown)]
    )
    own = [item for item in listed if item in properties]
    optional = {item for item in own if not all(item in seen for seen in shown)}
    narrowed: JsonObject = {
        "type": "object",
        "required": [item for item in own if item not in optional],
        "properties": {item: properties[item] for item in own},
    }
    return _shape(name, _about(name, text), narrowed, text)


def _branch(name: str, names: Sequence[str], arguments: JsonObject) -> JsonObject | None:
    """The alternative of `arguments` that is titled `name`, or stands where `name` stands among all names."""
    branches = arguments.get("oneOf", arguments.get("anyOf"))
    found = [branch for branch in branches if isinstance(branch, dict)] if isinstance(branches, list) else []
    titled = next((branch for branch in found if branch.get("title") == name), None)
    if titled is None and len(found) == len(names) and not any("title" in branch for branch in found):
        return found[names.index(name)]
    return titled


def _shown(name: str, examples: Sequence[VisibleCase], *, key: str) -> list[JsonObject]:
    outputs = [case.output for case in examples if case.output is not None and case.output.get(key) == name]
    return [found for output in outputs if isinstance(found := output.get(_ARGUMENTS), dict)]


def _about(name: str, text: str) -> str:
    """What the instructions say of the function `name`: its entry in a list, else its name alone."""
    match = re.search(_SIGNATURE.format(name=re.escape(name)), text)
    if match:
        return match["text"].strip()
    entry = re.search(rf"(?<![\w.])`?{re.escape(name)}`?\s*[:\-(]\s*(?P<text>[^\n]+)", text)
    return entry["text"].strip() if entry else name


def _shape(
    name: str, description: str, schema: JsonObject, context: str = "", *, is_one_of_several: bool = False
) -> Shape | None:
    """The function; None when slots cannot hold what it takes. One of several is told apart from the others all the same."""
    notes = _notes(description, list(properties_of(schema)))
    parameters = tuple(
        replace(parameter, note=notes.get(parameter.name, ""), context=context)
        for parameter in _parameters(schema, (), is_certain=True)
    )
    is_unsupported = any(parameter.is_required and not is_fillable(parameter) for parameter in parameters)
    if not is_one_of_several and (is_unsupported or len(parameters) > MOST_PARAMETERS):
        return None
    return Shape(
        name=name,
        description=" ".join(description.split()),
        parameters=tuple(
            parameter for parameter in parameters if is_fillable(parameter) or parameter.is_required
        ),
        arguments=schema,
    )


def _notes(text: str, names: Sequence[str]) -> dict[str, str]:
    """What `text` says of parameters: sentences that begin with a name, such as "minutes is a whole number from 1 to 600"."""
    notes = read_wording(text, names).fields
    for sentence in re.split(r"(?<=[.;])\s+", text):
        first = re.match(r"`?(\w+)`?(?:\s+(?:is|are|means|says|holds)\b|\s*[:=])", sentence)
        if first and first[1] in names:
            notes.setdefault(first[1], sentence)
    return notes


def _parameters(schema: JsonObject, path: tuple[str, ...], *, is_certain: bool) -> Iterator[Parameter]:
    """The leaves of an object schema; those of an object that may be missing, or hold no names, are one leaf."""
    required = required_of(schema)
    for name, child in properties_of(schema).items():
        node: JsonObject = child if isinstance(child, dict) else {}
        is_required = is_certain and name in required
        if is_required and node.get("type") == "object" and properties_of(node) and not path:
            yield from _parameters(node, (*path, name), is_certain=True)
            continue
        kinds = node.get("type")
        values = node.get("enum")
        yield Parameter(
            path=(*path, name),
            schema=node,
            is_required=is_required,
            is_nullable=(isinstance(kinds, list) and "null" in kinds)
            or (isinstance(values, list) and None in values),
        )


def is_fillable(parameter: Parameter) -> bool:
    """Whether a slot can hold the parameter: a plain value, or a list of them."""
    if "enum" in parameter.schema or "const" in parameter.schema:
        return True
    if parameter.type == "array":
        items = parameter.schema.get("items")
        return isinstance(items, dict) and (
            items.get("type") in {"string", "integer", "number", "boolean"}
            or _type_of_values(items) == "string"
        )
    return parameter.type in {"string", "integer", "number", "boolean"} or is_anything(parameter)


def is_anything(parameter: Parameter) -> bool:
    """Whether the schema says nothing of the value, so that a text will do."""
    return (
        not {"type", "properties", "items", "enum", "const", "oneOf", "anyOf", "allOf", "$ref"}
        & parameter.schema.keys()
    )


def value_at(arguments: Mapping[str, JsonValue], path: Sequence[str]) -> tuple[bool, JsonValue]:
    """Whether `arguments` have something at `path`, and what."""
    node: JsonValue = dict(arguments)
    for name in path:
        if not isinstance(node, dict) or name not in node:
            return False, None
        node = node[name]
    return True, node
