"""The page's own process: uvicorn on loopback unless told otherwise."""

from __future__ import annotations

import uvicorn

from simulator.gateway.deeds import Deeds
from simulator.gateway.login import Login
from simulator.gateway.page.app import Pages
from simulator.gateway.page.bundles import BundleDesk
from simulator.gateway.page.entrance import Entrance
from simulator.gateway.parts import Settings
from simulator.gateway.people import People
from simulator.gateway.store import open_store

LOOPBACK = ["127.0.0.1", "localhost", "::1"]


def page_server(settings: Settings) -> uvicorn.Server:
    """`run` blocks; `should_exit` ends it."""
    host, _, port = settings.page.rpartition(":")
    store = open_store(settings.store)
    entrance = Entrance(Login(People(store)), Deeds(store))
    pages = Pages(settings.registry(), store, entrance, BundleDesk(settings), [*LOOPBACK, host])
    config = uvicorn.Config(
        pages.app,
        host=host,
        port=int(port),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        limit_concurrency=64,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)
