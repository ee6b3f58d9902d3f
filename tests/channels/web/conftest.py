"""A chat page to test: a pretended bot, or the real one where a `kiem_url` fixture exists, and a browser to see it with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
NEUTRAL = "https://www.wikipedia.org/"


@pytest.fixture(scope="session")
def pretend_url() -> Iterator[str]:
    """The page before a bot that answers by heart (pretend.py)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    server = subprocess.Popen([sys.executable, str(HERE / "pretend.py"), str(port)], env=environment, cwd=PROJECT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(url: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            httpx.get(url, trust_env=False)
            return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError(f"the pretended bot did not start (exit code {server.poll()})")


@pytest.fixture(scope="session")
def page_url(request: pytest.FixtureRequest) -> str:
    """Where the journeys go: the real bot if the tests start one, else the pretended one."""
    try:
        return request.getfixturevalue("kiem_url")
    except pytest.FixtureLookupError:
        return request.getfixturevalue("pretend_url")


@pytest.fixture
def neutral() -> str:
    """Where leaving leads; the tests answer for that site themselves."""
    return NEUTRAL


@pytest.fixture
def open_page(browser) -> Iterator[Callable]:
    """Opens a page in a browser of its own; afterwards nothing may have broken the content security policy."""
    contexts, complaints = [], []

    def open_one(url: str, **options):
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1100, "height": 800}} | options)
        context.set_default_timeout(8000)
        context.route(NEUTRAL + "**", lambda route: route.fulfill(body="<title>Neutral</title>", content_type="text/html"))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    broken = [text for text in complaints if "Content Security Policy" in text or "script error" in text]
    assert not broken, broken


@pytest.fixture
def ask() -> Callable:
    """Types a message, sends it with Enter and waits for its answer."""

    def ask_one(page, text: str) -> None:
        answers = page.locator(".answer").count()
        page.locator("#input").fill(text)
        page.locator("#input").press("Enter")
        page.locator(".answer").nth(answers).wait_for()

    return ask_one
