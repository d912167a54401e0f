"""``line_items``: read the lines of an order or invoice from text."""

from __future__ import annotations

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.builtin._compose import activity, object_schema, strings
from compiled_ai.templates.builtin._parameters import (
    Builder,
    answers,
    declines,
    field,
    flag,
    parameters,
    phrases,
    step,
)
from compiled_ai.templates.rendering import Rendering, signature
from compiled_ai.templates.typed_dicts import class_name

_SKIPPED = [
    "total",
    "subtotal",
    "sub total",
    "sum",
    "tax",
    "vat",
    "shipping",
    "delivery",
    "discount",
    "invoice",
    "date",
    "thank*",
]
PARAMETERS = parameters(
    {},
    {
        "step": step("read_lines"),
        "field": field("The input field with the text.", "text"),
        "skipped": {**phrases("Lines with one of these phrases are no items."), "default": [*_SKIPPED]},
        "total_labels": phrases(
            "Labels of the stated total; when given, lines that do not add up to it are declined."
        ),
        "price_is_total": flag(
            "Whether the price of a line is for its whole quantity, not for one piece.", default=False
        ),
    },
)
_ITEM = object_schema(
    {
        "description": {"type": "string"},
        "quantity": {"type": "integer"},
        "price": {"type": "string", "format": "decimal"},
    }
)
_CODE = '''
_SKIPPED: tuple[str, ...] = {skipped!r}
_TIMES = ("x", "*", "\\u00d7", "pcs", "pc", "pieces", "units")


def _quantity(parts: list[str]) -> tuple[int | None, list[str]]:
    """The quantity at the beginning of a line and the words after it; None without one."""
    first = parts[0].lower()
    count = parse_integer(first.rstrip("x*\\u00d7"))
    if count is None or count < 1:
        return None, parts
    if first[-1] in "x*\\u00d7":
        return count, parts[1:]
    if len(parts) > 1 and parts[1].lower().rstrip(".") in _TIMES:
        return count, parts[2:]
    return None, parts


def _price(parts: list[str]) -> tuple[str | None, list[str]]:
    """The price at the end of a line and the words before it; None without one."""
    for size in (2, 1):
        written = " ".join(parts[-size:])
        money = parse_money(written) if len(parts) > size else None
        if money and (money.currency or "." in written or "," in written):
            return format_decimal(money.amount, 2), parts[:-size]
    return None, parts


def _item(line: str) -> {item} | None:
    """The item of one line; None when the line is no item."""
    parts = clean(line).replace(" @ ", " ").split(" ")
    if not parts[0] or has_phrase(line, *_SKIPPED):
        return None
    price, parts = _price(parts)
    if price is None or not parts:
        return None
    quantity, parts = _quantity(parts)
    description = " ".join(parts).strip(" -:;|.,")
    if not description:
        return None
    return {{"description": description, "quantity": quantity or 1, "price": price}}
'''
_MAIN = '''
{signature}
    """The items of the text, line by line; declines a text without any."""
    text = data[{field!r}]
    items = [item for line in text.split("\\n") if (item := _item(line)) is not None]
    if not items:
        abstain("no line is an item")
{total}    return {{"items": items}}
'''
_TOTAL = """\
    stated = _stated_total(text)
    if stated is not None and _sum(items) != stated:
        abstain("the lines do not add up to the stated total")
"""
_TOTAL_CODE = '''
def _stated_total(text: str) -> Decimal | None:
    """The total that the text states; None without one."""
    written = labelled_value(text, {labels!r})
    money = None if written is None else parse_money(written)
    return None if money is None else money.amount


def _sum(items: list[{item}]) -> Decimal:
    """What the items come to."""
    prices = [Decimal(item["price"]){times} for item in items]
    return sum(prices, Decimal(0))
'''


def render(values: JsonObject) -> Rendering:
    """A reader of one line, and one function that goes through the lines."""
    name = str(values["step"])
    item = f"{class_name(name)}OutputItemsItem"
    labels = tuple(strings(values["total_labels"]))
    blocks = [_CODE.format(skipped=tuple(strings(values["skipped"])), item=item)]
    if labels:
        times = "" if values["price_is_total"] else " * item['quantity']"
        blocks.append(_TOTAL_CODE.format(labels=labels, item=item, times=times))
    blocks.append(
        _MAIN.format(signature=signature(name), field=values["field"], total=_TOTAL if labels else "")
    )
    return activity(
        values,
        blocks,
        takes={str(values["field"]): {"type": "string"}},
        gives={"items": {"type": "array", "items": _ITEM}},
    )


BUILDER = Builder(
    parameters=PARAMETERS,
    render=render,
    functions=(
        "text.clean",
        "text.has_phrase",
        "text.labelled_value",
        "numbers.parse_integer",
        "numbers.format_decimal",
        "money.parse_money",
    ),
    example={"total_labels": ["total", "grand total"]},
    trials=(
        answers(
            {
                "text": "Invoice 17\n2 x Blue mug 12.50\nTea pot, large   $30.00\n3x Spoon @ 1,10\nShipping 4.90\nTotal: 58.30"
            },
            {
                "items": [
                    {"description": "Blue mug", "quantity": 2, "price": "12.50"},
                    {"description": "Tea pot, large", "quantity": 1, "price": "30.00"},
                    {"description": "Spoon", "quantity": 3, "price": "1.10"},
                ]
            },
        ),
        answers(
            {"text": "1 pcs Lamp EUR 20"},
            {"items": [{"description": "Lamp", "quantity": 1, "price": "20.00"}]},
        ),
        declines({"text": "2 x Mug 12.50\nTotal: 26.00"}),
        declines({"text": "Dear Ann,\nthank you for calling."}),
    ),
)
