"""Every table of the gateway, on one page. Times are milliseconds of UTC, money whole minor units.

The first half says which terminal is where; the second half is the ledger. What may happen once only is
the primary key or a unique constraint: two workers that decide at the same moment are told apart by it.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()


def _text(name: str, default: str | None = "") -> Column[str]:
    if default is None:
        return Column(name, Text, nullable=False)
    return Column(name, Text, nullable=False, default=default, server_default=default)


def _whole(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, default=0, server_default="0")


def _numbered() -> Column[int]:
    """The order in which rows were written; SQLite numbers only an INTEGER by itself."""
    return Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


# Which terminal is where ---------------------------------------------------------------------------

devices = Table(
    "devices",
    METADATA,
    Column("serial", Text, primary_key=True),
    Column("device_id", Text, nullable=False, unique=True),
    _text("merchant"),
    _text("shop"),
    _whole("till"),
    _text("model"),
    _text("state", "factory"),
    _text("epoch"),
    _whole("boots"),
    _text("cert_serial"),
    _whole("cert_not_after_utc_ms"),
    Column("versions", JSON, nullable=False, default=dict),
    Column("reported", JSON, nullable=False, default=dict),
    Column("health", JSON, nullable=False, default=dict),
    Column("online", Boolean, nullable=False, default=False),
    _whole("last_seen_utc_ms"),
)
Index(
    "one_terminal_a_till",
    devices.c.shop,
    devices.c.till,
    unique=True,
    sqlite_where=devices.c.state == "active",
    postgresql_where=devices.c.state == "active",
)
"""`state`: factory, offered, assigned, active, revoked, retired."""

claims = Table(
    "claims",
    METADATA,
    Column("code", Text, primary_key=True),
    _text("serial", None),
    _text("csr_pem", None),
    _text("epoch"),
    _whole("made_utc_ms"),
    _whole("expires_utc_ms"),
    _whole("used_utc_ms"),
)

shops = Table(
    "shops",
    METADATA,
    Column("shop", Text, primary_key=True),
    _text("merchant", None),
    _text("name_zh", None),
    _text("name_en", None),
    _text("currency", "CNY"),
)

zones = Table("zones", METADATA, Column("shop", Text, primary_key=True), _text("zone", None))
"""By which clock a shop counts its days; the usual one where nobody said."""

assignments = Table(
    "assignments",
    METADATA,
    Column("jti", Text, primary_key=True),
    _text("serial", None),
    _text("jws", None),
    _text("shop", None),
    _whole("till"),
    _text("epoch"),
    _text("csr_sha256"),
    _text("replaces"),
    _whole("made_utc_ms"),
    _whole("expires_utc_ms"),
    _whole("confirmed_utc_ms"),
)
"""`csr_sha256`: whose certificate it is good for; empty until an offline one is confirmed. `replaces`: the
serial of the terminal whose till number it takes over. `epoch` is the
installation's that showed the code; empty until an offline one is confirmed."""

farewells = Table(
    "farewells",
    METADATA,
    Column("receipt", Text, primary_key=True),
    _text("serial", None),
    _text("why", None),
    _text("shop"),
    _whole("till"),
    _whole("left_utc_ms"),
    _whole("came_utc_ms"),
)
"""Receipts of terminals that left a shop; their signatures were checked."""

handovers = Table(
    "handovers",
    METADATA,
    Column("order_id", Text, primary_key=True),
    _text("what", None),
    _text("broken", None),
    Column("device", Text, nullable=False, index=True),
    _text("key"),
    _text("person"),
    _text("method"),
    _whole("amount_minor"),
    _text("currency"),
    _whole("since_utc_ms"),
    _whole("attempts"),
    _text("batch"),
    _whole("taken_utc_ms"),
)
"""What a broken terminal had open, and which one sees to it now: only `device` may ask for its money.
`what`: debt or doubt."""

certificates = Table(
    "certificates",
    METADATA,
    Column("cert_serial", Text, primary_key=True),
    _text("serial", None),
    _text("device_id", None),
    _text("csr_sha256", None),
    _text("chain_pem", None),
    _whole("made_utc_ms"),
    _whole("not_after_utc_ms"),
    _whole("revoked_utc_ms"),
    UniqueConstraint("serial", "csr_sha256"),
)

bundles = Table(
    "bundles",
    METADATA,
    Column("id", Text, primary_key=True),
    _text("device", None),
    _text("sha256"),
    _whole("size"),
    _whole("have"),
    _whole("asked_utc_ms"),
    _whole("whole_utc_ms"),
)
"""Support bundles that head office asked for; `size` is 0 until the terminal has said something."""

pieces = Table(
    "pieces",
    METADATA,
    Column("bundle", Text, primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

marks = Table(
    "marks",
    METADATA,
    _numbered(),
    _text("shop", None),
    _text("person", None),
    _whole("limit_minor"),
    _whole("score"),
    _text("agreed"),
    _whole("until_utc_ms"),
    _text("said_by", None),
    _whole("utc_ms"),
    Index("marks_of_a_member", "shop", "person"),
)
"""Whom a shop may trust while its link is down. Rows are only added: the newest of a member counts, and a
limit of 0 says that it is over. `agreed`: the day on which the member agreed."""

mark_lists = Table("mark_lists", METADATA, Column("device", Text, primary_key=True), _whole("version"))
"""Which list each terminal was told last; the broker keeps none for one that is at work no more."""

settled = Table(
    "settled",
    METADATA,
    Column("order_id", Text, primary_key=True),
    Column("device", Text, nullable=False, index=True),
    _text("said_by", None),
    _whole("utc_ms"),
)
"""Orders on trust whose money came in another way."""

people = Table(
    "people",
    METADATA,
    Column("name", Text, primary_key=True),
    _text("salt", None),
    _text("mark", None),
    _whole("added_utc_ms"),
)
"""Who may see the pages; `mark`: what their password turns into."""

deeds = Table(
    "deeds",
    METADATA,
    _numbered(),
    _text("person", None),
    _text("what", None),
    _text("about"),
    _text("outcome", None),
    _whole("utc_ms"),
)
"""Who of head office did what; rows are only added."""

# The ledger ----------------------------------------------------------------------------------------

members = Table(
    "members",
    METADATA,
    Column("person", Text, primary_key=True),
    _text("name", None),
    _whole("balance_minor"),
    _whole("points"),
)

standings = Table("standings", METADATA, Column("person", Text, primary_key=True), _text("level"))

coupons = Table(
    "coupons",
    METADATA,
    Column("id", Text, primary_key=True),
    _text("source", None),
    Column("person", Text, nullable=False, index=True),
    _text("body", None),
    _text("key"),
)
"""`key`: the payment that holds it or has used it up; empty while it is free."""

uses = Table(
    "uses",
    METADATA,
    Column("key", Text, primary_key=True),
    _text("person", None),
    _text("used", None),
    _text("state", None),
)
"""What a payment uses besides money. `state`: held, used, free."""

coupon_moves = Table("coupon_moves", METADATA, _numbered(), _text("coupon"), _text("key"), _text("move"))
gifts = Table("gifts", METADATA, Column("key", Text, primary_key=True), _text("name_zh"), _text("name_en"))
wallets = Table("wallets", METADATA, Column("person", Text, primary_key=True), _text("bound_by", None))
"""Whose card wallet pays for them; the others pay from their balance."""

charges = Table(
    "charges",
    METADATA,
    Column("key", Text, primary_key=True),
    _text("content", None),
    _text("state", None),
    _text("reason"),
    _text("order_id"),
    _whole("amount_minor"),
    _text("currency"),
    _text("payer"),
    Column("person", Text),
    _whole("earned"),
    _whole("balance"),
    _whole("queries_left"),
)

captures = Table(
    "captures",
    METADATA,
    _numbered(),
    Column("key", Text, nullable=False),
    _whole("again"),
    _text("order_id", None),
    _whole("amount_minor"),
    _text("currency", None),
    _text("payer", None),
    Column("person", Text),
    _whole("points"),
    UniqueConstraint("key", "again"),
)
"""`again` is 0: a key moves money once. Only a promise broken on purpose counts it up."""

refunds = Table(
    "refunds",
    METADATA,
    _numbered(),
    Column("key", Text, nullable=False, unique=True),
    _text("content", None),
    Column("payment_key", Text, nullable=False, index=True),
    _text("order_id", None),
    _whole("amount_minor"),
    _text("state", None),
    _text("reason"),
    _whole("queries_left"),
)

moments = Table("moments", METADATA, Column("key", Text, primary_key=True), _whole("utc_ms"))

bill = Table(
    "bill",
    METADATA,
    _numbered(),
    _text("key", None),
    _text("order_id", None),
    _whole("amount_minor"),
    _text("currency", None),
    _text("state", None),
    _whole("utc_ms"),
)

codes = Table("codes", METADATA, Column("hash", Text, primary_key=True), _text("key", None))

records = Table(
    "records",
    METADATA,
    _numbered(),
    Column("id", Text, nullable=False, unique=True),
    _text("device", None),
    _text("epoch", None),
    _whole("seq"),
    _text("kind", None),
    Column("body", LargeBinary, nullable=False),
    _whole("utc_ms"),
    UniqueConstraint("device", "epoch", "seq"),
)
Index("records_by_moment", records.c.utc_ms)

alarms = Table("alarms", METADATA, _numbered(), _text("what", None), _text("about", None))
