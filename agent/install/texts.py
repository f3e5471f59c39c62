"""Profile → the files a terminal needs outside its own folder: units, udev rules, user, folders.

In: a profile, where the `hyla` command lies. Out: path → text, and notes for the technician. Pure: nothing
is read or written. A unit's watchdog must be longer than the loop's idle wait; a test holds them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agent.profile.schema import Profile

USER = "hyla"
DATA, CONFIG = "/var/lib/hyla", "/etc/hyla"
PROFILE = f"{CONFIG}/profile.toml"
COOKIE = f"{CONFIG}/xauthority"
WATCHDOG_S = 30
USB_PRINTER = re.compile(r"/dev/usb/(lp[0-9])")
STABLE = re.compile(r"/dev/((?:serial|v4l|input)/by-(?:id|path)/[\w#+.:=@-]+)")
BY_ID = re.compile(r"by-id/usb-(?P<serial>.+?)(-if\d\d(-port\d+)?|-video-index\d+|-event-\w+)$")

SYSUSERS = f'u {USER} - "Hyla terminal" {DATA} -\n'
TMPFILES = f"""\
d {CONFIG} 0750 root {USER} -
z {COOKIE} 0640 root {USER} -
d {DATA} 0700 {USER} {USER} -
d {DATA}/models 0755 {USER} {USER} -
"""
DISPLAY = f"""\
[Unit]
Description=Screens of the Hyla terminal: an X server without a window manager
Documentation=man:Xorg(1)

[Service]
ExecStart=/usr/bin/Xorg :0 vt7 -nolisten tcp -nocursor -s 0 -dpms -auth {COOKIE}
Restart=always
RestartSec=2
# Only the agent's user holds the cookie: nobody else may look at the screens or touch them.

[Install]
WantedBy=multi-user.target
"""
UNIT = """\
[Unit]
Description=Hyla terminal
Wants=network-online.target hyla-display.service
After=network-online.target hyla-display.service time-sync.target
# A terminal that cannot stay up is not started for ever: the technician looks (journalctl -u hyla).
StartLimitIntervalSec=600
StartLimitBurst=20

[Service]
Type=notify
ExecStart={command} run --profile {profile}
User={user}
Group={user}
Environment=HOME={data} DISPLAY=:0 XAUTHORITY={cookie} QT_QPA_PLATFORM=xcb QV4_FORCE_INTERPRETER=1
StateDirectory=hyla
StateDirectoryMode=0700

# The loop says every second that it lives.
WatchdogSec={watchdog_s}
TimeoutStartSec=120
TimeoutStopSec=30
Restart=always
RestartSec=2
# 2: the profile or the disk cannot be used; starting again changes nothing.
RestartPreventExitStatus=2
# The screens outlive an agent that dies, and go on saying that nobody should pay again.
KillMode=process
OOMPolicy=continue

UMask=0077
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
BindReadOnlyPaths=-/tmp/.X11-unix
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes
MemoryDenyWriteExecute=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# Cameras, serial ports, keyboards (a scanner may be one), a printer where there is one; no other device.
DevicePolicy=closed
DeviceAllow=char-video4linux rw
DeviceAllow=char-ttyUSB rw
DeviceAllow=char-ttyACM rw
DeviceAllow=char-ttyS rw
DeviceAllow=char-input rw
{printer}
[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files by path, and what the technician should know that no file can say."""

    files: Mapping[str, str]
    notes: tuple[str, ...] = field(default=())


def wanted(profile: Profile, command: str) -> Wanted:
    """Everything to put under `/`. `command` is the `hyla` that the unit starts."""
    rules, notes = _rules(profile)
    printer = "DeviceAllow=char-usb rw\n" if _usb_printer(profile) else ""
    unit = UNIT.format(
        command=command,
        profile=PROFILE,
        user=USER,
        data=DATA,
        cookie=COOKIE,
        watchdog_s=WATCHDOG_S,
        printer=printer,
    )
    files = {
        "/etc/sysusers.d/hyla.conf": SYSUSERS,
        "/etc/tmpfiles.d/hyla.conf": TMPFILES,
        "/etc/udev/rules.d/99-hyla.rules": rules,
        "/etc/systemd/system/hyla-display.service": DISPLAY,
        "/etc/systemd/system/hyla.service": unit,
    }
    return Wanted(files, (*notes, *_misplaced(profile, command)))


def _rules(profile: Profile) -> tuple[str, list[str]]:
    notes: list[str] = []
    lines = [
        "# Cameras and scanner of this terminal: a name that stays, for the agent's user, always awake."
    ]
    keyboard = profile.scanner.dialect == "hid"
    if lp := _usb_printer(profile):  # the kernel numbers printers alone: the first one stays lp0
        node = f'SUBSYSTEM=="usbmisc", KERNEL=="{lp}"'
        lines += ["", f'ACTION!="remove", {node}, SYMLINK+="hyla/printer", GROUP="{USER}", MODE="0660"']
    for name, key, node in (
        ("scanner", "scanner.port", profile.scanner.port),
        ("camera", "camera.source", profile.camera.source),
        ("infrared", "infrared.source", profile.infrared.source if profile.infrared else ""),
        ("depth", "depth.source", profile.depth.source if profile.depth else ""),
        ("printer", "printer.port", "" if _usb_printer(profile) else profile.printer.port),
    ):
        found = STABLE.fullmatch(node)
        if found:
            lines += ["", *_device(name, found[1], keyboard and name == "scanner")]
            if not BY_ID.search(found[1]):
                notes.append(f"{key} = {node}: a name by its socket; autosuspend is left as it is")
        elif node.startswith("/dev/"):
            notes.append(
                f"{key} = {node}: this name changes when it is replugged, so no rule is written (expected "
                "/dev/…/by-id/…: ls /dev/serial/by-id /dev/v4l/by-id /dev/input/by-id)"
            )
    return "\n".join(lines) + "\n", notes


def _usb_printer(profile: Profile) -> str:
    """Which of the kernel's USB printers it is, as `lp0`; empty: none of them."""
    found = USB_PRINTER.fullmatch(profile.printer.port)
    return found[1] if found and profile.printer.kind == "file" else ""


def _device(name: str, link: str, keyboard: bool) -> Iterator[str]:
    """Rules of one device. The link is Debian's own (60-serial, 60-persistent-v4l, 60-persistent-input)."""
    match = f'ACTION!="remove", SYMLINK=="{link}"'
    yield f'{match}, SYMLINK+="hyla/{name}", GROUP="{USER}", MODE="0660"'
    if keyboard:  # its keys are codes: the X server must not type them into a window
        yield f'{match}, ENV{{LIBINPUT_IGNORE_DEVICE}}="1"'
    elif name in ("scanner", "printer"):  # ModemManager would talk to it first
        yield f'{match}, ENV{{ID_MM_PORT_IGNORE}}="1"'
    if found := BY_ID.search(link):
        usb = f'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", ENV{{ID_SERIAL}}=="{found["serial"]}"'
        ignore = ', ENV{ID_MM_DEVICE_IGNORE}="1"' if name in ("scanner", "printer") else ""
        yield f'ACTION=="add", {usb}, ATTR{{power/control}}="on"{ignore}'


def _misplaced(profile: Profile, command: str) -> Iterator[str]:
    """What the unit's hardening hides from the agent."""
    if command.startswith(("/home/", "/root/", "/tmp/")):
        yield f"{command}: the unit cannot see this folder (expected one as /opt/hyla; --command PATH)"
    if profile.device.data_dir != DATA:
        yield f"device.data_dir = {profile.device.data_dir}: the unit may write only to {DATA}"
