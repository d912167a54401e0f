"""Answers to BFCL's cases that are right, nearly right and odd, for comparing our evaluator with the official one."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from compiled_ai.bench.bfcl.source import BfclCase
from compiled_ai.bench.bfcl.source_texts import source_text
from compiled_ai.spec.canonical import JsonObject, JsonValue

_PUNCTUATION = " ,./-_*^'\"\t\n!:;()"
_LETTERS = (
    "ß",
    "İ",
    "\u0131",
    "é",
    "e\u0301",
    "\uff21",
    "\uff11",
    "٣",
    "\u00a0",
    "\u200b",
    "\ud800",
    "😀",
    "Σ",
    "ǅ",
)
_VALUES: tuple[JsonValue, ...] = (
    None, True, False, 0, 1, -1, 0.0, 1.0, 2.5, "", " ", "0", "1", "true", "null", [], {}, [[]], [{}], [""], {"a": 1},
    10**30, 10**400, 1e308, float("inf"), float("nan"), "x" * 5000, [0] * 500, "日本", [None], [1, "1"], {"": ""},
)  # fmt: skip
_TOKENS = (
    "new ", "new\n", "ArrayList<>", "ArrayList<String>", "HashMap<", ">()", "() {{", "}}", "{", "}", "[", "]", "[[", "]]", "],[", "(", ")", "))",
    "Arrays.asList(", "int[]{", "String[] {", "add(", "put(\"", "\", ", "\",\n", ",", ", ", ":", ": ", "'", '"', "\n", "\t", " ", "L", "f", "n", "F",
    "-", "+", "_", ".", "e5", "1", "12", "1.5", "٣", "true", "false", "null", "inf", "Array(", "new Array(", "a", "\u00a0",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """An answer to a case."""

    kind: str
    """How it was made."""
    calls: JsonValue


def mutations(
    case: BfclCase, *, others: Sequence[BfclCase], count: int, random: Random
) -> Iterator[Mutation]:
    """`count` answers to `case`; `others` lend calls and values."""
    for _ in range(count):
        calls = right_calls(case, random=random)
        if not calls and case.functions:
            calls = _made_up(case, random)
        kind = random.choice(_kinds_for(case))
        changed = _CHANGES[kind](copy.deepcopy(calls), _Surroundings(case, others, random))
        if random.random() < 0.15:
            second = random.choice(_kinds_for(case))
            if isinstance(changed, list) and all(_is_call(item) for item in changed):
                changed = _CHANGES[second](changed, _Surroundings(case, others, random))
        yield Mutation(kind=kind, calls=changed)


def right_calls(case: BfclCase, *, random: Random) -> list[JsonValue]:
    """Calls with one of the accepted values of each parameter; optional ones are left out now and then."""
    calls: list[JsonValue] = []
    for due in case.answers:
        for name, accepted in due.items():
            arguments = _chosen(accepted if isinstance(accepted, dict) else {}, random)
            documents = _documents(case, name)
            written = {
                key: source_text(value, documents.get(key, {}), case.category, random=random)
                for key, value in arguments.items()
            }
            calls.append({"name": name, "arguments": {**written}})
    return calls


def _kinds_for(case: BfclCase) -> tuple[str, ...]:
    plain = tuple(kind for kind in _CHANGES if kind != "source text")
    return (*plain, *("source text",) * 8) if "java" in case.category else plain


def _documents(case: BfclCase, name: str) -> dict[str, JsonObject]:
    function = next((item for item in case.functions if item.name == name), None)
    properties = function.parameters.get("properties") if function else None
    found = properties if isinstance(properties, dict) else {}
    return {key: document for key, document in found.items() if isinstance(document, dict)}


def _chosen(accepted: JsonObject, random: Random) -> JsonObject:
    chosen: JsonObject = {}
    for name, options in accepted.items():
        listed = options if isinstance(options, list) else [options]
        given = [item for item in listed if item != ""]
        if given and ("" not in listed or random.random() < 0.7):
            chosen[name] = _plain(random.choice(given), random)
    return chosen


def _plain(value: JsonValue, random: Random) -> JsonValue:
    if isinstance(value, dict):
        return _chosen(value, random)
    return [_plain(item, random) for item in value] if isinstance(value, list) else copy.deepcopy(value)


def _made_up(case: BfclCase, random: Random) -> list[JsonValue]:
    function = random.choice(case.functions)
    return [{"name": function.name, "arguments": dict.fromkeys(_documents(case, function.name), "x")}]


@dataclass(frozen=True, slots=True)
class _Surroundings:
    case: BfclCase
    others: Sequence[BfclCase]
    random: Random


_Calls = list[JsonValue]
_Change = Callable[[_Calls, _Surroundings], JsonValue]


def _is_call(item: JsonValue) -> bool:
    return isinstance(item, dict) and isinstance(item.get("arguments"), dict)


def _arguments(calls: _Calls, random: Random) -> JsonObject:
    """The arguments of one of the calls, to be changed in place."""
    found = [call["arguments"] for call in calls if isinstance(call, dict)]
    given = random.choice(found) if found else {}
    return given if isinstance(given, dict) else {}


_Place = tuple[JsonObject | list[JsonValue], str | int]


def _places(value: JsonObject | list[JsonValue]) -> Iterator[_Place]:
    """Every value inside, by the container that it is in and its key."""
    keys: Sequence[str | int] = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        inner = _get((value, key))
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _get(place: _Place) -> JsonValue:
    container, key = place
    if isinstance(container, dict):
        return container[str(key)]
    return container[int(key)]


def _put(place: _Place, value: JsonValue) -> None:
    container, key = place
    if isinstance(container, dict):
        container[str(key)] = value
    else:
        container[int(key)] = value


def _change_leaf(change: Callable[[JsonValue, Random], JsonValue], *kinds: type) -> _Change:
    def apply(calls: _Calls, around: _Surroundings) -> JsonValue:
        places = list(_places(_arguments(calls, around.random)))
        fitting = [place for place in places if not kinds or type(_get(place)) in kinds]
        if fitting:
            place = around.random.choice(fitting)
            _put(place, change(_get(place), around.random))
        return calls

    return apply


def _other_text(value: JsonValue, random: Random) -> JsonValue:
    text = str(value)
    place = random.randint(0, len(text))
    return random.choice(
        (
            text.upper(), text.lower(), text.title(), text.swapcase(), f" {text} ", text + random.choice(_PUNCTUATION),
            text[:place] + random.choice(_PUNCTUATION) + text[place:], text.replace(" ", ""), text.replace("'", '"'), text.replace('"', "'"),
            text[:place] + random.choice(_LETTERS) + text[place:], text[:-1], text[1:], text + "\n", text * 300, f'"{text}"', text.replace(" ", "_"),
        )
    )  # fmt: skip


def _other_type(value: JsonValue, random: Random) -> JsonValue:
    options: list[JsonValue] = [str(value), [value], {"value": value}, bool(value), None]
    if isinstance(value, str):
        options += [list(value), [value, value], len(value)]
    if isinstance(value, int | float) and abs(value) < 1e300:
        options += [float(value), int(value), [value, value]]
    return random.choice(options)


def _other_number(value: JsonValue, random: Random) -> JsonValue:
    assert isinstance(value, int | float)
    if not abs(value) < 1e300:  # also what is no number
        return 0
    options: list[JsonValue] = [
        value + 1, -value, value * 10, float(value), int(value), value + 1e-9, value + 0.5, str(value), f"{value}.0", value / 100, 10**400, bool(value),
    ]  # fmt: skip
    return random.choice(options)


def _any_value(_: JsonValue, random: Random) -> JsonValue:
    return copy.deepcopy(random.choice(_VALUES))


def _other_list(value: JsonValue, random: Random) -> JsonValue:
    assert isinstance(value, list)
    shuffled = random.sample(value, len(value))
    more = [*value, copy.deepcopy(random.choice((*value, *_VALUES)))]
    texts: list[JsonValue] = [str(item) for item in value]
    options: list[JsonValue] = [
        shuffled, value[::-1], value[1:], value[:-1], more, [value], value * 2, [], texts,
    ]  # fmt: skip
    return random.choice(options)


def _other_object(value: JsonValue, random: Random) -> JsonValue:
    assert isinstance(value, dict)
    name = random.choice(list(value)) if value else "key"
    rest = {key: item for key, item in value.items() if key != name}
    renamed = {**rest, f"{name}_": value.get(name)}
    more = {**value, "more": random.choice(_VALUES)}
    reordered = dict(reversed(value.items()))
    options: list[JsonValue] = [rest, renamed, more, reordered, {}, [value], str(value)]
    return copy.deepcopy(random.choice(options))


def _other_source(value: str, random: Random) -> str:
    text = value[:400]
    for _ in range(random.randint(1, 4)):
        start, end = sorted(random.randint(0, len(text)) for _ in range(2))
        end = min(end, start + 6)
        text = text[:start] + random.choice((*_TOKENS, text[start:end] * 2, "")) + text[end:]
    return text


_FORMS: Mapping[str, Sequence[str]] = {
    "Array": ("new int[]{$, $}", "new  String[] {$,$,$}", "new A[]{\n$}"),
    "ArrayList": (
        "new ArrayList<>(Arrays.asList($, $))", "new ArrayList<Integer>() {{ add($); add($); }}", "new ArrayList<>()", "new ArrayList<>(){{$}}",
    ),
    "HashMap": ("new HashMap<>() {{ put(\"a\", $); put(\"b\",$); }}", "new HashMap<A, B>()", "new HashMap<$>() { { $ } }", "new HashMap<>(){put(\"$\", $)}"),
    "array": ("[$, $]", "[[$, $], [$]]", "new Array($, $)", "new Array([$], [$,$])", "[ [$] , [$]]", "[$]", "[[$],$]"),
    "dict": ("{'a': $, b: [$, $]}", '{"a":$,"b": $}', "{}", "{$: $, $: $}", "{a: '$', 'b': {c: $}}"),
}  # fmt: skip
_SCALARS = (
    "1",
    "-12",
    "1.5",
    "2L",
    "2.5f",
    "3n",
    "true",
    "false",
    '"a"',
    "'b'",
    "a b",
    "",
    "1e3",
    "٣",
    "1_0",
    "nan",
    "-0",
    "7\n",
    "3f\n",
    "4n\n",
    "a:b",
)


def random_source(type_name: str, random: Random) -> str:
    """Source text that may or may not be in the form of the type."""
    if random.random() < 0.15:
        return "".join(random.choice(_TOKENS) for _ in range(random.randint(0, 14)))
    text = random.choice(_FORMS.get(type_name, ("$",)))
    while "$" in text:
        text = text.replace("$", random.choice((*_SCALARS, *_TOKENS)), 1)
    return _other_source(text, random) if random.random() < 0.6 else text


def _source(calls: _Calls, around: _Surroundings) -> JsonValue:
    name = around.random.choice((*_FORMS, "any"))
    return _change_leaf(
        lambda value, random: (
            random_source(name, random) if random.random() < 0.3 else _other_source(str(value), random)
        ),
        str,
    )(calls, around)


def _another_answer(calls: _Calls, around: _Surroundings) -> JsonValue:
    """A value of another case at one place."""
    other = right_calls(around.random.choice(around.others), random=around.random)
    found = [_get(place) for place in _places(_arguments(other, around.random))] or [None]
    value = around.random.choice(found)
    return _change_leaf(lambda _, __: copy.deepcopy(value))(calls, around)


def _drop(calls: _Calls, around: _Surroundings) -> JsonValue:
    given = _arguments(calls, around.random)
    if given:
        del given[around.random.choice(list(given))]
    return calls


def _add(calls: _Calls, around: _Surroundings) -> JsonValue:
    given, random = _arguments(calls, around.random), around.random
    known = [name for function in around.case.functions for name in _documents(around.case, function.name)]
    given[random.choice((*known, "made_up", ""))] = copy.deepcopy(random.choice(_VALUES))
    return calls


def _rename(calls: _Calls, around: _Surroundings) -> JsonValue:
    given, random = _arguments(calls, around.random), around.random
    if given:
        name = random.choice(list(given))
        value = given.pop(name)
        given[random.choice((name.upper(), f"{name}s", name[:-1], f" {name}"))] = value
    return calls


def _other_function(calls: _Calls, around: _Surroundings) -> JsonValue:
    random = around.random
    call = random.choice(calls) if calls else None
    if isinstance(call, dict):
        name = str(call.get("name"))
        offered = [function.name for function in around.case.functions]
        call["name"] = random.choice(
            (*offered, name.upper(), name.replace(".", "_"), f"{name} ", "", "no_such")
        )
    return calls


def _more_calls(calls: _Calls, around: _Surroundings) -> JsonValue:
    extra = around.random.choice(
        (calls, _made_up(around.case, around.random) if around.case.functions else calls)
    )
    return [*calls, *copy.deepcopy(extra)][: len(calls) + around.random.randint(1, 2)]


def _fewer_calls(calls: _Calls, around: _Surroundings) -> JsonValue:
    return around.random.sample(calls, around.random.randint(0, max(0, len(calls) - 1)))


def _repeated_call(calls: _Calls, around: _Surroundings) -> JsonValue:
    """As many calls as are due, one of them twice."""
    return [*calls[1:], copy.deepcopy(around.random.choice(calls))] if calls else calls


def _reordered(calls: _Calls, around: _Surroundings) -> JsonValue:
    return around.random.sample(calls, len(calls))


def _no_calls(calls: _Calls, around: _Surroundings) -> JsonValue:
    """What is no list of calls, or an empty one."""
    call: JsonObject = {"name": "f", "arguments": {}}
    odd: list[JsonValue] = [
        None, [], {}, "", "f()", 0, True, [None], [{}], [[]], [calls], ["f"], [{"name": "f"}], [{"arguments": {}}], [{"name": 1, "arguments": {}}],
        [{"name": "f", "arguments": None}], [{"name": "f", "arguments": []}], [{"name": "f", "arguments": "{}"}], [*calls, None], [*calls, {}], [call],
        call,
    ]  # fmt: skip
    return around.random.choice(odd)


_CHANGES: Mapping[str, _Change] = {
    "accepted as it is": lambda calls, _: calls,
    "text in another form": _change_leaf(_other_text, str),
    "another type": _change_leaf(_other_type),
    "another number": _change_leaf(_other_number, int, float),
    "any value": _change_leaf(_any_value),
    "a value of another case": _another_answer,
    "list changed": _change_leaf(_other_list, list),
    "object changed": _change_leaf(_other_object, dict),
    "parameter dropped": _drop,
    "parameter added": _add,
    "parameter renamed": _rename,
    "another function": _other_function,
    "calls added": _more_calls,
    "calls missing": _fewer_calls,
    "call repeated": _repeated_call,
    "calls reordered": _reordered,
    "no calls": _no_calls,
    "source text": _source,
}
