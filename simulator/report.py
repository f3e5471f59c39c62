"""What a run of the desk says at its end: orders, what the cloud booked, memory."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agent.core.money import Money
from simulator.counter import Counter
from simulator.ledger_rows import Capture

Orders = Sequence[Mapping[str, object]]


def measures(counter: Counter) -> dict[str, object]:
    """Resident memory of the agent and the screens now, in MB; None for one that does not run."""
    agent, ui = counter.agent_pid(), counter.ui_pid()
    return {"agent_rss_mb": resident_mb(agent), "ui_rss_mb": resident_mb(ui)}


def resident_mb(pid: int | None) -> int | None:
    """The same in whole MB."""
    resident = resident_kb(pid)
    return None if resident is None else resident // 1024


def resident_kb(pid: int | None) -> int | None:
    """VmRSS of a process (proc(5)); None for one that does not run."""
    if pid is None:
        return None
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), None)


def report(
    orders: Orders, captures: Sequence[Capture], figures: Mapping[str, object], say: Callable[[str], None]
) -> None:
    """A table for people."""
    say("orders in the journal:")
    for order in orders:
        amount = Money(int(str(order["amount_minor"])), str(order["currency"])).text()
        times = f"identified {_ms(order['identify_ms'])}, answered {_ms(order['answer_ms'])}"
        name, method, outcome = str(order["order_id"])[-4:], order["method"], order["outcome"]
        say(f"    …{name}  {method:<9} {amount:>8}  {outcome:<9} {times}")
    total = sum(capture.amount_minor for capture in captures)
    say(f"the cloud booked {len(captures)} captures, {Money(total).text()} in all")
    for name, key in (("face in view → identified", "identify_ms"), ("confirmed → answered", "answer_ms")):
        values = [int(str(order[key])) for order in orders if order[key] is not None]
        if values:
            say(f"{name}: median {statistics.median(values):.0f} ms of {len(values)}")
    say(f"memory: agent {figures['agent_rss_mb']} MB, screens {figures['ui_rss_mb']} MB")


def _ms(value: object) -> str:
    return "-" if value is None else f"{value} ms"
