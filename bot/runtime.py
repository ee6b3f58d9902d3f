"""What one process shares: database, keyring, people, signals. Owns creating them once, at first use, so after a fork.

The server, the commands and the action server all take them from here.
"""

from __future__ import annotations

from functools import cache

from bot.people.keys import Keyring, load_master_key
from bot.people.registry import People
from bot.settings import current
from bot.signals.room import Room, open_room, transports_of
from bot.store.database import Database


@cache
def database() -> Database:
    """The database of the settings, with its tables up to date."""
    settings = current()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = Database(settings.database)
    opened.migrate()
    return opened


@cache
def keyring() -> Keyring:
    settings = current()
    return Keyring(load_master_key(settings.master_key, settings.home))


@cache
def room() -> Room:
    """Signals, team, outbox."""
    return open_room(people(), transports_of(current()))


@cache
def people() -> People:
    register = People(database(), keyring())
    register.check_master_key()
    return register
