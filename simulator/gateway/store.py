"""Where the gateway's books lie: SQLite by default, PostgreSQL by URL.

Enters: a URL. Leaves: an engine whose transactions are durable at commit. SQLite: every transaction takes
the file for itself at once (two that read first and write later would lock each other out), and the journal
is a rollback journal, for Python's own SQLite damages a write-ahead log that several processes write.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from simulator.gateway.tables import METADATA

BUSY_S = 30.0


class StoreTrouble(Exception):
    """The store cannot be opened; the text says what was expected and the next step."""


def open_store(url: str | Path) -> Engine:
    """Open and create what is missing. A path, or `sqlite:///FILE`, or `postgresql://…`.

    Raises:
        StoreTrouble: no such kind of database, or nobody answers there.
    """
    where = _url(url)
    engine = _sqlite(where) if where.get_backend_name() == "sqlite" else _postgres(where)
    try:
        with engine.begin() as db:
            if engine.dialect.name == "postgresql":  # two that create at once would collide
                db.exec_driver_sql("SELECT pg_advisory_xact_lock(4871)")
            METADATA.create_all(db)
    except SQLAlchemyError as error:
        engine.dispose()
        cause = str(getattr(error, "orig", error)).splitlines()[0]
        raise StoreTrouble(f"{where.render_as_string()}: cannot be opened ({cause})") from None
    return engine


def take(db: Connection, names: Iterable[str]) -> None:
    """Until the transaction ends nobody else may take these. Everybody takes them in one order, so that no
    two wait for each other. SQLite has given us the whole file at BEGIN."""
    if db.dialect.name == "postgresql":
        numbers = sorted(
            {int.from_bytes(sha256(name.encode()).digest()[:8], signed=True) for name in names}
        )
        for number in numbers:
            db.execute(select(func.pg_advisory_xact_lock(number)))


def insert_missing(db: Connection, table: Table, **row: Any) -> bool:
    """False: a constraint of the table says that it is there already, in the whole or in part."""
    dialect: Any = postgresql if db.dialect.name == "postgresql" else sqlite
    return bool(db.execute(dialect.insert(table).values(**row).on_conflict_do_nothing()).rowcount)


def utc_ms() -> int:
    """The clock on the wall, as every table keeps it."""
    return time.time_ns() // 1_000_000


def _url(url: str | Path) -> URL:
    if isinstance(url, Path) or "://" not in url:
        return URL.create("sqlite", database=str(url))
    try:
        where = make_url(url)
    except ArgumentError:
        raise StoreTrouble(
            f"{url.partition(':')[0]}…: expected FILE, sqlite:///FILE or postgresql://…"
        ) from None
    if where.get_backend_name() == "postgresql":
        return where.set(drivername="postgresql+psycopg")
    if where.get_backend_name() != "sqlite":
        raise StoreTrouble(f"{where.render_as_string()}: expected FILE, sqlite:///FILE or postgresql://…")
    return where


def _sqlite(where: URL) -> Engine:
    if where.database:
        Path(where.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(where, connect_args={"timeout": BUSY_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _(raw: sqlite3.Connection, _record: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves
        raw.execute("PRAGMA journal_mode=TRUNCATE")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _(db: Connection) -> None:
        db.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgres(where: URL) -> Engine:
    return create_engine(where, pool_pre_ping=True)
