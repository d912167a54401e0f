"""Names of datasets and systems, and how each is made. Their code is imported when it is asked for, never before.

Besides the names, a dotted path such as ``my_package.systems:make`` is taken: a function that gets the options and returns the `Dataset` or `System`.
"""

from __future__ import annotations

import difflib
import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from compiled_ai.bench.model import Dataset, System
from compiled_ai.errors import MissingToolError, OperatorError

if TYPE_CHECKING:
    from compiled_ai.bench.systems.options import SystemOptions

_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")
_OURS = "compiled_ai"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that can be asked for by name."""

    path: str
    """Where its factory is, as ``package.module:function``."""
    about: str
    """One line for a list."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Given to the factory before the caller's own."""
    needs: str = ""
    """What to install when a library of it is missing."""


_AGENTBENCH = "compiled_ai.bench.agentbench.dataset:make"
DATASETS: Mapping[str, Entry] = {
    "xy": Entry(
        path="compiled_ai.bench.xy.dataset:make",
        about="five tasks of ours, visible and hidden cases; no fetching",
    ),
    "bfcl": Entry(
        path="compiled_ai.bench.bfcl.dataset:make",
        about="BFCL v4, function calls; options category=..., protocol=own-query|zero-shot|held-out|both",
    ),
    "docile": Entry(
        path="compiled_ai.bench.docile.dataset:make",
        about="invoices in DocILE's format: the real ones for who has a token, else synthetic ones",
    ),
    "agentbench-db": Entry(
        path=_AGENTBENCH, about="AgentBench dev: questions to a database", options={"environment": "db"}
    ),
    "agentbench-os": Entry(
        path=_AGENTBENCH, about="AgentBench dev: work in a shell", options={"environment": "os"}
    ),
    "agentbench-kg": Entry(
        path=_AGENTBENCH,
        about="AgentBench dev: questions to a knowledge graph",
        options={"environment": "kg"},
    ),
    "agentbench-ltp": Entry(
        path=_AGENTBENCH, about="AgentBench dev: lateral thinking puzzles", options={"environment": "ltp"}
    ),
    "agentbench-hh": Entry(
        path=_AGENTBENCH,
        about="AgentBench dev: tasks in a household (ALFWorld)",
        options={"environment": "hh"},
    ),
    "security": Entry(
        path="compiled_ai.bench.attacks.dataset:make",
        about="attacks of ours, and public sets that users fetch",
    ),
}
_BASELINES = "pip install 'compiled-ai[baselines]'"
SYSTEMS: Mapping[str, Entry] = {
    "compiled": Entry(path="compiled_ai.bench.systems.compiled:make", about="compiled once, then plain code"),
    "compiled+fallback": Entry(
        path="compiled_ai.bench.systems.compiled:make_with_fallback",
        about="the same; the model answers what compiled code declines",
    ),
    "synthesis": Entry(path="compiled_ai.bench.systems.synthesis:make", about="compiled without any model"),
    "human": Entry(path="compiled_ai.bench.systems.human:make", about="code written by hand"),
    "direct": Entry(path="compiled_ai.bench.systems.direct:make", about="the model, asked for each case"),
    "langchain": Entry(
        path="compiled_ai.bench.frameworks.langchain:make", about="an agent of LangChain", needs=_BASELINES
    ),
    "agent-framework": Entry(
        path="compiled_ai.bench.frameworks.agent_framework:make",
        about="two agents of Microsoft Agent Framework",
        needs=_BASELINES,
    ),
    "autogen": Entry(
        path="compiled_ai.bench.frameworks.autogen:make", about="two agents of AutoGen", needs=_BASELINES
    ),
    "dspy": Entry(path="compiled_ai.bench.frameworks.dspy:make", about="a program of DSPy", needs=_BASELINES),
    "gate-code": Entry(
        path="compiled_ai.bench.attacks.gates:make_code",
        about="validation's security stage, for the dataset `security`",
    ),
    "gate-code-scanners": Entry(
        path="compiled_ai.bench.attacks.gates:make_scanners", about="its scanners alone, without the subset"
    ),
    "gates-default": Entry(
        path="compiled_ai.bench.attacks.text_gates:make_default",
        about="all gates, texts by the policy default, for the dataset `security`",
    ),
    "gates-strict": Entry(
        path="compiled_ai.bench.attacks.text_gates:make_strict", about="the same by the policy strict"
    ),
}


def find_dataset(name: str) -> Entry:
    """The entry of a dataset's name or dotted path.

    Raises:
        OperatorError: there is none.
    """
    return _find(name, DATASETS, "dataset")


def find_system(name: str) -> Entry:
    """The entry of a system's name or dotted path.

    Raises:
        OperatorError: there is none.
    """
    return _find(name, SYSTEMS, "system")


def make_dataset(name: str, options: Mapping[str, str]) -> Dataset:
    """The dataset of that name. Its data is looked for when its tasks are asked for.

    Raises:
        MissingToolError: a library that it needs is not installed.
        OperatorError: there is no such dataset, or it knows no such option.
    """
    entry = find_dataset(name)
    factory = cast("Callable[[dict[str, str]], Dataset]", _factory(name, entry))
    return factory({**entry.options, **options})


def make_system(name: str, options: SystemOptions) -> System:
    """The system of that name.

    Raises:
        MissingToolError: a library that it needs is not installed.
        OperatorError: there is no such system, or what it needs is not set up.
    """
    factory = cast("Callable[[SystemOptions], System]", _factory(name, find_system(name)))
    return factory(options)


def _find(name: str, entries: Mapping[str, Entry], kind: str) -> Entry:
    if name in entries:
        return entries[name]
    if _PATH.fullmatch(name):
        return Entry(path=name, about="")
    near = difflib.get_close_matches(name, entries, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise OperatorError(
        f"'{name}' is no {kind}; there are {', '.join(entries)}, and dotted paths such as package.module:make.{hint}"
    )


def _factory(name: str, entry: Entry) -> object:
    module, _, function = entry.path.partition(":")
    try:
        found = importlib.import_module(module)
    except ImportError as error:
        raise _missing(name, entry, error) from error
    try:
        return getattr(found, function)
    except AttributeError as error:
        raise OperatorError(f"{module}, which is to make '{name}', has no {function}") from error


def _missing(name: str, entry: Entry, error: ImportError) -> OperatorError:
    """What to tell of an import that failed: a library to install, or a module that is not there."""
    module = error.name or str(error)
    if module.split(".", maxsplit=1)[0] == _OURS:
        return OperatorError(f"'{name}' is not part of this installation: {error}")
    if re.split(r"[.:]", entry.path)[0] == module.split(".", maxsplit=1)[0]:
        return OperatorError(
            f"'{name}' cannot be imported: {error}; put the folder of its package on PYTHONPATH"
        )
    return MissingToolError(
        f"'{name}' needs {module}, which is not installed: {entry.needs or f'pip install {module}'}"
    )
