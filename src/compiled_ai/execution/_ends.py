"""The two ends of a workflow: what may come in, what may go out, and how a misfit is told."""

from __future__ import annotations

from collections.abc import Mapping

from compiled_ai.artifact import Workflow
from compiled_ai.errors import InputError, OutputError
from compiled_ai.execution._plain import MisfitError, fitted
from compiled_ai.execution._words import Words
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.spec.given import given_problem, loops_around, step_of
from compiled_ai.spec.schema import Checker
from compiled_ai.spec.whole_numbers import whole_numbers


class Ends:
    """Checks and copies what passes the ends of `workflow`."""

    def __init__(self, workflow: Workflow, *, words: Words) -> None:
        self._name = workflow.name
        self._last_step = workflow.steps[-1].id
        self._words = words
        self._input = Checker(workflow.input_schema)
        self.output_checker = Checker(workflow.output_schema)
        self._make_whole = whole_numbers(workflow.input_schema)
        self.outside = {step.id: Checker(step.output_schema) for step in workflow.steps if step.is_outside}
        """Of the outputs of steps that are no compiled code, by id."""
        self._loops = loops_around(workflow.flow) if self.outside else {}

    def input(self, data: object) -> JsonObject:
        """A copy of `data` as compiled code takes it.

        Raises:
            InputError: it is not JSON data or does not fit the input schema.
        """
        try:
            plain = fitted(data, self._input)
        except MisfitError as error:
            misfit = error.mismatch
        else:
            if self._make_whole is not None:
                self._make_whole(plain)
            return plain
        raise InputError(self._words.misfit("input", misfit), field=self._words.field(misfit))

    def given(self, given: Mapping[str, JsonObject]) -> Mapping[str, JsonObject]:
        """Copies of what is given for steps outside of code, for all items under the id or for one under its place; the rest is left out.

        Raises:
            InputError: something does not fit its step, or names no item of it.
        """
        accepted = {}
        for key, output in given.items():
            step_id = step_of(key)
            if step_id not in self.outside:
                continue
            problem = given_problem(key, loops=self._loops.get(step_id, 0))
            if problem:
                raise InputError(f"given.{step_id}: {problem}", field=f"given.{step_id}")
            try:
                accepted[key] = fitted(output, self.outside[step_id])
                continue
            except MisfitError as error:
                misfit = error.mismatch
            raise InputError(self._words.misfit(f"given.{key}", misfit), field=self._words.field(misfit))
        return accepted

    def output(self, output: object) -> JsonObject:
        """A copy of `output`, as a result holds it.

        Raises:
            OutputError: the output schema forbids it.
        """
        try:
            return fitted(output, self.output_checker)
        except MisfitError as error:
            misfit = error.mismatch
        message = (
            f"{self._name} returned an output that its schema forbids: {self._words.misfit('output', misfit)}"
        )
        raise OutputError(message, step=self._last_step)
