"""Both ways of alerting, against real servers on this machine."""

import hmac
import json
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from bot.delivery.mail import Mail
from bot.delivery.webhook import Webhook
from bot.errors import BrokenSetting, NotDelivered
from bot.settings import Settings
from tests.conftest import free_port
from tests.safety import webhook_peer

LINES = {"signal": "7", "level": "emergency", "domains": "self_harm", "language": "nl"}


class Mailbox:
    port = 0

    def __init__(self) -> None:
        self.got = []

    async def handle_DATA(self, server, session, envelope):
        self.got.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def mailbox():
    box = Mailbox()
    port = box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box
    controller.stop()


def test_a_mail_reaches_everybody_on_duty_with_the_least_inside(mailbox):
    mail = Mail(f"smtp://127.0.0.1:{mailbox.port}", "kiem@town.example")
    mail.probe()
    mail.send("signal:7:1:first:mail", "Kiem: emergency, signal 7", LINES, ["an@x.example", "bea@x.example"])
    ((recipients, message),) = mailbox.got
    assert recipients == ["an@x.example", "bea@x.example"]
    assert message["Subject"] == "Kiem: emergency, signal 7"
    assert message["Message-ID"] == "<signal.7.1.first.mail@kiem.invalid>"
    assert message.get_payload().strip().splitlines() == ["signal: 7", "level: emergency", "domains: self_harm", "language: nl"]


def test_a_password_is_used_where_one_is_set():
    tried = []

    def check(server, session, envelope, mechanism, login: LoginPassword):
        tried.append((login.login, login.password))
        return AuthResult(success=login.password == b"s p@ce")

    port = free_port()
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port, authenticator=check, auth_require_tls=False)
    controller.start()
    try:
        Mail(f"smtp://me:s%20p%40ce@127.0.0.1:{port}", "kiem@x.example").probe()
        with pytest.raises(NotDelivered, match="SMTP"):
            Mail(f"smtp://me:wrong@127.0.0.1:{port}", "kiem@x.example").probe()
    finally:
        controller.stop()
    assert tried[0] == (b"me", b"s p@ce")


def test_a_mail_server_that_is_away_or_nobody_to_mail_is_not_delivered():
    mail = Mail("smtp://127.0.0.1:1", "kiem@x.example")
    with pytest.raises(NotDelivered, match="ConnectionRefused"):
        mail.probe()
    with pytest.raises(NotDelivered, match="nobody"):
        mail.send("k", "s", LINES, [])


def test_a_webhook_gets_a_signed_alert():
    with webhook_peer() as (url, got):
        hook = Webhook(url, "a secret")
        hook.probe()
        hook.send("signal:7:1:first:webhook", "Kiem: emergency, signal 7", LINES, [])
    heartbeat, alert = got
    assert heartbeat["body"] == {"kind": "heartbeat"}
    assert alert["body"] == {"kind": "alert", "subject": "Kiem: emergency, signal 7", **LINES}
    assert alert["headers"]["Idempotency-Key"] == "signal:7:1:first:webhook"
    signed = f"{alert['headers']['Kiem-Timestamp']}.".encode() + alert["raw"]
    assert alert["headers"]["Kiem-Signature"] == "sha256=" + hmac.new(b"a secret", signed, "sha256").hexdigest()
    assert json.loads(alert["raw"]) == alert["body"]


def test_a_webhook_that_is_away_is_not_delivered():
    with pytest.raises(NotDelivered):
        Webhook("http://127.0.0.1:1/", "s").probe()


@pytest.mark.parametrize(
    ("variable", "value", "needs"),
    [("KIEM_SMTP_URL", "smtp://x", "KIEM_ALERT_FROM"), ("KIEM_ALERT_WEBHOOK_URL", "https://x", "KIEM_ALERT_SECRET")],
)
def test_a_way_that_is_half_set_up_is_refused(variable, value, needs):
    with pytest.raises(BrokenSetting, match=needs):
        Settings.from_environment({variable: value})
