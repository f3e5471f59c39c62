"""The machine under the terminal: disk, memory, temperature. Reads /proc and /sys; writes one small file
into the data folder and takes it away again."""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from agent.doctor.finding import Finding, found
from agent.doctor.patient import Patient

MB = 1_000_000
FREE_MB_MIN, FREE_MB_GOOD, FREE_PCT_GOOD = 100, 1000, 5
TRIAL = "doctor.trial"
TRIAL_BYTES, TRIES = 4096, 7
MEDIAN_MS_GOOD, WORST_MS_GOOD = 60.0, 500.0
"""A turn is one such write: people wait for it."""
MEMORY_MB_MIN, MEMORY_MB_GOOD = 80, 300
WARM_C, HOT_C = 80.0, 95.0


def check_disk(patient: Patient) -> list[Finding]:
    """Space, and how fast a write is safe."""
    folder = patient.data
    if not folder.is_dir():
        return [found("disk", "absent", folder=folder)]
    stat = os.statvfs(folder)
    free_mb = stat.f_bavail * stat.f_frsize // MB
    free_pct = stat.f_bavail * 100 // max(1, stat.f_blocks)
    if free_mb < FREE_MB_MIN:
        space = "full"
    else:
        space = "fine" if free_mb >= FREE_MB_GOOD and free_pct >= FREE_PCT_GOOD else "low"
    return [found("disk", space, free_mb=free_mb, free_pct=free_pct), _speed(folder)]


def _speed(folder: Path) -> Finding:
    """A few writes as the journal makes them."""
    trial = folder / TRIAL
    took_ms = []
    try:
        descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            for _ in range(TRIES):
                began_s = time.monotonic()
                os.write(descriptor, bytes(TRIAL_BYTES))
                os.fsync(descriptor)
                took_ms.append((time.monotonic() - began_s) * 1000)
        finally:
            os.close(descriptor)
            trial.unlink()
    except OSError as error:
        return found("disk_speed", "refused", f"{trial}: {error.strerror}")
    median_ms, worst_ms = statistics.median(took_ms), max(took_ms)
    good = median_ms <= MEDIAN_MS_GOOD and worst_ms <= WORST_MS_GOOD
    case = "fine" if good else "slow"
    return found("disk_speed", case, median_ms=f"{median_ms:.1f}", worst_ms=f"{worst_ms:.1f}")


def check_memory(patient: Patient) -> list[Finding]:
    """What the kernel says can still be given out."""
    try:
        rows = (patient.root / "proc/meminfo").read_text("ascii").splitlines()
        sizes = {row.split(":")[0]: int(row.split()[1]) * 1024 // MB for row in rows if ":" in row}
        free_mb, total_mb = sizes["MemAvailable"], sizes["MemTotal"]
    except (OSError, KeyError, ValueError, IndexError):
        return [found("memory", "unknown")]
    case = "none" if free_mb < MEMORY_MB_MIN else "low" if free_mb < MEMORY_MB_GOOD else "fine"
    return [found("memory", case, free_mb=free_mb, total_mb=total_mb)]


def check_temperature(patient: Patient) -> list[Finding]:
    """The hottest zone."""
    zones = [_celsius(path) for path in (patient.root / "sys/class/thermal").glob("thermal_zone*/temp")]
    known = [celsius for celsius in zones if celsius is not None]
    if not known:
        return [found("temperature", "none")]
    hottest = max(known)
    case = "hot" if hottest >= HOT_C else "warm" if hottest >= WARM_C else "fine"
    return [found("temperature", case, celsius=f"{hottest:.0f}")]


def _celsius(path: Path) -> float | None:
    """A zone may be there and refuse to be read, or tell nonsense while it starts."""
    try:
        celsius = int(path.read_text("ascii")) / 1000
    except (OSError, ValueError):
        return None
    return celsius if 0 < celsius < 150 else None
