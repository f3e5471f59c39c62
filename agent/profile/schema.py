"""Every setting of a terminal: unit (in its name), range, default and a sentence.

`device_profiles/schema.json`, the settings page of the docs and the error texts all come from here.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from agent.profile.cameras import CameraSection as CameraSection
from agent.profile.cameras import DepthSection as DepthSection
from agent.profile.cameras import InfraredSection as InfraredSection
from agent.profile.cameras import LensSection as LensSection
from agent.profile.fleet import FleetSection as FleetSection
from agent.profile.paying import PUBLISHED
from agent.profile.paying import NetworkTimes as NetworkTimes
from agent.profile.paying import OfflineSection as OfflineSection
from agent.profile.paying import PaymentSection as PaymentSection
from agent.profile.paying import RefundSection as RefundSection
from agent.profile.printer import PrinterSection as PrinterSection
from agent.profile.scanner import CodeRule as CodeRule
from agent.profile.scanner import ScannerSection as ScannerSection
from agent.profile.section import Milliseconds, Section, expect_place, rule_broken
from agent.profile.voice import VoiceSection as VoiceSection


class DeviceSection(Section):
    """Which terminal this is."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,30}$")] = Field(
        description="Device id, 2–31 of a–z, 0–9 and - (MQTT client id and certificate common name).",
        examples=["f8-001"],
    )
    data_dir: str = Field(
        description="Folder of the journal and its key; relative paths start at the profile's folder.",
        examples=["/var/lib/hyla"],
    )
    language: Literal["zh", "en"] = Field("zh", description="Language of both screens at start.")


class ShopSection(Section):
    """The shop this terminal stands in."""

    name_zh: str = Field(
        min_length=1, max_length=40, description="Shop name in Chinese.", examples=["好邻居便利店"]
    )
    name_en: str = Field(
        min_length=1, max_length=40, description="Shop name in English.", examples=["Good Neighbour"]
    )
    till: int = Field(1, ge=1, le=999, description="Till number, shown on both screens.")
    currency: Literal["CNY", "HKD", "JPY"] = Field("CNY", description="ISO 4217 currency of all prices.")
    day_begins_hour: int = Field(
        0, ge=0, le=12, description="Hour at which a business day begins; 4 for a shop open at night."
    )
    goods_file: str = Field(
        description="Price list: CSV with the columns gtin, name_zh, name_en, price_minor.",
        examples=["/etc/hyla/goods.csv"],
    )
    typed_amount_max_minor: int = Field(
        200_000,
        ge=0,
        le=999_999_999,
        description="The most that a cashier may type as one line of a basket, without goods; 0: nothing.",
    )


class VisionSection(Section):
    """Which models look at the frames. Thresholds are the models' own (models/manifest.toml)."""

    detector: str = Field("yunet", description="Name in models/manifest.toml.")
    embedder: str = Field("sface", description="Name in models/manifest.toml.")
    liveness: bool = Field(
        True, description="Refuse a photo or a screen held up; off only where another device does it."
    )
    models_dir: str | None = Field(
        None, description="Folder of the pulled models; unset means the user's cache folder."
    )
    threads: int = Field(1, ge=1, le=8, description="ONNX Runtime threads for each model.")
    face_min_px: int = Field(90, ge=20, le=1000, description="Smallest face box side that is matched.")
    face_max_share_pct: int = Field(
        90,
        ge=20,
        le=100,
        description="A face box higher than this share of the picture is too near.",
    )
    luma_min: int = Field(50, ge=0, le=255, description="Mean luma of the face below this is too dark.")
    luma_max: int = Field(215, ge=0, le=255, description="Mean luma of the face above this is too bright.")

    @model_validator(mode="after")
    def _light_range(self) -> Self:
        if self.luma_max <= self.luma_min:
            raise rule_broken("luma_max", self.luma_max, f"more than luma_min, which is {self.luma_min}")
        return self


class IdentitySection(Section):
    """How many frames decide, and how clearly."""

    quorum_frames: int = Field(3, ge=1, le=30, description="So many agreeing frames identify.")
    window_frames: int = Field(5, ge=1, le=60, description="Among the last so many usable frames.")
    nobody_frames: int = Field(
        10, ge=1, le=120, description="So many usable frames without a match are nobody."
    )
    margin_cosine: float = Field(
        0.08, ge=0.0, le=1.0, description="Lead over the second person that a frame needs to count."
    )
    false_hits_per_million_max: int = Field(
        100,
        ge=1,
        le=1_000_000,
        description="Where more strangers than that would be taken for one of the members with the typed "
        "digits, a code is asked for: 100 is as good as four chance digits.",
    )
    digits_tries: int = Field(3, ge=1, le=5, description="Wrong phone digits before the code is offered.")
    face_failures_max: int = Field(
        5,
        ge=1,
        le=10,
        description="Failed tries in a row on this terminal, of anybody, before paying by face pauses.",
    )
    face_pause_ms: int = Field(
        30_000,
        ge=30_000,
        le=3_600_000,
        description="First pause; it doubles with each further failure until somebody is recognised.",
    )

    @model_validator(mode="after")
    def _quorum_fits(self) -> Self:
        if self.window_frames < self.quorum_frames:
            least = f"at least quorum_frames, which is {self.quorum_frames}"
            raise rule_broken("window_frames", self.window_frames, least)
        return self


class ConsentSection(Section):
    """How long a member's face is kept without use, and how many persons may be held."""

    inactive_days: int = Field(
        365, ge=1, le=3650, description="A member who was away so long is deleted, with a receipt."
    )
    announce_days: int = Field(
        30, ge=0, le=365, description="Named so many days before (hyla consent due)."
    )
    warn_persons: int = Field(
        90_000,
        ge=1,
        le=100_000,
        description="From so many persons on a warning: at 100,000 the store must file.",
    )

    @model_validator(mode="after")
    def _announced_before(self) -> Self:
        if self.announce_days >= self.inactive_days:
            less = f"less than inactive_days, which is {self.inactive_days}"
            raise rule_broken("announce_days", self.announce_days, less)
        return self


class CloudSection(Section):
    """The MQTT 5 link."""

    url: str = Field(
        pattern=r"^mqtts?://[^/@\s]+:\d+$",
        description="Broker: `mqtt://host:1883` or `mqtts://host:8883`, without a user name.",
        examples=["mqtts://broker.example:8883"],
    )
    username: str = Field("", description="User name, when the broker wants one.")
    password_file: str = Field("", description="File with the password; never the password itself.")
    ca_file: str = Field("", description="CA certificates (PEM) for mqtts; empty means the system's.")
    certificate_file: str = Field("", description="Client certificate (PEM) for mqtts.")
    key_file: str = Field("", description="Key of the client certificate (PEM).")
    clock_floor_utc_s: int = Field(
        0,
        ge=0,
        description="Signed time of the claim: an earlier clock is not believed about certificates.",
    )
    keepalive_s: int = Field(
        10, ge=2, le=600, description="MQTT keep alive; a dead link shows at 1.4 times it."
    )
    session_expiry_s: int = Field(
        86_400, ge=0, le=4_294_967_295, description="How long the broker keeps our session."
    )
    window: int = Field(16, ge=1, le=100, description="Records on their way at once.")
    resend_after_ms: Milliseconds = Field(
        3000, description="A record without acknowledgement is sent again."
    )

    @model_validator(mode="after")
    def _certificates_fit(self) -> Self:
        for key, other in (("certificate_file", "key_file"), ("key_file", "certificate_file")):
            if getattr(self, key) and not getattr(self, other):
                raise rule_broken(other, "", f"a file, because {key} is set: the two go together")
        expect_place(self.url)
        for key in ("ca_file", "certificate_file"):
            if getattr(self, key) and not self.url.startswith("mqtts://"):
                raise rule_broken("url", self.url, f"mqtts://…, because {key} is set")
        return self


class JoiningSection(Section):
    """Becoming a member at the customer's screen."""

    enabled: bool = Field(
        False, description="Offer it; needs liveness, a customer who can touch, and the shop's notice."
    )
    page_wait_ms: int = Field(
        60_000, ge=10_000, le=600_000, description="Nobody touches a page for so long: nothing is kept."
    )
    shown_ms: int = Field(
        6000, ge=1000, le=60_000, description="How long its last sentence stays on the screen."
    )
    phone_digits: int = Field(11, ge=7, le=15, description="How many digits a phone number has.")


class AfterPaymentSection(Section):
    """What can be scanned from the paid screen."""

    invoice_url: str = Field(
        "",
        pattern=r"^(https://[^\s{}]+(\{order\})?[^\s{}]*)?$",
        max_length=200,
        description="Where an invoice is claimed; `{order}` stands for the order's number. Empty: no code.",
        examples=["https://shop.example/invoice?order={order}"],
    )
    friend_url: str = Field(
        "",
        pattern=r"^(https://\S+)?$",
        max_length=200,
        description="Where the shop is added as a friend. Empty: no code.",
        examples=["https://shop.example/friend"],
    )
    friend_discount_minor: int = Field(
        0, ge=0, le=1_000_000, description="What a new friend saves next time, said beside that code."
    )


class StaffSection(Section):
    """Who may do what a cashier may not."""

    manager_pin: str = Field(
        "",
        pattern=r"^(scrypt\$[0-9a-f]{32}\$[0-9a-f]{64})?$",
        description="What `hyla staff pin` makes of the manager's PIN; empty: nobody may give money back.",
    )


class ScreensSection(Section):
    """The two windows and how long they wait for people."""

    start_ui: bool = Field(True, description="Start the screens process and restart it when it dies.")
    customer_screen: str = Field("", description="Name of the customer's display; empty: the second one.")
    cashier_screen: str = Field("", description="Name of the cashier's display; empty: the first one.")
    customer_width_px: int = Field(800, ge=480, le=4096, description="Customer window width.")
    customer_height_px: int = Field(1280, ge=480, le=4096, description="Customer window height.")
    cashier_width_px: int = Field(1280, ge=640, le=4096, description="Cashier window width.")
    cashier_height_px: int = Field(800, ge=480, le=4096, description="Cashier window height.")
    customer_touch: bool = Field(
        True,
        description="The customer can touch their side; without it there is no face payment, only codes.",
    )
    fullscreen: bool = Field(True, description="Windows fill their displays.")
    face_wait_ms: Milliseconds = Field(20_000, description="Nobody recognised for so long: offer the code.")
    digits_wait_ms: Milliseconds = Field(30_000, description="Time to type the phone digits.")
    match_wait_ms: Milliseconds = Field(6000, description="Time to match the face among those digits.")
    confirm_wait_ms: Milliseconds = Field(15_000, description="No confirmation for so long: not paid.")
    paid_shown_ms: Milliseconds = Field(3000, description="How long the paid screen stays.")
    motion: bool = Field(
        True, description="The idle screen goes from promotion to promotion; else one stands still."
    )
    offers_shown_ms: Milliseconds = Field(
        12_000, description="How long it stays when it offers something: to join, a code to scan."
    )
    shown_wait_ms: Milliseconds = Field(
        2000,
        ge=500,
        description="A screen has so long to show what it was sent; then nobody is charged until it does. "
        "Less than paid_shown_ms, so that paid is not over before a frozen screen is noticed.",
    )


class Profile(Section):
    """A whole terminal."""

    device: DeviceSection
    shop: ShopSection
    camera: CameraSection
    infrared: InfraredSection | None = None
    depth: DepthSection | None = None
    vision: VisionSection = VisionSection()
    identity: IdentitySection = IdentitySection()
    consent: ConsentSection = ConsentSection()
    scanner: ScannerSection
    codes: list[CodeRule] = Field(description="The prefix table of the scanner's codes.", min_length=1)
    cloud: CloudSection
    fleet: FleetSection = FleetSection()
    payment: PaymentSection = PaymentSection()
    networks: list[NetworkTimes] = Field(
        list(PUBLISHED), description="The networks' own timetables; a list of one's own replaces all three."
    )
    offline: OfflineSection = OfflineSection()
    joining: JoiningSection = JoiningSection()
    after_payment: AfterPaymentSection = AfterPaymentSection()
    refund: RefundSection = RefundSection()
    staff: StaffSection = StaffSection()
    screens: ScreensSection = ScreensSection()
    printer: PrinterSection = PrinterSection()
    voice: VoiceSection = VoiceSection()

    @model_validator(mode="after")
    def _one_timetable_a_network(self) -> Self:
        known = {rule.network for rule in self.codes if rule.kind == "payment"}
        names = [one.network for one in self.networks] if "networks" in self.model_fields_set else []
        for name in names:
            if names.count(name) > 1:
                raise rule_broken("networks", name, "one timetable for each network")
            if name not in known:
                raise rule_broken("networks", name, f"a network of [[codes]]: {', '.join(sorted(known))}")
        return self

    @model_validator(mode="after")
    def _pictures_lie_on_each_other(self) -> Self:
        colour = self.camera
        for name, other in (("infrared", self.infrared), ("depth", self.depth)):
            if other and other.width_px * colour.height_px != other.height_px * colour.width_px:
                told = f"the shape of camera, which is {colour.width_px}×{colour.height_px}"
                raise rule_broken(f"{name}.width_px", other.width_px, told)
        return self
