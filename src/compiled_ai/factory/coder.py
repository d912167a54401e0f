"""The coder agent: writes the activities of a plan in one conversation, and mends them."""

from __future__ import annotations

from collections.abc import Collection

from compiled_ai._version import __version__
from compiled_ai.errors import ModelReplyError
from compiled_ai.factory.code_text import code_of_reply, defined_names, merge_definitions
from compiled_ai.factory.joining import join_bodies
from compiled_ai.factory.materials import about
from compiled_ai.factory.plan import Plan
from compiled_ai.factory.prompt_file import read_prompt
from compiled_ai.factory.prompts import coder_prompt, repair_prompt, rewrite_prompt
from compiled_ai.findings import StageName
from compiled_ai.llm import LlmClient, Turn
from compiled_ai.spec.model import Brief, Spec
from compiled_ai.templates import Header, assemble

_SLOTS = "compiled_ai.modules.slots"
"""What code that fills slots imports."""
_NO_CODE = "the reply holds no ```python block with code; reply with one block and nothing else"


class Coder:
    """One conversation with the coder about one plan, over a `body` of code that may stand already; it holds the steps that are `done`.

    Knows the brief, never the spec's hidden cases.
    """

    def __init__(
        self,
        brief: Brief,
        plan: Plan,
        client: LlmClient,
        *,
        body: str = "",
        done: Collection[str] = (),
    ) -> None:
        self._plan = plan
        self._client = client
        self._done = frozenset(done)
        self._brief = brief
        self._tasks = [task for task in plan.code if task.types.step_id not in done] or plan.code
        self._taken = defined_names(body) if done else ()
        self.body = body
        """The code as it stands; empty before the first reply."""
        self._last_reply = ""
        self.problem = ""
        """Why the last reply brought no code. Empty when it did."""

    def write(self) -> str:
        """The first body of code, empty when the reply holds none."""
        return self._ask(self._prompt(), (), attempt=1)

    def mend(self, feedback: str, *, attempt: int, stage: StageName) -> str:
        """The body with the coder's repair put in, after `stage` failed; as it was when the reply holds none.

        The conversation keeps the code as it now stands, and the task where the finding is about that; earlier rounds are left out, to
        save tokens.
        """
        if self.body and stage in {"security", "syntax"}:
            return self._ask(rewrite_prompt(self.body, self._plan.code, feedback), (), attempt=attempt)
        standing = f"```python\n{self.body}\n```" if self.body else self._last_reply or "(no code)"
        history = (Turn(role="user", text=self._prompt()), Turn(role="assistant", text=standing))
        return self._ask(repair_prompt(feedback), history, attempt=attempt)

    def _prompt(self) -> str:
        """The task, with what is of use to code like that which stands."""
        slots = _SLOTS in self.body and not self._done  # else they may be of another step
        return coder_prompt(self._brief, self._tasks, taken=self._taken, slots=slots)

    def _ask(self, prompt: str, history: tuple[Turn, ...], *, attempt: int) -> str:
        self._last_reply = ""
        try:
            self._last_reply = self._client.ask_text(
                read_prompt("coder").text,
                about(self._brief, prompt, tasks=self._tasks),
                role="coder",
                attempt=attempt,
                history=history,
            )
        except ModelReplyError as error:
            self.problem = f"the reply cannot be used: {error}"
            return self.body
        code = code_of_reply(self._last_reply)
        roots = [task.types.step_id for task in self._plan.code]
        if code and self._done and attempt == 1:
            self.body = join_bodies([self.body, code], leave_out=self._done)
        elif code:
            self.body = merge_definitions(self.body, code, roots=roots) if self.body else code
        self.problem = "" if code else _NO_CODE
        return self.body


def assemble_source(spec: Spec, plan: Plan, body: str) -> str:
    """``activities.py``, unformatted: template parts, decision tables and the coder's `body`."""
    header = Header(
        name=spec.name,
        version=spec.version,
        description=spec.description,
        compiler=__version__,
        spec_digest=spec.source.digest,
    )
    return assemble(header, plan.types, [*plan.rules, body])
