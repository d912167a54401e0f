"""The second lock: activities load with the builtins and imports of the subset."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from compiled_ai.subset.imports import allowed_imports
from compiled_ai.subset.restricted import load_activities
from compiled_ai.subset.tables import ALLOWED_BUILTINS


def load(source: str) -> Any:
    return load_activities(source, "activities.py", ["run"])["run"]


def evaluate(expression: str, *, imports: str = "") -> Any:
    return load(f"{imports}\n\ndef run(data):\n    return {expression}\n")({})


@pytest.mark.parametrize("name", sorted(set(dir(builtins)) - ALLOWED_BUILTINS - {"__build_class__"}))
def test_no_builtin_outside_the_subset_is_there(name: str) -> None:
    value = getattr(builtins, name)
    if name == "__import__" or (isinstance(value, type) and issubclass(value, BaseException)):
        return
    if name in {"__name__", "__doc__", "__debug__"}:  # a module's own, or a constant of the language
        return
    with pytest.raises((NameError, KeyError)):
        evaluate(f"[{name}]")


@pytest.mark.parametrize("name", ["Exception", "BaseException", "SystemExit", "OSError", "KeyboardInterrupt"])
def test_no_exception_that_could_swallow_an_abstention_is_there(name: str) -> None:
    with pytest.raises(NameError):
        evaluate(name)


FORBIDDEN = """
import os
import sys
import subprocess
import builtins
import importlib
import io
import socket
import pathlib
import random
import pickle
import ctypes
import inspect
import os as re
import os.path
import json.tool
import compiled_ai
import compiled_ai.errors
import compiled_ai.llm
import compiled_ai.modules._scan
import compiled_ai.modules.text.re
import compiled_ai.modules.nothing
import compiled_ai.modulesx
from . import os
from .os import path
from .. import compiled_ai
from os import system
from builtins import open
from json import codecs
from json import decoder
from json import *
from re import enum
from re import sys
from re import _compiler
from statistics import random
from statistics import sys
from collections import _sys
from collections import namedtuple
from functools import wraps
from typing import sys
from string import _re
from textwrap import re
from datetime import sys
from compiled_ai.modules import Abstain
from compiled_ai.modules import _scan
from compiled_ai.modules import os
from compiled_ai.modules import annotations
from compiled_ai.modules.text import re
from compiled_ai.modules.text import annotations
from compiled_ai.modules.dates import datetime
from compiled_ai.modules.numbers import *
from time import time
from time import sleep
from _strptime import os
from __future__ import division
"""


@pytest.mark.parametrize("line", [line for line in FORBIDDEN.splitlines() if line])
def test_no_import_outside_the_subset_works(line: str) -> None:
    with pytest.raises(ImportError):
        load(f"{line}\n\ndef run(data):\n    return 1\n")


@pytest.mark.parametrize("line", ["import os", "from json import codecs", "import time; time.time"])
def test_no_such_import_works_inside_a_function_either(line: str) -> None:
    run = load(f"def run(data):\n    {line}\n    return 1\n")
    with pytest.raises((ImportError, AttributeError)):
        run({})


REACHES = [
    ("import json", "json.codecs.open"),
    ("import json", "json.decoder.scanner"),
    ("import re", "re.enum.sys.modules"),
    ("import re", "re._compiler"),
    ("import statistics", "statistics.random"),
    ("import statistics", "statistics.sys"),
    ("import textwrap", "textwrap.re"),
    ("import typing", "typing.sys"),
    ("import collections.abc as abc", "abc.sys"),
    ("import collections.abc", "collections.namedtuple"),
    ("import datetime", "datetime.sys"),
    ("import compiled_ai.modules as modules", "modules.Abstain"),
    ("import compiled_ai.modules.text as text", "text.re"),
    ("import compiled_ai.modules.text", "compiled_ai.errors"),
    ("from compiled_ai.modules import dates", "dates.datetime"),
    ("import time", "time.time"),
    ("import _strptime", "_strptime.time"),
    ("import string", "string.__loader__"),
    ("import math", "math.__spec__"),
    ("", "__loader__"),
    ("", "__spec__"),
    ("", "__import__('os')"),
    ("", "__builtins__['open']"),
    ("", "__builtins__['eval']"),
]


@pytest.mark.parametrize(("imports", "expression"), REACHES)
def test_a_module_holds_nothing_but_what_the_subset_allows(imports: str, expression: str) -> None:
    with pytest.raises((AttributeError, NameError, ImportError, KeyError)):
        evaluate(expression, imports=imports)


def test_one_artifact_cannot_change_the_builtins_of_another() -> None:
    load("__builtins__['len'] = None\n\ndef run(data):\n    return 1\n")
    assert evaluate("len([1])") == 1


def test_one_artifact_cannot_change_the_modules_of_another() -> None:
    load("import math\nmath.sqrt = None\n\ndef run(data):\n    return 1\n")
    assert evaluate("math.sqrt(4.0)", imports="import math") == 2.0


@pytest.mark.parametrize("module", sorted(allowed_imports()))
def test_every_name_of_the_subset_can_be_imported(module: str) -> None:
    names = ", ".join(allowed_imports()[module])
    load(f"from {module} import {names}\n\n\ndef run(data):\n    return 1\n")


@pytest.mark.parametrize(
    ("imports", "expression", "value"),
    [
        ("import math", "math.floor(2.5)", 2),
        ("import collections.abc as abc", "isinstance({}, abc.Mapping)", True),
        ("import re as patterns", "patterns.findall('[0-9]', 'a1b2')", ["1", "2"]),
        ("from compiled_ai.modules import text", "text.fold('  ÄB ')", "ab"),
        ("import compiled_ai.modules.text as text", "text.fold('ÄB')", "ab"),
        ("from compiled_ai.modules.text import fold as f", "f('ÄB')", "ab"),
        ("from datetime import datetime", "datetime.strptime('2026-01-31', '%Y-%m-%d').day", 31),
        ("from datetime import date", "date(2026, 1, 31).strftime('%d.%m.%Y')", "31.01.2026"),
        ("import datetime as dt", "dt.date(2026, 1, 31).isoformat()", "2026-01-31"),
        ("from decimal import Decimal", "str(Decimal('1.10') * 3)", "3.30"),
        ("from functools import partial", "partial(max, 3)(2)", 3),
    ],
)
def test_what_the_subset_allows_works(imports: str, expression: str, value: object) -> None:
    assert evaluate(expression, imports=imports) == value


def test_classes_of_the_subset_work() -> None:
    source = """
from __future__ import annotations

import re
from typing import Literal, NamedTuple, NotRequired, TypedDict


class Part(NamedTuple):
    name: str
    price: float = 1.0


class Input(TypedDict):
    text: str
    kind: NotRequired[Literal["a", "b"]]


_WORD: re.Pattern[str] = re.compile("[a-z]+")


def run(data: Input) -> list[Part]:
    return [Part(match.group()) for match in _WORD.finditer(data["text"])]
"""
    assert load(source)({"text": "ab cd"}) == [("ab", 1.0), ("cd", 1.0)]


def test_a_function_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError, match="run"):
        load("def other(data):\n    return 1\n")
