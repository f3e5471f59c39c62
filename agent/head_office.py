"""Head office's desk, put together: fleet's rules, the cloud's messages, the screens, the files it was
started with. `build` calls it; head office changes nothing where no anchor was laid.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from agent.cloud.client import CloudTask
from agent.cloud.envelope import rfc3339
from agent.cloud.office_messages import health_bytes, reported_bytes
from agent.cloud.pieces import parcel_of
from agent.cloud.schema import HealthData, ReportedData
from agent.core.ids import DeviceId
from agent.fleet.assignment import read_anchors
from agent.fleet.head_office import HeadOfficeDesk, Means
from agent.fleet.signed import Anchors
from agent.fleet.site import SiteSettings, Standing
from agent.ports import Post
from agent.profile.loader import ProfileError, load
from agent.profile.schema import Profile
from agent.screens.process import UiProcess
from agent.support import left_bundle, make_bundle
from agent.vitals import examined, short_code

ANCHOR = "anchor.pem"


@dataclass(frozen=True, slots=True)
class Asked:
    """How the terminal was started: head office's settings are checked against the same files, and its
    doctor is asked about the same terminal."""

    profile: Path
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """How new settings are taken over: at once where they allow it, else by a refit; and a start."""

    restart: Callable[[], None]
    refit: Callable[[], None]
    live: Callable[[Profile], Callable[[], None] | None]


def head_office_desk(
    profile: Profile,
    asked: Asked | None,
    post: Post,
    cloud: CloudTask,
    screens: UiProcess,
    changes: Changes,
    vitals: Callable[[], HealthData | None],
) -> HeadOfficeDesk | None:
    """None where the profile lies in no file: there is nothing to check new settings against. Raises
    AnchorTrouble."""
    if asked is None:
        return None
    device = DeviceId(profile.device.id)
    means = Means(
        post=post,
        report=partial(_report, cloud, device),
        restart=changes.restart,
        refit=changes.refit,
        live=changes.live,
        restart_screens=screens.again,
        examine=partial(short_code, asked.profile, asked.overrides),
        bundle=partial(_bundle, profile, asked, cloud, vitals),
    )
    site = SiteSettings(Path(profile.device.data_dir), asked.profile, asked.overrides)
    desk = HeadOfficeDesk(device, _anchors(profile), site, means)
    desk.open()
    if (left := left_bundle(Path(profile.device.data_dir))) and (parcel := parcel_of(left)):
        cloud.hand_over(parcel)  # it was on its way when the terminal stopped
    return desk


def tell_vitals(cloud: CloudTask, device: DeviceId, data: HealthData, utc_ms: int) -> None:
    """Once a minute; lost when the link is down."""
    cloud.tell("health", health_bytes(device, data, utc_ms))


def _anchors(profile: Profile) -> Anchors:
    """Head office's public keys; none where none were laid. Raises AnchorTrouble."""
    said = profile.fleet.anchor_file
    file = Path(said) if said else Path(profile.device.data_dir) / ANCHOR
    return read_anchors(file) if said or file.exists() else {}


def _bundle(
    profile: Profile,
    asked: Asked,
    cloud: CloudTask,
    vitals: Callable[[], HealthData | None],
    id: str,
    words: Mapping[str, str],
) -> str:
    """Gathered, packed for whom head office's command names, and on its way. Raises OSError."""
    device, now = profile.device.id, rfc3339(time.time_ns() // 1_000_000)
    said = {
        "about": {"device": device, "bundle": id, "made_at": now, "software": version("hyla")},
        "doctor": _examined(asked),
        "vitals": msgspec.to_builtins(vitals()),
    }
    with suppress(ProfileError):
        profile = load(asked.profile, asked.overrides)  # head office's settings may have come meanwhile
    file, size = make_bundle(profile, id, words.get("key", ""), said, words.get("order", ""))
    parcel = parcel_of(file)
    if parcel is None:
        raise OSError(f"{size} bytes are no bundle that can travel")
    cloud.hand_over(parcel)
    return f"{size} bytes"


def _examined(asked: Asked) -> dict[str, Any]:
    """A terminal whose doctor is ill is the one that somebody wants to look into."""
    try:
        return examined(asked.profile, asked.overrides)
    except OSError as error:
        return {"failed": str(error)}


def _report(cloud: CloudTask, device: DeviceId, standing: Standing) -> None:
    refused = standing.refused
    data = ReportedData(
        settings_version=standing.version,
        refused_version=refused.version if refused else 0,
        refused_why=list(refused.why) if refused else [],
        software=version("hyla"),
    )
    cloud.report(reported_bytes(device, data, time.time_ns() // 1_000_000))
