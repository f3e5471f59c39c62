"""What stands in the messages of claiming and renewing, as types; `schema` lists them with the others."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Serial = Annotated[str, Meta(pattern="^[A-Z0-9][A-Z0-9-]{3,30}$", description="Of the machine.")]
Word = Annotated[str, Meta(max_length=64)]
Request = Annotated[str, Meta(max_length=4_096, description="PKCS #10 in PEM, EC P-256.")]
Signed = Annotated[str, Meta(max_length=1_200, description="The assignment: JWS, compact, EdDSA.")]
Pem = Annotated[str, Meta(max_length=16_384)]
WhenMs = Annotated[int, Meta(ge=0, le=2**53 - 1, description="Milliseconds of UTC.")]


class OfferData(Struct, frozen=True):
    """A terminal shows itself. `assignment` is the one it already follows, when it was claimed without a
    network: then it needs no code. `declined`: the id of the one to which the technician said no: it is
    over, and a new code is wanted. The same offer again is answered the same."""

    serial: Serial
    model: Word
    csr_pem: Request
    epoch: Word
    versions: dict[str, Word] = {}
    assignment: Signed = ""
    declined: Word = ""


class CodeData(Struct, frozen=True):
    """What the terminal is to show until then; the technician gives it to head office. Whoever knows a
    serial number can offer under it: a terminal shows no code for a request that is not its own."""

    code: Annotated[str, Meta(pattern="^[0-9A-HJKMNP-TV-Z]{8}$")]
    expires_utc_ms: WhenMs
    request_sha256: Annotated[str, Meta(max_length=64, description="Of the request in the offer.")] = ""


class AssignedData(Struct, frozen=True):
    """Head office's word."""

    assignment: Signed


class ConfirmData(Struct, frozen=True):
    """The technician has confirmed shop and till at the terminal; the certificate is for this request."""

    serial: Serial
    assignment_id: Word
    csr_pem: Request
    epoch: Word


class RenewData(Struct, frozen=True):
    """At the terminals' own listener, with the old certificate: a new one, please, for a new key."""

    csr_pem: Request


class IssuedData(Struct, frozen=True):
    """A certificate chain, the terminal's own first, and the CA that it trusts."""

    chain_pem: Pem
    ca_pem: Pem


class ClaimRefusedData(Struct, frozen=True):
    """No, and why: a word for the terminal, a sentence for the person."""

    word: Word
    why: Annotated[str, Meta(max_length=200)]


OFFERED = "hyla.claim.offered"
CODE = "hyla.claim.code"
ASSIGNED = "hyla.claim.assigned"
CONFIRMED = "hyla.claim.confirmed"
RENEWAL = "hyla.claim.renewal_requested"
ISSUED = "hyla.claim.issued"
REFUSED = "hyla.claim.refused"

DATA_TYPES: dict[str, type[Struct]] = {
    OFFERED: OfferData,
    CODE: CodeData,
    ASSIGNED: AssignedData,
    CONFIRMED: ConfirmData,
    RENEWAL: RenewData,
    ISSUED: IssuedData,
    REFUSED: ClaimRefusedData,
}
