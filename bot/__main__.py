"""The `kiem` command. Owns the words of the command line; the work is done by the rooms it calls.

kiem run | chat | demo | train | eval | check | content | export | erase | signals | team | duty
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import commands
from bot.errors import KiemError
from bot.settings import Settings, current

os.environ["RASA_TELEMETRY_ENABLED"] = "false"  # before anything imports Rasa
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Kiem, an assistant for the first 1000 days.")
cli.add_typer(commands.signals, name="signals")
cli.add_typer(commands.team, name="team")
cli.add_typer(commands.duty, name="duty")
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def _prepared() -> tuple[Settings, Path]:
    """Settings and trained models (the dialogue's and the gate's), on a machine that fits."""
    from bot.server import check_home, check_machine, quiet_logs
    from bot.training import ensure_gate, ensure_model
    from bot.without_tensorflow import keep_tensorflow_out

    settings = current()
    check_machine(settings)
    check_home(settings)
    keep_tensorflow_out()
    quiet_logs(settings)
    model = ensure_model(settings)
    ensure_gate(settings)
    return settings, model


@cli.command()
def run() -> None:
    """Open the chat page and the REST channel; trains first when needed."""
    from bot.runtime import people
    from bot.server import check_port, check_redis
    from bot.server import run as serve

    check_port(current())
    check_redis(current())
    settings, model = _prepared()
    people()  # migrates, and refuses a database that does not answer or does not fit the key
    raise typer.Exit(serve(settings, model))


@cli.command()
def chat(language: Annotated[str | None, typer.Option(help="Start in this language, such as fr.")] = None) -> None:
    """Talk to Kiem in the terminal."""
    from bot.terminal import talk

    talk(*_prepared(), language=language)


@cli.command()
def demo() -> None:
    """Play a scripted talk through the real bot and print it."""
    from bot.terminal import play_demo

    play_demo(*_prepared())


@cli.command()
def train() -> None:
    """Train the model when it is missing or stale."""
    _, model = _prepared()
    print(f"The model is up to date: {model.name}")


@cli.command("eval")
def evaluate(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    json_out: Annotated[Path | None, typer.Option("--json", help="Write all figures here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report here.")] = None,
    misses: Annotated[bool, typer.Option(help="List every miss.")] = False,
) -> None:
    """Measure understanding on case files."""
    from bot.evaluation.run import evaluate_files

    evaluate_files(*_prepared(), files=files, json_out=json_out, html=html, misses=misses)


@cli.command()
def check(as_json: AsJson = False, release: Annotated[bool, typer.Option(help="Be as strict as before a release.")] = False) -> None:
    """Say what is missing, stale or inconsistent in the knowledge, with file and line."""
    from knowledge.check import check_all

    findings = check_all(release=release)
    if as_json:
        print(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(finding)
        errors = sum(finding.is_error for finding in findings)
        print(f"{errors} errors, {len(findings) - errors} warnings.")
    raise typer.Exit(1 if any(finding.is_error for finding in findings) else 0)


@cli.command()
def content(
    out: Annotated[Path | None, typer.Option(file_okay=False, help="Write it here, not in the data folder.")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Make a book of everything Kiem can say, to read, search and correct, and open it."""
    import webbrowser

    from bot.book.writing import write_book
    from knowledge.library import library

    page = write_book(library(), (out or current().home / "book").resolve())
    print(f"The book is here: {page}")
    if not no_open:
        webbrowser.open(page.as_uri())


@cli.command()
def export(
    person: Annotated[str | None, typer.Argument(help="The person's pseudonym.")] = None,
    list_all: Annotated[bool, typer.Option("--list", help="Show all pseudonyms.")] = False,
) -> None:
    """Print all that is stored about a person, as JSON."""
    from bot.runtime import people

    if list_all or person is None:
        for known in people().everybody():
            print(known)
        return
    print(json.dumps(people().export(person), ensure_ascii=False, indent=1))


@cli.command()
def erase(
    person: Annotated[str, typer.Argument(help="The person's pseudonym.")],
    yes: Annotated[bool, typer.Option(help="Do not ask.")] = False,
) -> None:
    """Delete all that is stored about a person."""
    from bot.runtime import people

    people().find(person)
    if not yes:
        typer.confirm("Delete everything about this person? It cannot be undone", abort=True)
    people().erase(person)
    print("Deleted.")


def main() -> None:
    """Entry point: an expected error is one line, not a traceback."""
    try:
        cli()
    except KiemError as error:
        print(f"kiem: {error}", file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
