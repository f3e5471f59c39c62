"""A certificate before the link is made: the first one, of a terminal claimed without a network; a new one,
once two thirds of the old one's life are over.

Enters: the cloud's task, the identity on disk, the time. Leaves: the same task, run; the identity with its
certificate, switched to in one step. Looked at whenever the link is made, and every ten minutes while it
holds: then the new certificate is asked for over that very link, which goes on as it is, and the next one
is made with it. A renewal that fails stops nobody while the old certificate holds.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from threading import Lock, Thread, Timer

from agent.cloud.claim_messages import Down, Up
from agent.cloud.claim_schema import ClaimRefusedData, IssuedData, OfferData, RenewData
from agent.cloud.claiming import ClaimTask, Listeners, section_of
from agent.cloud.client import CloudTask
from agent.core.events import Device, Instant
from agent.core.trusted_time import known_now
from agent.fleet.assignment import AnchorTrouble, read_anchors
from agent.fleet.boots import BootsTrouble, read_boots
from agent.fleet.certificate import BadCertificate
from agent.fleet.identity import Identity, IdentityFolder, IdentityTrouble, Papers
from agent.fleet.keystore import KeyTrouble, request_pem
from agent.fleet.machine import MachineTrouble, this_machine
from agent.fleet.stores import keystore
from agent.ports import DeviceTrouble
from agent.profile.schema import CloudSection, Profile

log = logging.getLogger(__name__)

ANCHOR = "anchor.pem"
RENEWAL_S = 10.0
LOOK_MS, AGAIN_MS = 600_000, 3_600_000  # is it due; ask again when nobody answered
FLEET_TROUBLE = (AnchorTrouble, BootsTrouble, IdentityTrouble, KeyTrouble, MachineTrouble)


class CertifiedFirst:
    """DeviceTask of the cloud, for a terminal that head office has claimed."""

    device = Device.CLOUD

    def __init__(self, profile: Profile, cloud: CloudTask) -> None:
        self._profile, self._cloud = profile, cloud
        self._data = Path(profile.device.data_dir)
        self._identities = IdentityFolder(self._data, keystore(profile.fleet))
        self._claim: ClaimTask | None = None
        self._stopped = False
        self._no = ""
        self._lock = Lock()
        self._look_ms = self._again_ms = -1
        self._asked: Identity | None = None

    def run(self) -> None:
        """Raises DeviceTrouble, as the link does."""
        if self._profile.fleet.claim:
            try:
                self._see_to_it()
            except FLEET_TROUBLE as error:
                raise DeviceTrouble("refused", str(error)) from error
        if not self._stopped:
            self._cloud.run()

    def stop(self) -> None:
        self._stopped = True
        self._hang_up()
        self._cloud.stop()

    def look(self, at: Instant) -> None:
        """The main thread, about once a second; never blocks."""
        if self._look_ms < 0:
            self._look_ms = at.mono_ms + LOOK_MS  # the link was just made, and looked itself
        if at.mono_ms < self._look_ms or not self._profile.fleet.claim:
            return
        self._look_ms = at.mono_ms + LOOK_MS
        if at.mono_ms >= self._again_ms:
            Thread(target=self._ask_if_due, args=(at,), name="renewal", daemon=True).start()

    def heard(self, said: Down) -> None:
        """What head office says to it, on the cloud's thread."""
        with self._lock:
            identity, self._asked = self._asked, None
        if identity is None:
            return  # said twice, or never asked for
        self._take(said, identity)
        if self._no:
            log.warning("the certificate was not renewed (%s); the old one goes on", self._no)

    def _ask_if_due(self, at: Instant) -> None:
        """Reading and making a key takes a moment, in a TPM more than one."""
        try:
            identity = self._identity()
            if identity is None or not _is_due(identity, at.utc_ms // 1000):
                return
            words = RenewData(self._request())
        except (*FLEET_TROUBLE, OSError) as error:
            log.warning("the certificate cannot be renewed: %s", error)
            return
        with self._lock:
            self._asked, self._again_ms = identity, at.mono_ms + AGAIN_MS
        self._cloud.renew(words)

    def _hang_up(self) -> None:
        if self._claim is not None:
            self._claim.stop()

    def _see_to_it(self) -> None:
        fleet, identity = self._profile.fleet, self._identity()
        if identity is None:
            return
        machine = this_machine(fleet.serial, fleet.model)
        if identity.validity is None and fleet.url:
            boots = read_boots(self._data)
            epoch = boots.epoch if boots else ""
            words = OfferData(machine.serial, machine.model, self._request(), epoch, {}, identity.jws)
            self._converse(section_of(fleet), machine.serial, words, identity)
            if self._no:
                raise DeviceTrouble("refused", f"head office gives no certificate: {self._no}")
        elif _is_due(identity, int(time.time())):
            self._renew(identity)

    def _identity(self) -> Identity | None:
        """Who this terminal is, from the disk. Raises one of FLEET_TROUBLE."""
        fleet = self._profile.fleet
        machine = this_machine(fleet.serial, fleet.model)
        anchors = read_anchors(Path(fleet.anchor_file or self._data / ANCHOR))
        return self._identities.read(anchors, machine.serial)

    def _renew(self, identity: Identity) -> None:
        """With the old certificate, for a new key; the old one goes on until its end."""
        limit = Timer(RENEWAL_S, self._hang_up)
        limit.daemon = True
        limit.start()
        try:
            self._no = f"no answer in {RENEWAL_S:.0f} s"
            words = RenewData(self._request())
            self._converse(self._profile.cloud, identity.assignment.device, words, identity)
        except DeviceTrouble as trouble:
            self._no = str(trouble)
        finally:
            limit.cancel()
        if self._no and not self._stopped:
            log.warning("the certificate was not renewed (%s); the old one goes on", self._no)

    def _request(self) -> str:
        with self._lock:
            return request_pem(self._identities.draft_key(), self._profile.device.id).decode()

    def _converse(self, section: CloudSection, who: str, words: Up, identity: Identity) -> None:
        listeners = Listeners(lambda said: self._heard(said, identity), lambda: None)
        self._claim = ClaimTask(section, who, words, listeners)
        if not self._stopped:
            self._claim.run()

    def _heard(self, said: Down, identity: Identity) -> None:
        """On this very thread, inside `claim.run`."""
        assert self._claim is not None
        if self._take(said, identity):
            self._claim.stop()

    def _take(self, said: Down, identity: Identity) -> bool:
        """A certificate, which is kept, or a no; False: words that mean nothing here."""
        if isinstance(said, IssuedData):
            try:
                papers = Papers(said.chain_pem, said.ca_pem)
                with self._lock:
                    number = self._identities.switch(identity.jws, identity.assignment, papers)
            except (BadCertificate, OSError) as error:
                self._no = str(error)
            else:
                self._no = ""
                log.info("identity %d is written: this terminal has its certificate", number)
        elif isinstance(said, ClaimRefusedData):
            self._no = said.why
        else:
            return False
        return True


def _is_due(identity: Identity, utc_s: int) -> bool:
    """Two thirds of its life are over, as far as this clock can be believed."""
    now = known_now(utc_s, identity.assignment.issued_utc_s)
    return identity.validity is not None and now >= identity.validity.renew_at_utc_s
