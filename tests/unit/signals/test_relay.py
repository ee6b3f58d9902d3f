"""A talk between a carer and a parent: who hears what, when it ends, and what is kept. The dialogue is silent meanwhile, the gate is not."""

import asyncio
import json

import pytest

from bot.errors import UnknownSignal
from bot.store.delivery_models import OutboxRow
from bot.store.desk_models import RelayMessageRow, RelayRow
from bot.store.signal_models import SignalRow
from tests.safety import Desk


@pytest.fixture
def desk(people) -> Desk:
    """A parent in danger, whose signal an has taken and with whom she talks."""
    made = Desk(people)
    say(made, "I have the pills here")
    made.room.care.take(1, "an")
    made.net.relays.open(1, "an")
    made.agent.heard.clear()
    return made


def say(desk: Desk, text: str, who: str = "me", **about) -> list[dict]:
    return asyncio.run(desk.say(text, who, **about))


def texts(replies: list[dict]) -> str:
    """What is read; a reply that only carries the record has no text."""
    return "\n".join(reply["text"] for reply in replies if reply.get("text"))


def talk(desk: Desk) -> list[tuple[str, str]]:
    return [(said.author, said.text) for said in desk.net.relays.transcript(1, seen=False)[1]]


def rows(people, table) -> list:
    with people.database.session() as session:
        return session.query(table).order_by(table.id).all()


def test_while_they_talk_words_go_to_the_carer_and_the_dialogue_is_silent(desk):
    replies = say(desk, "thank you for writing")
    assert desk.agent.heard == []
    assert ("parent", "thank you for writing") in talk(desk)
    assert "an answer" not in json.dumps(replies)
    assert replies[0]["custom"]["kiem"]["signal"] == {"domains": [], "level": "none"}


def test_a_person_of_another_address_is_answered_as_ever(desk):
    assert "an answer" in texts(say(desk, "when do babies eat?", "another"))


def test_the_carer_is_read_signed_with_name_and_title_and_counts_as_contact(desk, people):
    say(desk, "hello?")
    desk.net.relays.say(1, "an", "I am here.", "first", "nl")
    desk.net.relays.say(1, "an", "I am here.", "first", "nl")  # pressed twice
    replies = say(desk, "good")
    assert "an, care worker:\nI am here." in texts(replies)
    assert [author for author, _ in talk(desk)].count("carer") == 1
    assert rows(people, SignalRow)[0].state == "contacted"
    assert rows(people, RelayMessageRow)[2].state == "delivered"


def test_the_gate_reads_on_and_answers_danger_at_once(desk, people):
    replies = say(desk, "he hits me now")
    assert "101" in texts(replies) or "112" in texts(replies)
    assert ("parent", "he hits me now") in talk(desk)
    assert "violence" in rows(people, SignalRow)[0].domains


def test_a_button_is_meant_for_kiem_not_for_the_carer(desk):
    say(desk, "/ask_human")
    assert desk.agent.heard == ["/ask_human"]
    assert [author for author, _ in talk(desk)] == ["kiem"]


def test_a_message_that_comes_twice_is_passed_on_once(desk):
    for _ in range(2):
        say(desk, "did you get this?", update_key="7")
    assert [text for _, text in talk(desk)].count("did you get this?") == 1


def test_when_it_is_closed_kiem_answers_again_and_says_so(desk):
    say(desk, "thank you")
    desk.net.relays.close(1, "an")
    replies = texts(say(desk, "when do babies eat?"))
    assert "an answer" in replies
    assert "an, care worker has ended the talk. I am Kiem, a computer program. I answer again." in replies


def test_after_half_an_hour_of_quiet_kiem_answers_again(desk):
    desk.net.relays.say(1, "an", "Take your time.", "k", "nl")
    desk.clock.turn(minutes=29)
    desk.net.relays.sweep()
    assert desk.net.relays.transcript(1, seen=False)[0]
    desk.clock.turn(minutes=2)
    replies = texts(say(desk, "when do babies eat?"))
    assert "an answer" in replies
    assert "I answer again" in replies


def test_a_carer_who_goes_silent_is_said_and_the_signal_is_the_teams_again(desk, people):
    say(desk, "are you there?")
    desk.clock.turn(minutes=9)
    desk.net.relays.sweep()
    assert desk.net.relays.transcript(1, seen=False)[0]
    desk.clock.turn(minutes=2)
    desk.net.relays.sweep()
    row = rows(people, SignalRow)[0]
    assert (row.state, row.owner_id, row.alerts) == ("reopened", None, 2)
    waiting = [parcel.step for parcel in rows(people, OutboxRow) if parcel.done_at is None and parcel.kind in ("ladder", "alert.mail")]
    assert sorted(waiting) == ["coordinator", "first", "parent", "second"]
    said = texts(say(desk, "hello"))
    assert "an, care worker has not answered you" in said
    assert "112" in said


def test_what_the_carer_wrote_and_nobody_read_is_said_to_have_failed_and_comes_later(desk, people):
    desk.net.relays.say(1, "an", "Please call me.", "k", "nl")
    desk.net.relays.close(1, "an")
    assert [row.state for row in rows(people, RelayMessageRow) if row.author == "carer"] == ["failed"]
    assert "Please call me." in texts(say(desk, "hello"))
    assert [row.state for row in rows(people, RelayMessageRow) if row.author == "carer"] == ["delivered"]


def test_the_parent_leaves_the_talk_with_a_button(desk, people):
    replies = say(desk, "/signal_leave_talk")
    assert "You have stopped the talk" in texts(replies)
    assert rows(people, RelayRow)[0].closed_why == "left"
    with pytest.raises(UnknownSignal):
        desk.net.relays.say(1, "an", "still there?", "k", "nl")


def test_only_the_owner_talks_and_after_handing_over_the_colleague(desk):
    from bot.signals.casework import Casework

    with pytest.raises(UnknownSignal):
        desk.net.relays.say(1, "bea", "hi", "k", "nl")
    Casework(desk.room.signals, desk.net.relays).hand_over(1, "an", "bea")
    desk.net.relays.say(1, "bea", "I take over.", "k", "nl")
    said = texts(say(desk, "ok"))
    assert "You are now talking with a person: bea, care worker" in said
    assert "bea, care worker:\nI take over." in said


def test_closing_the_signal_ends_the_talk(desk, people):
    desk.room.care.close(1, "an", "helped")
    assert "an answer" in texts(say(desk, "when do babies eat?"))
    assert rows(people, RelayRow)[0].closed_at is not None


def test_the_talk_is_theirs_exported_sealed_and_erased(desk, people):
    say(desk, "a very particular sentence")
    person = people.everybody()[0]
    assert "a very particular sentence" in json.dumps(people.export(person)["signals"][0]["talk"])
    assert all(b"particular" not in row.sealed_text for row in rows(people, RelayMessageRow))
    people.erase(person)
    assert rows(people, RelayMessageRow) == rows(people, RelayRow) == []


def test_a_crash_before_the_message_was_passed_on_is_made_good(desk, people):
    taken = desk.net.begin(_inbound("I wrote this just before the crash"))
    taken.person = people.arrive("rest", "me")
    desk.net.inbox.accept(taken.person, taken.key, taken.heard.judged, {"role": "parent", "forwarded": False, "language": "en"})
    desk.clock.turn(minutes=2)
    desk.net.pick_up()
    assert ("parent", "I wrote this just before the crash") in talk(desk)


def _inbound(text: str):
    from bot.hearing import Inbound

    return Inbound("rest", "me", text, language="en")
