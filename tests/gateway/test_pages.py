"""Head office's pages in a real browser, and what they refuse to anybody who is not one of its people."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from hashlib import scrypt, sha256
from urllib.parse import urlencode

import pytest

from agent.cloud.bundle_schema import PieceData
from agent.cloud.messages import read_record, record_body
from agent.core.charge import ChargeRequest, FacePayer, RefundRequest
from agent.core.ids import DeviceId, PersonId, order_id, payment_key, refund_key
from agent.core.money import Money
from agent.doctor.finding import Finding
from agent.doctor.short_code import encode
from agent.fleet.parcel import packed_for
from agent.support import about
from simulator.broker import free_port
from simulator.gateway.claim_code import shown
from simulator.gateway.login import IDLE_S, SESSION_S, TRIES_MAX, TRIES_OF_ALL_MAX, Login
from simulator.gateway.owner import OwnersDesk
from simulator.gateway.page.serve import page_server
from simulator.gateway.page.shown import day_and_time
from simulator.gateway.parts import Settings
from simulator.gateway.people import People
from simulator.gateway.refusals import Refused
from simulator.gateway.rows import Offer, Shop
from simulator.gateway.store import open_store
from simulator.gateway.zones import set_zone, zone_of
from simulator.ledger import Ledger, Member
from tests.gateway import browser as chromium
from tests.gateway.conftest import request_pem
from tests.helpers import wait_until

pytestmark = pytest.mark.xdist_group("pages")  # one browser, one server
NAME, PASSWORD = "li.wei", "correct horse battery"
DEVICE = DeviceId("frog-0001")
ORDER = order_id(DEVICE, "7f3a", 12)


class Office:
    """A running page, with one terminal at work and one that waits."""

    def __init__(self, folder, store=""):
        settings = Settings(
            str(folder),
            store or f"sqlite:///{folder / 'gateway.sqlite'}",
            "mqtts://127.0.0.1:8883",
            page=f"127.0.0.1:{free_port()}",
        )
        self.registry = settings.registry()
        self.url = f"http://{settings.page}"
        self.place = settings.page
        self._furnish(settings)
        self.settings = settings
        settings.people().add(NAME, PASSWORD)
        self._server = page_server(settings)
        self._thread = threading.Thread(target=self._server.run, name="page")
        self._thread.start()
        wait_until(lambda: self._server.started)

    def _furnish(self, settings):
        registry = self.registry
        registry.add_shop(Shop("NB-1", "corner", "街角便利店", "Corner Shop"))
        for serial in ("FROG-0001", "FROG-0002"):
            registry.add_device(serial, "frog-2")
        csr = request_pem()
        code = registry.offer(Offer("FROG-0001", "frog-2", csr, versions={"agent": "0.1.0"}))
        registry.confirm("FROG-0001", registry.claim(code.code, "NB-1", 1).jti, csr)
        finding = Finding("scanner", "unplugged", {"port": "ttyACM0"})
        health = {
            "oldest_unsent_s": 90,
            "unknown_payments": 1,
            "down": {"camera": "unplugged"},
            "short_code": encode([finding], {}),
        }
        registry.report(DEVICE, online=True, health=health)
        self.code = registry.offer(Offer("FROG-0002", "frog-2", request_pem())).code
        ledger = Ledger(settings.store, 1, [Member("M-1", "王*", 100_000)])
        self.sold_at = datetime.now(UTC)
        sell(ledger)
        ledger.close()

    def close(self):
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    def ask(self, method, path, cookie="", host="", origin="", **form):
        """Status, headers, body: without a browser's manners."""
        line = http.client.HTTPConnection(*self.place.split(":"), timeout=20)
        headers = {"Host": host or self.place, "Cookie": cookie, "Origin": origin or self.url}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, urlencode(form) if form else None, headers)
        answer = line.getresponse()
        said = answer.status, answer.headers, answer.read().decode(errors="replace")
        line.close()
        return said

    def come_in(self):
        """The cookie and the session's word."""
        _, headers, _ = self.ask("POST", "/login", name=NAME, password=PASSWORD)
        cookie = headers["Set-Cookie"].partition(";")[0]
        _, _, body = self.ask("GET", "/claims", cookie)
        return cookie, re.search(r'name="csrf" value="([^"]+)"', body)[1]


def sell(ledger):
    """One sale by face, a third of it given back, and one in cash."""
    now_utc_ms = time.time_ns() // 1_000_000
    request = ChargeRequest(
        payment_key(ORDER, 1), ORDER, Money(2380), FacePayer(PersonId("M-1")), "", now_utc_ms + 9_000
    )
    sales = [
        ("sale", f"{ORDER}-sale", "face", "paid", 2380),
        ("sale", f"{order_id(DEVICE, '7f3a', 13)}-sale", "cash", "paid", 500),
        ("sale", f"{order_id(DEVICE, '7f3a', 14)}-sale", "", "cancelled", 700),
        ("refund", f"{refund_key(ORDER, 1, 800)}-refund", "face", "refunded", 800),
    ]
    ledger.begin(now_utc_ms)
    ledger.charge(request, now_utc_ms)
    ledger.refunds.refund(RefundRequest(refund_key(ORDER, 1, 800), request.key, ORDER, Money(800)))
    for seq, (kind, id, method, outcome, amount_minor) in enumerate(sales, 1):
        data = {"method": method, "outcome": outcome, "amount_minor": amount_minor, "currency": "CNY"}
        body = record_body(DEVICE, "7f3a", seq, id, kind, data, now_utc_ms)
        assert ledger.record(DEVICE, read_record(body), body) == ""
    ledger.commit()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("office"))
    yield office
    office.close()


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    if not chromium.installed():
        pytest.skip(
            "chromium is not installed (apt-get install chromium chromium-driver); .ci/run installs it"
        )
    window = chromium.Browser(tmp_path_factory.mktemp("chromium"))
    yield window
    window.close()


@pytest.fixture
def inside(office, window):
    """Somebody of head office, past the password, whichever test ran before."""
    window.open(f"{office.url}/shop")
    if window.url.endswith("/login"):
        window.write("#name", NAME)
        window.write("#password", PASSWORD)
        window.click("main button")
    return window


@pytest.mark.slow
def test_the_owner_comes_in_and_sees_the_day(office, window, tmp_path):
    window.open(office.url)
    assert window.url == f"{office.url}/login"
    window.write("#name", NAME)
    window.write("#password", "wrong password")
    window.click("button")
    assert window.text("[role=alert]") == "姓名或密码不对。"
    window.write("#name", NAME.upper())
    window.write("#password", PASSWORD)
    window.click("main button")
    assert "¥20.80" in window.text(".figures")  # 23.80 + 5.00 − 8.00
    assert window.url == f"{office.url}/shop"
    assert "刷脸" in window.text("table")
    assert "−¥8.00" in window.text("table")
    window.write("#order", ORDER)
    window.click("form.card button")
    story = window.text("#story")
    assert "已扣款" in story
    assert "M-1" not in window.text()
    window.write("#order", "rubbish<script>")
    window.click("form.card button")
    assert window.text("[role=alert]") == "这不是单号、金额或时间。"
    window.picture(tmp_path / "shop.png")


@pytest.mark.slow
def test_the_owner_finds_an_order_as_the_cashier_does_and_reads_it_in_either_language(office, inside):
    window = inside
    window.open(f"{office.url}/shop?language=zh")
    assert "新会员 0" in " ".join(window.text(".figures").split())
    window.write("#order", "23.80")
    window.click("form.card button")
    assert "已扣款" in window.text("#story"), "there is one"
    window.write("#order", office.sold_at.astimezone(zone_of(office.registry._store, "")).strftime("%H:%M"))
    window.click("form.card button")
    assert "现金" in window.text("#found"), "there are three"
    window.click(".language")
    assert "Cash" in window.text("#found"), "another language is no other page"
    window.click("#found a")
    assert ORDER[:-6] in window.text("#story h2")
    window.write("#order", "77.70")
    window.click("form.card button")
    assert "do not know this order" in window.text("[role=alert]")
    window.open(f"{office.url}/shop?language=zh")


@pytest.mark.slow
def test_a_terminal_is_claimed_with_the_code_it_shows(office, inside):
    window = inside
    window.open(f"{office.url}/claims?language=en")
    assert "FROG-0002" in window.text("table")
    assert office.code not in window.text()
    window.write("#code", "0000-0000")
    window.write("#till", "2")
    window.click("form.card button")
    assert "no terminal waits with this code" in window.text("[role=alert]")
    window.write("#code", shown(office.code).lower())
    window.click("form.card button")
    assert "Check and confirm on the terminal" in window.text(".good")
    assert office.registry.device("FROG-0002").state == "assigned"
    window.open(f"{office.url}/deeds?language=en")
    assert f"{NAME} claim FROG-0002 NB-1 2 done" in window.text("table")
    assert f"{NAME} claim NB-1 2 no terminal waits with this code" in window.text("table")
    assert office.code not in window.text()


@pytest.mark.slow
def test_the_list_says_which_terminal_needs_somebody(office, inside):
    window = inside
    window.open(f"{office.url}/devices?language=en")
    line = window.text(".sorrow")
    for word in ("FROG-0001", "online", "0.1.0", "90 s", "89 days", "camera, scanner"):
        assert word in line
    window.click(".sorrow a")
    assert "scanner broken" in window.text(".found")
    window.write("#read", "AAAA-AAAA-AAAB")
    window.click("form.card button")
    assert "at least one character is wrong" in window.text("[role=alert]")


@pytest.mark.slow
@pytest.mark.parametrize("page", ["login", "shop", "claims", "devices", "bundles", "deeds"])
def test_every_page_fits_a_phone_and_loads_nothing_from_elsewhere(office, window, page):
    window.open(f"{office.url}/{page}")
    assert window.run("return document.scripts.length") == 0
    loaded = window.run("return performance.getEntriesByType('resource').map(e => e.name)")
    assert {name.rpartition("/")[0] for name in loaded} <= {office.url}
    unnamed = "return [...document.querySelectorAll('input:not([type=hidden]),select')]"
    assert window.run(f"{unnamed}.filter(e => !e.labels.length).length") == 0


def test_nobody_sees_or_does_anything_without_the_password(office):
    for path in ("/", "/shop", "/claims", "/devices", "/bundles", "/bundles/c-0000000000000001", "/deeds"):
        status, _, body = office.ask("GET", path)
        assert (status, body) == (303, "")
    assert office.ask("GET", "/shop")[1]["Location"] == "/login"
    assert office.ask("POST", "/claims", code="x", csrf="x")[0] == 303
    assert office.ask("GET", "/shop", "hyla_session=made-up")[0] == 303


def test_a_support_bundle_is_handed_over_opened_and_only_inside(office, expected_log):
    expected_log("could not be asked for")
    shelf, id = office.settings.bundles(), "c-00000000000000aa"
    shelf.asked(id, DEVICE)
    cookie, csrf = office.come_in()
    assert "0 %" in office.ask("GET", "/bundles", cookie)[2]
    assert office.ask("GET", f"/bundles/{id}", cookie)[0] == 404
    parcel = packed_for(office.settings.owner().public, b"PK what happened", about(DEVICE, id))
    shelf.take_in(DEVICE, PieceData(id, len(parcel), sha256(parcel).hexdigest(), 0, parcel))
    assert f'href="/bundles/{id}"' in office.ask("GET", "/bundles", cookie)[2]
    status, headers, body = office.ask("GET", f"/bundles/{id}", cookie)
    assert (status, body) == (200, "PK what happened")
    assert headers["Content-Disposition"] == f'attachment; filename="{id}.zip"'
    assert office.ask("GET", f"/bundles/{id}")[0] == 303
    for serial in ("FROG-0001", "nobody"):  # no broker answers here, and nobody is no terminal
        status, _, page = office.ask("POST", "/bundles", cookie, csrf=csrf, serial=serial)
        assert (status, 'role="alert"' in page) == (400, True)
    assert office.ask("POST", "/bundles", cookie, serial="FROG-0001")[0] == 403


def test_a_broker_fetches_the_list_of_withdrawn_certificates_without_a_name(office):
    status, headers, body = office.ask("GET", "/revoked.crl")
    assert (status, headers["Content-Type"]) == (200, "application/pkix-crl")
    assert body.startswith("-----BEGIN X509 CRL-----")


def test_a_form_of_somebody_else_does_nothing(office):
    cookie, csrf = office.come_in()
    assert office.ask("POST", "/claims", cookie, code="0000", shop="NB-1", till="1")[0] == 403
    assert office.ask("POST", "/claims", cookie, csrf="x" * 43, code="0000")[0] == 403
    assert (
        office.ask("POST", "/login", origin="http://evil.example", name=NAME, password=PASSWORD)[0] == 403
    )
    assert office.ask("GET", "/login", host="evil.example")[0] == 400
    good = {"code": "00000000", "shop": "NB-1", "till": "1"}
    assert office.ask("POST", "/claims", cookie, csrf=csrf, **good)[0] == 400


def test_the_cookie_and_the_pages_are_closed_to_scripts(office):
    _, headers, _ = office.ask("POST", "/login", name=NAME, password=PASSWORD)
    assert "HttpOnly" in headers["Set-Cookie"]
    assert "SameSite=strict" in headers["Set-Cookie"]
    _, headers, _ = office.ask("GET", "/login")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    cookie, csrf = office.come_in()
    assert office.ask("POST", "/leave", cookie, csrf=csrf)[0] == 303
    assert office.ask("GET", "/shop", cookie)[0] == 303


def test_rubbish_is_answered_in_words(office):
    cookie, csrf = office.come_in()
    for till in ("-1", "9" * 400, "٣", "1e3"):
        status, _, body = office.ask("POST", "/claims", cookie, csrf=csrf, code="<b>", shop="'", till=till)
        assert status == 400
        assert "<b>" not in body
    assert office.ask("GET", "/devices?code=%00%ff%3Cscript%3E", cookie)[0] == 200
    assert office.ask("GET", "/shop?order=%27%3B--&at=%27", cookie)[0] == 200
    assert office.ask("GET", "/nowhere", cookie)[0] == 404


class Door:
    """Two people who may come in, and a clock that only the test moves."""

    def __init__(self, folder):
        self.people = People(open_store(f"sqlite:///{folder / 'people.sqlite'}"))
        for name in (NAME, "王芳"):
            self.people.add(name, PASSWORD)
        self.now_s = 0.0
        self.login = Login(self.people, lambda: self.now_s)

    def enters(self, name=NAME, password=PASSWORD):
        return self.login.enter(name, password)

    def inside(self, cookie):
        session = self.login.session(cookie)
        return session and session.person


def test_who_tries_one_name_in_vain_keeps_only_that_name_waiting(tmp_path):
    door = Door(tmp_path)
    assert [door.enters(password="wrong") for _ in range(TRIES_MAX)] == [None] * TRIES_MAX
    assert door.enters() is None
    assert door.inside(door.enters("王芳")) == "王芳"
    door.now_s += 61
    assert door.inside(door.enters()) == NAME


def test_tries_of_all_names_together_are_slowed_down(tmp_path):
    door = Door(tmp_path)
    for number in range(TRIES_OF_ALL_MAX):
        assert door.enters(f"nobody-{number}") is None
    assert door.enters() is None


def test_a_session_ends_with_the_day_with_silence_and_with_the_password(tmp_path):
    door = Door(tmp_path)
    cookie = door.enters()
    door.now_s += IDLE_S + 1
    assert door.inside(cookie) is None, "nobody had looked for an hour"
    cookie = door.enters()
    while door.inside(cookie):
        door.now_s += IDLE_S / 2
    assert door.now_s > SESSION_S, "somebody who works is not thrown out before the evening"
    mine, hers = door.enters(), door.enters("王芳")
    door.people.password(NAME, "another good one")
    assert (door.inside(mine), door.inside(hers)) == (None, "王芳")
    assert door.enters() is None
    door.people.remove("王芳")
    assert door.inside(hers) is None
    with pytest.raises(Refused, match="nobody else could come in"):
        door.people.remove(NAME)


def test_the_one_password_of_an_older_release_is_the_first_persons(tmp_path):
    """As it was kept: salt and mark of scrypt with the same costs."""
    people, former = People(open_store(f"sqlite:///{tmp_path / 'p.sqlite'}")), tmp_path / "owner.json"
    salt = bytes(range(16))
    mark = scrypt(PASSWORD.encode(), salt=salt, n=2**14, r=8, p=1)
    former.write_text(json.dumps({"salt": salt.hex(), "mark": mark.hex()}))
    assert people.first(former) is None
    assert people.knows("owner", PASSWORD)
    assert not former.exists()
    assert people.first(former) is None, "somebody is known by now"


def test_a_day_begins_at_the_shops_own_midnight(office, tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'books.sqlite'}")
    assert str(zone_of(store, "")) == str(zone_of(store, "NB-1")) == "Asia/Shanghai"
    set_zone(store, "NB-1", "Asia/Tokyo")
    assert str(zone_of(store, "NB-1")) == "Asia/Tokyo"
    with pytest.raises(Refused, match="no such time zone"):
        set_zone(store, "NB-1", "../../etc/passwd")
    desk, east = OwnersDesk(office.registry._store), timezone(timedelta(hours=8))
    midnight = office.sold_at.astimezone(east).replace(hour=0, minute=0, second=0, microsecond=0)
    assert desk.today(midnight).count == 2
    tomorrow = midnight + timedelta(days=1)
    assert desk.today(tomorrow).count == 0
    assert day_and_time(int(midnight.timestamp() * 1000), east).endswith("00:00")


def test_yesterday_is_not_today(office):
    desk = OwnersDesk(office.registry._store)
    now = datetime.now().astimezone()
    assert desk.today(now).count == 2
    assert desk.today(now + timedelta(days=1)).count == 0
    assert desk.today(now, frozenset(["another"])).count == 0


def test_an_order_to_move_is_a_picture_for_whoever_came_in(office):
    cookie, csrf = office.come_in()
    _, _, page = office.ask("GET", "/leaving?language=en", cookie)
    assert "FROG-0001 · NB-1 · 1" in page
    words = {"csrf": csrf, "what": "move", "serial": "FROG-0001", "shop": "NB-1", "till": "7"}
    status, _, said = office.ask("POST", "/leaving?language=en", cookie, **words)
    assert (status, "hold this QR before its scanner" in said) == (200, True)
    picture = re.search(r'src="(/leaving/[^"]+\.png)"', said)[1]
    assert "PNG" in office.ask("GET", picture, cookie)[2][:8]
    assert office.ask("GET", picture)[0] == 303, "nobody else sees it"
    assert office.ask("GET", "/leaving/another.png", cookie)[0] == 404
    assert office.ask("POST", "/leaving", cookie, **{**words, "csrf": "x"})[0] == 403


def test_what_cannot_leave_is_said_in_one_sentence(office):
    cookie, csrf = office.come_in()
    for what, why in (("retire", "stands in no shop"), ("replace", "stands in no shop")):
        words = {"csrf": csrf, "what": what, "serial": "FROG-0002", "by": "FROG-0001"}
        status, _, said = office.ask("POST", "/leaving?language=en", cookie, **words)
        assert (status, why in said) == (400, True)
    words = {"csrf": csrf, "what": "receipt", "receipt": "a receipt"}
    assert "not its own" in office.ask("POST", "/leaving?language=en", cookie, **words)[2]
