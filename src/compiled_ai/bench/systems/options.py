"""What a system is set up with: the same few options for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from compiled_ai.spec.canonical import JsonObject, JsonValue

__all__ = ["Effort", "SystemOptions"]

Effort = Literal["none", "low", "standard", "high"]
"""The compiler's own, written out: importing it there takes each worker a second, and most systems do not compile."""
_EFFORTS: tuple[Effort, ...] = get_args(Effort)


@dataclass(frozen=True, kw_only=True)
class SystemOptions:
    """How a system is built. Keys of providers come from the environment, never from here: options are written into results."""

    folder: Path
    """Where what is made once for a task goes, such as compiled artifacts."""
    model: str | None = None
    """Such as ``anthropic:claude-opus-4-5``. None: a replay asks its recordings, a live call fails."""
    base_url: str | None = None
    """Server to call in place of the provider's own."""
    record: Path | None = None
    """Folder that exchanges are recorded in."""
    replay: Path | None = None
    """Folder of recordings that answer in place of a model."""
    by_hand: bool = False
    """Whether a person or helper answers at a desk: then times say nothing about a model."""
    effort: Effort = "low"
    """What a compilation may spend."""
    timeout_seconds: float = 120.0
    """Time for one call of a model."""
    price_as: str | None = None
    """Model at whose list price the tokens of an unlisted one are valued."""

    def to_json(self) -> JsonObject:
        """As data, for another process; `from_json` reads it back."""
        return {
            "folder": str(self.folder),
            "model": self.model,
            "base_url": self.base_url,
            "record": None if self.record is None else str(self.record),
            "replay": None if self.replay is None else str(self.replay),
            "by_hand": self.by_hand,
            "effort": self.effort,
            "timeout_seconds": self.timeout_seconds,
            "price_as": self.price_as,
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> SystemOptions:
        """The options that `to_json` wrote.

        Raises:
            ValueError: `data` is something else.
        """
        effort = next((name for name in _EFFORTS if name == data.get("effort", "low")), None)
        if effort is None:
            raise ValueError(f"effort {data['effort']!r} is none of {', '.join(_EFFORTS)}")
        seconds = data.get("timeout_seconds", cls.timeout_seconds)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
            raise ValueError(f"timeout_seconds {seconds!r} is not a number above 0")
        folder = _text(data, "folder")
        if folder is None:
            raise ValueError("options of a system need a folder")
        return cls(
            folder=Path(folder),
            model=_text(data, "model"),
            base_url=_text(data, "base_url"),
            record=_path(_text(data, "record")),
            replay=_path(_text(data, "replay")),
            by_hand=data.get("by_hand") is True,
            effort=effort,
            timeout_seconds=float(seconds),
            price_as=_text(data, "price_as"),
        )


def _text(data: JsonObject, name: str) -> str | None:
    value: JsonValue = data.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"option {name} {value!r} is no text")
    return value


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
