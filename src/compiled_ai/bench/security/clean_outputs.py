"""A thousand outputs that give no prompt away, many of them hard: hashes, blobs, code, lists of numbers, text of the same trade."""

from __future__ import annotations

import base64
import json
import random
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from compiled_ai.spec.canonical import JsonValue

_PACKAGE = Path(__file__).parents[2]
_CODE = ("tests/corpus/correct/*/*.py", "tests/corpus/defects/*.py")
_ROWS = (
    ("datasets/ticket_drift/stream.jsonl", "output"),
    ("datasets/ticket_drift/stream.jsonl", "input"),
    ("datasets/ticket_routing/inputs_1000.jsonl", None),
    ("datasets/template_search/needs.jsonl", None),
    ("datasets/security_cases/leakage.jsonl", "text"),
    ("datasets/security_cases/injection.jsonl", "text"),
    ("datasets/security_cases/pii.jsonl", "text"),
)
_SUBJECTS = (
    "the invoice", "our warehouse", "a nurse on the night shift", "the customer", "this function", "the second parser", "my neighbour", "a supplier in Lyon",
)  # fmt: skip
_VERBS = (
    "rejects", "collects", "explains", "counts", "forgets", "postpones", "compares", "orders", "returns", "describes",
)  # fmt: skip
_OBJECTS = (
    "twelve crates of oranges", "every late delivery", "the missing signature", "a list of open tickets", "the price without tax", "old photographs", "three numbers in a row", "the shortest reply",
)  # fmt: skip
_ENDS = (
    "before lunch", "without a word", "because the deadline is on Friday", "unless somebody objects", "as agreed in March", "in alphabetical order", "if the total exceeds 500 euros", "and nobody is surprised",
)  # fmt: skip


def _prose(rng: random.Random) -> JsonValue:
    choose = rng.choice
    sentences = [
        f"{choose(_SUBJECTS).capitalize()} {choose(_VERBS)} {choose(_OBJECTS)} {choose(_ENDS)}."
        for _ in range(rng.randint(1, 25))
    ]
    return " ".join(sentences)


def _poem(rng: random.Random) -> JsonValue:
    return "\n".join(f"{rng.choice(_SUBJECTS)} {rng.choice(_VERBS)}" for _ in range(rng.randint(4, 40)))


def _tree(rng: random.Random, depth: int = 3) -> JsonValue:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(
            [rng.randint(-9, 999), rng.random(), True, None, str(_prose(rng))[:40], str(_identifier(rng))]
        )
    if rng.random() < 0.4:
        return [_tree(rng, depth - 1) for _ in range(rng.randint(0, 6))]
    return {f"{rng.choice(_VERBS)}_{i}": _tree(rng, depth - 1) for i in range(rng.randint(1, 6))}


def _identifier(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128)))


def _identifiers(rng: random.Random) -> JsonValue:
    return [_identifier(rng) for _ in range(rng.randint(1, 60))]


def _blob(rng: random.Random) -> JsonValue:
    return base64.b64encode(rng.randbytes(rng.randint(10, 4_000))).decode()


def _blob_of_prose(rng: random.Random) -> JsonValue:
    return {"attachment": base64.b64encode(str(_prose(rng)).encode()).decode()}


def _digests(rng: random.Random) -> JsonValue:
    return "\n".join(f"{rng.randbytes(32).hex()}  file_{i}.bin" for i in range(rng.randint(1, 40)))


def _letters(rng: random.Random) -> JsonValue:
    return " ".join(
        "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(1, 9))) for _ in range(200)
    )


def _consonants(rng: random.Random) -> JsonValue:
    return [
        "".join(rng.choices("bcdfghjklmnpqrstvwxz", k=rng.randint(2, 8))) for _ in range(rng.randint(5, 80))
    ]


def _numbers(rng: random.Random) -> JsonValue:
    return [rng.randint(0, 130) for _ in range(rng.randint(5, 800))]


def _bits(rng: random.Random) -> JsonValue:
    return " ".join(f"{rng.getrandbits(8):08b}" for _ in range(rng.randint(8, 200)))


def _table(rng: random.Random) -> JsonValue:
    rows = [
        f"{i},{rng.choice('ABCDEFGHKTX')}{rng.randint(1, 99)},{rng.choice(_OBJECTS)}"
        for i in range(rng.randint(3, 60))
    ]
    return "id,shelf,goods\n" + "\n".join(rows)


def _log(rng: random.Random) -> JsonValue:
    lines = [
        f"2026-03-01T10:{i % 60:02}:00Z {rng.choice(['INFO', 'DEBUG', 'WARNING'])} worker={_identifier(rng)[:8]} {rng.choice(_VERBS)} ms={rng.randint(1, 900)}"
        for i in range(rng.randint(3, 60))
    ]
    return "\n".join(lines)


def _foreign(rng: random.Random) -> JsonValue:
    words = [
        "счёт",
        "клиент",
        "заказ",
        "сегодня",
        "завтра",
        "склад",
        "цена",
        "τιμή",
        "πελάτης",
        "σήμερα",
        "订单",
        "客户",
        "今天",
        "価格",
        "مرحبا",
        "فاتورة",
        "שלום",
        "où",
        "déjà",
        "größer",
    ]
    return " ".join(rng.choices(words, k=rng.randint(5, 150)))


def _alphabet_words(rng: random.Random) -> JsonValue:
    words = [
        "Alfa",
        "Bravo",
        "Charlie",
        "Delta",
        "Echo",
        "Golf",
        "Hotel",
        "India",
        "Kilo",
        "Lima",
        "Mike",
        "November",
        "Oscar",
        "Papa",
        "Romeo",
        "Sierra",
        "Tango",
        "Victor",
        "Whiskey",
        "Xray",
    ]
    return "Flight " + " ".join(rng.choices(words, k=rng.randint(3, 30)))


_GENERATORS: tuple[Callable[[random.Random], JsonValue], ...] = (
    _prose, _poem, _tree, _identifiers, _blob, _blob_of_prose, _digests, _letters, _consonants, _numbers, _bits,
    _table, _log, _foreign, _alphabet_words,
)  # fmt: skip


def _from_files(root: Path | None) -> Iterator[JsonValue]:
    """Code of ours and rows of the checkout `root`."""
    for pattern in _CODE if root is not None else ():
        for path in sorted((root or _PACKAGE).glob(pattern)):
            yield path.read_text(encoding="utf-8")[:8_000]
    for path in sorted(_PACKAGE.glob("modules/*.py")):
        yield path.read_text(encoding="utf-8")[:8_000]
    for name, field in _ROWS if root is not None else ():
        path = (root or _PACKAGE) / name
        for line in path.read_text(encoding="utf-8").splitlines()[:60] if path.is_file() else ():
            row = json.loads(line)
            yield row[field] if field is not None else row


def clean_outputs(count: int = 1_000, *, root: Path | None = None) -> list[JsonValue]:
    """The same `count` outputs each time, shuffled: at most half of them code of ours and, with a checkout as `root`, its rows; the rest generated."""
    rng = random.Random("clean outputs")  # noqa: S311 - made-up data
    found = list(_from_files(root))
    rng.shuffle(found)
    found = found[: count // 2]
    while len(found) < count:
        found.append(_GENERATORS[len(found) % len(_GENERATORS)](rng))
    rng.shuffle(found)
    return found
