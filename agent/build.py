"""Profile → concrete camera, scanner, cloud … → a running terminal. The only place that knows them all.

What can be wrong before anything runs (price list, manifest, disk) ends here as a BuildError in the
technician's words; what can go wrong later is the supervisor's.
"""

from __future__ import annotations

import dataclasses
import logging
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from agent.books.bookkeeper import BookkeeperDesk, Place
from agent.camera.beside import second_cameras
from agent.camera.capture import CameraTask
from agent.camera.look import look
from agent.certify import CertifiedFirst
from agent.cloud.client import CloudTask
from agent.core.basket import Goods
from agent.core.debt import DAY_MS, HOUR_MS, CollectTries
from agent.core.events import NOT_EVERYWHERE, Device, DeviceLost, Instant
from agent.core.figures import Tally, business_day
from agent.core.identity import Limits, Retry
from agent.core.ids import DeviceId
from agent.core.joining import JoinRules
from agent.core.money import Money
from agent.core.offline import Exposure
from agent.core.payment import Waits
from agent.core.sold import RefundLimits
from agent.core.state import STARTING, AfterPayment, Kept, PeopleWaits, Rules, Terminal
from agent.core.terminal import recovered
from agent.fleet.assignment import AnchorTrouble
from agent.fleet.boots import read_boots
from agent.head_office import Asked, head_office_desk, tell_vitals
from agent.health import SOCKET, CameraSeen, HealthDesk, Pulse
from agent.inbox import Inbox
from agent.loop import Hands, Loop, SystemClock
from agent.ports import DayBooks, DeviceTask, JournalTrouble, Post, Template
from agent.posters import PosterDesk
from agent.profile.goods import GoodsError, load_goods
from agent.profile.schema import OfflineSection, Profile
from agent.scanner.port import ScannerTask
from agent.screens.aloud import Sentence
from agent.screens.contract import CashierView, CustomerView, Tap
from agent.screens.glass import Glass
from agent.screens.link import ScreensLink
from agent.screens.preview import PreviewWriter
from agent.screens.process import UiProcess, ui_command
from agent.screens.pump import PreviewPump
from agent.screens.truth import Truth
from agent.storage.archive import Archive
from agent.storage.books import read_books
from agent.storage.codec import CodecError
from agent.storage.database import Database, open_database
from agent.storage.orders import Orders
from agent.storage.outbox import Outbox
from agent.storage.parked import discard, parked, retry
from agent.storage.shelf import Shelf
from agent.storage.shifts import DayRow, ShiftRow, all_days, figures_of, shifts_of
from agent.storage.trouble import JournalRefused, StorageError
from agent.supervisor import Supervisor
from agent.systemd import notify, process_age_ms
from agent.trust import open_gallery, open_journal
from agent.vision.eyes import EyesTask
from agent.vision.models import ModelError, load_manifest
from agent.vision.presence import SecondLook
from agent.vitals import VitalsTeller
from agent.voice.speaker import Speaker, mouth_of
from agent.whole_check import WholeCheck, verify_command

log = logging.getLogger(__name__)

NEEDED = NOT_EVERYWHERE | {Device.CAMERA, Device.VISION, Device.CLOUD, Device.STORAGE}
PROMOTIONS = "promotions"  # the shelf's folder
LOOK_WAIT_S, LOOK_SPAN_S = 1.0, 1.0
TOLD = NEEDED | {Device.SCANNER}  # the scanner's absence is no reason not to be ready, but is said


class BuildError(Exception):
    """This terminal cannot be put together: file, what was expected, the next step."""


class Agent:
    """Everything of one terminal. `run` returns after `stop`; `again`: it is to be started once more."""

    def __init__(self, profile: Profile, ui_options: Sequence[str], asked: Asked | None) -> None:
        self.again = False
        self._asked = asked
        self._ready = False
        self._missing: frozenset[Device] | None = None
        self._preview: PreviewWriter | None = None
        self._health: HealthDesk | None = None
        self._whole: WholeCheck | None = None
        self._database = _open(profile)
        try:
            self._assemble(profile, ui_options)
            self._link.start()
            if self._health is not None:
                self._health.start()
        except BaseException:
            self._let_go()
            raise

    def _assemble(self, profile: Profile, ui_options: Sequence[str]) -> None:
        inbox, device = Inbox(), DeviceId(profile.device.id)
        data = Path(profile.device.data_dir)
        self._supervisor = Supervisor(inbox.post)
        self._pulse = Pulse()
        post = self._supervisor.post
        gallery = open_gallery(self._database, profile)
        journal = open_journal(self._database, device, gallery.book.keep)
        camera = CameraTask(profile.camera, post)
        infrared, depth = second_cameras(profile.infrared, profile.depth, post)
        eyes = EyesTask(
            profile.vision,
            load_manifest(),
            camera,
            post,
            gallery.members,
            hide=gallery.transform.hidden,
            remembers=profile.joining.enabled,
            second=SecondLook(infrared, depth),
        )
        books = self._books = BookkeeperDesk(
            lambda ask: cloud.ask(ask), partial(_read_books, data), _place(profile), post
        )
        self._posters = PosterDesk(Shelf(data / PROMOTIONS), post)
        cloud = self._cloud(profile, post, books)
        cloud.deliver(journal.outbox.pending())
        scanner = ScannerTask(profile.scanner, profile.codes, self._pulse.hearing(post))
        self._hang_up_glass(profile, inbox.post, camera)
        screens = self._screens(profile, ui_options, post)
        certified = CertifiedFirst(profile, cloud)
        self._tasks: list[DeviceTask] = [camera, eyes, certified, scanner, screens]
        self._office = head_office_desk(profile, self._asked, post, cloud, screens, self._start_again)
        self._vitals = self._vitals_teller(profile, cloud, journal.outbox)
        if self._asked is not None:
            self._whole = WholeCheck(data, verify_command(self._asked.profile, self._asked.overrides))
        for second in filter(None, (infrared, depth)):
            post(DeviceLost(second.device, STARTING))  # not every terminal has one
            self._tasks.append(second)
        rules = _rules(profile, self._database.epoch, gallery.members, eyes)
        kept = journal.read(Kept) or Kept.fresh(rules.currency)
        terminal = recovered(rules, kept, profile.device.language)
        archive = Archive(self._database, rules.currency, inbox.post)
        hands = Hands(cloud, eyes, archive, self._show, self._alive, scanner, books, self._office)
        self._health = HealthDesk(data / SOCKET, self._pulse, partial(_seen_by, camera), post)
        self._loop = Loop(terminal, journal, hands, inbox, SystemClock())

    def _cloud(self, profile: Profile, post: Post, books: BookkeeperDesk) -> CloudTask:
        """The link, and who hears what comes over it besides answers."""
        return CloudTask(
            profile.cloud,
            DeviceId(profile.device.id),
            _boot_id(profile, Path(profile.device.data_dir)),
            post,
            page_came=books.heard,
            promotion_came=self._posters.heard,
            wish_came=lambda signed: self._wish_came(signed),
        )

    def _hang_up_glass(self, profile: Profile, post: Post, camera: CameraTask) -> None:
        """What people see: the link to the screens, what was shown on them, the camera's picture."""
        preview = self._preview = PreviewWriter(f"hyla-{profile.device.id}")
        truth = self._truth = Truth(profile.screens.shown_wait_ms)
        socket = Path(profile.device.data_dir) / "screens.sock"
        self._link = ScreensLink(socket, preview.name, self._tapped, truth.connected, truth.heard)
        self._voice = Speaker(mouth_of(profile.voice))
        self._glass = Glass(self._send, post, self._say)
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
        self.again = True
        self._loop.stop()

    def _screens(self, profile: Profile, ui_options: Sequence[str], post: Post) -> UiProcess:
        """Looked after, or only looked at where somebody else starts them."""
        socket = Path(profile.device.data_dir) / "screens.sock"
        command = ui_command(profile.screens, socket, ui_options) if profile.screens.start_ui else []
        return UiProcess(command, lambda: self._link.connected, self._truth.standing, post)

    def run(self) -> None:
        """Work until `stop`; then let every part end in order."""
        self._pump.start()
        self._voice.start()
        self._posters.start()
        self._supervisor.start(self._tasks)
        try:
            self._loop.run()
        finally:
            notify("STOPPING=1")
            self._link.goodbye("the terminal stops")
            stuck = self._supervisor.stop()
            if stuck:
                log.warning("still busy in a driver, left behind: %s", ", ".join(stuck))
            self._books.stop()
            self._voice.stop()
            self._posters.stop()
            if self._whole is not None:
                self._whole.stop()
            self._pump.stop()
            self._link.stop()
            self._let_go()

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

    def _send(self, view: CustomerView | CashierView) -> None:
        self._truth.sent(view)
        self._link.show(view)

    def _tapped(self, tap: Tap) -> None:
        self._glass.tapped(tap)


def build(profile: Profile, ui_options: Sequence[str] = (), asked: Asked | None = None) -> Agent:
    """Put a terminal together; without `asked` head office cannot change it.

    Raises:
        BuildError: price list, manifest, journal or socket cannot be used.
    """
    try:
        return Agent(profile, ui_options, asked)
    except (
        AnchorTrouble,
        GoodsError,
        ModelError,
        StorageError,
        JournalTrouble,
        CodecError,
        OSError,
    ) as error:
        raise BuildError(str(error)) from error


def read_orders(profile: Profile) -> list[dict[str, object]]:
    """Every order of the journal, oldest first; the terminal may be running. Raises BuildError."""
    with _store(profile, readonly=True) as database:
        return [dataclasses.asdict(order) for order in Orders(database).all()]


def read_kept(profile: Profile) -> Kept:
    """The state that the last turn left; the terminal may be running.

    Raises:
        BuildError: no journal, or one of another version.
    """
    with _store(profile, readonly=True) as database:
        try:
            kept = open_journal(database, DeviceId(profile.device.id)).read(Kept)
        except CodecError as error:
            raise BuildError(str(error)) from error
    return kept or Kept.fresh(profile.shop.currency)


def parked_records(profile: Profile) -> list[dict[str, str]]:
    """What the cloud refused to take, oldest first; the terminal may be running. Raises BuildError."""
    with _store(profile, readonly=True) as database:
        return [dataclasses.asdict(record) for record in parked(database)]


def settle_record(profile: Profile, id: str, discard_because: str = "") -> None:
    """Put a parked record back, or give it up with a reason, while the terminal stands still. Raises
    BuildError."""
    at, device = SystemClock().now(), DeviceId(profile.device.id)
    with _store(profile) as database:
        journal = open_journal(database, device)
        try:
            if discard_because:
                discard(database, journal, id, discard_because, at)
            else:
                retry(database, journal, id, at)
        except (StorageError, CodecError) as error:
            raise BuildError(str(error)) from error


def _boot_id(profile: Profile, data: Path) -> str:
    """Which start this is. A terminal that head office has claimed says its installation and how often that
    has started: a copied disk counts on from where it was copied, and head office notices."""
    boots = read_boots(data) if profile.fleet.claim else None
    return f"{boots.epoch}-{boots.count}" if boots else secrets.token_hex(4)


@dataclasses.dataclass(frozen=True, slots=True)
class DayTold:
    """What the journal knows of a business day; `day` is None when nothing ended on it."""

    day: DayRow | None
    tallies: tuple[Tally, ...]
    shifts: list[ShiftRow]


def read_day(profile: Profile, day: int) -> DayTold:
    """The figures of a day, added up over its shifts; the terminal may be running. Raises BuildError."""
    with _store(profile, readonly=True) as database:
        rows = [row for row in all_days(database) if row.day == day]
        return DayTold(rows[0] if rows else None, figures_of(database, day), shifts_of(database, day))


def today(profile: Profile) -> int:
    """The business day it is now."""
    return business_day(time.time_ns() // 1_000_000, _day_offset_ms(profile))


def days_folder(profile: Profile) -> Path:
    """Where compared days are written."""
    return Path(profile.device.data_dir) / "days"


# --- pieces ---------------------------------------------------------------------------------------


@contextmanager
def _store(profile: Profile, readonly: bool = False) -> Iterator[Database]:
    """The store for one question or one change. Raises BuildError, also when the disk or the tables
    refuse."""
    try:
        with _open(profile, readonly) as database:
            yield database
    except (JournalTrouble, JournalRefused) as error:
        raise BuildError(str(error)) from error


def _open(profile: Profile, readonly: bool = False) -> Database:
    try:
        return open_database(Path(profile.device.data_dir), readonly)
    except StorageError as error:
        raise BuildError(str(error)) from error


def _rules(profile: Profile, epoch: str, members: Sequence[Template], eyes: EyesTask) -> Rules:
    """What the core needs of the profile, in the core's own words."""
    shop, identity, screens = profile.shop, profile.identity, profile.screens
    return Rules(
        device=DeviceId(profile.device.id),
        epoch=epoch,
        currency=shop.currency,
        shop_zh=shop.name_zh,
        shop_en=shop.name_en,
        till=shop.till,
        goods=_goods(profile),
        names={member.person: member.name_masked for member in members},
        limits=Limits(
            threshold_cosine=eyes.threshold_1toN_cosine,
            margin_cosine=identity.margin_cosine,
            quorum_frames=identity.quorum_frames,
            window_frames=identity.window_frames,
            nobody_frames=identity.nobody_frames,
            threshold_live=eyes.threshold_live,
        ),
        digits_tries=identity.digits_tries,
        retry=Retry(identity.face_failures_max, identity.face_pause_ms),
        waits=Waits(**profile.payment.model_dump()),
        people=PeopleWaits(
            face_wait_ms=screens.face_wait_ms,
            digits_wait_ms=screens.digits_wait_ms,
            match_wait_ms=screens.match_wait_ms,
            confirm_wait_ms=screens.confirm_wait_ms,
            paid_shown_ms=screens.paid_shown_ms,
            offers_shown_ms=screens.offers_shown_ms,
        ),
        offline=_exposure(profile.offline),
        after_payment=AfterPayment(**profile.after_payment.model_dump()),
        joining=JoinRules(**profile.joining.model_dump()),
        refund_limits=RefundLimits(**profile.refund.model_dump()),
        manager_pin=profile.staff.manager_pin,
        customer_touch=screens.customer_touch,
        day_offset_ms=_day_offset_ms(profile),
        shop_offset_ms=time.localtime().tm_gmtoff * 1000,
        promotions_dir=str(Path(profile.device.data_dir).absolute() / PROMOTIONS),
        motion=screens.motion,
    )


def _exposure(section: OfflineSection) -> Exposure:
    return Exposure(
        enabled=section.enabled,
        payment_max_minor=section.payment_max_minor,
        person_max_minor=section.person_max_minor,
        count_max=section.count_max,
        sum_max_minor=section.sum_max_minor,
        link_down_max_ms=section.link_down_max_h * HOUR_MS,
        mark_age_max_ms=section.mark_age_max_h * HOUR_MS,
        look_every_ms=section.look_every_ms,
        tries=CollectTries(
            tries_a_day=section.tries_a_day,
            from_hour=section.from_hour,
            until_hour=section.until_hour,
            utc_offset_ms=section.utc_offset_min * 60_000,
            try_again_ms=section.try_again_min * 60_000,
            hand_over_after_ms=section.hand_over_days * DAY_MS,
        ),
    )


def _day_offset_ms(profile: Profile) -> int:
    """The machine's zone as it is now, less the hour at which the shop's day begins. Where clocks are put
    forward and back, the terminal takes the new zone over when it starts."""
    return (time.localtime().tm_gmtoff - 3600 * profile.shop.day_begins_hour) * 1000


def _place(profile: Profile) -> Place:
    shop, language = profile.shop, profile.device.language
    name = shop.name_en if language == "en" else shop.name_zh
    return Place(days_folder(profile), name, shop.currency, language, _day_offset_ms(profile))


def _read_books(folder: Path, day: int, since: int, until: int, keys: Iterable[str]) -> DayBooks:
    """On a connection of its own: the journal's belongs to the main thread."""
    with open_database(folder, readonly=True) as database:
        return read_books(database, day, since, until, keys)


def _goods(profile: Profile) -> dict[str, Goods]:
    rows = load_goods(Path(profile.shop.goods_file))
    currency = profile.shop.currency
    return {
        row.gtin: Goods(row.gtin, row.name_zh, row.name_en, Money(row.price_minor, currency))
        for row in rows.values()
    }


def _seen_by(camera: CameraTask) -> CameraSeen | None:
    """A moment through the terminal's own camera, for the doctor."""
    seen = look(camera, LOOK_WAIT_S, LOOK_SPAN_S)
    return CameraSeen(**dataclasses.asdict(seen)) if seen else None
