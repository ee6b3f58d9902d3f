"""The courier: a thread per process that delivers what is due in the outbox, and does the chores of delivery. Owns the loop, not the contents.

Any number of processes may run one each: a row has one taker. It starts with the server and stops with it; what it had in hand comes back by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.outbox import Outbox, Parcel

logger = logging.getLogger(__name__)
Deliver = Callable[[Parcel], None]  # raises what went wrong: then it is tried again
EVERY = 1.0  # seconds between two looks; `wake` shortens it


@dataclass(frozen=True)
class Chore:
    """Something to do now and then."""

    name: str
    every: timedelta
    work: Callable[[], None]


class Courier:
    """Delivers by kind. `routes` maps a kind of the outbox to what delivers it."""

    def __init__(self, outbox: Outbox, routes: dict[str, Deliver], chores: tuple[Chore, ...] = ()) -> None:
        self._outbox = outbox
        self._routes = routes
        self._chores = list(chores)
        self._next: dict[str, float] = {}
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, chore: Chore) -> None:
        """One more chore. Before the start."""
        self._chores.append(chore)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 15) -> None:
        """End the loop after what is in hand."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(seconds)

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def wake(self) -> None:
        """Look at once: something was put."""
        self._woken.set()

    def deliver_due(self) -> int:
        """One look: deliver all that is due. Returns how many rows went out."""
        gone = 0
        for ticket in self._outbox.due(tuple(self._routes)):
            parcel = self._outbox.claim(ticket)
            if parcel is not None:
                gone += self._deliver(parcel)
        return gone

    def _deliver(self, parcel: Parcel) -> bool:
        try:
            self._routes[parcel.kind](parcel)
        except Exception as error:  # noqa: BLE001 - whatever a delivery raises, the row stays and is tried again
            logger.warning("delivery %s failed at attempt %s: %s", parcel.kind, parcel.attempts, type(error).__name__)
            self._outbox.failed(parcel, error)
            return False
        self._outbox.done(parcel)
        return True

    def do_chores(self) -> None:
        """Those whose time has come. The clock that cannot jump decides."""
        at = time.monotonic()
        for chore in self._chores:
            if at >= self._next.get(chore.name, 0.0):
                self._next[chore.name] = at + chore.every.total_seconds()
                try:
                    chore.work()
                except Exception as error:  # noqa: BLE001 - one chore must not end the loop; the operator gets this line
                    logger.error("the chore %s failed: %s", chore.name, type(error).__name__)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.do_chores()
                self.deliver_due()
            except SQLAlchemyError as error:
                logger.error("the outbox cannot be read: %s", type(error).__name__)
            self._woken.wait(EVERY)
            self._woken.clear()
