"""Referral paths in the chat, for professionals and buddies: a case leads to its path, `/path` lists them all."""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet

from actions.services import is_explicit, place_of, records, search_by
from actions.turn import KiemAction, Turn
from knowledge.referral_paths.paths import Match, ReferralPath, paths
from knowledge.referral_paths.wording import language_for, path_list, path_text
from knowledge.social_map.search import Found

ROLES = ("professional", "buddy")
CERTAIN = 2.0  # triggers from which words alone make a case
EXTRA = 3  # entries added by the paths beside


def path_for(turn: Turn) -> Match | None:
    """The path of a case; a search for one service, or a question about the profession, is none."""
    if turn.metadata.get("role") not in ROLES or turn.text.startswith("/"):
        return None
    match = paths().recognise(turn.text)
    if match is None:
        return None
    return match if match.is_case or turn.services.get("wanted") or match.score >= CERTAIN else None


def show_path(turn: Turn, path: ReferralPath, found: list[Found], also: tuple[ReferralPath, ...] = ()) -> list[EventType]:
    """Say the path with entries: those a search asked for, else those of the path; the paths beside add their first service."""
    found = found if found and is_explicit(turn) else search_by(turn, list(path.services))
    known = {one.entry.id for one in found}
    for other in also:
        found = found + [one for one in search_by(turn, list(other.services[:1]))[:1] if one.entry.id not in known]
    turn.decide(services=records(turn, found), behaviour=None)
    turn.say(path_text(path, turn.language, [one.entry for one in found[: 3 + EXTRA]], place_of(turn), also))
    return [SlotSet("search", {"categories": list(path.services), "text": ""}), SlotSet("shown_services", [one.entry.id for one in found])]


class ActionReferralPath(KiemAction):
    """The path that a button names, else the list of all."""

    called = "action_referral_path"

    def act(self, turn: Turn) -> list[EventType]:
        path = paths().by_id.get(turn.entity("path") or "")
        if path is not None:
            return show_path(turn, path, [])
        language = language_for(turn.language)
        buttons = [{"title": f"{path.number}. {path.title[language]}", "payload": f'/path{{"path": "{path.id}"}}'} for path in paths().all]
        turn.say(path_list(turn.language), buttons)
        return []
