"""The commands of the care team: `kiem signals`, `kiem team`, `kiem duty`. Owns the words of the terminal; the work is in bot/signals."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from bot.signals.states import OUTCOMES, Signal

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Who = Annotated[str, typer.Option("--as", help="Your name in the team.")]
signals = typer.Typer(no_args_is_help=True, help="What may be off with somebody who wrote: look, take, close.")
team = typer.Typer(no_args_is_help=True, help="Who the care team is.")
duty = typer.Typer(no_args_is_help=True, help="Who is on duty when.")


@signals.command("list")
def list_signals(closed: Annotated[bool, typer.Option("--closed", help="The closed ones.")] = False, as_json: AsJson = False) -> None:
    """The open signals that may be seen."""
    care = _care()
    found, unshared = care.open_signals(closed=closed), care.count_unshared()
    if as_json:
        _print_json({"signals": [signal.as_json() for signal in found], "unshared": unshared})
        return
    for signal in found:
        print(_line(signal))
    print(f"{len(found)} signals. {unshared} more wait for the person's yes and are not shown.")


@signals.command("show")
def show_signal(signal_id: int, as_json: AsJson = False) -> None:
    """One signal with the message that raised it, the two before, and its log."""
    _tell(_care().show(signal_id), as_json)


@signals.command("take")
def take_signal(signal_id: int, who: Who, as_json: AsJson = False) -> None:
    """It is yours. Of two who try, one gets it."""
    _tell(_care().take(signal_id, who), as_json)


@signals.command("contacted")
def contacted_signal(signal_id: int, who: Who, as_json: AsJson = False) -> None:
    """You spoke with the parent."""
    _tell(_care().contacted(signal_id, who), as_json)


@signals.command("close")
def close_signal(
    signal_id: int,
    who: Who,
    outcome: Annotated[str, typer.Option(help=f"One of {', '.join(OUTCOMES)}.")],
    as_json: AsJson = False,
) -> None:
    """Done, with this outcome."""
    _tell(_care().close(signal_id, who, outcome), as_json)


@signals.command("reopen")
def reopen_signal(signal_id: int, who: Who, as_json: AsJson = False) -> None:
    """Take a closed one up again."""
    _tell(_care().reopen(signal_id, who), as_json)


@team.command("add")
def add_member(
    name: str,
    mail: Annotated[str, typer.Option(help="Where alerts go.")],
    role: Annotated[str, typer.Option(help="carer or coordinator.")] = "carer",
    as_json: AsJson = False,
) -> None:
    """A new member, or a change of one with that name."""
    _print_rows([_roster().add_member(name, mail, role)], as_json)


@team.command("list")
def list_members(as_json: AsJson = False) -> None:
    """Who is in the team."""
    _print_rows(_roster().members(), as_json)


@team.command("remove")
def remove_member(name: str) -> None:
    """No alerts to this member any more; what they did stays in the logs."""
    _roster().remove_member(name)
    print("Removed.")


@duty.command("add")
def add_shift(
    name: str,
    on: Annotated[str, typer.Option(help="A weekday (mon, tue, ... or mon-fri) or a date (2026-12-24).")],
    hours: Annotated[str, typer.Option(help="Such as 9:00-17:00 or 22:00-6:00, Brussels time.")] = "0:00-24:00",
    absent: Annotated[bool, typer.Option("--absent", help="Not on duty that date.")] = False,
    holidays: Annotated[bool, typer.Option("--holidays", help="On public holidays too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Weekly hours or a single date of a member."""
    _print_rows(_roster().add_shifts(name, on, hours, absent=absent, holidays=holidays), as_json)


@duty.command("list")
def list_shifts(as_json: AsJson = False) -> None:
    """All shifts, and what holds now."""
    from bot.store.models import now

    roster, room = _roster(), _room()
    state = room.team.state(now())
    on_duty = [member.name for member in room.team.on_duty(now())]
    if as_json:
        again = state.reads_again.isoformat() if state.reads_again else None
        summary = {"configured": state.configured, "on_duty": on_duty, "alert_works": state.alert_works, "reads_again": again}
        _print_json({"shifts": roster.shifts(), "now": summary})
        return
    _print_rows(roster.shifts(), as_json=False)
    print(f"On duty now: {', '.join(on_duty) or 'nobody'}.")
    if not state.configured:
        print('"No human in real time": members, shifts and a way of alerting (KIEM_SMTP_URL or KIEM_ALERT_WEBHOOK_URL) are all needed.')


@duty.command("remove")
def remove_shift(shift_id: int) -> None:
    """Take a shift out by its number."""
    _roster().remove_shift(shift_id)
    print("Removed.")


def _room():
    from bot.runtime import room

    return room()


def _care():
    return _room().care


def _roster():
    from bot.signals.roster import Roster

    return Roster(_room().people.database)


def _line(signal: Signal) -> str:
    owner = f" by {signal.owner}" if signal.owner else ""
    when = f"{signal.raised_at:%Y-%m-%d %H:%M} UTC"
    return f"{signal.id:>5}  {signal.level:<10}{signal.state + owner:<22}{when}  {signal.language or '?'}  {', '.join(signal.domains)}"


def _tell(signal: Signal, as_json: bool) -> None:
    if as_json:
        _print_json(signal.as_json())
        return
    print(_line(signal))
    print(f"Writes as {signal.role} on {signal.channel}; meant: {signal.whose}; wishes to be contacted: {signal.wished_time or 'not said'}.")
    for text in signal.messages:
        print(f"  | {text}")
    for event in signal.log:
        print(f"  {event['at'][:19]}  {event['what']:<16}{event['by']:<12}{event['detail'] or ''}")


def _print_rows(rows: Iterable[dict[str, Any]], as_json: bool) -> None:
    rows = list(rows)
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        print("  ".join(f"{name}: {value}" for name, value in row.items() if value is not None))


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=1))
