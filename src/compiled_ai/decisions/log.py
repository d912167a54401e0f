"""Decisions and the log of them: which artifact was given what, what came of it, and who answered.

Compiled code is deterministic, so artifact and input are enough to see a decision made again, line by line (`compiled-ai explain`). The log says which they
were: by digests, or with the values where the spec asks for that (`decision_log: full`) and no compliance block forbids it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from compiled_ai.chain import FORMAT, Chain, ChainedLog, Form, Purge, read_chain, utc_now
from compiled_ai.errors import InputError, StoreError
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest

if TYPE_CHECKING:
    from compiled_ai.artifact import Manifest
    from compiled_ai.execution.observe import Run

DecisionMode = Literal["digests", "full"]
"""What is written of inputs and outputs."""
_TEXTS = (
    "at",
    "actor",
    "artifact",
    "input",
    "output",
    "served_by",
    "reason",
    "error",
    "case",
    "signs",
    "previous",
)


@dataclass(frozen=True, kw_only=True)
class DecisionRecord:
    """One run."""

    format: int = FORMAT
    at: str
    """ISO time at which the run had ended, UTC."""
    actor: str
    """The workflow, with the beginning of its artifact's digest; whoever purged, for a purge."""
    artifact: str
    """``a1:`` digest of the artifact; empty for a purge."""
    input: str
    """``i1:`` digest of the input. Empty when the input was not JSON data that could be digested."""
    output: str
    """``o1:`` digest of the output. Empty when there was none."""
    served_by: str
    """Who answered, as in `Result`. Empty when the run failed."""
    reason: str
    """Why compiled code declined. Empty when it answered."""
    error: str
    """Kind of the error that the run raised, such as ``InputError``. Its text may quote values and stays out."""
    case: str
    """The run's entry in the case log; empty without any."""
    data: JsonObject | None = None
    """``input`` and ``output`` themselves, where the spec asks for ``full``."""
    signs: str = ""
    """``k1:`` digest of the anchor that this record signs off; empty for runs."""
    previous: str
    """``d1:`` digest of the record before; empty for the first."""

    @property
    def digest(self) -> str:
        """``d1:`` digest of this record, which the next one carries."""
        return digest("d1", asdict(self))

    def to_json(self) -> JsonObject:
        """As it stands in the log."""
        return asdict(self)


class DecisionLog:
    """Writes a record for every run that it observes; the caller has the result only then."""

    def __init__(
        self,
        path: Path,
        *,
        mode: DecisionMode,
        now: Callable[[], datetime] = utc_now,
        sync_seconds: float = 0.0,
    ) -> None:
        """The log at `path`, which goes on where it ended; its folder is made.

        Args:
            path: The file.
            mode: What is written of inputs and outputs.
            now: The clock.
            sync_seconds: How often the disk is waited for at most; 0 is for every record.

        Raises:
            StoreError: it cannot be read or made, or is damaged.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder of the decision log {path} cannot be made: {error}") from error
        self._log = ChainedLog(path, _FORM, now=now, sync_seconds=sync_seconds)
        self._mode = mode

    @property
    def path(self) -> Path:
        """The file."""
        return self._log.path

    def observe(self, run: Run) -> None:
        """Write the record of `run`.

        Raises:
            StoreError: it cannot be written.
        """
        at = self._log.time()
        fields = _fields_of(run, mode=self._mode)
        self._log.append(lambda previous: DecisionRecord(at=at, previous=previous, **fields))  # type: ignore[arg-type]  # by name

    def sync(self) -> None:
        """Wait until the disk has every record.

        Raises:
            StoreError: it cannot be written.
        """
        self._log.sync()

    def purge(self, manifest: Manifest) -> int:
        """Take out what is older than the spec's ``retention_days``; how many records went. Without a period nothing does.

        Raises:
            StoreError: the log cannot be read or written, or is damaged.
        """
        if manifest.retention_days is None:
            return 0
        mine = f"workflow {manifest.name}@"
        return self._log.purge(
            days=manifest.retention_days, actor=actor_of(manifest), of=lambda actor: actor.startswith(mine)
        )


def open_decision_log(
    root: Path, manifest: Manifest, given: Path | None = None, *, sync_seconds: float = 0.0
) -> DecisionLog | None:
    """The decision log of the workflow that `manifest` describes, old records purged; None where its spec asks for none.

    Args:
        root: Folder of the store.
        manifest: Of the artifact.
        given: Another place for the file.
        sync_seconds: As for `DecisionLog`.

    Raises:
        StoreError: it cannot be read or made, or is damaged.
    """
    if manifest.decision_log is None:
        return None
    path = given or decisions_path(root, manifest.name)
    log = DecisionLog(path, mode=manifest.decision_log, sync_seconds=sync_seconds)
    log.purge(manifest)
    return log


def decisions_path(root: Path, name: str) -> Path:
    """Where the decision log of the workflow called `name` lies in the store at `root`."""
    return root / ".decisions" / f"{name}.jsonl"


def read_decisions(path: Path) -> Chain[DecisionRecord]:
    """The log at `path`, the chain checked.

    Raises:
        StoreError: it cannot be read, or a record was changed, taken out or cut.
    """
    return read_chain(path, _FORM)


def actor_of(manifest: Manifest) -> str:
    """The workflow as records name it."""
    return f"workflow {manifest.name}@{manifest.artifact.partition(':')[2][:16]}"


def input_digest(data: JsonValue) -> str:
    """``i1:`` digest of an input."""
    return digest("i1", data)


def _fields_of(run: Run, *, mode: DecisionMode) -> dict[str, JsonValue]:
    manifest, result, error = run.artifact.manifest, run.result, run.error
    output = result.output if result else None
    is_kept = mode == "full" and not isinstance(error, InputError)
    return {
        "actor": actor_of(manifest),
        "artifact": manifest.artifact,
        "input": _digest_or_nothing(run.data),
        "output": "" if output is None else digest("o1", output),
        "served_by": result.served_by if result else "",
        "reason": result.reason if result else "",
        "error": type(error).__name__ if error else "",
        "case": (result.case or "") if result else "",
        "data": {"input": run.data, "output": output} if is_kept else None,
    }


def _digest_or_nothing(data: JsonValue) -> str:
    """An input that was refused may be anything."""
    try:
        return input_digest(data)
    except (ValueError, TypeError, RecursionError):
        return ""


def _parse_record(data: JsonObject) -> DecisionRecord:
    """The record that `data` is.

    Raises:
        TypeError: it is none.
    """
    record = DecisionRecord(**data)  # type: ignore[arg-type]  # checked below
    wrong = [name for name in _TEXTS if not isinstance(data.get(name), str)]
    if type(data.get("format")) is not int or not isinstance(data.get("data"), dict | None):
        wrong.append("format or data")
    if wrong:
        raise TypeError(f"'{wrong[0]}' is of another type")
    return record


def _sign(purge: Purge) -> DecisionRecord:
    anchor = purge.anchor
    return DecisionRecord(
        at=anchor.at,
        actor=anchor.actor,
        artifact="",
        input="",
        output="",
        served_by="",
        reason=f"purge of {purge.count} records up to {anchor.last_at}: {anchor.rule}",
        error="",
        case="",
        signs=anchor.digest,
        previous=purge.previous,
    )


_FORM = Form(
    title="decision log",
    record="record of a decision",
    cut="the run that it tells of may have been answered. Keep the file elsewhere; the next run begins a new one",
    parse=_parse_record,
    sign=_sign,
)
