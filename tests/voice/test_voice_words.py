"""What is said, word for word."""

from __future__ import annotations

import pytest

from agent.core.money import CURRENCIES, Money
from agent.voice.words import METHODS, SENTENCES, UNITS, chinese, english, number, said, speakable


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (2380, "二十三点八元"),
        (2385, "二十三点八五元"),
        (5, "零点零五元"),
        (50, "零点五元"),
        (0, "零元"),
        (100, "一元"),
        (1000, "十元"),
        (1100, "十一元"),
        (10_000, "一百元"),
        (11_000, "一百一十元"),
        (10_500, "一百零五元"),
        (100_500, "一千零五元"),
        (120_800, "一千二百零八元"),
        (1_000_000, "一万元"),
        (1_000_500, "一万零五元"),
        (10_000_500, "十万零五元"),
        (12_000_000, "十二万元"),
        (12_345_678, "十二万三千四百五十六点七八元"),
        (10_000_000_001, "一亿点零一元"),
        (10_000_000_500, "一亿零五元"),
        (-650, "负六点五元"),
    ],
)
def test_amounts_in_chinese(fen: int, words: str) -> None:
    assert chinese(Money(fen)) == words


def test_a_round_number_of_ten_thousands_and_hundreds() -> None:
    assert number(20_0500) == "二十万零五百"
    assert number(1_0001_0001) == "一亿零一万零一"
    assert number(9_9999_9999) == "九亿九千九百九十九万九千九百九十九"


def test_amounts_in_english_and_in_other_currencies() -> None:
    assert english(Money(2380)) == "23.80 yuan"
    assert english(Money(2300)) == "23 yuan"
    assert english(Money(-650)) == "minus 6.50 yuan"
    assert chinese(Money(1208, "JPY")) == "一千二百零八日元"
    assert english(Money(1208, "JPY")) == "1208 yen"
    assert set(UNITS) == set(CURRENCIES)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", SENTENCES)
def test_every_sentence_is_said_without_a_blank(key: str, language: str) -> None:
    words = said(key, Money(2380), "wechat", language)
    assert words
    assert "{" not in words


def test_what_the_cashier_hears() -> None:
    assert said("received", Money(2380), "face", "zh") == "刷脸收款二十三点八元"
    assert said("received", Money(2380), "alipay", "en") == "Alipay, 23.80 yuan received"
    assert said("received", Money(100), "a way nobody taught us", "zh") == "付款码收款一元"


def test_clips_are_few_and_put_together_they_say_the_sentence() -> None:
    clips = set()
    for key in SENTENCES:
        for method in METHODS:
            for fen in (5, 2380, 120_800, 12_345_678):
                words = said(key, Money(fen), method, "zh")
                pieces = speakable(words)
                assert "".join(pieces) == words.replace("，", "")
                clips.update(pieces)
    assert len(clips) < 50
    assert {"请正对屏幕", "收款", "刷脸", "二", "十", "点", "元"} <= clips
