"""Templates of users: a folder with one folder a template, in it ``template.yaml`` and, if wanted, the skeleton ``activities.py``.

They are read, checked and filled in as text. Nothing of them is executed here, at load or at rendering.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from compiled_ai.errors import InputError, SpecError, SpecProblem, StoreError
from compiled_ai.spec.canonical import JsonObject, JsonValue
from compiled_ai.spec.load import read_text
from compiled_ai.spec.schema import Checker, SchemaProblem, expand_object, place_text, properties_of
from compiled_ai.spec.yaml_source import Place, YamlDocument, parse_yaml
from compiled_ai.templates import _skeleton
from compiled_ai.templates._user_schema import TEMPLATE_SCHEMA
from compiled_ai.templates.module_api import describe_functions
from compiled_ai.templates.registry import Template, TemplateTrial
from compiled_ai.templates.rendering import Rendering, require_free_name

DESCRIPTION = "template.yaml"
SKELETON = "activities.py"
DEFAULT_FOLDER = Path("templates")
_SIGNS = (DESCRIPTION, SKELETON, "template.yml", "template.json")
"""Files that say that a folder is meant as a template. One without a description is reported, not passed over."""


@dataclass(frozen=True, kw_only=True)
class SourceFault:
    """Something that a static check refuses."""

    line: int
    """1-based, in the checked source."""
    message: str


SourceCheck = Callable[[str], Sequence[SourceFault]]
"""The static check of a whole ``activities.py``. Handed in, because the checks lie above this room."""


def load_templates(folder: Path, *, check: SourceCheck) -> tuple[Template, ...]:
    """The templates in `folder`, by name of their folders.

    Raises:
        SpecError: at least one breaks a rule; carries the problems of all, each with file and line.
        StoreError: a file cannot be read.
    """
    templates: list[Template] = []
    problems: list[SpecProblem] = []
    try:
        homes = _homes(folder)
    except OSError as error:
        raise StoreError(f"{folder} cannot be read: {error.strerror}.") from error
    for home in homes:
        try:
            _require_inside(folder, home)
            templates.append(load_template(home, check=check))
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(tuple(problems))
    return tuple(templates)


def _homes(folder: Path) -> list[Path]:
    """The folders in `folder` that are templates, or were meant as such."""
    if not folder.is_dir():
        raise StoreError(f"{folder} is no folder of templates.")
    if (folder / DESCRIPTION).exists():
        raise StoreError(f"{folder} is a template itself; give the folder that it lies in: {folder.parent}.")
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and any(_is_there(path / name) for name in _SIGNS)
    )


def _require_inside(folder: Path, home: Path) -> None:
    """Refuse files that are links to somewhere else: their text would be shown, and sent to a model."""
    for path in (home / DESCRIPTION, home / SKELETON):
        if _is_there(path) and not path.resolve().is_relative_to(folder.resolve()):
            message = f"it is a link that leads out of {folder}; copy the file there"
            raise SpecError((SpecProblem(path=path, line=1, column=1, message=message),))


def _is_there(path: Path) -> bool:
    """Whether the folder holds that name, also as a link to nothing."""
    return path.exists() or path.is_symlink()


def load_template(home: Path, *, check: SourceCheck) -> Template:
    """The template in the folder `home`.

    Raises:
        SpecError: it breaks a rule.
        StoreError: a file cannot be read.
    """
    document = parse_yaml(read_text(home / DESCRIPTION), path=home / DESCRIPTION)
    data = _fitting(document, home)
    code = read_text(home / SKELETON) if _is_there(home / SKELETON) else None
    if code is not None:
        code = re.sub(r"\r\n?", "\n", code)  # as Python counts lines
    reader = _Reader(document, data, home)
    template = reader.template(code)
    if code is not None:
        reader.check_skeleton(template, code, check)
    return template


def _fitting(document: YamlDocument, home: Path) -> JsonObject:
    """The data of `document`, held against the schema of template files."""
    misfit = Checker(TEMPLATE_SCHEMA).explain(document.data)
    if misfit is not None:
        place = (*misfit.place, misfit.extra) if misfit.extra is not None else misfit.place
        shown = f"{place_text(misfit.place)}: " if misfit.place else ""
        raise SpecError((document.problem(place, shown + misfit.message, at_key=misfit.extra is not None),))
    data = document.data
    assert isinstance(data, dict)
    if data["name"] != home.name:
        message = f"name: '{data['name']}' stands in the folder '{home.name}'; name both alike"
        raise SpecError((document.problem(("name",), message),))
    try:
        require_free_name(home.name, parameter="name")
    except InputError as error:
        message = f"name: '{home.name}' hides a name of Python or of compiled code; choose another"
        raise SpecError((document.problem(("name",), message),)) from error
    return data


class _Reader:
    """One template file whose shape is right."""

    def __init__(self, document: YamlDocument, data: JsonObject, home: Path) -> None:
        self._document = document
        self._data = data
        self._home = home

    def template(self, code: str | None) -> Template:
        """The template. Parameters, schemas and example have been checked."""
        data = self._data
        name = str(data["name"])
        schemas = {side: self._schema(side) for side in ("input", "output")}
        parameters = self._parameters()
        self._check_functions()
        constants = self._constants(code, parameters) if code is not None else {}

        def render(values: JsonObject) -> Rendering:
            text = (
                _skeleton.stub(name, str(data["purpose"]))
                if code is None
                else _skeleton.fill(code, constants, values)
            )
            return Rendering(
                kind="activity",
                name=name,
                text=text,
                input_schema=schemas["input"],
                output_schema=schemas["output"],
                is_complete=code is not None,
            )

        example = data.get("example", {})
        assert isinstance(example, dict)
        template = Template(
            name=name,
            kind="activity",
            version=str(data["version"]),
            purpose=str(data["purpose"]),
            description=str(data["description"]).strip(),
            use_when=self._texts("use_when"),
            avoid_when=self._texts("avoid_when"),
            tags=self._texts("tags"),
            parameters=parameters,
            input_shape=", ".join(properties_of(schemas["input"])),
            output_shape=", ".join(properties_of(schemas["output"])),
            functions=self._texts("functions"),
            guidance=self._texts("guidance"),
            examples_needed=int(float(str(data.get("examples_needed", 3)))),
            origin="user",
            path=self._document.path,
            renderer=render,
            example=example,
            trials=self._trials(schemas),
        )
        try:
            template.render(example)
        except InputError as error:
            raise self._fail(
                ("example",) if "example" in data else ("parameters",), f"example: {error}"
            ) from error
        return template

    def check_skeleton(self, template: Template, code: str, check: SourceCheck) -> None:
        """Hold the filled-in example against the static checks."""
        source = template.render(template.example).source()
        faults = check(source)
        if faults:
            lines, own = source.split("\n"), code.split("\n")
            raise SpecError(tuple(self._blame(fault, lines, own) for fault in faults))

    def _blame(self, fault: SourceFault, lines: list[str], own: list[str]) -> SpecProblem:
        """The fault at its line in the skeleton, where the line stands as it was written."""
        text = lines[fault.line - 1] if 0 < fault.line <= len(lines) else ""
        line = own.index(text) + 1 if text.strip() and text in own else 1
        return SpecProblem(path=self._home / SKELETON, line=line, column=1, message=fault.message)

    def _schema(self, side: str) -> JsonObject:
        value = self._data[side]
        assert isinstance(value, dict)
        try:
            return expand_object(value)
        except SchemaProblem as problem:
            place = (side, *problem.place)
            raise self._fail(place, f"{place_text(place)}: {problem.message}") from problem

    def _parameters(self) -> JsonObject:
        """The closed object schema of all parameters; one without a default is required."""
        value = self._data.get("parameters", {})
        assert isinstance(value, dict)
        needed: list[JsonValue] = [
            name for name, schema in value.items() if isinstance(schema, dict) and "default" not in schema
        ]
        whole: JsonObject = {
            "type": "object",
            "additionalProperties": False,
            "required": needed,
            "properties": value,
        }
        try:
            expand_object({**whole, "properties": {**value}})
            checkers = {name: Checker(schema) for name, schema in value.items() if isinstance(schema, dict)}
        except SchemaProblem as problem:
            place = ("parameters", *problem.place[1:])
            raise self._fail(place, f"{place_text(place)}: {problem.message}") from problem
        for name, schema in value.items():
            misfit = (
                checkers[name].explain(schema["default"])
                if isinstance(schema, dict) and "default" in schema
                else None
            )
            if misfit is not None:
                raise self._fail(
                    ("parameters", name, "default"),
                    f"the default of '{name}' breaks its own schema: {misfit.message}",
                )
        return whole

    def _constants(self, code: str, parameters: JsonObject) -> dict[str, str]:
        """The constant of the skeleton by parameter."""
        name, path = str(self._data["name"]), self._home / SKELETON
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None) or 1
            problem = SpecProblem(path=path, line=line, column=1, message=f"it is not Python: {error}")
            raise SpecError((problem,)) from error
        if not any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body):
            message = f"it holds no function '{name}'; the function of a template bears its name"
            raise SpecError((SpecProblem(path=path, line=1, column=1, message=message),))
        found = {parameter: _skeleton.constant_of(tree, parameter) for parameter in properties_of(parameters)}
        for parameter, constant in found.items():
            if constant is None:
                upper = parameter.upper()
                message = f"the parameter '{parameter}' has no constant in {SKELETON}; write {upper} or _{upper} there, once and on lines of its own"
                raise self._fail(("parameters", parameter), message)
        return {parameter: constant for parameter, constant in found.items() if constant is not None}

    def _check_functions(self) -> None:
        for index, function in enumerate(self._texts("functions")):
            try:
                describe_functions([function])
            except (ImportError, AttributeError, TypeError, ValueError) as error:
                raise self._fail(
                    ("functions", index), f"'{function}' is no function of compiled_ai.modules"
                ) from error

    def _trials(self, schemas: dict[str, JsonObject]) -> tuple[TemplateTrial, ...]:
        trials = self._data.get("trials", [])
        assert isinstance(trials, list)
        found = []
        for index, trial in enumerate(trials):
            assert isinstance(trial, dict)
            if ("output" in trial) == ("abstain" in trial):
                raise self._fail(("trials", index), "a trial has an 'output', or 'abstain: true'")
            for side in ("input", "output"):
                misfit = Checker(schemas[side]).explain(trial[side]) if side in trial else None
                if misfit is not None:
                    raise self._fail(
                        ("trials", index, side, *misfit.place), f"trials[{index}].{side}: {misfit.message}"
                    )
            data, output = trial["input"], trial.get("output")
            assert isinstance(data, dict)
            found.append(TemplateTrial(input=data, output=output if isinstance(output, dict) else None))
        return tuple(found)

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self._data.get(key, [])
        return tuple(map(str, value)) if isinstance(value, list) else ()

    def _fail(self, place: Place, message: str) -> SpecError:
        return SpecError((self._document.problem(place, message),))
