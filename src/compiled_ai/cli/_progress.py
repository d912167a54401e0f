"""A compilation as it happens, line by line."""

from __future__ import annotations

from typing import Self, assert_never

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from compiled_ai.cli._stage_view import print_stage
from compiled_ai.cli._text import tokens
from compiled_ai.factory import events
from compiled_ai.findings import StageReport


class CompilationView:
    """Shows the events of compilations on a console. Use it in a ``with``, so that no spinner outlives an error."""

    def __init__(self, console: Console, *, findings: int = 3, warnings: int = 0) -> None:
        self._console = console
        self._findings = findings
        self._warnings = warnings
        self._waiting: Status | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_waiting()

    def __call__(self, event: events.Event) -> None:
        """Show one event."""
        self._stop_waiting()
        match event:
            case events.SpecLoaded():
                self._loaded(event)
            case events.StoredFound():
                self._print(
                    f"  the store holds a valid artifact of this spec: [bold]{event.path}[/] (0 tokens; --force compiles anew)"
                )
            case events.Planned():
                steps = " -> ".join(f"{step.id} ({step.kind})" for step in event.workflow.steps)
                self._print(f"  plan     {steps}  [dim]by {event.by}[/]")
            case events.ModelAsked():
                self._waiting = self._console.status(
                    f"{event.role} attempt {event.attempt}: waiting for the model"
                )
                self._waiting.start()
            case events.ModelReplied():
                self._replied(event)
            case events.StageEnded():
                self._stage(event.attempt, event.report)
            case events.Saved():
                self._print(f"  saved    {event.path}")
            case _:
                assert_never(event)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def _print(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)

    def _loaded(self, event: events.SpecLoaded) -> None:
        spec = event.spec
        source = (
            "no model needed"
            if event.model is None
            else f"{'recorded replies of ' if event.replayed else ''}{event.model}"
        )
        hidden = f"{len(spec.tests)} hidden cases"
        if spec.held_back:
            hidden = f"{spec.held_back} of its {spec.held_back + len(spec.examples)} examples held back as hidden cases"
        elif not spec.tests:
            hidden = "[yellow]no hidden cases: accuracy will be of seen cases only[/]"
        self._print(
            f"[bold]{spec.name}[/] {spec.version}  [dim]{len(spec.examples)} visible examples, {hidden}; {escape(source)}[/]"
        )

    def _replied(self, event: events.ModelReplied) -> None:
        call = event.call
        count = tokens(call.input_tokens + call.output_tokens, estimated=call.tokens_estimated)
        state = "replayed" if call.replayed else f"{call.seconds:.1f} s"
        failed = f", [red]{call.error}[/]" if call.error else ""
        self._print(f"  {call.role:<8} attempt {call.attempt}: {count} tokens, {state}{failed}")

    def _stage(self, attempt: int, report: StageReport) -> None:
        warnings = self._warnings if report.stage == "accuracy" and report.passed else 0
        print_stage(
            self._console, report, label=f"attempt {attempt}: ", findings=self._findings, warnings=warnings
        )
