"""The language of the reply: choice first, then strong evidence, then the conversation."""

import pytest

from bot.nlu.characters import LANGUAGES, CharacterModel
from bot.nlu.language import language_of_reply, read_examples
from bot.settings import PROJECT


@pytest.fixture(scope="module")
def model() -> CharacterModel:
    """Fitted on a part of the training examples: enough for whole sentences."""
    examples = list(read_examples(PROJECT / "nlu_data"))[::12]
    return CharacterModel.fit([text.lower() for _, text in examples], [language for language, _ in examples])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mijn baby heeft koorts sinds gisterenavond", "nl"),
        ("à quel âge commencer les purées", "fr"),
        ("ابنتي لا تنام في الليل", "ar"),
        ("kızım gece hiç uyumuyor", "tr"),
        ("ilmahaygu caano ma cabbayo", "so"),
        ("дитина погано спить вночі", "uk"),
    ],
)
def test_a_sentence_is_recognised(model, text, language):
    assert model.judge(text)[0] == language


def test_any_text_has_some_language(model):
    for text in ("", "😀😀", "12 34", "?"):
        language, sure = model.judge(text)
        assert language in LANGUAGES
        assert 0 <= sure <= 1


def test_the_persons_choice_always_wins():
    metadata = {"language": "fr", "language_chosen": True}
    assert language_of_reply("nl", 1.0, "een lange zin in het Nederlands", metadata) == "fr"


def test_a_short_or_doubtful_message_keeps_the_conversations_language():
    assert language_of_reply("de", 0.9, "ok", {"language": "fr"}) == "fr"
    assert language_of_reply("de", 0.5, "a longer message of doubtful origin", {"language": "fr"}) == "fr"


def test_strong_evidence_changes_the_language():
    assert language_of_reply("nl", 0.99, "een lange zin in het Nederlands", {"language": "fr"}) == "nl"


def test_without_letters_or_history_it_is_dutch():
    assert language_of_reply("ru", 0.3, "👍", {}) == "nl"


@pytest.mark.parametrize(
    ("text", "language"),
    [("hallo", "nl"), ("Help!!", "nl"), ("hi", "en"), ("help me", "en"), ("Danke", "de"), ("salam", "ar"), ("xyz", "uk"), ("سلام", "fa")],
)
def test_a_first_word_that_says_little_is_answered_in_the_language_most_people_mean(text, language):
    assert language_of_reply("uk", 0.5, text, {}) == language


def test_a_greeting_does_not_change_the_language_of_a_conversation():
    assert language_of_reply("de", 0.76, "hallo", {"language": "fr"}) == "fr"
