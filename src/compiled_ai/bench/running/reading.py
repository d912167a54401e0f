"""Reading runs back: ``run.json``, and ``rows.jsonl`` line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from compiled_ai.bench.rows import FORMAT, CaseRow, PreparationRow, Run, RunInfo
from compiled_ai.errors import StoreError
from compiled_ai.spec.canonical import JsonObject, JsonValue

INFO, ROWS, SUPERSEDED, CASES = "run.json", "rows.jsonl", "superseded.jsonl", "cases.jsonl"
_KINDS: dict[str, type[CaseRow] | type[PreparationRow]] = {"case": CaseRow, "preparation": PreparationRow}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A row and where it stands."""

    row: CaseRow | PreparationRow
    offset: int
    """In bytes, of its line."""
    line: int
    """1-based."""


def read_info(folder: Path) -> RunInfo:
    """``run.json`` of the run in `folder`.

    Raises:
        StoreError: there is none, or it has another format.
    """
    path = folder / INFO
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise StoreError(
            f"{folder} is no run of a benchmark: {INFO} cannot be read ({error.strerror})"
        ) from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is damaged: {error}") from error
    try:
        return RunInfo.model_validate(data)
    except ValidationError as error:
        raise StoreError(f"{path}: {_foreign(data, error)}") from error


def read_rows(path: Path, *, dataset: str) -> Iterator[Place]:
    """The rows of a file, in its order; a last line that was torn off is left out. One row at a time is held.

    Raises:
        StoreError: a line is none of our rows, or one of another dataset; names file and line.
    """
    offset = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                row = parse_row(line, where=f"{path}:{number}")
                if row.dataset != dataset:
                    raise StoreError(
                        f"{path}:{number}: a row of the dataset '{row.dataset}' in a run of '{dataset}'; was it copied in?"
                    )
                yield Place(row=row, offset=offset, line=number)
                offset += len(line)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error


def parse_row(line: bytes, *, where: str) -> CaseRow | PreparationRow:
    """The row in `line`.

    Raises:
        StoreError: there is none.
    """
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise StoreError(
            f"{where}: not a row but broken JSON ({error}); move the file away or mend the line"
        ) from error
    kind = _KINDS.get(str(data.get("kind"))) if isinstance(data, dict) else None
    if kind is None:
        raise StoreError(f"{where}: not a row of a benchmark; its kind is none of {', '.join(_KINDS)}")
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise StoreError(f"{where}: {_foreign(data, error)}") from error


def row_at(path: Path, offset: int) -> CaseRow | PreparationRow:
    """The row whose line begins at `offset`."""
    with path.open("rb") as file:
        file.seek(offset)
        return parse_row(file.readline(), where=f"{path} at byte {offset}")


def load_run(folder: Path) -> Run:
    """The whole run in `folder`, for reports: all rows that count. A run that is under way may hold some that will not.

    Raises:
        StoreError: it is no run, or a line is none of our rows.
    """
    info = read_info(folder)
    preparations, cases = [], []
    for place in read_rows(folder / ROWS, dataset=info.dataset):
        if isinstance(place.row, CaseRow):
            cases.append(place.row)
        else:
            preparations.append(place.row)
    return Run(
        info=info, preparations=tuple(preparations), cases=tuple(cases), inputs=_inputs(folder / CASES)
    )


def find_run(root: Path, name: str) -> Path:
    """The folder of a run: `name` itself when it is one, else that of this name, or the only one that begins with it, in `root`.

    Raises:
        StoreError: there is none, or several begin like that.
    """
    for folder in (Path(name), root / name):
        if (folder / INFO).is_file():
            return folder
    found = [folder for folder in run_folders(root) if folder.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise StoreError(
            f"'{name}' is the beginning of {len(found)} runs: {', '.join(run.name for run in found)}"
        )
    raise StoreError(
        f"there is no run '{name}' in {root}; `compiled-ai bench list` shows those that are there"
    )


def run_folders(root: Path) -> list[Path]:
    """The runs in `root`, by name."""
    return sorted(path.parent for path in root.glob(f"*/{INFO}"))


def _inputs(path: Path) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    if not path.is_file():
        return found
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                data: JsonObject = json.loads(line)
                found[str(data["case_id"])] = {"input": data["input"], "expected": data["expected"]}
            except (ValueError, KeyError, TypeError) as error:
                raise StoreError(f"{path}:{number}: not a case of a benchmark ({error})") from error
    return found


def _foreign(data: JsonValue, error: ValidationError) -> str:
    found = data.get("format") if isinstance(data, dict) else None
    if found != FORMAT:
        return f"format {found!r}; this version of Compiled AI reads format {FORMAT}"
    first = error.errors()[0]
    return f"field '{'.'.join(map(str, first['loc']))}': {first['msg']}"
