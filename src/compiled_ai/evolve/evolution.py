"""From the case log to a candidate, and from a candidate to the current artifact.

`evolve` changes nothing that runs: it writes an evolved spec, compiles it beside the current artifact and compares both. `approve` makes the candidate current
after comparing once more, on what has been logged since, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.artifact.spec_file import check_same_spec, spec_of
from compiled_ai.cases.case import LoggedCase
from compiled_ai.cases.log import CaseLog, cases_path
from compiled_ai.chain import utc_now
from compiled_ai.errors import CompilationFailedError, OperatorError
from compiled_ai.evolve.diff import BehaviourDiff, Subject, compare, golden_subjects, logged_subjects
from compiled_ai.evolve.lessons import Gathering, Harvest, LoggedInput, Teacher, gather, input_digest
from compiled_ai.evolve.lineage import Lineage
from compiled_ai.evolve.promotions import LEAST_DIGITS, Promotion, Promotions
from compiled_ai.evolve.proposal import (
    Proposal,
    evolve_folder,
    find_proposal,
    kept_hidden,
    save_proposal,
    usable,
    write_spec,
)
from compiled_ai.evolve.selection import MOST_EXAMPLES, Selection, select
from compiled_ai.evolve.spec_text import fits_yaml
from compiled_ai.evolve.vetting import vetted
from compiled_ai.evolve.walk import find_given, logged_given, walk
from compiled_ai.execution.local import LoadedWorkflow
from compiled_ai.factory import CompilationResult, CompileOptions, compile_spec
from compiled_ai.llm import LlmClient
from compiled_ai.spec.cases import Case, HiddenCase
from compiled_ai.spec.load import load_spec
from compiled_ai.spec.model import Spec
from compiled_ai.spec.schema import Checker

From = Literal["human", "model", "both"]
"""Whose answers become cases."""
FROM: tuple[From, ...] = ("human", "model", "both")
_TEACHERS: dict[From, frozenset[Teacher]] = {
    "human": frozenset(("human",)),
    "model": frozenset(("model",)),
    "both": frozenset(("human", "model")),
}


@dataclass(frozen=True, kw_only=True)
class EvolveOptions:
    """How to evolve."""

    compiling: CompileOptions
    """How to compile; its store is where everything lies. What becomes current is not its to say."""
    teachers: From = "human"
    spec: Path | None = None
    """The spec of the current artifact. None: where it was compiled from."""
    most_examples: int = MOST_EXAMPLES
    tries: int = 1
    """Candidates at most where a model writes them: while one regresses or fails validation, another is made of fewer examples. Each costs a compilation."""
    cases: CaseLog | None = None
    """None: the one in the store."""


@dataclass(frozen=True, kw_only=True)
class Discarded:
    """A candidate that another was made instead of."""

    examples: int
    """New ones that it was made of."""
    candidate: str
    """Digest of the artifact; empty when none passed validation."""
    regressions: int
    problem: str = ""
    """Why none passed validation."""


@dataclass(frozen=True, kw_only=True)
class Evolution:
    """What came of it."""

    base: Artifact
    """The current artifact."""
    harvest: Harvest
    selection: Selection
    unusable: int
    """Lessons that break a rule of the spec's evaluators."""
    suspect: int
    """Lessons that the input gate keeps from the coder."""
    note: str
    """What is odd about the current artifact; empty for nothing."""
    spec: Spec | None = None
    """The evolved spec. None when there is nothing to learn."""
    compilation: CompilationResult | None = None
    diff: BehaviourDiff | None = None
    discarded: tuple[Discarded, ...] = ()
    """Earlier tries, in their order."""

    @property
    def candidate(self) -> Artifact | None:
        """The artifact made of the evolved spec."""
        return self.compilation.artifact if self.compilation else None


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What both `evolve` and `approve` start from."""

    base: Artifact
    spec: Spec
    hidden: tuple[HiddenCase, ...]
    """Of earlier evolutions; no compilation reads them."""
    workflow: LoadedWorkflow
    harvest: Harvest


def evolve(name: str, client: LlmClient, options: EvolveOptions) -> Evolution:
    """A candidate for `name` that has learnt from its case log, compared with the current artifact. Nothing that runs is changed.

    Raises:
        ArtifactError: there is no current artifact, or it does not load.
        OperatorError: its spec is not at hand, was edited since, or cannot be edited.
        CompilationFailedError: no candidate passes validation.
        StoreError: the case log or the store cannot be read or written.
    """
    store = options.compiling.store
    ground = _survey(store, name, options.spec, options.cases)
    lessons = ground.harvest.lessons(_TEACHERS[options.teachers])
    fit = usable(lessons, ground.spec, evolve_folder(store, ground.spec.name))
    fit = tuple(lesson for lesson in fit if fits_yaml(lesson.to_case()))
    told = vetted(fit, client.gates.policy.stricter(ground.spec.gate_policy))
    suspect, fit = len(fit) - len(told), told
    known = [case.input for case in ground.spec.examples]
    selection = select(fit, known=known, most=options.most_examples)
    found = Evolution(
        base=ground.base,
        harvest=ground.harvest,
        selection=selection,
        unusable=len(lessons) - len(fit) - suspect,
        suspect=suspect,
        note=Promotions(store, ground.spec.name).note(),
    )
    if not selection.examples and not selection.hidden:
        return found
    return _first_without_regressions(found, ground, fit, client, options)


def _first_without_regressions(
    found: Evolution, ground: _Ground, fit: Sequence[LoggedInput], client: LlmClient, options: EvolveOptions
) -> Evolution:
    """The first candidate that regresses nowhere; when none is, the one that regresses least.

    Raises:
        CompilationFailedError: none passes validation.
    """
    known = [case.input for case in ground.spec.examples]
    tried: list[tuple[Evolution, Discarded]] = []
    discarded: list[Discarded] = []
    failure = None
    for most in _sizes(len(found.selection.examples), options):
        selection = select(fit, known=known, most=most)
        try:
            candidate = _try(found, ground, selection, client, options)
        except CompilationFailedError as error:
            failure = failure or error
            discarded.append(_failed(selection, error))
            continue
        if options.compiling.effort == "none" or not _regressions(candidate):
            return replace(candidate, discarded=tuple(discarded))
        discarded.append(_regressing(candidate))
        tried.append((candidate, discarded[-1]))
    if not tried:
        assert failure is not None
        raise failure
    best, own = min(tried, key=lambda pair: pair[1].regressions)
    return replace(best, discarded=tuple(one for one in discarded if one is not own))


def _regressions(evolution: Evolution) -> int:
    return len(evolution.diff.regressions) if evolution.diff else 0


def _failed(selection: Selection, error: CompilationFailedError) -> Discarded:
    return Discarded(
        examples=len(selection.examples),
        candidate="",
        regressions=0,
        problem=str(error),
    )


def _regressing(evolution: Evolution) -> Discarded:
    assert evolution.compilation is not None
    return Discarded(
        examples=len(evolution.selection.examples),
        candidate=evolution.compilation.artifact.manifest.artifact,
        regressions=_regressions(evolution),
    )


def _sizes(most: int, options: EvolveOptions) -> list[int]:
    """How many new examples are tried: fewer make another prompt, and teach less that may contradict what held before.

    Synthesis, which costs nothing, may find something for few examples that it does not find for many, so all halves are tried; the first that passes is taken.
    """
    sizes = [most]
    if options.compiling.effort == "none":
        while sizes[-1] > 1:
            sizes.append(sizes[-1] // 2)
        return sizes
    return list(
        dict.fromkeys(
            max(1, most * (options.tries - number) // options.tries) for number in range(options.tries)
        )
    )


def _try(
    found: Evolution, ground: _Ground, selection: Selection, client: LlmClient, options: EvolveOptions
) -> Evolution:
    """`found` with a candidate made of `selection`.

    Raises:
        CompilationFailedError: none passes validation.
    """
    spec = write_spec(options.compiling.store, ground.spec, selection)
    compiling = replace(
        options.compiling,
        make_current=False,
        rewrite=_steps_to_mend(ground, (*selection.examples, *selection.hidden)),
    )
    compilation = compile_spec(spec, client, compiling)
    identity = compilation.artifact.manifest.artifact
    save_proposal(
        Proposal(spec=str(spec.source.path), base=ground.base.manifest.artifact, candidate=identity)
    )
    diff = _compare(ground, compilation.artifact, spec)
    return replace(found, selection=selection, spec=spec, compilation=compilation, diff=diff)


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Who lets which candidate go live."""

    digest: str
    """Of the candidate, 12 digits of it at least."""
    by: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Approved:
    """What came of an approval."""

    candidate: Artifact
    base: Artifact
    spec: Spec
    diff: BehaviourDiff
    promotion: Promotion | None
    """None when something regresses: nothing was changed then."""


def approve(
    name: str,
    approval: Approval,
    options: EvolveOptions,
    *,
    now: Callable[[], datetime] = utc_now,
) -> Approved:
    """Compare the approved candidate once more with the current artifact, on what was logged since too, and promote it if nothing regresses.

    Raises:
        OperatorError: the digest is none of a candidate for the current artifact, or too short.
        ArtifactError: the candidate does not load.
        StoreError: log or store cannot be read or written.
    """
    digits = approval.digest.strip().lower().removeprefix("a1:")
    if len(digits) < LEAST_DIGITS or not set(digits) <= set("0123456789abcdef"):
        raise OperatorError(
            f"'{approval.digest}' approves nothing: give {LEAST_DIGITS} digits of the candidate's digest at least, as evolve prints them."
        )
    store = options.compiling.store
    ground = _survey(store, name, options.spec, options.cases)
    identity = ground.base.manifest.artifact
    if identity.removeprefix("a1:").startswith(digits):
        raise OperatorError(f"{identity[:15]} is current already.")
    proposal = find_proposal(store, ground.spec.name, digits, identity)
    candidate = load_artifact(store.find(f"{ground.spec.name}@{proposal.candidate}"))
    spec = load_spec(proposal.spec)
    check_same_spec(candidate, spec)
    diff = _compare(ground, candidate, spec)
    promotion = None
    if not diff.regressions:
        promotion = Promotions(store, ground.spec.name, now=now).promote(
            candidate, base=identity, by=approval.by, counts=diff.counts(), why=approval.why
        )
    return Approved(candidate=candidate, base=ground.base, spec=spec, diff=diff, promotion=promotion)


def _survey(store: Store, name: str, spec_path: Path | None, cases: CaseLog | None) -> _Ground:
    """The current artifact with its spec and what its case log holds."""
    base = load_artifact(store.find(name))
    spec = spec_of(base, spec_path)
    workflow = LoadedWorkflow(base)
    logged = _logged(cases or CaseLog(cases_path(store.root, spec.name)))
    given_of = logged_given(workflow, logged)
    hidden = kept_hidden(spec)
    gathering = Gathering(
        golden=(*spec.examples, *spec.tests, *hidden),
        accuracy=spec.accuracy,
        inputs=Checker(spec.input_schema),
        outputs=Checker(spec.output_schema),
        is_same_task=Lineage(store, spec).is_same_task,
        given=partial(find_given, workflow, given_of=given_of),
    )
    return _Ground(base=base, spec=spec, hidden=hidden, workflow=workflow, harvest=gather(logged, gathering))


def _logged(log: CaseLog) -> Sequence[LoggedCase]:
    """All cases; none where no case was ever logged, and the log is not made then."""
    if log.path is not None and not log.path.exists():
        return ()
    with log:
        return tuple(log.cases())


def _steps_to_mend(ground: _Ground, lessons: Sequence[LoggedInput]) -> frozenset[str]:
    """Steps of code that decline or fail where an answer is due, or that a wrong answer went through; the others may stand."""
    subjects = logged_subjects(lessons, apart_from=frozenset())
    found: set[str] = set()
    for row in compare(ground.workflow, ground.workflow, subjects, ground.spec.accuracy).rows:
        if row.before.state == "right":
            continue
        subject = row.subject
        way = walk(ground.workflow, subject.input, lambda step, _, given=subject.given: given.get(step))  # type: ignore[misc]
        found |= {way.declined} if way.declined else set(way.ran)
    return frozenset(found)


def _compare(ground: _Ground, candidate: Artifact, spec: Spec) -> BehaviourDiff:
    """Old and new on the cases of both specs, and on everything that was logged."""
    golden = (*ground.spec.examples, *ground.spec.tests, *ground.hidden)
    old = {input_digest(case.input) for case in golden}
    settled = old | {conflict.digest for conflict in ground.harvest.conflicts}

    def added(cases: Sequence[Case]) -> list[Case]:
        return [case for case in cases if input_digest(case.input) not in settled]

    inputs = ground.harvest.inputs
    subjects: list[Subject] = [
        *golden_subjects(ground.spec.examples, "example"),
        *golden_subjects((*ground.spec.tests, *ground.hidden), "hidden"),
        *golden_subjects(added(spec.examples), "new example", inputs),
        *golden_subjects(added((*spec.tests, *kept_hidden(spec))), "new hidden", inputs),
    ]
    known = frozenset(subject.digest for subject in subjects)
    subjects += logged_subjects(inputs, apart_from=known)
    return compare(ground.workflow, LoadedWorkflow(candidate), subjects, spec.accuracy)
