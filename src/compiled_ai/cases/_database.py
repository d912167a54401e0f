"""The SQLite file of cases."""

from __future__ import annotations

from pathlib import Path

from compiled_ai import database
from compiled_ai.cases._tables import APPLICATION_ID, TABLES, VERSION

_LAYOUT = database.Layout(title="case log", version=VERSION, application_id=APPLICATION_ID, tables=TABLES)


class Database(database.Database):
    """The file at `path`, or a database in memory for None."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(path, _LAYOUT)
