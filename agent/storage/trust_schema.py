"""The tables of what is held in trust: sealed templates, the store's key, who agreed to what.

A migration of `schema`. Templates of an older store stay in `templates_in_clear` until
`Templates.convert` has hidden and sealed them, at the next start.
"""

from __future__ import annotations

SEALED_TEMPLATES = """
ALTER TABLE templates RENAME TO templates_in_clear;

CREATE TABLE store_keys (
    epoch INTEGER PRIMARY KEY CHECK (epoch > 0),
    wrapped_key BLOB NOT NULL CHECK (length(wrapped_key) = 60)
) STRICT;

CREATE TABLE templates (
    person TEXT PRIMARY KEY CHECK (person <> ''),
    model_sha256 TEXT NOT NULL,
    epoch INTEGER NOT NULL REFERENCES store_keys (epoch),
    numbers INTEGER NOT NULL CHECK (numbers > 0),
    wrapped_key BLOB NOT NULL CHECK (length(wrapped_key) = 60),
    sealed BLOB NOT NULL
) STRICT;
"""

RECEIPTS = """
CREATE TABLE receipts (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    journal_seq INTEGER NOT NULL UNIQUE REFERENCES journal (seq),
    what BLOB NOT NULL
) STRICT;
CREATE TRIGGER receipt_is_not_changed BEFORE UPDATE ON receipts
BEGIN SELECT RAISE(ABORT, 'a receipt is never changed'); END;
CREATE TRIGGER receipt_is_not_deleted BEFORE DELETE ON receipts
BEGIN SELECT RAISE(ABORT, 'a receipt is never deleted'); END;
"""

CONSENTS = """
CREATE TABLE consents (
    seq INTEGER PRIMARY KEY,
    utc_ms INTEGER NOT NULL,
    person TEXT NOT NULL CHECK (person <> ''),
    purpose TEXT NOT NULL CHECK (purpose <> ''),
    given INTEGER NOT NULL CHECK (given IN (0, 1)),
    notice_version INTEGER NOT NULL CHECK (notice_version >= 0),
    notice_sha256 TEXT NOT NULL,
    age_group TEXT NOT NULL CHECK (age_group IN ('unknown', 'under_14', 'from_14')),
    guardian TEXT NOT NULL CHECK (age_group <> 'under_14' OR given = 0 OR guardian <> ''),
    why TEXT NOT NULL
) STRICT;
CREATE INDEX consents_of_a_person ON consents (person, seq);
CREATE TRIGGER consent_is_not_changed BEFORE UPDATE ON consents
BEGIN SELECT RAISE(ABORT, 'a row of the consent ledger is never changed'); END;
CREATE TRIGGER consent_is_not_deleted BEFORE DELETE ON consents
BEGIN SELECT RAISE(ABORT, 'a row of the consent ledger is never deleted'); END;
"""
