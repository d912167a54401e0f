"""Activities as a model writes them: both static stages must let them pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiled_ai.validation.security import check_security
from compiled_ai.validation.syntax import check_syntax

HEAD = '"""Activities."""\n\nfrom __future__ import annotations\n\n'

CLEAN = {
    "decimal_amounts": '''
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypedDict

from compiled_ai.modules import abstain


class NormaliseInput(TypedDict):
    amount_text: str


class NormaliseOutput(TypedDict):
    amount: str


_NOISE = re.compile(r"[^0-9.,-]")
_CENT = Decimal("0.01")


def _parse(text: str) -> Decimal:
    cleaned = _NOISE.sub("", text)
    if "," in cleaned and cleaned.rfind(",") > cleaned.rfind("."):
        cleaned = cleaned.replace(".", "").replace(",", ".")
    else:
        cleaned = cleaned.replace(",", "")
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        abstain("the amount cannot be read")


def normalise(data: NormaliseInput) -> NormaliseOutput:
    """Normalise one amount to two places."""
    amount = _parse(data["amount_text"]).quantize(_CENT, rounding=ROUND_HALF_UP)
    return {"amount": f"{amount:.2f}"}
''',
    "date_formats": '''
from datetime import date, datetime, timedelta
from typing import TypedDict

from compiled_ai.modules import abstain


class DueInput(TypedDict):
    issued: str
    terms: str


class DueOutput(TypedDict):
    due: str
    weekday: int


FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


def _read(text: str) -> date:
    for pattern in FORMATS:
        try:
            return datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    abstain(f"no date: {text}")


def due_date(data: DueInput) -> DueOutput:
    """Add the days of the payment terms to the date of issue."""
    digits = "".join(ch for ch in data["terms"] if ch.isdigit())
    if not digits:
        abstain("no days in the terms")
    due = _read(data["issued"]) + timedelta(days=int(digits))
    return {"due": due.strftime("%Y-%m-%d"), "weekday": due.isoweekday()}
''',
    "keyword_routing": '''
from typing import Literal, TypedDict

from compiled_ai.modules import abstain

Queue = Literal["billing", "technical", "sales"]


class RouteInput(TypedDict):
    subject: str
    body: str


class RouteOutput(TypedDict):
    queue: Queue


KEYWORDS: dict[Queue, frozenset[str]] = {
    "billing": frozenset({"invoice", "refund", "charge"}),
    "technical": frozenset({"error", "crash", "bug"}),
    "sales": frozenset({"quote", "pricing"}),
}


def route(data: RouteInput) -> RouteOutput:
    """Pick the queue whose keywords are hit most often."""
    words = set((data["subject"] + " " + data["body"]).lower().split())
    scores = {queue: len(words & keywords) for queue, keywords in KEYWORDS.items()}
    best = max(scores.values())
    winners = [queue for queue, score in scores.items() if score == best]
    if best == 0 or len(winners) > 1:
        abstain("no clear queue")
    return {"queue": winners[0]}
''',
    "match_statement": '''
from typing import TypedDict

from compiled_ai.modules import abstain


class ShapeInput(TypedDict):
    kind: str
    sizes: list[float]


class ShapeOutput(TypedDict):
    area: float


def area(data: ShapeInput) -> ShapeOutput:
    """Compute the area of a shape."""
    match (data["kind"].casefold(), data["sizes"]):
        case ("square", [side]):
            result = side * side
        case ("rectangle", [width, height]):
            result = width * height
        case ("circle", [radius]) if radius >= 0:
            result = 3.141592653589793 * radius**2
        case _:
            abstain("unknown shape")
    return {"area": round(result, 6)}
''',
    "named_tuple_rows": '''
import re
from typing import NamedTuple, TypedDict


class LinesInput(TypedDict):
    text: str


class Item(TypedDict):
    name: str
    quantity: int


class LinesOutput(TypedDict):
    items: list[Item]
    total: int


class _Row(NamedTuple):
    name: str
    quantity: int = 1


_LINE = re.compile(r"^\\s*(?:(?P<count>\\d+)\\s*x\\s*)?(?P<name>.+?)\\s*$", re.IGNORECASE)


def _row(line: str) -> _Row | None:
    found = _LINE.match(line)
    if found is None:
        return None
    count = found.group("count")
    return _Row(found["name"], int(count)) if count else _Row(found["name"])


def read_lines(data: LinesInput) -> LinesOutput:
    """Read one item from each line."""
    rows = [row for line in data["text"].splitlines() if line.strip() and (row := _row(line)) is not None]
    rows.sort(key=lambda row: (-row.quantity, row.name))
    items: list[Item] = [{"name": row.name, "quantity": row.quantity} for row in rows]
    return {"items": items, "total": sum(row.quantity for row in rows)}
''',
    "functional_typed_dict": '''
import re
from typing import TypedDict

HeaderInput = TypedDict("HeaderInput", {"content-type": str, "class": str}, total=False)
HeaderOutput = TypedDict("HeaderOutput", {"media-type": str, "charset": str | None})

_CHARSET = re.compile(r"charset=([\\w-]+)", re.I)


def read_header(data: HeaderInput) -> HeaderOutput:
    """Split a content type into its parts."""
    value = data.get("content-type", "")
    found = _CHARSET.search(value)
    charset = found.group(1).lower() if found else None
    return {"media-type": value.partition(";")[0].strip().lower(), "charset": charset}
''',
    "counter_and_defaultdict": '''
from collections import Counter, defaultdict
from typing import TypedDict


class GroupInput(TypedDict):
    words: list[str]


class GroupOutput(TypedDict):
    by_letter: dict[str, list[str]]
    most_common: str | None


def group(data: GroupInput) -> GroupOutput:
    """Group words by their first letter."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for word in data["words"]:
        if word:
            groups[word[0].lower()].add(word)
            counts[word] += 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "by_letter": {letter: sorted(words) for letter, words in sorted(groups.items())},
        "most_common": ranked[0][0] if ranked else None,
    }
''',
    "iban_checksum": '''
import string
from typing import TypedDict


class IbanInput(TypedDict):
    iban: str


class IbanOutput(TypedDict):
    valid: bool
    country: str


LENGTHS = {"DE": 22, "FR": 27, "GB": 22}
VALUES = {letter: str(number) for number, letter in enumerate(string.ascii_uppercase, start=10)}


def check_iban(data: IbanInput) -> IbanOutput:
    """Check the length and the checksum of an IBAN."""
    text = data["iban"].replace(" ", "").upper()
    country = text[:2]
    if LENGTHS.get(country) != len(text) or not text.isalnum():
        return {"valid": False, "country": country}
    digits = "".join(VALUES.get(ch, ch) for ch in text[4:] + text[:4])
    return {"valid": int(digits) % 97 == 1, "country": country}
''',
    "unicode_slug": '''
import re
import unicodedata
from typing import TypedDict


class SlugInput(TypedDict):
    title: str


class SlugOutput(TypedDict):
    slug: str


_GAPS = re.compile(r"[^a-z0-9]+")
_REPLACED = str.maketrans({"ß": "ss", "ø": "o", "\u2013": "-"})


def slugify(data: SlugInput) -> SlugOutput:
    """Make a slug from a title."""
    plain = unicodedata.normalize("NFKD", data["title"].translate(_REPLACED))
    text = plain.encode("ascii", "ignore").decode("ascii").lower()
    return {"slug": _GAPS.sub("-", text).strip("-")[:60]}
''',
    "decision_table_of_lambdas": '''
from collections.abc import Callable
from typing import TypedDict

from compiled_ai.modules import abstain


class RiskInput(TypedDict):
    age: int
    amount: float


class RiskOutput(TypedDict):
    level: str


RULES: tuple[tuple[str, Callable[[int, float], bool]], ...] = (
    ("high", lambda age, amount: age < 21 and amount > 10_000),
    ("medium", lambda age, amount: amount > 5_000),
    ("low", lambda age, amount: amount >= 0),
)


def assess(data: RiskInput) -> RiskOutput:
    """Return the first level whose rule holds."""
    for level, holds in RULES:
        if holds(data["age"], data["amount"]):
            return {"level": level}
    abstain("no rule holds")
''',
    "statistics_and_math": '''
import math
import statistics
from fractions import Fraction
from typing import TypedDict


class StatsInput(TypedDict):
    values: list[float]


class StatsOutput(TypedDict):
    mean: float
    median: float
    deviation: float
    ratio: str


def describe(data: StatsInput) -> StatsOutput:
    """Describe a list of numbers."""
    values = [value for value in data["values"] if math.isfinite(value)]
    if not values:
        return {"mean": 0.0, "median": 0.0, "deviation": 0.0, "ratio": "0"}
    ratio = Fraction(sum(value > 0 for value in values), len(values))
    return {
        "mean": round(math.fsum(values) / len(values), 4),
        "median": statistics.median(values),
        "deviation": round(statistics.pstdev(values), 4),
        "ratio": f"{ratio.numerator}/{ratio.denominator}",
    }
''',
    "json_parsing": '''
import json
from decimal import Decimal
from typing import TypedDict

from compiled_ai.modules import abstain


class PayloadInput(TypedDict):
    payload: str


class PayloadOutput(TypedDict):
    total: str
    keys: list[str]


def read_payload(data: PayloadInput) -> PayloadOutput:
    """Add up the numbers of a JSON object."""
    try:
        parsed = json.loads(data["payload"], parse_float=Decimal)
    except json.JSONDecodeError:
        abstain("not JSON")
    if not isinstance(parsed, dict):
        abstain("not an object")
    numbers = [Decimal(value) for value in parsed.values() if isinstance(value, int | Decimal)]
    return {"total": str(sum(numbers, start=Decimal(0))), "keys": sorted(map(str, parsed))}
''',
    "helpers_that_build_lists": '''
from itertools import groupby, pairwise
from typing import TypedDict


class TimesInput(TypedDict):
    minutes: list[int]


class TimesOutput(TypedDict):
    ranges: list[str]
    gaps: list[int]


def _add_range(ranges: list[str], start: int, end: int) -> None:
    ranges.append(f"{start:>02d}-{end:>02d}" if start != end else f"{start:02d}")


def compress(data: TimesInput) -> TimesOutput:
    """Write runs of minutes as ranges."""
    minutes = sorted(set(data["minutes"]))
    ranges: list[str] = []
    for _, run in groupby(enumerate(minutes), key=lambda pair: pair[1] - pair[0]):
        values = [value for _, value in run]
        _add_range(ranges, values[0], values[-1])
    return {"ranges": ranges, "gaps": [later - earlier for earlier, later in pairwise(minutes) if later - earlier > 1]}
''',
    "while_loop_tokeniser": '''
from typing import TypedDict

from compiled_ai.modules import abstain


class ExpressionInput(TypedDict):
    text: str


class ExpressionOutput(TypedDict):
    value: int


def _number(text: str, start: int) -> tuple[int, int]:
    end = start
    while end < len(text) and text[end].isdigit():
        end += 1
    if end == start:
        abstain(f"a number is missing at {start}")
    return int(text[start:end]), end


def evaluate(data: ExpressionInput) -> ExpressionOutput:
    """Add and subtract whole numbers from left to right."""
    text = data["text"].replace(" ", "")
    value, position = _number(text, 0)
    while position < len(text):
        sign = {"+": 1, "-": -1}.get(text[position])
        if sign is None:
            abstain(f"unknown sign {text[position]!r}")
        number, position = _number(text, position + 1)
        value += sign * number
    return {"value": value}
''',
    "fuzzy_matching": '''
import difflib
from typing import TypedDict

from compiled_ai.modules import abstain


class MatchInput(TypedDict):
    name: str


class MatchOutput(TypedDict):
    product: str
    score: float


PRODUCTS = {"router x1": "R-X1", "router x2": "R-X2", "switch s8": "S-8"}


def find_product(data: MatchInput) -> MatchOutput:
    """Find the product whose name is nearest."""
    wanted = " ".join(data["name"].lower().split())
    close = difflib.get_close_matches(wanted, list(PRODUCTS), n=1, cutoff=0.8)
    if not close:
        abstain("no product is near enough")
    score = difflib.SequenceMatcher(None, wanted, close[0]).ratio()
    return {"product": PRODUCTS[close[0]], "score": round(score, 3)}
''',
    "nested_function_and_sub_callable": '''
import re
from typing import TypedDict


class MaskInput(TypedDict):
    text: str
    keep: int


class MaskOutput(TypedDict):
    text: str
    count: int


_CARD = re.compile(r"\\b(?:\\d[ -]?){13,16}\\b")


def mask_cards(data: MaskInput) -> MaskOutput:
    """Mask card numbers, all but the last digits."""
    keep = max(0, data["keep"])

    def mask(match: re.Match[str]) -> str:
        digits = re.sub(r"\\D", "", match.group())
        return "*" * (len(digits) - keep) + digits[len(digits) - keep :]

    text, count = _CARD.subn(mask, data["text"])
    return {"text": text, "count": count}
''',
    "set_algebra_in_order": '''
from typing import TypedDict


class DiffInput(TypedDict):
    before: list[str]
    after: list[str]


class DiffOutput(TypedDict):
    added: list[str]
    removed: list[str]
    unchanged: int
    any_long: bool


def _known(items: list[str]) -> frozenset[str]:
    return frozenset(item.strip().lower() for item in items if item.strip())


def compare(data: DiffInput) -> DiffOutput:
    """Compare two lists of names."""
    before, after = _known(data["before"]), _known(data["after"])
    return {
        "added": sorted(after - before),
        "removed": sorted(before - after),
        "unchanged": len(before & after),
        "any_long": any(len(name) > 40 for name in before | after),
    }
''',
    "copied_input": '''
from typing import Literal, TypedDict


class CleanInput(TypedDict):
    id: str
    type: Literal["a", "b"]
    tags: list[str]


class CleanOutput(TypedDict):
    id: str
    tags: list[str]


DEFAULTS = {"a": ["new"], "b": ["old", "checked"]}


def clean(data: CleanInput) -> CleanOutput:
    """Add the default tags of the type."""
    tags = [tag.strip() for tag in data["tags"]]
    tags.extend(DEFAULTS[data["type"]])
    seen: set[str] = set()
    unique: list[str] = []
    for tag in tags:
        if tag and tag not in seen:
            seen.add(tag)
            unique.append(tag)
    return {"id": data["id"].zfill(6), "tags": unique}
''',
}


@pytest.fixture(scope="module")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in CLEAN.items()])
def test_clean_activity_passes_security(body: str) -> None:
    report = check_security(HEAD + body.lstrip())
    assert report.errors == ()


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in CLEAN.items()])
def test_clean_activity_passes_syntax(body: str, cache_dir: Path) -> None:
    report = check_syntax(HEAD + body.lstrip(), cache_dir=cache_dir)
    assert report.errors == ()
