"""What builtins, containers and their methods give for what they are given, as far as the subset check must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from compiled_ai.subset.values import (
    INTEGER,
    UNKNOWN,
    Value,
    join,
    lazily,
    mapping_of,
    sequence_of,
)

SET_METHODS = frozenset(("union", "intersection", "difference", "symmetric_difference"))
_INTEGER_CALLS = frozenset(
    ("len", "ord", "int", "bool", "isinstance", "any", "all", "factorial", "isqrt", "comb")
)
_INTEGER_METHODS = frozenset(
    [
        "count",
        "find",
        "index",
        "rfind",
        "rindex",
        "bit_length",
        "bit_count",
        "start",
        "end",
        "weekday",
        "isoweekday",
        "toordinal",
        "startswith",
        "endswith",
        "isalnum",
        "isalpha",
        "isascii",
        "isdecimal",
        "isdigit",
        "islower",
        "isnumeric",
        "isspace",
        "isupper",
        "total",
        "adjusted",
    ]
)


def called_builtin(name: str, args: list[Value], keywords: Mapping[str, Value] | None = None) -> Value:
    """Result of the builtin or standard function `name`."""
    if name in _INTEGER_CALLS or (name in {"round", "floor", "ceil", "trunc"} and len(args) == 1):
        return INTEGER
    return _container(name, args, keywords or {}) or _iterator(name, args, keywords or {})


def _container(name: str, args: list[Value], keywords: Mapping[str, Value]) -> Value | None:
    """Result of a call that makes a container; None if `name` is no such call."""
    first = args[0] if args else UNKNOWN
    match name:
        case "set" | "frozenset":
            return Value(kind="set", item=first.iterated(), inner=first.inner)
        case "list" | "tuple" | "sorted" | "deque":
            return replace(sequence_of(join(arg.iterated() for arg in args[:1])), inner=first.inner)
        case (
            "reversed" | "chain" | "iter" | "islice" | "takewhile" | "dropwhile" | "filterfalse" | "compress"
        ):
            sources = args[1:] if name in {"takewhile", "dropwhile", "filterfalse"} else args
            kept = sources if name == "chain" else sources[:1]
            inner = next((arg.inner for arg in kept if arg.inner), None)
            return lazily(replace(sequence_of(join(arg.iterated() for arg in kept)), inner=inner))
        case "dict" | "OrderedDict" | "Counter" | "ChainMap":
            held = join((*keywords.values(), *map(_held_by, args)))
            key = join(arg.iterated() if arg.kind == "mapping" else UNKNOWN for arg in args)
            return replace(mapping_of(key, held), inner=held.inner or held.owner or first.inner)
    return None


def _held_by(source: Value) -> Value:
    """What a dict made from `source` holds: the values of a mapping, or the second part of each pair."""
    if source.kind == "mapping":
        return source.subscripted()
    pair = source.iterated()
    return pair.inside(pair.parts[1]) if len(pair.parts) == 2 else UNKNOWN


def _iterator(name: str, args: list[Value], keywords: Mapping[str, Value]) -> Value:
    """Result of a call that hands on or picks from what it is given."""
    first = args[0] if args else UNKNOWN
    match name:
        case "enumerate" | "zip" | "zip_longest" | "product":
            counted = (INTEGER,) if name == "enumerate" else ()
            inner = next((arg.inner for arg in args if arg.inner), None)
            pair = Value(kind="tuple", parts=(*counted, *(arg.iterated() for arg in args)), inner=inner)
            found = Value(kind="sequence", item=pair, inner=inner, address=True)
        case "pairwise" | "combinations" | "permutations" | "combinations_with_replacement" | "batched":
            found = lazily(sequence_of(sequence_of(first.iterated())))
        case "groupby":
            group = lazily(sequence_of(first.iterated()))
            pair = Value(kind="tuple", parts=(UNKNOWN, group), inner=first.inner)
            found = Value(kind="sequence", item=pair, inner=first.inner, address=True)
        case "repeat" | "count":
            found = lazily(sequence_of(first))
        case "range":
            found = sequence_of(INTEGER)
        case _:
            found = _picked(name, args, keywords)
    return found


def _picked(name: str, args: list[Value], keywords: Mapping[str, Value]) -> Value:
    first = args[0] if args else UNKNOWN
    match name:
        case "next":
            found = join([first.iterated(), *args[1:]])
        case "min" | "max":
            default = [keywords["default"]] if "default" in keywords else []
            found = join(args if len(args) > 1 else [first.iterated(), *default])
        case "sum":
            found = INTEGER if first.iterated().kind == "int" else UNKNOWN
        case "abs":
            found = first
        case "cast" if len(args) == 2:
            found = args[1]
        case "SequenceMatcher" | "cmp_to_key":
            found = Value(address=True)
        case _:
            found = UNKNOWN
    return found


def called_method(base: Value, name: str, args: list[Value]) -> Value:
    """Result of a method, as far as it depends on what the object holds."""
    if name in SET_METHODS:
        return replace(join((base, *args)), kind="set", owner=None)
    if name in {"get", "pop", "setdefault", "popleft"}:
        return _taken(base, name, args)
    match name:
        case "copy":
            found = base.copied()
        case "fromkeys":
            found = mapping_of(args[0].iterated() if args else UNKNOWN, join(args[1:]))
        case "split" | "splitlines" | "rsplit":
            found = sequence_of(UNKNOWN)
        case "finditer" | "elements" | "from_iterable":
            sources = [arg.iterated() for arg in args[:1]]
            is_set = any(source.is_set for source in sources)
            items = join(source.iterated() for source in sources)
            found = lazily(sequence_of(items, kind="set" if is_set else "sequence"))
        case _:
            found = INTEGER if name in _INTEGER_METHODS else _view(base, name)
    return found


def _taken(base: Value, name: str, args: list[Value]) -> Value:
    if name != "popleft" and base.kind == "mapping":
        return join((base.subscripted(), *args[1:]))
    if name in {"pop", "popleft"}:
        return base.iterated()
    return UNKNOWN.owned(base.inner)


def _view(base: Value, name: str) -> Value:
    match name:
        case "values":
            return Value(kind="sequence", item=base.subscripted(), inner=base.inner)
        case "items":
            pair = Value(kind="tuple", parts=(base.item or UNKNOWN, base.subscripted()), inner=base.inner)
            return Value(kind="view", item=pair, inner=base.inner)
        case "keys":
            return Value(kind="view", item=base.item, inner=base.inner)
    return UNKNOWN
