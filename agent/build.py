"""Profile → concrete camera, scanner, cloud … → a running terminal. The only place that knows them all.

What can be wrong before anything runs (price list, manifest, disk) ends here as a BuildError in the
technician's words; what can go wrong later is the supervisor's.
"""

from __future__ import annotations

import dataclasses
import enum
import logging
import secrets
import subprocess
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from agent.books.bookkeeper import BookkeeperDesk, Place
from agent.camera.beside import second_cameras
from agent.camera.capture import CameraTask
from agent.camera.look import look
from agent.certify import CertifiedFirst
from agent.cloud.client import CloudTask, Hearers
from agent.core.events import SEEING, Device, DeviceLost, Instant
from agent.core.ids import DeviceId
from agent.core.state import STARTING, Kept, Rules, Terminal
from agent.core.terminal import recovered
from agent.departure import LeavingTrouble
from agent.fleet.assignment import AnchorTrouble
from agent.fleet.boots import read_boots
from agent.head_office import Asked, Changes, head_office_desk, tell_vitals
from agent.health import SOCKET, CameraSeen, HealthDesk, Pulse
from agent.inbox import Inbox
from agent.inquiries import days_folder
from agent.leaving import Here, LeavingDesk, here_of
from agent.loop import Hands, Loop, SystemClock
from agent.ports import DayBooks, DeviceTask, JournalTrouble, Post, Template
from agent.posters import PosterDesk
from agent.profile.goods import GoodsError
from agent.profile.schema import Profile
from agent.rules import PROMOTIONS, Sight, day_offset_ms, needs_refit, rules_of
from agent.scanner.port import ScannerTask
from agent.screens.aloud import Sentence
from agent.screens.contract import CashierView, CustomerView, Shown
from agent.screens.glass import Glass
from agent.screens.link import ScreensLink
from agent.screens.preview import PreviewWriter
from agent.screens.process import UiProcess, screens_run, screens_socket, ui_command
from agent.screens.pump import PreviewPump
from agent.screens.truth import Truth
from agent.slips import printer_of
from agent.storage.archive import Archive
from agent.storage.books import read_books
from agent.storage.codec import CodecError
from agent.storage.consent_desk import ConsentDesk
from agent.storage.database import open_database
from agent.storage.outbox import Outbox
from agent.storage.shelf import Shelf
from agent.storage.trouble import StorageError
from agent.supervisor import Supervisor
from agent.systemd import notify, process_age_ms, soon_back
from agent.training import TrainingRoom
from agent.trust import Gallery, open_gallery, open_journal, retention_of
from agent.vision.eyes import EyesTask
from agent.vision.models import ModelError, load_manifest
from agent.vision.presence import SecondLook
from agent.vitals import VitalsTeller
from agent.voice.speaker import Speaker, mouth_of
from agent.whole_check import WholeCheck, verify_command

log = logging.getLogger(__name__)

NEEDED = frozenset({*SEEING, Device.CLOUD, Device.STORAGE, Device.SCREENS})
LOOK_WAIT_S, LOOK_SPAN_S = 1.0, 1.0
START_MARK_BYTES = 2  # two starts that go on from the same copy are told apart, 65,535 times of 65,536
OF_A_START = ("start_mark", "day_offset_ms", "shop_offset_ms")  # a zone changes with a start only
TOLD = NEEDED | {Device.SCANNER, Device.PRINTER}  # no reason not to be ready, but said


UNUSABLE = (
    AnchorTrouble, GoodsError, LeavingTrouble, ModelError, StorageError, JournalTrouble, CodecError,
    OSError,
)  # fmt: skip


class BuildError(Exception):
    """This terminal cannot be put together: file, what was expected, the next step."""


class Next(enum.Enum):
    """What comes after a terminal has let go of everything."""

    NOTHING = enum.auto()
    REFIT = enum.auto()
    """The parts are put together anew in this process; the screens stay."""
    START = enum.auto()


Child = subprocess.Popen[bytes] | None


class Agent:
    """Everything of one terminal. `run` returns after `stop`; `next`: what is to be done then. `child`: the
    screens process that was started here."""

    def __init__(
        self, profile: Profile, ui_options: Sequence[str], asked: Asked | None, child: Child = None
    ) -> None:
        self.next = Next.NOTHING
        self.child = child
        self._asked, self._profile, self._ui_options = asked, profile, ui_options
        self._offered = profile
        self._ready = False
        self._missing: frozenset[Device] | None = None
        self._preview: PreviewWriter | None = None
        self._health: HealthDesk | None = None
        self._whole: WholeCheck | None = None
        self._database = open_database(Path(profile.device.data_dir))
        try:
            self._assemble(profile)
            self._link.start()
            if self._health is not None:
                self._health.start()
        except BaseException:
            self._let_go()
            raise

    def _assemble(self, profile: Profile) -> None:
        inbox, device = Inbox(), DeviceId(profile.device.id)
        data = Path(profile.device.data_dir)
        self._supervisor = Supervisor(inbox.post)
        self._pulse = Pulse()
        post = self._supervisor.post
        gallery = open_gallery(self._database, profile)
        journal = open_journal(self._database, device, gallery.ledger)
        camera = CameraTask(profile.camera, post)
        infrared, depth = second_cameras(profile.infrared, profile.depth, post)
        eyes = _eyes_of(profile, camera, gallery, SecondLook(infrared, depth), post)
        books = self._books = BookkeeperDesk(
            lambda ask: cloud.ask(ask), partial(_read_books, data), _place(profile), post
        )
        self._posters = PosterDesk(Shelf(data / PROMOTIONS), post)
        cloud = self._cloud(profile, post, books)
        cloud.deliver(journal.outbox.pending())
        scanner = ScannerTask(profile.scanner, profile.codes, self._pulse.hearing(post))
        self._hang_up_glass(profile, inbox.post, camera)
        screens = self._screens = self._screens_of(profile, post)
        self._certified = CertifiedFirst(profile, cloud)
        self._tasks: list[DeviceTask] = [camera, eyes, self._certified, scanner, screens]
        self._hear_head_office(profile, cloud, journal.outbox, screens, post)
        printer = printer_of(profile, post)
        self._add_what_not_all_have((infrared, depth, printer), post)
        here = here_of(profile)
        rules = self._rules(profile, gallery.members, eyes, here)
        kept = journal.read(Kept) or Kept.fresh(rules.currency)
        terminal = recovered(rules, kept, profile.device.language)
        archive = Archive(self._database, rules.currency, inbox.post)
        clock = SystemClock()
        consents = ConsentDesk(gallery.ledger, retention_of(profile), inbox.post)
        training = TrainingRoom(eyes, scanner, self._glass.show, inbox.post, clock, printer)
        leaving = LeavingDesk(here, self._database, post, self._start_again) if here else None
        hands = Hands(
            cloud, eyes, archive, self._show, self._alive, scanner, books, self._office,
            leaving, training, consents, printer,
        )  # fmt: skip
        self._health = HealthDesk(data / SOCKET, self._pulse, partial(_seen_by, camera), post)
        self._loop = Loop(terminal, journal, hands, inbox, clock)

    def _hear_head_office(
        self, profile: Profile, cloud: CloudTask, outbox: Outbox, screens: UiProcess, post: Post
    ) -> None:
        """What it is told of this terminal, what it wants of it, and the walk along the journal."""
        vitals = self._vitals = self._vitals_teller(profile, cloud, outbox)
        changes = Changes(self._start_again, self._refit, self._live)
        self._office = head_office_desk(
            profile, self._asked, post, cloud, screens, changes, lambda: vitals.told
        )
        if self._asked is not None:
            command = verify_command(self._asked.profile, self._asked.overrides)
            self._whole = WholeCheck(Path(profile.device.data_dir), command)

    def _add_what_not_all_have(self, tasks: Iterable[DeviceTask | None], post: Post) -> None:
        for task in filter(None, tasks):
            post(DeviceLost(task.device, STARTING))
            self._tasks.append(task)

    def _rules(
        self, profile: Profile, members: Sequence[Template], eyes: EyesTask, here: Here | None
    ) -> Rules:
        names = {member.person: member.name_masked for member in members}
        self._sight = Sight(eyes.threshold_1toN_cosine, eyes.threshold_live, eyes.false_match_rate)
        serial = here.machine.serial if here else ""
        rules = rules_of(profile, self._database.epoch, names, self._sight, serial)
        return dataclasses.replace(rules, start_mark=secrets.token_hex(START_MARK_BYTES))

    def _cloud(self, profile: Profile, post: Post, books: BookkeeperDesk) -> CloudTask:
        """The link, and who hears what comes over it besides answers."""
        return CloudTask(
            profile.cloud,
            DeviceId(profile.device.id),
            _boot_id(profile, Path(profile.device.data_dir)),
            post,
            hearers=Hearers(
                page=books.heard,
                promotion=self._posters.heard,
                wish=self._wish_came,
                certificate=lambda said: self._certified.heard(said),
            ),
        )

    def _hang_up_glass(self, profile: Profile, post: Post, camera: CameraTask) -> None:
        """What people see: the link to the screens, what was shown on them, the camera's picture."""
        preview = self._preview = PreviewWriter(f"hyla-{profile.device.id}")
        self._truth = Truth(profile.screens.shown_wait_ms)
        socket = screens_socket(profile.device.data_dir)
        self._voice = Speaker(mouth_of(profile.voice))
        self._glass = Glass(self._send, post, self._say)
        self._link = ScreensLink(socket, preview.name, self._glass.tapped, self._connected, self._shown)
        self._pump = PreviewPump(camera, preview, lambda: self._glass.preview_wanted)

    def _vitals_teller(self, profile: Profile, cloud: CloudTask, outbox: Outbox) -> VitalsTeller:
        return VitalsTeller(
            outbox,
            partial(tell_vitals, cloud, DeviceId(profile.device.id)),
            profile.cloud.certificate_file,
            lambda: self._office.short_code if self._office else "",
        )

    def _wish_came(self, signed: str) -> None:
        if self._office is not None:
            self._office.wish_came(signed)

    def _start_again(self) -> None:
        self.next = Next.START
        self._loop.stop()

    def _refit(self) -> None:
        self.next = Next.REFIT
        self._loop.stop()

    def _live(self, profile: Profile) -> Callable[[], None] | None:
        """On the cloud's thread: head office's settings made ready; to be called on the main thread, while
        nobody is served. None: some device was made with what changes."""
        self._offered = profile
        if needs_refit(self._profile, profile):
            return None
        rules = rules_of(profile, self._database.epoch, {}, self._sight)

        def take_over() -> None:
            now = self._loop.state.rules
            of_start = {name: getattr(now, name) for name in OF_A_START}
            fresh = dataclasses.replace(rules, names=now.names, serial=now.serial, **of_start)
            self._loop.state = dataclasses.replace(self._loop.state, rules=fresh)
            self._books.moved(_place(profile))
            self._profile = profile

        return take_over

    def _screens_of(self, profile: Profile, post: Post) -> UiProcess:
        """Looked after, or only looked at where somebody else starts them."""
        command, linked = self._ui_command(profile), lambda: self._link.connected
        there = partial(screens_run, screens_socket(profile.device.data_dir))
        return UiProcess(command, linked, self._truth.standing, post, self.child, there)

    def _ui_command(self, profile: Profile) -> list[str]:
        socket = screens_socket(profile.device.data_dir)
        return ui_command(profile.screens, socket, self._ui_options) if profile.screens.start_ui else []

    def _screens_stay(self) -> bool:
        same = self._ui_command(self._offered) == self._ui_command(self._profile)
        return self.next is Next.REFIT and same

    def run(self) -> None:
        """Work until `stop`; then let every part end in order."""
        self._pump.start()
        self._voice.start()
        self._posters.start()
        self._supervisor.start(self._tasks)
        try:
            self._loop.run()
        finally:
            self._take_leave()
            stuck = self._supervisor.stop()
            if stuck:
                log.warning("still busy in a driver, left behind: %s", ", ".join(stuck))
            if self.next is Next.REFIT and (stuck or (self._office and self._office.busy)):
                self.next = Next.START  # only a whole start ends what is still at work
            self._books.stop()
            self._voice.stop()
            self._posters.stop()
            if self._whole is not None:
                self._whole.stop()
            self._pump.stop()
            self._link.stop()
            self.child = self._screens.child
            self._let_go()

    def _take_leave(self) -> None:
        if self.next is Next.NOTHING:
            notify("STOPPING=1")
        else:
            soon_back()
        if not self._screens_stay():
            self._link.goodbye("the terminal stops")

    def stop(self) -> None:
        """May be called from a signal handler."""
        self._loop.stop()

    def _let_go(self) -> None:
        """What must not outlive us: the camera picture in shared memory, the lock on the folder."""
        if self._health is not None:
            self._health.stop()
        if self._preview is not None:
            self._preview.close()
        self._database.close()

    def _show(self, terminal: Terminal, at: Instant) -> None:
        if not terminal.practised:  # then both screens belong to the till that is practised on
            self._glass.show(terminal, at)
        self._pulse.show(terminal)
        missing = TOLD & terminal.down.keys()
        if missing == self._missing:
            return
        self._tell_systemd(missing)
        if not self._ready and not NEEDED & missing:
            self._ready = True
            log.info("%s is ready after %d ms", terminal.rules.device, process_age_ms())

    def _alive(self) -> None:
        """At least once a second."""
        self._pulse.beat()
        notify("WATCHDOG=1")
        at, terminal = SystemClock().now(), self._loop.state
        if self._office is not None:
            self._office.seen([device.value for device in Device if terminal.works(device)], at.mono_ms)
        self._vitals.look(terminal, at)
        self._certified.look(at)
        if self._whole is not None:
            self._whole.look(terminal, at)

    def _tell_systemd(self, missing: frozenset[Device]) -> None:
        """Ready means that people are served, not that every cable is in: a shop without a network must
        not have its till killed for never becoming ready."""
        if self._missing is None:
            notify("READY=1")
        self._missing = missing
        notify(f"STATUS=not working: {', '.join(sorted(missing))}" if missing else "STATUS=all works")

    def _say(self, it: Sentence) -> None:
        self._voice.say(it.key, it.amount, it.method, it.language)

    def _connected(self, there: bool) -> None:
        self._truth.connected(there)
        self._screens.anew()

    def _shown(self, shown: Shown) -> None:
        self._truth.heard(shown)
        self._screens.shown()

    def _send(self, view: CustomerView | CashierView) -> None:
        self._truth.sent(view)
        self._link.show(view)


def build(
    profile: Profile, ui_options: Sequence[str] = (), asked: Asked | None = None, child: Child = None
) -> Agent:
    """Put a terminal together; without `asked` head office cannot change it. `child`: the screens of the
    terminal before it in this process.

    Raises:
        BuildError: price list, manifest, journal or socket cannot be used.
    """
    try:
        return Agent(profile, ui_options, asked, child)
    except UNUSABLE as error:
        raise BuildError(str(error)) from error


# --- pieces ---------------------------------------------------------------------------------------


def _boot_id(profile: Profile, data: Path) -> str:
    """Which start this is. A terminal that head office has claimed says its installation and how often that
    has started: a copied disk counts on from where it was copied, and head office notices."""
    boots = read_boots(data) if profile.fleet.claim else None
    return f"{boots.epoch}-{boots.count}" if boots else secrets.token_hex(4)


def _place(profile: Profile) -> Place:
    shop, language = profile.shop, profile.device.language
    name = shop.name_en if language == "en" else shop.name_zh
    return Place(days_folder(profile), name, shop.currency, language, day_offset_ms(profile))


def _read_books(folder: Path, day: int, from_utc_ms: int, to_utc_ms: int, keys: Iterable[str]) -> DayBooks:
    """On a connection of its own: the journal's belongs to the main thread."""
    with open_database(folder, readonly=True) as database:
        return read_books(database, day, from_utc_ms, to_utc_ms, keys)


def _eyes_of(
    profile: Profile, camera: CameraTask, gallery: Gallery, second: SecondLook, post: Post
) -> EyesTask:
    return EyesTask(
        profile.vision,
        load_manifest(),
        camera,
        post,
        templates=gallery.members,
        hide=gallery.transform.hidden,
        remembers=profile.joining.enabled,
        second=second,
    )


def _seen_by(camera: CameraTask) -> CameraSeen | None:
    """A moment through the terminal's own camera, for the doctor."""
    seen = look(camera, LOOK_WAIT_S, LOOK_SPAN_S)
    return CameraSeen(**dataclasses.asdict(seen)) if seen else None
