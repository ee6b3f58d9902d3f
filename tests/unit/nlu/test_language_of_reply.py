"""The language of the reply: choice first, then strong evidence, then the conversation."""

import numpy as np
import pytest

from bot.nlu.language import LANGUAGES, CharacterModel, Judges, language_of_reply


@pytest.fixture(scope="module")
def judges() -> Judges:
    examples = {
        "nl": ["hoe gaat het met de baby", "kheb ni geslapen vannacht"],
        "fr": ["comment va le bébé", "quand donner la première soupe"],
        "so": ["ilmahaygu wuu qandhaysan yahay", "caano intee la eg ayuu cabbaa"],
        "ar": ["كيف حال الطفل اليوم", "هو يبكي كثيرا"],
        "tr": ["bebeğim çok ağlıyor", "geceleri ne yapmalıyım"],
        "uk": ["дитина плаче весь день", "що робити вночі з малюком"],
        "ru": ["ребёнок плачет весь день", "что делать ночью с малышом"],
    }
    pairs = [(text, language) for language, texts in examples.items() for text in texts]
    return Judges(CharacterModel.fit(*map(list, zip(*pairs))))


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
def test_a_sentence_is_recognised(judges, text, language):
    assert judges.judge(text)[0] == language


def test_any_text_has_some_language(judges):
    for text in ("", "😀😀", "12 34", "?"):
        language, sure = judges.judge(text)
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


def test_the_character_model_gives_probabilities():
    model = CharacterModel.fit(["aaa", "bbb"], ["nl", "fr"])
    assert np.isclose(sum(np.exp(value) for value in model.log_probabilities("aab").values()), 1.0, atol=1e-5)
