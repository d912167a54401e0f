"""Recall of the gate for persons' data by type of value, on a public set that says where each value stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from compiled_ai.bench.attacks.public import PUBLIC_SETS, read_set
from compiled_ai.bench.security.figures import Share
from compiled_ai.errors import StoreError
from compiled_ai.gates.policy import TextMode
from compiled_ai.gates.verdict import GateVerdict, Span
from compiled_ai.spec.canonical import JsonObject

LABELLED = "presidio_synth"
CHECKABLE_LABELS = frozenset(
    {"CREDIT_CARD", "IBAN_CODE", "US_SSN", "EMAIL_ADDRESS", "PHONE_NUMBER", "IP_ADDRESS"}
)
"""Labels of `LABELLED` whose values have check digits, ranges or a fixed grammar."""
_LAYER = "pii"


class _Label(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    type: str
    start: int
    end: int


_SPANS = TypeAdapter(list[_Label])


@dataclass(frozen=True, kw_only=True)
class TypeLine:
    """Values of one label."""

    label: str
    touched: Share
    """Values of which a finding covers at least half."""
    whole: Share
    """Values that findings cover from end to end, gaps and signs left aside: what masking would hide."""

    def to_json(self) -> JsonObject:
        """All of it."""
        return {
            "label": self.label,
            "checkable": self.label in CHECKABLE_LABELS,
            "found": self.touched.to_json(),
            "found_whole": self.whole.to_json(),
        }


def by_type(folder: Path, ask: Callable[[str, TextMode], GateVerdict]) -> tuple[TypeLine, ...]:
    """Recall of each label of `LABELLED` in `folder`, the most frequent first; none where the file has no labels.

    Raises:
        MissingToolError: the file is not there.
        StoreError: it cannot be read, or is not the one that is pinned.
    """
    rows = {row.id: row.text for row in read_set(PUBLIC_SETS[LABELLED], folder)}
    touched: dict[str, int] = {}
    whole: dict[str, int] = {}
    total: dict[str, int] = {}
    for row_id, labels in _labels(folder / f"{LABELLED}.jsonl").items():
        text = rows[row_id]
        found = [
            one.span for one in ask(text, "direct").findings if one.layer == _LAYER and one.span is not None
        ]
        for label in labels:
            covered, wanted = _covered(text, label, found)
            total[label.type] = total.get(label.type, 0) + 1
            touched[label.type] = touched.get(label.type, 0) + (2 * covered >= wanted > 0)
            whole[label.type] = whole.get(label.type, 0) + (covered == wanted > 0)
    return tuple(
        TypeLine(
            label=name,
            touched=Share(count=touched[name], total=count),
            whole=Share(count=whole[name], total=count),
        )
        for name, count in sorted(total.items(), key=lambda one: (-one[1], one[0]))
    )


def together(lines: Iterable[TypeLine], label: str) -> TypeLine:
    """All of `lines` as one, named `label`."""
    every = list(lines)
    return TypeLine(
        label=label, touched=_sum([one.touched for one in every]), whole=_sum([one.whole for one in every])
    )


def _sum(shares: Sequence[Share]) -> Share:
    return Share(count=sum(one.count for one in shares), total=sum(one.total for one in shares))


def _covered(text: str, label: _Label, found: Sequence[Span]) -> tuple[int, int]:
    """How many letters and digits of the value findings cover, and how many it has."""
    places = [at for at in range(label.start, min(label.end, len(text))) if text[at].isalnum()]
    return sum(any(one.start <= at < one.end for one in found) for at in places), len(places)


def _labels(path: Path) -> Mapping[str, list[_Label]]:
    """By row. The rows themselves were read and compared with what is pinned before."""
    found: dict[str, list[_Label]] = {}
    try:
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line.strip():
                row = json.loads(line)
                found[str(row["id"])] = _SPANS.validate_python(row.get("spans") or [])
    except (OSError, ValueError, KeyError, ValidationError) as error:
        raise StoreError(f"{path}: its field 'spans' cannot be read ({type(error).__name__})") from error
    return found
