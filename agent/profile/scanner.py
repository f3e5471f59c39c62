"""The settings of the barcode scanner, and of what its codes are."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from agent.profile.section import Milliseconds, Section, rule_broken


class ScannerSection(Section):
    """The barcode scanner on its serial line."""

    port: str = Field(
        description="Serial port (`/dev/serial/by-id/…`).", examples=["/dev/serial/by-id/usb-Scanner-if00"]
    )
    dialect: Literal["lines", "honeywell", "newland", "ssi", "hid"] = Field(
        "lines",
        description="How the scanner speaks: lines (any), with commands (honeywell, newland), packets "
        "(ssi), keys (hid; port is then `/dev/input/by-id/…-event-kbd`).",
    )
    layout: Literal["us", "uk", "de", "fr"] = Field(
        "us", description="With hid: the keyboard that the scanner believes to be."
    )
    baud: int = Field(9600, ge=1200, le=921_600, description="Speed; USB CDC scanners ignore it.")
    prefix: str = Field("", max_length=8, description="Characters the scanner puts before each code.")
    suffix: Literal["CR", "LF", "CRLF", "TAB", "GAP"] = Field(
        "CR", description="What ends a code; GAP means silence of gap_ms."
    )
    gap_ms: int = Field(
        50,
        ge=5,
        le=1000,
        description="Silence that ends a code with suffix GAP; with hid, the longest pause between keys.",
    )
    aim: bool = Field(False, description="The scanner puts an AIM identifier (`]E0`) before each code.")
    repeat_ms: Milliseconds = Field(
        800, description="The same code again within this time is the same beam."
    )
    beep: bool = Field(
        True,
        description="Let it sound content for a code that was taken, discontent for one that was refused, "
        "where its dialect can (honeywell, ssi).",
    )
    trigger: bool = Field(
        True,
        description="Let it read by itself while a payment code is asked for, where its dialect can "
        "(honeywell, newland, ssi).",
    )
    code_bytes_max: int = Field(1536, ge=32, le=4096, description="Longer lines are noise and dropped.")


class CodeRule(Section):
    """One row of the prefix table: the first row that fits names the code."""

    kind: Literal["payment", "member", "claim"] = Field(description="What the code is.")
    network: str = Field("", max_length=20, description="Network of a payment code, as the cloud names it.")
    prefixes: list[Annotated[str, Field(min_length=1)]] = Field(
        description="The code starts with one of these.", min_length=1
    )
    length_min: int = Field(ge=1, le=4096, description="Shortest code, in characters.")
    length_max: int = Field(ge=1, le=4096, description="Longest code, in characters.")
    digits_only: bool = Field(True, description="Only 0–9 may stand in it.")

    @model_validator(mode="after")
    def _can_fit(self) -> Self:
        if self.length_max < self.length_min:
            least = f"at least length_min, which is {self.length_min}"
            raise rule_broken("length_max", self.length_max, least)
        if self.kind == "payment" and not self.network:
            raise rule_broken("network", "", 'the name of the network, because kind is "payment"')
        for prefix in self.prefixes:
            if self.digits_only and not (prefix.isascii() and prefix.isdigit()):
                raise rule_broken("prefixes", prefix, "digits, because digits_only is true")
            if len(prefix) > self.length_max:
                raise rule_broken(
                    "prefixes", prefix, f"no longer than length_max, which is {self.length_max}"
                )
        return self
