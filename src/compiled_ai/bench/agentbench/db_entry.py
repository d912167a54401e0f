"""The tasks of AgentBench's database environment, as they lie in its file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compiled_ai.errors import MissingToolError

WRITES = frozenset(("INSERT", "UPDATE", "DELETE"))
"""Kinds whose verdict is the state of the table."""
_MD5 = re.compile(r"[0-9a-f]{32}(_[0-9a-f]{32})*")


@dataclass(frozen=True, kw_only=True)
class DbTable:
    """A table as a case begins with it."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    """All cells are texts: AgentBench makes every column TEXT, whatever type the data notes."""


@dataclass(frozen=True, kw_only=True)
class DbEntry:
    """One question or request, with what is right."""

    entry_id: str
    kind: str
    """``INSERT``, ``UPDATE``, ``DELETE``, or what the question is about, such as ``counting``."""
    question: str
    tables: tuple[DbTable, ...]
    answers: tuple[str, ...]
    """For questions; empty for changes."""
    reference: str
    """The statement that makes the change; for questions the query that the data notes, of which many do not run."""
    state: str | None
    """AgentBench's hash of the tables after the change; None for questions, and where the data gives none."""

    @property
    def is_write(self) -> bool:
        """Whether it asks for a change."""
        return self.kind in WRITES


class _Column(BaseModel):
    name: str


class _Info(BaseModel):
    columns: list[_Column] = Field(min_length=1)
    rows: list[list[str | int | float | None]]


class _Table(BaseModel):
    table_name: str
    table_info: _Info


class _Query(BaseModel):
    query: str = ""


class _Row(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    description: str
    type: list[str] = Field(min_length=1)
    label: list[str] = Field(default_factory=list)
    table: _Table | list[_Table]
    sql: _Query | str = ""
    answer_md5: str | None = None


def parse_entries(content: bytes) -> tuple[DbEntry, ...]:
    """All tasks in their order; their ids count from ``db-000``.

    Raises:
        MissingToolError: the data is not in the form that we know.
    """
    lines = [line for line in content.decode("utf-8", "replace").split("\n") if line.strip()]
    entries = []
    for number, line in enumerate(lines):
        try:
            entries.append(_entry(_Row.model_validate_json(line), number))
        except (ValidationError, ValueError) as error:
            raise MissingToolError(f"line {number + 1} of AgentBench's database tasks: {error}") from error
    return tuple(entries)


def _entry(row: _Row, number: int) -> DbEntry:
    kind = row.type[0]
    is_write = kind in WRITES
    if is_write and not row.label:
        raise ValueError("a change needs its statement as 'label'")
    state = _MD5.search(row.answer_md5 or "")
    query = row.sql if isinstance(row.sql, str) else row.sql.query
    return DbEntry(
        entry_id=f"db-{number:03d}",
        kind=kind,
        question=row.description,
        tables=tuple(_table(item) for item in (row.table if isinstance(row.table, list) else [row.table])),
        answers=() if is_write else tuple(row.label),
        reference=row.label[0] if is_write else query,
        state=state[0] if is_write and state else None,
    )


def _table(table: _Table) -> DbTable:
    columns = tuple(column.name for column in table.table_info.columns)
    for row in table.table_info.rows:
        if len(row) != len(columns):
            raise ValueError(
                f"a row of table {table.table_name!r} has {len(row)} cells for {len(columns)} columns"
            )
    return DbTable(
        name=table.table_name,
        columns=columns,
        rows=tuple(
            tuple(None if cell is None else str(cell) for cell in row) for row in table.table_info.rows
        ),
    )
