"""EMQX's rules, judged as its documentation says that EMQX judges. No EMQX ran here: none can be had from
the package sources that these tests use, so this shows what the rules say, not what that broker does.

Documented (docs.emqx.com, Authorization → Use ACL File): rules are Erlang tuples, matched from the top; the
first that fits decides; a topic may hold ${username}; a subscription is judged by its filter, without the
prefix of a shared one; `no_match = deny` decides what no rule fits. As its sources do it (emqx/emqx,
`emqx_authz_rule.erl`): an action may ask for `retain`; a topic whose name is not filled in fits nothing;
`{deny, all}` is `#`, which leaves out what begins with `$`: that is what `no_match` is for.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509

from simulator.gateway import packets
from simulator.gateway.authority import Authority
from simulator.gateway.broker_rules import OFFICE_USER, Place, write_rules
from simulator.gateway.packets import Malformed, Publish, Subscribe
from simulator.gateway.rules import ROOT, TERMINAL
from tests.gateway.conftest import request_pem
from tests.gateway.hostile import OWN, READS, WRITES, Attack

CRL_URL = "http://127.0.0.1:8470/revoked.crl"
RULE = re.compile(
    r"\{(allow|deny), (all|\{username, \"([^\"]+)\"\})"
    r"(?:, (publish|subscribe|all|\{publish, \[\{retain, false\}\]\}), \[([^\[\]]*)\])?\}\."
)
UNKEPT = "{publish, [{retain, false}]}"


@dataclass(frozen=True)
class Rule:
    """One tuple. `who` is empty for everybody, `topics` None for every topic."""

    permission: str
    who: str
    action: str
    topics: tuple[str, ...] | None


def parsed(text: str) -> Iterator[Rule]:
    for line in text.splitlines():
        match = RULE.fullmatch(line)
        assert match, f"no tuple of an ACL file: {line}"
        topics = None if match[5] is None else tuple(re.findall(r'"([^"]+)"', match[5]))
        yield Rule(match[1], match[3] or "", match[4] or "all", topics)


def fits(name: str, filter: str) -> bool:
    """Level by level, as EMQX matches a topic (or the filter of a subscription) with a rule's."""
    if name.startswith("$") and filter[:1] in ("#", "+"):
        return False
    names, levels = name.split("/"), filter.split("/")
    for at, level in enumerate(levels):
        if level == "#":
            return True
        if at >= len(names) or level not in ("+", names[at]):
            return False
        if level == "+" and names[at] == "#":
            return False
    return len(names) == len(levels)


def allowed(rules: list[Rule], user: str, action: str, topic: str, retain: bool = False) -> bool:
    if action == "subscribe" and topic.startswith("$share/"):
        topic = topic.split("/", 2)[2]
    for rule in rules:
        fitting = ("all", action, UNKEPT) if action == "publish" and not retain else ("all", action)
        if rule.who not in ("", user) or rule.action not in fitting:
            continue
        if rule.topics is None or any(fits(topic, one.replace("${username}", user)) for one in rule.topics):
            return rule.permission == "allow"
    return False


@pytest.fixture
def rules(authority: Authority, tmp_path: Path) -> list[Rule]:
    _, access, *_ = write_rules("emqx", tmp_path, Place(), authority, "")
    return list(parsed(access.read_text("utf-8")))


def said(attack: Attack) -> Iterator[tuple[str, str, bool]]:
    """What the broker would have to judge; nothing where its parser already says no."""
    for raw in attack.says:
        at = 1
        while raw[at] & 0x80:
            at += 1
        try:
            packet = packets.read(raw[0], raw[at + 1 :])
        except Malformed:
            continue
        if isinstance(packet, Publish) and packet.topic:
            yield "publish", packet.topic, packet.retain
        if isinstance(packet, Subscribe):
            yield from (("subscribe", filter, False) for filter, _ in packet.filters)


@pytest.mark.parametrize("attack", [*READS, *WRITES], ids=lambda attack: attack.name)
def test_no_rule_lets_a_hostile_terminal_at_its_neighbours(attack: Attack, rules: list[Rule]) -> None:
    for action, topic, retain in said(attack):
        below_its_own = topic.startswith(f"{ROOT}{OWN}/")  # to MQTT two dots are two dots
        assert below_its_own or not allowed(rules, OWN, action, topic, retain), (action, topic)


def test_a_terminal_may_do_all_that_is_its_own(rules: list[Rule]) -> None:
    for lane in TERMINAL.publish:
        assert allowed(rules, OWN, "publish", own(lane))
    for lane in TERMINAL.subscribe:
        assert allowed(rules, OWN, "subscribe", f"{ROOT}{OWN}/{lane}")


def test_what_stays_at_the_broker_is_a_terminals_state_and_nothing_else(rules: list[Rule]) -> None:
    kept = {lane for lane in TERMINAL.publish if allowed(rules, OWN, "publish", own(lane), retain=True)}
    assert kept == set(TERMINAL.retain)


def own(lane: str) -> str:
    return f"{ROOT}{OWN}/{lane.replace('+', 'x')}"


def test_head_offices_user_is_a_name_that_no_terminal_can_have(rules: list[Rule]) -> None:
    assert allowed(rules, OFFICE_USER, "subscribe", "$share/asks/hyla/1/+/q/+")
    assert allowed(rules, OFFICE_USER, "publish", f"{ROOT}{OWN}/r/charge")
    assert not re.fullmatch("[a-z0-9-]+", OFFICE_USER), "device ids, and so common names, have no capitals"
    assert not allowed(rules, OFFICE_USER.lower(), "publish", f"{ROOT}{OWN}/r/charge")


# --- revocation: what its documentation ("CRL Check") asks for, with OpenSSL as the one who judges -------


class Issued:
    """A terminal's certificate of an authority whose list lies at a place, and that list."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.authority = folder, Authority(folder / "keys", CRL_URL)
        now_ms = time.time_ns() // 1_000_000
        self.serial, chain, _ = self.authority.issue(request_pem(), OWN, now_ms)
        own, self.issuing = re.findall("-----BEGIN.*?-----END CERTIFICATE-----\n", chain, re.DOTALL)
        self.own = x509.load_pem_x509_certificate(own.encode())
        (folder / "own.pem").write_text(own)
        (folder / "issuing.pem").write_text(self.issuing)
        self._now_ms = now_ms

    def judged(self, *revoked: str) -> str:
        """By OpenSSL, with the list as it is published now."""
        listed = self.folder / "list.pem"
        listed.write_text(self.authority.published_list(list(revoked), self._now_ms))
        words = [
            "-CAfile",
            self.authority.ca_file,
            "-untrusted",
            self.folder / "issuing.pem",
            "-CRLfile",
            listed,
        ]
        command = ["openssl", "verify", "-crl_check", "-extended_crl", *words, self.folder / "own.pem"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return done.stdout + done.stderr


def test_a_certificate_names_the_place_of_the_list_and_the_list_names_itself(tmp_path: Path) -> None:
    issued = Issued(tmp_path)
    [point] = issued.own.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    listed = x509.load_pem_x509_crl(issued.authority.published_list([], 0).encode())
    here = listed.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    assert [point.full_name, here.value.full_name] == [[x509.UniformResourceIdentifier(CRL_URL)]] * 2
    assert here.critical


def test_who_reads_the_list_refuses_the_withdrawn_and_nobody_else(tmp_path: Path) -> None:
    issued = Issued(tmp_path)
    assert "own.pem: OK" in issued.judged()
    assert "own.pem: OK" in issued.judged("7f3a90bc")
    assert "certificate revoked" in issued.judged(issued.serial)


def test_emqx_is_told_to_check_only_where_certificates_name_a_list(
    authority: Authority, tmp_path: Path
) -> None:
    for url, word in ((CRL_URL, "true"), ("", "false")):
        config, *_ = write_rules("emqx", tmp_path, Place(), authority, "", url)
        said = config.read_text("utf-8")
        assert f"enable_crl_check = {word}" in said
        assert "refresh_interval = 60s" in said
        assert "verify = verify_peer" in said


def test_no_listener_is_left_that_asks_for_no_certificate(authority: Authority, tmp_path: Path) -> None:
    """EMQX starts four by itself, tcp, ssl, ws and wss, each called `default`, and takes whatever name a
    guest gives: over WebSocket anybody would be head office."""
    config, *_ = write_rules("emqx", tmp_path, Place(), authority, "")
    said = config.read_text("utf-8")
    for kind in ("ws", "wss"):
        assert f"listeners.{kind}.default.enable = false" in said
    tcp = said.split("listeners.tcp.default {")[1].split("}")[0]
    assert 'bind = "127.0.0.1:' in tcp


def test_the_last_word_is_no(rules: list[Rule]) -> None:
    assert rules[-1] == Rule("deny", "", "all", None)
    assert not allowed(rules, OWN, "subscribe", "#")
    assert not allowed(rules, OWN, "subscribe", "$SYS/brokers"), "no rule fits: no_match"
