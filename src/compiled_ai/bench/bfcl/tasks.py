"""Tasks out of BFCL's cases: what is told, which tools there are, which requests everybody may see."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Literal

from compiled_ai.bench.bfcl.answer import shown_answer
from compiled_ai.bench.bfcl.evaluator import judge_calls
from compiled_ai.bench.bfcl.live import THRESHOLD
from compiled_ai.bench.bfcl.mutate import right_calls
from compiled_ai.bench.bfcl.source import BfclCase, BfclCategory, BfclFunction
from compiled_ai.bench.bfcl.spec import function_instructions, json_schema_of, spec_name, yaml_text
from compiled_ai.bench.model import Example, Form, Task, Tool
from compiled_ai.errors import SpecError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.load import parse_spec

Shape = Literal["arguments", "call", "calls"]
"""What a spec of ours gives: the arguments of the only function, one call with its function's name, or a list of calls."""
_ODD = re.compile(r"[^a-zA-Z0-9_-]")
_LONGEST_NAME = 64
_TRIES = 40
_ONE = (
    "Call the one function that the request asks for.",
    (
        "Give each parameter that the request states, in the form that its description asks for; leave optional ones out where the request does not "
        "state them. Decline when a required one is missing or contested, or when the request asks for something else or for more than one call."
    ),
)
_SEVERAL = (
    "Call the functions that the request asks for, once for each thing that it asks.",
    (
        "Give each parameter that the request states, in the form that its description asks for; leave optional ones out where the request does not "
        "state them. Decline when no function fits the request, or when what a function requires is missing."
    ),
)
_ALONE = 0.5
"""Least share of the visible cases that must be right where they are one request and an empty one; see `live.THRESHOLD` for others."""
_EVALUATORS: Mapping[Shape, JsonObject] = {
    "arguments": {"evaluator": "text"},
    "call": {"evaluator": "function_call"},
    "calls": {"evaluator": "fields", "fields": {"calls": "function_call"}},
}


@dataclass(frozen=True, kw_only=True)
class TaskPlan:
    """What a task is made of."""

    task_id: str
    category: BfclCategory
    """Of the requests that it is made for."""
    functions: tuple[BfclFunction, ...]
    shown: tuple[tuple[str, JsonObject | None], ...] = ()
    """Requests that everybody may see, with their answers in the task's shape. None: to be declined."""

    @property
    def visible(self) -> tuple[tuple[str, JsonObject | None], ...]:
        """What is shown, and an empty request, which is to be declined.

        Of several that one is hidden: without a hidden case the compiler would hold one of the others back.
        """
        return self.shown if self.is_set else (*self.shown, ("", None))

    @property
    def is_set(self) -> bool:
        """Whether several requests are shown."""
        return len(self.shown) > 1


def tool_name(function: str) -> str:
    """A name that providers of models take: with underscores for dots and the like, as BFCL does it too."""
    return _ODD.sub("_", function)[:_LONGEST_NAME]


def with_tool_names(case: BfclCase) -> BfclCase:
    """`case` with the names of tools for those of functions."""
    return replace(
        case,
        functions=tuple(replace(item, name=tool_name(item.name)) for item in case.functions),
        answers=tuple({tool_name(name): values for name, values in due.items()} for due in case.answers),
    )


def form_of(category: BfclCategory, functions: Sequence[BfclFunction]) -> Form:
    """``object`` where exactly one call of one Python function is due, else ``calls``."""
    is_plain = category == "simple_python" or (category == "live_simple" and len(functions) == 1)
    return "object" if is_plain else "calls"


def shape_of(category: BfclCategory, functions: Sequence[BfclFunction]) -> Shape:
    """What a spec of ours gives for such a task."""
    if "parallel" in category or "relevance" in category:
        return "calls"
    return "arguments" if len(functions) == 1 else "call"


def task_of(plan: TaskPlan) -> Task:
    """The task. Its spec is None when there is no function, or when no spec can be written because a shown answer breaks the function's own document."""
    form, shape = form_of(plan.category, plan.functions), shape_of(plan.category, plan.functions)
    tools = tuple(tool_of(function, plan.category) for function in plan.functions)
    instructions = _instructions(plan, shape)
    return Task(
        task_id=plan.task_id,
        instructions=instructions,
        output_schema=tools[0].parameters if form == "object" else _calls_schema(tools),
        form=form,
        tools=() if form == "object" else tools,
        spec=_spec_text(plan, shape, instructions, _shape_schema(tools, shape)) if tools else None,
        examples=tuple(
            Example(input={"request": request}, output=_as_output(answer, shape, form, tools))
            for request, answer in plan.visible
        ),
    )


def tool_of(function: BfclFunction, category: BfclCategory) -> Tool:
    """`function` as models are shown it. Arguments of Java and JavaScript are texts with source."""
    parameters = json_schema_of(function.parameters)
    parameters.setdefault("properties", {})
    parameters["additionalProperties"] = False
    if "java" in category:
        language = "JavaScript" if "javascript" in category else "Java 8"
        parameters["properties"] = _source_parameters(function, language)
        description = f"{function.description} It is a function of {language}; each argument is a text that holds the value as {language} source."
        return Tool(name=function.name, description=description, parameters=parameters)
    return Tool(name=function.name, description=function.description, parameters=parameters)


def _source_parameters(function: BfclFunction, language: str) -> JsonObject:
    found = function.parameters.get("properties")
    documents = found if isinstance(found, dict) else {}
    return {
        name: {"type": "string", "description": _source_description(document, language)}
        for name, document in documents.items()
        if isinstance(document, dict)
    }


def _source_description(document: JsonObject, language: str) -> str:
    kind, items, fields = (document.get(key) for key in ("type", "items", "properties"))
    parts = [
        str(document.get("description", "")),
        f"{language} source of {'any type' if kind == 'any' else f'the type {kind}'}.",
    ]
    if isinstance(items, dict):
        parts.append(f"Its items are of the type {items.get('type')}.")
    if isinstance(fields, dict):
        named = (
            f"{name} ({document.get('type')})"
            for name, document in fields.items()
            if isinstance(document, dict)
        )
        parts.append(f"Its fields: {', '.join(named)}.")
    return " ".join(part for part in parts if part)


def _instructions(plan: TaskPlan, shape: Shape) -> str:
    functions = plan.functions
    if shape == "arguments" and "java" not in plan.category:
        return function_instructions(functions[0])
    opening, rules = _SEVERAL if shape == "calls" else _ONE
    lines = [f"- {item.name}: {' '.join(item.description.split())}" for item in functions]
    return "\n".join([opening, *lines, rules])


def _call_schema(tool: Tool) -> JsonObject:
    return {
        "type": "object",
        "title": tool.name,
        "description": tool.description,
        "additionalProperties": False,
        "required": ["name", "arguments"],
        "properties": {"name": {"enum": [tool.name]}, "arguments": tool.parameters},
    }


def _calls_schema(tools: Sequence[Tool]) -> JsonObject:
    branches: list[JsonValue] = [_call_schema(tool) for tool in tools]
    items: JsonValue = {"anyOf": branches} if branches else False
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["calls"],
        "properties": {"calls": {"type": "array", "items": items}},
    }


def _shape_schema(tools: Sequence[Tool], shape: Shape) -> JsonObject:
    if shape == "arguments":
        return tools[0].parameters
    if shape == "calls":
        return _calls_schema(tools)
    branches: list[JsonValue] = [
        {"title": tool.name, "description": tool.description, **tool.parameters} for tool in tools
    ]
    names: list[JsonValue] = [tool.name for tool in tools]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "arguments"],
        "properties": {"name": {"enum": names}, "arguments": {"anyOf": branches}},
    }


def _spec_text(plan: TaskPlan, shape: Shape, instructions: str, schema: JsonObject) -> str | None:
    what = "the parameters of a function" if shape == "arguments" else "calls of functions"
    threshold = _ALONE if shape == "arguments" and not plan.is_set else THRESHOLD
    document: JsonObject = {
        "name": spec_name(plan.functions[0].name if shape == "arguments" else plan.task_id),
        "version": "1.0.0",
        "description": f"Turn a request into {what}.",
        "instructions": instructions,
        "input": {"request": "string"},
        "output": schema,
        "accuracy": {**_EVALUATORS[shape], "threshold": threshold, "max_wrong": 0.0},
        "examples": [_spec_case(request, answer) for request, answer in plan.visible],
    }
    if plan.is_set:
        document["tests"] = [_spec_case("", None)]
    for text in (
        yaml_text(document),
        json.dumps(document, ensure_ascii=False, indent=1),  # is YAML too, and quotes texts such as 6E1
    ):
        with contextlib.suppress(SpecError):
            parse_spec(text, path=Path(f"{document['name']}.yaml"))
            return text
    return None


def _spec_case(request: str, answer: JsonObject | None) -> JsonValue:
    expectation: JsonObject = {"abstain": True} if answer is None else {"output": answer}
    return {"input": {"request": request}, **expectation}


def _as_output(
    answer: JsonObject | None, shape: Shape, form: Form, tools: Sequence[Tool]
) -> JsonObject | None:
    """An answer in the task's form, which for calls is always a list."""
    if answer is None or form == "object" or shape == "calls":
        return answer
    return {"calls": [answer if shape == "call" else {"name": tools[0].name, "arguments": answer}]}


def visible_answer(case: BfclCase) -> JsonObject | None:
    """The accepted answer of `case` that is shown as its example, in the shape of its task. None: to be declined.

    Of Python's values it is the one that says what the request says; source texts are written so that the evaluator takes them.
    """
    if "relevance" in case.category:
        return None
    calls = _source_calls(case) if "java" in case.category else _value_calls(case)
    shape = shape_of(case.category, case.functions)
    if shape == "calls":
        return {"calls": calls}
    call = calls[0]
    arguments = call.get("arguments") if isinstance(call, dict) else None
    if shape == "call" and isinstance(call, dict):
        return call
    return arguments if isinstance(arguments, dict) else {}


def _value_calls(case: BfclCase) -> list[JsonValue]:
    documents = {item.name: item for item in case.functions}
    return [
        {
            "name": name,
            "arguments": shown_answer(documents[name], accepted, case.request)
            if isinstance(accepted, dict)
            else {},
        }
        for due in case.answers
        for name, accepted in due.items()
    ]


def _source_calls(case: BfclCase) -> list[JsonValue]:
    """The first of many ways of writing accepted values down that the evaluator reads as it should."""
    calls: list[JsonValue] = []
    for seed in range(_TRIES):
        calls = right_calls(case, random=Random(seed))  # noqa: S311 - the same each time
        if judge_calls(case.functions, calls, case.answers, case.category).right:
            break
    return calls
