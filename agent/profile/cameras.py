"""The settings of a terminal's cameras: colour, and infrared and depth beside it where there are any."""

from __future__ import annotations

from pydantic import Field

from agent.profile.section import Section


class LensSection(Section):
    """What all cameras of a terminal have, and when one counts as lost."""

    source: str = Field(
        description="Device node (`/dev/v4l/by-id/…`), video file, or stream URL, as OpenCV opens it.",
        examples=["/dev/v4l/by-id/usb-Camera-video-index0"],
    )
    width_px: int = Field(640, ge=160, le=3840, description="Picture width asked of the camera.")
    height_px: int = Field(480, ge=120, le=2160, description="Picture height asked of the camera.")
    fps: int = Field(30, ge=5, le=60, description="Frames a second asked of the camera.")
    silent_after_ms: int = Field(
        1200,
        ge=200,
        le=60_000,
        description="No new frame for so long means lost (the driver itself waits 10 s).",
    )
    frozen_frames: int = Field(
        15, ge=2, le=600, description="So many frames equal to the bit in a row mean frozen."
    )
    dark_luma: int = Field(
        12, ge=0, le=255, description="Mean luma below this for 1.2 seconds means a covered lens."
    )


class CameraSection(LensSection):
    """The camera, and when it counts as lost."""

    width_px: int = Field(640, ge=320, le=3840, description="Picture width asked of the camera.")
    height_px: int = Field(480, ge=240, le=2160, description="Picture height asked of the camera.")


class InfraredSection(LensSection):
    """The infrared camera with its lamp; its picture lies on the colour one. No section: there is none."""

    fps: int = Field(15, ge=5, le=60, description="Frames a second asked of the camera.")
    dark_luma: int = Field(
        6, ge=0, le=255, description="Mean luma below this for 1.2 seconds: covered, or the lamp is off."
    )


class DepthSection(LensSection):
    """The depth camera, 16 bit; its picture lies on the colour one. No section: there is none."""

    fps: int = Field(15, ge=5, le=60, description="Frames a second asked of the camera.")
    dark_luma: int = Field(
        12,
        ge=0,
        le=255,
        description="Fewer of 255 pixels with a reading than this for 1.2 seconds mean a covered lens.",
    )
    unit_um: int = Field(
        1000,
        ge=10,
        le=10_000,
        description="One step of a reading in micrometres; 1000 where it is a millimetre.",
    )
