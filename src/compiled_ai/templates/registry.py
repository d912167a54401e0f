"""The template registry: what templates there are, what each is for, and what it makes of its parameters.

A template is data (what it is, when to use it, its parameters as JSON Schema) and a renderer from parameters to source. Built-in ones stand in
``templates/builtin``; more come from a folder (`user_templates`) or from compiled artifacts (`reuse`). Rendering writes text and executes nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from compiled_ai.errors import InputError, SpecError, SpecProblem
from compiled_ai.spec.canonical import JsonObject, JsonValue, digest
from compiled_ai.spec.schema import Checker, place_text, properties_of, suggest
from compiled_ai.templates.rendering import Rendering

TemplateKind = Literal["activity", "workflow", "effect"]
"""``activity``: source of a pure function. ``workflow``: a spec skeleton. ``effect``: a declaration of capabilities, run outside of the pure subset."""
Origin = Literal["builtin", "user", "artifact"]
KINDS: tuple[TemplateKind, ...] = get_args(TemplateKind)

Renderer = Callable[[JsonObject], Rendering]
"""From checked parameters, defaults filled in, to text. Raises InputError for parameters that contradict each other."""


@dataclass(frozen=True, kw_only=True)
class TemplateTrial:
    """What the rendered example answers to one input: what the docs show and a test executes."""

    input: JsonObject
    output: JsonObject | None
    """None: it declines."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """One template. Build built-in ones with `builtin_registry`, others with `load_templates` and `load_registered`."""

    name: str
    kind: TemplateKind
    version: str
    purpose: str
    """What it does, in a few words."""
    description: str
    """What it does and how it decides, in one to three sentences."""
    use_when: tuple[str, ...]
    avoid_when: tuple[str, ...]
    tags: tuple[str, ...]
    parameters: JsonObject
    """JSON Schema of an object, closed. Every parameter says in its description what it is for."""
    input_shape: str
    """What it reads, in words; the exact schema follows from the parameters."""
    output_shape: str
    functions: tuple[str, ...] = ()
    """Functions of ``compiled_ai.modules`` that its code calls or that the coder is shown, as ``module.function``."""
    guidance: tuple[str, ...] = ()
    """Lines for the coder, who may complete or change what is rendered."""
    examples_needed: int
    """Cases that somebody who fills in the parameters should have seen."""
    origin: Origin = "builtin"
    path: Path | None = None
    """File that describes it; None for a built-in one."""
    renderer: Renderer = field(repr=False, compare=False)
    example: JsonObject = field(default_factory=dict)
    """Parameters for which it renders."""
    trials: tuple[TemplateTrial, ...] = ()

    @functools.cached_property
    def digest(self) -> str:
        """``t1:`` digest over what it says and what it makes of its example; equal digests, equal templates."""
        shown = self.renderer(self.filled(self.example))
        return digest("t1", {**self.summary(), "parameters": self.parameters, "code": shown.text})

    def summary(self) -> JsonObject:
        """What it is, without code: for lists, for search, for a prompt."""
        return {
            "name": self.name,
            "kind": self.kind,
            "version": self.version,
            "origin": self.origin,
            "purpose": self.purpose,
            "description": self.description,
            "use_when": [*self.use_when],
            "avoid_when": [*self.avoid_when],
            "tags": [*self.tags],
            "input": self.input_shape,
            "output": self.output_shape,
            "functions": [*self.functions],
            "examples_needed": self.examples_needed,
        }

    def filled(self, parameters: JsonObject) -> JsonObject:
        """`parameters` with the defaults of those left out, at the top level."""
        defaults: JsonObject = {
            name: schema["default"]
            for name, schema in properties_of(self.parameters).items()
            if isinstance(schema, dict) and "default" in schema
        }
        return {**defaults, **parameters}

    def render(self, parameters: JsonObject) -> Rendering:
        """The text that it makes of `parameters`.

        Raises:
            InputError: a parameter is unknown, missing, of another type, or contradicts another.
        """
        misfit = Checker(self.parameters).explain(parameters)
        if misfit is not None:
            place = f"parameter '{misfit.field}': " if misfit.field else ""
            at = place_text(misfit.place if misfit.extra is None else (*misfit.place, misfit.extra))
            raise InputError(f"template '{self.name}': {place}{misfit.message}", field=at)
        return self.renderer(self.filled(parameters))


class TemplateRegistry:
    """Templates by name. Names are unique: a second one of the same name is refused, never taken silently."""

    def __init__(self, templates: Iterable[Template] = ()) -> None:
        """A registry of `templates`.

        Raises:
            SpecError: two have one name.
        """
        self._templates: dict[str, Template] = {}
        self.add(*templates)

    def add(self, *templates: Template) -> None:
        """Take in further templates; all of them or, on an error, none.

        Raises:
            SpecError: a name is taken; names the file of the newcomer.
        """
        merged = dict(self._templates)
        problems = []
        for template in templates:
            if template.name in merged:
                problems.append(_taken(template, merged[template.name]))
            merged.setdefault(template.name, template)
        if problems:
            raise SpecError(tuple(problems))
        self._templates = merged

    def find(self, name: str) -> Template:
        """The template called `name`.

        Raises:
            InputError: there is none.
        """
        found = self._templates.get(name)
        if found is None:
            known = sorted(self._templates)
            hint = suggest(name, known) or f" Known are: {', '.join(known) or 'none'}."
            raise InputError(f"there is no template '{name}'.{hint}", field="name")
        return found

    def templates(self, kind: TemplateKind | None = None) -> tuple[Template, ...]:
        """All templates, or those of one kind: by kind, then in the order in which they came."""
        chosen = (item for item in self._templates.values() if kind is None or item.kind == kind)
        return tuple(sorted(chosen, key=lambda template: KINDS.index(template.kind)))

    def __iter__(self) -> Iterator[Template]:
        return iter(self.templates())

    def __len__(self) -> int:
        return len(self._templates)

    def __contains__(self, name: object) -> bool:
        return name in self._templates

    @property
    def digest(self) -> str:
        """``t1:`` digest over all templates, whatever order they came in."""
        digests: JsonValue = {name: template.digest for name, template in self._templates.items()}
        return digest("t1", digests)


def builtin_registry() -> TemplateRegistry:
    """A new registry of the templates that come with this package."""
    from compiled_ai.templates.builtin import builtin_templates

    return TemplateRegistry(builtin_templates())


def _taken(newcomer: Template, holder: Template) -> SpecProblem:
    place = f"the one in {holder.path}" if holder.path else f"a {holder.origin} template"
    return SpecProblem(
        path=newcomer.path or Path(f"<{newcomer.origin} templates>"),
        line=1,
        column=1,
        message=f"the name '{newcomer.name}' is taken by {place}; choose another",
    )
