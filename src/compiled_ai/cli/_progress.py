"""A compilation as it happens, line by line."""

from __future__ import annotations

from typing import Self, assert_never

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from compiled_ai.cli._stage_view import print_stage
from compiled_ai.cli._text import share, steps_text, tokens
from compiled_ai.factory import events


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
            case events.ModelAsked():
                self._waiting = self._console.status(
                    f"{event.role} attempt {event.attempt}: waiting for the model"
                )
                self._waiting.start()
            case events.ModelReplied():
                self._replied(event)
            case events.StageEnded():
                self._stage(event)
            case events.GateNoted():
                self._gate(event)
            case _:
                self._print(_line(event))

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

    def _gate(self, event: events.GateNoted) -> None:
        decision = event.decision
        done = f"hides {decision.hidden} values of" if decision.hidden else f"{decision.action}s"
        self._print(
            f"  [yellow]gate     {decision.gate} {done} {escape(decision.place)}[/]  [dim]{escape(decision.shown_kinds)}, score {decision.score:.2f}[/]"
        )

    def _stage(self, event: events.StageEnded) -> None:
        report = event.report
        who = event.by if event.by in {"synthesis", "reuse"} else "attempt"
        warnings = self._warnings if report.stage == "accuracy" and report.passed else 0
        print_stage(
            self._console,
            report,
            label=f"{who} {event.attempt}: ",
            findings=self._findings,
            warnings=warnings,
        )


_Plain = (
    events.StoredFound
    | events.Offered
    | events.Planned
    | events.StepsKept
    | events.Synthesized
    | events.SynthesisKept
    | events.CasesInvented
    | events.InventedScored
    | events.Saved
)
"""Events that are one line of text."""


def _line(event: _Plain) -> str:
    """`event` as a line with markup."""
    match event:
        case events.StoredFound():
            text = f"  the store holds a valid artifact of this spec: [bold]{event.path}[/] (0 tokens; --force compiles anew)"
        case events.Offered(offer=offer):
            text = f"  offered  {offer.template} {offer.score:.2f}: {escape(offer.why)}  [dim]compiled-ai templates show {offer.template}[/]"
        case events.Planned():
            text = f"  plan     {escape(steps_text(event.workflow))}  [dim]by {event.by}[/]"
        case events.StepsKept():
            text = f"  kept     {', '.join(event.steps)}  [dim]of {event.artifact[:15]}, unchanged[/]"
        case events.Synthesized():
            text = f"  synthesis {event.number}: {escape(event.how)}"
        case events.SynthesisKept():
            text = f"  [yellow]synthesis {event.number} is taken, which passes; {escape(event.reason)}[/]"
        case events.CasesInvented():
            text = f"  tester   round {event.number}: {event.driving} cases that drive repairs, {event.hidden} hidden, {event.dropped} dropped"
        case events.InventedScored():
            text = (
                f"  invented {event.by} {event.attempt}: driving {share(event.driving.to_json())}, {event.driving.counts['wrong']} wrong; "
                f"hidden {share(event.hidden.to_json())}, {event.hidden.counts['wrong']} wrong"
            )
        case events.Saved():
            text = f"  saved    {event.path}"
        case _:
            assert_never(event)
    return text
