"""The code that a new terminal shows: drawn, shown to people, and read back as they typed it."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
HEARD_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
CODE_CHARS = 8


def heard(code: str) -> str:
    """A code as somebody typed it: lower case, spaces, hyphens, O for 0, I and L for 1."""
    return "".join(c for c in code.upper() if c.isalnum()).translate(HEARD_AS)


def shown(code: str) -> str:
    """`7K2MX9QD` → `7K2M-X9QD`."""
    return f"{code[:4]}-{code[4:]}"


def new_code() -> str:
    """Drawn by chance; eight letters and digits of which none is taken for another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))
