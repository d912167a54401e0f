"""The client that our systems ask with, what its calls cost, and what identifies them."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from compiled_ai.bench.model import ModelCall
from compiled_ai.bench.systems.options import SystemOptions
from compiled_ai.errors import StoreError
from compiled_ai.llm import Call, LlmClient, load_settings, make_client
from compiled_ai.llm.recording import read_recording
from compiled_ai.llm.settings import KEY_VARIABLES, SERVER_VARIABLES
from compiled_ai.spec.canonical import JsonObject, digest

BY_HAND = "by hand, through the desk"
"""Who answered, in recordings of a desk."""
_DESK = "desk"


class Asking:
    """A client, and the calls made with it since they were last taken."""

    def __init__(self, client: LlmClient, *, by_hand: bool) -> None:
        self.client = client
        self.by_hand = by_hand
        self._calls: list[ModelCall] = []
        client.on_call = self._note

    def _note(self, call: Call) -> None:
        self._calls.append(model_call(call, by_hand=self.by_hand))

    def take_calls(self) -> tuple[ModelCall, ...]:
        """The calls since the last time, in the order in which they ended; they are then forgotten."""
        calls, self._calls = tuple(self._calls), []
        return calls


def model_call(call: Call, *, by_hand: bool) -> ModelCall:
    """A row of a ledger as the benchmark keeps it."""
    return ModelCall(
        input_tokens=call.input_tokens,
        output_tokens=call.output_tokens,
        seconds=call.seconds,
        first_token_seconds=call.first_token_seconds,
        cached_tokens=call.cached_tokens,
        estimated=call.tokens_estimated,
        replayed=call.replayed,
        by_hand=by_hand,
        error=call.error,
    )


def recorded_seconds(calls: Iterable[ModelCall]) -> float:
    """What replayed calls took when they were made, which nobody waits for now. Those that a person answered tell nothing, and count as 0."""
    return sum(call.seconds for call in calls if call.replayed and not call.by_hand)


def open_asking(
    options: SystemOptions,
    *,
    below: str = "",
    gates: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Asking:
    """A client as `options` say. Nothing is called yet.

    Args:
        options: Of the system.
        below: Folder of recordings below those of the options: recordings go there, and replies come from there if it exists, else from
            the folder itself.
        gates: Name of the policy of the gates; None: the default one. Baselines go without, as those of frameworks do.
        environ: Where keys and a provider's server are looked up. None: the process's environment.

    Raises:
        OperatorError: the model or a recording is unknown.
    """
    variables = os.environ if environ is None else environ
    wanted = {*KEY_VARIABLES, *SERVER_VARIABLES.values()}
    replay = replay_folder(options.replay, below)
    by_hand = options.by_hand or (replay is not None and is_by_hand(replay))
    settings = load_settings(
        {
            "model": options.model or _recorded_model(options.replay),
            "base_url": options.base_url,
            "record_dir": None if options.record is None else options.record / below,
            "replay_dir": replay,
            "timeout_seconds": options.timeout_seconds,
            "price_as": options.price_as,
            "record_as": BY_HAND if options.by_hand else None,
            "tokens_estimated": "yes" if options.by_hand else None,
            "gates": gates,
        },
        {name: value for name, value in variables.items() if name in wanted},
        None,
    )
    client = make_client(settings, today=lambda: datetime.now(UTC).date())
    return Asking(client, by_hand=by_hand)


def replay_folder(folder: Path | None, below: str) -> Path | None:
    """Where the replies for `below` lie: in its own folder if there is one, else in `folder` with all others."""
    if folder is None or not below:
        return folder
    return folder / below if (folder / below).is_dir() else folder


@functools.cache
def _recorded_model(folder: Path | None) -> str | None:
    """The one model of all recordings in `folder` and below; None when there is none, or more than one.

    A task that synthesis solves leaves no recordings of its own, and its client must not fail for that before it is asked.
    """
    if folder is None:
        return None
    names = set()
    for path in folder.rglob("*.json"):
        with contextlib.suppress(StoreError):  # whoever asks for this one is told
            names.add(str(read_recording(path).get("model")))
    return names.pop() if len(names) == 1 else None


def is_by_hand(folder: Path) -> bool:
    """Whether any recording in `folder` was answered at a desk."""
    for path in sorted(folder.glob("*.json")):
        try:
            data = read_recording(path)
        except StoreError:
            continue  # whoever asks for this one is told
        provenance = data.get("provenance")
        answered_by = provenance.get("answered_by") if isinstance(provenance, dict) else None
        if data.get("by_hand") is True or _DESK in str(answered_by):
            return True
    return False


def source_digest(*paths: str) -> str:
    """Identity of the text of the modules at `paths` (their ``__file__``), whatever their folder."""
    texts = {Path(path).name: Path(path).read_text(encoding="utf-8") for path in paths}
    return digest("bench-source1", dict(sorted(texts.items())))


def asking_identity(options: SystemOptions) -> JsonObject:
    """What of `options` decides a model's answers. A replay without a model answers as the one that was recorded."""
    return {"model": options.model or "as recorded", "base_url": options.base_url}
