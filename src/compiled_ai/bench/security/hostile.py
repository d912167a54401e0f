"""Texts that are made to break a gate or to hold it up: huge, binary, half of a pair, from right to left, nested deeply."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import thread_time

from compiled_ai.bench.security.figures import KILOBYTE
from compiled_ai.bench.security.sets import Gate
from compiled_ai.gates.policy import TextMode
from compiled_ai.gates.verdict import Action, GateVerdict

HOSTILE = "hostile"
MEGABYTE = 1_000_000
_NOT_READ = "not_read_whole"


@dataclass(frozen=True, kw_only=True)
class HostileLine:
    """What one gate did with one such text."""

    gate: Gate
    mode: TextMode
    text: str
    """The name of the text."""
    size: int
    """In bytes of UTF-8."""
    action: Action
    failed: bool
    """Whether the gate failed inside, which blocks the text."""
    read_whole: bool
    """Whether the gate says nothing of parts that it left out. Its time by 1,000 bytes is small where it does."""
    seconds: float
    """Of the processor."""

    @property
    def milliseconds_per_kilobyte(self) -> float:
        """Time by 1,000 bytes."""
        return 1_000 * self.seconds / (self.size / KILOBYTE)

    def to_json(self) -> dict[str, str | int | float | bool]:
        """All of it."""
        return {
            "gate": self.gate,
            "mode": self.mode,
            "text": self.text,
            "bytes": self.size,
            "action": self.action,
            "failed_inside": self.failed,
            "read_whole": self.read_whole,
            "seconds": self.seconds,
            "ms_per_kb": self.milliseconds_per_kilobyte,
        }


def ask_hostile(
    gate: Gate, ask: Callable[[str, TextMode], GateVerdict], modes: Sequence[TextMode]
) -> Iterator[HostileLine]:
    """What `ask`, which never raises, does with each text in the first mode, and with prose in the others. Only one text is in memory at a time."""
    for mode in modes:
        for name, make in HOSTILE_TEXTS.items():
            if mode != modes[0] and not name.startswith("prose"):
                continue
            text = make()
            started = thread_time()
            verdict = ask(text, mode)
            seconds = thread_time() - started
            yield HostileLine(
                gate=gate,
                mode=mode,
                text=name,
                size=len(text.encode("utf-8", "surrogatepass")),
                action=verdict.action,
                failed=verdict.failed_inside,
                read_whole=all(one.kind != _NOT_READ for one in verdict.findings),
                seconds=seconds,
            )


def _prose(length: int) -> str:
    rng = random.Random(1)  # noqa: S311 - made-up data
    letters = "etaoinshrdlucmfwypvbgk"
    words = ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(5_000)]
    said = " ".join(rng.choices(words, k=20_000)).replace(" e", ".\nE")
    return (said * (length // len(said) + 1))[:length]


def _binary(length: int) -> str:
    """Random bytes as a reader keeps them that takes what is no UTF-8 for lone surrogates."""
    return random.Random(2).randbytes(length).decode("utf-8", "surrogateescape")  # noqa: S311 - made-up data


def _right_to_left(length: int) -> str:
    said = "\u202eمرحبا بكم في المكتبة، \u202cשלום לכולם, \u2067abc\u2069 "  # noqa: RUF001 - that is the matter
    return said * (length // len(said.encode()))


def _encoded(length: int) -> str:
    """Base64 in base64 in base64 of the same sentence, over and over."""
    import base64

    data = b"The library opens at nine. "
    for _ in range(3):
        data = base64.b64encode(data)
    return (data.decode() + " ") * (length // (len(data) + 1))


HOSTILE_TEXTS: Mapping[str, Callable[[], str]] = {
    "prose, 1 MB": partial(_prose, MEGABYTE),
    "prose, 10 MB": partial(_prose, 10 * MEGABYTE),
    "one word": lambda: "a" * MEGABYTE,
    "binary": partial(_binary, MEGABYTE // 4),
    "lone surrogates": lambda: "\ud83d" * (MEGABYTE // 3),
    "right to left": partial(_right_to_left, MEGABYTE),
    "invisible characters": lambda: "i\u200bg\u00adn\u2060o\ufeffr\u034fe " * (MEGABYTE // 25),
    "JSON, 100,000 deep": lambda: '{"a":' * 100_000 + "1" + "}" * 100_000,
    "lists, 500,000 deep": lambda: "[" * 500_000 + "]" * 500_000,
    "base64 three deep": partial(_encoded, MEGABYTE),
    "placeholders, nulls, quotes": lambda: "\0[EMAIL_1]'\"\\<!--`]]>" * (MEGABYTE // 20),
}
"""By name, the functions that make them."""
