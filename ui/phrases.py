"""Phrases → finished sentences, in the language of the view.

Enters: a Phrase of the contract (key and values). Leaves: text. A value that is itself a key is put
into words too (`cashier.paid` with method = `method.face`); any other value stands as it is.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QTranslator

from agent.screens.contract import Phrase
from ui import i18n

log = logging.getLogger(__name__)


class Catalogue:
    """All languages at once, so that each window can speak its own."""

    def __init__(self) -> None:
        """Raises CatalogueError when a language cannot be loaded."""
        i18n.ensure()
        self._unknown: set[str] = set()
        self._translators: dict[str, QTranslator] = {}
        for language in i18n.LANGUAGES:
            translator = QTranslator()
            if not translator.load(str(i18n.compiled(language))):
                raise i18n.CatalogueError(
                    f"{i18n.compiled(language)}: no catalogue of words; run `python -m ui.i18n`."
                )
            self._translators[language] = translator

    def text(self, phrase: Phrase | None, language: str) -> str:
        """The finished sentence; '' for None. An unknown key is shown as ⟦key⟧."""
        if phrase is None:
            return ""
        words = self._words(phrase.key, language)
        if not words:
            return self._missing(phrase.key)
        for name, value in phrase.values.items():
            words = words.replace("{" + name + "}", self._words(value, language) or value)
        return words

    def say(self, key: str, language: str, **values: str) -> str:
        """The ui's own words: what is printed on the keypad, how long something takes."""
        return self.text(Phrase(key, values), language)

    def _words(self, key: str, language: str) -> str:
        return self._translators[language].translate("", key) or ""

    def _missing(self, key: str) -> str:
        if key not in self._unknown:
            self._unknown.add(key)
            log.warning("No words for the phrase %s: add it to ui/i18n/hyla_zh.ts and hyla_en.ts.", key)
        return f"⟦{key}⟧"
