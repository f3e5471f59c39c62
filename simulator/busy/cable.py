"""A scanner and its cable in virtual time: the simulator's engine at one end, the product's `Hearing` at
the other, bytes between them in pieces of chance.

Enters: codes to beam, the cable pulled and put in, what the terminal tells the scanner. Leaves: facts, as
`scanner.port` posts them, and the count of codes that were lost or came twice. Opened again with the
supervisor's own back-off.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.core.events import BarcodeScanned, Device, DeviceLost, Event
from agent.ports import Post
from agent.profile.schema import CodeRule, ScannerSection
from agent.scanner.classify import classify
from agent.scanner.hearing import Hearing
from agent.supervisor import BACK_OFF_MAX_S, BACK_OFF_MIN_S, STEADY_S
from simulator.engines import ENGINES, LineEngine
from simulator.seeds.clockwork import Clockwork, What

PIECE_BYTES, KEYS_BYTES, PIECE_MS = (1, 12), (24, 960), (0, 9)
ENGINE_LOOKS_MS = 100  # how often an engine that waits for an answer looks at its clock
SETTLED_MS = 400  # a beam and what is said about it have come through by then


class Cable:
    """`ports.Scanner`, and everything else about one scanner."""

    def __init__(self, clock: Clockwork, section: ScannerSection, rules: Sequence[CodeRule]) -> None:
        self._clock = clock
        self._section = section
        self._rules = rules
        self._engine: LineEngine = ENGINES[section.dialect]()
        self._hearing: Hearing | None = None
        self._post: Post | None = None
        self._plugged = True
        self._plugs = 0  # bytes of an earlier plug do not arrive
        self._back_off_s, self._up_ms = BACK_OFF_MIN_S, 0
        self._heard: list[object] = []
        self._engine_looking = False
        self._free_ms = 0  # the line carries one piece after the other
        self._piece_bytes = KEYS_BYTES if section.dialect == "hid" else PIECE_BYTES
        self.on_beam: What | None = None
        """Called once, as the next code goes on its way."""
        self.beams = self.cut = self.lost = self.twice = 0

    # --- the process at the other end ---------------------------------------------------------------

    def attach(self, post: Post) -> None:
        """A process starts and opens the port."""
        self._post, self._back_off_s = post, BACK_OFF_MIN_S
        self._hearing = Hearing(self._section, self._rules, self._overheard)
        self._open()

    def detach(self) -> None:
        """The process died, and the power of the scanner with it."""
        self._post = self._hearing = None
        self._power_off()

    @property
    def listening(self) -> bool:
        return self._hearing is not None and self._plugged and self._up_ms > 0

    # --- hands ------------------------------------------------------------------------------------

    def beam(self, text: str) -> None:
        """The cashier pulls the trigger. Whether it came, once and right, is looked at a moment later."""
        self.beams += 1
        self._heard, plugs = [], self._plugs
        self._engine.beam(text, "\r")
        self._flush()
        self._clock.later(SETTLED_MS, lambda: self._judge(text, plugs))
        if self.on_beam is not None:
            catches, self.on_beam = self.on_beam, None
            catches()

    def unplug(self) -> None:
        """A shopping bag. What was on its way is gone."""
        if not self._plugged:
            return
        self._plugged = False
        self._power_off()
        if self._post is not None:
            self._post(DeviceLost(Device.SCANNER, "unplugged"))
            self._try_again()

    def plug_in(self) -> None:
        self._plugged = True

    # --- ports.Scanner ----------------------------------------------------------------------------

    def beep(self, good: bool) -> None:
        if self._hearing is not None and self.listening:
            self._tell(self._hearing.dialect.beep(good))

    def trigger(self, on: bool) -> None:
        if self._hearing is not None and self.listening:
            self._tell(self._hearing.dialect.trigger(on))

    # --- the line ---------------------------------------------------------------------------------

    def _open(self) -> None:
        """As `ScannerTask.run`; a port that is not there is tried again, as `Supervisor` does."""
        if self._hearing is None or self.listening:
            return
        if self._plugged:
            self._up_ms = max(1, self._clock.now_ms)
            self._hearing.begin()
        else:
            self._try_again()

    def _try_again(self) -> None:
        wait_ms = round(1000 * self._back_off_s * self._clock.chance.uniform(0.5, 1.0))
        self._back_off_s = min(self._back_off_s * 2, BACK_OFF_MAX_S)
        hearing = self._hearing
        self._clock.later(wait_ms, lambda: self._open() if self._hearing is hearing else None)

    def _power_off(self) -> None:
        if self._up_ms and self._clock.now_ms - self._up_ms > STEADY_S * 1000:
            self._back_off_s = BACK_OFF_MIN_S
        self._up_ms = 0
        self._plugs += 1
        self._engine.power_off()

    def _flush(self) -> None:
        """What the engine has to say, on its way in pieces."""
        data, plugs = self._engine.outgoing(), self._plugs
        while data:
            size = self._clock.chance.randint(*self._piece_bytes)
            self._free_ms = max(self._free_ms, self._clock.now_ms) + self._clock.chance.randint(*PIECE_MS)
            after_ms = self._free_ms - self._clock.now_ms
            self._clock.later(after_ms, lambda piece=data[:size]: self._arrives(piece, plugs))  # type: ignore[misc]
            data = data[size:]
        if self._engine.waits and not self._engine_looking:
            self._engine_looking = True
            self._clock.later(ENGINE_LOOKS_MS, self._engine_looks)

    def _engine_looks(self) -> None:
        self._engine_looking = False
        self._engine.tick(self._clock.now_ms)
        self._flush()

    def _arrives(self, piece: bytes, plugs: int) -> None:
        if plugs != self._plugs or self._hearing is None or not self.listening:
            return
        reports, answers = self._hearing.understand(piece, self._clock.now_ms)
        self._hearing.pass_on(reports, self._clock.now_ms)
        self._tell(answers)

    def _tell(self, words: bytes | None) -> None:
        if words:
            self._engine.hear(words, self._clock.now_ms)
            self._flush()

    def _overheard(self, event: Event) -> None:
        if isinstance(event, BarcodeScanned):
            self._heard.append(event.code)
        if self._post is not None:
            self._post(event)

    def _judge(self, text: str, plugs: int) -> None:
        """A beam that a cable cut in half may come or not, but never twice; any other comes once."""
        came = self._heard.count(classify(text, self._rules))
        whole = plugs == self._plugs
        self.cut += not whole
        self.lost += whole and came == 0
        self.twice += came > 1 or len(self._heard) > came
