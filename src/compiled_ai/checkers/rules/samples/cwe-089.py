import sqlite3

from flask import request
from sqlalchemy import text


def by_text():
    name = request.args.get("name")
    con = sqlite3.connect("x.db")
    con.execute("SELECT * FROM users WHERE name = " + name)  # found: sql-injection
    con.execute(f"SELECT * FROM users WHERE id = {input()}")  # found: sql-injection
    con.execute("SELECT * FROM users WHERE name = ?", (name,))  # fine
    con.execute("SELECT * FROM users WHERE id = %d" % int(name))  # fine


def by_parameter(con, name: str, count: int):
    query = f"SELECT * FROM users WHERE name = {name}"
    con.execute(query)  # found: sql-parameter
    con.execute("SELECT * FROM users WHERE name = %s" % name)  # found: sql-parameter
    con.execute("SELECT * FROM users WHERE name = {}".format(name))  # found: sql-parameter
    con.execute("SELECT * FROM users WHERE name = '%s' and %s" % (name, name))  # found: sql-parameter
    con.execute("SELECT * FROM users WHERE name = ?", (name,))  # fine
    con.execute(f"SELECT * FROM users LIMIT {count}")  # fine
    con.execute("SELECT * FROM users WHERE name IN (%s)" % ",".join("?" * len(name)), name)  # fine
    con.execute(text("SELECT * FROM users WHERE name = :name"), {"name": name})  # fine


def run(con, sql):
    return con.execute(sql)  # fine


def order(con, column):
    if column not in ("a", "b"):
        raise ValueError(column)
    return con.execute(f"SELECT * FROM users ORDER BY {column}")  # fine


def count_rows(con, table):
    return con.execute(f"SELECT count(*) FROM {con.ops.quote_name(table)}")  # fine


async def grow(con, name):
    sql = "SELECT * FROM t WHERE "
    sql += "name = '" + name + "'"
    await con.execute(sql)  # found: sql-parameter, sql-quoted-value


class Store:
    def find(self):
        self.cursor.execute(f"SELECT id FROM user WHERE name = '{self.name}'")  # found: sql-quoted-value
        self.cursor.execute("SELECT id FROM user WHERE name LIKE '%s'" % self.name)  # found: sql-quoted-value
        self.cursor.execute("SELECT id FROM user WHERE name = '{}' LIMIT 1".format(self.name))  # found: sql-quoted-value
        statement = "INSERT INTO user VALUES ('" + self.name + "')"
        self.cursor.execute(statement)  # found: sql-quoted-value
        self.cursor.execute(f"SELECT id FROM {self.table} WHERE name = %s", (self.name,))  # fine
        self.cursor.execute("SELECT id FROM user WHERE kind = 'a' AND name = %s", (self.name,))  # fine


def quoted_lists(con, names):
    wanted = ",".join("'" + name + "'" for name in names)
    con.execute(f"SELECT id FROM person WHERE name IN ({wanted})")  # found: sql-quoted-value
    listed = ",".join(f"'{name}'" for name in names)
    con.execute("SELECT id FROM person WHERE name IN (" + listed + ")")  # found: sql-quoted-value
    marks = ",".join("?" for _ in names)
    con.execute("SELECT id FROM person WHERE name IN (" + marks + ")", names)  # fine
