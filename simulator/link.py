"""A cable to pull: a TCP proxy on loopback between the terminal and its broker.

Enter: connections to `port`. Leave: the same bytes at the target, until the link is cut, swallowed or
slowed. One thread of its own; every method may be called from any other, but after `start`.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Coroutine
from threading import Thread
from typing import Any

CHUNK_BYTES = 65_536
CALL_S = 5.0


class LinkProxy:
    """The port stays the same from `start` to `stop`, cut or not."""

    def __init__(self, target_host: str, target_port: int) -> None:
        self._target = (target_host, target_port)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._slow_s = 0.0
        self.port = 0

    def start(self) -> None:
        """Listen on a free port; the link is good."""
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="link-proxy", daemon=True)
        self._thread.start()
        self._call(self._listen())

    def stop(self) -> None:
        """Close everything and end the thread."""
        if self._loop is None or self._thread is None:
            return
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_S)
        self._loop.close()
        self._loop = self._thread = None

    def __enter__(self) -> LinkProxy:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def cut(self) -> None:
        """The cable is out: connections break, new ones are refused."""
        self._call(self._close())

    def black_hole(self) -> None:
        """The cable is in, and nothing comes through: connections stay open and silent."""
        self._call(self._swallow())

    def restore(self) -> None:
        """The link is good again; what a black hole held back goes on."""
        self._call(self._listen())

    def slow(self, ms: int) -> None:
        """Every piece waits so long, both ways. 0: full speed."""
        self._slow_s = ms / 1000

    def _call(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            work.close()
            raise RuntimeError("the link was not started, or was stopped")
        asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_S)

    async def _listen(self) -> None:
        self._flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _swallow(self) -> None:
        self._flowing.clear()

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(near_out)
        far_out: asyncio.StreamWriter | None = None
        try:
            await self._flowing.wait()
            far_in, far_out = await asyncio.open_connection(*self._target)
            self._writers.add(far_out)
            for way in (near_out, far_out):
                way.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._join(near_in, near_out, far_in, far_out)
        except (OSError, asyncio.CancelledError):
            pass  # nobody there, or the cable was pulled: either way both ends close
        finally:
            for side in (near_out, far_out):
                if side is not None:
                    side.transport.abort()
                    self._writers.discard(side)
            self._tasks.discard(task)

    async def _join(
        self,
        near_in: asyncio.StreamReader,
        near_out: asyncio.StreamWriter,
        far_in: asyncio.StreamReader,
        far_out: asyncio.StreamWriter,
    ) -> None:
        """Both ways, until either end has had enough; then what it still said goes through."""
        ways = [
            asyncio.ensure_future(self._pump(near_in, far_out)),
            asyncio.ensure_future(self._pump(far_in, near_out)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        for out in (near_out, far_out):
            out.close()
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(out.wait_closed(), 1)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK_BYTES):
                if self._slow_s:
                    await asyncio.sleep(self._slow_s)
                await self._flowing.wait()
                sink.write(data)
                await sink.drain()
