"""Head office's desk, put together: fleet's rules, the cloud's messages, the screens, the files it was
started with. `build` calls it; head office changes nothing where no anchor was laid.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from agent.cloud.client import CloudTask
from agent.cloud.office_messages import health_bytes, reported_bytes
from agent.cloud.schema import HealthData, ReportedData
from agent.core.ids import DeviceId
from agent.fleet.assignment import read_anchors
from agent.fleet.head_office import HeadOfficeDesk, Means
from agent.fleet.signed import Anchors
from agent.fleet.site import SiteSettings, Standing
from agent.ports import Post
from agent.profile.schema import Profile
from agent.screens.process import UiProcess
from agent.vitals import short_code

ANCHOR = "anchor.pem"


@dataclass(frozen=True, slots=True)
class Asked:
    """How the terminal was started: head office's settings are checked against the same files, and its
    doctor is asked about the same terminal."""

    profile: Path
    overrides: tuple[str, ...] = ()


def head_office_desk(
    profile: Profile,
    asked: Asked | None,
    post: Post,
    cloud: CloudTask,
    screens: UiProcess,
    restart: Callable[[], None],
) -> HeadOfficeDesk | None:
    """None where the profile lies in no file: there is nothing to check new settings against. Raises
    AnchorTrouble."""
    if asked is None:
        return None
    device = DeviceId(profile.device.id)
    means = Means(
        post=post,
        report=partial(_report, cloud, device),
        restart=restart,
        restart_screens=screens.again,
        examine=partial(short_code, asked.profile, asked.overrides),
    )
    site = SiteSettings(Path(profile.device.data_dir), asked.profile, asked.overrides)
    desk = HeadOfficeDesk(device, _anchors(profile), site, means)
    desk.open()
    return desk


def tell_vitals(cloud: CloudTask, device: DeviceId, data: HealthData, utc_ms: int) -> None:
    """Once a minute; lost when the link is down."""
    cloud.tell("health", health_bytes(device, data, utc_ms))


def _anchors(profile: Profile) -> Anchors:
    """Head office's public keys; none where none were laid. Raises AnchorTrouble."""
    said = profile.fleet.anchor_file
    file = Path(said) if said else Path(profile.device.data_dir) / ANCHOR
    return read_anchors(file) if said or file.exists() else {}


def _report(cloud: CloudTask, device: DeviceId, standing: Standing) -> None:
    refused = standing.refused
    data = ReportedData(
        settings_version=standing.version,
        refused_version=refused.version if refused else 0,
        refused_why=list(refused.why) if refused else [],
        software=version("hyla"),
    )
    cloud.report(reported_bytes(device, data, time.time_ns() // 1_000_000))
