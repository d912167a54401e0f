"""What the scorecard asks: each gate as a whole, its layers alone, and the gate with a layer removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

from compiled_ai.bench.security.sets import Gate
from compiled_ai.gates.checks import NotBuiltError, closed, open_check, part
from compiled_ai.gates.policy import GatePolicy, TextMode
from compiled_ai.gates.verdict import GateVerdict

if TYPE_CHECKING:
    from compiled_ai.gates.linear import LinearModel
    from compiled_ai.gates.normal import Normalized

WHOLE = "gate"
"""The name of the probe of a gate as it is."""
Ask: TypeAlias = Callable[[str, TextMode], GateVerdict]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One gate in one make-up."""

    gate: Gate
    name: str
    """``gate``, ``only LAYER`` or ``without LAYER``."""
    open: Callable[[], Ask]
    """Loads what it needs, which is no part of any text's time. Raises NotBuiltError where a part does not exist."""


def probes(policy: GatePolicy, *, prompt: str = "", canary: str = "") -> tuple[Probe, ...]:
    """All probes, those of one gate together. The output gate looks for `prompt` and the `canary` that is planted in it."""
    return (
        Probe(gate="input", name=WHOLE, open=partial(open_check, "input", policy)),
        *(
            Probe(gate="input", name=name, open=partial(_input, policy, layers))
            for name, layers in (_INPUT_LAYERS if policy.transformer == "off" else _WITH_TRANSFORMER).items()
        ),
        Probe(gate="pii", name=WHOLE, open=partial(open_check, "pii", policy)),
        *(
            Probe(gate="pii", name=name, open=partial(_pii, policy, kept))
            for name, kept in _PII_LAYERS.items()
        ),
        Probe(
            gate="output",
            name=WHOLE,
            open=partial(open_check, "output", policy, prompt=prompt, canary=canary),
        ),
        Probe(
            gate="output",
            name="without overlap (only canary)",
            open=partial(open_check, "output", policy, canary=canary),
        ),
        Probe(
            gate="output",
            name="without canary (only overlap)",
            open=partial(open_check, "output", policy, prompt=prompt),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Layers:
    """What of the input gate is on."""

    rules: bool = True
    linear: bool = True
    readings: bool = True
    """Off: the text as it stands, without its disguises taken off."""
    sentences: bool = True
    """Off: in documents no sentence is read by itself."""


_INPUT_LAYERS: Mapping[str, _Layers] = {
    "without readings": _Layers(readings=False),
    "without rules (only linear)": _Layers(rules=False),
    "without linear (only rules)": _Layers(linear=False),
    "without sentences": _Layers(sentences=False),
    "only rules, without readings": _Layers(linear=False, readings=False),
    "only linear, without readings": _Layers(rules=False, readings=False),
}
_WITH_TRANSFORMER: Mapping[str, _Layers] = {
    "without readings": _Layers(readings=False),
    "without rules": _Layers(rules=False),
    "without linear": _Layers(linear=False),
    "only transformer": _Layers(rules=False, linear=False),
}
"""The gate without its transformer is that of the policy that does not ask it. The points of the whole gate are kept, so that a layer alone flags less than it could."""


def _input(policy: GatePolicy, layers: _Layers) -> Ask:
    """The input gate itself, with layers that find nothing in the place of those that are off.

    Rules and readings are exchanged in the gate's module while it is asked: the gate has no switch for them, and one that is built anew here would weigh its
    layers otherwise than the real one does. So nothing else may ask an input gate in this process at that time.
    """
    room = part("input_gate")
    gate = room.InputGate(policy, model=_model(layers))
    others: dict[str, object] = {}
    if not layers.rules:
        others["rule_findings"] = _no_findings
    if not layers.readings:
        others["normalize"] = partial(_as_it_stands, room.normalize)

    def ask(text: str, mode: TextMode) -> GateVerdict:
        with _exchanged(room, others):
            verdict: GateVerdict = gate.check(text, mode=mode)
            return verdict

    for name in others:
        if not hasattr(room, name):
            raise NotBuiltError(f"the input gate has no part '{name}' that could be left out")
    return ask


def _model(layers: _Layers) -> LinearModel | None:
    """The shipped model without the heads that are off; None for all of it."""
    silent = {"direct", "document"} if not layers.linear else set() if layers.sentences else {"document"}
    if not silent:
        return None
    shipped: LinearModel = part("linear").LinearModel.load()
    heads = {
        name: replace(head, bias=_NEVER) if name in silent else head for name, head in shipped.heads.items()
    }
    return replace(shipped, heads=heads)


_NEVER = -1e6
"""A value that every calibration takes for harmless."""


def _no_findings(normalized: Normalized) -> list[object]:  # noqa: ARG001 - in the place of the rules
    return []


def _as_it_stands(normalize: Callable[[str], Normalized], text: str) -> Normalized:
    found = normalize(text)
    return replace(found, views=found.views[:1], oddities=())


@contextmanager
def _exchanged(room: ModuleType, others: Mapping[str, object]) -> Iterator[None]:
    before = {name: getattr(room, name) for name in others}
    try:
        for name, other in others.items():
            setattr(room, name, other)
        yield
    finally:
        for name, own in before.items():
            setattr(room, name, own)


def _checkable(kinds: Collection[str], checkable: Collection[str]) -> list[str]:
    return [kind for kind in kinds if kind in checkable]


def _by_words(kinds: Collection[str], checkable: Collection[str]) -> list[str]:
    return [kind for kind in kinds if kind not in checkable]


def _no_names(kinds: Collection[str], checkable: Collection[str]) -> list[str]:  # noqa: ARG001 - one of three
    return [kind for kind in kinds if kind != "person_name"]


_PII_LAYERS: Mapping[str, Callable[[Collection[str], Collection[str]], list[str]]] = {
    "without words around (only check digits, grammars)": _checkable,
    "without check digits, grammars (only words around)": _by_words,
    "without names of persons": _no_names,
}


def _pii(policy: GatePolicy, kept: Callable[[Collection[str], Collection[str]], list[str]]) -> Ask:
    pii = part("pii")
    gate = pii.PiiGate(policy=policy.pii, types=kept(pii.PII_TYPES, pii.CHECKABLE))
    return closed(lambda text, mode: gate.check(text))  # noqa: ARG005 - persons' data are the same in every mode
