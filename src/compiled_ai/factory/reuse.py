"""Code of an earlier version of a spec whose step did not change: taken over, and validated like any other."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from compiled_ai._version import __version__
from compiled_ai.artifact import Store, load_artifact
from compiled_ai.errors import ArtifactError
from compiled_ai.factory._statement_order import in_order, reachable
from compiled_ai.factory._statements import Statement, split_statements
from compiled_ai.factory.plan import CodeTask, Plan
from compiled_ai.spec.canonical import JsonObject, digest
from compiled_ai.spec.model import Brief


@dataclass(frozen=True, kw_only=True)
class StandingCode:
    """What an earlier artifact gives to a plan."""

    steps: frozenset[str]
    """Ids of the steps that it holds."""
    body: str
    """Imports, constants, helpers and the functions of those steps."""
    artifact: str
    """Identity of the artifact that it is from."""


def step_signature(task: CodeTask, brief: Brief) -> str:
    """A digest of all that the code of a step rests on: its types and instructions, and the task. Cases are not among it: validation runs them.

    An artifact of another compiler or other modules is refused when it is loaded.
    """
    return digest(
        "t1",
        {
            "compiler": __version__,
            "step": task.types.step_id,
            "types": task.types.source(),
            "signature": task.types.signature,
            "template": task.template.name,
            "instructions": task.instructions,
            "description": brief.description,
            "task": brief.instructions,
            "compliance": list(brief.compliance),
        },
    )


def signatures(plan: Plan, brief: Brief) -> JsonObject:
    """The signature of every code step, for the manifest."""
    return {task.types.step_id: step_signature(task, brief) for task in plan.code}


def find_standing_code(
    store: Store, name: str, plan: Plan, brief: Brief, *, apart_from: frozenset[str] = frozenset()
) -> StandingCode | None:
    """The steps of `plan`, `apart_from` some, that the current artifact called `name` holds already; None when it holds none of them."""
    try:
        artifact = load_artifact(store.find(name))
    except ArtifactError:
        return None
    if artifact.manifest.compiler != __version__:
        return None
    stored = artifact.manifest.compilation.get("steps")
    known = stored if isinstance(stored, dict) else {}
    wanted = signatures(plan, brief)
    same = [
        step for step, signature in wanted.items() if known.get(step) == signature and step not in apart_from
    ]
    if not same:
        return None
    body = _body(artifact.source, same, plan)
    return (
        StandingCode(steps=frozenset(same), body=body, artifact=artifact.manifest.artifact) if body else None
    )


def _body(source: str, steps: list[str], plan: Plan) -> str:
    """What `steps` need of `source`, without the types and tables that the plan brings itself.

    Empty when it cannot be told apart, and when a name that the steps use means something else in the plan: a type or table of another content, or
    another step.
    """
    statements = split_statements(source)
    brought = {
        name: ast.dump(item.node) if item.node else ""
        for text in (*(types.source() for types in plan.types), *plan.rules)
        for item in split_statements(text)
        for name in item.names
    }
    others = {task.types.step_id for task in plan.code} - set(steps)
    own = [
        item
        for item in statements
        if item.names and not item.is_import and not set(item.names) & brought.keys()
    ]
    if any(item.is_broken for item in own) or not set(steps) <= {name for item in own for name in item.names}:
        return ""
    needed = in_order(reachable(own, steps))
    read = {name for item in needed for name in item.reads}
    if any(set(item.names) & others for item in needed) or any(
        ast.dump(item.node) != brought[name]
        for item in statements
        if item.node is not None and not item.is_import
        for name in item.names
        if name in brought and name in read
    ):
        return ""
    return "\n\n\n".join(item.text for item in (*_imports(statements, needed), *needed))


def _imports(statements: list[Statement], needed: list[Statement]) -> list[Statement]:
    read = {name for item in needed for name in item.reads}
    narrowed = [
        item.narrowed(lambda alias: (alias.asname or alias.name.partition(".")[0]) in read)
        for item in statements
        if item.is_import
    ]
    return [item for item in narrowed if item is not None]
