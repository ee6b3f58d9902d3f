"""What a parent reads about their signal: the safety text first, then the truth about the team, then at most one question.

Owns the order and which sentences are true now; the sentences themselves are in knowledge/safety.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.safety.verdict import Verdict
from bot.signals.consent import CLARIFIED, PREFIX, TIMES, Answered
from bot.signals.duty import BRUSSELS, TeamState
from bot.signals.states import Raised
from knowledge.safety_texts import SafetyTexts

Reply = dict[str, Any]


@dataclass(frozen=True)
class Situation:
    """What is true when a reply is written. `delivered` says that the alert of this message has reached somebody's mailbox or desk."""

    team: TeamState | None = None  # unknown while the database is away
    delivered: bool = False


class Words:
    """Writes the replies of the safety net."""

    def __init__(self, texts: SafetyTexts) -> None:
        self._texts = texts

    def danger(self, verdict: Verdict, language: str, raised: Raised | None = None, now: Situation = Situation()) -> list[Reply]:
        """The replies to a message that was noticed: the text of its level and domain, then what the person must know and may answer."""
        if verdict.retracts:
            return [{"text": f"{self.team('retracted', language)}\n{self._numbers(verdict, language)}"}]
        text = self._texts.danger(verdict.level, verdict.domains, language, other=verdict.whose == "other")
        about_team = self._about_team(verdict.level, language, raised, now)
        replies: list[Reply] = [{"text": "\n\n".join([text, *about_team])}]
        if raised and raised.clarify:
            replies.append(self._clarification(verdict, language))
        elif raised and raised.ask:
            replies.append(self._consent_question(language))
        return replies

    def support(self, verdict: Verdict, language: str) -> Reply:
        """The one line of support at `watch`."""
        return {"text": self._texts.danger("watch", verdict.domains, language, other=verdict.whose == "other")}

    def answered(self, answered: Answered, language: str, now: Situation) -> list[Reply]:
        """The replies to a button or a yes or no."""
        raised = answered.raised
        if answered.what == "clarified":
            return self._clarified(raised, language, now)
        if answered.what == "consent_yes":
            if not raised.alerted and not (now.team and now.team.configured):  # the team was dissolved since we asked
                return [{"text": self.team("none", language)}]
            truth = self._reached(language, now) if raised.alerted and raised.level != "soon" else []
            question = {"text": self.team("wish_ask", language), "buttons": self._buttons(language, "wish", (*TIMES, "withdraw"))}
            return [{"text": "\n\n".join([self.team("consent_yes", language), *truth])}, question]
        if answered.what == "retracted":
            verdict = Verdict(raised.level, raised.domains)
            return [{"text": f"{self.team('retracted', language)}\n{self._numbers(verdict, language)}"}]
        return [{"text": self.team(answered.what, language)}]

    def notice(self, step: str, level: str, domains: tuple[str, ...], whose: str, language: str) -> Reply:
        """What could not be said at the time: `taken`, `nobody` answered, or the `safety` text that a crash held up."""
        verdict = Verdict(level, domains, whose=whose)
        if step == "taken":
            return {"text": self.team("taken", language)}
        if step == "nobody":
            return {"text": f"{self.team('nobody_answered', language)}\n{self._numbers(verdict, language)}"}
        return {"text": self._texts.danger(level, domains, language, other=whose == "other")}

    def team(self, key: str, language: str, **values: str) -> str:
        return self._texts.say("team", key, language, **values)

    def _about_team(self, level: str, language: str, raised: Raised | None, now: Situation) -> list[str]:
        """Only what is known to be true: nothing when nothing is known."""
        if now.team is None or level == "soon":
            return []
        if not now.team.configured:
            return [self.team("none", language)]
        if raised is None or not raised.alerted:
            return [] if now.team.on_duty else self._absent(language, now.team)
        return self._reached(language, now)

    def _reached(self, language: str, now: Situation) -> list[str]:
        team = now.team or TeamState()
        if not team.on_duty:
            return self._absent(language, team)
        if not now.delivered:
            return [self.team("failed", language)]
        return [self.team("told", language), self.team("reads_now", language)]

    def _absent(self, language: str, team: TeamState) -> list[str]:
        if team.reads_again is None:
            return [self.team("none", language)]
        when = team.reads_again.astimezone(BRUSSELS)
        return [self.team("reads_again", language, when=f"{when.day}/{when.month}, {when:%H:%M}")]

    def _clarified(self, raised: Raised, language: str, now: Situation) -> list[Reply]:
        if raised.level == "emergency":
            return self.danger(Verdict("emergency", raised.domains), language, raised, now)
        thanks = {"text": self.team("clarified", language)}
        return [thanks, self._consent_question(language)] if raised.ask else [thanks]

    def _clarification(self, verdict: Verdict, language: str) -> Reply:
        question = self._texts.say("clarify", verdict.domains[0] if verdict.domains else "default", language)
        return {"text": question, "buttons": self._buttons(language, "clarify", CLARIFIED)}

    def _consent_question(self, language: str) -> Reply:
        return {"text": self.team("consent_ask", language), "buttons": self._buttons(language, "consent", ("yes", "no"))}

    def _buttons(self, language: str, question: str, answers: tuple[str, ...]) -> list[dict[str, str]]:
        return [
            {
                "title": self._texts.say("buttons", answer, language),
                "payload": f"{PREFIX}{answer}" if answer == "withdraw" else f"{PREFIX}{question}_{answer}",
            }
            for answer in answers
        ]

    def _numbers(self, verdict: Verdict, language: str) -> str:
        """The numbers of the text for a level and domain, one a line."""
        return "\n".join(self._texts.numbers(verdict.level, verdict.domains, language))
