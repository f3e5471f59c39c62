"""Every topic of the contract, on one page: `docs/asyncapi.yaml` lists the same channels.

The device id is a topic level, the client id and the certificate's common name: one name, three places.
At most five slashes, as the narrowest public broker allows seven.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.core.ids import DeviceId

# Channel name in docs/asyncapi.yaml → address. `tests/cloud` holds the two to each other.
CHANNELS = {
    "asks": "hyla/1/{device}/q/{service}",
    "replies": "hyla/1/{device}/r/{service}",
    "records": "hyla/1/{device}/e/{kind}",
    "acknowledgements": "hyla/1/{device}/a",
    "presence": "hyla/1/{device}/o",
    "marks": "hyla/1/{device}/d/marks",
    "promotions": "hyla/1/{device}/d/promotions",
    "pictures": "hyla/1/{device}/d/picture/{number}",
    "membership": "hyla/1/{device}/d/membership",
    "desired": "hyla/1/{device}/d/desired",
    "commands": "hyla/1/{device}/c/{command}",
    "reported": "hyla/1/{device}/s",
    "telemetry": "hyla/1/{device}/t/{telemetry}",
    "pieces": "hyla/1/{device}/b/{bundle}",
    "claims": "hyla/1/{device}/p/{step}",
    "claim_replies": "hyla/1/{device}/p/reply",
}

UP = ("asks", "records", "presence", "reported", "telemetry", "pieces", "claims")
"""What a terminal publishes; it subscribes to all the others."""
RETAINED_UP = ("presence", "reported")
NEWCOMERS_STEPS, RENEW = ("offer", "confirm"), "renew"
"""Of claiming: at the bootstrap listener, and at the terminals' own."""

CHARGE, QUERY, VOID = "charge", "query", "void"
BUNDLE = "bundle"

# The cloud's side. Workers share asks and records among them: each message goes to one of them. Two names,
# for the embedded broker loses messages of two filters that are shared under one.
ALL_ASKS = "hyla/1/+/q/+"
SHARED_ASKS = f"$share/asks/{ALL_ASKS}"
ALL_RECORDS = "$share/ingest/hyla/1/+/e/#"


def ask(device: DeviceId, service: str) -> str:
    """Where the device asks."""
    return CHANNELS["asks"].format(device=device, service=service)


def reply(device: DeviceId, service: str) -> str:
    """Where the cloud answers; goes along as the ask's response topic."""
    return CHANNELS["replies"].format(device=device, service=service)


def all_replies(device: DeviceId) -> str:
    """The filter for every reply to this device."""
    return reply(device, "#")


def record(device: DeviceId, kind: str) -> str:
    """Where records of a kind go."""
    return CHANNELS["records"].format(device=device, kind=kind)


def acknowledgements(device: DeviceId) -> str:
    """Where the cloud says which records it has committed."""
    return CHANNELS["acknowledgements"].format(device=device)


def presence(device: DeviceId) -> str:
    """Retained: online or not, and since which start."""
    return CHANNELS["presence"].format(device=device)


def marks(device: DeviceId) -> str:
    """Retained: which members may take goods on trust."""
    return CHANNELS["marks"].format(device=device)


def membership(device: DeviceId) -> str:
    """Retained: by which rules the shop's membership goes."""
    return CHANNELS["membership"].format(device=device)


def desired(device: DeviceId) -> str:
    """Retained: the settings that head office wants, signed."""
    return CHANNELS["desired"].format(device=device)


def command(device: DeviceId, name: str) -> str:
    """What head office wants done once, signed."""
    return CHANNELS["commands"].format(device=device, command=name)


def all_commands(device: DeviceId) -> str:
    """The filter for every command to this device."""
    return command(device, "+")


def reported(device: DeviceId) -> str:
    """Retained: which settings the terminal lives by, and which it refused."""
    return CHANNELS["reported"].format(device=device)


def telemetry(device: DeviceId, kind: str) -> str:
    """How it is, once a minute; may be lost."""
    return CHANNELS["telemetry"].format(device=device, telemetry=kind)


def piece(device: DeviceId, bundle: str) -> str:
    """Where pieces of a support bundle go; the cloud answers as to an ask, service `bundle`."""
    return CHANNELS["pieces"].format(device=device, bundle=bundle)


def claim(who: str, step: str) -> str:
    """Where a terminal offers itself and confirms, by its serial number, or renews, by its device id."""
    return CHANNELS["claims"].format(device=who, step=step)


def claim_reply(who: str) -> str:
    """Where head office answers that."""
    return CHANNELS["claim_replies"].format(device=who)


def promotions(device: DeviceId) -> str:
    """Retained: what the idle screen shows."""
    return CHANNELS["promotions"].format(device=device)


def picture(device: DeviceId, number: str) -> str:
    """Retained: one picture of it; `+` for all of them."""
    return CHANNELS["pictures"].format(device=device, number=number)


def is_promotion(device: DeviceId, topic: str) -> bool:
    """The list or one of its pictures."""
    return topic == promotions(device) or topic.startswith(picture(device, ""))


@dataclass(frozen=True, slots=True)
class Address:
    """A topic taken apart: `hyla/1/desk-01/r/charge` → desk-01, r, charge."""

    device: DeviceId
    lane: str
    rest: str


def parse(topic: str) -> Address | None:
    """The parts of one of our topics; None for anything else."""
    levels = topic.split("/")
    if len(levels) not in (4, 5) or levels[:2] != ["hyla", "1"] or not levels[2]:
        return None
    return Address(DeviceId(levels[2]), levels[3], levels[4] if len(levels) == 5 else "")
