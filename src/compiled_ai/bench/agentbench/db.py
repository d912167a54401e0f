"""AgentBench's database environment: questions about a table, and changes of one, on a real engine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import yaml

from compiled_ai.bench.agentbench.db_answer import are_same_answers, are_strictly_same_answers
from compiled_ai.bench.agentbench.db_engine import Database, Engine, state_of
from compiled_ai.bench.agentbench.db_entry import WRITES, DbEntry, DbTable, parse_entries
from compiled_ai.bench.agentbench.db_mysql import MysqlEngine
from compiled_ai.bench.agentbench.db_sqlite import SqliteEngine
from compiled_ai.bench.agentbench.describe import description_of
from compiled_ai.bench.agentbench.episode import Episode, text_tool
from compiled_ai.bench.agentbench.options import AgentBenchOptions
from compiled_ai.bench.agentbench.source import DataFile
from compiled_ai.bench.model import Case, Environment, Example, Task, Verdict
from compiled_ai.spec.canonical import JsonObject, JsonValue

OPERATIONS = 15
"""Statements of one case: ``max_round`` of https://github.com/THUDM/AgentBench/blob/v0.2/configs/tasks/dbbench.yaml. The submission is not one of them."""
NAME = "agentbench-db"
_SECONDS_TO_JUDGE = 10.0

_INSTRUCTIONS = f"""\
You are given a question about a table of a database, or a statement of something that is to be put into the table or changed in it.

A question: find the answer with queries, and submit it as a list of texts, one for each value that is asked for, written as it stands in the table or as \
the query gives it, with nothing added. If the answer is that there is none, submit the single text "none".

A change: execute the one statement that makes it, then submit an empty list. What counts is the content of the table afterwards. A sentence that tells a \
fact which the table does not hold yet is such a change too: put it in, written in the style of the rows that are there.

Every column is TEXT. Compare and order numbers through CAST(... AS REAL). Put names that are not plain words in backquotes. Look at some rows before you \
rely on how values are written. You have at most {OPERATIONS} statements.\
"""
_DIRECT = """\
The input is a question about a table, or a statement of something that is to be put into the table or changed in it, with the whole table.

For a question, work the answer out from the rows and give it as "answers": a list of texts, one for each value that is asked for, as it stands in the table. If \
there is none, give the single text "none". For a change, give as "sql" the one statement of SQL that makes it, with all names in backquotes. All \
columns are texts, also those that hold numbers. Decline what is not settled by the input.\
"""
_SPEC_INPUT: JsonObject = {
    "question": "string",
    "table_name": "string",
    "columns": "string[]",
    "rows": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
}
_OUTPUT_SCHEMA: JsonObject = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "answers": {"type": ["array", "null"], "items": {"type": "string"}},
        "sql": {"type": ["string", "null"]},
    },
}
"""Of an answer without tools: one of the two."""
_TOOLS = (
    text_tool(
        "execute_sql",
        "Run one SQL statement, reading or changing, on the database of this case. Gives the names of the columns and up to 100 rows, each as a JSON list; "
        "for a change the number of rows; or the error.",
        query="One statement.",
    ),
    text_tool(
        "submit_answer",
        "Submit the answer and end. For a change the list may be empty.",
        submits=True,
        answers="[] The answer, one text for each value.",
    ),
)


class DbDataset:
    """The 60 database tasks of AgentBench's dev split.

    An output is ``{"answers": [...], "state": ...}`` as the environment's outcome has it, or a direct ``{"answers": [...]}``, or ``{"sql": "..."}``, which
    the judge runs on a fresh copy of the table: for a change its effect counts, for a question the cells that it gives.

    Raises:
        MissingToolError: from the methods, when the data or the named server is not there.
    """

    def __init__(self, options: AgentBenchOptions) -> None:
        self._options = options
        self._engine: Engine | None = None
        self._file = DataFile(options.source, "db", parse_entries)
        self._shown: frozenset[str] | None = None

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
                "engine": self._engine_now().name,
                "operations": OPERATIONS,
                "judge": "the answers as AgentBench's later judge compares them; changes by its hash of the table",
                "differs": "AgentBench runs on MySQL; with SQLite a text column is compared with a number as text, and prompts say so",
            },
        )

    def entries(self) -> tuple[DbEntry, ...]:
        """The tasks as the data has them."""
        return self._file.items

    def tasks(self) -> Sequence[Task]:
        """One for all; by the protocol ``own-query`` one for each case. Dialogues, or in the form ``object`` the whole table as input and no tools."""
        if self._options.protocol == "own-query":
            return [self._task(entry.entry_id, [entry]) for entry in self.entries()]
        shown = self._shown_ids()
        return [self._task("db", [entry for entry in self.entries() if entry.entry_id in shown])]

    def cases(self) -> Sequence[Case]:
        """All, in the order of the data; those that everybody was shown are ``seen``."""
        own = self._options.protocol == "own-query"
        shown = self._shown_ids()
        return [
            Case(
                case_id=entry.entry_id,
                task_id=entry.entry_id if own else "db",
                split="seen" if own or entry.entry_id in shown else "held_out",
                input=self.input_of(entry),
                expected=_expected_json(entry),
                group=entry.kind,
            )
            for entry in self.entries()
        ]

    def input_of(self, entry: DbEntry) -> JsonObject:
        """All that a system without tools needs."""
        first, *others = entry.tables
        data: JsonObject = {"question": entry.question, **self._table_json(first)}
        if others:
            data["more_tables"] = [self._table_json(table) for table in others]
        return data

    def judge(self, case: Case, output: JsonValue) -> Verdict:
        """Right or wrong."""
        problem = self._problem_of(self._entry_of(case), output, strict=False)
        return Verdict(score=0.0 if problem else 1.0, right=not problem, reason=problem)

    def open(self, case: Case) -> Environment:
        """A fresh database with the case's table."""
        entry = self._entry_of(case)
        return DbEpisode(entry, self._engine_now().open(entry.tables))

    def aggregate(self, judged: Sequence[tuple[Case, JsonValue]]) -> Mapping[str, float]:
        """AgentBench's figures: accuracy by kind, of all questions (``SELECT``), the mean of the three, and of questions by the strict ruling."""
        figures = {
            kind: self._accuracy(judged, kind, strict=False) for kind in ("SELECT", "INSERT", "UPDATE")
        }
        present = {f"{kind} accuracy": value for kind, value in figures.items() if value is not None}
        strict = self._accuracy(judged, "SELECT", strict=True)
        if len(present) == len(figures):
            present["overall accuracy"] = sum(present.values()) / len(present)
        if strict is not None:
            present["SELECT accuracy, strict"] = strict
        return present

    def _accuracy(self, judged: Sequence[tuple[Case, JsonValue]], kind: str, *, strict: bool) -> float | None:
        mine = [item for item in judged if (item[0].group if item[0].group in WRITES else "SELECT") == kind]
        if not mine:
            return None
        right = sum(
            output is not None and not self._problem_of(self._entry_of(case), output, strict=strict)
            for case, output in mine
        )
        return right / len(mine)

    def _problem_of(self, entry: DbEntry, output: JsonValue, *, strict: bool) -> str:
        if not isinstance(output, dict):
            return "the output is no object with 'answers' or 'sql'"
        if entry.is_write:
            return self._problem_of_state(entry, output)
        answers = self._answers_of(entry, output)
        if answers is None:
            return "no list of answers was given"
        compare = are_strictly_same_answers if strict else are_same_answers
        if compare(answers, entry.answers):
            return ""
        return f"expected {_short(list(entry.answers))}, got {_short(list(answers))}"

    def _answers_of(self, entry: DbEntry, output: JsonObject) -> tuple[str, ...] | None:
        answers, statement = output.get("answers"), output.get("sql")
        if isinstance(answers, list):
            return tuple(item if isinstance(item, str) else json.dumps(item) for item in answers)
        if not isinstance(statement, str):
            return None
        database = self._judging_engine().open(entry.tables)
        try:
            result = database.execute(statement)
        finally:
            database.close()
        cells = tuple("none" if cell is None else str(cell) for row in result.rows for cell in row)
        return cells or ("none",)  # as an agent answers that sees no rows

    def _problem_of_state(self, entry: DbEntry, output: JsonObject) -> str:
        state, statement = output.get("state"), output.get("sql")
        if isinstance(state, str):
            found: str | None = state
        elif isinstance(statement, str) and statement.strip():
            found, problem = self._state_after(entry, statement)
            if problem:
                return f"the statement fails: {problem[:200]}"
        else:
            return "nothing was changed: neither a state nor a statement was given"
        expected = entry.state or self._state_after(entry, entry.reference)[0]
        if found is not None and found == expected:
            return ""
        return "the table does not hold what it should after the change"

    def _state_after(self, entry: DbEntry, statement: str) -> tuple[str | None, str]:
        database = self._judging_engine().open(entry.tables)
        try:
            problem = database.execute(statement).problem
            return state_of(database, entry.tables), problem
        finally:
            database.close()

    def _judging_engine(self) -> Engine:
        """SQLite always: it needs no server, and gives the published state for each change of the dev split."""
        return SqliteEngine(seconds=_SECONDS_TO_JUDGE)

    def _engine_now(self) -> Engine:
        if self._engine is None:
            url, seconds = self._options.url, self._options.seconds
            self._engine = MysqlEngine(url, seconds=seconds) if url else SqliteEngine(seconds=seconds)
        return self._engine

    def _entry_of(self, case: Case) -> DbEntry:
        return next(entry for entry in self.entries() if entry.entry_id == case.case_id)

    def _shown_ids(self) -> frozenset[str]:
        """Half questions, half changes, of each the smallest tables: examples are read by every system in every case, and should be short."""
        if self._options.protocol == "own-query":
            return frozenset()
        if self._shown is None:
            sizes = sorted(self.entries(), key=lambda entry: (_size(entry), entry.entry_id))
            chosen: list[str] = []
            wanted = ("", "INSERT", "", "UPDATE")
            for number in range(self._options.examples):
                kind = wanted[number % len(wanted)]
                fitting = [
                    entry.entry_id
                    for entry in sizes
                    if entry.entry_id not in chosen and (entry.kind if entry.is_write else "") == kind
                ]
                chosen += fitting[:1]
            self._shown = frozenset(chosen)
        return self._shown

    def _task(self, task_id: str, shown: Sequence[DbEntry]) -> Task:
        examples = tuple(Example(input=self.input_of(entry), output=_output_of(entry)) for entry in shown)
        spec = _spec_text(examples) if examples else None
        if self._options.form == "object":
            return Task(
                task_id=task_id,
                instructions=_DIRECT,
                output_schema=_OUTPUT_SCHEMA,
                spec=spec,
                examples=examples,
            )
        return Task(
            task_id=task_id,
            instructions=_INSTRUCTIONS,
            output_schema={},
            form="dialogue",
            tools=_TOOLS,
            spec=spec,
            examples=examples,
        )

    def _table_json(self, table: DbTable) -> JsonObject:
        rows = table.rows if self._options.rows is None else table.rows[: self._options.rows]
        return {
            "table_name": table.name,
            "columns": list(table.columns),
            "rows": [["" if cell is None else cell for cell in row] for row in rows],
        }


class DbEpisode(Episode):
    """One case played on a database of its own."""

    def __init__(self, entry: DbEntry, database: Database) -> None:
        self._entry = entry
        self._database = database
        self._answers: list[JsonValue] | None = None
        execute, submit = _TOOLS
        super().__init__(
            opening=_opening(entry),
            tools={execute.name: (execute, self._execute), submit.name: (submit, self._submit)},
            operations=OPERATIONS,
        )

    def outcome(self) -> JsonValue:
        """Answers and state. As in AgentBench a change counts without a submission, a question does not."""
        if self._answers is None and not self._entry.is_write:
            return None
        state = state_of(self._database, self._entry.tables) if self._entry.is_write else None
        return {"answers": self._answers, "state": state}

    def close(self) -> None:
        """Drop the database."""
        self._database.close()

    def _execute(self, arguments: JsonObject) -> str:
        query = arguments["query"]
        assert isinstance(query, str), "checked"
        return self._database.execute(query).text()

    def _submit(self, arguments: JsonObject) -> str:
        answers = arguments["answers"]
        assert isinstance(answers, list), "checked"
        self._answers = answers
        self.finish()
        return "Submitted."


def _opening(entry: DbEntry) -> str:
    tables = "\n".join(
        f"The table {json.dumps(table.name, ensure_ascii=False)} has the columns {json.dumps(list(table.columns), ensure_ascii=False)}."
        for table in entry.tables
    )
    return f"{entry.question}\n\n{tables}"


def _size(entry: DbEntry) -> int:
    return sum(len(cell or "") + 4 for table in entry.tables for row in table.rows for cell in row)


def _expected_json(entry: DbEntry) -> JsonObject:
    if entry.is_write:
        return {"sql": entry.reference, "state": entry.state}
    return {"answers": list(entry.answers)}


def _output_of(entry: DbEntry) -> JsonObject:
    return {"sql": entry.reference} if entry.is_write else {"answers": list(entry.answers)}


def _spec_text(examples: Sequence[Example]) -> str:
    """The task for a compiler that has no tools: the whole table is part of the input."""
    document: JsonObject = {
        "name": "agentbench_db",
        "version": "1.0.0",
        "description": "Answer a question about a table, or write the statement that changes it.",
        "instructions": _DIRECT,
        "input": _SPEC_INPUT,
        "output": {"answers": "string[]?", "sql": "string?"},
        "examples": [{"input": item.input, "output": item.output} for item in examples],
        "accuracy": {
            "evaluator": "fields",
            "threshold": 0.5,
            "max_wrong": 0.5,
            "fields": {"answers": "set", "sql": "text"},
        },
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1_000)


def _short(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
