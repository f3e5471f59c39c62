"""Forms that are none: what head office's pages say to them, on either database."""

from __future__ import annotations

import pytest

from simulator.gateway import store
from tests.gateway.test_pages import NAME, PASSWORD, Office

NOTHING = "nothing was done"
FORMS = {
    "/claims": ("code", "shop", "till"),
    "/bundles": ("serial",),
    "/leaving": ("what", "serial", "by", "code", "shop", "till", "receipt"),
}


@pytest.fixture
def office(tmp_path, store_url, monkeypatch):
    """Its connections to the database end with it."""
    engines, real = [], store.create_engine
    monkeypatch.setattr(
        store, "create_engine", lambda *a, **k: engines.append(real(*a, **k)) or engines[-1]
    )
    office = Office(tmp_path, store_url)
    yield office
    office.close()
    for engine in engines:
        engine.dispose()


def test_a_zero_byte_is_no_word_and_nothing_breaks(office):
    """PostgreSQL keeps no text with one in it."""
    cookie, csrf = office.come_in()
    for page, fields in FORMS.items():
        for field in fields:
            words = {"csrf": csrf, "what": "move"} | {field: "FROG\0-0001"}
            status, _, body = office.ask("POST", f"{page}?language=en", cookie, **words)
            assert (status, NOTHING in body) == (400, True), f"{page}: {field}"
    for field in ("name", "password"):
        words = {"name": NAME, "password": PASSWORD} | {field: "li\0wei"}
        status, _, body = office.ask("POST", "/login?language=en", **words)
        assert (status, NOTHING in body) == (400, True), field
    assert office.ask("GET", "/bundles/%00", cookie)[0] == 404
    for page in ("/shop?at=%00&order=%00", "/devices?code=%00"):
        assert office.ask("GET", page, cookie)[0] == 200
    assert office.ask("GET", "/shop", "hyla_session=%00")[0] == 303


def test_a_form_too_large_is_told_so_and_does_nothing(office):
    cookie, csrf = office.come_in()
    words = {"csrf": csrf, "what": "receipt", "receipt": "x" * 9_000}
    status, _, body = office.ask("POST", "/leaving?language=en", cookie, **words)
    assert (status, "at most 4096 bytes" in body, 'name="password"' in body) == (413, True, False)
    status, _, body = office.ask("POST", "/login?language=en", name=NAME, password="x" * 9_000)
    assert (status, "at most 4096 bytes" in body) == (413, True)
    assert office.ask("GET", "/shop", cookie)[0] == 200


def test_a_code_that_is_over_says_so(office, monkeypatch):
    cookie, csrf = office.come_in()
    now = "simulator.gateway.registry.utc_ms"
    with monkeypatch.context() as patch:
        late_ms = office.registry.waiting()[0].expires_utc_ms + 1
        patch.setattr(now, lambda: late_ms)
        words = {"csrf": csrf, "code": office.code, "shop": "NB-1", "till": "2"}
        status, _, body = office.ask("POST", "/claims?language=en", cookie, **words)
        assert (status, "older than fifteen minutes" in body) == (400, True)
