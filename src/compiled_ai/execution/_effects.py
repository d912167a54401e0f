"""Effect steps at run time: declared by the artifact, allowed by the operator, noted in the audit log, their answers held against two schemas."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import TYPE_CHECKING, assert_never

from compiled_ai.artifact import Artifact, PlannedStep
from compiled_ai.errors import EffectError, EffectFailedError, EffectRefusedError, InputError
from compiled_ai.execution._plain import MisfitError, fitted
from compiled_ai.execution._words import Words
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import Checker, place_text

if TYPE_CHECKING:
    from compiled_ai.effects.effect import Effect
    from compiled_ai.effects.permission import EffectPermission
    from compiled_ai.spec.effects import EffectCall

_PASSING = frozenset((429, 500, 502, 503, 504))
"""Statuses after which the same run may succeed later."""


class EffectSteps:
    """The effect steps of one artifact. Threads may share it."""

    def __init__(self, artifact: Artifact, permission: EffectPermission | None, *, words: Words) -> None:
        """The steps, allowed by `permission`; None allows none. Records of this workflow that are past their time are purged from its log.

        Raises:
            StoreError: the audit log cannot be purged, or is damaged.
        """
        self._words = words
        self._permission = permission
        self._actor = f"workflow {artifact.workflow.name}@{artifact.manifest.artifact.partition(':')[2][:16]}"
        self._calls = _calls_of(artifact)
        self._outputs = {
            step.id: Checker(step.output_schema) for step in artifact.workflow.steps if step.id in self._calls
        }
        self._open: dict[str, Effect] = {}
        self._lock = threading.Lock()
        days = artifact.manifest.retention_days
        if self._calls and permission is not None and days is not None:
            name = f"workflow {artifact.workflow.name}@"
            permission.audit.purge(days=days, actor=self._actor, of=lambda actor: actor.startswith(name))

    def __bool__(self) -> bool:
        return bool(self._calls)

    def check_allowed(self, *, apart_from: Collection[str]) -> None:
        """Make sure, before anything is done, that every step but those `apart_from` is allowed, and that what the operator gives for it can be used.

        Raises:
            EffectRefusedError: one is not; says what would allow it.
            EffectFailedError: one cannot be opened, such as a database that is not there.
        """
        from compiled_ai.effects.permission import Allowed, missing

        allowed = self._permission.allowed if self._permission is not None else Allowed()
        lacking = {
            name: missing(call, allowed) for name, call in self._calls.items() if name not in apart_from
        }
        for name, words in lacking.items():
            if words or self._permission is None:
                options = " ".join(f"--allow-effects {word}" for word in words)
                raise EffectRefusedError(
                    f"step '{name}' ({self._calls[name].effect}) is not allowed to act; nothing was done. If it may, add {options or '--allow-effects'}",
                    reason="permission",
                )
        for name in lacking:
            self._open_early(name)

    def _open_early(self, name: str) -> None:
        """Open a step before the first one acts: a wrong address of the second would be found out after that."""
        try:
            self._effect(name, self._calls[name])
            return
        except EffectError as error:
            failure = self._told(name, error)
        raise failure

    def run(self, step: PlannedStep, taken: JsonObject) -> JsonObject:
        """What `step` adds to the scope.

        Raises:
            EffectRefusedError: it is not granted, or a value that it needs is not there; nothing was done.
            EffectFailedError: it was tried and failed, or its answer is not what the step declares.
            StoreError: the audit log cannot be written.
        """
        call = self._calls[step.id]
        try:
            answer = self._answer(step.id, call, taken)
            return self._output(step.id, call, answer)
        except EffectError as error:
            failure = self._told(step.id, error)
        raise failure

    def template(self, name: str) -> str:
        """The template of the step called `name`; empty if it is no effect step."""
        return self._calls[name].effect if name in self._calls else ""

    def close(self) -> None:
        """Give back what is open."""
        with self._lock:
            opened, self._open = self._open, {}
        for effect in opened.values():
            effect.close()

    def _answer(self, name: str, call: EffectCall, taken: JsonObject) -> JsonObject:
        from compiled_ai.spec.effects import GIVES, KEEPS_TYPES
        from compiled_ai.spec.references import ReferenceProblem, fill

        effect = self._effect(name, call)
        try:
            filled = fill(call.parameters, taken, keeps_types=KEEPS_TYPES[call.effect])
        except ReferenceProblem as problem:
            effect.refuse(EffectRefusedError(str(problem), reason="input"), action=_action(call))
        answer = effect.run(filled, action=_action(call))
        try:
            return fitted(answer, Checker(GIVES[call.effect]))
        except MisfitError as error:
            raise EffectFailedError(
                f"the answer is not what {call.effect} gives: {error.mismatch.message}", reason="answer"
            ) from error

    def _effect(self, name: str, call: EffectCall) -> Effect:
        from compiled_ai.effects.open import open_effect
        from compiled_ai.effects.permission import declare

        assert self._permission is not None  # check_allowed came before
        with self._lock:
            if name not in self._open:
                try:
                    declared = declare(name, call, self._permission.allowed)
                except InputError as error:
                    raise EffectRefusedError(
                        f"what the operator allows cannot be granted: {error}", reason="permission"
                    ) from error
                self._open[name] = open_effect(
                    declared,
                    audit=self._permission.audit,
                    actor=self._actor,
                    settings=self._permission.http_settings(),
                )
            return self._open[name]

    def _output(self, name: str, call: EffectCall, answer: JsonObject) -> JsonObject:
        from compiled_ai.spec.references import parse_path, take
        from compiled_ai.spec.schema import properties_of

        checker = self._outputs[name]
        paths = {field: parse_path(call.source.get(field, field)) for field in properties_of(checker.schema)}
        status = answer.get("status")
        if isinstance(status, int) and not 200 <= status < 300 and ("status",) not in paths.values():
            raise EffectFailedError(
                f"the answer has the status {status}; a step that takes 'status' into its output can decide on it",
                reason="status",
                retryable=status in _PASSING,
            )
        found = {field: take(answer, path) for field, path in paths.items()}
        output: JsonObject = {field: value for field, (value, is_there) in found.items() if is_there}
        try:
            return fitted(output, checker)
        except MisfitError as error:
            field = place_text(error.mismatch.place)
            raise EffectFailedError(
                f"the answer does not fit the step's output: {field}{': ' if field else ''}{error.mismatch.message}",
                reason="output",
            ) from error

    def _told(self, name: str, error: EffectError) -> EffectError:
        """`error` with the step that it is of; where values must not be shown, its kind alone, chained to nothing."""
        done = "was refused" if isinstance(error, EffectRefusedError) else "failed"
        text = (
            f"step '{name}' {done} ({error.reason}{self._words.not_shown})"
            if self._words.secret
            else f"step '{name}' {done} ({error.reason}): {error}"
        )
        told: EffectError = (
            EffectRefusedError(text, reason=error.reason)
            if isinstance(error, EffectRefusedError)
            else EffectFailedError(text, reason=error.reason, retryable=error.retryable)
        )
        told.__cause__ = None if self._words.secret else error
        return told


def _calls_of(artifact: Artifact) -> dict[str, EffectCall]:
    steps = [step for step in artifact.workflow.steps if step.kind == "effect"]
    if not steps:
        return {}
    from compiled_ai.spec.effects import parse_call

    return {step.id: parse_call(step.effect or {}) for step in steps}


def _action(call: EffectCall) -> str:
    """What the audit log says of `call`: what the spec says, with places instead of values."""
    parameters = call.parameters
    match call.effect:
        case "http_request":
            return f"{parameters['method']} {str(parameters['url']).partition('?')[0]}"
        case "db_query":
            return " ".join(str(parameters["sql"]).split())
        case "notification":
            return f"{parameters['channel']} to {parameters['to']}"
        case _:
            assert_never(call.effect)
