"""The one page the screens process (`ui/`) may import: views out, taps in.

The agent sends whole views, newest wins; the ui shows them and knows no state, no money and no
store. Views carry phrases (a key of `ui/i18n` and its values), finished amounts, flags. The ui
answers with taps, each with the id of the view it answers.

On the wire: one JSON object a line over a local stream socket, UTF-8, at most LINE_BYTES_MAX. Both
sides greet first with Hello; another `version` is refused with Goodbye.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec

VERSION = 3
LINE_BYTES_MAX = 262_144
LOCK_SUFFIX = ".uilock"  # beside the socket: the one process that shows its screens holds this file
CUSTOMER: Final = "customer"
CASHIER: Final = "cashier"
ScreenName = Literal["customer", "cashier"]

Tone = Literal["plain", "good", "bad", "unsure", "busy", "later"]
"""How a message feels: colour, sign and sound follow from it, the words say it too. `unsure`: nobody knows
yet how it ended; `later`: it is known, only the money comes later."""

Page = Literal[
    "welcome",
    "basket",
    "choose",
    "code",
    "face",
    "digits",
    "confirm",
    "wait",
    "result",
    "fault",
    "terms",
    "text",
    "setup",
]
"""Which arrangement the customer's window takes. No page means a state of payment."""


class Phrase(msgspec.Struct, frozen=True):
    """A sentence by key; `values` fill its {names}. Keys stand in ui/i18n/*.ts, every one in each."""

    key: str
    values: dict[str, str] = {}


class Button(msgspec.Struct, frozen=True):
    """Something a person can want. `intent` comes back in the tap, with `value`, which names what it is
    about; `keys` as Qt names them (F9, Esc). `danger`: what it does cannot be undone. A button that gives
    what stands in a field says so in `typed`, where the ui fills in {typed}."""

    intent: str
    label: Phrase
    primary: bool = False
    enabled: bool = True
    keys: str = ""
    value: str = ""
    danger: bool = False
    typed: Phrase | None = None


class Line(msgspec.Struct, frozen=True):
    """One row of the basket; texts are finished. A row with a `value` can be chosen: a tap of `pick_line`
    with this value, or the arrow keys, which go from the one that is `picked` to its neighbours."""

    name: str
    quantity: str
    amount: str
    value: str = ""
    picked: bool = False


class Sign(msgspec.Struct, frozen=True):
    """State of one device in the cashier's row of signs; a fault names its remedy, unless the notice of the
    same view does."""

    device: str
    name: Phrase
    ok: bool
    remedy: Phrase | None = None


SIGN_ROW: Final = ("camera", "infrared", "depth", "vision", "scanner", "printer", "cloud", "storage")
"""The row of signs, from left to right. The screens are not in it: who can read it sees that they work."""
SIGNS_WHEN_LOST: Final = frozenset({"infrared", "depth"})
SIGNS_OF_SALES: Final = frozenset({"cloud", "storage"})


def row_of_signs(
    remedies: Mapping[str, Phrase], *, printer: bool, practice: bool = False
) -> tuple[Sign, ...]:
    """`remedies`: of each device that does not work. A camera that not every terminal has is named when it
    fails, a `printer` where there is one: the row is short. Where somebody practises neither link nor disk
    is used, and nothing is said of them."""
    silent = SIGNS_WHEN_LOST if printer else SIGNS_WHEN_LOST | {"printer"}
    left_out = SIGNS_OF_SALES if practice else frozenset[str]()
    return tuple(
        Sign(device, Phrase(f"device.{device}"), device not in remedies, remedies.get(device))
        for device in SIGN_ROW
        if device not in left_out and (device not in silent or device in remedies)
    )


class OrderRow(msgspec.Struct, frozen=True):
    """One of the last orders, for the cashier's list; `order` is the short number."""

    order: str
    method: Phrase
    amount: str
    outcome: Phrase
    tone: Tone = "plain"


class Question(msgspec.Struct, frozen=True):
    """Something the cashier is asked to type; it comes back as the value of a tap of `intent`. A `pin` is
    shown as dots and never repeated in a view; a `search` may have a colon in it, as a time has. What was
    typed and not yet given is given by a button of the intent `first`, instead of what that would do:
    nobody charges without what still stands in the field."""

    kind: Literal["number", "amount", "pin", "search"]
    label: Phrase
    intent: str
    first: str = ""


class Choice(msgspec.Struct, frozen=True):
    """One row the cashier can take: a tap of `intent` with this `value`."""

    intent: str
    value: str
    title: str
    detail: Phrase
    amount: str
    tone: Tone = "plain"


class Benefit(msgspec.Struct, frozen=True):
    """Something of a member's that can be used for this payment, or not: a tap of `switch_benefit` with
    this `value` changes it. `amount` is finished, and empty where nothing is known before it is taken."""

    value: str
    name: Phrase
    amount: str = ""
    taken: bool = False


class Figure(msgspec.Struct, frozen=True):
    """A named value of the back office. `text` is finished, or the phrase says it."""

    label: Phrase
    text: str = ""
    phrase: Phrase | None = None


class Bar(msgspec.Struct, frozen=True):
    """One bar of a small chart: what it stands for, its figure in words, and its length in per cent of the
    longest."""

    label: Phrase
    said: Phrase
    share: int
    tone: Tone = "plain"


class Tick(msgspec.Struct, frozen=True):
    """Something the customer may agree to by itself: a tap of `intent` with this `value` sets the tick or
    takes it away. `text` is finished."""

    intent: str
    value: str
    text: str
    ticked: bool = False


class Poster(msgspec.Struct, frozen=True):
    """One page of the idle screen; texts are finished. `picture` is a file of the agent's own making, or
    empty."""

    title: str
    detail: str = ""
    price: str = ""
    was: str = ""
    picture: str = ""


class Code(msgspec.Struct, frozen=True):
    """A square code to be scanned from the glass: `rows` of 0 and 1."""

    label: Phrase
    rows: tuple[str, ...]


class CustomerView(msgspec.Struct, frozen=True, tag="customer"):
    """All the customer's window shows. `amount` is always read from the payment or the basket and
    always stands in the same place; empty means there is nothing to pay. `ways` are the ways to pay that
    this terminal has, for the pictures of the welcome page. `low`: all that is touched lies in the lower
    two thirds. `body` is a long finished text; digits that are
    `digits_shown` may be read while they are typed, and are never in a view. In the setup visit the claim
    code stands in the amount's place, `picture` is the same as QR (rows of 0 and 1), and `figures` say what
    this terminal is. A `mark` says on every page what this screen is not to be taken for."""

    view_id: int
    page: Page
    tone: Tone
    language: Literal["zh", "en"]
    large_text: bool
    shop: str
    amount_label: Phrase | None
    amount: str
    headline: Phrase
    detail: Phrase | None = None
    lines: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    ways: tuple[str, ...] = ("pay_by_face", "show_code")
    person: str = ""
    member: Phrase | None = None
    benefits: tuple[Benefit, ...] = ()
    preview: bool = False
    progress_pct: int = 0
    digits_wanted: int = 0
    digits_shown: bool = False
    seconds_left: int = 0
    low: bool = False
    figures: tuple[Figure, ...] = ()
    picture: tuple[str, ...] = ()
    body: str = ""
    ticks: tuple[Tick, ...] = ()
    posters: tuple[Poster, ...] = ()
    motion: bool = True
    codes: tuple[Code, ...] = ()
    mark: Phrase | None = None


class CashierView(msgspec.Struct, frozen=True, tag="cashier"):
    """All the cashier's window shows. In the back office (`office`) a question, figures and choices stand
    where the goods do. A `mark` says on every page what this screen is not to be taken for."""

    view_id: int
    tone: Tone
    language: Literal["zh", "en"]
    large_text: bool
    shop: str
    amount_label: Phrase | None
    amount: str
    headline: Phrase
    detail: Phrase | None = None
    notice: Phrase | None = None
    lines: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()
    signs: tuple[Sign, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    seconds_since: int = -1
    office: bool = False
    question: Question | None = None
    choices: tuple[Choice, ...] = ()
    figures: tuple[Figure, ...] = ()
    mark: Phrase | None = None
    bars: tuple[Bar, ...] = ()


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """First line of either side. `preview` names the shared memory of the camera picture, or ''."""

    version: int = VERSION
    preview: str = ""


class Goodbye(msgspec.Struct, frozen=True, tag="goodbye"):
    """The agent stops on purpose, or refuses the version; the ui closes its windows."""

    reason: str = ""


class Tap(msgspec.Struct, frozen=True, tag="tap"):
    """A person wanted something. `value` is what was typed or chosen; it is never logged."""

    screen: ScreenName
    view_id: int
    intent: str
    value: str = ""

    def __repr__(self) -> str:
        return f"Tap({self.screen}, view {self.view_id}, {self.intent!r:.40}, •••)"


class Shown(msgspec.Struct, frozen=True, tag="shown"):
    """A view is on the glass. `digest` is that of the view with the amount as it is read there. Without
    `display` the window stands where it can: its own display is not there. Said again when that changes."""

    screen: ScreenName
    view_id: int
    digest: str = ""
    display: bool = True


Downward: TypeAlias = Hello | Goodbye | CustomerView | CashierView
Upward: TypeAlias = Hello | Tap | Shown


def encode(message: Downward | Upward) -> bytes:
    """One line, newline included."""
    return msgspec.json.encode(message) + b"\n"


def digest(view: CustomerView | CashierView) -> str:
    """What a view says, in a word that both sides can compare."""
    return hashlib.sha256(msgspec.json.encode(view)).hexdigest()[:16]


def decode_downward(line: bytes) -> Downward:
    """Raises msgspec.ValidationError or msgspec.DecodeError for anything else."""
    message: Downward = msgspec.json.decode(line, type=Downward)
    return message


def decode_upward(line: bytes) -> Upward:
    """Raises msgspec.ValidationError or msgspec.DecodeError for anything else."""
    message: Upward = msgspec.json.decode(line, type=Upward)
    return message


PREVIEW_WIDTH_PX = 640
PREVIEW_HEIGHT_PX = 480
PREVIEW_MAGIC = b"HYLA"
PREVIEW_HEADER = "<4sIQQ"
"""Layout of the preview in shared memory, little endian: magic, version, then the sequence number
of buffer 0 and of buffer 1 (uint64), then buffer 0 and buffer 1, each H×W×4 bytes BGRA.

The writer takes the buffer with the lower number, sets that number to 0, fills the buffer, then
writes its number: one more than the other's. The reader copies the buffer with the higher number
and takes the copy only if that number is still the same afterwards. While no screen shows the
picture both numbers are 0 and both buffers black.
"""
PREVIEW_HEADER_BYTES = 24
PREVIEW_FRAME_BYTES = PREVIEW_WIDTH_PX * PREVIEW_HEIGHT_PX * 4
PREVIEW_BYTES = PREVIEW_HEADER_BYTES + 2 * PREVIEW_FRAME_BYTES
