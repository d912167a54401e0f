"""Coverage that WebAssembly reports against what coverage.py measures in the jail, line for line and branch for branch."""

from __future__ import annotations

from textwrap import dedent

import pytest

from compiled_ai.artifact.workflow import PlannedStep, Workflow
from compiled_ai.sandbox.jail import Jail, missing_layers
from compiled_ai.sandbox.model import CoverageFacts, Sandbox, SandboxCase, SandboxJob
from compiled_ai.sandbox.unconfined import Unconfined
from compiled_ai.sandbox.wasm import WasmSandbox
from compiled_ai.sandbox.wasm_coverage import coverage_facts

WORKFLOW = Workflow(
    name="probe",
    version="1",
    input_schema={},
    output_schema={},
    steps=(PlannedStep(id="run", kind="code", takes=("n",), output_schema={}),),
    returns=("n",),
)

SOURCES = {
    "if": """
        def run(data):
            if data["n"] > 1:
                return {"n": 1}
            return {"n": 0}  # pragma: no cover
    """,
    "if without else at the end": """
        def run(data):
            found = {}
            if data["n"] > 1:
                found["n"] = 1
            return found
    """,
    "loops": """
        def run(data):
            total = 0
            for number in range(data["n"]):
                if number == 1:
                    continue
                if number > 5:
                    break
                total += number
            else:
                total = -total
            while total > 100:
                total -= 1
            return {"n": total}
    """,
    "conditions over lines": """
        def run(data):
            if (
                data["n"] > 1
                and data["n"] < 3
                or data["n"] == 7
            ):
                value = (
                    1
                    + data["n"]
                )
            else:
                value = [
                    number
                    for number in range(3)
                    if number != data["n"]
                ]
            return {
                "n": value,
            }
    """,
    "handlers": """
        def read(text):
            try:
                return int(text)
            except (ValueError, TypeError):
                return None
            except KeyError:
                return 1

        def run(data):
            values = [read(text) for text in ("1", "x")]
            try:
                never = values[7]
            except IndexError:
                return {"n": values}
            else:
                return {"n": never}
    """,
    "match": """
        def run(data):
            match data["n"]:
                case 1:
                    return {"n": "one"}
                case 2 | 3:
                    return {"n": "few"}
                case int(number) if number > 100:
                    return {"n": "many"}
                case _:
                    return {"n": "some"}
    """,
    "match over lines": """
        def run(data):
            match (
                data["n"],
                data["n"],
            ):
                case (
                    1,
                    1,
                ):
                    return {
                        "n": "one",
                    }
                case (2, number):
                    answer = number
                case _:
                    answer = 3
            return {"n": answer}
    """,
    "types": """
        \"\"\"Docstring.\"\"\"
        from __future__ import annotations
        from typing import NamedTuple, TypedDict

        class Input(TypedDict):
            \"\"\"Docstring.\"\"\"
            n: int
            text: str

        class Point(NamedTuple):
            x: int
            y: int = 2

        LIMITS: dict[str, int] = {"a": 1}
        LATER: int

        def helper(
            a: int,
            b: int = 2,
        ) -> int:
            \"\"\"Docstring.\"\"\"
            return a + b

        def unused() -> int:
            return 1

        def run(data: Input) -> dict[str, int]:
            return {"n": helper(Point(data["n"]).y)}
    """,
    "annotations without the future import": """
        from typing import NamedTuple, TypedDict

        class Input(TypedDict):
            n: int
            text: str

        class Point(NamedTuple):
            x: int
            y: int = 2

        def run(data: Input) -> Input:
            x: int = data["n"]
            return {"n": Point(x).y, "text": ""}
    """,
    "lambdas and comprehensions": """
        KEY = lambda text: len(text)

        def run(data):
            unused = lambda: (
                1
            )
            pairs = {text: number for number, text in enumerate("abc") if number}
            return {"n": sorted(pairs, key=KEY), "any": any(text == "b" for text in pairs)}
    """,
    "conditional expression": """
        def run(data):
            a = 1 if data["n"] > 1 else 2
            b = (data["n"] and
                 data["n"] > 1)
            return {"n": [a, b]} if a else {}
    """,
    "crash": """
        def run(data):
            if data["n"] == 1:
                raise ValueError
            x = 1 // (data["n"] - 2)
            return {"n": x}
    """,
    "nested functions": """
        def run(data):
            def inner(number):
                if number:
                    return 1
                return 2
            if data["n"] > 100:
                def never():
                    return 1
                return never()
            return {"n": inner(data["n"])}
    """,
    "while true": """
        def run(data):
            n = data["n"]
            while True:
                n += 1
                if n > 5:
                    break
            while n:
                n -= 1
            return {"n": n}
    """,
    "one line": """
        def run(data):
            if data["n"] > 1: return {"n": 1}
            for x in (): pass
            return {"n": 0}
    """,
    "nothing": "def run(data):\n    return {}",
}


def measure(sandbox: Sandbox, source: str, numbers: tuple[int, ...]) -> CoverageFacts | None:
    cases = tuple(SandboxCase(case_id=str(n), input={"n": n}, given={}) for n in numbers)
    return sandbox.run(SandboxJob(source=source, workflow=WORKFLOW, cases=cases, coverage=True)).coverage


@pytest.mark.parametrize("numbers", [(), (2,), (1, 2, 200)], ids=["no case", "one", "three"])
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_figures_are_those_of_coverage_py(source: str, numbers: tuple[int, ...]) -> None:
    source = dedent(source).lstrip()
    process: Sandbox = Unconfined() if missing_layers() else Jail()
    wasm = measure(WasmSandbox(), source, numbers)
    assert wasm is not None
    assert wasm == measure(process, source, numbers)


def test_comment_does_not_take_lines_out_of_the_count() -> None:
    facts = measure(WasmSandbox(), dedent(SOURCES["if"]).lstrip(), (2,))
    assert facts == CoverageFacts(lines=0.75, branches=0.5, missing_lines=(4,))


@pytest.mark.parametrize(
    "reached",
    [
        None,
        {},
        {"lines": [1]},
        {"lines": ["1"], "arcs": []},
        {"lines": [1], "arcs": [[1]]},
        {"lines": [True], "arcs": []},
        {"lines": [2**40], "arcs": []},
        {"lines": [1], "arcs": [[1, "2"]]},
    ],
)
def test_figures_of_another_form_are_none(reached: object) -> None:
    assert coverage_facts("x = 1\n", reached) is None


def test_source_that_cannot_be_read_has_no_figures() -> None:
    assert coverage_facts("def run(:", {"lines": [1], "arcs": []}) is None
