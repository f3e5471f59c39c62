"""The settings of money: when a charge is doubted, what may leave on trust, what may be given back."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from agent.profile.section import Milliseconds, Section, rule_broken


class PaymentSection(Section):
    """When the terminal asks, doubts and fences."""

    answer_wait_ms: Milliseconds = Field(5000, description="Silence after which a charge is not yet known.")
    query_every_ms: Milliseconds = Field(5000, description="How often an unknown charge is asked about.")
    charge_ttl_ms: int = Field(
        30_000, ge=1000, le=120_000, description="The cloud refuses a charge older than this."
    )
    void_face_after_ms: Milliseconds = Field(
        2000, description="Earliest void of a face charge the cloud says it has never seen."
    )
    void_code_after_ms: int = Field(
        15_000,
        ge=15_000,
        le=120_000,
        description="Earliest void of a code charge (networks forbid it before 15 s).",
    )
    give_up_after_ms: Milliseconds = Field(
        60_000, description="A charge still pending after this is voided."
    )
    horizon_ms: Milliseconds = Field(
        600_000, description="A charge still unknown after this goes to a person."
    )


class NetworkTimes(Section):
    """The timetable of one network of payment codes; a network without one goes by [payment]. Where none is
    listed, WeChat, Alipay and UnionPay go by what they publish, unless [payment] says otherwise."""

    network: str = Field(min_length=1, max_length=20, description="As [[codes]] names it.")
    query_every_ms: Milliseconds = Field(5000, description="How often an unsettled charge is asked about.")
    void_after_ms: int = Field(
        15_000,
        ge=15_000,
        le=120_000,
        description="Earliest void of a charge that the cloud says it has never seen.",
    )
    give_up_after_ms: Milliseconds = Field(
        60_000, description="A charge still waiting for the customer after this is voided."
    )


PUBLISHED = (
    NetworkTimes(network="wechat", query_every_ms=5000, give_up_after_ms=30_000),
    NetworkTimes(network="alipay", query_every_ms=4000, give_up_after_ms=60_000),
    NetworkTimes(network="unionpay", query_every_ms=5000, give_up_after_ms=60_000),
)
"""What the networks publish. WeChat: a query each 5 to 10 s for about 30 s, no reversal before 15 s.
Alipay: one each 3 to 5 s for 60 s, then a cancellation at once. UnionPay's is ours."""


class OfflineSection(Section):
    """How much may be sold on trust while the link is down, and when it is collected."""

    enabled: bool = Field(
        False, description="Members the cloud has marked may take goods along and are charged later."
    )
    payment_max_minor: int = Field(
        5_000, ge=1, le=10_000_000, description="Largest sale on trust, in minor units (fen for CNY)."
    )
    person_max_minor: int = Field(
        10_000, ge=1, le=10_000_000, description="Most that one member may owe; the cloud may say less."
    )
    count_max: int = Field(10, ge=1, le=100, description="So many sales on trust may be unpaid at once.")
    sum_max_minor: int = Field(
        50_000, ge=1, le=100_000_000, description="Most that may be unpaid at once, in minor units."
    )
    link_down_max_h: int = Field(
        4, ge=1, le=72, description="Hours after the link was lost in which trust is given."
    )
    mark_age_max_h: int = Field(
        72, ge=1, le=720, description="Hours after which the cloud's list of trusted members is too old."
    )
    tries_a_day: int = Field(
        5, ge=1, le=5, description="How often a day a debt is asked for (networks allow five)."
    )
    from_hour: int = Field(
        8, ge=0, le=23, description="First hour of the day in which debts are asked for."
    )
    until_hour: int = Field(21, ge=1, le=24, description="Hour of the day from which they are not.")
    utc_offset_min: int = Field(
        480, ge=-720, le=840, description="Minutes that the shop's clock is ahead of UTC (China: 480)."
    )
    try_again_min: int = Field(
        60, ge=1, le=1440, description="Minutes between a refused try and the next one."
    )
    look_every_ms: int = Field(
        60_000, ge=1000, le=3_600_000, description="How often the terminal looks for a debt to ask for."
    )
    hand_over_days: int = Field(
        7, ge=1, le=90, description="Days after the first refusal when a debt goes to a person."
    )

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        if self.until_hour <= self.from_hour:
            raise rule_broken(
                "until_hour", self.until_hour, f"more than from_hour, which is {self.from_hour}"
            )
        for key, wide in (("payment_max_minor", "person_max_minor"), ("person_max_minor", "sum_max_minor")):
            most = getattr(self, wide)
            if getattr(self, key) > most:
                raise rule_broken(key, getattr(self, key), f"at most {wide}, which is {most}")
        return self


class RefundSection(Section):
    """What may be given back; the defaults are WeChat Pay's rules."""

    days: int = Field(365, ge=0, le=3650, description="An order older than this is not refunded here.")
    parts: int = Field(50, ge=1, le=50, description="Into so many parts one order may be refunded.")
    apart_ms: Milliseconds = Field(60_000, description="Two parts of one order are at least so far apart.")
