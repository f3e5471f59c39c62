"""Where somebody practises, both screens say so on every page, and nobody hears of money."""

from __future__ import annotations

from dataclasses import replace

from agent.core.events import Device, Instant, Intent
from agent.core.ids import Secret
from agent.core.office import Office, Page, Train
from agent.core.staff import pin_record
from agent.core.state import Terminal
from agent.core.training import beside
from agent.core.visit import Stage
from agent.screens.aloud import sentence
from agent.screens.contract import Phrase
from agent.screens.projection import project
from agent.voice.words import said
from tests.playbook import Playbook
from tests.shop import STAGES, terminal, to_paid, trusting

AT = Instant(61_000, 1_790_000_000_000)
MARK = Phrase("training.mark")


def practised(t: Terminal) -> Terminal:
    return replace(t, rules=replace(t.rules, training=True))


def offered(t: Terminal) -> dict[str, str]:
    return {button.intent: button.keys for button in project(t, AT)[1].buttons}


def test_every_page_of_a_practice_bears_the_mark_and_no_page_in_earnest_does() -> None:
    states = [go(Playbook(terminal())).state for go in STAGES.values()]
    states += [replace(terminal(), office=Office(page)) for page in Page]
    for state in states:
        assert [view.mark for view in project(state, AT)] == [None, None]
        assert [view.mark for view in project(practised(state), AT)] == [MARK, MARK]


def test_the_way_in_stands_in_the_menu_where_there_is_a_manager_to_ask() -> None:
    menu = replace(terminal(), office=Office())
    assert Intent.TRAIN not in offered(menu)
    managed = replace(menu, rules=replace(menu.rules, manager_pin=pin_record(Secret("271828"), bytes(16))))
    assert offered(managed)[Intent.TRAIN] == "F8"
    asked = project(replace(managed, office=Office(Page.PIN, errand=Train())), AT)[1]
    assert (asked.headline, asked.detail) == (Phrase("training.ask"), Phrase("training.ask_detail"))


def test_the_way_out_stands_wherever_nobody_is_served() -> None:
    t = beside(terminal(), "7f3a")
    assert offered(t)[Intent.END_TRAINING] == "F8"
    assert offered(replace(t, office=Office()))[Intent.END_TRAINING] == "F8"
    assert Intent.TRAIN not in offered(replace(t, office=Office()))
    for stage, go in STAGES.items():
        if stage is not Stage.IDLE:
            assert Intent.END_TRAINING not in offered(practised(go(Playbook(terminal())).state))


def test_nothing_is_said_of_link_and_disk_which_are_not_used() -> None:
    signs = {sign.device for sign in project(beside(terminal(), "7f3a"), AT)[1].signs}
    assert signs == {sign.device for sign in project(terminal(), AT)[1].signs} - {"cloud", "storage"}
    assert Device.CAMERA in signs


def test_the_pin_of_a_practice_is_told_on_its_page() -> None:
    t = replace(beside(trusting(terminal()), "7f3a"), office=Office(Page.PIN))
    assert project(t, AT)[1].detail == Phrase("training.pin")


def test_nobody_hears_that_money_was_received() -> None:
    paid = to_paid(Playbook(terminal())).state
    heard = sentence(practised(paid))
    assert heard is not None
    assert (heard.key, heard.amount) == ("practised", None)
    assert said(heard.key, heard.amount, heard.method, "en") == "Practice, no money was taken"
