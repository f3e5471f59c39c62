"""Promotions on their way to the idle screen: the cloud's messages, vision's look at a picture, storage's
shelf, put together.

Enters: bodies of retained messages, from the cloud's thread. Leaves: PromotionsKept, through `post`. A
thread of its own, because looking at a picture takes as long as several turns; nothing here may hold up a
charge.
"""

from __future__ import annotations

import logging
import queue
import threading

from agent.cloud.envelope import Unreadable
from agent.cloud.promotion_messages import is_list, read_picture, read_promotions
from agent.core.events import PromotionsKept
from agent.core.promotions import NO_PROMOTIONS, Promotions
from agent.ports import Post
from agent.storage.shelf import PICTURES_MAX, Shelf
from agent.vision.poster import PosterRefused, cleaned

log = logging.getLogger(__name__)

WAITING_MAX = 32  # what arrives while so many wait is retained, and comes again with the next connection


class PosterDesk:
    """`start` and `stop` once; `heard` from any thread, never blocks."""

    def __init__(self, shelf: Shelf, post: Post) -> None:
        self._shelf = shelf
        self._post = post
        self._bodies: queue.Queue[bytes | None] = queue.Queue(WAITING_MAX)
        self._promotions = NO_PROMOTIONS
        self._thread = threading.Thread(target=self._run, name="posters", daemon=True)

    def start(self) -> None:
        """What was kept is shown before the link is up."""
        self._thread.start()

    def stop(self) -> None:
        self._bodies.put(None)
        self._thread.join(5)

    def heard(self, body: bytes) -> None:
        """A list or a picture came."""
        try:
            self._bodies.put_nowait(body)
        except queue.Full:
            log.warning("promotions: too many at once, %d bytes wait for the next connection", len(body))

    # --- the thread -----------------------------------------------------------------------------------

    def _run(self) -> None:
        self._read_again()
        while (body := self._bodies.get()) is not None:
            try:
                self._take(body)
            except (Unreadable, PosterRefused) as refused:
                word = f" ({refused.word})" if isinstance(refused, PosterRefused) else ""
                log.warning("promotions: %d bytes are refused%s: %s", len(body), word, refused)
            except OSError as error:
                log.warning("promotions: %s: cannot be kept (%s)", self._shelf.folder, error.strerror)

    def _read_again(self) -> None:
        body = self._shelf.list_bytes()
        if body is None:
            return
        try:
            self._promotions = read_promotions(body)
        except Unreadable as reason:
            log.warning("promotions: %s: %s; the cloud will send it again", self._shelf.folder, reason)
            return
        self._tell()

    def _take(self, body: bytes) -> None:
        if is_list(body):
            self._take_list(body)
        else:
            self._take_picture(body)

    def _take_list(self, body: bytes) -> None:
        promotions = read_promotions(body)
        if promotions.version < self._promotions.version:
            log.info("promotions: version %d is older than what is shown", promotions.version)
            return
        if promotions == self._promotions:
            return
        self._shelf.put_list(body)
        self._promotions = promotions
        self._shelf.tidy(_named(promotions) or {""})
        self._tell()

    def _take_picture(self, body: bytes) -> None:
        sha256, content = read_picture(body)
        here = self._shelf.pictures()
        if sha256 in here:
            return
        if len(here) >= PICTURES_MAX:
            raise Unreadable(f"one picture more than {PICTURES_MAX} (take some back)")
        self._shelf.put_picture(sha256, cleaned(content))
        self._tell()

    def _tell(self) -> None:
        self._post(PromotionsKept(self._promotions, self._shelf.pictures()))


def _named(promotions: Promotions) -> set[str]:
    return {item.picture for item in promotions.items if item.picture}
