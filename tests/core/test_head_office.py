"""What head office may want, and when it happens: settings between two customers, a command once."""

from __future__ import annotations

from agent.core.commands import CarryOut, KeepRecord, TakeSettings
from agent.core.events import CommandArrived, CommandDone, Intent, SettingsOffered, Started
from agent.core.head_office import LIFE_MAX_MS
from agent.core.visit import Stage
from agent.screens.projection import project
from tests.playbook import NOTHING, UTC_START_MS, Playbook, Slot, scans, taps
from tests.shop import WATER

NOW = UTC_START_MS


def command(name: str, id: str = "c-0000001", for_ms: int = 60_000, **words: str) -> CommandArrived:
    return CommandArrived(id, name, NOW + for_ms, words)


def outcome(slot: Slot[KeepRecord]) -> object:
    return slot.wish.data["outcome"]


def test_settings_are_taken_over_at_once_while_nobody_is_served(shop: Playbook) -> None:
    shop >> SettingsOffered(7) << TakeSettings(7)


def test_settings_wait_until_the_customer_has_gone(shop: Playbook) -> None:
    shop >> scans(WATER) >> SettingsOffered(7) << Stage.BASKET
    shop >> taps(Intent.CANCEL) << TakeSettings(7) << Stage.IDLE


def test_settings_wait_while_somebody_is_behind_the_till(shop: Playbook) -> None:
    shop >> taps(Intent.OFFICE) >> SettingsOffered(7) >> taps(Intent.LEAVE) << TakeSettings(7)


def test_of_two_settings_the_newer_is_taken_once(shop: Playbook) -> None:
    shop >> scans(WATER) >> SettingsOffered(8) >> SettingsOffered(7)
    shop >> taps(Intent.CANCEL) << TakeSettings(8) >> scans(WATER) >> taps(Intent.CANCEL) << Stage.IDLE


def test_a_command_is_carried_out_and_told_twice(shop: Playbook) -> None:
    taken, done = Slot(KeepRecord), Slot(KeepRecord)
    shop >> command("doctor") << taken << CarryOut("c-0000001", "doctor", {})
    shop >> CommandDone("c-0000001", "doctor", "done", "7K2M") << done
    assert (outcome(taken), outcome(done), done.wish.data["told"]) == ("taken", "done", "7K2M")
    assert taken.wish.id != done.wish.id


def test_the_same_command_again_does_nothing_not_even_after_a_restart(shop: Playbook) -> None:
    shop >> command("restart") << KeepRecord << CarryOut >> command("restart") << NOTHING
    shop >> Started() << KeepRecord >> command("restart") << NOTHING


def test_a_restart_tells_what_became_of_the_commands_it_ended(shop: Playbook) -> None:
    restart, bundle = Slot(KeepRecord), Slot(KeepRecord)
    shop >> command("restart") << KeepRecord << CarryOut
    shop >> command("bundle", "c-0000002") << KeepRecord << CarryOut
    shop >> Started() << restart << bundle
    assert [outcome(restart), outcome(bundle)] == ["done", "failed"]
    assert bundle.wish.data["told"] == "the terminal started again before it was done"
    shop >> Started() << Stage.IDLE


def test_a_command_that_is_done_is_not_told_a_third_time(shop: Playbook) -> None:
    shop >> command("doctor") << KeepRecord << CarryOut
    shop >> CommandDone("c-0000001", "doctor", "done", "7K2M") << KeepRecord
    shop >> Started() << Stage.IDLE


def test_a_command_that_came_too_late_is_only_told(shop: Playbook) -> None:
    told = Slot(KeepRecord)
    shop >> command("restart", for_ms=0) << told
    assert outcome(told) == "expired"


def test_a_command_that_is_good_for_ever_is_refused(shop: Playbook) -> None:
    """Its id would have to be remembered for ever."""
    told = Slot(KeepRecord)
    shop >> command("restart", for_ms=LIFE_MAX_MS + 60_000) << told
    assert outcome(told) == "refused"


def test_more_commands_than_anybody_sends_are_refused(shop: Playbook) -> None:
    for number in range(100):
        shop >> command("doctor", f"c-{number:07}") << KeepRecord << CarryOut
    told = Slot(KeepRecord)
    shop >> command("doctor", "c-the-last") << told
    assert outcome(told) == "refused"


def test_ids_are_forgotten_once_no_repeat_can_come(shop: Playbook) -> None:
    shop >> command("doctor", "c-0000001", for_ms=5_000) << KeepRecord << CarryOut
    shop >> CommandDone("c-0000001", "doctor", "done") << KeepRecord
    shop.after(5_000) >> command("doctor", "c-0000002") << KeepRecord << CarryOut
    assert [one.id for one in shop.state.kept.commands] == ["c-0000002"]


def test_a_message_is_shown_to_the_cashier_until_its_time_is_over(shop: Playbook) -> None:
    shop >> command("message", zh="今天送货", en="Delivery today") << KeepRecord
    assert said(shop) == "今天送货"
    shop.after(60_001)
    assert said(shop) is None


def test_a_message_does_not_disturb_a_sale_and_empty_words_take_it_back(shop: Playbook) -> None:
    shop >> command("message", zh="今天送货") << KeepRecord >> scans(WATER)
    assert said(shop) is None
    shop >> taps(Intent.CANCEL) << Stage.IDLE
    assert said(shop) == "今天送货"
    shop >> command("message", "c-0000002") << KeepRecord
    assert said(shop) is None


def said(shop: Playbook) -> str | None:
    _, cashier = project(shop.state, shop.at)
    return cashier.notice.values.get("said") if cashier.notice else None
