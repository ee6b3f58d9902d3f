"""Encryption at rest: a key per person, wrapped by one master key.

Owns the master key, wrapping and sealing. Erasing a person's wrapped key makes all that was sealed with it unreadable,
in backups too. AES-256-GCM and AES key wrap (RFC 3394) come from `cryptography`.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from bot.errors import BrokenSetting

NONCE_BYTES = 12


class Keyring:
    """Wraps person keys and hashes addresses with one master key (32 bytes)."""

    def __init__(self, master: bytes) -> None:
        self._wrapping = _derive(master, b"wrap")
        self._addresses = _derive(master, b"address")
        self.fingerprint = _derive(master, b"fingerprint").hex()[:32]

    def new_key(self) -> bytes:
        """A fresh person key, wrapped: what the database stores."""
        return aes_key_wrap(self._wrapping, AESGCM.generate_key(256))

    def seal(self, wrapped_key: bytes, person_id: str, data: bytes) -> bytes:
        """Encrypt for a person. The pseudonym is bound in: a row moved to another person does not open."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher(wrapped_key).encrypt(nonce, data, person_id.encode())

    def open(self, wrapped_key: bytes, person_id: str, sealed: bytes) -> bytes:
        return self._cipher(wrapped_key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], person_id.encode())

    def hash_address(self, channel: str, address: str) -> bytes:
        """32 bytes that find a person again without storing who it is."""
        return hmac.digest(self._addresses, f"{channel}:{address}".encode("utf-8", "surrogatepass"), "sha256")

    def _cipher(self, wrapped_key: bytes) -> AESGCM:
        return AESGCM(aes_key_unwrap(self._wrapping, wrapped_key))


def load_master_key(from_setting: str, home: Path) -> bytes:
    """The master key: from the setting, else from the data folder, where the first run makes it (readable by its owner only).

    Raises:
        BrokenSetting: the key file is damaged.
    """
    if from_setting:
        return bytes.fromhex(from_setting)
    path = home / "master.key"
    _make_once(path)
    key = path.read_bytes()
    if len(key) != 32:
        raise BrokenSetting(f"{path} is not a master key of 32 bytes. Put the right file back: without it no person's data can be read.")
    return key


def _make_once(path: Path) -> None:
    """Write a new key unless one is there. A hard link is atomic: of two processes one wins, and none sees half a key."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its key counts
    finally:
        draft.unlink()


def _derive(master: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(b"kiem " + purpose, key=master, digest_size=32).digest()
