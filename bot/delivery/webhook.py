"""Alerts by webhook: a signed POST. Owns the request and its signature; what it says is the caller's.

Kiem-Signature is "sha256=" and the hexadecimal HMAC-SHA256, with KIEM_ALERT_SECRET, of the header Kiem-Timestamp, a full stop and the body.
A receiver drops what it has seen under the same Idempotency-Key, and answers 2xx once it has it.
"""

from __future__ import annotations

import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Collection
from http.client import HTTPException
from typing import Any

from bot.errors import NotDelivered

SECONDS = 10


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An alert goes where the operator said, nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Webhook:
    """A way of alerting: `kind` is the end of the outbox's kinds."""

    kind = "webhook"

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret.encode()
        self._opener = urllib.request.build_opener(_NoRedirect)

    def probe(self) -> None:
        """Ask the receiver whether it is there. Raises NotDelivered."""
        self._post("heartbeat", {"kind": "heartbeat"})

    def send(self, key: str, subject: str, lines: dict[str, str], recipients: Collection[str]) -> None:
        """Hand an alert over. The recipients are not told: the receiver has its own list. Raises NotDelivered."""
        self._post(key, {"kind": "alert", "subject": subject, **lines})

    def _post(self, key: str, body: dict[str, str]) -> None:
        data = json.dumps(body, sort_keys=True).encode()
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Kiem-Timestamp": stamp,
            "Kiem-Signature": f"sha256={sign(self._secret, stamp, data)}",
        }
        try:
            with self._opener.open(urllib.request.Request(self._url, data, headers), timeout=SECONDS):  # noqa: S310 - http and https only, by settings
                return
        except (OSError, HTTPException) as error:  # URLError and HTTPError are OSErrors
            raise NotDelivered(f"The webhook did not take it ({type(error).__name__}).") from error


def sign(secret: bytes, stamp: str, data: bytes) -> str:
    """The signature that a receiver computes too."""
    return hmac.new(secret, stamp.encode() + b"." + data, "sha256").hexdigest()
