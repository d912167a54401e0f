"""The examples that the transformer of the input gate is trained on: windows of tokens, drawn anew for every epoch.

Said directly: the start or a part of each row; now and then with a harmless text before or behind it, so that length tells
nothing. In documents: windows around what was planted, windows without it, single sentences, and orders from other rows
planted in harmless documents, those for people as well as those for models.
"""

# tokenizers is no dependency of ours.
# mypy: disable-error-code="import-not-found,import-untyped,no-any-return"

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from input_gate_rows import Row
from tokenizers import Tokenizer

from compiled_ai.gates.normal import fold_text

QUESTIONS = ("direct", "document")
WINDOWS = {"direct": 192, "document": 112}
"""Tokens, the two marks included."""
LONGEST_READ = 6000
"""Characters of a row."""
KEPT = {
    "own": 0.25,
    "own_pairs": 0.5,
    "bfcl": 2.0,
    "selfinstruct_user": 3.0,
    "mitre_frr_benign": 0.7,
    "presidio_synth": 0.5,
    "bipia_attack_strings": 1.5,
}
"""Of the rows of a set, how often each is taken in an epoch; those of other sets once, harmless documents twice. What a form filled in is taken less often.
The first of the two trainings whose mean is shipped (seed 1) took BFCL's rows 1.5 times and those of selfinstruct once; the second (seed 2) as it stands here."""
_PADDED = 0.12
"""Of short rows, how many get a harmless text beside them."""
_SHORT, _NEIGHBOUR = 100, 120
"""Tokens of a row that is called short, and of a harmless one that is put beside it."""
_PEOPLE = 0.4
"""Of documents with a planted order, how many come with an order for people in its place too."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One window, and whether it is an attack."""

    question: int
    ids: Sequence[int]
    """Without the two marks."""
    label: int


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """A row as tokens."""

    row: Row
    ids: Sequence[int]
    planted: tuple[int, int] | None
    """Where in a document the order stands: the first token, and the first one behind it."""

    @property
    def label(self) -> int:
        """1 for an attack."""
        return int(self.row["label"])

    @property
    def set(self) -> str:
        """Where the row comes from."""
        return str(self.row["set"])


def encoded(row: Row, tokenizer: Tokenizer) -> Encoded:
    """`row` as the gate would read it: folded, in tokens."""
    text, planted = (fold_text(str(row.get(key, ""))) for key in ("text", "planted"))
    found = tokenizer.encode(_plain(text[:LONGEST_READ]), add_special_tokens=False)
    start = text.find(planted) if planted else -1
    at = [place for place, (a, b) in enumerate(found.offsets) if b > start and a < start + len(planted)]
    return Encoded(
        row=row, ids=found.ids, planted=(at[0], at[-1] + 1) if planted and start >= 0 and at else None
    )


def _plain(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in text)


class Examples:
    """Draws the examples of an epoch."""

    def __init__(self, rows: Sequence[Encoded], seed: int) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - no secret
        self._direct = [row for row in rows if row.row["head"] == "direct"]
        documents = [row for row in rows if row.row["head"] == "document"]
        whole = ("written_documents", "bipia_docs_paired", "presidio_synth")
        self._harmless = [row for row in documents if not row.label and row.set in whole]
        self._planted = [row for row in documents if row.label and row.planted]
        self._sentences = [row for row in documents if row.set in ("written_sentences", "own_pairs")]
        orders = ("bipia_attack_strings", "own", "written_sentences")
        self._orders = [row for row in documents if row.label and row.set in orders]
        self._for_people = [row for row in self._sentences if not row.label]
        self._beside = [row for row in self._direct if not row.label and len(row.ids) < _NEIGHBOUR]

    def epoch(self) -> list[Example]:
        """One round over all rows."""
        return [*self._said(), *self._read(), *self._moved()]

    def _said(self) -> Iterator[Example]:
        for row in self._direct:
            for _ in range(self._times(KEPT.get(row.set, 1.0))):
                yield self._said_once(row, WINDOWS["direct"] - 2)

    def _said_once(self, row: Encoded, longest: int) -> Example:
        at_start = row.label and (len(row.ids) >= 3 * longest or self._draw.random() < 0.7)
        ids = row.ids[:longest] if at_start else self._part(row.ids, longest)
        if len(ids) < _SHORT and self._draw.random() < _PADDED:
            beside = self._draw.choice(self._beside).ids
            both = [*ids, *beside] if self._draw.random() < 0.5 else [*beside, *ids]
            ids = both if len(both) <= longest else ids
        return Example(question=0, ids=ids, label=row.label)

    def _times(self, share: float) -> int:
        """`share` as a whole number, right on average."""
        return int(share) + (self._draw.random() < share % 1)

    def _read(self) -> Iterator[Example]:
        longest = WINDOWS["document"] - 2
        for row in self._planted:
            start, end = row.planted or (0, 0)
            for _ in range(2):
                yield Example(question=1, ids=self._around(row.ids, start, end), label=1)
            for part in (row.ids[:start], row.ids[end:]):
                if len(part) > 25:
                    yield Example(question=1, ids=self._part(part, longest), label=0)
        for row in self._harmless:
            for _ in range(self._times(KEPT.get(row.set, 2.0))):
                yield Example(question=1, ids=self._part(row.ids, longest), label=0)
        for row in self._sentences:
            yield Example(question=1, ids=row.ids[:longest], label=row.label)

    def _moved(self) -> Iterator[Example]:
        """Orders in documents that they were not written for."""
        for row in self._orders:
            for _ in range(self._times(KEPT.get(row.set, 0.7))):
                host = self._draw.choice(self._harmless).ids
                place = self._draw.randrange(len(host) + 1)
                yield self._with(host, row.ids, place, 1)
                if self._draw.random() < _PEOPLE:
                    yield self._with(host, self._draw.choice(self._for_people).ids, place, 0)

    def _with(self, host: Sequence[int], order: Sequence[int], place: int, label: int) -> Example:
        ids = [*host[:place], *order, *host[place:]]
        return Example(question=1, ids=self._around(ids, place, place + len(order)), label=label)

    def _around(self, ids: Sequence[int], start: int, end: int) -> Sequence[int]:
        """A window that holds `start` to `end`, or as much of it as goes in."""
        longest = WINDOWS["document"] - 2
        last = max(len(ids) - longest, 0)
        low, high = sorted((min(max(0, end - longest), last), min(start, last)))
        first = self._draw.randint(low, high)
        return ids[first : first + longest]

    def _part(self, ids: Sequence[int], longest: int) -> Sequence[int]:
        first = self._draw.randrange(max(len(ids) - longest, 0) + 1)
        return ids[first : first + longest]


def batches(examples: Sequence[Example], draw: random.Random, *, tokens: int = 3072) -> list[list[Example]]:
    """`examples` in any order, those of like length together, at most `tokens` with padding and 32 rows in each."""
    mixed, found = draw.sample(examples, len(examples)), []
    for start in range(0, len(mixed), 2000):
        batch: list[Example] = []
        for one in sorted(mixed[start : start + 2000], key=lambda example: len(example.ids)):
            if len(batch) == 32 or (len(batch) + 1) * (len(one.ids) + 2) > tokens:
                found.append(batch)
                batch = []
            batch.append(one)
        found.append(batch)
    draw.shuffle(found)
    return found
