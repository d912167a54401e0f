"""What the wording of a text says about attacks: phrases in fifteen languages, kept as data.

`data/rules.json` holds them with their weights; `_rules_compile` tells how they are written. A phrase found in a
reading that was hidden or encoded weighs more than the same in plain sight.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from compiled_ai.gates._rules_compile import KEY, Pattern, Script, compile_pattern
from compiled_ai.gates._rules_quotes import QUOTED, Quotes
from compiled_ai.gates.normal import Normalized, View
from compiled_ai.gates.verdict import Finding, Span

__all__ = ["KINDS", "Rule", "RuleKind", "load_rules", "rule_findings", "rule_score"]

RuleKind = Literal[
    "instruction_override",
    "jailbreak",
    "prompt_extraction",
    "delimiter_injection",
    "exfiltration",
    "indirect_injection",
    "encoded_payload",
    "tool_misuse",
    "hidden_characters",
]
KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
"""What a finding of this layer can be."""
LAYER = "rules"
_DATA = Path(__file__).parent / "data" / "rules.json"
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0600-\u06ff\u0900-\u097f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LINE_START = re.compile(r"(?:^|[\n\]>}.!*#|])[\W]{0,12}\Z")
_IMAGE = re.compile(
    r"!\[[^\[\]]{0,300}\]\(\s{0,3}https?://[^)\s]{0,500}(?:[?&/][^)\s=]{0,100}=|/)[^)\s]{0,300}[\[{<$%]"
)
_LATIN = re.compile("[a-zA-Z]")
_LOOKALIKE = re.compile("[\u0300-\u036f\u0370-\u052f\u13a0-\u13ff\u1d00-\u1d7f]")
_STRANGE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\uff21-\uff5a\U0001d400-\U0001d7ff]"
)
_PER_RULE = 3
"""Findings of one rule in one reading."""
_HIDDEN_DOUBT, _DISGUISED_DOUBT = 0.5, 0.6
"""What is left of the doubt when the phrase was encoded or hidden, or spelled so as not to be recognised."""
_QUOTED_WEIGHT = 0.35
"""Of a phrase in quotation marks, in a text that speaks about such phrases."""
_ODD = {
    "tag_characters": (0.75, "holds text in tag characters, which no person sees"),
    "bidi_override": (0.45, "turns the direction of writing round, so that it reads otherwise than it looks"),
    "invisible_within_words": (0.4, "has invisible characters within words"),
    "mixed_scripts": (0.4, "mixes scripts within words"),
    "unread": (0.3, "holds more encoded or hidden text than is read"),
}


class _RuleData(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: RuleKind
    language: str
    weight: float = Field(gt=0, lt=1)
    reason: str
    patterns: list[str]


class _RulesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    format: Literal[1] = Field(alias="schema")
    provenance: str
    scripts: dict[str, Script]
    classes: dict[str, list[str]]
    rules: list[_RuleData]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Phrasings of one thing, in one language."""

    kind: RuleKind
    language: str
    """An ISO 639-1 code; ``any`` for marks that belong to no language."""
    weight: float
    """In 0..1: how sure an attack is where only this is found."""
    reason: str
    patterns: tuple[Pattern, ...]


_Rows = tuple[tuple[Rule, Pattern], ...]


@dataclass(frozen=True, kw_only=True)
class _Index:
    """The patterns by what they begin with."""

    spaced: Mapping[str, _Rows]
    unspaced: Mapping[str, _Rows]
    literal: Mapping[str, Mapping[str, _Rows]]
    """By their first sign, where that is no letter; by nothing otherwise."""
    loose: tuple[tuple[Rule, re.Pattern[str]], ...]


def rule_findings(normalized: Normalized) -> list[Finding]:
    """What the rules find in all readings of a text, strongest first; each kind at a place once."""
    found: list[Finding] = []
    quotes = Quotes(normalized.original)
    for view in normalized.views:
        found += _view_findings(view, normalized.original, quotes)
    for oddity in normalized.oddities:
        weight, reason = _ODD[oddity.kind]
        found.append(
            Finding(layer=LAYER, kind="hidden_characters", score=weight, reason=reason, span=oddity.span)
        )
    strongest: dict[tuple[str, str, Span | None], Finding] = {}
    for finding in sorted(found, key=lambda one: -one.score):
        strongest.setdefault((finding.kind, finding.reason, finding.span), finding)
    return list(strongest.values())


def rule_score(findings: Iterable[Finding]) -> float:
    """How likely an attack is, in 0..1, after all findings of the rules: different reasons add up, the same does not.

    Of what is quoted in a text about such phrases only the strongest counts.
    """
    by_reason: dict[str, float] = {}
    for finding in findings:
        if finding.layer == LAYER:
            reason = QUOTED if finding.reason.endswith(QUOTED) else finding.reason
            by_reason[reason] = max(by_reason.get(reason, 0.0), finding.score)
    return 1.0 - math.prod(1.0 - score for score in by_reason.values())


@functools.cache
def load_rules() -> tuple[Rule, ...]:
    """The rules that we ship, compiled."""
    data = _read()
    return tuple(
        Rule(
            kind=rule.kind,
            language=rule.language,
            weight=rule.weight,
            reason=rule.reason,
            patterns=tuple(
                compile_pattern(source, script=data.scripts[rule.language], classes=data.classes)
                for source in rule.patterns
            ),
        )
        for rule in data.rules
    )


def _read() -> _RulesFile:
    return _RulesFile.model_validate(json.loads(_DATA.read_text(encoding="utf-8")))


@functools.cache
def _index() -> _Index:
    scripts = _read().scripts
    tables: dict[str, dict[str, list[tuple[Rule, Pattern]]]] = {"spaced": {}, "unspaced": {}, "literal": {}}
    loose: list[tuple[Rule, re.Pattern[str]]] = []
    for rule in load_rules():
        for pattern in rule.patterns:
            for key in pattern.keys:
                tables[scripts[rule.language]].setdefault(key, []).append((rule, pattern))
            if pattern.loose and rule.weight >= 0.8 and not pattern.at_start:
                loose.append((rule, pattern.loose))
    literal: dict[str, dict[str, _Rows]] = {}
    for key, rows in tables["literal"].items():
        literal.setdefault("" if key[0].isalnum() else key[0], {})[key] = tuple(rows)
    frozen = {name: {key: tuple(rows) for key, rows in table.items()} for name, table in tables.items()}
    return _Index(spaced=frozen["spaced"], unspaced=frozen["unspaced"], literal=literal, loose=tuple(loose))


def _view_findings(view: View, original: str, quotes: Quotes) -> Iterator[Finding]:
    seen: dict[int, int] = {}
    for rule, start, end in _hits(view):
        seen[id(rule)] = seen.get(id(rule), 0) + 1
        if seen[id(rule)] <= _PER_RULE:
            yield _finding(rule, view, view.span(start, end), original, quotes)
    if match := _IMAGE.search(view.text):
        span = view.span(*match.span())
        reason = "an image whose address has a place for data"
        yield Finding(
            layer=LAYER,
            kind="exfiltration",
            score=0.7,
            reason=reason,
            span=span,
            view=_name(view, span, original),
        )


def _finding(rule: Rule, view: View, span: Span, original: str, quotes: Quotes) -> Finding:
    name = _name(view, span, original)
    doubt = {"": 1.0, "unmarked": 1.0, "folded": _DISGUISED_DOUBT}.get(name, _HIDDEN_DOUBT)
    score = 1.0 - (1.0 - rule.weight) * doubt
    reason = rule.reason
    if name == "" and quotes.hold(span.start, span.end):
        score, reason = score * _QUOTED_WEIGHT, reason + QUOTED
    return Finding(layer=LAYER, kind=rule.kind, score=round(score, 4), reason=reason, span=span, view=name)


def _name(view: View, span: Span, original: str) -> str:
    """The view for a finding: empty where the original has nothing to hide at this place."""
    if view.name != "text":
        return view.name
    written = original[span.start : span.end]
    return "folded" if _disguised(written) else ""


def _disguised(written: str) -> bool:
    """Whether Latin words are written with signs that only look like them."""
    if written.isascii():
        return False
    mixed = _LATIN.search(written) and _LOOKALIKE.search(written)
    return bool(mixed or _STRANGE.search(written))


def _hits(view: View) -> Iterator[tuple[Rule, int, int]]:
    """Every place where a pattern matches."""
    text, index = view.text, _index()
    for start, rows in _tried(text, index.spaced):
        yield from _matches(text, start, rows)
    for sign, table in index.literal.items():
        if sign in text:
            yield from _literal_hits(text, table)
    if not text.isascii() and _UNSPACED.search(text):
        yield from _literal_hits(text, index.unspaced)
    if view.name.endswith("spaced"):
        for rule, regex in index.loose:
            if found := regex.search(text):
                yield rule, *found.span()


def _tried(text: str, table: Mapping[str, _Rows]) -> Iterator[tuple[int, _Rows]]:
    """The places where patterns can begin, with those whose further words are in the text as well."""
    present = {word[:KEY] for word in _WORD.findall(text)}
    possible: dict[str, _Rows] = {}
    for key in [one for one in present if one in table]:
        rows = tuple(row for row in table[key] if not any(map(present.isdisjoint, row[1].needs)))
        if rows:
            possible[key] = rows
    if not possible:
        return
    for match in _WORD.finditer(text):
        found = possible.get(match.group()[:KEY])
        if found:
            yield match.start(), found


def _literal_hits(text: str, table: Mapping[str, _Rows]) -> Iterator[tuple[Rule, int, int]]:
    for key, rows in table.items():
        at = text.find(key)
        while at >= 0:
            yield from _matches(text, at, rows)
            at = text.find(key, at + len(key))


def _matches(text: str, at: int, rows: Iterable[tuple[Rule, Pattern]]) -> Iterator[tuple[Rule, int, int]]:
    for rule, pattern in rows:
        found = pattern.regex.match(text, at)
        if found and (not pattern.at_start or at == 0 or _LINE_START.search(text[max(at - 14, 0) : at])):
            yield rule, at, found.end()
