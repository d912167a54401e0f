"""What the input gate's models were trained on, so that each set can say how much of it they knew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from compiled_ai.errors import OperatorError, StoreError, TamperedArtifactError
from compiled_ai.gates.checks import NotBuiltError, part

Status = Literal["held out", "family trained on", "seen", "no training", "unknown"]
"""``held out``: no row of the set was trained on. ``family trained on``: rows of the same source were; those of the set that were are left out, and their near-duplicates
never were in training. ``seen``: rows that are measured were trained on, or whoever built the gate knew them. ``no training``: the gate learns nothing from data."""
STATUSES: tuple[Status, ...] = get_args(Status)
LISTED = "datasets/input_gate_trained.txt"
"""Where a checkout keeps the list of what the shipped models were trained on."""
_MODEL = "model "
_SHORTEST = 16


def text_digest(text: str) -> str:
    """Identity of a text in the lists of what was trained on: its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Trained:
    """The texts that models were trained on, by the beginnings of their digests."""

    digests: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    """SHA-256 of the models' files; empty when the list does not say."""
    lengths: frozenset[int] = field(default=frozenset())
    """Of the digests, in hexadecimal digits."""

    def __bool__(self) -> bool:
        return bool(self.digests)

    def __contains__(self, text: object) -> bool:
        if not self.digests or not isinstance(text, str):
            return False
        whole = text_digest(text)
        return any(whole[:length] in self.digests for length in self.lengths)

    @classmethod
    def of(cls, digests: frozenset[str], *, models: frozenset[str] = frozenset()) -> Trained:
        """The list of these digests."""
        return cls(digests=digests, models=models, lengths=frozenset(map(len, digests)))


def read_trained(path: Path) -> Trained:
    """The list at `path`: a digest a line, after a line ``model SHA256`` for each model if it says whose list it is.

    Raises:
        StoreError: it cannot be read, or is no such list.
        OperatorError: a shipped model is none of those whose list it is.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="ascii").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from error
    models, digests = set[str](), set[str]()
    for number, line in enumerate(lines, start=1):
        if line.startswith(_MODEL):
            models.add(line.removeprefix(_MODEL).removeprefix("sha256:"))
        elif len(line) >= _SHORTEST and all(sign in "0123456789abcdef" for sign in line):
            digests.add(line)
        elif line:
            raise StoreError(f"{path}:{number}: this is no digest of {_SHORTEST} or more hexadecimal digits")
    for shipped in shipped_models():
        if models and shipped not in models:
            raise OperatorError(
                f"{path} lists what the model {', '.join(sorted(one[:8] for one in models))} was trained on; the shipped one is {shipped[:8]}: make the list anew with scripts/list_trained_rows.py"
            )
    return Trained.of(frozenset(digests), models=frozenset(models))


def listed_in(root: Path) -> Trained:
    """The list that the checkout `root` keeps; nothing, if it keeps none.

    Raises:
        StoreError: it cannot be read, or is no such list.
        OperatorError: a shipped model is none of those whose list it is.
    """
    path = root / LISTED
    return read_trained(path) if path.is_file() else Trained()


def shipped_models() -> tuple[str, ...]:
    """SHA-256 of the shipped models' files, as far as they are there."""
    try:
        return tuple(str(part(name).SHIPPED_SHA256) for name in ("linear", "transformer"))
    except NotBuiltError:
        return ()


def trained_rows() -> Mapping[str, int] | None:
    """How many rows of each set the shipped model was trained on; None when it is not there."""
    try:
        provenance = part("linear").LinearModel.load().provenance
    except (NotBuiltError, TamperedArtifactError):
        return None
    sets = provenance.get("sets")
    if not isinstance(sets, list):
        return {}
    return {str(one["set"]): int(one.get("rows_train", 0)) for one in sets if isinstance(one, dict)}
