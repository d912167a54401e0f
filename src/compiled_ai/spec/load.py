"""Loading a spec: YAML to a checked `Spec`, every problem with its file, line and a way out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compiled_ai.errors import StoreError
from compiled_ai.spec._accuracy import Expectations, read_accuracy
from compiled_ai.spec._cases import CaseReader, CaseRules
from compiled_ai.spec._compliance import check_compliance
from compiled_ai.spec._fallbacks import read_fallbacks
from compiled_ai.spec._gates import read_gates
from compiled_ai.spec._monitoring import read_monitor
from compiled_ai.spec._problems import Problems
from compiled_ai.spec._quarantine import check_quarantine
from compiled_ai.spec._steps import StepReader
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest
from compiled_ai.spec.cases import HiddenCase, VisibleCase, hold_back
from compiled_ai.spec.document import SpecDocument, StepDocument, TestsFile
from compiled_ai.spec.given import loops_around
from compiled_ai.spec.model import BoundedStep, EffectStep, Limits, Spec, SpecSource, Step
from compiled_ai.spec.schema import Checker, SchemaProblem, expand_object, place_text, suggest
from compiled_ai.spec.yaml_source import YamlDocument, parse_yaml

MAX_BYTES = 20_000_000
"""Size of a spec or tests file that is still read."""


def load_spec(path: Path | str) -> Spec:
    """The spec in the file at `path`, with its hidden cases.

    Raises:
        SpecError: the file breaks a rule; carries every problem found.
        StoreError: the file cannot be read.
    """
    path = Path(path)
    return parse_spec(read_text(path), path=path)


def parse_spec(text: str, *, path: Path, reads_tests: bool = True) -> Spec:
    """The spec in `text`; `path` names it in messages and is the base of relative paths. Its tests file is left out unless `reads_tests`, which changes the digest.

    Raises:
        SpecError: the text breaks a rule; carries every problem found.
        StoreError: its tests file cannot be read.
    """
    document = parse_yaml(text, path=path)
    problems = Problems(document)
    input_schema = _schema(problems, "input")
    output_schema = _schema(problems, "output")
    parsed = problems.validate(SpecDocument)
    step_reader = StepReader(problems, input_schema=input_schema, output_schema=output_schema)
    steps = step_reader.read(parsed.steps)
    fallback, step_fallbacks = read_fallbacks(problems, parsed, steps)
    monitor = read_monitor(problems, parsed, fallback)
    accuracy = read_accuracy(problems, parsed.accuracy, output_schema)
    rules = CaseRules(
        inputs=Checker(input_schema),
        outputs=Checker(output_schema),
        outside=_outside(steps),
        loops=loops_around(step_reader.flow) if step_reader.flow else {},
        expectations=Expectations(accuracy),
    )
    reader = CaseReader(problems, rules)
    examples = reader.read(parsed.examples, ("examples",), kind=VisibleCase)
    tests = _read_tests(problems, reader, parsed, reads_file=reads_tests)
    check_compliance(
        problems, parsed, input_schema=input_schema, output_schema=output_schema, steps=steps, tests=tests
    )
    gates = read_gates(problems, parsed)
    if gates is not None and gates.quarantine:
        check_quarantine(problems, parsed, steps)
    problems.raise_if_any()
    held_back = 0
    if parsed.tests is None:
        examples, tests = hold_back(examples)
        held_back = len(tests)
    return Spec(
        name=parsed.name,
        version=parsed.version,
        description=parsed.description.strip(),
        instructions=parsed.instructions.strip(),
        input_schema=input_schema,
        output_schema=output_schema,
        steps=steps,
        flow=step_reader.flow,
        compliance=parsed.blocks,
        retention_days=parsed.retention_days,
        decision_log=parsed.decision_log,
        gates=parsed.gates_said,
        examples=examples,
        tests=tests,
        held_back=held_back,
        accuracy=accuracy,
        fallback=fallback,
        step_fallbacks=step_fallbacks,
        monitor=monitor,
        limits=Limits(**parsed.limits.model_dump()),
        expected_executions=parsed.expected_executions,
        source=SpecSource(path=path, text=text, digest=_digest(document, tests)),
    )


def load_cases(path: Path, spec: Spec) -> tuple[HiddenCase, ...]:
    """Further hidden cases of `spec` from a JSONL file: held out, because no compilation reads them.

    Raises:
        SpecError: a line is not a case of this spec, or repeats one of the spec's own cases.
        StoreError: the file cannot be read.
    """
    problems = Problems(YamlDocument(path=path, text="", data={}, marks={}))
    rules = CaseRules(
        inputs=Checker(spec.input_schema),
        outputs=Checker(spec.output_schema),
        outside=_outside(spec.steps),
        loops=loops_around(spec.flow) if spec.flow else {},
        expectations=Expectations(spec.accuracy),
    )
    reader = CaseReader(problems, rules)
    reader.remember((*spec.examples, *spec.tests))
    cases = reader.read_lines(read_text(path), path=path, kind=HiddenCase, prefix="heldout")
    problems.raise_if_any()
    return cases


def read_steps(
    documents: Sequence[StepDocument], *, input_schema: JsonObject, output_schema: JsonObject, path: Path
) -> tuple[Step, ...]:
    """Steps that do not come from a file, such as a planner's, checked like those of a spec. `path` names them in messages.

    Raises:
        SpecError: a step breaks a rule.
    """
    problems = Problems(YamlDocument(path=path, text="", data={}, marks={}))
    steps = StepReader(problems, input_schema=input_schema, output_schema=output_schema).read(documents)
    problems.raise_if_any()
    return steps


def read_text(path: Path) -> str:
    """The UTF-8 text of the file at `path`.

    Raises:
        StoreError: there is no such file, or it is no text of a reasonable size.
    """
    try:
        with path.open("rb") as file:  # not stat(): a device or a pipe has no size, and may have no end
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise StoreError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB; is this the right file?")
        return content.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise StoreError(f"{path} does not exist.{_near(path)}") from error
    except IsADirectoryError as error:
        raise StoreError(f"{path} is a folder, not a file.") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # a null byte in the path
        raise StoreError(f"{str(path)!r} cannot be the path of a file: {error}.") from error


def _near(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f" Nor does the folder {folder}."
    try:
        names = sorted(item.name for item in folder.iterdir() if item.suffix == (path.suffix or ".yaml"))
    except OSError:  # a folder that we may not list gives no suggestion
        return ""
    return suggest(path.name, names) or (f" Files there: {', '.join(names[:8])}." if names else "")


def _outside(steps: Sequence[Step]) -> dict[str, Checker]:
    """What the steps may give that a model or an effect answers, by id."""
    return {
        step.id: Checker(step.output_schema) for step in steps if isinstance(step, BoundedStep | EffectStep)
    }


def _schema(problems: Problems, side: str) -> JsonObject:
    """The schema of one side, read before the shape of the whole is checked, so that one run reports both."""
    data = problems.document.data
    value = data.get(side) if isinstance(data, dict) else None
    if not isinstance(value, dict):
        return {"type": "object"}
    try:
        return expand_object(value)
    except SchemaProblem as problem:
        place = (side, *problem.place)
        problems.add(place, f"{place_text(place)}: {problem.message}", at_key=problem.at_key)
        return {"type": "object"}


def _read_tests(
    problems: Problems, reader: CaseReader, parsed: SpecDocument, *, reads_file: bool
) -> tuple[HiddenCase, ...]:
    if parsed.tests is None or (isinstance(parsed.tests, TestsFile) and not reads_file):
        return ()
    if not isinstance(parsed.tests, TestsFile):
        return reader.read(parsed.tests, ("tests",), kind=HiddenCase)
    path = problems.document.path.parent / parsed.tests.file
    try:
        return reader.read_lines(read_text(path), path=path, kind=HiddenCase, prefix="test")
    except StoreError as error:
        problems.add(("tests", "file"), f"tests.file: {error} The path is relative to the spec.")
        return ()


def _digest(document: YamlDocument, tests: tuple[HiddenCase, ...]) -> str:
    cases: list[JsonValue] = [
        {"id": case.case_id, "input": case.input, "output": case.output, "given": {**case.given}}
        for case in tests
    ]
    return digest("s1", {"spec": document.data, "tests": cases})
