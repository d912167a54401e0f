"""The tasks of AgentBench's operating system environment, as they lie in its file."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue, ValidationError

from compiled_ai.bench.agentbench.os_session import Language
from compiled_ai.errors import MissingToolError


@dataclass(frozen=True, kw_only=True)
class Script:
    """A program: its text, or the name of the file that holds it."""

    language: Language
    code: str = ""
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class OsEntry:
    """One request, with how the machine is set up and what is right."""

    entry_id: str
    request: str
    init: tuple[Script, ...]
    start: str
    """Command that runs in the session's shell before the system does; empty when there is none."""
    match: str | None
    """The right answer, where it is fixed."""
    pattern: str | None
    """A regular expression that a right answer holds."""
    checks: tuple[Script | None, ...]
    """Programs that get the answer, and then what each of them before wrote, and end with 0 when it is right. None stands for `example`."""
    example: Script | None
    """A solution, which says what is right on this very machine."""
    label: str


class _Evaluation(BaseModel):
    match: str | dict[str, JsonValue] | None = None
    check: JsonValue = None
    example: JsonValue = None


class _Row(BaseModel):
    description: str
    create: JsonValue = None
    start: JsonValue = None
    evaluation: _Evaluation
    labels: list[str] = []


def parse_entries(content: bytes) -> tuple[OsEntry, ...]:
    """All tasks in their order; their ids count from ``os-00``.

    Raises:
        MissingToolError: the data is not in the form that we know.
    """
    try:
        rows = json.loads(content)
        return tuple(_entry(_Row.model_validate(row), number) for number, row in enumerate(rows))
    except (ValidationError, ValueError, TypeError) as error:
        raise MissingToolError(f"AgentBench's operating system tasks cannot be read: {error}") from error


def _entry(row: _Row, number: int) -> OsEntry:
    # One task of the dev split has a list where the machine should be; AgentBench reads it as no set-up, and so do we.
    create = row.create if isinstance(row.create, dict) else {}
    match = row.evaluation.match
    fixed = match if isinstance(match, str) else (match or {}).get("answer")
    pattern = None if isinstance(match, str) or match is None else match.get("regex")
    start = _script(row.start)
    checks = row.evaluation.check
    entry = OsEntry(
        entry_id=f"os-{number:02d}",
        request=row.description,
        init=tuple(script for script in _scripts(create.get("init")) if script is not None),
        start=start.code if start else "",
        match=fixed if isinstance(fixed, str) else None,
        pattern=pattern if isinstance(pattern, str) else None,
        checks=() if match is not None else _scripts(checks),
        example=_script(row.evaluation.example),
        label=row.labels[0] if row.labels else "",
    )
    if entry.match is None and entry.pattern is None and not entry.checks:
        raise ValueError(f"task {number} says neither what matches nor how it is checked")
    return entry


def _scripts(data: JsonValue) -> tuple[Script | None, ...]:
    if data is None:
        return ()
    return tuple(_script(item) for item in data) if isinstance(data, list) else (_script(data),)


def _script(data: JsonValue) -> Script | None:
    if data is None:
        return None
    if isinstance(data, str):
        return Script(language="bash", code=data)
    if not isinstance(data, dict):
        raise ValueError("a script is neither a text nor an object")
    language = data.get("language", "bash")
    code, file = data.get("code", ""), data.get("file", "")
    if language not in ("bash", "python") or not isinstance(code, str) or not isinstance(file, str):
        raise ValueError(f"a script is in {language!r}; known are bash and python")
    return Script(language="python" if language == "python" else "bash", code=code, file=file)
