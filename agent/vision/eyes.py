"""The eyes: newest camera frame → FaceSeen, while somebody wants to be recognised.

In: frames of a FrameSource and of the cameras beside it, the wishes watch and rest, members enrolled and
forgotten. Out: FaceSeen and DeviceUp through `post`. `run` owns the models and works on the supervisor's
thread; the other calls come from the turn's thread, change one field under a lock and return. At rest
nothing is computed, and a frame captured before `watch` is never looked at.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agent.core.events import Device, DeviceUp, FaceSeen, TemplateMade
from agent.core.evidence import FaceEvidence
from agent.core.ids import PersonId, Secret
from agent.ports import DeviceTrouble, Embedding, Frame, FrameSource, Post, Template
from agent.profile.schema import VisionSection
from agent.vision.gallery import Gallery
from agent.vision.liveness import threshold_live
from agent.vision.models import Manifest, ModelError, models_folder
from agent.vision.passport import check_passport
from agent.vision.pipeline import Hide, Pipeline, Seen, open_pipeline
from agent.vision.presence import SecondLook, Unpaired
from agent.vision.remembered import Made, Remembered

log = logging.getLogger(__name__)

FIRST_FRAME_WAIT_S = 2.0
FRAME_WAIT_S = 0.2  # how long stop() may have to wait for a silent camera
LOOK_EVERY_MS = 80
"""Start of one look to start of the next. Twelve looks a second fill a quorum of three in a quarter of a
second and leave half a core to the screens."""

UNPAIRED_MS = 3000
"""Longer than a second camera's own silence takes to be noticed: what lasts so long is no missing frame."""
UNPAIRED_TEXT = (
    "{which}: its pictures come too far from the colour camera's in time (expected within 120 ms, "
    "whatever the driver calls synchronised). Give both the same frame rate, and a USB socket of their own"
)
COLOUR_ONLY = SecondLook()


def monotonic_ms() -> int:
    """The clock of Frame.captured_at_ms."""
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class _Wish:
    look: int
    digits: Secret | None
    since_ms: int


@dataclass(frozen=True, slots=True)
class _Order:
    look: int
    digits: Secret


class EyesTask:
    """The `Eyes` port as a device task. Without models it cannot start; without frames it waits. It
    `remembers` living faces of a visit only where people may join."""

    device = Device.VISION

    def __init__(
        self,
        vision: VisionSection,
        models: Manifest,
        frames: FrameSource,
        post: Post,
        *,
        templates: Iterable[Template] = (),
        now_ms: Callable[[], int] = monotonic_ms,
        hide: Hide | None = None,
        remembers: bool = False,
        second: SecondLook = COLOUR_ONLY,
    ) -> None:
        self._vision = vision
        self._models = models
        self._embedder = models.named(vision.embedder, "embedder")
        self._gallery = Gallery(self._embedder.used.sha256, self._embedder.outputs[0].shape[-1], templates)
        self._frames = frames
        self._post = post
        self._now_ms = now_ms
        self._hide = hide
        self._remembers = remembers
        self._remembered = Remembered(self.threshold_1toN_cosine)
        self._order: _Order | None = None
        self._made: Made | None = None
        self._forgets = 0
        self._second = second
        self._paired_ms = 0
        self._changed = threading.Condition()
        self._wish: _Wish | None = None
        self._knows_nobody = False
        self._stopped = False

    @property
    def threshold_1toN_cosine(self) -> float:
        """Smallest score that may count in the open search: the embedder's own, from the manifest."""
        return self._embedder.threshold("threshold_1toN_cosine")

    @property
    def false_match_rate(self) -> float:
        """Of that threshold: the upper end of what its passport shows; everybody, without a passport."""
        try:
            measured = check_passport(self._embedder).thresholds
        except ModelError:
            return 1.0  # such a model will not start either
        return next((each.fmr.high for each in measured if each.name == "threshold_1toN_cosine"), 1.0)

    @property
    def threshold_live(self) -> float | None:
        """Smallest live score of a face, from the manifest; None when the profile wants no judgement and
        no second camera gives one."""
        return threshold_live(self._models) if self._vision.liveness or self._second.there else None

    # Wishes, from any thread

    def watch(self, look: int, digits: Secret | None) -> None:
        self._become(_Wish(look, digits, self._now_ms()))

    def rest(self) -> None:
        self._become(None)

    def _become(self, wish: _Wish | None) -> None:
        with self._changed:
            self._wish = wish
            self._changed.notify_all()

    def make_template(self, look: int, digits: Secret) -> None:
        with self._changed:
            self._order = _Order(look, digits)
            self._changed.notify_all()

    def template_in_hand(self, look: int) -> tuple[str, Embedding] | None:
        with self._changed:
            made = self._made
        if made is None or made.look != look or made.embedding is None:
            return None
        return self._embedder.used.sha256, made.embedding

    def forget_faces(self) -> None:
        with self._changed:
            self._order = self._made = None
            self._forgets += 1
            self._remembered.forget()

    def enrolled(self, template: Template) -> None:
        self._gallery.put(template)

    def forgotten(self, person: PersonId) -> None:
        self._gallery.remove(person)

    def know_nobody(self, on: bool) -> None:
        self._knows_nobody = on

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    # The work, on the supervisor's thread

    def run(self) -> None:
        """Load, look once, report; then look whenever somebody wants it, until stopped.

        Raises:
            DeviceTrouble: `models`, when a model file is missing, cut short or another one.
        """
        try:
            pipeline = open_pipeline(
                self._models, models_folder(self._vision.models_dir), self._vision, self._hide
            )
        except ModelError as error:
            raise DeviceTrouble("models", str(error)) from error
        pipeline.warm_up()
        last = self._first_look(pipeline)
        if self._stopped:
            return
        self._post(DeviceUp(Device.VISION))
        log.info(
            "eyes ready: %s, %s, %d members",
            self._vision.detector,
            self._vision.embedder,
            len(self._gallery),
        )
        while self._wanted():
            self._make()
            frame = self._frames.newest(last, FRAME_WAIT_S)
            if frame is None:
                continue
            last = frame.number
            wish = self._wish  # it may be another one than before the wait: the frame may be its first
            if wish is not None and frame.captured_at_ms >= wish.since_ms:
                started_ms = self._now_ms()
                self._look(pipeline, wish, frame)
                self._pause(wish, started_ms + LOOK_EVERY_MS - self._now_ms())

    def _look(self, pipeline: Pipeline, wish: _Wish, frame: Frame) -> None:
        """At one frame and what belongs to it. Raises DeviceTrouble: `unpaired`."""
        seen = pipeline.look_at(frame.bgr)
        try:
            live = self._second.judge(frame, seen, pipeline.detector, self._vision.liveness)
        except Unpaired as which:
            if self._now_ms() - max(self._paired_ms, wish.since_ms) >= UNPAIRED_MS:
                raise DeviceTrouble("unpaired", UNPAIRED_TEXT.format(which=which)) from None
            return
        self._paired_ms = self._now_ms()
        self._report(wish, frame, seen, live)

    def _first_look(self, pipeline: Pipeline) -> int:
        """Look at one real frame if the camera has one soon: then DeviceUp means the whole way works.
        Returns its number."""
        deadline_ms = self._now_ms() + int(FIRST_FRAME_WAIT_S * 1000)
        while not self._stopped and self._now_ms() < deadline_ms:
            frame = self._frames.newest(0, FRAME_WAIT_S)
            if frame is not None:
                pipeline.look_at(frame.bgr)
                return frame.number
        return 0

    def _wanted(self) -> bool:
        """Sleep until there is a wish; False means stop."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopped or self._wish is not None or self._order is not None
            )
            return not self._stopped

    def _make(self) -> None:
        """A template was ordered: make it, and see who is like it."""
        with self._changed:
            order, self._order, forgets = self._order, None, self._forgets
        if order is None:
            return
        made = self._remembered.made(order.look)
        best = same = None
        if made.embedding is not None and not self._knows_nobody:
            best, _ = self._gallery.search(made.embedding)
            same, _ = self._gallery.search(made.embedding, order.digits)
        with self._changed:
            if forgets == self._forgets:
                self._made = made
                self._post(TemplateMade(order.look, made.frames, best, same))

    def _pause(self, wish: _Wish, pause_ms: int) -> None:
        """Leave the cores to others, unless another wish comes."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._wish is not wish, max(0, pause_ms) / 1000)

    def _report(self, wish: _Wish, frame: Frame, seen: Seen, live: float | None) -> None:
        """Say what was seen, unless the wish was taken back meanwhile."""
        best = second = None
        if seen.embedding is not None and not self._knows_nobody:
            best, second = self._gallery.search(seen.embedding, wish.digits)
        evidence = FaceEvidence(
            look=wish.look,
            frame=frame.number,
            captured_at_ms=frame.captured_at_ms,
            faces=len(seen.faces),
            hint=seen.hint,
            best=best,
            second=second,
            live_score=live,
            compared=self._gallery.compared(wish.digits),
        )
        with self._changed:  # post never blocks, so whoever rests waits for nothing
            if self._wish is wish and not self._stopped:
                self._remember(wish, seen, live)
                self._post(FaceSeen(evidence))

    def _remember(self, wish: _Wish, seen: Seen, live: float | None) -> None:
        """A face that is known to live by every camera there is, until the visit ends."""
        least = self.threshold_live
        if not self._remembers or seen.embedding is None or least is None or live is None:
            return
        if live >= least:
            self._remembered.saw(wish.look, live, seen.embedding)
