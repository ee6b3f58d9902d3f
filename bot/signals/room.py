"""Puts the parts of signals and delivery together, once per process. Owns which part knows which; no work of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.courier import Chore, Courier
from bot.delivery.inbox import Inbox
from bot.delivery.mail import Mail
from bot.delivery.outbox import Clock, Outbox
from bot.delivery.webhook import Webhook
from bot.people.registry import People
from bot.settings import Settings
from bot.signals.alerting import Alerts, Transport
from bot.signals.care import Care
from bot.signals.duty import CareTeam
from bot.signals.net import Identify, Judge, SafetyNet
from bot.signals.raising import Signals
from bot.signals.words import Words
from bot.store.models import now
from knowledge.safety_texts import safety_texts

HEARTBEAT_EVERY = timedelta(minutes=1)
PRUNE_EVERY = timedelta(hours=1)
PICK_UP_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Room:
    """The parts."""

    people: People
    outbox: Outbox
    team: CareTeam
    signals: Signals
    care: Care
    alerts: Alerts
    clock: Clock

    def open_net(self, gate: Judge, identify: Identify | None = None) -> SafetyNet:
        """The safety net with its courier, not started yet."""
        net = SafetyNet(gate, self.people, self.signals, Words(safety_texts()), identify)
        net.courier = Courier(self.outbox, self.alerts.routes(), self._chores(net))
        return net

    def _chores(self, net: SafetyNet) -> tuple[Chore, ...]:
        beat = (Chore("heartbeat", HEARTBEAT_EVERY, self.alerts.beat),) if self.team.transports else ()
        return (
            *beat,
            Chore("inbox left behind", PICK_UP_EVERY, net.pick_up),
            Chore("pruning", PRUNE_EVERY, lambda: self._prune(net.inbox)),
        )

    def _prune(self, inbox: Inbox) -> None:
        inbox.prune(self.clock())
        self.outbox.prune(self.clock())


def open_room(people: People, transports: tuple[Transport, ...], clock: Clock = now) -> Room:
    """The parts over a database, with these ways of alerting."""
    database, keyring = people.database, people.keyring
    outbox = Outbox(database, clock)
    team = CareTeam(database, [transport.kind for transport in transports])
    signals = Signals(database, keyring, outbox, team, clock)
    alerts = Alerts(database, outbox, team, transports, clock)
    return Room(people, outbox, team, signals, Care(database, keyring, outbox, clock), alerts, clock)


def transports_of(settings: Settings) -> tuple[Transport, ...]:
    """The ways of alerting that are set up."""
    found: list[Transport] = []
    if settings.smtp_url:
        found.append(Mail(settings.smtp_url, settings.alert_from))
    if settings.alert_webhook_url:
        found.append(Webhook(settings.alert_webhook_url, settings.alert_secret))
    return tuple(found)
