"""parcel_desk 1.2.0: Route a message of the "parcel desk", with a refund where one is due.

Compiled by compiled-ai VERSION from the spec s1:d7baccbdb343. Do not edit: an edited file is refused.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, NotRequired, TypedDict

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal
from compiled_ai.modules.text import has_phrase


class ReadMessageInputLinesItem(TypedDict):
    sku: str
    price: str  # decimal text such as "12.50"


class ReadMessageInput(TypedDict):
    message: str  # maxLength 500, What they wrote; type - free text
    lines: list[ReadMessageInputLinesItem]


class ReadMessageOutput(TypedDict):
    topic: Literal["refund", "return", "other"]
    total: str  # decimal text such as "12.50"


class RouteInput(TypedDict):
    limit: NotRequired[str | None]  # decimal text such as "12.50"
    total: str  # decimal text such as "12.50"
    topic: Literal["refund", "return", "other"]


class RouteOutput(TypedDict):
    queue: Literal["refunds", "returns", "desk"]


def _route_exact(value: str | float | None) -> Decimal | None:
    """The exact number that `value` stands for; None stays None."""
    return None if value is None else Decimal(str(value))


def route(data: RouteInput) -> RouteOutput:
    """Decide by the table of the step `route`: the first line that holds."""
    limit = _route_exact(data.get("limit"))
    total = Decimal(data["total"])
    topic = data["topic"]
    # line 88 of the spec
    if limit is not None and total > limit:
        abstain('above the "limit"')
    # line 90 of the spec
    if topic == "refund" and total >= Decimal("0.5"):
        return {"queue": "refunds"}
    # line 93 of the spec
    if topic == "return":
        return {"queue": "returns"}
    # line 96 of the spec
    return {"queue": "desk"}


_CUES: dict[str, Literal["refund", "return"]] = {
    "refund": "refund",
    "money back": "refund",
    "send it back": "return",
}


def _topic(message: str) -> Literal["refund", "return", "other"]:
    """The topic of a message."""
    for cue, topic in _CUES.items():
        if has_phrase(message, cue):
            return topic
    return "other"


def read_message(data: ReadMessageInput) -> ReadMessageOutput:
    """Find the topic, and the sum of the lines."""
    total = sum((Decimal(line["price"]) for line in data["lines"]), Decimal(0))
    return {"topic": _topic(data["message"]), "total": format_decimal(total, 2)}
