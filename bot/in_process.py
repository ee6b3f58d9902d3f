"""Runs the actions inside Rasa's process, or asks an action server. Owns the time limit and the apology of both.

Rasa waits up to 300 s for an action and answers nothing when it fails; a parent must get a text within seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

logger = logging.getLogger(__name__)
APOLOGY = {"events": [{"event": "followup", "name": "action_listen"}], "responses": [{"response": "utter_apology"}]}


async def in_time_or_sorry(running: Awaitable[dict[str, Any] | None], seconds: float, action: str) -> dict[str, Any]:
    """What an action answers; the apology when it fails or takes longer than `seconds`."""
    try:
        return await asyncio.wait_for(running, seconds) or {"events": [], "responses": []}
    except asyncio.TimeoutError:
        logger.error("action %s took longer than %s s", action, seconds)
    except Exception as error:  # noqa: BLE001 - whatever an action raises, the person gets a text; the operator this line
        logger.error("action %s failed: %s", action, type(error).__name__)
    return dict(APOLOGY, responses=[dict(response) for response in APOLOGY["responses"]])


class RemoteActions(EndpointConfig):
    """An action server at a URL (ACTION_ENDPOINT_URL), bounded like our own actions."""

    def __init__(self, url: str, seconds: float = 10) -> None:
        super().__init__(url=url)
        self._seconds = seconds

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Ask the server for the action in `json`; an error, a timeout or a server that is gone becomes the apology."""
        return await in_time_or_sorry(super().request(method, subpath, **kwargs), self._seconds, kwargs["json"]["next_action"])


class InProcessActions(EndpointConfig):
    """Stands where Rasa expects the address of an action server."""

    def __init__(self, package: str = "actions", seconds: float = 10, workers: int = 4) -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="action")

    async def request(self, method: str = "post", subpath: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Run the action that `json` asks for; an error or a timeout becomes the apology."""
        call = kwargs["json"]
        running = asyncio.get_running_loop().run_in_executor(self._threads, self._run, call)
        return await in_time_or_sorry(running, self._seconds, call["next_action"])

    def _run(self, call: dict[str, Any]) -> dict[str, Any] | None:
        return asyncio.run(self._executor.run(call))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
