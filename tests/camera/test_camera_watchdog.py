"""The watchdog in virtual time: glances in, one word of trouble out."""

from __future__ import annotations

from agent.camera.watchdog import DARK_MS, START_MS, Glance, Watchdog
from agent.profile.schema import CameraSection

LIMITS = CameraSection(source="/dev/video0", silent_after_ms=1500, frozen_frames=15, dark_luma=12)
FRAME_MS = 33


class Film:
    """Plays frames to a watchdog, one every 33 ms unless it is slower, and keeps the time."""

    def __init__(
        self, known_dark: bool = False, fps: int = 30, frozen_frames: int = LIMITS.frozen_frames
    ) -> None:
        self.now_ms = 1_000
        self._frame_ms = FRAME_MS if fps == 30 else 1000 // fps
        limits = LIMITS.model_copy(update={"frozen_frames": frozen_frames})
        self.watchdog = Watchdog(limits, self.now_ms, known_dark)

    def play(self, frames: int, luma: float = 120.0, same: bool = False) -> str | None:
        """The first word of trouble while so many frames are played, or None."""
        for _ in range(frames):
            self.now_ms += self._frame_ms
            self.watchdog.saw(Glance(self.now_ms, luma, same))
            if (cause := self.watchdog.verdict(self.now_ms)) is not None:
                return cause
        return None

    def wait(self, wait_ms: int) -> str | None:
        self.now_ms += wait_ms
        return self.watchdog.verdict(self.now_ms)


def test_a_camera_that_sees_is_left_alone() -> None:
    film = Film()
    assert film.play(3_000) is None
    assert film.watchdog.good


def test_one_frame_is_not_yet_a_working_camera() -> None:
    film = Film()
    film.play(1)
    assert not film.watchdog.good
    film.play(1)
    assert film.watchdog.good


def test_a_camera_may_take_its_time_for_the_first_frame_only() -> None:
    film = Film()
    assert film.wait(START_MS - 1) is None
    film.play(1)
    assert film.wait(LIMITS.silent_after_ms - 1) is None
    assert film.wait(1) == "silent"


def test_a_camera_that_never_gives_a_frame_is_silent() -> None:
    assert Film().wait(START_MS) == "silent"


def test_the_same_picture_again_and_again_is_frozen() -> None:
    film = Film()
    film.play(10)
    assert film.play(LIMITS.frozen_frames - 2, same=True) is None
    assert film.play(1, same=True) == "frozen"


def test_a_slow_camera_is_frozen_after_a_second_and_not_after_so_many_frames() -> None:
    film = Film(fps=5)
    film.play(10)
    assert film.play(4, same=True) is None
    assert film.play(2, same=True) == "frozen"


def test_a_profile_that_wants_to_be_patient_is_waited_for() -> None:
    film = Film(frozen_frames=90)
    film.play(10)
    assert film.play(80, same=True) is None


def test_one_new_picture_in_between_starts_the_count_afresh() -> None:
    film = Film()
    for _ in range(20):
        assert film.play(LIMITS.frozen_frames - 2, same=True) is None
        assert film.play(1) is None


def test_a_camera_reopened_still_frozen_is_never_good() -> None:
    film = Film()
    film.play(1)
    assert film.play(60, same=True) == "frozen"
    assert not film.watchdog.good


def test_a_hand_that_passes_is_not_a_covered_lens() -> None:
    film = Film()
    film.play(10)
    assert film.play(DARK_MS // FRAME_MS - 1, luma=3) is None
    assert film.play(1) is None
    assert film.play(DARK_MS // FRAME_MS - 1, luma=3) is None


def test_a_covered_lens_is_dark_even_when_its_black_frames_are_all_equal() -> None:
    film = Film()
    film.play(10)
    assert film.play(200, luma=0, same=True) == "dark"


def test_a_lens_known_to_be_covered_is_not_reported_again_until_it_has_seen() -> None:
    film = Film(known_dark=True)
    assert film.play(300, luma=2) is None
    assert not film.watchdog.good
    film.play(2)
    assert film.watchdog.good
    assert film.play(300, luma=2) == "dark"


def test_a_camera_that_goes_silent_in_the_dark_is_silent() -> None:
    film = Film(known_dark=True)
    film.play(300, luma=2)
    assert film.wait(LIMITS.silent_after_ms) == "silent"
