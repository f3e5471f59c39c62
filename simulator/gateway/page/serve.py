"""The page's own process: uvicorn on loopback unless told otherwise."""

from __future__ import annotations

import uvicorn

from simulator.gateway.login import Login
from simulator.gateway.page.app import Pages
from simulator.gateway.parts import Settings
from simulator.gateway.store import open_store

LOOPBACK = ["127.0.0.1", "localhost", "::1"]


def page_server(settings: Settings) -> uvicorn.Server:
    """`run` blocks; `should_exit` ends it."""
    host, _, port = settings.page.rpartition(":")
    login = Login(settings.password_file)
    pages = Pages(settings.registry(), open_store(settings.store), login, [*LOOPBACK, host])
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
