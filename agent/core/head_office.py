"""What head office wants of this terminal: settings that wait for a free till, commands that run once.

Enters: facts whose signature was checked (`fleet` does), the state after each turn. Leaves: wishes to take
new settings over, or to carry a command out. A command's id is on disk in the turn that wishes it, so that
no restart and no repeated message runs it twice. Its second record tells what became of it, also where a
start came in between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.core.commands import CarryOut, KeepRecord, TakeSettings
from agent.core.directions import Sentence, TakenCommand
from agent.core.events import CommandArrived, CommandDone, Instant, SettingsOffered
from agent.core.state import Terminal, Turn
from agent.core.visit import Stage

COMMANDS_KEPT = 100  # ids that are still within their time; more at once is no head office's doing
INTERRUPTED = "the terminal started again before it was done"
LIFE_MAX_MS = 7 * 86_400_000  # a command that is good for longer would have to be remembered for longer


def offered(t: Terminal, fact: SettingsOffered) -> Turn:
    """Checked settings lie ready; the newest count."""
    return Turn(replace(t, settings_offered=max(t.settings_offered, fact.version)))


def when_free(turn: Turn) -> Turn:
    """New settings are taken over between two customers, with nobody behind the till either: taking over
    may mean a refit of a second or two, and no person is sent back to a beginning for it."""
    t = turn.state
    if not t.settings_offered or not free(t):
        return turn
    wish = TakeSettings(t.settings_offered)
    return Turn(replace(t, settings_offered=0), (*turn.commands, wish))


def free(t: Terminal) -> bool:
    """Nobody is served, nobody joins, nobody is behind the till and nobody practises."""
    between = t.visit.stage is Stage.IDLE and t.office is None and t.joining is None
    return between and not t.practised


def arrived(t: Terminal, fact: CommandArrived, at: Instant) -> Turn:
    """Once, in time, or not at all; head office hears which."""
    known = tuple(one for one in t.kept.commands if one.until_utc_ms > at.utc_ms or one.name)
    if any(one.id == fact.id for one in known):
        return Turn(t)
    if why := _refused(fact, len(known), at):
        return Turn(t, (_record(t, fact.id, fact.name, why),))
    if fact.name == "message":
        kept = replace(
            t.kept,
            commands=(*known, TakenCommand(fact.id, fact.expires_utc_ms)),
            sentence=_sentence(fact),
        )
        return Turn(replace(t, kept=kept), (_record(t, fact.id, fact.name, "done"),))
    kept = replace(t.kept, commands=(*known, TakenCommand(fact.id, fact.expires_utc_ms, fact.name)))
    told = _record(t, fact.id, fact.name, "taken")
    return Turn(replace(t, kept=kept), (told, CarryOut(fact.id, fact.name, dict(fact.words))))


def done(t: Terminal, fact: CommandDone) -> Turn:
    """Its outcome goes to head office, as its second record."""
    told = _record(t, fact.id, fact.name, fact.outcome, fact.told)
    return Turn(_ended(t, lambda one: one.id == fact.id), (told,))


def restarted(t: Terminal) -> Turn:
    """What a start ended: a restart is done by it, anything else will not be finished."""
    told = tuple(
        _record(t, one.id, one.name, "done")
        if one.name == "restart"
        else _record(t, one.id, one.name, "failed", INTERRUPTED)
        for one in t.kept.commands
        if one.name
    )
    return Turn(_ended(t, lambda one: bool(one.name)) if told else t, told)


def sentence(t: Terminal, at: Instant) -> Sentence | None:
    """What head office has to say to the cashier now."""
    said = t.kept.sentence
    return said if said is not None and at.utc_ms < said.until_utc_ms else None


def _refused(fact: CommandArrived, waiting: int, at: Instant) -> str:
    if fact.expires_utc_ms <= at.utc_ms:
        return "expired"
    if fact.expires_utc_ms > at.utc_ms + LIFE_MAX_MS or waiting >= COMMANDS_KEPT:
        return "refused"
    return ""


def _ended(t: Terminal, which: Callable[[TakenCommand], bool]) -> Terminal:
    """Nobody carries them out any more; their ids stay."""
    commands = tuple(replace(one, name="") if which(one) else one for one in t.kept.commands)
    return replace(t, kept=replace(t.kept, commands=commands))


def _sentence(fact: CommandArrived) -> Sentence | None:
    """Empty words take the last one back."""
    zh, en = fact.words.get("zh", ""), fact.words.get("en", "")
    return Sentence(zh or en, en or zh, fact.expires_utc_ms) if zh or en else None


def _record(t: Terminal, id: str, name: str, outcome: str, told: str = "") -> KeepRecord:
    data: dict[str, object] = {"command_id": id, "command": name, "outcome": outcome}
    if told:
        data["told"] = told
    word = "done" if outcome not in ("taken", "expired", "refused") else outcome
    return KeepRecord(f"{t.rules.device}-{t.rules.era}-{id}-{word}", "command", data)
