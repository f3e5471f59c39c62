"""A screen that stands still or shows something else stops new charges, never one that is on its way."""

from __future__ import annotations

import pytest

from agent.core.charge import Captured
from agent.core.commands import AskCharge, KeepRecord
from agent.core.events import Device, DeviceLost, DeviceUp, Intent
from agent.core.visit import Stage
from tests.playbook import Playbook, says, shows_code, taps
from tests.shop import STAGES


@pytest.mark.parametrize("cause", ["customer_frozen", "cashier_differs", "starting", "died"])
@pytest.mark.parametrize("stage", [Stage.CODE, Stage.CONFIRM])
def test_nobody_is_charged_for_what_a_screen_does_not_show(
    shop: Playbook, stage: Stage, cause: str
) -> None:
    STAGES[stage](shop << Stage.IDLE)
    shop >> DeviceLost(Device.SCREENS, cause) << stage
    pays = shows_code() if stage is Stage.CODE else taps(Intent.CONFIRM)
    shop >> pays << Stage.NOT_PAID
    assert shop.visit.reason == "screens"
    shop >> DeviceUp(Device.SCREENS) << Stage.NOT_PAID
    shop >> shows_code() << AskCharge << Stage.PAY
    shop >> DeviceLost(Device.SCREENS, cause) << Stage.PAY  # money that moves does not notice
    shop >> says(Captured()) << KeepRecord << Stage.PAID
    shop.finish()
