"""A bot that answers by heart, behind the real chat page in Rasa's real application: for tests of the page alone.

Run by conftest.py in a process of its own: python tests/channels/web/pretend.py <port>
"""

from __future__ import annotations

import asyncio
import os
import sys

os.environ["RASA_TELEMETRY_ENABLED"] = "false"

from bot.without_tensorflow import keep_tensorflow_out  # noqa: E402

keep_tensorflow_out()

from rasa.core.run import configure_app  # noqa: E402

from bot.channels.web.page import web_page  # noqa: E402
from bot.decision import Decision  # noqa: E402
from bot.reception import Inbound, Reply  # noqa: E402
from bot.settings import Settings  # noqa: E402
from knowledge.library import library  # noqa: E402

FEVER = (
    "Is your baby younger than 3 months, with 38 °C or more? Go to a doctor now, at night too. After hours, call 1733.\n\n"
    "1. Measure and write down the time.\n2. Offer small drinks often.\n3. Call when in doubt.\n\n"
    "In danger? Call 112. The allowance of 112 euro is something else, and so is 1112.\n\nSource: https://www.kindengezin.be/koorts."
)
FEVER_BUTTONS = [
    {"title": "More", "payload": '/show_more{"topic": "baby_fever"}'},
    {"title": "In simpler words", "payload": '/repeat_simpler{"topic": "baby_fever"}'},
    {"title": "Who can help me?", "payload": '/show_services{"topic": "baby_fever"}'},
    {"title": "Vaccinations: which and when?", "payload": "/baby_vaccination"},
]
HELPED = [{"title": "Yes", "payload": '/feedback{"helped": "yes"}'}, {"title": "No", "payload": '/feedback{"helped": "no"}'}]
ARABIC = "إذا كان عمر طفلك أقل من 3 أشهر ودرجة حرارته 38 أو أكثر، اذهب إلى الطبيب الآن. عند الخطر اتصل بالرقم 112."
DANGER = "I am worried about you. Please call 112 now, or the suicide line 1813. They answer day and night, and you can just listen."
SLOW = 0.35  # seconds: long enough to see that Kiem is busy


class PretendReception:
    """Has the one method of bot.reception.Reception that channels use."""

    async def answer(self, inbound: Inbound) -> list[Reply]:
        await asyncio.sleep(SLOW)
        text, language = inbound.text, inbound.language or "en"
        if text == "break":
            raise RuntimeError("as asked")
        if "حرارة" in text:
            return [say(ARABIC, "ar", [{"title": "المزيد", "payload": "/more"}, {"title": "التحدث مع شخص", "payload": "/ask_human"}])]
        if "die" in text.split():
            return [say(DANGER, "en", [{"title": "Talk to a person", "payload": "/ask_human"}], level="emergency")]
        if "fever" in text and not text.startswith("/"):
            return [say(FEVER, "en", FEVER_BUTTONS), {"text": "Did this help you?", "buttons": HELPED}]
        return [say(f"{language} {inbound.address[:6]} {text}", language)]


def say(text: str, language: str, buttons: list[dict[str, str]] | None = None, level: str = "none") -> Reply:
    record = Decision(lang=language, signal={"domains": [], "level": level}).as_custom()
    return {"text": text, "buttons": buttons or [], "custom": record}


def main(port: int) -> None:
    app = configure_app([], enable_api=False, use_uvloop=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.MOTD = False
    app.ctx.reception = PretendReception()
    app.blueprint(web_page(Settings.from_environment({}), library()))

    @app.post("/pretend/reception")
    async def open_or_close(request):  # what a start and its end look like from outside
        from sanic import response

        app.ctx.reception = PretendReception() if request.json["open"] else None
        return response.json({})

    app.run(host="127.0.0.1", port=port, access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
