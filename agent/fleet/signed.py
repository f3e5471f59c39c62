"""What head office signs: JWS (RFC 7515), compact, EdDSA and nothing else.

Enters: text from anybody, and the anchors (public keys of head office, laid in the factory). Leaves: the
claims as bytes, or NotSigned. `assignment` and `wishes` say what may stand in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "EdDSA"
HEADER_MAY_HAVE = {"alg", "kid", "typ"}

Anchors = Mapping[str, Ed25519PublicKey]
"""Key id → public key of head office."""
Why = Literal["garbage", "foreign", "forged"]


class NotSigned(Exception):
    """Head office did not sign this: no JWS, a key that is not its own, or a changed word."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


def key_id(public: Ed25519PublicKey) -> str:
    """What the header calls a key of head office: the beginning of its SHA-256."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def opened(text: str, anchors: Anchors, typ: str, chars_max: int) -> bytes:
    """The claims, once their signature is checked. Raises NotSigned."""
    if not 1 <= len(text) <= chars_max or not text.isascii():
        raise NotSigned("garbage")
    key = _key_for(text, anchors, typ)
    try:
        return bytes(jwt.PyJWS([ALGORITHM]).decode(text, key, [ALGORITHM]))
    except jwt.InvalidSignatureError:
        raise NotSigned("forged") from None
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NotSigned("garbage") from None


def sealed(claims: bytes, key: Ed25519PrivateKey, typ: str) -> str:
    """Head office's side."""
    header = {"kid": key_id(key.public_key()), "typ": typ}
    return jwt.PyJWS([ALGORITHM]).encode(claims, key, ALGORITHM, header)


def _key_for(text: str, anchors: Anchors, typ: str) -> Ed25519PublicKey:
    try:
        header = jwt.PyJWS([ALGORITHM]).get_unverified_header(text)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NotSigned("garbage") from None
    if not set(header) <= HEADER_MAY_HAVE or header.get("typ") not in (None, "JWT", typ):
        raise NotSigned("garbage")
    if "alg" not in header:
        raise NotSigned("garbage")
    if header["alg"] != ALGORITHM:
        raise NotSigned("forged")
    kid = header.get("kid")
    if not isinstance(kid, str) or kid not in anchors:
        raise NotSigned("foreign")
    return anchors[kid]
