"""The MySQL adapter against a driver made of SQLite: what is sent, what is dropped, what goes wrong."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from decimal import Decimal

import pytest

from compiled_ai.bench.agentbench.db_engine import state_of
from compiled_ai.bench.agentbench.db_entry import DbTable
from compiled_ai.bench.agentbench.db_mysql import Cursor, MysqlEngine
from compiled_ai.errors import MissingToolError

TABLE = DbTable(name="100 % odd", columns=("", "b`c"), rows=(("a", "1"), ("x", None)))
URL = "mysql://someone:se%40cret@db.example:3307"


class FakeCursor:
    def __init__(self, connection: FakeConnection) -> None:
        self._connection = connection
        self._cursor = connection.base.cursor()
        self.description: Sequence[Sequence[object]] | None = None
        self.rowcount = 0

    def execute(self, query: str, args: Sequence[object] | None = None) -> object:
        self._connection.seen.append(query)
        if query.startswith(("CREATE DATABASE", "USE", "SET SESSION", "DROP DATABASE")):
            if query.startswith("CREATE") and not self._connection.lets_create:
                raise sqlite3.OperationalError("no right to create")
            if "max_statement_time" in query:
                raise sqlite3.OperationalError("unknown variable")
            return 0
        if args is not None:
            query = query.replace("%s", "?").replace("%%", "%")
        for name in self._connection.names():
            query = query.replace(f"{name}.", "")
        self._cursor.execute(query, tuple(args or ()))
        self.description, self.rowcount = self._cursor.description, self._cursor.rowcount
        return self.rowcount

    def fetchmany(self, size: int) -> Sequence[Sequence[object]]:
        return self._cursor.fetchmany(size)

    def fetchall(self) -> Sequence[Sequence[object]]:
        return self._cursor.fetchall()

    def close(self) -> None:
        self._cursor.close()


class FakeConnection:
    def __init__(self, *, lets_create: bool) -> None:
        self.lets_create = lets_create
        self.base = sqlite3.connect(":memory:", isolation_level=None)
        self.seen: list[str] = []
        self.closed = False

    def names(self) -> list[str]:
        return [query.split()[2] for query in self.seen if query.startswith("CREATE DATABASE")]

    def cursor(self) -> Cursor:
        return FakeCursor(self)

    def close(self) -> None:
        self.closed = True
        self.base.close()


class FakeDriver:
    Error: type[Exception] = sqlite3.Error

    def __init__(self, *, refuses: bool = False, lets_create: bool = True) -> None:
        self.refuses = refuses
        self.lets_create = lets_create
        self.options: dict[str, object] = {}
        self.connections: list[FakeConnection] = []

    def connect(self, **options: object) -> FakeConnection:
        if self.refuses:
            raise sqlite3.OperationalError("access denied")
        self.options = options
        self.connections.append(FakeConnection(lets_create=self.lets_create))
        return self.connections[-1]


def test_a_case_has_a_scratch_database_that_is_dropped() -> None:
    driver = FakeDriver()
    database = MysqlEngine(URL, driver=driver).open([TABLE])
    assert (driver.options["host"], driver.options["port"], driver.options["password"]) == (
        "db.example",
        3307,
        "se@cret",
    )
    assert driver.options["local_infile"] is False
    assert database.rows_of(TABLE) == (("a", "1"), ("x", None))
    assert database.execute("UPDATE `100 % odd` SET unnamed = 'z'").text() == "Done. Rows changed: 2."
    assert database.execute("SELECT unnamed FROM `100 % odd`").rows == (("z",), ("z",))
    assert database.execute("SELEKT").problem
    assert state_of(database, [TABLE])
    database.close()
    connection = driver.connections[0]
    assert connection.closed
    created = [query.split()[2] for query in connection.seen if query.startswith("CREATE DATABASE")]
    dropped = [query.split()[-1] for query in connection.seen if query.startswith("DROP DATABASE")]
    assert created == dropped
    assert created[0].startswith("`compiled_ai_")


def test_a_table_that_is_gone_has_no_rows() -> None:
    database = MysqlEngine(URL, driver=FakeDriver()).open([TABLE])
    database.execute("DROP TABLE `100 % odd`")
    assert database.rows_of(TABLE) is None
    database.close()


def test_a_server_that_refuses_is_an_operators_error_without_the_password() -> None:
    with pytest.raises(MissingToolError, match="access denied") as caught:
        MysqlEngine(URL, driver=FakeDriver(refuses=True)).open([TABLE])
    assert "cret" not in str(caught.value)


def test_a_user_who_may_not_create_is_told_and_nothing_stays_open() -> None:
    driver = FakeDriver(lets_create=False)
    with pytest.raises(MissingToolError, match="no right to create"):
        MysqlEngine(URL, driver=driver).open([TABLE])
    assert driver.connections[0].closed


def test_without_the_driver_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with pytest.raises(MissingToolError, match="pip install pymysql"):
        MysqlEngine(URL)


def test_a_long_statement_is_not_sent() -> None:
    driver = FakeDriver()
    database = MysqlEngine(URL, driver=driver).open([TABLE])
    assert "longer than" in database.execute("x" * 30_000).problem
    assert not any(len(query) > 10_000 for query in driver.connections[0].seen)
    database.close()


@pytest.mark.parametrize("url", ["sqlite://x", "mysql://", "mysql://host:port", "nonsense"])
def test_a_url_that_names_no_server_is_refused(url: str) -> None:
    with pytest.raises(MissingToolError, match="must be like mysql://"):
        MysqlEngine(url, driver=FakeDriver())


def test_decimals_become_texts() -> None:
    from compiled_ai.bench.agentbench.db_mysql import _json_cell

    cells = [_json_cell(cell) for cell in (Decimal("1.50"), b"\xff", 1.5, None, "a")]
    assert cells == ["1.50", "ff", 1.5, None, "a"]
