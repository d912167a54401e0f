"""Which lessons are shown and which are hidden."""

from __future__ import annotations

from compiled_ai.evolve.lessons import LoggedInput, Teacher, input_digest
from compiled_ai.evolve.selection import is_example, select
from compiled_ai.spec.canonical import JsonObject


def lesson(text: str, by: Teacher = "human") -> LoggedInput:
    data: JsonObject = {"text": text}
    return LoggedInput(digest=input_digest(data), input=data, output={"a": 1}, by=by)


MANY = [lesson(f"ticket number {number} of many") for number in range(1_000)]


def test_seven_in_ten_may_be_shown() -> None:
    assert 660 < sum(is_example(item.digest) for item in MANY) < 740


def test_a_lesson_never_changes_sides() -> None:
    few, all_ = select(MANY[:50]), select(MANY)
    shown = {item.digest for item in (*few.examples, *all_.examples)}
    hidden = {item.digest for item in (*few.hidden, *all_.hidden)}
    assert not shown & hidden


def test_nothing_is_lost_and_the_order_does_not_matter() -> None:
    chosen, other = select(MANY), select(MANY[::-1])
    assert chosen == other
    assert len(chosen.examples) + len(chosen.hidden) + len(chosen.spare) == len(MANY)


def test_the_answers_of_people_come_first() -> None:
    mixed = [*(lesson(f"m {number}", "model") for number in range(100)), *(MANY[:20])]
    chosen = select(mixed, most=10)
    assert {item.by for item in chosen.examples} == {"human"}


def test_examples_differ_from_each_other_and_from_known_ones() -> None:
    same = [lesson(f"the invoice is wrong {number}") for number in range(40)]
    odd = next(
        item
        for item in map(lesson, ("gone dark a", "gone dark b", "gone dark c", "gone dark d"))
        if is_example(item.digest)
    )
    chosen = select([*same, odd], known=[{"text": "the invoice is wrong"}], most=1)
    assert chosen.examples == (odd,)


def test_what_is_too_long_for_a_prompt_is_not_shown() -> None:
    long = [lesson(f"{number} " + "word " * 2_000) for number in range(20)]
    assert not select(long).examples
    assert not select([lesson("x" * 100_000 + str(number)) for number in range(20)]).hidden


def test_whole_floats_are_the_same_input() -> None:
    assert input_digest({"n": 1.0, "l": [{"m": 2.0}]}) == input_digest({"n": 1, "l": [{"m": 2}]})
