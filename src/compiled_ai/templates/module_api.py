"""The functions of ``compiled_ai.modules`` as prompt text, from the code itself."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
from collections.abc import Callable, Sequence
from types import ModuleType

_ITERABLES = re.compile(r"(?:Iterable|Sequence)\[str\]")


def describe_functions(names: Sequence[str]) -> str:
    """One line per function (``module.function``): its signature and the first line of its docstring, below an import line per module.

    Result types with fields are spelled out where they first appear.
    """
    modules: dict[str, list[str]] = {}
    for name in names:
        module, _, function = name.partition(".")
        modules.setdefault(module, []).append(function)
    return "\n".join(_describe(module, functions) for module, functions in modules.items())


def _describe(name: str, functions: Sequence[str]) -> str:
    module = importlib.import_module(f"compiled_ai.modules.{name}")
    lines = [f"from compiled_ai.modules.{name} import {', '.join(functions)}"]
    shown: set[str] = set()
    for function in functions:
        value = getattr(module, function)
        lines += _new_types(module, value, shown)
        lines.append(f"  {function}{_signature(value)}: {_first_line(value)}")
    return "\n".join(lines)


def _new_types(module: ModuleType, function: Callable[..., object], shown: set[str]) -> list[str]:
    """Lines for the dataclasses that `function` returns and that were not shown yet."""
    returned = str(inspect.signature(function).return_annotation)
    lines = []
    for name in re.findall(r"\w+", returned):
        value = getattr(module, name, None)
        if name in shown or not (inspect.isclass(value) and dataclasses.is_dataclass(value)):
            continue
        shown.add(name)
        fields = ", ".join(f"{field.name}: {field.type}" for field in dataclasses.fields(value))
        lines.append(f"  {name}({fields})")
    return lines


def _signature(function: Callable[..., object]) -> str:
    return _ITERABLES.sub("list[str]", str(inspect.signature(function)).replace("'", ""))


def _first_line(function: Callable[..., object]) -> str:
    return (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
