"""The camera goes wrong in front of people: the code always works, and the face comes back by itself."""

from __future__ import annotations

import pytest

from tests.desk.till import Till, words

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("trouble", "end", "cause", "technician"),
    [
        ("cover camera", "uncover camera", "dark", "Uncover the lens"),
        ("freeze camera", "thaw camera", "frozen", "the same picture"),
        ("unplug camera", "plug in camera", "unplugged", "gives no more frames. Check its cable"),
    ],
)
def test_the_cashier_reads_what_to_do_codes_still_sell_and_the_camera_heals(
    till: Till, trouble: str, end: str, cause: str, technician: str
) -> None:
    till.do(trouble)
    till.reads(cashier=[words(f"cause.camera.{cause}")])
    till.sells()
    till.do(end)
    till.works("camera")
    till.logged(f"agent.supervisor: camera: .*{technician}")


def test_a_camera_pulled_out_while_a_customer_looks_falls_to_the_code(till: Till) -> None:
    amount = till.charge()
    till.to_face()
    till.do("unplug camera")
    till.reads(customer=[words("code.face_paused"), amount], cashier=[words("cause.camera.unplugged")])
    till.do("plug in camera")
    till.works("camera")
    till.to_digits()
    till.show_code()
    till.paid(amount)
    assert till.booked == 1
    till.logged("camera: .*gives no more frames")
