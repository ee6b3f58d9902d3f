"""Several questions in one message are told apart; one long question stays whole."""

import pytest

from bot.nlu.questions import split_questions


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "when should I start with solid food? and how much screen time is ok?",
            ["when should I start with solid food?", "and how much screen time is ok?"],
        ),
        (
            "wanneer groentepap starten en hoeveel uur slaap heeft hij nodig",
            ["wanneer groentepap starten", "hoeveel uur slaap heeft hij nodig"],
        ),
        (
            "à quel âge la soupe ? et combien de biberons par jour ?",
            ["à quel âge la soupe ?", "et combien de biberons par jour ?"],
        ),
    ],
)
def test_two_questions_are_told_apart(text, pieces):
    assert split_questions(text) == pieces


@pytest.mark.parametrize("text", ["", "hoe laat?", "mijn baby huilt en slaapt niet en drinkt slecht, wat nu?", "Ik ben moe. Wat helpt?", "?? ??"])
def test_one_question_stays_whole(text):
    assert split_questions(text) == []
