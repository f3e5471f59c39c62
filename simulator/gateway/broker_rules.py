"""The guard's own table as a broker's rules: a folder with which Mosquitto or EMQX starts.

Enter: head office's authority, the certificates that were withdrawn. Leave: configuration, access list, TLS
files. Terminals: TLS 1.3 with a certificate, whose common name is user and client id; up only on its own
topics, down only from its own. The cloud's own side: a second listener on loopback.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.broker import PAYLOAD_BYTES_MAX
from simulator.gateway.authority import Authority
from simulator.gateway.rules import ROOT, TERMINAL

KINDS = ("mosquitto", "emqx")
OFFICE_USER = "HYLA-CLOUD"
"""Head office at EMQX. Common names are device ids and have no capital: no certificate gives this name."""


NO_CRL = (
    "say where EMQX finds the list (hyla-cloud serve --crl-url http://HOST:PORT/revoked.crl), then again"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where terminals find the broker, and where the cloud's own side does."""

    host: str = "127.0.0.1"
    port: int = 8883
    inner_port: int = 1884


def write_rules(
    kind: str, folder: Path, place: Place, authority: Authority, revoked: str, crl_url: str = ""
) -> list[Path]:
    """All files, for `kind`; the first is the one to start with. `revoked`: the lists in PEM, as Mosquitto
    reads them. `crl_url`: where certificates say that EMQX fetches them; empty: it checks none."""
    folder.mkdir(parents=True, exist_ok=True)
    chain, key = authority.server(place.host, folder)
    ca, crl = folder / "ca.crt", folder / "revoked.crl"
    ca.write_text(authority.ca_pem, "ascii")
    crl.write_text(revoked, "ascii")
    written = _mosquitto(folder, place) if kind == "mosquitto" else _emqx(folder, place, bool(crl_url))
    return [*written, ca, chain, key, crl]


def _mosquitto(folder: Path, place: Place) -> list[Path]:
    access, config = folder / "access", folder / "mosquitto.conf"
    rules = [f"pattern write {ROOT}%u/{lane}" for lane in TERMINAL.publish]
    rules += [f"pattern read {ROOT}%u/{lane}" for lane in TERMINAL.subscribe]
    access.write_text("\n".join(rules) + "\n", "utf-8")
    lines = [
        "per_listener_settings true",
        "max_inflight_messages 20",
        "max_queued_messages 10000",
        f"message_size_limit {PAYLOAD_BYTES_MAX}",
        "persistence true",
        f"persistence_location {folder}/",
        "log_dest stderr",
        f"listener {place.port} {place.host}",
        f"cafile {folder / 'ca.crt'}",
        f"certfile {folder / 'server.crt'}",
        f"keyfile {folder / 'server.key'}",
        f"crlfile {folder / 'revoked.crl'}",
        "tls_version tlsv1.3",
        "require_certificate true",
        "use_identity_as_username true",
        "use_username_as_clientid true",
        f"acl_file {access}",
        f"listener {place.inner_port} 127.0.0.1",
        "allow_anonymous true",
    ]
    config.write_text("\n".join(lines) + "\n", "utf-8")
    return [config, access]


def _emqx(folder: Path, place: Place, crl: bool) -> list[Path]:
    access, config = folder / "acl.conf", folder / "emqx.conf"
    mine = f"{ROOT}${{username}}/"
    rules = [f'{{allow, all, {_action(lane)}, ["{mine}{lane}"]}}.' for lane in TERMINAL.publish]
    rules += [f'{{allow, all, subscribe, ["{mine}{lane}"]}}.' for lane in TERMINAL.subscribe]
    rules += [f'{{allow, {{username, "{OFFICE_USER}"}}, all, ["hyla/#"]}}.', "{deny, all}."]
    access.write_text("\n".join(rules) + "\n", "utf-8")
    config.write_text(
        _EMQX.format(folder=folder, place=place, bytes=PAYLOAD_BYTES_MAX, crl=str(crl).lower()), "utf-8"
    )
    return [config, access]


def _action(lane: str) -> str:
    """As the guard: what stays at the broker is a terminal's state, and nothing else."""
    return "publish" if lane in TERMINAL.retain else "{publish, [{retain, false}]}"


# Listeners that it starts by itself unless it is told not to: without certificates, on every address.
_EMQX = """crl_cache {{
  refresh_interval = 60s
}}
mqtt {{
  max_packet_size = {bytes}
  peer_cert_as_username = cn
  peer_cert_as_clientid = cn
}}
listeners.ssl.default {{
  bind = "{place.host}:{place.port}"
  ssl_options {{
    cacertfile = "{folder}/ca.crt"
    certfile = "{folder}/server.crt"
    keyfile = "{folder}/server.key"
    verify = verify_peer
    fail_if_no_peer_cert = true
    enable_crl_check = {crl}
    versions = ["tlsv1.3"]
  }}
}}
listeners.tcp.default {{
  bind = "127.0.0.1:{place.inner_port}"
}}
listeners.ws.default.enable = false
listeners.wss.default.enable = false
authorization {{
  no_match = deny
  deny_action = ignore
  sources = [{{ type = file, enable = true, path = "{folder}/acl.conf" }}]
}}
"""
