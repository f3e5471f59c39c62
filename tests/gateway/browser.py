"""A real browser without a window: Chromium, driven through the W3C WebDriver protocol over plain HTTP."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from simulator.broker import free_port
from tests.helpers import wait_until

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = [
    "--headless=new",
    "--no-sandbox",  # a container's root has no other way
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--window-size=1180,1000",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # it speaks to us and to nobody else
]


def installed() -> bool:
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


class Browser:
    """One window. Elements are found by CSS."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self._at = f"http://127.0.0.1:{port}"
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self._ready, 30, "chromedriver")
        options = {"binary": shutil.which("chromium"), "args": [*FLAGS, f"--user-data-dir={folder}"]}
        wanted = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}
        session = self._call("POST", "/session", {"capabilities": wanted})
        self._session = f"/session/{session['sessionId']}"

    def close(self) -> None:
        self._call("DELETE", self._session)
        self._driver.terminate()
        self._driver.wait(10)

    def open(self, url: str) -> None:
        self._call("POST", f"{self._session}/url", {"url": url})

    @property
    def url(self) -> str:
        return str(self._call("GET", f"{self._session}/url"))

    def text(self, css: str = "body") -> str:
        return str(self._call("GET", f"{self._find(css)}/text"))

    def has(self, css: str) -> bool:
        wanted = {"using": "css selector", "value": css}
        return bool(self._call("POST", f"{self._session}/elements", wanted))

    def write(self, css: str, words: str) -> None:
        """Into a field, instead of what stands there."""
        element = self._find(css)
        self._call("POST", f"{element}/clear", {})
        self._call("POST", f"{element}/value", {"text": words})

    def click(self, css: str) -> None:
        self._call("POST", f"{self._find(css)}/click", {})

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._call("GET", f"{self._session}/screenshot")))

    def run(self, script: str) -> Any:
        """The driver's own script: the page's rules do not hold it."""
        return self._call("POST", f"{self._session}/execute/sync", {"script": script, "args": []})

    def _find(self, css: str) -> str:
        """A page that was just asked for may still be on its way."""
        wait_until(lambda: self.has(css), what=css)
        wanted = {"using": "css selector", "value": css}
        found = self._call("POST", f"{self._session}/element", wanted)
        return f"{self._session}/element/{found[ELEMENT]}"

    def _ready(self) -> bool:
        try:
            return bool(self._call("GET", "/status")["ready"])
        except OSError:
            return False

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._at + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]
