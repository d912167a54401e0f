"""``compiled-ai templates`` as a person or a program meets it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from compiled_ai.cli.main import app
from compiled_ai.spec import parse_spec
from compiled_ai.spec.canonical import JsonObject, digest


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["templates", *map(str, arguments)])


def test_list_names_each_with_its_purpose() -> None:
    lines = call("list").stdout.splitlines()
    assert len(lines) == 26
    assert [line.split() for line in lines if " mapper " in line] == [
        ["activity", "mapper", "translate", "a", "value", "by", "a", "lookup", "table"]
    ]


def test_list_of_one_kind_as_data() -> None:
    found = json.loads(call("list", "--kind", "effect", "--json").stdout)
    assert [template["name"] for template in found] == ["http_request", "db_query", "notification"]
    assert call("list", "--kind", "efect").exit_code == 2


def test_show_says_when_to_use_it_and_what_it_takes() -> None:
    text = call("show", "mapper").stdout
    assert "Use it when:" in text
    assert "- `values` (object, required): " in text
    assert '- {"value": "Atlantis"} -> declined' in text
    assert json.loads(call("show", "mapper", "--json").stdout)["digest"].startswith("t1:")


def test_an_unknown_name_is_met_with_a_suggestion() -> None:
    result = call("show", "maper")
    assert result.exit_code == 4
    assert "Did you mean 'mapper'?" in result.stderr


def test_render_of_an_activity_is_formatted_python(tmp_path: Path) -> None:
    Path("p.yaml").write_text("values: {DE: [Germany]}\nstep: country\n")
    text = call("render", "mapper", "--params", "p.yaml").stdout
    assert ast.get_docstring(ast.parse(text)) is not None
    assert "def country(data: CountryInput) -> CountryOutput:" in text


def test_render_of_a_workflow_is_a_spec() -> None:
    text = call("render", "synchronous_handler").stdout
    assert parse_spec(text, path=Path("x.yaml")).name == "greet_customer"


def test_render_into_a_file_keeps_what_is_there() -> None:
    assert call("render", "mapper", "--out", "a.py").exit_code == 0
    before = Path("a.py").read_text()
    result = call("render", "router", "--out", "a.py")
    assert (result.exit_code, Path("a.py").read_text()) == (7, before)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("values: {a: [x], b: [X]}\n", "p.yaml:1:9: parameter 'values': 'X' means both"),
        ("values: {a: []}\nstepp: x\n", "p.yaml:2:"),
        ("values:\n  a: 1\n", "p.yaml:2:6: template 'mapper': parameter 'values.a'"),
        ("- 1\n", "p.yaml:1:1: parameters are a mapping"),
        ("a: [\n", "p.yaml:"),
    ],
)
def test_wrong_parameters_are_told_with_their_line(text: str, message: str) -> None:
    Path("p.yaml").write_text(text)
    result = call("render", "mapper", "--params", "p.yaml")
    assert result.exit_code == 3
    assert message in result.stderr


def test_templates_in_the_folder_of_that_name_are_there_too() -> None:
    home = Path("templates/greet")
    home.mkdir(parents=True)
    (home / "template.yaml").write_text(
        "{name: greet, version: 1.0.0, purpose: say hello, description: Says hello., input: {name: string}, output: {text: string}}"
    )
    assert "greet                    say hello (user)" in call("list").stdout
    assert json.loads(call("render", "greet", "--json").stdout)["complete"] is False
    assert call("show", "greet", "--templates", "none").exit_code == 7


def test_search_finds_one_of_the_users_words() -> None:
    assert call("search", "mask card numbers").stdout.split()[1].startswith("redactor")


def test_a_file_name_that_is_too_long_is_told() -> None:
    result = call("render", "mapper", "--out", "x" * 300)
    assert result.exit_code == 7
    assert "cannot write" in result.stderr
    assert call("list", "--templates", "x" * 300).exit_code == 7


def test_a_registered_file_of_another_shape_is_told_and_nothing_crashes() -> None:
    folder = Path("workflows/.templates")
    folder.mkdir(parents=True)
    body: JsonObject = {"format": 1, "name": "x"}
    (folder / "x.json").write_text(json.dumps({**body, "digest": digest("r1", body)}))
    result = call("list")
    assert result.exit_code == 6
    assert "x.json is no registered template" in result.stderr


def test_code_that_is_no_python_is_told() -> None:
    folder = Path("workflows/.templates")
    folder.mkdir(parents=True)
    texts = dict.fromkeys(("version", "description", "instructions", "modules"), "x")
    body: JsonObject = {
        **texts,
        "format": 1,
        "name": "tag",
        "tags": [],
        "input": {},
        "output": {},
        "steps": [{"id": "tag"}],
        "artifact": "a1:0123456789abcdef",
        "code": "def",
    }
    (folder / "x.json").write_text(json.dumps({**body, "digest": digest("r1", body)}))
    result = call("render", "tag@0123456789abcdef")
    assert result.exit_code == 4
    assert "renders no Python" in result.stderr
