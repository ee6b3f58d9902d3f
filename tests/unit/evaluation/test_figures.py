"""Measuring measures rightly: judging of cases, intervals, the report, broken case files."""

import pytest

from bot.errors import BrokenCases
from bot.evaluation import figures
from bot.evaluation.cases import Case, judge, read_cases
from bot.evaluation.report import write_report

NOTHING = {
    "lang": "nl",
    "topic": None,
    "alternatives": [],
    "signal": {"domains": [], "level": "none"},
    "services": [],
    "behaviour": None,
    "confidence": 0.5,
}


def _case(**keys) -> Case:
    return Case(**{"id": "x-nl-1", "lang": "nl", "text": "x", "kind": "topic"} | keys)


def test_a_topic_is_right_at_once_or_within_one_tap():
    case = _case(topics=["a", "b"])
    assert judge(case, NOTHING | {"topic": "b"}).checks == {"language": True, "topic": True, "tap": True}
    assert judge(case, NOTHING | {"topic": "c", "alternatives": ["a"]}).checks == {"language": True, "topic": False, "tap": True}
    assert not judge(case, NOTHING | {"topic": "c"}).is_right


@pytest.mark.parametrize(
    ("level", "domains", "right"),
    [
        ("none", [], False),
        ("soon", ["violence"], True),
        ("today", ["violence", "depression"], True),
        ("today", ["depression"], False),
        ("emergency", ["violence"], False),
    ],
)
def test_a_signal_is_right_between_its_levels_with_one_domain(level, domains, right):
    case = _case(kind="signal", signals={"domains": ["violence"], "min": "soon", "max": "today"})
    assert judge(case, NOTHING | {"signal": {"domains": domains, "level": level}}).checks["signal"] is right


def test_a_benign_message_must_raise_nothing():
    assert judge(_case(kind="benign"), NOTHING).is_right
    assert not judge(_case(kind="benign"), NOTHING | {"signal": {"domains": ["self_harm"], "level": "watch"}}).is_right


def test_out_of_scope_wants_no_topic_and_no_service():
    assert judge(_case(kind="out_of_scope"), NOTHING).is_right
    assert not judge(_case(kind="out_of_scope"), NOTHING | {"topic": "a"}).is_right


@pytest.mark.parametrize(
    ("serves", "place", "right"),
    [
        (["Flanders"], "Aalst", True),
        (["Belgium"], "Namur", True),
        (["Wallonia"], "Aalst", False),
        (["Flanders", "East Flanders", "Aalst 9300"], "Gent", False),
        (["Flanders", "East Flanders"], "Gent", True),
    ],
)
def test_a_service_must_have_the_category_and_serve_the_place(serves, place, right):
    case = _case(kind="service", services={"categories": ["midwifery"], "place": place})
    record = NOTHING | {"services": [{"id": "x", "category": "midwifery", "serves": serves}]}
    assert judge(case, record).checks["serves"] is right


def test_wilson_is_the_published_interval():
    low, high = figures.wilson(96, 100)
    assert (round(low, 3), round(high, 3)) == (0.902, 0.984)
    assert figures.wilson(0, 0) == (0.0, 1.0)


def test_the_summary_weighs_languages_the_same():
    right, wrong = (NOTHING | {"topic": topic} for topic in ("a", "z"))
    outcomes = [judge(_case(topics=["a"]), right)] * 9 + [judge(_case(lang="fr", topics=["a"]), wrong)]
    assert figures.summary(outcomes)["topic, nl/fr/en"] == pytest.approx(0.5)


@pytest.mark.parametrize("line", ["{broken", '{"id": "a"}', '{"id": "a", "lang": "nl", "text": "x", "kind": "riddle"}'])
def test_a_broken_case_file_says_file_and_line(tmp_path, line):
    path = tmp_path / "cases.jsonl"
    path.write_text("\n" + line, "utf-8")
    with pytest.raises(BrokenCases, match=r"cases.jsonl:2"):
        read_cases([path])


def test_the_report_is_one_file_that_loads_nothing(tmp_path):
    outcomes = [judge(_case(topics=["<b>"]), NOTHING | {"topic": "z"})]
    write_report(tmp_path / "report.html", "model", outcomes)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "&lt;b&gt;" in page
