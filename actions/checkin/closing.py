"""How a check-in ends: kept, passed on when the rules say so and the person agrees, and closed warmly with one small useful thing.

Owns what is said at the end; the rules are bot/checkin/flags.py, sharing and consent are bot/signals.
"""

from __future__ import annotations

from rasa_sdk.events import EventType, FollowupAction

from actions.checkin.summary import lines_for_team
from actions.checkin.talk import State, button, checkins, emptied, text
from actions.turn import Button, KiemAction, Turn
from bot.checkin.flags import Flag, judge, worries
from bot.checkin.invitations import Invitations
from bot.checkin.steps import TOPIC_OF
from bot.runtime import people, room
from bot.signals.states import Raised
from knowledge.safety_texts import safety_texts
from knowledge.social_map.entries import entries

PURPOSE = "checkin"  # of the consent to be invited
SAID_PLAINLY = ("greet", "thanks", "goodbye", "stop", "help", "smalltalk", "none_fits")  # their text is all their reply


class ActionCloseCheckin(KiemAction):
    """Runs when the form is over."""

    called = "action_close_checkin"

    def act(self, turn: Turn) -> list[EventType]:
        state = State(turn)
        how = state.ended or "stopped"
        turn.decide(behaviour="start_checkin")
        if how == "elsewhere":
            return [*emptied(), *_answer_instead(turn)]
        person = people().find(turn.person_id)
        kept = "danger" if how == "danger_answered" else how
        checkins().end(person, kept, state.answers, state.words, partner=state.partner)
        if how == "danger":
            turn.decide(behaviour="stop")  # so that it stands beside the safety text
            turn.say(text(turn, "talk", "danger"))
        elif how in ("later", "not_free"):
            turn.say(text(turn, "talk", how))
            if how == "later":
                invitations().remind(person)
        else:
            _close(turn, state, how)
        return emptied()


def invitations() -> Invitations:
    return Invitations(people().database, room().outbox, room().clock)


def _close(turn: Turn, state: State, how: str) -> None:
    flag = judge(state.judged, partner=state.partner)
    if flag.level == "today":
        return _pass_on(turn, state, flag)
    parts = [text(turn, "talk", how if how in ("stopped", "skipped") else "closing")]
    if how == "done":
        parts.append(text(turn, "talk", _tip(state, flag)))
    if flag.level == "watch":
        parts.append(text(turn, "talk", "watch"))
    if how == "done" and "contact" not in state.answers:
        parts.append(text(turn, "talk", "contact_offer"))
    turn.say("\n\n".join(parts), [button(turn, "summary", "button", "/checkin_summary"), turn.button("menu_human", "/ask_human")])
    _lead_on(turn, state)
    if flag.needs_a_person:
        return _pass_on(turn, state, flag)
    if how == "done" and PURPOSE not in people().consents(turn.person_id):
        choices = [button(turn, "invite", answer, f'/invite{{"answer": "{answer}"}}') for answer in ("yes", "no")]
        turn.say(text(turn, "invite", "ask"), choices)
    return None


def _tip(state: State, flag: Flag) -> str:
    """One small thing that fits what was answered, the heaviest first."""
    if "mood" in flag.hints or "gad2" in flag.hints or "gut" in flag.hints:
        return "tip_mood"
    if state.answers.get("rest") in ("no", "sometimes"):
        return "tip_rest"
    return "tip_alone" if state.answers.get("support") in ("no", "bit") else "tip_good"


def _lead_on(turn: Turn, state: State) -> None:
    """What weighs on somebody leads to an answer, by button, and to entries of the social map."""
    topics = dict.fromkeys(TOPIC_OF[worry] for worry in worries(state.answers))
    known = [topic for topic in topics if topic in turn.library.topics]
    if not known:
        return
    turn.say(text(turn, "talk", "your_worries"), [turn.topic_button(topic) for topic in known])
    categories = list(dict.fromkeys(category for topic in known for category in turn.library.topics[topic].services))
    found = entries().find(categories, place=turn.slot("place"), region=turn.slot("region"))
    if found:
        turn.say("\n\n".join([turn.word("services_intro"), *(entry.card(turn.language) for entry in found)]))


def _pass_on(turn: Turn, state: State, flag: Flag) -> None:
    """Raise the signal; nothing is shared before the yes to the question that comes with it."""
    person = people().find(turn.person_id)
    said = lines_for_team(state.answers, state.words, partner=state.partner)
    raised = room().signals.bring_up(person, said, flag.as_verdict(), language=turn.language)
    if flag.level == "today":
        turn.say(safety_texts().danger("today", flag.domains, turn.language))
    if raised.ask or (state.answers.get("contact") == "yes" and room().team.state(room().clock()).configured and raised.consent != "given"):
        turn.say(text(turn, "talk", "consent"), consent_buttons(turn))
    else:
        say_about_team(turn, raised)


def consent_buttons(turn: Turn) -> list[Button]:
    """The yes and no that bot/signals understands."""
    return [{"title": safety_texts().say("buttons", answer, turn.language), "payload": f"/signal_consent_{answer}"} for answer in ("yes", "no")]


def say_about_team(turn: Turn, raised: Raised, none: str = "talk") -> None:
    """The truth: nobody is there, or it is with the team already, or the person said no before."""
    if not room().team.state(room().clock()).configured:
        turn.say("\n\n".join([text(turn, none, "no_team"), f"{turn.word('numbers')}\n{turn.library.help_text(turn.language)}"]))
    elif raised.consent == "given":
        turn.say(safety_texts().say("team", "consent_yes", turn.language))


def _answer_instead(turn: Turn) -> list[EventType]:
    """The message came after something that ended the check-in: answer it as if there had been none."""
    if turn.intent in SAID_PLAINLY:
        turn.decide(behaviour=turn.intent if turn.intent in turn.library.behaviours else None)
        turn.say(turn.word(turn.intent), turn.menu())
        return []
    own = {"repeat_simpler": "action_simpler", "show_more": "action_more", "show_services": "action_services", "show_region": "action_region"}
    acted = ("ask_human", "change_language", "choose_language", "forget_me", "confirm_forget", "export_data", "confirm_export", "remember",
             "which_number", "feedback", "feedback_reason", "affirm", "deny", "checkin_summary")  # fmt: skip
    return [FollowupAction(own.get(turn.intent) or (f"action_{turn.intent}" if turn.intent in acted else "action_answer"))]
