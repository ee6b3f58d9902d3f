"""The ladder: who is told when nobody answers. Owns times and recipients of each step; the rows live in the outbox.

    emergency   at once, then 5, 10, 15 minutes       today   at once, then 60 minutes, 2 and 4 hours
    soon        with the next digest, then 1 and 3 working days

At night the steps count from when the team reads again; an emergency also goes to the coordinators at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.delivery.outbox import Outbox
from bot.signals.duty import CareTeam, Member, TeamState, after_working_days, next_digest
from bot.store.signal_models import SignalRow

STEPS = {
    "emergency": (("second", timedelta(minutes=5)), ("coordinator", timedelta(minutes=10)), ("parent", timedelta(minutes=15))),
    "today": (("second", timedelta(minutes=60)), ("coordinator", timedelta(hours=2)), ("parent", timedelta(hours=4))),
}
WORKING_DAYS = (("reminder", 1), ("coordinator", 3))


def plan(level: str, team: TeamState, at: datetime) -> Iterator[tuple[str, datetime]]:
    """(step, time) of a signal at a level. The steps `first` and `again` are alerts, the others look first whether somebody has it."""
    if level == "soon":
        yield "digest", next_digest(at)
        for step, days in WORKING_DAYS:
            yield step, after_working_days(at, days)
        return
    start = at if team.on_duty else team.reads_again or at
    if level == "emergency" and start > at:
        yield "first", at
        yield "again", start
    else:
        yield "first", start
    for step, later in STEPS.get(level, ()):
        yield step, start + later


def schedule(session: Session, outbox: Outbox, team: CareTeam, row: SignalRow, at: datetime) -> bool:
    """A new round of alerts for a signal, within the caller's transaction. False when there is nobody to tell."""
    state = team.state(at)
    if not state.configured:
        return False
    row.alerts += 1
    for step, when in plan(row.level, state, at):
        if step in ("first", "again"):
            put_alerts(session, outbox, team, row, step, when)
        elif step == "digest":
            put_digest(session, outbox, team, when)
        else:
            outbox.put(session, f"{round_key(row)}:ladder:{step}", "ladder", at=when, step=step, signal_id=row.id)
    return True


def round_key(row: SignalRow) -> str:
    """What the keys of all rows of one round of alerts begin with."""
    return f"signal:{row.id}:{row.alerts}"


def put_alerts(session: Session, outbox: Outbox, team: CareTeam, row: SignalRow, step: str, at: datetime) -> None:
    """One row per way of alerting, so that a failure of one does not repeat the other."""
    for transport in team.transports:
        outbox.put(session, f"{round_key(row)}:{step}:{transport}", f"alert.{transport}", at=at, step=step, signal_id=row.id)


def put_digest(session: Session, outbox: Outbox, team: CareTeam, at: datetime) -> None:
    """One digest per time, whatever number of signals asks for it."""
    for transport in team.transports:
        outbox.put(session, f"digest:{at:%Y%m%dT%H%M}:{transport}", f"digest.{transport}", at=at)


def recipients(team: CareTeam, step: str | None, level: str, signal_id: int, at: datetime) -> list[Member]:
    """Who gets an alert at a step. Nobody on duty: the coordinators, else everybody."""
    everybody, on_duty = team.members(), team.on_duty(at)
    coordinators = [member for member in everybody if member.role == "coordinator"] or everybody
    if step == "coordinator":
        return coordinators
    if not on_duty:
        return coordinators
    if level == "emergency" or step in ("reminder", "digest"):
        return on_duty if step != "second" else _widened(on_duty, everybody)
    first = on_duty[signal_id % len(on_duty)]
    if step == "second":
        return [member for member in on_duty if member != first] or coordinators
    return [first]


def _widened(on_duty: list[Member], everybody: list[Member]) -> list[Member]:
    """Who was not told yet; all of them again when there is nobody else."""
    return [member for member in everybody if member not in on_duty] or on_duty
