"""The sets that gates are measured on: ours, other people's, and plain requests, each with the gate that it asks and what was seen in training."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from compiled_ai.bench.attacks.public import PUBLIC_SETS, read_set
from compiled_ai.bench.attacks.rows import Kind, read_own
from compiled_ai.bench.attacks.text_gates import OUTPUT_MARK
from compiled_ai.bench.bfcl.source import CATEGORIES, BfclCase, bfcl_home, load_bfcl
from compiled_ai.bench.security.blind import BLIND_SETS, read_blind
from compiled_ai.bench.security.training import Status, Trained
from compiled_ai.bench.xy.checkout import checkout
from compiled_ai.errors import MissingToolError, OperatorError
from compiled_ai.gates.policy import TextMode
from compiled_ai.spec.schema import suggest

Gate = Literal["input", "pii", "output"]
GATES: tuple[Gate, ...] = ("input", "pii", "output")
OWN_SETS: dict[str, Kind] = {"own_injection": "injection", "own_pii": "pii", "own_leakage": "leakage"}
BFCL = "bfcl"
SAID, DOCUMENT = "_said", "_document"
"""Endings of the parts of a set that other gates or modes are asked about."""
_OWN_FOLDER = "datasets/security_cases"
_DOCUMENTS = frozenset({"bipia_attack_strings", "bipia_docs_paired", "own_injection_document"})
"""Sets whose texts are matter to be read, not requests."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A text, and whether it has to be stopped."""

    sample_id: str
    text: str
    is_attack: bool
    family: str = ""
    """What of attack or harmless text it is, where the set says so."""


@dataclass(frozen=True, kw_only=True)
class SecuritySet:
    """Samples that one gate is asked about in one mode."""

    name: str
    gate: Gate
    mode: TextMode
    samples: tuple[Sample, ...]
    left_out: int = 0
    """Rows that the linear model was trained on, which are no part of `samples`."""
    status: Status | None = None
    """What was known of it, where that does not follow from what was trained on."""
    is_blind: bool = False
    """Whether nobody who works on the gates may know which of its cases are missed."""

    @property
    def origin(self) -> str:
        """The set that it is a part of."""
        return self.name.removesuffix(SAID).removesuffix(DOCUMENT)

    def limited(self, most: int | None) -> SecuritySet:
        """With at most so many samples, drawn by their digests: the same each time, and a larger limit keeps those of a smaller one."""
        if most is None or len(self.samples) <= most:
            return self
        drawn = set(sorted(self.samples, key=_draw)[:most])
        return replace(self, samples=tuple(one for one in self.samples if one in drawn))


@dataclass(frozen=True, kw_only=True)
class SetSources:
    """Where sets are read from."""

    public: Path | None = None
    """Folder with the files of public sets."""
    root: Path | None = None
    """A checkout, for our own sets. None searches for it from the working folder upwards."""
    bfcl: Path | None = None
    """Folder with the content of BFCL's wheel. None: where ``compiled-ai datasets fetch bfcl`` puts it."""
    trained: Trained = field(default_factory=Trained)
    """The texts that the linear model was trained on. They are left out where the input gate is asked."""


def known_sets() -> tuple[str, ...]:
    """Names of all sets of texts that are read; those of the code gate are none of them."""
    public = [name for name, found in PUBLIC_SETS.items() if found.kind != "code"]
    return (*OWN_SETS, "own_injection_document", *BLIND_SETS, *public, BFCL)


def check_set(name: str, known: Sequence[str]) -> None:
    """Nothing, if `name` is one of `known`.

    Raises:
        OperatorError: it is none.
    """
    if name not in known:
        raise OperatorError(
            f"there is no set '{name}' of security; there are {', '.join(known)}.{suggest(name, list(known))}"
        )


def load_sets(names: Sequence[str], sources: SetSources) -> tuple[list[SecuritySet], dict[str, str]]:
    """The sets of `names`, and why others of them are not there. A blind set that is not in the checkout is not told of: it may not be written yet.

    Of leakage sets, requests go to the input gate; answers go to the one for persons' data, which knows keys too: the output gate finds a prompt that it is given,
    and these sets come without.

    Raises:
        OperatorError: a name is unknown.
        StoreError: a file cannot be read, or is not the one that is pinned.
    """
    found: list[SecuritySet] = []
    absent: dict[str, str] = {}
    for name in names:
        check_set(name, known_sets())
        try:
            found += [one for one in _read(name, sources) if one.samples or one.left_out]
        except MissingToolError as error:
            if name not in BLIND_SETS:
                absent[name] = str(error)
    return found, absent


def root_of(root: Path | None) -> Path:
    """The checkout with our own sets.

    Raises:
        MissingToolError: there is none.
    """
    return checkout(root, needs=(_OWN_FOLDER,), dataset="security")


def _read(name: str, sources: SetSources) -> list[SecuritySet]:
    own = OWN_SETS.get(name.removesuffix(DOCUMENT))
    if own is not None:
        rows = read_own(root_of(sources.root) / _OWN_FOLDER / f"{own}.jsonl")
        samples = [Sample(sample_id=row.id, text=row.text, is_attack=row.label == "attack") for row in rows]
        return _by_gate(name, own, samples, sources.trained)
    if name in BLIND_SETS:
        return _blind(name, root_of(sources.root), sources.trained)
    if name == BFCL:
        return _by_gate(name, "injection", _requests(sources.bfcl), sources.trained)
    public = PUBLIC_SETS[name]
    samples = [
        Sample(sample_id=row.id, text=row.text, is_attack=bool(row.label), family=row.kind or "")
        for row in read_set(public, sources.public)
    ]
    return _by_gate(name, public.kind, samples, sources.trained)


def _blind(name: str, root: Path, trained: Trained) -> list[SecuritySet]:
    samples: dict[TextMode, list[Sample]] = {"direct": [], "document": []}
    for sample_id, row, is_attack in read_blind(name, root):
        samples[row.mode].append(
            Sample(sample_id=sample_id, text=row.text, is_attack=is_attack, family=row.family)
        )
    return [
        replace(_set(name, "input", "direct", samples["direct"], trained), is_blind=True),
        replace(_set(f"{name}{DOCUMENT}", "input", "document", samples["document"], trained), is_blind=True),
    ]


def _requests(home: Path | None) -> list[Sample]:
    """The requests of BFCL, each once. Nothing is fetched for them."""
    if not ((home or bfcl_home()) / "bfcl_eval").is_dir():
        where = "" if home is None else f" in {home}"
        raise MissingToolError(
            f"BFCL is not here{where} (Apache-2.0); fetch it with: compiled-ai datasets fetch bfcl"
        )
    cases: list[BfclCase] = [case for category in CATEGORIES for case in load_bfcl(category, home=home)]
    first = {case.request: case.case_id for case in reversed(cases)}
    return [
        Sample(sample_id=first[request], text=request, is_attack=False)
        for request in dict.fromkeys(case.request for case in cases)
    ]


def _by_gate(name: str, kind: Kind, samples: Sequence[Sample], trained: Trained) -> list[SecuritySet]:
    mode: TextMode = "document" if name in _DOCUMENTS else "direct"
    if kind == "pii":
        return [_set(name, "pii", mode, samples, Trained())]
    if kind == "leakage":
        said = [replace(one, text=answer) for one in samples if (answer := _answer(one.text)) is not None]
        asked = [one for one in samples if _answer(one.text) is None]
        return [
            _set(name, "input", mode, asked, trained),
            _set(f"{name}{SAID}", "pii", mode, said, Trained()),
        ]
    return [_set(name, "input", mode, samples, trained)]


def _answer(text: str) -> str | None:
    """What the model is about to say, where that is what the text shows."""
    _, mark, answer = text.partition(OUTPUT_MARK)
    return answer.strip() if mark else None


def _set(name: str, gate: Gate, mode: TextMode, samples: Iterable[Sample], trained: Trained) -> SecuritySet:
    every = tuple(samples)
    kept = tuple(one for one in every if one.text not in trained)
    return SecuritySet(name=name, gate=gate, mode=mode, samples=kept, left_out=len(every) - len(kept))


def _draw(sample: Sample) -> bytes:
    return hashlib.sha256(f"{sample.sample_id}\0{sample.text}".encode("utf-8", "surrogatepass")).digest()
