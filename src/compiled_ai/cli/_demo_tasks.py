"""What the demo runs: the example specs, their recordings and their held-out cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from compiled_ai.errors import StoreError
from compiled_ai.spec.schema import suggest

PRICE_AS = "anthropic:claude-opus-4-5"
"""The recorded model has no list price; this one's stands in, and the demo says so."""


@dataclass(frozen=True, kw_only=True)
class DemoTask:
    """One example."""

    spec: str
    """Path of the spec below the root."""
    data: str
    """Folder below the root with ``heldout.jsonl``: cases that no compilation ever reads."""

    @property
    def name(self) -> str:
        """The task's short name."""
        return Path(self.data).name

    @property
    def recordings(self) -> str:
        """Folder of recorded model replies below the root."""
        return f"recordings/{self.name}"


TASKS = (
    *(
        DemoTask(spec=f"examples/xy/{name}.yaml", data=f"datasets/xy/{name}")
        for name in ("classification", "normalization", "extraction", "transformation", "function_calling")
    ),
    *(
        DemoTask(spec=f"examples/{name}.yaml", data=f"datasets/{name}")
        for name in ("ticket_routing", "invoice_normalization", "glp1_prior_authorization")
    ),
)
BATCH = "datasets/ticket_routing/inputs_1000.jsonl"
"""A thousand generated inputs without answers, for the batch of the demo."""


def find_root(start: Path) -> Path:
    """The checkout that `start` lies in.

    Raises:
        StoreError: it lies in none; the demo needs the examples of the repository.
    """
    for folder in (start, *start.parents):
        if (folder / "examples" / "xy").is_dir() and (folder / "recordings").is_dir():
            return folder
    raise StoreError(
        f"{start} is not inside a checkout of Compiled AI; the demo needs its folders examples, datasets and recordings."
    )


def choose_tasks(names: list[str] | None) -> tuple[DemoTask, ...]:
    """The tasks called `names`, in the demo's order; all of them without names.

    Raises:
        StoreError: a name is not one of the tasks.
    """
    known = [task.name for task in TASKS]
    for name in names or ():
        if name not in known:
            raise StoreError(
                f"there is no task '{name}'; tasks are {', '.join(known)}.{suggest(name, known)}"
            )
    return tuple(task for task in TASKS if not names or task.name in names)
