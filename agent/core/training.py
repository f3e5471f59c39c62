"""Practising: a second till beside the real one, and how the real one lets go of the counter meanwhile.

Enters: a manager's word at the real till, the end of the practice. Leaves: the state of a till to practise
on, which shares goods, rules, waits and devices with the real one and nothing else: no order, no member, no
figure, no PIN. Which till a fact belongs to is decided outside, by the loop; here the real one only refuses
whatever people do while `practised` is true, should something reach it after all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core.commands import BeginTraining, EndTraining, ForgetFaces, RestFaces
from agent.core.events import (
    BarcodeScanned,
    Device,
    Event,
    FaceSeen,
    Instant,
    Intent,
    NotPrinted,
    Tapped,
    TemplateMade,
    TrainingEnded,
)
from agent.core.ids import PersonId, Secret
from agent.core.office import Office, Page, Train
from agent.core.office_pages import go
from agent.core.offline import NO_TRUST
from agent.core.state import Kept, Terminal, Turn
from agent.core.visit import Stage

TRAINEE = PersonId("trainee")
TRAINEE_NAME = "练习 * Training"
TRAINEE_PIN_RECORD = (
    "scrypt$00000000000000000000000000000000"
    "$137a712317d8c82dc229a49d9f68ec378345d0e5f26432c36feae32fad525d25"
)
"""Made of 0000 (a test makes it anew): whoever practises needs no manager and learns nobody's PIN."""
PEOPLES = (Tapped, BarcodeScanned, FaceSeen, TemplateMade, NotPrinted)
"""Facts about people, and about what they had printed: of these the real till hears nothing while somebody
practises."""
ENDS_AT = frozenset({Stage.IDLE, Stage.PAID, Stage.OWED, Stage.HELD})

Handler = Callable[[Terminal, Office, Secret | None, Instant], Turn]


# --- the real till --------------------------------------------------------------------------------


def _ask(t: Terminal, office: Office, _value: Secret | None, _at: Instant) -> Turn:
    """A manager has to agree: takings can be hidden in a practice."""
    if t.rules.training or not t.rules.manager_pin:
        return Turn(t)
    return go(t, office, Page.PIN, errand=Train())


TAPS: dict[tuple[Page, Intent], Handler] = {(Page.MENU, Intent.TRAIN): _ask}


def begun(t: Terminal, at: Instant) -> Turn:
    """The manager agreed. That it began is written down; nothing that happens in it is."""
    kept = replace(t.kept, training_since_utc_ms=max(1, at.utc_ms))
    return Turn(replace(t, kept=kept, office=None, notice=""), (BeginTraining(),))


def ended(t: Terminal, event: TrainingEnded) -> Turn:
    """Back in earnest, with views and looks numbered on, so that no late tap or frame of the practice
    counts here."""
    if not t.practised:
        return Turn(t)
    kept = replace(t.kept, training_since_utc_ms=0)
    numbered = replace(t, view_no=max(t.view_no, event.view_no), looks=max(t.looks, event.looks))
    return Turn(replace(numbered, kept=kept), (RestFaces(), ForgetFaces()))


def restarted(t: Terminal) -> Terminal:
    """A practice ends with the power."""
    return replace(t, kept=replace(t.kept, training_since_utc_ms=0)) if t.practised else t


def keeps_out(t: Terminal, event: Event) -> bool:
    """Should this have gone to the other till?"""
    return t.practised and isinstance(event, PEOPLES)


# --- the till beside it ---------------------------------------------------------------------------


def beside(t: Terminal, epoch: str) -> Terminal:
    """A till to practise on. Its orders have another epoch than any journal; neither link nor disk is
    needed."""
    rules = replace(
        t.rules,
        epoch=epoch,
        names={TRAINEE: TRAINEE_NAME},
        manager_pin=TRAINEE_PIN_RECORD,
        serial="",  # nothing here leaves the shop
        offline=NO_TRUST,
        training=True,
    )
    kept = replace(Kept.fresh(t.rules.currency), membership=t.kept.membership)
    here = (Device.CLOUD, Device.STORAGE)
    return Terminal(
        rules,
        kept,
        down={device: cause for device, cause in t.down.items() if device not in here},
        looks=t.looks,
        looks_forgotten=t.looks,
        language=t.language,
        languages=t.languages,
        large_text=t.large_text,
        silent=t.silent,
        low=t.low,
        view_no=t.view_no + 1,
        promotions=t.promotions,
        pictures=t.pictures,
    )


def asked_to_end(t: Terminal) -> Turn:
    """Between two customers, whatever page is open."""
    if not t.rules.training or t.visit.stage not in ENDS_AT or t.joining is not None:
        return Turn(t)
    return Turn(t, (EndTraining(),))
