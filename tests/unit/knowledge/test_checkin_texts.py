"""The texts of the check-in: whole in 18 languages, and the check sees what is wrong with one."""

import shutil

import pytest

from knowledge.checkin_texts import FOLDER, CheckinTexts, check_checkin_texts, checkin_texts
from knowledge.library import library
from knowledge.safety_check import flat


def test_every_language_has_every_text():
    assert set(checkin_texts().texts) == set(library().languages)
    assert [str(finding) for finding in check_checkin_texts(library()) if finding.is_error] == []


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("  stopped: Ik stop met vragen. Je kan altijd terugkomen.\n", "", "talk.stopped is missing"),
        ("{listening}", "106", "must hold exactly"),
        ("112", "113", "figures differ"),
        ("Dat is niet makkelijk.", "Maak je geen zorgen.", "must never be said"),
        ("  skip: Sla over\n", "  skip: Sla over\n  later: Later\n", "answers.later is not a text"),
    ],
)
def test_the_check_names_what_is_wrong(tmp_path, before, after, complaint):
    shutil.copytree(FOLDER, tmp_path / "checkin")
    path = tmp_path / "checkin" / "nl.yml"
    assert before in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")
    errors = [finding.message for finding in check_checkin_texts(library(), tmp_path / "checkin") if finding.is_error]
    assert any(complaint in error for error in errors), errors


def test_nothing_shown_is_a_score_a_label_or_a_question_about_harm():
    forbidden = {
        "nl": ["score", "depressie", "angststoornis", "risico", "zelfdoding", "geweld", "pijn doen"],
        "fr": ["score", "dépression", "trouble", "risque", "suicide", "violence", "faire du mal"],
        "en": ["score", "depression", "disorder", "risk", "suicide", "violence", "hurt"],
    }
    for language, words in forbidden.items():
        for key, text in flat(CheckinTexts().texts[language]):
            assert not [word for word in words if word in text.lower()], key


@pytest.mark.parametrize("language", ["nl", "fr", "tr", "fa"])
def test_the_listening_line_is_one_of_ours(language):
    said = checkin_texts().say("talk", "watch", language)
    assert any(line.number in said for line in library().lines.values() if line.kind == "listening")
