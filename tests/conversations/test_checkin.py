"""The check-in with the real bot and the real gate: the usual path, what leads to a person, leaving it, and what comes in between."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.checkin.steps import STEPS
from bot.store.database import Database
from bot.store.delivery_models import OutboxRow
from bot.store.models import PersonRow, now
from bot.store.signal_models import CareMemberRow, DutyShiftRow, SignalRow
from knowledge.checkin_texts import checkin_texts
from knowledge.library import library
from tests.conftest import Bot
from tests.safety import payloads, texts, webhook_peer

pytestmark = pytest.mark.slow
USUAL = {"free": "yes", "how": "good", "rest": "yes", "down": "no", "interest": "no", "support": "yes", "worries": "nothing", "gut": "no"}


@pytest.fixture(scope="module")
def team_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The real bot with a team that is on duty day and night and can be alerted."""
    home: Path = tmp_path_factory.mktemp("team")
    database = Database(f"sqlite:///{home / 'kiem.db'}")
    database.migrate()
    with database.session() as session:
        member = CareMemberRow(name="an", role="carer", mail="an@team.example")
        session.add(member)
        session.flush()
        session.add_all(DutyShiftRow(member_id=member.id, weekday=day, start_minute=0, end_minute=1440, holidays=True) for day in range(7))
    database.close()
    with webhook_peer() as (url, _):
        running = Bot(home, KIEM_ALERT_WEBHOOK_URL=url, KIEM_ALERT_SECRET="a secret of the tests").start()
        yield running
        running.stop()


class Talk:
    """One person with the bot. `press` needs the button to be there."""

    def __init__(self, bot: Bot, who: str, **metadata: object) -> None:
        self._bot, self._who, self._about = bot, who, {"metadata": metadata} if metadata else {}
        self.replies: list[dict] = []
        self.pressed = 0

    def say(self, text: str) -> str:
        self.replies = self._bot.say(text, self._who, **self._about)
        return texts(self.replies)

    def press(self, payload: str) -> str:
        assert payload in payloads(self.replies), f"no {payload} among {payloads(self.replies)}"
        self.pressed += 1
        return self.say(payload)

    def answer(self, **answers: str) -> str:
        """Press an answer per step, in this order."""
        said = ""
        for step, answer in answers.items():
            assert question(step) in texts(self.replies) or step == "worries", f"not at {step}: {texts(self.replies)}"
            said = self.press(pressed(step, answer))
        return said

    def start(self, **answers: str) -> str:
        self.say("/start_checkin")
        return self.answer(**answers)

    @property
    def asks(self) -> str | None:
        """The step whose buttons are there."""
        return next((step for step in STEPS if any(f'"step": "{step}"' in payload for payload in payloads(self.replies))), None)


def pressed(step: str, answer: str) -> str:
    return f'/checkin{{"step": "{step}", "answer": "{answer}"}}'


def question(step: str, *, partner: bool = False) -> str:
    return checkin_texts().question(step, "nl", partner=partner)


def talk_text(key: str, section: str = "talk") -> str:
    return checkin_texts().say(section, key, "nl")


def rows(bot: Bot, table: type, **where: object) -> list:
    database = Database(f"sqlite:///{bot.home / 'kiem.db'}")
    with database.session() as session:
        found = list(session.execute(select(table).filter_by(**where)).scalars())
    database.close()
    return found


def newest_person(bot: Bot) -> str:
    return max(rows(bot, PersonRow), key=lambda row: row.created_at).id


def signals_of(bot: Bot, person_id: str) -> list[SignalRow]:
    return rows(bot, SignalRow, person_id=person_id)


def test_all_is_well_takes_eight_taps_and_alerts_nobody(team_bot: Bot):
    talk = Talk(team_bot, "well")
    said = talk.start(**USUAL)
    assert talk.pressed == 8
    assert talk_text("closing") in said
    assert talk_text("tip_good") in said
    assert talk_text("contact_offer") in said
    assert not any(word in said.lower() for word in ("score", "punten", "depress", "risico"))
    assert signals_of(team_bot, newest_person(team_bot)) == []


def test_skip_and_stop_are_there_at_every_step(team_bot: Bot):
    talk = Talk(team_bot, "buttons")
    talk.say("/start_checkin")
    seen = []
    for answer in ("yes", "hard", "no", "yes", "yes", "2", "2", "bit", "nothing", "unsure"):
        step = talk.asks
        seen.append(step)
        assert pressed(step, "stop") in payloads(talk.replies)
        assert step == "free" or pressed(step, "skip") in payloads(talk.replies)
        talk.press(pressed(step, answer))
    assert [*seen, talk.asks] == list(STEPS)


def test_low_and_nobody_to_lean_on_leads_to_a_person_after_a_yes(team_bot: Bot):
    talk = Talk(team_bot, "low")
    talk.start(free="yes", how="hard", rest="no", down="yes", interest="no", nervous="1", worrying="0", support="no", worries="money")
    said = talk.answer(worries="done", gut="no", contact="no")
    me = newest_person(team_bot)
    assert talk_text("consent") in said
    assert rows(team_bot, OutboxRow, signal_id=signals_of(team_bot, me)[0].id) == [], "nothing goes out before the yes"
    assert "/money_budget_help" in payloads(talk.replies)
    talk.press("/signal_consent_yes")
    assert "/signal_wish_evening" in payloads(talk.replies)
    signal = signals_of(team_bot, me)[0]
    assert (signal.level, signal.consent, signal.domains.split(",")[0]) == ("soon", "given", "depression")
    assert rows(team_bot, OutboxRow, signal_id=signal.id), "the clock of the ladder runs"
    talk.say("/start_checkin")
    assert talk_text("open_signal") in texts(talk.replies), "no list of questions while the signal is open"


def test_who_wants_contact_gets_the_question_and_may_say_no(team_bot: Bot):
    talk = Talk(team_bot, "contact")
    talk.start(free="yes", how="hard", rest="yes", down="no", interest="no", support="yes", worries="nothing", gut="no", contact="yes")
    assert talk_text("consent") in texts(talk.replies)
    talk.press("/signal_consent_no")
    assert signals_of(team_bot, newest_person(team_bot))[0].consent == "refused"


def test_without_a_team_nobody_is_promised(bot: Bot):
    talk = Talk(bot, "no team")
    said = talk.start(free="yes", how="hard", rest="yes", down="no", interest="no", support="yes", worries="nothing", gut="yes", contact="yes")
    assert talk_text("no_team") in said
    assert "/signal_consent_yes" not in payloads(talk.replies)
    assert "1813" in said or "106" in said


def test_three_nights_without_sleep_ends_the_questions_with_help_for_today(team_bot: Bot):
    talk = Talk(team_bot, "sleepless")
    said = talk.start(free="yes", how="hard", rest="none")
    assert talk.asks is None
    assert "vandaag" in said
    assert signals_of(team_bot, newest_person(team_bot))[0].level == "today"


def test_two_skips_end_it_kindly(bot: Bot):
    talk = Talk(bot, "skipping")
    talk.start(free="yes", how="skip", rest="skip")
    assert talk_text("skipped") in texts(talk.replies)
    assert talk.asks is None
    assert library().answer("baby_fever", "nl").short[:40] in talk.say("mijn baby heeft koorts, wat nu?")


@pytest.mark.parametrize("stop", [pressed("rest", "stop"), "stop", "Stop."])
def test_stop_works_by_button_and_in_words(bot: Bot, stop):
    talk = Talk(bot, f"stopping {stop}")
    talk.start(free="yes", how="good")
    assert talk_text("stopped") in talk.say(stop)
    assert talk.asks is None


def test_it_can_be_put_off(bot: Bot):
    talk = Talk(bot, "later")
    talk.start(free="later")
    assert talk_text("later") in texts(talk.replies)
    assert [row.step for row in rows(bot, OutboxRow, person_id=newest_person(bot))] == ["later"]


def test_a_question_in_between_is_answered_and_it_comes_back(bot: Bot):
    talk = Talk(bot, "question")
    talk.start(free="yes", how="good")
    said = talk.say("hoe lang duurt de moederschapsrust voor een werkneemster?")
    assert talk.replies[0]["custom"]["kiem"]["topic"] == "leave_maternity"
    assert question("rest") in said
    talk.answer(rest="yes")
    assert talk.asks == "down"


def test_a_person_can_be_asked_for_in_between(bot: Bot):
    talk = Talk(bot, "human")
    talk.start(free="yes")
    said = talk.say("ik wil liever met een echte mens praten")
    assert library().text("ask_human", "nl") in said
    assert talk.asks == "how"


def test_answers_in_words_count_and_own_words_are_kept(bot: Bot):
    talk = Talk(bot, "words")
    talk.say("/start_checkin")
    talk.say("ja")
    talk.say("ik ben blij met ons kindje en het gaat wel ok")
    assert talk.asks == "rest"
    talk.say("Soms")
    talk.say("nee")
    talk.say("neen")
    assert talk.asks == "support"
    talk.say("sla over")
    talk.say("niets hiervan")
    talk.say("nee")
    talk.press(pressed("contact", "no"))
    summary = talk.press("/checkin_summary")
    assert "ik ben blij met ons kindje" in summary
    assert f"{question('rest')} Soms" in summary


def test_a_word_of_danger_takes_over_and_the_questions_do_not_come_back(team_bot: Bot):
    talk = Talk(team_bot, "danger")
    talk.start(free="yes")
    said = talk.say("eigenlijk wil ik niet meer leven")
    assert talk.replies[0]["custom"]["kiem"]["signal"]["level"] in ("today", "emergency")
    assert "1813" in said
    assert talk.asks is None
    talk.say("/signal_consent_no")
    assert "custom" in talk.replies[0]
    assert library().answer("baby_fever", "nl").short[:40] in talk.say("mijn baby heeft koorts, wat nu?")
    assert talk.asks is None


def test_an_emergency_ends_it_too_though_the_dialogue_never_hears_it(team_bot: Bot):
    talk = Talk(team_bot, "emergency")
    talk.start(free="yes", how="so_so")
    talk.say("ik heb alle pillen al ingenomen, ik wil dood")
    assert talk.replies[0]["custom"]["kiem"]["signal"]["level"] == "emergency"
    assert library().answer("baby_fever", "nl").short[:40] in talk.say("mijn baby heeft koorts, wat nu?")
    assert talk.asks is None


def test_the_partner_is_asked_in_other_words(bot: Bot):
    talk = Talk(bot, "partner")
    assert question("how", partner=True) in talk.start(free="partner")
    said = talk.press(pressed("how", "hard"))
    assert question("rest") in said
    assert question("down", partner=True) in talk.press(pressed("rest", "yes"))


def put_invitation(bot: Bot, person_id: str, moment: str) -> None:
    database = Database(f"sqlite:///{bot.home / 'kiem.db'}")
    with database.session() as session:
        at = now() - timedelta(minutes=1)
        session.add(
            OutboxRow(
                key=f"test:{person_id}:{moment}", kind="invite.rest", step=moment, person_id=person_id, created_at=at, not_before=at, attempts=0
            )
        )
    database.close()


def test_an_invitation_comes_beside_an_answer_and_not_within_fourteen_days_of_a_checkin(bot: Bot):
    talk = Talk(bot, "invited")
    talk.say("hallo")
    me = newest_person(bot)
    put_invitation(bot, me, "weeks_20")
    assert talk_text("now", "invite") in talk.say("hoe vraag ik het startbedrag aan?")
    talk.press("/start_checkin")
    talk.answer(**USUAL)
    put_invitation(bot, me, "weeks_32")
    assert talk_text("now", "invite") not in talk.say("hallo")


def test_invitations_are_switched_on_and_off_by_the_person(bot: Bot):
    talk = Talk(bot, "switch")
    talk.say("ik ben 18 weken zwanger, wat mag ik eten?")
    talk.say('/remember{"allowed": "yes"}')
    talk.start(**USUAL)
    talk.press('/invite{"answer": "yes"}')
    me = newest_person(bot)
    waiting = {row.step for row in rows(bot, OutboxRow, person_id=me, done_at=None)}
    assert waiting == {"weeks_20", "weeks_32"}
    talk.say('/invite{"answer": "no"}')
    assert rows(bot, OutboxRow, person_id=me, done_at=None) == []


def test_a_loss_stops_everything_cheerful(bot: Bot):
    talk = Talk(bot, "loss")
    talk.say("hallo")
    me = newest_person(bot)
    put_invitation(bot, me, "weeks_20")
    said = talk.say("ik heb een miskraam gehad, hoe lang duurt het bloedverlies daarna?")
    if talk_text("ask", "loss") not in said:
        said = talk.say("ik heb een miskraam gehad en rouw om mijn kindje")
    assert talk_text("ask", "loss") in said
    assert talk_text("now", "invite") not in said
    talk.press('/loss{"answer": "yes"}')
    assert talk_text("done", "loss") in texts(talk.replies)
    assert talk_text("now", "invite") not in talk.say("hallo")
    assert "loss_on" in talk.say("/confirm_export")


def test_a_professional_reports_a_gut_feeling_with_no_name(team_bot: Bot):
    talk = Talk(team_bot, "pro", role="professional")
    assert talk_text("intro", "report") in talk.say("/start_checkin")
    assert talk_text("knows", "report") in talk.say("de baby is altijd heel stil als ik op bezoek ben")
    said = talk.press('/checkin{"step": "knows", "answer": "no"}')
    assert talk_text("consent", "report") in said
    talk.press("/signal_consent_yes")
    signal = signals_of(team_bot, newest_person(team_bot))[0]
    assert (signal.level, signal.domains, signal.role, signal.whose, signal.consent) == ("soon", "gut_feeling", "professional", "other", "given")


def test_a_report_that_the_gate_hears_too_makes_one_signal_and_one_question(team_bot: Bot):
    talk = Talk(team_bot, "pro heard", role="professional")
    talk.say("/start_checkin")
    talk.say("mijn buikgevoel zegt dat er iets niet pluis is bij dit gezin")
    assert payloads(talk.replies).count("/signal_consent_yes") == 1
    assert [signal.domains for signal in signals_of(team_bot, newest_person(team_bot))] == ["gut_feeling"]
    talk.say("hallo")
    assert talk_text("about", "report") not in texts(talk.replies)


def test_a_professional_can_leave_the_report(team_bot: Bot):
    talk = Talk(team_bot, "pro leaves", role="buddy")
    talk.say("/start_checkin")
    talk.press('/checkin{"step": "about", "answer": "stop"}')
    assert talk_text("stopped", "report") in texts(talk.replies)
    assert signals_of(team_bot, newest_person(team_bot)) == []


def browse(bot: Bot, path: str, cookie: str = "") -> tuple[int, str, str]:
    request = urllib.request.Request(bot.url + path, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers["Content-Security-Policy"]
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers["Content-Security-Policy"]


def on_the_page(bot: Bot, text: str, cookie: str) -> tuple[list[dict], str]:
    """Write on the chat page; the replies and the cookie."""
    body = json.dumps({"text": text, "language": "nl"}).encode()
    request = urllib.request.Request(f"{bot.url}/chat/message", body, {"Content-Type": "application/json", "Cookie": cookie})
    with urllib.request.urlopen(request, timeout=30) as answer:
        jar = SimpleCookie(answer.headers["Set-Cookie"])
        return json.load(answer)["replies"], f"kiem={jar['kiem'].value}"


def test_the_summary_can_be_printed_by_the_browser_that_wrote_it_only(bot: Bot):
    _, cookie = on_the_page(bot, "/start_checkin", "")
    for text in (pressed("free", "yes"), "ik heb het druk <b>maar</b> ben tevreden", pressed("rest", "no"), "stop"):
        on_the_page(bot, text, cookie)
    replies, _ = on_the_page(bot, "/checkin_summary", cookie)
    path = replies[-1]["custom"]["page"]["path"]
    status, page, policy = browse(bot, path, cookie)
    assert status == 200
    assert "ik heb het druk &lt;b&gt;maar&lt;/b&gt; ben tevreden" in page
    assert question("rest") in page
    assert checkin_texts().question("rest", "fr").replace("'", "&#x27;") in page, "for a French-speaking doctor"
    assert "default-src 'none'" in policy
    assert browse(bot, path)[0] == 404
    assert browse(bot, path, "kiem=" + "A" * 43)[0] == 404
