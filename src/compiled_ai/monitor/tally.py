"""Counts of runs: how they ended, how long they took, what the outputs were like. Tallies add up, and hold no text of any input or output.

An output field is counted by the bucket of its value: enums and booleans by value, numbers by sign and magnitude, texts and lists by length. What a schema
does not list in an enum is never kept as it is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from compiled_ai.errors import CompiledAIError, DeclinedError, ExecutionError, InputError, OutputError
from compiled_ai.execution.result import Result
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of

_MOST_LISTED = 40
"""Values of an enum that are told apart; longer enums are counted by length."""
_STEPS_PER_OCTAVE = 2
_HIGHEST = 64
"""Power of two beyond which magnitudes are not told apart: a number may have a thousand digits, and a tally must stay small."""
DEMOTED = "demoted: "
"""How the reason of a run begins that was kept from compiled code."""


@dataclass(kw_only=True)
class Tally:
    """Counts of some runs."""

    ends: Counter[str] = field(default_factory=Counter)
    """Runs by how they ended: who answered (as `Result.served_by`), ``nobody``, ``demoted``, ``invalid_input``; where compiled code broke its contract,
    ``schema_violation`` and ``failed``; where a model, an effect or the machine did, ``outside``."""
    latency: Counter[int] = field(default_factory=Counter)
    """Runs by the binary logarithm of their microseconds, in halves: bucket 6 is 8 us, 7 is 11 us. Of runs that compiled code alone answered."""
    fields: dict[str, Counter[str]] = field(default_factory=dict)
    """Answered runs by the bucket of each output field."""

    @property
    def runs(self) -> int:
        """All runs."""
        return sum(self.ends.values())

    @property
    def valid(self) -> int:
        """Runs whose input was valid and that compiled code was asked for."""
        return self.runs - self.ends["invalid_input"] - self.ends["demoted"]

    @property
    def declined(self) -> int:
        """Runs that compiled code declined, whoever answered then."""
        return self.ends["nobody"] + self.ends["model"] + self.ends["human"]

    @property
    def fallen_back(self) -> int:
        """Runs that a model or a person answered in place of compiled code."""
        return self.ends["model"] + self.ends["human"]

    def add(self, other: Tally) -> None:
        """Add the counts of `other`."""
        self.ends.update(other.ends)
        self.latency.update(other.latency)
        for name, buckets in other.fields.items():
            self.fields.setdefault(name, Counter()).update(buckets)

    def median_microseconds(self) -> float | None:
        """The middle of the bucket in which the median lies; None without any run."""
        total = sum(self.latency.values())
        seen = 0
        for bucket in sorted(self.latency):
            seen += self.latency[bucket]
            if 2 * seen >= total:
                return float(2 ** ((bucket + 0.5) / _STEPS_PER_OCTAVE))
        return None

    def to_json(self) -> JsonObject:
        """As it is stored."""
        return {
            "ends": dict(self.ends),
            "latency": {str(bucket): count for bucket, count in self.latency.items()},
            "fields": {name: dict(buckets) for name, buckets in self.fields.items()},
        }


def parse_tally(data: Mapping[str, JsonValue]) -> Tally:
    """The tally that `Tally.to_json` wrote.

    Raises:
        ValueError: it is none.
    """
    fields = data.get("fields")
    if not isinstance(fields, dict):
        raise ValueError("a tally has fields")
    return Tally(
        ends=_counts(data.get("ends")),
        latency=Counter({int(bucket): count for bucket, count in _counts(data.get("latency")).items()}),
        fields={name: _counts(buckets) for name, buckets in fields.items()},
    )


def _counts(data: JsonValue) -> Counter[str]:
    if not isinstance(data, dict) or not all(type(count) is int for count in data.values()):
        raise ValueError("counts are an object of integers")
    return Counter({name: int(str(count)) for name, count in data.items()})


class Counting:
    """Counts runs of one workflow.

    Args:
        output_schema: Of its outputs.
    """

    def __init__(self, output_schema: JsonObject) -> None:
        self._enums = {name: _listed(schema) for name, schema in properties_of(output_schema).items()}

    def count(self, tally: Tally, result: Result | None, error: CompiledAIError | None) -> None:
        """Count one run into `tally`."""
        tally.ends[_end(result, error)] += 1
        if result is None or result.output is None or result.reason.startswith(DEMOTED):
            return
        if result.served_by == "compiled":
            microseconds = max(result.seconds * 1e6, 0.001)
            tally.latency[math.floor(math.log2(microseconds) * _STEPS_PER_OCTAVE)] += 1
        for name, listed in self._enums.items():
            bucket = _bucket(result.output[name], listed) if name in result.output else "(left out)"
            tally.fields.setdefault(name, Counter())[bucket] += 1


def _end(result: Result | None, error: CompiledAIError | None) -> str:
    if result is not None:
        return "demoted" if result.reason.startswith(DEMOTED) else result.served_by
    match error:
        case DeclinedError():
            return "demoted" if error.reason.startswith(DEMOTED) else "nobody"
        case InputError():
            return "invalid_input"
        case OutputError():
            return "schema_violation"
        case ExecutionError():
            return "failed"
        case _:
            return "outside"


def _listed(schema: JsonValue) -> frozenset[str]:
    """The texts that `schema` lists, if they are few enough to be told apart."""
    if not isinstance(schema, dict):
        return frozenset()
    values = schema.get("enum")
    if isinstance(values, list):
        texts = frozenset(value for value in values if isinstance(value, str))
        return texts if len(texts) <= _MOST_LISTED else frozenset()
    options = schema.get("anyOf")
    found = [_listed(option) for option in options] if isinstance(options, list) else []
    return frozenset().union(*found)


def _bucket(value: JsonValue, listed: frozenset[str]) -> str:
    match value:
        case None:
            return "(null)"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _magnitude(value)
        case str():
            return value if value in listed else f"text {_length(len(value))}"
        case list():
            return f"list {_length(len(value))}"
        case dict():
            return f"object {_length(len(value))}"


def _magnitude(value: float) -> str:
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    size = abs(value)
    if size >= 2**_HIGHEST:
        return f"{sign}2^{_HIGHEST}"
    exponent = size.bit_length() - 1 if isinstance(size, int) else math.frexp(size)[1] - 1
    return f"{sign}2^{max(exponent, -_HIGHEST)}"


def _length(size: int) -> str:
    """0, 1, or the power of two below."""
    return str(size) if size < 2 else f"2^{size.bit_length() - 1}"
