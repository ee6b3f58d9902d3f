"""What carers do with signals, over HTTP as browsers without scripts would."""

from __future__ import annotations

import re
import statistics
import threading
import time

import pytest

from bot.store.signal_models import SignalEventRow, SignalRow

pytestmark = pytest.mark.slow  # starts a server


def state(desk, number: int) -> tuple[str, int | None]:
    with desk.database.session() as session:
        row = session.get(SignalRow, number)
        return row.state, row.owner_id


def agreed(desk, text: str):
    """A parent who said yes to sharing."""
    parent = desk.parent(text)
    parent.post("/chat/message", json={"text": "/signal_consent_yes"}).raise_for_status()
    return parent


def test_the_most_urgent_comes_first_then_the_longest_waiting(desk):
    for text in ("so very tired", "I want to die", "I have the pills here", "I want to die"):
        agreed(desk, text)
    page = desk.colleague("an").get("/desk/signals").text
    assert re.findall(r'data-signal="(\d+)"', page) == ["3", "2", "4", "1"]
    assert "take before" in page
    assert "more people at" in page


def test_two_carers_press_take_at_once_and_one_has_it(desk):
    for round_ in range(1, 6):
        desk.parent("I have the pills here")
        carers, answers = [desk.colleague(name) for name in ("an", "bea")], []
        pages = [carer.get(f"/desk/signals/{round_}").text for carer in carers]
        tokens = [re.search(r'name="token" value="([^"]+)"', page)[1] for page in pages]
        barrier = threading.Barrier(2)

        def press(carer, token, path=f"/desk/signals/{round_}/take", barrier=barrier, answers=answers):
            barrier.wait()
            answers.append(carer.post(path, data={"token": token}).status_code)

        presses = [threading.Thread(target=press, args=pair) for pair in zip(carers, tokens, strict=True)]
        [each.start() for each in presses]
        [each.join() for each in presses]
        assert sorted(answers) == [303, 409]
        with desk.database.session() as session:
            assert session.query(SignalEventRow).filter_by(signal_id=round_, what="taken").count() == 1


def test_a_signal_from_taking_to_closing_and_back(desk):
    parent = agreed(desk, "I want to die")
    parent.post("/chat/message", json={"text": "/signal_wish_evening"})
    an, bea, cor = (desk.colleague(name) for name in ("an", "bea", "cor"))
    page = an.get("/desk/signals/1").text
    for shown in ("I want to die", "in the evening", "self-harm", "nobody yet"):
        assert shown in page
    an.press("/desk/signals/1/take")
    assert bea.press("/desk/signals/1/contacted").status_code == 409  # it is an's
    an.press("/desk/signals/1/note", text="Called <b>twice</b>")
    assert "Called &lt;b&gt;twice&lt;/b&gt;" in bea.get("/desk/signals/1").text
    assert an.press("/desk/signals/1/hand-over", to="bea").status_code == 303
    assert an.press("/desk/signals/1/close", outcome="helped").status_code == 409
    bea.press("/desk/signals/1/contacted")
    assert bea.press("/desk/signals/1/close", outcome="nonsense").status_code == 409
    assert bea.press("/desk/signals/1/close", outcome="helped", follow_up="2020-01-01").status_code == 409
    assert bea.press("/desk/signals/1/close", outcome="helped", follow_up="2099-01-01").status_code == 303
    assert state(desk, 1)[0] == "closed"
    assert "01/01/2099" in an.get("/desk/signals/1").text
    assert cor.press("/desk/signals/1/reopen").status_code == 303
    assert state(desk, 1) == ("reopened", None)


def test_the_note_is_not_readable_in_the_database(desk):
    desk.parent("I have the pills here")
    an = desk.colleague("an")
    an.press("/desk/signals/1/note", text="a very particular sentence")
    raw = b"".join(path.read_bytes() for path in (desk.path, desk.path.with_name(desk.path.name + "-wal")) if path.exists())
    assert b"a very particular sentence" not in raw
    assert b"pills" not in raw


def test_a_signal_that_is_withdrawn_disappears_from_the_desk(desk):
    parent = agreed(desk, "I want to die")
    an = desk.colleague("an")
    an.press("/desk/signals/1/take")
    parent.post("/chat/message", json={"text": "/signal_withdraw"})
    assert an.get("/desk/signals/1").status_code == 404
    assert an.get("/desk/signals/1/live").status_code == 404
    assert "No signal waits" in an.get("/desk/signals").text


def test_the_parent_is_asked_later_whether_help_came_and_a_no_brings_the_signal_back(desk):
    parent = agreed(desk, "I want to die")
    an = desk.colleague("an")
    an.press("/desk/signals/1/take")
    parent.post("/chat/news", json={})
    an.press("/desk/signals/1/close", outcome="helped")
    with desk.database.session() as session:  # as if three days had passed
        session.connection().exec_driver_sql("UPDATE outbox SET not_before = created_at WHERE step = 'aftercare'")
    news = parent.post("/chat/news", json={}).json()
    asked = [notice["reply"] for notice in news["notices"] if "Did you get help" in notice["reply"]["text"]]
    assert asked[0]["buttons"][1]["payload"] == "/signal_helped_no"
    said = parent.post("/chat/message", json={"text": "/signal_helped_no"}).json()["replies"][0]["text"]
    assert "I tell the team again" in said
    assert state(desk, 1) == ("reopened", None)


def test_search_finds_by_number_subject_colleague_and_filters(desk):
    agreed(desk, "so very tired")
    desk.parent("I have the pills here")
    an = desk.colleague("an")
    an.press("/desk/signals/2/take")

    def found(**asked: str) -> list[str]:
        return re.findall(r'data-signal="(\d+)"', an.get("/desk/search", params=asked).text)

    assert found(q="1") == ["1"]
    assert found(q="exhaust") == ["1"]
    assert found(q="an") == ["2"]
    assert found(level="emergency") == ["2"]
    assert found(level="emergency", state="new") == []
    assert found(q="pills") == []  # words of people are not searched


def test_the_calendar_is_changed_by_the_coordinator_and_counts(desk):
    cor = desk.colleague("cor")
    fields = {"member": "cor", "weekday": "sat", "from": "22:00", "to": "06:00", "kind": "duty"}
    assert cor.press("/desk/duty/add", **fields).status_code == 303
    page = cor.get("/desk/duty").text
    assert "cor 22:00–06:00" in page
    shift = re.findall(r'name="shift" value="(\d+)"', page)[-1]
    assert cor.press("/desk/duty/add", **(fields | {"from": "nonsense"})).status_code == 409
    assert cor.press("/desk/duty/remove", shift=shift).status_code == 303
    assert "cor 22:00–06:00" not in cor.get("/desk/duty").text


def test_the_figures_count_what_happened(desk):
    for text in ("I have the pills here", "I have the pills here"):
        desk.parent(text)
    an, cor = desk.colleague("an"), desk.colleague("cor")
    an.press("/desk/signals/1/take")
    an.press("/desk/signals/1/contacted")
    an.press("/desk/signals/1/close", outcome="false_alarm")
    page = cor.get("/desk/statistics").text
    row = re.search(r'<th scope="row">NOW</th>(.*?)</tr>', page, re.S)[1]
    cells = [re.sub(r"\s+", " ", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.S)]
    assert cells[0] == "2"
    assert cells[1].endswith("(1)") and cells[2].endswith("(1)")
    assert cells[4] == "1"
    assert "<svg" in page


@pytest.mark.parametrize(("language", "word"), [("nl", "Signalen die wachten"), ("fr", "Signaux en attente"), ("en", "Signals that wait")])
def test_the_desk_speaks_three_languages(desk, language, word):
    an = desk.colleague("an")
    an.press("/desk/language", language=language)
    for path in ("/desk/signals", "/desk/search", "/desk/duty"):
        page = an.get(path).text
        assert f'<html lang="{language}">' in page
    assert word in an.get("/desk/signals").text


def test_two_hundred_signals_and_polling_carers_stay_fast(desk):
    with desk.database.session() as session:
        for number in range(200):
            level = ("emergency", "today", "soon")[number % 3]
            about = {"level": level, "domains": "self_harm", "consent": "given", "state": "new", "language": "nl", "channel": "web"}
            session.add(SignalRow(whose="self", role="parent", clarified=False, alerts=0, **about))
    an = desk.colleague("an")
    assert an.get("/desk/signals").text.count("data-signal=") == 200

    def seconds(path: str) -> float:
        start = time.perf_counter()
        assert an.get(path).status_code == 200
        return time.perf_counter() - start

    for path in ("/desk/signals", "/desk/signals/live", "/desk/search?level=today"):
        typical = statistics.median(seconds(path) for _ in range(9))
        print(f"{path}: {typical * 1000:.0f} ms")
        assert typical < 0.2, path
