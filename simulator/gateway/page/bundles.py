"""The page of support bundles: ask a terminal for one, see how far it is, take it home.

Enters: forms of the owner. Leaves: HTML, and the opened zip, which is never kept here: opened for this one
answer, with the owner's key.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from simulator.gateway.bundle_command import ask_for_bundle
from simulator.gateway.bundles import BundleRow
from simulator.gateway.page.words import REFUSALS_ZH, word
from simulator.gateway.parts import Settings
from simulator.gateway.refusals import Refused

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """What the page says to a form."""

    text: str = ""
    good: bool = False
    no: Refused | None = None


class BundleDesk:
    """Asks, lists, opens."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._shelf = settings, settings.bundles()

    def rows(self) -> list[BundleRow]:
        return self._shelf.rows()

    def ask(self, language: str, serial: str) -> Said:
        try:
            ask_for_bundle(self._settings, serial)
        except Refused as no:
            return Said(REFUSALS_ZH.get(no.word, str(no)) if language == "zh" else str(no), no=no)
        except (OSError, ValueError) as trouble:
            log.warning("a support bundle could not be asked for: %s", trouble)
            return Said(word(language, "no_broker"), no=Refused("no_answer"))
        return Said(f"{serial}: {word(language, 'bundle_asked')}", good=True)

    def opened(self, id: str) -> bytes:
        """Raises Refused."""
        if not id.isprintable():  # a database may not even be asked for it
            raise Refused("unknown_bundle")
        return self._shelf.opened(id, self._settings.owner())
