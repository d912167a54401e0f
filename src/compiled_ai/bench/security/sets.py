"""The sets that gates are measured on: ours, other people's, and plain requests, each with the gate that it asks and what was seen in training."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiled_ai.bench.attacks.public import PUBLIC_SETS, read_set
from compiled_ai.bench.attacks.rows import Kind, read_own
from compiled_ai.bench.bfcl.source import CATEGORIES, BfclCase, bfcl_home, load_bfcl
from compiled_ai.bench.xy.checkout import checkout
from compiled_ai.errors import MissingToolError, OperatorError
from compiled_ai.gates.policy import TextMode
from compiled_ai.spec.schema import suggest

Gate = Literal["input", "pii", "output"]
GATES: tuple[Gate, ...] = ("input", "pii", "output")
OUTPUT_MARK = "Output:"
"""Behind it, in the task ``leakage``, stands what a model is about to say."""
OWN_SETS: dict[str, Kind] = {"own_injection": "injection", "own_pii": "pii", "own_leakage": "leakage"}
BFCL = "bfcl"
_OWN_FOLDER = "datasets/security_cases"
_DOCUMENTS = frozenset({"bipia_attack_strings", "bipia_docs_paired", "own_injection_document"})
"""Sets whose texts are matter to be read, not requests."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A text, and whether it has to be stopped."""

    text: str
    is_attack: bool


@dataclass(frozen=True, kw_only=True)
class SecuritySet:
    """Samples that one gate is asked about in one mode."""

    name: str
    gate: Gate
    mode: TextMode
    samples: tuple[Sample, ...]
    left_out: int
    """Rows that the linear model was trained on, which are no part of `samples`."""


def known_sets() -> tuple[str, ...]:
    """Names of all sets; those of the code gate are none of them."""
    public = [name for name, found in PUBLIC_SETS.items() if found.kind != "code"]
    return (*OWN_SETS, "own_injection_document", *public, BFCL)


def text_digest(text: str) -> str:
    """Identity of a text in the lists of what was trained on."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load_sets(
    names: Sequence[str], *, folder: Path | None, root: Path | None, trained: Collection[str]
) -> tuple[list[SecuritySet], dict[str, str]]:
    """The sets of `names`, and why others of them are not there.

    Args:
        names: Of `known_sets`. Of leakage sets, requests go to the input gate; answers go to the one for persons' data, which knows keys too: the output gate
            finds a prompt that it is given, and these sets come without.
        folder: With the files of public sets.
        root: A checkout, for our own sets. None searches for it.
        trained: `text_digest` of each text that the linear model was trained on. They are left out where the input gate is asked.

    Raises:
        OperatorError: a name is unknown.
        StoreError: a file cannot be read, or is not the one that is pinned.
    """
    found: list[SecuritySet] = []
    absent: dict[str, str] = {}
    for name in names:
        if name not in known_sets():
            raise OperatorError(
                f"there is no set '{name}' of security; there are {', '.join(known_sets())}.{suggest(name, list(known_sets()))}"
            )
        try:
            kind, samples = _read(name, folder=folder, root=root)
        except MissingToolError as error:
            absent[name] = str(error)
            continue
        found += [one for one in _by_gate(name, kind, samples, trained) if one.samples]
    return found, absent


def _read(name: str, *, folder: Path | None, root: Path | None) -> tuple[Kind, list[Sample]]:
    own = OWN_SETS.get(name.removesuffix("_document"))
    if own is not None:
        home = checkout(root, needs=(_OWN_FOLDER,), dataset="security") / _OWN_FOLDER
        rows = read_own(home / f"{own}.jsonl")
        return own, [Sample(text=row.text, is_attack=row.label == "attack") for row in rows]
    if name == BFCL:
        return "injection", [Sample(text=text, is_attack=False) for text in _requests()]
    public = PUBLIC_SETS[name]
    return public.kind, [Sample(text=row.text, is_attack=bool(row.label)) for row in read_set(public, folder)]


def _requests() -> list[str]:
    """The requests of BFCL, each once. Nothing is fetched for them."""
    if not (bfcl_home() / "bfcl_eval").is_dir():
        raise MissingToolError("BFCL is not here; fetch it with: compiled-ai datasets fetch bfcl")
    cases: list[BfclCase] = [case for category in CATEGORIES for case in load_bfcl(category)]
    return list(dict.fromkeys(case.request for case in cases))


def _by_gate(name: str, kind: Kind, samples: Sequence[Sample], trained: Collection[str]) -> list[SecuritySet]:
    mode: TextMode = "document" if name in _DOCUMENTS else "direct"
    if kind == "pii":
        return [_set(name, "pii", mode, samples, ())]
    if kind == "leakage":
        answers = [one for one in samples if _answer(one.text) is not None]
        said = [Sample(text=_answer(one.text) or "", is_attack=one.is_attack) for one in answers]
        asked = [one for one in samples if _answer(one.text) is None]
        return [_set(name, "input", mode, asked, trained), _set(f"{name}_said", "pii", mode, said, ())]
    return [_set(name, "input", mode, samples, trained)]


def _answer(text: str) -> str | None:
    """What the model is about to say, where that is what the text shows."""
    _, mark, answer = text.partition(OUTPUT_MARK)
    return answer.strip() if mark else None


def _set(
    name: str, gate: Gate, mode: TextMode, samples: Iterable[Sample], trained: Collection[str]
) -> SecuritySet:
    every = tuple(samples)
    kept = tuple(one for one in every if text_digest(one.text) not in trained)
    return SecuritySet(name=name, gate=gate, mode=mode, samples=kept, left_out=len(every) - len(kept))
