"""Made-up tasks in AgentBench's formats: nothing of its data lies in this repository."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.source import EnvironmentName
from compiled_ai.spec.canonical import JsonObject, JsonValue

MakeOptions = Callable[..., AgentBenchOptions]

_NAMES = {
    "db": "dbbench_dev.jsonl",
    "os": "os_dev.json",
    "kg": "kg_dev.json",
    "ltp": "ltp_dev.xlsx",
    "hh": "alfworld_dev.json",
}


@pytest.fixture
def options_for(tmp_path: Path) -> Callable[[EnvironmentName, bytes], MakeOptions]:
    """Gives options whose data is the bytes given."""

    def prepare(environment: EnvironmentName, content: bytes) -> MakeOptions:
        (tmp_path / _NAMES[environment]).write_bytes(content)

        def make(**more: JsonValue) -> AgentBenchOptions:
            data: JsonObject = {
                "environment": environment,
                "folder": str(tmp_path),
                "unpinned": True,
                **more,
            }
            return AgentBenchOptions.from_json(data, {})

        return make

    return prepare


def table(name: str, columns: list[str], rows: list[list[JsonValue]]) -> JsonObject:
    """A table in AgentBench's form."""
    listed: list[JsonValue] = [{"name": column, "type": "TEXT"} for column in columns]
    cells: list[JsonValue] = [[*row] for row in rows]
    return {"table_name": name, "table_info": {"columns": listed, "rows": cells}}


@pytest.fixture
def db_lines() -> bytes:
    """Two questions, an insertion and an update of made-up tables."""
    harbours = table(
        "Harbour Tolls",
        ["Harbour", "Toll (EUR)", "Opened"],
        [["Nordkai", "1,200", "1901"], ["Südkai", "80", "1955"], ["Westkai", "80", ""]],
    )
    rows: list[JsonObject] = [
        {
            "description": "Which harbours take 80?",
            "type": ["other"],
            "label": ["Südkai", "Westkai"],
            "table": harbours,
            "sql": {"query": "SELECT Harbour FROM `Harbour Tolls` WHERE `Toll (EUR)` = 80", "length": 10},
        },
        {
            "description": "How many harbours are there?",
            "type": ["counting"],
            "label": ["3.0"],
            "table": harbours,
            "sql": {"query": "SELECT COUNT(*) FROM `Harbour Tolls`", "length": 10},
        },
        {
            "description": "Ostkai opened in 1999 and takes 95.",
            "type": ["INSERT"],
            "label": [
                "INSERT INTO `Harbour Tolls` (`Harbour`, `Toll (EUR)`, `Opened`) VALUES ('Ostkai', '95', 1999);"
            ],
            "table": harbours,
        },
        {
            "description": "Nordkai now takes 1,300.",
            "type": ["UPDATE"],
            "label": ["UPDATE `Harbour Tolls` SET `Toll (EUR)` = '1,300' WHERE Harbour = 'nordkai'"],
            "table": harbours,
        },
    ]
    return "\n".join(json.dumps(row) for row in rows).encode()
