"""BFCL v4 from the pinned `bfcl-eval` wheel: its requests, functions and acceptable answers.

https://github.com/ShishirPatil/gorilla/tree/main/berkeley-function-call-leaderboard, Apache-2.0. Nothing of it lies in our
repository; it is fetched into the user's data folder.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
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
BfclCategory = Literal[
    "simple_python",
    "simple_java",
    "simple_javascript",
    "multiple",
    "parallel",
    "parallel_multiple",
    "irrelevance",
    "live_simple",
    "live_multiple",
    "live_parallel",
    "live_parallel_multiple",
    "live_relevance",
    "live_irrelevance",
]
"""The single-turn categories."""
CATEGORIES: tuple[BfclCategory, ...] = get_args(BfclCategory)
_REQUIREMENTS = Path(__file__).parent / "requirements.txt"


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
    """What the user says; with a system message or several turns, all of them, one below the other, with who speaks where the assistant does too."""
    functions: tuple[BfclFunction, ...]
    answers: tuple[JsonObject, ...]
    """For each call that is due: from the right function's name to its parameters, each with the list of acceptable values; "" among them means that it
    may be left out. Empty in the categories of relevance."""
    category: BfclCategory = "simple_python"

    @property
    def answer(self) -> JsonObject:
        """The call that is due, where it is the only one."""
        (answer,) = self.answers
        return answer


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
    if category not in CATEGORIES:
        raise ValueError(f"unknown category {category!r}; known are {', '.join(CATEGORIES)}")
    data = ensure_bfcl(home) / "bfcl_eval" / "data"
    paths = data_files(category, home=data.parent.parent)
    try:
        rows = _rows(_Row, paths[0])
        answers = {row.id: tuple(row.ground_truth) for path in paths[1:] for row in _rows(_Answer, path)}
        if len(paths) == 1:
            answers = {row.id: () for row in rows}
        return tuple(_case(row, answers[row.id], category) for row in rows)
    except (OSError, ValueError, KeyError) as error:
        raise MissingToolError(
            f"BFCL in {data} cannot be read ({error!r}): remove the folder {data.parent.parent} and try again"
        ) from error


def data_files(category: BfclCategory, *, home: Path) -> tuple[Path, ...]:
    """The file of the requests and, where calls are due, that of the answers."""
    data, name = home / "bfcl_eval" / "data", f"BFCL_v4_{category}.json"
    return (data / name,) if "relevance" in category else (data / name, data / "possible_answer" / name)


def data_digest(categories: Sequence[BfclCategory], *, home: Path | None = None) -> str:
    """SHA-256 over the files of `categories`, as ``sha256:…``.

    Raises:
        MissingToolError: BFCL is not there and cannot be fetched.
    """
    home = ensure_bfcl(home)
    found = hashlib.sha256()
    for category in categories:
        for path in data_files(category, home=home):
            found.update(path.read_bytes())
    return f"sha256:{found.hexdigest()}"


def wheel_digest() -> str:
    """The pinned SHA-256 of the wheel, as ``sha256:…``."""
    text = _REQUIREMENTS.read_text(encoding="utf-8")
    return next(word for word in text.replace("--hash=", " ").split() if word.startswith("sha256:"))


class _Message(BaseModel):
    role: str = "user"
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
    ground_truth: list[dict[str, pydantic.JsonValue]] = Field(min_length=1)


_Document = TypeVar("_Document", bound=BaseModel)


def _rows(kind: type[_Document], path: Path) -> list[_Document]:
    with path.open(encoding="utf-8") as file:
        return [kind.model_validate_json(line) for line in file]


def _case(row: _Row, answers: tuple[JsonObject, ...], category: BfclCategory) -> BfclCase:
    messages = [message for turn in row.question for message in turn]
    is_dialogue = any(message.role == "assistant" for message in messages)
    return BfclCase(
        case_id=row.id,
        request="\n".join(
            f"{message.role}: {message.content}" if is_dialogue else message.content for message in messages
        ),
        functions=tuple(
            BfclFunction(name=item.name, description=item.description, parameters=item.parameters)
            for item in row.function
        ),
        answers=answers,
        category=category,
    )
