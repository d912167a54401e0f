"""The gallery is chosen by a seed, counts the rest, and keeps held-out texts back on request."""

from __future__ import annotations

from collections import Counter

from tests.unit.bench.report.made_up import Plan, make_run

from compiled_ai.bench.report.gallery import BLINDED, MOST_LETTERS, GalleryOptions, Room, Shown, gallery_of
from compiled_ai.bench.rows import RIGHT, Run


def _shown(rooms: tuple[Room, ...]) -> list[Shown]:
    return [shown for room in rooms for shelf in room.shelves for shown in shelf.shown]


def test_every_failure_is_counted_and_a_few_of_each_kind_and_system_are_shown(run: Run) -> None:
    rooms = gallery_of([run], GalleryOptions(each=2))
    assert sum(room.total for room in rooms) == sum(row.outcome not in RIGHT for row in run.cases)
    counts = Counter((room.key, shelf.system) for room in rooms for shelf in room.shelves)
    assert max(counts.values()) == 1
    assert all(len(shelf.shown) == min(2, shelf.total) for room in rooms for shelf in room.shelves)


def test_the_choice_is_the_seeds(run: Run) -> None:
    first, again, other = (gallery_of([run], GalleryOptions(seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_inputs_expected_answers_and_outputs_are_those_of_the_case(run: Run) -> None:
    for shown in _shown(gallery_of([run], GalleryOptions())):
        known = run.inputs[shown.case_id]
        assert isinstance(known, dict)
        number = int(shown.case_id.removeprefix("case-"))
        assert f"Book {number} seats" in shown.input
        assert shown.expected == "to be declined" or f'"seats": {number}' in shown.expected


def test_an_answer_that_should_have_been_a_decline_is_a_kind_of_its_own(run: Run) -> None:
    rooms = {room.key: room for room in gallery_of([run], GalleryOptions(each=99))}
    assert all(shown.expected == "to be declined" for shown in _shown((rooms["overeager"],)))


def test_a_blind_gallery_holds_no_text_of_held_out_cases(run: Run) -> None:
    for shown in _shown(gallery_of([run], GalleryOptions(each=99, blind=True))):
        texts = {shown.input, shown.expected, shown.output}
        assert (texts == {BLINDED}) == (shown.split == "held_out")


def test_long_texts_are_cut_and_the_rest_counted() -> None:
    run = make_run(Plan(attack=False))
    row = next(row for row in run.cases if row.outcome == "wrong")
    long = row.model_copy(update={"output": "x" * (MOST_LETTERS + 7)})
    [shown] = _shown(gallery_of([run.model_copy(update={"cases": (long,)})], GalleryOptions()))
    assert shown.output.endswith("… and 7 more characters")


def test_a_case_that_two_runs_hold_is_counted_once(run: Run) -> None:
    assert gallery_of([run, run], GalleryOptions()) == gallery_of([run], GalleryOptions())


def test_repeats_of_a_case_are_shown_once() -> None:
    rooms = gallery_of([make_run(Plan(repeats=5))], GalleryOptions(each=50))
    for room in rooms:
        for shelf in room.shelves:
            ids = [shown.case_id for shown in shelf.shown]
            assert len(ids) == len(set(ids))
