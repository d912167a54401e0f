"""The Linux jail: generated code in a process that has locked itself in, with limits on time, memory and output.

The subset check is the first defence; this one holds when that fails. A case that does not end costs its own time only: its process is
killed and another goes on with the next case. Which layers really held is part of the outcome, as seen from inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from compiled_ai.artifact.workflow import Workflow
from compiled_ai.errors import SandboxError
from compiled_ai.sandbox.jail_legs import Manner, find_layers, run_legs
from compiled_ai.sandbox.jail_locks import IN_FORCE, LAYERS
from compiled_ai.sandbox.jail_process import start_fresh
from compiled_ai.sandbox.model import SandboxJob, SandboxName, SandboxOutcome, Surroundings
from compiled_ai.sandbox.zygote import ZygoteLostError, zygotes_are_possible
from compiled_ai.sandbox.zygote_pool import shared_pool, start_warm

WARM_START = "warm start"
"""Not a layer: whether jails are forked from a zygote, or each starts an interpreter of its own."""


class Jail:
    """The sandbox in which every layer holds. Costs nothing to make; `jail_layers` tells whether it can be used."""

    @property
    def name(self) -> SandboxName:
        """Which sandbox it is."""
        return "jail"

    def warm_up(self, surroundings: Sequence[Surroundings]) -> None:
        """Have a zygote ready for each of `surroundings`, where there are zygotes. One that does not start says so when a job asks for it."""
        if jail_layers()[WARM_START] == IN_FORCE:
            for place in surroundings:
                with suppress(SandboxError, ZygoteLostError):
                    shared_pool().warm_up(place)

    def run(self, job: SandboxJob) -> SandboxOutcome:
        """The outcome of running every case of `job`. Whatever the code does becomes rows. May be called from several threads.

        Raises:
            SandboxError: a process could not be started, or a layer does not hold in it: then nothing was run.
        """
        start = start_warm if jail_layers()[WARM_START] == IN_FORCE else start_fresh
        return run_legs(job, Manner(start=start, required=LAYERS))


@cache
def jail_layers() -> dict[str, str]:
    """By layer ``in force``, or why it is not and what to do, found by starting a jail. The answer is remembered while this process lives.

    Raises:
        SandboxError: not even a process can be started.
    """
    workflow = Workflow(name="probe", version="1", input_schema={}, output_schema={}, steps=(), returns=())
    job = SandboxJob(source="", workflow=workflow, cases=())
    fresh = Manner(start=start_fresh, required=())
    if not zygotes_are_possible():
        return {
            **find_layers(job, fresh),
            WARM_START: "only Linux has it; each job starts an interpreter of its own",
        }
    try:
        return {**find_layers(job, Manner(start=start_warm, required=())), WARM_START: IN_FORCE}
    except SandboxError as error:
        return {**find_layers(job, fresh), WARM_START: f"each job starts an interpreter of its own: {error}"}


def missing_layers() -> dict[str, str]:
    """Layers that do not hold here, with what to do about each.

    Raises:
        SandboxError: not even a process can be started.
    """
    return {layer: state for layer, state in jail_layers().items() if layer in LAYERS and state != IN_FORCE}
