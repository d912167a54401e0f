import os

import psycopg2


def open_ledger():
    return psycopg2.connect(
        host="ledger-db.internal.example",
        dbname="ledger",
        user="ledger_app",
        password=os.environ["LEDGER_DB_PASSWORD"],
        connect_timeout=5,
    )
