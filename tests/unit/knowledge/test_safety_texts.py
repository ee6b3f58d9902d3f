"""The safety texts: our numbers only, few of them, the right ones for the language, and a linter that sees what must not be said."""

import re
import shutil
from datetime import date

import pytest
import yaml

from bot.settings import PROJECT
from knowledge.library import FULL_LANGUAGES, library
from knowledge.numbers_check import check_numbers
from knowledge.safety_check import LEVELS, check_safety_texts
from knowledge.safety_texts import safety_texts

FOLDER = PROJECT / "knowledge" / "safety"
DOMAINS = [*library().taxonomy["signals"]["domains"], "default"]


def _errors(root=None) -> list[str]:
    return [str(finding) for finding in check_safety_texts(library(), root) if finding.is_error]


def test_the_texts_as_delivered_have_no_error():
    assert _errors() == []


@pytest.mark.parametrize("language", library().languages)
def test_every_domain_has_a_text_at_every_level_and_emergencies_name_112_or_101(language):
    ours = {re.sub(r"\D", "", line.number) for line in library().lines.values()}
    for level in LEVELS:
        for domain in DOMAINS:
            for other in (False, True):
                text = safety_texts().danger(level, [domain], language, other=other)
                assert "{" not in text
                numbers = {re.sub(r"\D", "", number) for number in re.findall(r"\d[\d ]{1,}\d", text)}
                assert numbers <= ours, (level, domain, numbers - ours)
                assert len(numbers) <= 3
                if level == "emergency":
                    assert numbers & {"112", "101"}


@pytest.mark.parametrize(
    ("language", "has", "has_not"),
    [("nl", "1813", "0800 32 123"), ("fr", "0800 32 123", "1813"), ("en", "1813 (in Dutch) or 0800 32 123 (in French)", "988")],
)
def test_the_line_speaks_the_language_or_says_which_it_speaks(language, has, has_not):
    text = safety_texts().danger("emergency", ["self_harm"], language)
    assert has in text
    assert has_not not in text


def test_a_domain_without_a_text_gets_the_default_and_a_language_without_one_gets_english():
    assert safety_texts().danger("emergency", ["isolation"], "en") == safety_texts().danger("emergency", ["default"], "en")
    assert safety_texts().danger("today", ["self_harm"], "xx") == safety_texts().danger("today", ["self_harm"], "en")


@pytest.mark.parametrize("language", FULL_LANGUAGES)
def test_the_texts_for_an_unsafe_home_can_be_read_over_the_shoulder(language):
    word = {"nl": "geweld", "fr": "violence", "en": "violence"}[language]
    for level in LEVELS:
        assert word not in safety_texts().danger(level, ["violence"], language).lower()


@pytest.mark.parametrize(
    ("section", "domain", "text", "says"),
    [
        ("emergency", "self_harm", "Call {112}. Do not commit suicide.", "commit suicide"),
        ("emergency", "self_harm", "Call {suicide}.", "must name"),
        ("emergency", "self_harm", "Call 988. Or {112} or {suicide}.", "typed"),
        ("emergency", "violence", "Is it violence? Call {112} or {101}.", "violence"),
        ("emergency", "baby_red_flag", "Call {112}.", "poison"),
        ("today", "self_harm", "Call {112}, {101}, {suicide}, {listening}.", "at most 3"),
        ("today", "self_harm", "Call {112} or {nobody}.", "no line"),
    ],
)
def test_the_linter_sees_what_must_not_be(tmp_path, section, domain, text, says):
    _broken_copy(tmp_path, lambda texts: texts[section].update({domain: text}))
    assert any(says in error for error in _errors(tmp_path)), _errors(tmp_path)


def test_the_linter_sees_a_missing_text_and_a_missing_number(tmp_path):
    _broken_copy(tmp_path, lambda texts: texts["today"].pop("self_harm"), "nl")
    assert any("today.self_harm is missing" in error for error in _errors(tmp_path))
    _broken_copy(tmp_path, lambda texts: texts["today"].update(self_harm="Bel {112}."), "nl")
    assert any("must hold exactly" in error for error in _errors(tmp_path))


def _broken_copy(folder, change, language: str = "en") -> None:
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    path = folder / f"{language}.yml"
    texts = yaml.safe_load(path.read_text("utf-8"))
    change(texts)
    path.write_text(yaml.safe_dump(texts, allow_unicode=True), "utf-8")


def test_a_number_nobody_looked_at_for_90_days_stops_a_release():
    late = date(2027, 6, 1)
    assert {finding.level for finding in check_numbers(library(), late)} == {"warning"}
    assert {finding.level for finding in check_numbers(library(), late, release=True)} == {"error"}
