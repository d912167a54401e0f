"""AgentBench's operating system environment: requests to a shell, in a jail with a root of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from compiled_ai.bench.agentbench.describe import description_of
from compiled_ai.bench.agentbench.episode import Episode, text_tool
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.os_entry import OsEntry, Script, parse_entries
from compiled_ai.bench.agentbench.os_session import CommandResult, JailSession
from compiled_ai.bench.agentbench.source import DataFile, Source
from compiled_ai.bench.model import Case, Environment, Task, Verdict
from compiled_ai.spec.canonical import JsonObject, JsonValue

NAME = "agentbench-os"
COMMANDS = 7
"""AgentBench allows 8 turns (``round_limit`` of https://github.com/THUDM/AgentBench/blob/v0.2/configs/tasks/os.yaml); the last must be the answer."""
MOST_OUTPUT = 800
"""Characters of a command's output that are shown, as in AgentBench."""
_SHOWN = 780
_SETUP_SECONDS = 30.0

_INSTRUCTIONS = f"""\
You work on a Linux machine as root, through a shell. Do what is asked for, or find out what is asked.

If something is to be found out, give the answer with the tool answer: the value alone, in the form that is asked for, without words around it. If something \
is to be set up, set it up and then call finish. Commands cannot read from a keyboard. Output of more than {MOST_OUTPUT} characters is cut. \
You have at most {COMMANDS} commands.\
"""
_TOOLS = (
    text_tool(
        "bash",
        "Run a command in the shell; what it sets lives on. Gives its output.",
        command="What to type.",
    ),
    text_tool("answer", "Give the answer and end.", submits=True, text="The value alone."),
    text_tool("finish", "Say that all is set up, and end.", submits=True),
)


class OsDataset:
    """The 26 operating system tasks of AgentBench's dev split.

    Differs from AgentBench: the machine is a jail with the programs of this one instead of a container with Ubuntu, so what a task finds on it
    (the number of groups, say) is another number; it is checked on that same machine.
    """

    def __init__(self, options: AgentBenchOptions) -> None:
        self._options = options
        self._file = DataFile(options.source, "os", parse_entries)

    @property
    def name(self) -> str:
        """As on the command line."""
        return NAME

    @property
    def description(self) -> JsonObject:
        """What goes into reports."""
        return description_of(
            self._options,
            data_digest=self._file.digest,
            extra={
                "engine": "jail with a private root (user, mount, process and network namespaces)",
                "operations": COMMANDS,
                "judge": "the fixed answer, or the task's check scripts run in the jail",
                "differs": "the programs of this machine instead of AgentBench's Ubuntu image; no terminal",
            },
        )

    def entries(self) -> tuple[OsEntry, ...]:
        """The tasks as the data has them."""
        return self._file.items

    def tasks(self) -> Sequence[Task]:
        """One for all. There is nothing to compile: what is right lies in the machine, not in the request."""
        return [
            Task(
                task_id="os",
                instructions=_INSTRUCTIONS,
                output_schema={},
                form="dialogue",
                tools=_TOOLS,
            )
        ]

    def cases(self) -> Sequence[Case]:
        """All, in the order of the data."""
        return [
            Case(
                case_id=entry.entry_id,
                task_id="os",
                split="held_out",
                input={"request": entry.request},
                expected=_expected_json(entry),
                group=entry.label,
            )
            for entry in self.entries()
        ]

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        """Right or wrong. Whether check scripts passed is part of the environment's outcome: they need the machine."""
        entry = next(item for item in self.entries() if item.entry_id == case.case_id)
        if not isinstance(output, dict):
            return Verdict(score=0.0, right=False, reason="the output is no object with 'answer'")
        answer = output.get("answer")
        if entry.checks:
            right = output.get("checked") is True
            reason = str(output.get("reason") or "the checks of the task did not pass")
        else:
            right = is_match(entry, answer if isinstance(answer, str) else "")
            reason = f"expected {entry.match or entry.pattern!r}, got {answer!r}"
        return Verdict(score=float(right), right=right, reason="" if right else reason)

    def open(self, case: Case) -> Environment:
        """A machine set up for the case.

        Raises:
            MissingToolError: this machine cannot make a jail, or a script cannot be had.
        """
        entry = next(item for item in self.entries() if item.entry_id == case.case_id)
        scripts = ScriptTexts(self._options.source, entry)
        return OsEpisode(entry, scripts, JailSession(), seconds=self._options.seconds)

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        """AgentBench's success rate."""
        if not judged:
            return {}
        right = sum(output is not None and self.judge(case, output).right for case, output in judged)
        return {"success rate": right / len(judged)}


def is_match(entry: OsEntry, answer: str) -> bool:
    """Whether `answer` is the fixed one, but for spaces around it, or holds the pattern."""
    if entry.match is not None:
        return answer.strip() == entry.match.strip()
    return entry.pattern is not None and re.search(entry.pattern, answer) is not None


class ScriptTexts:
    """The texts of a task's scripts, read before anything runs.

    Raises:
        MissingToolError: a file cannot be had.
    """

    def __init__(self, source: Source, entry: OsEntry) -> None:
        needed = [*entry.init, *(script for script in entry.checks if script)]
        if entry.example and None in entry.checks:
            needed.append(entry.example)
        self._by_file = {script.file: source.read_script(script.file) for script in needed if script.file}

    def text_of(self, script: Script) -> str:
        """The program's text."""
        return self._by_file[script.file] if script.file else script.code


class OsEpisode(Episode):
    """One case played on a machine of its own."""

    def __init__(self, entry: OsEntry, scripts: ScriptTexts, session: JailSession, *, seconds: float) -> None:
        self._entry, self._scripts, self._session, self._seconds = entry, scripts, session, seconds
        self._answer: str | None = None
        self._is_submitted = False
        self._outcome: JsonObject | None = None
        bash, answer, finish = _TOOLS
        super().__init__(
            opening=entry.request,
            tools={
                bash.name: (bash, self._bash),
                answer.name: (answer, self._submit),
                finish.name: (finish, self._submit),
            },
            operations=COMMANDS,
        )
        try:
            for script in entry.init:
                self._run_script(script, seconds=_SETUP_SECONDS)
            if entry.start:
                session.run(entry.start, seconds=_SETUP_SECONDS)
        except BaseException:
            session.close()
            raise

    def outcome(self) -> JsonValue:
        """The answer, and whether the checks passed. None when the system neither answered nor finished."""
        if not self._is_submitted:
            return None
        if self._outcome is None:
            self._outcome = {"answer": self._answer, **self._checked()}
        return self._outcome

    def close(self) -> None:
        """End the machine."""
        self._session.close()

    def _checked(self) -> JsonObject:
        if not self._entry.checks:
            return {}
        arguments = [str(self._answer)]  # AgentBench passes on "None" too when something was only set up
        for number, script in enumerate(self._entry.checks):
            program = script or self._entry.example
            if program is None:
                return {"checked": False, "reason": "the task names an example solution and has none"}
            result = self._run_script(program, *arguments, seconds=_SETUP_SECONDS)
            if result.code != 0:
                reason = f"check {number + 1} of {len(self._entry.checks)} ended with {result.code}: {result.output[-200:].strip()}"
                return {"checked": False, "reason": reason}
            arguments.append(result.output)
        return {"checked": True}

    def _run_script(self, script: Script, *arguments: str, seconds: float) -> CommandResult:
        return self._session.run_script(
            script.language, self._scripts.text_of(script), *arguments, seconds=seconds
        )

    def _bash(self, arguments: JsonObject) -> str:
        command = arguments["command"]
        assert isinstance(command, str), "checked"
        result = self._session.run(command, seconds=self._seconds)
        output = result.output
        if len(output) > MOST_OUTPUT:
            output = f"{output[:_SHOWN]}\n[cut: the output is longer]"
        if result.code is None:
            return f"{output}\n[stopped: the command did not end within {self._seconds:g} s]".lstrip()
        return output or "(no output)"

    def _submit(self, arguments: JsonObject) -> str:
        text = arguments.get("text")
        self._answer = text if isinstance(text, str) else None
        self._is_submitted = True
        self.finish()
        return "Submitted."


def _expected_json(entry: OsEntry) -> JsonObject:
    if entry.checks:
        example = entry.example
        return {"checks": len(entry.checks), "example": (example.code or example.file) if example else None}
    return {"match": entry.match, "pattern": entry.pattern}
