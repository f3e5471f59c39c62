"""A serial line whose two ends run at different speeds: what the one says, what the other hears.

Pseudo-terminals carry bytes at any speed, so the stand bends them itself. In: the sender's bytes and both
speeds. Out: what a receiver of 8 bits, no parity and one stop bit makes of those levels; a byte without its
stop bit comes as Linux hands it on, as NUL.
"""

from __future__ import annotations

import termios

IDLE_BITS = 12
SPEEDS = {
    getattr(termios, f"B{baud}"): baud
    for baud in (1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200, 230_400)
}


def baud_of(descriptor: int) -> int:
    """The speed that somebody set at the other end of this pseudo-terminal."""
    return SPEEDS.get(termios.tcgetattr(descriptor)[5], 0)


def heard(data: bytes, sent_baud: int, heard_baud: int) -> bytes:
    """The same bytes at the same speed; garbage at another."""
    if sent_baud == heard_baud:
        return data
    levels = [1] * IDLE_BITS
    for byte in data:
        levels += [0, *(byte >> bit & 1 for bit in range(8)), 1]
    levels += [1] * IDLE_BITS
    step = sent_baud / heard_baud  # of the sender's bits, one of the receiver's

    def level(at: float) -> int:
        return levels[int(at)] if at < len(levels) else 1

    out, at = bytearray(), 0.0
    while at < len(levels):
        if level(at):
            at += min(step, 1) / 4
            continue
        bits = [level(at + (number + 1.5) * step) for number in range(8)]
        stopped = level(at + 9.5 * step)
        out.append(sum(bit << number for number, bit in enumerate(bits)) if stopped else 0)
        at += 9.5 * step
        while at < len(levels) and not level(at):  # the line must rest before the next start bit
            at += min(step, 1) / 4
    return bytes(out)
