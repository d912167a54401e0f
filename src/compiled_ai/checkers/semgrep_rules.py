"""Our semgrep rules: one file per weakness, and beside it known-bad code in which each of its rules must fire."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml

from compiled_ai.errors import MissingToolError

RULES: Final = Path(__file__).parent / "rules"
"""The rules that come with the product: ``cwe-89.yaml`` and the like, and their samples in ``samples/cwe-89.py``."""

SHARED: Final = "blocks.yml"
"""Patterns that several rules use, by name: ``block: NAME`` in a rule stands for them. A rule file may have ``blocks`` of its own."""

Severity = Literal["LOW", "MEDIUM", "HIGH"]

_SEVERITIES: Final[Mapping[object, Severity]] = {"ERROR": "HIGH", "WARNING": "MEDIUM", "INFO": "LOW"}
_EXPECTATION: Final = re.compile(r"# found: (?P<rules>[\w.-]+(?:, *[\w.-]+)*)$")
_FINE: Final = re.compile(r"# fine$")
_MEND: Final = "install compiled-ai again, or correct the rule file"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What we say of a rule when it fires."""

    name: str
    severity: Severity
    cwe: int | None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Known-bad code, and what must and must not be found in it."""

    name: str
    source: str
    expected: frozenset[tuple[str, int]]
    """Rule and line."""
    fine: frozenset[int]
    """Lines on which no rule may fire."""


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """All rules of a folder, as semgrep reads them and as we speak of them."""

    rules: Mapping[str, Rule]
    document: str
    """One JSON document with every rule, for semgrep."""
    samples: tuple[Sample, ...]
    digest: str
    """Of the rules and the samples."""


@cache
def load_rules(folder: Path = RULES) -> RuleSet:
    """The rules and samples in `folder`, read once per process.

    Raises:
        MissingToolError: a file is absent, unreadable or breaks the form, or a rule has no sample that it must be found in.
    """
    try:
        texts = _texts(folder.glob("*.yaml"))
        shared = _texts(folder.glob(SHARED))
        sources = _texts((folder / "samples").glob("*.py"))
    except (OSError, UnicodeDecodeError) as error:
        raise MissingToolError(f"the semgrep rules in {folder} cannot be read ({error}); {_MEND}") from error
    if not texts:
        raise MissingToolError(f"there are no semgrep rules in {folder}; {_MEND}")
    blocks = {name: block for file, text in shared.items() for name, block in _document(file, text).items()}
    raw = [(name, rule) for name, text in texts.items() for rule in _raw_rules(name, text, blocks)]
    rules: dict[str, Rule] = {}
    for name, entry in raw:
        rule = _rule(name, entry)
        if rules.setdefault(rule.name, rule) is not rule:
            raise MissingToolError(f"{name}: the rule {rule.name!r} is there twice; {_MEND}")
    samples = tuple(_sample(name, source) for name, source in sources.items())
    _refuse_gaps(rules, samples)
    files = sorted([*texts.items(), *shared.items(), *sources.items()])
    return RuleSet(
        rules=rules,
        document=json.dumps({"rules": [entry for _, entry in raw]}),
        samples=samples,
        digest=hashlib.sha256(repr(files).encode()).hexdigest(),
    )


def _texts(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(paths)}


def _document(name: str, text: str) -> dict[str, object]:
    try:
        document = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader, written in C where there is one
    except yaml.YAMLError as error:
        raise MissingToolError(f"{name} is no YAML ({error}); {_MEND}") from error
    if not isinstance(document, dict):
        raise MissingToolError(f"{name} holds no mapping; {_MEND}")
    return document


def _raw_rules(name: str, text: str, shared: Mapping[str, object]) -> list[dict[str, object]]:
    document = _document(name, text)
    own = document.get("blocks") or {}
    blocks = {**shared, **(own if isinstance(own, dict) else {})}
    try:
        entries = _expanded(document.get("rules"), blocks)
    except KeyError as error:
        raise MissingToolError(f"{name}: there is no block {error}; {_MEND}") from error
    except RecursionError as error:
        raise MissingToolError(f"{name}: a block holds itself; {_MEND}") from error
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise MissingToolError(f"{name} holds no list of rules; {_MEND}")
    return entries


def _expanded(node: object, blocks: Mapping[str, object]) -> object:
    """`node` with each ``block: NAME`` replaced by what has that name; in a list, a block that is a list is spliced in."""
    if isinstance(node, dict):
        if node.keys() == {"block"}:
            return _expanded(blocks[node["block"]], blocks)
        return {key: _expanded(value, blocks) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    items: list[object] = []
    for item in node:
        expanded = _expanded(item, blocks)
        if isinstance(item, dict) and item.keys() == {"block"} and isinstance(expanded, list):
            items += expanded
        else:
            items.append(expanded)
    return items


def _rule(name: str, entry: Mapping[str, object]) -> Rule:
    identity, severity = entry.get("id"), _SEVERITIES.get(entry.get("severity"))
    metadata = entry.get("metadata") or {}
    cwe = metadata.get("cwe") if isinstance(metadata, dict) else metadata
    if not isinstance(identity, str):
        raise MissingToolError(f"{name}: a rule has no id; {_MEND}")
    if severity is None:
        known = ", ".join(map(str, _SEVERITIES))
        raise MissingToolError(
            f"{name}: {identity} has severity {entry.get('severity')!r}; known are {known}; {_MEND}"
        )
    if cwe is not None and not isinstance(cwe, int):
        raise MissingToolError(f"{name}: {identity} has cwe {cwe!r}, which is no whole number; {_MEND}")
    return Rule(name=identity, severity=severity, cwe=cwe)


def _sample(name: str, source: str) -> Sample:
    lines = list(enumerate(source.splitlines(), start=1))
    return Sample(
        name=name,
        source=source,
        expected=frozenset(
            (rule.strip(), number)
            for number, line in lines
            if (match := _EXPECTATION.search(line))
            for rule in match["rules"].split(",")
        ),
        fine=frozenset(number for number, line in lines if _FINE.search(line)),
    )


def _refuse_gaps(rules: Mapping[str, Rule], samples: Iterable[Sample]) -> None:
    shown = {rule for sample in samples for rule, _ in sample.expected}
    for words, names in (
        ("have no line '# found: RULE' in a sample", rules.keys() - shown),
        ("are expected in a sample, but not written", shown - rules.keys()),
    ):
        if names:
            raise MissingToolError(f"the semgrep rules {', '.join(sorted(names))} {words}; {_MEND}")
