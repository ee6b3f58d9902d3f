"""`kiem map`: the social map in and out, what to phone after, what people do not find. Owns the words of these commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.runtime import social_map
from knowledge.social_map import gaps
from knowledge.social_map.checking import to_phone
from knowledge.social_map.exchange import read, write_json, write_tables

commands = typer.Typer(no_args_is_help=True, help="The social map: import, export, check, gaps.")


@commands.command("import")
def import_(
    source: Annotated[Path, typer.Argument(exists=True, help="A folder of HSDS CSV files, or an HSDS JSON file.")],
    origin: Annotated[str, typer.Option(help="A name for where it comes from; a second import of it replaces the first.")] = "",
) -> None:
    """Bring an HSDS 3.0 file in, whole or not at all."""
    rows = read(source)
    opened = social_map()
    with opened.engine.begin() as connection:
        opened.replace(connection, (origin or source.stem)[:64], rows)
        opened.rebuild(connection)
    print(f"Imported {sum(map(len, rows.values()))} rows, {len(rows['service'])} services.")


@commands.command()
def export(
    target: Annotated[Path, typer.Argument(help="A folder for CSV files, or a file that ends in .json.")],
    origin: Annotated[str | None, typer.Option(help="Only what came from here.")] = None,
) -> None:
    """Write the map as HSDS 3.0: a tabular data package or JSON."""
    opened = social_map()
    with opened.engine.connect() as connection:
        rows = opened.rows(connection, origin)
    write = write_json if target.suffix == ".json" else write_tables
    write(rows, target)
    print(f"Exported {sum(map(len, rows.values()))} rows to {target}.")


@commands.command()
def check(most: Annotated[int, typer.Option(help="At most so many.")] = 40) -> None:
    """List what to phone after, the most shown first."""
    for line in to_phone(social_map().engine)[:most]:
        print(line)


@commands.command("gaps")
def show_gaps(as_csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False) -> None:
    """What people looked for and did not find, without texts or persons; small numbers are left out."""
    rows = gaps.table(social_map().engine)
    if as_csv:
        print(gaps.as_csv(rows), end="")
        return
    for row in rows:
        missed = "<5" if row["not_found"] is None else row["not_found"]
        print(f"{row['month']}  {row['category']:36} {row['language']}  {row['zone'] or '-':32} asked {row['asked']}, not found {missed}")
