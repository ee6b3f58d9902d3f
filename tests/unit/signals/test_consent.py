"""The person decides who sees it: asked first, by button or in words; a no is respected; an emergency is the announced exception."""

import asyncio

import pytest
from sqlalchemy import select

from bot.errors import UnknownSignal
from bot.store.delivery_models import OutboxRow
from bot.store.signal_models import SignalRow
from tests.safety import Desk, payloads, texts


@pytest.fixture
def desk(people) -> Desk:
    return Desk(people)


def say(desk: Desk, text: str, who: str = "me") -> list[dict]:
    return asyncio.run(desk.say(text, who))


def signal(desk: Desk) -> SignalRow:
    with desk.people.database.session() as session:
        return session.execute(select(SignalRow)).scalar_one()


def waiting(desk: Desk) -> list[OutboxRow]:
    with desk.people.database.session() as session:
        return list(session.execute(select(OutboxRow).where(OutboxRow.done_at.is_(None))).scalars())


def test_nothing_goes_out_before_the_yes(desk):
    replies = say(desk, "I want to die")
    assert payloads(replies)[:2] == ["/signal_consent_yes", "/signal_consent_no"]
    assert waiting(desk) == []
    assert desk.room.care.open_signals() == []
    assert desk.room.care.count_unshared() == 1
    with pytest.raises(UnknownSignal, match="not shared"):
        desk.room.care.show(signal(desk).id)


@pytest.mark.parametrize("yes", ["/signal_consent_yes", "yes please", "Yes!", "ja, graag", "oui"])
def test_a_yes_by_button_or_in_words_shares(desk, yes):
    say(desk, "it is a bad week")
    say(desk, "I want to die")
    replies = say(desk, yes)
    assert "pass your message on" in texts(replies)
    assert "/signal_wish_evening" in payloads(replies)
    assert {row.kind for row in waiting(desk)} == {"alert.mail", "ladder"}
    assert desk.room.care.show(signal(desk).id).messages == ("it is a bad week", "I want to die")
    assert desk.people.consents(signal(desk).person_id) == {"share_with_team": True}


@pytest.mark.parametrize("no", ["/signal_consent_no", "no", "nee dank je", "non merci"])
def test_a_no_is_respected_and_the_lines_stay(desk, no):
    say(desk, "I want to die")
    said = texts(say(desk, no))
    assert "I do not share it" in said
    assert "numbers above" in said
    assert waiting(desk) == []
    say(desk, "I want to die")
    assert "/signal_consent_yes" not in payloads(say(desk, "I want to die")), "it does not nag"


def test_a_no_then_an_emergency_reopens(desk):
    say(desk, "I want to die")
    say(desk, "no")
    say(desk, "I have the pills here")
    assert (signal(desk).state, signal(desk).consent, signal(desk).level) == ("reopened", "needless", "emergency")
    assert "alert.mail" in {row.kind for row in waiting(desk)}


def test_one_may_change_ones_mind(desk):
    say(desk, "I want to die")
    say(desk, "/signal_consent_no")
    say(desk, "/signal_consent_yes")
    assert (signal(desk).state, signal(desk).consent) == ("reopened", "given")


def test_a_yes_much_later_answers_something_else(desk):
    say(desk, "I want to die")
    say(desk, "when do babies eat?")
    say(desk, "yes")
    assert signal(desk).consent == "asked"
    assert desk.agent.heard[-1] == "yes"


def test_a_yes_that_says_danger_is_heard_as_danger(desk):
    say(desk, "I want to die")
    assert "112" in texts(say(desk, "yes i have the pills here"))
    assert signal(desk).level == "emergency"


def test_a_consent_can_be_taken_back(desk):
    say(desk, "I want to die")
    say(desk, "/signal_consent_yes")
    assert "no longer share" in texts(say(desk, "/signal_withdraw"))
    assert (signal(desk).consent, signal(desk).sealed_messages) == ("withdrawn", None)
    assert waiting(desk) == []
    with pytest.raises(UnknownSignal):
        desk.room.care.show(signal(desk).id)


def test_an_emergency_is_not_taken_back(desk):
    say(desk, "I have the pills here")
    assert "still take your earlier message seriously" in texts(say(desk, "/signal_withdraw"))
    assert signal(desk).state == "new"
    assert waiting(desk)


def test_the_wished_time_is_kept(desk):
    say(desk, "I want to die")
    say(desk, "/signal_consent_yes")
    say(desk, "/signal_wish_evening")
    assert desk.room.care.show(signal(desk).id).wished_time == "evening"


def test_without_a_team_nothing_is_asked(people):
    desk = Desk(people, team=False)
    replies = say(desk, "I want to die")
    assert "/signal_consent_yes" not in payloads(replies)
    assert "No person reads this chat" in texts(replies)


def test_an_old_button_says_that_it_no_longer_works(desk):
    assert "no longer works" in texts(say(desk, "/signal_consent_yes"))


def test_after_erasing_a_skeleton_without_person_and_text_stays(desk):
    say(desk, "I have the pills here")
    person_id = signal(desk).person_id
    exported = desk.people.export(person_id)
    assert exported["signals"][0]["messages"] == ["I have the pills here"]
    assert exported["received"][0]["text"] == "I have the pills here"
    desk.people.erase(person_id)
    left = signal(desk)
    assert (left.person_id, left.sealed_messages, left.sealed_evidence, left.language) == (None, None, None, None)
    assert (left.level, left.state, left.outcome) == ("emergency", "closed", "erased")
    assert [event["what"] for event in desk.room.care.show(left.id).log][0] == "raised"
    assert waiting(desk) == []
