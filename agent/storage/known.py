"""Which classes the journal writes and reads: everything a fact or the kept state can hold."""

from __future__ import annotations

from agent.core import (
    basket,
    charge,
    codes,
    commands,
    compare,
    day,
    debt,
    events,
    evidence,
    figures,
    held,
    identity,
    ids,
    marks,
    money,
    offline,
    payment,
    refund,
    shift,
    sold,
    state,
    visit,
)
from agent.storage.codec import Codec

CODEC = Codec(
    basket,
    charge,
    codes,
    commands,
    compare,
    day,
    debt,
    events,
    evidence,
    figures,
    held,
    identity,
    ids,
    marks,
    money,
    offline,
    payment,
    refund,
    shift,
    sold,
    state,
    visit,
)
