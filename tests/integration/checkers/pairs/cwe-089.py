import sqlite3

from django.contrib.auth.models import User
from django.db import connection
from flask import Flask, request
from sqlalchemy import text

app = Flask(__name__)


@app.route("/user")
def vulnerable_user():
    name = request.args["name"]
    con = sqlite3.connect("app.db")
    rows = con.execute("SELECT * FROM user WHERE name = '%s'" % name)
    return {"rows": rows.fetchall()}


@app.route("/user2")
def fixed_user():
    name = request.args["name"]
    con = sqlite3.connect("app.db")
    rows = con.execute("SELECT * FROM user WHERE name = ?", (name,))
    return {"rows": rows.fetchall()}


def vulnerable_login(cursor, username, password):
    query = "SELECT id FROM account WHERE name='" + username + "' AND word='" + password + "'"
    cursor.execute(query)
    return cursor.fetchone()


def fixed_login(cursor, username, password):
    query = "SELECT id FROM account WHERE name=%s AND word=%s"
    cursor.execute(query, (username, password))
    return cursor.fetchone()


def vulnerable_raw(request):
    return User.objects.raw(f"SELECT * FROM auth_user WHERE email = '{request.GET['email']}'")


def fixed_raw(request):
    return User.objects.raw("SELECT * FROM auth_user WHERE email = %s", [request.GET["email"]])


class Orders:
    def vulnerable_find(self, status):
        sql = text(f"SELECT * FROM orders WHERE status = '{status}'")
        return self.session.execute(sql).all()

    def fixed_find(self, status):
        sql = text("SELECT * FROM orders WHERE status = :status")
        return self.session.execute(sql, {"status": status}).all()


def vulnerable_sorted(db, column):
    return db.execute("SELECT * FROM item ORDER BY {}".format(column)).fetchall()


def fixed_sorted(db, column):
    if column not in ("name", "price"):
        raise ValueError(column)
    return db.execute("SELECT * FROM item ORDER BY {}".format(column)).fetchall()


def vulnerable_drop(table):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM " + table)


def fixed_drop(table):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM " + connection.ops.quote_name(table))


def vulnerable_many(cursor, ids):
    cursor.execute("SELECT * FROM item WHERE id IN (%s)" % ",".join(ids))
    return cursor.fetchall()


def fixed_many(cursor, ids):
    marks = ",".join("?" for _ in ids)
    cursor.execute("SELECT * FROM item WHERE id IN (%s)" % marks, ids)
    return cursor.fetchall()


async def vulnerable_async(pool, city):
    return await pool.fetch(f"SELECT * FROM shop WHERE city = '{city}'")


async def fixed_async(pool, city):
    return await pool.fetch("SELECT * FROM shop WHERE city = $1", city)
