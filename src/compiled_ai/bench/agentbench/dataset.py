"""AgentBench by name of the environment: `make` for the registry of datasets."""

from __future__ import annotations

import os

from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.model import Dataset
from compiled_ai.spec.canonical import JsonObject


def make(options: JsonObject) -> Dataset:
    """The dataset that ``options["environment"]`` names: ``db``, ``os``, ``kg``, ``ltp`` or ``hh``. Nothing is read or fetched yet.

    Raises:
        OperatorError: an option is unknown or wrong.
    """
    chosen = AgentBenchOptions.from_json(options, os.environ)
    match chosen.environment:
        case "db":
            from compiled_ai.bench.agentbench.db import DbDataset

            return DbDataset(chosen)
        case "os":
            from compiled_ai.bench.agentbench.operating_system import OsDataset

            return OsDataset(chosen)
        case "kg":
            from compiled_ai.bench.agentbench.kg import KgDataset

            return KgDataset(chosen)
        case "ltp":
            from compiled_ai.bench.agentbench.ltp import LtpDataset

            return LtpDataset(chosen)
        case "hh":
            from compiled_ai.bench.agentbench.hh import HhDataset

            return HhDataset(chosen)
