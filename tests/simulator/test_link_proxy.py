"""The cable between terminal and broker: cut, swallowing, slow, and good again on the same port."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from simulator.link import LinkProxy


@pytest.fixture
def echo():
    server = socket.create_server(("127.0.0.1", 0))

    def serve(link):
        with link:
            try:
                while data := link.recv(4096):
                    link.sendall(data)
            except OSError:
                pass

    def accept():
        while True:
            try:
                link, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(link,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


@pytest.fixture
def link(echo):
    before = set(threading.enumerate())
    with LinkProxy("127.0.0.1", echo) as link:
        yield link
    assert not any(thread.name == "link-proxy" for thread in set(threading.enumerate()) - before)


def connect(link):
    return socket.create_connection(("127.0.0.1", link.port), 5)


def said_back(sock, word):
    sock.sendall(word)
    return sock.recv(4096)


def is_broken(sock):
    try:
        return sock.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_good_link_passes_everything_both_ways(link):
    with connect(link) as sock:
        assert said_back(sock, b"one") == b"one"
        big = bytes(300_000)
        threading.Thread(target=sock.sendall, args=(big,)).start()
        got = 0
        while got < len(big):
            got += len(sock.recv(65_536))


def test_a_cut_breaks_connections_and_refuses_new_ones_until_restored(link):
    port = link.port
    with connect(link) as sock:
        assert said_back(sock, b"one") == b"one"
        link.cut()
        assert is_broken(sock)
    with pytest.raises(ConnectionRefusedError):
        connect(link)
    link.restore()
    assert link.port == port
    with connect(link) as sock:
        assert said_back(sock, b"two") == b"two"


def test_a_black_hole_keeps_connections_open_and_passes_nothing(link):
    with connect(link) as sock:
        assert said_back(sock, b"one") == b"one"
        link.black_hole()
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            said_back(sock, b"two")
        with connect(link) as other:
            other.settimeout(0.1)
            with pytest.raises(TimeoutError):
                said_back(other, b"three")
            link.restore()
            other.settimeout(5)
            assert other.recv(4096) == b"three"
        sock.settimeout(5)
        assert sock.recv(4096) == b"two"


def test_a_slow_link_is_slow_and_complete(link):
    with connect(link) as sock:
        link.slow(50)
        began = time.monotonic()
        assert said_back(sock, b"one") == b"one"
        assert time.monotonic() - began >= 0.1
        link.slow(0)
        assert said_back(sock, b"two") == b"two"


def test_nobody_behind_the_link_looks_like_a_closed_door(echo):
    spare = socket.create_server(("127.0.0.1", 0))
    port = spare.getsockname()[1]
    spare.close()
    with LinkProxy("127.0.0.1", port) as link, connect(link) as sock:
        assert is_broken(sock)
    assert echo != port


def test_stopping_twice_or_unstarted_does_no_harm():
    unstarted = LinkProxy("127.0.0.1", 1)
    unstarted.stop()
    link = LinkProxy("127.0.0.1", 1)
    link.start()
    link.stop()
    link.stop()
