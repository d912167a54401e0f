"""The evolved spec in the folder of the store: ``<store>/.evolve/<name>/<digest>/``, named by its content, so that two writers never meet."""

from __future__ import annotations

import json
import shutil
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path

from compiled_ai.artifact import Store
from compiled_ai.errors import OperatorError, SpecError, StoreError
from compiled_ai.evolve.lessons import LoggedInput, input_digest
from compiled_ai.evolve.selection import Selection
from compiled_ai.evolve.spec_text import SpecChange, edit_spec, next_version
from compiled_ai.files import leftovers, locked, partial_path, sync_folder, write_atomic, write_synced
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json, digest
from compiled_ai.spec.cases import Case, HiddenCase
from compiled_ai.spec.json_text import parse_json_object
from compiled_ai.spec.load import load_cases, load_spec, read_text
from compiled_ai.spec.model import Spec
from compiled_ai.spec.yaml_source import parse_yaml

_PROPOSAL = "proposal.json"
_TRIAL_CHARACTERS = 4_000_000


def evolve_folder(store: Store, name: str) -> Path:
    """Where everything of the evolution of `name` lies."""
    return store.root / ".evolve" / name


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A candidate, and what it would replace."""

    spec: str
    """Path of the evolved spec."""
    base: str
    """``a1:`` digest of the artifact that it was compared with."""
    candidate: str
    """``a1:`` digest of the artifact made of it."""


def usable(lessons: Sequence[LoggedInput], spec: Spec, folder: Path) -> tuple[LoggedInput, ...]:
    """Those of `lessons` that may stand beside the cases of `spec`: the rules of its evaluators are the same for them.

    Raises:
        StoreError: `folder` cannot be written, where they are tried.
    """
    fit: list[LoggedInput] = []
    part: list[LoggedInput] = []
    size = 0
    for lesson in lessons:
        size += len(canonical_json(lesson.to_case()))
        if part and size > _TRIAL_CHARACTERS:
            fit += _tried(part, spec, folder)
            part, size = [], 0
        part.append(lesson)
    return (*fit, *(_tried(part, spec, folder) if part else ()))


def _tried(lessons: Sequence[LoggedInput], spec: Spec, folder: Path) -> list[LoggedInput]:
    trial = partial_path(folder / "trial.jsonl")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_text(_lines(lesson.to_case() for lesson in lessons), encoding="utf-8")
        load_cases(trial, spec)
    except SpecError as error:
        wrong = {problem.line for problem in error.problems}
        return [lesson for number, lesson in enumerate(lessons, start=1) if number not in wrong]
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        trial.unlink(missing_ok=True)
    return list(lessons)


def write_spec(store: Store, spec: Spec, selection: Selection) -> Spec:
    """The evolved spec, written and loaded again. Writing the same again changes nothing.

    Raises:
        OperatorError: the text of `spec` cannot be edited.
        SpecError: what it became breaks a rule.
        StoreError: it cannot be written.
    """
    folder = evolve_folder(store, spec.name)
    files = _evolved(spec, selection)
    home = folder / digest("e1", {**files}).partition(":")[2][:16]
    with locked_folder(folder):
        if not _holds(home, files):
            _write(home, files)
        return load_spec(home / f"{spec.name}.yaml")


def _write(home: Path, files: dict[str, str]) -> None:
    """Put `files` into the folder `home`, all of them or none. What breaks a rule of specs never gets its name."""
    partial = partial_path(home)
    try:
        _sweep(home.parent)
        partial.mkdir()
        for name, content in files.items():
            write_synced(partial / name, content)
        load_spec(next(partial.glob("*.yaml")))
        shutil.rmtree(home, ignore_errors=True)
        partial.rename(home)
        sync_folder(home.parent)
    except OSError as error:
        raise StoreError(f"{home} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """The folder of an evolution, made if need be; while it lasts, no other process writes a spec there or changes what is current.

    Raises:
        StoreError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = FileIO(folder / "lock", "a+")
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror or error}") from error
    with file, locked(file):
        yield


def kept_hidden(spec: Spec) -> tuple[HiddenCase, ...]:
    """The hidden cases that earlier evolutions left beside `spec`; none where there is no such file.

    Raises:
        SpecError: one does not fit the spec.
        StoreError: the file cannot be read.
    """
    path = spec.source.path.parent / _hidden_name(spec)
    return load_cases(path, spec) if path.is_file() else ()


def _sweep(folder: Path) -> None:
    """Remove what killed writers left behind."""
    for leftover in leftovers(folder):
        shutil.rmtree(leftover, ignore_errors=True)
        with suppress(OSError):
            leftover.unlink()


def save_proposal(proposal: Proposal) -> None:
    """Keep `proposal` beside its spec.

    Raises:
        StoreError: it cannot be written.
    """
    path = Path(proposal.spec).parent / _PROPOSAL
    try:
        write_atomic(path, json.dumps(asdict(proposal), indent=2) + "\n")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from error


def proposals(store: Store, name: str) -> tuple[Proposal, ...]:
    """All that were made, the oldest first. What cannot be read is none."""
    found = []
    for path in evolve_folder(store, name).glob(f"*/{_PROPOSAL}"):
        try:
            data = parse_json_object(path.read_text(encoding="utf-8"))
            proposal = Proposal(**{key: str(value) for key, value in data.items()})
            # The store may have been moved since; the spec still lies beside.
            here = Proposal(
                spec=str(path.parent / f"{name}.yaml"), base=proposal.base, candidate=proposal.candidate
            )
            found.append((path.stat().st_mtime_ns, here))
        except (OSError, ValueError, TypeError):
            continue
    return tuple(proposal for _, proposal in sorted(found, key=lambda item: item[0]))


def _tests_name(spec: Spec) -> str:
    return f"{spec.name}.evolved.tests.jsonl"


def _hidden_name(spec: Spec) -> str:
    return f"{spec.name}.evolved.hidden.jsonl"


def _evolved(spec: Spec, selection: Selection) -> dict[str, str]:
    """The files of the evolved spec, by name.

    What was declined is the hard part of the traffic. Among the tests it would decide over a threshold that is meant for all of it, and be looked at with
    every attempt; so new hidden cases lie in a file of their own, which only the comparison reads.
    """
    path = spec.source.path
    data = parse_yaml(spec.source.text, path=path).data
    assert isinstance(data, dict)
    hidden = _lines(
        [*map(_hidden_case, kept_hidden(spec)), *(lesson.to_case() for lesson in selection.hidden)]
    )
    tests, removed = "", frozenset[int]()
    file_of = data.get("tests")
    if isinstance(file_of, dict):
        tests = read_text(path.parent / str(file_of["file"]))
    elif file_of is None:
        held = {input_digest(case.input): case for case in spec.tests}
        removed = _indexes(data["examples"], held.keys())
        tests = _lines(_held_case(key, case) for key, case in held.items()) or hidden
        hidden = "" if tests == hidden else hidden
    change = SpecChange(
        version=next_version(spec.version),
        examples=[lesson.to_case() for lesson in selection.examples],
        removed=removed,
        tests_file=_tests_name(spec) if tests else None,
    )
    return {
        f"{spec.name}.yaml": edit_spec(spec.source.text, change, path=path),
        **({_tests_name(spec): tests} if tests else {}),
        **({_hidden_name(spec): hidden} if hidden else {}),
    }


def _indexes(examples: JsonValue, held: Container[str]) -> frozenset[int]:
    """Which of the examples in a spec are those that were held back: they go on being hidden."""
    assert isinstance(examples, list)
    return frozenset(
        index for index, case in enumerate(examples) if isinstance(case, dict) and _input_of(case) in held
    )


def _input_of(case: JsonObject) -> str:
    data = case["input"]
    assert isinstance(data, dict)
    return input_digest(data)


def _held_case(key: str, case: Case) -> JsonObject:
    """A case that was held back, under a name of its own: those of examples are counted anew without it."""
    return {**_hidden_case(case), "id": f"held-{key.partition(':')[2][:16]}"}


def _hidden_case(case: Case) -> JsonObject:
    answer: JsonObject = {"abstain": True} if case.output is None else {"output": case.output}
    given: JsonObject = {"given": {**case.given}} if case.given else {}
    return {"id": case.case_id, "input": case.input, **answer, **given}


def _lines(cases: Iterable[JsonObject]) -> str:
    return "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)


def _holds(home: Path, files: dict[str, str]) -> bool:
    """Whether the folder is there with those very files."""
    try:
        return all((home / name).read_bytes() == content.encode() for name, content in files.items())
    except OSError:
        return False


def find_proposal(store: Store, name: str, approved: str, base: str) -> Proposal:
    """The candidate whose digest begins with `approved`, made against the artifact `base`.

    Raises:
        OperatorError: there is none.
    """
    digits = approved.removeprefix("a1:")
    known = proposals(store, name)
    found = [item for item in known if item.candidate.removeprefix("a1:").startswith(digits)]
    here = [item for item in found if item.base == base]
    if here:
        return here[-1]
    if found:
        raise OperatorError(
            f"the candidate {found[-1].candidate[:15]} was compared with {found[-1].base[:15]}, and {base[:15]} is current now; run evolve again."
        )
    candidates = ", ".join(item.candidate[:15] for item in known if item.base == base)
    raise OperatorError(
        f"'{approved}' is no candidate of {name}; "
        + (
            f"these are: {candidates}."
            if candidates
            else "there is none yet: run evolve without --approve first."
        )
    )
