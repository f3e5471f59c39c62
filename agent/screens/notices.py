"""What the cashier reads of what was refused and of what does not work: one sentence, and the row of signs.

Enters: the state. Leaves: the notice and the signs of one view. A remedy that the notice names is not said
again beside the device's sign: two of the same sentence cost the goods their place.
"""

from __future__ import annotations

from msgspec import structs

from agent.core.events import Device, Instant
from agent.core.head_office import free, sentence
from agent.core.money import Money
from agent.core.offline import owed
from agent.core.state import Language, Terminal
from agent.screens import basket_views, office_views
from agent.screens.contract import Phrase, Sign, row_of_signs
from agent.screens.pages import CAUSES, known


def refused_or_broken(t: Terminal) -> Phrase | None:
    """One sentence: what was just refused, else the fault that stops the till."""
    if t.notice == "amount_typed":
        return basket_views.limits(t)
    if t.notice:
        return Phrase(f"notice.{t.notice}")
    if t.down.get(Device.STORAGE, "starting") != "starting":
        return Phrase("cashier.storage")
    if not t.screens_true:
        return Phrase(f"cause.screens.{known(t.down[Device.SCREENS], CAUSES[Device.SCREENS])}")
    if t.unprinted:
        return office_views.unprinted(t)
    if t.down.get(Device.CLOUD, "starting") != "starting":
        return _left_on_trust(t) if t.may_trust else Phrase("cashier.offline")
    return None


def short_of(t: Terminal) -> str:
    """What nobody is promised at rest while something is broken: `charging` where nothing can be sold,
    `network` where only cash can be taken; empty when all is well, or goods may leave on trust."""
    broken = {device for device, cause in t.down.items() if cause != "starting"}
    if broken & {Device.STORAGE, Device.SCREENS}:
        return "charging"
    return "network" if Device.CLOUD in broken and not t.may_trust else ""


def from_head_office(t: Terminal, at: Instant, language: Language) -> Phrase | None:
    """Said between two customers only: who serves somebody has no time to read."""
    said = sentence(t, at) if free(t) else None
    if said is None:
        return None
    return Phrase("cashier.head_office", {"said": said.zh if language == "zh" else said.en})


def _left_on_trust(t: Terminal) -> Phrase:
    """How much may still leave on trust, so that nobody promises what the next tap refuses."""
    exposure, used, currency = t.rules.offline, owed(t.kept.debts), t.rules.currency
    values = {
        "count": str(max(0, exposure.count_max - used.count)),
        "count_max": str(exposure.count_max),
        "left": Money(used.left_minor(exposure), currency).text(),
        "sum": Money(exposure.sum_max_minor, currency).text(),
    }
    return Phrase("cashier.offline_left", values)


def signs(t: Terminal) -> tuple[Sign, ...]:
    """The row of signs, each device that does not work with its remedy."""
    remedies: dict[str, Phrase] = {
        one: Phrase(f"cause.{one}.{known(cause, CAUSES[one])}") for one, cause in t.down.items()
    }
    return row_of_signs(remedies, printer=t.rules.printing.there, practice=t.rules.training)


def said_once(row: tuple[Sign, ...], notice: Phrase | None) -> tuple[Sign, ...]:
    """The sign keeps its colour and its shape; only its sentence is left out."""
    said = {notice.key, *notice.values.values()} if notice else set()
    return tuple(
        structs.replace(sign, remedy=None) if sign.remedy and sign.remedy.key in said else sign
        for sign in row
    )
