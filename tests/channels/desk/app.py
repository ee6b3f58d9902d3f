"""The real chat page and the real desk over a real database, with the small gate and the parrot of tests/safety.py in place of the trained model.

Run by conftest.py in a process of its own: python tests/channels/desk/app.py <port> <database>
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone

os.environ["RASA_TELEMETRY_ENABLED"] = "false"

from bot.without_tensorflow import keep_tensorflow_out  # noqa: E402

keep_tensorflow_out()

from rasa.core.run import configure_app  # noqa: E402

from bot.channels.desk.routes import care_desk  # noqa: E402
from bot.channels.web.page import web_page  # noqa: E402
from bot.people.keys import Keyring  # noqa: E402
from bot.people.registry import People  # noqa: E402
from bot.reception import Reception  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.signals.room import open_room  # noqa: E402
from bot.store.database import Database  # noqa: E402
from knowledge.library import library  # noqa: E402
from tests.channels.desk.team import KEY, REACHED  # noqa: E402
from tests.safety import Parrot, Postbox, SmallGate  # noqa: E402


def now() -> datetime:
    return datetime.now(timezone.utc)


def main(port: int, url: str) -> None:
    people = People(Database(url), Keyring(KEY))
    room = open_room(people, (Postbox(),), now)
    room.alerts.beat()
    net = room.open_net(SmallGate())
    app = configure_app([], enable_api=False, use_uvloop=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.MOTD = False
    app.ctx.reception = Reception(Parrot(), people, library(), net)
    settings = Settings.from_environment({})
    app.blueprint(web_page(settings, library()))
    app.blueprint(care_desk(settings, lambda: room))

    @app.listener("after_server_start")
    async def begin(*_) -> None:
        net.courier.start()
        print(REACHED, flush=True)

    app.run(host="127.0.0.1", port=port, access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
