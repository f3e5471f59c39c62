"""The word in the settings → where the terminal's key lives."""

from __future__ import annotations

from agent.fleet.keystore import FileKeyStore, KeyStore, KeyTrouble
from agent.profile.schema import FleetSection


def keystore(fleet: FleetSection) -> KeyStore:
    """Raises KeyTrouble when its library is not installed; the others are never imported."""
    where = fleet.keystore_where
    try:
        if fleet.keystore == "tpm":
            from agent.fleet.tpm import TpmKeyStore

            return TpmKeyStore(where or "device:/dev/tpmrm0")
        if fleet.keystore == "pkcs11":
            from agent.fleet.token import TokenKeyStore

            return TokenKeyStore(where)
    except ImportError as error:
        raise KeyTrouble(
            f"fleet.keystore = {fleet.keystore}: its library is missing ({error.name}); install "
            f"hyla[{fleet.keystore}], or set it to file"
        ) from None
    return FileKeyStore()
