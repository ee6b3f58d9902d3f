"""The commands of desk accounts: `kiem desk-user`. Owns the words of the terminal; the work is in bot/channels/desk/accounts.py."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

desk_users = typer.Typer(no_args_is_help=True, help="Who may log in to the care desk.")


@desk_users.command("add")
def add_user(
    name: str,
    mail: Annotated[str | None, typer.Option(help="Where alerts go. Needed when the team has nobody of that name yet.")] = None,
    role: Annotated[str, typer.Option(help="carer or coordinator, of a new member.")] = "carer",
    title: Annotated[str | None, typer.Option(help="What parents read beside the name, such as midwife.")] = None,
    language: Annotated[str, typer.Option(help="nl, fr or en.")] = "nl",
) -> None:
    """An account for a member of the team; a new password and secret for one that has it. The password is asked, or read from a pipe."""
    from bot.channels.desk.accounts import Accounts
    from bot.runtime import database, keyring
    from bot.signals.roster import Roster

    roster = Roster(database())
    if name not in [member["name"] for member in roster.members()]:
        roster.add_member(name, mail or "", role)
    made = Accounts(database(), keyring()).add(name, _password(), title=title, language=language)
    print(f"{made.name} can log in at /desk. Put this secret into an authenticator app now; it is not shown again:")
    print(made.secret)
    print(made.address)


@desk_users.command("list")
def list_users() -> None:
    """Who has an account."""
    for user in _accounts().everybody():
        print("  ".join(f"{name}: {value}" for name, value in user.items() if value is not None))


@desk_users.command("unlock")
def unlock_user(name: str) -> None:
    """Let somebody who tried too often try again at once."""
    _accounts().unlock(name)
    print("Unlocked.")


@desk_users.command("remove")
def remove_user(name: str) -> None:
    """No way in any more; in the team they stay (`kiem team remove`)."""
    _accounts().remove(name)
    print("Removed.")


def _password() -> str:
    if sys.stdin.isatty():
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return sys.stdin.readline().rstrip("\n")


def _accounts():
    from bot.channels.desk.accounts import Accounts
    from bot.runtime import database, keyring

    return Accounts(database(), keyring())
