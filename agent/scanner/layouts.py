"""Keyboards that a scanner may believe to be: key codes → characters, plain, with Shift, with AltGr.

A scanner that is set to a German keyboard presses the key that gives a `z` there; read as an American one
it gives a `y`. Rows stand as on the keyboard, by the first key code of each (linux/input-event-codes.h).
A dead key (´ ^ ¨ `) gives no character alone and is left out: `NONE`.
"""

from __future__ import annotations

from dataclasses import dataclass

NONE = "\0"


@dataclass(frozen=True, slots=True)
class Layout:
    """Key code → character. A key that is missing has none."""

    plain: dict[int, str]
    shifted: dict[int, str]
    altgr: dict[int, str]


Row = tuple[int, str, str]
PAD: tuple[Row, ...] = (
    (57, " ", " "),
    (71, "789-456+1230.", "789-456+1230."),
    (55, "*", "*"),
    (98, "/", "/"),
)


def _layout(rows: tuple[Row, ...], altgr: dict[int, str] | None = None) -> Layout:
    plain: dict[int, str] = {}
    shifted: dict[int, str] = {}
    for first, low, high in (*rows, *PAD):
        plain |= {first + at: char for at, char in enumerate(low) if char != NONE}
        shifted |= {first + at: char for at, char in enumerate(high) if char != NONE}
    return Layout(plain, shifted, altgr or {})


LAYOUTS = {
    "us": _layout(
        (
            (2, "1234567890-=", "!@#$%^&*()_+"),
            (16, "qwertyuiop[]", "QWERTYUIOP{}"),
            (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
            (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
        )
    ),
    "uk": _layout(
        (
            (2, "1234567890-=", '!"£$%^&*()_+'),
            (16, "qwertyuiop[]", "QWERTYUIOP{}"),
            (30, "asdfghjkl;'`", "ASDFGHJKL:@¬"),
            (43, "#zxcvbnm,./", "~ZXCVBNM<>?"),
            (86, "\\", "|"),
        )
    ),
    "de": _layout(
        (
            (2, f"1234567890ß{NONE}", f'!"§$%&/()=?{NONE}'),
            (16, "qwertzuiopü+", "QWERTZUIOPÜ*"),
            (30, f"asdfghjklöä{NONE}", "ASDFGHJKLÖÄ°"),
            (43, "#yxcvbnm,.-", "'YXCVBNM;:_"),
            (86, "<", ">"),
        ),
        {8: "{", 9: "[", 10: "]", 11: "}", 12: "\\", 16: "@", 27: "~", 86: "|"},
    ),
    "fr": _layout(
        (
            (2, "&é\"'(-è_çà)=", "1234567890°+"),
            (16, f"azertyuiop{NONE}$", f"AZERTYUIOP{NONE}£"),
            (30, "qsdfghjklmù²", "QSDFGHJKLM%²"),
            (43, "*wxcvbn,;:!", "µWXCVBN?./§"),
            (86, "<", ">"),
        ),
        {5: "{", 6: "[", 7: "|", 9: "\\", 10: "^", 11: "@", 12: "]", 13: "}", 4: "#"},
    ),
}
"""By the word of `scanner.layout`."""
