"""Words → sound, on a thread of its own; the till never waits for a voice.

Enters: sentences to say. Leaves: what a speech program or a player of clips makes of them. Sentences are
said one after the other; when people are faster than the voice, the oldest waiting one is left out. A
voice that does not work is said once in the log and stops nothing.
"""

from __future__ import annotations

import io
import logging
import subprocess
import threading
import wave
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from agent.core.money import Money
from agent.profile.schema import VoiceSection
from agent.voice.words import said, speakable

log = logging.getLogger(__name__)

WAITING_MAX = 3
SPEAK_S = 20.0  # longer than any sentence: a program that hangs is ended
VOICES = {"zh": "cmn", "en": "en"}  # as espeak-ng names them


class VoiceTrouble(Exception):
    """Nothing was heard; the text says of what program or file, and what to do."""


class Mouth(Protocol):
    """Says words and returns when they have been said. Raises VoiceTrouble."""

    def say(self, words: str, language: str) -> None: ...


class Speech:
    """A program that reads words from its standard input; `{voice}` is the language as it names it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    def say(self, words: str, language: str) -> None:
        _run([part.replace("{voice}", VOICES[language]) for part in self._command], words.encode())


class Clips:
    """Recorded pieces, `<folder>/<language>/<piece>.wav`, joined and given to a player. Chinese is put
    together from its pieces; another language needs a clip for the whole sentence."""

    def __init__(self, folder: Path, player: Sequence[str]) -> None:
        self._folder = folder
        self._player = player

    def say(self, words: str, language: str) -> None:
        pieces = speakable(words) if language == "zh" else [words]
        _run(self._player, joined([self._folder / language / f"{piece}.wav" for piece in pieces]))


def joined(files: Sequence[Path]) -> bytes:
    """One WAV of several with the same shape. Raises VoiceTrouble naming the file that does not fit."""
    sound, shape = io.BytesIO(), None
    with wave.open(sound, "wb") as whole:
        for file in files:
            clip, frames = _clip(file)
            if shape is None:
                shape = clip
                whole.setparams(shape)
            if clip[:3] != shape[:3]:
                raise VoiceTrouble(f"{file}: another rate or width than the clips before it")
            whole.writeframes(frames)
    return sound.getvalue()


def _clip(file: Path) -> tuple[wave._wave_params, bytes]:
    """Its shape and its sound. Raises VoiceTrouble."""
    try:
        with wave.open(str(file), "rb") as clip:
            return clip.getparams(), clip.readframes(clip.getnframes())
    except (OSError, EOFError, wave.Error) as trouble:
        raise VoiceTrouble(f"{file}: no clip to say this piece ({trouble}); record it") from None


def _run(command: Sequence[str], given: bytes) -> None:
    try:
        subprocess.run(command, input=given, capture_output=True, check=True, timeout=SPEAK_S)
    except (OSError, subprocess.SubprocessError) as trouble:
        what = f"voice: {command[0]} says nothing ({trouble})"
        raise VoiceTrouble(f"{what}; install it, or set voice.kind = off") from None


class Speaker:
    """The terminal's voice. `say` never blocks; `stop` once."""

    def __init__(self, mouth: Mouth | None) -> None:
        self._mouth = mouth
        self._waiting: deque[tuple[str, str]] = deque(maxlen=WAITING_MAX)
        self._news = threading.Condition()
        self._stopping = False
        self._complained = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._mouth is not None:
            self._thread = threading.Thread(target=self._speak, name="voice", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """What waits is not said any more; what is being said is not waited for."""
        with self._news:
            self._stopping = True
            self._waiting.clear()
            self._news.notify()

    def say(self, key: str, amount: Money | None, method: str, language: str) -> None:
        with self._news:
            self._waiting.append((said(key, amount, method, language), language))
            self._news.notify()

    def _speak(self) -> None:
        assert self._mouth is not None
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._stopping)
                if self._stopping:
                    return
                words, language = self._waiting.popleft()
            try:
                self._mouth.say(words, language)
                self._complained = False
            except VoiceTrouble as trouble:
                if not self._complained:
                    log.warning("%s", trouble)
                self._complained = True


def mouth_of(section: VoiceSection) -> Mouth | None:
    """What the profile asks for; None says nothing."""
    match section.kind:
        case "speech":
            return Speech(section.command)
        case "clips":
            return Clips(Path(section.clips_dir), section.player)
        case _:
            return None
