"""The settings of the receipt printer, and of the cash drawer behind it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from agent.profile.section import Section, rule_broken


class PrinterSection(Section):
    """The receipt printer (ESC/POS), with the cash drawer plugged into it."""

    kind: Literal["off", "serial", "network", "file"] = Field(
        "off",
        description="off: there is none; serial: a serial port; network: a TCP port; file: a device file "
        "such as /dev/usb/lp0.",
    )
    port: str = Field(
        "",
        description="With serial and file: where it is (`/dev/serial/by-id/…`, `/dev/usb/lp0`).",
        examples=["/dev/usb/lp0"],
    )
    baud: int = Field(9600, ge=1200, le=921_600, description="With serial: speed.")
    host: str = Field("", max_length=253, description="With network: its name or address.")
    tcp_port: int = Field(9100, ge=1, le=65_535, description="With network: its port.")
    columns: Literal[32, 48] = Field(32, description="Letters a line: 32 on paper of 58 mm, 48 on 80 mm.")
    wrap_chinese: bool = Field(
        True,
        description="Switch Chinese on and off around each line (`FS &`, `FS .`); false where that prints "
        "signs of its own.",
    )
    cut: bool = Field(True, description="Cut the paper after each receipt, where it has a knife.")
    status: bool = Field(
        True,
        description="Ask it for paper and cover (`DLE EOT`); false for one that never answers: then only "
        "its cable is watched.",
    )
    order_code: bool = Field(
        True, description="Print the order number as a QR too; scanned, it finds the order for a refund."
    )
    drawer: bool = Field(False, description="A cash drawer hangs on it: open it for cash.")
    when: Literal["always", "on_request"] = Field(
        "always", description="always: a receipt for each sale and refund; on_request: when asked for."
    )

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        key = {"serial": "port", "file": "port", "network": "host"}.get(self.kind)
        if key and not getattr(self, key):
            raise rule_broken(key, "", f'where it is, because kind is "{self.kind}"')
        return self
