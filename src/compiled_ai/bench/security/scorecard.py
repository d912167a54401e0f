"""The scorecard: every gate and layer over every set at hand. No model is asked, and nothing is fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import thread_time
from typing import TypeAlias

from compiled_ai.bench.security.figures import Figures, Judged, figures
from compiled_ai.bench.security.probes import Ask, Probe, input_provenance, probes
from compiled_ai.bench.security.sets import Gate, Sample, SecuritySet, known_sets, load_sets
from compiled_ai.gates.checks import NotBuiltError
from compiled_ai.gates.policy import GatePolicy, TextMode
from compiled_ai.spec.canonical import JsonObject, JsonValue

VERSION = "1"


@dataclass(frozen=True, kw_only=True)
class Leaks:
    """Outputs of a model that was given one system prompt: some give it away, the others are clean."""

    prompt: str
    """Without the canary."""
    canary: str
    samples: tuple[Sample, ...]


_AllJudged: TypeAlias = dict[tuple[Gate, str], list[tuple[SecuritySet, list[Judged]]]]
Progress = Callable[[str], None]
"""Told what is measured now."""


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """One layer on one set."""

    set_name: str
    gate: Gate
    mode: TextMode
    probe: str
    """Such as ``gate``, ``only rules`` or ``without rules``."""
    training: str
    """What the linear model saw of the set; see `_training`."""
    figures: Figures

    def to_json(self) -> JsonObject:
        """The line with its figures."""
        return {
            "set": self.set_name,
            "gate": self.gate,
            "mode": self.mode,
            "probe": self.probe,
            "training": self.training,
            **self.figures.to_json(),
        }


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """All that was measured, and all that could not be."""

    lines: tuple[ScoreLine, ...]
    not_built: Mapping[str, str]
    """By gate and layer, why it was not measured."""
    absent: Mapping[str, str]
    """By set, why it is not here."""
    policy: GatePolicy

    def to_json(self) -> JsonObject:
        """As a document for programs."""
        lines: list[JsonValue] = [line.to_json() for line in self.lines]
        return {
            "version": VERSION,
            "policy": self.policy.to_json(),
            "lines": lines,
            "not_built": dict(self.not_built),
            "absent": dict(self.absent),
        }


@dataclass(frozen=True, kw_only=True)
class ScoreOptions:
    """What else a scorecard can be told."""

    root: Path | None = None
    """A checkout, for our own sets. None searches for it."""
    trained: frozenset[str] = frozenset()
    """`text_digest` of each text that the linear model was trained on; they are left out of its sets. Without it, sets that it saw are marked so."""
    leaks: Leaks | None = None
    """For the output gate, as the set ``leaks``; None leaves that gate out."""
    policy: GatePolicy = field(default_factory=GatePolicy)


def scorecard(
    folder: Path | None,
    sets: Sequence[str] = (),
    *,
    options: ScoreOptions = ScoreOptions(),
    progress: Progress | None = None,
) -> Scorecard:
    """Measure all gates and layers that are built.

    Args:
        folder: With the files of public sets; None for none of them.
        sets: Names; all known ones if not given.
        options: What else it can be told.
        progress: Told of each step.

    Raises:
        OperatorError: a name is unknown.
        StoreError: a set cannot be read, or is not the one that is pinned.
    """
    found, absent = load_sets(sets or known_sets(), folder=folder, root=options.root, trained=options.trained)
    leaks = options.leaks
    if leaks is None:
        absent["leaks"] = "no outputs were given for the output gate"
        leaks = Leaks(prompt="", canary="", samples=())
    else:
        found.append(
            SecuritySet(name="leaks", gate="output", mode="direct", samples=leaks.samples, left_out=0)
        )
    judged: _AllJudged = {}
    not_built: dict[str, str] = {}
    for probe in probes(options.policy, prompt=leaks.prompt, canary=leaks.canary):
        asked = [one for one in found if one.gate == probe.gate]
        try:
            if asked:
                judged[probe.gate, probe.name] = _measure(probe, asked, progress)
        except NotBuiltError as error:
            not_built[f"{probe.gate}: {probe.name}"] = str(error)
    return Scorecard(
        lines=_lines(judged, options.trained), not_built=not_built, absent=absent, policy=options.policy
    )


def _measure(
    probe: Probe, asked: Sequence[SecuritySet], progress: Progress | None
) -> list[tuple[SecuritySet, list[Judged]]]:
    ask = probe.open()
    first = asked[0].samples[0].text if asked[0].samples else ""
    ask(first, asked[0].mode)  # patterns and tables are made at the first text, which is no part of its time
    found = []
    for one in asked:
        if progress is not None:
            progress(f"{probe.gate}: {probe.name}, {one.name}")
        found.append((one, _judge(ask, one)))
    return found


def _judge(ask: Ask, one: SecuritySet) -> list[Judged]:
    found = []
    for sample in one.samples:
        started = thread_time()
        verdict = ask(sample.text, one.mode)
        seconds = thread_time() - started
        found.append(
            Judged(
                is_attack=sample.is_attack,
                action=verdict.action,
                score=verdict.score,
                seconds=seconds,
                size=len(sample.text.encode("utf-8", "surrogatepass")),
            )
        )
    return found


def _lines(judged: _AllJudged, trained: Collection[str]) -> tuple[ScoreLine, ...]:
    provenance = input_provenance() if any(gate == "input" for gate, _ in judged) else None
    lines = []
    for (gate, probe), measured in judged.items():
        benign: dict[TextMode, list[float]] = defaultdict(list)
        for one, results in measured:
            benign[one.mode] += [result.score for result in results if not result.is_attack]
        lines += [
            ScoreLine(
                set_name=one.name,
                gate=gate,
                mode=one.mode,
                probe=probe,
                training=_training(one, provenance, trained),
                figures=figures(results, benign_scores=benign[one.mode]),
            )
            for one, results in measured
        ]
    return tuple(lines)


def _training(one: SecuritySet, provenance: Mapping[str, int] | None, trained: Collection[str]) -> str:
    """``held out``: no row of the set was trained on; ``family trained on``: others of it were; ``seen``: some of these were; empty where nothing is trained."""
    if one.gate != "input":
        return ""
    if provenance is None:
        return "unknown"
    seen = provenance.get(_file(one.name), 0)
    if one.left_out:
        return f"family trained on, its {one.left_out} rows left out"
    if seen and not trained:
        return f"seen ({seen} rows in training)"
    return "held out"


def _file(name: str) -> str:
    return name.removesuffix("_said")
