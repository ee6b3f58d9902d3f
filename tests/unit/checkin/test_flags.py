"""The rules: which answers make a person of the team read, how soon, and which do not."""

import pytest

from bot.checkin.flags import Flag, gad2, judge
from bot.checkin.steps import STEPS, next_step

WELL = {
    "free": "yes", "how": "good", "rest": "yes", "down": "no", "interest": "no", "support": "yes", "worries": ["nothing"], "gut": "no",
}  # fmt: skip


def level(**answers) -> str:
    return judge(WELL | answers).level


def test_all_well_is_nothing():
    assert judge(WELL) == Flag()


@pytest.mark.parametrize("mood", [{"down": "yes"}, {"interest": "yes"}, {"down": "yes", "interest": "yes"}])
def test_a_yes_about_mood_alone_does_not_alert_the_team(mood):
    flag = judge(WELL | mood)
    assert (flag.level, flag.needs_a_person) == ("watch", False)


@pytest.mark.parametrize(
    "other",
    [
        {"contact": "yes"},
        {"nervous": "1", "worrying": "2"},
        {"nervous": "3", "worrying": "skipped"},
        {"support": "no"},
        {"gut": "yes"},
    ],
)
def test_a_yes_about_mood_with_one_of_four_others_is_soon(other):
    assert level(down="yes", **other) == "soon"
    assert level(interest="yes", **other) == "soon"


@pytest.mark.parametrize("other", [{"nervous": "1", "worrying": "1"}, {"support": "bit"}, {"gut": "unsure"}, {"contact": "later"}])
def test_a_yes_about_mood_with_less_than_that_is_watch(other):
    assert level(down="yes", **other) == "watch"


def test_a_gut_feeling_is_trusted_without_any_other_sign():
    assert judge(WELL | {"gut": "yes"}) == Flag("soon", ("gut_feeling",), ("gut",))


def test_who_wants_contact_gets_it_without_a_reason():
    assert judge(WELL | {"contact": "yes"}) == Flag("soon", ("gut_feeling",), ("wants_contact",))


def test_nobody_to_lean_on_is_soon_only_with_another_worry():
    assert level(support="no") == "watch"
    assert level(support="no", worries=["money", "home"]) == "soon"
    assert judge(WELL | {"support": "no", "worries": ["money"]}).domains == ("isolation", "basic_needs")


def test_practical_worries_alone_alert_nobody():
    assert level(worries=["money", "papers", "food"]) == "none"


def test_three_nights_without_sleep_is_today():
    flag = judge(WELL | {"rest": "none"})
    assert (flag.level, flag.domains[0]) == ("today", "exhaustion")


def test_the_partner_who_is_not_well_is_named_so_to_the_team():
    assert judge({"down": "yes", "gut": "yes"}, partner=True).domains[0] == "partner_distress"
    assert judge({"down": "yes", "gut": "yes"}).domains[0] == "depression"


def test_what_was_skipped_counts_nothing():
    assert judge({step: "skipped" for step in STEPS}) == Flag()
    assert gad2({"nervous": "skipped", "worrying": "words"}) == 0


def test_hints_for_the_team_hold_no_figure():
    evidence = judge(WELL | {"down": "yes", "nervous": "3", "worrying": "3"}).as_verdict().evidence
    assert {piece.source for piece in evidence} == {"checkin:mood", "checkin:gad2"}


def asked(answers: dict) -> list[str]:
    """The steps that somebody is taken through who answers so."""
    given, path = {}, []
    while (step := next_step(given)) is not None:
        path.append(step.id)
        given[step.id] = answers.get(step.id, "skipped")
    return path


def test_the_usual_path_takes_eight_taps():
    assert asked(WELL) == ["free", "how", "rest", "down", "interest", "support", "worries", "gut"]


def test_the_questions_about_worrying_come_only_when_indicated():
    assert {"nervous", "worrying"} <= set(asked(WELL | {"interest": "yes"}))
    assert next_step({"free": "yes", "how": "words", "rest": "yes", "down": "no", "interest": "no", "worry_mentioned": True}).id == "nervous"


@pytest.mark.parametrize("answer", [{"how": "hard"}, {"rest": "no"}, {"support": "bit"}, {"worries": ["money"]}, {"gut": "unsure"}, {"down": "yes"}])
def test_contact_is_asked_about_when_anything_came_up(answer):
    assert asked(WELL | answer)[-1] == "contact"
