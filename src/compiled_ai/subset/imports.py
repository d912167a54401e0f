"""What compiled code may import: the standard names, and what `compiled_ai.modules` offers now."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType, ModuleType

from compiled_ai.subset.tables import (
    ALLOWED_IMPORTS,
    DENIED_ATTRIBUTES,
    INTERNAL_PREFIXES,
    MODULES_PACKAGE,
)

_NOT_FOR_COMPILED_CODE = frozenset(("Abstain",))
"""Compiled code calls `abstain`; holding the exception class would only help to catch it."""

_SET_ANNOTATIONS = ("set[", "Set[", "frozenset", "Container[")


@cache
def allowed_imports() -> Mapping[str, tuple[str, ...]]:
    """Names that compiled code may use, by module: the standard ones and those of `compiled_ai.modules`."""
    ours = {
        module.__name__: tuple(name for name in _public_names(module) if name not in _NOT_FOR_COMPILED_CODE)
        for module in _our_modules()
    }
    return MappingProxyType({**ALLOWED_IMPORTS, **ours})


@cache
def module_attributes() -> frozenset[str]:
    """Public fields, properties and methods of the classes that our modules offer."""
    found = {
        attribute
        for module in _our_modules()
        for name in _public_names(module)
        if inspect.isclass(value := getattr(module, name)) and not issubclass(value, BaseException)
        for attribute in (*vars(value), *getattr(value, "__dataclass_fields__", ()))
    }
    return frozenset(name for name in found if is_plain_attribute(name))


@cache
def takes_set(module: str, name: str, position: int | str) -> bool:
    """Whether a function of ours says that this parameter (by position or name) may be a set."""
    function = getattr(importlib.import_module(module), name, None)
    if not inspect.isfunction(function):
        return False
    parameters = inspect.signature(function).parameters
    if isinstance(position, int):
        ordered = list(parameters.values())
        found = ordered[position] if position < len(ordered) else None
    else:
        found = parameters.get(position)
    return found is not None and any(mark in str(found.annotation) for mark in _SET_ANNOTATIONS)


def is_ours(module: str) -> bool:
    """Whether `module` is `compiled_ai.modules` or lies in it."""
    return module == MODULES_PACKAGE or module.startswith(MODULES_PACKAGE + ".")


def is_plain_attribute(name: str) -> bool:
    """Whether `name` can be an attribute of data: neither private, nor the interpreter's, nor refused by name."""
    return not name.startswith(INTERNAL_PREFIXES) and name not in DENIED_ATTRIBUTES


def _our_modules() -> tuple[ModuleType, ...]:
    package = importlib.import_module(MODULES_PACKAGE)
    names = sorted(
        info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_")
    )
    return package, *(importlib.import_module(f"{MODULES_PACKAGE}.{name}") for name in names)


def _public_names(module: ModuleType) -> tuple[str, ...]:
    """Names of the module's ``__all__``, without the modules that it may hold; nothing if it has none."""
    listed = [
        name for name in getattr(module, "__all__", ()) if not name.startswith("_") and hasattr(module, name)
    ]
    return tuple(name for name in listed if not inspect.ismodule(getattr(module, name)))
