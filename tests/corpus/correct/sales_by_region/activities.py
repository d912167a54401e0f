from __future__ import annotations

from decimal import Decimal
from itertools import groupby

from compiled_ai.modules import abstain
from compiled_ai.modules.numbers import format_decimal


def _key(sale: tuple[str, Decimal]) -> str:
    """The region of a sale."""
    return sale[0]


def _grouped(sales: list[tuple[str, Decimal]]) -> dict[str, list[Decimal]]:
    """The amounts of each region, regions in order."""
    return {
        region: [amount for _, amount in group] for region, group in groupby(sorted(sales), key=_key)
    }


def sales_by_region(data: SalesByRegionInput) -> SalesByRegionOutput:
    """Group the sales by region and add up each group."""
    kept = [
        (sale["region"].strip().lower(), Decimal(sale["amount"]))
        for sale in data["sales"]
        if sale["status"] != "cancelled"
    ]
    if any(region == "" for region, _ in kept):
        abstain("a sale has no region")
    grouped = _grouped(kept)
    totals = {region: sum(amounts, Decimal(0)) for region, amounts in grouped.items()}
    return {
        "regions": [
            {"region": region, "sales": len(amounts), "total": format_decimal(totals[region], 2)}
            for region, amounts in grouped.items()
        ],
        "total": format_decimal(sum(totals.values(), Decimal(0)), 2),
        "best": max(totals, key=lambda region: totals[region]) if totals else None,
    }
