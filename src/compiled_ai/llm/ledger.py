"""The ledger of model calls: tokens, money and time, one row a call, failed calls included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from compiled_ai.errors import UnknownModelError
from compiled_ai.llm.exchange import Role, Usage
from compiled_ai.spec.canonical import JsonObject, JsonValue

PRICED_PROVIDERS = {"anthropic": "anthropic", "openai": "openai", "openai-chat": "openai", "google": "google"}
"""Our provider prefix to the provider's id in genai-prices. Others have no list price."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of a model."""

    role: Role
    attempt: int
    """1-based number of the caller's attempt."""
    model: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    """Part of `input_tokens` that the provider read from its cache."""
    cost_usd: Decimal | None
    """None when the price is unknown, never 0 for that."""
    priced_as: str | None
    """The model at whose list price the tokens are valued, when it is not the one that was called."""
    seconds: float
    """Wall time of the call; in a replay the recorded one."""
    first_token_seconds: float | None
    tokens_estimated: bool
    replayed: bool
    error: str | None = None
    """Class of the error that the call ended with. None for a call that was answered."""


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Sums over a ledger."""

    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_usd: Decimal | None
    """None when the price of any call is unknown. 0 for no calls."""
    priced_as: tuple[str, ...]
    """Models whose list prices stand in for unknown ones, sorted."""
    seconds: float
    tokens_estimated: bool
    """Whether any of the counts is an estimate."""

    @property
    def tokens(self) -> int:
        """Tokens of prompts and replies together."""
        return self.input_tokens + self.output_tokens


class Ledger:
    """Rows of model calls, in the order in which they ended."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def append(self, call: Call) -> None:
        """Add one row."""
        self._calls.append(call)

    def totals(self) -> Totals:
        """Sums over all rows."""
        calls = tuple(self._calls)
        costs = [call.cost_usd for call in calls]
        known = [cost for cost in costs if cost is not None]
        return Totals(
            calls=len(calls),
            input_tokens=sum(call.input_tokens for call in calls),
            output_tokens=sum(call.output_tokens for call in calls),
            cached_tokens=sum(call.cached_tokens for call in calls),
            cost_usd=sum(known, Decimal(0)) if len(known) == len(costs) else None,
            priced_as=tuple(sorted({call.priced_as for call in calls if call.priced_as is not None})),
            seconds=sum(call.seconds for call in calls),
            tokens_estimated=any(call.tokens_estimated for call in calls),
        )

    def to_json(self) -> JsonObject:
        """Rows and sums without anything a clock measured: equal runs, equal data. Money is a string."""
        totals = self.totals()
        rows: list[JsonValue] = [_call_json(call) for call in self]
        return {
            "calls": rows,
            "totals": {
                "calls": totals.calls,
                "input_tokens": totals.input_tokens,
                "output_tokens": totals.output_tokens,
                "cached_tokens": totals.cached_tokens,
                "cost_usd": _money(totals.cost_usd),
                "priced_as": list(totals.priced_as),
                "tokens_estimated": totals.tokens_estimated,
            },
        }

    def timings(self) -> list[JsonObject]:
        """The measured seconds of each row, in the order of the rows."""
        return [
            {
                "role": call.role,
                "attempt": call.attempt,
                "seconds": call.seconds,
                "first_token_seconds": call.first_token_seconds,
            }
            for call in self
        ]


def price(
    model: str, usage: Usage, *, day: date | None, price_as: str | None
) -> tuple[Decimal | None, str | None]:
    """Cost in USD at the list prices of `day` (None means today), and the model that stood in, if one did."""
    cost = _list_price(model, usage, day)
    if cost is not None or price_as is None:
        return cost, None
    cost = _list_price(price_as, usage, day)
    return cost, None if cost is None else price_as


def check_priced(model: str) -> None:
    """Make sure that `model` has a list price.

    Raises:
        UnknownModelError: it has none, so it cannot stand in for another.
    """
    if _list_price(model, Usage(input_tokens=1, output_tokens=1), None) is None:
        message = (
            f"{model!r}, given to price other models as, has no list price itself; "
            "name one that has, such as anthropic:claude-opus-4-5"
        )
        raise UnknownModelError(message)


def _list_price(model: str, usage: Usage, day: date | None) -> Decimal | None:
    provider, colon, name = model.partition(":")
    if not colon or provider not in PRICED_PROVIDERS:
        return None
    from genai_prices import Usage as PricedUsage
    from genai_prices import calc_price

    priced = PricedUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cached_tokens,
    )
    moment = None if day is None else datetime.combine(day, time(12), UTC)
    try:
        found = calc_price(
            priced, name, provider_id=PRICED_PROVIDERS[provider], genai_request_timestamp=moment
        )
    except (LookupError, ValueError):  # ValueError: counts that contradict each other
        return None
    return found.total_price


def _call_json(call: Call) -> JsonObject:
    return {
        "role": call.role,
        "attempt": call.attempt,
        "model": call.model,
        "input_tokens": call.input_tokens,
        "output_tokens": call.output_tokens,
        "cached_tokens": call.cached_tokens,
        "cost_usd": _money(call.cost_usd),
        "priced_as": call.priced_as,
        "tokens_estimated": call.tokens_estimated,
        "replayed": call.replayed,
        "error": call.error,
    }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else format(amount, "f")
