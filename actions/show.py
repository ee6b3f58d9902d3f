"""How an answer looks: text, source line and buttons. Owns the layout of one topic; not which topic."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.turn import Button, Turn
from knowledge.checkin_texts import checkin_texts
from knowledge.library import FULL_LANGUAGES, REGIONS, Answer, Topic
from knowledge.social_map.entries import Entry, entries

SEE_ALSO = 2
NIET_PLUIS = ("pro_niet_pluis", "gut_feeling")  # topics about a gut feeling that something is wrong


def show_short(turn: Turn, topic_id: str, *, alone: bool = True) -> list[EventType]:
    """Say the short answer with its buttons; `alone` also asks whether it helped."""
    topic = turn.library.topics[topic_id]
    if turn.decision.topic is None:
        turn.decide(topic=topic_id)
    language = _language_of_answer(turn, topic)
    if language is None:
        _offer_languages(turn, topic)
        return [SlotSet("topic", topic_id)]
    answer = topic.answers[language]
    near = _services_near(turn, topic)
    turn.decide(services=[entry.as_record() for entry in near])
    text = [_with_steps(answer), _region(turn, topic, language, turn.slot("region")), _review_note(turn, topic, language)]
    turn.say(_join(*text, _source(turn, topic)), _part_buttons(turn, topic, answer))
    if near:
        turn.say(_join(turn.word("services_intro"), *(entry.card(turn.language) for entry in near)))
    if alone:
        _ask_helped(turn, topic_id)
    return [SlotSet("topic", topic_id)]


def show_part(turn: Turn, topic_id: str, part: str) -> list[EventType]:
    """Say the `more` or `simple` text of a topic, or honestly that there is none."""
    topic = turn.library.topics[topic_id]
    turn.decide(topic=topic_id)
    language = _language_of_answer(turn, topic)
    if language is None:
        _offer_languages(turn, topic)
        return [SlotSet("topic", topic_id)]
    answer = topic.answers[language]
    text = getattr(answer, part)
    if not text:
        text = turn.word("no_more") if part == "more" else _join(turn.word("no_simpler"), answer.short)
    turn.say(_join(text, _source(turn, topic)), _see_also(turn, topic) + [_services_button(turn, topic_id)])
    return [SlotSet("topic", topic_id)]


def show_region(turn: Turn, topic_id: str, region: str) -> list[EventType]:
    """Say what holds in one region."""
    topic = turn.library.topics[topic_id]
    turn.decide(topic=topic_id)
    language = _language_of_answer(turn, topic)
    paragraph = _region(turn, topic, language, region) if language else ""
    turn.say(_join(paragraph or turn.word("no_more"), _source(turn, topic)))
    return [SlotSet("topic", topic_id), SlotSet("region", region)]


def _language_of_answer(turn: Turn, topic: Topic) -> str | None:
    """The turn's language; where it has no answer, the language picked on a button."""
    picked = turn.entity("language")
    wanted = picked if picked in topic.answers else turn.language
    return wanted if wanted in topic.answers else None


def _offer_languages(turn: Turn, topic: Topic) -> None:
    buttons = [
        {"title": turn.library.text("language_name", language), "payload": f'/{topic.id}{{"language": "{language}"}}'}
        for language in FULL_LANGUAGES
        if language in topic.answers
    ]
    turn.say(turn.word("not_in_language", topic=topic.name(turn.language)), [*buttons, turn.button("menu_human", "/ask_human")])


def _services_near(turn: Turn, topic: Topic) -> list[Entry]:
    """Services for the topic, unasked, when the message itself names a place: then it asks where to go."""
    place = turn.entity("place")
    return entries().find(topic.services, place=place) if place else []


def _with_steps(answer: Answer) -> str:
    return _join(answer.short, "\n".join(f"{number}. {step}" for number, step in enumerate(answer.steps, 1)))


def _region(turn: Turn, topic: Topic, language: str, region: str | None) -> str:
    """The paragraph of the region, under its name, so that the reader sees which one it is."""
    shown = topic.region_for(region, language)
    if shown is None:
        return ""
    return f"{turn.word('region_label', region=turn.word(f'region_{shown}'))} {topic.answers[language].regions[shown]}"


def _review_note(turn: Turn, topic: Topic, language: str) -> str:
    return turn.word("translated_note") if topic.review.get(language, {}).get("state") == "translated" else ""


def _source(turn: Turn, topic: Topic) -> str:
    publishers = list(dict.fromkeys(source["publisher"] for source in topic.sources))[:2]
    return f"{turn.word('source')}: {', '.join(publishers)} ({topic.sources[0]['url']})" if publishers else ""


def _part_buttons(turn: Turn, topic: Topic, answer: Answer) -> list[Button]:
    buttons = [turn.button("part_more", f'/show_more{{"topic": "{topic.id}"}}')] if answer.more else []
    if answer.simple:
        buttons.append(turn.button("part_simpler", f'/repeat_simpler{{"topic": "{topic.id}"}}'))
    if topic.services:
        buttons.append(_services_button(turn, topic.id))
    return buttons + _report_button(turn, topic) + _region_buttons(turn, topic, answer) + _see_also(turn, topic)


def _report_button(turn: Turn, topic: Topic) -> list[Button]:
    """Whoever accompanies families can pass a gut feeling on from where it is explained."""
    if turn.metadata.get("role", "parent") == "parent" or topic.id not in NIET_PLUIS:
        return []
    return [{"title": checkin_texts().say("report", "button", turn.language), "payload": "/report_family"}]


def _services_button(turn: Turn, topic_id: str) -> Button:
    return turn.button("part_services", f'/show_services{{"topic": "{topic_id}"}}')


def _region_buttons(turn: Turn, topic: Topic, answer: Answer) -> list[Button]:
    shown = topic.region_for(turn.slot("region"), turn.language)
    others = [region for region in REGIONS if region in answer.regions and region != shown]
    return [
        turn.button("region_other", f'/show_region{{"topic": "{topic.id}", "region": "{region}"}}', region=turn.word(f"region_{region}"))
        for region in others
    ]


def _see_also(turn: Turn, topic: Topic) -> list[Button]:
    offered = [*turn.decision.alternatives, *(other.id for other in turn.library.see_also(topic))]
    return [turn.topic_button(other) for other in dict.fromkeys(offered) if other != topic.id][: SEE_ALSO + len(turn.decision.alternatives)]


def _ask_helped(turn: Turn, topic_id: str) -> None:
    yes, no = (f'/feedback{{"topic": "{topic_id}", "helped": "{word}"}}' for word in ("yes", "no"))
    turn.say(turn.word("helped_question"), [turn.button("helped_yes", yes), turn.button("helped_no", no)])


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
