"""What a terminal may say and hear at the broker, as one table made from the contract's channels: the guard
decides with it, and the rules of other brokers are written from it (`broker-config`).

`d` is the terminal: its device id at the terminals' listener, its serial number at the bootstrap listener.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.cloud import topics

ROOT = "hyla/1/"


@dataclass(frozen=True, slots=True)
class Lanes:
    """Below `hyla/1/{d}/`: what may be published, heard, kept. `x/+` is one level more, `x/#` any, `x`
    alone exactly that."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    retain: tuple[str, ...] = ()


def _below_device(channel: str) -> str:
    """The contract's address, below the terminal's own name: `q/{service}` → `q/+`."""
    own = topics.CHANNELS[channel].removeprefix(f"{ROOT}{{device}}/")
    step = f"p/{topics.RENEW}" if channel == "claims" else own
    return re.sub("{.*?}", "+", step)


def _heard(channel: str) -> str:
    """A terminal may listen to a whole lane of what comes down, but of claiming to its answers alone."""
    lane, slash, _ = _below_device(channel).partition("/")
    return _below_device(channel) if channel == "claim_replies" or not slash else f"{lane}/#"


_DOWN = [channel for channel in topics.CHANNELS if channel not in topics.UP]
TERMINAL = Lanes(
    publish=tuple(map(_below_device, topics.UP)),
    subscribe=tuple(dict.fromkeys(map(_heard, _DOWN))),
    retain=tuple(map(_below_device, topics.RETAINED_UP)),
)
BOOTSTRAP = Lanes(
    publish=tuple(f"p/{step}" for step in topics.NEWCOMERS_STEPS),
    subscribe=(_below_device("claim_replies"),),
)


def may_publish(lanes: Lanes, who: str, topic: str) -> bool:
    """A name without wildcards, below its own."""
    levels = _below(who, topic)
    return levels is not None and any(_fits(rule, levels) for rule in lanes.publish)


def may_retain(lanes: Lanes, who: str, topic: str) -> bool:
    """What stays at the broker is a terminal's state, and nothing else."""
    levels = _below(who, topic)
    return levels is not None and any(_fits(rule, levels) for rule in lanes.retain)


def may_subscribe(lanes: Lanes, who: str, filter: str) -> bool:
    """A filter that can only ever match what one of the rules allows; never a shared one."""
    levels = _below(who, filter)
    if levels is None or "#" in levels[:-1]:
        return False
    return any(_within(rule.split("/"), levels) for rule in lanes.subscribe)


def _below(who: str, name: str) -> list[str] | None:
    head = f"{ROOT}{who}/"
    if not who or not name.startswith(head):
        return None
    levels = name[len(head) :].split("/")
    return levels if all(levels) else None


def _fits(rule: str, levels: list[str]) -> bool:
    wanted = rule.split("/")
    return len(wanted) == len(levels) and all(
        w in ("+", got) for w, got in zip(wanted, levels, strict=True)
    )


def _within(wanted: list[str], levels: list[str]) -> bool:
    """Whether everything that `levels` matches is matched by `wanted`."""
    for at, want in enumerate(wanted):
        if want == "#":
            return all(part in ("#", "+") or not set(part) & set("#+") for part in levels[at:])
        if at >= len(levels) or levels[at] != want:
            return False
    return len(levels) == len(wanted)
