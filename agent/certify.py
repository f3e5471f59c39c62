"""A terminal that was claimed without a network has no certificate: it is fetched before the link is made.

Enters: the cloud's task, the identity on disk. Leaves: the same task, run once there is a certificate; the
identity with it, switched to in one step. A terminal that has one, or needs none, notices nothing.
"""

from __future__ import annotations

import logging
from pathlib import Path

from agent.cloud.claim_messages import Down
from agent.cloud.claim_schema import ClaimRefusedData, IssuedData, OfferData
from agent.cloud.claiming import ClaimTask, Listeners
from agent.cloud.client import CloudTask
from agent.core.events import Device
from agent.fleet.assignment import AnchorTrouble, read_anchors
from agent.fleet.boots import BootsTrouble, read_boots
from agent.fleet.certificate import BadCertificate
from agent.fleet.identity import Identity, IdentityFolder, IdentityTrouble, Papers
from agent.fleet.keystore import KeyTrouble, request_pem
from agent.fleet.machine import MachineTrouble, this_machine
from agent.fleet.stores import keystore
from agent.ports import DeviceTrouble
from agent.profile.schema import Profile

log = logging.getLogger(__name__)

ANCHOR = "anchor.pem"


class CertifiedFirst:
    """DeviceTask of the cloud, for a terminal that head office has claimed."""

    device = Device.CLOUD

    def __init__(self, profile: Profile, cloud: CloudTask) -> None:
        self._profile, self._cloud = profile, cloud
        self._claim: ClaimTask | None = None
        self._stopped = False
        self._no = ""

    def run(self) -> None:
        """Raises DeviceTrouble, as the link does."""
        if self._profile.fleet.claim and self._profile.fleet.url:
            try:
                self._fetch()
            except (AnchorTrouble, BootsTrouble, IdentityTrouble, KeyTrouble, MachineTrouble) as error:
                raise DeviceTrouble("refused", str(error)) from error
        if not self._stopped:
            self._cloud.run()

    def stop(self) -> None:
        self._stopped = True
        if self._claim is not None:
            self._claim.stop()
        self._cloud.stop()

    def _fetch(self) -> None:
        fleet, data = self._profile.fleet, Path(self._profile.device.data_dir)
        machine = this_machine(fleet.serial, fleet.model)
        identities = IdentityFolder(data, keystore(fleet))
        identity = identities.read(read_anchors(Path(fleet.anchor_file or data / ANCHOR)), machine.serial)
        if identity is None or identity.validity is not None:
            return
        boots = read_boots(data)
        csr = request_pem(identities.draft_key(), machine.serial).decode()
        offer = OfferData(
            machine.serial, machine.model, csr, boots.epoch if boots else "", assignment=identity.jws
        )
        listeners = Listeners(lambda said: self._heard(said, identities, identity), lambda: None)
        claim = self._claim = ClaimTask(fleet, machine.serial, offer, listeners)
        if not self._stopped:
            claim.run()
        if self._no:
            raise DeviceTrouble("refused", f"head office gives no certificate: {self._no}")

    def _heard(self, said: Down, identities: IdentityFolder, identity: Identity) -> None:
        """On this very thread, inside `claim.run`."""
        assert self._claim is not None
        self._no = ""
        if isinstance(said, IssuedData):
            try:
                papers = Papers(said.chain_pem, said.ca_pem)
                number = identities.switch(identity.jws, identity.assignment, papers)
            except (BadCertificate, OSError) as error:
                self._no = str(error)
            else:
                log.info("identity %d is written: this terminal has its certificate", number)
        elif isinstance(said, ClaimRefusedData):
            self._no = said.why
        else:
            return
        self._claim.stop()
