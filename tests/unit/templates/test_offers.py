"""Templates that are offered for a task: by its words, and by a stored task that is alike. Mostly nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compiled_ai.artifact import Artifact
from compiled_ai.artifact.manifest import GUARDED_FILES, seal
from compiled_ai.factory.plan import make_plan
from compiled_ai.spec import Spec, load_spec, parse_spec
from compiled_ai.spec.canonical import JsonObject
from compiled_ai.templates.offers import LEAST_BY_TASK, LEAST_BY_WORDS, Offer, find_offers
from compiled_ai.templates.registry import builtin_registry

EXAMPLES = Path(__file__).parents[3] / "examples"
NEEDS = Path(__file__).parent / "search_needs.jsonl"
STRANGE = [
    line["need"]
    for line in map(json.loads, NEEDS.read_text(encoding="utf-8").splitlines())
    if not line["template"]
]
TEXT: dict[str, Any] = {"text": "string"}
REQUEST: dict[str, Any] = {"request": "string"}


def task(name: str, description: str, takes: dict[str, Any], gives: dict[str, Any]) -> Spec:
    document = {
        "name": name,
        "description": description,
        "instructions": description,
        "input": takes,
        "output": gives,
        "examples": [{"input": dict.fromkeys(takes, ""), "abstain": True}],
    }
    return parse_spec(json.dumps(document), path=Path(f"{name}.yaml"))


def stored(spec: Spec) -> Artifact:
    """An artifact as the store would give it, as far as offers look at it."""
    fields: JsonObject = {
        "name": spec.name,
        "version": spec.version,
        "spec": "s1:",
        "compliance": [],
        "fallback": {},
        "instructions": f"{spec.description}\n{spec.instructions}",
        "compilation": {},
        "evidence": {},
    }
    manifest = seal(fields, dict.fromkeys(GUARDED_FILES, ""))
    return Artifact(path=Path(), manifest=manifest, workflow=make_plan(spec).workflow, source="CODE")


def identity(spec: Spec) -> str:
    """As the store calls it."""
    return f"{spec.name}@{stored(spec).manifest.artifact[3:19]}"


TRIANGLE = task(
    "triangle", "Read base and height of a triangle.", REQUEST, {"base": "integer", "height": "integer"}
)
CIRCLE = task("circle", "Read the radius of a circle.", REQUEST, {"radius": "integer"})
WEATHER = task(
    "weather", "Read the city and day of a weather request.", REQUEST, {"city": "string", "day": "string"}
)
MOOD = task("mood", "Tell the mood of a film review.", TEXT, {"mood": ["good", "bad"]})
INTENT = task(
    "intent",
    "Name what a customer wants from support.",
    {"message": "string"},
    {"intent": ["pay", "return"]},
)
TOPIC = task(
    "topic",
    "Decide what a customer writes to support about.",
    {"message": "string"},
    {"topic": ["billing", "other"]},
)


class TestByWords:
    """Builtin and user templates, by description, instructions and names of fields."""

    @pytest.mark.parametrize(
        ("example", "template"),
        [
            ("invoice_normalization", "normalizer"),
            ("ticket_routing", "router"),
            ("xy/extraction", "extractor"),
            ("xy/function_calling", "function_call"),
            ("xy/normalization", "normalizer"),
            ("xy/transformation", "aggregator"),
        ],
    )
    def test_a_task_is_offered_the_template_that_fits(self, example: str, template: str) -> None:
        (offer,) = find_offers(load_spec(EXAMPLES / f"{example}.yaml"), builtin_registry(), ())
        assert (offer.template, offer.source) == (template, "words")
        assert offer.score >= LEAST_BY_WORDS
        assert " in " in offer.why

    @pytest.mark.parametrize("need", STRANGE)
    def test_a_task_of_another_world_is_offered_nothing(self, need: str) -> None:
        assert find_offers(task("task", need, TEXT, {"result": "string"}), builtin_registry(), ()) == ()

    def test_only_activities_are_offered(self) -> None:
        others = [template for template in builtin_registry() if template.kind != "activity"]
        spec = task("send", "Post an alert in a chat when a job fails.", TEXT, {"alert": "string"})
        assert find_offers(spec, others, ()) == ()


class TestByTask:
    """A stored task of a like signature."""

    @pytest.mark.parametrize(
        ("new", "known", "template"),
        [
            pytest.param(CIRCLE, TRIANGLE, "extractor", id="circle_like_triangle"),
            pytest.param(TOPIC, INTENT, "classifier", id="topic_like_intent"),
        ],
    )
    def test_the_template_of_a_task_that_is_alike_is_offered(
        self, new: Spec, known: Spec, template: str
    ) -> None:
        (offer,) = find_offers(new, (), [stored(MOOD), stored(known)])
        assert (offer.template, offer.source) == (template, identity(known))
        assert LEAST_BY_TASK <= offer.score <= 1
        assert f"the stored task {known.name} is alike" in offer.why

    @pytest.mark.parametrize(
        ("new", "known"),
        [
            pytest.param(WEATHER, TRIANGLE, id="other_words"),
            pytest.param(MOOD, INTENT, id="same_shape_alone"),
            pytest.param(TRIANGLE, MOOD, id="other_template"),
        ],
    )
    def test_a_task_that_is_not_alike_offers_nothing(self, new: Spec, known: Spec) -> None:
        assert find_offers(new, (), [stored(known)]) == ()

    def test_an_earlier_version_of_the_task_itself_is_no_similar_one(self) -> None:
        assert find_offers(TRIANGLE, (), [stored(TRIANGLE)]) == ()

    def test_nothing_of_the_other_tasks_code_is_in_an_offer(self) -> None:
        (offer,) = find_offers(CIRCLE, (), [stored(TRIANGLE)])
        assert offer == Offer(
            template="extractor",
            score=offer.score,
            source=identity(TRIANGLE),
            why="the stored task triangle is alike: fields request in both",
        )


def test_nothing_is_offered_where_nothing_is_known() -> None:
    assert find_offers(TRIANGLE, (), ()) == ()
