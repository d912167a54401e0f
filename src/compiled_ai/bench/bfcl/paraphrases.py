"""Our own requests for functions of `simple_python` in other wordings: see `datasets/README.md` of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import pydantic
from pydantic import BaseModel

from compiled_ai.bench.bfcl.official import with_lists
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject

ParaphraseSet = Literal["check", "dev", "dev_more", "heldout"]
PARAPHRASE_SETS: tuple[ParaphraseSet, ...] = get_args(ParaphraseSet)
_FOLDER = Path("datasets") / "bfcl_paraphrases"


@dataclass(frozen=True, kw_only=True)
class Paraphrase:
    """One request."""

    request: str
    accepted: JsonObject | None
    """The accepted values of each parameter in BFCL's form. None: it must be declined."""


class _Row(BaseModel):
    id: str
    request: str
    expected: dict[str, pydantic.JsonValue] | None


def read_paraphrases(
    name: ParaphraseSet, *, root: Path | None = None
) -> Mapping[str, tuple[Paraphrase, ...]]:
    """The requests of a set by the id of the case of BFCL whose function they are for.

    Args:
        name: which set.
        root: the checkout that they are in; None: that around the working folder.

    Raises:
        MissingToolError: they are not there, or not in their form.
    """
    path = (root or _root(Path.cwd())) / _FOLDER / f"{name}.jsonl"
    found: dict[str, list[Paraphrase]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        for row in map(_Row.model_validate_json, lines):
            accepted = None if row.expected is None else _accepted(row.expected)
            found.setdefault(row.id, []).append(Paraphrase(request=row.request, accepted=accepted))
    except (OSError, ValueError) as error:
        raise MissingToolError(
            f"the paraphrases in {path} cannot be read ({type(error).__name__}); they are in a checkout of Compiled AI, which the dataset's option "
            "root=FOLDER names"
        ) from error
    return {case_id: tuple(items) for case_id, items in found.items()}


def _accepted(expected: JsonObject) -> JsonObject:
    listed = with_lists(expected)
    assert isinstance(listed, dict), "an object stays one"
    return listed


def _root(start: Path) -> Path:
    """The checkout that `start` lies in; `start` itself when it lies in none."""
    return next((folder for folder in (start, *start.parents) if (folder / _FOLDER).is_dir()), start)
