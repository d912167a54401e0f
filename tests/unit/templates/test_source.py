"""Putting ``activities.py`` together."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates import ActivityTypes, Header, assemble

SCHEMA: JsonObject = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
TYPES = ActivityTypes(step_id="run", input_schema=SCHEMA, output_schema=SCHEMA)
BODY = 'def run(data: RunInput) -> RunOutput:\n    """Run."""\n    return {"n": data["n"]}'


def source(*bodies: str, description: str = "A task.") -> str:
    header = Header(
        name="task",
        version="1.0.0",
        description=description,
        compiler="0.1.0",
        spec_digest="s1:0123456789abcdef",
    )
    return assemble(header, [TYPES], bodies or (BODY,))


def imports(text: str) -> list[str]:
    return [
        ast.unparse(node) for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def test_the_header_names_the_task_the_compiler_and_the_spec() -> None:
    docstring = ast.get_docstring(ast.parse(source()))
    assert (
        docstring
        == "task 1.0.0: A task.\n\nCompiled by compiled-ai 0.1.0 from the spec s1:0123456789ab. Do not edit: an edited file is refused."
    )


@pytest.mark.parametrize(
    ("description", "shown"),
    [
        ('He said "no"', 'He said "no"'),
        ('ends with "', 'ends with "'),
        ('three """ of them', "three ''' of them"),
        ('four """" of them', "four '''\" of them"),
        ("a \\ b \\n \\N{DASH} \\u00e4", "a \\ b \\n \\N{DASH} \\u00e4"),
        ("ends with \\", "ends with \\"),
        ("two\nlines\r\nand\u2028more", "two lines and more"),
        ("zero\u200bwidth, bell\x07, nul\x00.", "zerowidth, bell , nul ."),
        ("# noqa type: ignore", "# noqa type: ignore"),
        ("größer 日本", "größer 日本"),
    ],
)
def test_any_description_is_shown_as_it_reads(description: str, shown: str) -> None:
    docstring = ast.get_docstring(ast.parse(source(description=description)))
    assert docstring is not None
    assert docstring.split("\n\n")[0] == f"task 1.0.0: {shown}"


@settings(deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="\\\"'N{}", max_size=300))
def test_no_description_can_break_the_file(description: str) -> None:
    names = [type(node).__name__ for node in ast.parse(source(description=description)).body]
    assert names == ["Expr", "ImportFrom", "ImportFrom", "ClassDef", "ClassDef", "FunctionDef"]


@pytest.mark.parametrize(
    "description", ["Literal and Decimal(x) and abstain(y) and NotRequired", "TypedDict"]
)
def test_words_in_texts_import_nothing(description: str) -> None:
    body = BODY.replace("Run.", description)
    assert imports(source(body, description=description)) == [
        "from __future__ import annotations",
        "from typing import TypedDict",
    ]


def test_names_of_the_template_are_imported_where_code_uses_them() -> None:
    body = 'def run(data: RunInput) -> RunOutput:\n    """Run."""\n    if data["n"] > Decimal(3):\n        abstain("large")\n    return {"n": 1}'
    assert imports(source(body))[2:] == [
        "from decimal import Decimal",
        "from compiled_ai.modules import abstain",
    ]


class TestImports:
    """Imports of bodies go to the top."""

    def test_they_stand_above_the_types(self) -> None:
        text = source(f"import re\nfrom math import (\n    ceil,\n    floor,\n)\n\n\n{BODY}")
        assert imports(text)[2:] == ["import re", "from math import ceil, floor"]
        assert text.index("import re") < text.index("class RunInput")

    def test_those_of_several_bodies_are_there_once(self) -> None:
        assert imports(source(f"import re\n{BODY}", "import re\n_X = 1"))[2:] == ["import re"]

    def test_the_future_is_imported_once(self) -> None:
        assert imports(source(f"from __future__ import annotations\n{BODY}"))[0:2] == [
            "from __future__ import annotations",
            "from typing import TypedDict",
        ]

    @pytest.mark.parametrize(
        "line",
        [
            "import re; _X = 1",
            "_X = 1; import re",
            "import re; _X = 1; import math",
            "_X = 'ä'; import re  # why",
        ],
    )
    def test_other_statements_of_their_line_stay(self, line: str) -> None:
        text = source(f"{line}\n{BODY}")
        assert "import re" in imports(text)
        assert "_X = " in text.split("class RunOutput")[1]

    def test_one_in_a_function_stays_there(self) -> None:
        body = BODY.replace("    return", "    import re\n    return")
        assert imports(source(body))[2:] == []

    @pytest.mark.parametrize("character", ["\x0c", "\x1d", "\x85", "\u2028"])
    def test_a_character_that_ends_a_line_elsewhere_does_not_shift_lines(self, character: str) -> None:
        text = source(f'_TEXT = "a{character}b"\nimport re\n_MORE = 1\n{BODY}')
        tree = ast.parse(text)
        assert f'_TEXT = "a{character}b"' in text
        assert "import re" in imports(text)
        assert "_MORE" in {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def test_a_body_that_does_not_parse_stays_as_it_is(self) -> None:
        body = f"import re\n{BODY}\nx = (1"
        assert body in source(body)


def test_a_signature_bears_the_prefix_of_its_types() -> None:
    types = ActivityTypes(step_id="run", input_schema=SCHEMA, output_schema=SCHEMA, prefix="Step2Run")
    assert types.signature == "def run(data: Step2RunInput) -> Step2RunOutput:"
    assert "class Step2RunInput(TypedDict):" in types.source()
