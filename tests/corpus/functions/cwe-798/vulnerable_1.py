import psycopg2


def open_ledger():
    return psycopg2.connect(
        host="ledger-db.internal.example",
        dbname="ledger",
        user="ledger_app",
        password="T4nger1ne-Harbour-88",
        connect_timeout=5,
    )
