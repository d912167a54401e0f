"""Loading validated activities into this process, with no more builtins and imports than the subset allows.

The subset check is what keeps generated code harmless; this is a second lock on the same door. It is no wall: code that may read the interpreter's
own attributes, which the subset forbids, reaches everything from any function.
"""

from __future__ import annotations

import builtins
import importlib
from collections.abc import Iterable, Mapping, Sequence
from types import CodeType, MappingProxyType, ModuleType, SimpleNamespace
from typing import Any

from compiled_ai.artifact.workflow import Activity
from compiled_ai.subset.tables import (
    ALLOWED_BUILTINS,
    ALLOWED_IMPORTS,
    BUILTIN_EXCEPTIONS,
    MODULES_PACKAGE,
)

_IMPORTS_OF_C_CODE = frozenset({"_strptime", "time"})
"""What ``datetime`` imports on use, in the name of whoever called it. It takes the module from elsewhere, so that an empty one will do."""
_LANGUAGE = ("__build_class__",)
_NOT_FOR_COMPILED_CODE = "Abstain"


def load_activities(source: str, filename: str, names: Sequence[str]) -> dict[str, Activity]:
    """The functions `names` of ``activities.py``; `filename` appears in tracebacks.

    Raises:
        ImportError: the source imports something outside the subset, which validated source does not.
        KeyError: a function is missing.
    """
    code: CodeType = compile(source, filename, "exec", dont_inherit=True)
    namespace: dict[str, Any] = {"__name__": "compiled_activities", "__builtins__": dict(_BUILTINS)}
    exec(code, namespace)  # noqa: S102 - this is what running an artifact means; its digests were checked
    return {name: namespace[name] for name in names}


def _guarded_import(
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002, ARG001 - the names of the builtin
    locals: Mapping[str, object] | None = None,  # noqa: A002, ARG001 - the names of the builtin
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> object:
    """What an import statement binds: never a module, for a module holds others, but a view of its names in the subset."""
    if not level and name in _IMPORTS_OF_C_CODE:
        importlib.import_module(name)
        return SimpleNamespace()
    if level or not (_is_ours(name) or name in ALLOWED_IMPORTS):
        raise ImportError(f"compiled code may not import '{name}'")
    view = _view(name, fromlist or ())
    if not fromlist:
        for part in reversed(name.split(".")[1:]):  # `import a.b as c` binds b by way of a
            view = SimpleNamespace(**{part: view})
    return view


def _view(name: str, wanted: Iterable[str] = ()) -> SimpleNamespace:
    """The names of module `name` that the subset allows.

    Raises:
        ImportError: one of those `wanted` is not among them.
    """
    module = importlib.import_module(name)
    names: Iterable[str] = (
        ALLOWED_IMPORTS[name] if name in ALLOWED_IMPORTS else getattr(module, "__all__", ())
    )
    members = {item: getattr(module, item) for item in names if hasattr(module, item)}
    if _is_ours(name):
        members = {
            item: value
            for item, value in members.items()
            if item != _NOT_FOR_COMPILED_CODE and not isinstance(value, ModuleType)
        }
    for item in wanted:
        if item not in members:
            members[item] = _submodule(name, item)
    return SimpleNamespace(**members)


def _submodule(name: str, item: str) -> SimpleNamespace:
    if name == MODULES_PACKAGE and not item.startswith("_"):
        try:
            return _view(f"{name}.{item}")
        except ModuleNotFoundError:
            pass
    raise ImportError(f"compiled code may not import '{item}' from '{name}'")


def _is_ours(name: str) -> bool:
    package, _, rest = name.partition(f"{MODULES_PACKAGE}.")
    return name == MODULES_PACKAGE or (not package and rest.isidentifier() and not rest.startswith("_"))


_BUILTINS: Mapping[str, Any] = MappingProxyType(
    {
        name: getattr(builtins, name)
        for name in (*ALLOWED_BUILTINS, *BUILTIN_EXCEPTIONS, *_LANGUAGE)
        if hasattr(builtins, name)
    }
    | {"__import__": _guarded_import}
)
