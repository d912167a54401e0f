"""The knowledge graph dataset on a made-up graph, in memory; the endpoint against made-up replies."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from compiled_ai.bench.agentbench.kg import OPERATIONS, KgDataset, f1
from compiled_ai.bench.agentbench.kg_query import PREFIX, is_name
from compiled_ai.bench.agentbench.kg_store import EmbeddedStore, Endpoint, QueryFailedError, open_store
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue

Make = Callable[..., AgentBenchOptions]
needs_graph = pytest.mark.skipif(
    importlib.util.find_spec("pyoxigraph") is None, reason="pip install pyoxigraph"
)

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LINKS = {
    "m.north": {"trade.port.ships": ["m.anna", "m.bert"], "trade.port.country": ["m.land"]},
    "m.south": {"trade.port.ships": ["m.bert", "m.cora"]},
    "m.anna": {"trade.ship.captain": ["m.ann"]},
    "m.bert": {"trade.ship.captain": ["m.ben"]},
    "trade.port.ships": {"type.property.expected_type": ["trade.ship"]},
    "trade.port.country": {"type.property.expected_type": ["place.country"]},
}
_LENGTHS = {"m.anna": "9.5", "m.bert": "12", "m.cora": "110"}


def triples() -> bytes:
    lines = [
        f"<{PREFIX}{start}> <{PREFIX}{link}> <{PREFIX}{end}> ."
        for start, links in _LINKS.items()
        for link, ends in links.items()
        for end in ends
    ]
    lines += [
        f'<{PREFIX}{ship}> <{PREFIX}trade.ship.length> "{length}"^^<{_XSD}double> .'
        for ship, length in _LENGTHS.items()
    ]
    lines += [
        f'<{PREFIX}m.anna> <{PREFIX}trade.ship.motto> "on" .',
        f"<{PREFIX}m.anna> <http://elsewhere/x> <{PREFIX}m.x> .",
    ]
    return "\n".join(lines).encode()


QUESTIONS: list[JsonObject] = [
    {
        "question": "Who leads the ship that calls at both ports?",
        "source": "made up",
        "entities": {"North": "m.north", "South": "m.south"},
        "actions": [
            "get_relations(m.north)",
            "get_neighbors(North,trade.port.ships)",
            "get_relations(m.south)",
            "get_neighbors(m.south,trade.port.ships)",
            "intersection(#0,#1)",
            "get_relations(#2)",
            "get_neighbors(#2,trade.ship.captain)",
        ],
        "answer": [{"answer_type": "Entity", "answer_argument": "m.ben"}],
    },
    {
        "question": "Which ship of South is the longest?",
        "entities": {"South": "m.south"},
        "actions": [
            "get_relations(South)",
            "get_neighbors(South,trade.port.ships)",
            "get_attributes(#0)",
            "argmax(#0,trade.ship.length)",
        ],
        "answer": [{"answer_argument": "m.cora"}],
    },
    {
        "question": "Which ship of South is the shortest?",
        "entities": {"South": "m.south"},
        "actions": [
            "get_relations(South)",
            "get_neighbors(South,trade.port.ships)",
            "get_attributes(#0)",
            "argmin(#0,trade.ship.length)",
        ],
        "answer": [{"answer_argument": "m.bert"}],
    },
    {
        "question": "How many ships call at North?",
        "entities": {"North": "m.north"},
        "actions": ["get_relations(North)", "get_neighbors(North,trade.port.ships)", "count(#0)"],
        "answer": [{"answer_type": "Value", "answer_argument": "2"}],
    },
]


@pytest.fixture
def make(options_for: Callable[..., Make]) -> Make:
    return options_for("kg", json.dumps(QUESTIONS).encode())


def arguments_of(dataset: KgDataset, tool: str, values: list[str]) -> JsonObject:
    (task,) = dataset.tasks()
    properties = next(item for item in task.tools if item.name == tool).parameters["properties"]
    assert isinstance(properties, dict)
    return dict(zip(properties, values, strict=True))


def walk(dataset: KgDataset, number: int) -> JsonValue:
    environment = dataset.open(dataset.cases()[number])
    said = ""
    for action in dataset.entries()[number].actions:
        found = re.fullmatch(r"(\w+)\((.*)\)", action)
        assert found
        said = environment.call(found[1], arguments_of(dataset, found[1], found[2].split(",")))
        assert not said.startswith("Not done"), said
    environment.call("submit_answer", {"variable": said.split(",")[0]})
    environment.close()
    return environment.outcome()


@needs_graph
@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_the_given_way_leads_to_the_answer(make: Make, number: int) -> None:
    dataset = KgDataset(make(), store=EmbeddedStore(triples()))
    verdict = dataset.judge(dataset.cases()[number], walk(dataset, number))
    assert (verdict.right, verdict.score) == (True, 1.0), verdict


@needs_graph
def test_what_cannot_be_done_is_told(make: Make) -> None:
    dataset = KgDataset(make(), store=EmbeddedStore(triples()))
    environment = dataset.open(dataset.cases()[0])

    def call(tool: str, *values: str) -> str:
        return environment.call(tool, arguments_of(dataset, tool, list(values)))

    assert "neither an entity" in call("get_relations", "m.anna")
    assert "neither an entity" in call("get_relations", "x> } DELETE {")
    assert "has not listed" in call("get_neighbors", "North", "trade.port.ships")
    assert call("get_relations", "North") == "[trade.port.country, trade.port.ships]"
    assert "has not listed" in call("get_neighbors", "North", "trade.port.colour")
    assert call("get_neighbors", "North", "trade.port.ships") == "#0, a set of trade.ship"
    assert call("get_neighbors", "North", "trade.port.country") == "#1, a set of place.country"
    assert "not of the same type" in call("intersection", "#0", "#1")
    assert "no set '#7'" in call("count", "#7")
    assert "has not listed" in call("argmax", "#0", "trade.ship.length")
    assert call("get_attributes", "#0") == "[trade.ship.length]"
    assert call("get_attributes", "#1") == "[] (there are none)"
    environment = dataset.open(dataset.cases()[0])  # the operations of the first are used up
    call("get_relations", "North")
    call("get_neighbors", "North", "trade.port.ships")
    assert call("count", "#0") == "#1, a number"
    assert "is a number" in call("argmax", "#1", "trade.ship.length")
    assert "a number has no relations" in call("get_relations", "#1")
    assert "only a set or a number" in call("submit_answer", "North")
    assert environment.outcome() is None


class NoStore:
    def select(self, query: str) -> list[str]:
        raise QueryFailedError("too slow")


def test_a_graph_that_fails_is_told_and_operations_are_bounded(make: Make) -> None:
    dataset = KgDataset(make(), store=NoStore())
    environment = dataset.open(dataset.cases()[0])
    for _ in range(OPERATIONS):
        assert environment.call("get_relations", {"variable": "North"}) == "Not done: too slow."
    assert not environment.is_done
    environment.call("get_relations", {"variable": "North"})
    assert environment.is_done


@pytest.mark.parametrize(
    ("output", "score"),
    [
        pytest.param({"answers": ["m.ben"]}, 1.0, id="right"),
        pytest.param({"answers": ["m.ben", "m.x"]}, 2 / 3, id="one too many"),
        pytest.param({"answers": ["m.x"]}, 0.0, id="wrong"),
        pytest.param({"answers": []}, 0.0, id="none"),
        pytest.param({"answers": "m.ben"}, 0.0, id="no list"),
        pytest.param(None, 0.0, id="nothing"),
    ],
)
def test_f1_is_the_score_and_only_the_same_set_is_right(make: Make, output: JsonValue, score: float) -> None:
    dataset = KgDataset(make(), store=NoStore())
    verdict = dataset.judge(dataset.cases()[0], output)
    assert verdict.score == pytest.approx(score)
    assert verdict.right is (score == 1.0)


def test_figures(make: Make) -> None:
    dataset = KgDataset(make(), store=NoStore())
    cases = dataset.cases()
    figures = dataset.aggregate([(cases[0], {"answers": ["m.ben", "m.x"]}), (cases[1], None)])
    assert figures == {"F1": pytest.approx(1 / 3), "EM": 0.0, "executability": 0.5}
    assert f1(set(), set()) == 0.0


@pytest.mark.parametrize("name", ["m.0abc", "film.film.language", "g.11b6"])
def test_names(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "m.a>", "a b", "1a", "é", "a" * 300, "a\n"])
def test_other_texts_do_not_get_into_queries(name: str) -> None:
    assert not is_name(name)


def reply(monkeypatch: pytest.MonkeyPatch, content: bytes | Exception) -> None:
    def open_url(request: urllib.request.Request, timeout: float) -> io.BytesIO:
        assert isinstance(request.data, bytes)
        if isinstance(content, Exception):
            raise content
        return io.BytesIO(content)

    monkeypatch.setattr(urllib.request, "urlopen", open_url)


def test_an_endpoint_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [f"{PREFIX}m.a", "1999-01-01-08:00"]
    bindings = [{"x": {"type": "uri", "value": value}} for value in values]
    reply(monkeypatch, json.dumps({"head": {}, "results": {"bindings": bindings}}).encode())
    assert Endpoint("http://localhost/sparql", seconds=1).select("SELECT") == ["m.a", "1999-01-01"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"<html>", QueryFailedError, id="no JSON"),
        pytest.param(b"{}", QueryFailedError, id="another JSON"),
        pytest.param(TimeoutError(), QueryFailedError, id="too slow"),
        pytest.param(urllib.error.URLError("refused"), MissingToolError, id="not there"),
    ],
)
def test_an_endpoint_that_fails(
    monkeypatch: pytest.MonkeyPatch, content: bytes | Exception, error: type[Exception]
) -> None:
    reply(monkeypatch, content)
    with pytest.raises(error):
        Endpoint("http://localhost/sparql", seconds=1).select("SELECT")


@pytest.mark.parametrize("url", [None, "ftp://x", "file:/no/such/file.nt"])
def test_without_a_store_it_is_said_how_to_get_one(make: Make, url: str | None) -> None:
    dataset = KgDataset(make(url=url))
    with pytest.raises(MissingToolError, match="COMPILED_AI_AGENTBENCH_KG_URL"):
        dataset.open(dataset.cases()[0])


@needs_graph
def test_a_file_of_triples_is_a_store(tmp_path: Path) -> None:
    (tmp_path / "graph.nt").write_bytes(triples())
    store = open_store(f"file:{tmp_path / 'graph.nt'}", seconds=1)
    assert store.select(f"SELECT ?x WHERE {{ <{PREFIX}m.anna> <{PREFIX}trade.ship.captain> ?x }}") == [
        "m.ann"
    ]
    with pytest.raises(QueryFailedError):
        store.select("SELEKT")
    with pytest.raises(MissingToolError, match="N-Triples"):
        EmbeddedStore(b"nonsense")


def test_questions_in_another_form_are_refused(options_for: Callable[..., Make]) -> None:
    with pytest.raises(MissingToolError, match="cannot be read"):
        KgDataset(options_for("kg", b'[{"question": 1}]')()).cases()
