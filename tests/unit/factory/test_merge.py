"""Merging a repair into the code that stands."""

from __future__ import annotations

import ast
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled_ai.factory.code_text import merge_definitions

ROOT = "def run(data):\n    return _help(data) + _BASE"
HELP = "def _help(data):\n    return data"
BASE = "_BASE = 1"
CODE = f"{BASE}\n\n{HELP}\n\n{ROOT}"


def merge(code: str, patch: str, *roots: str) -> str:
    return merge_definitions(code, patch, roots=roots or ("run",))


def run(code: str, data: Any = 0) -> Any:
    names: dict[str, Any] = {}
    exec(code, names)
    return names["run"](data)


def defined(code: str) -> list[str]:
    """Names that `code` defines, in order."""
    found = []
    for node in ast.parse(code).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found += (
            [node.name]
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            else [
                name.id
                for target in targets
                if target is not None
                for name in ast.walk(target)
                if isinstance(name, ast.Name)
            ]
        )
    return found


class TestByName:
    """What is replaced, added and dropped."""

    def test_a_changed_function_takes_the_place_of_the_old_one(self) -> None:
        code = merge(CODE, "def _help(data):\n    return data * 2")
        assert (defined(code), run(code, 5)) == (["_BASE", "_help", "run"], 11)

    def test_a_changed_constant_takes_the_place_of_the_old_one(self) -> None:
        code = merge(CODE, "_BASE: int = 7")
        assert (defined(code), run(code)) == (["_BASE", "_help", "run"], 7)

    def test_what_does_not_change_keeps_its_text(self) -> None:
        odd = "def _help( data ):  # as written\n    return (data)"
        assert odd in merge(CODE.replace(HELP, odd), "_BASE = 2")

    def test_a_new_helper_comes_before_the_root(self) -> None:
        code = merge(CODE, "def _more(data):\n    return 1\n\n\ndef run(data):\n    return _more(data)")
        assert defined(code) == ["_more", "run"]

    def test_what_the_root_needs_no_more_is_dropped(self) -> None:
        assert defined(merge(CODE, "def run(data):\n    return _BASE")) == ["_BASE", "run"]

    def test_what_is_needed_through_another_stays(self) -> None:
        code = merge(
            CODE,
            "def _help(data):\n    return _deep(data)\n\n\ndef _deep(data):\n    return _TABLE[data]\n\n\n_TABLE = {0: 4}",
        )
        assert run(code) == 5

    def test_several_roots_keep_what_either_needs(self) -> None:
        code = f"{CODE}\n\n\n_MINE = 3\n\n\ndef other(data):\n    return _MINE"
        assert defined(merge(code, "_BASE = 2", "run", "other")) == [
            "_BASE",
            "_help",
            "run",
            "_MINE",
            "other",
        ]

    def test_without_its_root_nothing_is_dropped(self) -> None:
        assert defined(merge(f"{BASE}\n\n\n{HELP}", "_MORE = 1")) == ["_BASE", "_help", "_MORE"]

    def test_the_last_of_two_definitions_in_a_repair_counts(self) -> None:
        assert run(merge(CODE, "_BASE = 5\n_BASE = 6")) == 6

    def test_a_definition_that_builds_on_the_one_before_keeps_it(self) -> None:
        assert run(merge(CODE, "_BASE = 5\n_BASE = _BASE + 6")) == 11

    def test_a_name_in_a_quoted_annotation_is_needed(self) -> None:
        code = "class Pair(NamedTuple):\n    a: int\n\n\ndef run(data) -> 'list[Pair]':\n    return []"
        assert defined(merge(code, "def run(data) -> 'list[Pair]':\n    return [1]")) == ["Pair", "run"]

    def test_statements_that_define_nothing_are_dropped(self) -> None:
        code = merge(f'"""Doc."""\nprint(1)\n{CODE}\n_BASE += 1', "for _ in range(3):\n    pass\n_BASE = 2")
        assert defined(code) == ["_BASE", "_help", "run"]
        assert "print" not in code


class TestTargets:
    """Assignments of several names, and other forms."""

    def test_a_tuple_of_names_is_replaced_as_a_whole(self) -> None:
        code = merge("_BASE, _MORE = 1, 2\ndef run(data):\n    return _BASE + _MORE", "_BASE, _MORE = 3, 4")
        assert (defined(code), run(code)) == (["_BASE", "_MORE", "run"], 7)

    def test_one_name_of_a_tuple_is_defined_after_it(self) -> None:
        code = merge("_BASE, _MORE = 1, 2\ndef run(data):\n    return _BASE + _MORE", "_MORE = 9")
        assert run(code) == 10

    def test_a_tuple_replaces_names_that_were_defined_one_by_one(self) -> None:
        code = merge("_BASE = 1\n_MORE = 2\ndef run(data):\n    return _BASE + _MORE", "_BASE, _MORE = 3, 4")
        assert (defined(code), run(code)) == (["_BASE", "_MORE", "run"], 7)

    def test_two_targets_in_a_row(self) -> None:
        assert run(merge("_A = _BASE = 1\n\n\ndef run(data):\n    return _A + _BASE", "_BASE = 5")) == 6

    def test_an_annotated_constant_replaces_a_plain_one(self) -> None:
        assert merge(CODE, "_BASE: int = 2").count("_BASE") == 2

    def test_a_class_is_replaced(self) -> None:
        code = "class _Pair(dict):\n    pass\n\n\ndef run(data):\n    return _Pair.size"
        assert run(merge(code, "class _Pair(dict):\n    size = 3")) == 3

    def test_statements_on_one_line_stay_apart(self) -> None:
        code = merge("_A = 1; _BASE = 2\ndef run(data):\n    return _A + _BASE", "_A = 5")
        assert (run(code), code.count("_BASE = 2")) == (7, 1)

    def test_decorators_and_comments_above_stay_with_their_definition(self) -> None:
        helper = "# Why it is so.\n# And more.\n@staticmethod\ndef _help(data):\n    return data"
        assert helper in merge(CODE.replace(HELP, helper), "_BASE = 2")

    def test_a_comment_apart_is_nobodys(self) -> None:
        assert "apart" not in merge(f"# apart\n\n{CODE}", "_BASE = 2")

    def test_a_definition_with_decorators_is_replaced_with_them(self) -> None:
        code = merge(CODE.replace(HELP, f"@staticmethod\n{HELP}"), HELP)
        assert "staticmethod" not in code

    @pytest.mark.parametrize("character", ["\x0c", "\x1c", "\x85", "\u2028"])
    def test_a_character_that_ends_a_line_elsewhere_does_not_end_one_of_python(self, character: str) -> None:
        code = f"_TEXT = 'a{character}b'\n\n\n{HELP}\n\n\ndef run(data):\n    return _TEXT + _help('')"
        assert run(merge(code, "def _help(data):\n    return 'c'"), "") == f"a{character}bc"

    def test_a_long_text_keeps_its_lines(self) -> None:
        code = (
            "_TEXT = '''\nimport os\n# no comment\n\ndef g(): pass\n'''\n\n\ndef run(data):\n    return _TEXT"
        )
        assert (
            run(merge(code, "def run(data):\n    return _TEXT"))
            == "\nimport os\n# no comment\n\ndef g(): pass\n"
        )


class TestImports:
    """Which imports stand at the top."""

    CODE = "from math import ceil, floor\nimport re as regex\n\n\ndef run(data):\n    return ceil(1.5) + floor(1.5) + len(regex.findall('a', 'aa'))"

    def test_they_stay_while_they_are_used(self) -> None:
        assert run(merge(self.CODE, "")) == 5

    def test_new_ones_come_on_top(self) -> None:
        assert merge(
            CODE, "from math import (\n    ceil,\n)\n\n\ndef run(data):\n    return ceil(data)"
        ).startswith("from math import (\n    ceil,\n)")

    def test_one_that_is_used_no_more_is_gone(self) -> None:
        code = merge(f"import os\n{self.CODE}", "def run(data):\n    return ceil(1.5)")
        assert code.startswith("from math import ceil\n\ndef")

    def test_an_alias_is_told_by_its_own_name(self) -> None:
        code = merge(
            "from math import ceil as up\n\n\ndef run(data):\n    return up(data)",
            "from math import floor as up",
        )
        assert code.startswith("from math import floor as up\n\ndef")

    def test_an_imported_name_replaces_a_definition(self) -> None:
        assert (
            run(
                merge(
                    "def ceil(x):\n    return 99\n\n\ndef run(data):\n    return ceil(1.5)",
                    "from math import ceil",
                )
            )
            == 2
        )

    def test_a_definition_replaces_an_imported_name(self) -> None:
        code = merge(self.CODE, "def ceil(x):\n    return 99")
        assert run(code) == 102
        assert "import ceil" not in code

    def test_a_dotted_import_is_told_by_its_first_part(self) -> None:
        code = merge("import os.path\nimport os.path as p\n\n\ndef run(data):\n    return os.sep", "")
        assert code.startswith("import os.path\n\ndef")

    def test_a_star_is_dropped_at_the_first_repair(self) -> None:
        assert "*" not in merge(f"from math import *\n\n\n{CODE}", "_BASE = 2")

    def test_a_future_import_stays(self) -> None:
        assert merge(f"from __future__ import annotations\n\n\n{CODE}", "_BASE = 2").startswith(
            "from __future__"
        )

    def test_the_same_import_stands_once(self) -> None:
        assert merge(self.CODE, "import re as regex").count("regex\n") == 1


class TestOrder:
    """What a module needs while it is imported comes first."""

    def test_an_old_constant_that_now_uses_a_new_one(self) -> None:
        assert run(merge(CODE, "_NEW = 4\n_BASE = _NEW + 1")) == 5

    def test_a_new_constant_that_uses_an_old_one(self) -> None:
        code = merge(CODE, "_NEW = _BASE + 1\n\n\ndef run(data):\n    return _NEW")
        assert run(code) == 2

    def test_a_new_constant_that_uses_an_old_one_below_the_root(self) -> None:
        code = "def run(data):\n    return _BASE\n\n\n_BASE = 1"
        assert run(merge(code, "_NEW = _BASE + 1\n\n\ndef run(data):\n    return _NEW")) == 2

    def test_a_chain_of_constants(self) -> None:
        assert run(merge(CODE, "_BASE = _B + 1\n_B = _C + 1\n_C = 1")) == 3

    def test_a_constant_made_by_a_function(self) -> None:
        patch = "_BASE = _make(2)\n\n\ndef _make(n):\n    return n * _FACTOR\n\n\n_FACTOR = 10"
        assert run(merge(CODE, patch)) == 20

    def test_a_default_value(self) -> None:
        assert run(merge(CODE, "def _help(data, more=_MORE):\n    return more\n\n\n_MORE = 7")) == 8

    def test_a_base_class(self) -> None:
        assert (
            run(merge("class _A(_B):\n    pass\n\n\ndef run(data):\n    return _A.x", "class _B:\n    x = 3"))
            == 3
        )

    def test_an_order_that_works_is_kept(self) -> None:
        code = "def _a():\n    return _Z\n\n\n_Z = 1\n\n\ndef run(data):\n    return _a() + _b()\n\n\ndef _b():\n    return 1"
        assert defined(merge(code, "_Z = 2")) == ["_a", "_Z", "run", "_b"]

    def test_constants_that_need_each_other_do_not_hang(self) -> None:
        assert sorted(defined(merge(CODE, "_BASE = _B\n_B = _BASE"))) == ["_B", "_BASE", "_help", "run"]


class TestBroken:
    """Texts that do not parse."""

    HALF = "def _help(data):\n    return (data"

    def test_the_broken_definition_is_replaced_and_the_rest_kept(self) -> None:
        code = merge(CODE.replace(HELP, self.HALF), HELP)
        assert (defined(code), run(code, 4)) == (["_BASE", "_help", "run"], 5)

    def test_a_broken_repair_stands_where_the_old_definition_stood(self) -> None:
        code = merge(CODE, self.HALF)
        assert code == CODE.replace(HELP, self.HALF)

    def test_it_is_mended_in_its_turn(self) -> None:
        assert run(merge(merge(CODE, self.HALF), HELP), 4) == 5

    def test_a_broken_constant_is_told_by_its_name(self) -> None:
        assert run(merge(CODE.replace(BASE, "_BASE: int = (1"), "_BASE = 3")) == 3

    def test_nothing_is_dropped_while_something_is_broken(self) -> None:
        code = merge(CODE, "def run(data):\n    return (1")
        assert "_help" in code
        assert "_BASE" in code

    def test_a_long_text_in_broken_code_stays_whole(self) -> None:
        text = "_TEXT = '''\nx = 1\n\ndef y(): pass\n'''"
        code = f"{text}\n\n\n{self.HALF}\n\n\ndef run(data):\n    return _TEXT + _help(data)"
        assert run(merge(code, HELP), "!") == "\nx = 1\n\ndef y(): pass\n!"

    def test_a_comment_at_the_margin_does_not_cut_a_function(self) -> None:
        code = f"def run(data):\n    x = 1\n# here\n    return x + _help(data)\n\n\n{self.HALF}"
        assert run(merge(code, HELP), 1) == 2

    def test_a_repair_without_any_sense_stays_to_be_reported(self) -> None:
        code = merge(CODE, "this is (not Python")
        assert "this is (not Python" in code
        assert "def run" in code


NAMES = ("_a", "_b", "_c", "run")


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module of constants and functions that use names above them, each at most once."""
    chosen = draw(st.permutations(NAMES))[: draw(st.integers(0, 4))]
    parts = []
    for index, name in enumerate(chosen):
        used = draw(st.lists(st.sampled_from([*chosen[:index], "1"]), min_size=1, max_size=2))
        value = f"str([x() if callable(x) else x for x in ({', '.join(used)}, {draw(st.integers(0, 9))})])"
        is_function = name == "run" or draw(st.booleans())
        parts.append(f"def {name}(data=0):\n    return {value}" if is_function else f"{name} = {value}")
    return "\n\n\n".join(parts)


@settings(deadline=None)
@given(modules(), modules())
def test_merging_twice_is_merging_once(code: str, patch: str) -> None:
    once = merge(code, patch)
    assert merge(once, patch) == once


@settings(deadline=None)
@given(modules())
def test_an_empty_repair_changes_nothing_that_is_needed(code: str) -> None:
    once = merge(code, "")
    assert merge(once, "") == once
    assert set(defined(once)) <= set(defined(code))


@settings(deadline=None)
@given(modules(), modules())
def test_every_name_is_defined_once_and_as_the_repair_says(code: str, patch: str) -> None:
    merged = {ast.unparse(node) for node in ast.parse(merge(code, patch)).body}
    new = {ast.unparse(node) for node in ast.parse(patch).body}
    old = {ast.unparse(node) for node in ast.parse(code).body}
    names = defined(merge(code, patch))
    assert len(names) == len(set(names))
    assert all(text in new for text in merged if text not in old)
    assert all(text in merged for text in new if text.startswith("def run"))


@settings(deadline=None)
@given(modules(), modules())
def test_what_could_be_imported_still_can(code: str, patch: str) -> None:
    merged = merge(code, patch)
    nodes = {node for text in (code, patch) for node in defined(text)}
    if not set(defined(merged)) >= nodes & {"run"} or _is_circular(merged):
        return
    exec(merged, {})


def _is_circular(code: str) -> bool:
    """Whether constants and functions, by all names in them, use each other in a circle."""
    uses = {
        name: {
            used.id
            for used in ast.walk(node)
            if isinstance(used, ast.Name) and isinstance(used.ctx, ast.Load)
        }
        for node, name in zip(ast.parse(code).body, defined(code), strict=True)
    }
    for name, _ in itertools.product(uses, range(len(uses))):
        uses[name] |= {deep for used in uses[name] & uses.keys() for deep in uses[used]}
    return any(name in used for name, used in uses.items())


@settings(deadline=None)
@given(
    st.text(alphabet="ab(:='\"\n #@\\\tdef1 ", max_size=60),
    st.text(alphabet="ab(:='\"\n #@\\\tdef1 ", max_size=60),
)
def test_any_two_texts_are_merged(code: str, patch: str) -> None:
    assert isinstance(merge(code, patch), str)
