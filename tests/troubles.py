"""`python -m tests.troubles > docs/troubles.md`: what comes loose, who reads what, and what proves it.

Enters: the rows below, the words of the screens (ui/i18n) and of the doctor (its catalogue). Leaves: the
page; tests/architecture/test_troubles.py holds it to the rows, and the rows to tests that are there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from agent.doctor.finding import catalogue
from tests.architecture.source_tree import ROOT


@dataclass(frozen=True, slots=True)
class Trouble:
    """One line of the page. `cashier` is a key of the catalogue or, where nothing need be read, why;
    `doctor` is `check.case`, or empty where nothing is left to find."""

    name: str
    cashier: str
    doctor: str
    tests: tuple[str, ...]

    @property
    def said(self) -> bool:
        return self.cashier.startswith(("cause.", "notice."))


SCANNER = (
    Trouble(
        "bytes one at a time",
        "nothing: it is read",
        "",
        ("test_bytes_that_drip_in_are_one_code", "test_any_cutting_gives_the_same_codes"),
    ),
    Trouble(
        "bytes doubled, dropped, 20 % noise",
        "cause.scanner.noise",
        "scanner.noise",
        (
            "test_a_bad_line_makes_no_payment_up_and_the_clean_code_after_it_is_read",
            "test_ssi_loses_nothing_on_a_line_that_damages_every_fifth_message",
            "test_noise_is_a_red_sign_for_the_cashier_until_the_next_good_code",
        ),
    ),
    Trouble(
        "a code cut in half by an unplug",
        "cause.scanner.unplugged",
        "scanner.unplugged",
        (
            "test_pulled_out_in_the_middle_of_a_code_it_is_said_once_heals_and_half_a_code_is_none",
            "test_half_a_code_does_not_survive_the_unplugging",
        ),
    ),
    Trouble(
        "two codes glued together",
        "nothing: they are two",
        "",
        ("test_two_codes_glued_into_one_write_are_two", "test_two_codes_glued_together_are_two"),
    ),
    Trouble(
        "1 MB without an end",
        "cause.scanner.noise",
        "scanner.noise",
        ("test_a_megabyte_without_an_end_is_one_noise_and_takes_no_room",),
    ),
    Trouble(
        "a code whose end never comes",
        "cause.scanner.unended",
        "scanner.unended",
        ("test_a_code_without_an_end_is_a_red_sign_for_the_cashier_until_the_next_good_code",),
    ),
    Trouble(
        "a scan in the wrong moment",
        "notice.busy",
        "",
        (
            "test_goods_scanned_in_the_middle_of_paying_change_nothing_but_a_notice",
            "test_a_payment_code_before_there_is_something_to_pay_charges_nothing",
            "test_a_code_that_is_unknown_or_comes_at_the_wrong_moment_does_not",
        ),
    ),
    Trouble(
        "the same scan twice",
        "nothing: one beam is one code, one payment code charges once",
        "",
        (
            "test_the_same_code_twice_is_one_beam_within_the_repeat_time_and_two_after_it",
            "test_the_same_code_scanned_twice_charges_once",
        ),
    ),
    Trouble(
        "wrong checksum",
        "nothing: it is asked for again",
        "",
        (
            "test_a_wrong_check_is_asked_for_again_and_the_resend_is_the_code",
            "test_a_damaged_packet_is_sent_again_and_told_to_the_technician",
        ),
    ),
    Trouble(
        "resend loops",
        "cause.scanner.noise",
        "scanner.noise",
        (
            "test_a_resend_loop_ends_and_the_next_good_packet_is_taken",
            "test_a_line_that_spoils_everything_is_given_up_and_heals",
        ),
    ),
    Trouble(
        "unplugged, and plugged in under another name of the kernel's",
        "cause.scanner.unplugged",
        "scanner.unplugged",
        (
            "test_pulled_out_while_reading_and_put_back_under_the_same_name",
            "test_ten_unplugs_in_a_row_leave_one_thread_and_lose_no_code",
            "test_a_pulled_scanner_is_found_by_its_cause_and_the_code_says_so",
        ),
    ),
    Trouble(
        "OSError where pyserial promises its own",
        "cause.scanner.unplugged",
        "scanner.unplugged",
        ("test_pulled_out_between_two_reads", "test_a_port_that_dies_while_it_is_opened_was_unplugged"),
    ),
    Trouble(
        "another program holds the port, or it is none",
        "cause.scanner.failed",
        "scanner.failed",
        (
            "test_a_port_that_another_program_holds_is_refused",
            "test_a_node_that_is_no_serial_port_is_refused",
        ),
    ),
)
CAMERA = (
    Trouble(
        "freezes",
        "cause.camera.frozen",
        "camera.frozen",
        (
            "test_each_trouble_is_named_by_its_cause_and_heals_by_itself",
            "test_a_slow_camera_is_frozen_after_a_second_and_not_after_so_many_frames",
        ),
    ),
    Trouble(
        "goes black",
        "cause.camera.dark",
        "camera.dark",
        ("test_a_covered_lens_is_dark_once_and_heals_when_uncovered",),
    ),
    Trouble(
        "goes silent",
        "cause.camera.silent",
        "camera.silent",
        ("test_a_camera_that_goes_silent_is_lost_and_its_reader_ends",),
    ),
    Trouble(
        "changes its size",
        "nothing: the picture goes on at the size it was opened with",
        "",
        ("test_a_stream_that_changes_its_size_goes_on_at_the_size_it_was_opened_with",),
    ),
    Trouble(
        "vanishes and returns",
        "cause.camera.unplugged",
        "camera.absent",
        (
            "test_a_camera_pulled_out_is_lost_and_works_again_when_plugged_in",
            "test_a_camera_pulled_out_while_a_customer_looks_falls_to_the_code",
        ),
    ),
    Trouble(
        "two cameras swapped",
        "cause.camera.colourless",
        "camera.colourless",
        ("test_the_infrared_camera_in_the_colour_cameras_place_is_told_and_never_up",),
    ),
    Trouble(
        "a driver that never comes back",
        "cause.camera.silent",
        "camera.silent",
        ("test_a_driver_that_never_comes_back_costs_one_thread_and_no_more",),
    ),
)
OTHERS = (
    Trouble(
        "the customer's screen cable pulled",
        "cause.screens.customer_gone",
        "customer_screen.gone",
        (
            "test_a_screen_whose_display_is_gone_is_said_at_once_until_it_is_back",
            "test_a_display_that_is_pulled_is_said_to_the_cashier",
            "test_a_pulled_cable_starts_nothing_anew_and_heals_when_it_is_back",
            "test_the_agent_hears_at_once_that_a_display_went_and_that_it_is_back",
            "test_a_display_pulled_out_and_put_back_shows_its_person_the_same_picture_again",
            "test_while_a_display_is_gone_nobody_is_charged_anew_and_money_on_its_way_arrives",
        ),
    ),
    Trouble(
        "the cashier's screen cable pulled",
        "cause.screens.cashier_gone",
        "cashier_screen.gone",
        (
            "test_of_two_windows_on_one_display_the_one_is_homeless_that_does_not_fit_it",
            "test_a_pulled_cable_starts_nothing_anew_and_heals_when_it_is_back",
            "test_a_display_pulled_out_and_put_back_shows_its_person_the_same_picture_again",
        ),
    ),
    Trouble(
        "the two screens' cables exchanged",
        "nothing: each person has their own picture, told apart by the displays' sizes",
        "customer_screen.exchanged",
        (
            "test_exchanged_cables_are_seen_by_the_sizes_and_each_person_has_their_own_picture",
            "test_exchanged_cables_and_another_display_than_the_profile_names_deceive_nobody",
        ),
    ),
    Trouble(
        "the screens' program dies",
        "cause.screens.died",
        "",
        (
            "test_screens_that_die_at_rest_are_back_and_sell",
            "test_wherever_a_visit_stands_the_screens_come_back_and_money_does_not_notice",
        ),
    ),
    Trouble(
        "the network cable pulled",
        "cause.cloud.lost",
        "broker.unreachable",
        (
            "test_a_cut_is_said_and_heals_by_itself",
            "test_while_the_broker_is_gone_nothing_is_charged_and_goods_can_be_scanned",
        ),
    ),
    Trouble(
        "the disk is full",
        "cause.storage.full",
        "disk.full",
        ("test_a_disk_that_refuses_has_written_nothing_and_works_again_once_there_is_room",),
    ),
    Trouble(
        "an older copy of the journal, or of the whole disk, was put back",
        "cause.storage.overtaken",
        "journal.overtaken",
        (
            "test_a_sale_from_an_older_copy_is_a_sale_of_its_own_and_the_last_one",
            "test_a_cloud_that_knows_more_of_the_journal_than_stands_in_it_ends_the_selling",
        ),
    ),
)
PRINTER = (
    Trouble(
        "paper ends, also in the middle of a receipt",
        "cause.printer.paper",
        "printer.paper",
        (
            "test_paper_that_ends_in_the_middle_is_said_and_the_rest_never_comes",
            "test_a_printer_that_is_out_counts_nothing_and_says_what_to_do",
        ),
    ),
    Trouble(
        "its cover is open",
        "cause.printer.cover",
        "printer.cover",
        ("test_what_cannot_be_printed_now_is_not_printed_later",),
    ),
    Trouble(
        "its cable comes out, or its power",
        "cause.printer.unplugged",
        "printer.unplugged",
        (
            "test_a_receipt_comes_out_over_every_kind_of_cable_and_again_after_it_was_pulled",
            "test_a_receipt_that_did_not_come_out_is_said_until_the_next_customer_and_offered_again",
        ),
    ),
    Trouble(
        "switched off at the end of its cable",
        "cause.printer.silent",
        "printer.silent",
        ("test_a_printer_that_is_switched_off_at_the_end_of_its_cable_is_silent",),
    ),
    Trouble(
        "the terminal dies while it prints",
        "nothing: what was counted is not printed again",
        "",
        ("test_after_a_crash_nothing_is_printed_and_the_next_one_is_a_copy",),
    ),
)
PARTS = {"Scanner": SCANNER, "Camera": CAMERA, "Printer": PRINTER, "Screens, network, disk": OTHERS}
HEAD = """# What comes loose

Written from `tests/troubles.py`: change it there, then `python -m tests.troubles > docs/troubles.md`.

What the cashier reads is on the cashier's screen within two seconds (`hyla bench loose` says how soon);
what the technician reads is a line of `hyla doctor` ([doctor.md](doctor.md)) while it lasts. All of it
heals by itself once its cause is gone; no code is lost or taken twice, no thread stays (the suites of
`tests/ports` and the tests named here).

`make fuzz` feeds everything that reads a wire with bytes nobody expected: the scanners' dialects, codes,
the doctor's short code, the cloud's messages, the screens' lines, settings files. What earlier runs found
worth keeping lies in `tests/fuzz/corpus` and is played again in every run of the suite.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for part, rows in PARTS.items() for line in _part(part, rows))])


def _part(name: str, rows: tuple[Trouble, ...]) -> Iterator[str]:
    yield f"## {name}\n"
    yield "| trouble | the cashier reads | `hyla doctor` says | proved by |"
    yield "| --- | --- | --- | --- |"
    for row in rows:
        tests = "<br>".join(f"`{name}`" for name in row.tests)
        yield f"| {row.name} | {_read(row)} | {_found(row)} | {tests} |"
    yield ""


def _read(row: Trouble) -> str:
    return f"{sentence(row.cashier, 'zh')}<br>{sentence(row.cashier, 'en')}" if row.said else row.cashier


def _found(row: Trouble) -> str:
    if not row.doctor:
        return "nothing is left to find"
    check, _, name = row.doctor.partition(".")
    case = catalogue()[check].cases[name]
    return f"{case.zh}<br>{catalogue()[check].en}: {case.en}"


def sentence(key: str, language: str) -> str:
    """What the screens say. Raises KeyError for a key they do not have."""
    return _words(language)[key]


@cache
def _words(language: str) -> dict[str, str]:
    file = ElementTree.parse(ROOT / "ui" / "i18n" / f"hyla_{language}.ts")
    return {message.attrib["id"]: message.findtext("translation", "") for message in file.iter("message")}


if __name__ == "__main__":
    sys.stdout.write(page())
