"""A benchmark run as it goes on: one line that changes on a terminal, a plain line now and then elsewhere; on standard error."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Self

from rich.console import Console

if TYPE_CHECKING:
    from compiled_ai.bench.running.progress import Progress

_PLAIN_SECONDS = 10.0


class RunView:
    """Shows how far a run is. Use it in a ``with``."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._status = self._console.status("starting") if self._console.is_terminal else None
        self._said = monotonic()
        self._system = ""

    def __enter__(self) -> Self:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def __call__(self, progress: Progress) -> None:
        """Show it; on no terminal every ten seconds, and when a system is done."""
        text = progress_line(progress)
        if self._status is not None:
            self._status.update(text)
        moment = monotonic()
        is_done = progress.done >= progress.total and progress.system != self._system
        if is_done:
            self._system = progress.system
        if is_done or (self._status is None and moment - self._said >= _PLAIN_SECONDS):
            self._said = moment
            self._console.print(text, highlight=False, markup=False, soft_wrap=True)


def progress_line(progress: Progress) -> str:
    """How far it is, in one line."""
    parts = [
        f"{progress.system} ({progress.number} of {progress.systems}): {progress.done} of {progress.total} cases"
    ]
    if progress.answered:
        parts.append(f"{100 * progress.right / progress.answered:.0f} % right")
        parts.append(_rate(progress.per_second))
    if progress.preparing:
        parts.append(f"{progress.preparing} preparing")
    if progress.spending.tokens:
        unknown = " and what is unpriced" if progress.spending.unpriced else ""
        parts.append(f"{progress.spending.tokens:,} tokens, {progress.spending.usd:.4f} USD{unknown}")
    if progress.seconds_left is not None and progress.done < progress.total:
        parts.append(f"{_duration(progress.seconds_left)} left for this system")
    return ", ".join(parts)


def _rate(per_second: float) -> str:
    return f"{per_second:.1f} cases/s" if per_second >= 1 else f"{60 * per_second:.1f} cases/min"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    return f"{whole // 60} min" if whole < 5400 else f"{whole // 3600} h {whole % 3600 // 60} min"
