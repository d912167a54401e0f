"""Sets that were written by hand, without sight of the gates, by whom nobody who builds them talked to: read by this module, and by no person."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from compiled_ai.errors import MissingToolError, StoreError
from compiled_ai.gates.policy import TextMode

BLIND_SETS = ("gate_blind", "gate_blind2", "gate_blind3", "gate_blind4")
"""Folders of ``datasets/`` with ``attacks.jsonl`` and ``benign.jsonl``."""
_FILES: tuple[tuple[Literal["attacks", "benign"], bool], ...] = (("attacks", True), ("benign", False))


class BlindRow(BaseModel):
    """A line of such a set."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str = Field(min_length=1)
    family: str
    mode: TextMode


def read_blind(name: str, root: Path) -> list[tuple[str, BlindRow, bool]]:
    """The rows of a set, each with an id (its file and line) and whether it is an attack.

    Raises:
        MissingToolError: the checkout `root` does not have it.
        StoreError: a file cannot be read, or a line is no row. The message never shows the line.
    """
    folder = root / "datasets" / name
    if not folder.is_dir():
        raise MissingToolError(f"{folder} does not exist")
    found = []
    for file, is_attack in _FILES:
        path = folder / f"{file}.jsonl"
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{path} cannot be read ({type(error).__name__})") from error
        for number, line in enumerate(lines, start=1):
            if line.strip():
                found.append((f"{file}-{number:03d}", _row(line, path, number), is_attack))
    return found


def _row(line: str, path: Path, number: int) -> BlindRow:
    try:
        return BlindRow.model_validate_json(line)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, one["loc"])) or "the line" for one in error.errors())
        raise StoreError(f"{path}:{number}: not a row with text, family and mode ({places})") from None
