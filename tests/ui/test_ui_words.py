"""The catalogues of both languages, as files and as Qt loads them."""

from __future__ import annotations

import logging
import os
import re
import xml.etree.ElementTree as ElementTree

import pytest

from agent.core.assignment import Refusal
from agent.core.day import Standing
from agent.core.events import Device, Intent
from agent.core.setup_desk import SetupTap
from agent.screens.contract import Phrase
from ui import i18n
from ui.phrases import Catalogue

WITHOUT_BUTTON = (Intent.TYPE_AMOUNT, Intent.PICK_LINE, Intent.REMOVE_LAST)
"""The Return of a field, the touch of a row, and what only older records know."""


def entries(language: str) -> dict[str, str]:
    tree = ElementTree.parse(i18n.source(language))
    return {message.attrib["id"]: message.findtext("translation", "") for message in tree.iter("message")}


def test_both_languages_have_the_same_keys() -> None:
    assert entries("zh").keys() == entries("en").keys()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_entry_is_unfinished(language: str) -> None:
    assert [key for key, text in entries(language).items() if not text.strip()] == []
    assert 'type="unfinished"' not in i18n.source(language).read_text(encoding="utf-8")


def test_both_languages_fill_in_the_same_values() -> None:
    chinese, english = entries("zh"), entries("en")
    for key in chinese:
        assert sorted(re.findall(r"{\w+}", chinese[key])) == sorted(re.findall(r"{\w+}", english[key])), key


def test_chinese_is_set_with_full_width_punctuation() -> None:
    """But for the colon of a time: 18:04."""
    half = re.compile(r"[,;!?()\"']|:(?!\d\d)")
    wrong = {key: text for key, text in entries("zh").items() if half.search(text)}
    assert wrong == {}


def test_english_is_set_without_chinese() -> None:
    chinese = {
        key for key, text in entries("en").items() if re.search(r"[\u3000-\u9fff\uff00-\uffef]", text)
    }
    assert chinese == {"button.switch_language", "button.setup_chinese"}


def test_what_became_of_something_begins_with_a_capital_in_english() -> None:
    """It stands in a row by itself, beside others."""
    said = ("outcome.", "refund.", "held.", "debt.", "shift.", "day.")
    states = {key: text for key, text in entries("en").items() if key.startswith(said)}
    assert {f"day.{standing}" for standing in Standing} <= states.keys()
    assert {key: text for key, text in states.items() if text[0].islower()} == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_cashier_is_sent_to_a_person_and_never_to_a_command(language: str) -> None:
    spoken = ("notice.", "office.", "reason.", "cashier.", "outcome.", "held.", "refund.")
    texts = {key: text for key, text in entries(language).items() if key.startswith(spoken)}
    assert {key: text for key, text in texts.items() if "hyla " in text} == {}


@pytest.mark.parametrize("intent", [one for one in Intent if one not in WITHOUT_BUTTON])
def test_every_wish_has_a_word_for_its_button(intent: Intent) -> None:
    assert f"button.{intent}" in entries("zh")


@pytest.mark.parametrize("tap", list(SetupTap))
def test_every_tap_of_the_setup_visit_has_a_word(tap: SetupTap) -> None:
    assert f"button.{tap}" in entries("zh")


@pytest.mark.parametrize("why", list(Refusal))
def test_every_refusal_of_a_code_is_a_sentence(why: Refusal) -> None:
    assert f"setup.refused_{why}" in entries("zh")


@pytest.mark.parametrize("device", list(Device))
def test_every_device_has_a_name_and_a_remedy(device: Device) -> None:
    assert {f"device.{device}", f"cause.{device}.starting", f"cause.{device}.failed"} <= entries(
        "zh"
    ).keys()


def test_a_sentence_takes_its_values(words: Catalogue) -> None:
    phrase = Phrase("confirm.headline", {"shop": "好邻居", "amount": "¥23.80"})
    assert words.text(phrase, "zh") == "向 好邻居 支付 ¥23.80"
    assert words.text(phrase, "en") == "Pay ¥23.80 to 好邻居"


def test_a_value_that_is_a_key_is_put_into_words(words: Catalogue) -> None:
    paid = Phrase("cashier.paid", {"method": "method.face"})
    assert (words.text(paid, "zh"), words.text(paid, "en")) == ("收款成功 · 刷脸", "Received · Face")


def test_an_unknown_key_is_shown_and_warned_of_once(
    words: Catalogue, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert words.text(Phrase("no.such"), "zh") == "⟦no.such⟧"
        assert words.text(Phrase("no.such"), "en") == "⟦no.such⟧"
    assert len(caplog.records) == 1


def test_an_older_catalogue_is_made_again() -> None:
    i18n.ensure()
    made, written = i18n.compiled("en"), i18n.source("en")
    os.utime(made, (0, 0))
    assert i18n.stale() == ["en"]
    i18n.ensure()
    assert i18n.stale() == []
    assert made.stat().st_mtime >= written.stat().st_mtime
