"""Reviewing cases: an answer of a person is checked like one of compiled code before it counts."""

from __future__ import annotations

from compiled_ai.artifact import Artifact
from compiled_ai.cases.case import LoggedCase
from compiled_ai.cases.log import CaseLog
from compiled_ai.compliance.blocks import values_are_hidden
from compiled_ai.compliance.texts import mask_text
from compiled_ai.errors import InputError
from compiled_ai.execution._notes import CaseNotes
from compiled_ai.execution._plain import MisfitError, fitted
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.schema import Checker, place_text, shorten


class Review:
    """Decides cases of the workflow of `artifact` in `log`."""

    def __init__(self, artifact: Artifact, log: CaseLog) -> None:
        self._artifact = artifact
        self._notes = CaseNotes(artifact, log)
        self.log = log

    def is_served(self, case: LoggedCase) -> bool:
        """Whether an answer to `case` will serve the same input from now on, as long as a person is on that ladder."""
        return case.spec == self._artifact.manifest.spec and bool(case.input_digest)

    def schema(self, case: LoggedCase) -> JsonObject:
        """What an answer to `case` must fit: the output of its step, or of the whole task.

        Raises:
            InputError: the workflow has no such step any more.
        """
        if not case.step:
            return self._artifact.workflow.output_schema
        try:
            return self._artifact.workflow.step(case.step).output_schema
        except KeyError:
            raise InputError(
                f"case {case.id} is of the step '{case.step}', which {self._artifact.workflow.name} has no more; reject it",
                field="step",
            ) from None

    def answer(self, case_id: str, output: object, *, by: str, note: str = "") -> LoggedCase:
        """Set what is right for a case. Where a compliance block hides values, they are masked before they are kept.

        Raises:
            InputError: there is no such case, it is decided already, or `output` does not fit the schema.
            StoreError: the case log cannot be written.
        """
        case = self.log.case(case_id)
        try:
            fitting = fitted(output, Checker(self.schema(case)))
        except MisfitError as error:
            misfit = error.mismatch
            place = place_text(misfit.place)
            raise InputError(
                f"the answer{' at ' + place if place else ''}: {shorten(misfit.message, 300)}", field=place
            ) from None
        kept = self._notes.masked(fitting) if case.masked else self._notes.shown(fitting)
        return self.log.answer(case_id, kept, by=by, note=self._text(note))

    def reject(self, case_id: str, *, by: str, note: str = "") -> LoggedCase:
        """Decide that nobody will answer a case, or take an answer back.

        Raises:
            InputError: there is no such case, or it is rejected already.
            StoreError: the case log cannot be written.
        """
        return self.log.reject(case_id, by=by, note=self._text(note))

    def _text(self, note: str) -> str:
        blocks = self._artifact.manifest.compliance
        return mask_text(note, blocks) if values_are_hidden(blocks) else note
