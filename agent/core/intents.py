"""What people can want at the two screens, and on whose screen it counts.

The words travel in taps (`screens.contract`) and stand in the journal: none is ever given another meaning.
"""

from __future__ import annotations

from enum import StrEnum


class Screen(StrEnum):
    CUSTOMER = "customer"
    CASHIER = "cashier"


class Intent(StrEnum):
    """What a person can want at a screen. The contract sends exactly these words."""

    CHARGE = "charge"
    CANCEL = "cancel"
    REMOVE_LAST = "remove_last"
    TYPE_AMOUNT = "type_amount"
    PICK_LINE = "pick_line"
    MORE = "more"
    FEWER = "fewer"
    REMOVE_LINE = "remove_line"
    PAY_BY_FACE = "pay_by_face"
    SHOW_CODE = "show_code"
    GIVE_DIGITS = "give_digits"
    BACK = "back"
    CONFIRM = "confirm"
    NOT_ME = "not_me"
    SWITCH_BENEFIT = "switch_benefit"
    RETRY = "retry"
    ASK_NOW = "ask_now"
    DONE = "done"
    PAY_CASH = "pay_cash"
    CASH_RECEIVED = "cash_received"
    OFFICE = "office"
    LEAVE = "leave"
    STEP_BACK = "step_back"
    FIND = "find"
    PICK = "pick"
    REFUND_ALL = "refund_all"
    REFUND_PART = "refund_part"
    SEE_SLIP = "see_slip"
    PRINT_SLIP = "print_slip"
    GIVE_AMOUNT = "give_amount"
    GIVE_PIN = "give_pin"
    SEE_HELD = "see_held"
    SAY_PAID = "say_paid"
    SAY_NOT_PAID = "say_not_paid"
    SEE_SHIFT = "see_shift"
    START_SHIFT = "start_shift"
    END_SHIFT = "end_shift"
    GIVE_NUMBER = "give_number"
    SEE_DAYS = "see_days"
    COMPARE_DAY = "compare_day"
    CLOSE_DAY = "close_day"
    SEE_TODAY = "see_today"
    TRAIN = "train"
    END_TRAINING = "end_training"
    SEE_TERMINAL = "see_terminal"
    LEAVE_SHOP = "leave_shop"
    JOIN = "join"
    TICK = "tick"
    READ_ALL = "read_all"
    AGREE = "agree"
    UNDER_14 = "under_14"
    STOP_JOINING = "stop_joining"
    SEE_AGREED = "see_agreed"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    SWITCH_LANGUAGE = "switch_language"
    SWITCH_TEXT_SIZE = "switch_text_size"
    SWITCH_SOUND = "switch_sound"
    SWITCH_REACH = "switch_reach"


ABOUT_THE_SCREEN = frozenset(
    {Intent.SWITCH_LANGUAGE, Intent.SWITCH_TEXT_SIZE, Intent.SWITCH_SOUND, Intent.SWITCH_REACH}
)
"""Wishes about how it looks and sounds; they count at any moment, whatever is asked."""


BACK_OFFICE = frozenset(
    {
        Intent.OFFICE, Intent.LEAVE, Intent.STEP_BACK, Intent.FIND, Intent.PICK, Intent.REFUND_ALL,
        Intent.REFUND_PART, Intent.GIVE_AMOUNT, Intent.GIVE_PIN, Intent.SEE_HELD, Intent.SAY_PAID,
        Intent.SAY_NOT_PAID, Intent.SEE_SHIFT, Intent.START_SHIFT, Intent.END_SHIFT, Intent.GIVE_NUMBER,
        Intent.SEE_DAYS, Intent.COMPARE_DAY, Intent.CLOSE_DAY, Intent.SEE_TERMINAL, Intent.LEAVE_SHOP,
        Intent.TRAIN, Intent.SEE_TODAY, Intent.SEE_SLIP,
    }
)  # fmt: skip
CASHIERS = BACK_OFFICE | {
    Intent.CHARGE, Intent.CANCEL, Intent.REMOVE_LAST, Intent.ASK_NOW, Intent.DONE, Intent.PAY_CASH,
    Intent.CASH_RECEIVED, Intent.END_TRAINING, Intent.TYPE_AMOUNT, Intent.PICK_LINE, Intent.MORE,
    Intent.FEWER, Intent.REMOVE_LINE, Intent.PRINT_SLIP,
}  # fmt: skip


NO_SECRETS = frozenset(
    {
        Intent.CASH_RECEIVED, Intent.TYPE_AMOUNT, Intent.PICK_LINE, Intent.MORE, Intent.FEWER,
        Intent.REMOVE_LINE, Intent.FIND, Intent.PICK, Intent.GIVE_AMOUNT, Intent.GIVE_NUMBER,
        Intent.SWITCH_BENEFIT,
    }
)  # fmt: skip
"""What is typed with these may be written down: amounts, numbers of orders, of cashiers, of coupons, of
lines, of choices."""
PIN_RIGHT, PIN_WRONG = "right", "wrong"


def whose(intent: Intent) -> Screen:
    """On whose screen it counts: nobody confirms a payment from the other side of the counter."""
    return Screen.CASHIER if intent in CASHIERS else Screen.CUSTOMER
