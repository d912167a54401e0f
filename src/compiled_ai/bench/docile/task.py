"""Extraction as a task: instructions, output schema, examples, the spec for our compiler."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import yaml

from compiled_ai.bench.docile.document import KILE_TYPES, LIR_TYPES, Document, Field
from compiled_ai.bench.docile.official import DocileTask
from compiled_ai.bench.docile.reading import document_input, input_schema
from compiled_ai.bench.docile.text_match import Values
from compiled_ai.bench.model import Example, Task
from compiled_ai.spec.canonical import JsonObject, JsonValue

TAX_TYPES = ("tax_detail_rate", "tax_detail_net", "tax_detail_tax", "tax_detail_gross")
"""Types that a document has several of in the generated data."""
GENERATED_KILE = (
    "vendor_name", "vendor_address", "vendor_email", "vendor_tax_id", "vendor_registration_id", "customer_billing_name",
    "customer_billing_address", "customer_other_name", "customer_delivery_name", "customer_delivery_address", "document_id", "date_issue",
    "date_due", "customer_id", "customer_order_id", "vendor_order_id", "payment_terms", "payment_reference", "amount_total_net",
    "amount_total_tax", "amount_total_gross", "amount_paid", "amount_due", "currency_code_amount_due", *TAX_TYPES, "bank_num",
    "account_num", "iban", "bic",
)  # fmt: skip
"""Types that generated documents may have."""
GENERATED_LIR = (
    "line_item_position", "line_item_code", "line_item_description", "line_item_quantity", "line_item_units_of_measure",
    "line_item_unit_price_net", "line_item_discount_rate", "line_item_amount_net",
)  # fmt: skip

COMPILE_TOKENS = 60_000
"""What a compilation of a task may spend: a prompt with three documents alone takes about 6,000, which is more than the effort ``low`` allows."""

_SHARED = (
    "Give each value as it is printed, with its own format of dates and numbers; do not convert anything. Where the OCR has obviously misread a character, give "
    "what is printed. Words of one line are joined by one space, lines of one value by a line end. An amount comes with its currency sign where the two are written "
    "together ($12.00), and without the currency where a space stands between them (12.00 USD). Leave out what the document does not state; do not compute anything."
)
_KILE = (
    "From an invoice as an OCR read it, give the key information. Labels are not part of values. Dates, numbers and sums that are none of the fields "
    "(such as an order's date, a delivery note's number, an amount carried forward) are left out. tax_detail_* come from the table of taxes by rate, "
    "one value for each of its rows; the sum of all taxes is amount_total_tax only where it is printed on its own. currency_code_amount_due is given only where "
    "the amount due has a currency that a space separates from it."
)
_LIR = (
    "From an invoice as an OCR read it, give its line items in their order, each with the fields that it has. A description that goes on in the lines below belongs to the "
    "item above it. Headers of the table, sums carried forward, totals and taxes are no items."
)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Which fields a task asks for."""

    task: DocileTask
    types: tuple[str, ...]
    repeated: frozenset[str]
    """Types of key information that come as lists."""


def shape_of(task: DocileTask, *, is_generated: bool) -> Shape:
    """The fields of generated documents, or all of DocILE's, which then all come as lists: real documents have some of them twice."""
    if task == "lir":
        types = GENERATED_LIR if is_generated else tuple(LIR_TYPES)
        return Shape(task=task, types=types, repeated=frozenset())
    types = GENERATED_KILE if is_generated else tuple(KILE_TYPES)
    return Shape(task=task, types=types, repeated=frozenset(TAX_TYPES if is_generated else types))


def values_of(fields: Iterable[Field]) -> dict[str, list[str]]:
    """The texts of `fields` by type, in their order."""
    values: dict[str, list[str]] = {}
    for field in fields:
        values.setdefault(field.fieldtype, []).append(field.text)
    return values


def items_of(document: Document) -> list[dict[str, list[str]]]:
    """The line items of `document`, in the order of the annotation."""
    items: dict[int | None, list[Field]] = {}
    for field in document.line_items:
        items.setdefault(field.line_item_id, []).append(field)
    return [values_of(fields) for fields in items.values()]


def output_of(document: Document, shape: Shape) -> JsonObject:
    """The right answer for `document`. A field of a line item that comes twice is joined by line ends, for an item has one of each."""
    if shape.task == "kile":
        found = values_of(document.fields)
        return {
            kind: _plain(found[kind], is_list=kind in shape.repeated) for kind in shape.types if kind in found
        }
    rows: list[JsonValue] = [
        {kind: "\n".join(item[kind]) for kind in shape.types if kind in item} for item in items_of(document)
    ]
    return {"line_items": rows}


def _plain(texts: Sequence[str], *, is_list: bool) -> JsonValue:
    return [*texts] if is_list else texts[0]


def values_in(output: JsonValue) -> dict[str, list[str]]:
    """The values that an answer gives for key information, whatever it looks like. What is no text is written as JSON; null and empty texts say nothing."""
    if not isinstance(output, Mapping):
        return {} if output is None else {"": [_as_text(output)]}
    found = {kind: _texts(value) for kind, value in output.items()}
    return {kind: texts for kind, texts in found.items() if texts}


def items_in(output: JsonValue) -> list[dict[str, list[str]]]:
    """The line items that an answer gives, whatever it looks like."""
    items = output.get("line_items") if isinstance(output, Mapping) else output
    if not isinstance(items, list):
        return [] if items is None else [{"": [_as_text(items)]}]
    return [values for item in items if (values := values_in(item))]


def _texts(value: JsonValue) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [text for item in listed if item is not None and (text := _as_text(item)).strip()]


def _as_text(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def output_schema(shape: Shape) -> JsonObject:
    """JSON Schema of the answer; nothing is required, for what a document does not state is left out."""
    known = KILE_TYPES if shape.task == "kile" else LIR_TYPES
    properties: JsonObject = {
        kind: {**_type_of(kind in shape.repeated), "description": known[kind]} for kind in shape.types
    }
    closed: JsonObject = {"type": "object", "additionalProperties": False, "properties": properties}
    if shape.task == "kile":
        return closed
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["line_items"],
        "properties": {"line_items": {"type": "array", "items": closed}},
    }


def _type_of(is_list: bool) -> JsonObject:  # noqa: FBT001 - private, one caller
    return {"type": "array", "items": {"type": "string"}} if is_list else {"type": "string"}


def make_task(
    name: str, shape: Shape, documents: Sequence[Document], *, with_words: bool, threshold: float
) -> Task:
    """The task that asks for `shape`, with `documents` as examples that everybody may see."""
    examples = tuple(
        Example(input=document_input(item, with_words=with_words), output=output_of(item, shape))
        for item in documents
    )
    instructions = f"{_KILE if shape.task == 'kile' else _LIR} {_SHARED}"
    spec: JsonObject = {
        "name": name.replace("-", "_"),
        "description": "Extract the key information of an invoice."
        if shape.task == "kile"
        else "Extract the line items of an invoice.",
        "instructions": instructions,
        "input": input_schema(with_words=with_words),
        "output": output_schema(shape),
        "accuracy": {
            "evaluator": "fields",
            "threshold": threshold,
            "max_wrong": round(1 - threshold, 6),
        },
        "limits": {"tokens": COMPILE_TOKENS},
        "examples": [{"input": item.input, "output": item.output} for item in examples],
    }
    return Task(
        task_id=name,
        instructions=instructions,
        output_schema=output_schema(shape),
        spec=yaml.safe_dump(spec, sort_keys=False, allow_unicode=True, width=160),
        examples=examples,
    )


def as_values(output: JsonValue, task: DocileTask) -> list[Values]:
    """An answer as a list of groups of values: one for key information, one for each line item."""
    return [values_in(output)] if task == "kile" else [*items_in(output)]
