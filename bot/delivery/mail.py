"""Alerts by e-mail over SMTP. Owns the connection and the form of the mail; who gets it and what it says is the caller's.

KIEM_SMTP_URL is smtp://user:password@host:587 (with STARTTLS where the server has it, and always before a password leaves this machine) or
smtps://... for TLS from the first byte.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Collection
from contextlib import contextmanager
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bot.errors import NotDelivered
from bot.settings import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 10  # for each word of the server
PORTS = {"smtp": 587, "smtps": 465}


class Mail:
    """A way of alerting: `kind` is the end of the outbox's kinds."""

    kind = "mail"

    def __init__(self, url: str, sender: str) -> None:
        self._address = urlsplit(url)
        self._sender = sender

    def probe(self) -> None:
        """Ask the server whether it would take a mail.

        Raises:
            NotDelivered: it does not answer or refuses us.
        """
        with self._connected() as server:
            server.noop()

    def send(self, key: str, subject: str, lines: dict[str, str], recipients: Collection[str]) -> None:
        """Hand a mail over; the key becomes its Message-ID, so that a repeated one is known.

        Raises:
            NotDelivered: nobody got it.
        """
        if not recipients:
            raise NotDelivered("There is nobody to mail.")
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, ", ".join(recipients), subject
        mail["Message-ID"] = f"<{key.replace(':', '.')}@kiem.invalid>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("\n".join(f"{name}: {value}" for name, value in lines.items()) + "\n")
        with self._connected() as server:
            server.send_message(mail)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        scheme, host = self._address.scheme, self._address.hostname or ""
        port = self._address.port or PORTS[scheme]
        try:
            if scheme == "smtps":
                server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
            else:
                server = smtplib.SMTP(host, port, timeout=SECONDS)
            with server:
                self._secure(server, host)
                yield server
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(f"The mail server did not take it ({type(error).__name__}).") from error

    def _secure(self, server: smtplib.SMTP, host: str) -> None:
        server.ehlo()
        if self._address.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif self._address.scheme == "smtp" and self._address.username and host not in LOOPBACK:
            raise NotDelivered("The mail server offers no encryption: the password is not sent.")
        if self._address.username:
            server.login(unquote(self._address.username), unquote(self._address.password or ""))
