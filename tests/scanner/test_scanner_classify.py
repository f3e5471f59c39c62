"""What a code means: by prefix and length, never by symbology."""

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core.codes import (
    ClaimCode,
    Code,
    GoodsCode,
    MemberCode,
    PaymentCode,
    ReceiptCode,
    UnknownCode,
)
from agent.core.ids import DeviceId, Secret, order_id
from agent.profile.schema import CodeRule
from agent.scanner.classify import classify
from simulator.scanner import NETWORKS, ean13, payment_code

DESK = Path(__file__).parents[2] / "device_profiles" / "desk.toml"
TABLE = [CodeRule.model_validate(row) for row in tomllib.loads(DESK.read_text("utf-8"))["codes"]]


def meaning(text: str) -> Code:
    return classify(text, TABLE)


@pytest.mark.parametrize("network", NETWORKS)
def test_a_payment_code_names_its_network(network: str) -> None:
    rng = random.Random(7)
    for _ in range(200):
        text = payment_code(network, rng)
        assert meaning(text) == PaymentCode(network, Secret(text))


@pytest.mark.parametrize("length", [14, 15, 16, 17, 19, 20, 24])
def test_a_wechat_code_of_another_length_is_a_bad_scan_not_another_wallet(length: int) -> None:
    assert meaning("13" + "4" * (length - 2)) == UnknownCode(length, "length")


def test_a_prefix_of_one_wallet_inside_that_of_another_does_not_take_its_codes() -> None:
    other = CodeRule(kind="payment", network="other", prefixes=["1"], length_min=16, length_max=24)
    for table in ([other, *TABLE], [*TABLE, other]):
        assert classify("134444444444444444", table) == PaymentCode("wechat", Secret("134444444444444444"))
        assert classify("13444444444444444", table) == UnknownCode(17, "length")
        assert classify("17444444444444444", table) == PaymentCode("other", Secret("17444444444444444"))


@pytest.mark.parametrize("start", range(10, 16))
def test_thirteen_digits_that_begin_like_a_payment_code_are_goods(start: int) -> None:
    number = ean13(f"{start}0123456789")
    assert meaning(number) == GoodsCode(number)


def test_the_three_numbers_of_goods() -> None:
    assert meaning("6901000000011") == GoodsCode("6901000000011")
    assert meaning("96385074") == GoodsCode("96385074")
    assert meaning("036000291452") == GoodsCode("0036000291452")


def test_a_upc_a_is_the_same_goods_with_and_without_the_zero_in_front() -> None:
    assert meaning("036000291452") == meaning("0036000291452")


def test_one_wrong_digit_of_goods_is_seen() -> None:
    good = "6901000000011"
    for place in range(13):
        wrong = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]
        assert meaning(wrong) == UnknownCode(13, "check digit")


def test_member_and_claim_codes_keep_their_letters() -> None:
    assert meaning("M00012345") == MemberCode(Secret("M00012345"))
    assert meaning("HYLA-7F3A-2209") == ClaimCode(Secret("HYLA-7F3A-2209"))


def test_the_first_row_that_fits_wins() -> None:
    own = CodeRule(kind="member", prefixes=["690"], length_min=13, length_max=13)
    assert classify("6901000000011", [own, *TABLE]) == MemberCode(Secret("6901000000011"))


def test_what_nothing_fits_says_why() -> None:
    assert meaning("") == UnknownCode(0, "prefix")
    assert meaning("https://example.org/x") == UnknownCode(21, "prefix")
    assert meaning("M12") == UnknownCode(3, "length")
    assert meaning("13456789012345678X") == UnknownCode(18, "characters")
    assert meaning("1345678901234567²8") == UnknownCode(18, "characters")


DIGITS = st.text("0123456789", max_size=26)


@given(st.text() | DIGITS | DIGITS.map(lambda digits: f"M{digits}"))
def test_any_text_has_a_meaning_and_no_secret_shows(text: str) -> None:
    code = meaning(text)
    if isinstance(code, PaymentCode | MemberCode | ClaimCode):
        assert text not in repr(code)
        assert text not in str(code)
    elif isinstance(code, GoodsCode):
        assert code.gtin.lstrip("0") == text.lstrip("0")
    else:
        assert repr(code) == f"UnknownCode(length={len(text)}, why={code.why!r})"


@given(st.sampled_from(list(NETWORKS)), st.randoms(use_true_random=False))
def test_a_payment_code_never_shows(network: str, rng: random.Random) -> None:
    text = payment_code(network, rng)
    assert text not in repr(meaning(text))


def test_the_order_number_of_a_receipt_finds_its_order() -> None:
    order = order_id(DeviceId("desk-01"), "7f3a90c1", 12)
    assert meaning(order) == ReceiptCode(order)
    assert meaning(f"{order}-1") == UnknownCode(len(order) + 2, "prefix")
