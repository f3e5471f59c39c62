"""A shop's counter on a desk: broker, cloud, camera, scanner, the agent process and its screens.

Everything is real but the hardware and the cloud: the agent runs as its own process with the desk's
profile, reads the camera's stream and the scanner's serial line, and talks MQTT through a proxy that
can be cut.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from paho.mqtt import publish
from paho.mqtt.enums import MQTTProtocolVersion

from agent.core.charge import ChargeRequest
from agent.core.consent import NOTICE, Agreement, Purpose, age_group
from agent.core.ids import DeviceId, PersonId
from agent.core.money import Money
from agent.inquiries import InquiryError, read_orders
from agent.profile.loader import load
from agent.profile.schema import Profile
from agent.trust import TrustError, enrol_member
from agent.vision.models import models_folder
from agent.vision.stills import PictureError
from simulator.broker import IotcoreBroker
from simulator.camera import CameraStand
from simulator.cloud import SimulatedCloud
from simulator.eyewitness import Fingers, Record
from simulator.ledger_rows import Capture, Member
from simulator.link import LinkProxy
from simulator.module import Module, SecondStand
from simulator.people import PERSONAS, ensure_people
from simulator.printer import PrinterStand
from simulator.scanner import ScannerStand, payment_code
from simulator.troubles import troubles_of

ROOT = Path(__file__).resolve().parent.parent
PROFILE = ROOT / "device_profiles" / "desk.toml"
EAR = Path(__file__).with_name("ear.py")
# What a terminal's profile says of its shop is not on the desk: this shop is.
DESK_SHOP = {
    "device.id": "desk-01",
    "shop.goods_file": str(PROFILE.with_name("desk-goods.csv")),
    "vision.models_dir": str(models_folder()),
    "cloud.ca_file": "",
    "cloud.certificate_file": "",
    "cloud.key_file": "",
}
USER = "desk-01"  # of the terminal, the cloud and everybody else, on a broker that asks for one
TRUST_MINOR = 10_000  # what the cloud trusts the member with, on a desk with offline.enabled
LOG_END_S = 5.0  # for the screens, who write to the agent's log, to follow its goodbye
STARTING_S = 5.0  # people wait for screens that start, and then do what they came for
SURNAMES = "林王李张刘陈杨黄"


class CounterError(Exception):
    """The desk could not be set up or taken down: what failed, and where to look."""


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the desk. Only members have an id, a name and a phone the shop knows."""

    person: PersonId
    name_masked: str
    phone: str

    @property
    def phone_last4(self) -> str:
        return self.phone[-4:]


class Counter:
    """One whole terminal in a folder. `start` and `stop` once; the agent may be killed in between.

    `settings` win over the desk's own; whatever is unplugged, stopped or changed before `start` is so
    when the terminal starts.
    """

    def __init__(
        self,
        folder: Path,
        screens: Path,
        seed: int,
        headless: bool,
        settings: Mapping[str, str] | None = None,
        password: str = "",
        profile: Path = PROFILE,
        printer: bool = False,
    ) -> None:
        """`printer`: there is one even if the profile names none. Raises ProfileError for a profile that
        cannot be used."""
        shape = load(profile, [f"device.data_dir={folder / 'data'}"])
        self.profile = profile
        self.folder = folder
        self.log_file = folder / "agent.log"
        self.settings = dict(settings or {})
        self.seed = seed
        self._headless = headless
        self._chance = random.Random(seed)
        self._agent: subprocess.Popen[bytes] | None = None
        self._log: threading.Thread | None = None
        self._armed: Callable[[], None] | None = None
        self.record = Record(screens)
        self.fingers = Fingers(folder / "fingers.sock")
        self.people = {"member": self._invent(PersonId("M-1001")), "stranger": self._passer_by()}
        member = self.people["member"]
        self.broker = IotcoreBroker(folder / "broker", USER if password else "", password)
        camera = shape.camera
        self._second = [name for name in ("infrared", "depth") if getattr(shape, name)]
        stand = Module if self._second else CameraStand
        self.camera = stand(seed, ensure_people(), camera.width_px, camera.height_px, camera.fps)
        self.scanner = ScannerStand(folder, shape.scanner.dialect)
        with_printer = printer or shape.printer.kind != "off"
        self.printer = (
            PrinterStand(folder, "serial", shape.printer.columns, screens) if with_printer else None
        )
        self._members = [Member(member.person, member.name_masked, 100_000, 120)]
        self.cloud = SimulatedCloud(self.insiders_url, folder / "cloud", seed, self._members)
        self.link = LinkProxy("127.0.0.1", self.broker.port)

    # --- setting up and taking down -----------------------------------------------------------------

    def start(self) -> None:
        """Everything up; returns when the agent process runs (not yet when it is ready)."""
        self.prepare()
        self.start_agent()

    def prepare(self, *troubles: str) -> None:
        """Everything but the agent up, its member enrolled, and these troubles there already."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.record.folder.mkdir(parents=True, exist_ok=True)
        self.broker.start()
        self.link.start()
        self.cloud.on_charge_received = self._charge_arrived
        self.cloud.start()
        if self.settings.get("offline.enabled") == "true":
            self.cloud.mark_members(DeviceId(USER), {self.people["member"].person: TRUST_MINOR})
        self.camera.start()
        self._enrol()
        for name in troubles:
            self.trouble(name)

    def stop(self) -> None:
        """Everything down, the agent first and gently.

        Raises:
            CounterError: the agent had to be killed; everything is down all the same.
        """
        abandoned = None if self.agent_pid() else self.ui_pid()
        try:
            self.stop_agent()
        finally:
            if abandoned is not None:  # screens wait a minute for an agent that was killed
                os.kill(abandoned, signal.SIGTERM)
            if self._log is not None:
                self._log.join(LOG_END_S)
            for part in (self.cloud, self.link, self.camera, self.broker):
                part.stop()
            self.scanner.close()
            if self.printer is not None:
                self.printer.close()

    def start_agent(self) -> None:
        """The product's own command, with the desk's addresses."""
        command = [*self._hyla("run"), *self._settings()]
        for option in self._ui_options():
            command.append(f"--ui-option={option}")
        self._agent = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=self._environment()
        )
        self._log = threading.Thread(
            target=self._keep_log, args=(self._agent.stderr,), name="agent-log", daemon=True
        )
        self._log.start()

    def kill_agent(self) -> None:
        """SIGKILL: no goodbye, no flush."""
        if self._agent is not None:
            self._agent.kill()
            self._agent.wait()

    def stop_agent(self, within_s: float = 10.0) -> None:
        """SIGTERM: the agent says goodbye and ends.

        Raises:
            CounterError: it did not in time, and was killed.
        """
        if self._agent is None or self._agent.poll() is not None:
            return
        self._agent.send_signal(signal.SIGTERM)
        try:
            self._agent.wait(within_s)
        except subprocess.TimeoutExpired:
            self.kill_agent()
            raise CounterError(f"the agent did not stop on SIGTERM; see {self.log_file}") from None

    def hyla(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """A `hyla` command on this desk's profile, to its end."""
        return subprocess.run(
            [*self._hyla(*arguments), *self._settings()],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=self._environment(),
        )

    def orders(self) -> list[dict[str, object]]:
        """What the journal says, read as `hyla orders` reads it.

        Raises:
            CounterError: there is no journal, or one that cannot be read.
        """
        try:
            return read_orders(self._as_set())
        except InquiryError as error:
            raise CounterError(str(error)) from error

    def wait_ready(self, seconds: float) -> int:
        """Until every device of the terminal works. Returns milliseconds since the agent was started.

        Raises:
            TimeoutError: naming the log to read.
            CounterError: the agent ended instead.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            line = next((line for line in self.log_lines() if " ready after " in line), None)
            if line is not None:
                return int(line.split(" ready after ")[1].split()[0])
            if self.agent_pid() is None:
                raise CounterError("the agent ended before it was ready")
            time.sleep(0.05)
        raise TimeoutError(f"the agent was not ready within {seconds:.0f} s")

    def log_lines(self) -> list[str]:
        """What the agent (and the screens it started) said so far."""
        return self.log_file.read_text("utf-8", "replace").splitlines() if self.log_file.exists() else []

    def last_log_lines(self, count: int = 15) -> str:
        """The end of the agent's log, for whoever has to find out."""
        return "\n".join(self.log_lines()[-count:])

    @property
    def data(self) -> Path:
        """The agent's own folder: journal, key, socket."""
        return Path(self.settings.get("device.data_dir", self.folder / "data"))

    def ui_pid(self) -> int | None:
        """Process id of the screens, found by the socket they were given."""
        socket_path = str(self.data / "screens.sock")
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if socket_path in words and "ui" in words:
                return int(entry.name)
        return None

    def agent_pid(self) -> int | None:
        """Process id while the agent runs."""
        running = self._agent is not None and self._agent.poll() is None
        return self._agent.pid if self._agent is not None and running else None

    # --- what people and trouble do -----------------------------------------------------------------

    def acted(self) -> None:
        """Somebody does something now: what is seen from here on is its effect. People wait for screens
        that say they are starting: nobody is charged before."""
        self.record.wait_until_started(STARTING_S)
        self.record.acted()

    def stand(self, persona: str | None) -> None:
        """Somebody steps before the camera, or everybody leaves; `print of member` and `phone of member`
        are somebody else with a picture of that person."""
        held_up, _, whom = (persona or "").rpartition(" of ")
        self.camera.stand(whom or None, held_up=held_up)

    def fresh_code(self, network: str) -> str:
        """A one-use payment code as that network's app would show."""
        return payment_code(network, self._chance)

    def when_charged(self, trouble: str) -> None:
        """Arm a trouble for the moment the next charge reaches the cloud, before it is booked."""
        self.when_charged_do(self._named(trouble))

    def when_charged_do(self, deed: Callable[[], None]) -> None:
        """The same for anything else that may happen at that moment."""
        self._armed = deed

    def trouble(self, name: str) -> None:
        """Make or end a trouble now."""
        self._named(name)()

    def _named(self, trouble: str) -> Callable[[], None]:
        if trouble not in self.troubles:
            raise LookupError(f"unknown trouble (expected one of: {', '.join(self.troubles)})")
        return self.troubles[trouble]

    @property
    def troubles(self) -> Mapping[str, Callable[[], None]]:
        """Every trouble by its name."""
        return troubles_of(self)

    def say(self, topic: str, body: bytes) -> None:
        """Somebody else on the broker says something to the terminal."""
        url = urlsplit(self.insiders_url)
        publish.single(
            topic,
            body,
            qos=1,
            hostname=url.hostname or "",
            port=url.port or 0,
            auth={"username": url.username, "password": url.password or ""} if url.username else None,
            protocol=MQTTProtocolVersion.MQTTv5,
        )

    def words(self, text: str) -> str:
        """`name of member` in a scenario stands for that person's masked name."""
        return (
            self.people[text.removeprefix("name of ")].name_masked if text.startswith("name of ") else text
        )

    def amount_text(self, captures: Sequence[Capture]) -> str:
        """The last booked amount as a person reads it."""
        return Money(captures[-1].amount_minor, captures[-1].currency).text() if captures else "nothing"

    def _charge_arrived(self, _request: ChargeRequest) -> None:
        armed, self._armed = self._armed, None
        if armed is not None:
            armed()

    # --- pieces ---------------------------------------------------------------------------------------

    def _keep_log(self, said: IO[bytes]) -> None:
        """Not a file of the agent's own: what becomes of its disk is no matter of the log's."""
        with said, self.log_file.open("ab", buffering=0) as log:
            for line in said:
                log.write(line)

    def _invent(self, person: PersonId) -> Persona:
        """A member with a made-up name and phone; the digits exist nowhere but in this run."""
        name = self._chance.choice(SURNAMES) + "*"
        return Persona(person, name, f"1380013{self._chance.randrange(10_000):04d}")

    def _passer_by(self) -> Persona:
        """Somebody with a phone of their own, and no name here: once they have joined, they are shown how
        their number begins."""
        last_four = random.Random(f"{self.seed}: who passes by").randrange(10_000)
        return Persona(PersonId(""), "139" + 8 * "*", f"1390013{last_four:04d}")

    def _enrol(self) -> None:
        """As `hyla members enrol` does it, without a process of its own: many terminals start in a day."""
        photo = ensure_people() / PERSONAS["member"].enrolled_from
        member = self.people["member"]
        agreed = Agreement(member.person, (Purpose.FACE_PAY,), NOTICE.version, age_group(30))
        try:
            enrol_member(self._as_set(), agreed, member.name_masked, member.phone_last4, photo)
        except (TrustError, PictureError) as error:
            raise CounterError(f"the desk's member cannot be enrolled: {error}") from error

    def _as_set(self) -> Profile:
        """The profile as the agent of this desk reads it."""
        return load(self.profile, [each.removeprefix("--set=") for each in self._settings()])

    def _hyla(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "agent", *arguments, "--profile", str(self.profile)]

    @property
    def insiders_url(self) -> str:
        """The broker as those reach it who do not depend on the terminal's cable."""
        broker = self.broker
        who = f"{broker.username}:{broker.password}@" if broker.username else ""
        return f"mqtt://{who}127.0.0.1:{broker.port}"

    @property
    def _heard(self) -> Path:
        return self.data.parent / "heard.txt"

    def heard(self) -> list[str]:
        """What the terminal has said aloud so far, each with the voice it was said in."""
        return self._heard.read_text("utf-8").splitlines() if self._heard.exists() else []

    def _settings(self) -> list[str]:
        values = {
            **(DESK_SHOP if self.profile != PROFILE else {}),
            "camera.source": self.camera.url,
            **{f"{name}.source": one.url for name, one in self.second_cameras.items()},
            "scanner.port": str(self.scanner.port),
            **({**self.printer.settings, "printer.drawer": "true"} if self.printer else {}),
            "cloud.url": f"mqtt://127.0.0.1:{self.link.port}",
            "device.data_dir": str(self.data),
            "voice.kind": "speech",
            "voice.command": json.dumps([sys.executable, str(EAR), str(self._heard), "{voice}"]),
            **self.settings,
        }
        return [f"--set={key}={value}" for key, value in values.items()]

    @property
    def second_cameras(self) -> dict[str, SecondStand]:
        """Those that the profile names, by its word for them."""
        if not isinstance(self.camera, Module):
            return {}
        beside = {"infrared": self.camera.infrared, "depth": self.camera.depth}
        return {name: stand for name, stand in beside.items() if name in self._second}

    def _ui_options(self) -> list[str]:
        return ["--record", str(self.record.folder), "--fingers", str(self.folder / "fingers.sock")]

    def _environment(self) -> dict[str, str]:
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(ROOT), environment.get("PYTHONPATH", "")])
        )
        if self._headless:
            for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
                environment.pop(name, None)  # the screens then make up two displays of their own
        return environment
