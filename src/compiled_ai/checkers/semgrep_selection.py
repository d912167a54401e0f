"""Fewer rules for one text: those that could match it, judged by the words that their patterns contain.

Semgrep reads every rule that it is handed, 0.1 s for ours, before it looks at a text of which most rules cannot match a
word. A pattern matches code only if its names and plain strings occur in the text: also an imported name does, in the
import. The same holds for a regular expression that lists names, and for one that a rule gives as ``needs`` in its
metadata. So a rule whose words are absent may be left out, and the answer stays the same.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from compiled_ai.checkers.semgrep_rules import RuleSet


@dataclass(frozen=True, kw_only=True)
class _Text:
    """What a rule is compared with."""

    whole: str
    words: frozenset[str]


_Need = Callable[[_Text], bool]
"""Says whether a pattern could match a text."""

_QUOTED: Final = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
_STRING: Final = re.compile(rf"(?:\b[rbfuRBFU]{{1,2}})?({_QUOTED})")
_PLAIN: Final = re.compile(r"\$?[a-z][\w -]*$|-\w$|[A-Z][\w -]*$")
_NAME: Final = re.compile(r"\$?[A-Za-z_]\w*")
_WORD: Final = re.compile(r"\w+")
_NAMES: Final = re.compile(r"\^(?:\.\*\\b)?\((\w+(?:\|\w+)*)\)\$")
"""A regular expression that lists the names that an expression may end with."""


def select_rules(rules: RuleSet, texts: Sequence[str]) -> RuleSet:
    """The part of `rules` that could match one of `texts`; never empty."""
    whole = "\n".join(texts)
    text = _Text(whole=whole, words=frozenset(_WORD.findall(whole)))
    needs = _needs(rules.document)
    chosen = [entry for entry, need in needs if need(text)] or [needs[0][0]]
    return replace(
        rules,
        rules={name: rules.rules[name] for name in (str(entry["id"]) for entry in chosen)},
        document=json.dumps({"rules": chosen}),
    )


@cache
def _needs(document: str) -> list[tuple[dict[str, object], _Need]]:
    return [(entry, _rule_need(entry)) for entry in json.loads(document)["rules"]]


def _rule_need(entry: dict[str, object]) -> _Need:
    metadata = entry.get("metadata")
    wanted = metadata.get("needs") if isinstance(metadata, dict) else None
    needs = [_regex_need(wanted)] if isinstance(wanted, str) else []
    if entry.get("mode") == "taint":
        needs += [_any_of(entry.get("pattern-sources")), _any_of(entry.get("pattern-sinks"))]
    else:
        needs.append(_formula_need(entry))
    return _all(needs)


def _formula_need(formula: object) -> _Need:
    """Of a mapping that may hold several operators, all of which must match; one that we do not know needs nothing."""
    if not isinstance(formula, dict):
        return _always
    needs: list[_Need] = []
    for operator, value in formula.items():
        if operator in {"pattern", "pattern-inside"} and isinstance(value, str):
            needs.append(_words_need(value))
        elif operator == "patterns" and isinstance(value, list):
            needs += map(_formula_need, value)
        elif operator == "pattern-either":
            needs.append(_any_of(value))
        elif operator == "metavariable-regex" and isinstance(value, dict):
            needs.append(_names_need(str(value.get("regex"))))
    return _all(needs)


def _any_of(items: object) -> _Need:
    if not isinstance(items, list):
        return _always
    needs = [_formula_need(item) for item in items]
    return lambda text: any(need(text) for need in needs)


def _all(needs: Sequence[_Need]) -> _Need:
    return lambda text: all(need(text) for need in needs)


def _regex_need(regex: str) -> _Need:
    compiled = re.compile(regex)
    return lambda text: compiled.search(text.whole) is not None


def _names_need(regex: str) -> _Need:
    match = _NAMES.fullmatch(regex)
    if match is None:
        return _always
    names = frozenset(match[1].split("|"))
    return lambda text: not names.isdisjoint(text.words)


def _words_need(pattern: str) -> _Need:
    strings = [match[1][1:-1] for match in _STRING.finditer(pattern)]
    names = {name for name in _NAME.findall(_STRING.sub(" ", pattern)) if not name.startswith("$")}
    plain = {word for string in strings if _PLAIN.match(string) for word in _WORD.findall(string)}
    needed = frozenset((names | plain) - set(keyword.kwlist))
    decorated = _regex_need(r"@[^\n(]+\(") if re.match(r"@\$\w+\.\$?\w+\(", pattern) else _always
    return lambda text: needed <= text.words and decorated(text)


def _always(_: _Text) -> bool:
    return True
