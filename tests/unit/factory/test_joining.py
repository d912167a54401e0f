"""Code of several steps in one module: nothing of one step takes the place of something of another."""

from __future__ import annotations

import pytest

from compiled_ai.factory.joining import join_bodies
from compiled_ai.subset import load_activities

ONE = '''\
from compiled_ai.modules.text import fold

_CUES = ("a",)


def _help(text: str) -> str:
    """Mark."""
    return f"{_CUES[0]}{fold(text)}"


def one(data: dict[str, str]) -> dict[str, str]:
    """The first step."""
    return {"x": _help(data["x"])}
'''
TWO = ONE.replace('"a"', '"b"').replace("def one", "def two").replace("first", "second")


def answers(source: str) -> list[object]:
    run = load_activities(f"from __future__ import annotations\n{source}", "activities.py", ["one", "two"])
    return [run[step]({"x": "Ä"}) for step in ("one", "two")]


def test_constants_of_one_name_stay_apart_and_so_do_helpers_that_read_them() -> None:
    joined = join_bodies([ONE, TWO])
    assert [*map(str, answers(joined))] == ["{'x': 'aa'}", "{'x': 'ba'}"]
    assert '_CUES_2 = ("b",)' in joined
    assert "def _help_2(text" in joined


def test_what_both_define_alike_is_there_once() -> None:
    joined = join_bodies([ONE, ONE.replace("def one", "def two")])
    assert joined.count("def _help(") == 1
    assert joined.count("_CUES = ") == 1
    assert len(set(map(str, answers(joined)))) == 1


def test_a_name_that_is_used_already_is_not_taken() -> None:
    joined = join_bodies([f"{ONE}\n\n_CUES_2 = 3\n", TWO])
    assert '_CUES_3 = ("b",)' in joined


def test_attributes_keywords_and_texts_keep_their_words() -> None:
    first = "cut = 1\n\n\ndef one(data: dict[str, str]) -> None:\n    pass\n"
    second = 'cut = 2\n\n\ndef two(data: dict[str, str]) -> str:\n    return f"cut {cut}" + data.cut(cut=cut) + "é"\n'
    assert 'f"cut {cut_2}" + data.cut(cut=cut_2) + "é"' in join_bodies([first, second])


def test_definitions_that_stand_already_may_be_left_out() -> None:
    joined = join_bodies([ONE, TWO + ONE.replace('"x": _help', '"x": str')], leave_out=["one"])
    assert joined.count("def one(") == 1
    assert (
        'def one(data: dict[str, str]) -> dict[str, str]:\n    """The first step."""\n    return {"x": _help('
        in joined
    )


@pytest.mark.parametrize("body", ["def (", "x = '"])
def test_what_does_not_parse_is_kept_for_the_report(body: str) -> None:
    assert join_bodies([ONE, body]) == f"{ONE}\n\n\n{body}"
