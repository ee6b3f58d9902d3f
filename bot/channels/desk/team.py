"""The pages about the team: duty calendar, audit log, figures, language. Owns these pages; the work is in bot/signals and audit.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sanic import response
from sanic.response import HTTPResponse

from bot.channels.desk.accounts import LANGUAGES
from bot.channels.desk.audit import PAGE
from bot.channels.desk.visit import Doors, Visit, read_number
from bot.errors import UnknownMember
from bot.signals.duty import BRUSSELS, is_holiday
from bot.signals.roster import WEEKDAYS
from bot.signals.statistics import WEEKS, Figures

SHOWN_DAYS = 7


def serve_team(doors: Doors) -> None:
    doors.view("/desk/duty", show_duty, "duty")
    doors.act("/desk/duty/add", add_shift, "duty_add", role="coordinator")
    doors.act("/desk/duty/remove", remove_shift, "duty_remove", role="coordinator")
    doors.view("/desk/audit", show_audit, "audit", role="coordinator")
    doors.view("/desk/statistics", show_statistics, "statistics", role="coordinator")
    doors.act("/desk/language", speak, "language")


def show_duty(visit: Visit) -> HTTPResponse:
    roster = visit.office.roster
    names = [member["name"] for member in roster.members()]
    return visit.show("duty", shifts=roster.shifts(), week=_week(visit), members=names, weekdays=("mon-fri", *WEEKDAYS))


def _week(visit: Visit) -> list[dict[str, Any]]:
    """Each of the coming days with who is on duty when, as (name, hours)."""
    today = visit.office.room.clock().astimezone(BRUSSELS).date()
    days = [today + timedelta(days=ahead) for ahead in range(SHOWN_DAYS)]
    return [
        {"day": f"{day:%d/%m}", "weekday": WEEKDAYS[day.weekday()], "holiday": is_holiday(day), "shifts": visit.office.room.team.shifts_on(day)}
        for day in days
    ]


def add_shift(visit: Visit) -> HTTPResponse:
    on = visit.said("date") or visit.said("weekday")
    hours = f"{visit.said('from')}-{visit.said('to')}"
    absent, holidays = visit.said("kind") == "absent", bool(visit.said("holidays"))
    visit.office.roster.add_shifts(visit.said("member"), on, hours, absent=absent, holidays=holidays)
    return response.redirect("/desk/duty", status=303)


def remove_shift(visit: Visit) -> HTTPResponse:
    visit.office.roster.remove_shift(read_number(visit.said("shift")) or 0)
    return response.redirect("/desk/duty", status=303)


def show_audit(visit: Visit) -> HTTPResponse:
    name = visit.asked("name")
    entries = visit.office.audit.entries(signal_id=visit.asked_number("signal"), name=name, before=visit.asked_number("before"))
    more = entries[-1].id if len(entries) == PAGE else None
    return visit.show("audit", entries=entries, more=more, name=name, signal=visit.asked("signal"))


def show_statistics(visit: Visit) -> HTTPResponse:
    figures = visit.office.statistics.figures()
    return visit.show("statistics", figures=figures, weeks=WEEKS, bars=_bars(figures))


def _bars(figures: Figures) -> list[dict[str, Any]]:
    """The chart of the weeks, in units of its viewBox: 100 high, 40 wide per week, levels on top of each other."""
    most = max((sum(counts.values()) for counts in figures.weeks.values()), default=0)
    bars = []
    for index, (week, counts) in enumerate(figures.weeks.items()):
        top, pieces = 100.0, []
        for level in ("emergency", "today", "soon"):
            height = 96 * counts[level] / most
            top -= height
            pieces.append({"level": level, "y": round(top, 1), "height": round(height, 1)})
        bars.append({"week": week, "x": index * 40 + 6, "pieces": pieces, "counts": counts})
    return bars


def speak(visit: Visit) -> HTTPResponse:
    language = visit.said("language")
    if language not in LANGUAGES:
        raise UnknownMember("The desk does not speak it.")
    visit.office.sessions.speak(visit.who.user_id, language)
    return response.redirect("/desk/signals", status=303)
