"""The scorecard: every gate and layer over every set at hand. No model is asked, and nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from compiled_ai.bench.attacks.text_gates import gate_data
from compiled_ai.bench.security.blind import BLIND_SETS
from compiled_ai.bench.security.figures import Latency, latency
from compiled_ai.bench.security.hostile import HOSTILE, HostileLine, ask_hostile
from compiled_ai.bench.security.labelled import LABELLED, TypeLine, by_type
from compiled_ai.bench.security.leak_sets import CANARY, LEAK_SETS, PROMPT, leak_sets
from compiled_ai.bench.security.lines import FamilyLine, ScoreLine, family_lines, score_lines
from compiled_ai.bench.security.masking import MASKING, Masking, round_trip
from compiled_ai.bench.security.measure import AllJudged, measure
from compiled_ai.bench.security.probes import WHOLE, probes
from compiled_ai.bench.security.sets import (
    GATES,
    Gate,
    SecuritySet,
    SetSources,
    check_set,
    known_sets,
    load_sets,
    root_of,
)
from compiled_ai.errors import MissingToolError
from compiled_ai.gates.checks import NotBuiltError, is_on, open_check
from compiled_ai.gates.policy import GatePolicy, TextMode
from compiled_ai.spec.canonical import JsonObject, JsonValue

VERSION = "2"
Progress = Callable[[str], None]
"""Told what is measured now."""


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """All that was measured, and all that could not be."""

    lines: tuple[ScoreLine, ...] = ()
    families: tuple[FamilyLine, ...] = ()
    """Of the gates as they are, on sets whose rows say what they are."""
    latencies: Mapping[Gate, Latency] = field(default_factory=dict)
    """Of the gates as they are, over all texts of all sets."""
    persons: tuple[TypeLine, ...] = ()
    """Recall of values of persons' data by type."""
    masking: Masking | None = None
    hostile: tuple[HostileLine, ...] = ()
    not_built: Mapping[str, str] = field(default_factory=dict)
    """By gate and layer, why it was not measured."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """By set, why it is not here."""
    policy: GatePolicy = field(default_factory=GatePolicy)
    made_of: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file of the gates' data, the input gate's model among them."""

    @property
    def has_figures(self) -> bool:
        """Whether anything was measured."""
        return bool(self.lines or self.persons or self.masking or self.hostile)

    def to_json(self) -> JsonObject:
        """As a document for programs. No text of a case is in it, and of blind sets no id."""
        lines: list[JsonValue] = [line.to_json() for line in self.lines]
        families: list[JsonValue] = [line.to_json() for line in self.families]
        persons: list[JsonValue] = [line.to_json() for line in self.persons]
        hostile: list[JsonValue] = [{**line.to_json()} for line in self.hostile]
        return {
            "version": VERSION,
            "policy": self.policy.to_json(),
            "made_of": dict(self.made_of),
            "lines": lines,
            "families": families,
            "latency": {gate: found.to_json() for gate, found in self.latencies.items()},
            "persons_data_by_type": persons,
            "masking": None if self.masking is None else self.masking.to_json(),
            "hostile": hostile,
            "not_built": dict(self.not_built),
            "absent": dict(self.absent),
        }


@dataclass(frozen=True, kw_only=True)
class ScoreOptions:
    """What is measured, and how."""

    sources: SetSources = field(default_factory=SetSources)
    policy: GatePolicy = field(default_factory=GatePolicy)
    sets: Sequence[str] = ()
    """Names, of `all_sets`; all of them if not given."""
    gates: Sequence[Gate] = GATES
    limit: int | None = None
    """Most samples of a set; None for all."""


def all_sets() -> tuple[str, ...]:
    """Names of all that can be measured."""
    return (*known_sets(), *LEAK_SETS, MASKING, HOSTILE)


def scorecard(options: ScoreOptions, *, progress: Progress = lambda step: None) -> Scorecard:  # noqa: ARG005 - nobody is told
    """Measure the gates and layers that are built.

    Args:
        options: What is measured, and how.
        progress: Told of each step.

    Raises:
        OperatorError: a name is unknown.
        StoreError: a set cannot be read, or is not the one that is pinned.
    """
    made_of = gate_data()
    names = list(dict.fromkeys(options.sets)) or list(all_sets())
    for name in names:
        check_set(name, all_sets())
    found, absent = load_sets([name for name in names if name in known_sets()], options.sources)
    absent |= {
        name: "it is not written yet" for name in options.sets if name in BLIND_SETS and not _has(found, name)
    }
    found += leak_sets(names, root=_root(options.sources))
    found = [one.limited(options.limit) for one in found if one.gate in options.gates]
    judged, not_built = _all_judged(found, options, progress)
    return Scorecard(
        lines=score_lines(judged, has_list=bool(options.sources.trained)),
        families=family_lines(judged),
        latencies={
            gate: latency([one for _, results in measured for one in results])
            for (gate, probe), measured in judged.items()
            if probe == WHOLE
        },
        persons=_persons(names, options, absent, progress),
        masking=_masking(names, options, progress),
        hostile=_hostile(names, options, progress),
        not_built=not_built,
        absent=absent,
        policy=options.policy,
        made_of=made_of,
    )


def _all_judged(
    found: Sequence[SecuritySet], options: ScoreOptions, progress: Progress
) -> tuple[AllJudged, dict[str, str]]:
    judged: AllJudged = {}
    skipped = {gate for gate in options.gates if not is_on(gate, options.policy)}
    not_built = {str(gate): "the policy has it off" for gate in options.gates if gate in skipped}
    for probe in probes(options.policy, prompt=PROMPT, canary=CANARY):
        asked = [one for one in found if one.gate == probe.gate and one.gate not in skipped]
        try:
            if asked:
                judged[probe.gate, probe.name] = measure(probe, asked, progress)
        except NotBuiltError as error:
            not_built[f"{probe.gate}: {probe.name}"] = str(error)
    return judged, not_built


def _persons(
    names: Sequence[str], options: ScoreOptions, absent: Mapping[str, str], progress: Progress
) -> tuple[TypeLine, ...]:
    folder = options.sources.public
    asked = LABELLED in names and LABELLED not in absent and "pii" in options.gates and options.limit is None
    if not asked or folder is None or not is_on("pii", options.policy):
        return ()
    progress(f"pii: by type of value, {LABELLED}")
    return by_type(folder, open_check("pii", options.policy))


def _masking(names: Sequence[str], options: ScoreOptions, progress: Progress) -> Masking | None:
    if MASKING not in names or "pii" not in options.gates:
        return None
    progress("pii: masking and unmasking")
    return round_trip() if options.limit is None else round_trip(options.limit)


def _hostile(names: Sequence[str], options: ScoreOptions, progress: Progress) -> tuple[HostileLine, ...]:
    lines: list[HostileLine] = []
    for gate in options.gates if HOSTILE in names else ():
        if not is_on(gate, options.policy):
            continue
        progress(f"{gate}: hostile texts")
        modes: tuple[TextMode, ...] = ("document", "direct") if gate == "input" else ("direct",)
        ask = open_check(gate, options.policy, prompt=PROMPT, canary=CANARY)
        lines += ask_hostile(gate, ask, modes)
    return tuple(lines)


def _root(sources: SetSources) -> Path | None:
    try:
        return root_of(sources.root)
    except MissingToolError:
        return None


def _has(found: Sequence[SecuritySet], name: str) -> bool:
    return any(one.origin == name for one in found)
