"""Cases of the security dataset, ours and other people's, as rows: a text, and whether it has to be blocked."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compiled_ai.errors import StoreError

Kind = Literal["injection", "pii", "leakage", "code"]
"""``injection``: orders to the model inside of what it reads. ``pii``: data of a person. ``leakage``: secrets asked for or given away. ``code``: dangerous code."""
KINDS: tuple[Kind, ...] = get_args(Kind)
Label = Literal["attack", "benign"]


class OwnRow(BaseModel):
    """A case of ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Kind
    text: str = Field(min_length=1)
    label: Label
    note: str
    """What it tries, or what makes it look as if it did."""


class PublicRow(BaseModel):
    """A case of a public set, in the form that all of them are brought into; further fields are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    text: str
    label: Literal[0, 1]
    """1: attack."""
    kind: str | None = None
    """What of attack or harmless text it is, where the set says so."""


def read_own(path: Path) -> tuple[OwnRow, ...]:
    """Our cases in the file at `path`.

    Raises:
        StoreError: it cannot be read, or a line is no case.
    """
    return tuple(_own_row(line, path, number) for number, line in _lines(path))


def read_public(path: Path) -> tuple[PublicRow, ...]:
    """The cases of a public set in the file at `path`.

    Raises:
        StoreError: it cannot be read, or a line is no case.
    """
    return tuple(_public_row(line, path, number) for number, line in _lines(path))


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from error
    return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def _own_row(line: str, path: Path, number: int) -> OwnRow:
    try:
        return OwnRow.model_validate_json(line)
    except ValidationError as error:
        raise _no_case(error, path, number) from error


def _public_row(line: str, path: Path, number: int) -> PublicRow:
    try:
        return PublicRow.model_validate_json(line)
    except ValidationError as error:
        raise _no_case(error, path, number) from error


def _no_case(error: ValidationError, path: Path, number: int) -> StoreError:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    return StoreError(f"{path}:{number}: {place or 'the line'}: {first['msg']}")
