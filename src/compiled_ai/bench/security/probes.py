"""What the scorecard asks: each gate as a whole, its layers alone, and the gate with a layer removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from compiled_ai.bench.security.sets import Gate
from compiled_ai.gates.checks import NotBuiltError, open_check, part
from compiled_ai.gates.policy import GatePolicy, TextMode
from compiled_ai.gates.verdict import GateVerdict

_ORDER = "instruction_in_document"
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
        Probe(gate="input", name="gate", open=partial(open_check, "input", policy)),
        *(
            Probe(gate="input", name=name, open=partial(_input, policy, layers))
            for name, layers in _INPUT_LAYERS.items()
        ),
        Probe(gate="pii", name="gate", open=partial(open_check, "pii", policy)),
        Probe(gate="pii", name="only check digits and grammars", open=partial(_pii, policy, "only")),
        Probe(gate="pii", name="without check digits and grammars", open=partial(_pii, policy, "without")),
        Probe(gate="pii", name="without names of persons", open=partial(_pii, policy, "without names")),
        Probe(
            gate="output",
            name="gate",
            open=partial(open_check, "output", policy, prompt=prompt, canary=canary),
        ),
        Probe(gate="output", name="only canary", open=partial(open_check, "output", policy, canary=canary)),
        Probe(gate="output", name="only overlap", open=partial(open_check, "output", policy, prompt=prompt)),
    )


def input_provenance() -> Mapping[str, int] | None:
    """How many rows of each set the shipped linear model was trained on; None when it is not there."""
    from compiled_ai.errors import TamperedArtifactError

    try:
        provenance = part("linear").LinearModel.load().provenance
    except (NotBuiltError, TamperedArtifactError):
        return None
    sets = provenance.get("sets")
    if not isinstance(sets, list):
        return {}
    return {str(one["set"]): int(one.get("rows_train", 0)) for one in sets if isinstance(one, dict)}


@dataclass(frozen=True, kw_only=True)
class _Layers:
    """What of the input gate is on."""

    rules: bool = True
    linear: bool = True
    readings: bool = True
    """Off: the text as it stands, without its disguises taken off."""
    sentences: bool = True
    """Off: in documents too the linear model reads the text as a whole."""


_INPUT_LAYERS: Mapping[str, _Layers] = {
    "only rules (without linear)": _Layers(linear=False),
    "only linear (without rules)": _Layers(rules=False),
    "without readings": _Layers(readings=False),
    "only rules, without readings": _Layers(linear=False, readings=False),
    "only linear, without readings": _Layers(rules=False, readings=False),
    "without sentences": _Layers(sentences=False),
}


def _input(policy: GatePolicy, layers: _Layers) -> Ask:
    """The input gate put together anew from the layers that are on, as it does it itself."""
    normalize, rules = part("normal").normalize, part("rules")
    room = part("input_gate")
    gate = room.InputGate(policy)

    def ask(text: str, mode: TextMode) -> GateVerdict:
        normalized = normalize(text)
        if not layers.readings:
            normalized = replace(normalized, views=normalized.views[:1], oddities=())
        read_as: TextMode = mode if layers.sentences else "direct"
        by_rules = tuple(rules.rule_findings(normalized)) if layers.rules else ()
        by_model = tuple(gate.linear_findings(normalized, read_as)) if layers.linear else ()
        like = max((one.score for one in by_model if one.kind != _ORDER), default=0.0)
        order = max((one.score for one in by_model if one.kind == _ORDER), default=0.0)
        score = max(room.combined(rules.rule_score(by_rules), like), order)
        return GateVerdict(
            action=policy.thresholds(mode).action(score), score=score, findings=(*by_rules, *by_model)
        )

    return ask


def _pii(policy: GatePolicy, which: str) -> Ask:
    pii = part("pii")
    checkable: Collection[str] = pii.CHECKABLE
    types = [
        kind
        for kind in pii.PII_TYPES
        if (which == "without names" and kind != "person_name")
        or (which == "only" and kind in checkable)
        or (which == "without" and kind not in checkable)
    ]
    gate = pii.PiiGate(policy="warn" if policy.pii == "off" else policy.pii, types=types)
    return lambda text, mode: gate.check(text)  # noqa: ARG005 - persons' data are the same in every mode
