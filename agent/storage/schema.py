"""The tables, as numbered migrations: migration n takes a database from version n - 1 to n.

A migration that has shipped is never edited; a change is a new one at the end. What the tables
refuse here is refused whatever the code above them believes.
"""

from __future__ import annotations

from collections.abc import Callable

import apsw

from agent.storage.chain import chain_what_is_there
from agent.storage.trust_schema import CONSENTS, RECEIPTS, SEALED_TEMPLATES

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO meta VALUES ('epoch', lower(hex(randomblob(4))));

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO counters VALUES ('outbox', 0);

CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    mono_ms INTEGER NOT NULL,
    utc_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'a journal row is never changed'); END;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'a journal row is never deleted'); END;

CREATE TABLE state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    seq INTEGER NOT NULL REFERENCES journal (seq),
    body TEXT NOT NULL
) STRICT;

CREATE TABLE attempts (
    key TEXT PRIMARY KEY CHECK (key <> ''),
    order_id TEXT NOT NULL CHECK (order_id <> ''),
    attempt INTEGER NOT NULL CHECK (attempt > 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    method TEXT NOT NULL CHECK (method <> ''),
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    outcome TEXT NOT NULL,
    UNIQUE (order_id, attempt)
) STRICT;
CREATE UNIQUE INDEX one_open_attempt_an_order ON attempts (order_id) WHERE open = 1;
CREATE TRIGGER attempt_is_bound BEFORE UPDATE ON attempts
WHEN (new.key, new.order_id, new.attempt, new.amount_minor, new.currency, new.method)
    IS NOT (old.key, old.order_id, old.attempt, old.amount_minor, old.currency, old.method)
BEGIN SELECT RAISE(ABORT, 'what an attempt is bound to is never changed'); END;
CREATE TRIGGER attempt_stays_closed BEFORE UPDATE ON attempts WHEN old.open = 0 AND new.open = 1
BEGIN SELECT RAISE(ABORT, 'a closed attempt is never opened again'); END;
CREATE TRIGGER attempt_is_not_deleted BEFORE DELETE ON attempts
BEGIN SELECT RAISE(ABORT, 'an attempt is never deleted'); END;

CREATE TABLE orders (
    number INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL UNIQUE CHECK (order_id <> ''),
    method TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    outcome TEXT NOT NULL CHECK (outcome IN ('paid', 'notpaid', 'cancelled', 'unknown', 'held')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    person TEXT,
    identify_ms INTEGER,
    answer_ms INTEGER,
    utc_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    parked TEXT
) STRICT;

CREATE TABLE templates (
    person TEXT PRIMARY KEY CHECK (person <> ''),
    name_masked TEXT NOT NULL,
    phone_last4 TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    embedding BLOB NOT NULL CHECK (length(embedding) > 0 AND length(embedding) % 4 = 0)
) STRICT;
"""

CHAIN_COLUMNS = """
ALTER TABLE journal ADD COLUMN order_id TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN kept_sha256 BLOB NOT NULL DEFAULT x'' CHECK (length(kept_sha256) IN (0, 32));
ALTER TABLE journal ADD COLUMN hash BLOB NOT NULL DEFAULT x'';
DROP TRIGGER journal_is_not_changed;
"""
CHAIN_RULES = """
CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'a journal row is never changed'); END;
CREATE TRIGGER journal_is_chained BEFORE INSERT ON journal
WHEN new.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal) OR length(new.hash) <> 32
BEGIN SELECT RAISE(ABORT, 'a journal row follows the last one and carries its hash'); END;
"""

REFUNDS = """
CREATE TABLE refunds (
    key TEXT PRIMARY KEY CHECK (key <> ''),
    order_id TEXT NOT NULL REFERENCES orders (order_id),
    part INTEGER NOT NULL CHECK (part > 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    method TEXT NOT NULL CHECK (method <> ''),
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    outcome TEXT NOT NULL CHECK (outcome IN ('unknown', 'accepted', 'refunded', 'refused')),
    utc_ms INTEGER NOT NULL,
    UNIQUE (order_id, part)
) STRICT;
CREATE TRIGGER refund_within_what_was_paid BEFORE INSERT ON refunds
WHEN NOT EXISTS (SELECT 1 FROM refunds WHERE key = new.key) AND new.amount_minor
    + (SELECT coalesce(sum(amount_minor), 0) FROM refunds
        WHERE order_id = new.order_id AND outcome <> 'refused')
    > coalesce((SELECT amount_minor FROM orders WHERE order_id = new.order_id AND outcome = 'paid'), 0)
BEGIN SELECT RAISE(ABORT, 'more would be given back than was paid'); END;
CREATE TRIGGER refund_is_bound BEFORE UPDATE ON refunds
WHEN (new.key, new.order_id, new.part, new.amount_minor, new.currency, new.method)
    IS NOT (old.key, old.order_id, old.part, old.amount_minor, old.currency, old.method)
BEGIN SELECT RAISE(ABORT, 'what a refund is bound to is never changed'); END;
CREATE TRIGGER refund_ends_once BEFORE UPDATE ON refunds
WHEN old.open = 0 AND (new.open, new.outcome) IS NOT (old.open, old.outcome)
BEGIN SELECT RAISE(ABORT, 'a refund ends once'); END;
CREATE TRIGGER refund_is_not_deleted BEFORE DELETE ON refunds
BEGIN SELECT RAISE(ABORT, 'a refund is never deleted'); END;
"""

SURROUNDINGS = """
CREATE TABLE surroundings (
    seq INTEGER NOT NULL REFERENCES journal (seq),
    what TEXT NOT NULL CHECK (what IN ('rules', 'goods', 'around', 'kept')),
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    UNIQUE (what, name, seq)
) STRICT;
CREATE TRIGGER surroundings_are_not_changed BEFORE UPDATE ON surroundings
BEGIN SELECT RAISE(ABORT, 'what stood around a turn is never changed'); END;
CREATE TRIGGER surroundings_are_not_deleted BEFORE DELETE ON surroundings
BEGIN SELECT RAISE(ABORT, 'what stood around a turn is never deleted'); END;
"""
ENDS, ENDS_ON_TRUST = "'unknown', 'held')", "'unknown', 'held', 'owed', 'named', 'settled')"


def allow_trust(connection: apsw.Connection) -> None:
    """Orders may be owed, named and settled. A check is changed where it is written, as SQLite's page on
    ALTER TABLE has it: the table is not made anew, for others refer to it."""
    [(text,)] = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'orders'")
    if ENDS not in text:
        raise ValueError(f"table orders: no {ENDS} in its check (expected the table of an older hyla)")
    version = connection.pragma("schema_version")
    connection.pragma("writable_schema", True)
    changed = (text.replace(ENDS, ENDS_ON_TRUST),)
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'orders'", changed)
    connection.pragma("schema_version", version + 1)
    connection.pragma("writable_schema", False)


SHIFTS = """
CREATE TABLE shifts (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    standing TEXT NOT NULL CHECK (standing IN ('nobodys', 'open', 'ended')),
    cashier TEXT NOT NULL,
    started_utc_ms INTEGER NOT NULL,
    ended_utc_ms INTEGER NOT NULL,
    float_minor INTEGER NOT NULL CHECK (float_minor >= 0),
    expected_minor INTEGER NOT NULL,
    counted_minor INTEGER CHECK (counted_minor >= 0)
) STRICT;
CREATE TRIGGER shift_ends_once BEFORE UPDATE ON shifts WHEN old.standing = 'ended'
BEGIN SELECT RAISE(ABORT, 'a shift that ended is never changed'); END;
CREATE TRIGGER shift_is_not_deleted BEFORE DELETE ON shifts
BEGIN SELECT RAISE(ABORT, 'a shift is never deleted'); END;

CREATE TABLE shift_figures (
    shift INTEGER NOT NULL REFERENCES shifts (number),
    day INTEGER NOT NULL,
    method TEXT NOT NULL,
    ending TEXT NOT NULL,
    count INTEGER NOT NULL,
    sum_minor INTEGER NOT NULL,
    PRIMARY KEY (shift, day, method, ending)
) STRICT;
CREATE TRIGGER figures_end_with_their_shift BEFORE DELETE ON shift_figures
WHEN (SELECT standing FROM shifts WHERE number = old.shift) = 'ended'
BEGIN SELECT RAISE(ABORT, 'the figures of a shift that ended are never changed'); END;

CREATE TABLE days (
    day INTEGER PRIMARY KEY,
    standing TEXT NOT NULL CHECK (standing IN ('open', 'comparing', 'compared', 'closed')),
    differences INTEGER NOT NULL CHECK (differences >= 0),
    file TEXT NOT NULL
) STRICT;

ALTER TABLE orders ADD COLUMN begun_utc_ms INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET begun_utc_ms = utc_ms;
ALTER TABLE attempts ADD COLUMN begun_utc_ms INTEGER NOT NULL DEFAULT 0;
UPDATE attempts SET begun_utc_ms =
    coalesce((SELECT o.utc_ms FROM orders o WHERE o.order_id = attempts.order_id), 0);
CREATE INDEX attempts_by_begin ON attempts (begun_utc_ms);
CREATE INDEX orders_by_begin ON orders (begun_utc_ms);
CREATE INDEX refunds_by_time ON refunds (utc_ms);
"""

SLIPS = """
CREATE TABLE slips (
    order_id TEXT PRIMARY KEY REFERENCES orders (order_id),
    body BLOB NOT NULL
) STRICT;
CREATE TRIGGER slip_is_not_deleted BEFORE DELETE ON slips
BEGIN SELECT RAISE(ABORT, 'the goods of an order are never deleted'); END;
ALTER TABLE orders ADD COLUMN slips INTEGER NOT NULL DEFAULT 0 CHECK (slips >= 0);
CREATE TRIGGER slips_are_counted_up BEFORE UPDATE OF slips ON orders WHEN new.slips < old.slips
BEGIN SELECT RAISE(ABORT, 'a receipt that was given stays counted'); END;
"""

Step = str | Callable[[apsw.Connection], None]
MIGRATIONS: tuple[tuple[Step, ...], ...] = (
    (TABLES,),
    (CHAIN_COLUMNS, chain_what_is_there, CHAIN_RULES),
    (REFUNDS,),
    (SURROUNDINGS,),
    (SEALED_TEMPLATES, CONSENTS),
    (allow_trust,),
    (SHIFTS,),
    (RECEIPTS,),
    (SLIPS,),
)
"""Each is one transaction of its steps."""
VERSION = len(MIGRATIONS)


def migrate(connection: apsw.Connection, number: int) -> None:
    """Take the database from version `number` - 1 to `number`, or leave it as it is."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[number - 1]:
            if isinstance(step, str):
                connection.execute(step)
            else:
                step(connection)
        connection.execute(f"PRAGMA user_version = {number}; COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
