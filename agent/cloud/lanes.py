"""The two lanes, without a socket: asks that may not wait, and records that wait as long as it takes.

Enter: wishes and outbox rows from the main thread, acknowledgements from the client's thread. Leave:
what to send now. The ask lane is shared by two threads; the record lane belongs to the client's
thread alone, and outlives every connection.
"""

from __future__ import annotations

import logging
from bisect import insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from agent.cloud import statement_messages
from agent.core.commands import AskCharge, AskMember, AskRefund, AskRefundQuery
from agent.ports import AnyAsk, AskStatement, OutboxRow

log = logging.getLogger(__name__)

# A broker that will not have our records (ACL, quota) is asked again, but not in a spin.
HELD_MS = 60_000


def name_of(wish: AnyAsk) -> tuple[str, str]:
    """Which service is asked, and about which key: for the topic, and for the log, which never sees the
    rest."""
    if isinstance(wish, AskCharge):
        return "charge", wish.request.key
    if isinstance(wish, AskRefund):
        return "refund", wish.request.key
    if isinstance(wish, AskStatement):
        return "statement", statement_messages.name_of(wish)
    if isinstance(wish, AskMember):
        return "member", str(wish.number)
    if isinstance(wish, AskRefundQuery):
        return "refund_query", wish.key
    return type(wish).__name__.removeprefix("Ask").lower(), wish.key


class AskLane:
    """Open only while the link is up: an ask is sent at once or dropped, never kept for later."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open = False
        self._waiting: deque[AnyAsk] = deque()

    def open(self) -> None:
        with self._lock:
            self._open = True

    def close(self) -> None:
        """The link is down: what was not sent yet is dropped."""
        with self._lock:
            self._open = False
            dropped = list(self._waiting)
            self._waiting.clear()
        for wish in dropped:
            self._say_dropped(wish)

    def put(self, wish: AnyAsk) -> bool:
        """Any thread. False: the link is down and the ask was dropped."""
        with self._lock:
            if self._open:
                self._waiting.append(wish)
                return True
        self._say_dropped(wish)
        return False

    def take(self) -> list[AnyAsk]:
        """Everything to send now, oldest first."""
        with self._lock:
            wishes = list(self._waiting)
            self._waiting.clear()
        return wishes

    def _say_dropped(self, wish: AnyAsk) -> None:
        """A charge that nobody heard is worth a line; a query is asked again when the link is back, and
        an hour without a link would be a page of them."""
        level = logging.WARNING if isinstance(wish, AskCharge) else logging.DEBUG
        log.log(level, "%s of %s dropped: the link is down, and asks never wait", *name_of(wish))


@dataclass(slots=True)
class _Waiting:
    """One record on its way. `mid` is the broker's receipt still due, None once it came."""

    row: OutboxRow
    mid: int | None = None
    again_at_ms: int = 0


class RecordLane:
    """Our own window, because the client library keeps what it was given in memory only and sends
    its whole queue again at each reconnect. A broker's receipt (PUBACK) takes nothing out: brokers
    forget. Only the cloud's acknowledgement does."""

    def __init__(self, window: int, resend_after_ms: int) -> None:
        self._window = window
        self._resend_after_ms = resend_after_ms
        self._waiting: dict[str, _Waiting] = {}
        self._unsent: list[tuple[int, str]] = []
        self._way: dict[str, _Waiting] = {}

    def add(self, rows: Iterable[OutboxRow]) -> None:
        """Take charge of these rows; one that is already here changes nothing."""
        for row in rows:
            if row.id not in self._waiting:
                self._waiting[row.id] = _Waiting(row)
                insort(self._unsent, (row.seq, row.id))

    def due(self, now_ms: int, receipts_max: int = 65_535) -> list[OutboxRow]:
        """What to send now: overdue ones again, then new ones while the window has room; by seq.

        receipts_max: how many messages without receipt the broker allows (its Receive Maximum).
        """
        again = [w for w in self._way.values() if w.mid is None and w.again_at_ms <= now_ms]
        due = sorted((w.row for w in again), key=lambda row: row.seq)
        room = self._window - len(self._way)
        while room > 0 and self._unsent:
            _, id = self._unsent.pop(0)
            waiting = self._waiting.get(id)
            if waiting is None:
                continue
            self._way[id] = waiting
            due.append(waiting.row)
            room -= 1
        without_receipt = sum(w.mid is not None for w in self._way.values())
        return due[: max(0, receipts_max - without_receipt)]

    def next_due_ms(self) -> int | None:
        """When the next record wants to go again, if none comes or is acknowledged before."""
        times = [w.again_at_ms for w in self._way.values() if w.mid is None]
        return min(times, default=None)

    def on_the_way(self) -> bool:
        """The broker still owes a receipt."""
        return any(waiting.mid is not None for waiting in self._way.values())

    def sent(self, id: str, mid: int, now_ms: int) -> None:
        """Handed to the network under this message id."""
        if waiting := self._way.get(id):
            waiting.mid = mid
            waiting.again_at_ms = now_ms + self._resend_after_ms

    def receipt(self, mid: int) -> str | None:
        """The broker has it: the id whose receipt this is, or None when it is no record's."""
        for id, waiting in self._way.items():
            if waiting.mid == mid:
                waiting.mid = None
                return id
        return None

    def hold(self, id: str, now_ms: int) -> None:
        """The broker refuses it for now: try again, much later."""
        if waiting := self._way.get(id):
            waiting.again_at_ms = now_ms + HELD_MS

    def waits_for(self, ids: Iterable[str]) -> bool:
        """Whether all of these are on our hands, and so of this journal."""
        return all(id in self._waiting for id in ids)

    def drop(self, ids: Iterable[str]) -> None:
        """Acknowledged or refused by the cloud: nothing more to send."""
        for id in ids:
            self._waiting.pop(id, None)
            self._way.pop(id, None)

    def reconnected(self) -> None:
        """A new connection: receipts of the old one will never come; everything goes again."""
        for waiting in self._way.values():
            waiting.mid, waiting.again_at_ms = None, 0

    def __len__(self) -> int:
        return len(self._waiting)
