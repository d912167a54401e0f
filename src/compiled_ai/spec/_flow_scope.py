"""The names in scope at one point of a flow: what they hold, whether they are sure to be there, and why others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.schema import properties_of, required_of, suggest
from compiled_ai.spec.yaml_source import Place

_MOST_SHOWN = 20


@dataclass(kw_only=True)
class Scope:
    """What steps may take here."""

    fields: dict[str, JsonValue] = field(default_factory=dict)
    """Schemas by name."""
    optional: set[str] = field(default_factory=set)
    """Names that may be missing because whoever gives them says so."""
    sometimes: set[str] = field(default_factory=set)
    """Names that may be missing because the effect that gives them does not always act. They may be taken."""
    unsure: dict[str, str] = field(default_factory=dict)
    """Names that only some paths give, with why: no step may take them."""
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Names that are not in scope here but at another place, with where."""
    places: dict[str, Place] = field(default_factory=dict)
    """Where in the file each name is added; none for the input's."""

    @classmethod
    def of_input(cls, schema: JsonObject, fields: dict[str, JsonValue]) -> Scope:
        """The scope that a workflow starts with."""
        required = required_of(schema)
        return cls(fields=dict(fields), optional={name for name in fields if name not in required})

    def copy(self) -> Scope:
        """A scope of its own that begins as this one."""
        return Scope(
            fields=dict(self.fields),
            optional=set(self.optional),
            sometimes=set(self.sometimes),
            unsure=dict(self.unsure),
            elsewhere=dict(self.elsewhere),
            places=dict(self.places),
        )

    def adopt(self, schema: JsonObject, fields: dict[str, JsonValue], place: Place) -> None:
        """Take the fields of a step's output in."""
        required = required_of(schema)
        for name, child in fields.items():
            self.put(name, child, place=_inside(schema, place, name), may_miss=name not in required)

    def put(self, name: str, schema: JsonValue, *, place: Place, may_miss: bool = False) -> None:
        """Take one name in."""
        self.fields[name] = schema
        self.places[name] = place
        if may_miss:
            self.optional.add(name)

    def takeable(self) -> tuple[str, ...]:
        """The names that a step may take, in the order in which they came."""
        return tuple(name for name in self.fields if name not in self.unsure)

    def added_to(self, start: Scope) -> tuple[str, ...]:
        """The names that are here and not in `start`."""
        return tuple(name for name in self.fields if name not in start.fields)

    def problem_of(self, name: str) -> str | None:
        """Why `name` cannot be taken here; None when it can."""
        if name in self.unsure:
            return self.unsure[name]
        if name in self.fields:
            return None
        if name in self.elsewhere:
            return f"'{name}' is not in scope here: {self.elsewhere[name]}"
        known = list(self.takeable())
        shown = ", ".join(known[:_MOST_SHOWN]) + (", and others" if len(known) > _MOST_SHOWN else "")
        listed = f"in scope are {shown}." if known else "nothing is: the input has no fields."
        return f"'{name}' is not in scope here; {listed}{suggest(name, known)}"

    def merge(self, branch: Scope, names: Sequence[str]) -> None:
        """Take `names` of `branch` in as they are there."""
        for name in names:
            self.fields[name] = branch.fields[name]
            if name in branch.places:
                self.places[name] = branch.places[name]
            if name in branch.optional:
                self.optional.add(name)
            if name in branch.sometimes:
                self.sometimes.add(name)
            if name in branch.unsure:
                self.unsure[name] = branch.unsure[name]


def _inside(schema: JsonObject, place: Place, name: str) -> Place:
    return (*place, "output", name) if name in properties_of(schema) else place
