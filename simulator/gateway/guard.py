"""The guard before the embedded broker: TLS 1.3, who somebody is, and only what is its own.

Enters: terminals on a public port. Leaves: the same packets at the broker on loopback, if they are allowed;
what is not is answered with its reason. Two kinds of listener: the terminals' own wants a certificate of
head office (client id = common name), the bootstrap listener knows a terminal by its serial number only and
takes nothing but claiming. One thread; a revoked terminal is cut where it stands.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, Protocol

from agent.core.assignment import SERIAL_SHAPE
from simulator.gateway import packets
from simulator.gateway.packets import Connect, Malformed, Packet, Publish, Reason, Subscribe
from simulator.gateway.rules import (
    BOOTSTRAP,
    TERMINAL,
    Lanes,
    may_publish,
    may_retain,
    may_subscribe,
)

log = logging.getLogger(__name__)

GREETING_S = 5.0  # for the handshake, and again for CONNECT
LOOK_S = 1.0  # how soon a revocation that nobody told the guard of is noticed
CONNECTIONS_MAX = 10_000
BOOTSTRAP_MAX = 200
BOOTSTRAP_BODY_MAX = 16_384
CHUNK_BYTES = 65_536
CALL_S = 5.0


class Doorkeeper(Protocol):
    """Head office's word, asked at each connection and while it lasts. Any thread."""

    def may_connect(self, cert_serial: str, device_id: str) -> bool:
        """This certificate (serial number in lower hex) is of this device, and counts."""


@dataclass(frozen=True, slots=True)
class Keys:
    """PEM files of the listener; `ca` is whom terminals' certificates must come from."""

    chain: Path
    key: Path
    ca: Path


@dataclass
class _Guest:
    """One client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    name: str = ""
    cert_serial: str = ""
    greeted: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class Guard:
    """One listener. With a doorkeeper the terminals' own; without, the bootstrap listener."""

    def __init__(
        self, keys: Keys, broker_port: int, door: Doorkeeper | None, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._keys, self._broker_port, self._door = keys, broker_port, door
        self._host, self.port = host, port
        self._lanes: Lanes = TERMINAL if door is not None else BOOTSTRAP
        self._guests: dict[int, _Guest] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._server: asyncio.Server | None = None

    def start(self) -> None:
        """Returns when it listens; `port` is known then."""
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="guard", daemon=True)
        self._thread.start()
        self._call(self._open())

    def stop(self) -> None:
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        self._call(self._close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(CALL_S)
        loop.close()
        self._loop = self._thread = None

    def __enter__(self) -> Guard:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def cut(self, name: str) -> None:
        """This terminal's connections end now. Returns when they have."""
        self._call(self._cut(lambda guest: guest.name == name))

    def cut_revoked(self) -> None:
        """Ask again about everybody who is here."""
        self._call(self._cut(lambda guest: not self._admits(guest)))

    @property
    def present(self) -> list[str]:
        """Who is here, in order of arrival."""
        return [guest.name for guest in list(self._guests.values()) if guest.greeted]

    # --- the listener ---------------------------------------------------------------------------------

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            work.close()
            raise RuntimeError("the guard was not started, or was stopped")
        asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_S)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self._keys.chain, self._keys.key)
        if self._door is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self._keys.ca)
        return context

    async def _open(self) -> None:
        self._server = await asyncio.start_server(
            self._welcome, self._host, self.port, ssl=self._context(), ssl_handshake_timeout=GREETING_S
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self._look = asyncio.ensure_future(self._look_again())

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._cut(lambda _: True)
        while rest := asyncio.all_tasks() - {asyncio.current_task()}:  # the look, and who just comes in
            await _ended(rest)

    async def _look_again(self) -> None:
        while self._door is not None:
            await asyncio.sleep(LOOK_S)
            try:
                await self._cut(lambda guest: guest.greeted and not self._admits(guest))
            except Exception:
                log.exception("guard: head office could not be asked; who is here stays")

    async def _cut(self, whom: Any) -> None:
        tasks: list[asyncio.Task[None]] = []
        for guest in [guest for guest in self._guests.values() if whom(guest)]:
            log.info("guard: the connection of %s was cut", guest.name or "a stranger")
            guest.writer.transport.abort()
            tasks += guest.tasks
        await _ended(tasks)

    def _admits(self, guest: _Guest) -> bool:
        return self._door is None or self._door.may_connect(guest.cert_serial, guest.name)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guest = _Guest(reader, writer)
        most = CONNECTIONS_MAX if self._door is not None else BOOTSTRAP_MAX
        if len(self._guests) >= most:
            writer.transport.abort()
            return
        self._guests[id(guest)] = guest
        task = asyncio.current_task()
        assert task is not None
        guest.tasks.append(task)
        try:
            await self._serve(guest)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError):
            pass  # gone, or sent away
        except Exception:
            log.exception("guard: a connection failed")
        finally:
            self._guests.pop(id(guest), None)
            writer.transport.abort()

    async def _serve(self, guest: _Guest) -> None:
        try:
            async with asyncio.timeout(GREETING_S):
                first, body, raw = await _packet(guest.reader)
            connect = packets.read(first, body)
            self._expect_allowed(guest, connect)
        except Malformed as refusal:
            await self._send_away(guest, refusal)
            return
        far_in, far_out = await asyncio.open_connection("127.0.0.1", self._broker_port)
        guest.greeted = True
        far_out.write(raw)
        down = asyncio.ensure_future(_pour(far_in, guest.writer))
        up = asyncio.ensure_future(self._up(guest, far_out))
        guest.tasks += [down, up]
        try:
            await asyncio.wait((down, up), return_when=asyncio.FIRST_COMPLETED)
            if up.done() and not down.done():
                far_out.write_eof()  # after a farewell the broker closes; without one it says the will
                await asyncio.wait((down,), timeout=1)
        finally:
            far_out.transport.abort()
            for way in (down, up):
                way.cancel()
            await asyncio.gather(down, up, return_exceptions=True)

    # --- who and what -----------------------------------------------------------------------------------

    def _expect_allowed(self, guest: _Guest, packet: Packet) -> None:
        """The first packet, and whose it is. Raises Malformed."""
        if not isinstance(packet, Connect):
            raise Malformed(Reason.PROTOCOL, "a first packet that is no CONNECT")
        if self._door is None:
            self._expect_newcomer(packet)
        else:
            guest.cert_serial, common_name = _certificate_of(guest.writer)
            if packet.client_id != common_name:
                raise Malformed(Reason.CLIENT_ID, "a client id that is not the certificate's common name")
        guest.name = packet.client_id
        if not self._admits(guest):
            raise Malformed(Reason.NOT_AUTHORIZED, "a certificate that head office has withdrawn")
        if packet.will_topic is None:
            return
        own = may_publish(self._lanes, guest.name, packet.will_topic)
        kept = not packet.will_retain or may_retain(self._lanes, guest.name, packet.will_topic)
        heard = packet.will_response is None or may_subscribe(self._lanes, guest.name, packet.will_response)
        if not (own and kept and heard) or packet.will_qos == 2:
            raise Malformed(Reason.NOT_AUTHORIZED, "a will on a topic that is not its own")

    @staticmethod
    def _expect_newcomer(packet: Connect) -> None:
        if not SERIAL_SHAPE.fullmatch(packet.client_id):
            raise Malformed(Reason.CLIENT_ID, "a client id that is no serial number")
        if packet.will_topic is not None or packet.username is not None or not packet.clean:
            raise Malformed(Reason.NOT_AUTHORIZED, "a newcomer with a will, a user or a session")

    async def _up(self, guest: _Guest, out: asyncio.StreamWriter) -> None:
        """What the terminal says, packet by packet."""
        try:
            while True:
                first, body, raw = await _packet(guest.reader)
                packet = packets.read(first, body)
                if isinstance(packet, Connect):
                    raise Malformed(Reason.PROTOCOL, "a second CONNECT")
                if self._may(guest.name, packet):
                    out.write(raw)
                    await out.drain()
                else:
                    self._refuse(guest, packet)
        except Malformed as refusal:
            await self._send_away(guest, refusal)

    def _may(self, who: str, packet: Packet) -> bool:
        if isinstance(packet, Publish):
            if packet.response_topic is not None and not may_subscribe(
                self._lanes, who, packet.response_topic
            ):
                return False
            if packet.retain and not may_retain(self._lanes, who, packet.topic):
                return False
            if self._door is None and packet.body_bytes > BOOTSTRAP_BODY_MAX:
                return False
            return may_publish(self._lanes, who, packet.topic)
        if isinstance(packet, Subscribe):
            return all(qos < 2 and may_subscribe(self._lanes, who, name) for name, qos in packet.filters)
        return True

    def _refuse(self, guest: _Guest, packet: Packet) -> None:
        """Answered in the broker's place, so that the terminal knows; nothing of it goes on. One packet is
        allowed as a whole or not at all."""
        if isinstance(packet, Publish) and packet.qos == 1:
            guest.writer.write(_puback(packet.packet_id))
        elif isinstance(packet, Subscribe):
            guest.writer.write(_suback(packet))
        else:
            raise Malformed(Reason.NOT_AUTHORIZED, "a message on a topic that is not its own")
        log.warning("guard: %s tried a topic that is not its own", guest.name)

    @staticmethod
    async def _send_away(guest: _Guest, refusal: Malformed) -> None:
        """Said why, then closed."""
        log.warning("guard: %s was sent away: %s", guest.name or "a stranger", refusal)
        if guest.greeted:
            guest.writer.write(bytes([packets.DISCONNECT << 4, 2, refusal.reason, 0]))
        else:
            guest.writer.write(bytes([packets.CONNACK << 4, 3, 0, refusal.reason, 0]))
        guest.writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await guest.writer.wait_closed()


async def _ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancelled, and over."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    """First byte, body, and all of it as it came. Raises Malformed, IncompleteReadError."""
    first = (await reader.readexactly(1))[0]
    length = b""
    while (size := packets.header(first, length)) is None:
        length += await reader.readexactly(1)
    body = await reader.readexactly(size)
    return first, body, bytes([first]) + length + body


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """What the broker says goes down as it is: it only speaks of what was let through."""
    with contextlib.suppress(OSError):
        while data := await source.read(CHUNK_BYTES):
            sink.write(data)
            await sink.drain()


def _certificate_of(writer: asyncio.StreamWriter) -> tuple[str, str]:
    """Serial number in lower hex and common name. OpenSSL has checked chain, dates and purpose."""
    shown: dict[str, Any] = writer.get_extra_info("peercert") or {}
    names = [value for part in shown.get("subject", ()) for key, value in part if key == "commonName"]
    if len(names) != 1 or not shown.get("serialNumber"):
        raise Malformed(Reason.NOT_AUTHORIZED, "a certificate without one common name")
    return f"{int(shown['serialNumber'], 16):x}", names[0]


def _puback(packet_id: int) -> bytes:
    return bytes([packets.PUBACK << 4, 3, *packet_id.to_bytes(2), Reason.NOT_AUTHORIZED])


def _suback(packet: Subscribe) -> bytes:
    codes = bytes([Reason.NOT_AUTHORIZED]) * len(packet.filters)
    size = 3 + len(codes)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    return bytes([packets.SUBACK << 4]) + length + packet.packet_id.to_bytes(2) + b"\0" + codes
