"""Inferred parts written as readable source."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence

from compiled_ai.factory.synthesis._expressions import HELPER_NEEDS, HELPERS
from compiled_ai.templates.typed_dicts import one_line

_WIDTH = 100
_ORDERS = re.compile(
    r"(?i)\b(?:type|pylint|flake8|pyright|ruff|mypy|isort|fmt|yapf|radon)\s*:|no\s?qa|no\s?sec|pragma"
)
_MODULES = {
    "abstain": "compiled_ai.modules",
    "add_days": "compiled_ai.modules.dates",
    "add_months": "compiled_ai.modules.dates",
    "find_dates": "compiled_ai.modules.dates",
    "parse_date": "compiled_ai.modules.dates",
    "currency_code": "compiled_ai.modules.money",
    "find_money": "compiled_ai.modules.money",
    "parse_money": "compiled_ai.modules.money",
    "find_numbers": "compiled_ai.modules.numbers",
    "format_decimal": "compiled_ai.modules.numbers",
    "parse_integer": "compiled_ai.modules.numbers",
    "parse_number": "compiled_ai.modules.numbers",
    "parse_phone": "compiled_ai.modules.phones",
    "round_half_up": "compiled_ai.modules.numbers",
    "to_decimal": "compiled_ai.modules.numbers",
    "best_label": "compiled_ai.modules.text",
    "clean": "compiled_ai.modules.text",
    "find_phrases": "compiled_ai.modules.text",
    "fold": "compiled_ai.modules.text",
    "has_phrase": "compiled_ai.modules.text",
    "labelled_value": "compiled_ai.modules.text",
    "nearest_cue": "compiled_ai.modules.text",
    "score_labels": "compiled_ai.modules.text",
    "title_case": "compiled_ai.modules.text",
    "words": "compiled_ai.modules.text",
    "Mapping": "collections.abc",
    "Sequence": "collections.abc",
    "date": "datetime",
    "Decimal": "decimal",
    "pairwise": "itertools",
    "Literal": "typing",
    "cast": "typing",
}
"""Where the names come from that synthesized code may use."""


def imports_for(code: str) -> str:
    """The imports that `code` needs, one name a line; the formatter joins them."""
    plain = re.sub(r"#.*", "", code)
    used = [name for name in _MODULES if re.search(rf"(?<![\w.\"']){name}\b(?=\s*[\(\[|,\]:)\n]|$)", plain)]
    lines = [f"from {_MODULES[name]} import {name}" for name in used]
    return "\n".join((["import re"] if "re." in plain else []) + lines)


def comment(text: str) -> str:
    """`text` as comment lines, empty where a checker might take it for an order."""
    plain = one_line(text)
    if not plain or _ORDERS.search(plain):
        return ""
    return "\n".join(f"# {line}" for line in textwrap.wrap(plain, _WIDTH - 2, break_long_words=False))


def helpers_for(names: Iterable[str]) -> list[str]:
    """Source of the helpers `names` and of those that they call, callees first."""
    needed = set(names)
    for name in sorted(needed):
        needed.update(HELPER_NEEDS.get(name, ()))
    return [HELPERS[name].strip() for name in HELPERS if name in needed]


def function(signature: str, docstring: str, lines: Sequence[str], *, spec: str = "") -> str:
    """One function; `spec` is the sentence that it implements."""
    doc = one_line(docstring).replace("\\", "").replace('"""', "'''")
    note = comment(spec)
    body = [f"def {signature}:", f'    """{doc}"""', *(f"    {line}" for line in lines)]
    return "\n".join([*([note] if note else []), *body])


def answer(fields: Mapping[str, str]) -> list[str]:
    """The statement that returns `fields`, name to expression."""
    return ["return {", *(f"    {name!r}: {code}," for name, code in fields.items()), "}"]


def module(parts: Sequence[str]) -> str:
    """`parts` as one body with its imports."""
    code = "\n\n\n".join(part for part in parts if part)
    return f"{imports_for(code)}\n\n\n{code}\n"
