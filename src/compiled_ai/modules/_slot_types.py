"""What slot filling takes and gives: slots, filled values and the filling of a whole request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from compiled_ai.modules import abstain

Kind = Literal[
    "integer", "number", "boolean", "choice", "text", "name", "place", "date", "time", "datetime", "duration",
    "money", "email", "url", "path", "identifier", "expression",
]  # fmt: skip
"""What a slot holds. Whole and real numbers; a switch; one of a closed set; open words; the name of somebody or
something; a place; points and lengths of time; an amount of money; things with a shape of their own; a formula."""

Value = bool | int | float | str | tuple[bool | int | float | str, ...]
"""One value; a tuple for a slot with `many`."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A parameter to be filled from a request. Slots that no cue tells apart are filled in their order."""

    name: str
    kind: Kind
    many: bool = False
    """A list of such values."""
    required: bool = True
    cues: tuple[str, ...] = ()
    """Words and phrases that stand next to the value, the strongest first; `radius*` matches any ending."""
    units: tuple[str, ...] = ()
    """Units the number comes with ("meter", "year", "%"). The value is in the first one."""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """For `choice`: each value and its other wordings. For numbers and open kinds: values that words stand for where
    none is named, such as {"52": ("standard deck",)}."""
    style: str = ""
    """How the value is written: "lower", "upper", "title", "city", "city, ST", "city, country", "YYYY-MM-DD",
    "DD/MM/YYYY", "HH:MM", "percent" (12 % is 12), "fraction" (12 % is 0.12) and the like. Empty for a date
    or time: YYYY-MM-DD or HH:MM, and where the request has only words for it ("tomorrow morning"), these words."""
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        # Lists are easily written by hand, but a slot is a key of a cache.
        object.__setattr__(self, "cues", tuple(self.cues))
        object.__setattr__(self, "units", tuple(self.units))
        object.__setattr__(self, "choices", {key: tuple(words) for key, words in self.choices.items()})


@dataclass(frozen=True, kw_only=True)
class Filled:
    """The value of one slot and where the request has it."""

    slot: str
    value: Value
    start: int
    end: int
    confidence: float
    """From 0 to 1: how clearly the request means this slot."""
    why: str
    """One short sentence, without words of the request."""


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What a request fills. The getters abstain when the value is missing or of another type."""

    declined: str
    """Why the request is declined, without words of the request; empty when it is filled."""
    confidence: float
    """The least of the values, 0 when declined."""
    filled: tuple[Filled, ...]

    def require(self) -> None:
        """Abstain when the request is declined; generated code calls this first."""
        if self.declined:
            abstain(self.declined)

    def has(self, name: str) -> bool:
        """Whether the slot has a value; to be asked before reading an optional one."""
        return any(item.slot == name for item in self.filled)

    def integer(self, name: str) -> int:
        """The whole number of the slot."""
        value = self._value(name)
        if isinstance(value, tuple):
            abstain(f"the value of {name} is not a whole number")
        return _integer(name, value)

    def number(self, name: str) -> float:
        """The number of the slot."""
        value = self._value(name)
        if isinstance(value, tuple):
            abstain(f"the value of {name} is not a number")
        return _number(name, value)

    def flag(self, name: str) -> bool:
        """Whether the switch of the slot is on."""
        value = self._value(name)
        if not isinstance(value, bool):
            abstain(f"the value of {name} is neither true nor false")
        return value

    def text(self, name: str) -> str:
        """The text of the slot."""
        value = self._value(name)
        if not isinstance(value, str):
            abstain(f"the value of {name} is not a text")
        return value

    def integers(self, name: str) -> list[int]:
        """The whole numbers of the slot."""
        return [_integer(name, value) for value in self._values(name)]

    def numbers(self, name: str) -> list[float]:
        """The numbers of the slot."""
        return [_number(name, value) for value in self._values(name)]

    def flags(self, name: str) -> list[bool]:
        """The switches of the slot."""
        values = self._values(name)
        flags = [value for value in values if isinstance(value, bool)]
        if len(flags) != len(values):
            abstain(f"a value of {name} is neither true nor false")
        return flags

    def texts(self, name: str) -> list[str]:
        """The texts of the slot."""
        values = self._values(name)
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) != len(values):
            abstain(f"a value of {name} is not a text")
        return texts

    def _value(self, name: str) -> Value:
        found = next((item for item in self.filled if item.slot == name), None)
        if found is None:
            abstain(self.declined or f"the request has no {name}")
        return found.value

    def _values(self, name: str) -> Sequence[bool | int | float | str]:
        value = self._value(name)
        return value if isinstance(value, tuple) else (value,)


def _integer(name: str, value: bool | int | float | str) -> int:  # noqa: FBT001 - a value of any type, not a switch
    if isinstance(value, bool | str) or value != value // 1:
        abstain(f"the value of {name} is not a whole number")
    return int(value)


def _number(name: str, value: bool | int | float | str) -> float:  # noqa: FBT001 - a value of any type, not a switch
    if isinstance(value, bool | str):
        abstain(f"the value of {name} is not a number")
    return float(value)
