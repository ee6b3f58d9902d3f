"""What one process shares: database, keyring, people, social map. Owns creating them once, at first use, so after a fork.

The server, the commands and the action server all take them from here.
"""

from __future__ import annotations

from functools import cache

from bot.nlu.encoding import shared_encoder
from bot.people.keys import Keyring, load_master_key
from bot.people.registry import People
from bot.settings import current
from bot.store.database import Database
from knowledge.social_map.store import SocialMap


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
def people() -> People:
    register = People(database(), keyring())
    register.check_master_key()
    return register


@cache
def social_map() -> SocialMap:
    """The social map, with the seed entries brought in."""
    settings = current()
    encoder = shared_encoder(settings.cache, settings.encoder, settings.encoder_threads)
    opened = SocialMap(database().engine, encoder.encode)
    opened.prepare()
    return opened
