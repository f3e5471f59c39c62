"""Disk, memory, temperature, network: what the kernel says, in the technician's words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.doctor.machine import TRIAL, check_disk, check_memory, check_temperature
from agent.doctor.network import check_network
from tests.doctor.conftest import MakePatient, by_name, put

FAR = "cloud.url=mqtt://localhost.localdomain.invalid:1883"
NEAR = "cloud.url=mqtt://192.0.2.7:1883"
ROUTE = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
DEFAULT = "eth0 00000000 010011AC 0003 0 0 0 00000000 0 0 0\n"
NEIGHBOURS = "eth0 000011AC 00000000 0001 0 0 0 0000FFFF 0 0 0\n"


def meminfo(free_kb: int) -> str:
    return f"MemTotal: 2000000 kB\nMemFree: 90000 kB\nMemAvailable: {free_kb} kB\nHugePages_Total: 0\n"


@pytest.mark.parametrize(("free_kb", "case"), [(900_000, "fine"), (200_000, "low"), (50_000, "none")])
def test_memory_is_what_can_still_be_given_out(patient: MakePatient, free_kb: int, case: str) -> None:
    here = patient()
    put(here.root, "proc/meminfo", meminfo(free_kb))
    assert by_name(check_memory(here)) == {"memory": case}


def test_memory_that_nobody_tells_is_not_run(patient: MakePatient) -> None:
    assert by_name(check_memory(patient())) == {"memory": "unknown"}


@pytest.mark.parametrize(
    ("zones", "case"),
    [
        (["41000", "52000"], "fine"),
        (["41000", "85000"], "warm"),
        (["97000"], "hot"),
        ([], "none"),
        (["-274000", "x", "200000"], "none"),
    ],
)
def test_the_hottest_sensor_counts_and_nonsense_does_not(
    patient: MakePatient, zones: list[str], case: str
) -> None:
    here = patient()
    for number, text in enumerate(zones):
        put(here.root, f"sys/class/thermal/thermal_zone{number}/temp", text + "\n")
    assert by_name(check_temperature(here)) == {"temperature": case}


def test_a_disk_that_works_leaves_no_trace_of_the_trial(patient: MakePatient) -> None:
    here = patient()
    found = by_name(check_disk(here))
    assert found["disk"] in ("fine", "low")
    assert found["disk_speed"] in ("fine", "slow")
    assert not (here.data / TRIAL).exists()


def test_a_folder_that_is_not_there_is_named(patient: MakePatient) -> None:
    here = patient()
    here.data.rmdir()
    [finding] = check_disk(here)
    assert finding.case == "absent"
    assert str(here.data) in finding.measured("en")


def test_a_disk_that_takes_nothing_is_broken(patient: MakePatient) -> None:
    here = patient()
    (here.data / TRIAL).mkdir()  # also root, who may write everywhere, cannot write this
    assert by_name(check_disk(here))["disk_speed"] == "refused"


def test_a_full_disk_is_broken(patient: MakePatient, monkeypatch: pytest.MonkeyPatch) -> None:
    here = patient()
    real = os.statvfs(here.data)
    full = os.statvfs_result((real.f_bsize, 4096, 1000, 30, 20, *tuple(real)[5:]))
    monkeypatch.setattr("agent.doctor.machine.os.statvfs", lambda _path: full)
    assert by_name(check_disk(here))["disk"] == "full"


def test_a_broker_on_this_machine_needs_no_network(patient: MakePatient) -> None:
    assert by_name(check_network(patient())) == {"network": "local"}
    assert by_name(check_network(patient("cloud.url=mqtt://localhost:1883"))) == {"network": "local"}


def wire(root: Path, operstate: str, routes: str) -> None:
    put(root, "sys/class/net/lo/operstate", "unknown\n")
    put(root, "sys/class/net/eth0/operstate", operstate + "\n")
    put(root, "proc/net/route", ROUTE + routes)


@pytest.mark.parametrize(
    ("url", "operstate", "routes", "case"),
    [
        (NEAR, "down", "", "no_interface"),
        (NEAR, "up", NEIGHBOURS, "no_route"),
        (NEAR, "up", NEIGHBOURS + DEFAULT, "fine"),
        (FAR, "up", DEFAULT, "no_name"),
    ],
)
def test_the_network_is_followed_from_cable_to_name(
    patient: MakePatient, url: str, operstate: str, routes: str, case: str
) -> None:
    here = patient(url)
    wire(here.root, operstate, routes)
    assert by_name(check_network(here)) == {"network": case}


def test_ipv6_alone_is_a_way_out_too(patient: MakePatient) -> None:
    here = patient(NEAR)
    wire(here.root, "up", "")
    zero = "0" * 32
    row = f"{zero} 00 {zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00450003 eth0\n"
    put(here.root, "proc/net/ipv6_route", row)
    assert by_name(check_network(here)) == {"network": "fine"}


def test_an_interface_that_never_says_up_is_believed_by_its_cable(patient: MakePatient) -> None:
    here = patient(NEAR)
    wire(here.root, "unknown", DEFAULT)
    assert by_name(check_network(here)) == {"network": "no_interface"}
    put(here.root, "sys/class/net/eth0/carrier", "1\n")
    assert by_name(check_network(here)) == {"network": "fine"}
