"""BFCL v4 from the pinned `bfcl-eval` wheel: its requests, functions and acceptable answers.

https://github.com/ShishirPatil/gorilla/tree/main/berkeley-function-call-leaderboard, Apache-2.0. Nothing of it lies in our
repository; it is fetched into the user's data folder.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, get_args

import platformdirs
import pydantic
from pydantic import BaseModel, Field

from compiled_ai.errors import MissingToolError
from compiled_ai.files import partial_path
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.wheels import install_wheels

BFCL_VERSION = "2026.3.23"
BfclCategory = Literal["simple_python", "multiple", "live_simple", "live_multiple"]
"""Categories whose cases ask for one call of a Python function."""
_REQUIREMENTS = Path(__file__).parent / "bfcl-requirements.txt"


@dataclass(frozen=True, kw_only=True)
class BfclFunction:
    """A function that a case offers."""

    name: str
    description: str
    parameters: JsonObject
    """As BFCL writes it: close to a JSON Schema, with the types ``dict``, ``float``, ``tuple`` and ``any``."""


@dataclass(frozen=True, kw_only=True)
class BfclCase:
    """One request with the functions that it offers."""

    case_id: str
    request: str
    """What the user says; with a system message or several turns, all of them, one below the other."""
    functions: tuple[BfclFunction, ...]
    answer: JsonObject
    """From the right function's name to its parameters, each with the list of acceptable values; "" among them means that it may be left out."""


def bfcl_home() -> Path:
    """Where the wheel's content lies."""
    return (
        Path(platformdirs.user_data_dir("compiled-ai", appauthor=False)) / "datasets" / f"bfcl-{BFCL_VERSION}"
    )


def ensure_bfcl(home: Path | None = None) -> Path:
    """The folder with BFCL's package, fetched when it is not there yet.

    Raises:
        MissingToolError: it cannot be fetched.
    """
    home = home or bfcl_home()
    if not (home / "bfcl_eval").is_dir():
        home.parent.mkdir(parents=True, exist_ok=True)
        partial = partial_path(home)
        try:
            install_wheels(_REQUIREMENTS, partial, what="BFCL", hint="try again")
            partial.rename(home)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return home


def load_bfcl(category: BfclCategory, *, home: Path | None = None) -> tuple[BfclCase, ...]:
    """All cases of `category`, in their order.

    Raises:
        MissingToolError: BFCL is not there and cannot be fetched, or is not in the form of the version that we know.
    """
    if category not in get_args(BfclCategory):
        raise ValueError(f"unknown category {category!r}; known are {', '.join(get_args(BfclCategory))}")
    data = ensure_bfcl(home) / "bfcl_eval" / "data"
    name = f"BFCL_v4_{category}.json"
    try:
        answers = {row.id: row.ground_truth[0] for row in _rows(_Answer, data / "possible_answer" / name)}
        return tuple(_case(row, answers[row.id]) for row in _rows(_Row, data / name))
    except (OSError, ValueError, KeyError) as error:
        raise MissingToolError(
            f"BFCL in {data} cannot be read ({error!r}): remove the folder {data.parent.parent} and try again"
        ) from error


class _Message(BaseModel):
    content: str


class _Function(BaseModel):
    name: str
    description: str
    parameters: dict[str, pydantic.JsonValue]


class _Row(BaseModel):
    id: str
    question: list[list[_Message]]
    function: list[_Function]


class _Answer(BaseModel):
    id: str
    ground_truth: list[dict[str, pydantic.JsonValue]] = Field(min_length=1, max_length=1)


_Document = TypeVar("_Document", bound=BaseModel)


def _rows(kind: type[_Document], path: Path) -> list[_Document]:
    with path.open(encoding="utf-8") as file:
        return [kind.model_validate_json(line) for line in file]


def _case(row: _Row, answer: JsonObject) -> BfclCase:
    return BfclCase(
        case_id=row.id,
        request="\n".join(message.content for turn in row.question for message in turn),
        functions=tuple(
            BfclFunction(name=item.name, description=item.description, parameters=item.parameters)
            for item in row.function
        ),
        answer=answer,
    )
