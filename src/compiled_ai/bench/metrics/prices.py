"""List prices with the day at which they held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version

from compiled_ai.bench.metrics.facts import ModelPrice
from compiled_ai.llm.exchange import Usage
from compiled_ai.llm.ledger import price

_COUNTED = 1_000
"""Tokens that are valued: prices of some models rise with the length of the prompt, and few prompts are longer."""


def model_price(model: str, *, day: date) -> ModelPrice:
    """List prices of `model`, such as ``anthropic:claude-opus-4-5``, as of `day`; None in each place where there is none.

    Taken from the price list that values our calls, by valuing a thousand tokens of each kind.
    """
    plain = _value(model, Usage(input_tokens=_COUNTED, output_tokens=0), day)
    cached = _value(model, Usage(input_tokens=_COUNTED, output_tokens=0, cached_tokens=_COUNTED), day)
    return ModelPrice(
        model=model,
        input_usd=plain,
        output_usd=_value(model, Usage(input_tokens=0, output_tokens=_COUNTED), day),
        cached_usd=cached,
        day=day.isoformat(),
        source=f"genai-prices {version('genai-prices')}",
    )


def model_prices(models: Iterable[tuple[str, str]]) -> tuple[ModelPrice, ...]:
    """Prices for each pair of a model and the ISO time at which it was used, without doubles, in order of name and day. Names without a provider are no models."""
    wanted = sorted({(model, _day(moment)) for model, moment in models if ":" in model})
    return tuple(model_price(model, day=day) for model, day in wanted)


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(UTC).date()


def _value(model: str, usage: Usage, day: date) -> float | None:
    found: Decimal | None = price(model, usage, day=day, price_as=None)[0]
    return None if found is None else float(found * (1_000_000 // _COUNTED))
