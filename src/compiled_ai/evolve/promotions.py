"""Which artifact of a workflow is current, since when and on whose word: a chained log beside the evolved specs.

A promotion is written down before it is carried out. If the process dies in between, the log names an artifact that is not current yet; promoting it again
completes it. `current` may also be moved by a compilation or by hand: then the log says something else, and whoever asks is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from compiled_ai.artifact import Artifact, Store, load_artifact
from compiled_ai.artifact.manifest import parse_manifest
from compiled_ai.chain import FORMAT, ChainedLog, Form, Purge, read_chain, utc_now
from compiled_ai.errors import (
    ArtifactError,
    ArtifactNotFoundError,
    InputError,
    OperatorError,
    StoreError,
    TamperedArtifactError,
)
from compiled_ai.evolve.proposal import evolve_folder, locked_folder
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest
from compiled_ai.spec.load import read_text

Action = Literal["promoted", "rolled back"]
LEAST_DIGITS = 12
"""Of a digest that approves something."""
_TEXTS = ("at", "actor", "action", "old", "new", "why", "signs", "previous")


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """One change of the current artifact."""

    format: int = FORMAT
    at: str
    """ISO time, UTC."""
    actor: str
    """Who approved it."""
    action: str
    """An `Action`."""
    old: str
    """``a1:`` digest of the artifact that was current; empty when none was, or none that could be read."""
    new: str
    """``a1:`` digest of the one that is current from then on."""
    why: str
    counts: Mapping[str, JsonValue] = field(default_factory=dict)
    """Of the behavioural diff that the approval rests on."""
    signs: str = ""
    """Empty: nothing is ever purged here."""
    previous: str
    """``p1:`` digest of the record before; empty for the first."""

    @property
    def digest(self) -> str:
        """``p1:`` digest of this record, which the next one carries."""
        return digest("p1", self.to_json())

    def to_json(self) -> JsonObject:
        """As it stands in the log."""
        return asdict(self)


class Promotions:
    """The log of one workflow, and the way to change which of its artifacts is current."""

    def __init__(self, store: Store, name: str, *, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._name = name
        self._now = now
        self._folder = evolve_folder(store, name)
        self.path = self._folder / "promotions.jsonl"

    def records(self) -> tuple[Promotion, ...]:
        """All of them, the oldest first, the chain checked.

        Raises:
            StoreError: the log cannot be read, or was changed.
        """
        return read_chain(self.path, _FORM).records if self.path.exists() else ()

    def current(self) -> str:
        """``a1:`` digest of the current artifact, or as much of it as its folder is called by where it is damaged; empty when there is none."""
        try:
            folder = self._store.find(self._name)
        except TamperedArtifactError as error:
            return f"a1:{error.path.name}" if error.path.is_dir() else ""
        except ArtifactError:
            return ""
        try:
            path = folder / "manifest.json"
            return parse_manifest(read_text(path), path=path, to_run=False).artifact
        except (ArtifactError, StoreError):
            return f"a1:{folder.name}"

    def note(self) -> str:
        """What is odd about `current`, in words; empty when the log says the same."""
        records, current = self.records(), self.current()
        if not records or records[-1].new == current:
            return ""
        last = records[-1]
        if last.old == current:
            return f"{last.new[:15]} was {last.action} by {last.actor} at {last.at}, but is not current: the process died before, or it was moved back by hand or by a compilation"
        return f"{current[:15] or 'nothing'} is current, and the log of promotions says {last.new[:15]}: it was moved by a compilation or by hand"

    def promote(
        self, artifact: Artifact, *, base: str, by: str, counts: Mapping[str, JsonValue], why: str
    ) -> Promotion:
        """Make `artifact` current in place of `base`.

        Raises:
            OperatorError: another artifact than `base` is current by now.
            StoreError: log or store cannot be written. The log may say so already then; the same call completes it.
        """
        new = artifact.manifest.artifact
        with locked_folder(self._folder):
            current = self.current()
            if current not in {base, new}:
                raise OperatorError(
                    f"{current[:15] or 'nothing'} is current by now, and {new[:15]} was compared with {base[:15]}; run evolve again."
                )
            return self._change(artifact, action="promoted", old=base, by=by, why=why, counts=counts)

    def roll_back(self, *, to: str = "", by: str, why: str) -> Promotion:
        """Make the artifact before the current one current again, or the one whose digest begins with `to`.

        Raises:
            ArtifactError: it is not in the store, or does not load.
            OperatorError: nothing says which was before, or it is current already.
            StoreError: log or store cannot be read or written.
        """
        home = self._store.root / self._name
        if home.parent != self._store.root or not home.is_dir():
            raise ArtifactNotFoundError(
                f"no artifact '{_plain(self._name)}' in {self._store.root}.", path=home
            )
        with locked_folder(self._folder):
            current = self.current()
            reference = to.removeprefix("a1:") or self._before(current).removeprefix("a1:")
            artifact = load_artifact(self._store.find(f"{self._name}@{reference}"))
            if artifact.manifest.artifact == current:
                raise OperatorError(f"{current[:15]} is current already; nothing to roll back.")
            return self._change(artifact, action="rolled back", old=current, by=by, why=why, counts={})

    def _before(self, current: str) -> str:
        """The artifact that `current` took the place of."""
        for record in reversed(self.records()):
            is_it = bool(current) and record.new.startswith(current)
            if is_it and record.old and record.action == "promoted":
                return record.old
        folders = sorted(path.parent.name for path in (self._store.root / self._name).glob("*/manifest.json"))
        raise OperatorError(
            f"no promotion made {current[:15] or 'the current artifact'} current, so nothing says what was before; "
            f"take one with --to. The store holds: {', '.join(folders[:10]) or 'none'}."
        )

    def _change(
        self,
        artifact: Artifact,
        *,
        action: Action,
        old: str,
        by: str,
        why: str,
        counts: Mapping[str, JsonValue],
    ) -> Promotion:
        if not by.strip():
            raise InputError(
                "it is recorded who changes the current artifact; give a name with --by", field="by"
            )
        new = artifact.manifest.artifact
        log = ChainedLog(self.path, _FORM, now=self._now)
        at = log.time()
        record = log.append(
            lambda previous: Promotion(
                at=at,
                actor=_plain(by),
                action=action,
                old=old,
                new=new,
                why=_plain(why),
                counts=counts,
                previous=previous,
            )
        )
        self._store.make_current(artifact)
        return record


def rollback(store: Store, name: str, *, to: str = "", by: str, why: str) -> Promotion:
    """Take `name` back to the artifact before, or to the one whose digest begins with `to`. Raises what `Promotions.roll_back` raises."""
    return Promotions(store, name).roll_back(to=to, by=by, why=why)


def promotions_path(store: Path, name: str) -> Path:
    """The log of promotions of the workflow called `name`."""
    return Promotions(Store(store), name).path


def _plain(text: str) -> str:
    """`text` as UTF-8 can hold it."""
    return text.encode("utf-8", "backslashreplace").decode()


def _parse(data: JsonObject) -> Promotion:
    record = Promotion(**data)  # type: ignore[arg-type]  # checked below
    wrong = [name for name in _TEXTS if not isinstance(data.get(name), str)]
    if type(data.get("format")) is not int or not isinstance(data.get("counts"), dict):
        wrong.append("format or counts")
    if wrong:
        raise TypeError(f"'{wrong[0]}' is of another type")
    return record


def _sign(purge: Purge) -> Promotion:
    raise StoreError(f"records of promotions are never purged ({purge.count} were asked for)")


_FORM = Form(
    title="log of promotions",
    record="record of a promotion",
    cut="the promotion that it tells of may have been carried out. Compare `current` in the store, keep the file elsewhere, and promote again",
    parse=_parse,
    sign=_sign,
)
