"""Ways to find one fact in a running text, as expressions: typed finders, forms of identifiers, labels, and cues that tell facts of one type apart."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Literal

from compiled_ai.factory.synthesis._expressions import DECLINED, Expr, Kind, Op, Value, apply
from compiled_ai.factory.synthesis._knowledge import known_names
from compiled_ai.factory.synthesis._labels import content_words, cue_stem
from compiled_ai.factory.synthesis._normalizers import ABSTAINING
from compiled_ai.factory.synthesis._patterns import Form, forms_of
from compiled_ai.factory.synthesis._roles import DATE_ROLES, MONEY_ROLES, Roles, contrary, role_of
from compiled_ai.factory.synthesis._scopes import safe_name
from compiled_ai.factory.synthesis._search import Target
from compiled_ai.factory.synthesis._thesaurus import GROUPS, groups_in
from compiled_ai.factory.synthesis._wording import name_words
from compiled_ai.modules.dates import find_dates
from compiled_ai.modules.money import find_money
from compiled_ai.modules.numbers import find_numbers
from compiled_ai.modules.text import find_phrases, labelled_value, nearest_cue

Cues = Mapping[str, tuple[str, ...]]
Pick = Literal["only", "first", "last"]
Mention = tuple[int, int, Value]
"""Start, end and value."""

_NEGATIVE = re.compile(
    r"[,;.]?\s*\b(?:but not|not|never|other than|except|instead of)\b(?P<text>[^.;]*)", re.IGNORECASE
)
_WRITTEN = re.compile(
    r"\b(?:written|typed|given|spelled|formatted) as\b[^.]*\.?|\"[^\"]*\"|\([^()]*\)|\bnull\b[^.]*\.?",
    re.IGNORECASE,
)
_LONGEST_ACRONYM = 5
_TYPE_WORDS = frozenset((
    "date", "iso", "decimal", "point", "places", "amount", "number", "numbers", "digits", "capital", "capitals", "letters", "hyphen",
    "text", "value", "null", "none", "day", "days", "month", "year", "last", "first", "given", "gives", "range", "spelling", "spaces",
    "inside", "total", "currency", "code", "format", "field", "dropped", "written", "exactly", "rounded", "half", "all",
))  # fmt: skip
"""Words on the type of a value, which say nothing of its surroundings."""
_ALONE = re.compile(r"\bthe (?:one|only|single)\b")
_LAST_OF_RANGE = re.compile(r"range[^.;]*\b(?:last|end|latest|later)\b", re.IGNORECASE)


_TO = frozenset(("-", "\u2013", "to", "and", "until", "till", "through"))
"""What stands between the ends of a range."""


@dataclass(frozen=True, kw_only=True)
class _Finder:
    """All mentions of one type."""

    find: Callable[[str], list[Mention]]
    module: str
    """The function of our modules that finds them."""
    value: str
    """The expression for the value of a ``mention``."""
    gives: Kind
    kind: str
    """Type of the value in generated code."""
    roles: Roles = field(default_factory=dict)
    """What values of the type are usually for."""


_DATES = _Finder(
    find=lambda text: [(item.start, item.end, item.value.isoformat()) for item in find_dates(text)],
    module="find_dates",
    value="mention.value.isoformat()",
    gives="text",
    kind="str",
    roles=DATE_ROLES,
)
_MONEY = _Finder(
    find=lambda text: [(item.start, item.end, item.amount) for item in find_money(text)],
    module="find_money",
    value="mention.amount",
    gives="number",
    kind="Decimal",
    roles=MONEY_ROLES,
)
_NUMBERS = _Finder(
    find=lambda text: [(item.start, item.end, item.value) for item in find_numbers(text)],
    module="find_numbers",
    value="mention.value",
    gives="number",
    kind="Decimal",
)
_WHOLES = _Finder(
    find=lambda text: [
        (item.start, item.end, int(item.value))
        for item in find_numbers(text)
        if item.value == int(item.value)
    ],
    module="find_numbers",
    value="int(mention.value)",
    gives="integer",
    kind="int",
)
_CURRENCIES = _Finder(
    find=lambda text: [(item.start, item.end, item.currency) for item in find_money(text)],
    module="find_money",
    value="mention.currency",
    gives="text",
    kind="str",
)


def extracted(target: Target, source: Expr, enum: Sequence[str]) -> list[Expr]:
    """Expressions that find the value of `target` in the text `source`, the simplest first; `enum` are the labels of a field that has some."""
    found = [expr for expr in _all(target, source, enum) if target.is_met(expr)]
    return sorted(found, key=lambda expr: expr.cost)


def _all(target: Target, source: Expr, enum: Sequence[str]) -> Iterator[Expr]:
    kind = target.kind.rstrip("?")
    if enum:
        yield from _label_finders(target, source, enum)
    elif target.is_date:
        yield from _mentioned(target, source, _DATES)
    elif kind == "number":
        yield from _mentioned(target, source, _MONEY)
        yield from _mentioned(target, source, _NUMBERS)
    elif kind == "integer":
        yield from _mentioned(target, source, _WHOLES)
    elif kind == "text":
        values = [str(value) for value in target.values.values() if value is not None]
        if re.search(r"\b(?:ISO 4217|currency)\b", f"{target.text} {target.name}"):
            yield from _mentioned(target, source, _CURRENCIES)
        for form in forms_of(target.text, values):
            yield _formed(target, source, form, {})
            if target.kind.endswith("?"):
                yield _formed(target, source, form, cues_of(target))
        yield _labelled(target, source)


# values with cues


def cues_of(target: Target) -> dict[str, tuple[str, ...]]:
    """Words that stand near the value ("yes") and near others of its type ("no"), from the field's name and text."""
    text = _WRITTEN.sub(" ", target.text)
    against = " ".join(found["text"] for found in _NEGATIVE.finditer(text))
    towards = f"{' '.join(name_words(target.name))} {_NEGATIVE.sub(' ', text)}"
    stems = {side: _stems(part, target) for side, part in (("yes", towards), ("no", against))}
    groups = {side: set(groups_in(part)) for side, part in (("yes", towards), ("no", against))}
    shared = groups["yes"] & groups["no"]
    cues = {}
    for side, other in (("yes", "no"), ("no", "yes")):
        listed = [stem for stem in stems[side] if side == "no" or stem not in stems["no"]]
        listed += [phrase for number in sorted(groups[side] - shared) for phrase in GROUPS[number]]
        cues[side] = tuple(phrase for phrase in dict.fromkeys(listed) if phrase not in stems[other])
    return cues


def _stems(text: str, target: Target) -> list[str]:
    own = {"total"} if "total" in name_words(target.name) else set()
    words = [word for word in content_words(text) if word not in _TYPE_WORDS or word in own]
    return list(dict.fromkeys(cue_stem(word) for word in words))


def role_cues(target: Target, roles: Roles) -> dict[str, tuple[str, ...]]:
    """The cues of `target` with the usual words of its role, against those of all other roles; empty when it has no clear one."""
    text = _WRITTEN.sub(" ", target.text)
    role = role_of(f"{target.name.replace('_', ' ')} {_NEGATIVE.sub(' ', text)}", roles)
    if role is None:
        return {}
    said = cues_of(target)
    others = contrary(role, roles)
    against = [*said["no"], *others]
    towards = [
        phrase for phrase in (*roles[role], *said["yes"]) if phrase not in said["no"] and phrase not in others
    ]
    return {
        "yes": tuple(dict.fromkeys(towards)),
        "no": tuple(dict.fromkeys(phrase for phrase in against if phrase not in towards)),
    }


@dataclass(frozen=True, kw_only=True)
class _Way:
    """How one of several mentions is chosen."""

    cues: Cues
    pick: Pick = "only"
    strict: bool = False
    """Whether a mention without any cue does not count."""
    cost: float = 1.0


def _mentioned(target: Target, source: Expr, finder: _Finder) -> Iterator[Expr]:
    """The only value found; the only one with a right cue; the last one of those."""
    picks = _picks(target, finder)
    said = cues_of(target)
    usual = role_cues(target, finder.roles)
    is_alone = _ALONE.search(target.text) is not None
    plain = 0.5 if is_alone else 1.0 if not usual and not said["no"] else 3.0
    tables = [(usual, 1.0), (said if any(said.values()) else {}, 1.5), ({}, plain)]
    for cues, cost in tables:
        for order, pick in enumerate(picks):
            if cues or cost == plain:
                yield _found(target, source, finder, _Way(cues=cues, pick=pick, cost=cost + 0.1 * order))
            if cues and target.kind.endswith("?"):
                way = _Way(cues=cues, pick=pick, strict=True, cost=cost + 0.2 + 0.1 * order)
                yield _found(target, source, finder, way)


def _picks(target: Target, finder: _Finder) -> tuple[Pick, ...]:
    """Which of several sure values counts: the text says the last of a range, a beginning is the first of one."""
    if _LAST_OF_RANGE.search(target.text):
        return ("last", "only")
    is_start = finder.roles is DATE_ROLES and role_of(target.name.replace("_", " "), DATE_ROLES) == "start"
    return ("first", "only") if is_start else ("only",)


def _found(target: Target, source: Expr, finder: _Finder, way: _Way) -> Expr:
    optional = target.kind.endswith("?")

    def compute(text: str) -> Value:
        mentions = finder.find(text)
        sides = _sides(text, [(start, end) for start, end, _ in mentions], way.cues)
        rated = [(value, side) for (_, _, value), side in zip(mentions, sides, strict=True)]
        sure = [value for value, cue in rated if cue == "yes"]
        if not sure and not way.strict:
            sure = [value for value, cue in rated if cue is None]
        distinct = list(dict.fromkeys(sure))
        if len(distinct) == 1 or (distinct and way.pick != "only"):
            return distinct[0 if way.pick == "first" else -1]
        return None if optional else DECLINED

    name = f"_{safe_name(target.name)}_of"
    constant = f"_{safe_name(target.name).upper()}_CUES"
    lines = _choosing(finder, way, constant) + _picked(target, way.pick, optional=optional)
    table = [f"{constant}: dict[str, tuple[str, ...]] = {_cue_table(way.cues)}", ""] if way.cues else []
    source_text = "\n".join([*table, _function(name, target, finder.kind, lines, optional=optional)])
    if way.cues:
        source_text = f"{_sides_source()}\n\n\n{source_text}"
    return _call(target, source, compute, finder.gives, (name, source_text), way.cost)


def _windows(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """By span where the words begin and end that may speak of it: between two spans a comma divides them, else they count for both."""
    gaps = [(end, start) for (_, end), (start, _) in pairwise(spans)]
    cuts = [max(text.rfind(sign, end, start) for sign in ",;(") for end, start in gaps]
    starts = [0, *(end if cut < 0 else cut for (end, _), cut in zip(gaps, cuts, strict=True))]
    stops = [*(start if cut < 0 else cut for (_, start), cut in zip(gaps, cuts, strict=True)), len(text)]
    return list(zip(starts, stops, strict=True))


def _sides(
    text: str, spans: Sequence[tuple[int, int]], cues: Mapping[str, Sequence[str]]
) -> list[str | None]:
    """By span the side of the cue that stands nearest; the end of a range has that of its beginning."""
    sides: list[str | None] = []
    last_end = 0
    for (start, end), (first, stop) in zip(spans, _windows(text, spans), strict=False):
        side = nearest_cue(text[first:stop], start - first, end - first, cues)
        if side is None and sides and text[last_end:start].strip(" ") in _TO:
            side = sides[-1]
        sides.append(side)
        last_end = end
    return sides


@cache
def _sides_source() -> str:
    """Source of `_sides`: generated code does what the search did."""
    parts = [inspect.getsource(part).strip() for part in (_windows, _sides)]
    return "\n\n\n".join([f"_TO = frozenset(({', '.join(sorted(map(repr, _TO)))}))", *parts])


def _choosing(finder: _Finder, way: _Way, constant: str) -> list[str]:
    """The lines that give the distinct values that count."""
    if not way.cues:
        return [f"distinct = list(dict.fromkeys({finder.value} for mention in {finder.module}(text)))"]
    sure = '[value for value, side in rated if side == "yes"]'
    uncued = "" if way.strict else " or [value for value, side in rated if side is None]"
    return [
        f"mentions = {finder.module}(text)",
        f"sides = _sides(text, [(mention.start, mention.end) for mention in mentions], {constant})",
        f"rated = [({finder.value}, side) for mention, side in zip(mentions, sides, strict=True)]",
        f"sure = {sure}{uncued}",
        "distinct = list(dict.fromkeys(sure))",
    ]


def _cue_table(cues: Cues) -> str:
    rows = (f"{side!r}: ({', '.join(map(repr, phrases))},)," for side, phrases in cues.items() if phrases)
    return "{" + " ".join(rows) + "}"


def _picked(target: Target, pick: str, *, optional: bool) -> list[str]:
    words = target.name.replace("_", " ")
    if pick != "only":
        value = "distinct[0]" if pick == "first" else "distinct[-1]"
        if optional:
            return [f"return {value} if distinct else None"]
        return ["if not distinct:", f'    abstain("no {words} is found")', f"return {value}"]
    if optional:
        return ["return distinct[0] if len(distinct) == 1 else None"]
    return ["if len(distinct) != 1:", f'    abstain("not just one {words} is found")', "return distinct[0]"]


def _function(name: str, target: Target, kind: str, lines: Sequence[str], *, optional: bool) -> str:
    ending = ", None unless one is sure" if optional else "; declines unless one is sure"
    head = f"def {name}(text: str) -> {kind}{' | None' if optional else ''}:"
    doc = f'    """The {target.name.replace("_", " ")} that the text gives{ending}."""'
    return "\n".join([head, doc, *(f"    {line}" for line in lines)])


def _call(
    target: Target,
    source: Expr,
    compute: Callable[[str], Value],
    gives: Kind,
    definition: tuple[str, str],
    cost: float,
) -> Expr:
    kind = gives
    if target.kind.endswith("?"):
        kind = {"text": "text?", "number": "number?", "integer": "integer?"}[gives]  # type: ignore[assignment]  # the keys are kinds
    op = Op(name="find", takes=("text",), gives=kind, compute=compute, code=f"{definition[0]}({{0}})")
    made = apply(op, source, cost=cost)
    return replace(made, defs=made.defs | {definition}, ops=made.ops | {ABSTAINING})


# identifiers


def _formed(target: Target, source: Expr, form: Form, cues: Cues) -> Expr:
    """The only value of `form`; with `cues` of several the only one with a right cue."""
    optional = target.kind.endswith("?")

    def compute(text: str) -> Value:
        mentions = form.mentions(text)
        distinct = _cued(text, mentions, cues) if cues else list(dict.fromkeys(form.find(text)))
        return distinct[0] if len(distinct) == 1 else None if optional else DECLINED

    name, constant = f"_{safe_name(target.name)}_of", f"_{safe_name(target.name).upper()}"
    lines = _matching(form, constant, cues=bool(cues)) + _picked(target, "only", optional=optional)
    parts = [f'{constant} = re.compile(r"{form.regex}")']
    parts += [f"{constant}_CUES: dict[str, tuple[str, ...]] = {_cue_table(cues)}"] if cues else []
    parts += ["", _function(name, target, "str", lines, optional=optional)]
    source_text = "\n".join(parts)
    if cues:
        source_text = f"{_sides_source()}\n\n\n{inspect.getsource(_cued).strip()}\n\n\n{source_text}"
    return _call(target, source, compute, "text", (name, source_text), 0.8 if cues else 1.0)


def _cued(text: str, found: Sequence[tuple[int, int, str]], cues: Mapping[str, Sequence[str]]) -> list[str]:
    """The distinct values found; of several those that have a right cue."""
    distinct = list(dict.fromkeys(value for _, _, value in found))
    if len(distinct) < 2:
        return distinct
    sides = _sides(text, [(start, end) for start, end, _ in found], cues)
    rated = zip(found, sides, strict=True)
    return list(dict.fromkeys(value for (_, _, value), side in rated if side == "yes"))


def _matching(form: Form, constant: str, *, cues: bool) -> list[str]:
    """The lines that give the distinct values of `form`."""
    checks = [f"{form.low} <= len(value) <= {form.high}"] if form.high else []
    checks += [f"sum(char.isdigit() for char in value) >= {form.least_digits}"] if form.least_digits else []
    where = f" if {' and '.join(checks)}" if checks else ""
    value = 'match.group().replace(" ", "")' if form.spaced else "match.group()"
    if not cues:
        lines = [f"values: list[str] = [{value} for match in {constant}.finditer(text)]"]
        return [
            *lines,
            f"distinct = list(dict.fromkeys({f'value for value in values{where}' if where else 'values'}))",
        ]
    return [
        f"matches = [(match.start(), match.end(), {value}) for match in {constant}.finditer(text)]",
        f"found = [(start, end, value) for start, end, value in matches{where}]"
        if where
        else "found = matches",
        f"distinct = _cued(text, found, {constant}_CUES)",
    ]


def _labelled(target: Target, source: Expr) -> Expr:
    optional = target.kind.endswith("?")
    labels = (target.name.replace("_", " "),)

    def compute(text: str) -> Value:
        value = labelled_value(text, labels)
        return value if value is not None else None if optional else DECLINED

    name = f"_{safe_name(target.name)}_of"
    lines = [f"value = labelled_value(text, {labels!r})"]
    if not optional:
        lines += ["if value is None:", f'    abstain("no {labels[0]} is found")']
    source_text = _function(name, target, "str", [*lines, "return value"], optional=optional)
    return _call(target, source, compute, "text", (name, source_text), 2.0)


# labels


def _label_finders(target: Target, source: Expr, enum: Sequence[str]) -> Iterator[Expr]:
    names = label_names(enum)

    def compute(text: str) -> Value:
        table = {name: label for label, others in names.items() for name in others}
        distinct = list(dict.fromkeys(table[name] for name in find_phrases(text, table)))
        return distinct[0] if len(distinct) == 1 else DECLINED

    name, constant = f"_{safe_name(target.name)}_of", f"_{safe_name(target.name).upper()}_NAMES"
    kind = f"Literal[{', '.join(map(repr, enum))}]"
    entries = ", ".join(f"{other!r}: {label!r}" for label, others in names.items() for other in others)
    lines = [
        f"distinct = list(dict.fromkeys({constant}[name] for name in find_phrases(text, {constant})))",
        *_picked(target, "only", optional=False),
    ]
    table_text = f"{constant}: dict[str, {kind}] = {{{entries}}}"
    source_text = f"{table_text}\n\n{_function(name, target, kind, lines, optional=False)}"
    made = _call(target, source, compute, "text", (name, source_text), 1.0)
    yield replace(made, labels=tuple(enum))


def label_names(enum: Sequence[str]) -> dict[str, list[str]]:
    """By label the ways to write it: as it is, in words, in parts ("FedEx" as "Fed Ex"), and what general knowledge adds."""
    known = known_names(enum) or {}
    found: dict[str, list[str]] = {}
    for label in enum:
        spoken = label.replace("_", " ")
        parts = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", spoken)
        dotted = (
            [".".join(label) + "."]
            if label.isupper() and label.isalpha() and len(label) <= _LONGEST_ACRONYM
            else []
        )
        found[label] = list(dict.fromkeys([label, spoken, parts, *dotted, *known.get(label, ())]))
    return found
