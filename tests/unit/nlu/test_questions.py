"""Several questions in one message are told apart; one long question stays whole."""

import pytest

from bot.nlu.questions import goes_on, split_questions


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


@pytest.mark.parametrize("text", ["en 's nachts?", "et le soir ?", "and at night?", "و في الليل؟"])
def test_a_short_message_with_a_conjunction_goes_on(text):
    assert goes_on(text)


@pytest.mark.parametrize("text", ["", "en", "hoe slaapt een baby?", "en wanneer mag mijn kind voor de eerste keer soep eten?"])
def test_a_message_of_its_own_does_not(text):
    assert not goes_on(text)
