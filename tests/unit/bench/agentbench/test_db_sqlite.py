"""SQLite as a stand-in for MySQL: what was made alike, and what a statement cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from compiled_ai.bench.agentbench.db_engine import MOST_CHARS, MOST_ROWS, Database, QueryResult, state_of
from compiled_ai.bench.agentbench.db_entry import DbTable
from compiled_ai.bench.agentbench.db_sqlite import SqliteEngine

TABLE = DbTable(
    name='odd "name"',
    columns=("", "Höhe\nft", "n"),
    rows=(("a", "Ärger", "9"), ("b", "it's", "17"), ("c", None, "30")),
)


@pytest.fixture
def database() -> Iterator[Database]:
    opened = SqliteEngine(seconds=0.3).open([TABLE])
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        pytest.param("SHOW TABLES;", (('odd "name"',),), id="show tables"),
        pytest.param("describe t2", (), id="describe what is not there"),
        pytest.param(
            'SELECT n FROM `odd "name"` WHERE `Höhe\nft` = "arger"', (("9",),), id="without case and accents"
        ),
        pytest.param("SELECT n FROM `no such`", None, id="unknown name"),
        pytest.param(
            r"""SELECT n FROM `odd "name"` WHERE `Höhe""" + "\n" + r"""ft` = 'it\'s'""",
            (("17",),),
            id="backslash escape",
        ),
        pytest.param(
            "SELECT CONCAT('a', 1), CONCAT_WS('-', 'a', NULL, 'b'), CONCAT('a', NULL)",
            (("a1", "a-b", None),),
            id="concat",
        ),
        pytest.param("SELECT LOCATE('RG', 'Ärger'), CHAR_LENGTH('Ärger')", ((2, 5),), id="locate and length"),
        pytest.param(r"SELECT 'a\\b', '100\%'", (("a\\b", "100\\%"),), id="escapes of escapes"),
        pytest.param("SELECT 1e999, X'ff'", (("inf", "ff"),), id="what JSON does not have"),
        pytest.param("USE anything", (), id="use"),
    ],
)
def test_mysql_words_are_understood(
    database: Database, statement: str, rows: tuple[tuple[object, ...], ...] | None
) -> None:
    result = database.execute(statement)
    if rows is None:
        assert result.problem
    else:
        assert (result.problem, result.rows) == ("", rows)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        pytest.param("ATTACH DATABASE 'x.db' AS x", "not authorized", id="attach"),
        pytest.param("VACUUM INTO 'x.db'", "denied", id="vacuum into a file"),
        pytest.param("PRAGMA writable_schema = 1", "not authorized", id="pragma"),
        pytest.param("SELECT load_extension('x')", "not authorized", id="extension"),
        pytest.param("SELECT zeroblob(100000000)", "too big", id="a large value"),
        pytest.param("SELECT 1; SELECT 2", "one statement", id="two statements"),
        pytest.param("SELEKT", "syntax error", id="syntax"),
        pytest.param("", "", id="nothing"),
        pytest.param("SELECT '\0'", "", id="a NUL"),
        pytest.param("SELECT '\ud800'", "surrogates", id="a lone surrogate"),
        pytest.param("x" * 30_000, "longer than", id="a long statement"),
        pytest.param(
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT COUNT(*) FROM c",
            "took longer than 0.3 s",
            id="an endless one",
        ),
    ],
)
def test_what_a_statement_may_not_do_is_told_in_words(
    database: Database, statement: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert words in database.execute(statement).text()
    assert list(tmp_path.iterdir()) == []
    assert database.execute("SELECT 1").rows == ((1,),)


def test_results_are_cut(database: Database) -> None:
    numbers = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000) SELECT "
    many = database.execute(f"{numbers} x FROM c")
    assert (len(many.rows), many.is_cut) == (MOST_ROWS, True)
    assert "[cut" in many.text()
    wide = database.execute(f"{numbers} hex(zeroblob(400)) FROM c").text()
    assert MOST_CHARS - 1000 < len(wide) < MOST_CHARS + 200
    assert len(database.execute("SELECT hex(zeroblob(50000))").text()) < MOST_CHARS + 200


def test_changes_are_counted_and_seen(database: Database) -> None:
    assert database.execute('UPDATE `odd "name"` SET n = 1').text() == "Done. Rows changed: 3."
    assert QueryResult(columns=("a",)).text() == '["a"]\n(no rows)'
    assert database.rows_of(TABLE) == (("a", "Ärger", "1"), ("b", "it's", "1"), ("c", None, "1"))


def test_state_ignores_order_and_notices_content() -> None:
    turned = DbTable(name=TABLE.name, columns=TABLE.columns, rows=TABLE.rows[::-1])
    states = []
    for table in (TABLE, turned):
        database = SqliteEngine().open([table])
        states.append(state_of(database, [table]))
        database.execute('DELETE FROM `odd "name"` WHERE n = 9')
        states.append(state_of(database, [table]))
        database.execute('DROP TABLE `odd "name"`')
        assert state_of(database, [table]) is None
        database.close()
    assert states[0] == states[2] != states[1] == states[3]


def test_state_is_agentbenchs_hash() -> None:
    # By hand: md5("a,1") = 75d6..., md5("b") = 92eb5...; of the sorted first five digits, joined, the MD5.
    import hashlib

    table = DbTable(name="t", columns=("x", "y"), rows=(("b", None), ("a", "1")))
    marks = sorted(hashlib.md5(text.encode()).hexdigest()[:5] for text in ("a,1", "b"))
    database = SqliteEngine().open([table])
    assert state_of(database, [table]) == hashlib.md5(",".join(marks).encode()).hexdigest()
    database.close()


def test_a_missing_column_is_no_state() -> None:
    table = DbTable(name="t", columns=("x", "y"), rows=(("a", "b"),))
    database = SqliteEngine().open([table])
    database.execute("ALTER TABLE t DROP COLUMN y")
    assert state_of(database, [table]) is None
    database.close()
