"""How a terminal becomes a shop's: the table `[fleet]`. `schema` lists it with the others."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from agent.profile.section import Section, expect_place


class FleetSection(Section):
    """How the terminal is claimed by head office, and where its own key lives."""

    claim: bool = Field(
        False,
        description="It must be claimed by head office before it sells; device and shop come from there.",
    )
    url: str = Field(
        "",
        pattern=r"^(mqtts://[^/@\s]+:\d+)?$",
        description="Where it asks to be claimed: `mqtts://host:8884`; empty: by activation QR only.",
        examples=["mqtts://head-office.example:8884"],
    )
    ca_file: str = Field(
        "", description="CA certificates (PEM) of that listener; empty means the system's."
    )
    anchor_file: str = Field(
        "", description="Public keys of head office (PEM); empty: anchor.pem in the data folder."
    )
    serial: str = Field(
        "",
        pattern=r"^([0-9][0-9-]*[A-Z][A-Z0-9-]*|[A-Z][A-Z0-9-]*)?$",
        max_length=31,
        description="Serial number of the machine; empty: what its firmware says.",
        examples=["FROG8-000123"],
    )
    model: str = Field("", max_length=40, description="Model; empty: what its firmware says.")
    merchant: str = Field(
        "", max_length=60, description="Only this merchant may claim it; empty: any that head office names."
    )
    keystore: Literal["file", "tpm", "pkcs11"] = Field(
        "file", description="Where the terminal's key is made and stays."
    )
    keystore_where: str = Field(
        "",
        description="tpm: its connection (`device:/dev/tpmrm0`); pkcs11: `module:label-of-the-token`.",
        examples=["device:/dev/tpmrm0"],
    )

    @model_validator(mode="after")
    def _url_is_a_place(self) -> Self:
        expect_place(self.url)
        return self
