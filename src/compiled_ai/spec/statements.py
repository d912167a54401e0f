"""What an SQL statement of an effect may look like, before any database is asked."""

from __future__ import annotations

import re

_NOT_BOUND = re.compile(r"['\"`\[\];]|--|/\*|(?<![\w:@$?])[0-9]")
"""A literal, a quoted name, a comment or a second statement. Values are bound, and declared tables need no quotes."""
_BEGINS = re.compile(r"\s*(select|with|insert|update|delete|replace)\b", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:insert|update|delete|replace)\b", re.IGNORECASE)
_CHANGES_BEHIND_WITH = re.compile(
    r"\binsert\s+(?:or\s+\w+\s+)?into\b|\bupdate\s+(?:or\s+\w+\s+)?\w+\s+set\b|\bdelete\s+from\b|\breplace\s+into\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"[:@$](\w+)")


def statement_problem(sql: str) -> tuple[str, str] | None:
    """What keeps `sql` from being run, as (reason in one word, words); None when nothing that can be seen in its text does."""
    if _NOT_BOUND.search(sql):
        return (
            "literal",
            "the statement holds a literal, a quoted name, a comment or a semicolon; bind values with ? or :name",
        )
    if not _BEGINS.match(sql):
        return "statement", "a statement begins with SELECT, WITH, INSERT, UPDATE, DELETE or REPLACE"
    return None


def changes_rows(sql: str) -> bool:
    """Whether `sql` begins with a word that changes rows, or holds such a statement behind WITH."""
    found = _BEGINS.match(sql)
    if found is None:
        return False
    is_with = found[1].lower() == "with"
    return (_CHANGES_BEHIND_WITH.search(sql) if is_with else _CHANGES.match(found[1])) is not None


def named_places(sql: str) -> tuple[str, ...]:
    """The names that `sql` wants values for, such as ``sku`` for ``:sku``."""
    return tuple(dict.fromkeys(_PLACE.findall(sql)))
