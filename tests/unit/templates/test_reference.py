"""Templates in words, and docs/templates.md, whose generated parts are what the registry says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiled_ai.templates.reference import describe_keys, describe_registry, describe_template
from compiled_ai.templates.registry import Template, builtin_registry

PAGE = Path(__file__).parents[3] / "docs" / "templates.md"
REGISTRY = builtin_registry()


def part(name: str) -> str:
    found = re.search(
        rf"<!-- generated: {name} -->\n(.*?)<!-- end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


def test_the_list_of_templates_is_what_the_registry_says() -> None:
    assert part("templates") == describe_registry(REGISTRY)


def test_the_keys_of_user_templates_are_those_that_are_read() -> None:
    assert part("keys") == describe_keys()


@pytest.mark.parametrize("template", REGISTRY, ids=lambda template: template.name)
def test_a_description_names_every_parameter(template: Template) -> None:
    text = describe_template(template)
    properties = template.parameters["properties"]
    assert isinstance(properties, dict)
    assert [name for name in properties if f"- `{name}` (" not in text] == []
    assert text.startswith(f"# {template.name} (")
