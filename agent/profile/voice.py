"""The settings of what is said aloud, and by what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from agent.profile.section import Section


class VoiceSection(Section):
    """What is said aloud."""

    kind: Literal["off", "speech", "clips"] = Field(
        "off", description="off; speech: a program reads the words; clips: recorded pieces are played."
    )
    command: list[str] = Field(
        ["espeak-ng", "-v", "{voice}", "--stdin"],
        description="With speech: reads words from its standard input; {voice} becomes cmn or en.",
        min_length=1,
    )
    clips_dir: str = Field("", description="With clips: a folder for each language, a WAV for each piece.")
    player: list[str] = Field(
        ["aplay", "-q", "-"], description="With clips: plays a WAV from its standard input.", min_length=1
    )
