"""Talks with the real bot: answers, follow-ups, language, privacy, honesty."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.library import library
from tests.conftest import Bot

pytestmark = pytest.mark.slow


def _record(replies: list[dict]) -> dict:
    return replies[0]["custom"]["kiem"]


def _text(replies: list[dict]) -> str:
    return "\n".join(reply["text"] for reply in replies)


def _press(bot: Bot, sender: str, replies: list[dict], payload: str) -> list[dict]:
    """Press the button whose payload starts so; it must be there."""
    found = [button["payload"] for reply in replies for button in reply.get("buttons", ()) if button["payload"].startswith(payload)]
    assert found, f"no button {payload} among {[button['payload'] for reply in replies for button in reply.get('buttons', ())]}"
    return bot.say(found[0], sender)


@pytest.mark.parametrize(
    ("lang", "text", "topic"),
    [
        ("nl", "mijn baby huilt elke avond uren aan een stuk", "baby_crying"),
        ("fr", "quand faut-il déclarer la naissance à la commune ?", "birth_registration"),
        ("en", "how long is maternity leave for an employee?", "leave_maternity"),
    ],
)
def test_a_question_is_answered_in_its_language_with_a_source(bot: Bot, lang, text, topic):
    replies = bot.say(text, f"ask-{lang}")
    record = _record(replies)
    assert (record["lang"], record["topic"]) == (lang, topic)
    assert library().answer(topic, lang).short[:60] in replies[0]["text"]
    assert library().text("source", lang) in replies[0]["text"]


def test_the_buttons_of_an_answer_lead_on(bot: Bot):
    replies = bot.say("wanneer mag mijn baby vaste voeding krijgen?", "buttons")
    assert _record(replies)["topic"] == "solids_start"
    assert library().answer("solids_start", "nl").more[:60] in _text(_press(bot, "buttons", replies, "/show_more"))
    assert library().answer("solids_start", "nl").simple[:40] in _text(_press(bot, "buttons", replies, "/repeat_simpler"))
    services = _press(bot, "buttons", replies, "/show_services")
    assert _record(services)["services"]
    assert "Kind en Gezin" in _text(services)


def test_simpler_and_more_work_as_words(bot: Bot):
    bot.say("mijn baby heeft koorts", "words")
    assert library().answer("baby_fever", "nl").simple[:40] in _text(bot.say("kan je het eenvoudiger zeggen?", "words"))
    assert library().answer("baby_fever", "nl").more[:40] in _text(bot.say("vertel me daar meer over", "words"))


@pytest.mark.parametrize(
    ("first", "follow_up", "language"),
    [
        ("mijn baby van 5 weken huilt elke avond", "en 's nachts?", "nl"),
        ("mon bébé de 5 semaines pleure chaque soir", "et la nuit ?", "fr"),
        ("my 5 week old baby cries every evening", "and at night?", "en"),
    ],
)
def test_a_follow_up_stays_in_the_language_of_the_talk(bot: Bot, first, follow_up, language):
    sender = f"follow-{language}"
    bot.say(first, sender)
    record = _record(bot.say(follow_up, sender))
    assert record["lang"] == language
    near = {"baby_crying", "baby_sleep_rhythm", "baby_carrying_soothing", "safe_sleep"}
    assert record["topic"] in near or (record["topic"] is None and record["alternatives"][0] in near), "answered, or asked about from there"


@pytest.mark.parametrize(
    ("language", "follow_up", "region"),
    [
        ("en", "and in Brussels?", "brussels"),
        ("en", "and in Flanders?", "flanders"),
        ("en", "and in wallonia", "wallonia"),
        ("fr", "et en Wallonie ?", "wallonia"),
        ("fr", "et en wallonie?", "wallonia"),
        ("nl", "en in Wallonië?", "wallonia"),
    ],
)
def test_a_follow_up_with_a_region_gives_what_holds_there(bot: Bot, language, follow_up, region):
    sender = f"region {follow_up}"
    bot.say(f'/choose_language{{"language": "{language}"}}', sender)
    bot.say("/money_birth_allowance", sender)
    replies = bot.say(follow_up, sender)
    assert _record(replies)["topic"] == "money_birth_allowance"
    assert library().answer("money_birth_allowance", language).regions[region][:50] in replies[0]["text"]


def test_a_region_in_a_follow_up_does_not_change_the_language_of_the_talk(bot: Bot):
    bot.say("comment demander la prime de naissance ?", "belgian")
    assert _record(bot.say("et en wallonie?", "belgian"))["lang"] == "fr"


def test_a_follow_up_that_says_too_little_is_asked_about_beginning_with_the_talk(bot: Bot):
    bot.say("/siblings", "little")
    bot.say('/choose_language{"language": "en"}', "little")
    replies = bot.say("and for me?", "little")
    record = _record(replies)
    assert (record["topic"], record["behaviour"]) == (None, None)
    assert record["alternatives"][0] == "siblings"
    buttons = [button["payload"] for button in replies[0]["buttons"]]
    assert buttons == [*(f"/{topic}" for topic in record["alternatives"]), "/none_fits"]
    assert len(record["alternatives"]) <= 3


def test_more_goes_on_about_the_last_of_several_answers(bot: Bot):
    bot.say("mijn baby heeft koorts", "goes-on")
    bot.say("hoeveel schermtijd is ok voor een peuter?", "goes-on")
    replies = bot.say("meer", "goes-on")
    assert _record(replies)["topic"] == "screen_time"
    assert library().answer("screen_time", "nl").more[:40] in replies[0]["text"]


@pytest.mark.parametrize(
    ("language", "asked"),
    [("nl", "welk nummer was het?"), ("en", "which number?"), ("fr", "quel numéro ?")],
)
def test_which_number_gives_the_numbers_of_the_answer_before(bot: Bot, language, asked):
    bot.say(f'/choose_language{{"language": "{language}"}}', asked)
    bot.say("/baby_poisoning", asked)
    replies = bot.say(asked, asked)
    assert "070 245 245" in _text(replies)
    assert "1813" not in _text(replies), "only the numbers of that answer"


def test_a_change_of_topic_and_back(bot: Bot):
    assert _record(bot.say("mijn baby heeft koorts, wat nu?", "change"))["topic"] == "baby_fever"
    assert _record(bot.say("hoe vraag ik het startbedrag aan?", "change"))["topic"] == "money_birth_allowance"
    assert _record(bot.say("en die koorts?", "change"))["topic"] == "baby_fever"
    more = bot.say("vertel me daar meer over", "change")
    assert library().answer("baby_fever", "nl").more[:40] in _text(more)


def test_two_questions_in_one_message_get_two_answers(bot: Bot):
    replies = bot.say("when can I start giving solid food? and how much screen time is ok for a toddler?", "two")
    text = _text(replies)
    assert library().answer("solids_start", "en").short[:40] in text
    assert library().answer("screen_time", "en").short[:40] in text


def test_two_questions_joined_by_and_get_two_answers(bot: Bot):
    text = _text(bot.say("how long is maternity leave and how do I apply for the birth allowance?", "joined"))
    assert library().answer("leave_maternity", "en").short[:40] in text
    assert library().answer("money_birth_allowance", "en").short[:40] in text


@pytest.mark.parametrize("text", ["wie wint de koers zondag", "write a python script to sort a list", "quelle est la capitale de l'Australie"])
def test_what_is_not_ours_is_declined_honestly(bot: Bot, text):
    replies = bot.say(text, f"out {text}")
    assert _record(replies)["topic"] is None
    assert _record(replies)["services"] == []
    assert any(button["payload"] == "/ask_human" for reply in replies for button in reply.get("buttons", ()))


def test_asking_for_a_human_never_claims_that_one_is_reading(bot: Bot):
    text = _text(bot.say("ik wil met een echte mens praten", "human"))
    assert "Er leest geen mens mee" in text
    assert "1813" in text
    assert "112" in text


def test_contact_hours_are_told_when_they_are_set(own_bot: Bot):
    own_bot._environment["KIEM_CONTACT_HOURS"] = "maandag tot vrijdag, 9 tot 17 uur"
    own_bot.start()
    text = _text(own_bot.say("ik wil met een echte mens praten"))
    assert "maandag tot vrijdag, 9 tot 17 uur" in text
    assert "Ik weet niet of er nu iemand leest" in text


def test_the_chosen_language_wins_until_another_is_chosen(bot: Bot):
    bot.say('/choose_language{"language": "fr"}', "choice")
    replies = bot.say("mijn baby heeft koorts en is heel warm vandaag", "choice")
    assert _record(replies)["lang"] == "fr"
    assert library().answer("baby_fever", "fr").short[:40] in _text(replies)
    bot.say('/choose_language{"language": "nl"}', "choice")
    assert _record(bot.say("ok", "choice"))["lang"] == "nl"


def test_a_language_without_the_answer_says_so_in_that_language(bot: Bot):
    without = next(topic for topic in library().topic_ids() if "tr" not in library().topics[topic].answers)
    bot.say('/choose_language{"language": "tr"}', "turkish")
    replies = bot.say(f"/{without}", "turkish")
    assert library().text("not_in_language", "tr")[:20] in replies[0]["text"]
    english = _press(bot, "turkish", replies, f'/{without}{{"language": "en"}}')
    assert library().answer(without, "en").short[:40] in _text(english)


def test_a_translated_answer_says_that_nobody_reviewed_it(bot: Bot):
    bot.say('/choose_language{"language": "uk"}', "ukrainian")
    replies = bot.say("/baby_fever", "ukrainian")
    assert library().answer("baby_fever", "uk").short[:40] in _text(replies)
    assert library().text("translated_note", "uk") in _text(replies)


def test_an_answer_names_the_region_it_holds_for(bot: Bot):
    topic = next(topic.id for topic in library().topics.values() if {"flanders", "wallonia"} <= set(topic.answers["nl"].regions))
    flanders = bot.say(f"/{topic}", "region")
    assert "Vlaanderen" in flanders[0]["text"]
    wallonia = _press(bot, "region", flanders, f'/show_region{{"topic": "{topic}", "region": "wallonia"')
    assert "Wallonië" in wallonia[0]["text"]


def test_where_a_person_lives_chooses_the_region(bot: Bot):
    topic = next(topic.id for topic in library().topics.values() if {"flanders", "brussels"} <= set(topic.answers["nl"].regions))
    bot.say("ik woon in Molenbeek, waar vind ik kinderopvang?", "brussels")
    assert "Brussel" in bot.say(f"/{topic}", "brussels")[0]["text"]


def test_feedback_is_asked_and_taken(bot: Bot):
    replies = bot.say("hoe bereid ik een flesje?", "feedback")
    why = _press(bot, "feedback", replies, '/feedback{"topic": "bottle_feeding", "helped": "no"')
    assert _press(bot, "feedback", why, "/feedback_reason")[0]["text"] == library().text("reason_noted", "nl")


def test_details_are_kept_only_after_a_yes(own_bot: Bot):
    own_bot.start()
    replies = own_bot.say("ik ben 20 weken zwanger en woon in Gent, welke onderzoeken krijg ik?", "details")
    assert "20 weken zwanger" in _text(replies)
    assert "Gent" not in _text(own_bot.say("/confirm_export", "details")).split("kiem:")[0].split("you:")[0]
    own_bot.say("/remember" + '{"allowed": "yes"}', "details")
    stored = _text(own_bot.say("/confirm_export", "details"))
    assert "'place': 'Gent'" in stored
    assert "'weeks': 20" in stored


def _files_holding(home: Path, traces: list[bytes]) -> list[str]:
    """Every file of the data folder, the models and caches apart, in which one of these stands."""
    own = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path.name for path in own if any(trace in path.read_bytes() for trace in traces)]


def test_after_forgetting_nothing_of_the_person_is_in_the_data_folder(own_bot: Bot):
    own_bot.start()
    secret, address = "mijn zoontje Barnabas bijt de kat Nimfadora", "address-of-a-person"
    own_bot.say(secret, address)
    own_bot.say("ik woon in Oostende en ben 20 weken zwanger", address)
    own_bot.say('/remember{"allowed": "yes"}', address)
    (pseudonym,) = pseudonyms(own_bot)
    stored = _text(own_bot.say("/confirm_export", address))
    assert secret in stored and "Oostende" in stored
    own_bot.say("wis al mijn gegevens", address)
    assert library().text("forget_done", "nl") in _text(own_bot.say("ja", address))
    assert pseudonyms(own_bot) == []
    own_bot.stop()
    assert _files_holding(own_bot.home, [b"SQLite format 3"]) == ["kiem.db"], "the search must find what is there"
    words = [b"Barnabas", b"Nimfadora", b"Oostende", address.encode(), pseudonym.encode()]
    assert _files_holding(own_bot.home, words) == []


def pseudonyms(bot: Bot) -> list[str]:
    with closing(sqlite3.connect(bot.home / "kiem.db")) as database:
        return [row[0] for row in database.execute("SELECT id FROM person")]


def test_forget_me_deletes_after_one_confirmation(own_bot: Bot):
    own_bot.start()
    own_bot.say("mijn baby slaapt slecht en ik woon in Brugge", "gone")
    asked = own_bot.say("vergeet alles wat je over mij weet", "gone")
    assert _record(asked)["behaviour"] == "forget_me"
    assert library().text("forget_kept", "nl") in _text(own_bot.say("nee", "gone"))
    own_bot.say("wis al mijn gegevens", "gone")
    assert library().text("forget_done", "nl") in _text(own_bot.say("ja, wis alles", "gone"))
    again = own_bot.say("goeiedag, hoe vaak moet mijn baby drinken?", "gone")
    assert "computerprogramma" in again[-1]["text"], "it must not know the person any more"


def test_my_data_shows_everything_after_one_confirmation(bot: Bot):
    bot.say("mijn zoontje bijt andere kinderen", "data")
    assert _record(bot.say("welke gegevens heb je over mij opgeslagen? toon ze", "data"))["behaviour"] in {"export_data", None}
    assert "mijn zoontje bijt andere kinderen" in _text(bot.say("/confirm_export", "data"))


@pytest.mark.parametrize(
    ("text", "behaviour"),
    [("hallo!", "greet"), ("merci beaucoup pour ton aide", "thanks"), ("bye bye, thanks", None), ("stop", "stop")],
)
def test_behaviours_are_recognised(bot: Bot, text, behaviour):
    record = _record(bot.say(text, f"behaviour {text}"))
    assert record["topic"] is None
    assert behaviour is None or record["behaviour"] == behaviour
