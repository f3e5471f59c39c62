"""mqtts with client certificates, against a broker that insists on them."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from agent.core.charge import Captured
from agent.core.commands import AskCharge
from simulator.mosquitto import MosquittoBroker, TlsFiles

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        MosquittoBroker.program() is None,
        reason="mosquitto is not installed (apt-get install mosquitto); only it asks for certificates",
    ),
]


@dataclass
class Authority:
    """A certificate authority in a folder."""

    folder: Path
    name: str

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        self.ca = self._write("ca", self._sign(self.subject, self.key, ca=True), self.key)[0]

    def issue(self, name: str) -> tuple[str, str]:
        """Certificate and key files for this common name, good for 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        return self._write(name, self._sign(subject, key, ca=False), key)

    def _sign(self, subject, key, ca: bool) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        local = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([local]), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def _write(self, name: str, certificate: x509.Certificate, key) -> tuple[str, str]:
        files = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
        return str(files[0]), str(files[1])


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "ca", "Good Neighbour CA")


@pytest.fixture
def broker(shop, authority):
    certificate, key = authority.issue("broker")
    broker = shop.broker(MosquittoBroker, tls=TlsFiles(Path(authority.ca), Path(certificate), Path(key)))
    broker.start()
    return broker


def settings(authority, name="desk-01"):
    certificate, key = authority.issue(name)
    return {"ca_file": authority.ca, "certificate_file": certificate, "key_file": key}


def test_with_its_certificate_a_terminal_charges_and_delivers(shop, broker, authority):
    cloud = shop.cloud(broker.cloud_url)
    assert cloud.wait_ready(10)
    terminal = shop.terminal(broker.url, **settings(authority))
    terminal.wait_up()
    request = shop.request()
    terminal.task.ask(AskCharge(request))
    assert isinstance(terminal.wait_answer(request), Captured)
    terminal.task.deliver(shop.rows(1, 200))
    assert cloud.wait_for(lambda: len(set(terminal.taken())) == 200, 10)


def test_without_a_certificate_it_is_refused_and_told_which_setting(shop, broker, authority):
    text = shop.terminal(broker.url, ca_file=authority.ca).wait_trouble("refused")
    assert "cloud.certificate_file" in text


def test_a_certificate_of_a_stranger_is_refused(shop, broker, authority, tmp_path):
    stranger = settings(Authority(tmp_path / "other", "Other CA"))
    text = shop.terminal(broker.url, **{**stranger, "ca_file": authority.ca}).wait_trouble("refused")
    assert "cloud.certificate_file" in text


def test_a_broker_of_a_stranger_is_not_trusted(shop, broker, tmp_path):
    other = Authority(tmp_path / "other", "Other CA")
    text = shop.terminal(broker.url, **settings(other)).wait_trouble("refused")
    assert "cloud.ca_file" in text


def test_the_certificate_of_another_terminal_gets_no_topics_of_ours(shop, broker, authority):
    text = shop.terminal(broker.url, **settings(authority, "desk-02")).wait_trouble("refused")
    assert "hyla/1/desk-01/" in text
    assert "access list" in text


def test_a_key_that_does_not_fit_is_named_before_any_connection(shop, broker, authority):
    mixed = {**settings(authority), "key_file": authority.issue("another")[1]}
    assert "cloud.certificate_file = " in shop.terminal(broker.url, **mixed).wait_trouble("refused")


def test_a_ca_file_that_is_no_certificate_is_named(shop, broker, tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    assert "cloud.ca_file = " in shop.terminal(broker.url, ca_file=str(empty)).wait_trouble("refused")
