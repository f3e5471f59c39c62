"""Every sentence of `agent/ports.py` is a promise, and for each there is a test that would notice.

A sentence that is new or was changed fails here until it has its test; a test that is gone, too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.source_tree import ROOT, files, tree

# Where → the sentence → who holds it. Names of suites in this folder come first.
PROMISES: dict[str, dict[str, tuple[str, ...]]] = {
    "DeviceTask": {
        "The supervisor calls `run` and calls it again, with back-off, when it returns or raises.": (
            "test_an_error_of_its_own_or_an_early_end_does_not_end_the_device",
            "test_the_wait_doubles_up_to_its_longest",
        ),
    },
    "DeviceTask.run": {
        "Work until stopped.": ("test_stop_makes_run_return_from_any_thread_and_more_than_once",),
        "Posts DeviceUp when it works, then its facts in order.": (
            "test_it_says_that_it_works_before_anything_else_and_once",
            "test_up_comes_first_and_then_every_code_once_and_in_order",
        ),
        "Returns after `stop`; raises DeviceTrouble (see below) when the device is lost.": (
            "test_what_was_stopped_before_it_ran_does_not_run",
            "test_a_lost_device_raises_its_cause_and_text_and_runs_again",
        ),
    },
    "DeviceTask.stop": {
        "Make `run` return soon.": ("test_stop_makes_run_return_from_any_thread_and_more_than_once",),
        "May be called from any thread, more than once.": (
            "test_stop_makes_run_return_from_any_thread_and_more_than_once",
        ),
    },
    "Scanner": {
        "One that cannot, or is not there, is not told, and nobody hears of it.": (
            "test_one_that_cannot_is_not_told_and_nobody_hears_of_it",
        ),
        "No call blocks; what was wished while its cable was out is forgotten.": (
            "test_what_was_wished_while_its_cable_was_out_is_forgotten",
        ),
    },
    "Scanner.beep": {
        "Sound content or not about the last code.": (
            "test_a_scanner_that_can_is_told_to_sound_and_to_read",
        ),
    },
    "Scanner.trigger": {
        "Read, or stop reading, without a finger on the trigger.": (
            "test_a_scanner_that_can_is_told_to_sound_and_to_read",
        ),
    },
    "Printer": {
        "No call blocks; what cannot be done now is posted as NotPrinted and forgotten: nothing is printed "
        "later, or twice.": (
            "test_the_drawer_comes_before_what_waits_and_no_call_waits_for_the_printer",
            "test_what_cannot_be_printed_now_is_not_printed_later",
            "test_paper_that_ends_in_the_middle_is_said_and_the_rest_never_comes",
        ),
    },
    "Printer.print_slip": {
        "Print it, at most once.": (
            "test_a_receipt_comes_out_over_every_kind_of_cable_and_again_after_it_was_pulled",
        ),
    },
    "Printer.open_drawer": {
        "Let it spring open, before whatever still waits to be printed.": (
            "test_the_drawer_comes_before_what_waits_and_no_call_waits_for_the_printer",
        ),
    },
    "FrameSource": {
        "A camera: newest frame wins, nobody queues pictures.": ("test_nobody_queues_pictures",),
    },
    "FrameSource.newest": {
        "The newest frame with a number above `after`; None when none came in time.": (
            "test_each_frame_is_newer_than_the_one_before_and_newest_wins",
        ),
    },
    "InfraredSource.beside": {
        "The picture nearest in time to a colour frame's; None when none is near enough or came in time.": (
            "test_all_three_come_from_their_streams_and_lie_in_time",
        ),
    },
    "DepthSource.beside": {
        "The depths nearest in time to a colour frame's; None when none is near enough or came in time.": (
            "test_of_several_pictures_the_one_nearest_in_time_belongs_to_a_frame",
            "test_a_picture_of_another_moment_belongs_to_no_frame",
        ),
    },
    "Eyes.watch": {
        "From now on post FaceSeen with this `look`, only for frames captured from now on; with digits, "
        "match only members whose phone ends in them.": (
            "test_a_frame_from_before_the_wish_is_never_used",
            "test_a_member_comes_back_and_is_offered_first",
        ),
        "Never blocks.": ("test_a_slow_look_skips_to_the_newest_frame",),
    },
    "Eyes.rest": {
        "Post no more FaceSeen.": ("test_at_rest_the_camera_is_not_even_asked",),
        "Never blocks.": ("test_at_rest_the_camera_is_not_even_asked",),
    },
    "Eyes.enrolled": {
        "Put one more member into the gallery, or replace the same person.": (
            "test_members_come_and_go_while_looking",
            "test_enrolling_again_replaces_and_forgetting_forgets",
        ),
        "Never blocks the search.": ("test_searching_goes_on_while_members_come_and_go",),
    },
    "Eyes.forgotten": {
        "Take a member out of the gallery.": ("test_members_come_and_go_while_looking",),
    },
    "Eyes.know_nobody": {
        "While on, faces are seen and judged but searched for among nobody.": (
            "test_eyes_that_know_nobody_see_and_judge_and_search_for_no_member",
        ),
    },
    "Eyes.make_template": {
        "Post TemplateMade about the face seen in this look; hold its template in hand.": (
            "test_whoever_joins_is_recognised_without_a_restart_and_forgotten_otherwise",
        ),
        "Never blocks.": ("test_whoever_joins_is_recognised_without_a_restart_and_forgotten_otherwise",),
    },
    "Eyes.template_in_hand": {
        "The embedder's checksum and the template made of this look; None once it was forgotten.": (
            "test_whoever_joins_is_recognised_without_a_restart_and_forgotten_otherwise",
            "test_eyes_that_were_started_anew_enrol_nobody",
        ),
    },
    "Eyes.forget_faces": {
        "Let go of every embedding seen since the last time, and of the template in hand.": (
            "test_whoever_joins_is_recognised_without_a_restart_and_forgotten_otherwise",
        ),
    },
    "HeadOffice": {
        "No call blocks.": ("test_a_command_goes_to_the_core_and_is_carried_out_when_the_core_says_so",),
    },
    "HeadOffice.take": {
        "Take over the settings of this version that lie ready, and start again; with them every device "
        "has to work that works now (`up`).": (
            "test_settings_are_kept_once_everything_works_that_worked_before",
            "test_settings_with_which_the_camera_stays_away_are_given_back",
        ),
    },
    "HeadOffice.carry_out": {
        "Do it once; post CommandDone with its id, unless it ends this process.": (
            "test_a_command_goes_to_the_core_and_is_carried_out_when_the_core_says_so",
        ),
    },
    "Leaving": {
        "Called by the main thread alone; never raises.": (
            "test_a_disk_that_refuses_the_note_changes_nothing",
        ),
    },
    "Leaving.count": {
        "Post UnsentCounted with the wish's number.": ("test_with_something_unsent_nothing_is_signed",),
    },
    "Leaving.judge": {
        "Post OrderJudged with the wish's number; the order is remembered until the next one.": (
            "test_an_order_not_for_this_terminal_now_is_refused",
        ),
    },
    "Leaving.sign_farewell": {
        "Write down that we leave by the order judged last, if it has this id and nothing is unsent; post "
        "FarewellSigned either way.": (
            "test_with_something_unsent_nothing_is_signed",
            "test_a_move_destroys_the_old_shop_and_takes_the_new_place",
        ),
    },
    "Leaving.depart": {
        "Start again: what starts next leaves, if that was written down.": (
            "test_a_move_destroys_the_old_shop_and_takes_the_new_place",
        ),
    },
    "CloudLink": {
        "No call blocks.": ("test_no_call_blocks_whatever_the_link_does",),
    },
    "CloudLink.ask": {
        "Send now if the link is up, else drop: silence is an outcome the core knows.": (
            "test_a_charge_that_is_asked_while_the_link_is_down_is_never_sent",
        ),
        "A charge is never queued.": ("test_a_charge_that_is_asked_while_the_link_is_down_is_never_sent",),
        "Answers come back as ChargeAnswered, RefundAnswered or MemberFound, any number of times, in any "
        "order.": (
            "test_a_question_is_answered_about_its_own_key_and_a_repeat_alike",
            "test_an_answer_that_comes_twice_is_posted_twice_and_the_money_moved_once",
        ),
    },
    "CloudLink.deliver": {
        "Keep sending these records until the cloud's own acknowledgement, which comes back as "
        "RecordsTaken; or RecordRefused.": (
            "test_records_are_sent_until_the_cloud_itself_has_them_over_any_cut",
            "test_a_record_rewritten_under_its_old_id_is_refused_and_the_others_go_on",
        ),
    },
    "Archive.look_up": {
        "Post OrdersFound with the wish's number: at most fifty, newest first.": (
            "test_orders_are_found_newest_first_at_most_fifty_and_whatever_was_typed",
        ),
        "Never raises.": ("test_orders_are_found_newest_first_at_most_fifty_and_whatever_was_typed",),
    },
    "Bookkeeper.compare": {
        "Post DayCompared with the wish's day and number, whatever happens.": (
            "test_a_disk_that_fails_is_said_and_the_day_does_not_wait_for_ever",
        ),
        "Never blocks, never raises.": (
            "test_a_cloud_that_does_not_answer_leaves_the_day_to_be_closed_later",
            "test_a_disk_that_fails_is_said_and_the_day_does_not_wait_for_ever",
        ),
    },
    "Consents": {
        "Called by the main thread alone; no call raises.": (
            "test_while_the_disk_refuses_nothing_is_gone_and_nobody_is_forgotten",
        ),
    },
    "Consents.look_up": {
        "Post AgreementsFound.": ("test_whoever_joined_withdraws_at_the_till_and_is_not_known_any_more",),
    },
    "Consents.prepare": {
        "Hold ready what the receipt will say; post ConsentChanged with its digest.": (
            "test_the_template_is_destroyed_before_the_eyes_forget_and_the_receipt_proves_it",
        ),
        "Nothing is posted when there is nothing to take back, or the disk does not answer.": (
            "test_asked_twice_it_is_done_once",
            "test_while_the_disk_refuses_nothing_is_gone_and_nobody_is_forgotten",
        ),
    },
    "Consents.absent": {
        "The same for some who have been away too long; for nobody while the clock cannot be believed.": (
            "test_whoever_was_away_too_long_goes_while_the_terminal_runs",
            "test_a_clock_that_jumped_years_ahead_deletes_nobody",
        ),
    },
    "Consents.ready": {
        "Is what this receipt will say still held?": (
            "test_the_power_goes_at_any_moment_and_it_is_still_a_member_or_wholly_gone",
        ),
    },
    "Consents.sign": {
        "Fold the log; post ReceiptSigned for what is on disk.": (
            "test_the_template_is_destroyed_before_the_eyes_forget_and_the_receipt_proves_it",
        ),
    },
    "Training": {
        "Nothing that happens on it reaches journal, outbox or cloud of the earnest one.": (
            "test_whatever_is_done_in_a_practice_the_real_books_are_untouched",
            "test_the_walk_notices_a_practice_that_hangs_on_the_real_cloud",
        ),
    },
    "Training.begin": {
        "Put it there, as it follows from the earnest till's state.": (
            "test_a_manager_lets_the_till_be_practised_on_and_anyone_ends_it",
            "test_the_practice_begins_with_nothing_of_the_day_and_leaves_it_untouched",
        ),
    },
    "Training.end": {
        "Away with it and all that is on it; post TrainingEnded to the earnest till.": (
            "test_a_manager_lets_the_till_be_practised_on_and_anyone_ends_it",
        ),
        "Nothing happens when there is none.": (
            "test_ending_a_practice_that_there_is_none_of_posts_nothing",
        ),
    },
    "Training.takes": {
        "Whether this fact is the practice till's alone.": (
            "test_people_are_the_practices_alone_and_devices_are_not",
        ),
        "What devices say is told to both.": ("test_a_camera_that_comes_loose_is_told_to_both_tills",),
    },
    "Training.turn": {
        "Do what is due there.": ("test_a_real_code_is_practised_with_and_neither_charged_nor_kept",),
        "Never blocks.": ("test_a_practice_that_nobody_touches_ends_by_itself",),
    },
    "Training.next_ms": {
        "When something is due there next, by the monotonic clock.": (
            "test_a_practice_that_nobody_touches_ends_by_itself",
        ),
    },
    "Journal.commit": {
        "Write the entry durably; returns the outbox rows made from its records.": (
            "test_the_rows_made_of_its_records_come_back_in_order_and_numbered_without_gaps",
            "test_no_power_cut_takes_a_turn_that_was_written_or_an_order_that_a_screen_called_paid",
        ),
        "Raises: JournalTrouble: the disk refused; nothing was written.": (
            "test_a_disk_that_refuses_has_written_nothing_and_works_again_once_there_is_room",
        ),
    },
    "Journal.newest_record": {
        "The number of the last record that was ever kept here; 0 when there was none.": (
            "test_the_newest_record_is_known_when_it_has_long_left",
        ),
    },
}
ALSO_A_PROMISE = {"FrameSource"}
"""Elsewhere the first sentence of a class is its title."""
OF_THE_CALLER = "Called by the main thread alone."


def sentences() -> Iterator[tuple[str, str]]:
    """Where, and what is promised there."""
    for node in tree(ROOT / "agent" / "ports.py").body:
        if isinstance(node, ast.ClassDef) and "Protocol" in {ast.unparse(base) for base in node.bases}:
            said = _sentences(node)
            yield from (
                (node.name, one)
                for one in (said if node.name in ALSO_A_PROMISE else said[1:])
                if one != OF_THE_CALLER
            )
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield from ((f"{node.name}.{method.name}", one) for one in _sentences(method))


def _sentences(node: ast.ClassDef | ast.FunctionDef) -> list[str]:
    text = " ".join((ast.get_docstring(node) or "").split())
    return re.split(r"(?<=\.) (?=[A-Z])", text)


@cache
def _tests() -> frozenset[str]:
    return frozenset(
        node.name
        for path in files("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_every_sentence_of_the_ports_has_a_test_and_no_test_holds_a_sentence_that_is_gone() -> None:
    listed = [(where, sentence) for where, said in PROMISES.items() for sentence in said]
    assert sorted(sentences()) == sorted(listed)


@pytest.mark.parametrize("where", PROMISES)
def test_every_test_that_holds_a_promise_is_there(where: str) -> None:
    named = [name for names in PROMISES[where].values() for name in names]
    assert [name for name in named if name not in _tests()] == []
