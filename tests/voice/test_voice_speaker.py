"""Words become sound by a real program, and a voice that fails stops nothing."""

from __future__ import annotations

import sys
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.core.money import Money
from agent.profile.schema import VoiceSection
from agent.voice.speaker import Clips, Mouth, Speaker, Speech, VoiceTrouble, joined, mouth_of
from tests.conftest import ExpectLog
from tests.helpers import wait_until

WRITE = "import sys; open({!r}, 'ab').write(sys.argv[1].encode() + b' ' + sys.stdin.buffer.read() + b'\\n')"


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    return tmp_path / "heard"


@pytest.fixture
def ear(heard: Path) -> list[str]:
    """A program that writes down what it is given to say."""
    return [sys.executable, "-c", WRITE.format(str(heard)), "{voice}"]


@pytest.fixture
def speaker(ear: list[str]) -> Iterator[Speaker]:
    speaker = Speaker(mouth_of(VoiceSection(kind="speech", command=ear)))
    speaker.start()
    yield speaker
    speaker.stop()


def test_sentences_are_said_one_after_the_other(speaker: Speaker, heard: Path) -> None:
    speaker.say("look", None, "", "zh")
    speaker.say("received", Money(2380), "face", "en")
    wait_until(lambda: heard.exists() and len(heard.read_bytes().splitlines()) == 2)
    assert heard.read_text("utf-8").splitlines() == [
        "cmn 请正对屏幕", "en By face, 23.80 yuan received",
    ]  # fmt: skip


class Slow:
    """A mouth that waits to be told to go on."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.go_on = threading.Semaphore(0)

    def say(self, words: str, language: str) -> None:  # noqa: ARG002
        self.said.append(words)
        assert self.go_on.acquire(timeout=10)


def test_who_is_faster_than_the_voice_hears_the_newest() -> None:
    mouth = Slow()
    speaker = Speaker(mouth)
    speaker.start()
    speaker.say("look", None, "", "zh")
    wait_until(lambda: mouth.said)
    for fen in (100, 200, 300, 400):
        speaker.say("received", Money(fen), "cash", "zh")
    for _ in range(4):
        mouth.go_on.release()
    wait_until(lambda: len(mouth.said) == 4)
    assert mouth.said == ["请正对屏幕", "现金收款二元", "现金收款三元", "现金收款四元"]
    speaker.stop()


def test_a_program_that_is_not_there_is_said_once(expected_log: ExpectLog) -> None:
    expected_log("WARNING agent.voice.speaker: voice: no-such-voice says nothing")
    calls: list[str] = []

    class Watched(Speech):
        def say(self, words: str, language: str) -> None:
            calls.append(words)
            super().say(words, language)

    speaker = Speaker(Watched(["no-such-voice"]))
    speaker.start()
    speaker.say("look", None, "", "zh")
    wait_until(lambda: len(calls) == 1)
    speaker.say("code", None, "", "zh")
    wait_until(lambda: len(calls) == 2)
    speaker.stop()


def test_off_says_nothing() -> None:
    speaker = Speaker(mouth_of(VoiceSection()))
    speaker.start()
    speaker.say("look", None, "", "zh")
    speaker.stop()


# --- clips ----------------------------------------------------------------------------------------


def record(folder: Path, piece: str, frames: int, rate: int = 16_000) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{piece}.wav"
    with wave.open(str(path), "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(rate)
        clip.writeframes(b"\1\2" * frames)
    return path


def test_clips_are_joined_and_played_as_one_sound(tmp_path: Path) -> None:
    for number, piece in enumerate(("刷脸", "收款", "八", "点", "五", "元"), start=1):
        record(tmp_path / "zh", piece, 100 * number)
    played = tmp_path / "played.wav"
    player = [
        sys.executable,
        "-c",
        f"import sys; open({str(played)!r}, 'wb').write(sys.stdin.buffer.read())",
    ]
    mouth: Mouth = Clips(tmp_path, player)
    mouth.say("刷脸收款八点五元", "zh")
    with wave.open(str(played), "rb") as sound:
        assert (sound.getnframes(), sound.getframerate()) == (2_100, 16_000)


def test_a_clip_that_is_missing_or_of_another_kind_is_named(tmp_path: Path) -> None:
    one, other = record(tmp_path, "一", 10), record(tmp_path, "元", 10, rate=8_000)
    with pytest.raises(VoiceTrouble, match=r"元\.wav: another rate"):
        joined([one, other])
    with pytest.raises(VoiceTrouble, match=r"二\.wav: no clip"):
        joined([one, tmp_path / "二.wav"])
