"""The coder agent: writes the activities of a plan in one conversation, and mends them."""

from __future__ import annotations

from compiled_ai._version import __version__
from compiled_ai.errors import ModelReplyError
from compiled_ai.factory.code_text import code_of_reply, merge_definitions
from compiled_ai.factory.plan import Plan
from compiled_ai.factory.prompts import CODER, coder_prompt, repair_prompt, rewrite_prompt
from compiled_ai.findings import StageName
from compiled_ai.llm import LlmClient, Turn
from compiled_ai.spec.model import Brief, Spec
from compiled_ai.templates import Header, assemble

_NO_CODE = "the reply holds no ```python block with code; reply with one block and nothing else"


class Coder:
    """One conversation with the coder about one plan. Knows the brief, never the spec's hidden cases."""

    def __init__(self, brief: Brief, plan: Plan, client: LlmClient) -> None:
        self._plan = plan
        self._client = client
        self._prompt = coder_prompt(brief, plan.code)
        self._body = ""
        self._last_reply = ""
        self.problem = ""
        """Why the last reply brought no code. Empty when it did."""

    def write(self) -> str:
        """The first body of code, empty when the reply holds none."""
        return self._ask(self._prompt, (), attempt=1)

    def mend(self, feedback: str, *, attempt: int, stage: StageName) -> str:
        """The body with the coder's repair put in, after `stage` failed; as it was when the reply holds none.

        The conversation keeps the code as it now stands, and the task where the finding is about that; earlier rounds are left out, to
        save tokens.
        """
        if self._body and stage in {"security", "syntax"}:
            return self._ask(rewrite_prompt(self._body, self._plan.code, feedback), (), attempt=attempt)
        standing = f"```python\n{self._body}\n```" if self._body else self._last_reply or "(no code)"
        history = (Turn(role="user", text=self._prompt), Turn(role="assistant", text=standing))
        return self._ask(repair_prompt(feedback), history, attempt=attempt)

    def _ask(self, prompt: str, history: tuple[Turn, ...], *, attempt: int) -> str:
        self._last_reply = ""
        try:
            self._last_reply = self._client.ask_text(
                CODER, prompt, role="coder", attempt=attempt, history=history
            )
        except ModelReplyError as error:
            self.problem = f"the reply cannot be used: {error}"
            return self._body
        code = code_of_reply(self._last_reply)
        roots = [task.types.step_id for task in self._plan.code]
        if code:
            self._body = merge_definitions(self._body, code, roots=roots) if self._body else code
        self.problem = "" if code else _NO_CODE
        return self._body


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
