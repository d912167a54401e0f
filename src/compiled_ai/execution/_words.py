"""What error texts may say of the data. They end up in logs, so under ``hipaa``, ``pci_dss`` and ``soc2`` they say nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from compiled_ai.errors import (
    BlockedPromptError,
    BlockedReplyError,
    BudgetExceededError,
    CompiledAIError,
    MissingKeyError,
    ModelCallError,
    ModelError,
    ModelReplyError,
    OperatorError,
    ReplayMissError,
    UnknownModelError,
)
from compiled_ai.execution.rows import Row
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import Mismatch, place_text, shorten

_T = TypeVar("_T")
_LONGEST = 300


class Words:
    """Puts misfits and failures in words.

    Args:
        schemas: Those of the workflow's two ends.
        hidden_by: The compliance block that forbids to show values, or None. Names of fields that no schema lists are values too: in a map they come
            from the input.
    """

    def __init__(self, *schemas: JsonObject, hidden_by: str | None) -> None:
        self.secret = hidden_by is not None
        """Whether values must not be shown."""
        self._block = hidden_by
        self._names = frozenset(name for schema in schemas for name in _property_names(schema))

    @property
    def not_shown(self) -> str:
        """Why details are missing, to be put behind the kind of a failure; empty where they may be shown."""
        return f"; details are not shown under {self._block}" if self.secret else ""

    def field(self, misfit: Mismatch) -> str:
        """Where the misfit is, such as ``lines[2].price``."""
        place = misfit.place
        if self.secret:
            place = tuple(part if isinstance(part, int) or part in self._names else "*" for part in place)
        return shorten(place_text(place), _LONGEST)

    def misfit(self, end: str, misfit: Mismatch) -> str:
        """Where and what it is; `end` is ``input`` or ``output``."""
        field = self.field(misfit)
        place = f"{end}{'' if not field or field.startswith('[') else '.'}{field}"
        if self.secret:
            return f"{place}: does not fit the schema (rule '{misfit.rule}'; values are not shown under {self._block})"
        return f"{place}: {shorten(misfit.message, _LONGEST)}"

    def problem(self, row: Row) -> str:
        """Why a row could not be read."""
        if self.secret and row.quotes:
            return f"the row cannot be read (details are not shown under {self._block})"
        return shorten(row.problem, _LONGEST)

    def failure(self, error: Exception) -> str:
        """What compiled code raised."""
        return type(error).__name__ if self.secret else self.told_failure(type(error).__name__, str(error))

    def told_failure(self, kind: str, text: str) -> str:
        """The same of an exception of that `kind` with that `text`."""
        return kind if self.secret else shorten(f"{kind}: {text}", _LONGEST)

    def asking(self, ask: Callable[[], _T]) -> _T:
        """What `ask` returns. Where values must not be shown, an error of the model is told by its kind alone: its text may quote them."""
        if not self.secret:
            return ask()
        try:
            return ask()
        except CompiledAIError as error:
            hidden = _without_text(error, self._block)
        except Exception as error:  # noqa: BLE001 - a boundary: no text of unknown origin may pass
            hidden = ModelCallError(
                f"the model call failed ({type(error).__name__}; details are not shown under {self._block})",
                retryable=False,
            )
        raise hidden


def _without_text(error: CompiledAIError, block: str | None) -> CompiledAIError:
    """An error like `error` that says its kind alone, and is chained to none. Errors about the set-up keep their text: we wrote it."""
    text = f"the model call failed ({type(error).__name__}; details are not shown under {block})"
    hidden: CompiledAIError = OperatorError(text)
    match error:
        case MissingKeyError():
            hidden = MissingKeyError(str(error), variable=error.variable)
        case ReplayMissError():
            hidden = ReplayMissError(str(error), key=error.key)
        case UnknownModelError():
            hidden = UnknownModelError(str(error))
        case ModelCallError():
            hidden = ModelCallError(text, retryable=error.retryable)
        case BudgetExceededError():
            hidden = BudgetExceededError(text)
        case BlockedPromptError():  # its text holds no word of the input
            hidden = BlockedPromptError(str(error), decision=error.decision)
        case BlockedReplyError():
            hidden = BlockedReplyError(str(error), decision=error.decision)
        case ModelError():
            hidden = ModelReplyError(text)
    return hidden


def _property_names(schema: JsonValue) -> set[str]:
    """Names of fields that a schema lists, at any depth."""
    if isinstance(schema, list):
        return {name for item in schema for name in _property_names(item)}
    if not isinstance(schema, dict):
        return set()
    properties = schema.get("properties")
    named = set(properties) if isinstance(properties, dict) else set()
    return named | {name for item in schema.values() for name in _property_names(item)}
