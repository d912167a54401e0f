"""Compiled without any model: what synthesis infers from a task's schema and visible cases, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from compiled_ai.bench.systems.asking import Asking
from compiled_ai.bench.systems.building import Building
from compiled_ai.bench.systems.compiled import CompiledSystem, compiled_identity
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import OperatorError
from compiled_ai.llm import Request, from_function
from compiled_ai.sandbox.model import Sandbox
from compiled_ai.spec.canonical import digest


def make(options: SystemOptions, *, sandbox: Sandbox | None = None) -> CompiledSystem:
    """Compiles with effort ``none`` into the folder of `options`; neither model nor recordings are looked at."""
    bare = replace(options, model=None, base_url=None, record=None, replay=None, effort="none")
    identity = compiled_identity("synthesis", bare, "none")
    building = Building(
        root=bare.folder,
        name="synthesis",
        effort="none",
        system=digest("bench-system1", identity),
        sandbox=sandbox,
    )
    return CompiledSystem(
        building,
        lambda _: Asking(from_function(_nobody, model="none"), by_hand=False),
        name="synthesis",
        identity=identity,
        may_ask=False,
    )


def _nobody(_: Request) -> str:
    raise OperatorError("synthesis asks no model")
