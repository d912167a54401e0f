"""Sets of entities of a knowledge graph, built step by step, and the SPARQL that gives their members."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Literal

PREFIX = "http://rdf.freebase.com/ns/"
"""Of every entity and relation of Freebase."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,200}", re.ASCII)
_NUMERIC = ("integer", "int", "decimal", "float", "double", "date", "dateTime", "gYear", "gYearMonth")


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One entity, such as ``m.09rl290``."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """All that `relation` leads to from the members of `base`."""

    base: Entity | EntitySet
    relation: str


@dataclass(frozen=True, kw_only=True)
class Intersection:
    """What is in both."""

    left: EntitySet
    right: EntitySet


@dataclass(frozen=True, kw_only=True)
class Extreme:
    """The members of `base` with the largest or smallest value of `attribute`."""

    base: EntitySet
    attribute: str
    kind: Literal["max", "min"]


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many members `base` has."""

    base: EntitySet


EntitySet = Neighbours | Intersection | Extreme
Variable = EntitySet | Count


def is_name(text: str) -> bool:
    """Whether `text` can be the name of an entity or a relation: nothing else gets into a query."""
    return _NAME.fullmatch(text) is not None


def members_query(variable: Variable) -> str:
    """SPARQL whose only column holds the members, or the number."""
    if isinstance(variable, Count):
        return f"SELECT (COUNT(DISTINCT ?x) AS ?value) WHERE {{ {_pattern(variable.base, '?x', _names())} }}"
    return f"SELECT DISTINCT ?x WHERE {{ {_pattern(variable, '?x', _names())} }}"


def relations_query(base: Entity | EntitySet) -> str:
    """SPARQL for the relations that lead from `base` to something that is no text or number."""
    body = f"{_start(base)} ?rel ?obj . FILTER(!isLiteral(?obj)) FILTER(STRSTARTS(STR(?rel), '{PREFIX}'))"
    return f"SELECT DISTINCT ?rel WHERE {{ {_bound(base)} {body} }}"


def attributes_query(base: EntitySet) -> str:
    """SPARQL for the relations that lead from `base` to numbers and dates."""
    types = ", ".join(f"<http://www.w3.org/2001/XMLSchema#{name}>" for name in _NUMERIC)
    body = f"?x ?rel ?obj . FILTER(isLiteral(?obj) && DATATYPE(?obj) IN ({types})) FILTER(STRSTARTS(STR(?rel), '{PREFIX}'))"
    return f"SELECT DISTINCT ?rel WHERE {{ {_bound(base)} {body} }}"


def type_query(relation: str) -> str:
    """SPARQL for the type of what `relation` leads to, where the graph says it."""
    return f"SELECT DISTINCT ?type WHERE {{ {_iri(relation)} {_iri('type.property.expected_type')} ?type }}"


def _names() -> Iterator[str]:
    return (f"?v{number}" for number in count())


def _iri(name: str) -> str:
    assert is_name(name), "names are checked where they come in"
    return f"<{PREFIX}{name}>"


def _start(base: Entity | EntitySet) -> str:
    return _iri(base.name) if isinstance(base, Entity) else "?x"


def _bound(base: Entity | EntitySet) -> str:
    if isinstance(base, Entity):
        return ""
    return f"{{ SELECT DISTINCT ?x WHERE {{ {_pattern(base, '?x', _names())} }} }}"


def _pattern(variable: EntitySet, subject: str, names: Iterator[str]) -> str:
    match variable:
        case Neighbours(base=Entity(name=name), relation=relation):
            return f"{_iri(name)} {_iri(relation)} {subject} ."
        case Neighbours(base=base, relation=relation):
            assert not isinstance(base, Entity), "the case above"
            inner = next(names)
            return f"{_pattern(base, inner, names)} {inner} {_iri(relation)} {subject} ."
        case Intersection(left=left, right=right):
            return f"{_pattern(left, subject, names)} {_pattern(right, subject, names)}"
        case Extreme(base=base, attribute=attribute, kind=kind):
            inner, value, best = next(names), next(names), next(names)
            bound = f"{_pattern(base, inner, names)} {inner} {_iri(attribute)} {value} ."
            most = f"{{ SELECT ({kind.upper()}({value}) AS {best}) WHERE {{ {bound} }} }}"
            return f"{most} {_pattern(base, subject, names)} {subject} {_iri(attribute)} {best} ."
