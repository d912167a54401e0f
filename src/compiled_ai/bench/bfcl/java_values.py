"""The value that a text of Java source stands for, as BFCL's official checker reads it.

Arguments of Java functions are texts with Java source. A text that is not in the form of its type stays a text, which then has the wrong type.
Reading takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from compiled_ai.bench.bfcl.values import BrokenOffError
from compiled_ai.spec.canonical import JsonValue

KINDS: Mapping[str, type] = {
    **dict.fromkeys(("byte", "short", "integer", "long"), int),
    **dict.fromkeys(("float", "double"), float),
    "boolean": bool,
    **dict.fromkeys(("char", "String", "any"), str),
    **dict.fromkeys(("Array", "ArrayList", "Queue", "Stack"), list),
    "Set": set,
    **dict.fromkeys(("HashMap", "Hashtable"), dict),
}
"""The type of a converted value, by BFCL's name of the Java type."""
LISTS = frozenset(("Array", "ArrayList"))
"""Types whose document says what their items are."""
_SAME_LINE = "\n"
_DECIMAL = r"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
_INTEGER = re.compile(r"(-?\d+)\n?")
_LONG = re.compile(r"(-?\d+)[lL]\n?")
_FLOAT = re.compile(_DECIMAL + r"[fF]\n?")
_DOUBLE = re.compile(_DECIMAL + r"\n?")
_ARRAY = re.compile(r"new\s+\w+\[\]\s*\{")
_LIST_OF = re.compile(r"new\s+ArrayList<\w*>\(Arrays\.asList\(")
_LIST_WITH = re.compile(r"new\s+ArrayList<\w*>\(\)\s*\{\{\s*")
_LIST = re.compile(r"new\s+ArrayList<\w*>\(\)")
_MAP = re.compile(r"new\s+HashMap<")
_MAP_WITH = re.compile(r">\s*\(\)\s*\{\s*\{?\s*")
_MAP_EMPTY = re.compile(r">\s*\(\)")
_SPACE = re.compile(r"\s*")


def java_value(text: str, type_name: str, item_type: str | None = None) -> JsonValue:
    """The value of `text`, or `text` itself when it is not in the form of its type.

    Raises:
        BrokenOffError: the official checker would break, as it does on types that it does not convert.
    """
    if type_name in _READERS:
        return _READERS[type_name](text)
    if type_name == "Array":
        return _array(text, item_type)
    if type_name == "ArrayList":
        return _array_list(text, item_type)
    raise BrokenOffError(f"values of {type_name} are not converted")


def _whole(text: str, form: re.Pattern[str]) -> JsonValue:
    found = form.fullmatch(text)
    try:
        return text if found is None else int(found[1])
    except ValueError as error:  # thousands of digits
        raise BrokenOffError("a number is too long") from error


def _real(text: str, form: re.Pattern[str]) -> JsonValue:
    found = form.fullmatch(text)
    return text if found is None else float(found[1])


def _boolean(text: str) -> JsonValue:
    return {"true": True, "false": False}.get(text, text)


def _untyped(text: str) -> JsonValue:
    """A value whose type nothing says: what it looks like."""
    if text in {"true", "false"}:
        return text == "true"
    if text.startswith('"') and text.endswith('"'):
        return text[1:-1]
    for read, form in ((_whole, _LONG), (_real, _FLOAT)):
        value = read(text, form)
        if value is not text:
            return value
    return number_or_text(text)


def number_or_text(text: str) -> JsonValue:
    """`text` as Python reads a number ("1_000", "inf" and spaces around included), else as it is."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _item(text: str, item_type: str | None) -> JsonValue:
    return _untyped(text) if item_type is None else java_value(text, item_type)


def _array(text: str, item_type: str | None) -> JsonValue:
    body = _body(text, _ARRAY, "}")
    if body is None:
        return text
    return [_item(part.strip(), item_type) for part in body.split(",") if part.strip()]


def _array_list(text: str, item_type: str | None) -> JsonValue:
    body = _body(text, _LIST_OF, "))", least=1)
    if body is not None:
        return [_list_item(part.strip(), item_type) for part in body.split(",")]
    block = _LIST_WITH.search(text)
    if block is not None:
        end = text.find("}}", block.end() + 1)
        added = _added(text[block.end() : end]) if end >= 0 else ()
        return [_list_item(part.strip(), item_type) for part in added]
    return text if _LIST.search(text) is None else []


def _list_item(text: str, item_type: str | None) -> JsonValue:
    """An item of an ``ArrayList``: unlike in arrays texts and characters lose what is taken for their quotation marks."""
    return text[1:-1] if item_type in {"char", "String"} else _item(text, item_type)


def _body(text: str, head: re.Pattern[str], closing: str, *, least: int = 0) -> str | None:
    """What stands between the first `head` and the `closing` after it, in one line. None when no head is closed in its line."""
    end = newline = -1
    for found in head.finditer(text):
        start = found.end()
        if end < start + least:
            end = text.find(closing, start + least)
        if newline < start:
            newline = _find(text, _SAME_LINE, start)
        if end < 0:
            return None
        if end < newline:
            return text[start:end]
    return None


def _find(text: str, part: str, start: int) -> int:
    """Where `part` comes next; the end of `text` when it does not."""
    found = text.find(part, start)
    return len(text) if found < 0 else found


def _added(block: str) -> Iterator[str]:
    """The arguments of each ``add(...)``, up to the first closing parenthesis."""
    position, close, newline = 0, -1, -1
    while (head := block.find("add(", position)) >= 0:
        position = head + len("add(")
        if close <= position:
            close = block.find(")", position + 1)
        if newline < position:
            newline = _find(block, _SAME_LINE, position)
        if close < 0:
            return
        if close < newline:
            yield block[position:close]
            position = close + 1


def _hash_map(text: str) -> JsonValue:
    head = _MAP.search(text)
    if head is None:
        return text
    block = _MAP_WITH.search(text, head.end())
    end = -1 if block is None else text.find("}", block.end())
    if block is not None and end >= 0:
        return dict(_puts(text[block.end() : end]))
    return {} if _is_empty_map(text) else text


def _is_empty_map(text: str) -> bool:
    closing: re.Match[str] | None = None
    for head in _MAP.finditer(text):
        if closing is None or closing.start() < head.end():
            closing = _MAP_EMPTY.search(text, head.end())
        if closing is None:
            return False
        if _SAME_LINE not in text[head.end() : closing.start()]:
            return True
    return False


def _puts(block: str) -> Iterator[tuple[str, JsonValue]]:
    """Keys and values of each ``put("...", ...)``, values up to the first closing parenthesis."""
    position, line_end = 0, -1
    while (head := block.find('put("', position)) >= 0:
        start = head + len('put("')
        if line_end < start:
            line_end = _find(block, _SAME_LINE, start)
        found = _put(block, start, line_end)
        if found is None:
            position = line_end  # what follows in the line has but some of the same places to end at
        else:
            key_end, value_start, value_end = found
            yield block[start:key_end], _untyped(block[value_start:value_end].strip())
            position = value_end + 1


def _put(block: str, start: int, line_end: int) -> tuple[int, int, int] | None:
    """Where the key that begins at `start` ends, and where its value begins and ends: the nearest places that work."""
    key_end = block.find('",', start, line_end)
    last_close = block.rfind(")", start, line_end)
    while key_end >= 0:
        space = _SPACE.match(block, key_end + 2)
        value_start = space.end() if space else key_end + 2
        if value_start <= last_close:
            return key_end, value_start, block.index(")", value_start)
        if value_start > line_end:
            close = block.find(")", value_start)
            if 0 <= close < _find(block, _SAME_LINE, value_start):
                return key_end, value_start, close
        key_end = block.find('",', key_end + 1, line_end)
    return None


def _text(text: str) -> JsonValue:
    return text


_READERS: Mapping[str, Callable[[str], JsonValue]] = {
    **{name: (lambda text: _whole(text, _INTEGER)) for name in ("byte", "short", "integer")},
    "long": lambda text: _whole(text, _LONG),
    "float": lambda text: _real(text, _FLOAT),
    "double": lambda text: _real(text, _DOUBLE),
    "boolean": _boolean,
    **dict.fromkeys(("char", "String", "any"), _text),
    "HashMap": _hash_map,
}
