import sqlite3


def find_account(db_path: str, login: str):
    connection = sqlite3.connect(db_path)
    connection.row_factory = sqlite3.Row
    try:
        row = connection.execute(
            f"SELECT id, login, email FROM accounts WHERE login = '{login}'"
        ).fetchone()
    finally:
        connection.close()
    return dict(row) if row else None
