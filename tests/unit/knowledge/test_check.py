"""`kiem check` finds each kind of fault, and says where: a copy of the knowledge is broken on purpose, once for all tests."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.settings import PROJECT
from knowledge.check import check_all
from knowledge.files import line_at, read_yaml
from knowledge.findings import Finding

HARD = "Multidisciplinaire perinatale hulpverleningsorganisaties evalueren gemeenschapsgerichte interventiemogelijkheden."


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def _drop(path: Path, *keys: str) -> None:
    """Take a key and its block out of a topic file."""
    lines = path.read_text("utf-8").splitlines()
    start = line_at(path, *keys) - 1
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > indent):
        end += 1
    path.write_text("\n".join(lines[:start] + lines[end:]) + "\n", "utf-8")


def _reword(path: Path, language: str, part: str, text: str) -> None:
    _drop(path, "answers", language, part)
    _edit(path, f"\n  {language}:\n", f"\n  {language}:\n    {part}: >-\n      {text}\n")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with one fault of each kind."""
    project = tmp_path_factory.mktemp("project")
    root = project / "knowledge"
    shutil.copytree(PROJECT / "knowledge", root, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    shutil.copytree(PROJECT / "bot" / "domain", project / "bot" / "domain")
    shutil.copytree(PROJECT / "nlu_data", project / "nlu_data")
    topics = {path.stem: path for path in root.glob("topics/*/*.yml")}
    _edit(root / "taxonomy.yml", "    birth_bag:", "    birth_without_file: nothing\n    birth_bag:")
    _edit(topics["birth_caesarean"], "see_also: [", "see_also: [no_such_topic, ")
    _edit(topics["money_birth_allowance"], "valid_until: ", "valid_until: 2020-01-01 # was ")
    _drop(topics["money_child_benefit"], "valid_until")
    _drop(topics["baby_fever"], "answers", "fr", "simple")
    _drop(topics["baby_vaccination"], "answers", "en", "regions", "wallonia")
    _drop(topics["toddler_sleep"], "sources")
    _edit(topics["toddler_sleep"], "see_also:", "sources: []\nsee_also:")
    _reword(topics["baby_teething"], "nl", "short", HARD)
    _reword(topics["play_interaction"], "en", "short", read_yaml(topics["screen_time"])["answers"]["en"]["short"].upper())
    _reword(topics["reading_books"], "nl", "short", "Lees samen een boek, elke dag een paar minuten. Bel 113 als je vragen hebt over lezen.")
    _edit(topics["de"], "38 °C", "39 °C")
    _edit(topics["es"], "Llame hoy", "Llame ahora")
    _edit(topics["it"], "Fedasil", "ufficio")
    _edit(root / "most_asked.yml", "- baby_crying\n", "- baby_crying\n- no_such_topic\n")
    _edit(root / "numbers.yml", "nl: ['112'", "nl: ['no-such-line', '112'")
    _edit(root / "texts" / "pl.yml", "\ngoodbye:", "\ngoodbie:")
    few = project / "nlu_data" / "so" / "topics.yml"
    few.write_text(re.sub(r"(intent: baby_teething\n  examples: \|\n(?:    - .*\n){3})(?:    - .*\n)*", r"\1", few.read_text("utf-8")), "utf-8")
    return root


@pytest.fixture(scope="module")
def findings(broken: Path) -> list[Finding]:
    return check_all(date(2026, 11, 27), root=broken)


@pytest.mark.parametrize(
    ("level", "file", "message", "line_holds"),
    [
        ("error", "taxonomy.yml", "the topic birth_without_file has no file", "birth"),
        ("error", "birth_caesarean.yml", "see_also names no_such_topic, which does not exist", "no_such_topic"),
        ("error", "most_asked.yml", "no_such_topic is often asked and has no file", "no_such_topic"),
        ("error", "numbers.yml", "show_first names no-such-line", "no-such-line"),
        ("error", "money_birth_allowance.yml", "stale since 2020-01-01", "valid_until"),
        ("error", "money_child_benefit.yml", "goes stale, and the topic has no valid_until", ""),
        ("error", "baby_fever.yml", "no simple text in fr", "fr:"),
        ("error", "baby_vaccination.yml", "no paragraph for wallonia in en", "en:"),
        ("error", "toddler_sleep.yml", "no source", "sources"),
        ("warning", "baby_fever.yml", "baby_fever nl: not reviewed", "nl: {state: draft"),
        ("warning", "baby_teething.yml", "baby_teething nl short: readability", "short"),
        ("error", None, "en short: the same answer as", "short"),
        ("error", "reading_books.yml", "nl short: 113 is not in numbers.yml", "short"),
        ("error", "de.yml", "baby_fever: the figures differ from the English text: ['38', '39']", "short"),
        ("error", "es.yml", "the emergency instructions differ", "short"),
        ("error", "it.yml", "the name Fedasil of the English text is missing", "short"),
        ("error", "pl.yml", "the text goodbye is missing", ""),
        ("warning", "topics.yml", "baby_teething has 3 so examples, at least 8", "baby_teething"),
    ],
)
def test_each_kind_of_fault_is_found_with_file_and_line(findings, level, file, message, line_holds):
    found = [each for each in findings if message in each.message and (file is None or each.file.name == file)]
    assert found
    assert {each.level for each in found} == {level}
    first = found[0]
    assert line_holds in first.file.read_text("utf-8").splitlines()[first.line - 1]
    assert f":{first.line}: " in str(first)


def test_errors_come_first_and_the_hardest_text_leads_the_hard_ones(findings):
    levels = [each.is_error for each in findings]
    assert levels == sorted(levels, reverse=True)
    scores = [each.score for each in findings if each.score is not None]
    assert scores == sorted(scores)
    assert "baby_teething nl short" in next(each.message for each in findings if each.score is not None)


def test_an_unreadable_file_is_named_with_its_line(broken, tmp_path):
    shutil.copytree(broken, tmp_path / "knowledge")
    _edit(tmp_path / "knowledge" / "topics" / "feeding" / "solids_start.yml", "id: solids_start", "id: solids: start")
    only = check_all(root=tmp_path / "knowledge")
    assert [(each.file.name, each.line) for each in only] == [("solids_start.yml", 1)]
