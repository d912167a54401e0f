"""From logged cases to a promoted artifact: what is learnt, what is refused, and that nothing changes before it is approved."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.integration.evolve.conftest import CAUTIOUS, GOOD, LARGE, LOST, Workshop, teach

from compiled_ai.artifact import load_artifact
from compiled_ai.errors import (
    ArtifactError,
    CompilationFailedError,
    InputError,
    OperatorError,
    StoreError,
)
from compiled_ai.evolve.proposal import kept_hidden
from compiled_ai.spec import load_spec


class TestLearning:
    def test_an_empty_log_teaches_nothing_and_asks_nobody(self, shop: Workshop) -> None:
        found = shop.evolve()
        assert (found.spec, found.candidate, shop.asked) == (None, None, [])
        assert not shop.log.path.exists()  # type: ignore[union-attr]  # it has a path

    def test_answers_of_people_become_examples_and_hidden_cases(self, shop: Workshop) -> None:
        teach(shop)
        found = shop.evolve()
        assert found.spec is not None
        assert found.diff is not None
        assert len(found.selection.examples) == 24
        assert found.spec.version == "1.0.1"
        assert len(found.spec.examples) == 2 + 24
        assert len(found.spec.tests) == 2
        assert len(kept_hidden(found.spec)) == len(found.selection.hidden) > 5
        assert found.diff.share(["new hidden"], after=False).answered == 0
        after = found.diff.share(["new hidden", "logged"], after=True)
        assert after.right == after.count == 40 - 24
        assert not found.diff.regressions

    def test_nothing_that_runs_or_was_written_by_the_author_changes(self, shop: Workshop) -> None:
        teach(shop)
        before, text = shop.current, shop.spec_path.read_bytes()
        found = shop.evolve()
        assert shop.current == before
        assert shop.spec_path.read_bytes() == text
        assert found.candidate is not None
        assert found.candidate.path != before.path

    def test_no_hidden_case_reaches_the_coder(self, shop: Workshop) -> None:
        teach(shop)
        found = shop.evolve()
        assert shop.asked
        for lesson in (*found.selection.hidden, *found.selection.spare):
            number = str(lesson.input["n"])
            assert not any(f": {number}" in prompt or f":{number}}}" in prompt for prompt in shop.asked)

    def test_the_same_log_gives_the_same_candidate_for_nothing(self, shop: Workshop) -> None:
        teach(shop)
        first = shop.evolve()
        asked = len(shop.asked)
        second = shop.evolve()
        assert len(shop.asked) == asked
        assert first.candidate is not None
        assert second.candidate is not None
        assert first.candidate.path == second.candidate.path

    def test_what_was_learnt_is_not_learnt_again(self, shop: Workshop) -> None:
        teach(shop, range(200, 210))
        found = shop.evolve()
        assert found.candidate is not None
        assert shop.approve(found.candidate.manifest.artifact).promotion
        again = shop.evolve()
        assert again.spec is None
        assert again.harvest.known == 10

    def test_answers_of_a_model_are_used_only_on_request(self, shop: Workshop) -> None:
        for number in LARGE:
            shop.note(number, model={"twice": 2 * number})
        assert shop.evolve().spec is None
        found = shop.evolve(teachers="model")
        assert found.diff is not None
        assert {authority for _, authority in found.diff.table()} == {"golden", "model"}

    def test_a_step_that_declines_is_written_anew_and_one_that_does_not_stands(self, shop: Workshop) -> None:
        shop.note(7, human={"twice": 14})
        found = shop.evolve()
        assert found.compilation is not None
        assert found.compilation.rung == "reused"
        assert shop.asked == []


class TestDistrust:
    def test_a_poisoned_answer_of_a_model_is_shown_and_not_used(self, shop: Workshop) -> None:
        shop.note(30, model={"twice": 61})
        found = shop.evolve(teachers="both")
        assert found.spec is None
        assert [conflict.why for conflict in found.harvest.conflicts] == [
            "the spec says otherwise (case test-1)"
        ]

    def test_a_person_goes_before_a_model(self, shop: Workshop) -> None:
        shop.note(200, model={"twice": 1})
        shop.note(200, human={"twice": 400})
        found = shop.evolve(teachers="both")
        assert [(item.by, item.output) for item in found.harvest.inputs] == [("human", {"twice": 400})]

    def test_what_a_person_rejected_no_model_teaches(self, shop: Workshop) -> None:
        shop.note(200, model={"twice": 400}, kind="rejected")
        assert shop.evolve(teachers="both").spec is None

    def test_when_all_contradict_each_other_nothing_is_learnt(self, shop: Workshop) -> None:
        for number in range(200, 205):
            shop.note(number, human={"twice": 1})
            shop.note(number, human={"twice": 2})
            shop.note(number + 100, model={"twice": 1})
            shop.note(number + 100, model={"twice": 2})
        found = shop.evolve(teachers="both")
        assert found.spec is None
        assert len(found.harvest.conflicts) == 10

    def test_cases_of_no_use_are_counted_by_reason(self, shop: Workshop) -> None:
        shop.note(200, human={"twice": 400}, kind="masked")
        shop.note(201, human={"twice": 402}, kind="of a step")
        shop.note(202, human={"twice": 404}, kind="of another spec")
        shop.note("\ud800", human={"twice": 404})
        shop.note(203, human={"thrice": 1})
        shop.note(204, human={"twice": 10**500})
        found = shop.evolve()
        assert found.spec is None
        assert sorted(found.harvest.left_out.values()) == [1, 1, 1, 1, 1]
        assert found.unusable + sum(found.harvest.left_out.values()) >= 5

    def test_thousands_of_cases_give_a_spec_of_bounded_size(self, shop: Workshop) -> None:
        teach(shop, range(1_000, 3_000))
        found = shop.evolve()
        assert found.spec is not None
        assert found.diff is not None
        assert (len(found.selection.examples), len(found.selection.hidden)) == (24, 300)
        assert len(found.diff.rows) == 4 + 2_000


class TestRegressions:
    def test_a_candidate_that_loses_a_golden_case_is_not_promoted(self, shop: Workshop) -> None:
        teach(shop)
        found = shop.evolve(LOST)
        assert found.diff is not None
        assert found.candidate is not None
        assert [row.change for row in found.diff.regressions] == ["right->declined"]
        old = shop.current
        assert shop.approve(found.candidate.manifest.artifact).promotion is None
        assert shop.current == old

    def test_a_candidate_that_contradicts_a_person_is_not_promoted(self, shop: Workshop) -> None:
        teach(shop, range(200, 210))
        shop.note(400, human={"twice": 801})
        found = shop.evolve()
        assert found.diff is not None
        assert [row.change for row in found.diff.regressions] == ["declined->wrong"]

    def test_a_model_that_is_contradicted_holds_nothing_up(self, shop: Workshop) -> None:
        for number in LARGE:
            shop.note(number, model={"twice": 2 * number + (number == 211)})
        found = shop.evolve(teachers="model")
        assert found.diff is not None
        assert [row.change for row in found.diff.rows if row.subject.input == {"n": 211}] == [
            "declined->wrong"
        ]
        assert not found.diff.regressions

    def test_what_a_person_says_in_the_meantime_counts(self, shop: Workshop) -> None:
        for number in LARGE:
            shop.note(number, model={"twice": 2 * number})
        found = shop.evolve(teachers="model")
        assert found.candidate is not None
        shop.note(222, human={"twice": 5})
        assert shop.approve(found.candidate.manifest.artifact).promotion is None

    def test_a_candidate_that_fails_validation_changes_nothing(self, shop: Workshop) -> None:
        teach(shop)
        old = shop.current
        with pytest.raises(CompilationFailedError, match="accuracy"):
            shop.evolve(GOOD.replace("2 *", "3 *"))
        assert shop.current == old


class TestTries:
    def test_another_candidate_is_made_of_fewer_examples_while_one_regresses(self, shop: Workshop) -> None:
        teach(shop)
        found = shop.evolve(LOST, GOOD, tries=3)
        assert found.diff is not None
        assert not found.diff.regressions
        assert [(one.examples, one.regressions) for one in found.discarded] == [(24, 1)]
        assert len(found.selection.examples) == 16
        assert len(shop.asked) == 2

    def test_a_candidate_that_fails_validation_is_told_of(self, shop: Workshop) -> None:
        teach(shop)
        found = shop.evolve("no code at all", GOOD, tries=2)
        assert [(one.candidate, one.examples) for one in found.discarded] == [("", 24)]
        assert "was not compiled" in found.discarded[0].problem
        assert found.candidate is not None

    def test_when_all_regress_the_one_that_regresses_least_is_shown(self, shop: Workshop) -> None:
        teach(shop)
        found = shop.evolve(LOST, tries=2)
        assert found.diff is not None
        assert found.diff.regressions
        assert len(found.discarded) == 1

    def test_one_try_is_the_default(self, shop: Workshop) -> None:
        teach(shop)
        found = shop.evolve(LOST)
        assert found.diff is not None
        assert (len(found.diff.regressions), found.discarded, len(shop.asked)) == (1, (), 1)


class TestPromoting:
    @pytest.fixture
    def shop(self, ready: Workshop) -> Workshop:
        return ready

    def test_an_approved_candidate_becomes_current_and_can_be_taken_back(self, shop: Workshop) -> None:
        old = shop.current.manifest.artifact
        found = shop.evolve()
        assert found.candidate is not None
        new = found.candidate.manifest.artifact
        done = shop.approve(new[:15])
        assert shop.current.manifest.artifact == new
        assert done.promotion is not None
        assert (done.promotion.actor, done.promotion.old, done.promotion.new) == ("ben", old, new)
        assert done.promotion.counts["binding declined->right"] == 40
        shop.promotions.roll_back(by="ann", why="it itches")
        assert shop.current.manifest.artifact == old
        assert [record.action for record in shop.promotions.records()] == ["promoted", "rolled back"]
        with pytest.raises(OperatorError, match="nothing says what was before"):
            shop.promotions.roll_back(by="ann", why="further")
        shop.promotions.roll_back(to=new, by="ann", why="forth")
        assert shop.current.manifest.artifact == new

    @pytest.mark.parametrize("digits", ["", "a1:", "a1:0123", "0" * 12, "zzzzzzzzzzzzzz", "*" * 20], ids=repr)
    def test_any_other_digest_is_refused(self, shop: Workshop, digits: str) -> None:
        shop.evolve()
        old = shop.current
        with pytest.raises(OperatorError):
            shop.approve(digits)
        assert shop.current == old
        assert shop.promotions.records() == ()

    def test_an_approval_needs_a_name(self, shop: Workshop) -> None:
        found = shop.evolve()
        assert found.candidate is not None
        with pytest.raises(InputError, match="--by"):
            shop.approve(found.candidate.manifest.artifact, by=" ")

    def test_a_candidate_for_another_artifact_is_refused(self, shop: Workshop) -> None:
        found = shop.evolve()
        assert found.candidate is not None
        shop.spec_path.write_text(shop.spec_path.read_text().replace("1.0.0", "1.1.0"))
        other = shop.build_again()
        with pytest.raises(OperatorError, match="run evolve again"):
            shop.approve(found.candidate.manifest.artifact)
        assert shop.current.manifest.artifact == other.manifest.artifact

    def test_a_tampered_candidate_is_refused(self, shop: Workshop) -> None:
        found = shop.evolve()
        assert found.candidate is not None
        (found.candidate.path / "activities.py").write_text("")
        with pytest.raises(ArtifactError):
            shop.approve(found.candidate.manifest.artifact)

    def test_an_evolved_spec_that_was_changed_is_refused(self, shop: Workshop) -> None:
        found = shop.evolve()
        assert found.candidate is not None
        assert found.spec is not None
        path = found.spec.source.path
        path.write_text(path.read_text().replace("Twice the number", "Thrice the number"))
        with pytest.raises(OperatorError, match="is not the spec"):
            shop.approve(found.candidate.manifest.artifact)


class TestTrouble:
    @pytest.fixture
    def shop(self, ready: Workshop) -> Workshop:
        return ready

    def test_a_spec_that_was_edited_since_is_refused(self, shop: Workshop) -> None:
        shop.spec_path.write_text(shop.spec_path.read_text().replace("Twice", "Two times"))
        with pytest.raises(OperatorError, match="recompile"):
            shop.evolve()

    def test_two_at_once_give_one_candidate(self, fresh: Workshop) -> None:
        teach(fresh)
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda _: fresh.evolve(), range(2)))
        paths = {evolution.candidate.path for evolution in found if evolution.candidate}
        assert len(paths) == 1
        assert load_artifact(paths.pop()).workflow.name == "double"
        assert not [path for path in fresh.promotions.path.parent.iterdir() if path.name.endswith(".part")]

    def test_two_approvals_at_once_promote_once(self, shop: Workshop) -> None:
        found = shop.evolve()
        assert found.candidate is not None
        digest = found.candidate.manifest.artifact

        def try_it(_: int) -> str:
            try:
                return "promoted" if shop.approve(digest).promotion else "regressed"
            except OperatorError:
                return "refused"

        with ThreadPoolExecutor(4) as pool:
            assert "promoted" in list(pool.map(try_it, range(4)))
        assert shop.current.manifest.artifact == digest
        assert shop.promotions.note() == ""

    def test_a_current_that_was_moved_by_hand_is_told_of(self, shop: Workshop) -> None:
        old = shop.current
        found = shop.evolve()
        assert found.candidate is not None
        shop.approve(found.candidate.manifest.artifact)
        (shop.store.root / "double" / "current").write_text(old.path.name)
        assert "by hand" in shop.evolve().note

    def test_a_promotion_that_was_cut_off_is_completed(self, shop: Workshop) -> None:
        found = shop.evolve()
        assert found.candidate is not None
        digest = found.candidate.manifest.artifact
        program = f"""
import os, pathlib
from compiled_ai.artifact.store import Store
Store.make_current = lambda *_: os.kill(os.getpid(), 9)
from compiled_ai.evolve.evolution import Approval, EvolveOptions, approve
from compiled_ai.factory import CompileOptions
store = Store(pathlib.Path({str(shop.store.root)!r}))
approve("double", Approval(digest={digest!r}, by="ben"), EvolveOptions(compiling=CompileOptions(store=store)))
"""
        killed = subprocess.run([sys.executable, "-c", program], check=False)
        assert killed.returncode == -9
        assert shop.current.manifest.artifact != digest
        assert "the process died before" in shop.promotions.note()
        assert shop.approve(digest).promotion
        assert shop.current.manifest.artifact == digest
        assert shop.promotions.note() == ""

    def test_a_log_of_promotions_that_was_changed_is_refused(self, shop: Workshop) -> None:
        found = shop.evolve()
        assert found.candidate is not None
        shop.approve(found.candidate.manifest.artifact, by="ben")
        shop.promotions.roll_back(by="ann", why="x")
        path = shop.promotions.path
        path.write_text(path.read_text().replace('"ben"', '"eve"'))
        with pytest.raises(StoreError, match="chain is broken"):
            shop.promotions.roll_back(by="ann", why="x")

    def test_a_rollback_to_what_is_gone_or_broken_is_refused(self, shop: Workshop) -> None:
        old = shop.current
        found = shop.evolve()
        assert found.candidate is not None
        shop.approve(found.candidate.manifest.artifact)
        with pytest.raises(ArtifactError):
            shop.promotions.roll_back(to="0123456789abcdef", by="ann", why="x")
        (old.path / "activities.py").write_text("")
        with pytest.raises(ArtifactError):
            shop.promotions.roll_back(by="ann", why="x")
        shutil.rmtree(old.path)
        with pytest.raises(ArtifactError):
            shop.promotions.roll_back(by="ann", why="x")
        assert shop.current.manifest.artifact == found.candidate.manifest.artifact

    def test_a_current_that_is_damaged_can_be_rolled_back(self, shop: Workshop) -> None:
        old = shop.current
        found = shop.evolve()
        assert found.candidate is not None
        shop.approve(found.candidate.manifest.artifact)
        (found.candidate.path / "manifest.json").write_text("{}")
        shop.promotions.roll_back(by="ann", why="damaged")
        assert shop.current == old


def test_a_compilation_of_the_old_spec_takes_the_lessons_away_and_is_told_of(ready: Workshop) -> None:
    found = ready.evolve()
    assert found.candidate is not None
    ready.approve(found.candidate.manifest.artifact)
    ready.build(CAUTIOUS)
    assert ready.promotions.note()


def test_the_evolved_spec_can_be_taken_over(ready: Workshop, tmp_path: Path) -> None:
    found = ready.evolve()
    assert found.spec is not None
    shutil.copytree(found.spec.source.path.parent, tmp_path / "author")
    assert load_spec(tmp_path / "author" / "double.yaml").source.digest == found.spec.source.digest
    assert "# by the author" in found.spec.source.text
