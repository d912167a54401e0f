"""Validation of code that is there already: which kind of target gets which stages, and what is completed or refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, Protocol

import pytest

from compiled_ai.artifact import Artifact, load_artifact
from compiled_ai.errors import OperatorError, SpecError
from compiled_ai.factory import CompilationResult
from compiled_ai.factory.validate import (
    ValidateOptions,
    validate_activities,
    validate_artifact,
    validate_text,
)
from compiled_ai.findings import StageReport
from compiled_ai.spec import Spec

BODY = '''def double(data: DoubleInput) -> DoubleOutput:
    """Double."""
    if data["n"] < 0:
        abstain("negative")
    return {"twice": 2 * data["n"]}
'''
ACTIVITY = f'"""Doc."""\n\nfrom compiled_ai.modules import abstain\n\n\n{BODY}'
OPTIONS = ValidateOptions()


class Bench(Protocol):
    """The fixture in conftest.py."""

    folder: Path

    def spec(self, **changes: Any) -> Spec: ...
    def compile(self, spec: Spec, *replies: Any) -> CompilationResult: ...


@pytest.fixture
def artifact(bench: Bench) -> Artifact:
    return bench.compile(bench.spec(), f"```python\n{ACTIVITY}```").artifact


def moved(artifact: Artifact, folder: Path, build: str | None) -> Artifact:
    """A copy of `artifact` whose build.json holds `build`, or is missing."""
    path = Path(shutil.copytree(artifact.path, folder / "copy"))
    (path / "build.json").unlink()
    if build is not None:
        (path / "build.json").write_text(build)
    return load_artifact(path)


class TestText:
    """Any Python."""

    def test_gets_the_two_stages_that_execute_nothing(self) -> None:
        told: list[StageReport] = []
        validation = validate_text(
            '"""Doc."""\n\n\ndef f(x: int) -> int:\n    """F."""\n    return x\n',
            ValidateOptions(listener=told.append),
        )
        assert [report.stage for report in told] == ["security", "syntax"]
        assert validation.passed
        assert not validation.verification.passed

    def test_fails_if_either_stage_fails(self) -> None:
        untyped = '"""Doc."""\n\n\ndef f(x):\n    """F."""\n    return x\n'
        assert not validate_text(untyped, OPTIONS).passed
        assert not validate_text("import os\n", OPTIONS).passed


class TestActivities:
    """Code written by hand."""

    def test_missing_types_are_put_in(self, bench: Bench) -> None:
        validation = validate_activities(ACTIVITY, bench.spec(), OPTIONS)
        assert validation.passed
        assert "DoubleInput, DoubleOutput were put before the file" in validation.notes[0]

    @pytest.mark.parametrize(
        "top",
        [
            "",
            '"""Doc."""\n',
            "# Doc.\n'Doc.'\n",
            '"""Doc.\n\nMore "doc".\n"""\n\nfrom __future__ import annotations\n',
        ],
        ids=["nothing", "a docstring", "a comment before it", "a future import"],
    )
    def test_what_stands_at_the_top_is_no_harm_behind_the_types(self, top: str, bench: Bench) -> None:
        source = ACTIVITY.replace('"""Doc."""\n', top, 1)
        assert validate_activities(source, bench.spec(), OPTIONS).passed

    def test_a_text_without_effect_elsewhere_is_still_found(self, bench: Bench) -> None:
        source = ACTIVITY.replace("\n\n\ndef", '\n\n"""More."""\n\n\ndef')
        assert not validate_activities(source, bench.spec(), OPTIONS).passed

    def test_a_whole_file_is_left_as_it_is(self, bench: Bench, artifact: Artifact) -> None:
        validation = validate_activities(artifact.source, bench.spec(), OPTIONS)
        assert (validation.passed, validation.notes) == (True, ())

    def test_a_file_with_some_of_the_types_is_not_completed(self, bench: Bench) -> None:
        own = "from typing import TypedDict\n\n\nclass DoubleInput(TypedDict):\n    n: int\n\n\n"
        validation = validate_activities(
            ACTIVITY.replace("def double", own + "def double"), bench.spec(), OPTIONS
        )
        assert not validation.passed
        assert validation.notes == ()

    def test_what_does_not_parse_is_judged_as_it_is(self, bench: Bench) -> None:
        validation = validate_activities("def double(:\n", bench.spec(), OPTIONS)
        failed = validation.verification.failed_stage
        assert (failed and failed.stage, validation.notes) == ("security", ())

    def test_syntax_is_reported_even_where_security_failed(self, bench: Bench) -> None:
        source = ACTIVITY.replace('2 * data["n"]}', 'str(eval("2"))}')
        validation = validate_activities(source, bench.spec(), OPTIONS)
        assert [(item.stage, item.passed) for item in validation.verification.reports] == [
            ("security", False),
            ("syntax", False),
        ]

    def test_a_function_of_another_name_fails(self, bench: Bench) -> None:
        source = ACTIVITY.replace("def double(", "def twice(")
        assert not validate_activities(source, bench.spec(), OPTIONS).passed


class TestArtifact:
    """A compiled one."""

    def test_its_spec_is_found_where_it_was_compiled_from(self, artifact: Artifact) -> None:
        assert validate_artifact(artifact, None, OPTIONS).passed

    def test_a_spec_that_moved_must_be_given(self, artifact: Artifact, bench: Bench, tmp_path: Path) -> None:
        copy = moved(artifact, tmp_path, json.dumps({"spec_path": str(tmp_path / "gone.yaml")}))
        with pytest.raises(OperatorError, match=r"gone\.yaml any more.*give it with --spec"):
            validate_artifact(copy, None, OPTIONS)
        assert validate_artifact(copy, bench.spec(), OPTIONS).passed

    @pytest.mark.parametrize("build", [None, "", "[]", "{}", "{"])
    def test_without_a_word_on_it_the_copy_in_the_artifact_is_taken(
        self, build: str | None, artifact: Artifact, tmp_path: Path
    ) -> None:
        assert validate_artifact(moved(artifact, tmp_path, build), None, OPTIONS).passed

    @pytest.mark.parametrize("build", ['{"spec_path": {}}', '{"spec_path": ""}', '{"spec_path": "/"}'])
    def test_a_path_that_is_no_file_asks_for_the_spec(
        self, build: str, artifact: Artifact, tmp_path: Path
    ) -> None:
        with pytest.raises(OperatorError, match="give it with --spec"):
            validate_artifact(moved(artifact, tmp_path, build), None, OPTIONS)

    def test_another_spec_is_refused_with_both_digests(self, artifact: Artifact, bench: Bench) -> None:
        other = bench.spec(name="other")
        with pytest.raises(
            OperatorError, match=f"{other.source.digest[:15]}, not {artifact.manifest.spec[:15]}"
        ):
            validate_artifact(artifact, other, OPTIONS)

    def test_a_spec_that_was_changed_since_is_refused(self, artifact: Artifact, bench: Bench) -> None:
        bench.spec(instructions="Three times the number.")
        with pytest.raises(OperatorError, match="is not the spec"):
            validate_artifact(artifact, None, OPTIONS)

    def test_a_spec_that_has_errors_by_now_is_named(self, artifact: Artifact, bench: Bench) -> None:
        (bench.folder / "double.yaml").write_text("name: 7\n")
        with pytest.raises(SpecError, match=r"double\.yaml"):
            validate_artifact(artifact, None, OPTIONS)
