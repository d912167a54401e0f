"""Running generated code in a process that can be killed, and nothing more: for those who ask for it by name."""

from __future__ import annotations

from compiled_ai.sandbox.jail_legs import Manner, run_legs
from compiled_ai.sandbox.jail_process import start_fresh
from compiled_ai.sandbox.model import SandboxJob, SandboxName, SandboxOutcome

WARNING = (
    "SANDBOX OFF (--sandbox none): generated code runs with your rights. It can read your files and reach the network. "
    "Only the subset check, the time limit and the limits of the system stand before it. Use this in a machine that you can throw away."
)


class Unconfined:
    """A fresh process per job, with limits on time, output and, where the system has them, resources. No locks on files or system calls."""

    @property
    def name(self) -> SandboxName:
        """Which sandbox it is."""
        return "none"

    def run(self, job: SandboxJob) -> SandboxOutcome:
        """The outcome of running every case of `job`. May be called from several threads.

        Raises:
            SandboxError: a process could not be started.
        """
        return run_legs(job, Manner(start=start_fresh, required=(), locked=False))
