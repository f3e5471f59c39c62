"""The setup visit: a terminal without an identity, its screens, its scanner, the way to head office.

Enters: a profile that says `[fleet] claim = true`. Leaves: an identity on disk, which the build after it in
the same process finds; or nothing, when it was stopped. Runs before `build`, with a few of the same rooms
and no journal: a terminal that is nobody's sells nothing. What follows from what is in `core.setup_desk`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from queue import Empty, SimpleQueue

from agent.cloud.claim_messages import Down, mark_of
from agent.cloud.claim_schema import AssignedData, CodeData, ConfirmData, IssuedData, OfferData
from agent.cloud.claiming import ClaimTask, Listeners, section_of
from agent.core.assignment import Expected, Refusal, misfit
from agent.core.codes import ClaimCode
from agent.core.events import BarcodeScanned, Device, DeviceLost, DeviceUp, Event
from agent.core.setup import Stage
from agent.core.setup_desk import (
    Beep,
    CodeGiven,
    Decline,
    Fact,
    Left,
    NotSaved,
    OfficeRefused,
    OfficeStands,
    Presented,
    Refused,
    Save,
    Saved,
    ScannerStands,
    Setup,
    SetupTap,
    Tapped,
    Wish,
    turn,
)
from agent.core.trusted_time import known_now
from agent.fleet.assignment import (
    PREFIX,
    TEXT_MAX,
    AnchorTrouble,
    NotAssigned,
    read_anchors,
    read_assignment,
)
from agent.fleet.boots import Boots, BootsTrouble, count_boot
from agent.fleet.certificate import BadCertificate
from agent.fleet.farewell import RECEIPT, NoReceipt, unchecked
from agent.fleet.identity import IdentityFolder, IdentityTrouble, Papers
from agent.fleet.keystore import KeyTrouble, request_pem
from agent.fleet.machine import Machine, MachineTrouble, this_machine
from agent.fleet.signed import Anchors
from agent.fleet.stores import keystore
from agent.ports import DeviceTask
from agent.profile.layers import write_local_setting
from agent.profile.loader import ProfileError, load
from agent.profile.schema import CodeRule, Profile
from agent.scanner.port import ScannerTask
from agent.screens.contract import Tap
from agent.screens.link import ScreensLink
from agent.screens.process import UiProcess, screens_run, screens_socket, ui_command
from agent.screens.setup_views import About, setup_views
from agent.screens.truth import Truth
from agent.storage.folder import make_folder
from agent.supervisor import Supervisor
from agent.systemd import notify, process_age_ms

log = logging.getLogger(__name__)

ANCHOR = "anchor.pem"
LOOK_S = 1.0
CERTIFICATE_S = 10.0  # then the technician hears of it, or an activation QR does without
CLAIM_RULE = CodeRule(
    kind="claim",
    prefixes=[PREFIX],
    length_min=len(PREFIX) + 1,
    length_max=TEXT_MAX + len(PREFIX),
    digits_only=False,
)


@dataclass(frozen=True, slots=True)
class Box:
    """What a terminal from the box has: its machine, head office's public keys, a counter, a folder."""

    machine: Machine
    anchors: Anchors
    boots: Boots
    identities: IdentityFolder
    version: str


@dataclass(frozen=True, slots=True)
class _Stop:
    """Somebody ends the visit."""


class SetupError(Exception):
    """This terminal cannot find out who it is: file, what was expected, the next step."""


def setup_visit(path: Path, overrides: Sequence[str], ui_options: Sequence[str]) -> SetupVisit | None:
    """What has to come before the terminal is built; None: it needs no claim, or is claimed.

    Every start of a terminal that is to be claimed is counted here, and its identity is looked at.

    Raises:
        ProfileError: the settings cannot be used.
        SetupError: anchor, identity, serial number or counter cannot.
    """
    profile = load(path, overrides)
    if not profile.fleet.claim:
        return None
    data = Path(profile.device.data_dir)
    try:
        make_folder(data)
        machine = this_machine(profile.fleet.serial, profile.fleet.model)
        anchors = read_anchors(Path(profile.fleet.anchor_file or data / ANCHOR))
        identities = identities_of(profile)
        log.info("identity: %s", identities.recover())
        boots = count_boot(data)
        if identities.read(anchors, machine.serial) is not None:
            return None
        return SetupVisit(profile, Box(machine, anchors, boots, identities, _version()), ui_options)
    except (AnchorTrouble, BootsTrouble, IdentityTrouble, KeyTrouble, MachineTrouble) as error:
        raise SetupError(str(error)) from None
    except OSError as error:
        raise SetupError(f"{error.filename or data}: {error.strerror or error}") from None


def identities_of(profile: Profile) -> IdentityFolder:
    """The identities in the terminal's data folder, with the keystore that the profile names."""
    return IdentityFolder(Path(profile.device.data_dir), keystore(profile.fleet))


class SetupVisit:
    """One visit; `run` returns whether the terminal now knows who it is."""

    def __init__(self, profile: Profile, box: Box, ui_options: Sequence[str]) -> None:
        """Raises OSError when screens or key cannot be made on this disk."""
        self._profile, self._box = profile, box
        self._data = Path(profile.device.data_dir)
        self._heard: SimpleQueue[Fact | Papers | _Stop] = SimpleQueue()
        left = _left(self._data)
        self._setup = Setup(
            stage=Stage.RECEIPT if left else Stage.LANGUAGE,
            language=profile.device.language,
            office="starting" if profile.fleet.url else "none",
            left=left,
        )
        self._about = About(
            box.machine.serial,
            box.machine.model,
            {"hyla": box.version, "profile": profile.fleet.model or "-"},
        )
        self._csr = request_pem(box.identities.draft_key(), box.machine.serial).decode()
        self._saving: Presented | None = None
        self._saving_until_s = 0.0
        self._supervisor = Supervisor(self._happened)
        self._scanner = ScannerTask(profile.scanner, [CLAIM_RULE, *profile.codes], self._supervisor.post)
        self._claim = self._way_to_head_office()
        truth = self._truth = Truth(profile.screens.shown_wait_ms)
        socket = screens_socket(self._data)
        self._link = ScreensLink(socket, "", self._tapped, truth.connected, truth.heard)
        self._tasks: list[DeviceTask] = [self._scanner]
        if self._claim is not None:
            self._tasks.append(self._claim)
        if profile.screens.start_ui:
            command, linked = ui_command(profile.screens, socket, ui_options), lambda: self._link.connected
            there, post = partial(screens_run, socket), self._supervisor.post
            self._tasks.append(UiProcess(command, linked, truth.standing, post, running=there))

    def run(self) -> bool:
        """Until the terminal is claimed (True) or `stop` was called (False)."""
        self._link.start()
        self._show()
        self._supervisor.start(self._tasks)
        notify("READY=1\nSTATUS=not claimed yet")
        log.info("%s waits to be claimed after %d ms", self._box.machine.serial, process_age_ms())
        try:
            return self._listen()
        finally:
            if self._setup.stage is not Stage.DONE:
                self._link.goodbye("the terminal stops")
            self._supervisor.stop()
            self._link.stop()

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._heard.put(_Stop())

    # --- one thing after the other -------------------------------------------------------------------

    def _listen(self) -> bool:
        while self._setup.stage is not Stage.DONE:
            try:
                fact = self._heard.get(timeout=LOOK_S)
            except Empty:
                notify("WATCHDOG=1")
                self._give_up_waiting()
                continue
            if isinstance(fact, _Stop):
                return False
            if not isinstance(fact, Papers):
                self._take(fact)
            elif self._saving is not None:
                self._save(self._saving, fact)
        log.info("%s is claimed after %d ms", self._box.machine.serial, process_age_ms())
        return True

    def _take(self, fact: Fact) -> None:
        after = turn(self._setup, fact)
        changed, self._setup = after.setup != self._setup, after.setup
        if changed:
            self._show()
        for wish in after.wishes:
            self._carry_out(wish)

    def _show(self) -> None:
        for view in setup_views(self._setup, self._about):
            self._truth.sent(view)
            self._link.show(view)

    def _carry_out(self, wish: Wish) -> None:
        match wish:
            case Beep(good):
                self._scanner.beep(good)
            case Save(presented):
                if self._claim is not None and self._setup.office == "up":
                    self._saving, self._saving_until_s = presented, time.monotonic() + CERTIFICATE_S
                    machine, boots = self._box.machine, self._box.boots
                    self._claim.say(
                        ConfirmData(machine.serial, presented.assignment.id, self._csr, boots.epoch)
                    )
                else:
                    self._save(presented, None)
            case Decline(assignment_id) if self._claim is not None:
                self._claim.say(self._offer(assignment_id))

    def _give_up_waiting(self) -> None:
        """Head office does not send the certificate: one from a QR is saved without, and fetched later."""
        waiting = self._saving
        if waiting is not None and time.monotonic() > self._saving_until_s:
            self._saving = None
            if waiting.online:
                self._heard.put(NotSaved("office"))
            else:
                self._save(waiting, None)

    def _save(self, presented: Presented, papers: Papers | None) -> None:
        """In one step, or not at all. The language is the technician's, and stays."""
        self._saving = None
        try:
            if self._setup.language != self._profile.device.language:
                write_local_setting(self._data, "device.language", self._setup.language)
            number = self._box.identities.switch(presented.jws, presented.assignment, papers)
        except BadCertificate as error:
            log.warning("head office's certificate was not taken: %s", error)
            self._heard.put(NotSaved("papers"))
        except (OSError, ProfileError) as error:
            log.warning("the identity was not written: %s", error)
            self._heard.put(NotSaved("disk"))
        else:
            log.info("identity %d is written: %s", number, presented.assignment.device)
            self._heard.put(Saved())

    # --- what comes in, on any thread -----------------------------------------------------------------

    def _tapped(self, tap: Tap) -> None:
        try:
            self._heard.put(Tapped(tap.view_id, SetupTap(tap.intent)))
        except ValueError:
            log.warning("screens: a tap with the unknown intent %r was ignored", tap.intent[:40])

    def _happened(self, event: Event) -> None:
        match event:
            case BarcodeScanned(code=ClaimCode(code=text)):
                self._heard.put(self._judged(text.reveal(), online=False))
            case BarcodeScanned():
                self._heard.put(Refused(Refusal.GARBAGE))
            case DeviceUp(Device.SCANNER):
                self._scanner.trigger(True)
                self._heard.put(ScannerStands("up"))
            case DeviceLost(Device.SCANNER, cause):
                self._heard.put(ScannerStands(cause))
            case DeviceUp(Device.CLOUD):
                self._heard.put(OfficeStands("up"))
            case DeviceLost(Device.CLOUD, cause):
                self._heard.put(OfficeStands(cause))
            case _:
                pass

    def _said(self, said: Down) -> None:
        """Head office, on the claiming thread."""
        match said:
            case CodeData() if said.request_sha256 != mark_of(self._csr):
                log.warning("a claim code for another request under our serial number was not shown")
            case CodeData():
                self._heard.put(CodeGiven(said.code, said.expires_utc_ms))
            case AssignedData():
                self._heard.put(self._judged(said.assignment, online=True))
            case IssuedData():
                self._heard.put(Papers(said.chain_pem, said.ca_pem))
            case _:
                self._heard.put(OfficeRefused(said.word, said.why))

    def _judged(self, text: str, online: bool) -> Presented | Refused:
        """The signature, then what it says."""
        machine = self._box.machine
        now = known_now(int(time.time()), 0)
        try:
            assignment = read_assignment(text, self._box.anchors)
        except NotAssigned as refusal:
            return Refused(refusal.why)
        used = self._box.identities.used()
        why = misfit(assignment, Expected(machine.serial, self._profile.fleet.merchant, used, now))
        return Refused(why) if why else Presented(assignment, text.removeprefix(PREFIX), online)

    # --- pieces ---------------------------------------------------------------------------------------

    def _way_to_head_office(self) -> ClaimTask | None:
        fleet, serial = self._profile.fleet, self._box.machine.serial
        if not fleet.url:
            return None
        heard = Listeners(self._said, self._office_up)
        return ClaimTask(section_of(fleet), serial, self._offer(), heard)

    def _offer(self, declined: str = "") -> OfferData:
        machine, versions = self._box.machine, {"hyla": self._box.version}
        words = (machine.serial, machine.model, self._csr, self._box.boots.epoch, versions)
        return OfferData(*words, declined=declined)

    def _office_up(self) -> None:
        self._supervisor.post(DeviceUp(Device.CLOUD))


def _left(data: Path) -> Left | None:
    """The shop that this terminal left before, from its own receipt."""
    try:
        text = (data / RECEIPT).read_text("ascii")
        said = unchecked(text)
    except (OSError, UnicodeDecodeError, NoReceipt):
        return None
    return Left(said.shop, said.till, text)


def _version() -> str:
    try:
        return version("hyla")
    except PackageNotFoundError:
        return "-"
