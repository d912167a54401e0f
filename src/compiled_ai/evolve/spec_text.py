"""Adding cases to the text of a spec: it is edited, not written anew, so that comments, order and style stay as the author left them.

Whatever the edit gave is parsed again and compared with what it should say; a text that does not say it is never used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from compiled_ai.errors import OperatorError, SpecError
from compiled_ai.spec.canonical import JsonObject, JsonValue, canonical_json
from compiled_ai.spec.yaml_source import parse_yaml

_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON may hold as it is and YAML may not, or takes for an end of line."""
_BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True)
class SpecChange:
    """What becomes of a spec."""

    version: str
    examples: Sequence[JsonObject]
    """Cases put at the end of the examples."""
    removed: frozenset[int] = frozenset()
    """Indexes of examples that are taken out: they are hidden cases from now on."""
    tests_file: str | None = None
    """Where the tests are from now on. None: where they were."""


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: str = field(repr=False)


def next_version(version: str) -> str:
    """The patch after `version`."""
    major, minor, patch = version.split(".")
    return f"{major}.{minor}.{int(patch) + 1}"


def edit_spec(text: str, change: SpecChange, *, path: Path) -> str:
    """`text` with `change`, all else as it was. `path` names it in errors.

    Raises:
        OperatorError: it is written in a way that cannot be edited; says what would help.
    """
    text = text.removeprefix("\ufeff")
    wanted = canonical_json(_changed(parse_yaml(text, path=path).data, change))
    with suppress(SpecError, yaml.YAMLError, LookupError, TypeError, StopIteration):
        edited = _edited(text, change)
        if canonical_json(parse_yaml(edited, path=path).data) == wanted:
            return edited
    raise OperatorError(
        f"{path}: cases cannot be added to this text without changing more of it. Write `examples` as a plain list, one `- ` a case, "
        "without anchors, and keep tests in a file (`tests: {file: cases.jsonl}`)."
    )


def fits_yaml(case: JsonObject) -> bool:
    """Whether `case` stands in YAML as it is: there are numbers and depths that a spec refuses."""
    try:
        data = parse_yaml(f"- {_flow(case)}\n", path=Path("case")).data
        return canonical_json(data) == canonical_json([case])
    except (SpecError, ValueError, RecursionError):
        return False


def _changed(data: JsonValue, change: SpecChange) -> JsonObject:
    """What the new text must say."""
    assert isinstance(data, dict)
    examples = data["examples"]
    assert isinstance(examples, list)
    kept = [case for index, case in enumerate(examples) if index not in change.removed]
    changed: JsonObject = {**data, "version": change.version, "examples": [*kept, *change.examples]}
    if change.tests_file is not None:
        changed["tests"] = {"file": change.tests_file}
    return changed


def _edited(text: str, change: SpecChange) -> str:
    root = yaml.compose(text, Loader=_BaseLoader)
    if not isinstance(root, yaml.MappingNode):
        raise TypeError
    keys = {key.value: (key, value) for key, value in root.value}
    edits = []
    before_examples: list[tuple[str, JsonValue]] = []
    if "version" in keys:
        edits.append(_replaced(keys["version"][1], json.dumps(change.version)))
    else:
        before_examples.append(("version", change.version))
    if change.tests_file is not None and "tests" in keys:
        edits.append(_replaced(_child(keys["tests"][1], "file"), json.dumps(change.tests_file)))
    elif change.tests_file is not None:
        before_examples.append(("tests", {"file": change.tests_file}))
    if before_examples:
        edits.append(_new_keys(root, keys["examples"][0], before_examples))
    edits += _cases(text, keys["examples"][1], change.examples)
    edits += _removals(text, keys["examples"][1], change.removed)
    for edit in sorted(edits, key=lambda item: (item.start, item.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _replaced(node: yaml.Node, text: str) -> _Edit:
    if not isinstance(node, yaml.ScalarNode) or node.style in {"|", ">"}:
        raise TypeError
    return _Edit(node.start_mark.index, node.end_mark.index, text if node.style else text.strip('"'))


def _child(node: yaml.Node, name: str) -> yaml.Node:
    if not isinstance(node, yaml.MappingNode):
        raise TypeError
    found: yaml.Node = next(value for key, value in node.value if key.value == name)
    return found


def _new_keys(root: yaml.MappingNode, before: yaml.Node, items: list[tuple[str, JsonValue]]) -> _Edit:
    """New keys in front of an old one, in the style of the mapping."""
    start = before.start_mark
    if root.flow_style:
        text = "".join(f"{json.dumps(key)}: {_flow(value)}, " for key, value in items)
    else:
        text = "".join(f"{key}: {_plain(value)}\n{' ' * start.column}" for key, value in items)
    return _Edit(start.index, start.index, text)


def _plain(value: JsonValue) -> str:
    """A value as one writes it by hand."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(item)}" for key, item in value.items()) + "}"
    return str(value)


def _cases(text: str, node: yaml.Node, cases: Sequence[JsonObject]) -> list[_Edit]:
    if not cases:
        return []
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise TypeError
    if node.flow_style:
        end = node.end_mark.index - 1
        return [_Edit(end, end, "".join(f", {_flow(case)}" for case in cases))]
    return [_behind(text, node, cases)]


def _behind(text: str, node: yaml.SequenceNode, cases: Sequence[JsonObject]) -> _Edit:
    """Behind the last item: on the line after its last value."""
    leaf: yaml.Node = node.value[-1]
    while isinstance(leaf, yaml.CollectionNode) and not leaf.flow_style and leaf.value:
        last = leaf.value[-1]
        leaf = last[1] if isinstance(last, tuple) else last
    mark = leaf.end_mark
    place = mark.index if mark.column == 0 else text.find("\n", mark.index) + 1
    lead = "" if place else "\n"
    place = place or len(text)
    dash = " " * node.start_mark.column
    return _Edit(place, place, lead + "".join(f"{dash}- {_flow(case)}\n" for case in cases))


def _removals(text: str, node: yaml.Node, indexes: frozenset[int]) -> list[_Edit]:
    """The lines of the items at `indexes`, up to where the next item begins or the last value ends."""
    if not indexes:
        return []
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise TypeError
    edits = []
    for index in sorted(indexes):
        start = _line_start(text, node.value[index].start_mark.index)
        if index + 1 < len(node.value):
            end = _line_start(text, node.value[index + 1].start_mark.index)
        else:
            end = _behind(text, node, ()).start
        edits.append(_Edit(start, end, ""))
    return edits


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _flow(value: JsonValue) -> str:
    """`value` on one line, as JSON that is YAML too."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
