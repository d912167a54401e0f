"""Messages in pieces, so that the gates know our own words from what comes from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiled_ai.errors import InputError
from compiled_ai.spec.canonical import JsonValue, canonical_json
from compiled_ai.spec.gate_policy import TextMode


@dataclass(frozen=True, kw_only=True)
class Material:
    """A part of a message that comes from outside: from a spec, from a user, from another model."""

    value: JsonValue
    """A text, or data that the model is shown as JSON."""
    mode: TextMode = "direct"
    place: str = "prompt"
    """Where it comes from, such as ``input`` or ``examples[2].input``, for messages about it."""

    def shown(self) -> str:
        """As a model is shown it.

        Raises:
            InputError: data that are nested too deeply for any encoder.
        """
        try:
            return self.value if isinstance(self.value, str) else shown_data(self.value)
        except RecursionError:
            raise InputError(
                f"{self.place}: the data are nested too deeply to be shown to a model; flatten them",
                field=self.place,
            ) from None

    def words(self) -> str:
        """All that can be read in it: names of fields and texts, a line each."""
        return self.value if isinstance(self.value, str) else "\n".join(_texts(self.value))


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A message or a system prompt: pieces that are put together as they stand.

    A plain text given in place of one is taken for material as a whole.
    """

    pieces: tuple[str | Material, ...]
    """Texts are our own words."""
    holds: tuple[Material, ...] = ()
    """What stands in those texts and is not ours, where a message cannot be taken apart: it is checked by itself."""

    @property
    def text(self) -> str:
        """The message."""
        return "".join(piece if isinstance(piece, str) else piece.shown() for piece in self.pieces)

    @property
    def materials(self) -> tuple[Material, ...]:
        """All that comes from outside."""
        return (*(piece for piece in self.pieces if isinstance(piece, Material)), *self.holds)


def as_prompt(prompt: str | Prompt, *, place: str = "prompt") -> Prompt:
    """`prompt`; a text is material as a whole."""
    return Prompt(pieces=(Material(value=prompt, place=place),)) if isinstance(prompt, str) else prompt


def shown_data(value: JsonValue) -> str:
    """`value` as a model is shown it: JSON that every provider's encoder takes, lone surrogates written as escapes."""
    return canonical_json(value).encode("utf-8", "backslashreplace").decode()


def _texts(value: JsonValue) -> Iterator[str]:
    """In a loop, because data may be nested deeper than calls can be."""
    stack: list[JsonValue] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, dict):
            for key, inner in reversed(item.items()):
                stack += (inner, key)
