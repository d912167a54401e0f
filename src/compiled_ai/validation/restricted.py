"""Loading validated activities into this process, with no more builtins and imports than the subset allows.

The subset check is what keeps generated code harmless; this is a second lock on the same door.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from types import CodeType, MappingProxyType
from typing import Any

from compiled_ai.artifact.workflow import Activity
from compiled_ai.validation.subset_tables import ALLOWED_BUILTINS, ALLOWED_IMPORTS, BUILTIN_EXCEPTIONS

_MODULES = "compiled_ai.modules"
_IMPORTS_OF_C_CODE = frozenset({"_strptime", "time"})
"""What ``datetime`` imports on use, in the name of whoever called it."""
_LANGUAGE = ("__build_class__",)


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
    globals: Mapping[str, object] | None = None,  # noqa: A002 - the names of the builtin
    locals: Mapping[str, object] | None = None,  # noqa: A002 - the names of the builtin
    fromlist: Sequence[str] = (),
    level: int = 0,
) -> object:
    ours = name == _MODULES or name.startswith(f"{_MODULES}.")
    if level or not (ours or name in ALLOWED_IMPORTS or name in _IMPORTS_OF_C_CODE):
        raise ImportError(f"compiled code may not import '{name}'")
    return builtins.__import__(name, globals, locals, fromlist, level)


_BUILTINS: Mapping[str, Any] = MappingProxyType(
    {
        name: getattr(builtins, name)
        for name in (*ALLOWED_BUILTINS, *BUILTIN_EXCEPTIONS, *_LANGUAGE)
        if hasattr(builtins, name)
    }
    | {"__import__": _guarded_import}
)
