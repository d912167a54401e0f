"""Names of tools that every provider takes."""

from __future__ import annotations

from compiled_ai.bench.frameworks._names import SafeTask
from compiled_ai.bench.model import Task, Tool


def safe(*names: str) -> SafeTask:
    tools = tuple(Tool(name=name, description="", parameters={}, submits=True) for name in names)
    return SafeTask(Task(task_id="t", instructions="", output_schema={}, form="calls", tools=tools))


def test_names_lose_what_is_refused_and_come_back() -> None:
    named = safe("math.add", "größe", "plain-1_x")

    assert [tool.name for tool in named.task.tools] == ["math_add", "gr__e", "plain-1_x"]
    assert [named.original(tool.name) for tool in named.task.tools] == ["math.add", "größe", "plain-1_x"]
    assert all(tool.submits for tool in named.task.tools)


def test_names_that_become_the_same_are_told_apart() -> None:
    named = safe("a.b", "a_b", "a b", "x" * 70, "x" * 71, "")

    sent = [tool.name for tool in named.task.tools]
    assert sent[:3] == ["a_b", "a_b_2", "a_b_3"]
    assert sent[3:] == ["x" * 64, "x" * 62 + "_2", "tool"]
    assert named.original("a_b_3") == "a b"


def test_a_name_that_no_tool_has_stays() -> None:
    assert safe("a.b").original("invented") == "invented"
