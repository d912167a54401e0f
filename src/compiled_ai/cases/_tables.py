"""The tables of a case log. Money is whole billionths of a dollar, so that sums are exact; JSON is ASCII, so that every text can be stored."""

from __future__ import annotations

VERSION = 1
"""Of the tables. A log of another version is left alone."""
APPLICATION_ID = 0x43414331
"""Marks the file for `file` and others: CAC1."""

TABLES = (
    """
    CREATE TABLE cases (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL,
        last_at TEXT NOT NULL,
        seen INTEGER NOT NULL DEFAULT 1,
        artifact TEXT NOT NULL,
        spec TEXT NOT NULL,
        step TEXT NOT NULL,
        input TEXT NOT NULL,
        input_digest TEXT NOT NULL,
        reason TEXT NOT NULL,
        output TEXT,
        served_by TEXT NOT NULL,
        model TEXT,
        tokens INTEGER NOT NULL,
        cost_usd TEXT,
        masked INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('logged', 'queued', 'answered', 'rejected')),
        answer TEXT,
        reviewer TEXT,
        reviewed_at TEXT,
        note TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE UNIQUE INDEX one_in_queue ON cases (spec, step, input_digest) WHERE status = 'queued' AND input_digest <> ''",
    "CREATE INDEX decided ON cases (spec, step, input_digest) WHERE status IN ('answered', 'rejected') AND input_digest <> ''",
    "CREATE INDEX by_status ON cases (status)",
    "CREATE INDEX by_time ON cases (last_at)",
    """
    CREATE TABLE counts (
        day TEXT NOT NULL,
        artifact TEXT NOT NULL,
        step TEXT NOT NULL,
        served_by TEXT NOT NULL,
        count INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        nano_usd INTEGER NOT NULL,
        PRIMARY KEY (day, artifact, step, served_by)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE breakers (
        model TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        opened_at REAL,
        probe_until REAL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE reserved (
        id TEXT PRIMARY KEY,
        day TEXT NOT NULL,
        step TEXT NOT NULL,
        calls INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        nano_usd INTEGER NOT NULL,
        until REAL NOT NULL,
        seconds REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE spent (
        day TEXT NOT NULL,
        step TEXT NOT NULL,
        calls INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        nano_usd INTEGER NOT NULL,
        PRIMARY KEY (day, step)
    ) WITHOUT ROWID
    """,
)
