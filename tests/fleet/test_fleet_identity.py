"""The folder of the identity: claimed, certified, renewed; the power cut at every step of each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.fleet.certificate import BadCertificate
from agent.fleet.identity import IdentityFolder, IdentityTrouble, Papers
from agent.fleet.keystore import FileKeyStore, KeyTrouble
from tests.fleet.power import PowerCut, Step, recorded, replayed

SERIAL = "FROG8-000123"


def folder_in(data: Path) -> IdentityFolder:
    return IdentityFolder(data, FileKeyStore())


@pytest.fixture
def claim(office) -> Callable[[Path], None]:
    """From the box, over the network: a key, then everything in one switch."""

    def claim(data: Path) -> None:
        folder = folder_in(data)
        papers = office.papers(folder.draft_key())
        folder.switch(office.signed(), office.assignment(), papers)

    return claim


@pytest.fixture
def renew(office) -> Callable[[Path], None]:
    """A new key and a new certificate beside the old."""

    def renew(data: Path) -> None:
        folder = folder_in(data)
        identity = folder.read(office.anchors, SERIAL)
        papers = office.papers(folder.draft_key(), days=120)
        folder.switch(identity.jws, identity.assignment, papers)

    return renew


def test_a_terminal_from_the_box_has_no_identity(office, data):
    assert folder_in(data).read(office.anchors, SERIAL) is None
    assert folder_in(data).recover() == "not claimed yet"


def test_a_claimed_terminal_knows_shop_and_till_and_holds_a_certificate(office, data, claim):
    claim(data)
    identity = folder_in(data).read(office.anchors, SERIAL)
    assert (identity.assignment.shop_zh, identity.assignment.till) == ("好邻居便利店", 2)
    assert identity.validity is not None
    assert folder_in(data).recover() == "identity 1 counts"


def test_without_a_network_it_is_claimed_without_a_certificate_and_gets_one_later(office, data, renew):
    folder = folder_in(data)
    folder.switch(office.signed(), office.assignment(), None)
    assert folder.read(office.anchors, SERIAL).validity is None
    renew(data)
    assert folder.read(office.anchors, SERIAL).validity is not None


def test_a_renewed_identity_has_another_key_and_the_one_before_is_still_there(office, data, claim, renew):
    claim(data)
    folder = folder_in(data)
    first = folder.key(folder.read(office.anchors, SERIAL)).public_key()
    renew(data)
    second = folder.read(office.anchors, SERIAL)
    assert folder.key(second).public_key() != first
    assert (data / "identity" / "1" / "key.pem").exists()
    renew(data)
    assert not (data / "identity" / "1").exists()


def test_the_key_can_be_read_by_nobody_else(office, data, claim):
    claim(data)
    key = data / "identity" / "current" / "key.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    folder = folder_in(data)
    with pytest.raises(KeyTrouble, match="chmod 600"):
        folder.key(folder.read(office.anchors, SERIAL))


def test_a_certificate_for_another_key_is_refused_and_nothing_is_changed(office, data):
    stranger = FileKeyStore().make(data)
    folder = folder_in(data)
    folder.draft_key()
    with pytest.raises(BadCertificate, match="another key"):
        folder.switch(office.signed(), office.assignment(), office.papers(stranger))
    assert folder.read(office.anchors, SERIAL) is None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda office, _, key: office.papers(key, name="frog8-000124"), "common name"),
        (lambda _, other, key: other.papers(key), "SHA-256 differs"),
        (lambda office, other, key: Papers(other.papers(key).chain_pem, office.ca_pem), "not issued under"),
        (lambda office, _, __: Papers("nothing", office.ca_pem), "no PEM"),
        (lambda office, _, __: Papers("A" * 20_000, office.ca_pem), "longer than"),
    ],
    ids=["another name", "another CA", "issued elsewhere", "rubbish", "huge"],
)
def test_papers_that_do_not_fit_are_named(office, other_office, data, spoil, said):
    folder = folder_in(data)
    papers = spoil(office, other_office, folder.draft_key())
    with pytest.raises(BadCertificate, match=said):
        folder.switch(office.signed(), office.assignment(), papers)


def test_a_disk_in_another_machine_is_noticed(office, data, claim):
    claim(data)
    with pytest.raises(IdentityTrouble, match=r"made for the machine FROG8-000123.*copied or moved"):
        folder_in(data).read(office.anchors, "FROG8-000999")


def test_an_assignment_that_somebody_edited_is_not_followed(office, other_office, data, claim):
    claim(data)
    (data / "identity" / "current" / "assignment.jws").write_text(other_office.signed(), "ascii")
    with pytest.raises(IdentityTrouble, match="not signed by head office"):
        folder_in(data).read(office.anchors, SERIAL)


def test_the_same_key_is_offered_after_a_restart(data):
    assert folder_in(data).draft_key().public_key() == folder_in(data).draft_key().public_key()


def test_a_wiped_terminal_keeps_no_key(office, data, claim):
    claim(data)
    folder_in(data).wipe()
    assert not list(data.iterdir())
    assert folder_in(data).read(office.anchors, SERIAL) is None


# --- the power goes ---------------------------------------------------------------------------------


def steps_of(work: Callable[[Path], None], data: Path) -> list[Step]:
    with recorded(data) as steps:
        work(data)
    return steps


@pytest.mark.parametrize("strict", [False, True], ids=["names kept", "names lost"])
@pytest.mark.parametrize("change", ["claim", "renew"])
def test_after_a_power_cut_it_is_as_before_or_as_after_and_says_which(
    office, tmp_path, data, claim, renew, change, strict
):
    if change == "renew":
        claim(data)
    before_number = 1 if change == "renew" else None
    found = tmp_path / "found"
    shutil.copytree(data, found, symlinks=True)
    steps = steps_of(claim if change == "claim" else renew, data)
    assert len(steps) > 12

    seen = []
    for cut in range(len(steps) + 1):
        place = tmp_path / f"cut-{cut}"
        replayed(steps[:cut], found, place, strict)
        folder = folder_in(place)
        said = folder.recover()
        identity = folder.read(office.anchors, SERIAL)
        number = identity.number if identity else None
        seen.append(number)
        assert number in (before_number, (before_number or 0) + 1), str(steps[cut - 1])
        assert said.startswith("not claimed yet" if number is None else f"identity {number} counts")
        if identity is not None:
            folder.key(identity).sign(b"whole")
            assert identity.validity is not None
        # and it can go on from there
        (claim if number is None else renew)(place)
        assert folder_in(place).read(office.anchors, SERIAL).number == (number or 0) + 1
    assert seen == sorted(seen, key=lambda number: number or 0), "never back and forth"
    assert seen[0] == before_number
    assert seen[-1] == (before_number or 0) + 1


@pytest.mark.parametrize("change", ["claim", "renew"])
def test_the_process_may_die_before_any_step_and_begin_again(office, tmp_path, claim, renew, change):
    whole = tmp_path / "whole"
    whole.mkdir()
    if change == "renew":
        claim(whole)
    start = tmp_path / "start"
    shutil.copytree(whole, start, symlinks=True)
    work = claim if change == "claim" else renew
    for cut in range(len(steps_of(work, whole))):
        place = tmp_path / f"died-{cut}"
        shutil.copytree(start, place, symlinks=True)
        with pytest.raises(PowerCut), recorded(place, cut_before=cut):
            work(place)
        folder = folder_in(place)
        folder.recover()
        if (folder.read(office.anchors, SERIAL) is None) is (change == "claim"):
            work(place)
        assert folder.read(office.anchors, SERIAL).validity is not None


def test_what_the_power_ended_is_said(data, claim, tmp_path):
    steps = steps_of(claim, data)
    switched = next(number for number, step in enumerate(steps) if step.path == "identity/.current")
    empty = tmp_path / "empty"
    empty.mkdir()
    replayed(steps[:switched], empty, tmp_path / "cut", strict=False)
    assert folder_in(tmp_path / "cut").recover() == "not claimed yet: the power went before a new one did"


def test_wiping_may_be_cut_too(data, claim, tmp_path):
    claim(data)
    found = tmp_path / "found"
    shutil.copytree(data, found, symlinks=True)
    steps = steps_of(lambda where: folder_in(where).wipe(), data)
    for cut in range(len(steps) + 1):
        place = tmp_path / f"cut-{cut}"
        replayed(steps[:cut], found, place, strict=False)
        folder_in(place).wipe()
        assert not (place / "identity").exists()
        assert not list(place.rglob("key.pem"))
