"""Statements: declared tables, bound values, bounded rows and time; whatever else is tried is refused, and the rows are as before."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from compiled_ai.effects.audit import AuditLog, read_audit
from compiled_ai.effects.capabilities import DatabaseCapability
from compiled_ai.effects.database import DatabaseEffect
from compiled_ai.errors import EffectFailedError, EffectRefusedError
from compiled_ai.spec.schema import Checker

SETUP = """
create table customers (id integer primary key, name text not null, city text, photo blob);
create table orders (id integer primary key, customer integer, total text);
create table secrets (id integer primary key, word text);
create view leak as select word from secrets;
create trigger spy after insert on orders begin insert into secrets (word) values (new.total); end;
insert into customers (id, name, city) values (1, 'Ann', 'Bonn'), (2, 'Bo', null), (3, 'Cy', 'Bonn');
insert into secrets (word) values ('hush');
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "shop? #1.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SETUP)
    return path


class Opener:
    """Opens effects on the database and closes them."""

    def __init__(self, path: Path, audit: AuditLog) -> None:
        self.path, self.audit = path, audit
        self.opened: list[DatabaseEffect] = []

    def __call__(self, **declared: Any) -> DatabaseEffect:
        given = {"name": "shop", "path": str(self.path), "read": ["customers"], **declared}
        effect = DatabaseEffect(DatabaseCapability(**given), audit=self.audit, actor="test")
        self.opened.append(effect)
        return effect

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(f"select * from {table}").fetchall()


@pytest.fixture
def open_database(database: Path, audit: AuditLog) -> Iterator[Opener]:
    opener = Opener(database, audit)
    yield opener
    for effect in opener.opened:
        effect.close()


def run(effect: DatabaseEffect, sql: str, parameters: Any = None) -> dict[str, Any]:
    output = effect.run({"sql": sql} if parameters is None else {"sql": sql, "parameters": parameters})
    assert Checker(DatabaseEffect.output_schema).explain(output) is None
    return output


class TestGranted:
    """What is declared is done."""

    def test_rows_come_by_column(self, open_database: Opener) -> None:
        output = run(open_database(), "select id, name from customers where city = ? order by id", ["Bonn"])
        assert output == {"rows": [{"id": 1, "name": "Ann"}, {"id": 3, "name": "Cy"}], "changed": 0}

    def test_parameters_may_have_names(self, open_database: Opener) -> None:
        assert run(open_database(), "select name from customers where id = :id", {"id": 2})["rows"] == [
            {"name": "Bo"}
        ]

    def test_counting_and_known_functions_are_fine(self, open_database: Opener) -> None:
        sql = "with c as (select upper(name) as n from customers) select count(*) as many, max(n) as last from c"
        assert run(open_database(), sql)["rows"] == [{"many": 3, "last": "CY"}]

    def test_rows_may_be_written_where_that_is_declared(self, open_database: Opener) -> None:
        effect = open_database(write=["customers"])
        assert run(effect, "update customers set city = ? where city is null", ["Ulm"])["changed"] == 1
        assert run(effect, "insert into customers (name) values (?) returning id", ["Di"])["rows"] == [
            {"id": 4}
        ]
        assert run(effect, "delete from customers where id = ?", [1])["changed"] == 1
        assert [row[:3] for row in open_database.rows("customers")] == [
            (2, "Bo", "Ulm"),
            (3, "Cy", "Bonn"),
            (4, "Di", None),
        ]

    def test_threads_share_the_pool(self, open_database: Opener) -> None:
        effect, found = open_database(pool_size=2), list[int]()

        def ask() -> None:
            found.append(len(run(effect, "select id from customers")["rows"]))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [3] * 8

    def test_the_log_holds_the_statement_and_no_value(self, open_database: Opener, audit: AuditLog) -> None:
        run(open_database(), "select name\n from customers where city = ?", ["Bonn"])
        record = read_audit(audit.path)[-1]
        assert record.action == "select name from customers where city = ?"
        assert "Bonn" not in audit.path.read_text()


REFUSED = [
    ("a literal", "select id from customers where name = 'Ann'", "literal"),
    ("a number", "select id from customers where id = 1", "literal"),
    ("a tautology", "select id from customers where id = ? or 1=1", "literal"),
    ("a decimal", "select .5 from customers", "literal"),
    ("a hex number", "select 0x10 from customers", "literal"),
    ("a quoted name", 'select "id" from customers', "literal"),
    ("a name in brackets", "select [id] from customers", "literal"),
    ("a comment", "select id from customers -- all", "literal"),
    ("another comment", "select id /* x */ from customers", "literal"),
    ("a second statement", "select id from customers; drop table customers", "literal"),
    ("another table", "select word from secrets", "table"),
    ("another table inside", "select id from customers where name in (select word from secrets)", "table"),
    ("another table by union", "select name from customers union select word from secrets", "table"),
    ("another table by a join", "select word from customers, secrets", "table"),
    ("a view on another table", "select word from leak", "table"),
    ("the schema", "select name from sqlite_master", "table"),
    ("a pragma as a table", "select name from pragma_table_info(?)", "table"),
    ("a write", "update customers set name = ?", "table"),
    ("a write behind with", "with a as (select id from customers) delete from customers", "table"),
    ("a function that loads code", "select load_extension(?) from customers", "table"),
    ("a function that fills the memory", "select randomblob(?) from customers", "table"),
    ("a pragma", "pragma journal_mode = off", "statement"),
    ("an attached file", "attach ? as other", "statement"),
    ("a new table", "create table t (id)", "statement"),
    ("a vacuum", "vacuum into ?", "statement"),
    ("a transaction", "begin", "statement"),
    ("too few values", "select id from customers where id = ?", "parameters"),
]


@pytest.mark.parametrize(("sql", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
@pytest.mark.parametrize("write", [[], ["orders"]], ids=["read only", "with writing"])
def test_what_is_not_declared_is_refused(
    open_database: Opener, write: list[str], sql: str, reason: str
) -> None:
    effect = open_database(write=write)
    with pytest.raises(EffectRefusedError) as caught:
        run(effect, sql, ["x"] * sql.count("?") if reason != "parameters" else [])
    assert caught.value.reason == reason
    assert read_audit(open_database.audit.path)[-1].outcome == "refused"
    assert len(open_database.rows("customers")) == 3


class TestWriting:
    """Changes."""

    def test_a_trigger_cannot_write_where_the_effect_may_not(self, open_database: Opener) -> None:
        effect = open_database(write=["orders"])
        with pytest.raises(EffectRefusedError) as caught:
            run(effect, "insert into orders (total) values (?)", ["9"])
        assert caught.value.reason == "table"
        assert open_database.rows("orders") == []

    def test_a_statement_that_fails_changes_nothing(self, open_database: Opener) -> None:
        effect = open_database(write=["customers"])
        with pytest.raises(EffectFailedError) as caught:
            run(
                effect,
                "insert into customers (id, name) select id + ?, nullif(name, ?) from customers",
                [10, "Bo"],
            )
        assert caught.value.reason == "constraint"
        assert len(open_database.rows("customers")) == 3
        assert run(effect, "select count(*) as n from customers")["rows"] == [{"n": 3}]

    def test_a_locked_database_is_a_failure_that_may_pass(self, open_database: Opener) -> None:
        effect = open_database(write=["customers"], timeout_seconds=0.3)
        with closing(sqlite3.connect(open_database.path, isolation_level=None)) as other:
            other.execute("begin exclusive")
            with pytest.raises(EffectFailedError) as caught:
                run(effect, "delete from customers")
        assert caught.value.retryable


class TestBounds:
    """Rows, time, values."""

    def test_too_many_rows_fail(self, open_database: Opener) -> None:
        with pytest.raises(EffectFailedError, match="more than 2 rows"):
            run(open_database(max_rows=2), "select id from customers")

    def test_a_statement_that_does_not_end_is_stopped(self, open_database: Opener) -> None:
        many = ", ".join(f"customers {letter}" for letter in "abcdefghijklmnopqrst")
        endless = f"select count(*) as n from {many} where a.id + t.id < ?"
        effect = open_database(timeout_seconds=0.3)
        with pytest.raises(EffectFailedError) as caught:
            run(effect, endless, [9])
        assert caught.value.reason == "timeout"
        assert len(run(effect, "select id from customers")["rows"]) == 3

    @pytest.mark.parametrize(
        ("sql", "reason"),
        [
            ("select zeroblob from customers", "statement"),
            ("select id, id from customers", "columns"),
            ("select id from", "statement"),
        ],
    )
    def test_other_mistakes_are_failures(self, open_database: Opener, sql: str, reason: str) -> None:
        with pytest.raises(EffectFailedError) as caught:
            run(open_database(), sql)
        assert caught.value.reason == reason

    def test_a_number_without_end_is_a_failure(self, open_database: Opener) -> None:
        with pytest.raises(EffectFailedError, match="infinite"):
            run(open_database(), "select ? * ? as product", [1e308, 10])

    def test_an_answer_that_is_too_large_fails(self, open_database: Opener) -> None:
        with pytest.raises(EffectFailedError, match="larger than 5 bytes"):
            run(open_database(max_bytes=5), "select name from customers")

    def test_a_value_cannot_be_blown_up(self, open_database: Opener) -> None:
        doubling = "with recursive c(x) as (select ? union all select x || x from c limit ?) select max(length(x)) as n from c"
        with pytest.raises(EffectFailedError) as caught:
            run(open_database(), doubling, ["a" * 1000, 20])
        assert caught.value.reason == "size"

    def test_a_long_statement_is_judged_at_once(self, open_database: Opener) -> None:
        started = time.monotonic()
        with pytest.raises(EffectRefusedError):
            run(open_database(), "." * 20_000)
        assert time.monotonic() - started < 1

    def test_binary_data_is_a_failure(self, open_database: Opener) -> None:
        with closing(sqlite3.connect(open_database.path)) as connection, connection:
            connection.execute("update customers set photo = x'00'")
        with pytest.raises(EffectFailedError, match="binary data"):
            run(open_database(), "select photo from customers")

    def test_a_number_of_more_than_64_bits_is_refused(self, open_database: Opener) -> None:
        with pytest.raises(EffectRefusedError, match="64 bits"):
            run(open_database(), "select id from customers where id = ?", [2**63])

    def test_a_database_that_is_not_there_is_not_made(self, tmp_path: Path, audit: AuditLog) -> None:
        path = tmp_path / "none.sqlite"
        capability = DatabaseCapability(name="shop", path=str(path), write=["t"])
        with pytest.raises(EffectFailedError, match="cannot be opened"):
            DatabaseEffect(capability, audit=audit, actor="test")
        assert not path.exists()
