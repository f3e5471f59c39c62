"""A whole terminal with colour, infrared and depth: who is let in, and what happens when a sensor is lost.

Colour is told not to judge, so that whoever is refused here is refused by the other two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.counter import ROOT
from tests.desk.conftest import close_till, open_till
from tests.desk.till import RICE_BALL, Till, words

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def module_till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    profile = ROOT / "device_profiles" / "frog-pro.toml"
    till = open_till(
        tmp_path_factory.mktemp("module"), profile=profile, settings={"vision.liveness": "false"}
    )
    yield till
    close_till(till)


@pytest.fixture
def three(module_till: Till) -> Till:
    module_till.at_rest()
    module_till.begin()
    return module_till


@pytest.mark.parametrize("thing", ["print", "mask"])
def test_a_thing_with_a_members_face_is_refused_and_the_member_then_pays(three: Till, thing: str) -> None:
    amount = three.charge()
    three.step_up(f"{thing} of member")
    three.touch("customer", "pay_by_face")
    three.reads(customer=[words("nobody.headline"), words("reason.not_live"), amount])
    assert three.never_read("customer", words("digits.headline"))
    three.step_up()
    three.touch("customer", "retry")
    three.reads(customer=[words("digits.headline")])
    three.counter.acted()
    three.counter.fingers.type_digits(three.digits, 30.0)
    three.reads(customer=[words("confirm.detail")])
    three.confirm()
    three.paid(amount)
    assert three.booked == 1


def test_without_its_depth_camera_nobody_pays_by_face_and_the_cashier_reads_why(three: Till) -> None:
    amount = three.charge(RICE_BALL)
    three.to_face()
    three.do("unplug depth camera")
    three.reads(customer=[words("code.face_paused"), amount])
    three.now_reads("cashier", words("device.depth"), words("cause.depth.unplugged"))
    three.show_code()
    three.paid(amount)
    three.do("plug in depth camera")
    three.at_rest()
    three.charge()
    three.to_digits()
    three.touch("cashier", "cancel")
    three.logged(r"depth: depth\.source = .*Check its cable")
