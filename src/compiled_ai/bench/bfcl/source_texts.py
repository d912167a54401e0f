"""Values written down as Java or JavaScript source, in one of the ways that BFCL's official checker reads."""

from __future__ import annotations

import json
from random import Random

from compiled_ai.spec.canonical import JsonObject, JsonValue


def source_text(value: JsonValue, document: JsonObject, category: str, *, random: Random) -> JsonValue:
    """`value` as an argument of a function of `category`; Python's values stay as they are."""
    if "java" not in category:
        return value
    type_name = str(document.get("type"))
    if isinstance(value, str):
        quoted = "javascript" in category and random.random() < 0.3
        return json.dumps(value, ensure_ascii=False) if quoted else value
    if isinstance(value, list | dict):
        items = document.get("items")
        item_type = str(items.get("type")) if isinstance(items, dict) else ""
        return _collection(value, type_name, item_type, random)
    return _scalar(value, "" if type_name == "float" and "javascript" in category else type_name)


def _scalar(value: JsonValue, type_name: str) -> str:
    suffix = {"long": "L", "float": "f", "Bigint": "n"}.get(type_name, "")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return json.dumps(value, ensure_ascii=False) + (suffix if is_number else "")


def _collection(value: list[JsonValue] | JsonObject, type_name: str, item_type: str, random: Random) -> str:
    if isinstance(value, dict):
        if type_name == "dict":
            return _javascript(value, random)
        puts = " ".join(f'put("{key}", {_scalar(item, "")});' for key, item in value.items())
        return f"new HashMap<String, Object>() {{{{ {puts} }}}}" if puts else "new HashMap<>()"
    if type_name == "array":
        return _javascript(value, random)
    parts = [_item(item, item_type, random) for item in value]
    if type_name == "Array":
        return f"new {item_type}[]{{{', '.join(parts)}}}"
    if random.random() < 0.3:
        return "new ArrayList<>() {{ " + " ".join(f"add({part});" for part in parts) + " }}"
    return f"new ArrayList<>(Arrays.asList({', '.join(parts)}))" if parts else "new ArrayList<>()"


def _item(item: JsonValue, item_type: str, random: Random) -> str:
    if isinstance(item, str) and random.random() < 0.4:
        return item
    return _scalar(item, item_type)


def _javascript(value: list[JsonValue] | JsonObject, random: Random) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, list) and random.random() < 0.3:
        text = f"new Array({text[1:-1]})"
    return text.replace('"', "'") if random.random() < 0.3 else text
