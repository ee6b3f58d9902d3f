"""Who gets in to the desk: login, lock-out, forms of other sites, roles. Walks all routes that the real application has."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest

from bot.channels.desk.accounts import LOCKED_FOR, MOST_TRIES
from bot.channels.desk.routes import care_desk
from bot.settings import Settings
from bot.store.desk_models import DeskSessionRow, DeskUserRow
from tests.channels.desk.team import PASSWORD

pytestmark = pytest.mark.slow  # starts a server
PUBLIC = {"/desk", "/desk/login", "/desk/logout", "/desk/static/<name:str>"}
COORDINATORS = {"/desk/audit", "/desk/statistics", "/desk/duty/add", "/desk/duty/remove"}


def desk_routes() -> list[tuple[str, str]]:
    """(method, path) of every route of the desk that is not public."""
    blueprint = care_desk(Settings.from_environment({}), lambda: None)
    found = [(method, str(future.uri)) for future in blueprint._future_routes for method in future.methods]
    return sorted((method, uri) for method, uri in found if uri not in PUBLIC)


def test_there_are_routes_to_walk():
    assert {"/desk/signals", "/desk/audit", "/desk/signals/<number:str>/take"} <= {uri for _, uri in desk_routes()}


def test_nobody_gets_in_without_login_and_a_carer_not_where_coordinators_are(desk):
    desk.parent("I have the pills here")
    stranger, carer = desk.visitor(), desk.colleague("an")
    number = carer.first_signal()
    for method, uri in desk_routes():
        path = uri.replace("<number:str>", str(number))
        refused = stranger.request(method, path)
        assert refused.status_code in (303, 401), (method, path)
        assert refused.headers.get("location", "/desk/login") == "/desk/login"
        assert "pills" not in refused.text
        if uri in COORDINATORS:
            answer = carer.press(path) if method == "POST" else carer.get(path)
            assert answer.status_code == 403, (method, path)
    assert carer.get(f"/desk/signals/{number}").status_code == 200


def test_every_form_needs_its_token(desk):
    desk.parent("I have the pills here")
    carer = desk.colleague("an")
    number = carer.first_signal()
    for method, uri in desk_routes():
        if method == "POST":
            path = uri.replace("<number:str>", str(number))
            for token in ({}, {"token": "0" * 64}):
                assert carer.post(path, data=token).status_code == 403, path
    assert "nobody yet" in carer.get(f"/desk/signals/{number}").text


def test_a_cookie_for_the_desk_alone_and_no_word_cached(desk):
    carer = desk.visitor()
    answer = carer.log_in("an", PASSWORD, desk.team.code("an"))
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("kiem_desk="))
    for part in ("HttpOnly", "SameSite=Strict", "Path=/desk"):
        assert part.lower() in cookie.lower()
    page = carer.get("/desk/signals")
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    token = re.search(r"kiem_desk=([^;]+)", cookie)[1]
    with desk.database.session() as session:
        row = session.query(DeskSessionRow).one()
        assert token.encode() not in row.token_hash


def test_a_wrong_password_and_a_used_code_do_not_open(desk):
    code = desk.team.code("an")
    assert desk.visitor().log_in("an", "not this one at all", code).status_code == 403
    assert desk.visitor().log_in("nobody", PASSWORD, code).status_code == 403
    assert desk.visitor().log_in("an", PASSWORD, "000000").status_code == 403
    assert desk.visitor().log_in("an", PASSWORD, code).status_code == 303
    assert desk.visitor().log_in("an", PASSWORD, code).status_code == 403  # a code counts once


def test_after_five_tries_the_right_password_waits_too_and_then_works_again(desk):
    for _ in range(MOST_TRIES):
        assert desk.visitor().log_in("an", "not this one at all", "000000").status_code == 403
    assert desk.visitor().log_in("an", PASSWORD, desk.team.code("an")).status_code == 403
    assert desk.visitor().log_in("bea", PASSWORD, desk.team.code("bea")).status_code == 303
    with desk.database.session() as session:
        user = session.query(DeskUserRow).filter(DeskUserRow.locked_until.is_not(None)).one()
        left = user.locked_until - datetime.now(timezone.utc)
        assert LOCKED_FOR - timedelta(minutes=1) < left <= LOCKED_FOR
        user.locked_until -= LOCKED_FOR  # as if the time had passed
    assert desk.visitor().log_in("an", PASSWORD, desk.team.code("an")).status_code == 303


def test_logging_out_and_leaving_the_team_end_the_session(desk):
    an, bea = desk.colleague("an"), desk.colleague("bea")
    held = dict(an.cookies)
    an.press("/desk/logout")
    assert an.get("/desk/signals", cookies=held).status_code == 303
    desk.team.accounts.remove("bea")
    assert bea.get("/desk/signals").status_code == 303


def test_what_was_seen_and_done_stands_in_the_audit_log(desk):
    desk.parent("I have the pills here")
    carer, coordinator = desk.colleague("an"), desk.colleague("cor")
    number = carer.first_signal()
    carer.get(f"/desk/signals/{number}")
    carer.press(f"/desk/signals/{number}/take")
    carer.get("/desk/statistics")
    log = coordinator.get("/desk/audit").text
    for said in ("looked at a signal", "takes", "refused: looked at the figures", "logged in"):
        assert said in log
    assert "pills" not in log


@pytest.mark.parametrize("path", ["/desk/signals/0", "/desk/signals/99999", "/desk/signals/abc", "/desk/signals/99999999999999999999"])
def test_a_signal_that_is_not_there(desk, path):
    assert desk.colleague("an").get(path).status_code == 404


def test_a_signal_that_was_not_shared_is_neither_listed_nor_shown(desk):
    desk.parent("I want to die")  # consent was asked, not answered
    carer = desk.colleague("an")
    queue = carer.get("/desk/signals").text
    assert "No signal waits" in queue
    assert "Not shared with the team" in queue
    assert carer.get("/desk/signals/1").status_code == 404
    assert carer.press("/desk/signals/1/take").status_code == 409
