"""AgentBench's knowledge graph environment: questions answered by walking through Freebase with seven functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from compiled_ai.bench.agentbench.describe import description_of
from compiled_ai.bench.agentbench.episode import Episode, text_tool
from compiled_ai.bench.agentbench.kg_query import (
    Count,
    Entity,
    EntitySet,
    Extreme,
    Intersection,
    Neighbours,
    Variable,
    attributes_query,
    is_name,
    members_query,
    relations_query,
    type_query,
)
from compiled_ai.bench.agentbench.kg_store import QueryFailedError, Store, open_store
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.source import DataFile
from compiled_ai.bench.model import Case, Environment, Task, Tool, Verdict
from compiled_ai.errors import MissingToolError
from compiled_ai.spec.canonical import JsonObject, JsonValue

NAME = "agentbench-kg"
OPERATIONS = 14
"""AgentBench allows 15 turns (``round`` of https://github.com/THUDM/AgentBench/blob/v0.2/configs/tasks/kg.yaml); the last must be the answer."""
_UNKNOWN_TYPE = "an unknown type"
_MOST_SHOWN = 400
"""Relations that are shown."""

_INSTRUCTIONS = f"""\
Answer a question from a knowledge graph. You are given the entities that the question names. Walk through the graph with the functions: each that makes a set of \
entities gives it a name, #0, #1 and so on, which later calls take. When one of the sets, or a number from count, is the answer, submit its name.

get_neighbors takes only relations that get_relations has listed for the same entity or set; argmax and argmin take only attributes that get_attributes \
has listed for the same set; intersection takes two sets of the same type. You have at most {OPERATIONS} calls.\
"""
_WHAT = "An entity of the question, or a set such as #0."
_TOOLS = (
    text_tool("get_relations", "List the relations that lead away from an entity or a set.", variable=_WHAT),
    text_tool(
        "get_neighbors",
        "Make the set of all that a relation leads to.",
        variable=_WHAT,
        relation="A relation that get_relations listed.",
    ),
    text_tool(
        "intersection",
        "Make the set of what is in both sets.",
        variable1="A set such as #0.",
        variable2="A set such as #1.",
    ),
    text_tool(
        "get_attributes",
        "List the attributes with numbers or dates of a set's members.",
        variable="A set such as #0.",
    ),
    text_tool(
        "argmax",
        "Make the set of the members with the largest value.",
        variable="A set such as #0.",
        attribute="An attribute that get_attributes listed.",
    ),
    text_tool(
        "argmin",
        "Make the set of the members with the smallest value.",
        variable="A set such as #0.",
        attribute="An attribute that get_attributes listed.",
    ),
    text_tool("count", "Count a set's members; gives the number a name.", variable="A set such as #0."),
    text_tool(
        "submit_answer", "Submit the answer and end.", submits=True, variable="A set or a number such as #2."
    ),
)


@dataclass(frozen=True, kw_only=True)
class KgEntry:
    """One question."""

    entry_id: str
    question: str
    entities: Mapping[str, str]
    """From the name to the id."""
    answers: frozenset[str]
    """Ids, or values."""
    actions: tuple[str, ...]
    """A way to the answer that AgentBench gives, such as ``get_neighbors(#0,film.film.language)``."""
    source: str


class _AnswerRow(BaseModel):
    answer_argument: str


class _Row(BaseModel):
    question: str
    source: str = ""
    entities: dict[str, str]
    actions: list[str] = []
    answer: list[_AnswerRow]


def parse_entries(content: bytes) -> tuple[KgEntry, ...]:
    """All questions in their order; their ids count from ``kg-00``.

    Raises:
        MissingToolError: the data is not in the form that we know.
    """
    try:
        rows = [_Row.model_validate(row) for row in json.loads(content)]
    except (ValidationError, ValueError, TypeError) as error:
        raise MissingToolError(f"AgentBench's knowledge graph tasks cannot be read: {error}") from error
    return tuple(
        KgEntry(
            entry_id=f"kg-{number:02d}",
            question=row.question,
            entities=row.entities,
            answers=frozenset(item.answer_argument for item in row.answer),
            actions=tuple(row.actions),
            source=row.source,
        )
        for number, row in enumerate(rows)
    )


class KgDataset:
    """The 20 knowledge graph questions of AgentBench's dev split.

    Args:
        options: Their `url` names the store.
        store: In place of it, for tests.
    """

    def __init__(self, options: AgentBenchOptions, *, store: Store | None = None) -> None:
        self._options = options
        self._store = store
        self._file = DataFile(options.source, "kg", parse_entries)

    @property
    def name(self) -> str:
        """As on the command line."""
        return NAME

    @property
    def description(self) -> JsonObject:
        """What goes into reports."""
        return description_of(
            self._options,
            data_digest=self._file.digest,
            extra={
                "engine": "SPARQL",
                "operations": OPERATIONS,
                "judge": "F1 of the set of answers (score), exact match (right)",
                "differs": "relations are those that the graph has, types those that it states, in place of AgentBench's lists",
            },
        )

    def entries(self) -> tuple[KgEntry, ...]:
        """The questions as the data has them."""
        return self._file.items

    def tasks(self) -> Sequence[Task]:
        """One for all. There is nothing to compile: what is right lies in the graph, not in the question."""
        return [
            Task(task_id="kg", instructions=_INSTRUCTIONS, output_schema={}, form="dialogue", tools=_TOOLS)
        ]

    def cases(self) -> Sequence[Case]:
        """All, in the order of the data."""
        return [
            Case(
                case_id=entry.entry_id,
                task_id="kg",
                split="held_out",
                input={"question": entry.question, "entities": list(entry.entities)},
                expected=[*sorted(entry.answers)],
                group=entry.source,
            )
            for entry in self.entries()
        ]

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        """F1 as score; right when the sets are the same."""
        answers = output.get("answers") if isinstance(output, dict) else None
        if not isinstance(answers, list):
            return Verdict(score=0.0, right=False, reason="no list of answers was given")
        expected = case.expected if isinstance(case.expected, list) else []
        given, wanted = {str(item) for item in answers}, {str(item) for item in expected}
        score = f1(given, wanted)
        reason = "" if given == wanted else f"expected {sorted(wanted)[:5]}, got {sorted(given)[:5]}"
        return Verdict(score=score, right=given == wanted, reason=reason)

    def open(self, case: Case) -> Environment:
        """The graph, with nothing walked through yet.

        Raises:
            MissingToolError: there is no store; says how to get one.
        """
        if self._store is None:
            self._store = open_store(self._options.url, seconds=self._options.seconds)
        entry = next(item for item in self.entries() if item.entry_id == case.case_id)
        return KgEpisode(entry, self._store)

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        """AgentBench's figures: F1, exact match, and how often there was an answer at all."""
        if not judged:
            return {}
        verdicts = [self.judge(case, output) for case, output in judged]
        answered = sum(isinstance(output, dict) and bool(output.get("answers")) for _, output in judged)
        return {
            "F1": sum(verdict.score for verdict in verdicts) / len(judged),
            "EM": sum(verdict.right for verdict in verdicts) / len(judged),
            "executability": answered / len(judged),
        }


def f1(given: set[str], expected: set[str]) -> float:
    """The harmonic mean of precision and recall; 0 when nothing is shared."""
    shared = len(given & expected)
    return 2 * shared / (len(given) + len(expected)) if shared else 0.0


class KgEpisode(Episode):
    """One question walked through the graph."""

    def __init__(self, entry: KgEntry, store: Store) -> None:
        self._entry = entry
        self._store = store
        self._variables: list[tuple[Variable, str]] = []
        self._listed: dict[Entity | Variable, frozenset[str]] = {}
        self._attributes: dict[Variable, frozenset[str]] = {}
        self._outcome: JsonObject | None = None
        actions: tuple[Callable[[JsonObject], str], ...] = (
            self._get_relations,
            self._get_neighbours,
            self._intersection,
            self._get_attributes,
            lambda arguments: self._extreme(arguments, largest=True),
            lambda arguments: self._extreme(arguments, largest=False),
            self._count,
            self._submit,
        )
        tools: dict[str, tuple[Tool, Callable[[JsonObject], str]]] = {
            tool.name: (tool, _in_words(action)) for tool, action in zip(_TOOLS, actions, strict=True)
        }
        super().__init__(
            opening=f"{entry.question}\n\nEntities: {json.dumps(list(entry.entities), ensure_ascii=False)}",
            tools=tools,
            operations=OPERATIONS,
        )

    def outcome(self) -> JsonValue:
        """The members of the submitted set. None when none was submitted."""
        return self._outcome

    def close(self) -> None:
        """Nothing is open."""

    def _get_relations(self, arguments: JsonObject) -> str:
        base = self._thing(arguments["variable"])
        if isinstance(base, Count):
            raise _WrongCallError("a number has no relations")
        self._listed[base] = frozenset(filter(is_name, self._store.select(relations_query(base))))
        return _list_text(self._listed[base])

    def _get_neighbours(self, arguments: JsonObject) -> str:
        base, relation = self._thing(arguments["variable"]), str(arguments["relation"])
        if isinstance(base, Count) or relation not in self._listed.get(base, frozenset()):
            raise _WrongCallError("get_relations has not listed this relation for it")
        types = self._store.select(type_query(relation))
        return self._add(Neighbours(base=base, relation=relation), types[0] if types else _UNKNOWN_TYPE)

    def _intersection(self, arguments: JsonObject) -> str:
        left, kind = self._set(arguments["variable1"])
        right, other = self._set(arguments["variable2"])
        if kind != other and _UNKNOWN_TYPE not in (kind, other):
            raise _WrongCallError(f"the two sets are not of the same type: {kind} and {other}")
        return self._add(Intersection(left=left, right=right), kind)

    def _get_attributes(self, arguments: JsonObject) -> str:
        base, _ = self._set(arguments["variable"])
        self._attributes[base] = frozenset(filter(is_name, self._store.select(attributes_query(base))))
        return _list_text(self._attributes[base])

    def _extreme(self, arguments: JsonObject, *, largest: bool) -> str:
        base, kind = self._set(arguments["variable"])
        attribute = str(arguments["attribute"])
        if attribute not in self._attributes.get(base, frozenset()):
            raise _WrongCallError("get_attributes has not listed this attribute for it")
        return self._add(Extreme(base=base, attribute=attribute, kind="max" if largest else "min"), kind)

    def _count(self, arguments: JsonObject) -> str:
        base, _ = self._set(arguments["variable"])
        self._variables.append((Count(base=base), "type.int"))
        return f"#{len(self._variables) - 1}, a number"

    def _submit(self, arguments: JsonObject) -> str:
        thing = self._thing(arguments["variable"])
        if isinstance(thing, Entity):
            raise _WrongCallError("only a set or a number can be submitted")
        values: list[JsonValue] = list(self._store.select(members_query(thing)))
        self._outcome = {"answers": values, "variable": str(arguments["variable"])}
        self.finish()
        return "Submitted."

    def _add(self, variable: EntitySet, kind: str) -> str:
        self._variables.append((variable, kind))
        return f"#{len(self._variables) - 1}, a set of {kind}"

    def _set(self, text: JsonValue) -> tuple[EntitySet, str]:
        thing, kind = self._variable(str(text))
        if isinstance(thing, Count):
            raise _WrongCallError(f"{text} is a number, not a set")
        return thing, kind

    def _thing(self, text: JsonValue) -> Entity | Variable:
        name = str(text).strip()
        if name.startswith("#"):
            return self._variable(name)[0]
        known = self._entry.entities.get(name, name)
        if known not in self._entry.entities.values() or not is_name(known):
            raise _WrongCallError(f"{name!r} is neither an entity of the question nor a set such as #0")
        return Entity(name=known)

    def _variable(self, text: str) -> tuple[Variable, str]:
        number = text.strip().removeprefix("#")
        if not (
            number.isascii() and number.isdigit() and len(number) < 4 and int(number) < len(self._variables)
        ):
            raise _WrongCallError(
                f"there is no set {text!r}; there are {len(self._variables)}, counted from #0"
            )
        return self._variables[int(number)]


class _WrongCallError(Exception):
    """A call that cannot be carried out; its text is the answer."""


def _in_words(action: Callable[[JsonObject], str]) -> Callable[[JsonObject], str]:
    def act(arguments: JsonObject) -> str:
        try:
            return action(arguments)
        except (_WrongCallError, QueryFailedError) as error:
            return f"Not done: {error}."

    return act


def _list_text(names: frozenset[str]) -> str:
    shown = sorted(names)[:_MOST_SHOWN]
    return f"[{', '.join(shown)}]" if shown else "[] (there are none)"
